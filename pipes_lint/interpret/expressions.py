"""What is written down as a value: constants, collections, functions, classes."""

from __future__ import annotations

from .. import ir
from ..values import (
    ClassObject,
    Closure,
    Instance,
    Known,
    Mapping,
    OneOf,
    Sequence,
    Slot,
    Symbol,
    Unknown,
    Value,
    join,
)
from .assign import assign
from .calls import as_mapping
from .draining import drains
from .iterate import any_element, any_number_of, behind, elements
from .keys import is_unknown_key, object_key, with_unknown_key
from .machine import CALLS, DECORATORS, LIBRARY, NONE, Arg, Args, Frame, Machine, evaluates
from .making_classes import class_is_made
from .operate import decide, update
from .strangers import note
from .truth import assume

_TOO_DEEP = "nested too deeply"
"""What the front ends say where they stopped: there may be calls in it."""


@evaluates(ir.Literal)
def literal(machine: Machine, node: ir.Literal, frame: Frame) -> Value:
    return Known(node.value, node.span)


@evaluates(ir.Opaque)
def opaque(machine: Machine, node: ir.Opaque, frame: Frame) -> Value:
    for part in node.parts:
        machine.eval(part, frame)
    if node.reason == _TOO_DEEP:
        return machine.gap("the code is nested too deeply to follow", node.span)
    return Unknown(node.reason, node.span)


@evaluates(ir.Spread)
def spread(machine: Machine, node: ir.Spread, frame: Frame) -> Value:
    drains(machine, node.value)
    return machine.eval(node.value, frame)


@evaluates(ir.Declare)
def declare(machine: Machine, node: ir.Declare, frame: Frame) -> Value:
    for name in node.names:
        target = frame.module
        if node.scope == "nonlocal":
            each = frame.parent
            while each and (each.kind == "class" or (each.ident, name) not in machine.store.cells):
                each = each.parent
            target = each or target
        frame.elsewhere[name] = target
    return NONE


@evaluates(ir.Collection)
def collection(machine: Machine, node: ir.Collection, frame: Frame) -> Value:
    made = Sequence((), node.kind, True, node.span)
    for item in node.items:
        if isinstance(item, ir.Spread):
            value = machine.eval(item.value, frame)
            made = made.followed_by(*elements(machine, value, item.span), behind(machine, value))
        else:
            made = made.followed_by((machine.eval(item, frame),))
    return made if node.kind == "tuple" else machine.allocate(made)


@evaluates(ir.Record)
def record(machine: Machine, node: ir.Record, frame: Frame) -> Value:
    made = Mapping({}, None, "dict", node.span)
    for entry in node.entries:
        if entry.key is None:
            made = update(made, as_mapping(machine, machine.eval(entry.value, frame), entry.span))
            continue
        key = machine.content(machine.eval(entry.key, frame))
        value = machine.eval(entry.value, frame)
        made = _with(made, key, value, entry)
    return machine.allocate(made)


def _with(made: Mapping, key: Value, value: Value, entry: ir.Entry) -> Mapping:
    span = entry.key.span if entry.key else entry.span
    slot = Slot(value, True, span, entry.value.span)
    match key:
        case Known(value=str() | int() | float() | bool() | bytes() | None as plain):
            return made._replace(slots={**made.slots, plain: slot})
        case OneOf(options=several) if all(isinstance(each, Known) for each in several):
            slots = dict(made.slots)
            for each in several:
                if isinstance(each, Known):
                    slots.setdefault(each.value, slot._replace(always=False))  # type: ignore[arg-type]
            return made._replace(slots=slots)
        case Sequence(kind="tuple"):
            return made._replace(slots={**made.slots, object_key(key) or ("tuple", repr(key)): slot})
        case Instance(type="enum" | "object") | Known() | Sequence() | Symbol() | Closure() | ClassObject():
            return made._replace(slots={**made.slots, object_key(key) or (repr(key),): slot})
    return with_unknown_key(made, key, slot)


@evaluates(ir.Comprehension)
def comprehension(machine: Machine, node: ir.Comprehension, frame: Frame) -> Value:
    inner = machine.frame(frame, frame.scope, "comprehension")
    items: list[Value] = []
    made = Mapping({}, None, "dict", node.span)
    complete = True
    each: Value | None = None

    def emit() -> None:
        nonlocal made
        value = machine.eval(node.element, inner)
        if node.key is not None:
            key = machine.content(machine.eval(node.key, inner))
            made = _with(made, key, value, ir.Entry(node.span, node.key, node.element))
        else:
            items.append(value)

    def run(index: int) -> None:
        nonlocal complete, made, each
        if index == len(node.clauses):
            emit()
            return
        clause = node.clauses[index]
        drains(machine, clause.iterable)
        source = machine.eval(clause.iterable, inner if index else frame)
        values, all_of_it = elements(machine, source, clause.iterable.span)
        if not all_of_it:
            complete = False
            stop = Unknown("it is made from something that is not known", clause.iterable.span)
            kept, count = made, len(items)

            def some() -> Value:
                some_element = join(values) if _alike(values) else any_element(machine, source, clause.iterable.span)
                assign(machine, clause.target, some_element, inner)
                round_(index, clause)
                return NONE

            machine.perhaps(some, often=True)
            if not _are_results(values):
                each = items[0] if len(items) == 1 and not count else None
                del items[count:]
            unkeyed = {key: slot for key, slot in made.slots.items() if is_unknown_key(key)}
            told = made.told_by_value and len(kept.slots) + len(unkeyed) == len(made.slots)
            made = kept._replace(slots={**kept.slots, **unkeyed}, stop=made.stop if told and unkeyed else stop)
            return
        for value in values:
            assign(machine, clause.target, value, inner)
            round_(index, clause)

    def round_(index: int, clause: ir.Clause) -> None:
        nonlocal complete, made
        for condition in clause.conditions:
            known = decide(machine, condition, inner)
            if known is False:
                return
            if known is None:
                before = len(items)
                earlier = made

                def perhaps(condition: ir.Node = condition) -> Value:
                    assume(machine, condition, True, inner)
                    run(index + 1)
                    return NONE

                machine.perhaps(perhaps)
                if len(items) > before:
                    del items[before:]
                    complete = False
                slots = {
                    key: slot if key in earlier.slots else slot._replace(always=False)
                    for key, slot in made.slots.items()
                }
                made = made._replace(slots=slots)
                return
        run(index + 1)

    run(0)
    if node.kind == "dict":
        return machine.allocate(made)
    span = None if node.kind == "generator" else node.span  # it is read as a list, but is none
    if each is not None and not items and node.kind != "set":
        return any_number_of(machine, each, span)
    return machine.allocate(Sequence(tuple(items), "set" if node.kind == "set" else "list", complete, span))


def _are_results(values: tuple[Value, ...]) -> bool:
    """Whether these stand for what a script reported, of which nobody knows how many there are."""
    return any(isinstance(value, Instance) and value.type == "pipes.results" for value in values)


def _alike(values: tuple[Value, ...]) -> bool:
    return bool(values) and all(isinstance(value, Instance) for value in values)


# --- functions and classes ------------------------------------------------------------------------------------------


@evaluates(ir.Function)
def function(machine: Machine, node: ir.Function, frame: Frame) -> Value:
    defaults = []
    if node.matching is ir.Matching.EXACT:
        defaults = [
            (each.name, machine.eval(each.default, frame)) for each in node.parameters if each.default is not None
        ]
    made: Value = Closure(node, frame.scope.path, frame.ident, tuple(defaults))
    for decorator in reversed(node.decorators):
        made = decorate(machine, decorator, made, frame)
    return made


def decorate(machine: Machine, decorator: ir.Node, made: Value, frame: Frame) -> Value:
    """What a decorator makes of a function or class. One that cannot be seen is taken to hand it on."""
    wrapper = machine.eval(decorator, frame)
    args = Args((Arg(made, decorator.span),), decorator.span, decorator.span, frame)
    match wrapper:
        case Symbol(name=name) if name not in LIBRARY:
            note(machine, name)
            return _by_library(machine, name, made)
        case Instance(type=kind) if kind not in CALLS:
            return made
        case Unknown() if isinstance(decorator, ir.Call) and isinstance(decorator.function, ir.Name | ir.Member):
            maker = machine.eval(decorator.function, frame)
            return _by_library(machine, maker.name, made) if isinstance(maker, Symbol) else made
        case Unknown():
            return made
    result = machine.call(wrapper, args)
    return made if isinstance(result, Unknown) else result


def _by_library(machine: Machine, name: str, made: Value) -> Value:
    results = (known(machine, name, made) for known in DECORATORS)
    return next((each for each in results if each is not None), made)


@evaluates(ir.Class)
def class_(machine: Machine, node: ir.Class, frame: Frame) -> Value:
    bases = [machine.eval(base.value, frame) for base in node.bases if base.name is None and not base.spread]
    inner = machine.frame(frame, frame.scope, "class")
    machine.eval(node.body, inner)
    keywords = {base.name: machine.eval(base.value, frame) for base in node.bases if base.name is not None}
    plain = ClassObject(node, frame.scope.path, inner.ident, tuple(bases))
    made = class_is_made(machine, plain, keywords, node.span, frame)
    for decorator in reversed(node.decorators):
        made = decorate(machine, decorator, made, frame)
    return made
