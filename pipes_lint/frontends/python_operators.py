"""Python's operators, lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from .python_reading import BROKEN, DEEP, DEPTH, Reading, errors, expression, fragments, has_own_error, parts_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .python_reading import Rule

_OPERATORS = {"not in": "not-in", "is not": "is-not", "<>": "!="}


def _binary(reading: Reading, node: Node) -> ir.Node:
    """`a + b - c…`, from the inside out, for such a chain may be long."""
    links = [node]
    inner = node.child_by_field_name("left")
    while inner is not None and inner.type == "binary_operator":
        links.append(inner)
        inner = inner.child_by_field_name("left")
    room = DEPTH - reading.depth
    if len(links) > room:
        inside = links[room:]
        parts = [expression(reading, inner, inside[-1])]
        parts.extend(expression(reading, link.child_by_field_name("right"), link) for link in reversed(inside))
        lowered: ir.Node = ir.Opaque(reading.span(inside[0]), DEEP, tuple(parts))
        links = links[:room]
    else:
        lowered = expression(reading, inner, links[-1])
    for link in reversed(links):
        operator = link.child_by_field_name("operator")
        right = expression(reading, link.child_by_field_name("right"), link)
        if operator is None or (reading.broken and link is not node and has_own_error(link)):
            lowered = ir.Opaque(reading.span(link), BROKEN, (lowered, right, *fragments(reading, errors(link))))
        else:
            lowered = ir.Operation(reading.span(link), operator.type, (lowered, right))
    return lowered


def _boolean(reading: Reading, node: Node) -> ir.Node:
    """`a and b and c` as one operation."""
    operator = node.child_by_field_name("operator")
    kind = operator.type if operator else "and"
    right = []
    inner: Node | None = node
    broken = False
    while inner is not None and inner.type == "boolean_operator":
        sign = inner.child_by_field_name("operator")
        if sign is None or sign.type != kind:
            break
        broken = broken or (reading.broken and inner is not node and has_own_error(inner))
        right.append(expression(reading, inner.child_by_field_name("right"), inner))
        inner = inner.child_by_field_name("left")
    operands = (expression(reading, inner, node), *reversed(right))
    span = reading.span(node)
    return ir.Opaque(span, BROKEN, operands) if broken else ir.Operation(span, kind, operands)


def _comparison(reading: Reading, node: Node) -> ir.Node:
    """A chained comparison is an `and`, whose middle operands stand on both sides."""
    operators = [child.type for child in node.children_by_field_name("operators")]
    nodes = [part for part in parts_of(node) if part.type not in _OPERATORS]
    operands = [expression(reading, part) for part in nodes]
    span = reading.span(node)
    if not operators or len(operands) != len(operators) + 1:
        return ir.Opaque(span, BROKEN, tuple(operands))
    steps = []
    for at, operator in enumerate(operators):
        here = reading.syntax.between(nodes[at].start_byte, nodes[at + 1].end_byte)
        sign = _OPERATORS.get(operator, operator)
        steps.append(ir.Operation(here, sign, (operands[at], operands[at + 1])))
    return steps[0] if len(steps) == 1 else ir.Operation(span, "and", tuple(steps))


def _unary(reading: Reading, node: Node) -> ir.Node:
    operand = expression(reading, node.child_by_field_name("argument"), node)
    return ir.Operation(reading.span(node), node.children[0].type, (operand,))


def _conditional(reading: Reading, node: Node) -> ir.Node:
    parts = [expression(reading, part) for part in parts_of(node)]
    span = reading.span(node)
    match parts:
        case [then, test, otherwise]:
            return ir.Branch(span, test, then, otherwise)
        case _:
            return ir.Opaque(span, BROKEN, tuple(parts))


def _walrus(reading: Reading, node: Node) -> ir.Node:
    target = expression(reading, node.child_by_field_name("name"), node)
    return ir.Assign(reading.span(node), target, expression(reading, node.child_by_field_name("value"), node))


def _parenthesized(reading: Reading, node: Node) -> ir.Node:
    """What the parentheses hold; errors between them and it make it unknown."""
    inner: Node | None = node
    broken: list[Node] = []
    while inner is not None and inner.type == "parenthesized_expression":
        if reading.broken and inner is not node:
            broken += errors(inner)
        parts = parts_of(inner)
        inner = parts[0] if parts else None
    lowered = expression(reading, inner, node)
    return ir.Opaque(reading.span(node), BROKEN, (lowered, *fragments(reading, broken))) if broken else lowered


def _yield(reading: Reading, node: Node) -> ir.Node:
    reading.yields = True
    parts = parts_of(node)
    delegate = any(child.type == "from" for child in node.children)
    return ir.Yield(reading.span(node), expression(reading, parts[0]) if parts else None, delegate)


def _await(reading: Reading, node: Node) -> ir.Node:
    parts = parts_of(node)
    return ir.Await(reading.span(node), expression(reading, parts[0] if parts else None, node))


RULES: dict[str, Rule] = {
    "binary_operator": _binary,
    "boolean_operator": _boolean,
    "comparison_operator": _comparison,
    "not_operator": _unary,
    "unary_operator": _unary,
    "conditional_expression": _conditional,
    "named_expression": _walrus,
    "parenthesized_expression": _parenthesized,
    "yield": _yield,
    "await": _await,
}
