"""What cannot be written as JSON, and the error that the language raises for it; and where in a value it is."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Final

from ..records import NamedTuple
from ..source import Span
from ..values import UNKNOWN_KEY, Instance, Key, Known, OneOf, Sequence, Slot, Template, Unknown, Value
from ..values import Mapping as MappingValue
from .clients import CLIENTS

# --- What Python's json cannot write --------------------------------------------------------------------------------

_NUMPY = (
    "int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 longdouble complex128 "
    "bool bytes_ datetime64 timedelta64 ndarray"
)
_UNWRITABLE: Mapping[str, str] = {
    **{f"numpy.{name}": name for name in _NUMPY.split()},
    "numpy.bool_": "bool",
    "set": "set",
    "frozenset": "frozenset",
    "bytes": "bytes",
    "bytearray": "bytearray",
    "complex": "complex",
    "generator": "generator",
    "datetime.datetime": "datetime",
    "datetime.date": "date",
    "datetime.time": "time",
    "datetime.timedelta": "timedelta",
    "decimal.Decimal": "Decimal",
    "fractions.Fraction": "Fraction",
    "uuid.UUID": "UUID",
    "pathlib.Path": "PosixPath",
    "pathlib.PosixPath": "PosixPath",
    "pathlib.PurePath": "PurePosixPath",
    "pathlib.PurePosixPath": "PurePosixPath",
    "pandas.DataFrame": "DataFrame",
    "pandas.Series": "Series",
    "pandas.Index": "Index",
    "pandas.Timestamp": "Timestamp",
    "pandas.Timedelta": "Timedelta",
    "pandas.NaT": "NaTType",
    "pandas.NA": "NAType",
    "pandas.array": "ExtensionArray",
    "pandas.dtype": "dtype",
    "numpy.dtype": "dtype",
    "dagster.context": "AssetExecutionContext",
    "dagster.TimeWindow": "datetime",
    "type": "type",
    "exception": "…",  # of which class it is exactly depends on what has failed
    "function": "function",
    "range": "range",
    "dict_keys": "dict_keys",
    "dict_values": "dict_values",
    "dict_items": "dict_items",
    "iterator": "iterator",
    "collections.deque": "deque",
    "re.Match": "Match",
    "re.Pattern": "Pattern",
    "_hashlib.HASH": "HASH",
    "_blake2.blake2b": "blake2b",
    "_blake2.blake2s": "blake2s",
    "hmac.HMAC": "HMAC",
    "memoryview": "memoryview",
    "types.SimpleNamespace": "SimpleNamespace",
    "datetime.timezone": "timezone",
    "os.stat_result": "os.stat_result",
    "polars.LazyFrame": "LazyFrame",
    "polars.Expr": "Expr",
    "pyarrow.Table": "pyarrow.lib.Table",
    "pyarrow.ChunkedArray": "pyarrow.lib.ChunkedArray",
    "pyarrow.Array": "pyarrow.lib.Array",
    "pyarrow.Scalar": "pyarrow.lib.Scalar",
    "pyarrow.Schema": "pyarrow.lib.Schema",
    "polars.DataFrame": "DataFrame",
    "polars.Series": "Series",
}
"""Python's public types that JSON cannot hold, with the name that the error gives."""


_EXCEPTIONS = frozenset(
    name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)
)

_RECORDS = ("MetadataValue", ".AssetKey", ".AssetSpec", ".AssetCheckKey", ".AssetCheckSpec", "PartitionsDefinition")
"""How the names of those of Dagster's classes end that refuse to be taken apart. From dagster 1.13.28."""


class Unwritable(NamedTuple):
    """What keeps a value from being written: the error, and where the part stands that it is about, innermost first."""

    error: str
    places: tuple[Span, ...] = ()


def json_fault(value: Value) -> Unwritable | None:
    """The error that Python's json raises for the value (or a part of it), if it certainly does."""
    match value:
        case OneOf(several):
            faults = [json_fault(option) for option in several]
            return faults[0] if all(faults) else None
        case Sequence(items) if value.kind != "set":
            return _in_item(json_fault(item) for item in items)
        case MappingValue(slots):
            for key, slot in slots.items():
                if kind := _unwritable_key(key):
                    error = f"TypeError: keys must be str, int, float, bool or None, not {kind}"
                    return Unwritable(error, _places(slot.span))
                if fault := json_fault(slot.value):
                    return _in_slot(fault, slot)
            return None
        case Instance("list" | "dict" | "tuple", {"each": each}):
            return json_fault(each)
    name = _unwritable_class(value)
    if name is None:
        return None
    if name.startswith("Exception:"):
        return Unwritable(name, _places(_own_place(value)))
    return Unwritable(f"TypeError: Object of type {name} is not JSON serializable", _places(_own_place(value)))


def _unwritable_class(value: Value) -> str | None:
    """The class of a single thing that JSON cannot hold, as the error names it; an error of its own as a whole."""
    match value:
        case Known(bytes() | complex() as constant):
            return type(constant).__name__
        case Known(PurePath()) | Template(path=True):
            return "PosixPath"
        case Sequence(kind="set"):
            return "set"
        case Unknown(instance=str() as name):
            return name
        case Instance(name) if name in _UNWRITABLE:
            return _UNWRITABLE[name]
        case Instance(name) if name.startswith("builtins.") and name.removeprefix("builtins.") in _EXCEPTIONS:
            return name.removeprefix("builtins.")
        case Instance(name) if name.startswith("dagster.") and name.endswith(_RECORDS):
            return f"Exception: Iteration is not allowed on `@record` {name.removeprefix('dagster.')}."
        case Instance(name) if name.startswith("dagster") and (last := name.rpartition(".")[2]) in CLIENTS:
            return last
    return None


def _unwritable_key(key: Key) -> str | None:
    """The class of a key that JSON cannot hold."""
    match key:
        case bytes():
            return "bytes"
        case (str() as mark, of, _) if mark == UNKNOWN_KEY:
            return of.type if isinstance(of, Instance) and of.type in _UNWRITABLE else None
        case tuple() if len(key) > 1:
            return "tuple"
    return None


def json_problem(value: Value) -> str | None:
    """The error alone."""
    fault = json_fault(value)
    return fault.error if fault else None


def r_fault(value: Value) -> Unwritable | None:
    """The error that R's jsonlite raises for the value (or a part of it), if it certainly does."""
    classes = _class_attribute(value)
    if classes and _WRITABLE_IN_R.isdisjoint(classes):
        return Unwritable(f"No method asJSON S3 class: {classes[-1]}", _places(_own_place(value)))
    match value:
        case OneOf(several):
            faults = [r_fault(option) for option in several]
            return faults[0] if all(faults) else None
        case Sequence(items):
            return _in_item(r_fault(item) for item in items)
        case MappingValue(slots):
            for slot in slots.values():
                if slot.always and (fault := r_fault(slot.value)):
                    return _in_slot(fault, slot)
        case Instance("r:S4" | "r:refobject", {"class": Sequence((Known(name), *_))}):
            return Unwritable(f"No method for S4 class:{name}", _places(_own_place(value)))
        case Instance(name) if name in _UNWRITABLE_IN_R:
            return Unwritable(f"No method asJSON S3 class: {_UNWRITABLE_IN_R[name]}", _places(_own_place(value)))
    return None


_WRITABLE_IN_R: Final = frozenset(
    "array AsIs blob character classRepresentation complex data.frame Date double factor function hms integer "
    "integer64 ITime json list logical matrix NULL numeric pairlist POSIXt raw scalar sf sfc ts".split()
)
"""The classes for which jsonlite has a method: one of them among an object's is enough. From jsonlite 1.8.4."""


def _class_attribute(value: Value) -> tuple[str, ...]:
    """The classes that the project has given something in R, as far as they are known."""
    match value:
        case Sequence(classes=classes) | MappingValue(classes=classes):
            return classes or ()
        case Instance("r:object", {"class": Sequence(items)}):
            return tuple(str(each.value) for each in items if isinstance(each, Known))
        case Instance("r:object", {"class": Known(str() as name)}):
            return (name,)
    return ()


def r_problem(value: Value) -> str | None:
    """The error alone."""
    fault = r_fault(value)
    return fault.error if fault else None


def _own_place(value: Value) -> Span | None:
    return getattr(value, "span", None)


def _places(*spans: Span | None) -> tuple[Span, ...]:
    return tuple(dict.fromkeys(span for span in spans if span))


def _in_item(faults: Iterable[Unwritable | None]) -> Unwritable | None:
    return next((fault for fault in faults if fault), None)


def _in_slot(fault: Unwritable, slot: Slot) -> Unwritable:
    return fault._replace(places=_places(*fault.places, slot.written, slot.span))


_UNWRITABLE_IN_R: Mapping[str, str] = {
    f"r:{name}": name
    for name in "lm glm nls loess formula environment difftime table numeric_version proc_time object_size".split()
}
