"""What a value is on the paths that went through a handler, where these have met paths that did not.

Behind `if not main(): sys.exit(1)`, where `main` returns False from a handler and True otherwise, no handler was run.
"""

from __future__ import annotations

from collections.abc import Callable

from ..source import Span
from ..values import OneOf, Value, options
from .machine import Exit, Machine
from .swallowing import may_be_caught, not_caught

_ROLE = "told apart"


Noted = dict[int, tuple[Value, tuple[Value, ...]]]
"""By the identity of a value that paths met with: it, and what it is on those through the handler."""


def tell_apart(machine: Machine, handler: Span) -> None:
    """From here on, values that come through this handler are told from others."""
    if _ROLE not in machine.roles:
        machine.roles[_ROLE] = {}
        machine.meeting.append(_meet)
        machine.met.append(_met)
    machine.roles[_ROLE].setdefault(handler, {})


def when_caught(machine: Machine, handler: Span, value: Value) -> tuple[Value, ...]:
    """What a value may be on the paths through a handler; itself, if nothing more is known."""
    noted: Noted = machine.roles.get(_ROLE, {}).get(handler, {})
    return noted[id(value)][1] if id(value) in noted else (value,)


def rule_out(machine: Machine, value: Value, fits: Callable[[Value], bool]) -> None:
    """Leaves out the handlers through which a value that was tested does not come as one that fits."""
    every: dict[Span, Noted] = machine.roles.get(_ROLE, {})
    for handler, noted in every.items():
        if id(value) in noted and not any(fits(option) for each in noted[id(value)][1] for option in options(each)):
            not_caught(machine, handler)


def _meet(machine: Machine, ways: list[Exit], value: Value) -> None:
    every: dict[Span, Noted] = machine.roles[_ROLE]
    for handler, noted in every.items():
        before = may_be_caught(machine.store.cells, handler)
        through = [way.value for way in ways if may_be_caught(way.changes, handler, before)]
        if through and (len(through) < len(ways) or any(id(each) in noted for each in through)):
            noted[id(value)] = value, tuple(one for each in through for one in when_caught(machine, handler, each))


def _met(machine: Machine, ways: list[Exit], value: Value) -> None:
    """Does the same for variables that a handler has set: the flag that says that something went wrong."""
    cells = {cell for way in ways for cell in way.changes if isinstance(cell, tuple) and len(cell) == 2}
    held = [(cell, machine.store.cells.get(cell)) for cell in cells]
    several = [(cell, content) for cell, content in held if isinstance(content, OneOf)]
    every: dict[Span, Noted] = machine.roles[_ROLE] if several else {}
    for handler, noted in every.items():
        through = [way for way in ways if may_be_caught(way.changes, handler)]
        if not through or len(through) == len(ways):
            continue
        for cell, content in several:
            contents = [way.changes.get(cell) for way in through]
            known = [each for each in contents if each is not None]
            if len(known) == len(contents):
                caught = tuple(each for one in known for each in when_caught(machine, handler, one))
                noted[id(content)] = content, caught
