"""Paths as text and as `pathlib` has them: joined, split, made absolute, without looking at any disk."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from pathlib import PurePosixPath

from ..source import Span
from ..values import Instance, Known, Template, Unknown, Value
from .machine import Machine

_HOLE = Unknown("a part of the path is not known", foreign=True)


def as_path(value: Value, span: Span | None = None) -> Value:
    """A value as `pathlib.Path(value)` makes it."""
    match value:
        case Known(value=str() as text):
            return Known(PurePosixPath(text), value.span or span)
        case Known(value=PurePosixPath()):
            return value
        case Template(pieces=pieces):
            return Template(pieces, True, value.span or span)
        case Unknown():
            return Template((value,), True, span)
        case Instance():
            return Template((_HOLE,), True, span)
    return Unknown("it is no path", span, foreign=True)


def as_text(value: Value) -> Value:
    """A path as text: `str(path)`, `os.fspath(path)`."""
    match value:
        case Known(value=PurePosixPath() as path):
            return Known(str(path), value.span)
        case Template(pieces=pieces, path=True):
            return Template(pieces, False, value.span)
    return value


def pieces_of(value: Value) -> tuple[str | Unknown, ...]:
    """A path's or text's pieces, holes where they are not known."""
    match value:
        case Known(value=str() | PurePosixPath() as plain):
            return (str(plain),)
        case Template(pieces=pieces):
            return pieces
        case Unknown():
            return (value,)
    return (_HOLE,)


def join_text(values: Iterable[Value], span: Span, absolute_wins: bool = True) -> Value:
    """The parts with `/` between, as `os.path.join` has it: an absolute part begins anew. R's `file.path` does not."""
    found: list[str | Unknown] = []
    first = True
    for value in values:
        pieces = pieces_of(value)
        head = pieces[0]
        if absolute_wins and isinstance(head, str) and head.startswith("/"):
            found = []
        elif (
            not first
            and not (found and isinstance(found[-1], str) and found[-1].endswith("/") and absolute_wins)
            and found != [""]
        ):
            found.append("/")
        found += pieces
        first = False
    merged: list[str | Unknown] = []
    for piece in found:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    if len(merged) == 1 and isinstance(merged[0], str):
        return Known(merged[0], span)
    if not merged:
        return Known("", span)
    return Template(tuple(merged), False, span)


def joined(values: list[Value], span: Span) -> Value:
    """`Path(a) / b / …`."""
    return as_path(join_text(values, span), span)


def note_written(machine: Machine, path: Value | None) -> None:
    """Remembers that the code writes this file: one that it then launches need not be there yet."""
    match path:
        case Known(value=str() | PurePosixPath() as plain):
            machine.world.written.add(str(plain))


def on_text(value: Value, span: Span, change: str) -> Value:
    """One of `posixpath`'s functions of one path (`dirname`, `basename`, `normpath`, …) on a text."""
    match value:
        case Known(value=str() | PurePosixPath() as plain):
            return Known(getattr(posixpath, change)(str(plain)), value.span or span)
        case Template(pieces=pieces):
            last = pieces[-1]
            if isinstance(last, str) and "/" in last:
                head, _, tail = last.rpartition("/")
                if change == "dirname":
                    return (
                        Template((*pieces[:-1], head) if head else pieces[:-1], False, span)
                        if head or len(pieces) > 1
                        else _HOLE
                    )
                if change == "basename":
                    return Known(tail, span)
            if change in ("abspath", "normpath", "realpath", "expanduser"):
                return Template(pieces, False, span)
    return Instance("str")
