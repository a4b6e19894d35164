"""The context that Dagster gives to a body: what its members are, as far as their classes tell.

From dagster 1.13.28, `_core/execution/context/asset_execution_context.py` and `op_execution_context.py`.
"""

from __future__ import annotations

from typing import Final

from ...source import Span
from ...values import Bound, Instance, Known, Sequence, Unknown, Value
from ..machine import ITERATE, MEMBERS, METHODS, Args, Frame, Machine
from .asset_specs import KEY
from .resources import CONTEXT

_WINDOW: Final = "dagster.TimeWindow"
_RANGE: Final = "dagster.PartitionKeyRange"
_CLASSES: Final = {
    "run_id": "str",
    "job_name": "str",
    "partition_key": "str",
    "retry_number": "int",
    "has_partition_key": "bool",
    "has_partition_key_range": "bool",
    "partition_key_range": _RANGE,
    "partition_time_window": _WINDOW,
    "log": "dagster.log",
    "resources": "dagster.resources",
}
_GIVEN: Final = {
    "asset_key_for_output": KEY,
    "asset_key_for_input": KEY,
    "asset_partition_key_for_output": "str",
    "asset_partition_key_for_input": "str",
    "asset_partitions_time_window_for_output": _WINDOW,
    "asset_partitions_time_window_for_input": _WINDOW,
    "asset_partition_key_range_for_output": _RANGE,
    "asset_partition_key_range_for_input": _RANGE,
}


def _context_member(machine: Machine, context: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    match name:
        case "op_execution_context":
            return context._replace(fields={**context.fields, "class": Known("OpExecutionContext")})
        case "asset_execution_context":
            return context
        case "asset_key":
            return _own_key(machine, span)
        case "selected_asset_keys":
            return Sequence((), "set", complete=False)
        case "partition_keys":
            return Sequence((), "list", complete=False)
        case _ if name in _CLASSES:
            return Instance(_CLASSES[name])
    if name.startswith(("get_", "load_", "add_", "has_", "asset_", "output_", "partition_key_")):
        return Bound(context, name, span)
    return Unknown(f"`context.{name}` is known when the step runs", span, foreign=True)


def _own_key(machine: Machine, span: Span) -> Value:
    """The key of the step's only asset."""
    keys: tuple[str, ...] = machine.roles.get("makes") or ()
    if len(keys) != 1:
        return Instance(KEY, {"path": Unknown("which asset is made is known when the step runs", span)}, span=span)
    return Instance(KEY, {"path": Sequence(tuple(map(Known, keys[0].split("/"))), "list")}, span=span)


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    if bound.name in _GIVEN:
        fields: dict[str, Value] = {"path": Unknown("it is known when the step runs", args.span)}
        return Instance(_GIVEN[bound.name], fields if _GIVEN[bound.name] == KEY else {})
    return Unknown(f"`{bound.name}` is known when the step runs", args.span, foreign=True)


MEMBERS[CONTEXT] = _context_member
METHODS[CONTEXT] = _method
METHODS["dagster.log"] = lambda machine, bound, args: Unknown("the log gives nothing", args.span, foreign=True)


# --- partitions -----------------------------------------------------------------------------------------------------

_MOMENT: Final = Instance("datetime.datetime")


def _of_window(machine: Machine, window: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if name in ("start", "end"):
        return _MOMENT
    return Unknown(f"the window's `{name}` is known when the step runs", span, foreign=True)


def _of_range(machine: Machine, range_: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if name in ("start", "end"):
        return Instance("str")
    return Unknown(f"the range's `{name}` is known when the step runs", span, foreign=True)


MEMBERS[_WINDOW] = _of_window
MEMBERS[_RANGE] = _of_range
ITERATE[_WINDOW] = lambda machine, window, span: ((_MOMENT, _MOMENT), True)
ITERATE[_RANGE] = lambda machine, range_, span: ((Instance("str"), Instance("str")), True)
