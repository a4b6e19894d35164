"""R6's classes, whose instances change in place."""

from __future__ import annotations

from typing import Final

from ...values import Bound, Closure, Instance, Key, Known, Mapping, Reference, Sequence, Slot, Unknown, Value
from ..machine import ACTIVE, CALLS, METHODS, NONE, Args, Machine, library
from .values import computed, take

_CLASS: Final = "r:R6Class"
_CLONE: Final = "r:function.clone"
_PARTS: Final = ("public", "private", "active")
_MOST_PARENTS: Final = 8


@library("base.R6Class")
def r6_class(machine: Machine, args: Args) -> Value:
    taken = take(args, "classname", "public", "private", "active", "inherit", "lock_objects", "class", "portable",
                 "lock_class", "cloneable", "parent_env")  # fmt: skip
    names = ("classname", "public", "private", "active", "inherit", "class")
    fields = {name: value for name in names if (value := taken.get(name)) is not None}
    return Instance(_CLASS, fields, machine.store.ident(), span=args.span)


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    class_ = machine.content(bound.receiver)
    if not isinstance(class_, Instance):
        return None
    match bound.name:
        case "new":
            return _instance(machine, class_, args)
        case "set":
            return _set(machine, class_, args)
    return None


METHODS[_CLASS] = _method


def _set(machine: Machine, class_: Instance, args: Args) -> Value:
    """`Class$set("public", name, value)`: what is made from now on has it."""
    taken = take(args, "which", "name", "value", "overwrite")
    part, name = taken.known("which"), taken.known("name")
    if part not in _PARTS or not isinstance(name, str):
        return machine.gap("what is added to a class is not known", args.span)
    cell = ("r6", class_.ident, part)
    before = machine.store.read(cell)
    slots = before.slots if isinstance(before, Mapping) else {}
    machine.store.write(cell, Mapping({**slots, name: Slot(taken.get("value") or NONE)}, None, "list"))
    return class_


def _chain(machine: Machine, class_: Instance) -> list[Instance] | None:
    """A class and those that it inherits from; None if one of them is not known."""
    found = [class_]
    while "inherit" in found[-1].fields:
        parent = machine.content(found[-1].fields["inherit"])
        if not isinstance(parent, Instance) or parent.type != _CLASS or len(found) > _MOST_PARENTS:
            return None
        found.append(parent)
    return found


def _members(machine: Machine, class_: Instance, part: str) -> Mapping | None:
    content = machine.content(class_.fields.get(part, NONE))
    added = machine.store.read(("r6", class_.ident, part))
    more = added.slots if isinstance(added, Mapping) else {}
    match content:
        case Mapping():
            return content._replace(slots={**content.slots, **more})
        case Known(value=None) | Sequence(items=(), complete=True):
            return Mapping(dict(more))
    return None


def _names(machine: Machine, chain: list[Instance]) -> tuple[str, ...] | None:
    """The class attribute of an instance."""
    if chain[0].fields.get("class") == Known(False):
        return ()
    names = [machine.content(each.fields.get("classname", NONE)) for each in chain]
    if not all(isinstance(each, Known) and isinstance(each.value, str | None) for each in names):
        return None
    return (*(str(each.value) for each in names if isinstance(each, Known) and each.value is not None), "R6")


def _instance(machine: Machine, class_: Instance, args: Args) -> Value:
    made = _made(machine, class_, args)
    if made is None:
        machine.gap("a class inherits from one that cannot be seen", args.span)
        return computed(args, "an object of a class that cannot be seen")
    myself, private = made
    content = machine.content(myself)
    held = machine.content(private)
    for part in (content, held):
        last = part.slots.get("finalize") if isinstance(part, Mapping) else None
        if last is not None and isinstance(last.value, Closure):  # it goes when the program does, if not before
            machine.roles.setdefault("at_exit", []).append(last.value)
    first = content.slots.get("initialize") if isinstance(content, Mapping) else None
    if first is not None and isinstance(first.value, Closure):
        machine.call(first.value, args)
    return myself


def _made(machine: Machine, class_: Instance, args: Args) -> tuple[Reference, Reference] | None:
    """An instance before it is initialized, and its private part."""
    chain = _chain(machine, class_)
    if chain is None:
        return None
    myself, private = (machine.allocate(Mapping({}, None, "list")) for _ in range(2))
    own: dict[str, dict[Key, Slot]] = {"public": {}, "private": {}}
    above: Value = NONE
    stop: Unknown | None = None
    for each in reversed(chain):
        inherited: dict[Key, Slot] = {}
        for part in _PARTS:
            members = _members(machine, each, part)
            if members is None or members.stop:
                stop = machine.gap("what the class has is not known", args.span)
            for name, slot in members.slots.items() if members else ():
                bound = _bound(machine, slot.value, myself, private, above)
                if part == "active":
                    bound = Instance(ACTIVE, {"function": bound})
                own["private" if part == "private" else "public"][name] = slot._replace(value=bound)
                if isinstance(bound, Closure) or part == "active":
                    inherited[name] = slot._replace(value=bound)
        before = machine.content(above)
        if isinstance(before, Mapping):
            inherited = {**before.slots, **inherited}
        above = machine.allocate(Mapping(inherited, None, "list"))
    clone = Instance(_CLONE, {"class": class_, "self": myself, "private": private})
    own["public"].setdefault("clone", Slot(clone))
    classes = _names(machine, chain)
    machine.store.write(myself.ident, Mapping(own["public"], stop, "list", classes=classes))
    machine.store.write(private.ident, Mapping(own["private"], stop, "list"))
    return myself, private


def _cloned(machine: Machine, clone: Instance, args: Args) -> Value:
    """Another object with the same fields, whose methods speak of itself."""
    class_, deep = clone.fields["class"], args.get("deep", 0)
    made = _made(machine, class_, args) if isinstance(class_, Instance) else None
    if made is None or deep not in (None, Known(False)):
        machine.gap("what a copy of this object holds is not known", args.span)
        return computed(args, "it is a copy of an object")
    for new, name in zip(made, ("self", "private"), strict=True):
        old, fresh = machine.content(clone.fields[name]), machine.content(new)
        if not isinstance(old, Mapping) or not isinstance(fresh, Mapping):
            continue
        methods = {key for key, slot in fresh.slots.items() if _is_method(slot.value)}
        fields = {key: slot for key, slot in old.slots.items() if key not in methods}
        machine.store.write(new.ident, fresh._replace(slots={**fresh.slots, **fields}, stop=old.stop))
    return made[0]


def _is_method(value: Value) -> bool:
    return isinstance(value, Closure) or isinstance(value, Instance) and value.type in (ACTIVE, _CLONE)


CALLS[_CLONE] = _cloned


def _bound(machine: Machine, value: Value, myself: Reference, private: Reference, above: Value) -> Value:
    """A method, with `self`, `private` and `super` in sight."""
    if not isinstance(value, Closure):
        return value
    home = machine.frames[value.frame]
    frame = machine.frame(home, home.scope, "function")
    machine.bind("self", myself, frame)
    machine.bind("private", private, frame)
    machine.bind("super", above, frame)
    return value._replace(frame=frame.ident)
