"""Python's compound statements and definitions, lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import ir
from .python_blocks import clause_suite, field, suite, whole
from .python_calls import arguments, parameters
from .python_match import pattern
from .python_reading import BROKEN, DEEP, DEPTH, Reading, expression, parts_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .python_reading import StatementRule


def _if(reading: Reading, node: Node) -> ir.Node:
    """Every `elif` is a branch in the place of `else`."""
    otherwise: ir.Node | None = None
    links = [node]
    for clause in node.children_by_field_name("alternative"):
        if clause.type == "elif_clause":
            links.append(clause)
        else:
            otherwise = suite(reading, clause.child_by_field_name("body"), clause)
    room = DEPTH - reading.depth
    for link in reversed(links[room:]):
        parts = (field(reading, link, "condition"), suite(reading, link.child_by_field_name("consequence"), link))
        inner = otherwise.parts if isinstance(otherwise, ir.Opaque) else (otherwise,) if otherwise else ()
        otherwise = ir.Opaque(reading.syntax.between(link.start_byte, node.end_byte), DEEP, (*parts, *inner))
    for link in reversed(links[:room]):
        test = field(reading, link, "condition")
        then = suite(reading, link.child_by_field_name("consequence"), link)
        otherwise = ir.Branch(whole(reading, link, then, otherwise), test, then, otherwise)
    return otherwise or ir.Opaque(reading.span(node), BROKEN)


def _otherwise(reading: Reading, node: Node) -> ir.Block | None:
    clause = next((child for child in node.named_children if child.type == "else_clause"), None)
    return suite(reading, clause.child_by_field_name("body"), clause) if clause is not None else None


def _for(reading: Reading, node: Node) -> ir.Node:
    target, iterable = field(reading, node, "left"), field(reading, node, "right")
    body = suite(reading, node.child_by_field_name("body"), node)
    otherwise = _otherwise(reading, node)
    return ir.Loop(whole(reading, node, body, otherwise), target, iterable, body, otherwise)


def _while(reading: Reading, node: Node) -> ir.Node:
    test = field(reading, node, "condition")
    body = suite(reading, node.child_by_field_name("body"), node)
    otherwise = _otherwise(reading, node)
    return ir.While(whole(reading, node, body, otherwise), test, body, otherwise)


def _try(reading: Reading, node: Node) -> ir.Node:
    body = suite(reading, node.child_by_field_name("body"), node)
    handlers = [_handler(reading, part) for part in node.named_children if part.type.startswith("except")]
    final = next((child for child in node.named_children if child.type == "finally_clause"), None)
    finally_ = clause_suite(reading, final) if final is not None else None
    otherwise = _otherwise(reading, node)
    span = whole(reading, node, body, *(handler.body for handler in handlers), otherwise, finally_)
    return ir.Try(span, body, tuple(handlers), otherwise, finally_)


def _handler(reading: Reading, node: Node) -> ir.Handler:
    """`except types as name`; several types may stand without parentheses."""
    caught = [part for part in parts_of(node) if part.type != "block"]
    name = None
    types: ir.Node | None = None
    if len(caught) == 1 and caught[0].type == "as_pattern":
        types, target = _as(reading, caught[0])
        name = target.name if isinstance(target, ir.Name) else None
    elif len(caught) == 1:
        types = expression(reading, caught[0])
    elif caught:
        span = reading.syntax.between(caught[0].start_byte, caught[-1].end_byte)
        types = ir.Collection(span, "tuple", tuple(expression(reading, one) for one in caught))
    body = clause_suite(reading, node)
    return ir.Handler(whole(reading, node, body), types, name, body)


def _as(reading: Reading, node: Node) -> tuple[ir.Node, ir.Node | None]:
    """`value as target`, in a `with` or an `except`."""
    parts = parts_of(node)
    target = node.child_by_field_name("alias")
    held = parts_of(target) if target is not None else []
    value = expression(reading, parts[0] if parts else None, node)
    return value, expression(reading, held[0]) if held else None


def _unwrapped(node: Node) -> Node:
    """`a as b` of `with (a as b):`, in which the grammar sees an expression; or the node as it is."""
    inner: Node | None = node
    while inner is not None and inner.type == "parenthesized_expression":
        inner = next(iter(parts_of(inner)), None)
    return inner if inner is not None and inner.type == "as_pattern" else node


def _with(reading: Reading, node: Node) -> ir.Node:
    items = []
    for clause in node.named_children:
        for item in parts_of(clause) if clause.type == "with_clause" else ():
            value = item.child_by_field_name("value")
            if value is not None and value.type == "parenthesized_expression":
                value = _unwrapped(value)
            if value is not None and value.type == "as_pattern":
                items.append(ir.WithItem(*_as(reading, value)))
            else:
                items.append(ir.WithItem(expression(reading, value, item), None))
    block = suite(reading, node.child_by_field_name("body"), node)
    return ir.With(whole(reading, node, block), tuple(items), block)


def _match(reading: Reading, node: Node) -> ir.Node:
    subjects = node.children_by_field_name("subject")
    subject = expression(reading, subjects[0] if subjects else None, node)
    if len(subjects) > 1 or any(child.type == "," for child in node.children):
        span = reading.syntax.between(subjects[0].start_byte, subjects[-1].end_byte)
        subject = ir.Collection(span, "tuple", (subject, *(expression(reading, one) for one in subjects[1:])))
    body = node.child_by_field_name("body")
    clauses = [part for part in body.named_children if part.type == "case_clause"] if body is not None else []
    cases = tuple(_case(reading, clause) for clause in clauses)
    return ir.Match(whole(reading, node, *(case.body for case in cases)), subject, cases)


def _case(reading: Reading, node: Node) -> ir.Case:
    patterns = [part for part in node.named_children if part.type == "case_pattern"]
    guard = node.child_by_field_name("guard")
    test = parts_of(guard) if guard is not None else []
    comma = any(child.type == "," for child in node.children)
    return ir.Case(
        pattern(reading, patterns, comma),
        expression(reading, test[0]) if test else None,
        suite(reading, node.child_by_field_name("consequence"), node),
    )


def _decorated(reading: Reading, node: Node) -> ir.Node:
    definition = node.child_by_field_name("definition")
    decorators = []
    for decorator in node.named_children:
        if decorator.type == "decorator":
            parts = parts_of(decorator)
            decorators.append(expression(reading, parts[0] if parts else None, decorator))
    if definition is None:
        return ir.Opaque(reading.span(node), BROKEN, tuple(decorators))
    return _definition(reading, definition, node, tuple(decorators))


def _definition(
    reading: Reading, node: Node, decorated: Node | None = None, decorators: tuple[ir.Node, ...] = ()
) -> ir.Node:
    """A `def` or `class`; `decorated` also covers the decorators."""
    name = node.child_by_field_name("name")
    target = expression(reading, name, node)
    called = target.name if isinstance(target, ir.Name) else ""
    value: ir.Node
    reading.depth += 1  # two nodes for one
    if node.type == "class_definition":
        bases = arguments(reading, node.child_by_field_name("superclasses"))
        body = suite(reading, node.child_by_field_name("body"), node)
        span = whole(reading, decorated or node, body)
        value = ir.Class(span, called, target.span, bases, body, decorators)
    else:
        taken = parameters(reading, node.child_by_field_name("parameters"))
        returned = node.child_by_field_name("return_type")
        returns = expression(reading, returned) if returned is not None else None
        outer, reading.yields = reading.yields, False
        body = suite(reading, node.child_by_field_name("body"), node)
        generator, reading.yields = reading.yields, outer
        span = whole(reading, decorated or node, body)
        value = ir.Function(
            span,
            called,
            target.span,
            taken,
            body,
            decorators,
            returns,
            generator=generator,
            is_async=node.children[0].type == "async",
        )
    reading.depth -= 1
    return ir.Assign(span, target, value)


RULES: dict[str, StatementRule] = {
    "if_statement": _if,
    "for_statement": _for,
    "while_statement": _while,
    "try_statement": _try,
    "with_statement": _with,
    "match_statement": _match,
    "decorated_definition": _decorated,
    "function_definition": _definition,
    "class_definition": _definition,
}
