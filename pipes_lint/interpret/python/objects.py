"""What Python makes of classes and functions: properties, `super()`, dataclasses, enums, partial functions."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...source import Span
from ...values import (
    Bound,
    ClassObject,
    Closure,
    Instance,
    Key,
    Known,
    Mapping,
    Partial,
    Reference,
    Sequence,
    Slot,
    Unknown,
    Value,
)
from ..calls import arguments
from ..machine import CALLS, CONSTANTS, LIBRARY, MEMBERS, METHODS, NONE, SPECIAL, Arg, Args, Frame, Machine, library
from ..members import item, member, super_member
from ..plain import computed

CONSTANTS["typing.TYPE_CHECKING"] = Known(False)
CONSTANTS["builtins.NotImplemented"] = Unknown("it is not implemented", foreign=True)
CONSTANTS["builtins.Ellipsis"] = Instance("ellipsis")


def _first(args: Args) -> Value:
    return args.positional[0] if args.positional else computed(args.span)


# --- members of classes -----------------------------------------------------------------------------------------------


@library("builtins.property", "abc.abstractproperty")
def make_property(machine: Machine, args: Args) -> Value:
    setter = args.get("fset", 1)
    return Instance("property", {"function": args.get("fget", 0) or NONE, **({"fset": setter} if setter else {})})


@library("functools.cached_property")
def make_kept_property(machine: Machine, args: Args) -> Value:
    """Worked out once; then the instance itself has it."""
    return Instance("property", {"function": args.get("func", 0) or NONE, "kept": Known(True)})


def _of_property(machine: Machine, bound: Bound, args: Args) -> Value | None:
    """`@name.setter` and its like."""
    made = machine.content(bound.receiver)
    if not isinstance(made, Instance):
        return None
    match bound.name:
        case "setter":
            return made._replace(fields={**made.fields, "fset": _first(args)})
        case "getter":
            return made._replace(fields={**made.fields, "function": _first(args)})
        case "deleter":
            return made
    return None


METHODS["property"] = _of_property


@library("builtins.staticmethod")
def make_static(machine: Machine, args: Args) -> Value:
    return Instance("staticmethod", {"function": _first(args)})


@library("builtins.classmethod")
def make_of_class(machine: Machine, args: Args) -> Value:
    return Instance("classmethod", {"function": _first(args)})


CALLS["staticmethod"] = lambda machine, made, args: machine.call(made.fields["function"], args)


def _super(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """`super()` inside a method, which knows its class and its `self`."""
    given_ = arguments(machine, node, frame).positional
    each: Frame | None = frame
    while each:
        closure = each.closure
        if closure is not None and closure.receiver is not None and closure.owner is not None:
            owner = given_[0] if len(given_) == 2 and isinstance(given_[0], ClassObject) else closure.owner
            return Instance("super", {"receiver": closure.receiver, "owner": owner})
        each = each.parent
    return Unknown("`super()` stands where its class cannot be told", node.span, foreign=True)


SPECIAL["builtins.super"] = _super


def _of_super(machine: Machine, made: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    return super_member(machine, made.fields["receiver"], made.fields["owner"], name, span, frame)


MEMBERS["super"] = _of_super


# --- functions that stand for functions -------------------------------------------------------------------------------


@library("functools.partialmethod")
def partial_method(machine: Machine, args: Args) -> Value:
    """Its first argument is the object that it is called on, which is not known here."""
    return Unknown("it is made by `partialmethod`", args.span)


@library("functools.partial")
def make_partial(machine: Machine, args: Args) -> Value:
    if not args.positional:
        return computed(args.span)
    if args.loose:
        return Unknown("more is handed on than can be seen", args.span)
    return Partial(args.positional[0], args.positional[1:], tuple(args.named.items()))


_TRANSPARENT: Final = (
    "abc.abstractmethod",
    "functools.total_ordering",
    "typing.final",
    "typing.override",
    "typing.overload",
    "typing.no_type_check",
    "typing.runtime_checkable",
    "typing_extensions.override",
    "typing_extensions.final",
    "enum.unique",
)


def handed_on(machine: Machine, args: Args) -> Value:
    return _first(args)


for _name in _TRANSPARENT:
    LIBRARY[_name] = handed_on
LIBRARY["copy.copy"] = lambda machine, args: copied(machine, _first(args), 0)
LIBRARY["copy.deepcopy"] = lambda machine, args: copied(machine, _first(args), 10)
LIBRARY["types.coroutine"] = handed_on

DECORATOR: Final = Instance("decorator")
"""Called with a function or class, it hands that on."""
CALLS["decorator"] = lambda machine, made, args: handed_on(machine, args)


@library("dataclasses.dataclass", "warnings.deprecated")
def decorator(machine: Machine, args: Args) -> Value:
    """`@name` or `@name(…)`: the function or class stays what it is."""
    only = args.positional[0] if len(args.items) == 1 and args.positional else None
    return only if isinstance(only, Closure | ClassObject | Partial) else DECORATOR


@library("functools.wraps")
def wraps(machine: Machine, args: Args) -> Value:
    return Instance("functools.wraps", {"function": args.get("wrapped", 0) or NONE})


@library("functools.update_wrapper")
def update_wrapper(machine: Machine, args: Args) -> Value:
    """The wrapper, known by the name of what it wraps, and by its parameters to whoever asks for them, as Dagster."""
    wrapper, wrapped = args.get("wrapper", 0) or NONE, args.get("wrapped", 1)
    if isinstance(wrapper, Closure) and isinstance(wrapped, Closure):
        code = wrapper.code._replace(name=wrapped.code.name, name_span=wrapped.code.name_span)
        return wrapper._replace(code=code, wrapped=wrapped)
    return wrapper


CALLS["functools.wraps"] = lambda machine, made, args: update_wrapper(
    machine, args._replace(items=(*args.items, Arg(made.fields["function"], args.span, "wrapped")))
)


def copied(machine: Machine, value: Value, depth: int) -> Value:
    """A copy of a thing, and of what it holds down to a depth."""
    content = machine.content(value)
    if depth < 0:
        return value
    if isinstance(value, Sequence) and value.kind == "tuple":
        return value._replace(items=tuple(copied(machine, each, depth - 1) for each in value.items))
    if not isinstance(value, Reference):
        return value
    match content:
        case Sequence(items=items):
            return machine.allocate(content._replace(items=tuple(copied(machine, each, depth - 1) for each in items)))
        case Mapping(slots=slots):
            inner = {key: slot._replace(value=copied(machine, slot.value, depth - 1)) for key, slot in slots.items()}
            return machine.allocate(content._replace(slots=inner))
        case Instance(type="object"):
            made = machine.allocate(content)
            for name, held in attributes(machine, value).items():
                machine.store.write((made.ident, ".", name), copied(machine, held, depth - 1))
            return made
    return value


# --- dataclasses, named tuples, enums, typing -------------------------------------------------------------------------


@library("dataclasses.field")
def field(machine: Machine, args: Args) -> Value:
    fields = args.named
    if args.positional:
        fields["default"] = args.positional[0]
    if fields.get("default") == CONSTANTS["builtins.Ellipsis"]:  # pydantic's way to say that there is none
        del fields["default"]
    return Instance("field", fields)


def attributes(machine: Machine, value: Value) -> dict[str, Value]:
    """The attributes that an instance of a class of the project's has been given."""
    return machine.store.attributes(value.ident) if isinstance(value, Reference) else {}


@library("dataclasses.asdict")
def as_dict(machine: Machine, args: Args) -> Value:
    value = _first(args)
    content = machine.content(value)
    if not (isinstance(value, Reference) and isinstance(content, Instance) and content.type == "object"):
        return computed(args.span)
    return _as_dict(machine, value, args.span, 0)


def _as_dict(machine: Machine, value: Value, span: Span, depth: int) -> Value:
    content = machine.content(value)
    if depth > 8:
        return computed(span)
    if isinstance(value, Reference) and isinstance(content, Instance) and content.type == "object":
        slots: dict[Key, Slot] = {
            name: Slot(_as_dict(machine, held, span, depth + 1), span=span)
            for name, held in attributes(machine, value).items()
        }
        return machine.allocate(Mapping(slots, span=span))
    return copied(machine, value, 10)


@library("dataclasses.replace", "copy.replace")
def replaced(machine: Machine, args: Args) -> Value:
    value = _first(args)
    if not isinstance(value, Reference) or args.loose:
        return computed(args.span)
    made = copied(machine, value, 0)
    if isinstance(made, Reference):
        for name, held in args.named.items():
            machine.store.write((made.ident, ".", name), held)
    return made


@library("typing.cast", "typing_extensions.cast")
def cast(machine: Machine, args: Args) -> Value:
    return args.get("val", 1) or computed(args.span)


@library("typing.assert_type", "typing.reveal_type")
def same(machine: Machine, args: Args) -> Value:
    return _first(args)


@library("typing.NewType")
def new_type(machine: Machine, args: Args) -> Value:
    return Instance("decorator")


@library("collections.namedtuple", "typing.NamedTuple")
def named_tuple(machine: Machine, args: Args) -> Value:
    """A class of tuples; what is made by it is known by its fields."""
    match machine.content(args.get("field_names", 1) or NONE):
        case Known(value=str() as text):
            names: list[str] | None = text.replace(",", " ").split()
        case Sequence(items=items, complete=True) if all(isinstance(each, Known) for each in items):
            names = [str(each.value) for each in items if isinstance(each, Known)]
        case _:
            names = None
    if names is None:
        return computed(args.span)
    return Instance("namedtuple", {"names": Sequence(tuple(Known(name) for name in names), "tuple")})


def _make_named(machine: Machine, made: Instance, args: Args) -> Value:
    names = made.fields["names"]
    assert isinstance(names, Sequence)
    held: dict[str, Value] = {}
    places = list(args.positional)
    for name in names.items:
        plain = str(name.value) if isinstance(name, Known) else ""
        value = args.named.get(plain) or (places.pop(0) if places else None)
        held[plain] = value if value is not None else computed(args.span)
    reference = machine.allocate(Instance("builtins.tuple", {"fields": names}))
    for plain, value in held.items():
        machine.store.write((reference.ident, ".", plain), value)
    return reference


CALLS["namedtuple"] = _make_named


@library("types.SimpleNamespace", "argparse.Namespace", "threading.local")
def namespace(machine: Machine, args: Args) -> Value:
    """A thing with attributes, which may be set later."""
    return Instance("types.SimpleNamespace", dict(args.named), machine.store.ident(), args.span)


@library("enum.auto")
def auto(machine: Machine, args: Args) -> Value:
    return Instance("enum.auto", {}, machine.store.ident(), args.span)


# --- operator ---------------------------------------------------------------------------------------------------------


LIBRARY["operator.attrgetter"] = lambda machine, args: (
    Instance("operator.attrgetter", {"key": _first(args)}) if len(args.items) == 1 else computed(args.span)
)
LIBRARY["operator.itemgetter"] = lambda machine, args: (
    Instance("operator.itemgetter", {"key": _first(args)}) if len(args.items) == 1 else computed(args.span)
)


def _item_of(machine: Machine, made: Instance, args: Args) -> Value:
    node = ir.Literal(args.span, None)
    return item(
        machine, _first(args), made.fields["key"], ir.Item(args.span, node, node, ir.Access.SUBSCRIPT), args.frame
    )


def _attribute_of(machine: Machine, made: Instance, args: Args) -> Value:
    match made.fields["key"]:
        case Known(value=str() as name) if "." not in name:
            return member(machine, _first(args), name, args.span, args.frame)
    return computed(args.span)


CALLS["operator.itemgetter"] = _item_of
CALLS["operator.attrgetter"] = _attribute_of
