"""The Python front end beside CPython's own parser, over the standard library: the same names, calls and places."""

from __future__ import annotations

import ast
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipes_lint import ir
from pipes_lint.frontends.python import lower
from pipes_lint.source import Source, Span

STDLIB = Path(sysconfig.get_path("stdlib"))
DEMANDING = (
    "test/test_fstring.py",
    "test/test_patma.py",
    "test/test_grammar.py",
    "test/test_unpack_ex.py",
    "typing.py",
)
"""Files that use what few others do; where the standard library comes without its tests they are not there."""
HANDFUL = 110
LARGEST = 40_000

PLACES_IN_F_STRINGS = (3, 12)
"""From here on CPython knows where things inside f-strings are."""


def _files() -> list[Path]:
    small = [file for file in sorted(STDLIB.rglob("*.py")) if _is_ordinary(file)]
    step = max(1, len(small) // HANDFUL)
    return [file for name in DEMANDING if (file := STDLIB / name).exists()] + small[::step]


def _is_ordinary(file: Path) -> bool:
    parts = file.relative_to(STDLIB).parts
    return not {"site-packages", "lib2to3", "tokenizedata"} & set(parts) and file.stat().st_size < LARGEST


@pytest.mark.parametrize("file", _files(), ids=lambda file: file.relative_to(STDLIB).as_posix())
def test_as_cpython_reads_it(file: Path) -> None:
    written = file.read_bytes()
    try:
        text = written.decode("utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(written)
    except (SyntaxError, ValueError):
        text, tree = written.decode("utf-8", "replace"), None
    source = Source(file.name, text)
    module = lower(source)
    spans = [span for node in _nodes(module) if isinstance(span := getattr(node, "span", None), Span)]
    assert all(0 <= span.start <= span.end <= len(text) for span in spans)
    if tree is None:
        return
    assert not module.faults
    assert not [node for node in _nodes(module) if isinstance(node, ir.Opaque) and node.reason != "a type alias"]
    assert _here(source, module) >= _there(text, tree)


def _nodes(root: object) -> Iterator[object]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, tuple) and not isinstance(node, Span):
            waiting.extend(held for held in node if isinstance(held, tuple) and not isinstance(held, Span))


def _here(source: Source, module: ir.Module) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()

    def note(what: str, detail: object, span: Span) -> None:
        found.add((what, detail, *source.position(span.start), *source.position(span.end)))

    for node in _nodes(module):
        match node:
            case ir.Name(span, name):
                note("name", name, span)
            case ir.Member(span, _, name):
                note("member", name, span)
            case ir.Call(span):
                note("call", "", span)
            case ir.Literal(span, value):
                note("literal", repr(value), span)
            case ir.Argument(span, _, str(name)):
                note("argument", name, span)
            case ir.Function() if node.name:
                row = source.position(node.name_span.start).row
                found.add(("function", node.name, node.generator, node.is_async, row))
            case ir.Class():
                found.add(("class", node.name, source.position(node.name_span.start).row))
            case ir.Loop(span) | ir.While(span) | ir.Try(span) | ir.Return(span):
                note(type(node).__name__, "", span)
            case _:
                pass
    return found


_STATEMENTS = {ast.For: "Loop", ast.AsyncFor: "Loop", ast.While: "While", ast.Try: "Try", ast.Return: "Return"}


def _there(text: str, tree: ast.Module) -> set[tuple[object, ...]]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: set[tuple[object, ...]] = set()

    def place(row: int, byte: int) -> tuple[int, int]:
        line = lines[row - 1]
        return row, (byte if line.isascii() else len(line.encode()[:byte].decode())) + 1

    def note(what: str, detail: object, node: ast.expr | ast.stmt | ast.keyword) -> None:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        begin, end = place(node.lineno, node.col_offset), place(node.end_lineno, node.end_col_offset)
        if what not in _STATEMENTS.values() or not lines[end[0] - 1].rstrip().endswith(";"):
            found.add((what, detail, *begin, *end))

    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Name():
                note("name", node.id, node)
            case ast.Attribute():
                note("member", node.attr, node)
            case ast.Call():
                note("call", "", node)
            case ast.Constant():
                note("literal", repr(node.value), node)
            case ast.keyword(arg=str(name)):
                note("argument", name, node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                is_async = isinstance(node, ast.AsyncFunctionDef)
                found.add(("function", node.name, _yields(node), is_async, node.lineno))
            case ast.ClassDef():
                found.add(("class", node.name, node.lineno))
            case ast.For() | ast.AsyncFor() | ast.While() | ast.Try() | ast.Return():
                note(_STATEMENTS[type(node)], "", node)
            case _:
                pass
        waiting.extend(_lowered_parts(node))
    return found


def _lowered_parts(node: ast.AST) -> Iterator[ast.AST]:
    """The parts that the IR keeps: not what runs only on the way out, not what only types are made of."""
    match node:
        case ast.Raise(exc=value):
            yield from [value] if value else []
        case ast.Assert(test=test):
            yield test
        case ast.match_case():
            yield from [node.guard] if node.guard else []
            yield from node.body
        case ast.JoinedStr():
            values = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
            yield from values if sys.version_info >= PLACES_IN_F_STRINGS else []
        case _:
            left_out = ("TypeAlias", "TypeVar", "ParamSpec", "TypeVarTuple")
            yield from (part for part in ast.iter_child_nodes(node) if type(part).__name__ not in left_out)


def _yields(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            defaults = (*node.args.defaults, *(one for one in node.args.kw_defaults if one))
            waiting.extend((*node.decorator_list, *defaults))
        elif not isinstance(node, ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))
    return False
