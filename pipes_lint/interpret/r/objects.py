"""R's objects with methods: R6 classes, whose instances change in place; the older kinds are not followed."""

from __future__ import annotations

from typing import Final

from ...values import Bound, Closure, Instance, Key, Known, Mapping, Reference, Sequence, Slot, Unknown, Value
from ..machine import METHODS, NONE, Args, Machine, library
from .values import computed, take

_CLASS: Final = "r:R6Class"
_MOST_PARENTS: Final = 8


@library("base.R6Class")
def r6_class(machine: Machine, args: Args) -> Value:
    taken = take(args, "classname", "public", "private", "active", "inherit", "lock_objects", "class", "portable",
                 "lock_class", "cloneable", "parent_env")  # fmt: skip
    fields = {
        name: value for name in ("public", "private", "active", "inherit") if (value := taken.get(name)) is not None
    }
    return Instance(_CLASS, fields, span=args.span)


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    class_ = machine.content(bound.receiver)
    if bound.name != "new" or not isinstance(class_, Instance):
        return None
    return _instance(machine, class_, args)


METHODS[_CLASS] = _method


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
    match content:
        case Mapping():
            return content
        case Known(value=None) | Sequence(items=(), complete=True):
            return Mapping({})
    return None


def _instance(machine: Machine, class_: Instance, args: Args) -> Value:
    chain = _chain(machine, class_)
    if chain is None:
        machine.gap("a class inherits from one that cannot be seen", args.span)
        return computed(args, "an object of a class that cannot be seen")
    myself, private = (machine.allocate(Mapping({}, None, "list")) for _ in range(2))
    own: dict[str, dict[Key, Slot]] = {"public": {}, "private": {}}
    above: Value = NONE
    stop: Unknown | None = None
    for each in reversed(chain):
        inherited: dict[Key, Slot] = {}
        for part in ("public", "private", "active"):
            members = _members(machine, each, part)
            if members is None:
                stop = Unknown("what the class has is not known", args.span, foreign=True)
                continue
            for name, slot in members.slots.items():
                bound = _bound(machine, slot.value, myself, private, above)
                if part == "active":
                    bound = Unknown("it is worked out when it is read", slot.span, foreign=True)
                own["private" if part == "private" else "public"][name] = slot._replace(value=bound)
                if isinstance(bound, Closure):
                    inherited[name] = slot._replace(value=bound)
        before = machine.content(above)
        if isinstance(before, Mapping):
            inherited = {**before.slots, **inherited}
        above = machine.allocate(Mapping(inherited, None, "list"))
    unread = Unknown("it is a copy of an object", args.span, foreign=True)
    own["public"].setdefault("clone", Slot(unread))
    machine.store.write(myself.ident, Mapping(dict(own["public"]), stop, "list"))
    machine.store.write(private.ident, Mapping(dict(own["private"]), stop, "list"))
    made = own["public"].get("initialize")
    if made is not None and isinstance(made.value, Closure):
        machine.call(made.value, args)
    return myself


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


@library("base.setRefClass", "base.setClass", "base.new", "base.new_class", "base.proto")
def other_class(machine: Machine, args: Args) -> Value:
    if machine.roles.get("session"):
        machine.gap("a class of this kind is not followed", args.span)
    return computed(args, "a class of a kind that is not followed")


@library("base.setMethod", "base.setGeneric", "base.setValidity", "base.UseMethod", "base.NextMethod")
def dispatch(machine: Machine, args: Args) -> Value:
    return computed(args, "a method chosen when the script runs")
