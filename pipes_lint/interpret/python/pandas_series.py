"""What the members and methods of a pandas `Series` or `Index` give."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Known, Mapping, OneOf, Sequence, Value
from ..machine import (
    CONTAINS,
    ELEMENTS,
    ITEMS,
    ITERATE,
    MAPPINGS,
    MEMBERS,
    METHODS,
    NONE,
    OPERATORS,
    Args,
    Frame,
    Machine,
)
from ..plain import BOOL, INT, computed, listed
from .alike import dict_of, list_of
from .numpy_types import FLOAT64, INT64, NUMPY_BOOL, array, named_dtype
from .pandas_frames import text
from .pandas_types import (
    EITHER_BOOL,
    EITHER_FLOAT,
    EITHER_INT,
    NUMBERS,
    SERIES,
    TRUTHS,
    each_of,
    field,
    frame,
    held,
    one_of,
    rows_of,
    series,
)

_SAME_SERIES: Final = frozenset(
    "head tail copy dropna drop sort_values sort_index sample nlargest nsmallest drop_duplicates rename truncate "
    "mode".split()
)
_LIKE_SERIES: Final = frozenset("abs round cumsum cumprod cummax cummin fillna ffill bfill clip".split())
_REAL_SERIES: Final = frozenset("diff shift pct_change rank interpolate".split())
_REAL: Final = frozenset("mean std median var sem skew kurt".split())
_SIGNS: Final = {"add": "+", "sub": "-", "mul": "*", "div": "/", "truediv": "/", "floordiv": "//", "mod": "%"}
_COUNTED: Final = ("counts", "sums")
_REAL_NUMBERS: Final = ("int64", "float64", *_COUNTED)


def _of_series(machine: Machine, bound: Bound, args: Args) -> Value | None:
    data = machine.content(bound.receiver)
    if not isinstance(data, Instance):
        return None
    how, holds, name = field(data, "held"), field(data, "holds"), bound.name
    if "inplace" in args.named:
        return NONE
    if name in _SAME_SERIES:
        return series(how, holds)
    if name in _LIKE_SERIES or name in _REAL_SERIES:
        return _like(data, name, args)
    match name:
        case "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "between":
            alike = all(held(machine, value) == "numpy" for value in args.positional) and not args.loose
            return series(how if alike else "", "bool", rows_of(data))
        case "isna" | "isnull" | "notna" | "notnull":
            return series(how, "nulls", rows_of(data))
        case name if name in _SIGNS and len(args.positional) == len(args.items) == 1:
            return OPERATORS[SERIES](_SIGNS[name], data, machine.content(args.positional[0]))
        case "duplicated" | "isin":
            return series("numpy", "marks", rows_of(data))
        case "equals":
            return BOOL
        case "to_frame":
            return frame(how)
        case "to_csv" | "to_json" | "to_string" | "to_markdown":
            return text(args)
        case "replace" | "where" | "mask" | "explode" | "reindex" | "combine_first":
            return series()
        case "astype":
            kind = _told_kind(machine, args)
            return series("numpy" if kind else "", kind, rows_of(data))
        case "value_counts":
            return _counted(how, args)
        case "groupby":
            return Instance("pandas.groups", {"of": data, "column": data})
        case "items":
            return Instance("pandas.items", {"of": data})
        case "agg" | "aggregate" if len(args.items) == 1 and isinstance(machine.content(args.positional[0]), Known):
            told = machine.content(args.positional[0])
            none = args._replace(items=())
            return _of_series(machine, bound._replace(name=str(getattr(told, "value", ""))), none)
        case "map" | "apply" | "agg" | "pipe" | "transform":
            return None
    return _reduced(how, holds, name, args) or _handed_out(machine, how, holds, name, args)


def _reduced(how: str, holds: str, name: str, args: Args) -> Value | None:
    """A single value; None if this is no method that gives one."""
    match name:
        case "all" | "any" if not args.items and holds in TRUTHS:
            certain = how == "numpy" or (how == "dense" and holds == "nulls") or holds == "marks"
            return NUMPY_BOOL if certain else EITHER_BOOL
        case "all" | "any" if not args.items and how == "numpy" and holds in NUMBERS:
            return NUMPY_BOOL
        case "sum" if not args.items:
            return _sum(how, holds, args.span)
        case "mean" if not args.items and holds in TRUTHS:
            return EITHER_FLOAT
        case "max" | "min" if not args.items and (holds not in ("bool", "texts") or how == "numpy"):
            return one_of(holds)
        case "prod" if not args.items and holds in ("int64", "float64"):
            return Instance(f"numpy.{holds}")
        case name if name in _REAL and not args.items:
            return FLOAT64 if holds in _REAL_NUMBERS else one_of("float32") if holds == "float32" else None
        case "quantile" if len(args.items) < 2 and holds in _REAL_NUMBERS:
            return FLOAT64 if not args.items or isinstance(args.get("q", 0), Known) else None
        case "count" | "argmax" | "argmin":
            return INT64
        case "nunique" | "memory_usage":
            return INT
        case "item" if not args.items:
            return each_of(holds)
    return None


def _handed_out(machine: Machine, how: str, holds: str, name: str, args: Args) -> Value:
    """The elements of a series, in another form."""
    match name:
        case "unique" if not args.items:
            whole = how == "numpy" and holds in (*NUMBERS, "bool")
            return array(holds, (INT,)) if whole else Instance("pandas.array", {"holds": Known(holds)})
        case "to_numpy" if not args.items:
            return array(holds if how == "numpy" and holds in (*NUMBERS, "bool") else "", (INT,))
        case "tolist" | "to_list":
            return list_of(machine, each_of(holds))
        case "to_dict" if not args.items:
            return dict_of(machine, each_of(holds), args.span)
    return computed(args.span)


def _like(data: Instance, name: str, args: Args) -> Value:
    """A series of the same rows, in which every element is another, or a hole is filled."""
    how, holds, of = field(data, "held"), field(data, "holds"), rows_of(data)
    if name in _REAL_SERIES:
        return series(how, "float64" if how == "numpy" and holds in ("int64", "float64") and not args.named else "", of)
    if name == "clip" and not all(isinstance(value, Known) for value in args.positional):
        return series(how)
    if name in ("fillna", "clip") and not all(_fills(holds, value) for value in args.positional):
        return series(how)
    return series(how, holds if holds in ("int64", "float64") else "", of)


def _fills(holds: str, value: Value) -> bool:
    """Whether a constant may stand among elements, and leaves their type."""
    plain = value.value if isinstance(value, Known) else None
    return isinstance(plain, int) or holds == "float64" and isinstance(plain, float)


def _told_kind(machine: Machine, args: Args) -> str:
    told = args.get("dtype", 0)
    content = machine.content(told) if told is not None and len(args.items) == 1 else None
    text_named = content == Known("str") or getattr(content, "name", "") == "builtins.str"
    return "" if text_named else named_dtype(content)


def _counted(how: str, args: Args) -> Value:
    share = args.get("normalize", 0)
    if how != "numpy":
        return series()
    if share == Known(True):
        return series("numpy", "float64")
    return series("numpy", "counts") if share in (None, Known(False)) else series()


def _sum(how: str, holds: str, span: Span) -> Value:
    if holds in ("nulls", "marks", "counts") or (holds == "bool" and how == "numpy"):
        return INT64
    if holds in NUMBERS and how == "numpy":
        return Instance(f"numpy.{holds}") if holds in ("int64", "float64", "float32") else computed(span)
    if holds == "sums":
        return INT64  # Only a frame without any columns has none to add up, and then it is 0.0.
    if holds == "totals":
        return OneOf((INT64, FLOAT64))
    return EITHER_INT if holds == "bool" else computed(span)


def _series_member(machine: Machine, data: Instance, name: str, span: Span, where: Frame) -> Value | None:
    holds = field(data, "holds")
    match name:
        case "empty" | "is_unique" | "hasnans" | "is_monotonic_increasing" | "is_monotonic_decreasing":
            return BOOL
        case "size" | "ndim" | "nbytes":
            return INT
        case "shape":
            return Sequence((INT,), "tuple")
        case "values":
            if holds == "nulls" and field(data, "held"):
                return array("bool")
            whole = field(data, "held") == "numpy" and holds in (*NUMBERS, "bool")
            return array(holds, (INT,)) if whole else computed(span)
        case "index":
            return Instance("pandas.Index")
        case "str" | "dt" | "cat":
            return Instance("pandas.accessor", {"of": data, "by": Known(name)})
        case "iloc" | "loc" | "iat" | "at":
            return Instance("pandas.place", {"of": data})
        case "dtype":
            return Instance("pandas.dtype")
        case "T":
            return data
        case "name":
            return computed(span)
    return None


def _taken(machine: Machine, data: Value, key: Value, span: Span) -> Value:
    """One element, or those that are marked or in a range."""
    key = machine.content(key)
    if not isinstance(data, Instance):
        return computed(span)
    match key:
        case Known() if field(data, "held") == "numpy" or field(data, "holds") not in ("bool", "nulls"):
            return one_of(field(data, "holds")) or computed(span)
        case Instance(type="slice"):
            return series(field(data, "held"), field(data, "holds"))
        case Instance() if held(machine, key):
            return series(field(data, "held"), field(data, "holds"))
    return computed(span)


def _place(machine: Machine, place: Instance, key: Value, node: ir.Item, where: Frame) -> Value:
    return _taken(machine, place.fields["of"], key, node.span)


def _as_mapping(machine: Machine, data: Instance, span: Span) -> Mapping:
    """`dict(series)`: its labels and elements, as they are taken out of it one by one."""
    whole = field(data, "held") == "numpy" or field(data, "holds") in (*_COUNTED, "dtypes")
    made = machine.content(dict_of(machine, one_of(field(data, "holds")) if whole else None, span))
    assert isinstance(made, Mapping)
    return made


METHODS[SERIES] = _of_series
MEMBERS[SERIES] = _series_member
ITEMS[SERIES] = lambda machine, data, key, node, where: _taken(machine, data, key, node.span)
ITEMS["pandas.place"] = _place
MAPPINGS[SERIES] = _as_mapping
CONTAINS[SERIES] = lambda machine, data, item, span: None
ITERATE[SERIES] = lambda machine, data, span: ((), False)
ELEMENTS[SERIES] = lambda machine, data, span: each_of(field(data, "holds"))

# --- what `unique` gives ----------------------------------------------------------------------------------------------

METHODS["pandas.array"] = lambda machine, bound, args: (
    list_of(machine, each_of(field(machine.content(bound.receiver), "holds")))
    if bound.name in ("tolist", "to_list")
    else computed(args.span)
)
MEMBERS["pandas.array"] = lambda machine, values, name, span, where: INT if name == "size" else None
ITEMS["pandas.array"] = lambda machine, values, key, node, where: computed(node.span)
ITERATE["pandas.array"] = lambda machine, values, span: ((), False)

# --- accessors --------------------------------------------------------------------------------------------------------

_PARTS: Final = frozenset("year month day hour minute second quarter dayofweek weekday dayofyear".split())
_MATCHES: Final = frozenset("contains match fullmatch startswith endswith isdigit isalpha isupper islower".split())
_TEXTS: Final = frozenset("upper lower strip title replace lstrip rstrip zfill slice capitalize".split())
_OTHERS: Final = frozenset("len count find get join pad center findall encode decode removeprefix removesuffix".split())


def _of_accessor(machine: Machine, bound: Bound, args: Args) -> Value | None:
    accessor = machine.content(bound.receiver)
    data = accessor.fields.get("of") if isinstance(accessor, Instance) else None
    how, holds = field(data, "held"), field(data, "holds")
    match field(accessor, "by"), bound.name:
        case "str", name if name in _MATCHES:
            return series(how if holds == "texts" else "", "bool", rows_of(data))
        case "str", "len" if holds == "texts" and how == "numpy":
            return series("numpy", "int64", rows_of(data))
        case "str", name if name in _TEXTS and holds == "texts":
            return series(how, "texts", rows_of(data))
        case "dt", "total_seconds" if holds == "spans":
            return series("numpy", "float64", rows_of(data))
        case "dt", "strftime" if holds == "moments":
            return series("", "texts", rows_of(data))
        case "dt", "normalize" | "floor" | "ceil" | "round" if holds == "moments":
            return series(how, "moments", rows_of(data))
        case "str", name if name in (*_TEXTS, *_OTHERS):
            return series()
    return computed(args.span)


def _accessor_member(machine: Machine, accessor: Instance, name: str, span: Span, where: Frame) -> Value | None:
    data = accessor.fields.get("of")
    if field(accessor, "by") != "dt":
        return None
    match field(data, "holds"), name:
        case "moments", "date":
            return series("numpy", "dates", rows_of(data))
        case "moments", _ if name in _PARTS and field(data, "held") == "numpy":
            return series("numpy", "int32", rows_of(data))
        case "spans", "days" if field(data, "held") == "numpy":
            return series("", "", rows_of(data))
    return None if name not in (*_PARTS, "date", "time", "days", "seconds") else series()


METHODS["pandas.accessor"] = _of_accessor
MEMBERS["pandas.accessor"] = _accessor_member

# --- indexes ----------------------------------------------------------------------------------------------------------


def _names(index: Value) -> tuple[Value, ...] | None:
    found = index.fields.get("names") if isinstance(index, Instance) else None
    return found.items if isinstance(found, Sequence) else None


def _of_index(machine: Machine, bound: Bound, args: Args) -> Value | None:
    index = machine.content(bound.receiver)
    names, holds = _names(index), field(index, "holds")
    match bound.name:
        case "tolist" | "to_list":
            return listed(machine, names) if names is not None else list_of(machine, each_of(holds))
        case "max" | "min" if not args.items and holds == "moments":
            return one_of(holds)
        case "nunique":
            return INT
    return computed(args.span)


def _index_item(machine: Machine, index: Instance, key: Value, node: ir.Item, where: Frame) -> Value:
    names = _names(index)
    match machine.content(key):
        case Known(value=int() as place) if names is not None and -len(names) <= place < len(names):
            return names[place]
        case Known(value=int()) if field(index, "holds") == "moments":
            return one_of("moments") or computed(node.span)
    return computed(node.span)


def _through_index(machine: Machine, index: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    names = _names(index)
    return (names, True) if names is not None else ((), False)


def _in_index(machine: Machine, index: Instance, item: Value, span: Span) -> bool | None:
    names = _names(index)
    return any(name == item for name in names) if names is not None and isinstance(item, Known) else None


METHODS["pandas.Index"] = _of_index
MEMBERS["pandas.Index"] = lambda machine, data, name, span, where: (
    BOOL if name in ("is_unique", "empty", "hasnans") else INT if name == "size" else None
)
ITEMS["pandas.Index"] = _index_item
ITERATE["pandas.Index"] = _through_index
CONTAINS["pandas.Index"] = _in_index
ELEMENTS["pandas.Index"] = lambda machine, index, span: (
    Instance("pandas.label") if "labels" in index.fields else each_of(field(index, "holds"))
)
