"""polars: what type a result certainly has. What depends on the data is not known.

Its frames do not change in place: what is known of a frame's columns is a field of it, by name. A column may carry what
it `holds` (`int64`, `float64`, `bool`, `texts`, `dates`, `moments`), and whether it is `filled`: it has elements, and
none of them is null. What is computed of a column that may have none may be None.
"""

from __future__ import annotations

from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Key, Known, Mapping, OneOf, Sequence, Slot, Unknown, Value
from ..machine import (
    ELEMENTS,
    ITEMS,
    ITERATE,
    LIBRARY,
    MEMBERS,
    METHODS,
    NONE,
    OPERATORS,
    Args,
    Frame,
    Machine,
    library,
)
from ..plain import BOOL, FLOAT, INT, STR, computed, listed
from .alike import dict_of, list_of
from .pandas_types import column_kind, field, frame

TABLE: Final = Instance("polars.DataFrame")
LAZY: Final = Instance("polars.LazyFrame")
EXPRESSION: Final = Instance("polars.Expr")
SERIES: Final = "polars.Series"
_MARKS: Final = Instance(SERIES, {"holds": Known("bool")})

_ONE: Final = {
    "int64": INT,
    "float64": FLOAT,
    "bool": BOOL,
    "texts": STR,
    "dates": Instance("datetime.date"),
    "moments": Instance("datetime.datetime"),
}
_NUMBERS: Final = ("int64", "float64", "bool")


def column(holds: str = "", filled: bool = False) -> Instance:
    fields: dict[str, Value] = {"holds": Known(holds)} if holds in _ONE else {}
    return Instance(SERIES, {**fields, "filled": Known(True)} if filled and fields else fields)


def table(columns: Mapping | None) -> Instance:
    return TABLE if columns is None or not columns.slots else TABLE._replace(fields={"columns": columns})


def _is_filled(value: Value) -> bool:
    return isinstance(value, Instance) and value.fields.get("filled") == Known(True)


def _perhaps(value: Value, there: bool) -> Value:
    """A value, or None where there may be nothing to compute it of."""
    return value if there else OneOf((value, NONE))


# --- where frames and columns come from -------------------------------------------------------------------------------

for _name in "read_csv read_parquet read_json read_ndjson read_ipc from_pandas from_arrow".split():
    LIBRARY[f"polars.{_name}"] = lambda machine, args: TABLE
for _name in ("LazyFrame", "scan_csv", "scan_parquet", "scan_ndjson", "scan_ipc"):
    LIBRARY[f"polars.{_name}"] = lambda machine, args: LAZY


@library("polars.DataFrame", "polars.from_dict")
def make_table(machine: Machine, args: Args) -> Value:
    data = machine.content(args.positional[0]) if len(args.items) == 1 and args.positional else None
    if not isinstance(data, Mapping) or not data.complete or not all(slot.always for slot in data.slots.values()):
        return TABLE
    slots: dict[Key, Slot] = {key: Slot(_made_of(machine, slot.value, args.span)) for key, slot in data.slots.items()}
    return table(Mapping(slots))


LIBRARY["polars.from_dicts"] = lambda machine, args: TABLE


@library("polars.Series")
def make_column(machine: Machine, args: Args) -> Value:
    places = [machine.content(value) for value in args.positional]
    if args.named or not places or len(places) > 2 or (len(places) == 2 and not isinstance(places[0], Known)):
        return column()
    return _made_of(machine, places[-1], args.span)


def _made_of(machine: Machine, value: Value, span: Span) -> Instance:
    content = machine.content(value)
    several = isinstance(content, Sequence) and content.complete and bool(content.items)
    return column(column_kind(machine, content, span), filled=True) if several else column()


# --- frames -----------------------------------------------------------------------------------------------------------

_FEWER: Final = frozenset("drop_nulls filter head limit sample slice tail unique".split())
_AS_MANY: Final = frozenset("clone reverse sort rechunk".split())
_OTHERS: Final = frozenset(
    "fill_nan fill_null join with_row_index vstack hstack null_count describe sum mean max min median std var".split()
)


def _columns(value: Value) -> Mapping | None:
    columns = value.fields.get("columns") if isinstance(value, Instance) else None
    return columns if isinstance(columns, Mapping) else None


def _emptier(columns: Mapping | None) -> Mapping | None:
    """The columns of fewer rows, perhaps of none."""
    if columns is None:
        return None
    slots = {
        key: slot._replace(value=column(field(slot.value, "holds"))) if _is_filled(slot.value) else slot
        for key, slot in columns.slots.items()
    }
    return columns._replace(slots=slots)


def _of_table(machine: Machine, bound: Bound, args: Args) -> Value | None:
    data = machine.content(bound.receiver)
    columns = _columns(data)
    if bound.name in _FEWER:
        return table(_emptier(columns))
    if bound.name in _AS_MANY:
        return table(columns)
    if bound.name in _OTHERS:
        return TABLE
    match bound.name:
        case "select" | "drop" | "rename" | "with_columns":
            return table(_chosen(machine, bound.name, columns, args))
        case "is_empty" | "equals":
            return BOOL
        case "n_unique" | "n_chunks":
            return INT
        case "lazy":
            return LAZY
        case "is_duplicated" | "is_unique":
            return _MARKS
        case "get_column" | "to_series":
            name = machine.content(args.positional[0]) if len(args.positional) == 1 and not args.named else NONE
            return computed(args.span) if args.named else _named(data, name)
        case "to_dicts":
            return list_of(machine, Instance("dict"))
        case "rows":
            return listed(machine, (), complete=False)
        case "to_dict":
            plain = args.get("as_series") == Known(False)
            return dict_of(machine, Instance("list") if plain else Instance(SERIES), args.span)
        case "write_parquet" | "write_ipc" | "write_excel":
            return Known(None) if args.positional else computed(args.span)
        case "write_csv" | "write_json" | "write_ndjson" if not args.items:
            return STR
        case "to_pandas":
            return frame()
        case "map_rows" | "pipe":
            return None
    return computed(args.span)


def _chosen(machine: Machine, name: str, columns: Mapping | None, args: Args) -> Mapping | None:
    """The columns that are left, by names that are known."""
    if columns is None or args.loose:
        return None
    told = [machine.content(value) for value in args.positional]
    if len(told) == 1 and isinstance(told[0], Sequence) and told[0].complete:
        told = [machine.content(item) for item in told[0].items]
    names = {value.value for value in told if isinstance(value, Known)}
    match name:
        case "select" | "drop" if len(names) == len(told) and not args.named:
            kept = {key: slot for key, slot in columns.slots.items() if (key in names) is (name == "select")}
            return columns._replace(slots=kept)
        case "with_columns" if not told:
            more: dict[Key, Slot] = {each: Slot(column()) for each in args.named}
            return columns._replace(slots={**columns.slots, **more})
    return None


def _named(data: Value, name: Value) -> Value:
    columns = _columns(data)
    for key, slot in columns.slots.items() if columns else ():
        if Known(key) == name:
            return slot.value
    return column()


def _table_member(machine: Machine, data: Instance, name: str, span: Span, where: Frame) -> Value | None:
    match name:
        case "height" | "width":
            return INT
        case "shape":
            return Sequence((INT, INT), "tuple")
        case "columns":
            columns = _columns(data)
            if columns is None or not columns.complete:
                return listed(machine, (), complete=False)
            return listed(machine, tuple(map(Known, columns.slots)))
        case "dtypes" | "schema" | "flags" | "plot" | "style":
            return computed(span)
    return None


def _table_item(machine: Machine, data: Instance, key: Value, node: ir.Item, where: Frame) -> Value:
    match machine.content(key):
        case Known(value=str()) as name:
            return _named(data, name)
        case Instance(type="str" | "pandas.label"):
            return column()
        case Sequence(complete=True, items=items) if all(isinstance(machine.content(item), Known) for item in items):
            names = {machine.content(item) for item in items}
            columns = _columns(data)
            kept = {key: slot for key, slot in columns.slots.items() if Known(key) in names} if columns else {}
            return table(Mapping(kept))
    return computed(node.span)


def _of_lazy(machine: Machine, bound: Bound, args: Args) -> Value | None:
    if bound.name == "collect" and not args.items:
        return TABLE
    known = bound.name in (*_FEWER, *_AS_MANY, *_OTHERS, "select", "drop", "rename", "with_columns", "lazy")
    return LAZY if known else computed(args.span)


METHODS["polars.DataFrame"] = _of_table
MEMBERS["polars.DataFrame"] = _table_member
ITEMS["polars.DataFrame"] = _table_item
METHODS["polars.LazyFrame"] = _of_lazy

# --- columns ----------------------------------------------------------------------------------------------------------

_TESTS: Final = frozenset("is_null is_not_null is_unique is_duplicated is_nan is_in is_between is_not_nan".split())
_SAME: Final = frozenset("sort abs reverse shuffle round cum_sum".split())
_FEWER_OF_THEM: Final = frozenset("head tail drop_nulls unique filter sample limit slice".split())


def _of_column(machine: Machine, bound: Bound, args: Args) -> Value | None:
    data = machine.content(bound.receiver)
    holds, filled = field(data, "holds"), _is_filled(data)
    if bound.name in _TESTS:
        return _MARKS
    if bound.name in _SAME:
        return column(holds, filled)
    if bound.name in _FEWER_OF_THEM:
        return column(holds)
    match bound.name:
        case "all" | "any" if holds == "bool" and not args.items:
            return BOOL
        case "sum" if holds in _NUMBERS:
            return FLOAT if holds == "float64" else INT
        case "mean" | "median" | "quantile" if holds in _NUMBERS:
            return _perhaps(FLOAT, filled)
        case "std" | "var" if holds in _NUMBERS:
            return _perhaps(FLOAT, False)
        case "max" | "min" | "first" | "last" if holds:
            return _perhaps(_ONE[holds], filled)
        case "item" if holds and filled:
            return _ONE[holds]
        case "n_unique" | "null_count" | "len":
            return INT
        case "is_empty" | "has_nulls" | "is_sorted":
            return BOOL
        case "to_list":
            return list_of(machine, _ONE[holds] if holds and filled else None)
        case "cast" | "fill_null":
            return column()
        case "value_counts" | "to_frame" | "describe":
            return TABLE
        case "map_elements":
            return None
    return computed(args.span)


def _column_item(machine: Machine, data: Instance, key: Value, node: ir.Item, where: Frame) -> Value:
    holds = field(data, "holds")
    whole = holds and _is_filled(data) and isinstance(machine.content(key), Known)
    return _ONE[holds] if whole else computed(node.span)


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    sides = [left] if right is None else [left, right]
    if any(isinstance(each, Instance) and each.type == "polars.DataFrame" for each in sides):
        return None
    if any(isinstance(each, Unknown) for each in sides):
        return None
    if sign in ("==", "!=", "<", "<=", ">", ">="):
        filled = all(_is_filled(each) or isinstance(each, Known) for each in sides)
        return column("bool", filled)
    kinds = {_kind(each) for each in sides}
    if sign in ("&", "|", "^", "~"):
        return _MARKS if kinds == {"bool"} else column()
    filled = all(_is_filled(each) or isinstance(each, Known) for each in sides)
    if sign in ("+", "-", "*", "/") and kinds <= {"int64", "float64"}:
        return column("float64" if sign == "/" or "float64" in kinds else "int64", filled)
    return column()


def _kind(value: Value) -> str:
    if isinstance(value, Known):
        return {int: "int64", float: "float64"}.get(type(value.value), "")
    return field(value, "holds")


METHODS[SERIES] = _of_column
ITEMS[SERIES] = _column_item
ITERATE[SERIES] = lambda machine, data, span: ((), False)
ELEMENTS[SERIES] = lambda machine, data, span: _ONE.get(field(data, "holds")) if _is_filled(data) else None
OPERATORS[SERIES] = _operator

# --- expressions ------------------------------------------------------------------------------------------------------

for _name in "col lit len when sum mean max min count first last all any struct".split():
    LIBRARY[f"polars.{_name}"] = lambda machine, args: EXPRESSION
METHODS["polars.Expr"] = lambda machine, bound, args: EXPRESSION
OPERATORS["polars.Expr"] = lambda sign, left, right: EXPRESSION
