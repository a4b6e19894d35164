"""What an assignment changes."""

from __future__ import annotations

from functools import partial
from typing import Any

from .. import ir
from ..values import (
    ClassObject,
    Closure,
    Instance,
    Key,
    Known,
    Mapping,
    ModuleObject,
    OneOf,
    Reference,
    Sequence,
    Slot,
    Symbol,
    Unknown,
    Value,
    join,
    options,
)
from .attributes import sets
from .calls import put_away
from .classes import class_member, held_by, is_object
from .draining import drains
from .iterate import elements
from .keys import object_key, with_unknown_key
from .machine import (
    ACTIVE,
    CHANGED,
    DISPATCH,
    IN_PLACE,
    MAPPINGS,
    NONE,
    PUT,
    SET_ITEM,
    TAKES,
    Arg,
    Args,
    Frame,
    Machine,
    evaluates,
)
from .modules import load
from .own_operators import own_operator
from .store import merge


@evaluates(ir.Assign)
def assign_node(machine: Machine, node: ir.Assign, frame: Frame) -> Value:
    if node.value is None:
        if isinstance(node.target, ir.Name) and node.annotation is not None and frame.kind == "class":
            machine.bind(
                node.target.name, Instance("declared", {"annotation": machine.eval(node.annotation, frame)}), frame
            )
        return NONE
    if isinstance(node.target, ir.Collection):
        drains(machine, node.target, node.value)
    value = machine.eval(node.value, frame)
    root = _root(node.target)
    if not node.outer or root is None or frame.parent is None:
        assign(machine, node.target, value, frame)
    elif root is node.target:
        _assign_outer(machine, root.name, value, frame)
    else:
        # The variable around the function is changed, and not one of its own that may have the name too.
        aside = machine.frame(frame, frame.scope, "function")
        machine.bind(root.name, machine.find(root.name, frame.parent) or NONE, aside)
        assign(machine, node.target, value, aside)
        changed = machine.find(root.name, aside)
        _assign_outer(machine, root.name, NONE if changed is None else changed, frame)
    return value


def _root(target: ir.Node) -> ir.Name | None:
    """The variable whose elements' elements a target is."""
    while isinstance(target, ir.Item):
        target = target.object
    return target if isinstance(target, ir.Name) else None


def _assign_outer(machine: Machine, name: str, value: Value, frame: Frame) -> None:
    """R's `<<-`: sets the variable where an enclosing function has it, or else globally."""
    each = frame.parent
    while each and each.parent and (each.ident, name) not in machine.store.cells:
        each = each.parent
    machine.bind(name, value, each or frame)


def assign(machine: Machine, target: ir.Node, value: Value, frame: Frame) -> None:
    """Gives a target a value."""
    match target:
        case ir.Name(name=name):
            machine.bind(name, value, frame)
        case ir.Collection(items=items):
            _unpack(machine, items, value, target, frame)
        case ir.Spread(value=inner):
            assign(machine, inner, value, frame)
        case ir.Member(object=node, name=name):
            holder = machine.eval(node, frame)
            if isinstance(holder, Unknown | Symbol):
                put_away(machine, value, target.span, frame)
            set_member(machine, holder, name, value)
        case ir.Item(object=node, key=key_node, access=access):
            key = machine.eval(key_node, frame)
            holder = machine.eval(node, frame)
            sign = f"{TAKES.get(access)}<-"
            if sign in machine.methods:
                given = (Arg(holder, node.span), Arg(key, key_node.span), Arg(value, target.span, "value"))
                args = Args(given, target.span, target.span, frame)
                made = DISPATCH[0](machine, sign, args, lambda: NONE)
                if made != NONE:
                    assign(machine, node, made, frame)
                    return
            if access is ir.Access.SUBSCRIPT or isinstance(holder, Reference):

                def one(option: Value) -> Value:
                    setter = class_member(machine, option, "__setitem__") if isinstance(option, Reference) else None
                    if isinstance(setter, Closure):
                        machine.invoke(setter, [key, value], target.span, frame)
                        return NONE
                    option = held_by(machine, option) or option
                    if (active := _active(machine, option, key)) is not None:
                        machine.invoke(active, [value], target.span, frame)
                    elif isinstance(option, Reference):
                        if not is_object(machine, option):
                            changed = with_element(machine.content(option), key, value, target)
                            machine.store.write(option.ident, changed)
                    elif isinstance(option, Instance) and option.type in SET_ITEM:
                        assign(machine, node, SET_ITEM[option.type](machine, option, key, value), frame)
                    elif isinstance(option, Instance) and option.type in PUT:
                        PUT[option.type](machine, option, key, value)
                    elif isinstance(option, Unknown):
                        put_away(machine, value, target.span, frame)
                    return NONE

                if isinstance(holder, OneOf):
                    machine.any_of(holder.options, one)
                else:
                    one(holder)
            elif isinstance(holder, Instance) and holder.type in MAPPINGS:
                copy = MAPPINGS[holder.type](machine, holder, target.span)
                assign(machine, node, with_element(copy, key, value, target), frame)
            elif isinstance(holder, Instance) and holder.type in SET_ITEM:
                assign(machine, node, SET_ITEM[holder.type](machine, holder, key, value), frame)
            elif isinstance(holder, Instance) and isinstance(key, Known) and isinstance(key.value, str):
                set_member(machine, holder, key.value, value)
            elif isinstance(holder, Known | Mapping | Sequence | Unknown | OneOf):
                assign(machine, node, with_element(holder, key, value, target), frame)
        case _:
            machine.eval(target, frame)


def _unpack(machine: Machine, items: tuple[ir.Node, ...], value: Value, whole: ir.Node, frame: Frame) -> None:
    values, complete = elements(machine, value, whole.span)
    star = next((index for index, item in enumerate(items) if isinstance(item, ir.Spread)), None)
    unknown = Unknown("it is unpacked from something unknown", whole.span, foreign=True)
    if isinstance(machine.content(value), Unknown):
        unknown = unknown._replace(foreign=machine.content(value).foreign)  # type: ignore[union-attr]
    if star is None or not complete:
        fits = complete and len(values) == len(items)
        for index, item in enumerate(items):
            known = fits or (not complete and index < len(values) and (star is None or index < star))
            assign(machine, item, values[index] if known else unknown, frame)
        return
    after = len(items) - star - 1
    for index, item in enumerate(items[:star]):
        assign(machine, item, values[index] if index < len(values) else unknown, frame)
    middle = Sequence(tuple(values[star : len(values) - after]), "list")
    assign(machine, items[star], machine.allocate(middle), frame)
    for index, item in enumerate(items[star + 1 :]):
        place = len(values) - after + index
        assign(machine, item, values[place] if 0 <= place < len(values) else unknown, frame)


def _active(machine: Machine, holder: Value, key: Value) -> Value | None:
    """The function that is told what an element of R's is to be, if it is worked out whenever it is read."""
    content = machine.content(holder) if isinstance(holder, Reference) else None
    match content, key:
        case Mapping(slots=slots), Known(value=str() as name) if name in slots:
            element = slots[name].value
            if isinstance(element, Instance) and element.type == ACTIVE:
                return element.fields["function"]
    return None


def set_member(machine: Machine, holder: Value, name: str, value: Value) -> None:
    """`holder.name = value`."""
    match holder:
        case OneOf(options=several):

            def one(option: Value) -> Value:
                set_member(machine, option, name, value)
                return NONE

            machine.any_of(several, one)
        case Reference(ident=ident):
            if not sets(machine, holder, name, value):
                machine.store.write((ident, ".", name), value)
        case ClassObject(frame=ident):
            machine.store.write((ident, name), value)
        case Instance(ident=ident) if ident:
            machine.store.write((ident, ".", name), value)
        case ModuleObject(path=path):
            module = load(machine, path)
            if module is not None:
                machine.bind(name, value, module)


def with_element(holder: Value, key: Value, value: Value, target: ir.Item) -> Value:
    """What a collection is after `holder[key] = value`."""
    match holder, key:
        case Mapping(), Known(value=plain) if not isinstance(plain, ir.Missing) and _hashable(plain):
            if target.access is not ir.Access.SUBSCRIPT:
                return _with_r_element(holder, plain, value, target)
            return _with_slot(holder, plain, Slot(value, True, target.key.span))
        case Mapping(), OneOf(options=several) if all(isinstance(option, Known) for option in several):
            for option in several:
                if isinstance(option, Known):
                    holder = _with_slot(holder, option.value, _perhaps(holder, option.value, value, target))
            return holder
        case Mapping(), _ if (own := object_key(key)) is not None and target.access is ir.Access.SUBSCRIPT:
            return _with_slot(holder, own, Slot(value, True, target.key.span))
        case Mapping(), _:
            if target.access is not ir.Access.SUBSCRIPT:
                stop = Unknown("a key that is not known is set here", target.key.span)
                return holder._replace(stop=holder.stop or stop)
            return with_unknown_key(holder, key, Slot(value, False, target.key.span))
        case Sequence(items=items), Known(value=int() | float() as place) if target.access is ir.Access.SUBSCRIPT:
            index = int(place)
            if -len(items) <= index < len(items):
                changed = list(items)
                changed[index] = value
                return holder._replace(items=tuple(changed))
            return holder._replace(complete=False)
        case ((Sequence(items=()) | Known(value=None)), Known(value=str() as name)):
            return Mapping({name: Slot(value, True, target.key.span)}, kind="list", span=target.span)
        case Sequence(items=items), Known(value=str() as name):
            slots: dict[Key, Slot] = {place: Slot(item) for place, item in enumerate(items, start=1)}
            slots[name] = Slot(value, True, target.key.span)
            return Mapping(slots, kind="list", span=target.span)
        case ((Sequence() | Known(value=None)), Known(value=int() | float() as place)):
            items = holder.items if isinstance(holder, Sequence) else ()
            index = int(place) - 1
            if 0 <= index <= len(items):
                changed_items = (*items[:index], value, *items[index + 1 :])
                return holder._replace(items=changed_items) if isinstance(holder, Sequence) else Sequence(changed_items)
            return Unknown("an element that is not known is set here", target.span, foreign=True)
        case Sequence(), _:
            return holder._replace(behind=(), items=(), complete=False)
        case OneOf(options=several), _:
            return merge([with_element(option, key, value, target) for option in several])
        case Unknown(), _:
            return holder
    return Unknown("an element of it is set here", target.span, foreign=True)


def _perhaps(holder: Mapping, key: Any, value: Value, target: ir.Item) -> Slot:
    """What is under a key that may have been set to a value, or not."""
    old = holder.slots.get(key)
    return Slot(value, False, target.key.span) if old is None else old._replace(value=join([old.value, value]))


def _with_slot(holder: Mapping, key: object, slot: Slot) -> Mapping:
    return holder._replace(slots={**holder.slots, key: slot})


def _with_r_element(holder: Mapping, key: object, value: Value, target: ir.Item) -> Value:
    """R: NULL takes an element out; a number is a position."""
    name: object = key
    if isinstance(key, int | float) and not isinstance(key, bool):
        names = list(holder.slots)
        if not 1 <= int(key) <= len(names):
            return holder._replace(stop=holder.stop or Unknown("an element is set by its position here", target.span))
        name = names[int(key) - 1]
    if value == NONE and target.access is not ir.Access.SUBSET:
        return holder._replace(slots={each: slot for each, slot in holder.slots.items() if each != name})
    return _with_slot(holder, name, Slot(value, True, target.key.span))


def _hashable(plain: object) -> bool:
    return isinstance(plain, str | int | float | bool | bytes | None)


@evaluates(ir.Augment)
def augment(machine: Machine, node: ir.Augment, frame: Frame) -> Value:
    from .operate import operate

    before = machine.eval(node.target, frame)
    right = machine.eval(node.value, frame)

    def one(option: Value) -> Value:
        own = own_operator(machine, node.operator, [option, right], node.span, frame, in_place=True)
        if own is not None:
            assign(machine, node.target, own, frame)
            return NONE
        content = machine.content(option)
        value = operate(machine, node.operator, [content, machine.content(right)], node.span, frame)
        if isinstance(content, Instance) and content.type in IN_PLACE:
            value = content
        if isinstance(option, Reference) and all(map(_changes_in_place, options(content))):
            machine.store.write(option.ident, machine.content(value))
            value = option
        assign(machine, node.target, value, frame)
        return NONE

    several = options(before)
    if any(isinstance(option, Reference) for option in several) and len(several) > 1:
        machine.any_of(several, one)
    else:
        one(before)
    return NONE


def _changes_in_place(content: Value) -> bool:
    return isinstance(content, Mapping) or (isinstance(content, Sequence) and content.kind in ("list", "set"))


@evaluates(ir.Delete)
def delete(machine: Machine, node: ir.Delete, frame: Frame) -> Value:
    for target in node.targets:
        match target:
            case ir.Name(name=name):
                machine.store.write((frame.ident, name), None)
            case ir.Item(object=holder_node, key=key_node):
                holder = machine.eval(holder_node, frame)
                key = machine.eval(key_node, frame)
                if isinstance(holder, OneOf):
                    machine.any_of(holder.options, partial(_take_out, machine, key))
                else:
                    _take_out(machine, key, holder)
            case _:
                pass
    return NONE


def _take_out(machine: Machine, key: Value, holder: Value) -> Value:
    if isinstance(holder, Instance) and isinstance(holder.fields.get("of"), Reference):
        holder = holder.fields["of"]
    elif isinstance(holder, Instance) and holder.type in CHANGED:
        CHANGED[holder.type](machine, holder)
    if isinstance(holder, Reference):
        machine.store.write(holder.ident, merge([without(each, key) for each in options(machine.content(holder))]))
    return NONE


def without(content: Value, key: Value) -> Value:
    """What a collection is after `del content[key]`."""
    match content, key:
        case Mapping(slots=slots), Known(value=plain) if _hashable(plain):
            return content._replace(slots={each: slot for each, slot in slots.items() if each != plain})
        case Mapping(slots=slots), _:
            return content._replace(slots={each: slot._replace(always=False) for each, slot in slots.items()})
        case Sequence(items=items), Known(value=int() as index) if -len(items) <= index < len(items):
            left = list(items)
            del left[index]
            return content._replace(behind=(), items=tuple(left))
        case Sequence(), _:
            return content._replace(behind=(), items=(), complete=False)
    return content
