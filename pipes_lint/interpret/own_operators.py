"""Operators that classes of the project's define."""

from __future__ import annotations

from typing import Final

from ..source import Span
from ..values import Closure, Instance, Known, OneOf, Value
from .classes import class_member, is_object
from .machine import CONSTANTS, Frame, Machine
from .truth import truth

_OPERATORS: Final = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "truediv",
    "//": "floordiv",
    "%": "mod",
    "**": "pow",
    "@": "matmul",
    "&": "and",
    "|": "or",
    "^": "xor",
    "<<": "lshift",
    ">>": "rshift",
}
_COMPARE: Final = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_SWAPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_UNARY: Final = {"-": "neg", "+": "pos", "~": "invert"}


def own_operator(
    machine: Machine, sign: str, values: list[Value], span: Span, frame: Frame, in_place: bool = False
) -> Value | None:
    """What an operator gives that a class of the project's defines; None if none does."""
    if sign in ("in", "not-in"):
        return _contains(machine, sign, values[0], values[1], span, frame)
    for receiver, name, rest in _tries(sign, values, in_place):
        method = class_member(machine, receiver, f"__{name}__") if is_object(machine, receiver) else None
        if isinstance(method, Closure):
            result = machine.invoke(method, rest, span, frame)
            if result != CONSTANTS["builtins.NotImplemented"]:
                return result
    return None


def open_operand(machine: Machine, values: list[Value]) -> int | None:
    """Which operand is one of several, of which some are instances of the project's classes."""
    for index, value in enumerate(values):
        if isinstance(value, OneOf) and any(is_object(machine, option) for option in value.options):
            return index
    return None


def _tries(sign: str, values: list[Value], in_place: bool) -> list[tuple[Value, str, list[Value]]]:
    """Whose method of which name is called, with what: the left one's first, then the right one's."""
    if len(values) == 1:
        return [(values[0], _UNARY[sign], [])] if sign in _UNARY else []
    left, right = values
    if sign in _OPERATORS:
        name = _OPERATORS[sign]
        first = [(left, f"i{name}", [right])] if in_place else []
        return [*first, (left, name, [right]), (right, f"r{name}", [left])]
    if sign in _COMPARE:
        return [(left, _COMPARE[sign], [right]), (right, _COMPARE[_SWAPPED.get(sign, sign)], [left])]
    return []


def _contains(machine: Machine, sign: str, item: Value, whole: Value, span: Span, frame: Frame) -> Value | None:
    method = class_member(machine, whole, "__contains__") if is_object(machine, whole) else None
    if not isinstance(method, Closure):
        return None
    found = truth(machine, machine.invoke(method, [item], span, frame))
    return Instance("bool") if found is None else Known(found is (sign == "in"), span)
