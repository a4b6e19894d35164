"""Text with places in it: where something could be broken, and where it would then be found.

A place travels within the text itself, between characters that no program has, so that whoever puts texts together
(indents them, makes a function of them, reads them from a table) need not know of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")

_OPEN, _THEN, _SHUT = "\ue000", "\ue001", "\ue002"
_NAMED, _NAMED_END = "\ue003", "\ue004"
HERE = "\ue005"
"""In what is put into a place: what is found begins here, and not at the place's own beginning."""


@dataclass
class Place:
    """A part of a text that could be broken. `about` is what a fault must know of it."""

    number: int
    kind: str
    about: dict[str, Any]


@dataclass
class Draft:
    """A project being written: its choices, and the places of all its texts."""

    random: Random
    places: list[Place] = field(default_factory=list)
    names: int = 0
    early: set[int] = field(default_factory=set)
    """The plans, by number, whose script may end before it has done anything."""

    def place(self, kind: str, text: str, /, **about: Any) -> str:
        """A text that could be broken."""
        self.places.append(Place(len(self.places), kind, about))
        return f"{_OPEN}{len(self.places) - 1}{_THEN}{text}{_SHUT}"

    def mark(self, name: str) -> str:
        """A spot, by a name, at which a fault elsewhere would be found."""
        return f"{_NAMED}{name}{_NAMED_END}"

    def call(self, start: int, name: str) -> None:
        """All places since `start` belong to a call that has this name; what is in them may be found there too."""
        for place in self.places[start:]:
            place.about.setdefault("call_at", name)

    def pick(self, *choices: T) -> T:
        return self.random.choice(choices)

    def maybe(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def fresh(self, stem: str) -> str:
        self.names += 1
        return f"{stem}_{self.names}"


def content(text: str, number: int) -> str | None:
    """What stands in a place, without the places in it; None if it is in another text."""
    begin = text.find(f"{_OPEN}{number}{_THEN}")
    if begin < 0:
        return None
    begin = text.index(_THEN, begin) + 1
    depth = 1
    for match in re.compile(f"[{_OPEN}{_SHUT}]").finditer(text, begin):
        depth += 1 if match[0] == _OPEN else -1
        if depth == 0:
            return plain(text[begin : match.start()])
    raise ValueError("a place has no end")


def replace(text: str, number: int, new: str) -> str:
    """The text with something else in a place; further lines of it are indented as the place's line is."""
    begin = text.index(f"{_OPEN}{number}{_THEN}")
    line = text[text.rfind("\n", 0, begin) + 1 : begin]
    indent = re.match(r"[ ]*", plain(line))
    assert indent
    if HERE not in new:
        new = f"\n{HERE}{new[1:]}" if new.startswith("\n") else HERE + new
    new = new.replace("\n", "\n" + indent[0])
    depth = 0
    for match in re.compile(f"[{_OPEN}{_SHUT}]").finditer(text, begin):
        depth += 1 if match[0] == _OPEN else -1
        if depth == 0:
            return text[:begin] + new + text[match.end() :]
    raise ValueError("a place has no end")


def plain(text: str) -> str:
    """The text alone."""
    text = re.sub(f"{_OPEN}[0-9]+{_THEN}|{_NAMED}[^{_NAMED_END}]*{_NAMED_END}", "", text)
    return text.replace(_SHUT, "").replace(HERE, "")


def row_of(text: str, name: str = "") -> int | None:
    """The line (from 1) of a named spot, or without a name of what was put in; None if it is in another text."""
    index = text.find(f"{_NAMED}{name}{_NAMED_END}" if name else HERE)
    return None if index < 0 else plain(text[:index]).count("\n") + 1
