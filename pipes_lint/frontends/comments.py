"""Whether something stands in a comment, as the file's own language has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..source import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_FENCE = r"(?m)^[ \t]*(?:>[ \t]*)?(`{3,}|~{3,})(.*)$"


def comment_at(source: Source) -> Callable[[int], bool]:
    """Tells of an offset at which a `#` stands whether a comment begins there.

    In a language that we do not parse, and in a notebook's cells, a line that begins with `#` is one.
    """
    match source.path.rpartition(".")[2].lower():
        case "py":
            from . import python

            return _by_tree(source.text, python.tree)
        case "r":
            from . import r

            return _by_tree(source.text, r.tree)
        case "qmd" | "rmd" | "md":
            cells = _cells(source.text)
            return lambda at: _begins_line(source.text, at) and any(start <= at < end for start, end in cells)
        case "ipynb" if source.cells is not None:
            return lambda at: _begins_line(source.text, at)
        case "yaml" | "yml":
            return lambda at: at == 0 or source.text[at - 1].isspace()
    return lambda at: _begins_line(source.text, at)


def _by_tree(text: str, parse: Callable[[bytes], Node]) -> Callable[[int], bool]:
    root = parse(text.encode("utf-8", "surrogatepass"))

    def begins(at: int) -> bool:
        place = len(text[:at].encode("utf-8", "surrogatepass"))
        node = root.descendant_for_byte_range(place, place + 1)
        while node is not None and node.type != "comment":
            node = node.parent
        return node is not None

    return begins


def _begins_line(text: str, at: int) -> bool:
    return not text[max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1 : at].strip()


def _cells(text: str) -> list[tuple[int, int]]:
    """Where the code cells of a document are: fenced blocks whose language is in braces."""
    found = []
    opened: re.Match[str] | None = None
    for fence in re.finditer(_FENCE, text):
        if opened is None:
            opened = fence
        elif fence[1].startswith(opened[1]) and not fence[2].strip():
            if opened[2].strip().startswith("{"):
                found.append((opened.end(), fence.start()))
            opened = None
    if opened is not None and opened[2].strip().startswith("{"):
        found.append((opened.end(), len(text)))
    return found
