"""What a dictionary keeps a value under: a plain constant as it is, any other object in a tuple of its own.

A tuple of constants is kept as `("tuple", …)`; one thing alone in a tuple stands for a class, a function, a member of
an enum.
"""

from __future__ import annotations

from ..source import Span
from ..values import (
    KEYS_UNKNOWN,
    UNKNOWN_KEY,
    ClassObject,
    Closure,
    Instance,
    Key,
    Known,
    Mapping,
    Sequence,
    Slot,
    Symbol,
    Template,
    Unknown,
    Value,
    join,
)


def held_under(value: Value) -> tuple[Key] | None:
    """The key for a value, in a tuple of one; None if it is not known."""
    match value:
        case Known(value=str() | int() | float() | bool() | bytes() | None as key):
            return (key,)
    own = object_key(value)
    return None if own is None else (own,)


def object_key(value: Value) -> tuple[object, ...] | None:
    """The key for an object that is told from others by what it is."""
    match value:
        case Sequence(kind="tuple", complete=True, items=items) if all(map(_is_constant, items)):
            return ("tuple", tuple(item.value for item in items if isinstance(item, Known)))
        case Symbol():
            return (value,)
        case ClassObject(frame=frame):
            return (f"class {frame}",)
        case Closure(code=code, frame=frame):
            return (f"function {frame} {code.span}",)
        case Instance(type="enum", fields={"class": ClassObject(frame=frame), "name": Known(value=name)}):
            return (f"member {frame} {name}",)
        case Instance(type="enum" | "object", ident=ident) if ident:
            return (f"{ident}",)
    return None


def with_slot(held: Mapping, key: Key, slot: Slot) -> Mapping:
    return held._replace(slots={**held.slots, key: slot})


def is_unknown_key(key: Key) -> bool:
    return isinstance(key, tuple) and key[0] == UNKNOWN_KEY


def with_unknown_key(held: Mapping, key: Value, slot: Slot) -> Mapping:
    """A dictionary in which something has been put under a key that is not known.

    What was under another such key may be gone by that, unless the two are texts that cannot be the same.
    """
    own = (UNKNOWN_KEY, key if isinstance(key, Template | Instance) else None, slot.span)
    stop: Unknown | None = Unknown(KEYS_UNKNOWN, slot.span)
    slots = dict(held.slots)
    for each, old in held.slots.items():
        if cannot_equal(each, key) or (each == own and old.value == slot.value):
            continue
        if is_unknown_key(each):
            del slots[each]
            stop = Unknown("several of its keys are not known", slot.span)
        elif isinstance(key, Template) and isinstance(each, str):
            slots[each] = old._replace(value=join([old.value, slot.value]))
    return held._replace(slots={**slots, own: slot._replace(always=False)}, stop=least_known(held.stop, stop))


def least_known(*stops: Unknown | None) -> Unknown | None:
    """Of the reasons why several mappings may have other keys: one for what all of them are together."""
    given = [stop for stop in stops if stop is not None]
    return next((stop for stop in given if stop.reason != KEYS_UNKNOWN), given[0] if given else None)


def may_equal(one: Key, other: Key) -> bool:
    """Whether two keys of which not all is known may be the same."""
    text = other[1] if isinstance(other, tuple) else other
    return not isinstance(text, Template) or not cannot_equal(one, text)


def cannot_equal(key: Key, other: Value) -> bool:
    """Whether a key, of which perhaps a part is known, is certainly another than a value."""
    one = key[1] if isinstance(key, tuple) and is_unknown_key(key) else Known(key)
    ends = []
    for each in (one, other):
        match each:
            case Template(pieces=pieces):
                ends.append((pieces[0], pieces[-1]))
            case Known(value=str() as text):
                ends.append((text, text))
            case _:
                return False
    begins = [first if isinstance(first, str) else "" for first, _ in ends]
    closes = [last if isinstance(last, str) else "" for _, last in ends]
    alike = begins[0].startswith(begins[1]) or begins[1].startswith(begins[0])
    return not alike or not (closes[0].endswith(closes[1]) or closes[1].endswith(closes[0]))


def _is_constant(value: Value) -> bool:
    return isinstance(value, Known) and isinstance(value.value, str | int | float | bool | bytes | None)


def value_of_key(key: Key, span: Span | None) -> Value:
    """What going through a dictionary gives for a key."""
    match key:
        case ("tuple", tuple() as items):
            return Sequence(tuple(map(Known, items)), "tuple")
        case (Symbol() as symbol,):
            return symbol
        case tuple():
            return Unknown("the key is no plain value", span, foreign=True)
    return Known(key, span)
