"""What a definition says of itself: its assets, checks and partitions; and whose results its body delivers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as AnyMapping

from ...contract import ANY_METHOD, CheckSpec, Definition, Fate
from ...source import Span
from ...values import Instance, Known, Mapping, OneOf, Sequence, Unknown, Value
from ..started import Started
from .dagster import Made
from .launches import INVOCATION, RESULTS, SESSION
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
    checks: tuple[CheckSpec, ...] | None = ()
    checked: tuple[str, ...] | None = ()
    open_ended = "**" in fields
    match made.kind:
        case "asset" | "graph_asset":
            own_key = _own_parts(fields)
            several = None if own_key is None else (own_key,)
            keys = _all_shown(several)
            checks = None if open_ended else check_specs(fields.get("check_specs"), several)
        case "multi_asset":
            several = None if open_ended else _several_keys(fields)
            keys = _all_shown(several)
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
        case Sequence(items=items, behind=behind):
            inner = (*items, *behind)
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
    if started.declared is not None:  # what it returns is not known
        delivered = any(isinstance(part, Instance) and part[::2] == (RESULTS, started.ident) for part in found)
        return Fate.DELIVERED if delivered else Fate.UNKNOWN
    mine = [part for part in found if isinstance(part, Instance) and part.ident == started.ident]
    taken = [part for part in mine if part.type == RESULTS]
    if any("inside" not in part.fields for part in taken):
        return Fate.DELIVERED
    if taken:
        return Fate.INSIDE_SESSION
    if any(part.type in (INVOCATION, SESSION) for part in mine):
        return Fate.INVOCATION
    if any(isinstance(part, Instance) and part.type == "str" and _text_of(part) == started.ident for part in found):
        return Fate.TEXT
    if any(isinstance(part, Instance) and part.type in _OWN_RESULTS for part in found):
        sometimes = isinstance(given, OneOf) and Known(None) in given.options and not started.when.path
        return Fate.DROPPED if sometimes else Fate.REPLACED
    if any(isinstance(part, Unknown) or isinstance(part, Sequence) and not part.complete for part in found):
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


def own_assets(given: Value) -> tuple[Value, ...] | None:
    """The keys of the assets whose materializations the body makes itself (None where it names none); None if it cannot
    be told whether it makes some.
    """
    keys: list[Value] = []
    for part in parts(given):
        match part:
            case Instance(type="dagster.MaterializeResult", fields=fields) if "**" not in fields:
                keys.append(fields.get("asset_key", Known(None)))
            case Instance(type="dagster.AssetCheckResult"):
                continue
            case Instance(type=kind) if kind in _OWN_RESULTS:
                return None
            case Unknown() | Sequence(complete=False):
                return None
    return tuple(keys)


_GIVING = ("get_results", "get_materialize_result", "get_reported_results")


def implicit(found: Iterable[Started]) -> bool | None:
    """Whether any of these launches' results have the materializations added that were not reported."""
    calls = [call for started in found for call in started.result_calls]
    asked = [call.implicit for call in calls if call.method in _GIVING]
    asked += [None for call in calls if call.method == ANY_METHOD]
    if None in asked:
        return None
    return not asked or True in asked
