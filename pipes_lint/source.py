"""Text and places in it.

Inside pipes-lint a place is a pair of character offsets. Lines and columns exist only at the edges, where people,
editors and tree-sitter (which counts UTF-8 bytes) come in.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from .records import NamedTuple

_LINE_END = r"\r\n|\r|\n"
_ESCAPE = r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)"
"""An escape in a JSON string that stands for one character."""


class Span(NamedTuple):
    """Where something stands in a file.

    `path` is relative to the project root, with `/`. `start` and `end` are offsets in characters (code points) of the
    file's decoded text without its byte order mark, counted from 0; `end` is the first character that is not part of
    it. In a notebook they are offsets in the code of its cells, one below the other.
    """

    path: str
    start: int
    end: int


class Position(NamedTuple):
    """A place as people and editors name it: row and column from 1, the column in characters (code points)."""

    row: int
    column: int


class Cell(NamedTuple):
    """A code cell of a notebook. `number` is its place among all cells, those of text too, from 1.

    `start` is where its code begins in the notebook's `Source.text`, and `strings` are the JSON strings that hold it:
    where the first character of each is in the file, and how many characters of code it is.
    """

    number: int
    start: int
    source: Source
    language: str
    strings: tuple[tuple[int, int], ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        return self.start + len(self.source.text)


class Source:
    """One file's text, with its line breaks as they are (LF, CRLF or CR) and without a byte order mark.

    The text of a notebook is the code of its cells, one below the other, and `cells` says where each is.
    """

    __slots__ = ("_file", "_line_starts", "cells", "path", "text")

    def __init__(self, path: str, text: str, cells: tuple[Cell, ...] | None = None, file: Source | None = None) -> None:
        self.path = path
        self.text = text
        self.cells = cells
        self._file = file
        self._line_starts: tuple[int, ...] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and (self.path, self.text) == (other.path, other.text)

    def __hash__(self) -> int:
        return hash((self.path, self.text))

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

    @property
    def file(self) -> Source:
        """The file as it is on disk: for a notebook its JSON, for any other the source itself."""
        return self._file or self

    @property
    def line_starts(self) -> tuple[int, ...]:
        """The offset at which each row begins."""
        if self._line_starts is None:
            self._line_starts = (0, *(match.end() for match in re.finditer(_LINE_END, self.text)))
        return self._line_starts

    def position(self, offset: int) -> Position:
        """The row and column of a character offset; an offset past the end is the end."""
        offset = min(offset, len(self.text))
        row = bisect_right(self.line_starts, offset)
        return Position(row, offset - self.line_starts[row - 1] + 1)

    def line(self, row: int) -> str:
        """The text of a row (from 1), without its line break."""
        start = self.line_starts[row - 1]
        end = self.line_starts[row] if row < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def cell(self, offset: int) -> Cell | None:
        """The cell in which an offset lies; None in a file that has no cells."""
        if not self.cells:
            return None
        return self.cells[max(0, bisect_right(self.cells, offset, key=_start) - 1)]

    def around(self, span: Span) -> tuple[Source, Span]:
        """What a reader sees as the text around a span, and where the span is in that: the cell, or the whole file."""
        cell = self.cell(span.start)
        if cell is None:
            return self, span
        last = len(cell.source.text)
        ends = (min(max(each - cell.start, 0), last) for each in (span.start, span.end))
        return cell.source, Span(span.path, *ends)

    def in_file(self, offset: int) -> int:
        """The offset, in the file as it is on disk, of a character of the text."""
        cell = self.cell(offset)
        if cell is None:
            return min(offset, len(self.file.text))
        left = min(offset, cell.end) - cell.start
        for at, length in cell.strings:
            if left < length:
                return _inside_string(self.file.text, at, left)
            left -= length
        if not cell.strings:
            return 0
        at, length = cell.strings[-1]
        return _inside_string(self.file.text, at, length)

    def slice(self, span: Span) -> str:
        """The text that a span of this file covers."""
        return self.text[span.start : span.end]


def _start(cell: Cell) -> int:
    return cell.start


def _inside_string(json: str, at: int, count: int) -> int:
    """Where, in the text of a JSON string whose first character is at `at`, the character number `count` begins."""
    escapes = re.compile(_ESCAPE)
    while count > 0:
        escape = json.find("\\", at, at + count)
        if escape < 0:
            return at + count
        count -= escape - at
        match = escapes.match(json, escape)
        at = match.end() if match else escape + 1
        count -= 1
    return at


class CharacterOffsets:
    """Turns the UTF-8 byte offsets that tree-sitter gives into character offsets.

    Most files are ASCII, where both are the same; for the others a table of the characters' first bytes is made once.
    """

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts: list[int] | None = None
        if not text.isascii():
            starts, at = [], 0
            for character in text:
                starts.append(at)
                code = ord(character)
                at += 1 if code < 0x80 else 2 if code < 0x800 else 3 if code < 0x10000 else 4
            starts.append(at)
            self._starts = starts

    def __call__(self, byte_offset: int) -> int:
        """The offset of the character that begins at, or contains, the byte."""
        if self._starts is None:
            return byte_offset
        return bisect_right(self._starts, byte_offset) - 1
