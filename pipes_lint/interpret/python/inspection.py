"""What Python can ask of an object: its type, and its members by name."""

from __future__ import annotations

import builtins
from typing import Final

from ...protocol import CONTEXT_CLASSES, members
from ...values import (
    Bound,
    ClassObject,
    Closure,
    Instance,
    Known,
    Mapping,
    ModuleObject,
    Partial,
    Reference,
    Sequence,
    Symbol,
    Template,
    Unknown,
    Value,
    options,
)
from ..assign import set_member
from ..classes import class_member, is_object
from ..guard import guard
from ..machine import NONE, Args, Exit, Machine, library
from ..members import member
from ..modules import getter_of
from ..plain import BOOL, computed

# --- types ------------------------------------------------------------------------------------------------------------

_ABSENT: Final = Unknown("the attribute is not there", foreign=True)
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
        case Instance(type=name) if name.startswith("dagster_pipes.") and isinstance(kind, ClassObject):
            return False
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
        case Sequence(kind="tuple"):
            return Symbol("builtins.tuple")
        case (Sequence(kind="list") | Mapping(kind="dict", stop=None)) as made if made.span is not None:
            return Symbol(f"builtins.{'dict' if isinstance(made, Mapping) else 'list'}")  # as it was written down
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
    holder = args.positional[0]
    if len(args.positional) > 2 and _may_refuse(machine, holder, name.value):
        return _met(machine, _asked(machine, args, name.value, args.positional[2]))
    found = member(machine, holder, name.value, args.items[1].where, args.frame)
    if len(args.positional) == 2:
        return found
    guard(machine, start, len(machine.log), frozenset({"AttributeError"}))
    if isinstance(found, Unknown | Bound):
        return computed(args.span) if isinstance(found, Unknown) else Unknown(found.name, args.span, foreign=True)
    return found


def _may_refuse(machine: Machine, holder: Value, name: str) -> bool:
    """Whether code of the project's is asked for an attribute, which may raise AttributeError."""
    if isinstance(holder, ModuleObject):
        return getter_of(machine, holder.path, name) is not None
    if not is_object(machine, holder):
        return False
    found = class_member(machine, holder, name)
    computes = isinstance(found, Instance) and found.type == "property"
    return computes or found is None and isinstance(class_member(machine, holder, "__getattr__"), Closure)


def _asked(machine: Machine, args: Args, name: str, otherwise: Value) -> list[Exit]:
    """The ways on which an attribute is there, and those on which something else takes its place."""

    def ask() -> Value:
        return member(machine, args.positional[0], name, args.items[1].where, args.frame)

    start = len(machine.log)
    machine.swallowing.append(True)
    ways = machine.region(ask, "raise")
    machine.swallowing.pop()
    guard(machine, start, len(machine.log), frozenset({"*"}))  # what was caught inside may be raised as AttributeError
    found = []
    for way in ways:
        if way.kind != "raise":
            found.append(way)
        elif isinstance(way.value, Unknown) or getattr(way.value, "type", "") == "builtins.AttributeError":
            found.append(way._replace(value=otherwise))
        else:
            machine.again(way)
    return found


def _met(machine: Machine, ways: list[Exit]) -> Value:
    path = machine.path
    value = machine.meet(ways)
    machine.path = path
    return value


@library("builtins.hasattr")
def has_attribute(machine: Machine, args: Args) -> Value:
    asked = machine.content(args.positional[1]) if len(args.positional) == 2 else NONE
    if (
        isinstance(asked, Known)
        and isinstance(asked.value, str)
        and _may_refuse(machine, args.positional[0], asked.value)
    ):
        ways = _asked(machine, args, asked.value, _ABSENT)
        answers = {way.value != _ABSENT for way in ways}
        _met(machine, ways)
        return Known(answers.pop(), args.span) if len(answers) == 1 else BOOL
    if len(args.positional) == 2 and isinstance(machine.content(args.positional[0]), Instance):
        receiver, name = args.positional[0], machine.content(args.positional[1])
        if isinstance(receiver, Instance) and receiver.type == CONTEXT_CLASSES["python"] and isinstance(name, Known):
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


# --- who calls --------------------------------------------------------------------------------------------------------


def _files(machine: Machine, args: Args) -> list[Known]:
    """The files of the functions that are being run, from the innermost."""
    paths = [args.frame.scope.path, *(site.path for site in reversed(machine.sites))]
    return [Known(machine.world.absolute(path), args.span) for path in paths]


@library("inspect.stack")
def stack(machine: Machine, args: Args) -> Value:
    frames = [Instance("inspect.FrameInfo", {"filename": file}) for file in _files(machine, args)]
    return Sequence(tuple(frames), "list", complete=False)


@library("inspect.currentframe", "sys._getframe")
def current_frame(machine: Machine, args: Args) -> Value:
    made: Value = NONE
    for file in reversed(_files(machine, args)):
        made = Instance("frame", {"f_back": made, "f_code": Instance("code", {"co_filename": file})})
    depth = args.get("depth", 0)
    for _ in range(depth.value if isinstance(depth, Known) and isinstance(depth.value, int) else 0):
        made = made.fields["f_back"] if isinstance(made, Instance) else NONE
    return made
