"""Reads a shell's language: a script's text, or a line that is handed to `bash -c`, as commands in order.

What a command does is not known here; see `shells` for what becomes of variables and folders on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from ..records import NamedTuple
from ..source import CharacterOffsets, Source, Span
from ..values import Unknown
from .grammar import grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_HOLE: Final = "__pipes_lint_hole_{}__"


class Variable(NamedTuple):
    """`$NAME`, `${NAME:-default}`, `${NAME%/*}`: `operator` is what stands behind the name, `operand` what follows."""

    name: str
    operator: str = ""
    operand: Word | None = None


class Output(NamedTuple):
    """`$(…)`: what these commands print."""

    body: tuple[Statement, ...]
    text: str


class Word(NamedTuple):
    """A word, of pieces. `bare` tells of one that is a variable alone, without quotes: its value is split."""

    pieces: tuple[str | Unknown | Variable | Output, ...]
    span: Span
    bare: bool = False


class Set(NamedTuple):
    """`NAME=value`, also by `local` and `readonly`; `export` hands it on to what is started."""

    name: str
    value: Word
    exported: bool = False


class Command(NamedTuple):
    """A command. `stdin` is the file that it reads (`< x.R`); `fed` that its input stands in the script itself."""

    words: tuple[Word, ...]
    span: Span
    variables: tuple[Set, ...] = ()
    stdin: Word | None = None
    fed: bool = False


class Test(NamedTuple):
    """What is asked before an arm is taken: `[ left = right ]`, `-z left`, `case left in one | another)`. No operator
    is what we do not read; `else` is always so.
    """

    operator: str = ""
    left: Word | None = None
    right: tuple[Word, ...] = ()


class Arm(NamedTuple):
    """A way that the shell may take, if those before it are not taken."""

    test: Test
    body: tuple[Statement, ...]


class Either(NamedTuple):
    """One of these is run, or none."""

    arms: tuple[Arm, ...]


class Loop(NamedTuple):
    """`for name in words`; a `while` has no name."""

    name: str | None
    words: tuple[Word, ...]
    body: tuple[Statement, ...]


class Inside(NamedTuple):
    """`( … )`, or a part of a pipe: what it sets and where it goes is its own."""

    body: tuple[Statement, ...]


class Define(NamedTuple):
    """A function."""

    name: str
    body: tuple[Statement, ...]


Statement = Set | Command | Either | Loop | Inside | Define


def read(
    source: Source, where: Span | None = None, holes: Mapping[str, Unknown] | None = None
) -> tuple[Statement, ...]:
    """The commands of a script. `where` is the place of all of them if the text stands in no file of its own; `holes`
    are the parts of it that are not known, by the names that `hole` gave them.
    """
    text = source.text.encode("utf-8", "surrogatepass")
    reader = _Reader(source, text, where, holes or {})
    return tuple(reader.statements(_parser().parse(text).root_node))


def hole(number: int) -> str:
    """What stands in a text for a part of it that is not known."""
    return _HOLE.format(number)


@cache
def _parser() -> Parser:
    return grammar("tree_sitter_language_pack", "bindings", "bash")


class _Reader:
    def __init__(self, source: Source, text: bytes, where: Span | None, holes: Mapping[str, Unknown]) -> None:
        self.path = source.path
        self.bytes = text
        self.offsets = CharacterOffsets(source.text)
        self.where = where
        self.holes = holes

    def text(self, node: Node) -> str:
        return self.bytes[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    def span(self, node: Node) -> Span:
        return self.where or Span(self.path, self.offsets(node.start_byte), self.offsets(node.end_byte))

    # --- statements ---

    def statements(self, node: Node) -> Iterator[Statement]:
        for child in node.named_children:
            yield from self.statement(child)

    def statement(self, node: Node) -> Iterator[Statement]:
        match node.type:
            case "command":
                yield self.command(node)
            case "variable_assignment":
                yield from self.assignment(node)
            case "declaration_command" | "variable_assignments":
                exported = self.text(node).startswith(("export", "declare -x", "typeset -x"))
                for child in node.named_children:
                    if child.type == "variable_assignment":
                        yield from (each._replace(exported=exported) for each in self.assignment(child))
                    elif child.type == "variable_name" and exported:
                        name = self.text(child)
                        yield Set(name, Word((Variable(name),), self.span(child)), exported)
            case "redirected_statement":
                yield from self.redirected(node)
            case "pipeline":
                for child in node.named_children:
                    yield Inside(tuple(self.statement(child)))
            case "subshell":
                yield Inside(tuple(self.statements(node)))
            case "if_statement":
                yield from self.branches(node)
            case "case_statement":
                yield self.case(node)
            case "for_statement":
                variable, body = node.child_by_field_name("variable"), node.child_by_field_name("body")
                words = tuple(self.word(each) for each in node.children_by_field_name("value"))
                rounds = tuple(self.statements(body)) if body else ()
                yield Loop(self.text(variable) if variable else None, words, rounds)
            case "while_statement" | "c_style_for_statement":
                yield Loop(None, (), tuple(self.statements(node)))
            case "function_definition":
                named, body = node.child_by_field_name("name"), node.child_by_field_name("body")
                if named and body:
                    yield Define(self.text(named), tuple(self.statements(body)))
            case "list" | "compound_statement" | "negated_command" | "do_group" | "program" | "ERROR":
                yield from self.statements(node)

    def branches(self, node: Node) -> Iterator[Statement]:
        conditions = [child for child in node.children_by_field_name("condition") if child.is_named]
        first: list[Statement] = []
        others: list[Arm] = []
        for child in node.named_children:
            if child.id in {each.id for each in conditions}:
                yield from self.statement(child)
            elif child.type in ("elif_clause", "else_clause"):
                test = Test("else") if child.type == "else_clause" else self.test(child.named_children[0])
                others.append(Arm(test, tuple(self.statements(child))))
            else:
                first += self.statement(child)
        test = self.test(conditions[0]) if len(conditions) == 1 else Test()
        yield Either((Arm(test, tuple(first)), *others))

    def case(self, node: Node) -> Either:
        value = node.child_by_field_name("value")
        arms = []
        for item in node.named_children:
            if item.type == "case_item":
                patterns = item.children_by_field_name("value")
                test = Test("case", self.word(value) if value else None, tuple(self.word(each) for each in patterns))
                outside = {each.id for each in patterns}
                inner = [child for child in item.named_children if child.id not in outside]
                arms.append(Arm(test, tuple(each for child in inner for each in self.statement(child))))
        return Either(tuple(arms))

    def test(self, node: Node) -> Test:
        """A condition, if it is one of those that we read."""
        inner = node.named_children[0] if node.type == "test_command" and node.named_children else None
        operator = inner.child_by_field_name("operator") if inner else None
        if inner is None or operator is None:
            return Test()
        if inner.type == "unary_expression":
            return Test(self.text(operator), self.word(inner.named_children[-1]))
        left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
        if inner.type != "binary_expression" or left is None or right is None:
            return Test()
        return Test(self.text(operator), self.word(left), (self.word(right),))

    def assignment(self, node: Node) -> Iterator[Set]:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is not None:
            yield Set(self.text(name), self.word(value) if value else Word(("",), self.span(node)))

    def redirected(self, node: Node) -> Iterator[Statement]:
        body = node.child_by_field_name("body")
        found = list(self.statement(body)) if body else []
        stdin, fed = None, False
        for each in node.children_by_field_name("redirect"):
            fed = fed or each.type in ("heredoc_redirect", "herestring_redirect")
            if each.type == "file_redirect" and any(child.type == "<" for child in each.children):
                destination = each.child_by_field_name("destination")
                stdin = self.word(destination) if destination else None
            if each.type == "heredoc_redirect":  # `cat <<EOF && python x.py` hangs what follows on the redirect
                found += [inner for child in each.named_children for inner in self.statement(child)]
        for index, statement in enumerate(found):
            if isinstance(statement, Command) and (stdin or fed) and index == 0:
                statement = statement._replace(stdin=stdin, fed=statement.fed or fed)
            yield statement

    def command(self, node: Node) -> Command:
        words: list[Word] = []
        variables: list[Set] = []
        fed = False
        for child in node.named_children:
            if child.type == "variable_assignment":
                variables += self.assignment(child)
            elif child.type == "command_name":
                words += [self.word(each) for each in child.named_children]
            elif child.type in ("herestring_redirect", "heredoc_redirect"):
                fed = True
            elif child.type != "file_redirect":
                words.append(self.word(child))
        return Command(tuple(words), self.span(node), tuple(variables), fed=fed)

    # --- words ---

    def word(self, node: Node) -> Word:
        pieces = tuple(self.pieces(node))
        bare = node.type in ("simple_expansion", "expansion", "command_substitution")
        return Word(pieces or ("",), self.span(node), bare)

    def pieces(self, node: Node) -> Iterator[str | Unknown | Variable | Output]:
        match node.type:
            case "string" | "concatenation" | "translated_string":
                end = node.start_byte + (1 if node.type == "string" else 0)
                for child in node.named_children:
                    if child.start_byte > end and node.type == "string":
                        yield self.bytes[end : child.start_byte].decode("utf-8", "replace")  # blanks between expansions
                    yield from self.pieces(child)
                    end = child.end_byte
            case "raw_string":
                yield from self.plain(self.text(node)[1:-1])
            case "ansi_c_string":
                yield from self.plain(self.text(node)[2:-1])
            case "string_content":
                yield from self.plain(_unescaped(self.text(node), '"\\$`'))
            case "simple_expansion" | "expansion":
                yield self.expansion(node)
            case "command_substitution":
                yield Output(tuple(self.statements(node)), self.text(node))
            case "process_substitution" | "arithmetic_expansion" | "brace_expression":
                yield Unknown(f"`{self.text(node)}` is worked out when the shell runs", self.span(node))
            case _:
                yield from self.plain(_unescaped(self.text(node), None))

    def plain(self, text: str) -> Iterator[str | Unknown]:
        """A text, with what is not known of it."""
        for name, unknown in self.holes.items():
            before, found, after = text.partition(name)
            if found:
                yield from self.plain(before) if before else ()
                yield unknown
                yield from self.plain(after) if after else ()
                return
        yield text

    def expansion(self, node: Node) -> Variable | Unknown:
        name, operator, operand = "", "", None
        for child in node.named_children:
            if not name and child.type in ("variable_name", "special_variable_name", "subscript"):
                inner = child.child_by_field_name("name") if child.type == "subscript" else child
                name = self.text(inner or child)
            elif name:
                operand = self.word(child)
        marks = [self.text(child) for child in node.children if not child.is_named]
        found = [mark for mark in marks if mark not in ("${", "}", "$")]
        operator = found[0] if found else ""
        if not name:
            return Unknown(f"`{self.text(node)}` is worked out when the shell runs", self.span(node))
        return Variable(name, operator, operand)


def _unescaped(text: str, only: str | None) -> str:
    if "\\" not in text:
        return text
    made = []
    at = 0
    while at < len(text):
        follows = text[at + 1 : at + 2]
        if text[at] == "\\" and follows and (only is None or follows in only or follows == "\n"):
            made.append("" if follows == "\n" else follows)
            at += 2
        else:
            made.append(text[at])
            at += 1
    return "".join(made)
