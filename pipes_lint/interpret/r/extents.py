"""How many rows and columns something has, in R: `nrow`, `ncol`, `dim`; matrices."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...values import Instance, Known, OneOf, Sequence, Unknown, Value
from ..machine import ITEMS, NONE, Args, Frame, Machine, library
from ..text import product
from .frames import columns_of, rows_of
from .values import length_of, some, take

_NUMBER: Final = some("integer", whole=True)


def _extents(value: Value) -> tuple[Value, Value] | None:
    """The rows and columns of what has some; None if it is not known whether it does."""
    match value:
        case Instance(type="r:data.frame"):
            columns, rows = columns_of(value), rows_of(value)
            return _NUMBER if rows is None else Known(rows), _NUMBER if columns is None else Known(len(columns))
        case Instance(type="r:matrix", fields={"nrow": rows_, "ncol": columns_}):
            return rows_, columns_
    return None


def _has_none(value: Value) -> bool:
    return isinstance(value, Known) or isinstance(value, Sequence) and value.kind in ("vector", "list")


def _extent(name: str, index: int) -> None:
    def one(value: Value, args: Args) -> Value:
        if _has_none(value):
            return Known(None, args.span)
        found = _extents(value)
        return _NUMBER if found is None else found[index]

    def apply(machine: Machine, args: Args) -> Value:
        value = machine.content(args.positional[0]) if args.positional else NONE
        return product([value], lambda chosen: one(chosen[0], args))

    library(f"base.{name}")(apply)


_extent("nrow", 0)
_extent("ncol", 1)


@library("base.dim")
def dimensions(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else NONE
    if _has_none(value):
        return Known(None, args.span)
    found = _extents(value)
    return some("integer", single=False) if found is None else Sequence(found, "vector", span=args.span)


@library("base.matrix")
def matrix(machine: Machine, args: Args) -> Value:
    """Elements in rows and columns: as many as are said, or as it takes to hold them all."""
    taken = take(args, "data", "nrow", "ncol", "byrow", "dimnames")
    data = taken.get("data")
    content = machine.content(data) if data is not None else NONE
    length = 1 if data is None else None if isinstance(content, Unknown | OneOf) else length_of(machine, content)
    given = {name: taken.known(name) for name in ("nrow", "ncol")}
    fields: dict[str, Value] = {}
    for name, other in (("nrow", "ncol"), ("ncol", "nrow")):
        own, beside = given[name], given[other]
        count: int | None = None
        if isinstance(own, int | float):
            count = int(own)
        elif own is None and length is not None:
            if isinstance(beside, int | float) and beside >= 1:
                count = -(-length // int(beside))
            elif beside is None:
                count = length if name == "nrow" else 1
        fields[name] = _NUMBER if count is None else Known(count)
    return Instance("r:matrix", fields, span=args.span)


def _part(machine: Machine, holder: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    return Unknown("it is a part of a matrix", node.span, foreign=True)


ITEMS["r:matrix"] = _part
