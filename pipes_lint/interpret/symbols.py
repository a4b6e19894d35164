"""Names of libraries, by what they are and not by where they were found."""

from __future__ import annotations

import builtins
from typing import Final

from .. import ir
from ..values import Mapping, Symbol, Unknown, Value
from .machine import CONSTANTS, LIBRARY, SPECIAL, Frame, Machine, evaluates

_BUILTINS: Final = frozenset(dir(builtins))


def library_name(name: str) -> Value:
    """Python's `library.name`. Dagster's names have moved between its modules, so each is `dagster.` and the name
    alone.
    """
    first, _, rest = name.partition(".")
    if first == "dagster" and rest and rest[0] != "_":
        last = rest.rpartition(".")[2]
        if last[:1].isupper() or rest == last or rest.startswith("_"):
            name = f"dagster.{last}"
    elif first == "dagster" and rest:
        last = rest.rpartition(".")[2]
        if not last.startswith("_") and last not in ("core", "pipes", "definitions"):
            name = f"dagster.{last}" if last[:1].isupper() or f"dagster.{last}" in LIBRARY else name
    return CONSTANTS.get(name) or Symbol(name)


def r_symbol(name: str) -> Value:
    """R's `package::name`: a name of base R where we know what it does there, whatever package exports it too."""
    package, _, plain = name.partition(".")
    if name in CONSTANTS:
        return CONSTANTS[name]
    if package == "dagsterpipes":
        return Symbol(name)
    if name not in LIBRARY and name not in SPECIAL and (f"base.{plain}" in LIBRARY or f"base.{plain}" in SPECIAL):
        return Symbol(f"base.{plain}")
    return Symbol(name)


@evaluates(ir.Name)
def name(machine: Machine, node: ir.Name, frame: Frame) -> Value:
    found = machine.find(node.name, frame)
    if found is not None:
        return found
    if frame.scope.prelude == "base":
        if node.name.startswith("..") and node.name[2:].isdigit():
            return _dot(machine, int(node.name[2:]), node, frame)
        return r_symbol(f"base.{node.name}")
    if node.name in _BUILTINS:
        return library_name(f"builtins.{node.name}")
    return Unknown(f"`{node.name}` is not set in this file", node.span)


def _dot(machine: Machine, number: int, node: ir.Name, frame: Frame) -> Value:
    """R's `..1`: what stands at that place in `...`."""
    dots = machine.find("...", frame)
    if isinstance(dots, Mapping) and dots.complete and 1 <= number <= len(dots.slots):
        slot = list(dots.slots.values())[number - 1]
        if slot.always:
            return slot.value
    return Unknown("it is one of the arguments that are handed on", node.span, foreign=True)
