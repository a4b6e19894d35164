"""Where pandas' frames and series come from, and its single moments and spans of time."""

from __future__ import annotations

from typing import Final

from ...values import Bound, Instance, Key, Known, Mapping, Sequence, Slot, Value
from ..iterate import elements
from ..machine import CONSTANTS, LIBRARY, MEMBERS, METHODS, OPERATORS, Args, Machine, library
from ..plain import BOOL, FLOAT, INT, STR, computed
from .pandas_types import (
    FRAME,
    SERIES,
    column_kind,
    columns_of,
    derived,
    field,
    frame,
    held,
    rows_of,
    series,
    with_columns,
)

# --- frames and series ------------------------------------------------------------------------------------------------


@library("pandas.DataFrame", "pandas.DataFrame.from_dict", "pandas.DataFrame.from_records")
def make_frame(machine: Machine, args: Args) -> Value:
    if not args.items:
        return frame()
    plainly = len(args.items) == 1 or set(args.named) <= {"data", "columns", "index", "orient"}
    data = args.get("data", 0)
    how = held(machine, data) if data is not None and plainly and not args.loose else ""
    columns = machine.content(data) if how and data is not None and len(args.items) == 1 else None
    if isinstance(columns, Sequence):
        columns = _turned(machine, columns)
    if not isinstance(columns, Mapping) or not all(isinstance(key, str) for key in columns.slots) or not columns.slots:
        return frame(how)
    kinds: dict[Key, Slot] = {
        key: Slot(Known(column_kind(machine, slot.value, args.span))) for key, slot in columns.slots.items()
    }
    return with_columns(machine, how, Mapping(kinds)) if _all_there(columns) else frame(how)


def _turned(machine: Machine, rows: Sequence) -> Mapping | None:
    """Rows that are dictionaries of the same keys, as columns."""
    found = [machine.content(row) for row in rows.items]
    maps = [row for row in found if isinstance(row, Mapping) and row.complete and _all_there(row)]
    if not maps or len(maps) < len(found) or any(row.slots.keys() != maps[0].slots.keys() for row in maps):
        return None
    return Mapping(
        {key: Slot(Sequence(tuple(machine.content(row.slots[key].value) for row in maps))) for key in maps[0].slots}
    )


def _all_there(columns: Mapping) -> bool:
    return all(slot.always for slot in columns.slots.values())


@library("pandas.Series")
def make_series(machine: Machine, args: Args) -> Value:
    data = args.get("data", 0)
    if data is None or args.loose or set(args.named) - {"data", "index", "name"} or len(args.positional) > 1:
        return series()
    content, how = machine.content(data), held(machine, data)
    if isinstance(content, Mapping) and content.complete and _all_there(content):
        content = Sequence(tuple(slot.value for slot in content.slots.values()))
    whole = "index" not in args.named or not isinstance(content, Known | Instance | Mapping)
    return series(how, column_kind(machine, content, args.span) if how and whole else "")


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
        if "axis" in args.named or not all(field(each, "held") == "numpy" for each in contents):
            return frame()
        columns = [columns_of(machine, each) for each in contents]
        alike = len(args.positional) == 1 and all(each == columns[0] for each in columns)
        return derived(machine, contents[0], "numpy", columns[0] if alike else None)
    return computed(args.span)


LIBRARY["pandas.DataFrame.to_markdown"] = lambda machine, args: STR


@library("pandas.isna", "pandas.isnull", "pandas.notna", "pandas.notnull")
def is_null(machine: Machine, args: Args) -> Value:
    match machine.content(args.positional[0]) if args.positional else None:
        case Known() | Instance(type="int" | "float" | "str"):
            return BOOL
        case Instance(type="pandas.Series" | "pandas.DataFrame") as data:
            return METHODS[data.type](machine, Bound(data, "isna"), args) or computed(args.span)
    return computed(args.span)


@library("pandas.to_numeric")
def to_numeric(machine: Machine, args: Args) -> Value:
    """What are numbers already stay so."""
    data = machine.content(args.positional[0]) if args.positional else None
    plainly = len(args.items) == 1 and field(data, "holds") in ("int64", "float64")
    if plainly and isinstance(data, Instance) and data.type == SERIES:
        return data
    return series(field(data, "held")) if isinstance(data, Instance) and data.type == SERIES else computed(args.span)


# --- moments ----------------------------------------------------------------------------------------------------------

MOMENT: Final = Instance("pandas.Timestamp")
SPAN: Final = Instance("pandas.Timedelta")


@library("pandas.to_datetime")
def to_datetime(machine: Machine, args: Args) -> Value:
    data = machine.content(args.positional[0]) if args.positional else None
    match data:
        case Known(value=str()) | Instance(type="str") if "errors" not in args.named and not args.loose:
            return MOMENT
        case Instance(type="pandas.Series"):
            known = _plainly(args) and field(data, "held") in ("numpy", "dense")
            return series(_plain_held(data), "moments" if known else "", rows_of(data))
        case Sequence(kind="list" | "tuple"):
            return Instance("pandas.Index", {"holds": Known("moments")}) if _plainly(args) else computed(args.span)
    return computed(args.span)


def _plainly(args: Args) -> bool:
    """Whether what cannot be read is left out at most."""
    named = set(args.named) <= {"format", "unit", "dayfirst", "yearfirst", "utc", "errors"}
    return named and not args.loose and args.get("errors") != Known("ignore")


def _plain_held(data: Instance) -> str:
    return "numpy" if field(data, "held") == "numpy" else ""


@library("pandas.date_range", "pandas.bdate_range")
def date_range(machine: Machine, args: Args) -> Value:
    return Instance("pandas.Index", {"holds": Known("moments")})


for _name in ("", ".now", ".today", ".utcnow", ".fromtimestamp"):
    LIBRARY[f"pandas.Timestamp{_name}"] = lambda machine, args: MOMENT
LIBRARY["pandas.Timedelta"] = lambda machine, args: SPAN
CONSTANTS.update({"pandas.NaT": Instance("pandas.NaT"), "pandas.NA": Instance("pandas.NA")})

_OF_MOMENT: Final[dict[str, Value]] = {
    **dict.fromkeys(("isoformat", "strftime", "day_name", "month_name", "ctime"), STR),
    **dict.fromkeys(("normalize", "floor", "ceil", "round", "replace", "tz_localize", "tz_convert"), MOMENT),
    **dict.fromkeys(("weekday", "isoweekday", "toordinal"), INT),
    "timestamp": FLOAT,
    "date": Instance("datetime.date"),
    "time": Instance("datetime.time"),
    "to_pydatetime": Instance("datetime.datetime"),
}
_PARTS_OF_MOMENT: Final = ("year", "month", "day", "hour", "minute", "second", "microsecond", "quarter", "dayofyear")
_OF_SPAN: Final[dict[str, Value]] = {
    "total_seconds": FLOAT,
    "isoformat": STR,
    "to_pytimedelta": Instance("datetime.timedelta"),
}

METHODS["pandas.Timestamp"] = lambda machine, bound, args: _OF_MOMENT.get(bound.name) or computed(args.span)
MEMBERS["pandas.Timestamp"] = lambda machine, moment, name, span, where: INT if name in _PARTS_OF_MOMENT else None
METHODS["pandas.Timedelta"] = lambda machine, bound, args: _OF_SPAN.get(bound.name) or computed(args.span)
MEMBERS["pandas.Timedelta"] = lambda machine, span_, name, span, where: (
    INT if name in ("days", "seconds", "microseconds", "nanoseconds") else None
)


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    kinds = [each.type if isinstance(each, Instance) else "" for each in (left, right)]
    moments = [kind in ("pandas.Timestamp", "datetime.datetime") for kind in kinds]
    spans = [kind in ("pandas.Timedelta", "datetime.timedelta") for kind in kinds]
    match sign:
        case "-" if all(moments) or all(spans):
            return SPAN
        case "+" | "-" if moments[0] and spans[1]:
            return MOMENT
        case "+" if spans[0] and moments[1]:
            return MOMENT
        case "+" if all(spans):
            return SPAN
        case "/" if all(spans):
            return FLOAT
        case "==" | "!=" | "<" | "<=" | ">" | ">=" if all(moments) or all(spans):
            return BOOL
    return None


OPERATORS["pandas.Timestamp"] = OPERATORS["pandas.Timedelta"] = _operator
