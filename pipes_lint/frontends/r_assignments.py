"""R's assignments: to a name, into an object, and through a replacement function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from ..source import Span
from .r_reading import MISSING_ARGUMENT, TOO_DEEP, UNPARSED, Reading, first

if TYPE_CHECKING:
    from tree_sitter import Node

_LAYERS = 12
"""How many replacement functions an assignment may go through: each is a call within the other's argument."""


def assignment(r: Reading, node: Node, target: Node | None, value: Node | None, outer: bool) -> ir.Node:
    """`node`, which gives `target` the value; `outer` for `<<-`."""
    span = r.syntax.span(node)
    if target is None:
        return r.broken(node)
    lowered = r.absent(node.end_byte, "missing") if value is None else r.node(value)
    name = _variable(r, target)
    if name is None:
        return assign(r, span, target, lowered, outer)
    if isinstance(lowered, ir.Function) and value is not None and value.type == "function_definition":
        lowered = lowered._replace(name=name.name, name_span=name.span)
    return ir.Assign(span, name, lowered, outer)


def assign(r: Reading, span: Span, target: Node, value: ir.Node, outer: bool) -> ir.Node:
    """The assignment of a value that is lowered already.

    `f(x, i) <- v` is `x <- "f<-"(x, i, value = v)`, and so on inwards until a place is reached: R's own definition.
    """
    return _store(span, _place(r, target), value, outer)


def _variable(r: Reading, node: Node) -> ir.Name | None:
    if node.type == "string" or (node.type == "identifier" and node.start_byte < node.end_byte):
        return ir.Name(r.syntax.span(node), r.spelt(node))
    return None


def _place(r: Reading, node: Node) -> ir.Node:
    """The target as an expression; a string at its root is the variable of that name."""
    name = _variable(r, node)
    if name is not None:
        return name
    lowered = r.node(node)
    match node.type, lowered:
        case ("extract_operator", ir.Item()):
            root = node.child_by_field_name("lhs")
        case ("subset" | "subset2", ir.Item()):
            root = node.child_by_field_name("function")
        case _:
            return lowered
    if root is not None and root.type == "string":
        return lowered._replace(object=_place(r, root))
    return lowered


def _store(span: Span, place: ir.Node, value: ir.Node, outer: bool) -> ir.Node:
    for _ in range(_LAYERS):
        if _is_place(place):
            return ir.Assign(span, place, value, outer)
        match place:
            case ir.Item(object=owner, key=key, access=access):
                sign = {ir.Access.DOLLAR: "$<-", ir.Access.SUBSET: "[<-"}.get(access, "[[<-")
                function: ir.Node = ir.Name(key.span, sign)
                arguments: tuple[ir.Argument, ...] = (first(owner), first(key))
            case ir.Call(function=ir.Name(span=at, name=name), arguments=(ir.Argument(value=owner), *_)):
                function, arguments = ir.Name(at, f"{name}<-"), place.arguments
            case ir.Call(function=ir.Qualified(at, package, name), arguments=(ir.Argument(value=owner), *_)):
                function, arguments = ir.Qualified(at, package, f"{name}<-"), place.arguments
            case _:
                return ir.Opaque(span, "an assignment to what is no place", (value,))
        if isinstance(owner, ir.Opaque) and owner.reason in (MISSING_ARGUMENT, UNPARSED):
            return ir.Opaque(span, "an assignment to what is no place", (value,))
        value = ir.Call(span, function, (*arguments, ir.Argument(value.span, value, "value")))
        place = owner
    return ir.Opaque(span, TOO_DEEP, (value,))


def _is_place(node: ir.Node) -> bool:
    while isinstance(node, ir.Item):
        node = node.object
    return isinstance(node, ir.Name)
