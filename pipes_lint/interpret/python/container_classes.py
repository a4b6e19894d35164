"""Classes of the project's that are dictionaries or lists themselves: what an instance holds."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Reference, Unknown, Value
from ..assign import with_element
from ..classes import HELD, held_by
from ..instances import FILLED
from ..machine import LIBRARY, MEMBERS, METHODS, NONE, Args, Frame, Machine
from ..members import item

_KINDS: Final = {
    "builtins.dict": "builtins.dict",
    "collections.OrderedDict": "builtins.dict",
    "collections.UserDict": "builtins.dict",
    "collections.defaultdict": "collections.defaultdict",
    "builtins.list": "builtins.list",
    "collections.UserList": "builtins.list",
    "collections.deque": "collections.deque",
}
"""The base classes, and what makes what they hold."""


def _fill(base: str, machine: Machine, instance: Reference, args: Args) -> None:
    machine.store.write((HELD, instance.ident), LIBRARY[_KINDS[base]](machine, args))


def _instance(bound: Bound) -> Value:
    receiver = bound.receiver
    return receiver.fields.get("self", NONE) if isinstance(receiver, Instance) else NONE


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    """A method of the base class, on what the instance holds."""
    instance = _instance(bound)
    if bound.name == "__init__" and isinstance(instance, Reference) and isinstance(bound.receiver, Instance):
        _fill(bound.receiver.type, machine, instance, args)
        return NONE
    inner = held_by(machine, instance)
    if not isinstance(inner, Reference):
        return machine.gap("what an instance of a subclass of a container holds is not known", args.span)
    node = ir.Literal(args.span, None)
    element = ir.Item(args.span, node, node, ir.Access.SUBSCRIPT)
    match bound.name, args.positional:
        case "__setitem__", (key, value):
            machine.store.write(inner.ident, with_element(machine.content(inner), key, value, element))
            return NONE
        case "__getitem__", (key,):
            return item(machine, inner, key, element, args.frame)
    return machine.call(Bound(inner, bound.name, bound.span), args)


def _member(machine: Machine, made: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    """`UserDict.data`; nothing else is there but methods."""
    inner = held_by(machine, made.fields.get("self", NONE))
    if name == "data" and made.type.startswith("collections.User") and inner is not None:
        return inner
    known = hasattr(dict, name) or hasattr(list, name) or name == "appendleft"
    return Bound(made, name, span) if known else Unknown(f"`{name}` is not set where that can be seen", span)


for _base in _KINDS:
    FILLED[_base] = _fill
    METHODS[_base] = _method
    MEMBERS[_base] = _member
