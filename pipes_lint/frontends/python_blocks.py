"""Python's statements in order, whole or broken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .. import ir
from ..source import Span
from .python_reading import BROKEN, DEEP, DEPTH, Reading, errors, expression, fragments, has_own_error, too_deep

if TYPE_CHECKING:
    from tree_sitter import Node

_LINE_END = r"(?<!\\)(?<!\\\r)\n"
"""The end of a line that no backslash continues."""

_SIMPLE = frozenset(
    ("expression_statement", "return_statement", "delete_statement", "raise_statement", "assert_statement")
)
_EXTRAS = frozenset(("comment", "line_continuation", ";"))
_NOTHING = _EXTRAS | {"pass_statement"}


def statements(reading: Reading, nodes: Iterable[Node]) -> tuple[ir.Node, ...]:
    found: list[ir.Node] = []
    depth = reading.depth
    above = column = -1
    for node in nodes:
        row, begins = node.start_point
        if row != above and node.is_named and node.type not in _EXTRAS:
            reading.uneven |= column not in (begins, -1)
            above, column = row, begins
        try:
            statement(reading, node, found)
        except RecursionError:  # whoever called us had little room left
            reading.depth = depth
            found.append(ir.Opaque(reading.span(node), DEEP))
    return tuple(found)


def statement(reading: Reading, node: Node, found: list[ir.Node]) -> None:
    kind = node.type
    if kind in _NOTHING:
        return
    if kind == "ERROR":
        found.append(ir.Opaque(reading.span(node), BROKEN, _broken(reading, node)))
        return
    rule = reading.statements.get(kind)
    if rule is None:
        if node.is_named:
            found.append(expression(reading, node))
        return
    if reading.depth >= DEPTH:
        found.append(too_deep(reading, node))
        return
    reading.depth += 1
    ran = rule(reading, node)
    reading.depth -= 1
    lowered = ran if isinstance(ran, list) else [ran]
    torn = _torn(reading, node) if kind in _SIMPLE else None
    if torn is not None:
        reading.faults.append(_early_end(reading, node, torn))
        lowered = [ir.Opaque(reading.span(node), BROKEN, tuple(lowered))]
    elif reading.broken and has_own_error(node):
        lowered = [ir.Opaque(reading.span(node), BROKEN, (*lowered, *fragments(reading, errors(node))))]
    found.extend(lowered)


def _torn(reading: Reading, node: Node) -> int | None:
    """Where a line ends inside a statement that has no open bracket there, which the grammar overlooks (`x =`)."""
    if node.start_point.row == node.end_point.row:
        return None
    brackets, ended = 0, node.start_byte
    text = reading.syntax.text_
    for child in node.children:
        kind = child.type
        if kind == "comment" or kind == "line_continuation":
            continue
        gap = reading.syntax.between(ended, child.start_byte)
        if not brackets and re.compile(_LINE_END).search(text, gap.start, gap.end):
            return gap.start
        if kind in ("(", "[", "{"):
            brackets += 1
        elif kind in (")", "]", "}"):
            brackets = max(0, brackets - 1)
        elif not brackets and kind != "string" and (torn := _torn(reading, child)) is not None:
            return torn
        ended = child.end_byte
    return None


def _early_end(reading: Reading, node: Node, end: int) -> ir.Fault:
    start = reading.span(node).start
    lines = reading.syntax.text_[start:end].splitlines() or [""]
    return ir.Fault(Span(reading.syntax.path, start, start + len(lines[0])), f"`{lines[0][:30]}` does not parse")


def _broken(reading: Reading, node: Node) -> tuple[ir.Node, ...]:
    """The statements and expressions that can be told inside an ERROR."""
    found: list[ir.Node] = []
    for child in node.children:
        if child.type == "block":
            found.extend(statements(reading, child.children))
        elif child.type in reading.statements or child.type == "ERROR":
            statement(reading, child, found)
        else:
            found.extend(fragments(reading, (child,)))
    return tuple(found)


def suite(reading: Reading, node: Node | None, around: Node) -> ir.Block:
    if node is None or not node.named_child_count:
        reading.uneven = True
    if node is None:
        end = reading.span(around).end
        return ir.Block(Span(reading.syntax.path, end, end), ())
    reading.depth += 1
    body = statements(reading, node.children)
    reading.depth -= 1
    span = reading.span(node)
    children = node.children
    while children and children[-1].type in _EXTRAS:
        children.pop()
    if children:
        last = reading.span(children[-1])
        end = body[-1].span.end if body and body[-1].span.start == last.start else last.end
        span = span._replace(end=end)
    return ir.Block(span, body)


def whole(reading: Reading, node: Node, *blocks: ir.Node | None) -> Span:
    """A compound statement's place: it ends with the last of its blocks, and not with the comments after that."""
    span = reading.span(node)
    ends = [block.span.end for block in blocks if block is not None]
    return span._replace(end=max(ends)) if ends else span


def clause_suite(reading: Reading, clause: Node) -> ir.Block:
    """The block of a clause that has no field for it."""
    blocks = [child for child in clause.named_children if child.type == "block"]
    return suite(reading, blocks[0] if blocks else None, clause)


def field(reading: Reading, node: Node, name: str) -> ir.Node:
    return expression(reading, node.child_by_field_name(name), node)
