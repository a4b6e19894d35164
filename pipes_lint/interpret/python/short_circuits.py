"""`any`, `all` and `next` of a generator expression: they stop where it is decided."""

from __future__ import annotations

from collections.abc import Callable

from ... import ir
from ...values import Known, Symbol, Value, join
from ..assign import assign
from ..calls import arguments
from ..draining import drains
from ..iterate import elements
from ..machine import SPECIAL, Frame, Machine
from ..operate import decide
from ..plain import BOOL, computed
from ..truth import truth

Verdict = Callable[[Value], bool | None]
"""Whether an element ends it; None if that cannot be told."""


def _until(machine: Machine, node: ir.Comprehension, frame: Frame, ends: Verdict) -> tuple[list[Value], bool | None]:
    """The elements that may be the one at which it ends, the last of them perhaps certainly; whether it ends at one."""
    (clause,) = node.clauses
    inner = machine.frame(frame, frame.scope, "comprehension")
    drains(machine, clause.iterable)
    values, complete = elements(machine, machine.eval(clause.iterable, frame), clause.iterable.span)
    candidates: list[Value] = []
    path = machine.path
    try:
        for value in values:
            assign(machine, clause.target, value, inner)
            holds = [decide(machine, condition, inner) for condition in clause.conditions]
            if False in holds:
                continue
            found = machine.eval(node.element, inner)
            ended = None if None in holds else ends(found)
            if ended is False:
                continue
            candidates.append(found)
            if ended:
                return candidates, True
            machine.path = (*machine.path, (machine.store.ident(), 0))  # what follows may not be asked any more
        if complete:
            return candidates, None if candidates else False
        unknown = computed(clause.iterable.span)

        def further() -> Value:
            assign(machine, clause.target, unknown, inner)
            for condition in clause.conditions:
                machine.eval(condition, inner)
            return machine.eval(node.element, inner)

        return [*candidates, machine.perhaps(further, often=True)], None
    finally:
        machine.path = path


def _generator(node: ir.Call) -> ir.Comprehension | None:
    """The generator expression that is the first argument, if it goes through one thing."""
    first = node.arguments[0] if node.arguments else None
    match first:
        case ir.Argument(value=ir.Comprehension(kind="generator", clauses=(_,)) as made, name=None, spread=""):
            return made
    return None


def _deciding(name: str, decides: bool) -> None:
    def special(machine: Machine, node: ir.Call, frame: Frame) -> Value:
        made = _generator(node)
        if made is None or len(node.arguments) != 1:
            return machine.call(Symbol(name), arguments(machine, node, frame))
        candidates, ended = _until(machine, made, frame, lambda value: _is(machine, value, decides))
        if ended and len(candidates) == 1:
            return Known(decides, node.span)
        return BOOL if ended is not False else Known(not decides, node.span)

    SPECIAL[name] = special


def _is(machine: Machine, value: Value, wanted: bool) -> bool | None:
    known = truth(machine, value)
    return None if known is None else known is wanted


_deciding("builtins.any", decides=True)
_deciding("builtins.all", decides=False)


def _next(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    made = _generator(node)
    if made is None:
        return machine.call(Symbol("builtins.next"), arguments(machine, node, frame))
    candidates, ended = _until(machine, made, frame, lambda value: True)
    default = machine.eval(node.arguments[1].value, frame) if len(node.arguments) > 1 else None
    if ended:
        return join(candidates)
    return join([*candidates, default if default is not None else computed(node.span)])


SPECIAL["builtins.next"] = _next
