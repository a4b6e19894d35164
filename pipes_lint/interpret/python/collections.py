"""What the methods of Python's lists, tuples, sets and dictionaries do, and what their constructors make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...source import Span
from ...values import Bound, Instance, Key, Known, Mapping, OneOf, Reference, Sequence, Slot, Unknown, Value, join
from ..calls import as_mapping
from ..iterate import behind, elements
from ..keys import least_known, object_key
from ..machine import METHODS, NONE, Args, Machine
from ..operate import update
from ..plain import BOOL, INT, Open, computed, distinct, in_order, plain
from .sorting import in_sorted_order


def _set(machine: Machine, receiver: Value, content: Value) -> Value:
    """Changes the thing in place."""
    if isinstance(receiver, Reference):
        machine.store.write(receiver.ident, content)
    return NONE


# --- lists, tuples, sets --------------------------------------------------------------------------------------------


def method_of_sequence(machine: Machine, bound: Bound, args: Args) -> Value | None:
    content = machine.content(bound.receiver)
    if not isinstance(content, Sequence):
        return None
    table = _OF_SET if content.kind == "set" else _OF_LIST
    method = table.get(bound.name)
    return method(machine, bound.receiver, content, args) if method else None


METHODS["list"] = method_of_sequence


def _append(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    if not args.positional:
        return NONE
    return _set(machine, receiver, held.followed_by((args.positional[0],)))


def _extend(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    if not args.positional:
        return NONE
    more, complete = in_order(machine, args.positional[0], args.span)
    return _set(machine, receiver, held.followed_by(more, complete, behind(machine, args.positional[0])))


def _insert(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    match args.positional:
        case (Known(value=int() as place), value) if held.complete or 0 <= place <= len(held.items):
            items = list(held.items)
            items.insert(place, value)
            return _set(machine, receiver, held._replace(behind=(), items=tuple(items)))
    return _set(machine, receiver, held._replace(behind=(), items=(), complete=False))


def _pop(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    place = args.get("index", 0) or Known(-1)
    items = list(held.items)
    if isinstance(place, Known) and isinstance(place.value, int):
        index = place.value
        if -len(items) <= index < len(items) and (held.complete or index >= 0):
            value = items.pop(index)
            _set(machine, receiver, held._replace(behind=(), items=tuple(items)))
            return value
        if not held.complete and index == -1:
            _set(machine, receiver, held._replace(behind=(), items=()))
            return computed(args.span)
    _set(machine, receiver, held._replace(behind=(), items=(), complete=False))
    return computed(args.span)


def _remove(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    place = _place(machine, held, args)
    if place is None:
        return _set(machine, receiver, held._replace(behind=(), items=(), complete=False))
    return _set(machine, receiver, held._replace(behind=(), items=held.items[:place] + held.items[place + 1 :]))


def _index(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    place = _place(machine, held, args) if len(args.items) == 1 else None
    return INT if place is None else Known(place, args.span)


def _place(machine: Machine, held: Sequence, args: Args) -> int | None:
    """Where a known value first stands among known values."""
    wanted = machine.content(args.positional[0]) if args.positional else None
    for place, each in enumerate(held.items):
        one = machine.content(each)
        if not isinstance(one, Known) or not isinstance(wanted, Known):
            return None
        if one.value == wanted.value:
            return place
    return None


def _count(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    try:
        return Known(plain(machine, held).count(plain(machine, args.positional[0])), args.span)
    except (Open, IndexError, AttributeError):
        return INT


def _copy(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    return machine.allocate(held._replace(span=None))


def _clear(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    return _set(machine, receiver, held._replace(behind=(), items=(), complete=True))


def _reverse(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    return _set(machine, receiver, held._replace(behind=(), items=held.items[::-1] if held.complete else ()))


def _sort(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    items = in_sorted_order(machine, held.items, args.named, args) if held.complete else None
    return _set(machine, receiver, held._replace(behind=(), items=items or (), complete=items is not None))


SequenceMethod = Callable[[Machine, Value, Sequence, Args], Value]
_OF_LIST: Final[dict[str, SequenceMethod]] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "remove": _remove,
    "index": _index,
    "count": _count,
    "copy": _copy,
    "clear": _clear,
    "reverse": _reverse,
    "sort": _sort,
}


def _some_set(items: tuple[Value, ...], complete: bool) -> Sequence:
    return Sequence(distinct(items), "set", complete)


def _all_items(machine: Machine, held: Sequence, args: Args) -> tuple[tuple[Value, ...], bool]:
    items, complete = held.items, held.complete and not args.loose
    for value in args.positional:
        more, all_of_it = elements(machine, value, args.span)
        items, complete = items + more, complete and all_of_it
    return items, complete


def _add(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    return _set(machine, receiver, _some_set((*held.items, *args.positional), held.complete))


def _update_set(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    return _set(machine, receiver, _some_set(*_all_items(machine, held, args)))


def _union(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    return machine.allocate(_some_set(*_all_items(machine, held, args)))


def _discard(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    try:
        gone = plain(machine, args.positional[0])
        kept = [each for each in held.items if plain(machine, each) != gone]
    except (Open, IndexError):
        return _set(machine, receiver, held._replace(behind=(), items=(), complete=False))
    return _set(machine, receiver, held._replace(behind=(), items=tuple(kept)))


def _less(keep: bool) -> SequenceMethod:
    """`difference` (what is not in the others) or `intersection` (what is in all of them)."""

    def method(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
        try:
            kept = list(distinct(held.items))
            for value in args.positional:
                more, complete = elements(machine, value, args.span)
                if not complete or not held.complete:
                    raise Open
                others = {plain(machine, each) for each in more}
                kept = [each for each in kept if (plain(machine, each) in others) is keep]
            return machine.allocate(Sequence(tuple(kept), "set"))
        except (Open, TypeError):
            return machine.allocate(Sequence((), "set", complete=False))

    return method


def _compared(ask: Callable[[set[object], set[object]], bool]) -> SequenceMethod:
    """`issubset` and its like."""

    def method(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
        try:
            more, complete = elements(machine, args.positional[0], args.span)
            if not complete or not held.complete:
                return BOOL
            mine, others = ({plain(machine, each) for each in items} for items in (held.items, more))
            return Known(ask(mine, others), args.span)
        except (Open, TypeError, IndexError):
            return BOOL

    return method


def _pop_any(machine: Machine, receiver: Value, held: Sequence, args: Args) -> Value:
    only = len(held.items) == 1 and held.complete
    _set(machine, receiver, held._replace(behind=(), items=(), complete=only))
    return held.items[0] if only else computed(args.span)


_OF_SET: Final[dict[str, SequenceMethod]] = {
    "add": _add,
    "update": _update_set,
    "union": _union,
    "discard": _discard,
    "remove": _discard,
    "difference": _less(keep=False),
    "intersection": _less(keep=True),
    "copy": _copy,
    "clear": _clear,
    "issubset": _compared(set.issubset),
    "issuperset": _compared(set.issuperset),
    "isdisjoint": _compared(set.isdisjoint),
    "pop": _pop_any,
    "difference_update": lambda machine, receiver, held, args: _set(
        machine, receiver, machine.content(_less(keep=False)(machine, receiver, held, args))
    ),
    "intersection_update": lambda machine, receiver, held, args: _set(
        machine, receiver, machine.content(_less(keep=True)(machine, receiver, held, args))
    ),
}


# --- dictionaries ---------------------------------------------------------------------------------------------------


def method_of_mapping(machine: Machine, bound: Bound, args: Args) -> Value | None:
    content = machine.content(bound.receiver)
    method = _OF_MAPPING.get(bound.name)
    if not isinstance(content, Mapping) or method is None:
        return None
    return method(machine, bound.receiver, content, args)


METHODS["dict"] = method_of_mapping


def key_of(value: Value | None) -> tuple[Key] | None:
    """A known key, in a tuple of one; None if it is not known."""
    match value:
        case Known(value=str() | int() | float() | bool() | bytes() | None as key):
            return (key,)
    return None


def look_up(machine: Machine, held: Mapping, key: Value | None, default: Value, span: Span) -> Value:
    """`held.get(key, default)`."""
    if isinstance(key, OneOf):
        return join([look_up(machine, held, each, default, span) for each in key.options])
    known = key_of(key)
    if known is None:
        slot = held.slots.get(object_key(key)) if key else None
        return slot.value if slot is not None and slot.always else computed(span)
    slot = held.slots.get(known[0])
    if slot is not None:
        return slot.value if slot.always else join([slot.value, default])
    if held.stop is None and not any(isinstance(each, tuple) for each in held.slots):
        return default
    return Unknown(held.stop.reason, held.stop.span, foreign=True) if held.stop else computed(span)


def _get(machine: Machine, receiver: Value, held: Mapping, args: Args) -> Value:
    default = args.get("default", 1) or NONE
    return look_up(machine, held, machine.content(args.get("key", 0) or computed(args.span)), default, args.span)


def _stopped(held: Mapping, why: str, span: Span) -> Mapping:
    return held._replace(stop=least_known(held.stop, Unknown(why, span)))


def _setdefault(machine: Machine, receiver: Value, held: Mapping, args: Args) -> Value:
    default = args.get("default", 1) or NONE
    known = key_of(machine.content(args.positional[0])) if args.positional else None
    if known is None:
        _set(machine, receiver, _stopped(held, "a key that is not known is set here", args.span))
        return computed(args.span)
    value = look_up(machine, held, Known(known[0]), default, args.span)
    slot = held.slots.get(known[0], Slot(value, span=args.items[0].where))
    _set(machine, receiver, held._replace(slots={**held.slots, known[0]: slot._replace(value=value, always=True)}))
    return value


def _pop_key(machine: Machine, receiver: Value, held: Mapping, args: Args) -> Value:
    default = args.get("default", 1)
    known = key_of(machine.content(args.positional[0])) if args.positional else None
    if known is None:
        _set(machine, receiver, held._replace(slots={k: s._replace(always=False) for k, s in held.slots.items()}))
        return computed(args.span)
    slot = held.slots.get(known[0])
    _set(machine, receiver, held._replace(slots={k: s for k, s in held.slots.items() if k != known[0]}))
    if slot is not None and (slot.always or default is None):
        return slot.value
    return look_up(machine, held, Known(known[0]), default or computed(args.span), args.span)


def _pop_item(machine: Machine, receiver: Value, held: Mapping, args: Args) -> Value:
    if held.complete and held.slots:
        key, slot = list(held.slots.items())[-1]
        if slot.always and not isinstance(key, tuple):
            _set(machine, receiver, held._replace(slots={k: s for k, s in held.slots.items() if k != key}))
            return Sequence((Known(key, slot.span), slot.value), "tuple")
    _set(machine, receiver, held._replace(slots={k: s._replace(always=False) for k, s in held.slots.items()}))
    return computed(args.span)


def _update(machine: Machine, receiver: Value, held: Mapping, args: Args) -> Value:
    for value in args.positional:
        held = update(held, as_mapping(machine, value, args.span))
    return _set(machine, receiver, update(held, named_slots(args)))


def named_slots(args: Args) -> Mapping:
    """The named arguments as a mapping, incomplete where more may be passed."""
    slots: dict[Key, Slot] = {}
    for arg in args.items:
        if arg.name is not None:
            spread = arg.value_span is None or arg.value_span.end != arg.span.end
            start = arg.span.start
            where = arg.value_span if spread else Span(arg.span.path, start, start + len(arg.name))
            slots[arg.name] = Slot(arg.value, span=where, written=None if spread else arg.value_span)
    return Mapping(slots, Unknown("more is handed on than can be seen", args.span) if args.loose else None)


def _view(kind: str) -> Callable[[Machine, Value, Mapping, Args], Value]:
    return lambda machine, receiver, held, args: Instance(kind, {"of": receiver})


def _copy_mapping(machine: Machine, receiver: Value, held: Mapping, args: Args) -> Value:
    return machine.allocate(held)


def _clear_mapping(machine: Machine, receiver: Value, held: Mapping, args: Args) -> Value:
    return _set(machine, receiver, held._replace(slots={}, stop=None))


_OF_MAPPING: Final[dict[str, Callable[[Machine, Value, Mapping, Args], Value]]] = {
    "get": _get,
    "setdefault": _setdefault,
    "pop": _pop_key,
    "popitem": _pop_item,
    "update": _update,
    "keys": _view("dict_keys"),
    "values": _view("dict_values"),
    "items": _view("dict_items"),
    "copy": _copy_mapping,
    "clear": _clear_mapping,
}
