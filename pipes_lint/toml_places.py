"""Where the keys of a TOML document stand. Only for documents that have been read and found to be right."""

from __future__ import annotations

import re
from contextlib import suppress

from .records import NamedTuple
from .source import Span

_TOKEN = r"""(?x)
      (?P<skip> \#[^\n]* | [ \t\r]+ )
    | (?P<line> \n )
    | (?P<string> "{3} (?: \\. | [^\\] )*? "{3,5} | '{3} [\s\S]*? '{3,5} | "(?: \\. | [^"\\] )*" | '[^']*' )
    | (?P<mark> [\[\]{}=,.] )
    | (?P<word> [^\s\[\]{}=,.\#"']+ )
"""

Path = tuple[str | int, ...]
"""Keys, and places in lists, from the document's root."""


class Place(NamedTuple):
    """A key and its value."""

    key: Span
    value: Span


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


def places(path: str, text: str) -> dict[Path, Place]:
    """Where each key stands, and its value; of a table, the name in its header stands for both."""
    reader = _Reader(path, text)
    with suppress(IndexError):  # in a form that we do not know: what has been found so far is right
        reader.read()
    return reader.places


class _Reader:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        found = re.finditer(_TOKEN, text)
        self.tokens = [_Token(str(m.lastgroup), m[0], m.start(), m.end()) for m in found if m.lastgroup != "skip"]
        self.at = 0
        self.places: dict[Path, Place] = {}
        self.lists: dict[Path, int] = {}
        """How many tables each `[[list]]` has so far."""

    def read(self) -> None:
        table: Path = ()
        while self.at < len(self.tokens):
            if self._is("\n"):
                self.at += 1
            elif self._is("["):
                table = self._header()
            else:
                self._pair(table)

    def _is(self, text: str) -> bool:
        return (
            self.at < len(self.tokens) and self.tokens[self.at].text == text and self.tokens[self.at].kind != "string"
        )

    def _header(self) -> Path:
        several = self.tokens[self.at + 1].text == "["
        self.at += 2 if several else 1
        names, span = self._key()
        self.at += 2 if several else 1
        path: Path = ()
        for name in names[:-1]:
            path = self._last((*path, name))
        path = (*path, names[-1])
        if several:
            self.lists[path] = self.lists.get(path, -1) + 1
        path = self._last(path)
        self.places.setdefault(path, Place(span, span))
        return path

    def _last(self, path: Path) -> Path:
        """The table that a header's path means: of a list, its last one."""
        return (*path, self.lists[path]) if path in self.lists else path

    def _key(self) -> tuple[tuple[str, ...], Span]:
        start, names = self.tokens[self.at], []
        while True:
            token = self.tokens[self.at]
            names.append(_plain(token.text) if token.kind == "string" else token.text)
            self.at += 1
            if not self._is("."):
                return tuple(names), Span(self.path, start.start, token.end)
            self.at += 1

    def _pair(self, table: Path) -> None:
        names, span = self._key()
        self.at += 1
        path = (*table, *names)
        self.places[path] = Place(span, self._value(path))

    def _value(self, path: Path) -> Span:
        start = self.tokens[self.at].start
        if self._is("[") or self._is("{"):
            closing = "]" if self._is("[") else "}"
            self.at += 1
            index = 0
            while not self._is(closing):
                if self._is(",") or self._is("\n"):
                    self.at += 1
                elif closing == "}":
                    self._pair(path)
                else:
                    span = self._value((*path, index))
                    self.places.setdefault((*path, index), Place(span, span))
                    index += 1
            self.at += 1
        else:
            # A number or a date may be several words: `1979-05-27 07:32:00.5`.
            self.at += 1
            while self.at < len(self.tokens) and (self.tokens[self.at].kind == "word" or self._is(".")):
                self.at += 1
        return Span(self.path, start, self.tokens[self.at - 1].end)


def _plain(text: str) -> str:
    """A quoted key, as TOML reads it."""
    import tomllib

    return next(iter(tomllib.loads(f"{text} = 0")))
