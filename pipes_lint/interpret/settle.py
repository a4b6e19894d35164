"""Values as they leave the machine: what a reference holds at this moment, in place of the reference."""

from __future__ import annotations

from ..contract import Passed, RawArgument
from ..source import Span
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
    Symbol,
    Unknown,
    Value,
    join,
)
from .keys import is_unknown_key
from .machine import MAPPINGS, Args, Machine

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
                plain = name if _is_plain(class_) else None
                return Unknown(f"it is an instance of `{name}`", instance=plain, true=_is_true(machine, class_))
            return settle(machine, content, depth + 1)
        case Sequence(items=items):
            settled_items = tuple(settle(machine, item, depth + 1) for item in items)
            last = tuple(settle(machine, item, depth + 1) for item in value.behind)
            return value._replace(items=settled_items, behind=last)
        case Mapping(slots=slots):
            settled = {
                key: slot._replace(value=settle(machine, slot.value, depth + 1))
                for key, slot in slots.items()
                if "session" in machine.roles or not is_unknown_key(key)
            }
            return value._replace(slots=settled)
        case OneOf(options=several):
            return join([settle(machine, option, depth + 1) for option in several])
        case Instance(type="enum", fields={"class": ClassObject() as class_, "value": own}):
            return _settled_enum(machine, class_, settle(machine, own, depth + 1))
        case Instance(type="collections.Counter", fields={"of": of}):
            counts = settle(machine, of, depth + 1)
            return counts if isinstance(counts, Mapping) and counts.complete else Instance(value.type)
        case Instance(type="vars", span=Span() as span):
            return settle(machine, MAPPINGS["vars"](machine, value, span), depth + 1)
        case Instance(fields=fields) if fields:
            return value._replace(fields={name: settle(machine, each, depth + 1) for name, each in fields.items()})
        case Bound():
            return Unknown(f"`{value.name}` may be a method or not", value.span, foreign=True)
        case Closure() | ClassObject() | ModuleObject() | Partial():
            return Instance("function" if isinstance(value, Closure | Partial) else "type")
    return value


_PLAIN = frozenset(
    "builtins.object abc.ABC typing.Generic typing.Protocol pydantic.BaseModel dagster.Config dagster.PermissiveConfig "
    "dagster.ConfigurableResource dagster.PipesSubprocessClient builtins.Exception builtins.ValueError".split()
)


def _settled_enum(machine: Machine, class_: ClassObject, own: Value) -> Value:
    """An enum's member: one that is a number is this number; a plain one is an object that only Python understands."""
    bases = {base.name for base in class_.bases if isinstance(base, Symbol)}
    if len(bases) == len(class_.bases) and bases <= {"enum.IntEnum", "enum.IntFlag", "builtins.int", "enum.Enum"}:
        if bases != {"enum.Enum"}:
            return own
        true = _asks_nobody(machine, class_)
        return Unknown(f"it is a member of `{class_.code.name}`", instance=class_.code.name, true=true)
    return Unknown(f"it is a member of `{class_.code.name}`")


def _is_plain(class_: Value) -> bool:
    """Whether a class certainly is not made from one of Python's own types of data."""
    match class_:
        case ClassObject(bases=bases):
            return all(map(_is_plain, bases))
        case Symbol(name=name):
            return name in _PLAIN
    return False


def _is_true(machine: Machine, class_: Value) -> bool:
    """Whether an instance certainly counts as true."""
    return _is_plain(class_) and _asks_nobody(machine, class_)


def _asks_nobody(machine: Machine, class_: Value) -> bool:
    """Whether no class of the project's says whether its instances count as true."""
    if not isinstance(class_, ClassObject):
        return True
    own = any(machine.store.read((class_.frame, name)) is not None for name in ("__bool__", "__len__"))
    return not own and all(_asks_nobody(machine, base) for base in class_.bases)


def raw_arguments(machine: Machine, args: Args) -> tuple[RawArgument, ...]:
    """A call's arguments for a contract."""
    return tuple(
        RawArgument(arg.name, Passed(settle(machine, arg.value), arg.where), arg.span, arg.loose) for arg in args.items
    )
