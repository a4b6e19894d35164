"""Runs a shell's script in the mind: which commands it comes to, in which folder, with which words."""

from __future__ import annotations

import operator
import posixpath
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from itertools import count
from pathlib import PurePosixPath
from typing import Final

from ..frontends.shell import (
    Arm,
    Command,
    Define,
    Either,
    Inside,
    Loop,
    Output,
    Set,
    Statement,
    Test,
    Variable,
    hole,
    read,
)
from ..records import NamedTuple
from ..source import Source, Span
from ..values import Known, Template, Unknown, Value
from .words import MORE, Word

_MOST_ROUNDS: Final = 20
_DEEPEST: Final = 12
_LINES: Final = count(1)
_NUMBERS: Final = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-gt": operator.gt,
    "-ge": operator.ge,
    "-lt": operator.lt,
    "-le": operator.le,
}

Load = Callable[[str], "tuple[Statement, ...] | None"]
"""The commands of another script, by its absolute path; None for what is not in the project."""


class Run(NamedTuple):
    """A command that a shell runs."""

    words: list[Word]
    span: Span
    folder: Value | None
    """Where: None for the folder in which the shell itself was started."""
    variables: tuple[tuple[str, str], ...]
    stdin: Word | None
    fed: bool
    sometimes: bool = False
    """Whether the shell may not come to it."""


class Shell:
    """A shell's state."""

    def __init__(
        self,
        zero: str | None = None,
        arguments: tuple[Value, ...] = (),
        complete: bool = True,
        load: Load | None = None,
    ) -> None:
        self.zero = zero
        """The script's own absolute path."""
        self.arguments = arguments
        self.complete = complete
        """Whether no more arguments than these are passed."""
        self.load = load
        self.folder: Value | None = None
        self.variables: dict[str, Value] = {}
        self.exported: dict[str, str] = {}
        self.functions: dict[str, tuple[Statement, ...]] = {}
        self.depth = 0
        self.sometimes = 0
        """How many decisions were taken that are not known."""
        self.ended = False

    def copy(self) -> Shell:
        made = Shell(self.zero, self.arguments, self.complete, self.load)
        made.folder, made.depth, made.sometimes = self.folder, self.depth, self.sometimes
        made.variables, made.functions = dict(self.variables), dict(self.functions)
        made.exported = dict(self.exported)
        return made

    # --- statements ---

    def run(self, statements: tuple[Statement, ...]) -> Iterator[Run]:
        """The commands that these come to, builtins apart, in order."""
        for statement in statements:
            if self.ended:
                return
            match statement:
                case Set(name=name, value=value, exported=exported):
                    self.variables[name] = found = self.value(value)
                    if exported and isinstance(found, Known):
                        self.exported[name] = str(found.value)
                case Command():
                    yield from self.command(statement)
                case Either(arms=arms):
                    yield from self.either(arms)
                case Loop(name=name, words=words, body=body):
                    yield from self.loop(name, words, body)
                case Inside(body=body):
                    yield from self.copy().run(body)
                case Define(name=name, body=body):
                    self.functions[name] = body

    def either(self, arms: tuple[Arm, ...]) -> Iterator[Run]:
        """The arms that may be taken: an arm whose test is certainly true is the last."""
        told = [self.holds(arm.test) for arm in arms]
        last = told.index(True) + 1 if True in told else len(arms)
        taken = [arm for arm, holds in zip(arms[:last], told, strict=False) if holds is not False]
        if len(taken) == 1 and True in told:
            yield from self.run(taken[0].body)
            return
        ways = [self.copy() for _ in taken]
        self.sometimes += 1
        for way, arm in zip(ways, taken, strict=True):
            way.sometimes = self.sometimes
            yield from way.run(arm.body)
        self.sometimes -= 1
        going = [way for way in ways if not way.ended]
        if True not in told:
            going.append(self)
        if not going:
            self.ended = True
            return
        self.meet(going)

    def holds(self, test: Test) -> bool | None:
        """Whether a test is true; None if that is not known."""
        if test.operator == "else":
            return True
        left = self.value(test.left) if test.left else None
        rights = [self.value(each) for each in test.right]
        if not isinstance(left, Known) or not all(isinstance(each, Known) for each in rights):
            return None
        text, others = str(left.value), [str(each.value) for each in rights if isinstance(each, Known)]
        match test.operator:
            case "-z" | "-n":
                return (text == "") is (test.operator == "-z")
            case "case":
                return any(fnmatchcase(text, other) for other in others)
            case "=" | "==":
                return fnmatchcase(text, others[0])
            case "!=":
                return not fnmatchcase(text, others[0])
        compared: Callable[[int, int], bool] | None = _NUMBERS.get(test.operator)
        if compared is None or not text.isdigit() or not others[0].isdigit():
            return None
        return compared(int(text), int(others[0]))

    def loop(self, name: str | None, words: tuple[object, ...], body: tuple[Statement, ...]) -> Iterator[Run]:
        values = [each for word in words for each in self.expand(word)]
        if name is None or not values or len(values) > _MOST_ROUNDS:
            if name is not None:
                self.variables[name] = Unknown(f"`${name}` is known when the shell runs")
            self.sometimes += 1
            way = self.copy()
            yield from way.run(body)
            self.meet([self, way])
            self.sometimes -= 1
            return
        for value in values:
            self.variables[name] = value.value
            yield from self.run(body)
            if self.ended:
                return

    def meet(self, ways: list[Shell]) -> None:
        """The state where several ways meet: what is not the same in all of them is not known."""
        names = {name for way in ways for name in way.variables}
        for name in names:
            values = {way.variables.get(name) for way in ways}
            if len(values) > 1:
                self.variables[name] = Unknown(f"`${name}` is one of several, by the way that the shell takes")
        if len({way.folder for way in ways}) > 1:
            self.folder = Unknown("the shell may be in one of several folders")

    def command(self, command: Command) -> Iterator[Run]:
        words = [each for word in command.words for each in self.expand(word)]
        if not words:
            return
        name = words[0].text or ""
        if name in self.functions and self.depth < _DEEPEST:
            yield from self.call(self.functions[name], words[1:])
            return
        if name in ("command", "builtin") and len(words) > 1 and not words[1].is_option:
            words, name = words[1:], words[1].text or ""
        match name:
            case "cd" | "pushd":
                self.go([word for word in words[1:] if not word.is_option or word.text == "-"])
            case "set":
                marks = [index for index, word in enumerate(words) if word.text == "--"]
                if marks:
                    self.arguments, self.complete = tuple(word.value for word in words[marks[0] + 1 :]), True
            case "shift":
                self.arguments = self.arguments[1:]
            case "unset":
                for word in words[1:]:
                    self.variables.pop(word.text or "", None)
            case "read":
                for word in words[1:]:
                    self.variables[word.text or ""] = Unknown("it is read when the shell runs", word.span)
            case "exit" | "return":
                self.ended = True
            case "source" | ".":
                yield from self.source(words[1:])
            case "eval":
                if len(words) > 1:
                    yield from self.line(words[1], joined=words[1:])
            case _:
                variables = self.exports(command.variables)
                stdin = next(iter(self.expand(command.stdin)), None) if command.stdin else None
                yield Run(words, command.span, self.folder, variables, stdin, command.fed, self.sometimes > 0)
                self.ended = self.ended or name == "exec" and len(words) > 1

    def exports(self, given: tuple[Set, ...]) -> tuple[tuple[str, str], ...]:
        values = {each.name: self.value(each.value) for each in given}
        own = {name: str(value.value) for name, value in values.items() if isinstance(value, Known)}
        return tuple({**self.exported, **own}.items())

    def call(self, body: tuple[Statement, ...], words: list[Word]) -> Iterator[Run]:
        arguments, complete = self.arguments, self.complete
        self.arguments, self.complete = tuple(word.value for word in words), True
        self.depth += 1
        yield from self.run(body)
        self.depth -= 1
        self.arguments, self.complete, self.ended = arguments, complete, False

    def source(self, words: list[Word]) -> Iterator[Run]:
        path = self.absolute(words[0].value) if words else None
        statements = self.load(str(path.value)) if self.load and isinstance(path, Known) else None
        if statements is not None and self.depth < _DEEPEST:
            zero, self.zero = self.zero, str(path.value) if isinstance(path, Known) else self.zero
            self.depth += 1
            yield from self.run(statements)
            self.depth -= 1
            self.zero, self.ended = zero, False

    def line(self, word: Word, joined: list[Word] | None = None) -> Iterator[Run]:
        """The commands of a line that is given as a word."""
        value = word.value if joined is None or len(joined) == 1 else Unknown("the line is put together", word.span)
        statements = line(value, word.span)
        if not isinstance(statements, Unknown):
            yield from self.run(statements)

    # --- folders ---

    def go(self, words: list[Word]) -> None:
        if not words:
            self.folder = Unknown("the shell goes to somebody's home folder")
            return
        target = words[0].value
        absolute = self.absolute(target)
        if absolute is not None:
            self.folder = absolute
            return
        match target, self.folder:
            case Known(value=str() as text), Known(value=str() as before):
                self.folder = Known(posixpath.normpath(posixpath.join(before, text)), words[0].span)
            case Known(value=str() as text), None if text != "-":
                self.folder = Known(text, words[0].span)
            case Known(value=str() as text), Template(pieces=pieces):
                self.folder = Template((*pieces, f"/{text}"), False, words[0].span)
            case Template(), _:
                self.folder = target
            case _:
                reason = target.reason if isinstance(target, Unknown) else "it depends on where the shell runs"
                self.folder = Unknown(f"the shell goes where that is not known: {reason}", words[0].span)

    def absolute(self, value: Value) -> Value | None:
        """A path that does not depend on where the shell was started; None for any other."""
        match value, self.folder:
            case Known(value=str() as text), _ if text.startswith("/"):
                return Known(posixpath.normpath(text), value.span)
            case Known(value=str() as text), Known(value=str() as before) if before.startswith("/"):
                return Known(posixpath.normpath(posixpath.join(before, text)), value.span)
        return None

    # --- words ---

    def expand(self, word: object) -> list[Word]:
        """A word as the words that it becomes: mostly one."""
        from ..frontends.shell import Word as Written

        assert isinstance(word, Written)
        match word.pieces:
            case (Variable(name="@" | "*"),):
                more = [] if self.complete else [Word(Unknown(MORE, word.span), word.span)]
                return [*(Word(value, word.span) for value in self.arguments), *more]
        value = self.value(word)
        match value:
            case Known(value=str() as text) if word.bare:
                return [Word(Known(part, word.span), word.span) for part in text.split()]
        return [Word(value, word.span)]

    def value(self, word: object) -> Value:
        from ..frontends.shell import Word as Written

        assert isinstance(word, Written)
        pieces: list[str | Unknown] = []
        for piece in word.pieces:
            for part in self.piece(piece, word.span):
                if isinstance(part, str) and pieces and isinstance(pieces[-1], str):
                    pieces[-1] += part
                else:
                    pieces.append(part)
        if all(isinstance(part, str) for part in pieces):
            return Known("".join(map(str, pieces)), word.span)
        if len(pieces) == 1 and isinstance(pieces[0], Unknown):
            return pieces[0] if pieces[0].span else pieces[0]._replace(span=word.span)
        return Template(tuple(pieces), False, word.span)

    def piece(self, piece: str | Unknown | Variable | Output, span: Span) -> tuple[str | Unknown, ...]:
        match piece:
            case str() | Unknown():
                return (piece,)
            case Variable():
                return _pieces(self.variable(piece, span))
            case Output():
                return _pieces(self.output(piece, span))

    def variable(self, variable: Variable, span: Span) -> Value:
        name, change = variable.name, variable.operator
        value: Value | None
        if name in ("0", "BASH_SOURCE"):
            value = Known(self.zero, span) if self.zero else Unknown("the script's own path is not known", span)
        elif name.isdigit():
            index = int(name) - 1
            value = self.arguments[index] if index < len(self.arguments) else Known("") if self.complete else None
            value = value or Unknown(f"`${name}` is passed by somebody else", span)
        elif name == "#" and self.complete:
            value = Known(str(len(self.arguments)), span)
        elif name == "PWD":
            value = self.where(span)
        else:
            value = self.variables.get(name) or Unknown(f"`${name}` is set outside the shell", span, foreign=True)
        if change in (":-", "-", ":=", "="):
            empty = value == Known("") or name not in self.variables and isinstance(value, Unknown) and value.foreign
            if value == Known("") and variable.operand is not None:
                return self.value(variable.operand)
            if empty and variable.operand is not None:
                fallback = self.value(variable.operand)
                # What is set outside may be anything; a default is what the author takes it to be.
                return fallback if isinstance(fallback, Known) else value
            return value
        if change in ("%", "%%", "#", "##") and variable.operand is not None and isinstance(value, Known):
            pattern = self.value(variable.operand)
            if isinstance(pattern, Known):
                return Known(_trimmed(str(value.value), change, str(pattern.value)), span)
        if change and change not in (":?", "?", "["):
            return Unknown(f"`${{{name}{change}…}}` is worked out when the shell runs", span)
        return value

    def where(self, span: Span) -> Value:
        match self.folder:
            case Known(value=str() as text) if text.startswith("/"):
                return Known(text, span)
        return Unknown("it is the folder in which the shell was started", span)

    def output(self, output: Output, span: Span) -> Value:
        """What commands print, as far as they only turn paths about."""
        inner = self.copy()
        runs = list(inner.run(output.body))
        if not runs or len(runs) > 1:
            return Unknown(f"`{output.text}` is what a program prints", span)
        words = [word for word in runs[0].words[1:] if not word.is_option]
        name = runs[0].words[0].text
        text = words[0].text if words else None
        match name:
            case "pwd":
                return inner.where(span)
            case "dirname" | "basename" if text is not None:
                return Known(getattr(posixpath, name)(text.rstrip("/") or text) or ".", span)
            case "dirname" if words and isinstance(words[0].value, Template):
                return _dirname(words[0].value, span)
            case "realpath" | "readlink" if words:
                return inner.absolute(words[0].value) or words[0].value
            case "echo" | "printf" if len(words) == 1:
                return words[0].value
            case "which" | "command" | "type" if text is not None:
                return Known(text, span)
        return Unknown(f"`{output.text}` is what a program prints", span)


def _pieces(value: Value) -> tuple[str | Unknown, ...]:
    match value:
        case Known(value=str() | PurePosixPath() | int() as plain):
            return (str(plain),)
        case Template(pieces=pieces):
            return pieces
        case Unknown():
            return (value,)
    return (Unknown("it is known when the shell runs"),)


def _dirname(value: Template, span: Span) -> Value:
    last = value.pieces[-1]
    if isinstance(last, str) and "/" in last:
        head = last.rpartition("/")[0]
        return Template((*value.pieces[:-1], head) if head else value.pieces[:-1], False, span)
    return Unknown("a part of the path is not known", span)


def _trimmed(text: str, mark: str, pattern: str) -> str:
    places = range(len(text) + 1)
    if mark[0] == "#":
        found = [at for at in places if fnmatchcase(text[:at], pattern)]
        return text[(found[-1] if mark == "##" else found[0]) :] if found else text
    found = [at for at in places if fnmatchcase(text[at:], pattern)]
    return text[: found[0] if mark == "%%" else found[-1]] if found else text


def line(value: Value, span: Span) -> tuple[Statement, ...] | Unknown:
    """The statements of a line that a program hands to a shell; parts of it may not be known."""
    match value:
        case Known(value=str() as text):
            return read(Source(span.path, text), span)
        case Template(pieces=pieces):
            holes: dict[str, Unknown] = {}
            parts = []
            for number, piece in enumerate(pieces):
                if isinstance(piece, Unknown):
                    holes[hole(number)] = piece if piece.span else piece._replace(span=span)
                    parts.append(hole(number))
                else:
                    parts.append(piece)
            return read(Source(span.path, "".join(parts)), span, holes)
        case Unknown():
            return value if value.span else value._replace(span=span)
    return Unknown("the shell's line is not known", span)


def fresh() -> int:
    """A number for the commands of one more line or script."""
    return next(_LINES)
