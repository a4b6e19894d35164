"""What a definition says of itself: its assets, checks and partitions."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping

from ...contract import CheckSpec, Definition
from ...source import Span
from ...values import Instance, Known, Mapping, Sequence, Value
from .dagster import Made
from .partitions import partitions_of


def key_parts(value: Value | None) -> tuple[str, ...] | None:
    """The parts of an asset key; None where they are not known. A text is one part, whatever slashes are in it."""
    match value:
        case Known(value=str() as text):
            return (text,)
        case Sequence(items=items, complete=True) if items:
            parts = [part for part in items if isinstance(part, Known) and isinstance(part.value, str)]
            return tuple(str(part.value) for part in parts) if len(parts) == len(items) else None
        case Instance(type="dagster.AssetKey", fields=fields):
            return key_parts(fields.get("path"))
        case Instance(type="dagster.AssetSpec", fields=fields):
            return key_parts(fields.get("key"))
        case Instance(type="dagster.AssetsDefinition", fields=fields):
            return _own_parts(fields)
    return None


def asset_key(value: Value | None) -> str | None:
    """An asset key as the script sees it (`prefix/name`); None where it is not known."""
    return _shown(key_parts(value))


def _shown(parts: tuple[str, ...] | None) -> str | None:
    return None if parts is None else "/".join(parts)


def _own_parts(fields: AnyMapping[str, Value]) -> tuple[str, ...] | None:
    """The key of an `@asset`, from its decorator's arguments and its function's name."""
    if "**" in fields:
        return None
    if "key" in fields and fields["key"] != Known(None):
        return key_parts(fields["key"])
    name: Value | None = fields.get("name")
    if name is None or name == Known(None):
        name = fields.get("function_name")
    prefix = fields.get("key_prefix")
    if prefix is None or prefix == Known(None):
        return key_parts(name)
    before, own = key_parts(prefix), key_parts(name)
    return (*before, *own) if before is not None and own is not None else None


def definition_of(made: Made, graphs: bool) -> Definition:
    """The definition that a decorator made. `graphs`: whether ops may stand in graphs that make assets."""
    closure = made.closure
    fields = {**made.fields, "function_name": Known(closure.code.name)}
    name = closure.code.name
    own = fields.get("name")
    if isinstance(own, Known) and isinstance(own.value, str):
        name = own.value
    keys: tuple[str, ...] | None = ()
    several: tuple[tuple[str, ...], ...] | None
    places: tuple[Span | None, ...] = ()
    checks: tuple[CheckSpec, ...] | None = ()
    checked: tuple[str, ...] | None = ()
    open_ended = "**" in fields
    match made.kind:
        case "asset" | "graph_asset":
            own_key = _own_parts(fields)
            several = None if own_key is None else (own_key,)
            keys = _all_shown(several)
            places = (_name_span(made),)
            checks = None if open_ended else check_specs(fields.get("check_specs"), several)
        case "multi_asset":
            several = None if open_ended else _several_keys(fields)
            keys = _all_shown(several)
            places = _spec_spans(made)
            checks = None if open_ended else check_specs(fields.get("check_specs"), several)
        case "asset_check":
            key = asset_key(fields.get("asset"))
            checked = None if key is None else (key,)
            unsure = open_ended or not isinstance(own, Known | None)
            checks = None if unsure else (CheckSpec(name, key, made.span),)
        case "multi_asset_check":
            checks = None if open_ended else check_specs(fields.get("specs"))
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
        partitions_of(made.kind, fields),
        can_subset=open_ended or fields.get("can_subset", Known(False)) != Known(False),
        asset_spans=places if keys is not None and len(places) == len(keys) else (),
    )


def _all_shown(keys: tuple[tuple[str, ...], ...] | None) -> tuple[str, ...] | None:
    return None if keys is None else tuple("/".join(parts) for parts in keys)


def prefixed(definition: Definition, value: Value) -> Definition:
    """The definition with a prefix before its keys; without keys if the prefix is not known."""
    prefix = asset_key(value)

    def longer(key: str | None) -> str | None:
        return None if key is None or prefix is None else f"{prefix}/{key}"

    def all_longer(keys: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if keys is None or prefix is None else tuple(f"{prefix}/{key}" for key in keys)

    checks = definition.checks
    return definition._replace(
        asset_keys=all_longer(definition.asset_keys),
        checked_asset_keys=all_longer(definition.checked_asset_keys),
        checks=None if checks is None else tuple(each._replace(asset_key=longer(each.asset_key)) for each in checks),
    )


def _checked(checks: tuple[CheckSpec, ...] | None) -> tuple[str, ...] | None:
    if checks is None or any(check.asset_key is None for check in checks):
        return None
    return tuple(dict.fromkeys(str(check.asset_key) for check in checks))


def _several_keys(fields: dict[str, Value]) -> tuple[tuple[str, ...], ...] | None:
    """The keys of a `@multi_asset`, in their parts."""
    found: list[tuple[str, ...]] = []
    specs, outs = fields.get("specs"), fields.get("outs")
    for value in (specs, outs):
        match value:
            case None | Known(value=None):
                continue
            case Sequence(items=items, complete=True):
                keys = [key_parts(item) for item in items]
            case Mapping(slots=slots, stop=None) if all(slot.always for slot in slots.values()):
                keys = [_out_parts(str(name), slot.value) for name, slot in slots.items()]
            case _:
                return None
        if any(key is None for key in keys):
            return None
        found += [key for key in keys if key is not None]
    return tuple(found) if found else None


def _spec_spans(made: Made) -> tuple[Span | None, ...]:
    """Where the specs of a `@multi_asset` stand, in the order of its keys; but for those that are made elsewhere,
    several at one place.
    """
    specs = made.fields.get("specs")
    items = specs.items if isinstance(specs, Sequence) else ()
    spans = [item.span if isinstance(item, Instance) else None for item in items]
    return tuple(span if span and (_within(span, made.span) or spans.count(span) == 1) else None for span in spans)


def _within(span: Span, outer: Span) -> bool:
    return span.path == outer.path and outer.start <= span.start and span.end <= outer.end


def _name_span(made: Made) -> Span | None:
    """Where the decorator of an `@asset` gives the asset its name, if it does."""
    for argument in ("key", "name"):
        match made.fields.get(argument):
            case Known(span=Span() as span) | Instance(span=Span() as span):
                if _within(span, made.span):
                    return span
    return None


def _out_parts(name: str, out: Value) -> tuple[str, ...] | None:
    if not isinstance(out, Instance) or out.type != "dagster.AssetOut" or "**" in out.fields:
        return None
    if "key" in out.fields and out.fields["key"] != Known(None):
        return key_parts(out.fields["key"])
    prefix = out.fields.get("key_prefix")
    if prefix is None or prefix == Known(None):
        return (name,)
    before = key_parts(prefix)
    return (*before, name) if before is not None else None


def check_specs(value: Value | None, keys: tuple[tuple[str, ...], ...] | None = None) -> tuple[CheckSpec, ...] | None:
    """The declared checks; None unless all of them are known. `keys` are those of the assets that may have checks
    here, in their parts; None if any may, or they are not known.

    From dagster 1.13.28, `_core/definitions/decorators/decorator_assets_definition_builder.py`
    (`validate_and_assign_output_names_to_check_specs`): whether a check's asset is among them is asked when the
    decorator is called.
    """
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
                key = key_parts(item.fields.get("asset"))
                astray = keys is not None and key is not None and key not in keys
                span = item.span or name.span or Span("", 0, 0)
                found.append(CheckSpec(name.value, _shown(key), span, astray))
            return tuple(found)
    return None
