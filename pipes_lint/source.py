"""Text and places in it.

Inside pipes-lint a place is a pair of character offsets. Lines and columns exist only at the edges, where people,
editors and tree-sitter (which counts UTF-8 bytes) come in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_LINE_END = r"\r\n|\r|\n"


class Span(NamedTuple):
    """Where something stands in a file.

    `path` is relative to the project root, with `/`. `start` and `end` are offsets in characters (code points) of the
    file's decoded text without its byte order mark, counted from 0; `end` is the first character that is not part of
    it.
    """

    path: str
    start: int
    end: int


class Position(NamedTuple):
    """A place as people and editors name it: row and column from 1, the column in characters (code points)."""

    row: int
    column: int


class Source:
    """One file's text, with its line breaks as they are (LF, CRLF or CR) and without a byte order mark."""

    __slots__ = ("_line_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._line_starts: tuple[int, ...] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and (self.path, self.text) == (other.path, other.text)

    def __hash__(self) -> int:
        return hash((self.path, self.text))

    def __repr__(self) -> str:
        return f"Source({self.path!r}, {len(self.text)} characters)"

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

    def slice(self, span: Span) -> str:
        """The text that a span of this file covers."""
        return self.text[span.start : span.end]


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
