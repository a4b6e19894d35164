"""Values and types as messages name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .. import ir
from ..contract import Dialect
from ..values import Instance, Known, Unknown, Value
from .metadata import class_name

_ENCODINGS: Mapping[str, str] = {
    "null": "null",
    "bool": "a bool",
    "int": "an int",
    "float": "a float",
    "str": "text",
    "list": "a list",
    "object": "an object",
}

_ACCEPTED: Mapping[str, str] = {
    **dict.fromkeys(("text", "url", "path", "notebook", "md"), "text or null"),
    "json": "an object, a list, text or null",
    "int": "an int, a bool or null",
    "float": "a float or null",
    "bool": "a bool or null",
    "timestamp": "a number of seconds since 1970",
    "dagster_run": "text, the id of a run",
    "asset": "text, an asset key",
    "table": "an object with `records` and `schema`, a list of columns with `name` and `type`",
    "table_schema": "an object with `columns`, a list of objects with `name` and `type`",
    "table_column_lineage": "an object with `deps_by_column`, lists of objects with `asset_key` and `column_name`",
}

_NO_TEXT = frozenset("int float bool NoneType dict list tuple r:integer r:numeric r:logical".split())

_R_CONSTANTS: Mapping[bool | None, str] = {None: "NULL", True: "TRUE", False: "FALSE"}


def certainly_not(value: Value, texts: Iterable[str]) -> bool:
    """Whether a value is for certain none of these texts."""
    match value:
        case Known(constant):
            return not isinstance(constant, str) or constant not in texts
        case Instance(name):
            return name in _NO_TEXT
        case _:
            return False


def in_words(found: Iterable[str]) -> str:
    """Encodings for a message: `an int or a float`."""
    return " or ".join(words for name, words in _ENCODINGS.items() if name in found)


def accepts(type_name: str) -> str:
    """What a metadata type takes, for a message."""
    return _ACCEPTED.get(type_name, "anything")


def class_shown(value: Value) -> str:
    """A value's class as Python's own errors show it; `…` stands for a module that is not known."""
    if value == Instance("exception"):
        return "<class '…'>"
    return f"<class '{'….' if isinstance(value, Unknown) else ''}{class_name(value)}'>"


def shown(value: Value, dialect: Dialect) -> str:
    """A constant in backticks, as its language writes it; `this` for anything else, or for what is long."""
    match value:
        case Known(str() as text) if len(text) <= 40 and text.isprintable() and "`" not in text:
            return f"`{text}`" if text.strip() else f'`"{text}"`'
        case Known(ir.Missing()):
            return "`NA`"
        case Known(None | bool() as constant) if dialect == "r":
            return f"`{_R_CONSTANTS[constant]}`"
        case Known(float() as number) if dialect == "r":
            return f"`{number:.15g}`"
        case Known(None | bool() | int() | float() as constant):
            return f"`{constant}`"
        case _:
            return "this"
