"""Python's `match`, R's `switch`: which arm a subject takes, and what its pattern binds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from .. import ir
from ..source import Span
from ..values import (
    ClassObject,
    Instance,
    Key,
    Known,
    Mapping,
    OneOf,
    Reference,
    Sequence,
    Slot,
    Symbol,
    Template,
    Unknown,
    Value,
    options,
)
from .classes import in_class, library_base, order
from .instances import declared
from .machine import MAPPINGS, NONE, Frame, Machine, evaluates
from .members import member
from .operate import decide


@evaluates(ir.Match)
def match_(machine: Machine, node: ir.Match, frame: Frame) -> Value:
    subject = machine.eval(node.subject, frame)
    if isinstance(subject, OneOf) and any(isinstance(each, Reference) for each in subject.options):
        return machine.any_of(subject.options, lambda option: _matched(machine, node, option, frame))
    return _matched(machine, node, subject, frame)


def _matched(machine: Machine, node: ir.Match, subject: Value, frame: Frame) -> Value:
    arms: list[Callable[[], Value]] = []
    for case in node.cases:
        hit = _matches(machine, subject, case.pattern, frame)
        if hit is False:
            continue
        if hit and case.guard is not None and not arms:
            _capture(machine, case.pattern, subject, frame)
            known = decide(machine, case.guard, frame)
            if known is False:
                continue
            if known:
                return machine.eval(case.body, frame)
            arms.append(partial(machine.eval, case.body, frame))
            continue
        if hit and case.guard is None:
            if not arms:
                return _take(machine, case, subject, frame)
            arms.append(partial(_take, machine, case, subject, frame))
            break
        arms.append(partial(_take, machine, case, subject, frame))
    else:
        if not arms:
            return NONE
        arms.append(lambda: NONE)
    return machine.choose(arms)


def _take(machine: Machine, case: ir.Case, subject: Value, frame: Frame) -> Value:
    _capture(machine, case.pattern, subject, frame)
    if case.guard:
        machine.eval(case.guard, frame)
    return machine.eval(case.body, frame)


def _capture(machine: Machine, pattern: ir.Pattern, subject: Value, frame: Frame) -> None:
    """Binds the names of a pattern that has matched."""
    match pattern:
        case ir.AnyPattern(name=str() as name):
            machine.bind(name, subject, frame)
        case ir.OpaquePattern(names=names, shape=shape):
            for name in names:
                machine.bind(name, Unknown("it is taken out of a structure by a pattern", foreign=True), frame)
            if shape is not None and shape.kind != "any":
                for part, inner in _subjects(machine, subject, shape, frame) or ():
                    _capture(machine, part, inner, frame)


def _matches(machine: Machine, subject: Value, pattern: ir.Pattern, frame: Frame) -> bool | None:
    match pattern:
        case ir.AnyPattern():
            return True
        case ir.ValuePattern(values=nodes):
            values = [machine.eval(node, frame) for node in nodes]
            answers = {_equal(option, value) for option in options(subject) for value in values}
            if answers == {False}:
                return False
            if any(all(_equal(option, value) for option in options(subject)) for value in values):
                return True
        case ir.OpaquePattern(shape=shape) if shape is not None:
            return _fits(machine, subject, shape, frame)
    return None


def _equal(left: Value, right: Value) -> bool | None:
    """Whether a subject is what a pattern names: `True`, `False` and `None` are only themselves, though 1 == True."""
    match left, right:
        case Known(value=one), Known(value=bool() | None as other):
            return one is other
        case Known(value=one), Known(value=other) if not isinstance(one, ir.Missing):
            return bool(one == other)
        case ((Mapping() | Sequence() | Reference()), Known(value=None)):
            return False
        case (
            Instance(type="enum", fields={"class": ClassObject(frame=here), "value": one}),
            Instance(type="enum", fields={"class": ClassObject(frame=there), "value": other}),
        ) if here == there:
            return _equal(one, other)
    return None


# --- structures -----------------------------------------------------------------------------------------------------


def _content(machine: Machine, subject: Value, shape: ir.Shape) -> Value:
    content = machine.content(subject)
    if shape.kind == "keys" and isinstance(content, Instance) and content.type in MAPPINGS and content.span:
        return MAPPINGS[content.type](machine, content, content.span)
    return content


def _fits(machine: Machine, subject: Value, shape: ir.Shape, frame: Frame) -> bool | None:
    """Whether a subject has a pattern's shape."""
    content = _content(machine, subject, shape)
    if isinstance(content, OneOf):
        return None
    match shape.kind, content:
        case "class", _:
            if _has_class(machine, content, shape, frame) is False:
                return False
        case "items", Sequence(items=items, complete=True):
            if not _enough(len(items), shape):
                return False
        case "items", (Mapping() | Known()):
            return False
        case "keys", (Sequence() | Known()):
            return False
        case "keys", Mapping(slots=slots, stop=None) if any(key not in slots for key in shape.keys):
            return False
        case "keys", Mapping(slots=slots) if _has_other(machine, slots, shape, frame):
            return False
    pairs = _subjects(machine, subject, shape, frame)
    if pairs is None:
        return None
    answers = [_matches(machine, inner, part, frame) for part, inner in pairs]
    if shape.kind == "any":
        return True if True in answers else None if None in answers else False
    return False if False in answers else None if None in answers else True


def _has_other(machine: Machine, slots: dict[Key, Slot], shape: ir.Shape, frame: Frame) -> bool:
    """Whether something else is certainly under one of the keys."""
    held: dict[object, Slot] = {key: slot for key, slot in slots.items()}  # noqa: C416 - its keys are of a wider type
    return any(
        key in held and _matches(machine, held[key].value, part, frame) is False
        for part, key in zip(shape.parts, shape.keys, strict=False)
    )


def _subjects(machine: Machine, subject: Value, shape: ir.Shape, frame: Frame) -> list[tuple[ir.Pattern, Value]] | None:
    """The parts of a pattern, each with what it is to match; None if that cannot be told."""
    content = _content(machine, subject, shape)
    match shape.kind, content:
        case (("any" | "all"), _):
            return [(part, subject) for part in shape.parts]
        case "class", _ if _has_class(machine, content, shape, frame):
            return _of_class(machine, subject, content, shape, frame)
        case "items", Sequence(items=items, complete=True) if _enough(len(items), shape):
            star, missing = shape.star, len(items) - len(shape.parts)
            if star is None:
                return list(zip(shape.parts, items, strict=True))
            rest = machine.allocate(Sequence(items[star : star + missing + 1]))
            return list(zip(shape.parts, (*items[:star], rest, *items[star + missing + 1 :]), strict=True))
        case "keys", Mapping(slots=slots):
            held: dict[object, Slot] = {key: slot for key, slot in slots.items()}  # noqa: C416
            if all(key in held and held[key].always for key in shape.keys):
                values = [held[key].value for key in shape.keys]
                if shape.star is not None:
                    others = {key: slot for key, slot in slots.items() if key not in shape.keys}
                    values.append(machine.allocate(content._replace(slots=others)))
                return list(zip(shape.parts, values, strict=True))
    return None


def _enough(length: int, shape: ir.Shape) -> bool:
    return length == len(shape.parts) if shape.star is None else length >= len(shape.parts) - 1


# --- classes --------------------------------------------------------------------------------------------------------

_CLASSES: Final = {"str": str, "int": int, "float": float, "bool": bool, "bytes": bytes, "list": list, "dict": dict}


def _named(machine: Machine, shape: ir.Shape, frame: Frame) -> Value | None:
    """The class that a pattern names; None for one of Python's own."""
    first, *rest = str(shape.keys[0]).split(".")
    found = machine.find(first, frame)
    for name in rest:
        found = None if found is None else member(machine, found, name, Span(frame.scope.path, 0, 0), frame)
    return found


def _has_class(machine: Machine, content: Value, shape: ir.Shape, frame: Frame) -> bool | None:
    """Whether something is of the class that a pattern names: a built-in one, or one of the project's."""
    named = _named(machine, shape, frame)
    asked = _CLASSES.get(str(shape.keys[0])) if named is None else None
    match content:
        case Instance(type="object", fields={"class": ClassObject() as made}) if isinstance(named, ClassObject):
            above = order(made)
            known = all(isinstance(each, ClassObject | Symbol) for each in above)
            return True if named in above else False if known else None
        case Instance(type="object", fields={"class": ClassObject() as made}) if asked:
            return False if library_base(machine, made) is None else None
        case Known(value=value) if not isinstance(value, ir.Missing) and asked:
            return isinstance(value, asked)
        case Instance(type="str" | "int" | "float" | "bool" | "bytes" as name) if asked:
            return issubclass(_CLASSES[name], asked)
        case Template(path=False) if asked:
            return asked is str
        case Mapping() if asked:
            return asked is dict
        case Sequence(kind="list" | "tuple" as kind) if asked:
            return asked is list and kind == "list"
        case Known() | Mapping() | Sequence() if isinstance(named, ClassObject):
            return False
    return None


def _of_class(
    machine: Machine, subject: Value, content: Value, shape: ir.Shape, frame: Frame
) -> list[tuple[ir.Pattern, Value]] | None:
    """The parts of a class's pattern: the whole of a plain value, or attributes by place and by name."""
    names = [str(key) for key in shape.keys[1:]]
    places = len(shape.parts) - len(names)
    if not isinstance(subject, Reference) or not isinstance(content, Instance):
        return [(part, subject) for part in shape.parts] if places <= 1 and not names else None
    class_ = content.fields["class"]
    by_place = _match_args(machine, _named(machine, shape, frame) or NONE) if places else []
    if by_place is None or len(by_place) < places:
        return None
    found: list[tuple[ir.Pattern, Value]] = []
    for part, name in zip(shape.parts, (*by_place[:places], *names), strict=True):
        value = machine.store.read((subject.ident, ".", name))
        if value is None:
            _, own = in_class(machine, class_, name)
            if own is None or isinstance(own, Instance):
                return None
            value = own
        found.append((part, value))
    return found


def _match_args(machine: Machine, class_: Value) -> list[str] | None:
    """The attributes that places in a pattern stand for, in order; None if they cannot be told."""
    told = machine.content(in_class(machine, class_, "__match_args__")[1] or NONE)
    if isinstance(told, Sequence) and told.complete:
        return [str(each.value) for each in told.items if isinstance(each, Known)]
    if not isinstance(class_, ClassObject) or told != NONE:
        return None
    tuple_ = library_base(machine, class_) == "typing.NamedTuple"
    return list(declared(machine, class_)) if tuple_ or _is_dataclass(class_) else None


def _is_dataclass(class_: ClassObject) -> bool:
    names = [each.function if isinstance(each, ir.Call) else each for each in class_.code.decorators]
    return any(getattr(each, "name", "") == "dataclass" for each in names)
