"""Classes of the project's: where a name is found in them, and what it is when it is taken off an instance."""

from __future__ import annotations

from typing import Final

from ..values import ClassObject, Closure, Instance, Reference, Symbol, Value
from .machine import INHERITED, Machine

BARE: Final = ("abc.ABC", "typing.Generic", "typing.Protocol", "builtins.object", "typing_extensions.Protocol")
"""Base classes that give their subclasses nothing."""
METACLASS: Final = "<metaclass>"
"""The name under which a class's namespace keeps its metaclass, if that is one of the project's."""


LOOKS_UP_ALL: Final = "looks up all"
"""The role that tells whether any class has a `__getattribute__`."""
HELD: Final = "held"
"""The first part of the cell that has what an instance holds which is a dictionary or list itself."""


def held_by(machine: Machine, value: Value) -> Value | None:
    """What an instance of a class of the project's holds that is a dictionary or list itself; None for any other."""
    return machine.store.read((HELD, value.ident)) if isinstance(value, Reference) else None


def order(class_: Value) -> list[Value]:
    """A class and all above it, in the order in which Python looks for a name in them."""
    if not isinstance(class_, ClassObject):
        return [class_]
    if len(class_.bases) <= 1:
        return [class_, *(each for base in class_.bases for each in order(base))]
    chains = [*map(order, class_.bases), list(class_.bases)]
    found: list[Value] = [class_]
    while any(chains):
        chains = [chain for chain in chains if chain]
        free = [chain[0] for chain in chains if not any(chain[0] in other[1:] for other in chains)]
        taken = free[0] if free else chains[0][0]
        found.append(taken)
        chains = [[each for each in chain if each != taken] for chain in chains]
    return found


def in_class(machine: Machine, class_: Value, name: str) -> tuple[Value | None, Value | None]:
    """The class in which a name is found, and what it is there."""
    each = class_
    while isinstance(each, ClassObject):
        own = machine.store.cells.get((each.frame, name))
        if own is not None:
            return each, own
        if len(each.bases) != 1:
            return in_any(machine, order(each)[1:], name)
        each = each.bases[0]
    return None, None


def in_any(machine: Machine, classes: list[Value], name: str) -> tuple[Value | None, Value | None]:
    for each in classes:
        if isinstance(each, ClassObject):
            own = machine.store.read((each.frame, name))
            if own is not None:
                return each, own
    return None, None


def class_member(machine: Machine, value: Value, name: str) -> Value | None:
    """What an instance of a class of the project's finds under a name in its class, bound to the instance."""
    content = machine.content(value)
    if not (isinstance(content, Instance) and content.type == "object"):
        return None
    owner, found = in_class(machine, content.fields["class"], name)
    return bind(found, value, owner, content.fields["class"])


def is_object(machine: Machine, value: Value) -> bool:
    """Whether it is an instance of a class of the project's."""
    if not isinstance(value, Reference):
        return False
    content = machine.content(value)
    return isinstance(content, Instance) and content.type == "object"


def _inherited(machine: Machine, value: Reference, name: str) -> Value | None:
    found = class_member(machine, value, name)
    return None if isinstance(found, Instance) and found.type == "property" else found


INHERITED.append(_inherited)


def bind(found: Value | None, value: Value, owner: Value | None, class_: Value) -> Value | None:
    """What an attribute of a class is when it is taken off an instance, or off the class itself (`value`)."""
    match found:
        case Closure(receiver=None):
            return found._replace(receiver=value, owner=owner)
        case Instance(type="staticmethod", fields=fields):
            return fields["function"]
        case Instance(type="classmethod", fields=fields):
            return bind(fields["function"], class_, owner, class_)
        case Instance(fields={"function": function} as fields) if found.type in STANDS_FOR:
            bound = bind(function, value, owner, class_)
            return found._replace(fields={**fields, "function": bound}) if bound else found
        case Instance(type="declared"):
            return None
    return found


STANDS_FOR = {"contextlib.generatorfunction"}
"""The types of what stands for a function, and becomes a method as that does."""


def library_base(machine: Machine, class_: Value) -> str | None:
    """The dotted name of the first base class that a library defines (`dagster.PipesSubprocessClient`), if any."""
    if isinstance(class_, Symbol):
        return class_.name
    if isinstance(class_, ClassObject):
        for base in class_.bases:
            found = library_base(machine, base)
            if found:
                return found
    return None


def is_enum(class_: ClassObject) -> bool:
    return any(isinstance(base, Symbol) and base.name.startswith("enum.") for base in class_.bases)
