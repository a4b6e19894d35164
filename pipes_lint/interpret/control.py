"""What runs, how often, and on which paths: blocks, branches, loops, early ends."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from .. import ir
from ..values import (
    ClassObject,
    Instance,
    Known,
    Mapping,
    OneOf,
    Sequence,
    Slot,
    Template,
    Unknown,
    Value,
    join,
    options,
)
from .assign import assign
from .iterate import element_of, elements
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
    known = decide(machine, node.test, frame)

    def arm(came_out: bool) -> Value:
        body = node.then if came_out else node.otherwise
        assume(machine, node.test, came_out, frame)
        return machine.eval(body, frame) if body else NONE

    if known is not None:
        return arm(known)
    return machine.choose([lambda: arm(True), lambda: arm(False)])


@evaluates(ir.Match)
def match_(machine: Machine, node: ir.Match, frame: Frame) -> Value:
    subject = machine.eval(node.subject, frame)
    arms: list[Callable[[], Value]] = []
    for case in node.cases:
        hit = _matches(machine, subject, case.pattern, frame)
        if hit is False:
            continue
        if hit and case.guard is not None and not arms:
            _capture(machine, case.pattern, subject, frame)
            known = decide(machine, case.guard, frame)
            if known is False:
                continue
            if known:
                return machine.eval(case.body, frame)
            arms.append(partial(machine.eval, case.body, frame))
            continue
        if hit and case.guard is None:
            if not arms:
                return _take(machine, case, subject, frame)
            arms.append(partial(_take, machine, case, subject, frame))
            break
        arms.append(partial(_take, machine, case, subject, frame))
    else:
        if not arms:
            return NONE
        arms.append(lambda: NONE)
    return machine.choose(arms)


def _take(machine: Machine, case: ir.Case, subject: Value, frame: Frame) -> Value:
    _capture(machine, case.pattern, subject, frame)
    if case.guard:
        machine.eval(case.guard, frame)
    return machine.eval(case.body, frame)


def _capture(machine: Machine, pattern: ir.Pattern, subject: Value, frame: Frame) -> None:
    """Binds the names of a pattern that has matched."""
    match pattern:
        case ir.AnyPattern(name=str() as name):
            machine.bind(name, subject, frame)
        case ir.OpaquePattern(names=names, shape=shape):
            for name in names:
                machine.bind(name, Unknown("it is taken out of a structure by a pattern", foreign=True), frame)
            if shape is not None and shape.kind != "any":
                for part, inner in _subjects(machine, subject, shape, frame) or ():
                    _capture(machine, part, inner, frame)


def _subjects(machine: Machine, subject: Value, shape: ir.Shape, frame: Frame) -> list[tuple[ir.Pattern, Value]] | None:
    """The parts of a pattern, each with what it is to match; None if that cannot be told."""
    content = machine.content(subject)
    match shape.kind, content:
        case (("any" | "all"), _):
            return [(part, subject) for part in shape.parts]
        case "class", _ if _has_class(machine, content, shape, frame):
            return [(part, subject) for part in shape.parts]
        case "items", Sequence(items=items, complete=True) if _enough(len(items), shape):
            star, missing = shape.star, len(items) - len(shape.parts)
            if star is None:
                return list(zip(shape.parts, items, strict=True))
            rest = machine.allocate(Sequence(items[star : star + missing + 1]))
            return list(zip(shape.parts, (*items[:star], rest, *items[star + missing + 1 :]), strict=True))
        case "keys", Mapping(slots=slots):
            held: dict[object, Slot] = {key: slot for key, slot in slots.items()}  # noqa: C416 - its keys are of a wider type
            if all(key in held and held[key].always for key in shape.keys):
                return [(part, held[key].value) for part, key in zip(shape.parts, shape.keys, strict=True)]
    return None


def _enough(length: int, shape: ir.Shape) -> bool:
    return length == len(shape.parts) if shape.star is None else length >= len(shape.parts) - 1


_CLASSES = {"str": str, "int": int, "float": float, "bool": bool, "bytes": bytes, "list": list, "dict": dict}


def _has_class(machine: Machine, content: Value, shape: ir.Shape, frame: Frame) -> bool | None:
    """Whether something is of the class that a pattern names: a built-in one, or one of the project's."""
    named = machine.find(str(shape.keys[0]), frame)
    asked = _CLASSES.get(str(shape.keys[0])) if named is None else None
    match content:
        case Instance(type="object", fields={"class": ClassObject() as made}) if isinstance(named, ClassObject):
            inherits = _inherits(made, named)
            return inherits if not shape.parts or inherits is False else None  # its parts are attributes, in an order
        case Known(value=value) if not isinstance(value, ir.Missing) and asked:
            return isinstance(value, asked)
        case Mapping() if asked:
            return asked is dict
        case Sequence(kind="list" | "tuple" as kind) if asked:
            return asked is list and kind == "list"
    return None


def _inherits(made: ClassObject, asked: ClassObject) -> bool | None:
    if made == asked:
        return True
    answers = [_inherits(base, asked) if isinstance(base, ClassObject) else None for base in made.bases]
    return True if True in answers else None if None in answers else False


def _fits(machine: Machine, subject: Value, shape: ir.Shape, frame: Frame) -> bool | None:
    """Whether a subject has a pattern's shape."""
    content = machine.content(subject)
    if isinstance(content, OneOf):
        return None
    match shape.kind, content:
        case "class", _:
            if _has_class(machine, content, shape, frame) is False:
                return False
        case "items", Sequence(items=items, complete=True):
            if not _enough(len(items), shape):
                return False
        case "items", (Mapping() | Known()):
            return False
        case "keys", (Sequence() | Known()):
            return False
        case "keys", Mapping(slots=slots, stop=None) if any(key not in slots for key in shape.keys):
            return False
    pairs = _subjects(machine, subject, shape, frame)
    if pairs is None:
        return None
    answers = [_matches(machine, inner, part, frame) for part, inner in pairs]
    if shape.kind == "any":
        return True if True in answers else None if None in answers else False
    return False if False in answers else None if None in answers else True


def _matches(machine: Machine, subject: Value, pattern: ir.Pattern, frame: Frame) -> bool | None:
    match pattern:
        case ir.AnyPattern():
            return True
        case ir.ValuePattern(values=nodes):
            values = [machine.eval(node, frame) for node in nodes]
            answers = {_equal(option, value) for option in options(subject) for value in values}
            if answers == {False}:
                return False
            if any(all(_equal(option, value) for option in options(subject)) for value in values):
                return True
        case ir.OpaquePattern(shape=shape) if shape is not None:
            return _fits(machine, subject, shape, frame)
    return None


def _equal(left: Value, right: Value) -> bool | None:
    """Whether a subject is what a pattern names: `True`, `False` and `None` are only themselves, though 1 == True."""
    if isinstance(left, Known) and isinstance(right, Known) and isinstance(right.value, bool | None):
        return left.value is right.value
    if isinstance(left, Known) and isinstance(right, Known) and not isinstance(left.value, ir.Missing):
        return bool(left.value == right.value)
    return None


# --- loops ----------------------------------------------------------------------------------------------------------


@evaluates(ir.Loop)
def loop(machine: Machine, node: ir.Loop, frame: Frame) -> Value:
    iterable = machine.eval(node.iterable, frame)
    items, complete = elements(machine, iterable, node.iterable.span)
    if frame.scope.prelude == "base" and isinstance(iterable, Known | Template) and iterable != NONE:
        items, complete = (iterable,), True
    broken: list[Exit] = []
    if not complete or len(items) > (MOST_ROUNDS if "session" in machine.roles else MOST_DEFINED):
        target = join(items) if items and complete else element_of(machine, iterable, node.iterable.span)
        if items and not complete and all(isinstance(item, Instance) and item == items[0] for item in items):
            target = items[0]
        _often(machine, node.body, node.target, target, frame, broken, at_least_once=complete)
    else:
        for item in items:
            try:
                _round(machine, node.body, node.target, item, frame, broken)
            except Ended:
                if not broken:
                    raise
                return machine.meet(broken)
    return _after(machine, node.otherwise, frame, broken)


@evaluates(ir.While)
def while_(machine: Machine, node: ir.While, frame: Frame) -> Value:
    known = decide(machine, node.test, frame)
    if known is False:
        return machine.eval(node.otherwise, frame) if node.otherwise else NONE
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
    try:
        for attempt in range(_MOST_ATTEMPTS):
            log, gaps = len(machine.log), len(machine.gaps)

            def run(attempt: int = attempt) -> Value:
                if target is not None:
                    assign(machine, target, item, frame)
                if test is not None and attempt:
                    machine.eval(test, frame)
                return machine.eval(body, frame)

            ways = machine.region(run, "break", "continue")
            ends = [way for way in ways if way.kind != "break"]
            stable = True
            wider: Changes = {}
            for way in ends:
                for cell, after in way.changes.items():
                    if _made_since(cell, machine.loops[-1]):  # made in this very round
                        continue
                    before = machine.store.instead(cell, machine.store.cells.get(cell))
                    if before is None or after is None or isinstance(after, Lazy):
                        continue
                    wide = widen(wider.get(cell) or before, after)
                    if wide != before:
                        stable = False
                        wider[cell] = wide if attempt < 2 else Unknown("it changes in a loop", foreign=True)
            if not stable and attempt >= 3:  # a long chain of variables, each made of the one before: all are unknown
                wider = {cell: Unknown("it changes in a loop", foreign=True) for way in ends for cell in way.changes}
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


@evaluates(ir.Yield)
def yield_(machine: Machine, node: ir.Yield, frame: Frame) -> Value:
    value = machine.eval(node.value, frame) if node.value else NONE
    function = frame
    while function.parent and function.kind != "function":
        function = function.parent
    if function.around and not node.delegate:
        around, function.around = function.around, None
        around(value)
        return NONE
    if function.yields is not None:
        if function.certain is None and (machine.path, machine.loops) != function.started:
            function.certain = len(function.yields)
        if node.delegate:
            items, complete = elements(machine, value, node.span)
            function.yields += (
                items if complete or items else (Unknown("it is yielded from something unknown", node.span),)
            )
            if not complete and function.certain is None:
                function.certain = len(function.yields) if items else len(function.yields) - 1
        else:
            function.yields.append(value)
    return Unknown("it is sent into a generator", node.span, foreign=True)


@evaluates(ir.Await)
def await_(machine: Machine, node: ir.Await, frame: Frame) -> Value:
    return machine.eval(node.value, frame)
