"""What Python reaches through a name: calls, members, items; and the parameters on the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Literal as Choice

from .. import ir
from .python_reading import (
    BROKEN,
    DEEP,
    DEPTH,
    POSTFIX,
    SKIPPED,
    Reading,
    errors,
    expression,
    fragments,
    has_own_error,
    identifier,
    name,
    parts_of,
    too_deep,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from .python_reading import Rule


def chain(reading: Reading, node: Node) -> ir.Node:
    """`a.b(c)[d]…`, from the inside out, for such a chain may be long."""
    links = [node]
    inner = _inner(node)
    while inner is not None and inner.type in POSTFIX:
        links.append(inner)
        inner = _inner(inner)
    room = DEPTH - reading.depth
    if len(links) > room:
        inside = links[room:]
        parts = [expression(reading, inner, inside[-1])]
        for link in reversed(inside):
            parts.extend(argument.value for argument in arguments(reading, link.child_by_field_name("arguments")))
        lowered: ir.Node = ir.Opaque(reading.span(inside[0]), DEEP, tuple(parts))
        links = links[:room]
    else:
        lowered = expression(reading, inner, links[-1])
    for link in reversed(links):
        lowered = _link(reading, link, lowered)
        if reading.broken and link is not node and has_own_error(link):
            lowered = ir.Opaque(reading.span(link), BROKEN, (lowered, *fragments(reading, errors(link))))
    return lowered


def _inner(link: Node) -> Node | None:
    kind = link.type
    return link.child_by_field_name("function" if kind == "call" else "object" if kind == "attribute" else "value")


def _link(reading: Reading, node: Node, inner: ir.Node) -> ir.Node:
    span = reading.span(node)
    match node.type:
        case "call":
            return ir.Call(span, inner, arguments(reading, node.child_by_field_name("arguments")))
        case "attribute":
            name = node.child_by_field_name("attribute")
            if name is None or name.start_byte == name.end_byte:
                return ir.Opaque(span, BROKEN, (inner,))
            return ir.Member(span, inner, identifier(reading, name), reading.span(name))
        case _:
            return ir.Item(span, inner, _key(reading, node), ir.Access.SUBSCRIPT)


def of_type(reading: Reading, word: Node, rest: Node) -> ir.Node:
    """`type(x).y` or `type[x]` before `=`, in which the grammar sees an alias with an odd name, `(x).y`."""
    links: list[Node] = []
    inner: Node | None = rest
    while inner is not None and inner.type in POSTFIX:
        links.append(inner)
        inner = _inner(inner)
    if len(links) > DEPTH - reading.depth:
        return ir.Opaque(reading.syntax.between(word.start_byte, rest.end_byte), DEEP, too_deep(reading, rest).parts)
    lowered: ir.Node = name(reading, word)
    if inner is not None:
        span = reading.syntax.between(word.start_byte, inner.end_byte)
        held = tuple(expression(reading, part) for part in parts_of(inner))
        if inner.type == "list":
            key = held[0] if len(held) == 1 else ir.Collection(reading.span(inner), "tuple", held)
            lowered = ir.Item(span, lowered, key, ir.Access.SUBSCRIPT)
        elif inner.type in ("parenthesized_expression", "tuple"):
            lowered = ir.Call(span, lowered, tuple(ir.Argument(one.span, one) for one in held))
        else:
            lowered = ir.Opaque(span, BROKEN, (lowered, *held))
    for node in reversed(links):
        span = reading.syntax.between(word.start_byte, node.end_byte)
        lowered = _link(reading, node, lowered)._replace(span=span)
    return lowered


def _key(reading: Reading, node: Node) -> ir.Node:
    keys = node.children_by_field_name("subscript")
    if not keys:
        return expression(reading, None, node)
    lowered = tuple(expression(reading, key) for key in keys)
    bare = len(lowered) == 1 and not isinstance(lowered[0], ir.Spread)
    if bare and not any(child.type == "," for child in node.children):
        return lowered[0]
    return ir.Collection(reading.syntax.between(keys[0].start_byte, keys[-1].end_byte), "tuple", lowered)


def _slice(reading: Reading, node: Node) -> ir.Node:
    bounds: list[ir.Node | None] = [None, None, None]
    at = 0
    for child in node.children:
        if child.type == ":":
            at = min(at + 1, 2)
        elif child.type not in SKIPPED:
            bounds[at] = expression(reading, child)
    return ir.Slice(reading.span(node), *bounds)


def arguments(reading: Reading, node: Node | None) -> tuple[ir.Argument, ...]:
    """The arguments of a call or of a class, a broken one as an argument whose value is not known."""
    if node is None:
        return ()
    if node.type != "argument_list":  # a generator that shares the call's parentheses
        value = expression(reading, node)
        return (ir.Argument(value.span, value),)
    return tuple(_argument(reading, child) for child in node.children if child.is_named and child.type not in _EXTRAS)


def _argument(reading: Reading, node: Node) -> ir.Argument:
    span = reading.span(node)
    match node.type:
        case "keyword_argument":
            value = expression(reading, node.child_by_field_name("value"), node)
            if reading.broken and has_own_error(node):
                value = ir.Opaque(value.span, BROKEN, (value, *fragments(reading, errors(node))))
            name = node.child_by_field_name("name")
            if name is None:
                return ir.Argument(span, value)
            return ir.Argument(span, value, identifier(reading, name), reading.span(name))
        case "list_splat" | "dictionary_splat" as kind:
            parts = parts_of(node)
            value = expression(reading, parts[0] if parts else None, node)
            return ir.Argument(span, value, spread="*" if kind == "list_splat" else "**")
        case _:
            value = expression(reading, node)
            return (
                ir.Argument(span, value.value, spread="*") if isinstance(value, ir.Spread) else ir.Argument(span, value)
            )


_EXTRAS = frozenset(("comment", "line_continuation"))


def _lambda(reading: Reading, node: Node) -> ir.Node:
    taken = parameters(reading, node.child_by_field_name("parameters"))
    outer, reading.yields = reading.yields, False
    body = expression(reading, node.child_by_field_name("body"), node)
    generator, reading.yields = reading.yields, outer
    keyword = reading.span(node.children[0])
    return ir.Function(reading.span(node), "", keyword, taken, body, generator=generator, implicit_return=True)


_Kind = Choice["plain", "keyword", "positional", "*", "**"]


def parameters(reading: Reading, node: Node | None) -> tuple[ir.Parameter, ...]:
    found: list[ir.Parameter] = []
    kind: _Kind = "plain"
    for part in parts_of(node) if node is not None else ():
        if part.type == "keyword_separator":
            kind = "keyword"
        elif part.type == "positional_separator":
            found = [ir.Parameter(p.span, p.name, p.default, p.annotation, "positional") for p in found]
        else:
            parameter = _parameter(reading, part, kind)
            found.append(parameter)
            if parameter.kind == "*":
                kind = "keyword"
    return tuple(found)


def _parameter(reading: Reading, node: Node, kind: _Kind) -> ir.Parameter:
    named, annotation, default = node, None, None
    if node.type in ("default_parameter", "typed_default_parameter", "typed_parameter"):
        held = node.child_by_field_name("name") or next(iter(parts_of(node)), None)
        named = held or node
        annotated = node.child_by_field_name("type")
        annotation = expression(reading, annotated) if annotated is not None else None
        value = node.child_by_field_name("value")
        default = expression(reading, value) if value is not None else None
    if named.type in ("list_splat_pattern", "dictionary_splat_pattern"):
        kind = "*" if named.type == "list_splat_pattern" else "**"
        named = next(iter(parts_of(named)), named)
    return ir.Parameter(reading.span(node), identifier(reading, named), default, annotation, kind)


RULES: dict[str, Rule] = {
    "call": chain,
    "attribute": chain,
    "subscript": chain,
    "slice": _slice,
    "lambda": _lambda,
}
