"""R's functions that reach into a vector or list, or change one: `[[`, `attr<-`, `pluck`; operators as functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ... import ir
from ...values import Instance, Known, OneOf, Reference, Sequence, Unknown, Value
from ..machine import NONE, Arg, Args, Machine, library
from ..members import item
from ..operate import operate
from ..text import product
from .classes import with_classes
from .frames import is_frame, part_of_table, unread
from .names import set_names
from .values import (
    computed,
    is_list,
    is_missing_argument,
    listed,
    named,
    parts,
    plain_texts,
)

# --- Replacement ----------------------------------------------------------------------------------------------------


@library("base.class<-", "base.oldClass<-")
def set_class(machine: Machine, args: Args) -> Value:
    new = args.get("value") or (args.positional[-1] if len(args.positional) > 1 else None)
    return classed(machine, args.positional[0], new, args) if args.positional and new is not None else computed(args)


_BASIC: Final = frozenset(
    "numeric double integer character logical list function matrix array environment complex name NULL factor "
    "data.frame".split()
)


def classed(machine: Machine, value: Value, new: Value, args: Args) -> Value:
    """A value that is made an instance of these classes; R turns it into another if they are its own."""
    names = () if machine.content(new) == NONE else plain_texts(machine, new, args.span)
    own = {"data.frame"} if is_frame(machine.content(value)) else set()
    if names and (_BASIC if len(names) == 1 else {"factor", "data.frame"}) & set(names) - own:
        return computed(args)
    content = machine.content(value)
    known = None if names is None else tuple(names)
    if isinstance(content, OneOf) and not isinstance(value, Reference):
        return product([content], lambda chosen: with_classes(machine, chosen[0], known))
    return with_classes(machine, value, known)


@library("base.attr<-", "base.attributes<-", "base.comment<-")
def set_attribute(machine: Machine, args: Args) -> Value:
    """Attributes do not change what a list holds; a class may change how it is written."""
    value = args.positional[0] if args.positional else NONE
    which = args.positional[1] if len(args.positional) > 1 else None
    if which == Known("names"):
        new = args.get("value")
        items = tuple(arg for arg in args.items if arg.name is None)[:1] + tuple(
            arg for arg in args.items if arg.name == "value"
        )
        return set_names(machine, args._replace(items=items)) if new is not None else computed(args)
    if which is not None and not isinstance(which, Known):
        return computed(args)
    if which == Known("class"):
        return set_class(machine, args)
    if which in (Known("dim"), Known("levels")) or which is None:
        return value if isinstance(value, Reference) or is_list(machine.content(value)) else computed(args)
    return value


@library("base.[<-", "base.[[<-", "base.$<-")
def set_element(machine: Machine, args: Args) -> Value:
    if args.items and is_frame(machine.content(args.items[0].value)):
        return unread(machine.content(args.items[0].value))
    return computed(args, "an element of it is set here")


def _element(access: ir.Access) -> Callable[[Machine, Args], Value]:
    """`x[]` is all of it; `x[["k", exact = TRUE]]` is an element; with several indexes it is a part of a table."""

    def apply(machine: Machine, args: Args) -> Value:
        indexes = [arg for arg in args.items[1:] if arg.name not in ("exact", "drop")]
        if len(indexes) == 2 and access is ir.Access.SUBSET and not args.loose:
            return _of_table(machine, args, indexes[0].value, indexes[1].value)
        if not args.items or len(indexes) != 1 or args.loose:
            return computed(args, "it is a part of something")
        holder, index = args.items[0], indexes[0]
        if is_missing_argument(index.value):
            return holder.value
        found = _item(machine, holder, index, access, args)
        if any(arg.name == "exact" for arg in args.items):
            machine.excuse(found)  # who asks for an exact name knows that it may not be there
        return found

    return apply


def _of_table(machine: Machine, args: Args, rows: Value, columns: Value) -> Value:
    """`df[rows, columns]`, where one left out stands for all."""
    content = machine.content(args.items[0].value)
    if not isinstance(content, Instance) or not is_frame(content):
        return computed(args, "it is a part of something")
    given = [None if is_missing_argument(each) else each for each in (rows, columns)]
    return part_of_table(machine, content, given[0], given[1], args)


def _item(machine: Machine, holder: Arg, index: Arg, access: ir.Access, args: Args) -> Value:
    node = ir.Item(args.span, ir.Literal(holder.where, None), ir.Literal(index.where, None), access)
    return item(machine, holder.value, index.value, node, args.frame)


library("base.[")(_element(ir.Access.SUBSET))
library("base.[[")(_element(ir.Access.ELEMENT))
library("base.$", "base.@")(_element(ir.Access.DOLLAR))


def _operator(sign: str, means: str) -> None:
    """An operator called as a function."""

    def apply(machine: Machine, args: Args) -> Value:
        if args.loose or len(args.items) not in (1, 2):
            return computed(args)
        return operate(machine, means, [arg.value for arg in args.items], args.span, args.frame)

    library(f"base.{sign}")(apply)


for _sign, _means in (
    *((each, each) for each in ("+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "&", "|", ":", "%||%")),
    ("^", "**"),
    ("%%", "%"),
    ("%/%", "//"),
    ("%in%", "in"),
):
    _operator(_sign, _means)
library("base.(", "base.{")(lambda machine, args: args.items[-1].value if args.items else NONE)


@library("base.pluck", "base.chuck", "base.getElement")
def pluck(machine: Machine, args: Args) -> Value:
    value = args.positional[0] if args.positional else NONE
    default = args.get(".default")
    for arg in args.items[1:]:
        if arg.name is not None:
            continue
        node = ir.Item(arg.span, ir.Literal(arg.span, None), ir.Literal(arg.where, None), ir.Access.ELEMENT)
        if not isinstance(arg.value, Known):
            return computed(args)
        machine.excuse(value)
        value = NONE if machine.content(value) == NONE else item(machine, value, arg.value, node, args.frame)
    if default is not None:
        machine.excuse(value)
        return default if machine.content(value) == NONE else value
    return value


@library("base.compact")
def compact(machine: Machine, args: Args) -> Value:
    value = args.positional[0] if args.positional else NONE
    found = parts(machine, value, args.span)
    for _, each in found or ():
        machine.excuse(each)
    if (
        found is None
        or not is_list(machine.content(value))
        or any(isinstance(each, Unknown | OneOf) for _, each in found)
    ):
        return computed(args)
    empty = (NONE, Sequence((), "vector"), Sequence((), "list"))
    kept = [(name, each) for name, each in found if machine.content(each) not in empty]
    return named(kept, "list", args.span) if any(name for name, _ in found) else listed(kept, args.span)
