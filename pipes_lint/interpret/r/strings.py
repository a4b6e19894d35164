"""R's functions of one text, element by element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...values import Instance, Known, Mapping, OneOf, Template, Unknown, Value
from ..machine import Args, Machine, library
from ..text import product
from .dates import formatted, written
from .paste import as_text
from .values import (
    elementwise,
    is_list,
    rank,
    some,
    take,
)

_HOLE: Final = Unknown("a part of the text is not known", foreign=True)


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
            return product([content], lambda chosen: each_text(machine, args, chosen[0], each, result))
        return each_text(machine, args, content, each, result)

    library(*(f"base.{one}" for one in name.split()))(apply)


def each_text(
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

    return each_text(machine, args, machine.content(taken.get("x") or _HOLE), change, "character")


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

    return each_text(machine, args, machine.content(whole), change, "character")


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
    given = args.get("format", 1)
    form = given.value if isinstance(given, Known) else None
    text = written(value) if len(args.items) == 1 else formatted(value, form) if len(args.items) == 2 else None
    if text is not None:
        return Known(text, args.span)
    if len(args.items) == 1 and rank(value) in (0, 1, 3) and isinstance(value, Known):
        return as_text(value)
    single = (isinstance(value, Known) and value.value is not None) or (
        isinstance(value, Instance) and value.fields.get("length") == Known(1)
    )
    whole = isinstance(value, Instance) and value.fields.get("missing") == Known(False)
    made = some("character", single=single, whole=whole)
    filled = isinstance(value, Instance) and "nonempty" in value.fields and not single
    return made._replace(fields={"nonempty": Known(True)}) if filled else made
