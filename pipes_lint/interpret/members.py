"""What `object.name` and `object[key]` give."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from functools import partial
from pathlib import PurePosixPath

from .. import ir
from ..source import Span
from ..values import (
    Bound,
    ClassObject,
    Closure,
    Instance,
    Known,
    Mapping,
    ModuleObject,
    OneOf,
    Partial,
    Reference,
    Sequence,
    Symbol,
    Template,
    Unknown,
    Value,
    join,
)
from .attributes import by_metaclass, fetched, getter_of_class, goes_first, missing
from .classes import BARE, bind, class_member, held_by, in_any, in_class, is_enum, library_base, order
from .iterate import element_of, taken_for_data
from .keys import object_key
from .machine import (
    ACTIVE,
    DISPATCH,
    ITEMS,
    LIBRARY,
    MEMBERS,
    NONE,
    QUALIFIED,
    SUBSETS,
    TAKES,
    Arg,
    Args,
    Frame,
    Machine,
    evaluates,
)
from .modules import exported, getter_of, module_member
from .operate import operate
from .symbols import library_name, r_symbol
from .truth import truth


@evaluates(ir.Member)
def member_node(machine: Machine, node: ir.Member, frame: Frame) -> Value:
    return member(machine, machine.eval(node.object, frame), node.name, node.name_span, frame)


@evaluates(ir.Qualified)
def qualified(machine: Machine, node: ir.Qualified, frame: Frame) -> Value:
    for own in QUALIFIED:
        found = own(machine, node.package, node.name)
        if found is not None:
            return found
    return r_symbol(f"{node.package}.{node.name}")


def member(machine: Machine, value: Value, name: str, span: Span, frame: Frame) -> Value:
    """`value.name`; `span` is where the name stands."""
    match value:
        case OneOf(options=several):
            there = _there(several, frame)
            return machine.any_of(there, lambda option: member(machine, _plain(option), name, span, frame))
        case Reference(ident=ident):
            own = machine.store.read((ident, ".", name))
            content = machine.content(value)
            made = content if isinstance(content, Instance) and content.type == "object" else None
            if own is not None and not (made and goes_first(machine, made.fields["class"], name)):
                return own
            if made:
                return _of_instance(machine, value, made, name, span, frame)
            if isinstance(content, Unknown):
                return content
            if ident in machine.taken:
                machine.taken[ident](name, False, span)
            return Bound(value, name, span)
        case ClassObject():
            return _of_class(machine, value, name, span, frame)
        case ModuleObject() if name == "__dict__":
            return LIBRARY["builtins.vars"](machine, Args((Arg(value, span),), span, span, frame))
        case ModuleObject(path=path):
            getter = getter_of(machine, path, name)
            if getter is not None:
                given = machine.invoke(getter, [Known(name)], span, frame)
                plain = isinstance(given, Instance) and "session" not in machine.roles
                why = f"`{name}` is made by `__getattr__` of `{path}`"
                return Unknown(why, span) if plain or isinstance(given, Unknown) else given
            found = module_member(machine, path, name)
            return found if found is not None else Unknown(f"`{name}` is not found in `{path}`", span)
        case Symbol(name=library) if name in ("__name__", "__qualname__") and library.startswith("builtins."):
            return Known(library.removeprefix("builtins."))
        case Symbol(name=library):
            if library == "dagster_pipes" and frame.scope.prelude == "builtins":
                exported(machine, name, span)
            return library_name(f"{library}.{name}")
        case Known(value=PurePosixPath() as path):
            return _of_path(path, name, value, span)
        case Template(path=True):
            return _of_open_path(value, name, span)
        case Instance(type=kind):
            if value.ident:
                own = machine.store.read((value.ident, ".", name))
                if own is not None:
                    return own
            if kind in MEMBERS:
                found = MEMBERS[kind](machine, value, name, span, frame)
                if found is not None:
                    return found
            if name in value.fields:
                return value.fields[name]
            return Bound(value, name, span)
        case Known(value=str()) if name == "value" and frame.scope.prelude == "builtins":  # a member of a `StrEnum`
            return value
        case Known(value=None, span=Span() as read) if read in machine.taken:
            machine.taken[read](name, False, span)
        case Closure(code=code) if name in ("__name__", "__qualname__"):
            return Known(code.name)
        case Closure(wrapped=Closure() as inner) if name == "__module__":
            return member(machine, inner, name, span, frame)
        case Closure(frame=ident) if name == "__module__":
            return Known(machine.frames[ident].module.scope.name)
        case Bound(receiver=Instance(type=kind) as receiver) if kind in MEMBERS:
            return MEMBERS[kind](machine, receiver, f"{value.name}.{name}", span, frame) or Bound(value, name, span)
        case Unknown():
            # Only `run` is worth remembering: it may be a client's.
            return (
                Bound(value, name, span) if name == "run" else Unknown(value.reason, value.span or span, value.foreign)
            )
    return Bound(value, name, span)


def _there(several: tuple[Value, ...], frame: Frame) -> tuple[Value, ...]:
    """Those of several that something can be taken out of: where it is Python's None, the program ends there."""
    if frame.scope.prelude != "builtins":
        return several
    return tuple(option for option in several if option != NONE) or several


def _plain(option: Value) -> Value:
    """One of several: that this one is None is no fault for certain."""
    return NONE if option == NONE else option


def _of_instance(machine: Machine, value: Reference, content: Instance, name: str, span: Span, frame: Frame) -> Value:
    if name == "__class__":
        return content.fields["class"]
    if name == "__dict__":
        return LIBRARY["builtins.vars"](machine, Args((Arg(value, span),), span, span, frame))
    class_ = content.fields["class"]
    found = fetched(machine, value, class_, name, span, frame) or missing(machine, value, name, span, frame)
    if found is None:
        base = library_base(machine, class_)
        if base is not None and base not in BARE:
            return member(machine, Instance(base, {"self": value}, value.ident), name, span, frame)
        return Unknown(f"`{name}` is not set where that can be seen", span)
    return found


def super_member(machine: Machine, receiver: Value, owner: Value, name: str, span: Span, frame: Frame) -> Value:
    """`super().name` inside a method that `owner` defines."""
    content = machine.content(receiver)
    class_ = content.fields.get("class", receiver) if isinstance(content, Instance) else receiver
    above = order(class_)
    above = above[above.index(owner) + 1 :] if owner in above else order(owner)[1:]
    found_in, found = in_any(machine, above, name)
    if isinstance(found, Instance) and found.type == "property" and isinstance(receiver, Reference):
        return fetched(machine, receiver, found_in or class_, name, span, frame) or NONE
    if found is not None:
        return bind(found, receiver, found_in, class_) or Unknown(f"`{name}` is only declared", span)
    library = next((each.name for each in above if isinstance(each, Symbol) and each.name not in BARE), None)
    if library:
        ident = receiver.ident if isinstance(receiver, Reference) else 0
        return member(machine, Instance(library, {"self": receiver}, ident), name, span, frame)
    if f"builtins.object.{name}" in LIBRARY:
        return Partial(Symbol(f"builtins.object.{name}"), (receiver,), ())
    return Unknown(f"`{name}` is a base class's, out of sight", span, foreign=True)


def _of_class(machine: Machine, class_: ClassObject, name: str, span: Span, frame: Frame) -> Value:
    if name in ("__name__", "__qualname__"):
        return Known(class_.code.name)
    if name == "__module__":
        return Known(machine.frames[class_.frame].module.scope.name)
    if name == "__dict__":
        return LIBRARY["builtins.vars"](machine, Args((Arg(class_, span),), span, span, frame))
    if name == "__subclasses__":
        return Partial(Symbol("builtins.type.__subclasses__"), (class_,), ())
    owner, found = in_class(machine, class_, name)
    match found:
        case None:
            own = by_metaclass(machine, class_, name, span, frame)
            if own is not None:
                return own
            foreign = library_base(machine, class_) is not None  # pydantic's `model_validate`: no code of the project
            return Unknown(f"`{name}` is not set in class `{class_.code.name}`", span, foreign)
        case Reference() if isinstance(getter := class_member(machine, found, "__get__"), Closure):
            return machine.invoke(getter, [NONE, class_], span, frame)
        case Instance(type="staticmethod" | "classmethod"):
            return bind(found, class_, owner, class_) or found
        case Instance(type="enum.auto") if any(base == Symbol("enum.StrEnum") for base in class_.bases):
            return Known(name.lower(), span)
        case Known() | Reference() | Sequence() | Instance(type="enum.auto") if is_enum(class_) and name[:1] != "_":
            if any(isinstance(base, Symbol) and base.name in ("enum.StrEnum", "builtins.str") for base in class_.bases):
                return found
            return Instance("enum", {"value": found, "name": Known(name), "class": class_})
    return found


def _of_path(path: PurePosixPath, name: str, value: Known, span: Span) -> Value:
    match name:
        case "parent":
            return Known(path.parent, value.span)
        case "name" | "stem" | "suffix":
            return Known(getattr(path, name), value.span)
        case "parents":
            return Sequence(tuple(Known(each, value.span) for each in path.parents), "tuple")
        case "parts":
            return Sequence(tuple(Known(each) for each in path.parts), "tuple")
    return Bound(value, name, span)


def _of_open_path(path: Template, name: str, span: Span) -> Value:
    last = path.pieces[-1]
    if isinstance(last, str) and "/" in last.rstrip("/"):
        head, _, tail = last.rstrip("/").rpartition("/")
        match name:
            case "parent":
                return path._replace(pieces=(*path.pieces[:-1], head))
            case "name":
                return Known(tail)
            case "stem" | "suffix":
                return Known(getattr(PurePosixPath(tail), name))
    if name in ("parent", "name", "stem", "suffix", "parents", "parts"):
        return Unknown("the path is not known so far", span, foreign=True)
    return Bound(path, name, span)


# --- elements -------------------------------------------------------------------------------------------------------


@evaluates(ir.Item)
def item_node(machine: Machine, node: ir.Item, frame: Frame) -> Value:
    holder = machine.eval(node.object, frame)
    sign = TAKES.get(node.access)
    if sign in machine.methods:
        items = (Arg(holder, node.object.span), Arg(machine.eval(node.key, frame), node.key.span))
        args = Args(items, node.span, node.span, frame)
        return DISPATCH[0](machine, sign, args, lambda: _item(machine, holder, items[1].value, node, frame))
    return _item(machine, holder, None, node, frame)


def _item(machine: Machine, holder: Value, key: Value | None, node: ir.Item, frame: Frame) -> Value:
    if node.access is ir.Access.DOLLAR and isinstance(node.key, ir.Literal):
        return _dollar(machine, holder, str(node.key.value), node, frame)
    return item(machine, holder, machine.eval(node.key, frame) if key is None else key, node, frame)


def _active(machine: Machine, value: Value, node: ir.Item, frame: Frame) -> Value:
    """An element; what is worked out whenever it is read, is so now."""
    if isinstance(value, OneOf) and any(isinstance(each, Instance) and each.type == ACTIVE for each in value.options):
        return machine.any_of(value.options, lambda option: _active(machine, option, node, frame))
    if isinstance(value, Instance) and value.type == ACTIVE:
        return machine.invoke(value.fields["function"], [], node.span, frame)
    return value


def _dollar(machine: Machine, holder: Value, name: str, node: ir.Item, frame: Frame) -> Value:
    content = machine.content(holder)
    match content:
        case Mapping():
            return item(machine, holder, Known(name, node.key.span), node, frame)
        case Instance(type=kind) if kind in ITEMS:
            return ITEMS[kind](machine, content, Known(name, node.key.span), node, frame)
        case Sequence(complete=True):
            return NONE
        case OneOf(options=several):
            return machine.any_of(several, lambda option: _dollar(machine, _plain(option), name, node, frame))
        case Known(value=None, span=Span() as read) if read in machine.taken:
            machine.taken[read](name, True, node.key.span)
            return Known(None, node.key.span)
        case Known(value=None):
            return content
        case Sequence() | Known():
            return Unknown("it is an element of something unknown", node.span, foreign=True)
    return member(machine, holder, name, node.key.span, frame)


def item(machine: Machine, holder: Value, key: Value, node: ir.Item, frame: Frame) -> Value:
    """`holder[key]`, by the node's access."""
    content = machine.content(holder)
    if isinstance(content, OneOf):
        there = _there(content.options, frame)
        return machine.any_of(there, lambda option: item(machine, _plain(option), key, node, frame))
    if isinstance(key, OneOf) and isinstance(content, Mapping | Sequence):
        return join([item(machine, holder, each, node, frame) for each in key.options])
    unknown = element_of(machine, content, node.span)
    if isinstance(content, Unknown):
        unknown = unknown._replace(foreign=content.foreign)
    match content:
        case Instance(type=kind) if kind in ITEMS:
            return ITEMS[kind](machine, content, key, node, frame)
        case Instance(type="object") if isinstance(holder, Reference):
            getter = class_member(machine, holder, "__getitem__")
            if isinstance(getter, Closure):
                return machine.invoke(getter, [key], node.span, frame)
            inner = held_by(machine, holder)
            if inner is not None:
                return _held(machine, holder, inner, key, node, frame)
        case Instance(type=kind) if kind.startswith(("dagster_pipes.", "dagsterpipes.")):
            if isinstance(key, Known) and isinstance(key.value, str) and node.access is ir.Access.ELEMENT:
                return member(machine, content, key.value, node.key.span, frame)
        case Mapping() | Sequence() | Known() if node.access is ir.Access.SUBSET and (
            (part := SUBSETS[0](machine, content, key, node.span)) is not None
        ):
            return part
        case Mapping():
            return _active(machine, _of_mapping(content, key, node, unknown), node, frame)
        case Sequence():
            return _of_sequence(machine, content, key, node, unknown)
        case Known(value=None, span=Span() as read) if read in machine.taken:
            machine.taken[read](str(getattr(key, "value", "")), True, node.key.span)
        case Known(value=str() as text) if node.access is ir.Access.SUBSCRIPT:
            return _cut(text, key, unknown)
        case Known() if key == Known(1.0) or key == Known(1):
            return content
        case Bound():
            taken_for_data(machine, content, str(key.value) if isinstance(key, Known) else "")
        case Symbol():
            return Instance("generic", {"of": content, "item": key})
        case ClassObject() if (getter := getter_of_class(machine, content)) is not None:
            return machine.invoke(getter, [key], node.span, frame)
        case ClassObject() if is_enum(content):
            return _of_class(machine, content, str(getattr(key, "value", "")), node.span, frame)
        case ClassObject():
            return content
    return unknown


def _held(machine: Machine, holder: Value, inner: Value, key: Value, node: ir.Item, frame: Frame) -> Value:
    """An element of what is a dictionary or list by its class, which may make those that are missing."""
    maker = class_member(machine, holder, "__missing__")
    if not isinstance(maker, Closure):
        return item(machine, inner, key, node, frame)
    there = truth(machine, operate(machine, "in", [key, inner], node.span, frame))
    ways = [partial(item, machine, inner, key, node, frame), partial(machine.invoke, maker, [key], node.span, frame)]
    return machine.choose(list(ways)) if there is None else ways[0]() if there else ways[1]()


def _of_mapping(content: Mapping, key: Value, node: ir.Item, unknown: Unknown) -> Value:
    if not isinstance(key, Known):
        held = content.slots.get(object_key(key))
        return held.value if held is not None and node.access is ir.Access.SUBSCRIPT else unknown
    wanted = key.value
    if node.access is not ir.Access.SUBSCRIPT and isinstance(wanted, int | float) and not isinstance(wanted, bool):
        slots = list(content.slots.values())
        if content.complete and all(slot.always for slot in slots) and 1 <= int(wanted) <= len(slots):
            if node.access is ir.Access.SUBSET:
                return _part(content, int(wanted) - 1)
            return slots[int(wanted) - 1].value
        return unknown
    if not isinstance(wanted, str | int | float | bool | bytes | None):
        return unknown
    slot = content.slots.get(wanted)
    if slot is None and node.access is ir.Access.DOLLAR and isinstance(wanted, str):
        near = [name for name in content.slots if isinstance(name, str) and name.startswith(wanted)]
        slot = content.slots[near[0]] if len(near) == 1 else None
    if slot is not None:
        if node.access is ir.Access.SUBSET:
            return Mapping({wanted: slot}, kind=content.kind)
        if slot.always or node.access is ir.Access.SUBSCRIPT:
            return slot.value
        return join([slot.value, NONE])
    if content.complete and node.access in (ir.Access.ELEMENT, ir.Access.DOLLAR):
        return NONE
    if content.stop:
        return Unknown(content.stop.reason, content.stop.span, foreign=True)
    return unknown


def _part(content: Mapping, index: int) -> Value:
    """R's `x[i]` of a named list or vector: the one element, with its name if it has one."""
    key, slot = list(content.slots.items())[index]
    if isinstance(key, str):
        return content._replace(slots={key: slot})
    return Unknown("it is a part whose name is empty", foreign=True)


def _of_sequence(machine: Machine, content: Sequence, key: Value, node: ir.Item, unknown: Unknown) -> Value:
    items = content.items
    match key:
        case Known(value=bool()):
            return unknown
        case Known(value=int() as index) if node.access is ir.Access.SUBSCRIPT:
            usable = content.complete or index >= 0
            return items[index] if usable and -len(items) <= index < len(items) else unknown
        case Known(value=int() | float() as place) if node.access is not ir.Access.SUBSCRIPT:
            index = int(place) - 1
            if 0 <= index < len(items):
                whole = node.access is ir.Access.SUBSET and content.kind == "list"
                return Sequence((items[index],)) if whole else items[index]
            return unknown
        case Instance(type="slice", fields=fields) if content.complete:
            cut = _slice(fields)
            if cut is not None:
                part = content._replace(items=items[cut])
                return machine.allocate(part) if content.kind == "list" else part
        case Sequence(items=wanted, complete=True) if content.complete and node.access is ir.Access.SUBSET:
            chosen = _chosen(items, [each.value for each in wanted if isinstance(each, Known)])
            if chosen is not None and all(isinstance(each, Known) for each in wanted):
                return chosen[0] if len(chosen) == 1 and content.kind == "vector" else content._replace(items=chosen)
    return unknown


def _chosen(items: tuple[Value, ...], wanted: list[object]) -> tuple[Value, ...] | None:
    """R's `x[c(TRUE, FALSE)]` and `x[c(1, 3)]`, where that takes nothing that is not there."""
    if len(wanted) == len(items) and all(isinstance(each, bool) for each in wanted):
        return tuple(item for item, each in zip(items, wanted, strict=True) if each)
    places = [int(each) for each in wanted if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(places) == len(wanted) and all(1 <= place <= len(items) for place in places):
        return tuple(items[place - 1] for place in places)
    return None


def _cut(text: str, key: Value, unknown: Unknown) -> Value:
    match key:
        case Known(value=int() as index) if -len(text) <= index < len(text):
            return Known(text[index])
        case Instance(type="slice", fields=fields):
            cut = _slice(fields)
            if cut is not None:
                return Known(text[cut])
    return unknown


def _slice(fields: AnyMapping[str, Value]) -> slice | None:
    """A slice of which all is known."""
    places: list[int | None] = []
    for name in ("start", "stop", "step"):
        match fields.get(name, NONE):
            case Known(value=int() | None as place):
                places.append(place)
            case _:
                return None
    return slice(*places)


@evaluates(ir.Slice)
def slice_node(machine: Machine, node: ir.Slice, frame: Frame) -> Value:
    fields = {}
    for name, part in (("start", node.start), ("stop", node.stop), ("step", node.step)):
        if part is not None:
            fields[name] = machine.eval(part, frame)
    return Instance("slice", fields)
