"""What a definition asks of its surroundings, and whether it gets it: resources; the annotation of what it returns.

From dagster 1.13.28, `_core/definitions/resource_annotation.py`: a parameter is a resource's if its class is one that
Dagster treats as such (`ConfigurableResource`, `TreatAsResourceParam`), or is in `ResourceParam[…]`; any other is an
input. `_core/definitions/definitions_class.py`: all resources must be there when the code location is loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ... import ir
from ...contract import Definition
from ...launching import Need, Provided, Returns
from ...protocol import CLIENTS
from ...source import Span
from ...values import ClassObject, Closure, Instance, Known, Mapping, Sequence, Symbol, Unknown, Value
from ..machine import Frame, Machine
from ..members import library_base
from ..settle import settle
from .asset_loading import loaded
from .dagster import Made

_RESOURCES: Final = (*CLIENTS, "ConfigurableResource", "TreatAsResourceParam")
_GATHERED: Final = (
    r"Definitions\.merge|with_resources|load_definitions|load_defs|load_from_defs|@(?:\w+\.)?definitions\b"
    r"|component_tree|ResourcesToJobs|build_defs|get_repository_def|@(?:\w+\.)?repository\b"
)
"""What stands where definitions get resources from elsewhere too."""


def surrounded(machine: Machine, definition: Definition, made: Made) -> Definition:
    """The definition with what it asks for and what there is for it."""
    needs = tuple(_needs(machine, made))
    returns = made.closure.code.returns
    return definition._replace(
        needs=needs,
        provided=_provided(machine, made) if needs else None,
        returns=_returns(machine, made.closure, returns) if returns is not None else None,
    )


def _returns(machine: Machine, closure: Closure, node: ir.Node) -> Returns:
    value = _annotation(machine, node, machine.frames[closure.frame])
    return Returns(settle(machine, value), node.span, closure.code.generator)


def _annotation(machine: Machine, node: ir.Node, frame: Frame) -> Value:
    """What an annotation means, with `A | B` as `Union[A, B]`."""
    match node:
        case ir.Operation(operator="|", operands=operands):
            several = tuple(_annotation(machine, each, frame) for each in operands)
            return Instance("generic", {"of": Symbol("typing.Union"), "item": Sequence(several, "tuple")})
        case ir.Item(object=of, key=key):
            generic = machine.eval(of, frame)
            if isinstance(generic, Symbol):
                return Instance("generic", {"of": generic, "item": _annotation(machine, key, frame)})
        case ir.Collection(items=items):
            return Sequence(tuple(_annotation(machine, each, frame) for each in items), "tuple")
    return machine.eval(node, frame)


# --- what is asked for ------------------------------------------------------------------------------------------------


def _needs(machine: Machine, made: Made) -> Iterator[Need]:
    closure = made.closure
    while isinstance(closure.wrapped, Closure):  # Dagster reads the signature, which is that of what is wrapped
        closure = closure.wrapped
    own = made.fields.get("resource_defs")
    given = set(own.slots) if isinstance(own, Mapping) else set()
    if own is not None and not isinstance(own, Mapping) or isinstance(own, Mapping) and own.stop:
        return
    frame = machine.frames[closure.frame]
    parameters = closure.code.parameters[1:] if closure.receiver is not None else closure.code.parameters
    for parameter in parameters:
        if parameter.annotation is None or parameter.default is not None or parameter.name in given:
            continue
        kind = _resource(machine, machine.eval(parameter.annotation, frame), frame)
        if kind is not None:
            yield Need(parameter.name, parameter.span, kind)
    match made.fields.get("required_resource_keys"):
        case Sequence(items=items):
            for item in items:
                if isinstance(item, Known) and isinstance(item.value, str) and item.span and item.value not in given:
                    yield Need(item.value, item.span, "")


def _resource(machine: Machine, annotation: Value, frame: Frame) -> str | None:
    """The class of the resource that an annotation asks for; None if it asks for none, or that cannot be told."""
    match annotation:
        case Symbol(name=name) if name.rpartition(".")[2] in CLIENTS:
            return name.rpartition(".")[2]
        case ClassObject() if (library_base(machine, annotation) or "").rpartition(".")[2] in _RESOURCES:
            return annotation.code.name
        case Instance(type="generic", fields={"of": Symbol(name="dagster.ResourceParam"), "item": item}):
            return _resource(machine, item, frame) or "ResourceParam"
    return None


# --- what there is ----------------------------------------------------------------------------------------------------


def _provided(machine: Machine, made: Made) -> Provided | None:
    """The resources of the only `Definitions`, if that holds the definition and nothing else can give it any."""
    locations = machine.roles.get("locations", [])
    if len(locations) != 1 or machine.roles.get("components"):
        return None
    if "location" not in machine.roles:
        machine.roles["location"] = _location(machine, *locations[0])
    held, provided = machine.roles["location"]
    return provided if made.ident in held else None


def _location(machine: Machine, span: Span, given: dict[str, Value] | None) -> tuple[frozenset[int], Provided | None]:
    """What a `Definitions` certainly holds, and the resources that it gives."""
    if given is None or any(re.search(_GATHERED, machine.world.text(path)) for path in machine.modules):
        return frozenset(), None
    held = frozenset(_held(machine, [given.get("assets"), given.get("asset_checks")]))
    match given.get("resources"):
        case None | Known(value=None):
            return held, Provided(span, ())
        case Mapping(slots=slots, stop=None, span=place) if all(isinstance(key, str) for key in slots):
            return held, Provided(place or span, tuple(str(key) for key in slots))
    return held, None


def _held(machine: Machine, values: list[Value | None]) -> Iterator[int]:
    """The definitions that are certainly among these."""
    for value in values:
        match value:
            case Sequence(items=items, behind=behind):
                yield from _held(machine, [*items, *behind])
            case Instance(type="dagster.AssetsDefinition", ident=ident):
                yield ident
            case Unknown(span=Span() as span):
                yield from loaded(machine, span)
