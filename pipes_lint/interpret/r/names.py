"""R's functions of the names of elements."""

from __future__ import annotations

from ...protocol import members
from ...source import Span
from ...values import Instance, Known, Mapping, OneOf, Sequence, Template, Value
from ..machine import CONTAINS, ITERATE, MAPPINGS, NONE, Args, Machine, library
from ..text import product
from .classes import like
from .frames import columns_of, frame_of, is_frame, rows_of, unread
from .values import (
    Part,
    computed,
    is_list,
    listed,
    named,
    parts,
    plain_texts,
    some,
    take,
    texts,
    vector,
)

# --- Names ----------------------------------------------------------------------------------------------------------


_OF_EVERY_R6_OBJECT = ("initialize", "clone", "print", ".__enclos_env__", ".__active__")


@library("base.names", "base.names2")
def names(machine: Machine, args: Args) -> Value:
    value = args.positional[0] if args.positional else args.get("x") or args.get("name")
    if value is None:
        return some("character", single=False)
    content = machine.content(value)
    match content:
        case Instance(type="dagsterpipes.PipesContext"):
            return texts([Known(name) for name in (*members("r"), *_OF_EVERY_R6_OBJECT)], args.span)
        case Instance(type=kind) if kind in MAPPINGS:
            return Instance("r:names", {"of": content}, span=args.span)
        case Mapping(stop=None, slots=slots) if all(slot.always for slot in slots.values()):
            if not any(isinstance(key, str) for key in slots):
                return texts([], args.span) if not slots else NONE
            return texts(
                [Known(key if isinstance(key, str) else "", slot.span) for key, slot in slots.items()], args.span
            )
        case Mapping():
            return Instance("r:names", {"of": content}, span=args.span)
        case Instance(type="r:data.frame", fields={"columns": Mapping(slots=slots)}):
            return texts([Known(str(key)) for key in slots], args.span)
        case Instance(type="r:data.frame"):
            return some("character", single=False)
        case Sequence(complete=True) | Known() | Template():
            return NONE
        case OneOf(options=several):
            return product(
                [OneOf(several)],
                lambda chosen: names(machine, args._replace(items=(args.items[0]._replace(value=chosen[0]),))),
            )
    return computed(args, "the names of something unknown")


def _name_is_there(machine: Machine, whole: Instance, key: Value, span: Span) -> bool | None:
    of = whole.fields["of"]
    match of, key:
        case Instance(type=kind), _ if kind in CONTAINS:
            return CONTAINS[kind](machine, of, key, span)
        case Mapping(slots=slots), Known(value=str() as name):
            if name in slots:
                return True if slots[name].always else None
            return False if of.complete else None
    return None


def _each_name(machine: Machine, whole: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    of = whole.fields["of"]
    mapping = MAPPINGS[of.type](machine, of, span) if isinstance(of, Instance) and of.type in MAPPINGS else of
    if not isinstance(mapping, Mapping):
        return (), False
    certain = [Known(key, slot.span) for key, slot in mapping.slots.items() if slot.always and isinstance(key, str)]
    return tuple(certain), mapping.complete and len(certain) == len(mapping.slots)


CONTAINS["r:names"] = _name_is_there
ITERATE["r:names"] = _each_name


@library("base.colnames")
def column_names(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else NONE
    return names(machine, args) if is_frame(value) and len(args.items) == 1 else some("character", single=False)


@library("base.hasName", "base.has_name")
def has_name(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "name")
    value, key = machine.content(taken.get("x") or NONE), taken.get("name")
    if key is None:
        return some("logical")
    whole = Instance("r:names", {"of": value})
    if not isinstance(machine.content(key), Known):
        return some("logical", single=False)
    if isinstance(value, Mapping) or (isinstance(value, Instance) and value.type in CONTAINS):
        found = _name_is_there(machine, whole, machine.content(key), args.span)
        return some("logical") if found is None else Known(found, args.span)
    return some("logical", single=False)


def _renamed(machine: Machine, frame: Instance, wanted: Value | None, args: Args) -> Value:
    columns = columns_of(frame)
    labels = plain_texts(machine, wanted, args.span) if wanted is not None else None
    if columns is None or labels is None or len(labels) != len(columns) or len(set(labels)) < len(labels):
        return unread(frame)
    return frame_of(dict(zip(labels, columns.values(), strict=True)), rows_of(frame), frame)


@library("base.setNames", "base.names<-", "base.set_names", "base.colnames<-")
def set_names(machine: Machine, args: Args) -> Value:
    taken = take(args, "object", "nm", "value")
    value = taken.get("object") or args.get("x")
    wanted = taken.get("value") or taken.get("nm")
    if value is None:
        value = wanted or NONE
    content = machine.content(value)
    found = parts(machine, content, args.span)
    if isinstance(content, Instance) and is_frame(content):
        return _renamed(machine, content, wanted, args)
    if found is None:
        return computed(args)
    if wanted is None:
        given = [each for _, each in found]
        if len(args.items) != 1 or plain_texts(machine, content, args.span) is None:
            return computed(args)
        labels: list[str | None] = [str(each.value) for each in given if isinstance(each, Known)]
    else:
        read = plain_texts(machine, wanted, args.span)
        if read is None or len(read) != len(found) or taken.rest:
            if machine.content(wanted) == NONE and not taken.rest:
                read = []
            else:
                return computed(args)
        labels = [*read, *[None] * (len(found) - len(read))]
    if content == NONE:
        return NONE
    if labels and not any(labels) and machine.content(wanted or NONE) != NONE:
        return computed(args, "its names are empty")
    pairs = [(label or None, each) for label, (_, each) in zip(labels, found, strict=True)]
    kind = "list" if is_list(content) else "vector"
    if not pairs and wanted is not None and machine.content(wanted) != NONE:
        return like(named([], kind, args.span), content)
    return like(listed(pairs, args.span) if kind == "list" else vector(pairs, args.span), content)


@library("base.unname")
def unname(machine: Machine, args: Args) -> Value:
    value = args.positional[0] if args.positional else NONE
    found = parts(machine, value, args.span)
    if machine.content(value) == NONE:
        return NONE
    if found is None:
        return computed(args)
    pairs: list[Part] = [(None, each) for _, each in found]
    made = listed(pairs, args.span) if is_list(machine.content(value)) else vector(pairs, args.span)
    return like(made, machine.content(value))
