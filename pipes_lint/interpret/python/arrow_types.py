"""pyarrow: what type a result certainly has. What depends on the data is not known."""

from __future__ import annotations

from typing import Final

from ...source import Span
from ...values import Bound, Instance, Known, Mapping, Sequence, Unknown, Value
from ..machine import ITEMS, LIBRARY, MEMBERS, METHODS, Args, Frame, Machine
from ..plain import BOOL, INT, computed, listed
from .pandas_types import frame

ARROW: Final = Instance("pyarrow.Table")

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
