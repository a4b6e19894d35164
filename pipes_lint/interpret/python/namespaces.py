"""`vars(…)` and `__dict__`: the names that an object, a class or a module has, as a dictionary that changes with it."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...source import Span
from ...values import (
    Bound,
    ClassObject,
    Instance,
    Key,
    Known,
    Mapping,
    ModuleObject,
    Reference,
    Slot,
    Unknown,
    Value,
)
from ..assign import set_member
from ..calls import as_mapping
from ..classes import is_object
from ..iterate import elements
from ..machine import CONTAINS, ITEMS, ITERATE, MAPPINGS, METHODS, NONE, PUT, Args, Frame, Machine, library
from ..making_classes import names_in
from ..members import item
from ..modules import load
from ..operate import operate
from ..plain import given
from ..symbols import bound_names

VARS: Final = "vars"


@library("builtins.vars")
def attributes_of(machine: Machine, args: Args) -> Value:
    """`vars(value)`, `value.__dict__`."""
    value = args.positional[0] if args.positional else NONE
    if is_object(machine, value) or isinstance(value, ClassObject | ModuleObject):
        return Instance(VARS, {"of": value}, span=args.span)
    content = machine.content(value)
    if isinstance(content, Instance) and content.type == "argparse.Namespace":
        return machine.allocate(MAPPINGS[content.type](machine, content, args.span))
    return given(args.span, "an object's inside")


def _names(machine: Machine, made: Instance, span: Span) -> Mapping:
    """What the object has now."""
    of = made.fields["of"]
    held: dict[str, Value | None] = {}
    match of:
        case Reference(ident=ident):
            held.update(machine.store.attributes(ident))
        case ClassObject(frame=ident):
            held = {name: machine.store.read((ident, name)) for name in names_in(of)}
        case ModuleObject(path=path):
            code, frame = machine.world.load(path), load(machine, path)
            names = bound_names(code) if code is not None and frame is not None else []
            held = {name: machine.find(name, frame) for name in names} if frame else {}
    own = Unknown("Python itself sets it", span, foreign=True)
    dunder = () if isinstance(of, Reference) else ("__module__", "__doc__", "__dict__", "__name__")
    slots: dict[Key, Slot] = {name: Slot(own) for name in dunder}
    slots.update({name: Slot(value) for name, value in held.items() if value is not None})
    return Mapping(slots, span=span)


def _item(machine: Machine, made: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    return item(machine, machine.allocate(_names(machine, made, node.span)), key, node, frame)


def _put(machine: Machine, made: Value, key: Value, value: Value) -> None:
    if isinstance(made, Instance) and isinstance(key, Known) and isinstance(key.value, str):
        of = made.fields["of"]
        if isinstance(of, Reference):
            machine.store.write((of.ident, ".", key.value), value)
        else:
            set_member(machine, of, key.value, value)


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    made = bound.receiver
    if not isinstance(made, Instance):
        return None
    match bound.name:
        case "update":
            for given_ in args.positional:
                for key, slot in as_mapping(machine, given_, args.span).slots.items():
                    _put(machine, made, Known(key), slot.value)
            for name, value in args.named.items():
                _put(machine, made, Known(name), value)
            return NONE
        case "__setitem__" if len(args.positional) == 2:
            _put(machine, made, *args.positional)
            return NONE
    return machine.call(Bound(machine.allocate(_names(machine, made, args.span)), bound.name, bound.span), args)


def _contains(machine: Machine, made: Instance, key: Value, span: Span) -> bool | None:
    frame = next(iter(machine.frames.values()))
    found = operate(machine, "in", [key, _names(machine, made, span)], span, frame)
    return found.value is True if isinstance(found, Known) else None


ITEMS[VARS] = _item
PUT[VARS] = _put
METHODS[VARS] = _method
CONTAINS[VARS] = _contains
MAPPINGS[VARS] = _names
ITERATE[VARS] = lambda machine, made, span: elements(machine, _names(machine, made, span), span)
