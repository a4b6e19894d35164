"""What the members and methods of a pandas `DataFrame` give."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Known, Mapping, Sequence, Unknown, Value
from ..machine import CONTAINS, ITEMS, ITERATE, MEMBERS, METHODS, NONE, SET_ITEM, Args, Frame, Machine
from ..plain import BOOL, INT, computed, listed
from .numpy_types import array
from .pandas_types import FRAME, field, frame, held, marked, series, text

_SAME_FRAME: Final = frozenset(
    "head tail copy dropna query sort_values sort_index reset_index drop drop_duplicates sample nlargest "
    "nsmallest filter fillna ffill bfill round abs truncate rename add_prefix add_suffix".split()
)
_OTHER_FRAME: Final = frozenset(
    "merge join assign melt pivot pivot_table describe corr cov transpose set_index reindex astype convert_dtypes "
    "where mask explode infer_objects".split()
)
_TESTS: Final = frozenset("eq ne lt le gt ge isin".split())
_TEXTS: Final = frozenset("to_csv to_json to_html to_string to_markdown to_latex to_xml".split())
_WRITTEN: Final = frozenset("to_excel to_pickle to_feather to_stata info".split())
_NAMES: Final = frozenset(
    "T add add_prefix add_suffix agg aggregate align all any apply applymap asfreq asof at at_time attrs axes "
    "backfill between_time boxplot clip columns combine combine_first compare count cummax cummin cumprod cumsum "
    "diff div divide dot droplevel dtypes duplicated empty equals eval ewm expanding explode first "
    "first_valid_index flags floordiv from_arrow from_dict from_records get groupby hist iat idxmax idxmin iloc "
    "index insert interpolate isetitem isna isnull items iterrows itertuples keys kurt kurtosis last "
    "last_valid_index loc map max mean median memory_usage min mod mode mul multiply ndim notna notnull nunique "
    "pad pct_change pipe plot pop pow prod product quantile radd rank rdiv reindex_like rename_axis "
    "reorder_levels replace resample rfloordiv rmod rmul rolling rpow rsub rtruediv select select_dtypes sem "
    "set_axis set_flags shape shift size skew sparse squeeze stack std style sub subtract sum swapaxes swaplevel "
    "take to_clipboard to_dict to_gbq to_hdf to_iceberg to_numpy to_orc to_parquet to_period to_records to_sql "
    "to_timestamp to_xarray transform truediv tz_convert tz_localize unstack update value_counts values var xs".split()
).union(_SAME_FRAME, _OTHER_FRAME, _TESTS, _TEXTS, _WRITTEN)


def _of_frame(machine: Machine, bound: Bound, args: Args) -> Value | None:
    data = machine.content(bound.receiver)
    how, name = field(data, "held"), bound.name
    if "inplace" in args.named or name in ("insert", "update", "pop", "eval"):
        if isinstance(data, Instance) and data.ident:
            machine.store.write((data.ident, _CHANGED), Known(True))
        return NONE if "inplace" in args.named or name == "insert" else computed(args.span)
    if name in _SAME_FRAME:
        return frame(how)
    if name in _OTHER_FRAME:
        return frame()
    if name in _TESTS:
        return marked(frame(how), "bool")
    if name in ("isna", "isnull", "notna", "notnull"):
        return marked(frame(how), "nulls")
    if name in _TEXTS:
        return text(args)
    if name in _WRITTEN:
        return NONE
    match name:
        case "duplicated":
            return series("numpy", "marks")
        case "equals":
            return BOOL
        case "count" | "memory_usage" if "axis" not in args.named:
            return series("numpy", "counts")
        case "any" | "all" if not args.items and field(data, "holds"):
            return series("numpy", "marks") if field(data, "holds") == "nulls" and how else series(how, "bool")
        case "sum" if not args.items and field(data, "holds") == "nulls":
            return series("numpy", "sums" if how else "totals")
        case "nunique" if "axis" not in args.named:
            return series()
        case "to_dict":
            return _as_dict(machine, data, args)
        case "to_parquet" if args.positional:
            return NONE
        case "get" if len(args.positional) == 1:
            return computed(args.span)
        case (
            "groupby" | "iterrows" | "itertuples" | "to_numpy" | "rolling" | "resample" | "mean" | "sum" | "max" | "min"
        ):
            return computed(args.span)
    return None


def _as_dict(machine: Machine, data: Value, args: Args) -> Value:
    orient = args.get("orient", 0)
    stop = Unknown("it is made of data", args.span, foreign=True)
    if orient == Known("records"):
        return listed(machine, (), complete=False)
    columns = data.fields.get("columns") if isinstance(data, Instance) else None
    if isinstance(columns, Mapping) and orient in (None, Known("list"), Known("dict")):
        inside = Unknown("it is made of data", args.span, foreign=True)
        slots = {key: slot._replace(value=inside) for key, slot in columns.slots.items()}
        return machine.allocate(Mapping(slots, span=args.span))
    if orient is None or orient in (Known("list"), Known("dict"), Known("index")):
        return machine.allocate(Mapping({}, stop, span=args.span))
    return computed(args.span)


def _frame_member(machine: Machine, data: Instance, name: str, span: Span, where: Frame) -> Value | None:
    how = field(data, "held")
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
            return array("bool") if field(data, "holds") and how else array()
        case "dtypes":
            return series()
        case "T":
            return frame()
        case "loc" | "iloc" | "at" | "iat" if data.ident:
            return Instance("pandas.loc", ident=data.ident)
        case "loc" | "iloc" | "at" | "iat" | "attrs" | "style" | "plot":
            return computed(span)
    if not how or name in _NAMES or name.startswith("_"):
        return None
    return series(how, kind_of(machine, data, name))


_PLACES: Final = ("loc", "iloc", "at", "iat")
_CHANGED: Final = "changed"


def kind_of(machine: Machine, data: Instance, name: str) -> str:
    """What a column holds, where its frame was seen being made and nothing has changed it in place."""
    cells = ((data.ident, _CHANGED), *((data.ident, ".", each) for each in (name, *_PLACES)))
    columns = data.fields.get("columns")
    if any(machine.store.read(cell) is not None for cell in cells):
        return ""
    slot = columns.slots.get(name) if isinstance(columns, Mapping) else None
    return str(slot.value.value) if slot is not None and isinstance(slot.value, Known) else ""


def _frame_item(machine: Machine, data: Instance, key: Value, node: ir.Item, where: Frame) -> Value:
    how = field(data, "held")
    match machine.content(key):
        case Known(value=str() as name):
            return series(how, kind_of(machine, data, name))
        case Instance(type="pandas.Series"):
            return frame(how)
        case Sequence(kind="list"):
            return frame(how)
    return computed(node.span)


def _set_item(machine: Machine, data: Instance, value: Value) -> Instance:
    """A column that is set may be held in another way than the rest."""
    how, other = field(data, "held"), held(machine, value)
    return frame("numpy" if how == other == "numpy" else "")


ITEMS["pandas.loc"] = lambda machine, places, key, node, where: computed(node.span)
SET_ITEM["pandas.loc"] = lambda machine, places, value: places
METHODS[FRAME] = _of_frame
MEMBERS[FRAME] = _frame_member
ITEMS[FRAME] = _frame_item
SET_ITEM[FRAME] = _set_item
ITERATE[FRAME] = lambda machine, data, span: ((), False)
CONTAINS[FRAME] = lambda machine, data, item, span: None
