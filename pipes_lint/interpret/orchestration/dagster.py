"""Dagster's side: what the names of `dagster` are, as far as a launch has to do with them."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...records import NamedTuple
from ...source import Span
from ...values import Closure, Instance, Known, Partial, Symbol, Unknown, Value
from ..machine import (
    CALLS,
    LIBRARY,
    NONE,
    Args,
    Frame,
    Machine,
    library,
)
from ..paths import join_text, on_text
from ..settle import settle
from .jobs import makes_assets

_RECORDS: Final[dict[str, tuple[str, ...]]] = {
    "AssetKey": ("path",),
    "AssetSpec": ("key", "deps", "description", "metadata", "skippable"),
    "AssetCheckSpec": ("name", "asset"),
    "AssetCheckKey": ("asset_key", "name"),
    "AssetOut": ("key_prefix", "key"),
    "AssetCheckResult": (),
    "MaterializeResult": (),
    "Output": ("value", "output_name"),
    "AssetMaterialization": ("asset_key",),
    "ObserveResult": (),
    "DailyPartitionsDefinition": (),
    "HourlyPartitionsDefinition": (),
    "WeeklyPartitionsDefinition": (),
    "MonthlyPartitionsDefinition": (),
    "TimeWindowPartitionsDefinition": (),
    "StaticPartitionsDefinition": ("partition_keys",),
    "DynamicPartitionsDefinition": (),
    "MultiPartitionsDefinition": ("partitions_defs",),
    "ResourceDefinition": (),
    "PythonScriptComponent": (),
    "UvRunComponent": (),
    "FunctionComponent": (),
    "PipesSubprocessScriptCollectionComponent": ("scripts",),
    "PipesSubprocessScript": ("path", "assets"),
    "ScriptSpec": (),
    "FunctionSpec": (),
    "PipesTempFileContextInjector": (),
    "PipesFileContextInjector": (),
    "PipesEnvContextInjector": (),
}
"""Classes that a definition is told by, with the parameters that may be given by place. From dagster 1.13.28."""

DECORATORS: Final = ("asset", "multi_asset", "asset_check", "multi_asset_check", "op", "graph_asset")
LOAD_CONTEXT: Final = "dagster.ComponentLoadContext"


class Made(NamedTuple):
    """A definition that was made: a decorator was applied to a function."""

    kind: str
    closure: Closure
    fields: dict[str, Value]
    span: Span
    """The decorator."""
    module: str
    """The module that was being run."""
    ident: int


# --- records and decorators -----------------------------------------------------------------------------------------


def _record(name: str, places: tuple[str, ...]) -> None:
    def make(machine: Machine, args: Args) -> Value:
        fields = dict(zip(places, args.positional, strict=False))
        fields.update(args.named)
        if args.loose:
            fields["**"] = Unknown("some of its arguments are not known", args.span)
        return Instance(f"dagster.{name}", fields, span=args.span)

    LIBRARY[f"dagster.{name}"] = make


for _name, _places in _RECORDS.items():
    _record(_name, _places)


def _decorator(kind: str) -> None:
    def decorate(machine: Machine, args: Args) -> Value:
        places = args.positional
        fields = dict(args.named)
        function = as_function(fields.pop("compute_fn", places[0] if places else NONE))
        if function is not None and not args.loose:
            return make(machine, kind, function, fields, args.span, args.frame)
        if kind == "asset_check" and places:
            fields["asset"] = places[0]
        if args.loose:
            fields["**"] = Unknown("some of the decorator's arguments are not known", args.span)
        return Instance("dagster.decorator", {"kind": Known(kind), **fields}, span=args.span)

    LIBRARY[f"dagster.{kind}"] = decorate


for _kind in DECORATORS:
    _decorator(_kind)


def _decorated(machine: Machine, decorator: Instance, args: Args) -> Value:
    fields = dict(decorator.fields)
    kind = fields.pop("kind")
    places = args.positional
    function = as_function(places[0]) if places else None
    if function is not None and isinstance(kind, Known):
        return make(machine, str(kind.value), function, fields, decorator.span or args.span, args.frame)
    return Unknown("it is made of something that is no function here", args.span)


CALLS["dagster.decorator"] = _decorated


def as_function(value: Value) -> Closure | None:
    """A function of the project's; of a partial one, what has been given to it is its parameters' default."""
    if not isinstance(value, Partial):
        return value if isinstance(value, Closure) else None
    function = as_function(value.function)
    if function is None:
        return None
    code = function.code
    first = 1 if function.receiver is not None else 0
    plain = [each.name for each in code.parameters if each.kind in ("plain", "positional")][first:]
    given = {**dict(zip(plain, value.positional, strict=False)), **dict(value.named)}
    parameters = tuple(
        each._replace(default=each.default or ir.Literal(each.span, None)) if each.name in given else each
        for each in code.parameters
    )
    defaults = {**dict(function.defaults), **given}
    return function._replace(code=code._replace(parameters=parameters), defaults=tuple(defaults.items()))


def make(machine: Machine, kind: str, closure: Closure, fields: dict[str, Value], span: Span, frame: Frame) -> Value:
    """Notes that a definition is made; its body is run later, when the whole module has been."""
    if kind == "graph_asset":
        makes_assets(machine, closure)
    ident = machine.store.ident()
    settled = {name: settle(machine, value) for name, value in fields.items()}
    machine.log.append(Made(kind, closure, settled, span, machine.roles.get("running", frame.scope.path), ident))
    made = {"function": closure, "function_name": Known(closure.code.name), **settled}
    return Instance("dagster.AssetsDefinition", made, ident, span)


@library("dagster.graph_multi_asset")
def assets_of_graph(machine: Machine, args: Args) -> Value:
    machine.roles["graphs"] = True
    return graph(machine, args)


@library("dagster.graph")
def graph(machine: Machine, args: Args) -> Value:
    """Ops, for a job; or for assets, where somebody makes these of it."""
    machine.roles["jobs of graphs"] = True
    return Unknown("a graph's steps are wired by Dagster", args.span, foreign=True)


@library("dagster.file_relative_path")
def file_relative_path(machine: Machine, args: Args) -> Value:
    here, path = args.get("dunderfile", 0), args.get("relative_path", 1)
    if here is None or path is None:
        return Unknown("its arguments are not known", args.span)
    return join_text([on_text(here, args.span, "dirname"), path], args.span)


@library("dagster.ResourceParam", "dagster.Field")
def transparent(machine: Machine, args: Args) -> Value:
    return args.positional[0] if args.positional else NONE


@library("dagster.template_var", "dagster.components.template_var")
def template_var(machine: Machine, args: Args) -> Value:
    """Marks a function, and leaves it as it is; `@template_var()` gives the same mark."""
    return args.positional[0] if args.positional else Symbol("dagster.template_var")


@library(
    "dagster.component_instance",
    "dagster.component",
    "dagster.components.component_instance",
    "dagster.components.component",
)
def component_instance(machine: Machine, args: Args) -> Value:
    """Notes a function that makes a component; it is called when all modules have been run."""
    function = args.positional[0] if args.positional else NONE
    if isinstance(function, Closure):
        machine.roles.setdefault("loaders", []).append(function)
    return function
