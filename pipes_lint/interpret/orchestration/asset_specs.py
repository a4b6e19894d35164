"""Asset keys, specs and definitions as things that a program computes with.

From dagster 1.13.28, `_core/definitions/asset_key.py`, `assets/definition/asset_spec.py` and `assets_definition.py`.
"""

from __future__ import annotations

from typing import Final

from ...source import Span
from ...values import Bound, Instance, Known, Sequence, Unknown, Value
from ..calls import stranger
from ..iterate import elements
from ..machine import LIBRARY, MEMBERS, METHODS, NONE, Args, Frame, Machine, library
from ..text import concatenate
from .partitions import specs_mapped

KEY: Final = "dagster.AssetKey"
SPEC: Final = "dagster.AssetSpec"
_ELLIPSIS: Final = Instance("ellipsis")


def key_parts(machine: Machine, value: Value | None) -> tuple[Value, ...] | None:
    """The parts of whatever Dagster takes for an asset key; None where it is not known how many there are."""
    if value is None:
        return None
    content = machine.content(value)
    match content:
        case Known(value=str()):
            return (content,)
        case Sequence(items=items, complete=True):
            return items
        case Instance(type="dagster.AssetKey", fields=fields):
            return key_parts(machine, fields.get("path"))
        case Instance(type="dagster.AssetSpec", fields=fields) if "**" not in fields:
            return key_parts(machine, fields.get("key"))
        case Instance(type="dagster.AssetsDefinition", fields=fields) if not {"**", "specs", "outs"} & set(fields):
            given = fields.get("key", NONE)
            if given != NONE:
                return key_parts(machine, given)
            name = fields.get("name", NONE)
            own = key_parts(machine, fields.get("function_name") if name == NONE else name)
            prefix = fields.get("key_prefix", NONE)
            before = () if prefix == NONE else key_parts(machine, prefix)
            return None if own is None or before is None else (*before, *own)
    return None


def key_of(machine: Machine, value: Value | None, span: Span) -> Value:
    """An `AssetKey` made of whatever Dagster takes for one."""
    parts = key_parts(machine, value)
    if parts is None:
        return Unknown("the asset key is not known", span, foreign=True)
    return Instance(KEY, {"path": Sequence(parts, "list")}, span=span)


# --- keys -----------------------------------------------------------------------------------------------------------


@library("dagster.AssetKey.from_user_string", "dagster.AssetKey.from_escaped_user_string")
def key_from_text(machine: Machine, args: Args) -> Value:
    """`AssetKey.from_user_string("a/b")`: a key's parts are what the slashes part."""
    path = args.get("asset_key_string", 0)
    if isinstance(path, Known) and isinstance(path.value, str):
        parts = tuple(Known(part, path.span) for part in path.value.split("/"))
        return Instance(KEY, {"path": Sequence(parts, "list")}, span=args.span)
    return Instance(KEY, {"path": path or Unknown("no key is given", args.span)}, span=args.span)


@library("dagster.AssetKey.from_coercible", "dagster.AssetKey.from_coercible_or_definition")
def key_from_anything(machine: Machine, args: Args) -> Value:
    return key_of(machine, args.get("arg", 0), args.span)


def _key_member(machine: Machine, key: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if name in ("path", "parts"):
        parts = key_parts(machine, key)
        return Sequence(parts, "list") if parts is not None else Unknown("the asset key is not known", span, True)
    return None


def _key_method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    parts = key_parts(machine, bound.receiver)
    unknown = Unknown("the asset key is not known", args.span, foreign=True)
    match bound.name:
        case "with_prefix":
            before = key_parts(machine, args.get("prefix", 0))
            if parts is None or before is None:
                return unknown
            return Instance(KEY, {"path": Sequence((*before, *parts), "list")}, span=args.span)
        case "to_user_string" if parts is not None:
            return concatenate([each for part in parts for each in (Known("/"), part)][1:], args.span)
        case "to_user_string" | "to_escaped_user_string" | "to_python_identifier":
            return unknown
    return None


MEMBERS[KEY] = _key_member
METHODS[KEY] = _key_method


# --- specs ----------------------------------------------------------------------------------------------------------


def _spec_member(machine: Machine, spec: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    return key_of(machine, spec, span) if name == "key" else None


def _spec_method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    spec = bound.receiver
    assert isinstance(spec, Instance)
    match bound.name:
        case "merge_attributes" | "with_io_manager_key":
            return spec._replace(span=args.span)
        case "replace_attributes" | "_replace":
            changed = {name: value for name, value in args.named.items() if value != _ELLIPSIS}
            if args.loose:
                changed["**"] = Unknown("some of its attributes are not known", args.span)
            return spec._replace(fields={**spec.fields, **changed}, span=args.span)
    return None


def _check_member(machine: Machine, spec: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    return key_of(machine, spec.fields.get("asset"), span) if name == "asset_key" else None


MEMBERS[SPEC] = _spec_member
METHODS[SPEC] = _spec_method
MEMBERS["dagster.AssetCheckSpec"] = _check_member
METHODS["dagster.AssetCheckSpec"] = lambda machine, bound, args: (
    bound.receiver if bound.name == "with_metadata" else None
)


@library("dagster.AssetOut.from_spec")
def out_of_spec(machine: Machine, args: Args) -> Value:
    return Instance("dagster.AssetOut", {"key": key_of(machine, args.get("spec", 0), args.span)}, span=args.span)


@library("dagster.map_asset_specs")
def map_asset_specs(machine: Machine, args: Args) -> Value:
    """Each spec becomes what the function makes of it; a definition stays, for its keys must not change."""
    function, given = args.get("func", 0), args.get("iterable", 1)
    if function is None or given is None:
        return Unknown("its arguments are not known", args.span, foreign=True)
    items, complete = elements(machine, given, args.span)
    specs_mapped(machine, args)
    mapped = [
        each
        if isinstance(each, Instance) and each.type == "dagster.AssetsDefinition"
        else machine.invoke(function, [each], args.span, args.frame)
        for each in items
    ]
    return machine.allocate(Sequence(tuple(mapped), "list", complete, args.span))


# --- definitions ----------------------------------------------------------------------------------------------------


def _definition_member(machine: Machine, made: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    match name:
        case "key" | "asset_key":
            return key_of(machine, made, span)
        case "keys" if key_parts(machine, made) is not None:
            return Sequence((key_of(machine, made, span),), "set")
        case "specs" if "specs" in made.fields and "**" not in made.fields:
            return made.fields["specs"]
        case "check_specs" if "**" not in made.fields:
            return made.fields.get("check_specs", Sequence(()))
        case "keys" | "specs" | "check_specs" | "op" | "node_def":
            return Unknown(f"the definition's `{name}` is made by Dagster", span, foreign=True)
    return made.fields.get("function_name") if name == "__name__" else None


def _definition_method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name:
        case "with_attributes":
            if args.get("asset_key_replacements") is not None and isinstance(bound.receiver, Instance):
                machine.roles.setdefault("renamed", set()).add(bound.receiver.ident)
            return bound.receiver
        case "map_asset_specs":
            specs_mapped(machine, args)
            return bound.receiver
        case "with_resources":
            return bound.receiver
    return None


MEMBERS["dagster.AssetsDefinition"] = _definition_member
METHODS["dagster.AssetsDefinition"] = _definition_method


@library("dagster.AssetsDefinition")
def assets_by_hand(machine: Machine, args: Args) -> Value:
    machine.roles["graphs"] = True
    return stranger(machine, args, "`AssetsDefinition`", mutating=True)


@library("dagster.AssetsDefinition.from_op", "dagster.AssetsDefinition.from_graph")
def assets_of_graph(machine: Machine, args: Args) -> Value:
    machine.roles["graphs"] = True
    return Unknown("Dagster makes assets of it", args.span, foreign=True)


def _with_resources(machine: Machine, args: Args) -> Value:
    return args.get("definitions", 0) or NONE


LIBRARY["dagster.with_resources"] = _with_resources
