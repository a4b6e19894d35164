"""A command that the system does not take: a line for a shell without a shell, or a word that is no text."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Project
from pipes_lint.finding import Edit, Finding, Fix, error, launched_here
from pipes_lint.protocol import caught, file_as_module, is_line, loses_words, no_text, shown, starts_plainly, written_at
from pipes_lint.remedy.texts import wrapped
from pipes_lint.source import Span
from pipes_lint.values import Known, Mapping, Sequence, Value, options


@error
def invalid_command(project: Project) -> Iterator[Finding]:
    found: dict[tuple[Span, str], tuple[Finding, list[Contract]]] = {}
    for contract in project.contracts:
        launch = contract.launch
        if launch.command is None:
            continue
        if not starts_plainly(launch):
            if launch.spawn is not None and loses_words(launch.spawn, launch.command.value):
                finding = _lost(contract, launch.command.span)
                found.setdefault((finding.span, finding.message), (finding, []))[1].append(contract)
            continue
        command, span = launch.command
        judged = [list(_judge(project, contract, option, span)) for option in options(command)]
        if not all(judged) or any(caught(launch.when.guards, each) for each in ("FileNotFoundError", "TypeError")):
            continue
        for finding in judged[0]:
            found.setdefault((finding.span, finding.message), (finding, []))[1].append(contract)
    for finding, contracts in found.values():
        notes = (note for note in launched_here(contracts) if not _covers(note.span, finding.span))
        yield finding._replace(notes=tuple(notes))


def _judge(project: Project, contract: Contract, command: Value, span: Span) -> Iterator[Finding]:
    match command:
        case Sequence(items=(), complete=True):
            label = "the step fails: IndexError: list index out of range"
            yield Finding(span, f"command of {contract.step} is empty", label=label)
        case Sequence(items=items):
            around = (span, command.span)
            if items and is_line(items[0]):
                yield _line(contract, _place(items[0], around), None)
            module = file_as_module(items)
            if module is not None:
                yield _no_module(contract, str(module.value), _place(module, around))
            for index, item in enumerate(items):
                found = list(_word(project, contract, item, around))
                if found and command.complete and (own := project.code.item(command.span, index, len(items))):
                    found = list(_word(project, contract, item, (own, *around)))
                yield from found
        case Known(value=None):
            yield Finding(
                span,
                f"command of {contract.step} is `None`",
                label="the step fails: TypeError: 'NoneType' object is not iterable",
            )
        case _ if is_line(command):
            yield _line(contract, span, _split(project, command, span))


def _lost(contract: Contract, span: Span) -> Finding:
    return Finding(
        span,
        f"command of {contract.step} is a list, of which a shell runs the first word only",
        label="the other words are the shell's own arguments",
        help="leave `shell=True` out, or write one text",
    )


def _no_module(contract: Contract, name: str, span: Span) -> Finding:
    return Finding(
        span,
        f"`-m` in the command of {contract.step} takes a module's name, and `{name}` is a file's",
        label="Python finds no such module: External execution process failed",
        help=f"leave `-m` out, or write `{name.removesuffix('.py').strip('./').replace('/', '.')}`",
    )


def _line(contract: Contract, span: Span, fix: Fix | None) -> Finding:
    return Finding(
        span,
        f"command of {contract.step} is one text with arguments, but no shell takes it apart",
        label="the step fails: FileNotFoundError: [Errno 2] No such file or directory",
        help="write a list with one text for each word",
        fix=fix,
    )


def _split(project: Project, command: Value, span: Span) -> Fix | None:
    """The list of words, where the text stands in the launch itself and means the same however it is split."""
    match command:
        case Known(value=str() as text, span=place) if place == span and not set(text) & set("\"'\\$|&;<>*?()`~#\n{}"):
            if not project.code.is_literal(span, text):
                return None
            words = ", ".join(f'"{word}"' for word in text.split())
            return Fix("write it as a list of words", (Edit(span, f"[{words}]"),), True)
    return None


def _word(project: Project, contract: Contract, item: Value, around: tuple[Span | None, ...]) -> Iterator[Finding]:
    name = no_text(item)
    if name is None:
        return
    place = _place(item, around)
    fix = None
    match item:
        case Known(value=bool() | None) | Sequence() | Mapping():
            pass
        case Known(value=int() | float() as number, span=Span() as written) if written == place:
            fix = wrapped(place, "str", True)
            if project.code.is_literal(place, number):
                fix = Fix("write it as a text", (Edit(place, f'"{number}"'),), True)
    yield Finding(
        place,
        f"{_shown(item, name)} in the command of {contract.step} is no text",
        label=f"the step fails: TypeError: expected str, bytes or os.PathLike object, not {name}",
        help=None if item == Known(None) else "write `str(…)` around it",
        fix=fix,
    )


def _place(item: Value, around: tuple[Span | None, ...]) -> Span:
    """Where a word is written, if that is in the command itself; else the first of these places."""
    written = written_at(item)
    places = [each for each in around if each]
    return written if written and any(_covers(each, written) for each in places) else places[0]


def _shown(value: Value, name: str) -> str:
    text = shown(value, "python")
    return f"a value of type `{name}`" if text == "this" else text


def _covers(outer: Span, inner: Span) -> bool:
    return outer.path == inner.path and outer.start <= inner.start and inner.end <= outer.end
