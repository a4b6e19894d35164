"""What a definition asks of its surroundings, and whether it gets it: resources; the annotation of what it returns.

From dagster 1.13.28, `_core/definitions/resource_annotation.py`: a parameter is a resource's if its class is one that
Dagster treats as such (`ConfigurableResource`, `TreatAsResourceParam`), or is in `ResourceParam[…]`; any other is an
input. All resources must be there when the code location is loaded (`locations`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ... import ir
from ...contract import Definition
from ...launching import Need, Returns
from ...protocol import CLIENTS
from ...values import ClassObject, Closure, Instance, Known, Mapping, Sequence, Symbol, Value
from ..classes import library_base
from ..machine import Frame, Machine
from ..settle import settle
from .dagster import Made
from .locations import provided

_RESOURCES: Final = (*CLIENTS, "ConfigurableResource", "TreatAsResourceParam")


def surrounded(machine: Machine, definition: Definition, made: Made) -> Definition:
    """The definition with what it asks for and what there is for it."""
    needs = tuple(_needs(machine, made))
    returns = made.closure.code.returns
    return definition._replace(
        needs=needs,
        provided=provided(machine, made.ident) if needs else None,
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
