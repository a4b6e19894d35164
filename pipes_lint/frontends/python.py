"""Python source, lowered."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from .. import ir
from ..source import Source, Span
from . import python_compound, python_expressions, python_statements
from .grammar import grammar
from .python_blocks import statements
from .python_reading import Reading
from .syntax import Syntax

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_STATEMENTS = {**python_statements.RULES, **python_compound.RULES}


_TOKEN = rb"""(?sx)\#[^\r\n]*
    | "{3}(?:\\.|[^\\])*?"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | "(?:\\.|[^"\\\r\n])*" | '(?:\\.|[^'\\\r\n])*'
    | \\?[\r\n] | [()\[\]{}]"""


def lower(source: Source) -> ir.Module:
    """What a Python file says, as far as it can be told; never fails."""
    root = _tree(source.text.encode("utf-8", "surrogatepass"))
    syntax = Syntax(source)
    reading = Reading(syntax, root.has_error, python_expressions.RULES, _STATEMENTS)
    body = ir.Block(Span(source.path, 0, len(source.text)), statements(reading, root.children))
    faults = tuple(sorted((*syntax.faults(root), *reading.faults), key=lambda fault: fault.span))
    begins = root.children[0].start_point.column if root.children else 0
    uneven = reading.uneven or begins > 0 or "\n\t" in source.text and "\n " in source.text
    return ir.Module(source.path, "python", "builtins", body, faults, uneven=uneven)


def _tree(text: bytes) -> Node:
    """The tree's root; if it has errors, and has none without the line breaks in brackets, then without them.

    The grammar takes a line in brackets for the end of a block if it stands further left than the block and follows
    something after which the bracket cannot close (`(a +`).
    """
    root = tree(text)
    if root.has_error:
        without = _parser().parse(_without_breaks(text)).root_node
        return root if without.has_error else without
    return root


def tree(text: bytes) -> Node:
    """The root of the tree as the grammar has it."""
    return _parser().parse(text).root_node


def _without_breaks(text: bytes) -> bytes:
    """The text with blanks for line breaks and comments in brackets: to Python the same, and of the same length."""
    depth = 0
    blanked = bytearray(text)
    for token in re.finditer(_TOKEN, text):
        first = token[0][:1]
        if first in b"([{":
            depth += 1
        elif first in b")]}":
            depth -= 1
        elif depth > 0 and first in b"#\\\r\n":
            blanked[token.start() : token.end()] = b" " * len(token[0])
    return bytes(blanked)


@cache
def _parser() -> Parser:
    return grammar("tree_sitter_python", "", "_binding")
