"""Which file of the project a path was to mean that misses it by one letter."""

from __future__ import annotations

import posixpath
import re

from ..files import Files

_ENDINGS = (".py", ".r", ".ipynb", ".qmd", ".rmd")
_SHORT, _LONG = 5, 10
"""How long a name must be for one letter to be a slip and not another name (`load.py`, `loan.py`): where the folders
are called alike, and where they are not.
"""


def meant(files: Files, path: str) -> str | None:
    """The one file of the project whose name is one slip of the keys away from that of a path with no file; None if
    there is none, or several, or it may well be another name.
    """
    folder, name = posixpath.split(re.sub(r"^[a-z0-9]+:(//[^/]*)?", "", path))
    stem, ending = posixpath.splitext(name)
    if ending.lower() not in _ENDINGS or len(stem) < _SHORT or files.by_name(name):
        return None
    found = [there for near in files.names_near(name) if _is_slip(name, near) for there in files.by_name(near)]
    mine = posixpath.basename(folder)
    alike = [there for there in found if not mine or posixpath.basename(posixpath.dirname(there)) == mine]
    if len(alike) == 1:
        return alike[0]
    return found[0] if len(found) == 1 and len(stem) >= _LONG else None


def _is_slip(one: str, other: str) -> bool:
    """Whether two names differ by one letter that is left out, put in or another, or by two that are swapped.

    Digits count (`step1.py` is no slip for `step2.py`), and so do short words (`load_a.py` is none for `load_b.py`).
    """
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, theirs = one[start:], other[start:]
    shortest = min(len(_word(name, start)) for name in (one, other))
    if rest and rest[1::-1] + rest[2:] == theirs:
        return rest[:2].isalpha() and shortest > 2
    changes = (
        (rest[1:] == theirs, rest[:1]),
        (rest == theirs[1:], theirs[:1]),
        (rest[1:] == theirs[1:], rest[:1] + theirs[:1]),
    )
    return shortest > 3 and any(so and letters.isalpha() for so, letters in changes)


def _word(name: str, at: int) -> str:
    return next((word[0] for word in re.finditer(r"[a-zA-Z]+", name) if word.start() <= at <= word.end()), "")
