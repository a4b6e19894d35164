"""Python's built-in functions: conversions, sizes, tests, and what looks at an object's inside."""

from __future__ import annotations

import builtins
from typing import Final

from ..protocol import members
from ..source import Span
from ..values import (
    Bound,
    ClassObject,
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
    join,
    options,
)
from .assign import set_member
from .guard import guard
from .iterate import elements, known_length
from .machine import ITERATE, LIBRARY, METHODS, NONE, Args, Machine, library
from .members import class_member, member
from .operate import operate
from .paths import as_text
from .pipes import PYTHON
from .plain import BOOL, FLOAT, INT, STR, Open, compute, computed, given, in_order, plain
from .sorting import extreme
from .text import product
from .truth import truth

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
    return product([machine.content(value)], lambda chosen: _length(machine, chosen[0], args.span))


def _length(machine: Machine, value: Value, span: Span) -> Value:
    count: int | None = None
    match value:
        case Sequence(kind="set", complete=True):
            if all(isinstance(item, Known) for item in value.items):
                count = len({item.value for item in value.items if isinstance(item, Known)})
        case Instance(type="range" | "sys.argv" | "dict_keys" | "dict_values" | "dict_items" as kind):
            items, complete = ITERATE[kind](machine, value, span)
            count = len(items) if complete else None
        case _:
            count = known_length(machine, value)
    return INT if count is None else Known(count, span)


@library("builtins.sum", "math.fsum")
def total(machine: Machine, args: Args) -> Value:
    items, complete = in_order(machine, args.positional[0], args.span) if args.positional else ((), False)
    result: Value = args.get("start", 1) or Known(0, args.span)
    if not complete:
        return computed(args.span)
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
    same = isinstance(value, Instance) and value.type in ("int", "float")
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
    return compute(machine, round, args, otherwise)


for _name, _function in (("divmod", divmod), ("pow", pow)):
    LIBRARY[f"builtins.{_name}"] = lambda machine, args: computed(args.span)


# --- types ------------------------------------------------------------------------------------------------------------

_BUILTIN_TYPES: Final = {
    f"builtins.{kind.__name__}": kind
    for kind in (str, int, float, bool, bytes, list, tuple, dict, set, type(None), object, complex)
}


@library("builtins.isinstance")
def is_instance(machine: Machine, args: Args) -> Value:
    if len(args.positional) != 2:
        return BOOL
    wanted = machine.content(args.positional[1])
    kinds = wanted.items if isinstance(wanted, Sequence) else (wanted,)
    answers = set()
    for value in options(args.positional[0]):
        for content in options(machine.content(value)):
            each = {_is_a(machine, content, kind) for kind in kinds}
            answers.add(True if True in each else None if None in each else False)
    known = answers.pop() if len(answers) == 1 else None
    return BOOL if known is None else Known(known, args.span)


def _is_a(machine: Machine, content: Value, kind: Value) -> bool | None:
    """Whether one value is of one class; None if that cannot be told."""
    actual: type | None = None
    match content:
        case Known(value=plain_):
            actual = type(plain_) if type(plain_).__module__ == "builtins" else None
        case Template(path=False):
            actual = str
        case Sequence(kind="list" | "tuple" as name):
            actual = list if name == "list" else tuple
        case Mapping(kind="dict"):
            actual = dict
        case Instance(type="str" | "int" | "float" | "bool" | "bytes" as name):
            actual = getattr(builtins, name)
        case Instance(type="object", fields={"class": ClassObject() as made}):
            return _inherits(made, kind)
        case Instance(type=name) if isinstance(kind, Symbol) and name == kind.name and "." in name:
            return True
    if actual is None:
        return None
    if isinstance(kind, Symbol) and kind.name in _BUILTIN_TYPES:
        return issubclass(actual, _BUILTIN_TYPES[kind.name])
    if isinstance(kind, ClassObject):
        return False
    if isinstance(kind, Symbol) and kind.name.startswith("pathlib."):
        return False
    return None


def _inherits(made: ClassObject, kind: Value) -> bool | None:
    if made == kind or kind == Symbol("builtins.object"):
        return True
    answers = [_inherits(base, kind) if isinstance(base, ClassObject) else base == kind or None for base in made.bases]
    if True in answers:
        return True
    return None if None in answers or (isinstance(kind, Symbol) and made.bases) else False


@library("builtins.issubclass")
def is_subclass(machine: Machine, args: Args) -> Value:
    match args.positional:
        case (ClassObject() as made, (ClassObject() | Symbol()) as kind):
            known = _inherits(made, kind)
            return BOOL if known is None else Known(known, args.span)
    return BOOL


@library("builtins.callable")
def is_callable(machine: Machine, args: Args) -> Value:
    match machine.content(args.positional[0]) if args.positional else NONE:
        case Closure() | ClassObject() | Partial() | Bound():
            return Known(True, args.span)
        case Known() | Template() | Sequence() | Mapping():
            return Known(False, args.span)
    return BOOL


@library("builtins.type")
def type_of(machine: Machine, args: Args) -> Value:
    if len(args.items) != 1 or not args.positional:
        return computed(args.span)
    match machine.content(args.positional[0]):
        case Instance(type="object", fields={"class": made}):
            return made
        case Instance(type="str" | "int" | "float" | "bool" | "bytes" as name):
            return Symbol(f"builtins.{name}")
        case Instance(type=name) if "." in name and not name.startswith("contextlib."):
            return Symbol(name)
        case Known(value=plain_) if type(plain_).__module__ == "builtins" and plain_ is not None:
            return Symbol(f"builtins.{type(plain_).__name__}")
    return computed(args.span)


@library("builtins.object")
def make_object(machine: Machine, args: Args) -> Value:
    return machine.allocate(Instance("builtins.object"))


# --- what looks at the inside of an object ----------------------------------------------------------------------------


@library("builtins.getattr")
def get_attribute(machine: Machine, args: Args) -> Value:
    if len(args.positional) < 2:
        return computed(args.span)
    name = machine.content(args.positional[1])
    if not isinstance(name, Known) or not isinstance(name.value, str):
        return computed(args.span)
    start = len(machine.log)
    found = member(machine, args.positional[0], name.value, args.items[1].where, args.frame)
    if len(args.positional) == 2:
        return found
    guard(machine, start, len(machine.log), frozenset({"AttributeError"}))
    if isinstance(found, Unknown | Bound):
        return computed(args.span) if isinstance(found, Unknown) else Unknown(found.name, args.span, foreign=True)
    return found


@library("builtins.hasattr")
def has_attribute(machine: Machine, args: Args) -> Value:
    if len(args.positional) == 2 and isinstance(machine.content(args.positional[0]), Instance):
        receiver, name = args.positional[0], machine.content(args.positional[1])
        if isinstance(receiver, Instance) and receiver.type == PYTHON and isinstance(name, Known):
            return Known(name.value in members("python"), args.span)
        if isinstance(receiver, Reference) and isinstance(name, Known):
            if machine.store.read((receiver.ident, ".", name.value)) is not None:
                return Known(True, args.span)
            if isinstance(class_member(machine, receiver, str(name.value)), Closure):
                return Known(True, args.span)
    return BOOL


@library("builtins.setattr")
def set_attribute(machine: Machine, args: Args) -> Value:
    match args.positional:
        case (holder, Known(value=str() as name), value):
            set_member(machine, holder, name, value)
    return NONE


@library("builtins.vars", "builtins.locals", "builtins.dir")
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


@library(
    "builtins.print", "builtins.breakpoint", "sys.stdout.write", "sys.stderr.write", "sys.stdout.flush", "time.sleep"
)
def nothing(machine: Machine, args: Args) -> Value:
    return NONE


@library("builtins.input")
def typed_in(machine: Machine, args: Args) -> Value:
    return STR


@library("builtins.id", "builtins.hash")
def some_number(machine: Machine, args: Args) -> Value:
    return INT


@library("builtins.open", "io.open", "gzip.open", "tempfile.NamedTemporaryFile", "tempfile.TemporaryFile")
def opened(machine: Machine, args: Args) -> Value:
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
