"""Changes to Python source, through libcst: comments, quotes, commas and layout stay as their author had them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import libcst as cst
from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper

from ..finding import AddArgument, AddEntry, AddItem, Change, Edit, TakeFrom
from ..frontends.comments import comment_at
from ..source import CharacterOffsets, Source, Span
from .texts import Refused, Replacement, difference, requoted

E = TypeVar("E", cst.BaseDictElement, cst.BaseElement, cst.Arg)


@lru_cache(maxsize=16)
def parsed(text: str) -> Python:
    """A module's source, parsed once for all the fixes in it. Raises `Refused` if it does not parse."""
    return Python(text)


class Python:
    """A module's source and where its nodes are. Raises `Refused` if it does not parse."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            wrapper = MetadataWrapper(cst.parse_module(text))
        except (cst.ParserSyntaxError, RecursionError) as error:
            raise Refused("the file does not parse") from error
        self.module = wrapper.module
        offset = CharacterOffsets(text)
        self._nodes: dict[tuple[int, int], list[cst.CSTNode]] = {}
        for node, span in wrapper.resolve(ByteSpanPositionProvider).items():
            key = offset(span.start), offset(span.start + span.length)
            self._nodes.setdefault(key, []).append(node)

    def replacement(self, change: Change) -> Replacement:
        """What a change does to the text."""
        span = change.span
        match change:
            case Edit(text=text) if span.start == span.end:
                return Replacement(span.start, span.end, text)
            case Edit(text=text):
                old = self.text[span.start : span.end]
                if self._in_comment(span):
                    return Replacement(span.start, span.end, text)
                named = self._is_attribute(span) or (not text and self._is_keyword(span))
                if not named and not self._at(change, cst.BaseExpression):
                    raise Refused(f"`{old}` is no expression of its own")
                return Replacement(span.start, span.end, requoted(old, text))
            case TakeFrom(module=module):
                found = difference(self.text, self._taken_from(span, module))
                if found is None:
                    raise Refused("nothing would change")
                return found
            case _:
                found = difference(self.text, self._changed(change))
                if found is None:
                    raise Refused("nothing would change")
                return found

    def _is_attribute(self, span: Span) -> bool:
        """Whether a span is an attribute's name with the dot before it."""
        named = self._nodes.get((span.start + 1, span.end), ())
        return self.text[span.start] == "." and any(isinstance(node, cst.Name) for node in named)

    def _in_comment(self, span: Span) -> bool:
        """Whether a span is nothing but a comment or a part of one, with the blanks around it."""
        begin = max(self.text.rfind("\n", 0, span.start), self.text.rfind("\r", 0, span.start)) + 1
        ends = comment_at(Source("a.py", self.text))
        blanks = len(self.text) - len(self.text[span.start :].lstrip(" \t#"))
        inside = self.text[span.start : span.end].rstrip("\r\n")
        if "\n" in inside or "\r" in inside:
            return False
        return any(self.text[at] == "#" and ends(at) for at in range(begin, max(span.start, blanks)))

    def _at(self, change: Change, *kinds: type[Any]) -> list[cst.CSTNode]:
        start, end = change.span.start, change.span.end
        places = [(start, end)]
        if self.text[start:end].startswith("("):  # to libcst the parentheses of a tuple are not part of it
            places.append((start + 1, end - 1))
        return [node for place in places for node in self._nodes.get(place, ()) if isinstance(node, kinds)]

    def _is_keyword(self, span: Span) -> bool:
        """Whether it is an argument's name with its `=`, up to the value."""
        named = (
            (node.value, end)
            for (start, end), nodes in self._nodes.items()
            if start == span.start
            for node in nodes
            if isinstance(node, cst.Arg) and node.keyword is not None
        )
        return any(value in self._nodes.get((span.end, end), ()) for value, end in named)

    def _taken_from(self, span: Span, module: str) -> str:
        """One of several names gets a line of its own, above."""
        wanted = self._at(Edit(span, ""), cst.Name, cst.ImportAlias)
        for place, line in self._lines():
            statement = line.body[0] if len(line.body) == 1 else None
            if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
                continue
            mine = [each for each in statement.names if each in wanted or each.name in wanted]
            if not mine:
                continue
            own = [each.with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in mine]
            taken = statement.with_changes(module=cst.parse_expression(module))
            if len(statement.names) == 1:
                return self._replaced(statement, taken)
            left = [each for each in statement.names if each not in mine]
            if statement.names[-1] in mine:
                left[-1] = left[-1].with_changes(comma=statement.names[-1].comma)
            above = line.with_changes(
                body=[taken.with_changes(names=own, lpar=None, rpar=None)], trailing_whitespace=cst.TrailingWhitespace()
            )
            below = line.with_changes(body=[statement.with_changes(names=left)], leading_lines=[])
            body = [new for each in place.body for new in ((above, below) if each is line else (each,))]
            return self._replaced(place, place.with_changes(body=body))
        raise Refused("there is no import that could be changed")

    def _lines(self) -> Iterator[tuple[cst.Module | cst.IndentedBlock, cst.SimpleStatementLine]]:
        """All simple statements, with what they directly stand in."""
        blocks = [node for nodes in self._nodes.values() for node in nodes if isinstance(node, cst.IndentedBlock)]
        places: list[cst.Module | cst.IndentedBlock] = [self.module, *blocks]
        for place in places:
            yield from ((place, line) for line in place.body if isinstance(line, cst.SimpleStatementLine))

    def _replaced(self, old: cst.CSTNode, new: cst.CSTNode) -> str:
        module = self.module.deep_replace(old, new)
        assert isinstance(module, cst.Module)
        return module.code

    def _changed(self, change: AddEntry | AddItem | AddArgument) -> str:
        for old in self._at(change, cst.Dict, cst.List, cst.Tuple, cst.Set, cst.Call):
            new = _with(old, change)
            if new is not None:
                return self._replaced(old, new)
        raise Refused("there is no list, dictionary or call that could take it")


def _with(node: cst.CSTNode, change: AddEntry | AddItem | AddArgument) -> cst.CSTNode | None:
    match change, node:
        case AddEntry(key=key, value=value), cst.Dict(elements=elements, lbrace=opening, rbrace=closing):
            new = cst.DictElement(cst.SimpleString(_quoted(key, elements)), cst.parse_expression(value))
            several, end = _appended(elements, new, opening.whitespace_after, closing.whitespace_before)
            return node.with_changes(elements=several, rbrace=closing.with_changes(whitespace_before=end))
        case AddItem(item=item), cst.List(elements=elements, lbracket=left, rbracket=right):
            added = cst.Element(cst.parse_expression(item))
            items, end = _appended(elements, added, left.whitespace_after, right.whitespace_before)
            return node.with_changes(elements=items, rbracket=right.with_changes(whitespace_before=end))
        case AddItem(item=item), cst.Tuple(elements=elements, lpar=[*_, before], rpar=[after, *others]) if elements:
            added = cst.Element(cst.parse_expression(item))
            items, end = _appended(elements, added, before.whitespace_after, after.whitespace_before)
            return node.with_changes(elements=items, rpar=[after.with_changes(whitespace_before=end), *others])
        case AddEntry(key=key, value=value), cst.Call(func=cst.Name("dict")) if key.isidentifier():
            return _passing(node, key, value)
        case AddArgument(name=name, value=value), cst.Call():
            return _passing(node, name, value)
    return None


def _passing(call: cst.Call, name: str, value: str) -> cst.Call:
    """The call with one more argument; what stands before its closing parenthesis belongs to its last argument."""
    plain = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    new = cst.Arg(cst.parse_expression(value), keyword=cst.Name(name), equal=plain)
    if not call.args:
        return call.with_changes(args=[new])
    *before, last = call.args
    if isinstance(last.comma, cst.Comma):
        end = last.comma.whitespace_after
        args, end = _appended(call.args, new, call.whitespace_before_args, end)
        *before, added = args
        comma = cst.Comma(whitespace_after=end)
        return call.with_changes(args=[*before, added.with_changes(comma=comma)])
    end = last.whitespace_after_arg
    bare = last.with_changes(whitespace_after_arg=cst.SimpleWhitespace(""))
    args, end = _appended([*before, bare], new, call.whitespace_before_args, end)
    *before, added = args
    return call.with_changes(args=[*before, added.with_changes(whitespace_after_arg=end)])


def _quoted(key: str, elements: Sequence[cst.BaseDictElement]) -> str:
    """The key as a string literal, in the quotes that the other keys have."""
    others = [each.key for each in elements if isinstance(each, cst.DictElement)]
    like = next((key.value for key in others if isinstance(key, cst.SimpleString)), '"')
    return requoted(like, '"{}"'.format(key.replace("\\", "\\\\").replace('"', '\\"')))


Space = cst.BaseParenthesizableWhitespace


def _appended(elements: Sequence[E], new: E, opening: Space, closing: Space) -> tuple[list[E], Space]:
    """The elements and a new one behind them, on a line of its own if they stand so; and what follows them.

    `opening` and `closing` stand before the first and behind the last.
    """
    if not elements:
        return [new], closing
    *before, last = elements
    between: Space = cst.SimpleWhitespace(" ")
    if before and isinstance(before[-1].comma, cst.Comma):
        between = before[-1].comma.whitespace_after
    elif isinstance(opening, cst.ParenthesizedWhitespace):
        between = opening
    between = _bare(between)
    if isinstance(closing, cst.ParenthesizedWhitespace) and isinstance(between, cst.ParenthesizedWhitespace):
        # A comment behind the last element stays with it.
        between = between.with_changes(first_line=closing.first_line)
        closing = closing.with_changes(first_line=cst.TrailingWhitespace())
    trailing = isinstance(last.comma, cst.Comma)
    last = last.with_changes(comma=cst.Comma(whitespace_after=between))
    return [*before, last, new.with_changes(comma=cst.Comma()) if trailing else new], closing


def _bare(space: Space) -> Space:
    """The same, without a comment or empty lines in it."""
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return space
