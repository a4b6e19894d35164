"""What a component's attributes become: YAML's plain values as the objects that its class declares."""

from __future__ import annotations

from collections.abc import Iterator

from ... import ir
from ...values import ClassObject, Instance, Known, Mapping, Sequence, Unknown, Value
from ..instances import instantiate
from ..machine import Arg, Args, Frame, Machine


def fields(machine: Machine, class_: ClassObject, given: dict[str, Value], frame: Frame) -> dict[str, Value]:
    """The attributes of an instance of this class, by what its annotations say each is.

    From dagster 1.13.28, `components/resolved/core_models.py`: a field of `ResolvedAssetSpec` takes the arguments of an
    `AssetSpec`, `ResolvedAssetKey` a key's text, `ResolvedAssetCheckSpec` the arguments of an `AssetCheckSpec`.
    """
    annotations = dict(_annotations(class_))
    found = {}
    for name, value in given.items():
        annotation = annotations.get(name)
        if annotation is None and name == "assets":
            found[name] = specs(value)
        elif annotation is None and name == "checks":
            found[name] = checks(value)
        else:
            found[name] = _resolved(machine, annotation, value, frame) if annotation else value
    return found


def _annotations(class_: ClassObject) -> Iterator[tuple[str, ir.Node]]:
    for base in reversed(class_.bases):
        if isinstance(base, ClassObject):
            yield from _annotations(base)
    body = class_.code.body
    for node in body.body if isinstance(body, ir.Block) else (body,):
        match node:
            case ir.Assign(target=ir.Name(name=name), annotation=annotation) if annotation is not None:
                yield name, annotation


def _resolved(machine: Machine, annotation: ir.Node, value: Value, frame: Frame) -> Value:
    names = list(_names(annotation))
    for name, _ in names:
        if "AssetCheckSpec" in name:
            return checks(value)
        if "AssetSpec" in name:
            return specs(value)
        if "AssetKey" in name:
            return _each(value, _key)
    for name, node in names:
        class_ = machine.find(name, frame) if isinstance(node, ir.Name) else None
        if isinstance(class_, ClassObject):
            return _each(value, lambda item, class_=class_: _instance(machine, class_, item, frame))
    return value


def _names(node: object) -> Iterator[tuple[str, ir.Node]]:
    """The names in an annotation, in order."""
    match node:
        case ir.Name(name=name):
            yield name, node
        case ir.Member(name=name):
            yield name, node
        case ir.Literal(value=str() as text):
            yield text, node
        case tuple():
            for part in node:
                if isinstance(part, tuple):
                    yield from _names(part)


def _instance(machine: Machine, class_: ClassObject, value: Value, frame: Frame) -> Value:
    if not isinstance(value, Mapping) or not value.complete:
        return value
    given = fields(machine, class_, {str(name): slot.value for name, slot in value.slots.items()}, frame)
    span = value.span or class_.code.span
    args = tuple(Arg(each, span, name) for name, each in given.items())
    return instantiate(machine, class_, Args(args, span, span, frame))


def _each(value: Value, make: object) -> Value:
    assert callable(make)
    if isinstance(value, Sequence):
        return value._replace(items=tuple(make(item) for item in value.items))
    made: Value = make(value)
    return made


def specs(value: Value) -> Value:
    """Assets as a component file declares them."""
    return _each(value, _spec)


def checks(value: Value) -> Value:
    """Checks as a component file declares them; the place of one is its name's."""
    return _each(value, _check)


def _spec(value: Value) -> Value:
    if not isinstance(value, Mapping):
        return value
    given = {str(name): slot.value for name, slot in value.slots.items()}
    given["key"] = _key(given.get("key", Unknown("the asset has no key", value.span)))
    return Instance("dagster.AssetSpec", given, span=getattr(given["key"], "span", None) or value.span)


def _check(value: Value) -> Value:
    if not isinstance(value, Mapping):
        return value
    given = {str(name): slot.value for name, slot in value.slots.items()}
    given["asset"] = _key(given.get("asset", Unknown("the check has no asset", value.span)))
    span = getattr(given.get("name"), "span", None) or value.span
    return Instance("dagster.AssetCheckSpec", given, span=span)


def _key(value: Value) -> Value:
    """A key's text: what slashes part are its parts."""
    return Instance("dagster.AssetKey", {"path": value}, span=value.span) if isinstance(value, Known) else value
