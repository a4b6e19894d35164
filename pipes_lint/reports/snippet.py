"""Draws a piece of a file with marks under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records import NamedTuple
from ..source import Position, Source, Span
from .colour import Palette
from .text import visible, width

_WIDEST = 140
_BEFORE = 40
"""How much of a long line is shown before the mark."""


class Mark(NamedTuple):
    """What is marked, and what is said about it. `sign` is the character that underlines, in `style`.

    Of what goes over several lines, a `whole` mark has its first and its last line, with the label under the last; any
    other has its first.
    """

    span: Span
    label: str
    sign: str
    style: str
    whole: bool = False


def draw(source: Source, marks: Sequence[Mark], gutter: int, palette: Palette) -> Iterator[str]:
    """The lines of the file that are marked, each mark on a line of its own under its code."""
    bar = palette.paint(palette.frame, f"{'':{gutter}} |")
    rows = _rows(source, marks)
    previous = rows[0]
    yield bar
    for row in rows:
        if row == previous + 2:
            yield _line(previous + 1, source.line(previous + 1), gutter, palette)
        elif row > previous + 2:
            yield palette.paint(palette.frame, "...")
        previous = row
        text = source.line(row)
        pieces = [piece for mark in marks for piece in _pieces(source, mark, row)]
        left = _cut(text, [piece[0] for piece in pieces])
        yield _line(row, text[left:], gutter, palette, left > 0)
        for start, end, mark, label in pieces:
            before = width(visible(text[left:start])) + (left > 0)
            length = max(1, min(width(visible(text[start:end])), _WIDEST - before))
            under = palette.paint(mark.style, mark.sign * length + (f" {visible(label)}" if label else ""))
            yield f"{bar} {'':{before}}{under}"
    yield bar


def _rows(source: Source, marks: Sequence[Mark]) -> list[int]:
    rows: set[int] = set()
    for mark in marks:
        first, last = _ends(source, mark.span)
        rows.add(first.row)
        if mark.whole:
            rows.add(last.row)
    return sorted(rows)


def _ends(source: Source, span: Span) -> tuple[Position, Position]:
    """The first character and the end of a span; a line break at its end is not part of what is shown."""
    start = min(span.start, len(source.text))
    end = max(start, min(span.end, len(source.text)))
    while end > start + 1 and source.text[end - 1] in "\r\n":
        end -= 1
    return source.position(start), source.position(end)


def _pieces(source: Source, mark: Mark, row: int) -> Iterator[tuple[int, int, Mark, str]]:
    """What of a mark stands in a row: from, to (as offsets in the line), and the label if it belongs here."""
    first, last = _ends(source, mark.span)
    line = source.line(row)
    if row == first.row == last.row:
        yield first.column - 1, last.column - 1, mark, mark.label
    elif row == first.row:
        yield first.column - 1, len(line.rstrip()), mark, "" if mark.whole else mark.label
    elif row == last.row and mark.whole:
        yield len(line) - len(line.lstrip()), last.column - 1, mark, mark.label


def _cut(text: str, starts: Sequence[int]) -> int:
    """How many characters of a long line are left out at its beginning, so that the first mark can be seen."""
    if not starts or width(visible(text)) <= _WIDEST or min(starts) <= _WIDEST - _BEFORE:
        return 0
    return min(starts) - _BEFORE


def _line(row: int, text: str, gutter: int, palette: Palette, cut: bool = False) -> str:
    """A row of code behind its number."""
    shown = ("…" if cut else "") + visible(text)
    if width(shown) > _WIDEST:
        shown = _fitting(shown) + "…"
    return (palette.paint(palette.frame, f"{row:{gutter}} |") + f" {shown}").rstrip()


def _fitting(text: str) -> str:
    at = _WIDEST
    while width(text[:at]) > _WIDEST:
        at -= 1
    return text[:at]
