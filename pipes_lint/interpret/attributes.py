"""Attributes of instances that their classes work out or take note of: properties, descriptors, `__getattr__`."""

from __future__ import annotations

from ..source import Span
from ..values import ClassObject, Closure, Instance, Known, Reference, Unknown, Value
from .classes import LOOKS_UP_ALL, METACLASS, bind, class_member, in_class, is_object
from .machine import NONE, Frame, Machine


def fetched(machine: Machine, value: Reference, class_: Value, name: str, span: Span, frame: Frame) -> Value | None:
    """An attribute that the class of an instance gives, worked out; None if it has none of that name."""
    if _looks_up_all(machine, class_):
        return Unknown(f"`{name}` is looked up by `__getattribute__`")
    owner, found = in_class(machine, class_, name)
    match found:
        case Instance(type="property", fields={"function": function} as fields):
            result = machine.invoke(bind(function, value, owner, class_) or function, [], span, frame)
            if "kept" in fields:
                machine.store.write((value.ident, ".", name), result)
            return result
        case Reference() if is_object(machine, found):
            getter = class_member(machine, found, "__get__")
            if isinstance(getter, Closure):
                return machine.invoke(getter, [value, class_], span, frame)
    return bind(found, value, owner, class_)


def goes_first(machine: Machine, class_: Value, name: str) -> bool:
    """Whether what the class has under a name comes before what the instance itself has."""
    if _looks_up_all(machine, class_):
        return True
    found = in_class(machine, class_, name)[1]
    if isinstance(found, Instance):
        return found.type == "property" and "kept" not in found.fields
    return is_object(machine, found or NONE) and class_member(machine, found or NONE, "__set__") is not None


def _looks_up_all(machine: Machine, class_: Value) -> bool:
    return LOOKS_UP_ALL in machine.roles and isinstance(in_class(machine, class_, "__getattribute__")[1], Closure)


def missing(machine: Machine, value: Reference, name: str, span: Span, frame: Frame) -> Value | None:
    """What `__getattr__` gives for an attribute that is not there; None if the class has no such method."""
    if name.startswith("__") and name.endswith("__"):
        return None
    method = class_member(machine, value, "__getattr__")
    return machine.invoke(method, [Known(name)], span, frame) if isinstance(method, Closure) else None


def by_metaclass(machine: Machine, class_: ClassObject, name: str, span: Span, frame: Frame) -> Value | None:
    """What a class itself has by its metaclass; None if that gives it nothing of that name."""
    metaclass = machine.store.read((class_.frame, METACLASS))
    owner, found = in_class(machine, metaclass or NONE, name)
    if isinstance(found, Instance) and found.type == "property":
        return machine.invoke(bind(found.fields["function"], class_, owner, class_) or NONE, [], span, frame)
    if found is not None:
        return bind(found, class_, owner, metaclass or NONE)
    owner, method = in_class(machine, metaclass or NONE, "__getattr__")
    bound = bind(method, class_, owner, class_)
    return machine.invoke(bound, [Known(name)], span, frame) if isinstance(bound, Closure) else None


def getter_of_class(machine: Machine, class_: ClassObject) -> Closure | None:
    """What gives the elements of a class itself (`Settings["limit"]`); None if it has none by code of the project's."""
    metaclass = machine.store.read((class_.frame, METACLASS))
    owner, found = in_class(machine, metaclass or NONE, "__getitem__")
    if not isinstance(found, Closure):
        owner, found = in_class(machine, class_, "__class_getitem__")
    if isinstance(found, Instance) and found.type == "classmethod":
        found = found.fields["function"]
    return found._replace(receiver=class_, owner=owner) if isinstance(found, Closure) else None


def sets(machine: Machine, holder: Reference, name: str, value: Value) -> bool:
    """Sets an attribute of an instance in the way that its class says; whether it says any."""
    content = machine.content(holder)
    if not (isinstance(content, Instance) and content.type == "object"):
        return False
    class_ = content.fields["class"]
    setter = class_member(machine, holder, "__setattr__")
    if isinstance(setter, Closure):
        _invoke(machine, setter, Known(name), value)
        return True
    return _sets_by_descriptor(machine, holder, class_, name, value)


def _sets_by_descriptor(machine: Machine, holder: Reference, class_: Value, name: str, value: Value) -> bool:
    owner, found = in_class(machine, class_, name)
    match found:
        case Instance(type="property", fields={"fset": function}):
            bound = bind(function, holder, owner, class_)
            if isinstance(bound, Closure):
                _invoke(machine, bound, value)
                return True
        case Reference() if is_object(machine, found):
            method = class_member(machine, found, "__set__")
            if isinstance(method, Closure):
                _invoke(machine, method, holder, value)
                return True
    return False


def _invoke(machine: Machine, function: Closure, *values: Value) -> None:
    machine.invoke(function, list(values), function.code.name_span, machine.frames[function.frame])
