"""Values as Python itself has them, and back: a pure function of the library is computed by calling it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, Final

from .. import ir
from ..source import Span
from ..values import Instance, Known, Mapping, Reference, Sequence, Slot, Unknown, Value, join
from .iterate import elements
from .machine import Args, Machine
from .text import product

MOST_TEXT: Final = 10_000
"""How long a text may be that is computed."""
MOST_ITEMS: Final = 400
"""How many items a sequence may have that is computed."""
_MOST_BITS: Final = 256

BOOL: Final = Instance("bool")
INT: Final = Instance("int")
FLOAT: Final = Instance("float")
STR: Final = Instance("str")


class Open(Exception):
    """A value is not known in every part."""


def computed(span: Span | None) -> Unknown:
    return Unknown("it is computed", span, foreign=True)


def given(span: Span | None, who: str) -> Unknown:
    """What a library gives, of which nothing else is known."""
    return Unknown(f"{who} gives it", span, foreign=True)


def plain(machine: Machine, value: Value, *, paths: bool = False, depth: int = 0) -> Any:
    """The Python object that a value is, if all of it is known; else raises `Open`.

    A set of several has no order that could be told, and is never all known.
    """
    if depth > 20:
        raise Open
    match machine.content(value):
        case Known(value=ir.Missing()):
            raise Open
        case Known(value=PurePosixPath() as path):
            if paths:
                return path
            raise Open
        case Known(value=found):
            return found
        case Sequence(items=items, complete=True, kind="list" | "tuple" | "set" as kind):
            found = [plain(machine, item, paths=paths, depth=depth + 1) for item in items]
            if kind == "list":
                return found
            if kind == "set":
                if len(found) > 1:
                    raise Open
                return set(found)
            return tuple(found)
        case Mapping(slots=slots, stop=None, kind="dict"):
            if not all(slot.always and not isinstance(key, tuple) for key, slot in slots.items()):
                raise Open
            return {key: plain(machine, slot.value, paths=paths, depth=depth + 1) for key, slot in slots.items()}
    raise Open


def value_of(machine: Machine, found: object, span: Span | None) -> Value:
    """A Python object as a value; what is too large or of another kind is not known."""
    match found:
        case bool() | None | float():
            return Known(found, span)
        case int():
            return Known(found, span) if found.bit_length() <= _MOST_BITS else INT
        case str():
            return Known(found, span) if len(found) <= MOST_TEXT else STR
        case bytes():
            return Known(found, span) if len(found) <= MOST_TEXT else Instance("bytes")
        case PurePosixPath():
            return Known(found, span)
        case list() | tuple() if len(found) <= MOST_ITEMS:
            made = Sequence(
                tuple(value_of(machine, item, span) for item in found), "list" if isinstance(found, list) else "tuple"
            )
            return made if made.kind == "tuple" else machine.allocate(made)
        case dict() if len(found) <= MOST_ITEMS and all(isinstance(key, str | int | float | None) for key in found):
            slots = {key: Slot(value_of(machine, held, span), span=span) for key, held in found.items()}
            return machine.allocate(Mapping(slots, span=span))
    return computed(span)


def compute(
    machine: Machine, function: Callable[..., object], args: Args, otherwise: Value, *, paths: bool = False
) -> Value:
    """What a pure function gives where all arguments are known; `otherwise` where not, or where it would fail."""
    if args.loose:
        return otherwise
    names = list(args.named)
    values = [machine.content(value) for value in (*args.positional, *args.named.values())]

    def call(chosen: list[Value]) -> Value:
        try:
            found = [plain(machine, value, paths=paths) for value in chosen]
            count = len(found) - len(names)
            return value_of(
                machine, function(*found[:count], **dict(zip(names, found[count:], strict=True))), args.span
            )
        except (Open, TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError):
            return otherwise

    return product(values, call)


def in_order(machine: Machine, value: Value, span: Span) -> tuple[tuple[Value, ...], bool]:
    """The elements of a value as `list(value)` has them: a set's come in any order."""
    items, complete = elements(machine, value, span)
    content = machine.content(value)
    if isinstance(content, Sequence) and content.kind == "set":
        items = distinct(items)
        if len(items) > 1:
            any_of = join(items)
            surely_distinct = all(isinstance(item, Known) for item in items)
            return ((any_of,) * len(items), True) if complete and surely_distinct else ((), False)
    return items, complete


def distinct(items: tuple[Value, ...]) -> tuple[Value, ...]:
    """The items of a set, each once, where equal ones are seen to be equal."""
    found: dict[object, Value] = {}
    for item in items:
        found.setdefault((item.value,) if isinstance(item, Known) else item, item)
    return tuple(found.values())


def listed(machine: Machine, items: tuple[Value, ...], complete: bool = True) -> Reference:
    """A new list."""
    return machine.allocate(Sequence(items, "list", complete))
