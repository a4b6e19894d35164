"""What every part of the Python front end needs: the file being lowered, and the way from a node to its rule."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from .. import ir
from ..source import Span
from .syntax import Syntax

if TYPE_CHECKING:
    from tree_sitter import Node

    Rule = Callable[["Reading", Node], ir.Node]
    StatementRule = Callable[["Reading", Node], ir.Node | list[ir.Node]]

DEPTH = 120
"""How deep nodes may nest; what is deeper becomes `Opaque`, because whoever walks or pickles a `Module` may recurse."""

BROKEN = "this does not parse"
DEEP = "nested too deeply"

SKIPPED = frozenset(("comment", "line_continuation", "ERROR"))
POSTFIX = frozenset(("call", "attribute", "subscript"))
_AFTER_STAR = POSTFIX | {"binary_operator", "boolean_operator", "comparison_operator", "conditional_expression"}


class Reading:
    """One file while it is being lowered."""

    __slots__ = ("broken", "depth", "expressions", "faults", "span", "statements", "syntax", "text", "uneven", "yields")

    def __init__(
        self, syntax: Syntax, broken: bool, expressions: Mapping[str, Rule], statements: Mapping[str, StatementRule]
    ) -> None:
        self.syntax = syntax
        self.span = syntax.span
        self.text = syntax.text
        self.broken = broken
        """Whether the tree has errors, which must then be looked for."""
        self.expressions = expressions
        """What lowers each kind of expression; `statements` likewise. The rules stand in files that need this one."""
        self.statements = statements
        self.depth = 0
        self.yields = False
        """Whether a `yield` was met in the function being lowered."""
        self.faults: list[ir.Fault] = []
        """What the grammar lets pass and Python 3 does not."""
        self.uneven = False
        """Whether the lines of some block begin in different columns, or it has none."""


def expression(reading: Reading, node: Node | None, around: Node | None = None) -> ir.Node:
    """An expression or target. Where `node` is missing from a broken tree, the gap is said to be at `around`."""
    if node is None:
        return ir.Opaque(reading.span(around) if around else Span(reading.syntax.path, 0, 0), BROKEN)
    kind = node.type
    if kind == "identifier":
        return name(reading, node)
    rule = reading.expressions.get(kind)
    if rule is None:
        return ir.Opaque(reading.span(node), BROKEN, fragments(reading, node.children))
    if reading.depth >= DEPTH:
        return too_deep(reading, node)
    reading.depth += 1
    lowered = rule(reading, node)
    reading.depth -= 1
    if kind in _AFTER_STAR and reading.syntax.text_.startswith("*", lowered.span.start):
        lowered = star_outside(lowered)
    if reading.broken and has_own_error(node):
        return ir.Opaque(reading.span(node), BROKEN, (lowered, *fragments(reading, errors(node))))
    return lowered


def parts_of(node: Node) -> list[Node]:
    """The named children that mean something."""
    return [child for child in node.named_children if child.type not in SKIPPED]


def errors(node: Node) -> list[Node]:
    return [child for child in node.children if child.is_error]


def has_own_error(node: Node) -> bool:
    """Whether the error is of this node, and not only of a part of it."""
    return node.has_error and any(child.is_error for child in node.children)


def fragments(reading: Reading, nodes: Iterable[Node]) -> tuple[ir.Node, ...]:
    """The expressions that can be told in the children of a broken node, however little holds them together."""
    found: list[ir.Node] = []
    waiting = list(nodes)[::-1]
    while waiting:
        node = waiting.pop()
        kind = node.type
        if not node.is_named:  # the word `lambda` has the same type as the expression
            continue
        if (kind == "identifier" and node.start_byte < node.end_byte) or kind in reading.expressions:
            found.append(expression(reading, node))
        else:
            waiting.extend(reversed(node.named_children))
    return tuple(found)


def too_deep(reading: Reading, node: Node) -> ir.Opaque:
    """Stands for what nests too deeply; its parts are the names that it mentions."""
    names: list[ir.Node] = []
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        if inner.type == "identifier":
            names.append(name(reading, inner))
        elif inner.type == "attribute" or inner.type == "keyword_argument":
            held = inner.child_by_field_name("object" if inner.type == "attribute" else "value")
            waiting.extend([held] if held else [])
        else:
            waiting.extend(reversed(inner.named_children))
    return ir.Opaque(reading.span(node), DEEP, tuple(names))


def name(reading: Reading, node: Node) -> ir.Node:
    span = reading.span(node)
    if span.start == span.end:
        return ir.Opaque(span, BROKEN)
    return ir.Name(span, identifier(reading, node))


def identifier(reading: Reading, node: Node) -> str:
    """A name as Python compares it: two spellings of one character are one name."""
    name = reading.text(node)
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def star_outside(node: ir.Node) -> ir.Node:
    """`*f(x)`, which the grammar reads as `(*f)(x)` in a collection, and Python as `*(f(x))`."""
    path: list[ir.Node] = [node]  # from the outside to the star, by the parts that begin where the whole does
    while not isinstance(innermost := path[-1], ir.Spread):
        leading = [part for part in _parts(path[-1]) if part.span.start == node.span.start]
        if not leading:
            return node
        path.append(leading[0])
    old: ir.Node = innermost
    new = innermost.value
    start = new.span.start
    for part in reversed(path[:-1]):
        changes: dict[str, object] = {"span": part.span._replace(start=start)}
        for name, held in part._asdict().items():
            if held is old:
                changes[name] = new
            elif type(held) is tuple and any(one is old for one in held):
                changes[name] = tuple(new if one is old else one for one in held)
        old, new = part, part._replace(**changes)
    return ir.Spread(node.span, new)


def _parts(node: ir.Node) -> Iterator[ir.Node]:
    for held in node:
        for part in held if type(held) is tuple else (held,):
            if isinstance(part, ir.Node):
                yield part
