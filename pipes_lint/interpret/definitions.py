"""What a definition says of itself: its assets, checks and partitions; and whose results its body delivers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping
from typing import Literal as Choice

from ..contract import CheckSpec, Definition, Fate
from ..source import Span
from ..values import Instance, Known, Mapping, OneOf, Sequence, Unknown, Value
from .dagster import INVOCATION, RESULTS, SESSION, Made, Started

_PARTITIONS: dict[str, Choice["time", "static", "dynamic", "multi"]] = {
    "dagster.DailyPartitionsDefinition": "time",
    "dagster.HourlyPartitionsDefinition": "time",
    "dagster.WeeklyPartitionsDefinition": "time",
    "dagster.MonthlyPartitionsDefinition": "time",
    "dagster.TimeWindowPartitionsDefinition": "time",
    "dagster.StaticPartitionsDefinition": "static",
    "dagster.DynamicPartitionsDefinition": "dynamic",
    "dagster.MultiPartitionsDefinition": "multi",
}


def asset_key(value: Value | None) -> str | None:
    """An asset key as the script sees it (`prefix/name`); None where it is not known."""
    match value:
        case Known(value=str() as text):
            return text
        case Sequence(items=items, complete=True) if items:
            parts = [part for part in items if isinstance(part, Known) and isinstance(part.value, str)]
            return "/".join(str(part.value) for part in parts) if len(parts) == len(items) else None
        case Instance(type="dagster.AssetKey", fields=fields):
            return asset_key(fields.get("path"))
        case Instance(type="dagster.AssetSpec", fields=fields):
            return asset_key(fields.get("key"))
        case Instance(type="dagster.AssetsDefinition", fields=fields):
            return _own_key(fields)
    return None


def _own_key(fields: AnyMapping[str, Value]) -> str | None:
    """The key of an `@asset`, from its decorator's arguments and its function's name."""
    if "**" in fields:
        return None
    if "key" in fields and fields["key"] != Known(None):
        return asset_key(fields["key"])
    name: Value | None = fields.get("name")
    if name is None or name == Known(None):
        name = fields.get("function_name")
    prefix = fields.get("key_prefix")
    if prefix is None or prefix == Known(None):
        return asset_key(name)
    before, own = asset_key(prefix), asset_key(name)
    return f"{before}/{own}" if before is not None and own is not None else None


def definition_of(made: Made, graphs: bool) -> Definition:
    """The definition that a decorator made. `graphs`: whether ops may stand in graphs that make assets."""
    closure = made.closure
    fields = {**made.fields, "function_name": Known(closure.code.name)}
    name = closure.code.name
    own = fields.get("name")
    if isinstance(own, Known) and isinstance(own.value, str):
        name = own.value
    keys: tuple[str, ...] | None = ()
    checks: tuple[CheckSpec, ...] | None = ()
    checked: tuple[str, ...] | None = ()
    open_ended = "**" in fields
    match made.kind:
        case "asset" | "graph_asset":
            key = _own_key(fields)
            keys = None if key is None else (key,)
            checks = None if open_ended else check_specs(fields.get("check_specs"), keys)
        case "multi_asset":
            keys = None if open_ended else _several_keys(fields)
            checks = None if open_ended else check_specs(fields.get("check_specs"), keys)
        case "asset_check":
            key = asset_key(fields.get("asset"))
            checked = None if key is None else (key,)
            unsure = open_ended or not isinstance(own, Known | None)
            checks = None if unsure else (CheckSpec(name, key, made.span),)
        case "multi_asset_check":
            checks = None if open_ended else check_specs(fields.get("specs"), None)
            checked = _checked(checks)
        case "op":
            keys = None if graphs else ()
            checks = None if graphs else ()
            checked = None if graphs else ()
    return Definition(
        made.kind,  # type: ignore[arg-type]
        name,
        closure.code.name_span,
        keys,
        checks,
        checked,
        _partitions(fields),
    )


Prefixes = Iterable[tuple[list[str] | None, Value]]
"""Prefixes given from outside: to the assets of these modules or packages (None: nobody knows whose), and which."""


def prefixed(definition: Definition, prefixes: Prefixes, module: str) -> Definition:
    """The definition with the prefix that `load_assets_from_modules(…, key_prefix=)` and its like put before its
    keys.
    """
    for paths, value in prefixes:
        if paths is not None and not any(module == path or module.startswith(f"{path}/") for path in paths):
            continue
        prefix = asset_key(value) if paths is not None else None
        if prefix is None:
            checks = tuple(check._replace(asset_key=None) for check in definition.checks or ())
            return definition._replace(asset_keys=None, checks=checks if definition.checks is not None else None)

        def longer(key: str, prefix: str = prefix) -> str:
            return f"{prefix}/{key}"

        keys, checks_ = definition.asset_keys, definition.checks
        definition = definition._replace(
            asset_keys=tuple(map(longer, keys)) if keys is not None else None,
            checks=tuple(
                each._replace(asset_key=longer(each.asset_key) if each.asset_key else None) for each in checks_
            )
            if checks_ is not None
            else None,
        )
    return definition


def _checked(checks: tuple[CheckSpec, ...] | None) -> tuple[str, ...] | None:
    if checks is None or any(check.asset_key is None for check in checks):
        return None
    return tuple(dict.fromkeys(str(check.asset_key) for check in checks))


def _several_keys(fields: dict[str, Value]) -> tuple[str, ...] | None:
    found: list[str] = []
    specs, outs = fields.get("specs"), fields.get("outs")
    for value in (specs, outs):
        match value:
            case None | Known(value=None):
                continue
            case Sequence(items=items, complete=True):
                keys = [asset_key(item) for item in items]
            case Mapping(slots=slots, stop=None) if all(slot.always for slot in slots.values()):
                keys = [_out_key(str(name), slot.value) for name, slot in slots.items()]
            case _:
                return None
        if any(key is None for key in keys):
            return None
        found += [key for key in keys if key is not None]
    return tuple(found) if found else None


def _out_key(name: str, out: Value) -> str | None:
    if not isinstance(out, Instance) or out.type != "dagster.AssetOut" or "**" in out.fields:
        return None
    if "key" in out.fields and out.fields["key"] != Known(None):
        return asset_key(out.fields["key"])
    prefix = out.fields.get("key_prefix")
    if prefix is None or prefix == Known(None):
        return name
    before = asset_key(prefix)
    return f"{before}/{name}" if before is not None else None


def check_specs(value: Value | None, keys: tuple[str, ...] | None) -> tuple[CheckSpec, ...] | None:
    """The declared checks; None unless all of them are known."""
    match value:
        case None | Known(value=None):
            return ()
        case Sequence(items=items, complete=True):
            found = []
            for item in items:
                if not isinstance(item, Instance) or item.type != "dagster.AssetCheckSpec" or "**" in item.fields:
                    return None
                name = item.fields.get("name")
                if not isinstance(name, Known) or not isinstance(name.value, str):
                    return None
                key = asset_key(item.fields.get("asset"))
                found.append(CheckSpec(name.value, key, item.span or name.span or Span("", 0, 0)))
            return tuple(found)
    return None


def _partitions(fields: dict[str, Value]) -> Choice["none", "time", "static", "dynamic", "multi", "some"] | None:
    value = fields.get("partitions_def")
    match value:
        case None if "**" in fields or any(name in fields for name in ("specs", "outs")):
            return None
        case None | Known(value=None):
            return "none"
        case Instance(type=kind) if kind in _PARTITIONS:
            return _PARTITIONS[kind]
        case Instance():
            return "some"
    return None


# --- what the body gives to Dagster ---------------------------------------------------------------------------------

_OWN_RESULTS = (
    "dagster.MaterializeResult",
    "dagster.AssetCheckResult",
    "dagster.Output",
    "dagster.ObserveResult",
    "dagster.AssetMaterialization",
)


def parts(value: Value) -> Iterator[Value]:
    """A value and all that it holds, one by one."""
    yield value
    inner: Iterable[Value] = ()
    match value:
        case OneOf(options=several):
            inner = several
        case Sequence(items=items):
            inner = items
        case Mapping(slots=slots):
            inner = [slot.value for slot in slots.values()]
        case Instance(type=kind, fields=fields) if kind not in (RESULTS, INVOCATION, "str"):
            inner = fields.values()
    for each in inner:
        yield from parts(each)


def fate_of(started: Started, kind: str, given: Value) -> Fate:
    """What becomes of a launch's results, by what the definition's body returns and yields (settled)."""
    if kind not in ("asset", "multi_asset", "asset_check", "multi_asset_check", "op"):
        return Fate.UNKNOWN
    found = list(parts(given))
    mine = [part for part in found if isinstance(part, Instance) and part.ident == started.ident]
    if any(part.type == RESULTS and "inside" in part.fields for part in mine):
        return Fate.INSIDE_SESSION
    if any(part.type == RESULTS for part in mine):
        return Fate.DELIVERED
    if any(part.type in (INVOCATION, SESSION) for part in mine):
        return Fate.INVOCATION
    if any(isinstance(part, Instance) and part.type == "str" and _text_of(part) == started.ident for part in found):
        return Fate.TEXT
    if any(isinstance(part, Instance) and part.type in _OWN_RESULTS for part in found):
        sometimes = isinstance(given, OneOf) and Known(None) in given.options and not started.when.path
        return Fate.DROPPED if sometimes else Fate.REPLACED
    if any(isinstance(part, Unknown) for part in found):
        return Fate.UNKNOWN
    if all(part == Known(None) or isinstance(part, Sequence | OneOf) for part in found):
        return Fate.DROPPED
    return Fate.UNKNOWN


def _text_of(part: Instance) -> int:
    of = part.fields.get("of")
    return of.ident if isinstance(of, Instance) else 0


def own_checks(given: Value) -> tuple[Value, ...] | None:
    """The names of the checks whose results the body makes itself; None if it cannot be told whether it makes some."""
    names: list[Value] = []
    for part in parts(given):
        match part:
            case Instance(type="dagster.AssetCheckResult", fields=fields):
                names.append(fields.get("check_name", Unknown("the result does not name its check")))
            case Instance(type="dagster.MaterializeResult", fields=fields) if "**" in fields:
                return None
            case Unknown():
                return None
            case Sequence(complete=False):
                return None
    return tuple(names)
