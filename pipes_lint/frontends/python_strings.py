"""Python's string literals, from the text between the quotes to the value, exactly as CPython reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING
from typing import Literal as Choice

from .. import ir
from .syntax import Syntax

if TYPE_CHECKING:
    from tree_sitter import Node

    Expression = Callable[[Node | None, Node], ir.Node]
    """Lowers what stands in a field of a node, for which the second one speaks if it is missing."""

_CONVERSIONS: dict[str, Choice["r", "s", "a"]] = {"!r": "r", "!s": "s", "!a": "a"}
_LINE_END = r"\r\n?"
_ESCAPE = r"\\(N\{[^}]*\}|[0-7]{1,3}|[\s\S])"
_FORMATTED_ESCAPE = r"\\(N\{[^}]*\}|[0-7]{1,3}|[^{}]|(?=[{}]))|\{\{|\}\}"
_BRACES = r"\{\{|\}\}"
_HEX_DIGITS = {"x": 2, "u": 4, "U": 8}
_SINGLE = {
    "\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


class MalformedError(ValueError):
    """CPython refuses the literal; the message says why."""


def decode(content: str, *, raw: bool, binary: bool, formatted: bool) -> str | bytes:
    """What a string literal with this text between its quotes is worth.

    `formatted` also reads `{{` and `}}` as one brace each. Raises `MalformedError`.
    """
    if "\r" in content:
        content = re.sub(_LINE_END, "\n", content)
    if binary and not content.isascii():
        raise MalformedError("bytes can only contain ASCII literal characters")
    if raw or "\\" not in content:
        if formatted and ("{" in content or "}" in content):
            content = re.sub(_BRACES, lambda match: match[0][0], content)
        return content.encode() if binary else content
    text = _unescape(content, binary=binary, formatted=formatted)
    return text.encode("latin-1") if binary else text


def _unescape(content: str, *, binary: bool, formatted: bool) -> str:
    pieces = []
    at = 0
    pattern = re.compile(_FORMATTED_ESCAPE if formatted else _ESCAPE)
    while match := pattern.search(content, at):
        pieces.append(content[at : match.start()])
        at = match.end()
        escape = match[1]
        if escape is None:
            pieces.append(match[0][0])
        elif (single := _SINGLE.get(escape)) is not None:
            pieces.append(single)
        elif escape and escape[0] in "01234567":
            code = int(escape, 8)
            pieces.append(chr(code & 0xFF if binary else code))
        elif escape == "x" or (escape in ("u", "U") and not binary):
            digits = content[at : at + _HEX_DIGITS[escape]]
            pieces.append(_hexadecimal(escape, digits))
            at += len(digits)
        elif escape.startswith("N") and not binary:
            pieces.append(_by_name(escape))
        else:
            pieces.append("\\" + escape)
    pieces.append(content[at:])
    return "".join(pieces)


def _hexadecimal(kind: str, digits: str) -> str:
    if len(digits) < _HEX_DIGITS[kind] or not re.fullmatch("[0-9a-fA-F]+", digits):
        raise MalformedError(f"truncated \\{kind} escape")
    code = int(digits, 16)
    if code > 0x10FFFF:
        raise MalformedError("illegal Unicode character")
    return chr(code)


def _by_name(escape: str) -> str:
    if len(escape) < 4:
        raise MalformedError("malformed \\N character escape")
    try:
        found = unicodedata.lookup(escape[2:-1])
    except KeyError:
        found = ""
    if len(found) != 1:  # a named sequence of several characters is not allowed here
        raise MalformedError("unknown Unicode character name")
    return found


# --- From the tree --------------------------------------------------------------------------------------------------


def string(syntax: Syntax, node: Node, expression: Expression) -> ir.Node:
    """A string as it stands, or strings side by side: a Literal if all are plain, a Text if one is an f-string."""
    span = syntax.span(node)
    tokens = [child for child in node.named_children if child.type == "string"] if node.type != "string" else [node]
    pieces: list[ir.Literal | ir.Interpolation] = []
    formatted = False
    try:
        for token in tokens:
            text = syntax.text(token)
            prefix = text[: _opening(text)].lower()
            if "t" in prefix:
                raise MalformedError("a template string is not a string")
            if "f" in prefix:
                formatted = True
                pieces += _pieces(syntax, token, "r" in prefix, expression)
            else:
                pieces.append(ir.Literal(syntax.span(token), _plain(text, prefix)))
    except MalformedError as malformed:
        return ir.Opaque(span, str(malformed), tuple(_interpolated(tokens, expression)))
    if formatted:
        if any(isinstance(piece, ir.Literal) and not isinstance(piece.value, str) for piece in pieces):
            return ir.Opaque(span, "bytes beside text", tuple(_running(pieces)))
        return ir.Text(span, tuple(pieces))
    values = [piece.value for piece in pieces if isinstance(piece, ir.Literal)]
    if len(values) == 1:
        return ir.Literal(span, values[0])
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) == len(values):
        return ir.Literal(span, "".join(texts))
    binary = [value for value in values if isinstance(value, bytes)]
    return ir.Literal(span, b"".join(binary)) if len(binary) == len(values) else ir.Opaque(span, "bytes beside text")


def _running(pieces: list[ir.Literal | ir.Interpolation]) -> Iterator[ir.Node]:
    return (piece.value for piece in pieces if isinstance(piece, ir.Interpolation))


def _opening(text: str) -> int:
    """Where the quotes begin."""
    at = 0
    while at < len(text) and text[at] not in "'\"":
        at += 1
    return at


def _plain(text: str, prefix: str) -> str | bytes:
    start = len(prefix)
    quotes = 3 if text[start : start + 3] in ("'''", '"""') and len(text) >= start + 6 else 1
    if len(text) < start + 2 * quotes or text[-1] != text[start]:
        raise MalformedError("a string without its end")
    return decode(text[start + quotes : -quotes], raw="r" in prefix, binary="b" in prefix, formatted=False)


def _pieces(syntax: Syntax, node: Node, raw: bool, expression: Expression) -> Iterator[ir.Literal | ir.Interpolation]:
    """The parts of an f-string, or of a format specification inside one."""
    children = node.children
    at = children[0].end_byte  # past the opening quotes, or past the colon
    for child in children:
        if child.type in ("interpolation", "format_expression"):
            yield from _text(syntax, at, child.start_byte, raw)
            yield from _interpolation(syntax, child, raw, expression)
            at = child.end_byte
    end = children[-1].start_byte if children[-1].type == "string_end" else node.end_byte
    yield from _text(syntax, at, end, raw)


def _text(syntax: Syntax, start: int, end: int, raw: bool) -> Iterator[ir.Literal]:
    if start < end:
        span = syntax.between(start, end)
        content = syntax.text_[span.start : span.end]
        yield ir.Literal(span, decode(content, raw=raw, binary=False, formatted=True))


def _interpolation(
    syntax: Syntax, node: Node, raw: bool, expression: Expression
) -> Iterator[ir.Literal | ir.Interpolation]:
    value = node.child_by_field_name("expression")
    converted = node.child_by_field_name("type_conversion")
    specified = node.child_by_field_name("format_specifier")
    conversion: Choice["", "r", "s", "a"] = _CONVERSIONS.get(syntax.text(converted), "") if converted else ""
    spec: ir.Node | None = None
    if specified:
        parts = tuple(_pieces(syntax, specified, raw, expression))
        span = syntax.between(specified.start_byte + 1, specified.end_byte)
        if len(parts) == 1 and isinstance(parts[0], ir.Literal):
            spec = parts[0]
        else:
            spec = ir.Text(span, parts) if parts else ir.Literal(span, "")
    equals = next((child for child in node.children if child.type == "="), None)
    if equals:  # `{x = }` shows the source up to what follows the sign, blanks included
        end = (converted or specified or node.children[-1]).start_byte
        span = syntax.between(node.start_byte + 1, end)
        yield ir.Literal(span, re.sub(_LINE_END, "\n", syntax.text_[span.start : span.end]))
        if not converted and not specified:
            conversion = "r"
    yield ir.Interpolation(syntax.span(node), expression(value, node), conversion, spec)


def _interpolated(tokens: list[Node], expression: Expression) -> Iterator[ir.Node]:
    """The values inside strings that cannot be told."""
    for token in tokens:
        for child in token.named_children:
            if child.type == "interpolation":
                yield expression(child.child_by_field_name("expression"), child)
