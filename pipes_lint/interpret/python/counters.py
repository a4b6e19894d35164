"""`collections.Counter`: what it has counted, where all of that is known.

A counter is an object around its dictionary: what it has not counted is 0, and to update it is to go on counting.
"""

from __future__ import annotations

from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Key, Known, Mapping, Reference, Slot, Unknown, Value
from ..calls import as_mapping
from ..iterate import elements
from ..keys import held_under
from ..machine import (
    CHANGED,
    CONTAINS,
    ITEMS,
    ITERATE,
    MAPPINGS,
    METHODS,
    NONE,
    OPERATORS,
    PUT,
    Args,
    Frame,
    Machine,
    library,
)
from ..operate import operate
from ..plain import BOOL, Open, computed, listed, plain, value_of
from .collections import method_of_mapping, named_slots

COUNTER: Final = "collections.Counter"


def _new(machine: Machine, counts: Mapping) -> Instance:
    return Instance(COUNTER, {"of": machine.allocate(counts)})


@library(COUNTER)
def make_counter(machine: Machine, args: Args) -> Value:
    return _new(machine, _counted(machine, Mapping({}, span=args.span), args, "+"))


def _counted(machine: Machine, before: Mapping, args: Args, sign: str) -> Mapping:
    """What has been counted, with what these arguments add to it or take from it."""
    every = [_pairs(machine, value, args.span) for value in (*args.positional, named_slots(args))]
    if before.stop or any(pairs is None for pairs in every):
        return Mapping({}, Unknown("it counts what it is given", args.span, foreign=True), span=before.span)
    slots = dict(before.slots)
    for key, count in (pair for pairs in every for pair in pairs or ()):
        old = slots[key].value if key in slots else Known(0)
        slots[key] = Slot(operate(machine, sign, [old, count], args.span, args.frame), span=args.span)
    return before._replace(slots=slots)


def _pairs(machine: Machine, value: Value, span: Span) -> list[tuple[Key, Value]] | None:
    """What is counted: each thing once, or as often as a dictionary says; None where that is not known."""
    content = machine.content(value)
    if isinstance(content, Mapping) or isinstance(content, Instance) and content.type in MAPPINGS:
        counts = as_mapping(machine, content, span)
        if counts.stop or not all(slot.always for slot in counts.slots.values()):
            return None
        return [(key, slot.value) for key, slot in counts.slots.items()]
    items, complete = elements(machine, value, span)
    if not complete:
        return None
    keys = [held_under(machine.content(item)) for item in items]
    found: list[tuple[Key, Value]] = [(key[0], Known(1)) for key in keys if key]
    return found if len(found) == len(keys) else None


def _held(machine: Machine, made: Value) -> Mapping:
    content = machine.content(made.fields["of"]) if isinstance(made, Instance) else NONE
    if isinstance(content, Mapping):
        return content
    return Mapping({}, Unknown("it counts in several ways", foreign=True))


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    made = machine.content(bound.receiver)
    assert isinstance(made, Instance)
    of, held = made.fields["of"], _held(machine, made)
    match bound.name:
        case "update" | "subtract" if isinstance(of, Reference):
            sign = "+" if bound.name == "update" else "-"
            machine.store.write(of.ident, _counted(machine, held, args, sign))
            return NONE
        case "most_common":
            return _most_common(machine, held, args)
        case "total":
            return _total(machine, held, args)
        case "elements":
            return computed(args.span)
        case "copy":
            return _new(machine, held)
    return method_of_mapping(machine, bound._replace(receiver=of), args)


def _most_common(machine: Machine, held: Mapping, args: Args) -> Value:
    from collections import Counter

    try:
        counts: Counter[object] = Counter(plain(machine, held))
        return value_of(machine, counts.most_common(plain(machine, args.get("n", 0) or NONE)), args.span)
    except (Open, TypeError):
        return listed(machine, (), complete=False)


def _total(machine: Machine, held: Mapping, args: Args) -> Value:
    if held.stop:
        return computed(args.span)
    total: Value = Known(0, args.span)
    for slot in held.slots.values():
        total = operate(machine, "+", [total, slot.value], args.span, args.frame)
    return total


def _item(machine: Machine, made: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    held, wanted = _held(machine, made), held_under(machine.content(key))
    slot = held.slots.get(wanted[0]) if wanted else None
    if wanted is None or (slot is None and held.stop) or (slot and not slot.always):
        return computed(node.span)
    return slot.value if slot else Known(0, node.span)


def _put(machine: Machine, made: Instance, key: Value, value: Value) -> None:
    of, held, wanted = made.fields["of"], _held(machine, made), held_under(machine.content(key))
    if not isinstance(of, Reference):
        return
    if wanted is None:
        machine.store.write(of.ident, Mapping({}, Unknown("a key that is not known is counted", foreign=True)))
    else:
        machine.store.write(of.ident, held._replace(slots={**held.slots, wanted[0]: Slot(value)}))


def _changed(machine: Machine, made: Instance) -> None:
    of = made.fields["of"]
    if isinstance(of, Reference):
        machine.store.write(of.ident, Mapping({}, Unknown("its counts may have been changed", foreign=True)))


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    return BOOL if sign in ("==", "!=", "<", "<=", ">", ">=") and right is not None else None


CHANGED[COUNTER] = _changed
METHODS[COUNTER] = _method
ITEMS[COUNTER] = _item
OPERATORS[COUNTER] = _operator
MAPPINGS[COUNTER] = lambda machine, made, span: _held(machine, made)._replace(span=span)
ITERATE[COUNTER] = lambda machine, made, span: elements(machine, _held(machine, made), span)
CONTAINS[COUNTER] = lambda machine, made, item, span: CONTAINS["dict_keys"](
    machine, Instance("dict_keys", {"of": made.fields["of"]}), item, span
)
PUT[COUNTER] = _put
