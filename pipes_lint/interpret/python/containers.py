"""The constructors of Python's collections, and what a dictionary's views and a range give."""

from __future__ import annotations

from typing import Literal as Choice

from ... import ir
from ...source import Span
from ...values import Instance, Known, Mapping, OneOf, Sequence, Slot, Unknown, Value, join
from ..calls import as_mapping
from ..iterate import elements
from ..machine import CONTAINS, ITEMS, ITERATE, MAPPINGS, NONE, Args, Frame, Machine, library
from ..operate import update
from ..plain import INT, MOST_ITEMS, computed, distinct, in_order, listed
from .collections import key_of, named_slots
from .sorting import in_sorted_order


@library("builtins.list")
def make_list(machine: Machine, args: Args) -> Value:
    return _made(machine, args, "list")


@library("builtins.tuple")
def make_tuple(machine: Machine, args: Args) -> Value:
    return _made(machine, args, "tuple")


@library("collections.deque")
def make_deque(machine: Machine, args: Args) -> Value:
    made = machine.content(_made(machine, args, "list"))
    if args.get("maxlen", 1) is not None and isinstance(made, Sequence):
        made = made._replace(items=(), complete=False)
    return machine.allocate(made)


def _made(machine: Machine, args: Args, kind: Choice["list", "tuple"]) -> Value:
    if not args.items:
        made = Sequence((), kind)
    else:
        source = args.positional[0] if args.positional else computed(args.span)
        content = machine.content(source)
        if isinstance(content, OneOf):
            one = args.items[0]
            return join([_made(machine, args._replace(items=(one._replace(value=o),)), kind) for o in content.options])
        items, complete = in_order(machine, source, args.span)
        made = Sequence(items, kind, complete)
    return machine.allocate(made) if kind == "list" else made


@library("builtins.set", "builtins.frozenset")
def make_set(machine: Machine, args: Args) -> Value:
    items, complete = elements(machine, args.positional[0], args.span) if args.positional else ((), not args.items)
    return machine.allocate(Sequence(distinct(items), "set", complete))


@library("builtins.dict", "collections.OrderedDict")
def make_dict(machine: Machine, args: Args) -> Value:
    made = Mapping({}, span=args.span)
    for value in args.positional:
        made = update(made, _pairs(machine, value, args.span))
    return machine.allocate(update(made, named_slots(args)))


def _pairs(machine: Machine, value: Value, span: Span) -> Mapping:
    """A value as `dict(value)` reads it: a mapping, or key and value in turn."""
    content = machine.content(value)
    if isinstance(content, Instance) and content.type not in MAPPINGS and content.type in ITERATE:
        items, complete = elements(machine, content, span)
        return as_mapping(machine, Sequence(items, "list", complete), span)
    return as_mapping(machine, value, span)._replace(span=span)


@library("collections.defaultdict")
def default_dict(machine: Machine, args: Args) -> Value:
    """Its missing keys appear when they are read, so it is never complete."""
    made = Mapping({}, Unknown("a default dictionary has any key", args.span, foreign=True), span=args.span)
    for value in args.positional[1:]:
        made = update(made, as_mapping(machine, value, args.span))
    return machine.allocate(update(made, named_slots(args))._replace(stop=made.stop))


@library("collections.Counter")
def counter(machine: Machine, args: Args) -> Value:
    stop = Unknown("it counts what it is given", args.span, foreign=True)
    return machine.allocate(Mapping({}, stop, span=args.span))


@library("collections.ChainMap")
def chain_map(machine: Machine, args: Args) -> Value:
    made = Mapping({}, span=args.span)
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
    slots = {}
    for key in keys:
        if isinstance(key, Known) and not isinstance(key.value, ir.Missing):
            slots[key.value] = Slot(value, span=key.span)
        else:
            stop = Unknown("one of its keys is not known", args.span)
    return machine.allocate(Mapping(slots, stop, span=args.span))  # type: ignore[arg-type]


@library("builtins.sorted")
def sorted_(machine: Machine, args: Args) -> Value:
    items, complete = elements(machine, args.positional[0], args.span) if args.positional else ((), False)
    content = machine.content(args.positional[0]) if args.positional else NONE
    if isinstance(content, Sequence) and content.kind == "set":
        items = distinct(items)
    ordered = in_sorted_order(machine, items, args.named, args) if complete else None
    if ordered is None and complete and not isinstance(content, Sequence | Mapping):
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
        odd = Unknown("the key is no plain value", slot.span, foreign=True)
        found.append((odd if isinstance(key, tuple) else Known(key, slot.span), slot))
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


ITERATE.update({"dict_keys": _keys, "dict_values": _values, "dict_items": _items})
CONTAINS["dict_keys"] = _has_key
MAPPINGS["dict_items"] = lambda machine, view, span: as_mapping(machine, view.fields["of"], span)
