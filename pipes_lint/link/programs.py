"""Which program a launch starts, by its client's table; and which of a call's arguments may name it if none does."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from .. import ir
from ..commands.command import LANGUAGES, starts
from ..commands.command import Started as Command
from ..contract import Passed
from ..declared import DeclaredClient
from ..interpret.run import Started
from ..protocol import CLIENTS
from ..protocol.clients import Client, Place
from ..records import NamedTuple
from ..source import Span
from ..values import Instance, Known, Mapping, Sequence, Template, Unknown, Value
from .deployed import is_silent
from .images import Images


class Program(NamedTuple):
    """What a launch starts, as it is written: each way in which its command may be meant."""

    ways: tuple[Command | Unknown, ...]
    command: Passed | None = None
    env: Passed | None = None
    cwd: Passed | None = None
    folder: Value | None = None
    """The folder in which it runs, if that is told."""
    local: bool = True
    """Whether it runs where its files can be told to be missing."""
    modal: bool = False
    """Whether it is run by Modal, which looks for the function itself if none is named."""


def programs(started: Started) -> list[Program]:
    """What a launch starts: one program, several that share its session, or none that is named."""
    if started.declared is not None:
        return _by_entry(started.declared, started.passed.get("command"))
    client = CLIENTS.get(started.maker or started.client)
    if started.commands:
        return [_by_command(*each) for each in started.commands]
    if client is None or started.client not in CLIENTS and not started.maker:
        command = started.passed.get("command")
        return [_by_command(command, started.passed.get("env"), started.passed.get("cwd"))] if command else []
    return _by_table(client, started)


def _is_modal(command: Value) -> bool:
    match command:
        case Sequence(items=(Known(value="modal"), Known(value="run"), _, *_)):
            return True
    return False


def by_image(images: Images, started: Started) -> list[Program]:
    """What an image runs that the project builds itself, if the launch does not say it."""
    image = started.passed.get("image")
    if image is None or not is_silent({name: each.value for name, each in started.passed.items()}):
        return []
    name = image.value.value if isinstance(image.value, Known) else None
    words = tuple(Known(word, image.span) for word in images.program(str(name or "")))
    if not words:
        return []
    command = Passed(Sequence(words, "list"), image.span)
    return [Program(tuple(starts(command)), command, started.passed.get("env"), local=False)]


def _by_entry(client: DeclaredClient, given: Passed | None) -> list[Program]:
    """By what the configuration says of a client."""
    if given is None:
        return []
    return [_by_command(given, None, None) if client.command else Program((script(given),), given)]


def _by_command(command: Passed, env: Passed | None, cwd: Passed | None) -> Program:
    folder = cwd.value if cwd else None
    if _is_modal(command.value):
        last = command.value.items[-1]  # type: ignore[union-attr]
        named = Passed(last, _span(last) or command.span)
        return Program((reference(named) or script(named),), command, env, cwd, folder, modal=True)
    return Program(tuple(starts(command)), command, env, cwd, folder)


# --- by the table ---------------------------------------------------------------------------------------------------


def _by_table(client: Client, started: Started) -> list[Program]:
    passed = started.passed
    if "tasks" in passed and "task" not in passed:
        passed = {**passed, "task": passed["tasks"]}
        client = client._replace(places=tuple(each._replace(within=("*", *each.within)) for each in client.places))
    env, cwd = passed.get("env"), passed.get("cwd")
    folder = next(_inside(passed, client.folder), None)
    if folder is None and client.local:
        folder = started.client_fields.get("cwd", started.client_fields.get("project_directory"))
    local = client.local
    for place in client.places:
        found = list(_inside(passed, (place.argument, *place.within)))
        if found:
            span = passed[place.argument].span
            return [
                Program(
                    *_read(place, client, passed, each, span),
                    env,
                    cwd,
                    folder,
                    local,
                    place.holds == "reference" or _is_modal(each),
                )
                for each in found
            ]
    before = next(_inside(passed, client.before), None)
    if before is not None:
        span = passed[client.before[0]].span
        command = Passed(before, _span(before) or span)
        return [Program(tuple(starts(command)), command, env, cwd, folder, local)]
    return []


def _read(
    place: Place, client: Client, passed: dict[str, Passed], value: Value, span: Span
) -> tuple[tuple[Command | Unknown, ...], Passed]:
    given = Passed(value, _span(value) or span)
    match place.holds:
        case "command" if _is_modal(given.value):
            return _by_command(given, None, None).ways, given
        case "command":
            before = next(_inside(passed, client.before), None)
            given = Passed(_joined(before, value) or value, given.span)
            return tuple(starts(given)), given
        case "container":
            parts = [next(_inside({"": given}, ("", name)), None) for name in ("command", "args")]
            joined = _joined(*parts)
            if joined is None:
                return (Unknown(unnamed(client, passed), span),), given
            return tuple(starts(given._replace(value=joined))), given._replace(value=joined)
        case "script":
            return (script(given),), given
        case "reference":
            return (reference(given) or script(given),), given


def _joined(*parts: Value | None) -> Value | None:
    """Words behind words."""
    given = [each for each in parts if each is not None and each != Known(None)]
    if len(given) <= 1:
        return given[0] if given else None
    items: list[Value] = []
    complete = True
    for each in given:
        match each:
            case Sequence(items=words, complete=whole):
                items += words
                complete = complete and whole
            case _:
                items.append(each)
    return Sequence(tuple(items), "list", complete)


def _inside(passed: dict[str, Passed], path: tuple[str, ...]) -> Iterator[Value]:
    """What is given at a place of the table, wherever it is given."""
    if not path or path[0] not in passed:
        return
    found = [passed[path[0]].value]
    for step in path[1:]:
        found = [each for value in found for each in _step(value, step)]
    yield from (each for each in found if each not in (Known(None), Sequence(())))


def _step(value: Value, step: str) -> Iterator[Value]:
    match value:
        case Sequence(items=items) if step == "*":
            yield from items
        case Sequence(items=items) if step == "0":
            yield from items[:1]
        case Mapping(slots=slots) if step in slots:
            yield slots[step].value
        case Instance(fields=fields) if step in fields:
            yield fields[step]
        case Unknown():
            yield value


def unnamed(client: Client, passed: dict[str, Passed]) -> str:
    """Why nothing is known of what a call starts, with what it does name."""

    def named(match: re.Match[str]) -> str:
        value = next(_inside(passed, tuple(match[1].split("."))), None)
        return f" `{value.value}`" if isinstance(value, Known) else ""

    return re.sub(r" `\{([\w.]+)\}`", named, client.unnamed)


def nothing(started: Started) -> Unknown:
    """Why nothing is known of what a launch starts that names nothing."""
    if started.declared is not None:
        name = started.declared.script or started.declared.command
        return Unknown(f"the call passes no `{name}` that can be seen", started.span)
    client = CLIENTS.get(started.maker)
    if client is not None:
        return Unknown(unnamed(client, started.passed), started.span)
    if started.maker == "open_pipes_session":
        return Unknown("no command that can be seen runs inside the session's block", started.span)
    return Unknown("the call passes no `command` that can be seen", started.span)


# --- scripts and functions by their names ----------------------------------------------------------------------------


def script(given: Passed) -> Command | Unknown:
    """A path that is the script itself."""
    value = given.value
    match value:
        case Unknown():
            return value if value.span else Unknown(value.reason, given.span)
        case Known(value=str() | PurePosixPath() as plain):
            path, _, entry = str(plain).partition("::")
            language = LANGUAGES.get(posixpath.splitext(path)[1].lower())
            return Command(Known(path, value.span), given.span, language, entry=entry or None, complete=False)
        case Template():
            end = value.pieces[-1]
            language = LANGUAGES.get(posixpath.splitext(end)[1].lower()) if isinstance(end, str) else None
            return Command(value, given.span, language, complete=False)
    return Unknown("the script's path is not known", given.span)


_REFERENCE = r"([A-Za-z_][\w.]*)(?:::|:)([A-Za-z_]\w*)|([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)"


def reference(given: Passed) -> Command | None:
    """A module, or a function in it (`pkg.mod:function`, `pkg.mod::function`); None for what is written otherwise."""
    match given.value:
        case Known(value=str() as text) if posixpath.splitext(text)[1].lower() not in LANGUAGES:
            named = re.fullmatch(_REFERENCE, text)
            if named:
                module = Known(named[1] or named[3], given.value.span)
                return Command(module, given.span, "python", module=True, entry=named[2], complete=False)
    return None


def modal_entry(module: ir.Module) -> str | None:
    """The function that `modal run` starts if none is named: the only local entrypoint, or else the only function of
    the app.
    """
    marked: dict[str, list[str]] = {"local_entrypoint": [], "function": []}
    for node in module.body.body:
        match node:
            case ir.Assign(value=ir.Function(name=name, decorators=decorators)):
                for decorator in decorators:
                    match decorator:
                        case ir.Call(function=ir.Member(name=mark)) | ir.Member(name=mark) if mark in marked:
                            marked[mark].append(name)
    found = marked["local_entrypoint"] or marked["function"]
    return found[0] if len(found) == 1 else None


class Guess(NamedTuple):
    """An argument that may name what is started."""

    name: str
    ways: tuple[Command, ...]


def guesses(started: Started) -> Iterator[tuple[bool, list[Guess]]]:
    """Arguments that may name the script where nothing else does: of the own client's call, of the calls inside the
    session's block that go where nothing can be seen; the own client's attributes. The nearest come first, with
    whether it is enough that a script there speaks of Pipes (else it must open a session itself).
    """
    if started.outer or started.maker not in CLIENTS:
        yield True, _guesses(started.outer.named if started.outer else started.passed)
        yield False, [each for call in started.handed for each in _guesses(call)]
    if started.outer:
        yield False, _guesses(started.outer.fields)
    env = started.passed.get("env")
    if env and isinstance(env.value, Mapping):  # an image's own program may be told by a variable what to run
        yield False, _guesses({str(name): Passed(slot.value, env.span) for name, slot in env.value.slots.items()})


_TELLING = r"script|payload|path|file|entry|func|module|command|cmd|program"


def hint(started: Started) -> Unknown | None:
    """Why an argument that by its name should tell what is started does not."""
    for name, given in (started.outer.named if started.outer else {}).items():
        if re.search(_TELLING, name) and name not in _APART:
            match given.value:
                case Unknown(reason=reason, span=span):
                    return Unknown(f"`{name}` is not known: {reason}", span or given.span)
                case Known(value=str() | PurePosixPath() as plain) if _language(str(plain)):
                    return Unknown(f"`{name}` is `{plain}`, which is not in this repository", given.span)
    return None


_APART = ("context", "extras", "env", "cwd", "image", "context_injector", "message_reader")


def _guesses(named: dict[str, Passed]) -> list[Guess]:
    found = []
    for name, given in named.items():
        if name in _APART:
            continue
        if isinstance(given.value, Mapping):
            inner = {str(key): Passed(slot.value, given.span) for key, slot in given.value.slots.items()}
            found += _guesses(inner)
        ways = tuple(_meant(given))
        if ways:
            found.append(Guess(name, ways))
    return found


def _meant(given: Passed) -> Iterator[Command]:
    """What an argument of unknown meaning may start: a script, a function, a command."""
    match given.value:
        case Known(value=str() | PurePosixPath() as plain) if not re.search(r"\s", str(plain)):
            named = reference(given)
            if named is not None:
                yield named
                head, _, last = str(named.path.value).rpartition(".")  # type: ignore[union-attr]
                if head and named.entry is None:
                    yield named._replace(path=Known(head, given.span), entry=last)
            elif _language(str(plain)):
                yield script(given)  # type: ignore[misc]
        case Template(pieces=(*_, str() as end)) if _language(end) and not re.search(r"\s", end):
            yield script(given)  # type: ignore[misc]
        case Known(value=str()) | Template() | Sequence():
            yield from (way for way in starts(given) if isinstance(way, Command) and not way.program)


def ending(path: Value) -> str:
    """The end of a path, as far as it is known."""
    match path:
        case Known(value=str() | PurePosixPath() as plain):
            return str(plain)
        case Template(pieces=(*_, str() as end)):
            return end
    return ""


def same_end(one: str, other: str) -> bool:
    """Whether two ends of paths may be the same path's: the shorter is the longer one's end, name by name."""
    mine, theirs = (path.rpartition("://")[2].strip("/").split("/") for path in (one, other))
    length = min(len(mine), len(theirs))
    return mine[-length:] == theirs[-length:]


def _language(path: str) -> str | None:
    return LANGUAGES.get(posixpath.splitext(path.partition("::")[0])[1].lower())


def _span(value: Value) -> Span | None:
    return getattr(value, "span", None)
