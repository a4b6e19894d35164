"""Which partitions a definition has: by its arguments, by its specs, by the job that runs it.

From dagster 1.13.28, `_core/pipes/context.py` (`build_external_execution_context_data`): what a script sees of
partitions is its run's. There is a time window where the partitions have exactly one dimension of time.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from typing import Literal as Choice

from ...contract import Definition
from ...values import Bound, Closure, Instance, Known, Mapping, Sequence, Unknown, Value
from ..machine import METHODS, Args, Machine

Sort = Choice["none", "time", "static", "dynamic", "multi", "multi-time", "some"] | None

_SORTS: dict[str, Sort] = {
    "dagster.DailyPartitionsDefinition": "time",
    "dagster.HourlyPartitionsDefinition": "time",
    "dagster.WeeklyPartitionsDefinition": "time",
    "dagster.MonthlyPartitionsDefinition": "time",
    "dagster.TimeWindowPartitionsDefinition": "time",
    "dagster.StaticPartitionsDefinition": "static",
    "dagster.DynamicPartitionsDefinition": "dynamic",
}


def sort_of(value: Value | None) -> Sort:
    """The sort of partitions that a value makes, or none at all; None if that cannot be told."""
    match value:
        case None | Known(value=None):
            return "none"
        case Instance(type="dagster.MultiPartitionsDefinition", fields=fields):
            return _several(fields)
        case Instance(type=kind):
            return _SORTS.get(kind, "some")
    return None


def _several(fields: AnyMapping[str, Value]) -> Sort:
    dimensions = fields.get("partitions_defs")
    if not isinstance(dimensions, Mapping) or not dimensions.complete:
        return "some"
    sorts = [sort_of(slot.value) if slot.always else None for slot in dimensions.slots.values()]
    if any(sort not in ("time", "static", "dynamic") for sort in sorts):
        return "some"
    return "multi-time" if sorts.count("time") == 1 else "multi"


def partitions_of(kind: str, fields: AnyMapping[str, Value]) -> Sort:
    """The partitions that a decorator's arguments give a definition; None if they may come from elsewhere."""
    if "**" in fields:
        return None
    if fields.get("partitions_def", Known(None)) != Known(None):
        return sort_of(fields["partitions_def"])
    match kind:
        case "asset" | "graph_asset":
            return "none"
        case "multi_asset":
            return _of_specs(fields.get("specs"))
    return None  # an op has its job's, a check mostly that of the asset that it checks


def _of_specs(specs: Value | None) -> Sort:
    match specs:
        case None | Known(value=None):
            return "none"
        case Sequence(items=items, complete=True):
            sorts = {_of_spec(item) for item in items}
            return sorts.pop() if len(sorts) == 1 else None
    return None


def _of_spec(spec: Value) -> Sort:
    if isinstance(spec, Instance) and spec.type == "dagster.AssetSpec" and "**" not in spec.fields:
        return sort_of(spec.fields.get("partitions_def"))
    return None


# --- by what runs it ------------------------------------------------------------------------------------------------


def settled(machine: Machine, definition: Definition, everyone: list[Definition]) -> Definition:
    """The definition with the partitions that its run has, as far as its own arguments do not tell them.

    A check mostly runs together with the asset that it checks. An op runs in jobs, which may have partitions.
    """
    if definition.partitions == "none" and machine.roles.get("partitions given"):
        return definition._replace(partitions=None)
    if definition.partitions is not None:
        return definition
    match definition.kind:
        case "asset_check" | "multi_asset_check" if definition.checked_asset_keys:
            sorts = {_of_asset(key, everyone) for key in definition.checked_asset_keys}
            return definition._replace(partitions=sorts.pop() if len(sorts) == 1 else None)
        case "op":
            jobs = machine.roles.get("jobs", {}).get(definition.span.path)
            others = ("jobs of graphs", "partitioned jobs")
            plain = jobs and definition.asset_keys == () and not any(machine.roles.get(other) for other in others)
            return definition._replace(partitions="none" if plain else None)
    return definition


def _of_asset(key: str, everyone: list[Definition]) -> Sort:
    sorts = {each.partitions for each in everyone if each.asset_keys is None or key in each.asset_keys}
    return sorts.pop() if len(sorts) == 1 else None


def specs_mapped(machine: Machine, args: Args) -> None:
    """Notes that a function is applied to the specs of definitions, if it may give them partitions."""
    function = args.get("func", 0)
    if isinstance(function, Closure):
        span = function.code.span
        if "partitions_def" not in machine.world.text(span.path)[span.start : span.end]:
            return
    machine.roles["partitions given"] = True


def _definitions_method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    if bound.name in ("map_asset_specs", "map_resolved_asset_specs"):
        specs_mapped(machine, args)
        return bound.receiver
    return Unknown(f"`{bound.name}` is made by Dagster", args.span, foreign=True)


METHODS["dagster.Definitions"] = _definitions_method
