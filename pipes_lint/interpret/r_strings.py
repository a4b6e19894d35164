"""R's functions that put text together and take it apart: base R's, stringr's, glue's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from .. import ir
from ..source import Span
from ..values import Instance, Known, Mapping, OneOf, Template, Unknown, Value
from .machine import Args, Machine, library
from .r_regex import regex, replaced, split
from .r_values import (
    MISSING_ARGUMENT,
    UNREAD,
    computed,
    convert,
    elementwise,
    is_list,
    listed,
    parts,
    rank,
    scalars,
    some,
    take,
    texts,
)
from .text import concatenate, percent, product

_HOLE: Final = Unknown("a part of the text is not known", foreign=True)
_MOST: Final = 1000
"""How many elements a recycled vector may have to be followed."""


def as_text(value: Value) -> Value:
    """A single value as `as.character` gives it, or what stands for it in a text: a template, a hole."""
    match value:
        case Known(value=bool() | int() | float() | str() | ir.Missing()):
            if value == Known(ir.Missing("character")) or isinstance(value.value, ir.Missing):
                return Known("NA")
            return convert(value, 3)
        case Template() | OneOf():
            return value
        case Unknown(reason=reason) if reason != MISSING_ARGUMENT:
            return value
    return _HOLE


def columns(machine: Machine, values: list[Value], span: Span) -> list[list[Value]] | None:
    """Each vector's elements as text. What is not known counts as one text if all the others are single too."""
    if any(is_list(machine.content(value)) for value in values):
        return None
    found = [scalars(machine, value, span) for value in values]
    if None in found and any(column is not None and len(column) != 1 for column in found):
        return None
    return [
        [_HOLE if not isinstance(value, Unknown) else value]
        if column is None
        else [as_text(machine.content(each)) for each in column]
        for column, value in zip(found, values, strict=True)
    ]


def pasted(machine: Machine, values: list[Value], separator: Value, span: Span) -> list[Value] | None:
    """The elements of `paste(…)` before they are collapsed; None if not even their number is known."""
    rows = columns(machine, values, span)
    if rows is None:
        return None
    longest = max((len(row) for row in rows), default=0)
    if longest > _MOST:
        return None
    made: list[Value] = []
    for index in range(longest):
        pieces: list[Value] = []
        for number, row in enumerate(rows):
            if number:
                pieces.append(separator)
            pieces.append(row[index % len(row)] if row else Known(""))
        made.append(concatenate(pieces, span))
    return made


def _paste(machine: Machine, args: Args, separator: str) -> Value:
    taken = take(args, "...", "sep", "collapse", "recycle0")
    sep = taken.known("sep", separator)
    collapse = taken.known("collapse")
    if taken.loose or taken.get("recycle0") is not None:
        return some("character") if collapse is not None else computed(args, "it is pasted together")
    between: Value = Known(sep) if isinstance(sep, str) else _HOLE
    values = [arg.value for arg in taken.rest]

    def make(chosen: list[Value]) -> Value:
        made = pasted(machine, chosen, between, args.span)
        if collapse is not None:
            if made is None or collapse is UNREAD or any(isinstance(each, Template) for each in made):
                return some("character", whole=True)
            return _collapsed(made, Known(collapse), args.span)
        return computed(args, "it is pasted together") if made is None else texts(made, args.span)

    return product([machine.content(value) for value in values], make)


def _collapsed(made: list[Value], between: Value, span: Span) -> Value:
    pieces: list[Value] = []
    for index, each in enumerate(made):
        pieces += [between, each] if index else [each]
    return concatenate(pieces, span)


@library("base.paste")
def paste(machine: Machine, args: Args) -> Value:
    return _paste(machine, args, " ")


@library("base.paste0")
def paste0(machine: Machine, args: Args) -> Value:
    return _paste(machine, args, "")


@library("base.str_c")
def str_c(machine: Machine, args: Args) -> Value:
    """stringr's: NULLs vanish, and whatever else has no elements, or is NA, wins."""
    kept = []
    for arg in args.items:
        content = machine.content(arg.value)
        if arg.name is None and content == Known(None):
            continue
        found = parts(machine, content, args.span)
        if found is None and arg.name is None and not isinstance(content, Unknown | OneOf):
            return computed(args)
        absent = [each for _, each in found or () if isinstance(each, Known) and isinstance(each.value, ir.Missing)]
        if arg.name is None and (found == [] or absent):
            return computed(args)
        kept.append(arg)
    return _paste(machine, Args(tuple(kept), args.span, args.callee_span, args.frame), "")


@library("base.toString")
def to_string(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "...", "collapse", "sep")
    value = taken.get("x")
    made = pasted(machine, [value], Known(""), args.span) if value is not None else None
    collapse = taken.known("collapse", ", ")
    if made is None or taken.rest or not isinstance(collapse, str) or any(isinstance(each, Template) for each in made):
        return some("character", whole=True)
    return _collapsed(made, Known(collapse), args.span)


@library("base.sprintf", "base.gettextf")
def sprintf(machine: Machine, args: Args) -> Value:
    taken = take(args, "fmt", "...")
    pattern = taken.get("fmt")
    if pattern is None or taken.loose:
        return some("character", single=False)
    values = [machine.content(arg.value) for arg in taken.rest]

    def make(chosen: list[Value]) -> Value:
        rows = [parts(machine, value, args.span) for value in chosen]
        if any(row is None for row in rows) and any(row is not None and len(row) != 1 for row in rows):
            return some("character", single=False)
        known = [row if row is not None else [(None, _HOLE)] for row in rows]
        if any(not row for row in known):
            return texts([], args.span)
        longest = max(len(row) for row in known)
        if longest > _MOST:
            return some("character", single=False)
        made = [_formatted([row[index % len(row)][1] for row in known], args.span) for index in range(longest)]
        return texts(made, args.span)

    return product([machine.content(pattern), *values], make)


_NOT_PYTHON: Final = re.compile(r"%[^%a-zA-Z]*[arcAR]|\*")


def _formatted(values: list[Value], span: Span) -> Value:
    pattern, *rest = values
    if not isinstance(pattern, Known) or not isinstance(pattern.value, str) or _NOT_PYTHON.search(pattern.value):
        return some("character", single=isinstance(pattern, Known | Template))
    if "%%" not in pattern.value and pattern.value.count("%") == 1 and pattern.value == "%s" and rest:
        return as_text(rest[0]) if isinstance(rest[0], Known) else concatenate([as_text(rest[0])], span)
    return percent(pattern.value, [_printable(each) for each in rest], span, r=True)


def _printable(value: Value) -> Value:
    match value:
        case Known(value=float() as number) if number != number or number in (float("inf"), float("-inf")):
            return _HOLE
        case Known(value=str() | bool() | int() | float()) | Template():
            return value
        case Unknown():
            return value
    return _HOLE


# --- glue -----------------------------------------------------------------------------------------------------------

_NAME: Final = re.compile(r"\s*((?:[^\W\d_]|\.(?!\d))[\w.]*)\s*", re.UNICODE)


def _interpolated(machine: Machine, text: str, args: Args, own: dict[str, Value], opening: str) -> list[Value] | None:
    """The pieces of a glue string; None if it does not parse."""
    pieces: list[Value] = []
    at = 0
    while at < len(text):
        brace = text.find(opening, at)
        if brace < 0:
            pieces.append(Known(text[at:].replace("}}", "}") if opening == "{" else text[at:]))
            break
        before = text[at:brace]
        pieces.append(Known(before.replace("}}", "}") if opening == "{" else before))
        if opening == "{" and text.startswith("{{", brace):
            pieces.append(Known("{"))
            at = brace + 2
            continue
        depth, end = 1, brace + len(opening)
        while end < len(text) and depth:
            depth += (text[end] == "{") - (text[end] == "}")
            end += 1
        if depth:
            return None
        name = _NAME.fullmatch(text[brace + len(opening) : end - 1])
        value: Value | None = None
        if name:
            value = own.get(name[1]) or machine.find(name[1], args.frame)
        pieces.append(machine.content(value) if value is not None else _HOLE)
        at = end
    return pieces


@library("base.glue", "base.str_glue")
def glue(machine: Machine, args: Args) -> Value:
    """`{name}` is the variable's value; any other expression is a hole."""
    changed = any(arg.name in (".open", ".close", ".transformer", ".envir") for arg in args.items)
    own = {name: value for name, value in args.named.items() if not name.startswith(".")}
    separator = args.named.get(".sep", Known(""))
    patterns = [arg.value for arg in args.items if arg.name is None and not arg.loose]
    pieces: list[Value] = []
    for index, pattern in enumerate(patterns):
        content = machine.content(pattern)
        if not isinstance(content, Known) or not isinstance(content.value, str) or changed or "\n" in content.value:
            return some("character")
        found = _interpolated(machine, content.value, args, own, "{")
        if found is None:
            return some("character")
        pieces += [separator, *found] if index else found

    def make(chosen: list[Value]) -> Value:
        if any(parts(machine, each, args.span) == [] for each in chosen):
            return texts([], args.span)
        made = pasted(machine, chosen, Known(""), args.span)
        return some("character", single=False) if made is None else texts(made, args.span)

    return product(pieces or [Known("")], make)


@library("base.str_interp")
def str_interp(machine: Machine, args: Args) -> Value:
    pattern = machine.content(args.positional[0]) if args.positional else None
    if not isinstance(pattern, Known) or not isinstance(pattern.value, str) or len(args.items) > 1:
        return some("character")
    found = _interpolated(machine, pattern.value, args, {}, "${")
    if found is None or any(parts(machine, each, args.span) is None for each in found):
        return some("character")
    made = pasted(machine, found, Known(""), args.span)
    return texts(made, args.span) if made is not None and len(made) == 1 else some("character")


# --- One text to another --------------------------------------------------------------------------------------------


def _mapped(name: str, change: Callable[[str], str | int | None], result: str = "character") -> None:
    """A function of each text of a vector, which keeps names. `change` gives None where R may differ."""

    def each(value: Value) -> Value:
        match value:
            case Known(value=str() as text):
                made = change(text)
                return some(result, whole=True) if made is None else Known(made, value.span)
        return some(result)

    def apply(machine: Machine, args: Args) -> Value:
        value = take(args, "x", "...").get("x")
        if value is None:
            value = take(args, "string", "...").get("string")
        if value is None:
            return some(result, single=False)
        content = machine.content(value)
        if isinstance(content, OneOf):
            return product([content], lambda chosen: _each(machine, args, chosen[0], each, result))
        return _each(machine, args, content, each, result)

    library(*(f"base.{one}" for one in name.split()))(apply)


def _each(
    machine: Machine,
    args: Args,
    value: Value,
    change: Callable[[Value], Value],
    result: str,
    keeps_names: bool = False,
) -> Value:
    if is_list(value):
        return some(result, single=False)
    made = elementwise(machine, args, value, change)
    if isinstance(made, Unknown) or (isinstance(made, Mapping) and not keeps_names):
        return some(result, single=False)
    return made


def _ascii(change: Callable[[str], str]) -> Callable[[str], str | None]:
    return lambda text: change(text) if text.isascii() else None


_mapped("toupper str_to_upper", _ascii(str.upper))
_mapped("tolower str_to_lower casefold", _ascii(str.lower))
_mapped("nchar str_length", lambda text: len(text) if text.isascii() else None, "integer")
_mapped(
    "sQuote dQuote shQuote noquote enc2utf8 enc2native str_to_title str_pad str_trunc formatC prettyNum", lambda _: None
)
_mapped("str_trim", lambda text: text.strip(" \t\r\n") if text.isascii() else None)
_mapped("nzchar", lambda text: text != "", "logical")
_mapped("make.names make.unique abbreviate chartr iconv strtrim encodeString URLencode URLdecode", lambda _: None)
_mapped("path.expand path_expand", lambda text: None if text.startswith("~") else text)


@library("base.trimws")
def trimws(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "which", "whitespace")
    which = taken.known("which", "both")
    sides = {"both": str.strip, "left": str.lstrip, "right": str.rstrip}
    if which not in sides or taken.get("whitespace") is not None:
        return some("character", single=False)
    strip = sides[str(which)]

    def change(value: Value) -> Value:
        if isinstance(value, Known) and isinstance(value.value, str):
            return Known(strip(value.value, " \t\r\n"), value.span)
        return some("character")

    return _each(machine, args, machine.content(taken.get("x") or _HOLE), change, "character")


@library("base.substr", "base.substring")
def substr(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "start", "stop")
    if taken.get("start") is None:
        taken = take(args, "text", "first", "last")
    first = taken.known("start", taken.known("first"))
    last = taken.known("stop", taken.known("last", 1_000_000))
    if not isinstance(first, int | float) or not isinstance(last, int | float):
        return some("character", single=False)
    whole = taken.get("x") or taken.get("text") or _HOLE

    def change(value: Value) -> Value:
        if isinstance(value, Known) and isinstance(value.value, str):
            return Known(value.value[max(int(first) - 1, 0) : max(int(last), 0)], value.span)
        return some("character")

    return _each(machine, args, machine.content(whole), change, "character")


def _affix(name: str, test: Callable[[str, str], bool]) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        taken = take(args, "x", "affix")
        for formal in ("prefix", "suffix"):
            taken = take(args, "x", formal) if args.arg(formal) else taken
        whole = taken.get("x")
        affix = next((taken.get(each) for each in ("affix", "prefix", "suffix") if taken.get(each)), None)
        match machine.content(whole or _HOLE), machine.content(affix or _HOLE):
            case Known(value=str() as text), Known(value=str() as part):
                return Known(test(text, part), args.span)
            case Template(pieces=(str() as text, *_)), Known(value=str() as part) if name == "startsWith" and len(
                text
            ) >= len(part):
                return Known(text.startswith(part), args.span)
            case Template(pieces=(*_, str() as text)), Known(value=str() as part) if name == "endsWith" and len(
                text
            ) >= len(part):
                return Known(text.endswith(part), args.span)
        return some("logical", single=False)

    library(f"base.{name}")(apply)


_affix("startsWith", str.startswith)
_affix("endsWith", str.endswith)


# --- Patterns -------------------------------------------------------------------------------------------------------


def _pattern(taken_values: tuple[object, object, object, object]) -> re.Pattern[str] | None:
    pattern, fixed, perl, ignore = taken_values
    if not isinstance(pattern, str) or fixed not in (True, False) or ignore not in (True, False) or perl is UNREAD:
        return None
    return regex(pattern, fixed=bool(fixed), ignore_case=bool(ignore), perl=bool(perl))


def _sub(machine: Machine, args: Args, everywhere: bool) -> Value:
    taken = take(args, "pattern", "replacement", "x", "ignore.case", "perl", "fixed", "useBytes")
    fixed = taken.known("fixed", False)
    pattern = _pattern((taken.known("pattern"), fixed, taken.known("perl", False), taken.known("ignore.case", False)))
    return _replace(machine, args, taken.get("x"), pattern, taken.known("replacement"), everywhere, fixed is True)


library("base.sub")(lambda machine, args: _sub(machine, args, everywhere=False))
library("base.gsub")(lambda machine, args: _sub(machine, args, everywhere=True))


def _replace(
    machine: Machine,
    args: Args,
    value: Value | None,
    pattern: re.Pattern[str] | None,
    replacement: object,
    everywhere: bool,
    fixed: bool,
) -> Value:
    if pattern is None or not isinstance(replacement, str) or value is None:
        return some("character", single=False)

    def change(each: Value) -> Value:
        if isinstance(each, Known) and isinstance(each.value, str) and each.value.isascii():
            made = replaced(pattern, replacement, each.value, everywhere, fixed)
            if made is not None:
                return Known(made, each.span)
        return some("character")

    return _each(machine, args, machine.content(value), change, "character")


def _stringr_replace(names: str, everywhere: bool, removes: bool) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        taken = take(args, "string", "pattern", "replacement")
        pattern = _pattern((taken.known("pattern"), False, True, False))
        with_ = "" if removes else taken.known("replacement")
        if isinstance(with_, str) and "\\" in with_:
            with_ = UNREAD
        return _replace(machine, args, taken.get("string"), pattern, with_, everywhere, True)

    library(names)(apply)


_stringr_replace("base.str_replace", False, False)
_stringr_replace("base.str_replace_all", True, False)
_stringr_replace("base.str_remove", False, True)
_stringr_replace("base.str_remove_all", True, True)


@library("base.grepl")
def grepl(machine: Machine, args: Args) -> Value:
    taken = take(args, "pattern", "x", "ignore.case", "perl", "fixed", "useBytes")
    return _detect(
        machine,
        args,
        taken.get("x"),
        _pattern(
            (
                taken.known("pattern"),
                taken.known("fixed", False),
                taken.known("perl", False),
                taken.known("ignore.case", False),
            )
        ),
    )


def _detect(machine: Machine, args: Args, value: Value | None, pattern: re.Pattern[str] | None) -> Value:
    if pattern is None or value is None:
        return some("logical", single=False)

    def change(each: Value) -> Value:
        if isinstance(each, Known) and isinstance(each.value, str) and each.value.isascii():
            return Known(pattern.search(each.value) is not None, args.span)
        return some("logical")

    return _each(machine, args, machine.content(value), change, "logical")


@library("base.str_detect")
def str_detect(machine: Machine, args: Args) -> Value:
    taken = take(args, "string", "pattern", "negate")
    if taken.get("negate") is not None:
        return some("logical", single=False)
    return _detect(machine, args, taken.get("string"), _pattern((taken.known("pattern"), False, True, False)))


@library("base.strsplit")
def strsplit(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "split", "fixed", "perl", "useBytes")
    by = taken.known("split")
    fixed = taken.known("fixed", False)
    pattern = _pattern((by, fixed, taken.known("perl", False), False))
    found = parts(machine, taken.get("x") or _HOLE, args.span)
    if found is None:
        return Instance("r:list")
    made = []
    for name, each in found:
        pieces = None
        if isinstance(each, Known) and isinstance(each.value, str) and each.value.isascii():
            pieces = list(each.value) if by == "" else split(pattern, each.value) if pattern else None
        made.append(
            (name, texts([Known(piece) for piece in pieces]) if pieces is not None else some("character", single=False))
        )
    return listed(made, args.span)


@library("base.grep")
def grep(machine: Machine, args: Args) -> Value:
    taken = take(args, "pattern", "x", "ignore.case", "perl", "value", "fixed", "useBytes", "invert")
    value = taken.known("value", False)
    if value is UNREAD:
        return computed(args)
    return some("character" if value is True else "integer", single=False)


def _typed(names: str, kind: str) -> None:
    """Functions of which the type of the result is known, and no more."""
    library(*(f"base.{name}" for name in names.split()))(lambda machine, args: some(kind, single=False))


_typed("regmatches str_extract str_sub str_replace_na str_squish str_dup rawToChar str_split_1 str_wrap", "character")
_typed("regexpr str_count agrep utf8ToInt strtoi", "integer")
_typed("agrepl str_starts str_ends validUTF8", "logical")


@library("base.format", "base.format.Date", "base.strftime", "base.format.POSIXct")
def format_(machine: Machine, args: Args) -> Value:
    """Only what is a text already is certain: numbers are written by `getOption("digits")`."""
    value = machine.content(args.positional[0]) if args.positional else _HOLE
    if len(args.items) == 1 and rank(value) in (0, 1, 3) and isinstance(value, Known):
        return as_text(value)
    single = isinstance(value, Known) and value.value is not None
    return some("character", single=single)
