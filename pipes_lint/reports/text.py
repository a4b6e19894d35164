"""Text as a terminal shows it: how wide it is, and what of it is safe to print."""

from __future__ import annotations

import re

_TAB = "    "
# What would move the cursor, colour the screen or turn the order of reading around.
_UNSAFE = "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"


def visible(text: str) -> str:
    """The text on one line, tabs as four blanks, and a sign in the place of every character that would do something."""
    return re.sub(_UNSAFE, _sign, text.replace("\t", _TAB))


def width(text: str) -> int:
    """How many columns a terminal needs for the text (of `visible`)."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # most code is ASCII, and need not wait for its tables

    return max(0, wcswidth(text))


def counted(number: int, noun: str) -> str:
    """`1 error`, `2 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _sign(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
