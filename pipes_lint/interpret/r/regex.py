"""Regular expressions, as far as R's engines and Python's certainly agree."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_PLAIN: Final = r"""(?x)(?: [A-Za-z0-9 _\-/,:;=@\#%&!~<>'"\n\t]
        | \\[.\\()\[\]{}|*+?^$/-]
        | \\[sd](?![a-z])
        | [.$^()]
        | \[ \^? (?: [A-Za-z0-9_.,/:;@ ] (?!-) | [A-Za-z0-9]-[A-Za-z0-9] )+ -? \]
        | (?<![*+?(^]) [*+?] (?![*+?])
    )*"""


@cache
def regex(pattern: str, fixed: bool, ignore_case: bool, perl: bool) -> re.Pattern[str] | None:
    """Python's pattern for R's, or None where they may not agree. Texts must be ASCII."""
    if fixed:
        return re.compile(re.escape(pattern)) if pattern and not ignore_case else None
    if not pattern or "[:" in pattern or not re.fullmatch(_PLAIN, pattern):
        return None
    try:
        compiled = re.compile(pattern, re.ASCII | (re.IGNORECASE if ignore_case else 0))
    except re.error:
        return None
    return compiled


def replaced(pattern: re.Pattern[str], replacement: str, text: str, everywhere: bool, fixed: bool) -> str | None:
    """`sub` and `gsub`; None where an empty match makes the engines differ."""
    if pattern.search("") is not None or any(match[0] == "" for match in pattern.finditer(text)):
        return None
    if everywhere and pattern.pattern.startswith("^"):
        everywhere = False
    if not fixed and re.search(r"\\[^0-9\\]|\\$", replacement):
        return None

    def put(match: re.Match[str]) -> str:
        if fixed:
            return replacement
        return re.sub(r"\\([0-9\\])", lambda each: _group(match, each[1]), replacement)

    try:
        return pattern.sub(put, text, count=0 if everywhere else 1)
    except IndexError:
        return None


def _group(match: re.Match[str], sign: str) -> str:
    return "\\" if sign == "\\" else match[int(sign)] or ""


def split(pattern: re.Pattern[str], text: str) -> list[str] | None:
    """`strsplit` of one text: what follows the last separator is left out if it is empty."""
    if pattern.search("") is not None or "^" in pattern.pattern or "(" in pattern.pattern.replace("\\(", ""):
        return None
    pieces: list[str] = []
    rest = text
    while rest:
        match = pattern.search(rest)
        if match is None:
            pieces.append(rest)
            break
        if match.end() == 0:
            return None
        pieces.append(rest[: match.start()])
        rest = rest[match.end() :]
    return pieces
