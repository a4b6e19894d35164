"""Handlers after which the program fails all the same, by its exit status: they guard nothing.

`except Exception: logger.exception(…); return 1` turns a failure into another if `sys.exit(main())` stands behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..protocol import caught
from ..records import NamedTuple
from ..source import Span
from .machine import Exit, Machine
from .swallowing import may_be_caught
from .told_apart import tell_apart, when_caught
from .truth import truth


class Handler(NamedTuple):
    """A handler after which its path may go on, and what it catches."""

    span: Span
    names: frozenset[str]


class Tried(NamedTuple):
    """A `try` as it was run. `start` and `end` are where in the log that stands which its handlers guard."""

    branch: int
    start: int
    end: int
    handlers: tuple[Handler, ...]


class Turned(NamedTuple):
    """A handler that turns what it catches between two places in the log into other failures: `raised` are their plain
    names, `*` where these are not known.
    """

    start: int
    end: int
    names: frozenset[str]
    raised: frozenset[str]


def turned(machine: Machine, each: Turned) -> None:
    """Keeps a handler of which a handler further out may catch what it raises."""
    if each.raised and "session" in machine.roles:
        machine.roles.setdefault("turned", []).append(each)


def tried(machine: Machine, each: Tried) -> None:
    """Keeps a script's `try`, of which the end of the program tells what it guards."""
    machine.roles.setdefault("tried", []).append(each)
    for handler in each.handlers:
        tell_apart(machine, handler.span)


def guarding(machine: Machine, ended: bool) -> Iterator[tuple[int, int, frozenset[str]]]:
    """What stands under which guard, once the program has been run: two places in the log, and what is caught there.

    Where all handlers of a `try` fail the program after all, its body is run to its end unless the program fails.
    """
    every: list[Tried] = machine.roles.get("tried", [])
    for number, each in enumerate(every):
        own = {handler.span for handler in each.handlers}
        later = [handler.span for other in every[number + 1 :] for handler in other.handlers if handler.span not in own]
        going_on = [handler for handler in each.handlers if not _fails_after(machine, handler.span, later, ended)]
        if not going_on:
            machine.survivors.add((each.branch, 0))
        for handler in going_on:
            yield from guarded_by(machine, each.start, each.end, handler.names)


def guarded_by(
    machine: Machine, start: int, end: int, names: frozenset[str]
) -> Iterator[tuple[int, int, frozenset[str]]]:
    """What a handler of these names guards between two places: all, for what it catches; and what has been turned there
    into that, for what it was before.
    """
    yield start, end, names
    for inner in machine.roles.get("turned", ()):
        turned_so = "*" in inner.raised or any(caught(names, each) for each in inner.raised)
        if turned_so and start <= inner.start and inner.end <= end:
            yield inner.start, inner.end, inner.names


def _fails_after(machine: Machine, handler: Span, later: Sequence[Span], ended: bool) -> bool:
    """Whether the program certainly fails by its status because this handler was run.

    Where one of the handlers that come `later` may have been run too, or an exception ends the program, that may be for
    another failure, which would have come all the same.
    """
    if ended and may_be_caught(machine.store.cells, handler):
        return False
    after = [each for each in machine.program.exits if may_be_caught(each.changes, handler)]
    if not all(_fails(machine, each, handler) for each in after):
        return False
    return any(each.kind == "exit" and not any(may_be_caught(each.changes, other) for other in later) for each in after)


def _fails(machine: Machine, left: Exit, handler: Span) -> bool:
    if left.failing or left.kind == "raise":
        return True
    statuses = when_caught(machine, handler, left.value)
    return left.kind == "exit" and all(truth(machine, machine.content(status)) is True for status in statuses)
