"""pandas: what type a result certainly has. What depends on the data is not known.

What a comparison's `.all()` gives depends on how the data are held: numpy's arrays give numpy's bool, pyarrow's and sparse
ones Python's. So a frame and a series carry `held`: `numpy` (by plain numpy arrays or pandas' own), or `dense` (perhaps by
pyarrow's); nothing where even that is not certain. A series may also carry what it `holds`: `bool`, `nulls` (the bools of
`isna()`), `marks` (bools that are numpy's however the data are held), `counts` (numpy's integers).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .. import ir
from ..source import Span
from ..values import Bound, Instance, Known, Mapping, OneOf, Sequence, Unknown, Value
from .iterate import elements
from .machine import (
    CONTAINS,
    ITEMS,
    ITERATE,
    LIBRARY,
    MEMBERS,
    METHODS,
    NONE,
    OPERATORS,
    SET_ITEM,
    Args,
    Frame,
    Machine,
    library,
)
from .numpy_types import FLOAT64, INT64, NUMPY_BOOL, array
from .plain import BOOL, FLOAT, INT, STR, computed, listed

FRAME: Final = "pandas.DataFrame"
SERIES: Final = "pandas.Series"
_EITHER_BOOL: Final = OneOf((NUMPY_BOOL, BOOL))
_EITHER_INT: Final = OneOf((INT64, INT))
_EITHER_FLOAT: Final = OneOf((FLOAT64, FLOAT))


def frame(held: str = "") -> Instance:
    return Instance(FRAME, {"held": Known(held)} if held else {})


def series(held: str = "", holds: str = "") -> Instance:
    fields: dict[str, Value] = {"held": Known(held)} if held else {}
    return Instance(SERIES, {**fields, "holds": Known(holds)} if holds else fields)


def _field(value: Value | None, name: str) -> str:
    if isinstance(value, Instance):
        found = value.fields.get(name)
        return str(found.value) if isinstance(found, Known) else ""
    return ""


def held(machine: Machine | None, value: Value) -> str:
    """How a value would be held in a frame: `numpy`, `dense`, or nobody knows."""
    content = machine.content(value) if machine else value
    match content:
        case Known():
            return "numpy"
        case Instance(type="pandas.DataFrame" | "pandas.Series"):
            return _field(content, "held")
        case Instance(type=kind) if kind in ("int", "float", "str", "bool") or kind.startswith(("numpy.", "datetime.")):
            return "numpy"
        case Sequence(items=items):
            return "numpy" if content.complete and all(held(machine, item) == "numpy" for item in items) else ""
        case Mapping(slots=slots):
            return (
                "numpy" if content.complete and all(held(machine, s.value) == "numpy" for s in slots.values()) else ""
            )
        case Instance(type="range"):
            return "numpy"
    return ""


# --- where frames come from -------------------------------------------------------------------------------------------


@library("pandas.DataFrame", "pandas.DataFrame.from_dict", "pandas.DataFrame.from_records")
def make_frame(machine: Machine, args: Args) -> Value:
    if not args.items:
        return frame("numpy")
    plainly = len(args.items) == 1 or set(args.named) <= {"data", "columns", "index", "orient"}
    data = args.get("data", 0)
    return frame(held(machine, data) if data is not None and plainly and not args.loose else "")


@library("pandas.Series")
def make_series(machine: Machine, args: Args) -> Value:
    data = args.get("data", 0)
    return series(held(machine, data) if data is not None and len(args.items) == 1 and not args.loose else "")


_HOW: Final = frozenset({"dtype", "dtype_backend", "converters"})
_PARTS: Final = frozenset({"chunksize", "iterator"})


@library("pandas.read_csv", "pandas.read_table", "pandas.read_fwf", "pandas.read_excel")
def read_text(machine: Machine, args: Args) -> Value:
    if args.loose or _PARTS & set(args.named) or "sheet_name" in args.named:
        return computed(args.span)
    return frame("" if _HOW & set(args.named) else "numpy")


@library(
    "pandas.read_parquet",
    "pandas.read_feather",
    "pandas.read_orc",
    "pandas.read_sql",
    "pandas.read_sql_query",
    "pandas.read_sql_table",
)
def read_binary(machine: Machine, args: Args) -> Value:
    return computed(args.span) if args.loose or _PARTS & set(args.named) else frame("dense")


@library("pandas.concat", "pandas.merge")
def combine(machine: Machine, args: Args) -> Value:
    parts = list(args.positional[:2])
    if len(parts) == 1:
        items, complete = elements(machine, parts[0], args.span)
        parts = list(items) if complete else []
    contents = [machine.content(part) for part in parts]
    if contents and all(isinstance(each, Instance) and each.type == FRAME for each in contents):
        plainly = all(_field(each, "held") == "numpy" for each in contents) and "axis" not in args.named
        return frame("numpy" if plainly else "")
    return computed(args.span)


LIBRARY["pandas.Timestamp"] = LIBRARY["pandas.Timestamp.now"] = lambda machine, args: Instance("pandas.Timestamp")
LIBRARY["pandas.Timestamp.utcnow"] = LIBRARY["pandas.Timestamp.today"] = LIBRARY["pandas.Timestamp"]
LIBRARY["pandas.DataFrame.to_markdown"] = lambda machine, args: STR
METHODS["pandas.Timestamp"] = lambda machine, bound, args: (
    STR if bound.name in ("isoformat", "strftime") else FLOAT if bound.name == "timestamp" else computed(args.span)
)


@library("pandas.isna", "pandas.isnull", "pandas.notna", "pandas.notnull")
def is_null(machine: Machine, args: Args) -> Value:
    match machine.content(args.positional[0]) if args.positional else None:
        case Known() | Instance(type="int" | "float" | "str"):
            return BOOL
        case Instance(type="pandas.Series" | "pandas.DataFrame") as data:
            return METHODS[data.type](machine, Bound(data, "isna"), args) or computed(args.span)
    return computed(args.span)


# --- frames -----------------------------------------------------------------------------------------------------------

_SAME_FRAME: Final = frozenset(
    "head tail copy dropna query sort_values sort_index reset_index drop drop_duplicates sample nlargest nsmallest filter "
    "fillna ffill bfill round abs truncate rename add_prefix add_suffix".split()
)
_OTHER_FRAME: Final = frozenset(
    "merge join assign melt pivot pivot_table describe corr cov transpose set_index reindex astype convert_dtypes where mask "
    "explode infer_objects".split()
)
_TESTS: Final = frozenset("eq ne lt le gt ge isin".split())
_TEXTS: Final = frozenset("to_csv to_json to_html to_string to_markdown to_latex to_xml".split())
_WRITTEN: Final = frozenset("to_excel to_pickle to_feather to_stata info".split())
_NAMES: Final = frozenset(
    "T add add_prefix add_suffix agg aggregate align all any apply applymap asfreq asof at at_time attrs axes backfill "
    "between_time boxplot clip columns combine combine_first compare count cummax cummin cumprod cumsum diff div divide dot "
    "droplevel dtypes duplicated empty equals eval ewm expanding explode first first_valid_index flags floordiv from_arrow "
    "from_dict from_records get groupby hist iat idxmax idxmin iloc index insert interpolate isetitem isna isnull items "
    "iterrows itertuples keys kurt kurtosis last last_valid_index loc map max mean median memory_usage min mod mode mul "
    "multiply ndim notna notnull nunique pad pct_change pipe plot pop pow prod product quantile radd rank rdiv reindex_like "
    "rename_axis reorder_levels replace resample rfloordiv rmod rmul rolling rpow rsub rtruediv select select_dtypes sem "
    "set_axis set_flags shape shift size skew sparse squeeze stack std style sub subtract sum swapaxes swaplevel take "
    "to_clipboard to_dict to_gbq to_hdf to_iceberg to_numpy to_orc to_parquet to_period to_records to_sql to_timestamp "
    "to_xarray transform truediv tz_convert tz_localize unstack update value_counts values var xs".split()
).union(_SAME_FRAME, _OTHER_FRAME, _TESTS, _TEXTS, _WRITTEN)


def _of_frame(machine: Machine, bound: Bound, args: Args) -> Value | None:
    data = machine.content(bound.receiver)
    how, name = _field(data, "held"), bound.name
    if "inplace" in args.named:
        return NONE
    if name in _SAME_FRAME:
        return frame(how)
    if name in _OTHER_FRAME:
        return frame()
    if name in _TESTS:
        return _marked(frame(how), "bool")
    if name in ("isna", "isnull", "notna", "notnull"):
        return _marked(frame(how), "nulls")
    if name in _TEXTS:
        return _text(args)
    if name in _WRITTEN:
        return NONE
    match name:
        case "duplicated":
            return series("numpy", "marks")
        case "equals":
            return BOOL
        case "count" | "memory_usage" if "axis" not in args.named:
            return series("numpy", "counts")
        case "any" | "all" if not args.items and _field(data, "holds"):
            return series("numpy", "marks") if _field(data, "holds") == "nulls" and how else series(how, "bool")
        case "sum" if not args.items and _field(data, "holds") == "nulls":
            return series("numpy", "sums")
        case "nunique" if "axis" not in args.named:
            return series()
        case "to_dict":
            return _as_dict(machine, args)
        case "to_parquet" if args.positional:
            return NONE
        case "get" if len(args.positional) == 1:
            return computed(args.span)
        case (
            "groupby" | "iterrows" | "itertuples" | "to_numpy" | "rolling" | "resample" | "mean" | "sum" | "max" | "min"
        ):
            return computed(args.span)
    return None


def _marked(data: Instance, holds: str) -> Instance:
    return replace(data, fields={**data.fields, "holds": Known(holds)})


def _text(args: Args) -> Value:
    """Text, unless it is written somewhere."""
    somewhere = args.positional or {"path_or_buf", "buf", "path"} & set(args.named) or args.loose
    return computed(args.span) if somewhere else STR


def _as_dict(machine: Machine, args: Args) -> Value:
    orient = args.get("orient", 0)
    stop = Unknown("it is made of data", args.span, foreign=True)
    if orient == Known("records"):
        return listed(machine, (), complete=False)
    if orient is None or orient in (Known("list"), Known("dict"), Known("index")):
        return machine.allocate(Mapping({}, stop, span=args.span))
    return computed(args.span)


def _frame_member(machine: Machine, data: Instance, name: str, span: Span, where: Frame) -> Value | None:
    how = _field(data, "held")
    match name:
        case "empty":
            return BOOL
        case "size" | "ndim":
            return INT
        case "shape":
            return Sequence((INT, INT), "tuple")
        case "columns" | "index":
            return Instance("pandas.Index")
        case "values":
            return array("bool") if _field(data, "holds") and how else array()
        case "dtypes":
            return series()
        case "T":
            return frame()
        case "loc" | "iloc" | "at" | "iat" | "attrs" | "style" | "plot":
            return computed(span)
    return series(how) if how and name not in _NAMES and not name.startswith("_") else None


def _frame_item(machine: Machine, data: Instance, key: Value, node: ir.Item, where: Frame) -> Value:
    how = _field(data, "held")
    match machine.content(key):
        case Known(value=str()):
            return series(how)
        case Instance(type="pandas.Series"):
            return frame(how)
        case Sequence(kind="list"):
            return frame(how)
    return computed(node.span)


def _set_item(machine: Machine, data: Instance, value: Value) -> Instance:
    """A column that is set may be held in another way than the rest."""
    how, other = _field(data, "held"), held(machine, value)
    return frame("numpy" if how == other == "numpy" else "")


METHODS[FRAME] = _of_frame
MEMBERS[FRAME] = _frame_member
ITEMS[FRAME] = _frame_item
SET_ITEM[FRAME] = _set_item
CONTAINS[FRAME] = lambda machine, data, item, span: None

# --- series -----------------------------------------------------------------------------------------------------------

_SAME_SERIES: Final = frozenset(
    "head tail copy dropna drop sort_values sort_index sample nlargest nsmallest drop_duplicates rename".split()
)
_LIKE_SERIES: Final = frozenset(
    "abs round cumsum diff shift clip fillna ffill bfill cummax cummin pct_change rank".split()
)


def _of_series(machine: Machine, bound: Bound, args: Args) -> Value | None:
    data = machine.content(bound.receiver)
    how, holds, name = _field(data, "held"), _field(data, "holds"), bound.name
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
            return NUMPY_BOOL if certain else _EITHER_BOOL
        case "sum" if not args.items:
            return _sum(how, holds, args.span)
        case "mean" if not args.items and holds in ("bool", "nulls", "marks"):
            return _EITHER_FLOAT
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
            return _text(args)
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
    if holds == "sums":
        return OneOf((INT64, FLOAT64))  # A frame without columns has none to add up, and then it is 0.0.
    return _EITHER_INT if holds == "bool" else computed(span)


def _series_member(machine: Machine, data: Instance, name: str, span: Span, where: Frame) -> Value | None:
    match name:
        case "empty" | "is_unique" | "hasnans" | "is_monotonic_increasing" | "is_monotonic_decreasing":
            return BOOL
        case "size" | "ndim":
            return INT
        case "shape":
            return Sequence((INT,), "tuple")
        case "values":
            return array("bool") if _field(data, "holds") == "nulls" and _field(data, "held") else computed(span)
        case "index":
            return Instance("pandas.Index")
        case "str" | "dt" | "cat":
            return Instance("pandas.accessor")
        case "loc" | "iloc" | "at" | "iat" | "name" | "dtype":
            return computed(span)
    return None


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
ITERATE["pandas.Index"] = ITERATE[FRAME] = ITERATE[SERIES] = lambda machine, data, span: ((), False)

# --- operators --------------------------------------------------------------------------------------------------------

_COMPARED: Final = ("==", "!=", "<", "<=", ">", ">=")


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    sides = [left] if right is None else [left, right]
    kinds = {each.type for each in sides if isinstance(each, Instance)}
    how = "numpy" if all(held(None, each) == "numpy" for each in sides) else ""
    truths = [_field(each, "holds") for each in sides]
    if FRAME in kinds:
        return _marked(frame(how), "bool") if sign in _COMPARED else frame()
    if sign in _COMPARED:
        return series(how, "bool")
    if sign in ("&", "|", "^", "~"):
        both = all(each in ("bool", "nulls", "marks") for each in truths)
        how = "numpy" if all(_field(each, "held") == "numpy" for each in sides) else ""
        return series(how if both else "", "bool") if both else series()
    return series(how)


OPERATORS[FRAME] = OPERATORS[SERIES] = _operator
