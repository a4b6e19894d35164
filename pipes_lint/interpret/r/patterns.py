"""R's functions that look for patterns in text and cut it there."""

from __future__ import annotations

import re
from typing import Final

from ...values import Instance, Known, Unknown, Value
from ..machine import Args, Machine, library
from .regex import regex, replaced, split
from .strings import each_text
from .values import (
    UNREAD,
    computed,
    listed,
    parts,
    plain_texts,
    some,
    take,
    texts,
    vector,
)

_HOLE: Final = Unknown("a part of the text is not known", foreign=True)


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

    return each_text(machine, args, machine.content(value), change, "character")


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

    return each_text(machine, args, machine.content(value), change, "logical")


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
    plain = (taken.known("fixed", False), taken.known("perl", False), taken.known("ignore.case", False))
    pattern = _pattern((taken.known("pattern"), *plain))
    known = plain_texts(machine, taken.get("x") or _HOLE, args.span)
    inverted = taken.known("invert", False)
    if pattern is None or known is None or inverted not in (True, False) or not all(map(str.isascii, known)):
        return some("character" if value is True else "integer", single=False)
    found = [index for index, text in enumerate(known) if (pattern.search(text) is None) is inverted]
    if value is True:
        return texts([Known(known[index], args.span) for index in found], args.span)
    return vector([(None, Known(index + 1, args.span)) for index in found], args.span)
