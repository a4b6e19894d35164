"""The calls that make a parser of `argparse`, in order: by the same calls another can be made."""

from __future__ import annotations

from typing import Final

from ...records import NamedTuple
from ..machine import Args, Machine

OF_COMMANDS: Final = frozenset(("dest", "required"))
KEPT: Final = frozenset(("prefix_chars", "argument_default", "conflict_handler", "allow_abbrev"))
UNREAD: Final = frozenset("add_help description epilog exit_on_error formatter_class help parents prog usage".split())


class Step(NamedTuple):
    """A call on a parser. `inner` are the parsers that it makes, or takes the arguments of."""

    name: str
    args: Args
    inner: tuple[Plan, ...] = ()


class Plan:
    """All calls on one parser (or on what `add_subparsers` gives). `when` is where it was made: what is told it only on
    some of the paths from there is not followed.
    """

    __slots__ = ("followed", "steps", "when")

    def __init__(self, machine: Machine, followed: bool = True) -> None:
        self.when = (machine.path, machine.loops)
        self.followed = followed
        self.steps: list[Step] = []

    def add(self, machine: Machine, step: Step) -> None:
        self.followed = self.followed and self.when == (machine.path, machine.loops) and not step.args.loose
        self.steps.append(step)

    def frozen(self, machine: Machine) -> Plan:
        """As it is now, for a parser that takes its arguments over."""
        found = Plan(machine, self.followed)
        found.steps = list(self.steps)
        return found
