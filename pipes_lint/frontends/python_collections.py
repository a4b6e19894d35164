"""Python's displays, unpackings and comprehensions, lowered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from typing import Literal as Choice

from .. import ir
from .python_reading import Reading, expression, parts_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .python_reading import Rule


def _sequence(kind: Choice["list", "tuple", "set"]) -> Callable[[Reading, Node], ir.Node]:
    def lower(reading: Reading, node: Node) -> ir.Node:
        return ir.Collection(reading.span(node), kind, tuple(expression(reading, part) for part in parts_of(node)))

    return lower


def _tuple_pattern(reading: Reading, node: Node) -> ir.Node:
    parts = parts_of(node)
    if len(parts) == 1 and not any(child.type == "," for child in node.children):
        return expression(reading, parts[0])
    return ir.Collection(reading.span(node), "tuple", tuple(expression(reading, part) for part in parts))


def row(reading: Reading, node: Node, parts: list[Node]) -> ir.Node:
    """Expressions with commas between them, of which `node` holds nothing else: one, or a tuple without parentheses."""
    if len(parts) == 1 and not any(child.type == "," for child in node.children):
        return expression(reading, parts[0])
    items = tuple(expression(reading, part) for part in parts)
    return ir.Collection(reading.span(node), "tuple", items)


def _spread(reading: Reading, node: Node) -> ir.Node:
    parts = parts_of(node)
    return ir.Spread(reading.span(node), expression(reading, parts[0] if parts else None, node))


def _record(reading: Reading, node: Node) -> ir.Node:
    entries = []
    for part in parts_of(node):
        if part.type == "pair":
            key = expression(reading, part.child_by_field_name("key"), part)
            value = expression(reading, part.child_by_field_name("value"), part)
            entries.append(ir.Entry(reading.span(part), key, value))
        else:
            inner = parts_of(part)
            entries.append(ir.Entry(reading.span(part), None, expression(reading, inner[0] if inner else None, part)))
    return ir.Record(reading.span(node), tuple(entries))


def _comprehension(kind: Choice["list", "set", "dict", "generator"]) -> Callable[[Reading, Node], ir.Node]:
    def lower(reading: Reading, node: Node) -> ir.Node:
        body = node.child_by_field_name("body")
        key: ir.Node | None = None
        if kind == "dict" and body is not None:
            key = expression(reading, body.child_by_field_name("key"), body)
            element = expression(reading, body.child_by_field_name("value"), body)
        else:
            element = expression(reading, body, node)
        clauses: list[tuple[ir.Node, ir.Node, list[ir.Node]]] = []
        for part in parts_of(node):
            if part.type == "for_in_clause":
                target = expression(reading, part.child_by_field_name("left"), part)
                clauses.append((target, _iterable(reading, part), []))
            elif part.type == "if_clause" and clauses:
                conditions = parts_of(part)
                clauses[-1][2].append(expression(reading, conditions[0] if conditions else None, part))
        whole = tuple(ir.Clause(target, iterable, tuple(tests)) for target, iterable, tests in clauses)
        return ir.Comprehension(reading.span(node), kind, key, element, whole)

    return lower


def _iterable(reading: Reading, clause: Node) -> ir.Node:
    parts = [part for part in clause.children_by_field_name("right") if part.is_named]
    if len(parts) == 1:
        return expression(reading, parts[0])
    items = tuple(expression(reading, part) for part in parts)
    if not items:
        return expression(reading, None, clause)
    return ir.Collection(reading.syntax.between(parts[0].start_byte, parts[-1].end_byte), "tuple", items)


RULES: dict[str, Rule] = {
    "list": _sequence("list"),
    "tuple": _sequence("tuple"),
    "set": _sequence("set"),
    "expression_list": lambda reading, node: row(reading, node, parts_of(node)),
    "pattern_list": lambda reading, node: row(reading, node, parts_of(node)),
    "list_pattern": _sequence("list"),
    "tuple_pattern": _tuple_pattern,
    "list_splat": _spread,
    "list_splat_pattern": _spread,
    "splat_type": _spread,
    "dictionary": _record,
    "list_comprehension": _comprehension("list"),
    "set_comprehension": _comprehension("set"),
    "dictionary_comprehension": _comprehension("dict"),
    "generator_expression": _comprehension("generator"),
}
