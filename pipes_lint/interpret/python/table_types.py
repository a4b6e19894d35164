"""polars and pyarrow: what type a result certainly has. What depends on the data is not known."""

from __future__ import annotations

from typing import Final

from ...source import Span
from ...values import Bound, Instance, Known, Mapping, Sequence, Unknown, Value
from ..machine import ITEMS, LIBRARY, MEMBERS, METHODS, OPERATORS, Args, Frame, Machine
from ..plain import BOOL, INT, STR, computed, listed
from .pandas_types import frame

TABLE: Final = Instance("polars.DataFrame")
LAZY: Final = Instance("polars.LazyFrame")
COLUMN: Final = Instance("polars.Series")
_MARKS: Final = Instance("polars.Series", {"holds": Known("bool")})
ARROW: Final = Instance("pyarrow.Table")

for _name in (
    "DataFrame",
    "read_csv",
    "read_parquet",
    "read_json",
    "read_ndjson",
    "read_ipc",
    "from_pandas",
    "from_dicts",
):
    LIBRARY[f"polars.{_name}"] = lambda machine, args: TABLE
for _name in ("LazyFrame", "scan_csv", "scan_parquet", "scan_ndjson", "scan_ipc"):
    LIBRARY[f"polars.{_name}"] = lambda machine, args: LAZY
LIBRARY["polars.Series"] = lambda machine, args: COLUMN

_TABLES: Final = frozenset(
    "clone drop drop_nulls fill_nan fill_null filter head join limit rename reverse sample select slice sort tail "
    "unique with_columns with_row_index vstack hstack null_count describe".split()
)


def _of_table(machine: Machine, bound: Bound, args: Args) -> Value | None:
    if bound.name in _TABLES:
        return TABLE
    match bound.name:
        case "is_empty" | "equals":
            return BOOL
        case "n_unique" | "n_chunks":
            return INT
        case "lazy":
            return LAZY
        case "is_duplicated" | "is_unique":
            return _MARKS
        case "get_column" | "to_series":
            return COLUMN if not args.named else computed(args.span)
        case "to_dicts" | "rows":
            return listed(machine, (), complete=False)
        case "write_parquet" | "write_ipc" | "write_excel":
            return Known(None) if args.positional else computed(args.span)
        case "write_csv" | "write_json" | "write_ndjson" if not args.items:
            return STR
        case "to_pandas":
            return frame()
        case "map_rows" | "pipe":
            return None
    return computed(args.span)


def _table_member(machine: Machine, table: Instance, name: str, span: Span, where: Frame) -> Value | None:
    match name:
        case "height" | "width":
            return INT
        case "shape":
            return Sequence((INT, INT), "tuple")
        case "columns":
            return listed(machine, (), complete=False)
        case "dtypes" | "schema" | "flags" | "plot" | "style":
            return computed(span)
    return None


def _of_lazy(machine: Machine, bound: Bound, args: Args) -> Value | None:
    if bound.name == "collect" and not args.items:
        return TABLE
    return LAZY if bound.name in _TABLES or bound.name == "lazy" else computed(args.span)


_TESTS: Final = frozenset("is_null is_not_null is_unique is_duplicated is_nan is_in is_between is_not_nan".split())


def _of_column(machine: Machine, bound: Bound, args: Args) -> Value | None:
    column = machine.content(bound.receiver)
    marks = isinstance(column, Instance) and "holds" in column.fields
    if bound.name in _TESTS:
        return _MARKS
    match bound.name:
        case "all" | "any" if marks and not args.items:
            return BOOL
        case "sum" if marks:
            return INT
        case "n_unique" | "null_count" | "len":
            return INT
        case "is_empty" | "has_nulls":
            return BOOL
        case "to_list":
            return listed(machine, (), complete=False)
        case "head" | "tail" | "sort" | "drop_nulls" | "unique" | "abs" | "cast" | "fill_null" | "filter":
            return COLUMN
        case "map_elements":
            return None
    return computed(args.span)


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    sides = [left] if right is None else [left, right]
    if any(isinstance(each, Instance) and each.type == "polars.DataFrame" for each in sides):
        return None
    if any(isinstance(each, Unknown) for each in sides):
        return None
    if sign in ("==", "!=", "<", "<=", ">", ">="):
        return _MARKS
    marks = all(isinstance(each, Instance) and each == _MARKS for each in sides)
    return _MARKS if marks and sign in ("&", "|", "^", "~") else COLUMN


EXPRESSION: Final = Instance("polars.Expr")
for _name in "col lit len when sum mean max min count first last all any struct".split():
    LIBRARY[f"polars.{_name}"] = lambda machine, args: EXPRESSION
METHODS["polars.Expr"] = lambda machine, bound, args: EXPRESSION
OPERATORS["polars.Expr"] = lambda sign, left, right: EXPRESSION
METHODS["polars.DataFrame"] = _of_table
MEMBERS["polars.DataFrame"] = _table_member
ITEMS["polars.DataFrame"] = lambda machine, table, key, node, where: (
    COLUMN if isinstance(key, Known) and isinstance(key.value, str) else computed(node.span)
)
METHODS["polars.LazyFrame"] = _of_lazy
METHODS["polars.Series"] = _of_column
ITEMS["polars.Series"] = lambda machine, column, key, node, where: computed(node.span)
OPERATORS["polars.Series"] = _operator

# --- pyarrow ----------------------------------------------------------------------------------------------------------

for _name in (
    "table",
    "Table.from_pandas",
    "Table.from_pylist",
    "Table.from_pydict",
    "parquet.read_table",
    "csv.read_csv",
):
    LIBRARY[f"pyarrow.{_name}"] = lambda machine, args: ARROW


def _of_arrow(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name:
        case "to_pandas":
            return frame("dense") if not args.items else frame()
        case "to_pylist":
            return listed(machine, (), complete=False)
        case "to_pydict":
            return machine.allocate(Mapping({}, Unknown("it is made of data", args.span, foreign=True)))
        case "column":
            return CHUNKS
        case "equals":
            return BOOL
        case "slice" | "select" | "filter" | "drop" | "rename_columns" | "append_column" | "sort_by" | "drop_columns":
            return ARROW
    return computed(args.span)


def _arrow_member(machine: Machine, table: Instance, name: str, span: Span, where: Frame) -> Value | None:
    match name:
        case "num_rows" | "num_columns" | "nbytes":
            return INT
        case "shape":
            return Sequence((INT, INT), "tuple")
        case "column_names":
            return listed(machine, (), complete=False)
        case "schema":
            return Instance("pyarrow.Schema")
        case "columns":
            return computed(span)
    return None


CHUNKS: Final = Instance("pyarrow.ChunkedArray")
_ONE: Final = Instance("pyarrow.Scalar")
for _name in (
    "sum mean min max count count_distinct stddev variance any all first last product approximate_median quantile"
).split():
    LIBRARY[f"pyarrow.compute.{_name}"] = lambda machine, args: _ONE
LIBRARY["pyarrow.scalar"] = lambda machine, args: _ONE
LIBRARY["pyarrow.array"] = lambda machine, args: Instance("pyarrow.Array")
METHODS["pyarrow.Scalar"] = lambda machine, bound, args: computed(args.span)


def _of_chunks(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name:
        case "to_pylist":
            return listed(machine, (), complete=False)
        case "length":
            return INT
        case "filter" | "slice" | "take" | "drop_null" | "fill_null" | "unique" | "cast":
            return CHUNKS
    return computed(args.span)


for _name in ("pyarrow.ChunkedArray", "pyarrow.Array"):
    METHODS[_name] = _of_chunks
    MEMBERS[_name] = lambda machine, chunks, name, span, where: INT if name in ("null_count", "nbytes") else None
    ITEMS[_name] = lambda machine, chunks, key, node, where: (
        _ONE if isinstance(key, Known) and isinstance(key.value, int) else computed(node.span)
    )
METHODS["pyarrow.Schema"] = lambda machine, bound, args: computed(args.span)
MEMBERS["pyarrow.Schema"] = lambda machine, schema, name, span, where: (
    listed(machine, (), complete=False) if name == "names" else None
)
METHODS["pyarrow.Table"] = _of_arrow
MEMBERS["pyarrow.Table"] = _arrow_member
ITEMS["pyarrow.Table"] = lambda machine, table, key, node, where: (
    CHUNKS if isinstance(key, Known) and isinstance(key.value, str | int) else computed(node.span)
)
