"""What a value is once it has been written as JSON, and which metadata types take it.

Every answer is about all that a value may be: `encodings` are all the ways in which it may be written, `fits` says no
only if none of them will do, and None wherever it cannot be told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from types import MappingProxyType

from .. import ir
from ..contract import Dialect
from ..records import NamedTuple
from ..values import Instance, Known, OneOf, Sequence, Template, Unknown, Value, options
from ..values import Mapping as MappingValue

Encoding = str
"""`null`, `bool`, `int`, `float`, `str`, `list` or `object`: what Python's json makes of it on Dagster's side."""

_ANY = frozenset({"null", "bool", "int", "float", "str", "list", "object"})
_TEXT = frozenset({"str", "null"})

_ACCEPTED: Mapping[str, frozenset[Encoding]] = {
    "__infer__": _ANY,
    "text": _TEXT,
    "url": _TEXT,
    "path": _TEXT,
    "notebook": _TEXT,
    "md": _TEXT,
    "json": frozenset({"list", "object", "str", "null"}),
    "int": frozenset({"int", "bool", "null"}),
    "float": frozenset({"float", "null"}),
    "bool": frozenset({"bool", "null"}),
    "timestamp": frozenset({"int", "float", "bool"}),
    "dagster_run": frozenset({"str"}),
    "asset": frozenset({"str"}),
    "null": _ANY,
    "table": frozenset({"object"}),
    "table_schema": frozenset({"object"}),
    "table_column_lineage": frozenset({"object"}),
}


# --- What is written ------------------------------------------------------------------------------------------------

_PYTHON_ENCODINGS: Mapping[str, Encoding] = {
    "NoneType": "null",
    "bool": "bool",
    "int": "int",
    "float": "float",
    "str": "str",
    "list": "list",
    "tuple": "list",
    "dict": "object",
    "collections.OrderedDict": "object",
    "collections.defaultdict": "object",
    "collections.Counter": "object",
    "numpy.float64": "float",
    "numpy.str_": "str",
    "numpy.shape": "list",
}

_R_ENCODINGS: Mapping[str, frozenset[Encoding]] = {
    "r:logical": frozenset({"bool"}),
    "r:integer": frozenset({"int"}),
    "r:numeric": frozenset({"int", "float"}),
    "r:character": frozenset({"str"}),
    "r:factor": frozenset({"str"}),
    "r:Date": frozenset({"str"}),
    "r:POSIXct": frozenset({"str"}),
}
"""A single value that is not NA."""

_R_LARGEST_WHOLE = 1e15
"""From here on a whole double is no longer written without a fraction or exponent."""


_R_MISSING: Mapping[str, Encoding] = {"r:integer": "str", "r:numeric": "str"}
"""How NA is written, and NaN and Inf: as text where the vector is a number's, else as null."""


def encodings(value: Value, dialect: Dialect, *, present: bool = False) -> frozenset[Encoding] | None:
    """All ways in which the value may be written; None if that cannot be told, or if it cannot be written at all.

    An R object's `fields` count where they tell more than its class: `length` (a `Known` int) and `missing`
    (`Known(False)` where it is certainly neither NA, NaN nor infinite). With `present` a value of which only the type
    is known counts as there: that R writes NA as text or null then makes no number a text.
    """
    match value:
        case OneOf(several):
            each = [encodings(option, dialect, present=present) for option in several]
            return None if None in each else frozenset().union(*(found for found in each if found))
        case Known(constant):
            return _constant(constant, dialect)
        case Template(path=False):
            return frozenset({"str"})
        case Sequence(kind="set"):
            return None
        case Sequence(items, kind="vector", complete=complete):
            return frozenset({"list"}) if len(items) != 1 and (complete or len(items) > 1) else None
        case MappingValue(slots, None, "vector") if len(slots) == 1:
            only = next(iter(slots.values()))
            return encodings(only.value, dialect, present=present) or _ANY
        case Sequence() | MappingValue(stop=None, kind="vector"):
            return frozenset({"list"})
        case MappingValue(kind="vector"):
            return None
        case MappingValue():
            return frozenset({"object"})
        case Instance(name, fields) if name.startswith("r:"):
            return _r_object(name, fields, present) if dialect == "r" else None
        case Instance(name) if name in _PYTHON_ENCODINGS:
            return frozenset({_PYTHON_ENCODINGS[name]})
        case _:
            return None


def _constant(constant: object, dialect: Dialect) -> frozenset[Encoding] | None:
    match constant:
        case None:
            return frozenset({"null"})
        case bool():
            return frozenset({"bool"})
        case int():
            return frozenset({"int"})
        case float() if dialect == "r" and not math.isfinite(constant):
            return frozenset({"str"})
        case float() if dialect == "r" and abs(constant) < _R_LARGEST_WHOLE and float(f"{constant:.15g}").is_integer():
            return frozenset({"int"})
        case float():
            return frozenset({"float"})
        case str():
            return frozenset({"str"})
        case ir.Missing(kind="integer" | "real"):
            return frozenset({"str"})
        case ir.Missing():
            return frozenset({"null"})
        case _:
            return None


def _r_object(name: str, fields: Mapping[str, Value], present: bool) -> frozenset[Encoding] | None:
    if name in ("r:data.frame", "r:AsIs"):
        return frozenset({"list"})
    if name == "r:list":
        return frozenset({"list", "object"})
    single = _R_ENCODINGS.get(name)
    if single is None:
        return None
    match fields.get("length"):
        case Known(1):
            found = single
        case Known(int()):
            return frozenset({"list"})
        case _:
            found = single | {"list"}
    sure = present or fields.get("missing") == Known(False)
    return found if sure else found | {_R_MISSING.get(name, "null")}


# --- What Dagster takes ---------------------------------------------------------------------------------------------


class _Each(NamedTuple):
    """A list (or, for `by_name`, an object) of things of one shape."""

    shape: _Shape
    by_name: bool = False


class _Fields(NamedTuple):
    """An object that has these fields, and may have those of `more`, or with `others` any."""

    fields: Mapping[str, _Shape | None]
    more: Mapping[str, _Shape] = MappingProxyType({})
    others: bool = True


_Shape = _Each | _Fields | frozenset[Encoding]
"""What a part of an object is; of a plain value the encodings that will do."""

_STR = frozenset({"str"})
_SINGLE = frozenset({"null", "bool", "int", "float", "str"})
_COLUMN = _Fields(
    {"name": _STR, "type": _STR},
    {"description": _TEXT, "constraints": frozenset({"object", "null"}), "tags": frozenset({"object", "null"})},
)
_DEP = _Fields({"asset_key": frozenset({"str", "list"}), "column_name": None}, others=False)
_SHAPES: Mapping[str, _Shape] = {
    "table": _Fields({"records": _Each(_Each(_SINGLE, by_name=True)), "schema": _Each(_COLUMN)}),
    "table_schema": _Fields({"columns": _Each(_COLUMN)}),
    "table_column_lineage": _Fields({"deps_by_column": _Each(_Each(_DEP), by_name=True)}),
}


def fits(type_name: str, value: Value, dialect: Dialect, *, present: bool = False) -> bool | None:
    """Whether Dagster takes the value as metadata of this type; False only if it takes nothing that it may be.

    `present` as of `encodings`.
    """
    accepted = _ACCEPTED.get(type_name)
    found = encodings(value, dialect, present=present)
    if accepted is None or found is None:
        return None
    if not found & accepted:
        return False
    shape = _SHAPES.get(type_name)
    if shape is not None:
        # What has the right shape may still be refused (records of different columns): that much is not looked at.
        return False if all(_shaped(option, shape, dialect) is False for option in options(value)) else None
    return True if found <= accepted else None


def _shaped(value: Value, shape: _Shape, dialect: Dialect) -> bool | None:
    """Whether a value has a shape: False as soon as one part of it certainly has not."""
    found = encodings(value, dialect, present=True)
    if found is None:
        return None
    if isinstance(shape, frozenset):
        return None if found & shape else False
    by_name = isinstance(shape, _Fields) or shape.by_name
    if ("object" if by_name else "list") not in found:
        # An empty object or text in the place of a list has no part that could be wrong.
        return None if not by_name and found & {"object", "str"} and _may_be_empty(value) else False
    match value, shape:
        case MappingValue(slots, stop, "dict" | "list"), _Fields(fields, more, others):
            parts: list[bool | None] = []
            for name, part in fields.items():
                slot = slots.get(name)
                if slot is None:
                    parts.append(False if stop is None else None)
                elif part is not None:
                    parts.append(_shaped(slot.value, part, dialect) if slot.always else None)
            for name, part in more.items():
                slot = slots.get(name)
                if slot is not None and slot.always:
                    parts.append(_shaped(slot.value, part, dialect))
            if not others:
                parts += [False for name, slot in slots.items() if name not in fields and slot.always]
            return _every(parts)
        case MappingValue(slots, stop, "dict" | "list"), _Each(part, by_name=True):
            parts = [_shaped(slot.value, part, dialect) if slot.always else None for slot in slots.values()]
            return _every([*parts, True if stop is None else None])
        case Sequence(items, "list" | "tuple" | "vector", complete), _Each(part, by_name=False):
            return _every([*(_shaped(item, part, dialect) for item in items), True if complete else None])
        case _:
            return None


def _may_be_empty(value: Value) -> bool:
    match value:
        case Sequence(items):
            return not items
        case MappingValue(slots):
            return not slots
        case Known(str() as text):
            return not text
        case _:
            return True


def _every(parts: Iterable[bool | None]) -> bool | None:
    """Of the parts of one thing: wrong if one is wrong, right if all are right."""
    found = tuple(parts)
    return False if False in found else None if None in found else True


def class_name(value: Value) -> str | None:
    """The Python class of a value, as an error shows it (`int`, `numpy.bool`); None if that cannot be told."""
    match value:
        case OneOf(several):
            names = {class_name(option) for option in several}
            return names.pop() if len(names) == 1 else None
        case Known(PurePath()) | Template(path=True):
            return "pathlib.PosixPath"
        case Known(ir.Missing()):
            return None
        case Known(constant):
            return type(constant).__name__
        case Template():
            return "str"
        case Sequence(kind="list" | "tuple" | "set" as kind):
            return kind
        case MappingValue(kind="dict"):
            return "dict"
        case Instance("numpy.bool_"):
            return "numpy.bool"
        case Instance("numpy.shape"):
            return "tuple"
        case Instance("exception"):
            return "Exception"
        case Instance("pandas.array" | "pandas.dtype" | "iterator" | "dagster.context" | "types.SimpleNamespace"):
            return None  # of which class it is exactly depends on the data
        case Instance(name) if not name.startswith("r:"):
            return name.removeprefix("builtins.")
        case Unknown(instance=str() as name):
            return name
        case _:
            return None
