"""Jupyter notebooks as text: the code of their cells, and where each character of it is in the file.

`json` tells where a value ends, but not where those inside it begin. So only the way to the cells' sources is gone step
by step; all else (outputs may be large) is passed over in one go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from json import JSONDecodeError, JSONDecoder
from typing import Final

from .records import NamedTuple
from .source import Cell, Source

_SPACE: Final = r"[ \t\n\r]*"
_DATABRICKS: Final = "application/vnd.databricks.v1+notebook"
_SWITCH: Final = r"\s*%(python|r|sql|scala|sh|fs|md|md-sandbox|skip)(?![\w-])"
"""How a cell of a Databricks notebook says that it is in another language than the others."""


class NotANotebook(Exception):
    """The file is no notebook: why, and at which offset of its text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class _String(NamedTuple):
    at: int
    """Where its first character is, behind the quote."""
    text: str


class _Cell(NamedTuple):
    strings: tuple[_String, ...]
    tags: tuple[str, ...]
    language: str | None
    """What nbformat 3 says in each cell."""


def read(path: str, text: str) -> Source:
    """A notebook's code. Of a file that is none the source has no cells, and its text is the file's."""
    try:
        return parse(path, text)
    except NotANotebook:
        return Source(path, text)


def parse(path: str, text: str) -> Source:
    """A notebook's code; `NotANotebook` if the file is none."""
    try:
        found, metadata = _Reader(text).notebook()
    except JSONDecodeError as error:
        raise NotANotebook(f"it is no notebook: {_lower(error.msg)}", error.pos) from error
    except RecursionError as error:
        raise NotANotebook("it is no notebook: nested too deeply", 0) from error
    cells, pieces, start = [], [], 0
    kernel = _language(metadata)
    for number, cell in enumerate(found, start=1):
        if cell is None:
            continue
        code = "".join(string.text for string in cell.strings)
        language = kernel or cell.language or "python"
        switch = re.match(_SWITCH, code) if isinstance(metadata, dict) and _DATABRICKS in metadata else None
        if switch:
            language = switch[1]
        strings = tuple((string.at, len(string.text)) for string in cell.strings)
        cells.append(Cell(number, start, Source(path, code), language, strings, cell.tags))
        pieces += [code, "\n"]
        start += len(code) + 1
    return Source(path, "".join(pieces), tuple(cells), Source(path, text))


def _language(metadata: object) -> str | None:
    """The language that a notebook's metadata names, in lower case."""
    if not isinstance(metadata, dict):
        return None
    for holder, key in (
        ("kernelspec", "language"),
        ("language_info", "name"),
        (_DATABRICKS, "language"),
        ("kernelspec", "name"),
    ):
        inner = metadata.get(holder)
        name = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(name, str) and name:
            name = name.lower()
            return "r" if name == "ir" else "python" if re.match(r"i?python\d*", name) else name
    return None


class _Reader:
    """Goes through a notebook's JSON, as far as there are cells."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.space = re.compile(_SPACE)
        self.decoder = JSONDecoder()

    def notebook(self) -> tuple[list[_Cell | None], object]:
        """All cells in order, those without code as None, and the metadata."""
        text = self.text
        cells: list[_Cell | None] | None = None
        older: list[_Cell | None] | None = None
        metadata: object = None

        def member(key: str, at: int) -> int:
            nonlocal cells, older, metadata
            if key == "cells" and text.startswith("[", at):
                cells, at = self._cells(at)
                return at
            if key == "worksheets" and text.startswith("[", at):
                older, at = self._worksheets(at)
                return at
            value, at = self.decoder.raw_decode(text, at)
            if key == "metadata":
                metadata = value
            return at

        at = self._past(0)
        if not text.startswith("{", at):
            self.decoder.raw_decode(text, at)  # which says what is wrong, if it is not even JSON
            raise NotANotebook("it is no notebook: no JSON object", at)
        at = self._past(self._members(at, member))
        if at < len(text):
            raise JSONDecodeError("Extra data", text, at)
        found = cells if cells is not None else older
        if found is None:
            raise NotANotebook("it is no notebook: it has no cells", self._past(0))
        return found, metadata

    def _worksheets(self, at: int) -> tuple[list[_Cell | None], int]:
        """The cells of a notebook in a format before 4, which are on sheets."""
        found: list[_Cell | None] = []

        def member(key: str, at: int) -> int:
            if key == "cells" and self.text.startswith("[", at):
                cells, at = self._cells(at)
                found.extend(cells)
                return at
            return self._skip(at)

        return found, self._items(at, lambda at: self._members(at, member) if self._is_object(at) else self._skip(at))

    def _cells(self, at: int) -> tuple[list[_Cell | None], int]:
        found: list[_Cell | None] = []

        def item(at: int) -> int:
            if not self._is_object(at):
                return self._skip(at)
            cell, at = self._cell(at)
            found.append(cell)
            return at

        return found, self._items(at, item)

    def _cell(self, at: int) -> tuple[_Cell | None, int]:
        kind: object = None
        language: object = None
        tags: tuple[str, ...] = ()
        sources: dict[str, tuple[_String, ...]] = {}

        def member(key: str, at: int) -> int:
            nonlocal kind, language, tags
            if key in ("source", "input"):
                sources[key], at = self._source(at)
                return at
            value, at = self.decoder.raw_decode(self.text, at)
            match key, value:
                case "cell_type", _:
                    kind = value
                case "language", str():
                    language = value.lower()
                case "metadata", {"tags": list(given)}:
                    tags = tuple(tag for tag in given if isinstance(tag, str))
            return at

        at = self._members(at, member)
        if kind != "code":
            return None, at
        strings = sources.get("source", sources.get("input", ()))
        return _Cell(strings, tags, language if isinstance(language, str) else None), at

    def _source(self, at: int) -> tuple[tuple[_String, ...], int]:
        """A cell's source: one string, or a list of strings."""
        found: list[_String] = []

        def string(at: int) -> int:
            value, end = self.decoder.raw_decode(self.text, at)
            if isinstance(value, str):
                found.append(_String(at + 1, value))
            return end

        end = self._items(at, string) if self.text.startswith("[", at) else string(at)
        return tuple(found), end

    # --- JSON -----------------------------------------------------------------------------------------------------

    def _members(self, at: int, member: Callable[[str, int], int]) -> int:
        """Goes through an object: `member` is given each key, and where its value begins, and says where that ends."""
        at = self._past(at + 1)
        if self.text.startswith("}", at):
            return at + 1
        while True:
            if not self.text.startswith('"', at):
                raise JSONDecodeError("Expecting property name enclosed in double quotes", self.text, at)
            key, at = self.decoder.raw_decode(self.text, at)
            at = self._past(at)
            if not self.text.startswith(":", at):
                raise JSONDecodeError("Expecting ':' delimiter", self.text, at)
            at = self._past(member(key, self._past(at + 1)))
            if self.text.startswith("}", at):
                return at + 1
            at = self._past(self._comma(at))

    def _items(self, at: int, item: Callable[[int], int]) -> int:
        """Goes through an array, likewise."""
        at = self._past(at + 1)
        if self.text.startswith("]", at):
            return at + 1
        while True:
            at = self._past(item(at))
            if self.text.startswith("]", at):
                return at + 1
            at = self._past(self._comma(at))

    def _comma(self, at: int) -> int:
        if not self.text.startswith(",", at):
            raise JSONDecodeError("Expecting ',' delimiter", self.text, at)
        return at + 1

    def _past(self, at: int) -> int:
        """The first character from here that is no space."""
        match = self.space.match(self.text, at)
        return match.end() if match else at

    def _skip(self, at: int) -> int:
        return self.decoder.raw_decode(self.text, at)[1]

    def _is_object(self, at: int) -> bool:
        return self.text.startswith("{", at)


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
