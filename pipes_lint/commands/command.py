"""What a launch's command starts: its words, in each of the ways that they may be meant."""

from __future__ import annotations

import re
from itertools import islice, product
from pathlib import PurePosixPath
from typing import Final

from ..contract import Passed
from ..source import Span
from ..values import Known, OneOf, Sequence, Template, Unknown, Value, options
from .executables import Found, scan
from .words import LANGUAGES, Started, Word, not_here

__all__ = ["LANGUAGES", "Started", "not_here", "starts"]


def starts(command: Passed) -> list[Started | Unknown]:
    """What a command starts, or why that is not known; several, if it is one of several commands, or several run one
    after the other (these have the same `line`).
    """
    found: Found = []
    for option in _ways(command.value):
        words = _words(option, command.span)
        scanned: Found = [words] if isinstance(words, Unknown) else scan(words, command.span)
        whole = not isinstance(option, Sequence) or option.complete
        found += [_replaced(each, whole) for each in scanned]
    return found


def _replaced(found: Started | Unknown, whole: bool) -> Started | Unknown:
    return found._replace(complete=found.complete and whole) if isinstance(found, Started) and not found.line else found


_MOST_WAYS: Final = 8


def _ways(value: Value) -> list[Value]:
    """A command in each of the ways that the words which are one of several allow, as far as these are few."""
    several = list(options(value))
    ways: list[Value] = []
    for option in several:
        if not isinstance(option, Sequence) or not any(isinstance(item, OneOf) for item in option.items):
            ways.append(option)
            continue
        products = product(*(options(item) for item in option.items))
        ways += [
            Sequence(items, option.kind, option.complete, option.span) for items in islice(products, _MOST_WAYS + 1)
        ]
    return ways if len(ways) <= _MOST_WAYS else several


def _words(value: Value, span: Span) -> list[Word] | Unknown:
    match value:
        case Known(value=str() as text):
            return _split(text, value.span or span)
        case Known(value=PurePosixPath()):
            return [Word(value, value.span or span)]
        case Template():
            return _split_template(value, span)
        case Sequence(items=items, complete=complete, behind=behind):
            words = [Word(item, _span(item) or span) for item in (*items, *behind)]
            if not words and not complete:
                return Unknown("the command is put together where it cannot be followed", span)
            return words
        case Unknown():
            return value if value.span else Unknown(value.reason, span)
    return Unknown("the command is neither a list nor a string", span)


def _span(value: Value) -> Span | None:
    return getattr(value, "span", None)


def _split(text: str, span: Span) -> list[Word]:
    import shlex

    try:
        parts = shlex.split(text)
    except ValueError:
        parts = text.split()
    return [Word(Known(part, span), span) for part in parts]


def _split_template(value: Template, span: Span) -> list[Word]:
    """The words of a shell line with holes; what is not known is taken for a part of its word."""
    words: list[list[str | Unknown]] = [[]]
    for piece in value.pieces:
        if isinstance(piece, Unknown):
            words[-1].append(piece)
            continue
        for index, part in enumerate(re.split(r"\s+", piece)):
            if index:
                words.append([])
            if part:
                words[-1].append(part.strip("'\""))
    made: list[Word] = []
    for word in words:
        if len(word) == 1 and isinstance(word[0], str):
            made.append(Word(Known(word[0], span), span))
        elif word:
            made.append(Word(word[0] if len(word) == 1 else Template(tuple(word), span=span), span))  # type: ignore[arg-type]
    return made
