"""When reports are coloured, and how."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from ..records import NamedTuple


class Palette(NamedTuple):
    """What stands before a coloured piece of text; all empty without colour."""

    error: str = ""
    warning: str = ""
    info: str = ""
    frame: str = ""
    """Line numbers, bars, arrows, and the marks of other places."""
    strong: str = ""
    code: str = ""
    faint: str = ""
    end: str = ""

    def paint(self, style: str, text: str) -> str:
        return f"{style}{text}{self.end}" if text else ""


PLAIN = Palette()
_ANSI = Palette(
    error="\033[1;31m",
    warning="\033[1;33m",
    info="\033[1;36m",
    frame="\033[34m",
    strong="\033[1m",
    code="\033[36m",
    faint="\033[2m",
    end="\033[0m",
)


def palette(colour: bool) -> Palette:
    return _ANSI if colour else PLAIN


def wanted(stream: TextIO | None, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR is set; elsewhere if FORCE_COLOR is. NO_COLOR wins."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream is not None and stream.isatty() and environment.get("TERM") != "dumb"
