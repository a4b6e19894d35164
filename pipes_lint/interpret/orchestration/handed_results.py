"""What else becomes of what a launch gives: code that cannot be seen gets it, and may ask it for anything, or the body
looks into the results itself.
"""

from __future__ import annotations

from ... import ir
from ...contract import ANY_METHOD, LOOKED_INTO, ResultCall
from ...source import Span
from ...values import Bound, Instance, Value
from ..calls import HANDED
from ..iterate import element_of
from ..machine import ITEMS, ITERATE, MEMBERS, METHODS, Args, Frame, Machine
from ..started import Started
from .launches import INVOCATION, RESULTS, SESSION

_member, _method, _iterate = MEMBERS[RESULTS], METHODS[RESULTS], ITERATE[RESULTS]


def _note(machine: Machine, value: Value, what: str, span: Span) -> None:
    started: dict[int, Started] = machine.roles.get("started", {})
    if isinstance(value, Instance) and value.ident in started:
        started[value.ident].result_calls.append(ResultCall(what, span))


def _handed(machine: Machine, args: Args) -> None:
    for arg in args.items if machine.roles.get("started") else ():
        match arg.value:
            case Instance(type=kind) if kind in (INVOCATION, SESSION):
                _note(machine, arg.value, ANY_METHOD, arg.where)
            case Instance(type=kind) if kind == RESULTS:
                _note(machine, arg.value, LOOKED_INTO, arg.where)


def _member_read(machine: Machine, results: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    _note(machine, results, LOOKED_INTO, span)
    return _member(machine, results, name, span, frame)


def _method_called(machine: Machine, bound: Bound, args: Args) -> Value | None:
    _note(machine, bound.receiver, LOOKED_INTO, args.span)
    return _method(machine, bound, args)


def _gone_through(machine: Machine, results: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    _note(machine, results, LOOKED_INTO, span)
    return _iterate(machine, results, span)


def _taken_out(machine: Machine, results: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    _note(machine, results, LOOKED_INTO, node.span)
    return element_of(machine, results, node.span)


HANDED.append(_handed)
ITEMS[RESULTS] = _taken_out
MEMBERS[RESULTS] = _member_read
METHODS[RESULTS] = _method_called
ITERATE[RESULTS] = _gone_through
