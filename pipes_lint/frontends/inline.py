"""Code that stands in a command (`Rscript -e`, `python -c`) as a program."""

from __future__ import annotations

import re
from typing import Any, Final

from .. import ir
from ..source import Source, Span
from ..values import Known, Template, Unknown, Value

_HOLE: Final = "pipes_lint_hole_{}"
_HOLES: Final = re.compile(r"pipes_lint_hole_(\d+)$")
_QUOTED: Final = r"""\"(?:\\.|[^"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|\#[^\n]*"""


def lower(code: Value, span: Span, language: str) -> ir.Module | None:
    """The code as a program, of which every part stands at `span`. None if it does not parse, or a part of it is not
    known that is no whole expression.
    """
    match code:
        case Known(value=str() as text):
            unknown: list[Unknown] = []
        case Template(pieces=pieces):
            unknown = [piece for piece in pieces if isinstance(piece, Unknown)]
            names = iter(range(len(unknown)))
            text = "".join(piece if isinstance(piece, str) else _HOLE.format(next(names, 0)) for piece in pieces)
        case _:
            return None
    bare = re.sub(_QUOTED, "", text)
    if any(not re.search(rf"(?<![\w.]){_HOLE.format(number)}(?![\w.])", bare) for number in range(len(unknown))):
        return None
    module = _lowered(Source(span.path, text), language)
    if module.faults:
        return None
    body = _placed(module.body, span, unknown)
    return module._replace(body=body)


def _lowered(source: Source, language: str) -> ir.Module:
    if language == "r":
        from . import r

        return r.lower(source)
    from . import python

    return python.lower(source)


def _placed(node: Any, span: Span, unknown: list[Unknown]) -> Any:
    match node:
        case Span():
            return span
        case ir.Name(name=name) if (hole := _HOLES.match(name)) is not None:
            return ir.Opaque(span, unknown[int(hole[1])].reason, ())
        case tuple():
            parts = [_placed(part, span, unknown) for part in node]
            return type(node)(*parts) if hasattr(node, "_fields") else tuple(parts)
    return node
