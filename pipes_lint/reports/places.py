"""Where something is, for a person: `jobs/score.py:4:24`; in a notebook, as ruff has it, `score.ipynb:cell 3:2:5`."""

from __future__ import annotations

from ..source import Source, Span
from .text import visible


def where(span: Span, source: Source | None, base: str = "") -> str:
    """Where a span begins. `base` leads from where the reader is to the project's root."""
    path = visible(base + span.path)
    if source is None:
        return f"{path}:1:1"
    cell = source.cell(span.start)
    around, inside = source.around(span)
    row, column = around.position(inside.start)
    return f"{path}:cell {cell.number}:{row}:{column}" if cell else f"{path}:{row}:{column}"
