"""The names of `logging`'s levels, which a script may change: a message goes out under its level's name of then."""

from __future__ import annotations

from ..values import Known, Unknown, Value
from .machine import Machine
from .store import Cell


def level_cell(number: int) -> Cell:
    """Where the name is kept that the script has given to a level."""
    return ("logging", number)


def name_level(machine: Machine, number: Value | None, name: Value | None) -> None:
    """`logging.addLevelName(number, name)`."""
    if isinstance(number, Known) and type(number.value) is int:
        sure = isinstance(name, Known) and not machine.path and not machine.loops
        kept = name if sure else Unknown("it is named on some paths only, or by a name that is not known", foreign=True)
        machine.store.write(level_cell(number.value), kept)
