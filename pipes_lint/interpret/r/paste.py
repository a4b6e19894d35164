"""R's functions that put text together: `paste`, `sprintf`, glue."""

from __future__ import annotations

import re
from typing import Final

from ... import ir
from ...source import Span
from ...values import Instance, Known, OneOf, Template, Unknown, Value
from ..machine import Args, Machine, library
from ..text import concatenate, percent, product
from .dates import written
from .values import (
    MISSING_ARGUMENT,
    UNREAD,
    computed,
    convert,
    is_list,
    parts,
    scalars,
    some,
    take,
    texts,
)

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
        case Instance(type="r:Date") if (text := written(value)) is not None:
            return Known(text)
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


_NOT_PYTHON: Final = r"%[^%a-zA-Z]*[arcAR]|\*"


def _formatted(values: list[Value], span: Span) -> Value:
    pattern, *rest = values
    if not isinstance(pattern, Known) or not isinstance(pattern.value, str) or re.search(_NOT_PYTHON, pattern.value):
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
        case Instance(type="r:Date"):
            return as_text(value)
    return _HOLE


# --- glue -----------------------------------------------------------------------------------------------------------

_NAME: Final = r"\s*((?:[^\W\d_]|\.(?!\d))[\w.]*)\s*"


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
        name = re.fullmatch(_NAME, text[brace + len(opening) : end - 1])
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
