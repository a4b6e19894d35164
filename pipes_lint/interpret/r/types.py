"""R's functions about types: what something is, and how it is turned into something else."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from ... import ir
from ...values import (
    Closure,
    Instance,
    Known,
    Mapping,
    Partial,
    Reference,
    Sequence,
    Symbol,
    Template,
    Unknown,
    Value,
    options,
)
from ..machine import MAPPINGS, NONE, Args, Machine, library
from ..text import product
from ..truth import is_none
from .classes import OBJECT, attribute, class_names, with_classes
from .dates import day_of, number_of, written
from .frames import is_frame
from .values import (
    RANKS,
    Part,
    answer,
    computed,
    convert,
    converted,
    first,
    is_function,
    is_list,
    listed,
    named,
    parts,
    plain_texts,
    rank,
    some,
    take,
    texts,
    vector,
)

# --- What something is ----------------------------------------------------------------------------------------------


def kind_of(machine: Machine, value: Value) -> str | None:
    """What R's `typeof` says, with `numeric` for `double`; None if that is not known."""
    content = machine.content(value)
    match content:
        case Known(value=None):
            return "NULL"
        case Known() | Template() | Instance(type="r:logical" | "r:integer" | "r:numeric" | "r:character"):
            found = rank(content)
            return None if found is None else RANKS[found]
        case Sequence(kind="vector", items=items):
            return _kind_of_first(items)
        case Mapping(kind="vector", slots=slots):
            return _kind_of_first(tuple(slot.value for slot in slots.values()))
        case Reference():
            return "environment"
        case Closure() | Symbol() | Partial():
            return "function"
    if isinstance(value, Reference):
        return "environment"
    if is_list(content):
        return "list"
    return "function" if is_function(content) else None


def _kind_of_first(items: tuple[Value, ...]) -> str | None:
    found = rank(items[0]) if items else None
    return None if found is None else RANKS[found]


def _is(names: str, test: Callable[[str], bool], asks: bool = True) -> None:
    """A test of a type. To ask is to have an eye on NULL."""

    def apply(machine: Machine, args: Args) -> Value:
        value = first(args)
        if asks:
            machine.excuse(value)
        kinds = {kind_of(machine, option) for option in options(machine.content(value))}
        if isinstance(value, Reference):
            kinds = {"environment"}
        answers = {None if kind is None else test(kind) for kind in kinds}
        return answer(answers.pop() if len(answers) == 1 else None, args)

    library(*(f"base.{name}" for name in names.split()))(apply)


_is("is.character is_character is_string is_scalar_character", lambda kind: kind == "character")
_is("is.numeric is_bare_numeric", lambda kind: kind in ("integer", "numeric"))
_is("is.double is_double", lambda kind: kind == "numeric")
_is("is.integer is_integer", lambda kind: kind == "integer")
_is("is.logical is_logical is_bool", lambda kind: kind == "logical")
_is("is.function is_function", lambda kind: kind == "function")
_is("is.list is_list is_bare_list", lambda kind: kind == "list")
_is("is.environment is_environment", lambda kind: kind == "environment")
_is("is.atomic is_atomic", lambda kind: kind in ("logical", "integer", "numeric", "character"))


def _asked(machine: Machine, args: Args) -> Value:
    for arg in args.items:
        machine.excuse(arg.value)
    return some("logical", single=False)


_UNREAD: Final = (
    "is.finite is.nan is.infinite is.symbol is.Date "
    "setequal duplicated complete.cases is_scalar_integerish file.access between is.call is_empty is_tibble"
)
for _name in _UNREAD.split():
    library(f"base.{_name}")(_asked)


@library("base.is.null", "base.is_null")
def is_null(machine: Machine, args: Args) -> Value:
    value = first(args)
    machine.excuse(value)
    return answer(is_none(machine.content(value)), args)


@library("base.is.na")
def is_na(machine: Machine, args: Args) -> Value:
    value = first(args)
    machine.excuse(value)
    found = parts(machine, value, args.span)
    if found is None or is_frame(machine.content(value)):
        return some("logical", single=False)

    def change(each: Value) -> Value:
        if isinstance(each, Known):
            plain = each.value
            return Known(isinstance(plain, ir.Missing) or (isinstance(plain, float) and math.isnan(plain)), args.span)
        return some("logical", whole=True)

    return vector([(name, change(each)) for name, each in found], args.span)


def _is_true(wanted: bool) -> Callable[[Machine, Args], Value]:
    def apply(machine: Machine, args: Args) -> Value:
        value = first(args)
        machine.excuse(value)
        answers: set[bool | None] = set()
        for option in options(machine.content(value)):
            match option:
                case Known(value=bool() as plain):
                    answers.add(plain is wanted)
                case Instance(type="r:character" | "r:integer" | "r:numeric"):
                    answers.add(False)
                case Unknown() | Instance() | Mapping(kind="vector"):
                    answers.add(None)
                case _:
                    answers.add(False)
        return answer(answers.pop() if len(answers) == 1 else None, args)

    return apply


library("base.isTRUE", "base.is_true")(_is_true(True))
library("base.isFALSE", "base.is_false")(_is_true(False))


@library("base.identical")
def identical(machine: Machine, args: Args) -> Value:
    if len(args.positional) < 2:
        return some("logical", whole=True)
    one, other = (machine.content(value) for value in args.positional[:2])
    for value in args.positional[:2]:
        if NONE in (one, other):
            machine.excuse(value)
    for left, right in ((one, other), (other, one)):
        if left == NONE:
            return answer(is_none(right), args)
    match one, other:
        case Known(value=str() | bool() | int() | float()), Known(value=str() | bool() | int() | float()):
            return Known(one == other, args.span)
    return some("logical", whole=True)


@library("base.inherits")
def inherits(machine: Machine, args: Args) -> Value:
    value = first(args)
    machine.excuse(value)
    wanted = plain_texts(machine, take(args, "x", "what", "which").get("what") or NONE, args.span)

    def make(chosen: list[Value]) -> Value:
        if chosen[0] == NONE:
            return Known("NULL" in (wanted or ()), args.span)
        one = value if isinstance(value, Reference) else chosen[0]
        found = attribute(machine, one) or class_names(machine, one)
        if wanted is not None and _caught_as(chosen[0]) & set(wanted):
            return Known(True, args.span)
        if found is None or wanted is None or len(args.items) != 2:
            return some("logical", single=False)
        return Known(any(each in wanted for each in found), args.span)

    return product([machine.content(value)], make)


def _caught_as(value: Value) -> set[str]:
    """What a condition is an instance of at least."""
    match value:
        case Instance(type="exception", fields={"caught": Known(value=str() as kind)}):
            return {kind, "condition"}
    return set()


library("base.is", "base.is_a")(
    lambda machine, args: inherits(machine, args) if attribute(machine, first(args)) else _asked(machine, args)
)


@library("base.class")
def class_(machine: Machine, args: Args) -> Value:
    """What something is an instance of, also where it has no class attribute."""
    value = first(args)
    machine.excuse(value)

    def make(chosen: list[Value]) -> Value:
        found = class_names(machine, value if isinstance(value, Reference) else chosen[0])
        return some("character", single=False) if found is None else texts([Known(each) for each in found], args.span)

    return product([machine.content(value)], make)


library("base.oldClass")(
    lambda machine, args: class_(machine, args) if attribute(machine, first(args)) else computed(args)
)


@library("base.typeof", "base.mode", "base.storage.mode")
def type_of(machine: Machine, args: Args) -> Value:
    """The words differ from function to function, and so does what they say of the rest."""
    value = first(args)
    machine.excuse(value)
    return some("character", single=False)


@library("base.unclass")
def unclass(machine: Machine, args: Args) -> Value:
    content = machine.content(first(args))
    return product([content], lambda chosen: with_classes(machine, chosen[0], ()))


# --- Turned into another type ---------------------------------------------------------------------------------------


def _as(names: str, to: int) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        value = machine.content(first(args))
        return product([value], lambda chosen: _converted(machine, args, chosen[0], to))

    library(*(f"base.{name}" for name in names.split()))(apply)


def is_single(value: Value) -> bool:
    """Whether a value certainly is one, and no vector of several."""
    match value:
        case Known(value=constant):
            return constant is not None
        case Template():
            return True
        case Instance(fields={"length": Known(value=1)}):
            return True
    return False


def some_as(value: Value, args: Args) -> Value:
    """A value of which as much is known as of `value`, which it is computed from."""
    match value:
        case Instance(type="r:numeric" | "r:integer"):
            return some("numeric")
    return computed(args)


_MOMENTS: Final = ("r:Date", "r:POSIXct", "r:factor")


def _as_number(value: Instance, args: Args, to: int) -> float | str | None:
    """A known date or span as a number, a date as a text."""
    if to == 3:
        return written(value)
    if (day := day_of(value)) is not None:
        return float(day)
    units = args.get("units")
    return number_of(value, units.value if isinstance(units, Known) else units)


def _converted(machine: Machine, args: Args, value: Value, to: int) -> Value:
    kind = RANKS[to]
    if isinstance(value, Instance) and value.type == OBJECT:
        value = value.fields["of"]
    if isinstance(value, Instance) and (plain := _as_number(value, args, to)) is not None:
        return converted(plain, to, args.span)
    if isinstance(value, Instance) and value.type in _MOMENTS:
        whole = value.fields.get("missing") == Known(False)
        return some(kind, whole=whole, single=is_single(value))
    if isinstance(value, Instance) and value.type == "r:difftime":
        return some(kind)
    if value == NONE:
        return Sequence((), "vector", True, args.span)
    found = parts(machine, value, args.span)
    if found is None or is_list(value):
        return some(kind, single=False)
    made: list[Part] = []
    for _, each in found:
        if rank(each) is None and not isinstance(each, Unknown):
            return some(kind, single=False)
        made.append((None, some(kind) if isinstance(each, Unknown) else convert(each, to)))
    return vector(made, args.span)


_as("as.logical as_logical", 0)
_as("as.integer as_integer", 1)
_as("as.numeric as.double as_double parse_number", 2)
_as("as.character as_character", 3)


@library("base.as.list", "base.as_list", "base.as.vector")
def as_list(machine: Machine, args: Args) -> Value:
    value = machine.content(first(args))
    found = parts(machine, value, args.span)
    if isinstance(value, Instance) and value.type in MAPPINGS:
        return MAPPINGS[value.type](machine, value, args.span)
    if isinstance(value, Mapping | Sequence) and is_list(value):
        return value
    if isinstance(value, Mapping) and found is not None:
        return named(found, "list", args.span)
    if found is not None:
        return listed(found, args.span)
    if isinstance(value, Instance) and (rank(value) is not None or value.type in ("r:data.frame", "r:table")):
        return Instance("r:list")
    return computed(args, "a list made of something unknown")


library("base.as.vector")(lambda machine, args: computed(args))


@library("base.is.element")
def is_element(machine: Machine, args: Args) -> Value:
    from ..operate import operate

    if len(args.positional) == 2:
        return operate(machine, "in", list(args.positional), args.span, args.frame)
    return some("logical", single=False)


@library("base.coalesce")
def coalesce(machine: Machine, args: Args) -> Value:
    for arg in args.items:
        machine.excuse(arg.value)
    return computed(args)
