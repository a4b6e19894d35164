"""R's reference classes (`setRefClass`): objects whose fields are variables of their methods."""

from __future__ import annotations

from functools import partial
from typing import Final

from ...values import Bound, Closure, Instance, Known, Sequence, Unknown, Value
from ..machine import CALLS, ITEMS, METHODS, NONE, SET_ITEM, Args, Frame, Machine, library
from .values import computed, initial, parts, plain_texts, take

_CLASS: Final = "r:RefClass"
_OBJECT: Final = "r:refobject"
_MOST_PARENTS: Final = 8
_ROLE: Final = "reference classes"
_BUILT_IN: Final = ("initFields", "copy", "field", "getClass", "getRefClass", "show")


@library("base.setRefClass")
def set_class(machine: Machine, args: Args) -> Value:
    taken = take(args, "Class", "fields", "contains", "methods", "where", "inheritPackage")
    name = taken.known("Class")
    if not isinstance(name, str) or taken.loose:
        machine.gap("a class is made of what is not known", args.span)
        return computed(args, "a class is made of what is not known")
    fields = {each: value for each in ("fields", "contains", "methods") if (value := taken.get(each)) is not None}
    home = Known(args.frame.ident)
    made = Instance(_CLASS, {**fields, "name": Known(name), "home": home}, machine.store.ident(), span=args.span)
    machine.roles.setdefault(_ROLE, {})[name] = made
    return made


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    class_ = machine.content(bound.receiver)
    if not isinstance(class_, Instance):
        return None
    match bound.name:
        case "new":
            return _new(machine, class_, args)
        case "methods":
            return _add_methods(machine, class_, args)
        case "show" | "lock" | "accessors" | "help":
            return NONE
    return None


METHODS[_CLASS] = _method


def _add_methods(machine: Machine, class_: Instance, args: Args) -> Value:
    added = dict(_own_methods(machine, class_, args) or {})
    for arg in args.items:
        content = machine.content(arg.value)
        if arg.name is not None:
            added[arg.name] = content
            continue
        found = parts(machine, content, args.span)
        if found is None or any(name is None for name, _ in found):
            return machine.gap("which methods are added to a class is not known", args.span)
        added.update({str(name): value for name, value in found})
    held = {name: value for name, value in added.items() if isinstance(value, Closure)}
    machine.roles.setdefault("added methods", {})[class_.ident] = held
    return NONE


def _own_methods(machine: Machine, class_: Instance, args: Args) -> dict[str, Value] | None:
    added = machine.roles.get("added methods", {}).get(class_.ident, {})
    found = parts(machine, class_.fields.get("methods", NONE), args.span)
    if found is None or any(name is None or not isinstance(value, Closure) for name, value in found):
        return None
    return {**{str(name): value for name, value in found}, **added}


def _chain(machine: Machine, class_: Instance, args: Args) -> list[Instance] | None:
    """A class and those that it inherits from; None if one of them is not known."""
    found = [class_]
    while "contains" in found[-1].fields:
        parent = machine.content(found[-1].fields["contains"])
        if isinstance(parent, Known) and isinstance(parent.value, str):
            if parent.value in ("envRefClass", "VIRTUAL"):
                break
            parent = machine.roles.get(_ROLE, {}).get(parent.value, NONE)
        if not isinstance(parent, Instance) or parent.type != _CLASS or len(found) > _MOST_PARENTS:
            return None
        found.append(parent)
    return found


def _fields(machine: Machine, class_: Instance, args: Args) -> dict[str, Value] | None:
    """The fields that a class declares, each with what it is at first; None if they are not known."""
    declared = machine.content(class_.fields.get("fields", NONE))
    if isinstance(declared, Known | Sequence) and declared != NONE:
        names = plain_texts(machine, declared, args.span)
        return None if names is None else dict.fromkeys(names, initial("ANY"))
    found = parts(machine, declared, args.span)
    if found is None or any(name is None or not isinstance(value, Known) for name, value in found):
        return None
    return {str(name): initial(value.value) for name, value in found if isinstance(value, Known)}


def _new(machine: Machine, class_: Instance, args: Args) -> Value:
    made = _made(machine, class_, args)
    if made is None:
        machine.gap("a class of which not all can be seen", args.span)
        return computed(args, "an object of a class that cannot be seen")
    first = machine.store.read((_home(made), "initialize"))
    if isinstance(first, Closure):
        machine.call(first, args)
    else:
        _set_fields(machine, made, args)
    return made


CALLS[_CLASS] = _new


def of_name(machine: Machine, name: str, args: Args) -> Value | None:
    """A new object of the class of this name, if it is a reference class."""
    class_ = machine.roles.get(_ROLE, {}).get(name)
    return _new(machine, class_, args) if isinstance(class_, Instance) else None


def _home(made: Instance) -> int:
    frame = made.fields["frame"]
    return frame.value if isinstance(frame, Known) and isinstance(frame.value, int) else 0


def _made(machine: Machine, class_: Instance, args: Args) -> Instance | None:
    """An object before it is initialized: a frame of its fields, around those of its methods."""
    chain = _chain(machine, class_, args)
    home = class_.fields["home"]
    if chain is None or not isinstance(home, Known) or not isinstance(home.value, int):
        return None
    outside = machine.frames[home.value]
    own = machine.frame(outside, outside.scope, "function")
    names = tuple(each.fields["name"] for each in chain)
    fields: dict[str, Value] = {"frame": Known(own.ident), "class": Sequence(names, "vector"), "of": class_}
    made = Instance(_OBJECT, fields, machine.store.ident(), span=args.span)
    machine.bind(".self", made, own)
    for name in _BUILT_IN:
        machine.bind(name, Instance(f"r:function.of_object.{name}", {"self": made}), own)
    for each in reversed(chain):
        declared, methods = _fields(machine, each, args), _own_methods(machine, each, args)
        if declared is None or methods is None:
            return None
        for name, value in declared.items():
            machine.bind(name, value, own)
        for name, method in methods.items():
            if isinstance(method, Closure):
                _bind_method(machine, name, method, made, own)
    return made


def _bind_method(machine: Machine, name: str, method: Closure, made: Instance, own: Frame) -> None:
    """A method, which sees the fields, the other methods, and as `callSuper` the one that it replaces."""
    inner = machine.frame(own, own.scope, "function")
    above = machine.store.read((own.ident, name))
    otherwise = Instance("r:function.of_object.initFields" if name == "initialize" else "r:function.of_object.nothing",
                         {"self": made})  # fmt: skip
    machine.bind("callSuper", above if isinstance(above, Closure) else otherwise, inner)
    machine.bind(name, method._replace(frame=inner.ident), own)


def _set_fields(machine: Machine, made: Instance, args: Args) -> Value:
    """What an object is made with goes to its fields, by their names."""
    own = machine.frames[_home(made)]
    if args.loose or any(arg.name is None for arg in args.items):
        machine.gap("what an object is made with is not known", args.span)
    for arg in args.items:
        if arg.name is not None:
            machine.bind(arg.name, machine.promised(arg.value), own)
    return made


def _copy(machine: Machine, made: Instance, args: Args) -> Value:
    class_ = made.fields["of"]
    other = _made(machine, class_, args) if isinstance(class_, Instance) else None
    if other is None:
        return machine.gap("what a copy of this object holds is not known", args.span)
    new = machine.frames[_home(other)]
    for cell, value in list(machine.store.cells.items()):
        if isinstance(cell, tuple) and cell[0] == _home(made) and not _is_method(value) and cell[1] != ".self":
            machine.bind(str(cell[1]), value, new)
    return other


def _is_method(value: Value) -> bool:
    return isinstance(value, Closure) or isinstance(value, Instance) and value.type.startswith("r:function.of_object.")


def _of_object(name: str, machine: Machine, function: Instance, args: Args) -> Value:
    made = function.fields["self"]
    assert isinstance(made, Instance)
    args = machine.worked_out(args)
    match name:
        case "initFields":
            return _set_fields(machine, made, args)
        case "copy":
            return _copy(machine, made, args)
        case "field" if len(args.positional) == 1:
            return _read(machine, made, args.positional[0], args)
        case "field" if len(args.positional) == 2:
            _write(machine, made, args.positional[0], args.positional[1])
            return NONE
        case "show":
            return NONE
    return computed(args)


for _name in (*_BUILT_IN, "nothing"):
    CALLS[f"r:function.of_object.{_name}"] = partial(_of_object, _name)


def _read(machine: Machine, made: Instance, key: Value, args: Args | None) -> Value:
    unknown = Unknown("it is a field that is not known", args.span if args else None)
    if not isinstance(key, Known) or not isinstance(key.value, str):
        return unknown
    if machine.store.read((_home(made), key.value)) is None:
        return unknown
    return machine.find(key.value, machine.frames[_home(made)]) or unknown


def _write(machine: Machine, made: Instance, key: Value, value: Value) -> Instance:
    if isinstance(key, Known):
        machine.bind(str(key.value), value, machine.frames[_home(made)])
    else:
        machine.gap("which field is set is not known", made.span)
    return made


ITEMS[_OBJECT] = lambda machine, made, key, node, frame: _read(machine, made, key, None)
SET_ITEM[_OBJECT] = _write


def shown(machine: Machine, made: Instance, args: Args) -> Value | None:
    """What `print` of an object runs: its own `show`; None if it has none."""
    found = machine.store.read((_home(made), "show"))
    return machine.call(found, args._replace(items=())) if isinstance(found, Closure) else None
