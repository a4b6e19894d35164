"""Launches: what calling a client's `run()` notes, whose call it is, and what its results are."""

from __future__ import annotations

from typing import Final

from ...contract import Passed, ResultCall
from ...launching import Carried
from ...protocol import CLIENTS
from ...source import Span
from ...values import Bound, ClassObject, Closure, Instance, Known, Mapping, Reference, Sequence, Unknown, Value
from ..calls import as_mapping
from ..classes import library_base
from ..machine import ITERATE, LIBRARY, MEMBERS, METHODS, OPERATORS, Args, Frame, Machine, library
from ..session.pipes import in_json
from ..session.transport import of_client, of_session
from ..settle import raw_arguments, settle
from ..started import Outer, Started
from .resources import CONTEXT, RESOURCE

RESULTS: Final = "pipes.results"
INVOCATION: Final = "dagster.PipesClientCompletedInvocation"
SESSION: Final = "dagster.PipesSession"
UNSEEN: Final = "a client"
"""What a launch's client is called if it is not known."""


# --- clients --------------------------------------------------------------------------------------------------------


def _client(name: str, package: str) -> None:
    whole = f"{package}.{name}"

    def construct(machine: Machine, args: Args) -> Value:
        fields = {arg.name: arg.value for arg in args.items if arg.name}
        ident = machine.store.ident()
        machine.roles.setdefault("made", {})[ident] = raw_arguments(machine, args)
        return Instance(whole, fields, ident, args.span)

    def method(machine: Machine, bound: Bound, args: Args) -> Value | None:
        client = bound.receiver
        assert isinstance(client, Instance)
        if bound.name == "run":
            return launch(machine, name, _fields(machine, client), args, made=client.ident)
        if bound.name == "run_multi_task":
            return launch(machine, name, _fields(machine, client), args, f"{name}.run_multi_task")
        if bound.name == "__init__":
            for arg in args.items:
                if arg.name and client.ident:
                    machine.store.write((client.ident, ".", arg.name), arg.value)
            return Known(None)
        return None

    def unbound(machine: Machine, args: Args) -> Value:
        """`PipesSubprocessClient.run(self, …)`."""
        mine = args.positional[0] if args.positional else None
        ident = mine.ident if isinstance(mine, Instance | Reference) else 0
        items = tuple(arg for arg in args.items if arg.name or arg.value is not mine)
        return launch(machine, name, _fields(machine, Instance(whole, {}, ident)), args._replace(items=items))

    LIBRARY[whole] = construct
    LIBRARY[f"{whole}.run"] = unbound
    LIBRARY[f"{whole}.configured"] = construct
    METHODS[whole] = method


for _each in CLIENTS.values():
    _client(_each.name, _each.package)


_KEPT: Final = ("cwd", "env", "project_directory", "context_injector", "message_reader")


def _fields(machine: Machine, client: Instance) -> dict[str, Value]:
    """What a client was made with; a subclass's instance may have got it in its `__init__`."""
    fields = {name: value for name, value in client.fields.items() if name != "self"}
    for name in _KEPT:
        value = machine.store.read((client.ident, ".", name)) if client.ident else None
        if value is not None:
            fields[name] = value
    return fields


def launch(
    machine: Machine, client: str, fields: dict[str, Value], args: Args, shown: str = "", made: int = 0
) -> Value:
    """A process is started: what it is given is noted as it is now. `made` is the client's ident, if it was seen to be
    made.
    """
    passed = {}
    for place, arg in enumerate(args.items):
        if arg.name is not None or client == UNSEEN:
            passed[arg.name or str(place)] = Passed(settle(machine, arg.value), arg.where)
    outside = outer_call(machine)
    call = outside[0] if outside else args
    outer = outside[1] if outside else None
    if outer and "extras" in outer.named and "extras" in passed:
        passed["extras"] = passed["extras"]._replace(span=outer.named["extras"].span)
    ident = machine.store.ident()
    started = Started(
        ident,
        call.span,
        call.callee_span,
        outer.client if outer else shown or client,
        {name: settle(machine, value) for name, value in fields.items()},
        machine.when(),
        raw_arguments(machine, call),
        args.loose,
        passed,
        extras_of(machine, args, client),
        args.frame.scope.path,
        result_calls=[],
        commands=[],
        handed=[],
        spawns=[],
        asked=[],
        outer=outer,
        maker=client,
        sites=tuple(machine.sites),
        uncalled=_is_uncalled(machine),
        context=_context_of(machine, args),
        carried=_carried(machine, client, fields, args, made),
        made=machine.roles.get("made", {}).get(made),
    )
    machine.log.append(started)
    machine.roles.setdefault("started", {})[ident] = started
    return Instance(SESSION if client == "open_pipes_session" else INVOCATION, {}, ident, args.span)


def _carried(machine: Machine, client: str, fields: dict[str, Value], args: Args, made: int) -> Carried | None:
    if client == "open_pipes_session":
        return of_session(args)
    return of_client(client, fields, machine.roles.get("made", {}).get(made, ())) if made else None


def _context_of(machine: Machine, args: Args) -> Passed | None:
    """What is passed as `context`, be it in the first place."""
    first = next((arg for arg in args.items if arg.name is None and not arg.loose), None)
    arg = args.arg("context") or first
    return Passed(settle(machine, arg.value), arg.where) if arg is not None else None


def extras_of(machine: Machine, args: Args, client: str) -> Mapping:
    """The extras that a call passes."""
    given = args.get("extras")
    if given is None and client == UNSEEN and args.get("command") is None:
        return Mapping({}, Unknown("the client is not in this repository, and may pass extras of its own", args.span))
    if given is None:
        stop = Unknown("more arguments are passed than can be seen", args.span) if args.loose else None
        return Mapping({}, stop)
    mapping = as_mapping(machine, given, args.span)
    settled = settle(machine, mapping)
    mapping = settled if isinstance(settled, Mapping) else mapping
    return mapping._replace(slots={in_json(key): slot for key, slot in mapping.slots.items()})


# --- clients of the project's own -----------------------------------------------------------------------------------

_RUNS: Final = ("run", "launch", "submit", "execute", "start")
_BASES: Final = ("PipesClient", "ConfigurableResource", "TreatAsResourceParam")


def outer_call(machine: Machine) -> tuple[Args, Outer] | None:
    """The call of a client of the project's own that is being run: there the script is named, not in the client."""
    for function, args in machine.entries:
        receiver = function.receiver
        class_ = _class_of(machine, receiver)
        if class_ is None or args.span == function.code.name_span or not isinstance(receiver, Reference):
            continue
        given = [value for value in (arg.value for arg in args.items) if _is_context(value)]
        base = (library_base(machine, class_) or "").rpartition(".")[2]
        if base in CLIENTS or given and (base in _BASES or function.code.name.startswith(_RUNS)):
            return args, Outer(
                class_.code.name,
                args.frame.scope.path,
                _named(machine, function, args),
                {
                    name: Passed(settle(machine, value), getattr(value, "span", None) or args.span)
                    for name, value in _attributes(machine, receiver).items()
                },
            )
    return None


def _is_uncalled(machine: Machine) -> bool:
    if not machine.entries:
        return False
    function, args = machine.entries[0]
    class_ = _class_of(machine, function.receiver)
    base = (library_base(machine, class_) or "").rpartition(".")[2] if class_ else ""
    return args.span == function.code.name_span and (base in CLIENTS or base in _BASES)


def _class_of(machine: Machine, receiver: Value | None) -> ClassObject | None:
    content = machine.content(receiver) if receiver is not None else None
    if isinstance(content, Instance) and content.type == "object":
        class_ = content.fields["class"]
        return class_ if isinstance(class_, ClassObject) else None
    return None


def _is_context(value: Value) -> bool:
    return isinstance(value, Instance) and value.type == CONTEXT


def _named(machine: Machine, function: Closure, args: Args) -> dict[str, Passed]:
    parameters = [each.name for each in function.code.parameters if each.kind in ("plain", "positional")][1:]
    places = [arg for arg in args.items if arg.name is None and not arg.loose]
    pairs = [*zip(parameters, places, strict=False), *((arg.name, arg) for arg in args.items if arg.name)]
    return {str(name): Passed(settle(machine, arg.value), arg.where) for name, arg in pairs}


def _attributes(machine: Machine, receiver: Reference) -> dict[str, Value]:
    return machine.store.attributes(receiver.ident)


# --- clients that are not known -------------------------------------------------------------------------------------


def _unknown_method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    """`x.run(context=…, script=…)` on something unknown. It is a launch if one of the arguments proves to be a script
    of this repository that speaks with Pipes (linking asks), or if it can hardly be anything but a client's.
    """
    if "session" in machine.roles or not bound.name.startswith(_RUNS):
        return None
    if not any(_is_context(arg.value) for arg in args.items) and args.get("context") is None:
        return None
    if len(args.items) < 2 or bound.name != "run" and args.get("extras") is None:
        return None
    return launch(machine, UNSEEN, {}, args)


METHODS["unknown"] = METHODS[RESOURCE] = _unknown_method


# --- results --------------------------------------------------------------------------------------------------------


@library("dagster.PipesClientCompletedInvocation")
def completed(machine: Machine, args: Args) -> Value:
    """A project's own client hands out its session's results in this."""
    session = args.get("session", 0)
    ident = session.ident if isinstance(session, Instance) else 0
    return Instance(INVOCATION, {}, ident, args.span)


_SEVERAL: Final = ("get_results", "get_reported_results")
"""What gives a tuple of results, and not a single one."""


def _result_method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    holder = bound.receiver
    assert isinstance(holder, Instance)
    started: Started | None = machine.roles.get("started", {}).get(holder.ident)
    match bound.name:
        case "get_results" | "get_materialize_result" | "get_asset_check_result" | "get_reported_results":
            if started is not None:
                implicit = _implicit(bound.name, args)
                started.result_calls.append(ResultCall(bound.name, bound.span or args.span, implicit))
            inside = holder.type == SESSION and machine.store.read(("session", holder.ident, "left")) is None
            fields: dict[str, Value] = {"inside": Known(True)} if inside else {}
            if bound.name in _SEVERAL:
                fields["several"] = Known(True)
            return Instance(RESULTS, fields, holder.ident)
        case "get_custom_messages":
            if started is not None:
                started.result_calls.append(ResultCall(bound.name, bound.span or args.span))
            return Unknown("custom messages are known when the step runs", args.span, foreign=True)
        case "get_bootstrap_env_vars" | "get_bootstrap_cli_arguments" | "get_bootstrap_params":
            if started is not None:
                started.asked.append(bound.name)
            return Mapping({}, Unknown("they are made when the step runs", args.span), "dict")
    if started is not None:
        started.asked.append(bound.name)
    return Unknown(f"`{bound.name}` is known when the step runs", args.span, foreign=True)


METHODS[INVOCATION] = METHODS[SESSION] = _result_method


def _of_session(machine: Machine, session: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    started: Started | None = machine.roles.get("started", {}).get(session.ident)
    if not name.startswith(("get_", "report_")) and started is not None:
        started.asked.append(name)
    return Bound(session, name, span)


MEMBERS[SESSION] = _of_session


def _implicit(method: str, args: Args) -> bool | None:
    """Whether Dagster adds the materializations that were not reported; None if that cannot be told."""
    if method == "get_reported_results":
        return False
    given = args.get("implicit_materializations") or args.get("implicit_materialization")
    if given is None:
        return None if args.loose else True
    return given.value if isinstance(given, Known) and isinstance(given.value, bool) else None


def _derived(machine: Machine, bound: Bound, args: Args) -> Value:
    """What is taken out of results is still results."""
    receiver = bound.receiver
    assert isinstance(receiver, Instance)
    return single(receiver)


def _result_member(machine: Machine, results: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if name in ("metadata", "asset_key", "passed", "check_name", "data_version", "tags"):
        return Unknown(f"the script's `{name}` is known when it has run", span, foreign=True)
    return Bound(results, name, span)


def _iterated(machine: Machine, results: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    return (single(results),), False


def single(results: Instance) -> Instance:
    """One of several results."""
    fields = {name: each for name, each in results.fields.items() if name != "several"}
    return Instance(RESULTS, fields, results.ident)


def _added(sign: str, left: Value, right: Value | None) -> Value | None:
    """The results of two launches, one behind the other."""
    first, last = _as_tuple(left), _as_tuple(right)
    if sign != "+" or first is None or last is None:
        return None
    return first.followed_by(last.items, last.complete, last.behind)


def _as_tuple(value: Value | None) -> Sequence | None:
    match value:
        case Sequence(kind="tuple"):
            return value
        case Instance(type=kind, fields={"several": _}) if kind == RESULTS:
            return Sequence((single(value),), "tuple", False)
    return None


OPERATORS[RESULTS] = _added
METHODS[RESULTS] = _derived
MEMBERS[RESULTS] = _result_member
ITERATE[RESULTS] = _iterated
