"""How a context, a resource or configuration reaches a function that Dagster calls: by annotation, or by name."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...declared import same
from ...protocol import CLIENTS, context_fault
from ...source import Span
from ...values import (
    ClassObject,
    Instance,
    Known,
    OneOf,
    Reference,
    Sequence,
    Symbol,
    Unknown,
    Value,
)
from ..classes import library_base
from ..instances import instantiate
from ..machine import MEMBERS, Args, Frame, Machine
from ..members import member
from ..python.models import configured
from .releases import predates

CONTEXT: Final = "dagster.context"
RESOURCE: Final = "dagster.resource"
"""A resource of which only the name is known."""

_CONTEXTS: Final = (
    "AssetExecutionContext",
    "OpExecutionContext",
    "AssetCheckExecutionContext",
    "ComponentExecutionContext",
)
_CHECKS_OWN: Final = (1, 7)
"""The release since which a check gets a context of its own."""
_WRAPPERS: Final = ("ResourceParam", "Annotated", "Optional", "Union", "InitResourceContext")


def resource(machine: Machine, name: str, span: Span) -> Value:
    """What a resource's name stands for: what `Definitions(resources=…)` gives it, or a client by its usual name."""
    given = machine.roles.get("resources", {}).get(name)
    if given is not None:
        return given  # type: ignore[no-any-return]
    for plain, client in CLIENTS.items():
        if name == _usual_name(plain):
            return Instance(f"{client.package}.{plain}")
    return Instance(RESOURCE, {"name": Known(name)}, span=span)


def _usual_name(plain: str) -> str:
    """`PipesSubprocessClient` is mostly called `pipes_subprocess_client`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in plain).lstrip("_")


def _of_resources(machine: Machine, resources: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    return resource(machine, name, span)


MEMBERS["dagster.resources"] = _of_resources


def argument(machine: Machine, parameter: ir.Parameter, index: int, frame: Frame, kind: str) -> Value | None:
    """What Dagster passes for a parameter; None if it is left to its default."""
    meant = _meant(machine, machine.eval(parameter.annotation, frame) if parameter.annotation else None, frame)
    given = machine.roles.get("resources", {}).get(parameter.name)
    match meant:
        case Symbol(name=name) if _last(name) in _CONTEXTS:
            assert parameter.annotation is not None
            asked = Known(_last(name), parameter.annotation.span)
            fields: dict[str, Value] = {"class": asked}
            used = kind != "op" or machine.roles.get("jobs")  # else it may be for a graph of assets elsewhere
            if context_fault(kind, _last(name)) and used and not predates(machine.world, *_CHECKS_OWN):
                fields["refused"] = asked
            return Instance(CONTEXT, fields, machine.store.ident())
        case Symbol(name=name) if _last(name) in CLIENTS:
            if isinstance(given, Instance | Reference):
                return given
            return Instance(f"{CLIENTS[_last(name)].package}.{_last(name)}")
        case Symbol(name=name) if any(same(client.run.rpartition(".")[0], name) for client in machine.world.clients):
            return given if isinstance(given, Instance | Reference) else Instance(name)
        case ClassObject() if parameter.default is None:
            if isinstance(given, Instance | Reference | OneOf):
                return given
            made = instantiate(machine, meant, Args((), parameter.span, parameter.span, frame))
            if (library_base(machine, meant) or "").startswith("dagster."):
                configured(machine, made, parameter.span)
            return made
    if parameter.name in ("context", "_context", "context_", "ctx") and index == 0:
        return Instance(CONTEXT, {"class": _unannotated(machine, parameter, kind)}, machine.store.ident())
    if parameter.default is not None:
        return None
    if kind == "function":
        return Unknown(f"no call that can be seen passes `{parameter.name}`", parameter.span)
    return resource(machine, parameter.name, parameter.span)


def _unannotated(machine: Machine, parameter: ir.Parameter, kind: str) -> Value:
    """The class of a context of which no annotation tells it."""
    if "check" not in kind:
        return Known("AssetExecutionContext")
    if parameter.annotation is not None or parameter.name == "ctx" or predates(machine.world, *_CHECKS_OWN):
        return Unknown("it depends on Dagster's release which context this is", parameter.span)
    return Known("AssetCheckExecutionContext")


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _meant(machine: Machine, annotation: Value | None, frame: Frame, depth: int = 0) -> Value | None:
    """The class that an annotation names, out of what is wrapped around it: `Optional[X]`, `X | None`,
    `Annotated[X, …]`, `ResourceParam[X]`, and any of them in quotes.
    """
    if depth > 4:
        return None
    match annotation:
        case Known(value=str() as text):
            return _meant(machine, _named(machine, text, frame), frame, depth + 1)
        case Instance(type="generic", fields={"item": Sequence(items=items)}) if items:
            several = [_meant(machine, each, frame, depth + 1) for each in items]
            return next((each for each in several if isinstance(each, Symbol | ClassObject)), None)
        case Instance(type="generic", fields={"item": item}):
            return _meant(machine, item, frame, depth + 1)
        case OneOf(options=options):
            several = [_meant(machine, each, frame, depth + 1) for each in options]
            return next((each for each in several if isinstance(each, Symbol | ClassObject)), None)
    return annotation


def _named(machine: Machine, text: str, frame: Frame) -> Value | None:
    """What an annotation in quotes names."""
    import re

    for dotted in re.findall(r"[A-Za-z_][\w.]*", text):
        first, *rest = dotted.split(".")
        value = machine.find(first, frame)
        for name in rest:
            value = member(machine, value, name, Span("", 0, 0), frame) if value is not None else None
        if isinstance(value, Symbol) and _last(value.name) in (*CLIENTS, *_CONTEXTS) or isinstance(value, ClassObject):
            return value
    return None
