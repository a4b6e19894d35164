"""What R's strings, numbers and quoted names stand for."""

from __future__ import annotations

import re

_RAW = r"(?s)[rR](['\"])(-*)[\[({](.*)[\])}]\2\1"
_ESCAPE = (
    r"(?s)\\(?:x(?P<byte>[0-9a-fA-F]{1,2})"
    r"|(?P<octal>[0-7]{1,3})"
    r"|u\{(?P<u>[0-9a-fA-F]{1,4})\}|U\{(?P<U>[0-9a-fA-F]{1,8})\}"
    r"|u(?P<u4>[0-9a-fA-F]{1,4})|U(?P<U8>[0-9a-fA-F]{1,8})"
    r"|(?P<sign>.)|$)"
)
_HEX = r"0[xX][0-9a-fA-F]+(?:(?:\.[0-9a-fA-F]*)?[pP][+-]?[0-9]+)?"
_HEX_START = r"0[xX][0-9a-fA-F]+$"
_SIGNS = {
    "n": b"\n",
    "t": b"\t",
    "r": b"\r",
    "a": b"\a",
    "b": b"\b",
    "f": b"\f",
    "v": b"\v",
    "\\": b"\\",
    '"': b'"',
    "'": b"'",
    "`": b"`",
    " ": b" ",
    "\n": b"\n",
}
_LARGEST_INTEGER = 2**31 - 1


class EscapeError(ValueError):
    """An escape that R refuses to parse; the argument is the escape."""


def inside(text: str) -> tuple[int, int]:
    """Where the content of a string or backticked name begins and ends within its text."""
    if text[:1] in ("r", "R") and (raw := re.fullmatch(_RAW, text)):
        return raw.span(3)
    if text[:1] in ('"', "'", "`"):
        return 1, max(1, len(text) - 1)
    return 0, len(text)


def string(text: str) -> str | None:
    """The value of a string as written, quotes and all; None for bytes that are no text. May raise `EscapeError`."""
    start, end = inside(text)
    # R reads a file in text mode: a line break inside a string is a line feed, however the file writes it.
    content = text[start:end].replace("\r\n", "\n")
    if text[:1] in ("r", "R") or "\\" not in content:
        return content
    try:
        value = _unescaped(content).decode("utf-8", "surrogatepass")
        # `\ud83d\ude00` is one character, written in two halves.
        return value.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return None


def _unescaped(content: str) -> bytes:
    """UTF-8, since R's hexadecimal and octal escapes are bytes, and several of them may make one character."""
    pieces: list[bytes] = []
    at = 0
    for match in re.finditer(_ESCAPE, content):
        pieces.append(content[at : match.start()].encode("utf-8", "surrogatepass"))
        at = match.end()
        digits = match[match.lastgroup] if match.lastgroup else ""
        match match.lastgroup:
            case "byte" | "octal" as kind:
                code = int(digits, 16 if kind == "byte" else 8)
                if not 0 < code <= 0xFF:
                    raise EscapeError(match[0])
                pieces.append(bytes((code,)))
            case "u" | "U" | "u4" | "U8":
                code = int(digits, 16)
                if not 0 < code <= 0x10FFFF:
                    raise EscapeError(match[0])
                pieces.append(chr(code).encode("utf-8", "surrogatepass"))
            case _ if digits in _SIGNS:
                pieces.append(_SIGNS[digits])
            case _ if match[0]:
                raise EscapeError(match[0])
    pieces.append(content[at:].encode("utf-8", "surrogatepass"))
    return b"".join(pieces)


def name(text: str) -> str:
    """A name without its backticks."""
    if not text.startswith("`"):
        return text
    content = text[1:-1]
    if "\\" in content:
        try:
            return _unescaped(content).decode("utf-8", "replace")
        except EscapeError:
            pass
    return content


def number(text: str) -> float:
    """The value of a number without its `L` or `i`. Raises `ValueError` for half of one (`1e`)."""
    try:
        return float.fromhex(text) if text[:2] in ("0x", "0X") else float(text)
    except OverflowError:
        return float("inf")


def integer(text: str) -> int | float:
    """The value of a number with an `L`: R makes a double of it where an integer cannot hold it."""
    value = number(text[:-1])
    return int(value) if value.is_integer() and abs(value) <= _LARGEST_INTEGER else value


def hexadecimal_end(text: str, start: int) -> int:
    """Where the hexadecimal number ends that begins at `start`: the grammar stops at its point."""
    match = re.compile(_HEX).match(text, start)
    return match.end() if match else start


def cut_hexadecimal(text: str, at: int) -> bool:
    """Whether the grammar has cut a hexadecimal number in two there."""
    match = re.search(_HEX_START, text[max(0, at - 40) : at])
    return match is not None and hexadecimal_end(text, at - len(match[0])) > at
