"""R's data frames: their columns, where these are seen, and what their parts are."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...values import Instance, Known, Mapping, Sequence, Slot, Unknown, Value
from ..machine import CONSTANTS, ITEMS, NONE, Args, Frame, Machine, library
from .values import parts, some

FRAME: Final = Instance("r:data.frame")
_NUMBERS: Final = some("numeric", single=False)


def _with_columns(columns: dict[str, Value]) -> Instance:
    return FRAME._replace(fields={"columns": Mapping({name: Slot(each) for name, each in columns.items()})})


@library("base.data.frame", "base.tibble", "base.data_frame")
def data_frame(machine: Machine, args: Args) -> Value:
    """The columns are known where all are named vectors of one length, each seen whole."""
    columns: dict[str, Value] = {}
    lengths = set()
    for arg in args.items:
        if arg.name in ("stringsAsFactors", "check.names", "row.names", ".name_repair"):
            if arg.name == "stringsAsFactors" and arg.value != Known(False):
                return FRAME
            continue
        content = machine.content(arg.value)
        found = parts(machine, content, args.span)
        vector = isinstance(content, Sequence) and content.kind == "vector"
        if arg.name is None or arg.loose or found is None or not vector or any(name for name, _ in found):
            return FRAME
        columns[arg.name] = content
        lengths.add(len(found))
    return _with_columns(columns) if len(lengths) == 1 else FRAME


def _item(machine: Machine, holder: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    unknown = Unknown("it is an element of something unknown", node.span, foreign=True)
    columns = holder.fields.get("columns")
    if not isinstance(key, Known) or not isinstance(key.value, str):
        return unknown
    if node.access is ir.Access.SUBSET:
        return FRAME
    if not isinstance(columns, Mapping):
        return unknown
    slot = columns.slots.get(key.value)
    if slot is not None:
        return slot.value
    near = [name for name in columns.slots if str(name).startswith(key.value)]
    return unknown if near else Known(None, node.span)


ITEMS["r:data.frame"] = _item


def _dataset(name: str, numbers: str, factors: str = "") -> None:
    columns: dict[str, Value] = dict.fromkeys(numbers.split(), _NUMBERS)
    columns.update(dict.fromkeys(factors.split(), some("factor", single=False)))
    CONSTANTS[f"base.{name}"] = _with_columns(columns)


_dataset("mtcars", "mpg cyl disp hp drat wt qsec vs am gear carb")
_dataset("iris", "Sepal.Length Sepal.Width Petal.Length Petal.Width", "Species")
_dataset("cars", "speed dist")
_dataset("women", "height weight")
_dataset("faithful", "eruptions waiting")
_dataset("airquality", "Ozone Solar.R Wind Temp Month Day")


def _model(name: str, kind: str) -> None:
    library(f"base.{name}", f"stats.{name}")(lambda machine, args: Instance(f"r:{kind}"))


for _name, _kind in (("lm", "lm"), ("aov", "lm"), ("glm", "glm"), ("nls", "nls"), ("loess", "loess")):
    _model(_name, _kind)


def _model_item(machine: Machine, holder: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    return Unknown("it is a part of a model", node.span, foreign=True)


for _name in "lm glm nls loess".split():
    ITEMS[f"r:{_name}"] = _model_item


@library("base.subset", "base.na.omit", "base.unique.data.frame", "base.distinct", "base.slice")
def part_of_frame(machine: Machine, args: Args) -> Value:
    """Some rows are a data frame again."""
    value = machine.content(args.items[0].value) if args.items else NONE
    if isinstance(value, Instance) and value.type == "r:data.frame":
        return FRAME
    return Unknown("it is computed", args.span, foreign=True)
