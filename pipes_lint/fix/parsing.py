"""Whether a text still is what its file's name says."""

from __future__ import annotations

from ..source import Source


def parses(path: str, text: str) -> bool:
    """Whether the language's parser takes the whole text: libcst for Python, tree-sitter for R, json for notebooks.

    Of other files nothing is known, and they are taken to be well.
    """
    match path.rpartition(".")[2].lower():
        case "py":
            import libcst

            try:
                libcst.parse_module(text)
            except (libcst.ParserSyntaxError, RecursionError):
                return False
        case "r":
            from ..frontends import r

            return not r.lower(Source(path, text)).faults
        case "ipynb":
            import json

            try:
                json.loads(text)
            except (ValueError, RecursionError):
                return False
    return True
