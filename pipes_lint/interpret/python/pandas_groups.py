"""What pandas' `groupby` gives: groups gone through one by one, and each of them reduced."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Known, Sequence, Unknown, Value
from ..machine import ELEMENTS, ITEMS, ITERATE, MEMBERS, METHODS, Args, Frame, Machine
from ..plain import INT, computed
from .pandas_types import FRAME, columns_of, field, frame, kind_of, series, with_columns

GROUPS: Final = "pandas.groups"
_KEPT: Final = frozenset("sum max min first last prod".split())
_REAL: Final = frozenset("mean median std var".split())


def _parts(groups: Value) -> tuple[Instance | None, Instance | None]:
    """The frame that was grouped, and its column if one was taken."""
    fields = groups.fields if isinstance(groups, Instance) else {}
    of, column = fields.get("of"), fields.get("column")
    return of if isinstance(of, Instance) else None, column if isinstance(column, Instance) else None


def _item(machine: Machine, groups: Instance, key: Value, node: ir.Item, where: Frame) -> Value:
    data, _ = _parts(groups)
    match machine.content(key):
        case Known(value=str() as name) if data is not None:
            column = series(field(data, "held"), kind_of(machine, data, name))
            return Instance(GROUPS, {"of": data, "column": column})
        case Sequence(kind="list"):
            return Instance(GROUPS, {"of": frame(field(data, "held"))})
    return computed(node.span)


def _member(machine: Machine, groups: Instance, name: str, span: Span, where: Frame) -> Value | None:
    data, column = _parts(groups)
    if name == "ngroups":
        return INT
    if data is None or column is not None or not kind_of(machine, data, name):
        return None
    return Instance(GROUPS, {"of": data, "column": series(field(data, "held"), kind_of(machine, data, name))})


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    groups = machine.content(bound.receiver)
    data, column = _parts(groups)
    how = field(column or data, "held")
    name = bound.name
    if name in ("agg", "aggregate") and len(args.positional) == len(args.items) == 1:
        told = machine.content(args.positional[0])
        name = str(told.value) if isinstance(told, Known) else ""
        args = args._replace(items=())
    match name:
        case "size":
            return series("numpy", "counts") if how == "numpy" else series()
        case "count" | "nunique" if column is not None:
            return series("numpy", "counts") if how == "numpy" else series()
        case "apply" | "pipe" | "transform" | "filter":
            return None
    if column is None:
        whole = name in _KEPT or name in _REAL or name in ("head", "tail", "count", "nunique")
        return frame(how) if whole else computed(args.span)
    kind = field(column, "holds")
    if name in _KEPT and not args.items:
        return series(how, kind if kind in ("int64", "float64", "moments") else "")
    if name in _REAL and not args.items:
        return series(how, "float64" if kind in ("int64", "float64") else "")
    return computed(args.span)


def _each(machine: Machine, groups: Instance, span: Span) -> Value | None:
    """A label and its group, which has the same columns."""
    data, column = _parts(groups)
    label = Unknown("it is a label of data", span, foreign=True)
    if column is not None:
        return Sequence((label, series(field(column, "held"), field(column, "holds"))), "tuple")
    if data is None or data.type != FRAME:
        return None
    columns = columns_of(machine, data)
    group = frame(field(data, "held")) if columns is None else with_columns(machine, field(data, "held"), columns)
    return Sequence((label, group), "tuple")


METHODS[GROUPS] = _method
MEMBERS[GROUPS] = _member
ITEMS[GROUPS] = _item
ITERATE[GROUPS] = lambda machine, groups, span: ((), False)
ELEMENTS[GROUPS] = _each
