"""Runs the script's side: a launched file from its entry, to see what it reads and reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ... import ir
from ...contract import Asked, Called, Event, ExtraRead, MemberRead, Misopened, Opened, Session, Way, When
from ...values import Closure, Instance, Known, OneOf, Sequence, Template, Unknown, Value, join
from ..cleanup import finish
from ..failing_handlers import guarding
from ..guard import guard
from ..left_open import idle, left_open
from ..machine import Arg, Args, Ended, Exhausted, Exit, Frame, Machine, Scope, World
from ..out_of_sight import out_of_sight
from ..swallowing import swallowed
from ..told_by_launch import decided_by_launch
from .pipes import Inputs


def run_script(
    world: World, module: ir.Module, inputs: Inputs, entry: str | None, mentions: bool, program: str | None = None
) -> Session:
    """What a script does when it is started with these inputs.

    `entry` is a function to call after the module (a command may name one); `mentions` is whether the text speaks of
    Pipes; `program` is the script's file, if what runs is only code in a command that runs this file.
    """
    if module.prelude == "base":
        from ..r import library as r_library  # noqa: F401 - R's names are entered when there is a script that can use them

    machine = Machine(world, module.prelude)
    machine.roles["session"] = inputs
    machine.roles["eager"] = lambda path: _mentions(world, path)
    machine.roles["program"] = program or module.path
    machine.roles["env"] = inputs.env
    machine.roles["argv"] = _argv(world, module, inputs)
    name = "__main__" if entry is None else module.path.rpartition("/")[2].removesuffix(".py")
    frame = machine.frame(None, Scope(module.path, module.prelude, name), "module")
    machine.modules[module.path] = frame
    if entry is not None and module.prelude == "base":
        from ..r.packages import attach, package_around

        package = package_around(machine, module.path)
        if package is not None:
            attach(machine, package)
    ended = _program(machine, module, frame, entry)
    for start, end, names in guarding(machine, ended):
        guard(machine, start, end, names)
    unseen = out_of_sight(machine, module)
    if unseen is not None:
        machine.gap(f"what is called here is not known: it may be `{unseen[0]}`", unseen[1])
    events = tuple(_finished(machine, event) for event in machine.log if isinstance(event, Event))
    events = tuple(event for event in events if not (isinstance(event, MemberRead) and event.span in machine.excused))
    events += tuple(_taken_whole(machine))
    if not any(isinstance(event, Opened) for event in events):
        events = (*machine.roles.get("asked later", ()), *events)
    silent = mentions and not machine.gaps
    silent = silent and not any(isinstance(event, Opened | Asked | Misopened) for event in events)
    return Session(
        events,
        tuple(machine.gaps),
        pipes=mentions or bool(events),
        open_at_end=_open_at_end(machine, ended),
        failing=not ended,
        left_open=tuple(left_open(machine, ended)),
        swallowed=tuple(swallowed(machine, ended)),
        idle=idle(machine, module) if silent and entry is None else (),
        unheard=tuple(sorted(machine.roles.get("to nobody", ()))),
        arms=tuple((branch, machine.arms[branch]) for branch in sorted(_branches(events)) if branch in machine.arms),
        tries=tuple(sorted({each.branch for each in machine.roles.get("tried", ())})),
        by_launch=decided_by_launch(machine, events),
    )


def _taken_whole(machine: Machine) -> Iterator[ExtraRead]:
    """Where the extras go as they are, all of them: into a text, to a function of a library."""
    for span, dialect in machine.roles.get("extras looked at", {}).items():
        unknown = Unknown("the extras go on as a whole", span, foreign=True)
        yield ExtraRead(span, When(), dialect, unknown, Way.ALL)


def _branches(events: tuple[Event, ...]) -> set[int]:
    """The branches on whose outcome it depends whether an asset or a check is reported."""
    return {
        branch
        for event in events
        if isinstance(event, Called) and event.member.startswith("report_asset_")
        for branch, _ in event.when.path
    }


def _argv(world: World, module: ir.Module, inputs: Inputs) -> Sequence | None:
    """The script and the words behind it in the command, as the script sees them: texts, all of them."""
    if not isinstance(inputs.arguments, Sequence) or not inputs.arguments.complete:
        return None
    return Sequence((Known(world.absolute(module.path)), *map(_word, inputs.arguments.items)), "list")


def _word(value: Value) -> Value:
    match value:
        case Known(value=str() | PurePosixPath() as plain):
            return Known(str(plain))
        case Template():
            return value._replace(path=False)
        case OneOf(options=several):
            return join([_word(each) for each in several])
    return Instance("str")


def _program(machine: Machine, module: ir.Module, frame: Frame, entry: str | None) -> bool:
    """Runs the program; whether some path comes to a normal end."""
    if module.faults:
        machine.gap("the file does not parse as a whole", module.faults[0].span)

    def whole() -> Value:
        machine.bind("__name__", Known(frame.scope.name), frame)
        machine.bind("__file__", Known(machine.world.absolute(module.path)), frame)
        value = machine.eval(module.body, frame)
        if entry is not None:
            function = machine.find(entry, frame)
            if isinstance(function, Closure):
                span = function.code.name_span
                count = [each for each in function.code.parameters if each.default is None and each.kind == "plain"]
                unknown = Unknown("it is given on the command line", span, foreign=True)
                value = machine.call(function, Args(tuple(Arg(unknown, span) for _ in count), span, span, frame))
            else:
                machine.gap(f"the function `{entry}` is not found in the script", None)
        return value

    def last() -> None:
        for function in machine.roles.get("at_exit", ()):
            machine.invoke(function, [], module.body.span, frame)

    def body() -> Value:
        exits = machine.region(whole, cleanup=True)
        return finish(machine, exits, last) if machine.roles.get("at_exit") else _go_on(machine, exits)

    try:
        exits = machine.region(body)
        if not exits:
            return machine.harmless > 0
        machine.meet(exits)
    except Exhausted:
        machine.gap("the script is too long to follow to its end", None)
    except Ended:
        return machine.harmless > 0
    except Exception:
        machine.world.failed(module.path)
        machine.gap("pipes-lint itself failed here", None)
    return True


def _go_on(machine: Machine, exits: list[Exit]) -> Value:
    for each in exits:
        if each.kind != "end":
            machine.again(each)
    return machine.meet([each for each in exits if each.kind == "end"])


def _open_at_end(machine: Machine, ended: bool) -> bool:
    """Whether a session stays open on some way to an end that is no failure."""
    ends = [each.changes for each in machine.program.exits if not each.failing] + (
        [machine.store.cells] if ended else []
    )
    cells = [("pipes", ident, "closed") for ident in dict.fromkeys(machine.roles.get("opened", ()))]
    return any(end.get(cell, Known(True)) != Known(True) for end in ends for cell in cells)


def _mentions(world: World, path: str) -> bool:
    return world.mentions(path) and world.load(path) is not None


def _finished(machine: Machine, event: Event) -> Event:
    """An event with what the run as a whole has shown: which decisions were none, which NULLs the script looks for."""
    settled = frozenset(step for step in event.when.path if step in machine.survivors)
    if settled:
        event = event._replace(when=event.when._replace(settled=settled))
    match event:
        case ExtraRead(way=Way.DOLLAR | Way.ELEMENT, span=span) if span in machine.excused:
            return event._replace(way=Way.GET)
    return event
