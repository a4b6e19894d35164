"""Strings that are put together: by `+`, f-strings, `%`, `.format`, `join`, `paste0`, `sprintf`, `glue`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from .. import ir
from ..source import Span
from ..values import Instance, Known, OneOf, Template, Unknown, Value, join
from .machine import Frame, Machine, evaluates

_HOLE = Unknown("a part of the text is not known", foreign=True)


def text_of(value: Value) -> str | Unknown | None:
    """A value as `str()` gives it: the text, an `Unknown` hole in a text; None where even that it is one text is not
    known.
    """
    match value:
        case Known(value=str() as text):
            return text
        case Known(value=bool() | int() | float() | None | PurePosixPath() as plain):
            return str(plain)
        case Unknown():
            return value
    return _HOLE


def concatenate(parts: Iterable[Value], span: Span) -> Value:
    """The text that the parts make one after the other."""
    pieces: list[str | Unknown] = []
    for part in parts:
        if isinstance(part, Instance) and part.type == "str" and "of" in part.fields:
            return part
        if isinstance(part, OneOf):
            part = _HOLE
        for piece in part.pieces if isinstance(part, Template) else (text_of(part) or "",):
            if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
                pieces[-1] += piece
            elif piece != "":
                pieces.append(piece)
    if all(isinstance(piece, str) for piece in pieces):
        return Known("".join(piece for piece in pieces if isinstance(piece, str)), span)
    return Template(tuple(pieces), span=span)


def product(values: list[Value], make: Callable[[list[Value]], Value]) -> Value:
    """What `make` gives for each way to choose among one-of-several values, as far as these are few."""
    several = [index for index, value in enumerate(values) if isinstance(value, OneOf)]
    if not several:
        return make(values)
    first = several[0]
    chosen = values[first]
    assert isinstance(chosen, OneOf)
    if len(several) > 3:
        return make([_HOLE if isinstance(value, OneOf) else value for value in values])
    return join([product([*values[:first], option, *values[first + 1 :]], make) for option in chosen.options])


@evaluates(ir.Text)
def text(machine: Machine, node: ir.Text, frame: Frame) -> Value:
    parts: list[Value] = []
    for part in node.parts:
        if isinstance(part, ir.Literal):
            parts.append(Known(part.value))
            continue
        value = machine.eval(part.value, frame)
        spec = machine.eval(part.spec, frame) if part.spec is not None else Known("")
        parts.append(_formatted(value, part.conversion, spec))
    return product(parts, lambda chosen: concatenate(chosen, node.span))


@evaluates(ir.Interpolation)
def interpolation(machine: Machine, node: ir.Interpolation, frame: Frame) -> Value:
    return machine.eval(node.value, frame)


def _formatted(value: Value, conversion: str, spec: Value) -> Value:
    if isinstance(value, OneOf):
        return join([_formatted(option, conversion, spec) for option in value.options])
    if isinstance(value, Template) and not conversion and spec == Known(""):
        return value
    if isinstance(value, Instance) and value.type == "pipes.results":
        return Instance("str", {"of": value})
    if not isinstance(value, Known) or isinstance(value.value, ir.Missing) or not isinstance(spec, Known):
        return _HOLE
    plain = value.value
    if re.search(r"\d{4}", str(spec.value)):  # a width that takes memory to fill
        return _HOLE
    try:
        if conversion in ("r", "a"):
            plain = repr(plain) if conversion == "r" else ascii(plain)
        elif conversion == "s":
            plain = str(plain)
        return Known(format(str(plain) if isinstance(plain, PurePosixPath) else plain, str(spec.value)))
    except (ValueError, TypeError):
        return _HOLE


def percent(pattern: str, values: list[Value], span: Span, r: bool = False) -> Value:
    """Python's `pattern % values`, and R's `sprintf`, for the plain conversions."""
    parts: list[Value] = []
    at, used = 0, 0
    for match in re.finditer(r"%(?:(\d+)\$)?([-+ 0#]*)(\d+|\*)?(?:\.(\d+))?[hlL]?([diouxXeEfFgGcrsa%])", pattern):
        parts.append(Known(pattern[at : match.start()]))
        at = match.end()
        place, flags, width, digits, kind = match.groups()
        if kind == "%":
            parts.append(Known("%"))
            continue
        if width and len(width) > 3 or digits and len(digits) > 3:
            return Unknown("it is very long", span, foreign=True)
        index = int(place) - 1 if place else used
        used += 1
        value = values[index] if index < len(values) and width != "*" else _HOLE
        parts.append(_converted(value, f"%{flags or ''}{width or ''}{'.' + digits if digits else ''}{kind}", r))
    parts.append(Known(pattern[at:]))
    return concatenate(parts, span)


def _converted(value: Value, conversion: str, r: bool) -> Value:
    if isinstance(value, Template) and conversion == "%s":
        return value
    if not isinstance(value, Known) or isinstance(value.value, ir.Missing) or value.value is None and r:
        return _HOLE
    plain = value.value
    if r and conversion.endswith("s"):
        plain = r_text(plain)
    elif r and isinstance(plain, float) and conversion[-1] in "di":
        plain = int(plain) if plain.is_integer() else plain
    try:
        return Known(conversion % (str(plain) if isinstance(plain, PurePosixPath) else plain,))
    except (TypeError, ValueError):
        return _HOLE


def r_text(plain: object) -> str:
    """A constant as R's `as.character` and `paste` write it."""
    match plain:
        case bool():
            return "TRUE" if plain else "FALSE"
        case float():
            return _r_number(plain)
        case ir.Missing():
            return "NA"
    return str(plain)


def _r_number(number: float) -> str:
    """A double with up to 15 digits, fixed unless that is wider than with an exponent."""
    if number != number or number in (float("inf"), float("-inf")):
        return "NaN" if number != number else "Inf" if number > 0 else "-Inf"
    if number == 0:
        return "0"
    mantissa, _, power = f"{number:.14e}".partition("e")
    exponent = int(power)
    digits = mantissa.lstrip("-").replace(".", "").rstrip("0")
    fraction = max(0, len(digits) - exponent - 1)
    fixed = max(exponent, 0) + 1 + (fraction + 1 if fraction else 0)
    scientific = len(digits) + (len(digits) > 1) + (5 if abs(exponent) > 99 else 4)
    return f"{number:.{fraction}f}" if fixed <= scientific else f"{number:.{len(digits) - 1}e}"


def braces(pattern: str, positional: list[Value], named: dict[str, Value], span: Span) -> Value:
    """Python's `pattern.format(…)`."""
    import string

    parts: list[Value] = []
    count = 0
    try:
        for literal, name, spec, conversion in string.Formatter().parse(pattern):
            parts.append(Known(literal))
            if name is None:
                continue
            if name == "" or name.isdigit():
                index = int(name) if name else count
                count += 1
                value = positional[index] if index < len(positional) else _HOLE
            else:
                value = named.get(name, _HOLE)
            parts.append(_formatted(value, conversion or "", Known(spec or "")))
    except ValueError:
        return Unknown("the format does not parse", span, foreign=True)
    return concatenate(parts, span)


def is_text(value: Value) -> bool:
    """Whether a value is certainly a string."""
    match value:
        case Known(value=str()) | Template(path=False) | Instance(type="str" | "r:character"):
            return True
        case OneOf(options=several):
            return all(is_text(option) for option in several)
    return False
