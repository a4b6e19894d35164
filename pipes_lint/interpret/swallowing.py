"""Handlers that catch whatever fails in a session, and after which the program ends as if nothing had been.

A script that fails fails the run, and nothing that it reported counts. If its failure goes no further than a handler,
the script's status says that all is well, and Dagster believes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from .. import ir
from ..contract import Called, Closed, Opened, Swallowed, When
from ..records import NamedTuple
from ..source import Span
from ..values import Known, Value
from .machine import Exit, Machine
from .store import Cell

_TELLS: Final = ("report_asset_materialization", "report_asset_check", "report_custom_message")
_NOT: Final = Known(False)
_EVERYTHING: Final = ("BaseException", "Exception", "condition", "error")


class Attempt(NamedTuple):
    """A `try` that was run, with one of its handlers, after which the program goes on.

    `start` and `end` are where in the log its body stands; `path` is that of the handler.
    """

    handler: Span
    names: frozenset[str]
    span: Span
    start: int
    end: int
    path: tuple[tuple[int, int], ...]
    bare: bool = False
    """Whether it catches everything without a name."""


def caught_by(machine: Machine, handler: Span) -> None:
    """Marks the path on which a handler runs, to know its ends."""
    if "session" in machine.roles:
        machine.store.write(_cell(handler), Known(True))


def attempted(machine: Machine, attempt: Attempt) -> None:
    if "session" in machine.roles and _catches(attempt):
        machine.roles.setdefault("attempts", {})[attempt.handler] = attempt


def may_be_caught(changes: Mapping[Cell, Value | None], handler: Span, before: bool = False) -> bool:
    """Whether a path with these changes may have gone through a handler, or had `before`."""
    held = changes.get(_cell(handler))
    return before if held is None else held != _NOT


def not_caught(machine: Machine, handler: Span) -> None:
    """Rules out that the present path has gone through a handler."""
    machine.store.write(_cell(handler), _NOT)


def _cell(handler: Span) -> tuple[str, str, Span]:
    return ("pipes", "caught", handler)


def _catches(attempt: Attempt) -> str | None:
    """What it catches, if that is every failure."""
    if attempt.bare:
        return "everything"
    return next((name for name in _EVERYTHING if name in attempt.names), None)


def swallowed(machine: Machine, ended: bool) -> Iterator[Swallowed]:
    """The handlers of this program that keep a session's failure from being seen."""
    attempts: dict[Span, Attempt] = machine.roles.get("attempts", {})
    for attempt in attempts.values():
        opened = _session(machine, attempt)
        if opened is not None and not _told_otherwise(machine, attempt) and _ends_well(machine, attempt, ended):
            when = When(attempt.path)
            yield Swallowed(attempt.handler, when, opened.dialect, _catches(attempt) or "", opened.span)


def _session(machine: Machine, attempt: Attempt) -> Opened | None:
    """The session around which the `try` stands: it is opened and used in its body, or all of it that reports is there
    and it is closed with it.
    """
    body = machine.log[attempt.start : attempt.end]
    used = [each for each in body if isinstance(each, Closed) or isinstance(each, Called) and each.member in _TELLS]
    for event in body:
        if isinstance(event, Opened) and not event.again and any(each.ident == event.ident for each in used):
            return event
    since = machine.log[attempt.start :]
    closed = {each.ident for each in since if isinstance(each, Closed) and _within(each, attempt)}
    for event in machine.log[: attempt.start]:
        if isinstance(event, Opened) and event.ident in closed and any(_reports(each, event.ident) for each in used):
            return event
    return None


def _within(event: Closed, attempt: Attempt) -> bool:
    span, outer = event.span, attempt.span
    return span.path == outer.path and outer.start <= span.start and span.end <= outer.end


def _reports(event: object, ident: int) -> bool:
    return isinstance(event, Called) and event.ident == ident


def _told_otherwise(machine: Machine, attempt: Attempt) -> bool:
    """Whether the script reports something besides what stands in the `try`: of a failure, perhaps."""
    handling = When(attempt.path)
    outside = (*machine.log[: attempt.start], *machine.log[attempt.end :])
    return any(
        isinstance(each, Called) and each.member in _TELLS and not each.when.excludes(handling) for each in outside
    )


def _ends_well(machine: Machine, attempt: Attempt, ended: bool) -> bool:
    """Whether the program comes to a normal end after the handler, and nothing there may make it fail after all."""
    after = [each for each in machine.program.exits if may_be_caught(each.changes, attempt.handler)]
    if any(not succeeds(machine, each) and not _is_another(each, attempt) for each in after):
        return False
    if ended and may_be_caught(machine.store.cells, attempt.handler):
        return True
    return any(succeeds(machine, each) for each in after)


def _is_another(left: Exit, attempt: Attempt) -> bool:
    """Whether a path fails in a handler within or behind this one: for another failure."""
    return any(arm < 0 and (branch, arm) not in attempt.path for branch, arm in left.path)


def succeeds(machine: Machine, left: Exit) -> bool:
    """Whether a path that leaves the program certainly leaves it with a status of success."""
    if left.failing or left.kind == "raise":
        return False
    status = machine.content(left.value)
    return isinstance(status, Known) and not isinstance(status.value, ir.Missing) and not status.value
