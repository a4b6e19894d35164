"""Generators: their bodies run as far as somebody goes through what they yield.

Here they run where they are called, to the end. That is as good where a call stands in a place that goes through all of
it; elsewhere, what such a body says to Dagster may come later, in part, or never.
"""

from __future__ import annotations

from typing import Final

from .. import ir
from ..contract import Called, Event, MemberRead
from ..source import Span
from ..values import Bound, Symbol, Value
from .machine import Machine

_GOES_THROUGH: Final = frozenset(
    (
        "builtins.list builtins.tuple builtins.dict builtins.set builtins.frozenset builtins.sorted builtins.sum "
        "builtins.max builtins.min collections.deque collections.Counter collections.OrderedDict functools.reduce "
        "math.fsum statistics.mean statistics.fmean statistics.median asyncio.run"
    ).split()
)
_METHODS: Final = ("join", "extend", "update", "writelines", "fromkeys")
_PASSES_ON: Final = ("enumerate", "map", "filter", "reversed", "chain", "from_iterable", "tqdm", "track", "starmap")
"""Functions that give one element for each that they take, when they are asked for it."""
_DRAINED: Final = "drained"


def drains(machine: Machine, *nodes: ir.Node | ir.Argument) -> None:
    """Notes that what these give is certainly gone through to its end."""
    noted: set[Span] = machine.roles.setdefault(_DRAINED, set())
    for node in nodes:
        noted.add(node.span)
        match node:
            case ir.Call(function=ir.Name(name=name) | ir.Member(name=name), arguments=arguments) if name in _PASSES_ON:
                drains(machine, *(each.value for each in arguments))


def drained_by(machine: Machine, node: ir.Call, function: Value) -> None:
    """Notes which arguments a call goes through to their ends."""
    match function:
        case Symbol(name=name) if name in _GOES_THROUGH:
            drains(machine, node, *(each.value for each in node.arguments))
        case Bound(name=name) if name in _METHODS:
            drains(machine, node, *(each.value for each in node.arguments))
        case _:
            for each in node.arguments:
                if each.spread == "*":
                    drains(machine, each, each.value)


def is_drained(machine: Machine, span: Span) -> bool:
    return span in machine.roles.get(_DRAINED, ())


def runs_through(body: ir.Node) -> bool:
    """Whether a loop with this body, unless something fails, goes on to its end."""
    match body:
        case ir.Break() | ir.Return():
            return False
        case ir.Function() | ir.Class():
            return True
        case tuple() if not isinstance(body, Span):
            return all(map(runs_through, body))
    return True


def says_something(machine: Machine, start: int) -> bool:
    """Whether anything but lines of the log has been said to Dagster, or asked of it, since the log had this length."""
    return any(
        isinstance(event, Event)
        and not (isinstance(event, Called) and event.member.startswith("log"))
        and not (isinstance(event, MemberRead) and event.member == "log")
        for event in machine.log[start:]
    )
