"""What a value gives when it is gone through, or spread out."""

from __future__ import annotations

from ..source import Span
from ..values import Instance, Known, Mapping, OneOf, Sequence, Unknown, Value, join
from .machine import ITERATE, Machine


def elements(machine: Machine, value: Value, span: Span) -> tuple[tuple[Value, ...], bool]:
    """The elements of a value in order, and whether these are certainly all. A dictionary gives its keys."""
    value = machine.content(value)
    match value:
        case Sequence(items=items, complete=complete):
            return items, complete
        case Mapping(kind="dict", slots=slots):
            certain = value.complete and all(slot.always for slot in slots.values())
            return tuple(Known(key, slot.span) for key, slot in slots.items()), certain
        case Mapping(slots=slots):
            certain = value.complete and all(slot.always for slot in slots.values())
            return tuple(slot.value for slot in slots.values()), certain
        case Known(value=None):
            return (), True
        case Known() if machine.prelude == "base":
            return (value,), True
        case Known(value=str() as text):
            return tuple(Known(character) for character in text), True
        case Instance(type=kind) if kind in ITERATE:
            return ITERATE[kind](machine, value, span)
        case OneOf():
            several = [elements(machine, option, span) for option in value.options]
            if all(complete for _, complete in several) and len({len(items) for items, _ in several}) == 1:
                return tuple(join([items[i] for items, _ in several]) for i in range(len(several[0][0]))), True
            return (), False
        case Unknown():
            return (), False
    return (), False


def known_length(machine: Machine, value: Value) -> int | None:
    """How many elements a value certainly has; None if that cannot be told."""
    match machine.content(value):
        case Sequence(items=items, complete=True):
            return len(items)
        case Mapping(slots=slots, stop=None) if all(slot.always for slot in slots.values()):
            return len(slots)
        case Known(value=str() | bytes() as text):
            return len(text)
    return None
