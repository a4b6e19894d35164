"""What every front end that reads a tree-sitter tree needs: places, texts and faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import ir
from ..source import CharacterOffsets, Source, Span

if TYPE_CHECKING:
    from tree_sitter import Node

_NAMES = {
    "identifier": "a name",
    "string_end": "the end of the string",
    "_newline": "the end of the line",
    "_indent": "an indented block",
    "_dedent": "the end of the block",
}
"""What a message calls a token that has no spelling of its own."""


_CLOSING = {")": "(", "]": "[", "}": "{", "]]": "[["}
_new: Any = tuple.__new__
"""Makes a `Span` of three parts at once: most of the work of lowering is to say where things stand."""


class Syntax:
    """One file's text, seen through the byte offsets of its tree."""

    __slots__ = ("ascii", "offset", "path", "text_")

    def __init__(self, source: Source) -> None:
        self.path = source.path
        self.text_ = source.text
        self.offset = CharacterOffsets(source.text)
        self.ascii = source.text.isascii()

    def span(self, node: Node) -> Span:
        """Where the node stands, in characters."""
        if self.ascii:
            span: Span = _new(Span, (self.path, node.start_byte, node.end_byte))
            return span
        return Span(self.path, self.offset(node.start_byte), self.offset(node.end_byte))

    def between(self, start: int, end: int) -> Span:
        """Where two byte offsets stand, in characters."""
        if self.ascii:
            return Span(self.path, start, end)
        return Span(self.path, self.offset(start), self.offset(end))

    def text(self, node: Node) -> str:
        """What the file says there."""
        if self.ascii:
            return self.text_[node.start_byte : node.end_byte]
        return self.text_[self.offset(node.start_byte) : self.offset(node.end_byte)]

    def faults(self, root: Node) -> tuple[ir.Fault, ...]:
        """The outermost places that do not parse, in order, one to a line.

        A span ends with its first line: an error may swallow the rest of the file, which would be no use to a reader.
        """
        found: list[ir.Fault] = []
        line_ends = -1
        waiting = [root] if root.has_error else []
        while waiting:
            node = waiting.pop()
            if node.is_missing or node.is_error:
                fault = self._fault(node)
                if fault.span.start > line_ends:
                    found.append(fault)
                    line_ends = self._line_end(fault.span.start)
            else:
                waiting.extend(child for child in reversed(node.children) if child.has_error)
        return tuple(found)

    def torn_bracket(self, root: Node) -> ir.Fault | None:
        """The first bracket that closes another than the one that is open: there the language's own parser stops."""
        open_: list[str] = []
        waiting = [root]
        while waiting:
            node = waiting.pop()
            # A bracket that did not fit is the text of an error.
            kind = self.text(node).strip()[:1] if node.is_error else node.type
            if node.child_count:
                waiting.extend(reversed(node.children))
            elif node.is_missing:
                continue
            elif kind in _CLOSING.values():
                open_.append(kind)
            elif kind in _CLOSING:
                if not open_ or open_[-1] != _CLOSING[kind]:
                    opened = f", but `{open_[-1]}` is open" if open_ else ", and nothing is open"
                    return ir.Fault(self.span(node), f"unexpected `{kind}`{opened}")
                open_.pop()
        return None

    def _fault(self, node: Node) -> ir.Fault:
        span = self.span(node)
        if node.is_missing:
            name = _NAMES.get(node.type) or (f"`{node.type}`" if not node.is_named else "something")
            return ir.Fault(span, f"expected {name} here")
        # What stopped the parser is usually the token after those it could still put together.
        start = span.start
        while start < span.end and self.text_[start] in " \t\r\n\f":
            start += 1
        end = min(span.end, self._line_end(start))
        shown = self.text_[start:end].strip()
        if not shown:
            return ir.Fault(Span(self.path, start, max(start, end)), "this does not parse")
        if len(shown) > 30:
            shown = shown[:29] + "…"
        return ir.Fault(Span(self.path, start, end), f"`{shown}` does not parse")

    def _line_end(self, start: int) -> int:
        ends = [end for end in (self.text_.find("\n", start), self.text_.find("\r", start)) if end >= 0]
        return min(ends, default=len(self.text_))
