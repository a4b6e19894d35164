"""R's operators: arithmetic and logic, assignments, formulas and pipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from ..source import Span
from . import r_pipes
from .r_assignments import assignment
from .r_reading import DEPTH, TOO_DEEP, Reading, first, torn

if TYPE_CHECKING:
    from tree_sitter import Node

_LEFTWARD = {"<-": False, "=": False, "<<-": True}
_RIGHTWARD = {"->": False, "->>": True}
_OPERATIONS = {
    **{sign: sign for sign in ("+", "-", "*", "/", "&", "|", "==", "!=", "<", "<=", ">", ">=", ":", "%||%")},
    "^": "**",
    "**": "**",
    "&&": "and",
    "||": "or",
    "%%": "%",
    "%/%": "//",
    "%in%": "in",
}
_UNRUN = {"~": "a formula", "?": "a question for help"}


def unary(r: Reading, node: Node) -> ir.Node:
    sign, span = r.sign(node), r.syntax.span(node)
    if torn(node):
        return ir.Opaque(span, _UNRUN[sign]) if sign in _UNRUN else r.broken(node)
    if sign == "~":
        return _formula(r, node, span)
    if sign in _UNRUN:
        return ir.Opaque(span, _UNRUN[sign])
    return ir.Operation(span, "not" if sign == "!" else sign, (r.part(node, "rhs"),))


def _formula(r: Reading, node: Node, span: Span) -> ir.Node:
    """`~ f(.x)`, as the function that purrr makes of it."""
    dots, piped = r.dots, r.piped
    r.piped = None
    r.depth += 2
    body = r.part(node, "rhs")
    r.depth -= 2
    r.dots, r.piped = dots, piped
    start = Span(span.path, span.start, span.start + 1)

    def same(name: str, as_: str) -> ir.Parameter:
        return ir.Parameter(start, name, ir.Name(start, as_))

    parameters = (
        ir.Parameter(start, ".x"),
        ir.Parameter(start, ".y"),
        ir.Parameter(start, "..3"),
        ir.Parameter(start, "..4"),
        ir.Parameter(start, "...", kind="*"),
        same(".", ".x"),
        same("..1", ".x"),
        same("..2", ".y"),
    )
    function = ir.Function(span, "", start, parameters, body, matching=ir.Matching.PREFIX, implicit_return=True)
    return ir.Formula(span, function)


def binary(r: Reading, node: Node) -> ir.Node:
    sign = r.sign(node)
    left, right = node.child_by_field_name("lhs"), node.child_by_field_name("rhs")
    if sign in _UNRUN:
        return ir.Opaque(r.syntax.span(node), _UNRUN[sign])
    if torn(node) or left is None or right is None:
        return _torn(r, node, sign)
    if sign in _LEFTWARD:
        return assignment(r, node, left, right, _LEFTWARD[sign])
    if sign in _RIGHTWARD:
        return assignment(r, node, right, left, _RIGHTWARD[sign])
    if sign in r_pipes.SIGNS:
        return r_pipes.pipeline(r, node)
    if sign == ":=":
        return ir.Opaque(r.syntax.span(node), "`:=`", (r.node(right),))
    return _operations(r, node)


def _torn(r: Reading, node: Node, sign: str) -> ir.Node:
    """A half-typed assignment still assigns: what, nobody knows."""
    parts = r.broken(node)
    target = node.child_by_field_name("lhs")
    if sign in _LEFTWARD and target is not None and target.type == "identifier":
        return ir.Assign(r.syntax.span(node), r.node(target), parts, _LEFTWARD[sign])
    return parts


def _operations(r: Reading, node: Node) -> ir.Node:
    """`a + b - c`, however long: folded from the left, since the tree is as deep as the chain is long."""
    steps: list[tuple[Node, str, Node]] = []
    while node.type == "binary_operator":
        sign, left, right = r.sign(node), node.child_by_field_name("lhs"), node.child_by_field_name("rhs")
        plain = sign in _OPERATIONS or (sign.startswith("%") and sign not in r_pipes.SIGNS)
        if not plain or left is None or right is None or torn(node):
            break
        steps.append((node, sign, right))
        node = left
    if r.depth + len(steps) > DEPTH:
        operands = (r.node(node), *(r.node(right) for _, _, right in reversed(steps)))
        return ir.Opaque(r.syntax.span(steps[0][0]), TOO_DEEP, operands)
    r.depth += len(steps)
    lowered = r.node(node)
    for whole, sign, right in reversed(steps):
        r.depth -= 1
        lowered = _operation(r, whole, sign, lowered, r.node(right))
    return lowered


def _operation(r: Reading, node: Node, sign: str, left: ir.Node, right: ir.Node) -> ir.Node:
    span = r.syntax.span(node)
    match _OPERATIONS.get(sign), left:
        case None, _:
            operator = node.child_by_field_name("operator") or node
            return ir.Call(span, ir.Name(r.syntax.span(operator), sign), (first(left), first(right)))
        case ("and" | "or") as operation, ir.Operation(operator=same, operands=operands) if same == operation:
            return ir.Operation(span, operation, (*operands, right))
        case operation, _:
            return ir.Operation(span, str(operation), (left, right))
