"""Python's built-in functions: conversions, sizes and sums, files, exceptions."""

from __future__ import annotations

import builtins
from typing import Final

from ...source import Span
from ...values import (
    Bound,
    Closure,
    Instance,
    Known,
    Sequence,
    Template,
    Unknown,
    Value,
    join,
)
from ..classes import class_member, held_by
from ..iterate import any_element, elements, known_length
from ..machine import ITERATE, LIBRARY, METHODS, NONE, Args, Machine, library
from ..operate import operate
from ..paths import as_text, note_written
from ..plain import BOOL, FLOAT, INT, STR, Open, compute, computed, given, in_order, plain
from ..text import product
from ..truth import truth
from .sorting import extreme

# --- conversions ------------------------------------------------------------------------------------------------------


@library("builtins.str")
def make_text(machine: Machine, args: Args) -> Value:
    if not args.items:
        return Known("", args.span)
    if len(args.items) > 1 or args.loose or not args.positional:
        return STR
    value = args.positional[0]
    spoken = class_member(machine, value, "__str__")
    if isinstance(spoken, Closure):
        return machine.invoke(spoken, [], args.span, args.frame)
    return product([machine.content(value)], lambda chosen: _as_text(machine, chosen[0], args.span))


def _as_text(machine: Machine, value: Value, span: Span) -> Value:
    match value:
        case Known(value=str()):
            return value
        case Template():
            return as_text(value)
        case Unknown():
            return Template((value,), span=span)
        case Instance(type="pipes.results"):
            return Instance("str", {"of": value})
        case Instance(type="enum", fields={"value": held}) if isinstance(held, Known) and value.fields.get("text"):
            return held
    path = as_text(value)
    if path is not value:
        return path
    try:
        return Known(str(plain(machine, value)), span)
    except Open:
        return STR


def _number(name: str, make: type, otherwise: Value) -> None:
    def function(machine: Machine, args: Args) -> Value:
        return compute(machine, make, args, otherwise) if args.items else Known(make(), args.span)

    LIBRARY[f"builtins.{name}"] = function


_number("int", int, INT)
_number("float", float, FLOAT)
_number("complex", complex, Instance("complex"))
_number("bytes", bytes, Instance("bytes"))


@library("builtins.bool", "operator.truth")
def make_bool(machine: Machine, args: Args) -> Value:
    if not args.items:
        return Known(False, args.span)
    known = truth(machine, args.positional[0]) if args.positional else None
    return BOOL if known is None else Known(known, args.span)


@library("builtins.bytearray")
def make_bytearray(machine: Machine, args: Args) -> Value:
    return Instance("bytearray")


# --- sizes and sums ---------------------------------------------------------------------------------------------------


@library("builtins.len")
def length(machine: Machine, args: Args) -> Value:
    if not args.positional:
        return INT
    value = args.positional[0]
    counted = class_member(machine, value, "__len__")
    if isinstance(counted, Closure):
        return machine.invoke(counted, [], args.span, args.frame)
    value = held_by(machine, value) or value
    return product([machine.content(value)], lambda chosen: _length(machine, chosen[0], args.span))


_COUNTED: Final = ("range", "sys.argv", "dict_keys", "dict_values", "dict_items", "collections.Counter", "pandas.Index")


def _length(machine: Machine, value: Value, span: Span) -> Value:
    count: int | None = None
    match value:
        case Sequence(kind="set", complete=True):
            if all(isinstance(item, Known) for item in value.items):
                count = len({item.value for item in value.items if isinstance(item, Known)})
        case Instance(type=kind) if kind in _COUNTED:
            items, complete = ITERATE[kind](machine, value, span)
            count = len(items) if complete else None
        case _:
            count = known_length(machine, value)
    return INT if count is None else Known(count, span)


@library("builtins.sum")
def total(machine: Machine, args: Args) -> Value:
    items, complete = in_order(machine, args.positional[0], args.span) if args.positional else ((), False)
    result: Value = args.get("start", 1) or Known(0, args.span)
    if not complete:
        each = any_element(machine, args.positional[0], args.span) if len(args.items) == 1 and not items else NONE
        return INT if each in (INT, BOOL) else computed(args.span)
    for item in items:
        result = operate(machine, "+", [result, item], args.span, args.frame)
    return result


def _extreme(name: str, largest: bool) -> None:
    def function(machine: Machine, args: Args) -> Value:
        complete = not args.loose
        items = args.positional
        if len(items) == 1:
            items, all_of_it = elements(machine, items[0], args.span)
            complete = complete and all_of_it
        if not items and complete and "default" in args.named:
            return args.named["default"]
        if not items and not complete and len(args.positional) == 1 and "default" not in args.named and not args.loose:
            return any_element(machine, args.positional[0], args.span)
        found = extreme(machine, items, args.named, args, largest) if complete else None
        if found is not None:
            return found
        return join(items) if complete and items else computed(args.span)

    LIBRARY[f"builtins.{name}"] = function


_extreme("max", largest=True)
_extreme("min", largest=False)


def _each(name: str, decides: bool) -> None:
    """`any` and `all`."""

    def function(machine: Machine, args: Args) -> Value:
        items, complete = elements(machine, args.positional[0], args.span) if args.positional else ((), False)
        answers = {truth(machine, item) for item in items}
        if decides in answers:
            return Known(decides, args.span)
        return BOOL if None in answers or not complete else Known(not decides, args.span)

    LIBRARY[f"builtins.{name}"] = function


_each("any", decides=True)
_each("all", decides=False)


@library("builtins.abs")
def absolute(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else NONE
    same = isinstance(value, Instance) and value.type in ("int", "float", "numpy.int64", "numpy.float64")
    return compute(machine, abs, args, value if same else computed(args.span))


@library("builtins.round")
def rounded(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else NONE
    otherwise: Value = computed(args.span)
    if isinstance(value, Instance) and value.type in ("int", "float") and not args.loose:
        digits = args.get("ndigits", 1)
        if digits is None or digits == NONE:
            otherwise = INT
        elif isinstance(machine.content(digits), Known):
            otherwise = value
    if isinstance(value, Instance) and value.type in ("numpy.float64", "numpy.int64") and not args.loose:
        digits = args.get("ndigits", 1)
        otherwise = INT if digits is None or digits == NONE else value
    return compute(machine, round, args, otherwise)


LIBRARY["builtins.divmod"] = lambda machine, args: compute(machine, divmod, args, computed(args.span))
LIBRARY["builtins.pow"] = lambda machine, args: (
    operate(machine, "**", list(args.positional), args.span, args.frame)
    if len(args.positional) == len(args.items) == 2
    else computed(args.span)
)


# --- what is not followed, and what does nothing --------------------------------------------------------------------


@library("builtins.locals", "builtins.dir")
def names_inside(machine: Machine, args: Args) -> Value:
    return given(args.span, "an object's inside")


@library("builtins.globals")
def global_names(machine: Machine, args: Args) -> Value:
    return machine.gap("names are looked up in `globals()` here", args.span)


@library(
    "builtins.exec", "builtins.eval", "builtins.compile", "builtins.__import__", "runpy.run_path", "runpy.run_module"
)
def unseen_code(machine: Machine, args: Args) -> Value:
    return machine.gap("code is run here that cannot be seen", args.span)


@library("builtins.print", "builtins.breakpoint", "sys.stdout.flush", "time.sleep")
def nothing(machine: Machine, args: Args) -> Value:
    return NONE


@library("builtins.input")
def typed_in(machine: Machine, args: Args) -> Value:
    return STR


@library("builtins.id", "builtins.hash", "sys.stdout.write", "sys.stderr.write")
def some_number(machine: Machine, args: Args) -> Value:
    return INT


@library("builtins.open", "io.open", "gzip.open", "tempfile.NamedTemporaryFile", "tempfile.TemporaryFile")
def opened(machine: Machine, args: Args) -> Value:
    mode = args.get("mode", 1)
    if isinstance(mode, Known) and isinstance(mode.value, str) and set(mode.value) & set("wax"):
        note_written(machine, args.get("file", 0))
    return Instance("file")


def _of_file(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name:
        case "write":
            return INT
        case "close" | "flush" | "writelines" | "truncate":
            return NONE
        case "__enter__":
            return bound.receiver
    return given(args.span, "a file")


METHODS["file"] = _of_file
METHODS["int"] = METHODS["float"] = METHODS["bool"] = lambda machine, bound, args: {
    "is_integer": BOOL,
    "bit_length": INT,
    "hex": STR,
    "conjugate": None,
}.get(bound.name)


# --- exceptions -------------------------------------------------------------------------------------------------------


def _exception(name: str) -> None:
    def function(machine: Machine, args: Args) -> Value:
        fields: dict[str, Value] = {"args": Sequence(args.positional, "tuple", not args.loose)}
        if name == "SystemExit":
            fields["code"] = args.positional[0] if args.positional else NONE
        return Instance(f"builtins.{name}", fields, span=args.span)

    LIBRARY[f"builtins.{name}"] = function


for _name, _kind in vars(builtins).items():
    if isinstance(_kind, type) and issubclass(_kind, BaseException):
        _exception(_name)
