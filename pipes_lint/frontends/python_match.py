"""The patterns of Python's `match`, lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from .python_reading import Reading, expression, identifier, parts_of

if TYPE_CHECKING:
    from tree_sitter import Node

_CONSTANTS = frozenset(("string", "concatenated_string", "true", "false", "none"))


def pattern(reading: Reading, nodes: list[Node], comma: bool) -> ir.Pattern:
    """The pattern of one `case`, whose parts these are; with a comma between or after them it is a sequence."""
    if len(nodes) == 1 and not comma:
        return _pattern(reading, nodes[0])
    names = tuple(name for node in nodes for name in _bound(reading, node))
    return ir.OpaquePattern(names, _items(reading, nodes))


def _pattern(reading: Reading, node: Node) -> ir.Pattern:
    match node.type:
        case "case_pattern":
            alternatives = _alternatives(reading, node)
            return alternatives[0] if len(alternatives) == 1 else _opaque(reading, node)
        case "list_pattern" | "tuple_pattern" if len(parts_of(node)) != 1 or _is_sequence(node):
            return _opaque(reading, node)._replace(shape=_items(reading, parts_of(node)))
        case "dict_pattern":
            return _opaque(reading, node)._replace(shape=_keys(reading, node))
        case "class_pattern":
            return _opaque(reading, node)._replace(shape=_class(reading, node))
        case "as_pattern":
            inner = parts_of(node)
            irrefutable = bool(inner) and _pattern(reading, inner[0]) == ir.AnyPattern(None)
            if irrefutable or len(inner) != 2:
                return ir.AnyPattern(identifier(reading, inner[-1])) if irrefutable else _opaque(reading, node)
            both = (_pattern(reading, inner[0]), ir.AnyPattern(identifier(reading, inner[1])))
            return _opaque(reading, node)._replace(shape=ir.Shape("all", both))
        case "union_pattern":
            return _union(reading, node)
        case "tuple_pattern" if len(parts_of(node)) == 1 and not any(child.type == "," for child in node.children):
            return _pattern(reading, parts_of(node)[0])
        case "dotted_name":
            names = parts_of(node)
            if len(names) == 1:
                name = identifier(reading, names[0])
                return ir.AnyPattern(None if name == "_" else name)
            return ir.ValuePattern((_dotted(reading, node),))
        case "complex_pattern":
            return ir.ValuePattern((_complex(reading, node),))
        case "integer" | "float":
            return ir.ValuePattern((expression(reading, node),))
        case kind if kind in _CONSTANTS:
            value = expression(reading, node)
            return ir.ValuePattern((value,)) if isinstance(value, ir.Literal) else ir.OpaquePattern(())
        case "_":
            return ir.AnyPattern(None)
        case _:
            return _opaque(reading, node)


def _alternatives(reading: Reading, node: Node) -> list[ir.Pattern]:
    """What `|` separates; a sign stands beside its number, not around it."""
    found: list[ir.Pattern] = []
    sign: Node | None = None
    for child in node.children:
        if child.type == "-":
            sign = child
        elif child.type not in ("|", "comment", "line_continuation"):
            one = _pattern(reading, child)
            if sign is not None and isinstance(one, ir.ValuePattern):
                span = reading.syntax.between(sign.start_byte, child.end_byte)
                one = ir.ValuePattern((ir.Operation(span, "-", one.values),))
            found.append(one)
            sign = None
    return found


def _union(reading: Reading, node: Node) -> ir.Pattern:
    values: list[ir.Node] = []
    for alternative in _alternatives(reading, node):
        match alternative:
            case ir.ValuePattern(known):
                values.extend(known)
            case ir.AnyPattern(None):
                return ir.AnyPattern(None)
            case _:
                parts = tuple(_alternatives(reading, node))
                return _opaque(reading, node)._replace(shape=ir.Shape("any", parts))
    return ir.ValuePattern(tuple(values))


def _class(reading: Reading, node: Node) -> ir.Shape | None:
    """The shape of an object of a class, by its dotted name."""
    name, *given = parts_of(node)
    parts: list[ir.Pattern] = []
    named: list[str] = []
    for part in given:
        inner = parts_of(part)[0] if part.type == "case_pattern" and parts_of(part) else part
        if inner.type == "keyword_pattern":
            if any(child.type == "-" for child in inner.children):
                return None
            named.append(identifier(reading, parts_of(inner)[0]))
            parts.append(_pattern(reading, parts_of(inner)[-1]))
        else:
            parts.append(_pattern(reading, part))
    dotted = ".".join(identifier(reading, each) for each in parts_of(name))
    return ir.Shape("class", tuple(parts), (dotted, *named))


def _is_sequence(node: Node) -> bool:
    return node.type == "list_pattern" or any(child.type == "," for child in node.children)


def _items(reading: Reading, nodes: list[Node]) -> ir.Shape:
    """The shape of a sequence of these patterns."""
    inner = [parts_of(node)[0] if node.type == "case_pattern" and parts_of(node) else node for node in nodes]
    stars = [place for place, node in enumerate(inner) if node.type == "splat_pattern"]
    parts = tuple(
        ir.AnyPattern(next(iter(_bound(reading, node)), None)) if place in stars else _pattern(reading, node)
        for place, node in enumerate(nodes)
    )
    return ir.Shape("items", parts, star=stars[0] if stars else None)


def _keys(reading: Reading, node: Node) -> ir.Shape | None:
    """The shape of a mapping, if its keys are plain constants."""
    keys: list[object] = []
    parts: list[ir.Pattern] = []
    rest: ir.Pattern | None = None
    for part in parts_of(node):
        inner = parts_of(part)[0] if part.type == "case_pattern" and parts_of(part) else part
        if inner.type == "splat_pattern":
            rest = ir.AnyPattern(next(iter(_bound(reading, inner)), None))
            continue
        if part.type == "case_pattern" and len(keys) > len(parts):
            parts.append(_pattern(reading, part))
            continue
        key = expression(reading, part) if part.type in _CONSTANTS or part.type == "integer" else None
        if not isinstance(key, ir.Literal) or len(keys) != len(parts):
            return None
        keys.append(key.value)
    if len(keys) != len(parts):
        return None
    if rest is not None:
        return ir.Shape("keys", (*parts, rest), tuple(keys), star=len(parts))
    return ir.Shape("keys", tuple(parts), tuple(keys))


def _dotted(reading: Reading, node: Node) -> ir.Node:
    first, *rest = parts_of(node)
    lowered = expression(reading, first)
    for name in rest:
        whole = reading.syntax.between(first.start_byte, name.end_byte)
        lowered = ir.Member(whole, lowered, identifier(reading, name), reading.span(name))
    return lowered


def _complex(reading: Reading, node: Node) -> ir.Node:
    signs = [child.type for child in node.children if child.type in ("+", "-")]
    first, last = parts_of(node)[0], parts_of(node)[-1]
    real = expression(reading, first)
    if len(signs) == 2:
        real = ir.Operation(reading.syntax.between(node.start_byte, first.end_byte), "-", (real,))
    return ir.Operation(reading.span(node), signs[-1], (real, expression(reading, last)))


def _opaque(reading: Reading, node: Node) -> ir.OpaquePattern:
    return ir.OpaquePattern(tuple(_bound(reading, node)))


def _bound(reading: Reading, node: Node) -> list[str]:
    """The names that a pattern binds, in the order of the text."""
    names: list[str] = []
    waiting = [node]
    while waiting:
        inner = waiting.pop()
        parts = parts_of(inner)
        match inner.type:
            case "dotted_name" if len(parts) == 1:
                names.append(identifier(reading, parts[0]))
            case "identifier":  # of `*rest`, and after `as`
                names.append(identifier(reading, inner))
            case "dotted_name" | "string" | "concatenated_string":
                pass
            case "class_pattern" | "keyword_pattern":  # first comes the class, or the attribute
                waiting.extend(reversed(parts[1:]))
            case _:
                waiting.extend(reversed(parts))
    return [name for name in names if name != "_"]
