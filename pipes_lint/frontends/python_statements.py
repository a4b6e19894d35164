"""Python's simple statements, lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from .python_blocks import field
from .python_calls import of_type
from .python_collections import row
from .python_reading import (
    BROKEN,
    DEEP,
    DEPTH,
    Reading,
    errors,
    expression,
    fragments,
    has_own_error,
    identifier,
    parts_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from .python_reading import StatementRule


def _expression_statement(reading: Reading, node: Node) -> ir.Node | list[ir.Node]:
    parts = parts_of(node)
    if len(parts) == 1 and (rule := RULES.get(parts[0].type)) is not None:
        return rule(reading, parts[0])
    return row(reading, node, parts) if parts else ir.Opaque(reading.span(node), BROKEN)


def _assignment(reading: Reading, node: Node) -> ir.Node:
    """`a = b = value` is an assignment of an assignment; the targets are set from the left."""
    chain = [node]
    value = node.child_by_field_name("right")
    while value is not None and value.type == "assignment":
        chain.append(value)
        value = value.child_by_field_name("right")
    lowered: ir.Node | None = None
    if value is not None:
        lowered = _augmented(reading, value) if value.type == "augmented_assignment" else expression(reading, value)
    room = DEPTH - reading.depth
    if len(chain) > room:
        targets = tuple(field(reading, link, "left") for link in chain[room:])
        lowered = ir.Opaque(reading.span(chain[room]), DEEP, (*targets, *((lowered,) if lowered else ())))
    for link in chain[:room]:
        annotated = link.child_by_field_name("type")
        annotation = expression(reading, annotated) if annotated is not None else None
        lowered = ir.Assign(reading.span(node), field(reading, link, "left"), lowered, annotation=annotation)
        if reading.broken and has_own_error(link):
            lowered = ir.Opaque(reading.span(link), BROKEN, (lowered, *fragments(reading, errors(link))))
    return lowered or ir.Opaque(reading.span(node), BROKEN)


def _augmented(reading: Reading, node: Node) -> ir.Node:
    operator = node.child_by_field_name("operator")
    sign = operator.type[:-1] if operator else "+"
    return ir.Augment(reading.span(node), sign, field(reading, node, "left"), field(reading, node, "right"))


def _listed(node: Node) -> list[Node]:
    parts = parts_of(node)
    return parts_of(parts[0]) if len(parts) == 1 and parts[0].type == "expression_list" else parts


def _delete(reading: Reading, node: Node) -> ir.Node:
    return ir.Delete(reading.span(node), tuple(expression(reading, part) for part in _listed(node)))


def _return(reading: Reading, node: Node) -> ir.Node:
    parts = parts_of(node)
    return ir.Return(reading.span(node), expression(reading, parts[0]) if parts else None)


def _raise(reading: Reading, node: Node) -> ir.Node:
    """The cause after `from` is left out: it runs only on the way out."""
    cause = node.child_by_field_name("cause")
    parts = [part for part in parts_of(node) if part != cause]
    return ir.Raise(reading.span(node), expression(reading, parts[0]) if parts else None)


def _assert(reading: Reading, node: Node) -> ir.Node:
    """The message is left out: it runs only on the way out."""
    parts = parts_of(node)
    return ir.Assert(reading.span(node), expression(reading, parts[0] if parts else None, node))


def _declare(reading: Reading, node: Node) -> ir.Node:
    names = tuple(identifier(reading, part) for part in parts_of(node))
    return ir.Declare(reading.span(node), names, "global" if node.type == "global_statement" else "nonlocal")


def _type_alias(reading: Reading, node: Node) -> ir.Node:
    """`type X = …`, whose right side runs only when somebody asks for it."""
    left = node.child_by_field_name("left")
    while left is not None and left.type in ("type", "generic_type"):
        left = next(iter(parts_of(left)), None)
    if left is not None and left.type != "identifier":
        target = of_type(reading, node.children[0], left)
        return ir.Assign(reading.span(node), target, field(reading, node, "right"))
    value = ir.Opaque(reading.span(node.child_by_field_name("right") or node), "a type alias")
    return ir.Assign(reading.span(node), expression(reading, left, node), value)


def _print(reading: Reading, node: Node) -> ir.Node:
    """Python 2's `print` and `exec`; but `print >> f, x` is also a tuple of Python 3."""
    span = reading.span(node)
    word, first = node.children[0], node.children[1]
    if first.type != "chevron":
        message = f"`{word.type}` is a function in Python 3, and this call has no parentheses"
        reading.faults.append(ir.Fault(span, message))
        return ir.Opaque(span, f"Python 2's `{word.type}` statement", fragments(reading, node.named_children))
    shifted, *others = (expression(reading, part) for part in (*parts_of(first), *parts_of(node)[1:]))
    name = ir.Name(reading.span(word), "print")
    operation = ir.Operation(reading.syntax.between(word.start_byte, first.end_byte), ">>", (name, shifted))
    return ir.Collection(span, "tuple", (operation, *others)) if len(node.children) > 2 else operation


def _import(reading: Reading, node: Node) -> list[ir.Node]:
    found: list[ir.Node] = []
    for named in parts_of(node):
        module, alias = _alias(reading, named)
        found.append(ir.Import(reading.span(named), module, alias))
    return found


def _import_from(reading: Reading, node: Node) -> list[ir.Node]:
    level, module = 0, "__future__"
    source = node.child_by_field_name("module_name")
    if source is not None:
        module = ""
        for part in [source] if source.type == "dotted_name" else parts_of(source):
            if part.type == "import_prefix":
                level = reading.text(part).count(".")
            else:
                module = _dotted(reading, part)
    found: list[ir.Node] = []
    for named in node.children_by_field_name("name"):
        name, alias = _alias(reading, named)
        found.append(ir.ImportFrom(reading.span(named), level, module, name, alias))
    stars = [part for part in parts_of(node) if part.type == "wildcard_import"]
    found.extend(ir.ImportFrom(reading.span(star), level, module, "*", None) for star in stars)
    return found


def _alias(reading: Reading, node: Node) -> tuple[str, str | None]:
    if node.type != "aliased_import":
        return _dotted(reading, node), None
    name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
    return _dotted(reading, name) if name else "", identifier(reading, alias) if alias else None


def _dotted(reading: Reading, node: Node) -> str:
    return ".".join(identifier(reading, part) for part in parts_of(node))


RULES: dict[str, StatementRule] = {
    "expression_statement": _expression_statement,
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "delete_statement": _delete,
    "return_statement": _return,
    "raise_statement": _raise,
    "assert_statement": _assert,
    "break_statement": lambda reading, node: ir.Break(reading.span(node)),
    "continue_statement": lambda reading, node: ir.Continue(reading.span(node)),
    "global_statement": _declare,
    "nonlocal_statement": _declare,
    "type_alias_statement": _type_alias,
    "print_statement": _print,
    "exec_statement": _print,
    "import_statement": _import,
    "import_from_statement": _import_from,
    "future_import_statement": _import_from,
}
