"""What runs when a class is made: `__set_name__`, `__init_subclass__`, and its metaclass."""

from __future__ import annotations

from functools import partial

from .. import ir
from ..source import Span
from ..values import ClassObject, Closure, Instance, Key, Known, Mapping, Sequence, Slot, Unknown, Value
from .classes import LOOKS_UP_ALL, METACLASS, bind, class_member, in_any, in_class, order
from .machine import NONE, Args, Frame, Machine, library

_SUBCLASSES = "<subclasses>"


def class_is_made(machine: Machine, made: ClassObject, keywords: dict[str, Value], span: Span, frame: Frame) -> Value:
    """Tells a new class's attributes their names, and those above it that it is there. Gives the class, or what its
    metaclass makes of it.
    """
    if machine.store.read((made.frame, "__getattribute__")) is not None:
        machine.roles[LOOKS_UP_ALL] = True
    for base in made.bases:
        if isinstance(base, ClassObject):
            known = _subclasses(machine, base)
            machine.store.write((base.frame, _SUBCLASSES), known.followed_by((made,)))
    metaclass = keywords.pop("metaclass", None) or _inherited_metaclass(machine, made)
    result: Value = made
    if isinstance(metaclass, ClassObject):
        machine.store.write((made.frame, METACLASS), metaclass)
        result = _by_metaclass(machine, made, metaclass, keywords, span, frame)
    else:
        _told(machine, made, keywords, span, frame)
    return result


def _subclasses(machine: Machine, class_: ClassObject) -> Sequence:
    known = machine.store.read((class_.frame, _SUBCLASSES))
    return known if isinstance(known, Sequence) else Sequence((), "list", complete=known is None)


@library("builtins.type.__subclasses__")
def subclasses(machine: Machine, args: Args) -> Value:
    class_ = args.positional[0] if args.positional else NONE
    return machine.allocate(_subclasses(machine, class_)) if isinstance(class_, ClassObject) else NONE


def _inherited_metaclass(machine: Machine, made: ClassObject) -> Value | None:
    above = (machine.store.read((each.frame, METACLASS)) for each in order(made)[1:] if isinstance(each, ClassObject))
    return next((each for each in above if each is not None), None)


def _told(machine: Machine, made: ClassObject, keywords: dict[str, Value], span: Span, frame: Frame) -> None:
    for name in names_in(made):
        value = machine.store.read((made.frame, name))
        method = class_member(machine, value, "__set_name__") if value is not None else None
        if isinstance(method, Closure):
            machine.invoke(method, [made, Known(name)], span, frame)
    owner, found = in_any(machine, order(made)[1:], "__init_subclass__")
    if isinstance(found, Closure):
        found = Instance("classmethod", {"function": found})
    told = bind(found, made, owner, made)
    if isinstance(told, Closure):
        machine.invoke(told, [], span, frame, **keywords)


def names_in(made: ClassObject) -> list[str]:
    """The names that a class's body binds, in order."""
    body = made.code.body
    found: dict[str, None] = {}
    for node in body.body if isinstance(body, ir.Block) else (body,):
        match node:
            case ir.Assign(target=ir.Name(name=name)):
                found[name] = None
    return list(found)


# --- metaclasses ----------------------------------------------------------------------------------------------------


def _by_metaclass(
    machine: Machine, made: ClassObject, metaclass: ClassObject, keywords: dict[str, Value], span: Span, frame: Frame
) -> Value:
    held = {name: machine.store.read((made.frame, name)) for name in names_in(made)}
    slots: dict[Key, Slot] = {name: Slot(value) for name, value in held.items() if value is not None}
    namespace = machine.allocate(Mapping(slots, span=span))
    arguments: list[Value] = [Known(made.code.name), Sequence(made.bases, "tuple"), namespace]
    if in_class(machine, metaclass, "__prepare__")[1] is not None:
        machine.gap("a metaclass prepares what the class's body runs in", span)
    making = machine.roles.setdefault("classes being made", [])
    making.append((made, partial(_told, machine, made, keywords, span, frame)))
    try:
        result: Value = made
        for name in ("__new__", "__init__"):
            owner, found = in_class(machine, metaclass, name)
            if not isinstance(found, Closure):
                class_being_made(machine)
                continue
            receiver = metaclass if name == "__new__" else result
            bound = found._replace(receiver=receiver, owner=owner)
            given = machine.invoke(bound, arguments, span, frame, **keywords)
            result = given if name == "__new__" else result
    finally:
        making.pop()
    after = machine.content(namespace)
    for key, slot in after.slots.items() if isinstance(after, Mapping) else ():
        if isinstance(key, str) and slot != slots.get(key):
            machine.store.write((made.frame, key), slot.value)
    return result


def class_being_made(machine: Machine) -> Value:
    """What `type.__new__` gives: the class that is being made, of whose making all are then told, once."""
    making = machine.roles.get("classes being made")
    if not making:
        return Unknown("a class is made here out of what is not known")
    made, told = making[-1]
    if told is not None:
        making[-1] = (made, None)
        told()
    return made  # type: ignore[no-any-return]


@library("builtins.type.__new__", "abc.ABCMeta.__new__")
def new_type(machine: Machine, args: Args) -> Value:
    return class_being_made(machine)


@library("builtins.object.__init__", "builtins.object.__init_subclass__", "builtins.type.__init__")
def nothing(machine: Machine, args: Args) -> Value:
    return NONE
