"""What the members and methods of a pandas `DataFrame` give."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Key, Known, Mapping, Sequence, Slot, Unknown, Value
from ..machine import CONTAINS, ELEMENTS, ITEMS, ITERATE, MEMBERS, METHODS, NONE, SET_ITEM, Args, Frame, Machine
from ..plain import BOOL, INT, computed
from .alike import dict_of, list_of
from .numpy_types import array
from .pandas_columns import CHANGES_COLUMNS, across, changed_columns, selected
from .pandas_types import (
    FRAME,
    SERIES,
    TRUTHS,
    changed,
    columns_of,
    derived,
    each_of,
    field,
    frame,
    kind_of,
    marked,
    one_of,
    series,
    set_column,
)

_SAME_ROWS: Final = frozenset(
    "head tail copy dropna query sort_values sort_index drop_duplicates sample truncate nlargest nsmallest".split()
)
"""Methods that leave every column what it is, with these rows or fewer."""
_SAME_FRAME: Final = frozenset("filter fillna ffill bfill round abs add_prefix add_suffix".split())
_OTHER_FRAME: Final = frozenset(
    "merge join melt pivot pivot_table describe corr cov transpose set_index reindex convert_dtypes "
    "where mask explode infer_objects".split()
)
_TESTS: Final = frozenset("eq ne lt le gt ge isin".split())
_TEXTS: Final = frozenset("to_csv to_json to_html to_string to_markdown to_latex to_xml".split())
_WRITTEN: Final = frozenset("to_excel to_pickle to_feather to_stata info".split())
_REAL: Final = frozenset("mean median std var sem skew kurt".split())
_NAMES: Final = frozenset(
    "T add add_prefix add_suffix agg aggregate align all any apply applymap asfreq asof assign astype at at_time attrs "
    "axes backfill between_time boxplot clip columns combine combine_first compare count cummax cummin cumprod cumsum "
    "diff div divide dot drop droplevel dtypes duplicated empty equals eval ewm expanding explode first "
    "first_valid_index flags floordiv from_arrow from_dict from_records get groupby hist iat idxmax idxmin iloc "
    "index insert interpolate isetitem isna isnull items iterrows itertuples keys kurt kurtosis last "
    "last_valid_index loc map max mean median memory_usage min mod mode mul multiply ndim notna notnull nunique "
    "pad pct_change pipe plot pop pow prod product quantile radd rank rdiv reindex_like rename rename_axis "
    "reorder_levels replace resample reset_index rfloordiv rmod rmul rolling rpow rsub rtruediv select select_dtypes "
    "sem set_axis set_flags shape shift size skew sparse squeeze stack std style sub subtract sum swapaxes swaplevel "
    "take to_clipboard to_dict to_gbq to_hdf to_iceberg to_numpy to_orc to_parquet to_period to_records to_sql "
    "to_timestamp to_xarray transform truediv tz_convert tz_localize unstack update value_counts values var xs".split()
).union(_SAME_ROWS, _SAME_FRAME, _OTHER_FRAME, _TESTS, _TEXTS, _WRITTEN)


def text(args: Args) -> Value:
    """Text, unless it is written somewhere."""
    somewhere = args.positional or {"path_or_buf", "buf", "path"} & set(args.named) or args.loose
    return computed(args.span) if somewhere else Instance("str")


def _of_frame(machine: Machine, bound: Bound, args: Args) -> Value | None:
    data = machine.content(bound.receiver)
    if not isinstance(data, Instance):
        return None
    how, name = field(data, "held"), bound.name
    if "inplace" in args.named or name in ("insert", "update", "pop", "eval"):
        changed(machine, data)
        return NONE if "inplace" in args.named or name == "insert" else computed(args.span)
    if name in _SAME_ROWS:
        return derived(machine, data, how, columns_of(machine, data) if "axis" not in args.named else None)
    if name in CHANGES_COLUMNS:
        return changed_columns(machine, data, name, args)
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
    return _reduced(machine, data, name, args)


def _reduced(machine: Machine, data: Instance, name: str, args: Args) -> Value | None:
    how, marks = field(data, "held"), field(data, "holds")
    match name:
        case "duplicated":
            return series("numpy", "marks")
        case "equals":
            return BOOL
        case "to_numpy" if not args.items:
            return array("", (INT, INT))
        case "count" | "memory_usage" | "nunique" if "axis" not in args.named and not args.positional:
            return series("numpy", "counts")
        case "any" | "all" if marks and set(args.named) <= {"axis"}:
            return series("numpy", "marks") if marks == "nulls" and how else series(how, "bool")
        case "sum" if not args.items and marks == "nulls":
            return series("numpy", "sums" if how else "totals")
        case "mean" if not args.items and marks == "nulls" and how:
            return series("numpy", "float64")
        case "sum" if args.get("axis", 0) == Known(1) and marks == "nulls" and len(args.items) == 1:
            return series("numpy", "sums") if how else computed(args.span)
        case name if name in _REAL and args.get("numeric_only") == Known(True) and len(args.items) == 1:
            return series("numpy", "float64") if how == "numpy" else computed(args.span)
        case "sum" | "max" | "min" | "prod" if not args.items and not marks:
            return across(machine, data)
        case "to_dict":
            return _as_dict(machine, data, args)
        case "to_parquet" | "to_sql" if args.positional:
            return NONE if name == "to_parquet" else computed(args.span)
        case "items":
            return Instance("pandas.items", {"of": data})
        case "groupby" if args.positional or "by" in args.named:
            return Instance("pandas.groups", {"of": data})
        case "select_dtypes":
            return selected(machine, data, args)
        case "keys":
            return _index(machine, data)
        case "pipe" | "apply" | "map" | "applymap" | "transform" | "agg" | "aggregate":
            return None
    return computed(args.span) if name in _NAMES else None


# --- as dictionaries --------------------------------------------------------------------------------------------------


def _as_dict(machine: Machine, data: Value, args: Args) -> Value:
    told = machine.content(args.get("orient", 0) or Known("dict"))
    orient = told.value if isinstance(told, Known) else ""
    if orient == "records":
        return list_of(machine, Instance("dict"))
    inside = {"dict": "dict", "index": "dict", "list": "list", "series": SERIES}.get(str(orient))
    if inside is None:
        return computed(args.span)
    columns = columns_of(machine, data)
    if columns and columns.complete and orient != "index":
        slots = {key: slot._replace(value=Instance(inside)) for key, slot in columns.slots.items()}
        return machine.allocate(Mapping(slots, span=args.span))
    return dict_of(machine, Instance(inside), args.span)


# --- members and elements ---------------------------------------------------------------------------------------------


def _index(machine: Machine, data: Instance) -> Instance:
    columns = columns_of(machine, data)
    if columns is None or not columns.complete or not all(slot.always for slot in columns.slots.values()):
        return Instance("pandas.Index", {"labels": Known(True)})
    return Instance("pandas.Index", {"names": Sequence(tuple(map(Known, columns.slots)), "tuple")})


def _frame_member(machine: Machine, data: Instance, name: str, span: Span, where: Frame) -> Value | None:
    how = field(data, "held")
    match name:
        case "empty":
            return BOOL
        case "size" | "ndim":
            return INT
        case "shape":
            return Sequence((INT, INT), "tuple")
        case "columns":
            return _index(machine, data)
        case "index":
            return Instance("pandas.Index")
        case "values":
            return array("bool") if field(data, "holds") and how else array()
        case "dtypes":
            return series("", "dtypes")
        case "T":
            return frame()
        case "loc" | "iloc" | "at" | "iat":
            return Instance("pandas.loc", {"of": data, "by": Known(name)}, data.ident)
        case "attrs" | "style" | "plot":
            return computed(span)
    if not how or name in _NAMES or name.startswith("_"):
        return None
    return series(how, kind_of(machine, data, name), data.ident)


def _frame_item(machine: Machine, data: Instance, key: Value, node: ir.Item, where: Frame) -> Value:
    how, key = field(data, "held"), machine.content(key)
    match key:
        case Known(value=str() as name):
            return series(how, kind_of(machine, data, name), data.ident)
        case Instance(type="slice"):
            return derived(machine, data, how, columns_of(machine, data))
        case Instance(type="pandas.Series" | "numpy.ndarray"):
            marks = field(key, "holds") in TRUTHS
            return derived(machine, data, how, columns_of(machine, data)) if marks else frame(how)
        case Sequence(kind="list"):
            return _part(machine, data, key)
        case Instance(type="pandas.Index"):
            return frame(how)
        case Instance(type="pandas.label" | "str"):
            return series(how)
    return computed(node.span)


def _part(machine: Machine, data: Instance, names: Sequence) -> Instance:
    """Some of a frame's columns, in the order in which they are named."""
    columns, wanted = columns_of(machine, data), [machine.content(name) for name in names.items]
    if columns is None:
        return frame(field(data, "held"))
    slots: dict[Key, Slot] = {}
    for name in wanted:
        if isinstance(name, Known) and isinstance(name.value, str) and name.value in columns.slots:
            slots[name.value] = columns.slots[name.value]
    stop = None if names.complete and len(slots) == len(wanted) else Unknown("its other columns are data", foreign=True)
    return derived(machine, data, field(data, "held"), Mapping(slots, stop))


def _place(machine: Machine, places: Instance, key: Value, node: ir.Item, where: Frame) -> Value:
    """`data.loc[rows, name]`."""
    data, by, key = places.fields.get("of"), field(places, "by"), machine.content(key)
    if not isinstance(data, Instance) or by not in ("loc", "at"):
        return computed(node.span)
    match key:
        case Sequence(kind="tuple", items=(rows, Known(value=str() as name))):
            kind = kind_of(machine, data, name)
            match machine.content(rows):
                case Known() | Instance(type="int" | "str") if kind:
                    return one_of(kind) or computed(node.span)
                case Instance(type="pandas.Series" | "slice"):
                    return series(field(data, "held"), kind)
        case Instance(type="pandas.Series"):
            return derived(machine, data, field(data, "held"), columns_of(machine, data))
    return computed(node.span)


def _set_place(machine: Machine, places: Instance, key: Value, value: Value) -> Instance:
    """`data.loc[rows, name] = value`: the columns may hold something else from now on."""
    changed(machine, places.fields.get("of", NONE))
    return places


def _names_of(machine: Machine, data: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    names = _index(machine, data).fields.get("names")
    return (names.items, True) if isinstance(names, Sequence) else ((), False)


def _has_column(machine: Machine, data: Instance, item: Value, span: Span) -> bool | None:
    columns = columns_of(machine, data)
    if columns is None or not isinstance(item, Known):
        return None
    return True if item.value in columns.slots else False if columns.complete else None


_NOWHERE: Final = Span("", 0, 0)
ITEMS["pandas.loc"] = _place
SET_ITEM["pandas.loc"] = _set_place
METHODS[FRAME] = _of_frame
MEMBERS[FRAME] = _frame_member
ITEMS[FRAME] = _frame_item
SET_ITEM[FRAME] = lambda machine, data, key, value: set_column(machine, data, key, value, _NOWHERE)
ITERATE[FRAME] = _names_of
ELEMENTS[FRAME] = lambda machine, data, span: Instance("pandas.label")
CONTAINS[FRAME] = _has_column


def _pairs(machine: Machine, made: Instance, span: Span) -> Value | None:
    """`data.items()`: names and columns, or labels and elements."""
    data = made.fields["of"]
    unknown = Unknown("it is a label of data", span, foreign=True)
    if not isinstance(data, Instance):
        return None
    if data.type == FRAME:
        return Sequence((Instance("pandas.label"), series(field(data, "held"))), "tuple")
    each = each_of(field(data, "holds"))
    return Sequence((unknown, each), "tuple") if each else None


def _pairs_one_by_one(machine: Machine, made: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    data = made.fields["of"]
    if not isinstance(data, Instance) or data.type != FRAME:
        return (), False
    names, complete = _names_of(machine, data, span)
    how = field(data, "held")
    pairs = [
        Sequence((name, series(how, kind_of(machine, data, str(name.value)), data.ident)), "tuple")
        for name in names
        if isinstance(name, Known)
    ]
    return tuple(pairs), complete


ELEMENTS["pandas.items"] = _pairs
ITERATE["pandas.items"] = _pairs_one_by_one
