"""What is done however something ended: the body of `finally`, the end of a `with`, R's `on.exit()`."""

from __future__ import annotations

from collections.abc import Callable

from ..values import Value
from .machine import Exit, ExitKind, Machine
from .store import Changes


def protect(machine: Machine, run: Callable[[], Value], cleanup: Callable[[], object]) -> Value:
    """Runs something, and then the cleanup, however it ended."""
    return finish(machine, machine.region(run, cleanup=True), cleanup)


def finish(machine: Machine, exits: list[Exit], cleanup: Callable[[], object], *kinds: ExitKind) -> Value:
    """Runs a cleanup once, in the state in which any of these exits may have left, and lets each go on.

    Those of `kinds`, but for those that lead further out (as a promise's may), and the normal end go on from here.
    """
    if not exits:
        return machine.meet(exits)
    machine.store.begin()
    machine.store.join([each.changes for each in exits])
    depth = machine.store.depth
    machine.store.begin()
    path = machine.path
    if len(exits) == 1:
        machine.path = exits[0].path
    cleaning, machine.roles["cleaning"] = machine.roles.get("cleaning"), True
    try:
        cleanup()
        delta: Changes = machine.store.changes(depth)
    finally:
        machine.store.undo()
        machine.store.undo()
        machine.path = path
        machine.roles["cleaning"] = cleaning
    ways = []
    for each in exits:
        each.changes.update(delta)
        if each.kind == "end" or each.kind in kinds and each.target not in machine.regions:
            ways.append(each)
        else:
            machine.again(each)
    return machine.meet(ways)
