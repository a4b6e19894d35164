"""R's data frames: their columns and rows, where these are seen, and what their parts are."""

from __future__ import annotations

import re
from typing import Final

from ... import ir
from ...source import Span
from ...values import Instance, Key, Known, Mapping, OneOf, Sequence, Slot, Unknown, Value
from ..machine import CONSTANTS, ITEMS, NONE, SET_ITEM, SUBSETS, Args, Frame, Machine, library
from .values import RANKS, computed, length_of, parts, rank, scalars, some

_EXACT: Final = Sequence((Known("data.frame"),), "vector")
FRAME: Final = Instance("r:data.frame")
"""A data frame of some kind; a tibble, perhaps."""
PLAIN: Final = FRAME._replace(fields={"class": _EXACT})
_NUMBERS: Final = some("numeric", single=False)


def frame_of(columns: dict[str, Value], rows: int | None, like: Instance = PLAIN) -> Instance:
    """A data frame of these columns. `like` is one of the same class."""
    slots: dict[Key, Slot] = {name: Slot(each) for name, each in columns.items()}
    fields = {name: value for name, value in like.fields.items() if name == "class"}
    known: dict[str, Value] = {} if rows is None else {"rows": Known(rows)}
    return FRAME._replace(fields={**fields, "columns": Mapping(slots, None, "list"), **known})


def is_frame(value: Value) -> bool:
    return isinstance(value, Instance) and value.type == "r:data.frame"


def columns_of(frame: Value) -> dict[str, Value] | None:
    """The columns of a data frame by their names, if all are known."""
    match frame:
        case Instance(type="r:data.frame", fields={"columns": Mapping(slots=slots)}):
            return {str(name): slot.value for name, slot in slots.items()}
    return None


def rows_of(frame: Value) -> int | None:
    match frame:
        case Instance(type="r:data.frame", fields={"rows": Known(value=int() as rows)}):
            return rows
    return None


_OPTIONS: Final = frozenset("stringsAsFactors check.names row.names check.rows fix.empty.names .name_repair".split())
_SYNTACTIC: Final = r"(?:[A-Za-z]|\.(?!\d))[\w.]*"


def _made(like: Instance, machine: Machine, args: Args) -> Value:
    """The columns are known where all are named vectors; the number of rows, where they are seen whole."""
    columns: dict[str, Value] = {}
    lengths: list[int | None] = []
    if args.get("stringsAsFactors") not in (None, Known(False)) or any(arg.name == ".rows" for arg in args.items):
        return like
    for arg in args.items:
        if arg.name in _OPTIONS:
            continue
        content = machine.content(arg.value)
        vector = rank(content) is not None or isinstance(content, Sequence | Mapping) and content.kind == "vector"
        plain = vector or isinstance(content, Instance) and content.type in ("r:factor", "r:Date", "r:POSIXct")
        if arg.name is None or arg.loose or not plain or arg.name in columns or not re.fullmatch(_SYNTACTIC, arg.name):
            return like
        found = scalars(machine, content, args.span)
        columns[arg.name] = Sequence(tuple(found), "vector") if found is not None and len(found) != 1 else content
        lengths.append(length_of(machine, content))
    longest = max((each for each in lengths if each is not None), default=0)
    if None in lengths:
        return frame_of(columns, None, like)
    if any(not each and longest or each and longest % each for each in lengths):
        return like  # R stops here
    return frame_of({name: _recycled(machine, each, longest, args) for name, each in columns.items()}, longest, like)


def _recycled(machine: Machine, value: Value, rows: int, args: Args) -> Value:
    found = scalars(machine, value, args.span)
    if not found or len(found) == rows or rows > _MOST_ROWS:
        return value if found is not None or rows == 1 else _of_type(value)
    return Sequence(tuple(found) * (rows // len(found)), "vector")


_MOST_ROWS: Final = 1000


def _of_type(value: Value) -> Value:
    """Some of the elements of a column."""
    match value:
        case Sequence(kind="vector", items=items) if items and (found := rank(items[0])) is not None:
            return some(RANKS[found], single=False)
        case Instance(type=kind) if kind.startswith("r:"):
            return Instance(kind)
        case Known() if (found := rank(value)) is not None:
            return some(RANKS[found], single=False)
    return Unknown("it is a part of a column", foreign=True)


library("base.data.frame")(lambda machine, args: _made(PLAIN, machine, args))
library("base.tibble", "base.data_frame")(lambda machine, args: _made(FRAME, machine, args))


def _typed(names: str, value: Instance) -> None:
    library(*(f"base.{name}" for name in names.split()))(lambda machine, args: value)


_typed("read.csv read.csv2 read.table read.delim read.delim2 expand.grid aggregate merge", PLAIN)
_typed(
    "read_csv read_tsv read_delim read_excel read_parquet read_feather tribble as_tibble dbGetQuery dbReadTable "
    "bind_rows bind_cols read_sas read_dta read_sav",
    FRAME,
)


@library("base.as.data.frame")
def as_frame(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else NONE
    return value if is_frame(value) and len(args.items) == 1 else FRAME


# --- Parts ----------------------------------------------------------------------------------------------------------


def _item(machine: Machine, holder: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    unknown = Unknown("it is an element of something unknown", node.span, foreign=True)
    if node.access is ir.Access.SUBSET:
        return _some_columns(machine, holder, key, node)
    columns = columns_of(holder)
    match key:
        case Known(value=int() | float() as place) if not isinstance(place, bool):
            listed = list((columns or {}).values())
            return listed[int(place) - 1] if 1 <= int(place) <= len(listed) else unknown
        case Known(value=str() as name) if columns is not None:
            if name in columns:
                return columns[name]
            near = [each for each in columns if each.startswith(name)]
            return unknown if near else Known(None, node.span)
    return unknown


def _some_columns(machine: Machine, holder: Instance, key: Value, node: ir.Item) -> Value:
    """`df["a"]`, `df[c("a", "b")]`: a data frame of these columns."""
    columns = columns_of(holder)
    if columns is None:
        return unread(holder)
    whole = Mapping({name: Slot(each) for name, each in columns.items()}, None, "list")
    part = SUBSETS[0](machine, whole, key, node.span)
    if not isinstance(part, Mapping):
        return FRAME
    return frame_of({str(name): slot.value for name, slot in part.slots.items()}, rows_of(holder), holder)


ITEMS["r:data.frame"] = _item


def part_of_table(machine: Machine, holder: Instance, rows: Value | None, wanted: Value | None, args: Args) -> Value:
    """`df[rows, columns]`: of one column a vector, of several a data frame. None stands for all of them."""
    columns = columns_of(holder)
    if columns is None:
        return computed(args, "it is a part of something")
    kept: dict[str, Value] = columns
    if wanted is not None:
        whole = Mapping({name: Slot(each) for name, each in columns.items()}, None, "list")
        part = SUBSETS[0](machine, whole, machine.content(wanted), args.span)
        if not isinstance(part, Mapping):
            return computed(args, "it is a part of something")
        kept = {str(name): slot.value for name, slot in part.slots.items()}
    if rows is not None:
        kept = {name: _some_rows(machine, each, machine.content(rows), args) for name, each in kept.items()}
    plain = holder.fields.get("class") == _EXACT
    if len(kept) == 1 and (args.get("drop") is not None or not plain):
        return computed(args, "it is a part of something")
    if len(kept) == 1:
        return next(iter(kept.values()))
    lengths = {length_of(machine, each) for each in kept.values()}
    return frame_of(kept, lengths.pop() if len(lengths) == 1 else None, holder)


def _some_rows(machine: Machine, column: Value, rows: Value, args: Args) -> Value:
    if not isinstance(rows, OneOf | Unknown) and parts(machine, column, args.span) is not None:
        found = SUBSETS[0](machine, machine.content(column), rows, args.span)
        if found is not None:
            return found
    return _of_type(column)


def _with_column(machine: Machine, holder: Instance, key: Value, value: Value) -> Instance:
    """`df$a <- value`; NULL takes the column out."""
    columns, rows = columns_of(holder), rows_of(holder)
    content = machine.content(value)
    if columns is None or not isinstance(key, Known) or not isinstance(key.value, str):
        return unread(holder)
    if content == NONE:
        return frame_of({name: each for name, each in columns.items() if name != key.value}, rows, holder)
    length = length_of(machine, content)
    if rows is not None and length == 1 and rows > 1:
        content = _of_type(content)
    elif rows is None or length not in (rows, None) or length is None and not isinstance(content, Instance):
        return frame_of({**columns, key.value: _of_type(content)}, rows, holder)
    return frame_of({**columns, key.value: content}, rows, holder)


SET_ITEM["r:data.frame"] = _with_column


def first_rows(holder: Instance, count: int) -> Instance:
    """`head(df, count)`, or as many of the last."""
    columns, rows = columns_of(holder), rows_of(holder)
    if columns is None:
        return unread(holder)
    left = None if rows is None else min(count, rows) if count >= 0 else max(rows + count, 0)
    return frame_of({name: _of_type(each) for name, each in columns.items()}, left, holder)


def unread(holder: Value) -> Instance:
    """A data frame of the same class of which no more is known."""
    fields = holder.fields if isinstance(holder, Instance) else {}
    return FRAME._replace(fields={name: each for name, each in fields.items() if name == "class"})


# --- What is made of them -------------------------------------------------------------------------------------------


@library("base.rbind", "base.cbind")
def bound(machine: Machine, args: Args) -> Value:
    """Data frames make a data frame, as soon as one is among them."""
    contents = [machine.content(arg.value) for arg in args.items]
    return unread(contents[0]) if contents and all(map(is_frame, contents)) else computed(args)


@library("base.subset", "base.na.omit", "base.unique.data.frame", "base.distinct", "base.slice", "base.transform")
def part_of_frame(machine: Machine, args: Args) -> Value:
    """Some rows are a data frame again."""
    value = machine.content(args.items[0].value) if args.items else NONE
    if is_frame(value):
        return unread(value)
    return Unknown("it is computed", args.span, foreign=True)


# --- Those that come with R -----------------------------------------------------------------------------------------


def _dataset(name: str, rows: int, numbers: str, factors: str = "") -> None:
    columns: dict[str, Value] = dict.fromkeys(numbers.split(), _NUMBERS)
    columns.update(dict.fromkeys(factors.split(), some("factor", single=False)))
    CONSTANTS[f"base.{name}"] = frame_of(columns, rows)


_dataset("mtcars", 32, "mpg cyl disp hp drat wt qsec vs am gear carb")
_dataset("iris", 150, "Sepal.Length Sepal.Width Petal.Length Petal.Width", "Species")
_dataset("cars", 50, "speed dist")
_dataset("women", 15, "height weight")
_dataset("faithful", 272, "eruptions waiting")
_dataset("airquality", 153, "Ozone Solar.R Wind Temp Month Day")


def _model(name: str, kind: str) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        formula = args.get("formula", 0)
        named = isinstance(formula, Unknown) and formula.span is not None and _has_terms(machine, formula.span)
        return Instance(f"r:{kind}", {"nonempty": Known(True)} if named else {})

    library(f"base.{name}", f"stats.{name}")(apply)


def _has_terms(machine: Machine, span: Span) -> bool:
    """Whether a formula names something behind its `~`, so that a model of it has coefficients."""
    written = machine.world.text(span.path)[span.start : span.end]
    return re.search(r"~[^~]*[A-Za-z]", written) is not None


for _name, _kind in (("lm", "lm"), ("aov", "lm"), ("glm", "glm"), ("nls", "nls"), ("loess", "loess")):
    _model(_name, _kind)


def _model_item(machine: Machine, holder: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    return Unknown("it is a part of a model", node.span, foreign=True)


for _name in "lm glm nls loess".split():
    ITEMS[f"r:{_name}"] = _model_item
