"""What `argparse` makes of the words of a command line.

A parser of Python's own is made by the calls that made the script's, and reads the words. What is not plain data passes
through it in a `_Held`; a part of a word that is not known, as a mark.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, NoReturn

from ...source import Span
from ...values import Known, Sequence, Symbol, Template, Unknown, Value, join
from ..machine import NONE, Args, Machine
from ..plain import BOOL, FLOAT, INT, STR, Open, computed, plain, value_of
from ..text import product
from .parser_plans import KEPT, OF_COMMANDS, UNREAD, Plan, Step


def parsed(
    machine: Machine, plan: Plan, words: list[Value], span: Span, strict: bool
) -> tuple[dict[str, Value], Value] | None:
    """What comes of it for each way to choose among words that are one of several; None if that is not always known."""
    found: list[tuple[dict[str, Value], Value]] = []

    def parse(chosen: list[Value]) -> Value:
        building = _Building(machine, span)
        reader = _Parser(add_help=False, **building.options(plan))
        building.into(reader, plan)
        space, left = reader.parse_known_args([building.word(word) for word in chosen])
        if left and strict:
            raise Open
        fields = {name: building.value(value) for name, value in vars(space).items()}
        found.append((fields, building.value(left)))
        return NONE

    try:
        product(words, parse)
    except (Open, TypeError, ValueError, LookupError, AttributeError, argparse.ArgumentError):
        return None
    names = dict.fromkeys(name for fields, _ in found for name in fields)
    if any(name not in fields for fields, _ in found for name in names):
        return None
    return {name: join([fields[name] for fields, _ in found]) for name in names}, join([left for _, left in found])


_MARK: Final = re.compile("\0(\\d+)\0")  # no word of a command has a NUL


class _Held:
    """A value on its way through Python's own parser."""

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value


class _Parser(argparse.ArgumentParser):
    """Parses as the script's own parser would, and never ends our program."""

    def error(self, message: str) -> NoReturn:
        raise Open

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise Open

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        # A word whose beginning is not known may be an option, unless there must be a value in its place.
        words = arg_strings[:1] if action.nargs in (argparse.REMAINDER, argparse.PARSER) else arg_strings
        if isinstance(action.nargs, str) and any(word.startswith("\0") for word in words):
            raise Open
        return super()._get_values(action, arg_strings)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if not isinstance(value, _Held) and not (isinstance(value, str) and "\0" in value):
            super()._check_value(action, value)


_TYPES: Final[dict[Value, tuple[Callable[[str], object], Value]]] = {
    Symbol("builtins.str"): (str, STR),
    Symbol("builtins.int"): (int, INT),
    Symbol("builtins.float"): (float, FLOAT),
    Symbol("builtins.bool"): (bool, BOOL),
}
"""What makes something of a known word, and what it makes of one that is not known."""
_ON_OR_OFF: Final = Symbol("argparse.BooleanOptionalAction")
_STORING: Final = ("store", "store_true", "store_false", "store_const")


class _Building:
    """Makes a parser of Python's own as a plan tells, and takes apart what that makes of the words."""

    def __init__(self, machine: Machine, span: Span) -> None:
        self.machine = machine
        self.span = span
        self.unknown: list[Value] = []

    def options(self, plan: Plan) -> dict[str, Any]:
        """What a parser is made with."""
        step = plan.steps[0]
        named = {name: plain(self.machine, value) for name, value in step.args.named.items() if name in KEPT}
        parents = []
        for each in step.inner:
            parent = _Parser(add_help=False, **self.options(each))
            self.into(parent, each)
            parents.append(parent)
        return {**named, "parents": parents}

    def into(self, parser: _Parser, plan: Plan) -> None:
        if not plan.followed:
            raise Open
        for step in plan.steps[1:]:
            match step.name:
                case "argument":
                    flags = [plain(self.machine, value) for value in step.args.positional]
                    parser.add_argument(*flags, **self._argument(step.args))
                case "defaults":
                    parser.set_defaults(**{name: self._data(value) for name, value in step.args.named.items()})
                case "subparsers":
                    self._subparsers(parser, step)

    def _subparsers(self, parser: _Parser, step: Step) -> None:
        (made,) = step.inner
        named = {name: plain(self.machine, value) for name, value in step.args.named.items() if name in OF_COMMANDS}
        if set(step.args.named) - OF_COMMANDS - UNREAD - {"title", "metavar"} or not made.followed:
            raise Open
        commands = parser.add_subparsers(**named)
        for each in made.steps:
            name = plain(self.machine, each.args.get("name", 0) or NONE)
            aliases = plain(self.machine, each.args.get("aliases") or Sequence(()))
            (plan,) = each.inner
            self.into(commands.add_parser(name, aliases=aliases, add_help=False, **self.options(plan)), plan)

    def _argument(self, args: Args) -> dict[str, Any]:
        named: dict[str, Any] = {}
        action = args.named.get("action", Known("store"))
        for name, value in args.named.items():
            match name:
                case "help" | "metavar" | "deprecated" | "version":
                    pass
                case "default" | "const":
                    stored = action == _ON_OR_OFF or any(action == Known(each) for each in _STORING)
                    named[name] = self._data(value) if stored else plain(self.machine, value)
                case "type":
                    named[name] = self._type(value, args)
                case "action" if value == _ON_OR_OFF:
                    named[name] = argparse.BooleanOptionalAction
                case "choices" | "required":
                    with suppress(Open):  # they refuse words, and change none
                        named[name] = plain(self.machine, value)
                case "action" | "nargs" | "dest":
                    named[name] = plain(self.machine, value)
                case _:
                    raise Open
        return named

    def _data(self, value: Value) -> object:
        """A value as a default. (What is a text goes through the argument's type.)"""
        content = self.machine.content(value)
        return content.value if isinstance(content, Known) and isinstance(content.value, str) else _Held(value)

    def _type(self, made: Value, args: Args) -> Callable[[str], object]:
        machine = self.machine

        def convert(text: str) -> object:
            if made in _TYPES:
                known, unknown = _TYPES[made]
                return text if known is str else _Held(unknown) if "\0" in text else known(text)
            if isinstance(made, Unknown):
                return _Held(computed(args.span))
            with machine.aiming(**{"raise": machine.targets["exit"]}):  # `parse_args` ends the program
                found = machine.invoke(made, [self.value(text)], args.span, args.frame)
            plain_ = isinstance(found, Known) and isinstance(found.value, str | int | float)
            return found.value if plain_ else _Held(found)  # type: ignore[union-attr]

        return convert

    def word(self, word: Value) -> str:
        """A word of the command, with a mark for each part that is not known."""
        match word:
            case Known(value=str() as text) if "\0" not in text:
                return text
            case Template(pieces=pieces):
                return "".join(piece if isinstance(piece, str) else self._mark(STR) for piece in pieces)
        return self._mark(word)

    def _mark(self, value: Value) -> str:
        self.unknown.append(value)
        return f"\0{len(self.unknown) - 1}\0"

    def value(self, found: object) -> Value:
        """What came out of the parser."""
        match found:
            case _Held():
                return found.value
            case str() if "\0" in found:
                pieces = _MARK.split(found)  # texts and, between them, numbers of marks
                if pieces[0] == pieces[2] == "" and len(pieces) == 3:
                    return self.unknown[int(pieces[1])]
                hole = Unknown("it is given on the command line", self.span, foreign=True)
                parts = tuple(hole if index % 2 else piece for index, piece in enumerate(pieces) if piece)
                return Template(parts, span=self.span)
            case list():
                return self.machine.allocate(Sequence(tuple(map(self.value, found)), "list"))
        return value_of(self.machine, found, self.span)
