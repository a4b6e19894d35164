"""R's pipes: the base one, `|>`, and magrittr's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from ..source import Span
from . import r_calls
from .r_assignments import assign
from .r_reading import DEPTH, TOO_DEEP, Reading, first

if TYPE_CHECKING:
    from tree_sitter import Node

SIGNS = frozenset(("|>", "%>%", "%!>%", "%<>%", "%T>%", "%$%"))


def pipeline(r: Reading, node: Node) -> ir.Node:
    """`x |> f() %>% g`, however long, as `g(f(x))`."""
    whole = r.syntax.span(node)
    steps: list[tuple[Node, str, Node]] = []
    while node.type == "binary_operator" and (sign := r.sign(node)) in SIGNS:
        left, right = node.child_by_field_name("lhs"), node.child_by_field_name("rhs")
        if left is None or right is None:
            break
        steps.append((node, sign, right))
        node = left
    if not steps:
        return r.broken(node)
    if r.depth + 2 * len(steps) > DEPTH:
        return ir.Opaque(
            whole, TOO_DEEP, (r.node(node), *(part for _, _, to in reversed(steps) for part in _parts(r, to)))
        )
    r.depth += 2 * len(steps)
    piped = r.node(node)
    sign = steps[-1][1]
    sequence = sign != "|>" and isinstance(piped, ir.Name) and piped.name == "."
    start = piped.span
    for step, sign_, right in reversed(steps):
        r.depth -= 2
        span = r.syntax.span(step)
        piped = _native(r, span, piped, right) if sign_ == "|>" else _magrittr(r, span, sign_, piped, right)
    if sign == "%<>%":
        return assign(r, whole, node, piped, False)
    if sequence:
        parameter = ir.Parameter(start, ".")
        return ir.Function(whole, "", start, (parameter,), piped, matching=ir.Matching.PREFIX, implicit_return=True)
    return piped


def _parts(r: Reading, node: Node) -> tuple[ir.Node, ...]:
    """What runs in a step whose piped value is not known."""
    if node.type != "call":
        return ()
    _, arguments = r_calls.callee(r, node)
    return tuple(argument.value for argument in arguments)


def _native(r: Reading, span: Span, piped: ir.Node, right: Node) -> ir.Node:
    outer, r.piped = r.piped, piped
    if right.type == "call":
        function, arguments = r_calls.callee(r, right)
        if r.piped is not None:
            arguments = (first(piped), *arguments)
        lowered = r_calls.call(span, function, arguments)
    else:
        lowered = r.node(right)
        if r.piped is not None:
            # Half-typed: R takes nothing but a call here.
            r.fault(r.syntax.span(right), "the pipe `|>` needs a call on its right")
            lowered = ir.Call(span, lowered, (first(piped),))
    r.piped = outer
    return lowered


def _magrittr(r: Reading, span: Span, sign: str, piped: ir.Node, right: Node) -> ir.Node:
    if sign == "%$%":
        data = r.node(right)
        return ir.Call(span, ir.Name(data.span, "with"), (first(piped), first(data)))
    dots = r.dots
    dot = ir.Name(piped.span, ".")
    bound = sign == "%T>%"
    if right.type == "braced_expression":
        bound = True
        lowered = r.node(right)
    else:
        if right.type == "call":
            function, arguments = r_calls.callee(r, right)
        else:
            function, arguments = r.node(right), ()
        places = [index for index, argument in enumerate(arguments) if _is_dot(argument.value)]
        uses = r.dots - dots
        bound = bound or uses != len(places) or uses > 1
        value = dot if bound else piped
        if not places:
            arguments = (first(value), *arguments)
        elif not bound:
            at = places[0]
            arguments = (*arguments[:at], arguments[at]._replace(value=piped), *arguments[at + 1 :])
        lowered = r_calls.call(span, function, arguments)
    r.dots = dots
    if not bound:
        return lowered
    result = (lowered, dot) if sign == "%T>%" else (lowered,)
    return ir.Block(span, (ir.Assign(piped.span, dot, piped), *result))


def _is_dot(node: ir.Node) -> bool:
    return isinstance(node, ir.Name) and node.name == "."
