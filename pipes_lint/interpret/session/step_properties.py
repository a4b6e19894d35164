"""What a launched script reads off its context about its step: its assets, its partition, its run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...contract import Dialect, MemberRead
from ...source import Span
from ...values import Instance, Key, Known, Mapping, Sequence, Slot, Unknown, Value, join
from ..machine import NONE, Machine

if TYPE_CHECKING:
    from .pipes import Inputs

_OF_ONE_ASSET = {"python": ("asset_key", "provenance", "code_version"), "r": ("asset_key",)}
_OF_PARTITIONS = ("partition_key", "partition_key_range", "partition_time_window")


def step_property(machine: Machine, inputs: Inputs, dialect: Dialect, name: str, span: Span) -> Value:
    """What a launched script reads there, as far as the launch tells."""
    if name in _OF_PARTITIONS:
        return _of_partition(machine, inputs, dialect, name, span)
    text = "str" if dialect == "python" else "r:character"
    keys = inputs.asset_keys
    match name:
        case "asset_key" if keys is not None and len(keys) == 1:
            return Known(keys[0])
        case "asset_keys" if keys:
            every = Sequence(tuple(Known(key) for key in keys))
            return machine.allocate(every) if dialect == "python" else every
        case "is_asset_step" if keys is not None:
            return Known(bool(keys) or inputs.checks and dialect == "python")
        case "is_partition_step":
            if inputs.partitioned is False:
                return Known(False)
            return Instance("bool" if dialect == "python" else "r:logical")
        case "retry_number":
            return Instance("int" if dialect == "python" else "r:integer")
    if name in _OF_ONE_ASSET[dialect] and keys is not None and len(keys) != 1 and not inputs.can_subset:
        return _fails(machine, name)
    return Instance(text) if name in ("run_id", "asset_key") else _unknown(name)


def _of_partition(machine: Machine, inputs: Inputs, dialect: Dialect, name: str, span: Span) -> Value:
    if inputs.partitioned is False:
        return Known(None, span) if dialect == "r" else _fails(machine, name)
    if dialect == "r" and inputs.partitioned is None:
        return Unknown("it is NULL without partitions", foreign=True)
    if name == "partition_key":
        return Instance("str" if dialect == "python" else "r:character")
    if _is_there(inputs, name):
        return _ends(machine, name, dialect)
    return _nothing(machine, inputs, dialect, name, span)


def _is_there(inputs: Inputs, name: str) -> bool:
    return name == "partition_key_range" or inputs.windowed is True


def _ends(machine: Machine, name: str, dialect: Dialect) -> Value:
    """A start and an end."""
    text = Instance("str" if dialect == "python" else "r:character")
    slots: dict[Key, Slot] = {"start": Slot(text), "end": Slot(text)}
    if dialect == "r":
        return Mapping(slots, kind="list")
    made = machine.allocate(Mapping(slots))

    def taken(attribute: str, subscript: bool, where: Span) -> None:
        if not subscript and not hasattr(dict, attribute):
            machine.log.append(MemberRead(where, machine.when(), dialect, name, attribute))

    machine.taken[made.ident] = taken
    return made


def _nothing(machine: Machine, inputs: Inputs, dialect: Dialect, name: str, span: Span) -> Value:
    """No window, where certainly there is none; what is taken out of it is noted."""
    if (machine.prelude == "base") is (dialect == "python"):  # through reticulate
        return _unknown(name)
    if inputs.windowed is None:
        return _unknown(name) if dialect == "r" else join([_ends(machine, name, dialect), NONE])

    def taken(part: str, subscript: bool, where: Span) -> None:
        attribute, item = (None, part) if subscript else (part, None)
        machine.log.append(MemberRead(where, machine.when(), dialect, name, attribute, item))

    machine.taken[span] = taken
    return Known(None, span)


def _fails(machine: Machine, name: str) -> Value:
    """The script stops here; where a handler waits for that, it goes on there."""
    unknown = Unknown(f"this step has no `{name}`", foreign=True)
    return machine.leave("raise", unknown, failing=True) if any(machine.swallowing) else unknown


def _unknown(name: str) -> Unknown:
    return Unknown(f"`{name}` is known when the script runs", foreign=True)
