"""R's functions that make vectors and lists, name their elements, and take parts of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...source import Span
from ...values import Instance, Known, Mapping, Sequence, Slot, Unknown, Value
from ..machine import MAPPINGS, NONE, Args, Machine, library
from ..text import product
from .classes import like
from .frames import first_rows, is_frame, unread
from .values import (
    UNREAD,
    Part,
    computed,
    is_function,
    is_list,
    is_missing_argument,
    listed,
    named,
    parts,
    rank,
    scalars,
    some,
    take,
    vector,
)

_MOST: Final = 1000


@library("base.list", "base.list2", "base.lst", "base.alist", "base.pairlist")
def list_(machine: Machine, args: Args) -> Value:
    pairs: list[Part] = []
    places: dict[str, Span] = {}
    stop: Unknown | None = None
    for arg in args.items:
        if arg.loose:
            stop = stop or Unknown("it is made of more than can be seen", arg.span, foreign=True)
        elif not is_missing_argument(arg.value):
            pairs.append((arg.name or None, arg.value))
            if arg.name and stop is None:
                places[arg.name] = (
                    arg.span
                    if arg.value_span is None
                    else Span(arg.span.path, arg.span.start, arg.span.start + len(arg.name))
                )
    made = listed(pairs, args.span, places)
    return _open(made, stop) if stop else made


def _open(value: Value, stop: Unknown) -> Value:
    """A collection of which more may be there."""
    match value:
        case Mapping():
            return value._replace(stop=stop)
        case Sequence():
            return value._replace(complete=False)
    return stop


@library("base.c")
def c(machine: Machine, args: Args) -> Value:
    for arg in args.items:
        machine.excuse(arg.value)
    given = [
        (arg.name or None, machine.content(arg.value))
        for arg in args.items
        if arg.name not in ("recursive", "use.names")
    ]
    if args.loose:
        return computed(args, "it is made of more than can be seen")
    several = [value for _, value in given]
    return product(
        several,
        lambda chosen: combined(machine, list(zip((name for name, _ in given), chosen, strict=True)), args.span),
    )


def combined(machine: Machine, given: list[Part], span: Span) -> Value:
    """`c(…)`: a list if any of these is one. What follows something unknown is not known."""
    made: list[Part] = []
    as_list = any(is_list(value) or is_function(value) for _, value in given)
    unread: Unknown | None = None
    for outer, value in given:
        inner = [(None, value)] if is_function(value) else parts(machine, value, span)
        if inner is None and not as_list and isinstance(value, Instance) and "nonempty" in value.fields:
            made.append((None, value._replace(fields={"length": Known(1)})))  # it has some element, at any rate
        if inner is None:
            unread = value if isinstance(value, Unknown) else Unknown("its elements are not known", span, foreign=True)
            break
        for index, (name, each) in enumerate(inner, start=1):
            if outer and name:
                name = f"{outer}.{name}"
            elif outer:
                name = f"{outer}{index}" if len(inner) > 1 else outer
            made.append((name, each))
    empty = any(isinstance(value, Sequence) and value.kind == "vector" and not value.items for _, value in given)
    if unread is None and empty and made and not as_list and not any(rank(each) == 3 for _, each in made):
        unread = Unknown("its type may be that of an empty vector", span, foreign=True)
    if unread is None and made and any(outer for outer, _ in given) and not any(name for name, _ in made):
        unread = Unknown("its names are empty", span, foreign=True)
    if unread is None:
        if not made and not as_list:
            return Sequence((), "vector", True, span) if any(value != NONE for _, value in given) else NONE
        return listed(made, span) if as_list else vector(made, span)
    stop = Unknown(unread.reason, unread.span or span, foreign=True)
    if as_list or all(rank(each) == 3 for _, each in made):
        kept = listed(made, span) if as_list else _vector_of_texts(made, span)
        return _open(kept, stop)
    return stop


def _vector_of_texts(made: list[Part], span: Span) -> Value:
    value = listed(made, span)
    return value._replace(kind="vector") if isinstance(value, Sequence | Mapping) else value


# --- Empty ones, and regular ones -----------------------------------------------------------------------------------

_ZERO: Final[dict[str, Value]] = {
    "character": Known(""),
    "integer": Known(0),
    "numeric": Known(0.0),
    "double": Known(0.0),
    "logical": Known(False),
}


def _zeros(kind: str) -> Callable[[Machine, Args], Value]:
    def make(machine: Machine, args: Args) -> Value:
        count = take(args, "length").known("length", 0)
        if not isinstance(count, int | float) or not 0 <= count <= _MOST:
            return some(kind.replace("double", "numeric"), single=False)
        return vector([(None, _ZERO[kind])] * int(count), args.span)

    return make


for _kind in _ZERO:
    library(f"base.{_kind}")(_zeros(_kind))


@library("base.vector")
def vector_(machine: Machine, args: Args) -> Value:
    taken = take(args, "mode", "length")
    mode, count = taken.known("mode", "logical"), taken.known("length", 0)
    if not isinstance(count, int | float) or not 0 <= count <= _MOST:
        return computed(args)
    if mode == "list":
        return listed([(None, NONE)] * int(count), args.span)
    if mode in _ZERO:
        return vector([(None, _ZERO[str(mode)])] * int(count), args.span)
    return computed(args)


@library("base.rep", "base.rep.int")
def rep(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "times", "each", "length.out")
    value = taken.get("x")
    found = parts(machine, value, args.span) if value is not None else None
    times, each, length = taken.known("times", 1), taken.known("each", 1), taken.known("length.out")
    numbers = isinstance(times, int | float) and isinstance(each, int | float)
    if machine.content(value or NONE) == NONE:
        return NONE
    if found is None or not numbers or taken.loose:
        return computed(args)
    if length is not None or any(name for name, _ in found):
        return computed(args)
    assert isinstance(times, int | float)
    assert isinstance(each, int | float)
    if times < 0 or each < 0 or len(found) * times * each > _MOST:
        return computed(args)
    made = [part for part in found for _ in range(int(each))] * int(times)
    return listed(made, args.span) if is_list(machine.content(value or NONE)) else vector(made, args.span)


library("base.rep_len")(lambda machine, args: computed(args))


def _range(start: int, end: int, span: Span) -> Value:
    return vector([(None, Known(number)) for number in range(start, end + 1)], span)


@library("base.seq_len")
def seq_len(machine: Machine, args: Args) -> Value:
    count = take(args, "length.out").known("length.out")
    if isinstance(count, int | float) and 0 <= count <= _MOST:
        return _range(1, int(count), args.span)
    return some("integer", single=False)


@library("base.seq_along")
def seq_along(machine: Machine, args: Args) -> Value:
    value = args.positional[0] if args.positional else NONE
    found = parts(machine, value, args.span)
    return some("integer", single=False) if found is None else _range(1, len(found), args.span)


@library("base.seq", "base.seq.int")
def seq(machine: Machine, args: Args) -> Value:
    taken = take(args, "from", "to", "by", "length.out", "along.with")
    start, end, by = taken.known("from"), taken.known("to"), taken.known("by")
    length = taken.known("length.out")
    if taken.get("along.with") is not None or UNREAD in (start, end, by, length):
        return computed(args)
    match start, end, by, length:
        case int() | float(), None, None, None:
            content = machine.content(taken.get("from") or NONE)
            if isinstance(content, Known) and 1 <= start <= _MOST:
                return _range(1, int(start), args.span)
        case None, None, None, int() | float() if length >= 0:
            return _range(1, int(length), args.span) if length <= _MOST else computed(args)
        case int() | float(), int() | float(), None, None if float(start).is_integer():
            step = 1 if end >= start else -1
            count = int(abs(end - start)) + 1
            if count <= _MOST:
                return vector([(None, Known(int(start) + step * index)) for index in range(count)], args.span)
        case int() | float(), int() | float(), int() | float(), None if by and float(by).is_integer():
            if not float(start).is_integer() or (end - start) / by < 0 or (end - start) / by > _MOST:
                return computed(args)
            whole = isinstance(start, int) and isinstance(by, int)
            numbers = [start + by * index for index in range(int((end - start) / by) + 1)]
            return vector([(None, Known(int(each) if whole else float(each))) for each in numbers], args.span)
    return computed(args)


# --- The same elements, differently ---------------------------------------------------------------------------------


@library("base.unlist", "base.list_c", "base.flatten_chr")
def unlist(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "recursive", "use.names")
    value = taken.get("x") or NONE
    machine.excuse(value)
    content = machine.content(value)
    if not is_list(content):
        return value
    flat = _flattened(machine, content, args.span, None)
    if flat is None:
        return computed(args)
    if taken.known("use.names", True) is not True:
        flat = [(None, each) for _, each in flat]
    return vector(flat, args.span) if flat else NONE


def _flattened(machine: Machine, content: Value, span: Span, outer: str | None) -> list[Part] | None:
    found = parts(machine, content, span)
    if found is None:
        return None
    made: list[Part] = []
    for name, each in found:
        inner = machine.content(each)
        if isinstance(inner, Sequence | Mapping):
            below = _flattened(machine, inner, span, name)
            if below is None:
                return None
            if name and below and all(deeper for deeper, _ in below):
                below = [(f"{name}.{deeper}", value) for deeper, value in below]
            elif name and any(deeper for deeper, _ in below):
                return None
            elif name and len(below) > 1:
                below = [(f"{name}{index}", value) for index, (_, value) in enumerate(below, start=1)]
            elif name:
                below = [(name, value) for _, value in below]
            made += below
        elif inner == NONE:
            continue
        elif rank(inner) is None or isinstance(inner, Instance) and inner.fields.get("length") != Known(1):
            return None
        else:
            made.append((name, inner))
    return made


@library("base.rev")
def rev(machine: Machine, args: Args) -> Value:
    value = args.positional[0] if args.positional else NONE
    found = parts(machine, value, args.span)
    if machine.content(value) == NONE:
        return NONE
    if found is None or is_frame(machine.content(value)):
        return computed(args)
    back = list(reversed(found))
    return listed(back, args.span) if is_list(machine.content(value)) else vector(back, args.span)


@library("base.sort")
def sort(machine: Machine, args: Args) -> Value:
    """Texts that every locale sorts alike; anything else is some order of what there is."""
    value = args.positional[0] if len(args.items) == 1 and args.positional else NONE
    found = scalars(machine, value, args.span)
    known = [each.value for each in found or () if isinstance(each, Known) and isinstance(each.value, str)]
    plain = sorted(known, key=lambda text: "".join(filter(str.isalnum, text)).casefold())
    if not found or len(known) < len(found) or sorted(known) != plain:
        return computed(args)
    return vector([(None, Known(text, args.span)) for text in plain], args.span)


@library("base.append")
def append(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "values", "after")
    value, more, after = taken.get("x") or NONE, taken.get("values") or NONE, taken.known("after")
    machine.excuse(value)
    machine.excuse(more)
    one, other = machine.content(value), machine.content(more)
    if after is None and not taken.loose:
        return product([one, other], lambda chosen: combined(machine, [(None, each) for each in chosen], args.span))
    return computed(args)


@library("base.head", "base.tail")
def head(machine: Machine, args: Args) -> Value:
    return _end(machine, args, front=True)


library("base.tail")(lambda machine, args: _end(machine, args, front=False))


def _end(machine: Machine, args: Args, front: bool) -> Value:
    taken = take(args, "x", "n")
    value, count = taken.get("x") or NONE, taken.known("n", 6)
    found = parts(machine, value, args.span)
    content = machine.content(value)
    if isinstance(content, Instance) and is_frame(content):
        return first_rows(content, int(count)) if isinstance(count, int | float) else unread(content)
    if content == NONE:
        return NONE
    if found is None or not isinstance(count, int | float) or not float(count).is_integer():
        return computed(args)
    size = min(int(count), len(found)) if count >= 0 else max(len(found) + int(count), 0)
    cut = found[:size] if front else found[len(found) - size :]
    kind = "list" if is_list(content) else "vector"
    if any(name for name, _ in found):
        return named(cut, kind, args.span)
    return listed(cut, args.span) if kind == "list" else vector(cut, args.span)


@library("base.unique")
def unique(machine: Machine, args: Args) -> Value:
    value = args.positional[0] if args.positional else NONE
    found = scalars(machine, value, args.span)
    if machine.content(value) == NONE:
        return NONE
    if is_frame(machine.content(value)):
        return unread(machine.content(value))
    if found is None or not all(isinstance(each, Known) for each in found) or len(args.items) > 1:
        return computed(args)
    pairs: list[Part] = [(None, each) for each in dict.fromkeys(found)]
    return listed(pairs, args.span) if is_list(machine.content(value)) else vector(pairs, args.span)


@library("base.modifyList", "base.list_modify")
def modify_list(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "val", "keep.null")
    value, change = taken.get("x") or NONE, taken.get("val") or NONE
    machine.excuse(change)
    if taken.get("keep.null") is not None:
        return computed(args)
    return like(_modified(machine, machine.content(value), machine.content(change), args), machine.content(value))


def _modified(machine: Machine, one: Value, other: Value, args: Args) -> Value:
    one, other = _as_named(one), _as_named(other)
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return computed(args)
    slots = dict(one.slots)
    for key, slot in other.slots.items():
        if not isinstance(key, str):
            continue
        before = slots.get(key)
        inner, outer = machine.content(slot.value), machine.content(before.value) if before else NONE
        if inner == NONE and slot.always:
            slots.pop(key, None)
        elif is_list(inner) and is_list(outer) and slot.always and before is not None:
            slots[key] = Slot(_modified(machine, outer, inner, args), before.always, slot.span)
        elif slot.always:
            slots[key] = slot
        else:
            slots[key] = Slot(computed(args), bool(before and before.always), slot.span)
    stop = one.stop or other.stop
    if other.stop:
        unread = Unknown("it may have been changed", args.span, foreign=True)
        slots = {key: slot if key in other.slots else slot._replace(value=unread) for key, slot in slots.items()}
    return Mapping(slots, stop, "list", args.span)


def _as_named(value: Value) -> Value:
    match value:
        case Sequence(items=(), complete=True):
            return Mapping({}, kind="list")
        case Known(value=None):
            return value
        case Instance(type=kind) if kind in MAPPINGS:
            return value
    return value
