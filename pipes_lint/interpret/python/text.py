"""Python's strings: their methods, `string`, `shlex`, `json` as far as they make text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Known, Mapping, OneOf, Sequence, Slot, Template, Unknown, Value
from ..calls import as_mapping
from ..machine import ITEMS, LIBRARY, METHODS, NONE, Args, Frame, Machine, library
from ..plain import BOOL, INT, STR, compute, computed, in_order, listed
from ..text import braces, concatenate, is_text, product

_HOLE: Final = Unknown("a part of the text is not known", foreign=True)

_TEXTS: Final = (
    "capitalize casefold center expandtabs format format_map join ljust lower lstrip removeprefix removesuffix replace "
    "rjust rstrip strip swapcase title translate upper zfill"
)
_TESTS: Final = (
    "endswith isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle "
    "isupper startswith"
)
_GIVES: Final[dict[str, str]] = {
    **dict.fromkeys(_TEXTS.split(), "str"),
    **dict.fromkeys(_TESTS.split(), "bool"),
    **dict.fromkeys(("count", "find", "index", "rfind", "rindex"), "int"),
    **dict.fromkeys(("split", "rsplit", "splitlines"), "list"),
    **dict.fromkeys(("partition", "rpartition"), "tuple"),
    "encode": "bytes",
}
_WIDE: Final = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})
_MOST_WIDTH: Final = 1000


def method_of_text(machine: Machine, bound: Bound, args: Args) -> Value | None:
    """What a method of a string gives."""
    kind = _GIVES.get(bound.name)
    receiver = machine.content(bound.receiver)
    if kind is None or not is_text(receiver):
        return None
    match bound.name:
        case "join":
            return _join(machine, receiver, args)
        case "format" if isinstance(receiver, Known):
            return _format(machine, receiver, args)
        case "format_map" if isinstance(receiver, Known) and args.positional:
            mapping = as_mapping(machine, args.positional[0], args.span)
            named = {key: slot.value for key, slot in mapping.slots.items() if isinstance(key, str) and slot.always}
            return _filled(machine, str(receiver.value), [], named, args.span)
        case "encode":
            return compute(machine, str.encode, with_receiver(receiver, args), Instance("bytes"))
    if bound.name in _WIDE and not _narrow(machine, args):
        return STR
    otherwise: Value
    if isinstance(receiver, Template):
        otherwise = _of_template(machine, receiver, bound.name, args) or _typed(machine, kind)
    else:
        otherwise = _typed(machine, kind)
    return compute(machine, getattr(str, bound.name), with_receiver(receiver, args), otherwise)


METHODS["str"] = method_of_text


def with_receiver(receiver: Value, args: Args) -> Args:
    from ..machine import Arg

    return args._replace(items=(Arg(receiver, args.callee_span), *args.items))


def _typed(machine: Machine, kind: str) -> Value:
    match kind:
        case "list":
            return listed(machine, (), complete=False)
        case "tuple":
            return Sequence((STR, STR, STR), "tuple")
    return Instance(kind)


def _narrow(machine: Machine, args: Args) -> bool:
    numbers = [machine.content(value) for value in args.positional]
    return all(
        not isinstance(each, Known) or not isinstance(each.value, int) or abs(each.value) <= _MOST_WIDTH
        for each in numbers
    )


def _join(machine: Machine, separator: Value, args: Args) -> Value:
    if not args.positional:
        return STR
    items, complete = in_order(machine, args.positional[0], args.span)
    if not complete:
        return STR if not items else _begin(separator, items, args.span)
    contents = [machine.content(item) for item in items]

    def glued(chosen: list[Value]) -> Value:
        parts: list[Value] = []
        for index, each in enumerate(chosen):
            if index:
                parts.append(separator)
            parts.append(each if is_text(each) else _HOLE)
        return concatenate(parts, args.span)

    return product(contents, glued)


def _begin(separator: Value, items: tuple[Value, ...], span: Span) -> Value:
    """The known beginning of a text that goes on."""
    parts: list[Value] = []
    for index, each in enumerate(items):
        if index:
            parts.append(separator)
        parts.append(each if is_text(each) and not isinstance(each, OneOf) else _HOLE)
    return concatenate([*parts, _HOLE], span)


def _format(machine: Machine, pattern: Known, args: Args) -> Value:
    if args.loose:
        return STR
    values = [machine.content(value) for value in args.positional]
    names = list(args.named)
    values += [machine.content(value) for value in args.named.values()]
    count = len(values) - len(names)
    return product(
        values,
        lambda chosen: _filled(
            machine, str(pattern.value), chosen[:count], dict(zip(names, chosen[count:], strict=True)), args.span
        ),
    )


def _filled(machine: Machine, pattern: str, places: list[Value], named: dict[str, Value], span: Span) -> Value:
    if re.search(r"\{[^{}]*:[^{}]*(\{|\d{4})", pattern):
        return STR
    return braces(pattern, places, {name: machine.content(value) for name, value in named.items()}, span)


# --- strings of which parts are not known ---------------------------------------------------------------------------


def _of_template(machine: Machine, text: Template, name: str, args: Args) -> Value | None:
    """What can be told of a method of a string with holes."""
    given_ = [machine.content(value) for value in args.positional]
    known = [each.value for each in given_ if isinstance(each, Known) and isinstance(each.value, str)]
    if len(known) < len(given_) or args.named or args.loose:
        return None
    first, last = text.pieces[0], text.pieces[-1]
    match name, known:
        case "lower" | "upper" | "casefold", []:
            return _pieces(text, lambda piece: str(getattr(piece, name)()))
        case "replace", [old, new] if len(old) == 1:
            return _pieces(text, lambda piece: piece.replace(old, new))
        case "strip" | "lstrip" | "rstrip", _ if len(known) < 2:
            pieces = list(text.pieces)
            if name != "rstrip" and isinstance(first, str):
                pieces[0] = first.lstrip(*known)
            if name != "lstrip" and isinstance(last, str):
                end = pieces[-1]
                pieces[-1] = end.rstrip(*known) if isinstance(end, str) else end
            return Template(tuple(each for each in pieces if each != ""), text.path)
        case "startswith", [start] if isinstance(first, str):
            return _begins(first, start, str.startswith)
        case "endswith", [end] if isinstance(last, str):
            return _begins(last[::-1], end[::-1], str.startswith)
        case "removesuffix", [end] if isinstance(last, str) and len(last) > len(end):
            return text._replace(pieces=(*text.pieces[:-1], last.removesuffix(end)))
        case "removeprefix", [start] if isinstance(first, str) and len(first) > len(start):
            return text._replace(pieces=(first.removeprefix(start), *text.pieces[1:]))
        case "split", _ if len(known) < 2 and isinstance(first, str):
            begun = first.split(known[0] if known else None)
            return listed(machine, tuple(Known(each) for each in begun[:-1]), complete=False)
    return None


def _pieces(text: Template, change: Callable[[str], str]) -> Template:
    pieces = tuple(change(each) if isinstance(each, str) else _HOLE for each in text.pieces)
    return Template(tuple(each for each in pieces if each != ""), text.path)


def _begins(piece: str, start: str, test: Callable[[str, str], bool]) -> Value | None:
    if len(piece) >= len(start):
        return Known(test(piece, start))
    return None if start.startswith(piece) else Known(False)


# --- modules that make text -----------------------------------------------------------------------------------------


def _pure(name: str, function: Callable[..., object], otherwise: Value) -> None:
    LIBRARY[name] = lambda machine, args: compute(machine, function, args, otherwise)


def _dedent(text: str) -> str:
    import textwrap

    return textwrap.dedent(text)


def _quote(text: str) -> str:
    import shlex

    return shlex.quote(text)


_pure("re.escape", re.escape, STR)
_pure("textwrap.dedent", _dedent, STR)
_pure("builtins.ord", ord, INT)
_pure("builtins.chr", chr, STR)
_pure("builtins.hex", hex, STR)
_pure("builtins.oct", oct, STR)
_pure("builtins.bin", bin, STR)
_pure("shlex.quote", _quote, STR)


@library("shlex.join")
def shlex_join(machine: Machine, args: Args) -> Value:
    if not args.positional:
        return STR
    items, complete = in_order(machine, args.positional[0], args.span)
    if not complete:
        return STR

    def glued(chosen: list[Value]) -> Value:
        parts: list[Value] = []
        for index, each in enumerate(chosen):
            known = each.value if isinstance(each, Known) else None
            quoted = Known(_quote(known)) if isinstance(known, str) else _HOLE
            parts += [Known(" "), quoted] if index else [quoted]
        return concatenate(parts, args.span)

    return product([machine.content(item) for item in items], glued)


@library("shlex.split")
def shlex_split(machine: Machine, args: Args) -> Value:
    """A command line in words. What is not known in it is taken to be one word, or part of one."""
    text = machine.content(args.get("s", 0) or computed(args.span))
    if isinstance(text, OneOf):
        return product([text], lambda chosen: _words(machine, chosen[0], args.span))
    return _words(machine, text, args.span)


def _words(machine: Machine, text: Value, span: Span) -> Value:
    holes: list[Unknown] = []
    line = ""
    match text:
        case Known(value=str() as plain):
            line = plain
        case Template(pieces=pieces):
            for piece in pieces:
                if isinstance(piece, str):
                    line += piece
                else:
                    holes.append(piece)
                    line += "\ufffc"
        case _:
            return listed(machine, (), complete=False)
    import shlex

    try:
        words = shlex.split(line)
    except ValueError:
        return listed(machine, (), complete=False)
    left = iter(holes)
    items: list[Value] = []
    for word in words:
        parts: list[Value] = []
        for index, piece in enumerate(word.split("\ufffc")):
            if index:
                parts.append(Template((next(left, _HOLE),)))
            parts.append(Known(piece))
        items.append(concatenate(parts, text.span or span))
    return listed(machine, tuple(items))


@library("json.dumps", "builtins.format", "builtins.ascii", "builtins.repr", "pprint.pformat", "textwrap.indent")
def some_text(machine: Machine, args: Args) -> Value:
    of = args.positional[0] if args.positional else None
    return Instance("str", {"of": of}) if isinstance(of, Instance) and of.type == "pipes.results" else STR


@library("json.loads")
def parsed(machine: Machine, args: Args) -> Value:
    text = args.get("s", 0)
    if isinstance(text, Known) and isinstance(text.value, str):
        import json

        try:
            return _as_data(machine, json.loads(text.value), args.span)
        except ValueError:
            pass
    return read_data(machine, args)


def _as_data(machine: Machine, plain: object, span: Span) -> Value:
    match plain:
        case dict():
            held = {key: _as_data(machine, each, span) for key, each in plain.items()}
            return machine.allocate(Mapping({key: Slot(value, span=span) for key, value in held.items()}, span=span))
        case list():
            return machine.allocate(Sequence(tuple(_as_data(machine, each, span) for each in plain), span=span))
    return Known(plain, span)


@library("json.load", "yaml.safe_load", "yaml.load", "tomllib.load", "tomllib.loads", "pickle.load")
def read_data(machine: Machine, args: Args) -> Value:
    return Unknown("it is read from data", args.span, foreign=True)


@library("json.dump", "pprint.pprint", "pickle.dump")
def written(machine: Machine, args: Args) -> Value:
    return NONE


def _of_bytes(machine: Machine, bound: Bound, args: Args) -> Value | None:
    receiver = machine.content(bound.receiver)
    if bound.name == "decode":
        return compute(machine, bytes.decode, with_receiver(receiver, args), STR)
    if bound.name == "hex":
        return STR
    return Instance("bytes") if bound.name in _BYTES_OF_BYTES else None


_BYTES_OF_BYTES: Final = frozenset("join lower lstrip removeprefix removesuffix replace rstrip strip upper".split())


def _of_some_bytes(machine: Machine, made: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    match key:
        case Instance(type="slice"):
            return made
        case Known(value=int()):
            return INT
    return computed(node.span)


METHODS["bytes"] = _of_bytes
ITEMS["bytes"] = _of_some_bytes
ITEMS["str"] = lambda machine, made, key, node, frame: (
    STR if isinstance(key, Instance) and key.type == "slice" or isinstance(key, Known) else computed(node.span)
)
LIBRARY["builtins.int.from_bytes"] = lambda machine, args: INT


@library("string.Template")
def string_template(machine: Machine, args: Args) -> Value:
    return Instance("string.Template")


METHODS["string.Template"] = lambda machine, bound, args: (
    STR if bound.name in ("substitute", "safe_substitute") else BOOL if bound.name == "is_valid" else None
)
