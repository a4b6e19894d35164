"""What a `.gitignore` says of a path, as git reads it (gitignore(5)); a test holds it against git.

A folder is asked for before what is in it, as a walk does: what an ignored folder holds is ignored with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .records import NamedTuple

_CLASS = r"\[([!^]?)(\]?(?:\\.|\[:[a-z]+:\]|[^\]\\])*)\]"
_NAMED = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "lower": "a-z",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9a-fA-F",
}


class Ignore(NamedTuple):
    """The patterns of one file. `any_of` has a group for each, the last one first: the last that matches decides."""

    any_of: re.Pattern[str]
    wanted: tuple[bool, ...]
    """For each group, whether its pattern began with `!`."""

    def says(self, path: str) -> bool | None:
        """Whether a path (a folder's ends in `/`) is ignored, wanted back (False), or not spoken of (None)."""
        match = self.any_of.fullmatch(path)
        return None if match is None or match.lastindex is None else not self.wanted[match.lastindex - 1]


def parse(lines: Iterable[str]) -> Ignore | None:
    """The patterns in some lines; None if there are none."""
    patterns = []
    for line in lines:
        line = re.sub(r"(?<!\\)\s+\Z", "", line.removesuffix("\n"))
        wanted = line.startswith("!")
        pattern = line[wanted:]
        if pattern and not line.startswith("#"):
            patterns.append((wanted, _regex(pattern)))
    if not patterns:
        return None
    patterns.reverse()
    any_of = "|".join(f"({regex})" for _, regex in patterns)
    return Ignore(re.compile(any_of, re.DOTALL), tuple(wanted for wanted, _ in patterns))


def _regex(pattern: str) -> str:
    folder = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    anchored = "/" in pattern
    parts = pattern.removeprefix("/").split("/")
    found = "" if anchored else "(?:[^/]+/)*"
    for at, part in enumerate(parts):
        last = at == len(parts) - 1
        if anchored and len(part) > 1 and not part.strip("*"):
            found += ".+" if last else "(?:[^/]+/)*"
        else:
            found += "(?=[^/])" + _part(part) + ("" if last else "/")
    return found + ("/" if folder else "/?")


def _part(part: str) -> str:
    """The regular expression of what stands between two slashes."""
    found = ""
    at = 0
    while at < len(part):
        character = part[at]
        if character == "[" and (match := re.compile(_CLASS).match(part, at)):
            found += _class(match)
            at = match.end()
            continue
        at += 1
        if character == "*":
            found += "[^/]*"
        elif character == "?":
            found += "[^/]"
        elif character == "\\" and at < len(part):
            found += re.escape(part[at])
            at += 1
        elif character in "\\[":
            return "(?!)"  # ends in a lone backslash, or in a bracket that nothing closes: matches nothing
        else:
            found += re.escape(character)
    return found


def _class(match: re.Match[str]) -> str:
    negated, inside = match.groups()
    inside = re.sub(r"\[:([a-z]+):\]", lambda name: _NAMED.get(name.group(1), ""), inside)
    inside = re.sub(r"([\[\]&~|^])", r"\\\1", inside.replace("\\]", "]"))
    found = f"(?!/)[{'^' if negated else ''}{inside}]"
    try:
        re.compile(found)
    except re.error:
        return "(?!)"
    return found
