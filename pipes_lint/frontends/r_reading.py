"""One R file on its way to the IR: what every part of the front end asks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from .. import ir
from ..source import Span
from . import r_literals
from .syntax import Syntax

if TYPE_CHECKING:
    from tree_sitter import Node

DEPTH = 150
"""How deep nodes may nest, arguments and parameters included. What is deeper is cut, because whoever walks or
pickles a `Module` may recurse."""

MISSING_ARGUMENT = "missing argument"
"""The reason of the `Opaque` that stands where a call leaves an argument out, as `x[1, ]` does."""

TOO_DEEP = "nested too deeply"
UNPARSED = "does not parse"


class Reading:
    """The file, and where in it we are. `kinds` tells how each type of tree node is lowered."""

    __slots__ = ("depth", "dots", "faults", "kinds", "piped", "syntax")

    def __init__(self, syntax: Syntax, kinds: Mapping[str, Callable[[Reading, Node], ir.Node]]) -> None:
        self.syntax = syntax
        self.kinds = kinds
        self.depth = 0
        self.piped: ir.Node | None = None
        """What `_` stands for, until it is used."""
        self.dots = 0
        """How many times `.` was read, magrittr's name for what is piped."""
        self.faults: list[ir.Fault] = []

    def node(self, node: Node) -> ir.Node:
        if self.depth >= DEPTH:
            return ir.Opaque(self.syntax.span(node), TOO_DEEP)
        self.depth += 1
        lowered = self.kinds.get(node.type, Reading.broken)(self, node)
        self.depth -= 1
        return lowered

    def part(self, node: Node, name: str) -> ir.Node:
        """The child in that field; half-typed code may lack it."""
        child = node.child_by_field_name(name)
        return self.node(child) if child is not None else self.absent(node.end_byte, "missing")

    def absent(self, at: int, reason: str) -> ir.Opaque:
        """What stands for a node that is not there."""
        return ir.Opaque(self.syntax.between(at, at), reason)

    def broken(self, node: Node) -> ir.Node:
        """Whatever of a node that does not parse can be made out."""
        parts: list[ir.Node] = []
        for child in node.named_children:
            if child.type in self.kinds or child.child_count:
                match self.node(child):
                    case ir.Opaque(reason="does not parse", parts=inner):
                        parts.extend(inner)
                    case part:
                        parts.append(part)
        return ir.Opaque(self.syntax.span(node), UNPARSED, tuple(parts))

    def sign(self, node: Node) -> str:
        """The operator of a node, as it is written."""
        operator = node.child_by_field_name("operator")
        if operator is None:
            return ""
        return self.syntax.text(operator) if operator.type == "special" else operator.type

    def string(self, node: Node) -> str | None:
        """The value of a string, None if it is none; an escape that R does not know becomes a fault."""
        try:
            return r_literals.string(self.syntax.text(node))
        except r_literals.EscapeError as error:
            path, start, end = self.syntax.span(node)
            escape = str(error)
            at = self.syntax.text_.find(escape, start, end)
            where = Span(path, start, end) if at < 0 else Span(path, at, at + len(escape))
            self.fault(where, f"`{escape}` is not an escape that R knows")
            return None

    def spelt(self, node: Node) -> str:
        """The name that an identifier says, or a string in a name's place."""
        if node.type == "string":
            return self.string(node) or ""
        return r_literals.name(self.syntax.text(node))

    def fault(self, span: Span, message: str) -> None:
        self.faults.append(ir.Fault(span, message))


def torn(node: Node) -> bool:
    """Whether something stands directly inside the node that does not belong there."""
    return node.has_error and any(child.is_error for child in node.children)


def first(value: ir.Node) -> ir.Argument:
    """The unnamed argument that a value becomes where the source writes it elsewhere than in parentheses."""
    return ir.Argument(value.span, value)
