"""R's functions that reach into a vector or list, or change one: `[[`, `attr<-`, `pluck`; operators as functions."""

from __future__ import annotations

from collections.abc import Callable

from ... import ir
from ...values import Known, OneOf, Reference, Sequence, Unknown, Value
from ..machine import NONE, Arg, Args, Machine, library
from ..members import item
from ..operate import operate
from .names import set_names
from .values import (
    computed,
    is_list,
    is_missing_argument,
    listed,
    named,
    parts,
)

# --- Replacement ----------------------------------------------------------------------------------------------------


@library("base.attr<-", "base.class<-", "base.oldClass<-", "base.attributes<-", "base.comment<-")
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
    if which in (Known("class"), Known("dim"), Known("levels")) or which is None:
        return value if isinstance(value, Reference) or is_list(machine.content(value)) else computed(args)
    return value


@library("base.[<-", "base.[[<-", "base.$<-")
def set_element(machine: Machine, args: Args) -> Value:
    return computed(args, "an element of it is set here")


def _element(access: ir.Access) -> Callable[[Machine, Args], Value]:
    """`x[]` is all of it; `x[["k", exact = TRUE]]` is an element; with several indexes it is a part of a table."""

    def apply(machine: Machine, args: Args) -> Value:
        indexes = [arg for arg in args.items[1:] if arg.name not in ("exact", "drop")]
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
