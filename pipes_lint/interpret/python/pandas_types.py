"""pandas: what type a result certainly has. What depends on the data is not known.

What a comparison's `.all()` gives depends on how the data are held: numpy's arrays give numpy's bool, pyarrow's and
sparse ones Python's. So a frame and a series carry `held`: `numpy` (by plain numpy arrays or pandas' own), or `dense`
(perhaps by pyarrow's); nothing where even that is not certain. A series may also carry what it `holds`: `bool`, `nulls`
(the bools of `isna()`), `marks` (bools that are numpy's however the data are held), `counts` (numpy's integers), `sums`
(counts that were added up), `int64` and `float64`. A frame that was made of columns which were seen whole carries
`columns`, by name what they hold.
"""

from __future__ import annotations

from typing import Final

from ...values import Bound, Instance, Key, Known, Mapping, OneOf, Sequence, Slot, Value
from ..iterate import elements
from ..machine import (
    CONSTANTS,
    LIBRARY,
    MEMBERS,
    METHODS,
    OPERATORS,
    Args,
    Machine,
    library,
)
from ..plain import BOOL, FLOAT, INT, STR, computed
from .numpy_types import FLOAT64, INT64, NUMPY_BOOL, element

FRAME: Final = "pandas.DataFrame"
SERIES: Final = "pandas.Series"
EITHER_BOOL: Final = OneOf((NUMPY_BOOL, BOOL))
EITHER_INT: Final = OneOf((INT64, INT))
EITHER_FLOAT: Final = OneOf((FLOAT64, FLOAT))


def frame(held: str = "") -> Instance:
    return Instance(FRAME, {"held": Known(held)} if held else {})


def series(held: str = "", holds: str = "") -> Instance:
    fields: dict[str, Value] = {"held": Known(held)} if held else {}
    return Instance(SERIES, {**fields, "holds": Known(holds)} if holds else fields)


def field(value: Value | None, name: str) -> str:
    if isinstance(value, Instance):
        found = value.fields.get(name)
        return str(found.value) if isinstance(found, Known) else ""
    return ""


def marked(data: Instance, holds: str) -> Instance:
    return data._replace(fields={**data.fields, "holds": Known(holds)})


def held(machine: Machine | None, value: Value) -> str:
    """How a value would be held in a frame: `numpy`, `dense`, or nobody knows."""
    content = machine.content(value) if machine else value
    match content:
        case Known():
            return "numpy"
        case Instance(type="pandas.DataFrame" | "pandas.Series"):
            return field(content, "held")
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
        return frame()
    plainly = len(args.items) == 1 or set(args.named) <= {"data", "columns", "index", "orient"}
    data = args.get("data", 0)
    how = held(machine, data) if data is not None and plainly and not args.loose else ""
    columns = machine.content(data) if how and data is not None and len(args.items) == 1 else None
    if not isinstance(columns, Mapping) or not all(isinstance(key, str) for key in columns.slots) or not columns.slots:
        return frame(how)
    kinds: dict[Key, Slot] = {
        key: Slot(Known(element(machine, slot.value))) for key, slot in columns.slots.items() if slot.always
    }
    return Instance(FRAME, {"held": Known(how), "columns": Mapping(kinds)}, machine.store.ident())


@library("pandas.Series")
def make_series(machine: Machine, args: Args) -> Value:
    data = args.get("data", 0)
    how = held(machine, data) if data is not None and len(args.items) == 1 and not args.loose else ""
    return series(how, element(machine, data) if how and data is not None else "")


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
        plainly = all(field(each, "held") == "numpy" for each in contents) and "axis" not in args.named
        return frame("numpy" if plainly else "")
    return computed(args.span)


LIBRARY["pandas.Timestamp"] = LIBRARY["pandas.Timestamp.now"] = lambda machine, args: Instance("pandas.Timestamp")
LIBRARY["pandas.Timestamp.utcnow"] = LIBRARY["pandas.Timestamp.today"] = LIBRARY["pandas.Timestamp"]
LIBRARY["pandas.DataFrame.to_markdown"] = lambda machine, args: STR
METHODS["pandas.Timestamp"] = lambda machine, bound, args: (
    STR
    if bound.name in ("isoformat", "strftime", "day_name", "month_name")
    else FLOAT
    if bound.name == "timestamp"
    else Instance("datetime.date")
    if bound.name == "date"
    else Instance("datetime.datetime")
    if bound.name == "to_pydatetime"
    else computed(args.span)
)
MEMBERS["pandas.Timestamp"] = lambda machine, moment, name, span, where: (
    INT if name in ("year", "month", "day", "hour", "minute", "second") else None
)
LIBRARY["pandas.Timedelta"] = lambda machine, args: Instance("pandas.Timedelta")
METHODS["pandas.Timedelta"] = lambda machine, bound, args: (
    FLOAT if bound.name == "total_seconds" else STR if bound.name == "isoformat" else computed(args.span)
)
CONSTANTS.update({"pandas.NaT": Instance("pandas.NaT"), "pandas.NA": Instance("pandas.NA")})


@library("pandas.to_datetime")
def to_datetime(machine: Machine, args: Args) -> Value:
    match machine.content(args.positional[0]) if args.positional else None:
        case Known(value=str()) | Instance(type="str") if "errors" not in args.named and not args.loose:
            return Instance("pandas.Timestamp")
    return computed(args.span)


@library("pandas.isna", "pandas.isnull", "pandas.notna", "pandas.notnull")
def is_null(machine: Machine, args: Args) -> Value:
    match machine.content(args.positional[0]) if args.positional else None:
        case Known() | Instance(type="int" | "float" | "str"):
            return BOOL
        case Instance(type="pandas.Series" | "pandas.DataFrame") as data:
            return METHODS[data.type](machine, Bound(data, "isna"), args) or computed(args.span)
    return computed(args.span)


def text(args: Args) -> Value:
    """Text, unless it is written somewhere."""
    somewhere = args.positional or {"path_or_buf", "buf", "path"} & set(args.named) or args.loose
    return computed(args.span) if somewhere else STR


# --- operators --------------------------------------------------------------------------------------------------------

_COMPARED: Final = ("==", "!=", "<", "<=", ">", ">=")


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    sides = [left] if right is None else [left, right]
    kinds = {each.type for each in sides if isinstance(each, Instance)}
    how = "numpy" if all(held(None, each) == "numpy" for each in sides) else ""
    truths = [field(each, "holds") for each in sides]
    if FRAME in kinds:
        return marked(frame(how), "bool") if sign in _COMPARED else frame()
    if sign in _COMPARED:
        return series(how, "bool")
    if sign in ("&", "|", "^", "~"):
        both = all(each in ("bool", "nulls", "marks") for each in truths)
        how = "numpy" if all(field(each, "held") == "numpy" for each in sides) else ""
        return series(how, "bool") if both else series()
    return series(how)


OPERATORS[FRAME] = OPERATORS[SERIES] = _operator
