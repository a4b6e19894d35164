"""What the members and methods of a pandas `Series` or `Index` give."""

from __future__ import annotations

from typing import Final

from ...source import Span
from ...values import Bound, Instance, Known, Mapping, OneOf, Sequence, Unknown, Value
from ..machine import CONTAINS, ITEMS, ITERATE, MEMBERS, METHODS, NONE, Args, Frame, Machine
from ..plain import BOOL, INT, computed, listed
from .numpy_types import FLOAT64, INT64, NUMPY_BOOL, array
from .pandas_types import EITHER_BOOL, EITHER_FLOAT, EITHER_INT, SERIES, field, frame, held, series, text

_SAME_SERIES: Final = frozenset(
    "head tail copy dropna drop sort_values sort_index sample nlargest nsmallest drop_duplicates rename".split()
)
_LIKE_SERIES: Final = frozenset(
    "abs round cumsum diff shift clip fillna ffill bfill cummax cummin pct_change rank".split()
)


def _of_series(machine: Machine, bound: Bound, args: Args) -> Value | None:
    data = machine.content(bound.receiver)
    how, holds, name = field(data, "held"), field(data, "holds"), bound.name
    if "inplace" in args.named:
        return NONE
    if name in _SAME_SERIES:
        return data
    if name in _LIKE_SERIES:
        return series(how)
    match name:
        case "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "between":
            alike = all(held(machine, value) == "numpy" for value in args.positional) and not args.loose
            return series(how if alike else "", "bool")
        case "isna" | "isnull" | "notna" | "notnull":
            return series(how, "nulls")
        case "duplicated" | "isin":
            return series("numpy", "marks")
        case "all" | "any" if not args.items and holds in ("bool", "nulls", "marks"):
            certain = how == "numpy" or (how == "dense" and holds == "nulls") or holds == "marks"
            return NUMPY_BOOL if certain else EITHER_BOOL
        case "sum" if not args.items:
            return _sum(how, holds, args.span)
        case "mean" if not args.items and holds in ("bool", "nulls", "marks"):
            return EITHER_FLOAT
        case "max" | "min" | "prod" if not args.items and holds in ("int64", "float64"):
            return Instance(f"numpy.{holds}")
        case "mean" | "std" | "median" | "var" if not args.items and holds in ("int64", "float64"):
            return FLOAT64
        case "unique" if not args.items:
            return Instance("pandas.array")
        case "count":
            return INT64
        case "nunique":
            return INT
        case "equals":
            return BOOL
        case "tolist" | "to_list":
            return listed(machine, (), complete=False)
        case "to_dict":
            return machine.allocate(Mapping({}, Unknown("it is made of data", args.span, foreign=True), span=args.span))
        case "to_csv" | "to_json" | "to_string" | "to_markdown":
            return text(args)
        case "to_frame":
            return frame(how)
        case "value_counts" | "astype" | "replace" | "where" | "mask":
            return series()
        case "map" | "apply" | "agg" | "pipe" | "transform":
            return None
    return computed(args.span)


def _sum(how: str, holds: str, span: Span) -> Value:
    if holds in ("nulls", "marks", "counts") or (holds == "bool" and how == "numpy"):
        return INT64
    if holds in ("int64", "float64") and how == "numpy":
        return Instance(f"numpy.{holds}")
    if holds == "sums":
        return INT64  # Only a frame without any columns has none to add up, and then it is 0.0.
    if holds == "totals":
        return OneOf((INT64, FLOAT64))
    return EITHER_INT if holds == "bool" else computed(span)


def _series_member(machine: Machine, data: Instance, name: str, span: Span, where: Frame) -> Value | None:
    match name:
        case "empty" | "is_unique" | "hasnans" | "is_monotonic_increasing" | "is_monotonic_decreasing":
            return BOOL
        case "size" | "ndim":
            return INT
        case "shape":
            return Sequence((INT,), "tuple")
        case "values":
            return array("bool") if field(data, "holds") == "nulls" and field(data, "held") else computed(span)
        case "index":
            return Instance("pandas.Index")
        case "str" | "dt" | "cat":
            return Instance("pandas.accessor")
        case "iloc" | "loc" | "iat" | "at" if field(data, "holds") in ("int64", "float64"):
            return Instance("pandas.place", {"holds": Known(field(data, "holds"))})
        case "dtype":
            return Instance("pandas.dtype")
        case "loc" | "iloc" | "at" | "iat" | "name":
            return computed(span)
    return None


ITEMS["pandas.place"] = lambda machine, place, key, node, where: (
    Instance(f"numpy.{field(place, 'holds')}") if isinstance(key, Known) else computed(node.span)
)
METHODS["pandas.array"] = lambda machine, bound, args: (
    listed(machine, (), complete=False) if bound.name in ("tolist", "to_list") else computed(args.span)
)
MEMBERS["pandas.array"] = lambda machine, values, name, span, where: INT if name == "size" else None
ITEMS["pandas.array"] = lambda machine, values, key, node, where: computed(node.span)
ITERATE["pandas.array"] = lambda machine, values, span: ((), False)
METHODS[SERIES] = _of_series
MEMBERS[SERIES] = _series_member
ITEMS[SERIES] = lambda machine, data, key, node, where: (
    data if isinstance(machine.content(key), Instance) and held(machine, key) else computed(node.span)
)
CONTAINS[SERIES] = lambda machine, data, item, span: None
METHODS["pandas.accessor"] = lambda machine, bound, args: (
    series("", "bool")
    if bound.name in ("contains", "match", "fullmatch", "startswith", "endswith", "isdigit")
    else series()
)
METHODS["pandas.Index"] = lambda machine, bound, args: (
    listed(machine, (), complete=False) if bound.name in ("tolist", "to_list") else computed(args.span)
)
MEMBERS["pandas.Index"] = lambda machine, data, name, span, where: (
    BOOL if name in ("is_unique", "empty", "hasnans") else INT if name == "size" else None
)
ITEMS["pandas.Index"] = lambda machine, data, key, node, where: computed(node.span)
ITERATE["pandas.Index"] = ITERATE[SERIES] = lambda machine, data, span: ((), False)
