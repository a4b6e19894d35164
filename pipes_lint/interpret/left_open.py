"""Sessions that stay open when the program comes to its end, and what would have opened one but is never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .. import ir
from ..contract import Certainty, Closed, MemberRead, Opened
from ..records import NamedTuple
from ..source import Span
from ..values import Known, OneOf, Value
from .machine import Machine
from .store import Cell, Changes
from .swallowing import succeeds


def still_open(ident: int) -> Cell:
    """The cell that says whether a session has been opened and not closed since."""
    return ("pipes", ident, "open")


def closed_by_then(machine: Machine, at_failure: Changes) -> None:
    """Closes, in the state in which a handler begins, the sessions that a cleanup of the failed code closes."""
    for ident in machine.roles.get("closed for sure", ()):
        if still_open(ident) in at_failure:
            at_failure[still_open(ident)] = Known(False)


def left_open(machine: Machine, ended: bool) -> Iterator[int]:
    """The sessions that certainly stay open on some way to an end that is no failure."""
    opened = {each.ident: each for each in machine.log if isinstance(each, Opened) and not each.again}
    for ident, opening in opened.items():
        closed = [each for each in machine.log if isinstance(each, Closed) and each.ident == ident]
        ends = list(_ends(machine, ended, still_open(ident)))
        if not ends:
            continue
        if (
            not closed
            or _follows(opening, closed)
            and (Known(True) in ends or _perhaps(ends) and _on_some_ways(machine, opening, closed))
        ):
            yield ident


def _ends(machine: Machine, ended: bool, cell: Cell) -> Iterator[Value]:
    """Whether the session is open, at each normal end before which it may have been opened."""
    for each in machine.program.exits:
        held = each.changes.get(cell)
        if held is not None and succeeds(machine, each):
            yield held
    last = machine.store.read(cell)
    if ended and last is not None:
        yield last


def _perhaps(ends: list[Value]) -> bool:
    return any(isinstance(each, OneOf) and Known(True) in each.options for each in ends)


def _follows(opening: Opened, closed: list[Closed]) -> bool:
    """Whether the closing depends on no question that the opening was asked too, in other words.

    (What is opened if somebody wants it, is closed if it is there.)
    """
    if opening.when.certainty is Certainty.ALWAYS:
        return True
    path = opening.when.path
    return all(each.when.path[: len(path)] == path for each in closed)


def _on_some_ways(machine: Machine, opening: Opened, closed: list[Closed]) -> bool:
    """Whether one decision parts the ways on which it is closed from all others, and no second one makes up for it."""
    if any(isinstance(each, MemberRead) and each.member == "is_closed" for each in machine.log):
        return False
    if any(loop not in opening.when.loops for each in closed for loop in each.when.loops):
        return False
    return all(
        one.when.excludes(other.when) or one.span == other.span
        for index, one in enumerate(closed)
        for other in closed[index + 1 :]
    )


# --- what is never run ----------------------------------------------------------------------------------------------

_OPENS: Final = ("open_dagster_pipes", "with_dagster_pipes")
_REPORTS: Final = ("report_asset_materialization", "report_asset_check")
_PLAIN: Final = ("staticmethod", "classmethod", "property", "contextmanager", "wraps", "cache", "lru_cache", "override")


def idle(machine: Machine, module: ir.Module) -> tuple[Span, ...]:
    """The calls in a file's text that open a session or report, where certainly nobody runs any of them.

    Nobody does where they stand in functions that are never entered, that nothing which runs names, and that no
    decorator of a library knows; or in arms of branches that are never taken.
    """
    if machine.roles.get("anything called"):
        return ()
    found = _Idle([], set())
    try:
        _look(machine, module.body, False, "", found)
    except _Known:
        return ()
    return () if found.owners & set(_named(machine, module.body)) else tuple(sorted(found.calls))


def _named(machine: Machine, node: object) -> Iterator[str]:
    """The names that are read in code that may run."""
    if isinstance(node, ir.Function) and id(node) not in machine.entered:
        return
    match node:
        case ir.Assign(target=ir.Name(), value=ir.Function() | ir.Class() as value):
            yield from _named(machine, value)
            return
        case ir.Branch(test=test, then=then, otherwise=otherwise):
            yield from _named(machine, test)
            for arm in (then, otherwise):
                if id(arm) in machine.entered:
                    yield from _named(machine, arm)
            return
        case ir.Name(name=name):
            yield name
    if isinstance(node, tuple) and not isinstance(node, Span):
        for part in node:
            yield from _named(machine, part)


class _Known(Exception):
    """What is looked at may be run after all."""


class _Idle(NamedTuple):
    """What has been found so far: the calls, and the names of the outermost functions and classes in which those stand
    that are in functions which are never entered.
    """

    calls: list[Span]
    owners: set[str]


def _look(machine: Machine, node: object, asleep: bool, owner: str, found: _Idle, never: bool = False) -> None:
    """Collects the calls in code that is `asleep`; perhaps because it is in a function that is `never` entered."""
    match node:
        case ir.Function() | ir.Class():
            before = len(found.calls)
            never = never or isinstance(node, ir.Function) and id(node) not in machine.entered
            for part in node:
                _look(machine, part, asleep or never, owner or node.name, found, never)
            if len(found.calls) > before and _is_for_others(node):
                raise _Known
            return
        case ir.Assign(target=ir.Name(name=name), value=ir.Function() as function):  # R's have no name of their own
            _look(machine, function, asleep, owner or name, found, never)
            return
        case ir.Branch(test=test, then=then, otherwise=otherwise):
            _look(machine, test, asleep, owner, found, never)
            for arm in (then, otherwise):
                _look(machine, arm, asleep or id(arm) not in machine.entered, owner, found, never)
            return
        case (
            ir.Call(function=ir.Name(name=name, span=span) | ir.Qualified(name=name, span=span))
            | ir.Call(function=ir.Member(name=name, name_span=span))
            | ir.Call(function=ir.Item(key=ir.Literal(value=str() as name, span=span)))
        ) if name in (*_OPENS, *_REPORTS):
            if not asleep and span not in machine.roles.get("to nobody", ()):
                raise _Known
            found.calls.append(span)
            if never:
                found.owners.add(owner)
    if isinstance(node, tuple) and not isinstance(node, Span):
        for part in node:
            _look(machine, part, asleep, owner, found, never)


def _is_for_others(node: ir.Function | ir.Class) -> bool:
    if isinstance(node, ir.Class) and any(_name(base.value) not in ("object", "ABC") for base in node.bases):
        return True
    return any(_name(each) not in _PLAIN for each in node.decorators)


def _name(node: ir.Node) -> str | None:
    match node:
        case ir.Name(name=name) | ir.Member(name=name):
            return name
        case ir.Call(function=function):
            return _name(function)
    return None
