"""Dagster's side: what the names of `dagster` are, as far as a launch has to do with them."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..contract import Passed, RawArgument, ResultCall, When
from ..protocol import CLIENTS
from ..source import Span
from ..values import Bound, Closure, Instance, Known, Mapping, ModuleObject, Unknown, Value
from .calls import as_mapping, stranger
from .iterate import elements
from .machine import (
    CALLS,
    CONTEXTS,
    ITERATE,
    LIBRARY,
    MEMBERS,
    METHODS,
    NONE,
    Args,
    Frame,
    Machine,
    library,
)
from .operate import type_of
from .paths import join_text, on_text
from .pipes import in_json
from .settle import raw_arguments, settle

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
    "MultiPartitionsDefinition": (),
    "ResourceDefinition": (),
}
"""Classes that a definition is told by, with the parameters that may be given by place. From dagster 1.13.28."""

DECORATORS: Final = ("asset", "multi_asset", "asset_check", "multi_asset_check", "op", "graph_asset")
CONTEXT: Final = "dagster.context"
RESULTS: Final = "pipes.results"
INVOCATION: Final = "dagster.PipesClientCompletedInvocation"
SESSION: Final = "dagster.PipesSession"


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


class Started(NamedTuple):
    """An external process is started. What its results are used for is added to its lists as it happens."""

    ident: int
    span: Span
    name_span: Span
    client: str
    client_fields: dict[str, Value]
    when: When
    arguments: tuple[RawArgument, ...]
    loose: bool
    passed: dict[str, Passed]
    extras: Mapping
    module: str
    result_calls: list[ResultCall]
    commands: list[tuple[Passed, Passed | None, Passed | None]]
    """For a session: the commands that run inside its block, each with `env` and `cwd`."""


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


@library("dagster.AssetKey.from_user_string")
def key_from_text(machine: Machine, args: Args) -> Value:
    """`AssetKey.from_user_string("a/b")`: a key's parts are what the slashes part."""
    path = args.get("asset_key_string", 0) or Unknown("no key is given", args.span)
    return Instance("dagster.AssetKey", {"path": path}, span=args.span)


def _decorator(kind: str) -> None:
    def decorate(machine: Machine, args: Args) -> Value:
        places = args.positional
        if places and isinstance(places[0], Closure) and not args.named:
            return make(machine, kind, places[0], {}, args.span, args.frame)
        fields = dict(args.named)
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
    if places and isinstance(places[0], Closure) and isinstance(kind, Known):
        return make(machine, str(kind.value), places[0], fields, decorator.span or args.span, args.frame)
    return Unknown("it is made of something that is no function here", args.span)


CALLS["dagster.decorator"] = _decorated


def make(machine: Machine, kind: str, closure: Closure, fields: dict[str, Value], span: Span, frame: Frame) -> Value:
    """Notes that a definition is made; its body is run later, when the whole module has been."""
    if kind == "graph_asset":
        machine.roles["graphs"] = True
    ident = machine.store.ident()
    settled = {name: settle(machine, value) for name, value in fields.items()}
    machine.log.append(Made(kind, closure, settled, span, machine.roles.get("running", frame.scope.path), ident))
    made = {"function": closure, "function_name": Known(closure.code.name), **settled}
    return Instance("dagster.AssetsDefinition", made, ident, span)


@library("dagster.graph", "dagster.graph_multi_asset")
def graph(machine: Machine, args: Args) -> Value:
    machine.roles["graphs"] = True
    return Unknown("a graph's steps are wired by Dagster", args.span, foreign=True)


@library("dagster.file_relative_path")
def file_relative_path(machine: Machine, args: Args) -> Value:
    here, path = args.get("dunderfile", 0), args.get("relative_path", 1)
    if here is None or path is None:
        return Unknown("its arguments are not known", args.span)
    return join_text([on_text(here, args.span, "dirname"), path], args.span)


@library("dagster.Definitions")
def definitions(machine: Machine, args: Args) -> Value:
    """Notes which resources have which names; a name that means two things in two places means nothing certain."""
    resources: dict[str, Value] = machine.roles.setdefault("resources", {})
    given = args.get("resources", 4)
    if given is not None:
        for name, slot in as_mapping(machine, given, args.span).slots.items():
            if isinstance(name, str):
                value = machine.content(slot.value)
                before = resources.get(name, value)
                same = before == value or type_of(before) == type_of(value)
                resources[name] = slot.value if same else Unknown(f"`{name}` is several resources", args.span)
    return Instance("dagster.Definitions", dict(args.named), span=args.span)


@library(
    "dagster.load_assets_from_modules",
    "dagster.load_assets_from_package_module",
    "dagster.load_assets_from_package_name",
    "dagster.load_assets_from_current_module",
)
def load_assets(machine: Machine, args: Args) -> Value:
    """Notes a prefix that assets get from outside, and whose assets these are (None: anybody's)."""
    prefix = args.get("key_prefix")
    if prefix is not None and prefix != NONE:
        given = args.get("modules", 0) or args.get("package_module", 0)
        paths: list[str] | None = []
        for each in elements(machine, given, args.span)[0] or (given,) if given is not None else ():
            path = each.path if isinstance(each, ModuleObject) else None
            paths = None if path is None or paths is None else [*paths, path.removesuffix("/__init__.py")]
        if given is None:
            paths = None
        machine.roles.setdefault("prefixes", []).append((paths, settle(machine, prefix)))
    return Unknown("Dagster loads them", args.span, foreign=True)


@library("dagster.ResourceParam", "dagster.Field")
def transparent(machine: Machine, args: Args) -> Value:
    return args.positional[0] if args.positional else NONE


# --- the execution context ------------------------------------------------------------------------------------------


def _context_member(machine: Machine, context: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    match name:
        case "resources":
            return Instance("dagster.resources")
        case "op_execution_context" | "asset_execution_context":
            return context
        case "partition_key" | "run_id" | "job_name":
            return Instance("str")
        case "log":
            return Instance("dagster.log")
        case "retry_number":
            return Instance("int")
    if name.startswith(("get_", "load_", "add_", "has_", "asset_", "output_", "partition_key_")):
        return Bound(context, name, span)
    return Unknown(f"`context.{name}` is known when the step runs", span, foreign=True)


def _quiet(machine: Machine, bound: Bound, args: Args) -> Value:
    return Unknown(f"`{bound.name}` is known when the step runs", args.span, foreign=True)


MEMBERS[CONTEXT] = _context_member
METHODS[CONTEXT] = METHODS["dagster.log"] = _quiet


def _resource(machine: Machine, resources: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    return resource(machine, name, span)


MEMBERS["dagster.resources"] = _resource


def resource(machine: Machine, name: str, span: Span) -> Value:
    """What a resource's name stands for: what `Definitions(resources=…)` gives it, or a client by its usual name."""
    given = machine.roles.get("resources", {}).get(name)
    if given is not None:
        return given  # type: ignore[no-any-return]
    for plain, client in CLIENTS.items():
        if name == _usual_name(plain):
            return Instance(f"{client.package}.{plain}")
    return Instance("dagster.resource", {"name": Known(name)}, span=span)


def _usual_name(plain: str) -> str:
    """`PipesSubprocessClient` is mostly called `pipes_subprocess_client`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in plain).lstrip("_")


# --- launches -------------------------------------------------------------------------------------------------------


def _client(name: str, package: str) -> None:
    whole = f"{package}.{name}"

    def construct(machine: Machine, args: Args) -> Value:
        fields = {arg.name: arg.value for arg in args.items if arg.name}
        return Instance(whole, fields, machine.store.ident(), args.span)

    def method(machine: Machine, bound: Bound, args: Args) -> Value | None:
        client = bound.receiver
        assert isinstance(client, Instance)
        if bound.name == "run":
            return launch(machine, name, dict(client.fields), args)
        return None

    LIBRARY[whole] = construct
    LIBRARY[f"{whole}.configured"] = construct
    METHODS[whole] = method


for _each in CLIENTS.values():
    _client(_each.name, _each.package)


def launch(machine: Machine, client: str, fields: dict[str, Value], args: Args) -> Value:
    """A process is started: what it is given is noted as it is now."""
    passed = {}
    for arg in args.items:
        if arg.name is not None:
            passed[arg.name] = Passed(settle(machine, arg.value), arg.where)
    extras = extras_of(machine, args)
    ident = machine.store.ident()
    started = Started(
        ident,
        args.span,
        args.callee_span,
        client,
        {name: settle(machine, value) for name, value in fields.items()},
        machine.when(),
        raw_arguments(machine, args),
        args.loose,
        passed,
        extras,
        args.frame.scope.path,
        [],
        [],
    )
    machine.log.append(started)
    machine.roles.setdefault("started", {})[ident] = started
    return Instance(SESSION if client == "open_pipes_session" else INVOCATION, {}, ident, args.span)


def extras_of(machine: Machine, args: Args) -> Mapping:
    """The extras that a call passes."""
    given = args.get("extras")
    if given is None:
        stop = Unknown("more arguments are passed than can be seen", args.span) if args.loose else None
        return Mapping({}, stop)
    mapping = as_mapping(machine, given, args.span)
    settled = settle(machine, mapping)
    mapping = settled if isinstance(settled, Mapping) else mapping
    return mapping._replace(slots={in_json(key): slot for key, slot in mapping.slots.items()})


@library("dagster.open_pipes_session")
def open_pipes_session(machine: Machine, args: Args) -> Value:
    return launch(machine, "open_pipes_session", {}, args)


def _session_entered(machine: Machine, session: Instance, span: Span):  # type: ignore[no-untyped-def]
    blocks = machine.roles.setdefault("blocks", [])
    blocks.append(session.ident)

    def leave() -> None:
        if session.ident in blocks:
            blocks.remove(session.ident)
        machine.store.write(("session", session.ident, "left"), Known(True))

    return session, leave


CONTEXTS[SESSION] = _session_entered


def _result_method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    holder = bound.receiver
    assert isinstance(holder, Instance)
    started: Started | None = machine.roles.get("started", {}).get(holder.ident)
    match bound.name:
        case "get_results" | "get_materialize_result" | "get_asset_check_result" | "get_reported_results":
            if started is not None:
                started.result_calls.append(ResultCall(bound.name, bound.span or args.span))
            inside = holder.type == SESSION and machine.store.read(("session", holder.ident, "left")) is None
            fields: dict[str, Value] = {"inside": Known(True)} if inside else {}
            return Instance(RESULTS, fields, holder.ident)
        case "get_custom_messages":
            if started is not None:
                started.result_calls.append(ResultCall(bound.name, bound.span or args.span))
            return Unknown("custom messages are known when the step runs", args.span, foreign=True)
        case "get_bootstrap_env_vars" | "get_bootstrap_cli_arguments" | "get_bootstrap_params":
            return Mapping({}, Unknown("they are made when the step runs", args.span), "dict")
    return Unknown(f"`{bound.name}` is known when the step runs", args.span, foreign=True)


def _unknown_method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    """`x.run(context=…, command=…)` on something unknown that can hardly be anything but a client of Pipes."""
    context = args.get("context")
    if (
        bound.name == "run"
        and context is not None
        and args.get("command") is not None
        and "session" not in machine.roles
    ):
        return launch(machine, "unknown", {}, args)
    return None


METHODS["unknown"] = METHODS["dagster.resource"] = _unknown_method
METHODS[INVOCATION] = METHODS[SESSION] = _result_method


def _derived(machine: Machine, bound: Bound, args: Args) -> Value:
    """What is taken out of results is still results."""
    receiver = bound.receiver
    assert isinstance(receiver, Instance)
    return Instance(RESULTS, receiver.fields, receiver.ident)


def _result_member(machine: Machine, results: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if name in ("metadata", "asset_key", "passed", "check_name", "data_version", "tags"):
        return Unknown(f"the script's `{name}` is known when it has run", span, foreign=True)
    return Bound(results, name, span)


def _iterated(machine: Machine, results: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    return (results,), False


METHODS[RESULTS] = _derived
MEMBERS[RESULTS] = _result_member
ITERATE[RESULTS] = _iterated


# --- commands inside a session --------------------------------------------------------------------------------------

_STARTERS: Final = ("run", "Popen", "call", "check_call", "check_output")


def _starter(name: str) -> None:
    before = LIBRARY.get(name)

    def start(machine: Machine, args: Args) -> Value:
        blocks = machine.roles.get("blocks")
        command = args.get("args", 0)
        if blocks and command is not None:
            started: Started = machine.roles["started"][blocks[-1]]
            places = {arg.name: Passed(settle(machine, arg.value), arg.where) for arg in args.items if arg.name}
            where = next((arg.where for arg in args.items if arg.name in (None, "args")), args.span)
            started.commands.append((Passed(settle(machine, command), where), places.get("env"), places.get("cwd")))
        return before(machine, args) if before else stranger(machine, args, f"`{name}`", mutating=False)

    LIBRARY[name] = start


def hook_commands() -> None:
    """Sees the commands that run inside an `open_pipes_session` block; called once, when all libraries are known."""
    for name in _STARTERS:
        _starter(f"subprocess.{name}")
