"""What a value gives when it is gone through, or spread out."""

from __future__ import annotations

from ..source import Span
from ..values import Bound, ClassObject, Instance, Known, Mapping, OneOf, Reference, Sequence, Unknown, Value, join
from .keys import is_unknown_key, value_of_key
from .machine import ELEMENTS, ITERATE, TAKEN_FOR_DATA, Machine


def behind(machine: Machine, value: Value) -> tuple[Value, ...]:
    """The elements that are certainly there behind others of which nothing is known."""
    value = machine.content(value)
    return value.behind if isinstance(value, Sequence) else ()


def elements(machine: Machine, value: Value, span: Span) -> tuple[tuple[Value, ...], bool]:
    """The elements of a value in order, and whether these are certainly all. A dictionary gives its keys."""
    value, given = machine.content(value), value
    match value:
        case Sequence(items=items, complete=complete):
            return items, complete
        case Mapping(kind="dict", slots=slots):
            certain = value.complete and all(slot.always for slot in slots.values())
            keys = (value_of_key(key, slot.span) for key, slot in slots.items() if not is_unknown_key(key))
            return tuple(keys), certain
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
            made = value._replace(ident=given.ident) if isinstance(given, Reference) else value
            return ITERATE[kind](machine, made, span)
        case OneOf():
            if any(isinstance(option, Bound) for option in value.options):
                return (), False
            several = [elements(machine, option, span) for option in value.options]
            if all(complete for _, complete in several) and len({len(items) for items, _ in several}) == 1:
                return tuple(join([items[i] for items, _ in several]) for i in range(len(several[0][0]))), True
            return (), False
        case ClassObject() if "class" in ITERATE:
            return ITERATE["class"](machine, Instance("class", {"class": value}), span)
        case Bound():
            taken_for_data(machine, value)
    return (), False


def taken_for_data(machine: Machine, method: Bound, element: str | None = None) -> None:
    """A method is gone through, or an element taken out of it: it should have been called."""
    receiver = method.receiver
    if isinstance(receiver, Instance) and receiver.type in TAKEN_FOR_DATA:
        TAKEN_FOR_DATA[receiver.type](machine, method, element)


def element_of(machine: Machine, value: Value, span: Span) -> Unknown:
    """An element of something whose elements are not known, for the reason why they are not."""
    content = machine.content(value)
    if isinstance(content, Unknown):
        return Unknown(content.reason, content.span or span, foreign=True)
    return Unknown("it is an element of something unknown", span, foreign=True)


def any_element(machine: Machine, value: Value, span: Span) -> Value:
    """What every element is of something whose elements are not known one by one."""
    content = machine.content(value)
    if isinstance(content, Instance) and content.type in ELEMENTS:
        found = ELEMENTS[content.type](machine, content, span)
        if found is not None:
            return found
    return element_of(machine, value, span)


def any_number_of(machine: Machine, each: Value, span: Span | None = None) -> Reference:
    """A new list of any length. In a script it is known what each of its elements is, for that may be reported."""
    if isinstance(each, Unknown) or "session" not in machine.roles:
        return machine.allocate(Sequence((), "list", complete=False, span=span))
    return machine.allocate(Instance("list", {"each": each}, span=span))


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
