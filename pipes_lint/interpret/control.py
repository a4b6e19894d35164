"""What runs, how often, and on which paths: blocks, branches, loops, early ends."""

from __future__ import annotations

from typing import Final

from .. import ir
from ..values import (
    Instance,
    Known,
    Template,
    Unknown,
    Value,
    join,
)
from .assign import assign
from .draining import drains, runs_through
from .iterate import any_element, elements
from .machine import MOST_DEFINED, MOST_ROUNDS, NONE, Ended, Exit, Frame, Lazy, Machine, evaluates
from .operate import decide
from .store import Cell, Changes, widen
from .truth import assume, truth


@evaluates(ir.Block)
def block(machine: Machine, node: ir.Block, frame: Frame) -> Value:
    value: Value = NONE
    for each in node.body:
        value = machine.eval(each, frame)
    return value


@evaluates(ir.Branch)
def branch(machine: Machine, node: ir.Branch, frame: Frame) -> Value:
    excused = set(machine.excused)
    known = decide(machine, node.test, frame)
    tested = machine.tested

    def arm(came_out: bool) -> Value:
        body = node.then if came_out else node.otherwise
        machine.entered.add(id(body))
        machine.tested = tested
        assume(machine, node.test, came_out, frame)
        return machine.eval(body, frame) if body else NONE

    if known is not None:
        return machine.insisting(excused, lambda: arm(known))
    return machine.choose([lambda: arm(True), lambda: arm(False)])


# --- loops ----------------------------------------------------------------------------------------------------------


@evaluates(ir.Loop)
def loop(machine: Machine, node: ir.Loop, frame: Frame) -> Value:
    if runs_through(node.body):
        drains(machine, node.iterable)
    iterable = machine.eval(node.iterable, frame)
    items, complete = elements(machine, iterable, node.iterable.span)
    if frame.scope.prelude == "base" and isinstance(iterable, Known | Template) and iterable != NONE:
        items, complete = (iterable,), True
    broken: list[Exit] = []
    if not complete or len(items) > (MOST_ROUNDS if "session" in machine.roles else MOST_DEFINED):
        target = join(items) if items and complete else any_element(machine, iterable, node.iterable.span)
        if items and not complete and all(isinstance(item, Instance) and item == items[0] for item in items):
            target = items[0]
        _often(machine, node.body, node.target, target, frame, broken, at_least_once=complete)
    else:
        machine.broken.append(broken)
        try:
            for item in items:
                _round(machine, node.body, node.target, item, frame, broken)
        except Ended:
            if not broken:
                raise
            return machine.meet(broken)
        finally:
            machine.broken.pop()
    return _after(machine, node.otherwise, frame, broken)


@evaluates(ir.While)
def while_(machine: Machine, node: ir.While, frame: Frame) -> Value:
    known = decide(machine, node.test, frame)
    if known is False:
        return machine.eval(node.otherwise, frame) if node.otherwise else NONE
    log, gaps = len(machine.log), len(machine.gaps)
    try:
        if known:
            return machine.meet(machine.region(lambda: _round_by_round(machine, node, frame)))
    except _Undecided:
        del machine.log[log:], machine.gaps[gaps:]
    broken: list[Exit] = []
    forever = isinstance(node.test, ir.Literal) and bool(node.test.value)
    path, departed = machine.path, machine.departed()
    try:
        _often(machine, node.body, None, NONE, frame, broken, at_least_once=bool(known), test=node.test)
    except Ended:
        if not broken:
            raise
        forever = True
    if forever and broken:
        value = machine.meet(broken)
        if machine.departed() == departed:  # sooner or later some round breaks it off
            machine.path = path
        return value
    return _after(machine, node.otherwise, frame, broken)


class _Undecided(Exception):
    """It is not known whether there is another round."""


_MOST_KNOWN: Final = 20


def _round_by_round(machine: Machine, node: ir.While, frame: Frame) -> Value:
    """Runs a loop of which each round is known to come, and to be run to its end or to break the loop off."""
    for _ in range(_MOST_KNOWN):
        ways = machine.region(lambda: machine.eval(node.body, frame), "break", "continue")
        if all(way.kind == "break" for way in ways):
            return machine.meet(ways)
        if len(ways) > 1 or ways[0].path != machine.path:
            raise _Undecided
        machine.meet(ways)
        known = decide(machine, node.test, frame)
        if known is None:
            raise _Undecided
        if not known:
            return machine.eval(node.otherwise, frame) if node.otherwise else NONE
    raise _Undecided


def _after(machine: Machine, otherwise: ir.Node | None, frame: Frame, broken: list[Exit]) -> Value:
    """Goes on after a loop: with its `else` where it ran to its end, and joined with where it was broken off."""
    if not broken:
        return machine.eval(otherwise, frame) if otherwise else NONE

    path = machine.path
    if otherwise:
        machine.path = (*path, (machine.store.ident(), 0))
    ways = machine.region(lambda: machine.eval(otherwise, frame) if otherwise else NONE)
    machine.path = path
    return machine.meet([*broken, *ways])


def _round(
    machine: Machine, body: ir.Node, target: ir.Node | None, item: Value, frame: Frame, broken: list[Exit]
) -> None:
    """Runs the body once. Ways that `break` are put aside, against the state before this round."""

    def run() -> Value:
        if target is not None:
            assign(machine, target, item, frame)
        return machine.eval(body, frame)

    ways = machine.region(run, "break", "continue")
    _put_aside(machine, broken, ways)
    machine.meet([way for way in ways if way.kind != "break"])


def _put_aside(machine: Machine, broken: list[Exit], ways: list[Exit]) -> None:
    """Adds the ways that break off a loop to those of earlier rounds, all measured against the state before this round.

    What this round is about to write is not theirs: they keep what was there before.
    """
    broken += [way for way in ways if way.kind == "break"]
    written = {cell for way in ways for cell in way.changes}
    for way in broken:
        for cell in written:
            way.changes.setdefault(cell, machine.store.cells.get(cell))


_MOST_ATTEMPTS = 6
_CHANGES = Unknown("it changes in a loop", foreign=True)


def _made_since(cell: Cell, ident: int) -> bool:
    """Whether a cell belongs to a frame or an object that is newer than a loop."""
    return isinstance(cell, tuple) and isinstance(cell[0], int) and cell[0] > ident


def _often(
    machine: Machine,
    body: ir.Node,
    target: ir.Node | None,
    item: Value,
    frame: Frame,
    broken: list[Exit],
    at_least_once: bool,
    test: ir.Node | None = None,
) -> None:
    """Runs the body any number of times, at once: what it changes from round to round is not known in any of them."""
    loops = machine.loops
    machine.loops = (*loops, machine.store.ident())
    put_off: list[Value] = []
    try:
        for attempt in range(_MOST_ATTEMPTS):
            log, gaps = len(machine.log), len(machine.gaps)

            def run() -> Value:
                if target is not None:
                    assign(machine, target, item, frame)
                if test is None:
                    return machine.eval(body, frame)
                machine.meet(machine.region(lambda: machine.eval(body, frame), "continue"))
                return machine.eval(test, frame)  # what is asked before each further round may change something too

            ways = machine.region(run, "break", "continue")
            ends = [way for way in ways if way.kind != "break"]
            stable = True
            wider: Changes = {}
            for way in ends:
                for cell, after in way.changes.items():
                    if _made_since(cell, machine.loops[-1]):  # made in this very round
                        continue
                    before = machine.store.instead(cell, machine.store.cells.get(cell))
                    if before is None or after is None or isinstance(after, Lazy) or isinstance(before, Lazy):
                        continue
                    if machine.is_pending(before):
                        if before != after and before not in put_off:
                            stable = False
                            put_off.append(machine.store.merged(cell, [before, _CHANGES]))
                            wider[cell] = put_off[-1]
                        continue
                    before = machine.promised(before)
                    wide = widen(wider.get(cell) or before, after)
                    if wide != before:
                        stable = False
                        wider[cell] = wide if attempt < 2 else _CHANGES
            if not stable and attempt >= 3:  # a long chain of variables, each made of the one before: all are unknown
                wider = {cell: _CHANGES for way in ends for cell in way.changes if not machine.is_put_off(cell)}
            if stable or attempt == _MOST_ATTEMPTS - 1:
                break
            del machine.log[log:], machine.gaps[gaps:]
            machine.store.apply(wider)
        _put_aside(machine, broken, ways)
        none_at_all = Exit("end", machine.program, NONE, {}, machine.path)
        machine.meet(ends if at_least_once else [*ends, none_at_all])
    finally:
        machine.loops = loops


# --- ends -----------------------------------------------------------------------------------------------------------


@evaluates(ir.Return)
def return_(machine: Machine, node: ir.Return, frame: Frame) -> Value:
    if node.value:
        drains(machine, node.value)  # as far as the caller goes through it
    value = machine.eval(node.value, frame) if node.value else NONE
    return machine.leave("return", value)


@evaluates(ir.Raise)
def raise_(machine: Machine, node: ir.Raise, frame: Frame) -> Value:
    value = machine.eval(node.value, frame) if node.value else NONE
    if isinstance(value, Instance) and value.type == "builtins.SystemExit":
        status = value.fields.get("code", NONE)
        return machine.leave("exit", status, failing=truth(machine, status) is not False)
    return machine.leave("raise", value, failing=True)


@evaluates(ir.Break)
def break_(machine: Machine, node: ir.Break, frame: Frame) -> Value:
    return machine.leave("break", NONE)


@evaluates(ir.Continue)
def continue_(machine: Machine, node: ir.Continue, frame: Frame) -> Value:
    return machine.leave("continue", NONE)


@evaluates(ir.Assert)
def assert_(machine: Machine, node: ir.Assert, frame: Frame) -> Value:
    if decide(machine, node.test, frame) is False:
        return machine.leave("raise", NONE, failing=True)
    assume(machine, node.test, True, frame)
    return NONE


def _is_sure(machine: Machine, function: Frame) -> bool:
    """Whether a function that comes to its end certainly comes by here: all other ways from its start on fail."""
    path, loops = function.started
    here = machine.path
    since = here[len(path) :]
    return machine.loops == loops and here[: len(path)] == path and all(step in machine.survivors for step in since)


@evaluates(ir.Yield)
def yield_(machine: Machine, node: ir.Yield, frame: Frame) -> Value:
    if node.value and node.delegate:
        drains(machine, node, node.value)
    value = machine.eval(node.value, frame) if node.value else NONE
    function = frame
    while function.parent and function.kind != "function":
        function = function.parent
    if function.around and not node.delegate:
        around, function.around = function.around, None
        around(value)
        return NONE
    if function.yields is not None:
        sure = _is_sure(machine, function)
        if function.certain is None and not sure:
            function.certain = len(function.yields)
        before = len(function.yields)
        if node.delegate:
            items, complete = elements(machine, value, node.span)
            function.yields += (
                items if complete or items else (Unknown("it is yielded from something unknown", node.span),)
            )
            if not complete and function.certain is None:
                function.certain = len(function.yields) if items else len(function.yields) - 1
        else:
            function.yields.append(value)
        if sure:
            function.sure.update(range(before, len(function.yields)))
    return Unknown("it is sent into a generator", node.span, foreign=True)


@evaluates(ir.Await)
def await_(machine: Machine, node: ir.Await, frame: Frame) -> Value:
    return machine.eval(node.value, frame)
