"""Classes whose instances are made of their declared fields: named tuples, typed dictionaries, pydantic's models and
what Dagster makes of them, attrs' classes; and the members of enums.
"""

from __future__ import annotations

from collections.abc import Callable
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
    Reference,
    Sequence,
    Slot,
    Unknown,
    Value,
)
from ..classes import class_member, held_by, is_enum, library_base
from ..instances import declared
from ..iterate import elements
from ..machine import ITERATE, LIBRARY, MEMBERS, METHODS, MOST_ROUNDS, NONE, Arg, Args, Frame, Machine
from ..members import member
from ..plain import computed
from .objects import as_dict, copied, decorator, field

NAMED_TUPLE: Final = "typing.NamedTuple"
_MODELS: Final = (
    "pydantic.BaseModel",
    "pydantic_settings.BaseSettings",
    "dagster.Config",
    "dagster.PermissiveConfig",
    "dagster.ConfigurableResource",
    "dagster.Model",
)


def _self(bound: Bound) -> Value:
    receiver = bound.receiver
    return receiver.fields.get("self", receiver) if isinstance(receiver, Instance) else receiver


def _fields(machine: Machine, value: Value) -> dict[str, Value]:
    """What an instance holds in the fields that its class declares, in their order."""
    content = machine.content(value)
    class_ = content.fields.get("class") if isinstance(content, Instance) else None
    held = machine.store.attributes(value.ident) if isinstance(value, Reference) else {}
    return {name: held[name] for name in declared(machine, class_ or NONE) if name in held}


# --- named tuples, typed dictionaries -------------------------------------------------------------------------------


def _elements_of_object(machine: Machine, made: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    """An instance of a class of the project's: a named tuple's fields, or what its `__iter__` gives."""
    value = Reference(made.ident)
    inner = held_by(machine, value)
    if inner is not None and class_member(machine, value, "__iter__") is None:
        return elements(machine, inner, span)
    if library_base(machine, made.fields["class"]) == NAMED_TUPLE:
        return tuple(_fields(machine, value).values()), True
    iterate = class_member(machine, value, "__iter__")
    if isinstance(iterate, Closure):
        frame = machine.frames[iterate.frame]
        given_ = machine.invoke(iterate, [], span, frame)
        following = class_member(machine, given_, "__next__")
        if isinstance(following, Closure):
            return _one_by_one(machine, lambda: machine.invoke(following, [], span, frame), span)
        return elements(machine, given_, span) if given_ != value else ((), False)
    return (), False


def _one_by_one(machine: Machine, following: Callable[[], Value], span: Span) -> tuple[tuple[Value, ...], bool]:
    """What an iterator of the project's gives, until it stops."""
    items: list[Value] = []
    while len(items) < MOST_ROUNDS:
        ways = machine.region(following, "raise")
        stops = [way.kind == "raise" for way in ways]
        if all(stops):
            machine.meet(ways)  # with what it changed before it stopped
            return tuple(items), True
        if any(stops):
            break
        items.append(machine.meet(ways))
    machine.gap("how far an iterator goes is not known", span)
    return (), False


def _of_named_tuple(machine: Machine, bound: Bound, args: Args) -> Value | None:
    value = _self(bound)
    match bound.name:
        case "_asdict":
            slots: dict[Key, Slot] = {name: Slot(held) for name, held in _fields(machine, value).items()}
            return machine.allocate(Mapping(slots, span=args.span))
        case "_replace":
            return _changed(machine, value, args)
    return None


def _changed(machine: Machine, value: Value, args: Args) -> Value:
    made = copied(machine, value, 0)
    if args.loose or not isinstance(made, Reference):
        return computed(args.span)
    for name, held in args.named.items():
        machine.store.write((made.ident, ".", name), held)
    return made


ITERATE["object"] = _elements_of_object
METHODS[NAMED_TUPLE] = _of_named_tuple


# --- models ---------------------------------------------------------------------------------------------------------


def _of_model(machine: Machine, bound: Bound, args: Args) -> Value | None:
    value = _self(bound)
    match bound.name:
        case "model_dump" | "dict":
            return _dumped(machine, value, args)
        case "model_copy" | "copy":
            made = copied(machine, value, 0)
            changes = machine.content(args.get("update") or Mapping({}))
            if not isinstance(changes, Mapping) or not isinstance(made, Reference):
                return computed(args.span)
            for name, slot in changes.slots.items():
                machine.store.write((made.ident, ".", str(name)), slot.value)
            return made
    return None


def _dumped(machine: Machine, value: Value, args: Args) -> Value:
    """`model.model_dump(…)`: its fields by name. Some are left out when told so; aliases are not followed."""
    stop = None
    only, without = args.get("include"), args.get("exclude")
    names = list(_fields(machine, value))
    for which in (only, without):
        if which is not None and which != NONE:
            items, complete = elements(machine, which, args.span)
            told = {item.value for item in items if isinstance(item, Known)}
            if not complete or len(told) < len(items):
                stop = Unknown("which fields are taken is not known", args.span)
            names = [name for name in names if (name in told) is (which is only)]
    if args.loose or any(args.get(each, None) not in (None, Known(False)) for each in ("by_alias", "exclude_unset")):
        stop = Unknown("which names its fields get is not known", args.span)
    held = {name: each for name, each in _fields(machine, value).items() if name in names}
    sparing = any(args.get(each) not in (None, Known(False)) for each in ("exclude_none", "exclude_defaults"))
    slots: dict[Key, Slot] = {}
    for name, each in held.items():
        if sparing and each == NONE:
            continue
        certain = not sparing or isinstance(each, Known)
        slots[name] = Slot(_plain(machine, each, args, 0), certain, args.span)
    content = machine.content(value)
    if isinstance(content, Instance) and library_base(machine, content.fields["class"]) == "dagster.PermissiveConfig":
        stop = stop or Unknown("its configuration may have other fields", args.span)
    return machine.allocate(Mapping(slots, stop, span=args.span))


def _plain(machine: Machine, value: Value, args: Args, depth: int) -> Value:
    """What a model within a model becomes."""
    content = machine.content(value)
    if depth < 6 and isinstance(content, Instance) and content.type == "object":
        slots: dict[Key, Slot] = {
            name: Slot(_plain(machine, held, args, depth + 1)) for name, held in _fields(machine, value).items()
        }
        return machine.allocate(Mapping(slots, span=args.span))
    return copied(machine, value, 10)


for _name in _MODELS:
    METHODS[_name] = _of_model

for _name in ("pydantic.Field", "attrs.field", "attr.ib", "attr.field"):
    LIBRARY[_name] = field
for _name in ("attrs.define", "attrs.frozen", "attrs.mutable", "attr.s", "attr.attrs", "attr.define", "attr.frozen"):
    LIBRARY[_name] = decorator
for _name in ("pydantic.dataclasses.dataclass", "dagster_shared.record.record", "dagster.record"):
    LIBRARY[_name] = decorator
LIBRARY["attrs.asdict"] = LIBRARY["attr.asdict"] = as_dict
LIBRARY["attrs.Factory"] = LIBRARY["attr.Factory"] = lambda machine, args: Instance(
    "field", {"default_factory": args.get("factory", 0) or NONE}
)
LIBRARY["attrs.evolve"] = LIBRARY["attr.evolve"] = lambda machine, args: (
    _changed(machine, args.positional[0], args) if args.positional else computed(args.span)
)


def configured(machine: Machine, value: Value, span: Span) -> None:
    """Lets the fields of a configuration be what a run may set them to. A text is taken to be its default, for it may
    name a script; whether something is on, or is there at all, or is many, decides what is passed and launched.
    """
    if not isinstance(value, Reference):
        return
    for name, held in _fields(machine, value).items():
        unknown = Unknown(f"`{name}` is set when the run is configured", span, foreign=True)
        match machine.content(held):
            case Known(value=None) | Unknown() | Sequence(items=()):
                wide: Value = unknown
            case Mapping(slots=slots) as content:
                perhaps = {key: slot._replace(always=False) for key, slot in slots.items()}
                wide = machine.allocate(content._replace(slots=perhaps, stop=unknown))
            case Known(value=bool() | int() | float() | "" as default):
                wide = Instance(type(default).__name__)
            case _:
                continue
        machine.store.write((value.ident, ".", name), wide)


# --- enums ----------------------------------------------------------------------------------------------------------


def _of_enum(machine: Machine, member: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    """A member's own attribute, which its class's `__init__` has set; its method, or its property."""
    class_ = member.fields.get("class")
    if name in ("value", "name", "_value_", "_name_") or not isinstance(class_, ClassObject):
        return member.fields.get(name.strip("_")) if name.startswith("_") else None
    me = machine.allocate(Instance("object", {"class": class_}))
    for own in ("value", "name"):
        machine.store.write((me.ident, ".", own), member.fields[own])
    initialize = class_member(machine, me, "__init__")
    if isinstance(initialize, Closure):
        value = machine.content(member.fields["value"])
        given = value.items if isinstance(value, Sequence) and value.kind == "tuple" else (value,)
        machine.call(initialize, Args(tuple(Arg(each, span) for each in given), span, span, frame))
    own_value = machine.store.read((me.ident, ".", name))
    if own_value is not None:
        return own_value
    found = class_member(machine, me, name)
    if isinstance(found, Closure) and found.receiver == me:
        return found._replace(receiver=member)
    if isinstance(found, Instance) and found.type == "property" and isinstance(found.fields["function"], Closure):
        return machine.invoke(found.fields["function"], [member], span, frame)
    return found


MEMBERS["enum"] = _of_enum


def enum_members(machine: Machine, class_: ClassObject, span: Span) -> list[Value]:
    """The members of an enum, in order; an alias is no member."""
    body = class_.code.body
    found: list[Value] = []
    for node in body.body if isinstance(body, ir.Block) else (body,):
        match node:
            case ir.Assign(target=ir.Name(name=name), value=value) if not isinstance(
                value, ir.Function | ir.Class | None
            ):
                made = member(machine, class_, name, span, machine.frames[class_.frame])
                if not name.startswith("_") and all(value_of(made) != value_of(other) for other in found):
                    found.append(made)
    return found


def value_of(made: Value) -> Value:
    return made.fields["value"] if isinstance(made, Instance) and made.type == "enum" else made


def _elements_of_class(machine: Machine, made: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    class_ = made.fields["class"]
    if isinstance(class_, ClassObject) and is_enum(class_):
        return tuple(enum_members(machine, class_, span)), True
    return (), False


ITERATE["class"] = _elements_of_class
