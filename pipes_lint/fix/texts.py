"""Edits of text: which of them stand in each other's way, and what they make of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from ..records import NamedTuple
from ..source import Source


class Refused(Exception):
    """A fix is not made; the message says why."""


class Replacement(NamedTuple):
    """`text` for what lies between two offsets, in characters."""

    start: int
    end: int
    text: str

    def meets(self, other: Replacement) -> bool:
        """Whether the two cannot both be made. Two insertions at one place cannot: nobody says which is first."""
        if self == other:
            return False
        if self.start == other.start:
            return True
        first, second = sorted((self, other))
        return second.start < first.end


def apply(text: str, replacements: Iterable[Replacement]) -> str:
    """The text after all of them; the same one twice is made once."""
    for each in sorted(set(replacements), reverse=True):
        text = text[: each.start] + each.text + text[each.end :]
    return text


def in_file(source: Source, replacements: Sequence[Replacement]) -> str:
    """The whole file as it is to be on disk. Raises `Refused` where a notebook's JSON leaves no room for a change."""
    if source.cells is None:
        newline = "\r\n" if "\r\n" in source.text else "\n"
        return apply(source.text, [each._replace(text=each.text.replace("\n", newline)) for each in replacements])
    return apply(source.file.text, [_in_json(source, each) for each in replacements])


def _in_json(source: Source, replacement: Replacement) -> Replacement:
    start, end = source.in_file(replacement.start), source.in_file(replacement.end)
    try:
        whole = json.loads(f'"{source.file.text[start:end]}"', strict=False)
    except ValueError:
        whole = None
    if whole != source.text[replacement.start : replacement.end]:
        raise Refused("it would reach over several lines of a notebook")
    return Replacement(start, end, json.dumps(replacement.text, ensure_ascii=False)[1:-1])


def difference(before: str, after: str) -> Replacement | None:
    """The one replacement that makes `after` of `before`; None if they are the same."""
    if before == after:
        return None
    start = 0
    shorter = min(len(before), len(after))
    while start < shorter and before[start] == after[start]:
        start += 1
    tail = 0
    while tail < shorter - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return Replacement(start, len(before) - tail, after[start : len(after) - tail])


def requoted(old: str, new: str) -> str:
    """A new string literal in the quotes in which the old one is written, if it can stand in them."""
    quote = old[:1]
    if quote not in ("'", '"') or new[:1] not in ("'", '"') or old[:3] == quote * 3:
        return new
    inner = new[1:-1]
    return new if quote in inner or "\\" in inner else f"{quote}{inner}{quote}"
