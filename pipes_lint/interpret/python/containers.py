"""The constructors of Python's collections, and what a dictionary's views and a range give."""

from __future__ import annotations

from typing import Literal as Choice

from ... import ir
from ...source import Span
from ...values import Instance, Known, Mapping, OneOf, Sequence, Slot, Unknown, Value, join
from ..calls import as_mapping, put_away
from ..classes import held_by
from ..iterate import any_element, any_number_of, elements
from ..keys import held_under, value_of_key, with_slot, with_unknown_key
from ..machine import CONTAINS, ELEMENTS, ITEMS, ITERATE, MAPPINGS, NONE, Args, Frame, Machine, library
from ..operate import update
from ..plain import INT, MOST_ITEMS, computed, distinct, in_order, listed
from .collections import key_of, named_slots
from .sorting import in_sorted_order


@library("builtins.list")
def make_list(machine: Machine, args: Args) -> Value:
    return _made(machine, args, "list", args.span)


@library("builtins.tuple")
def make_tuple(machine: Machine, args: Args) -> Value:
    return _made(machine, args, "tuple")


@library("collections.deque")
def make_deque(machine: Machine, args: Args) -> Value:
    made = machine.content(_made(machine, args, "list"))
    if args.get("maxlen", 1) is not None and isinstance(made, Sequence):
        made = made._replace(items=(), complete=False)
    return machine.allocate(made)


def _made(machine: Machine, args: Args, kind: Choice["list", "tuple"], span: Span | None = None) -> Value:
    if not args.items:
        made = Sequence((), kind, span=span)
    else:
        source = args.positional[0] if args.positional else computed(args.span)
        content = machine.content(source)
        if isinstance(content, OneOf):
            each = [args._replace(items=(args.items[0]._replace(value=option),)) for option in content.options]
            return join([_made(machine, one, kind, span) for one in each])
        items, complete = in_order(machine, source, args.span)
        if not items and not complete and kind == "list":
            return any_number_of(machine, any_element(machine, source, args.span), span)
        made = Sequence(items, kind, complete, span)
    return machine.allocate(made) if kind == "list" else made


@library("builtins.set", "builtins.frozenset")
def make_set(machine: Machine, args: Args) -> Value:
    items, complete = elements(machine, args.positional[0], args.span) if args.positional else ((), not args.items)
    return machine.allocate(Sequence(distinct(items), "set", complete))


@library("builtins.dict")
def make_dict(machine: Machine, args: Args) -> Value:
    return machine.allocate(_dict(machine, args)._replace(span=args.span))


@library("collections.OrderedDict")
def ordered(machine: Machine, args: Args) -> Value:
    return machine.allocate(_dict(machine, args))


def _dict(machine: Machine, args: Args) -> Mapping:
    made = Mapping({})
    for value in args.positional:
        made = update(made, _pairs(machine, value, args.span))
    return update(made, named_slots(args))


def _pairs(machine: Machine, value: Value, span: Span) -> Mapping:
    """A value as `dict(value)` reads it: a mapping, or key and value in turn."""
    content = machine.content(held_by(machine, value) or value)
    if isinstance(content, Instance) and content.type not in MAPPINGS and content.type in ITERATE:
        items, complete = elements(machine, content, span)
        pair = machine.content(any_element(machine, content, span)) if not items and not complete else None
        if isinstance(pair, Sequence) and pair.kind == "tuple" and len(pair.items) == 2:
            return with_unknown_key(Mapping({}), pair.items[0], Slot(pair.items[1], span=span))
        return as_mapping(machine, Sequence(items, "list", complete), span)
    return as_mapping(machine, value, span)._replace(span=span)


@library("collections.defaultdict")
def default_dict(machine: Machine, args: Args) -> Value:
    """Its missing keys appear when they are read, so it is never complete."""
    for factory in args.positional[:1]:
        put_away(machine, factory, args.span, args.frame)  # it runs whenever a key is missing
    made = Mapping({}, Unknown("a default dictionary has any key", args.span, foreign=True), span=args.span)
    for value in args.positional[1:]:
        made = update(made, as_mapping(machine, value, args.span))
    return machine.allocate(update(made, named_slots(args))._replace(stop=made.stop))


@library("collections.ChainMap")
def chain_map(machine: Machine, args: Args) -> Value:
    made = Mapping({})
    for value in reversed(args.positional):
        made = update(made, as_mapping(machine, value, args.span))
    return machine.allocate(made)


@library("types.MappingProxyType")
def proxy(machine: Machine, args: Args) -> Value:
    return args.positional[0] if args.positional else computed(args.span)


@library("builtins.dict.fromkeys")
def from_keys(machine: Machine, args: Args) -> Value:
    keys, complete = elements(machine, args.positional[0], args.span) if args.positional else ((), False)
    value = args.get("value", 1) or NONE
    stop = None if complete else Unknown("it is made from something that is not known", args.span)
    made = Mapping({}, stop, span=args.span)
    for key in keys:
        own, slot = held_under(machine.content(key)), Slot(value, span=args.span)
        made = with_slot(made, own[0], slot) if own else with_unknown_key(made, key, slot)
    return machine.allocate(made)


@library("builtins.sorted")
def sorted_(machine: Machine, args: Args) -> Value:
    items, complete = elements(machine, args.positional[0], args.span) if args.positional else ((), False)
    content = machine.content(args.positional[0]) if args.positional else NONE
    if isinstance(content, Sequence) and content.kind == "set":
        items = distinct(items)
    if args.positional and not items and not complete:
        return any_number_of(machine, any_element(machine, args.positional[0], args.span))
    ordered = in_sorted_order(machine, items, args.named, args) if complete else None
    alike = all(item == items[0] for item in items)
    if ordered is None and complete and not isinstance(content, Sequence | Mapping) and not alike:
        complete = False
    if ordered is None:
        any_of = join(items) if items else computed(args.span)
        same = complete and not (isinstance(content, Sequence) and content.kind == "set")
        return listed(machine, (any_of,) * len(items) if same else (), same)
    return listed(machine, ordered)


# --- range ----------------------------------------------------------------------------------------------------------


@library("builtins.range")
def make_range(machine: Machine, args: Args) -> Value:
    return Instance("range", {str(place): machine.content(value) for place, value in enumerate(args.positional)})


def _numbers(made: Instance) -> range | None:
    numbers = [each.value for each in made.fields.values() if isinstance(each, Known) and isinstance(each.value, int)]
    if len(numbers) != len(made.fields) or not numbers or 0 in numbers[2:]:
        return None
    return range(*numbers)


def _through_range(machine: Machine, made: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    numbers = _numbers(made)
    if numbers is None:
        return (), False
    return tuple(Known(number) for number in numbers[:MOST_ITEMS]), len(numbers) <= MOST_ITEMS


def _in_range(machine: Machine, made: Instance, item: Value, span: Span) -> bool | None:
    numbers = _numbers(made)
    return item.value in numbers if numbers is not None and isinstance(item, Known) else None


def _of_range(machine: Machine, made: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    numbers = _numbers(made)
    if numbers is not None and isinstance(key, Known) and isinstance(key.value, int):
        place = key.value
        return Known(numbers[place], node.span) if -len(numbers) <= place < len(numbers) else INT
    return INT if isinstance(key, Known) else computed(node.span)


ITERATE["range"] = _through_range
CONTAINS["range"] = _in_range
ITEMS["range"] = _of_range


# --- what `.keys()`, `.values()` and `.items()` give ----------------------------------------------------------------


def _whole(machine: Machine, view: Instance) -> Value:
    return machine.content(view.fields["of"])


def _known_slots(content: Value) -> tuple[list[tuple[Value, Slot]], bool]:
    """The keys and slots that are certainly there, from the first on, and whether these are all."""
    if not isinstance(content, Mapping) or (content.stop and not content.slots):
        return [], False
    found: list[tuple[Value, Slot]] = []
    for key, slot in content.slots.items():
        if not slot.always:
            return found, False
        found.append((value_of_key(key, slot.span), slot))
    return found, content.stop is None


def _keys(machine: Machine, view: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    return elements(machine, _whole(machine, view), span)


def _values(machine: Machine, view: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    slots, complete = _known_slots(_whole(machine, view))
    return tuple(slot.value for _, slot in slots), complete


def _items(machine: Machine, view: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    slots, complete = _known_slots(_whole(machine, view))
    return tuple(Sequence((key, slot.value), "tuple") for key, slot in slots), complete


def _has_key(machine: Machine, view: Instance, item: Value, span: Span) -> bool | None:
    content = _whole(machine, view)
    key = key_of(item)
    if not isinstance(content, Mapping) or key is None:
        return None
    slot = content.slots.get(key[0])
    if slot is not None:
        return True if slot.always else None
    return False if content.complete and not any(isinstance(key, tuple) for key in content.slots) else None


def _any_value(machine: Machine, view: Instance, span: Span) -> Value | None:
    """What any value is of a dictionary of which only some keys are not known."""
    content = _whole(machine, view)
    if not isinstance(content, Mapping) or content.complete or not content.told_by_value:
        return None
    value = join([slot.value for slot in content.slots.values()])
    return None if isinstance(value, Unknown) else value


def _any_pair(machine: Machine, view: Instance, span: Span) -> Value | None:
    value = _any_value(machine, view, span)
    key = Unknown("the key is not known", span, foreign=True)
    return None if value is None else Sequence((key, value), "tuple")


ELEMENTS.update({"dict_values": _any_value, "dict_items": _any_pair})
ITERATE.update({"dict_keys": _keys, "dict_values": _values, "dict_items": _items})
CONTAINS["dict_keys"] = _has_key
MAPPINGS["dict_items"] = lambda machine, view, span: as_mapping(machine, view.fields["of"], span)
