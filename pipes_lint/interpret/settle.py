"""Values as they leave the machine: what a reference holds at this moment, in place of the reference."""

from __future__ import annotations

from ..contract import Passed, RawArgument
from ..values import (
    Bound,
    ClassObject,
    Closure,
    Instance,
    Mapping,
    ModuleObject,
    OneOf,
    Partial,
    Reference,
    Sequence,
    Slot,
    Unknown,
    Value,
    join,
)
from .machine import Args, Machine

_DEEPEST = 12


def settle(machine: Machine, value: Value, depth: int = 0) -> Value:
    """A value without references, as it is now."""
    if depth > _DEEPEST:
        return Unknown("it holds itself, or is nested too deep")
    match value:
        case Reference():
            content = machine.content(value)
            if isinstance(content, Instance) and content.type == "object":
                class_ = content.fields["class"]
                name = class_.code.name if isinstance(class_, ClassObject) else "a class"
                return Unknown(f"it is an instance of `{name}`")
            return settle(machine, content, depth + 1)
        case Sequence(items=items):
            return value._replace(items=tuple(settle(machine, item, depth + 1) for item in items))
        case Mapping(slots=slots):
            settled = {
                key: Slot(settle(machine, slot.value, depth + 1), slot.always, slot.span) for key, slot in slots.items()
            }
            return value._replace(slots=settled)
        case OneOf(options=several):
            return join([settle(machine, option, depth + 1) for option in several])
        case Instance(fields=fields) if fields:
            return value._replace(fields={name: settle(machine, each, depth + 1) for name, each in fields.items()})
        case Bound():
            return Unknown(f"`{value.name}` may be a method or not", value.span, foreign=True)
        case Closure() | ClassObject() | ModuleObject() | Partial():
            return Instance("function" if isinstance(value, Closure | Partial) else "type")
    return value


def raw_arguments(machine: Machine, args: Args) -> tuple[RawArgument, ...]:
    """A call's arguments for a contract."""
    return tuple(
        RawArgument(arg.name, Passed(settle(machine, arg.value), arg.where), arg.span, arg.loose) for arg in args.items
    )
