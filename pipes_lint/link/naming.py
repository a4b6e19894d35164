"""Where the name of a script that is not there is written: mostly in the command, or in a call that hands it on."""

from __future__ import annotations

import posixpath
import re

from .. import ir
from ..code import Code
from ..contract import Target
from ..files import Files
from ..interpret.run import Started
from ..source import Span


def placed(files: Files, code: Code, target: Target, started: Started) -> Target:
    """The target, at the argument in which its name is written, where functions of the project make a path of that.

    Where the folder is missing too, it is not the name that is wrong.
    """
    if target.path is not None or not target.tried or target.written is None:
        return target
    if not files.is_dir(posixpath.dirname(target.tried[0])) or _spelt(code, target.span, target.written):
        return target
    for call in (started.span, *reversed(started.sites[1:])):
        found = _spelt(code, call, target.written)
        if found is not None:
            return target._replace(span=found)
    return target


def _spelt(code: Code, around: Span, written: str) -> Span | None:
    """The only text there that is the end of a path, with or without its ending."""
    found = [
        node.span
        for node in code.of(around.path, ir.Literal)
        if around.start <= node.span.start and node.span.end <= around.end and _is_end(node.value, written)
    ]
    return found[0] if len(found) == 1 else None


def _is_end(text: object, written: str) -> bool:
    if not isinstance(text, str) or not re.search(r"\w", text):
        return False
    stem = posixpath.splitext(written)[0]
    return any(whole == text or whole.endswith((f"/{text}", f".{text}")) for whole in (written, stem))
