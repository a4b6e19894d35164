"""R source, lowered to the IR.

The grammar is tree-sitter-r's, which is not on PyPI by itself: it is taken out of `tree_sitter_language_pack`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from typing import Literal as Choice

from .. import ir
from ..source import Source, Span
from . import r_calls, r_literals, r_operators
from .grammar import grammar
from .r_reading import DEPTH, UNPARSED, Reading, torn
from .syntax import Syntax

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_NA: dict[str, Choice["logical", "integer", "real", "character"]] = {
    "NA": "logical",
    "NA_integer_": "integer",
    "NA_real_": "real",
    "NA_character_": "character",
}


def lower(source: Source) -> ir.Module:
    """A file of R as IR. Never fails: what does not parse is `Opaque`, and named in `faults`."""
    root = tree(source.text.encode("utf-8", "surrogatepass"))
    reading = Reading(Syntax(source), _KINDS)
    body = ir.Block(Span(source.path, 0, len(source.text)), _statements(reading, root))
    faults = _faults(source, (*reading.syntax.faults(root), *reading.faults))
    torn = reading.syntax.torn_bracket(root) if faults else None
    return ir.Module(source.path, "r", "base", body, (torn, *faults) if torn else faults)


def _faults(source: Source, found: tuple[ir.Fault, ...]) -> tuple[ir.Fault, ...]:
    """The first fault of each line, in order: what follows it is usually its echo."""
    by_row: dict[int, ir.Fault] = {}
    for fault in sorted(found, key=lambda fault: fault.span):
        by_row.setdefault(source.position(fault.span.start).row, fault)
    return tuple(by_row.values())


def tree(text: bytes) -> Node:
    """The tree's root."""
    return _parser().parse(text).root_node


@cache
def _parser() -> Parser:
    return grammar("tree_sitter_language_pack", "bindings", "r")


def _statements(r: Reading, node: Node) -> tuple[ir.Node, ...]:
    """The nodes of a body. The grammar takes two of them on one line, and a loose `else`; R takes neither."""
    lowered: list[ir.Node] = []
    ended: int | None = None
    for child in node.named_children:
        kind = child.type
        if kind == "comment":
            continue
        if kind == "identifier" and r.syntax.text(child) == "else":
            r.fault(r.syntax.span(child), "`else` begins a line, where R has already ended the `if`")
            ended = None
            continue
        if ended is not None and not child.is_error:
            between = r.syntax.text_[r.syntax.between(ended, child.start_byte)[1] : r.syntax.span(child).start]
            if "\n" not in between and "\r" not in between and ";" not in between:
                span = r.syntax.span(child)
                if not between and r_literals.cut_hexadecimal(r.syntax.text_, span.start):
                    continue
                r.fault(span, f"`{_shown(r, span)}` does not parse")
        lowered.append(r.node(child))
        ended = child.end_byte if not child.is_error else None
    return tuple(lowered)


def _shown(r: Reading, span: Span) -> str:
    return r.syntax.text_[span.start : span.end].split("\n")[0][:30]


# --- Literals and names ---------------------------------------------------------------------------------------------


def _string(r: Reading, node: Node) -> ir.Node:
    span = r.syntax.span(node)
    if span.start == span.end:
        return ir.Opaque(span, "missing")
    value = r.string(node)
    return ir.Opaque(span, "bytes that are no text") if value is None else ir.Literal(span, value)


def _number(r: Reading, node: Node) -> ir.Node:
    span, text = r.syntax.span(node), r.syntax.text(node)
    value: complex
    try:
        match node.type:
            case "integer":
                value = r_literals.integer(text)
            case "complex":
                value = complex(0, r_literals.number(text[:-1]))
            case _:
                end = max(span.end, r_literals.hexadecimal_end(r.syntax.text_, span.start))
                value = r_literals.number(r.syntax.text_[span.start : end])
    except ValueError:
        r.fault(span, f"`{text}` is no number")
        return ir.Opaque(span, UNPARSED)
    return ir.Literal(span, value)


def _true(r: Reading, node: Node) -> ir.Node:
    return ir.Literal(r.syntax.span(node), True)


def _false(r: Reading, node: Node) -> ir.Node:
    return ir.Literal(r.syntax.span(node), False)


def _null(r: Reading, node: Node) -> ir.Node:
    return ir.Literal(r.syntax.span(node), None)


def _infinite(r: Reading, node: Node) -> ir.Node:
    return ir.Literal(r.syntax.span(node), float(r.syntax.text(node)))


def _na(r: Reading, node: Node) -> ir.Node:
    span, kind = r.syntax.span(node), _NA.get(r.syntax.text(node))
    return ir.Literal(span, ir.Missing(kind)) if kind else ir.Opaque(span, "a complex NA")


def _identifier(r: Reading, node: Node) -> ir.Node:
    span, text = r.syntax.span(node), r.syntax.text(node)
    if text == "_" and r.piped is not None:
        value, r.piped = r.piped, None
        return value
    if text == ".":
        r.dots += 1
    elif not text:
        return ir.Opaque(span, "missing")
    return ir.Name(span, r_literals.name(text))


def _namespace(r: Reading, node: Node) -> ir.Node:
    package, name = node.child_by_field_name("lhs"), node.child_by_field_name("rhs")
    if package is None or name is None:
        return _nameless(r, node)
    return ir.Qualified(r.syntax.span(node), r.spelt(package), r.spelt(name))


def _nameless(r: Reading, node: Node) -> ir.Node:
    """`ctx$` as it is being typed, which the grammar takes for whole."""
    at = r.syntax.span(node).end
    r.fault(Span(r.syntax.path, at, at), f"expected a name after `{r.sign(node)}`")
    return r.broken(node)


def _extract(r: Reading, node: Node) -> ir.Node:
    key = node.child_by_field_name("rhs")
    if key is None or key.start_byte == key.end_byte:
        return _nameless(r, node)
    owner, span = r.part(node, "lhs"), r.syntax.span(node)
    path, start, _ = r.syntax.span(key)
    begin, end = r_literals.inside(r.syntax.text(key))
    name = ir.Literal(Span(path, start + begin, start + end), r.spelt(key))
    return ir.Item(span, owner, name, ir.Access.DOLLAR)


# --- Calls, functions and control -----------------------------------------------------------------------------------


def _call(r: Reading, node: Node) -> ir.Node:
    function, arguments = r_calls.callee(r, node)
    return r_calls.call(r.syntax.span(node), function, arguments)


def _function(r: Reading, node: Node) -> ir.Node:
    parameters, keyword = node.child_by_field_name("parameters"), node.child_by_field_name("name")
    listed = parameters.named_children if parameters else ()
    return ir.Function(
        r.syntax.span(node),
        "",
        r.syntax.span(keyword or node),
        tuple(_parameter(r, child) for child in listed if child.type == "parameter"),
        r.part(node, "body"),
        matching=ir.Matching.PREFIX,
        implicit_return=True,
    )


def _parameter(r: Reading, node: Node) -> ir.Parameter:
    name, default = node.child_by_field_name("name"), node.child_by_field_name("default")
    r.depth += 1
    lowered = None if default is None else r.node(default)
    r.depth -= 1
    kind: Choice["plain", "*"] = "*" if name is not None and name.type == "dots" else "plain"
    return ir.Parameter(r.syntax.span(node), r.spelt(name) if name else "", lowered, kind=kind)


def _block(r: Reading, node: Node) -> ir.Node:
    return ir.Block(r.syntax.span(node), _statements(r, node))


def _parenthesized(r: Reading, node: Node) -> ir.Node:
    return r.broken(node) if torn(node) else r.part(node, "body")


def _if(r: Reading, node: Node) -> ir.Node:
    """An `else if` ladder of any length: each rung is a level of the tree, so the last is lowered first."""
    rungs: list[tuple[Span, ir.Node, ir.Node]] = []
    last: Node | None = node
    while last is not None and last.type == "if_statement" and r.depth < DEPTH:
        r.depth += 1
        rungs.append((r.syntax.span(last), r.part(last, "condition"), r.part(last, "consequence")))
        last = last.child_by_field_name("alternative")
    lowered = None if last is None else r.node(last)
    for span, test, then in reversed(rungs):
        r.depth -= 1
        lowered = ir.Branch(span, test, then, lowered)
    return lowered or r.broken(node)


def _for(r: Reading, node: Node) -> ir.Node:
    return ir.Loop(r.syntax.span(node), r.part(node, "variable"), r.part(node, "sequence"), r.part(node, "body"))


def _while(r: Reading, node: Node) -> ir.Node:
    return ir.While(r.syntax.span(node), r.part(node, "condition"), r.part(node, "body"))


def _repeat(r: Reading, node: Node) -> ir.Node:
    keyword = r.syntax.span(node.children[0])
    return ir.While(r.syntax.span(node), ir.Literal(keyword, True), r.part(node, "body"))


def _break(r: Reading, node: Node) -> ir.Node:
    return ir.Break(r.syntax.span(node))


def _next(r: Reading, node: Node) -> ir.Node:
    return ir.Continue(r.syntax.span(node))


_KINDS = {
    "argument": lambda r, node: r.part(node, "value"),
    "binary_operator": r_operators.binary,
    "braced_expression": _block,
    "break": _break,
    "call": _call,
    "complex": _number,
    "dot_dot_i": _identifier,
    "dots": _identifier,
    "extract_operator": _extract,
    "false": _false,
    "float": _number,
    "for_statement": _for,
    "function_definition": _function,
    "identifier": _identifier,
    "if_statement": _if,
    "inf": _infinite,
    "integer": _number,
    "na": _na,
    "namespace_operator": _namespace,
    "nan": _infinite,
    "next": _next,
    "null": _null,
    "parameter": lambda r, node: r.part(node, "default"),
    "parenthesized_expression": _parenthesized,
    "repeat_statement": _repeat,
    "return": _identifier,
    "string": _string,
    "subset": r_calls.subset,
    "subset2": r_calls.subset,
    "true": _true,
    "unary_operator": r_operators.unary,
    "while_statement": _while,
}
