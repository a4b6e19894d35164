"""Python's expressions and targets, lowered: constants, annotations, and the table of all rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .. import ir
from . import python_calls, python_collections, python_operators
from .python_reading import BROKEN, Reading, expression, identifier, parts_of
from .python_strings import string

if TYPE_CHECKING:
    from tree_sitter import Node

    from .python_reading import Rule


def _number(reading: Reading, node: Node) -> ir.Node:
    text = reading.text(node)
    span = reading.span(node)
    try:
        if text[-1] in "jJ":
            return ir.Literal(span, complex(0, float(text[:-1])))
        if node.type == "float":
            return ir.Literal(span, float(text))
        return ir.Literal(span, int(text, 0))
    except ValueError:
        reading.faults.append(ir.Fault(span, f"`{text[:30]}` is not a number of Python 3"))
        return ir.Opaque(span, "not a number of Python 3")


def _constant(value: object) -> Callable[[Reading, Node], ir.Node]:
    return lambda reading, node: ir.Literal(reading.span(node), value)


def _string(reading: Reading, node: Node) -> ir.Node:
    return string(reading.syntax, node, lambda inner, around: expression(reading, inner, around))


def _type(reading: Reading, node: Node) -> ir.Node:
    parts = parts_of(node)
    return expression(reading, parts[0] if parts else None, node)


def _generic_type(reading: Reading, node: Node) -> ir.Node:
    """`list[int]`, which the grammar keeps apart from other subscripts where it stands in an annotation."""
    parts = parts_of(node)
    generic = expression(reading, parts[0] if parts else None, node)
    held = parts_of(parts[1]) if len(parts) > 1 else []
    keys = tuple(expression(reading, key) for key in held)
    if not keys:
        return ir.Opaque(reading.span(node), BROKEN, (generic,))
    key = keys[0]
    if len(keys) > 1 or isinstance(key, ir.Spread) or any(child.type == "," for child in parts[1].children):
        key = ir.Collection(reading.syntax.between(held[0].start_byte, held[-1].end_byte), "tuple", keys)
    return ir.Item(reading.span(node), generic, key, ir.Access.SUBSCRIPT)


def _union_type(reading: Reading, node: Node) -> ir.Node:
    operands = tuple(expression(reading, part) for part in parts_of(node))
    span = reading.span(node)
    return ir.Operation(span, "|", operands) if len(operands) == 2 else ir.Opaque(span, BROKEN, operands)


def _member_type(reading: Reading, node: Node) -> ir.Node:
    parts = parts_of(node)
    if len(parts) != 2:
        return ir.Opaque(reading.span(node), BROKEN, tuple(expression(reading, part) for part in parts))
    inner = expression(reading, parts[0])
    return ir.Member(reading.span(node), inner, identifier(reading, parts[1]), reading.span(parts[1]))


def _constrained_type(reading: Reading, node: Node) -> ir.Node:
    """`start:stop` of a slice inside an annotation."""
    parts = [expression(reading, part) for part in parts_of(node)]
    return ir.Slice(reading.span(node), parts[0] if parts else None, parts[1] if len(parts) > 1 else None, None)


RULES: dict[str, Rule] = {
    **python_calls.RULES,
    **python_collections.RULES,
    **python_operators.RULES,
    "string": _string,
    "concatenated_string": _string,
    "integer": _number,
    "float": _number,
    "true": _constant(True),
    "false": _constant(False),
    "none": _constant(None),
    "ellipsis": _constant(...),
    "type": _type,
    "generic_type": _generic_type,
    "union_type": _union_type,
    "member_type": _member_type,
    "constrained_type": _constrained_type,
}
