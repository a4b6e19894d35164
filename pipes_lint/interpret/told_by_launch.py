"""What a launch tells its script besides extras, by the command line and the environment, as far as that is understood.

A script that serves several ends asks its command line which it is to serve. Where the answer is not known, it is not
known either which of its branches are meant for this launch.
"""

from __future__ import annotations

import re
from typing import Final

from ..contract import Event
from ..values import Known, Mapping, Sequence, Unknown
from .machine import NONE, Machine

_OF_THE_SYSTEM: Final = re.compile(r"DAGSTER|PYTHON|R_|LC_|LD_|OMP_|(PATH|HOME|LANG|TZ|USER|TMPDIR)$")
"""Variables by which no script decides what it does."""


def command_line(machine: Machine) -> Sequence | None:
    """The script and the words behind it, as the script sees them, if the launch is seen to pass them."""
    heard(machine)
    words = machine.roles.get("argv")
    if not isinstance(words, Sequence):
        unheard(machine)
        return None
    if not all(isinstance(word, Known) for word in words.items):
        unheard(machine)
    return words


def heard(machine: Machine) -> None:
    """Notes that the script asked for its command line."""
    machine.roles["heard"] = True


def variable_asked(machine: Machine, name: str) -> None:
    """Notes that the script asked for a variable of its environment."""
    machine.roles.setdefault("asked variables", set()).add(name)
    passed = machine.roles.get("env", NONE)
    slot = passed.slots.get(name) if isinstance(passed, Mapping) else None
    if slot is not None and not (slot.always and isinstance(slot.value, Known)):
        unheard(machine)


def unheard(machine: Machine) -> None:
    """Notes that the script asked for what its launch tells it, and that this is not known: whatever it decides from
    now on may depend on it.
    """
    machine.roles.setdefault("unheard", machine.store.ident())


def decided_by_launch(machine: Machine, events: tuple[Event, ...]) -> tuple[int, ...]:
    """The branches in the events' paths that may have been decided by something which the launch tells."""
    since = 0 if _may_hear_unseen(machine) else machine.roles.get("unheard")
    if since is None:
        return ()
    # Numbers are given in the order of what is run.
    return tuple(sorted({branch for event in events for branch, _ in event.when.path if branch > since}))


def _may_hear_unseen(machine: Machine) -> bool:
    """Whether there is something that the script was not seen to ask for: a library may do so for it."""
    arguments, passed = machine.roles["session"].arguments, machine.roles.get("env")
    if arguments not in (None, Sequence(())) and not machine.roles.get("heard"):
        return True
    if not isinstance(passed, Mapping):
        return isinstance(passed, Unknown)
    asked = machine.roles.get("asked variables", ())
    return any(isinstance(name, str) and name not in asked and not _OF_THE_SYSTEM.match(name) for name in passed.slots)
