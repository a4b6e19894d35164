"""Clients that the project's configuration names (`[[tool.pipes-lint.clients]]`): a call of one is a launch."""

from __future__ import annotations

from collections.abc import Iterator

from ...declared import DeclaredClient, Directive, same
from ...values import Bound, Closure, Instance, Known, ModuleObject, Symbol, Unknown, Value
from ..machine import Arg, Args, Machine
from ..members import member
from ..modules import load, module
from ..started import Started
from .launches import extras_of, launch
from .resources import RESOURCE


def hook(machine: Machine, function: Value, args: Args) -> Value | None:
    """What a call does if the configuration names what is called, or its class; None if it does not."""
    clients = machine.world.clients
    match function:
        case Closure(code=code):
            for client in clients:
                if client.run.endswith(f".{code.name}") and _is(machine, client, function, args.frame.scope.path):
                    machine.entered.add(id(code))
                    return _launch(machine, client, _named(function, args), function)
        case Symbol(name=name):
            for client in clients:
                if same(client.run, name):
                    return _launch(machine, client, args, None)
                if same(_class(client), name) or _is_class(client) and same(_class(client), name.rpartition(".")[0]):
                    return Instance(_class(client), {}, machine.store.ident(), args.span)
        case Bound(receiver=Instance(type=kind, fields=fields), name=name):
            for client in clients:
                known = kind == RESOURCE and fields.get("name") == Known(_usual_name(client))
                if client.run.endswith(f".{name}") and (known or same(_class(client), kind)):
                    return _launch(machine, client, args, None)
    return None


def _class(client: DeclaredClient) -> str:
    return client.run.rpartition(".")[0]


def _is_class(client: DeclaredClient) -> bool:
    """Whether `run` names a method, by the look of what stands before it."""
    return _class(client).rpartition(".")[2][:1].isupper()


def _usual_name(client: DeclaredClient) -> str:
    """The resource under which `acme.r.RClient` is mostly known: `r_client`."""
    plain = _class(client).rpartition(".")[2]
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in plain).lstrip("_")


def _is(machine: Machine, client: DeclaredClient, function: Closure, importer: str) -> bool:
    found, _ = _resolved(machine, client, importer)
    return isinstance(found, Closure) and found.code is function.code


def _resolved(machine: Machine, client: DeclaredClient, importer: str) -> tuple[Value | None, str]:
    """What a client's `run` names, seen from a file; and the part of it that is a module of the project's."""
    parts = client.run.split(".")
    for count in range(len(parts) - 1, 0, -1):
        name = ".".join(parts[:count])
        found = module(machine, name, importer)
        if isinstance(found, ModuleObject) and found.path.endswith(".py"):
            frame = load(machine, found.path)
            if frame is None:
                return None, ""
            for part in parts[count:]:
                found = member(machine, found, part, client.span("run"), frame)
            return found, name
    return None, ""


def _named(function: Closure, args: Args) -> Args:
    """A call's arguments, each by the name of its parameter, with the defaults of those that are left out."""
    parameters = [each.name for each in function.code.parameters if each.kind in ("plain", "positional")]
    if function.receiver is not None:
        parameters = parameters[1:]
    items: list[Arg] = []
    for arg in args.items:
        if arg.name is None and not arg.loose and parameters:
            items.append(arg._replace(name=parameters.pop(0)))
        else:
            items.append(arg)
    given = {arg.name for arg in items}
    items += [Arg(value, args.callee_span, name) for name, value in function.defaults if name not in given]
    return args._replace(items=tuple(items))


def _launch(machine: Machine, client: DeclaredClient, args: Args, function: Closure | None) -> Value:
    machine.world.called.add(client.run)
    names = {client.script or client.command: "command", client.extras: "extras"}
    items = tuple(
        arg._replace(name=names.get(arg.name, f"{arg.name} ")) if arg.name is not None else arg for arg in args.items
    )
    args = args._replace(items=items)
    *_, owner, plain = client.run.split(".")
    result = launch(machine, owner if owner[:1].isupper() else plain, {}, args)
    if isinstance(result, Instance):
        extras = extras_of(machine, args, plain)
        reason = _extras_unseen(client, args, function)
        if reason:
            extras = extras._replace(stop=Unknown(reason, args.span))
        started: dict[int, Started] = machine.roles["started"]
        before = started[result.ident]
        after = before._replace(extras=extras, declared=client)
        started[result.ident] = after
        machine.log[-1] = after
    return result


def _extras_unseen(client: DeclaredClient, args: Args, function: Closure | None) -> str | None:
    """Why the call may pass other extras than are seen."""
    if client.extras is None:
        return f"the entry of `clients` for `{client.run}` does not say which parameter has the extras"
    if function is not None and client.extras not in [each.name for each in function.code.parameters]:
        return f"`{client.run}` has no parameter `{client.extras}`, where `clients` says that the extras are"
    if function is None and args.get("extras") is None and len(args.positional) > 1:
        return f"`{client.run}` is not in this repository, and some arguments are passed without their names"
    return None


def judge(machine: Machine, importers: list[str]) -> Iterator[Directive]:
    """The entries that say what is not so."""
    for client in machine.world.clients:
        seen = [_resolved(machine, client, importer) for importer in importers]
        functions = [found for found, _ in seen if isinstance(found, Closure)]
        if functions:
            parameters = functions[0].code.parameters
            names = [each.name for each in parameters if each.kind in ("plain", "positional", "keyword")]
            for key in ("script", "command", "extras") if len(names) == len(parameters) else ():
                value = getattr(client, key)
                if value is not None and value not in names:
                    yield Directive(client.span(key), "clients", value, "no-parameter", tuple(names))
        if client.run not in machine.world.called:
            missing = any(name and isinstance(found, Unknown) for found, name in seen) and not functions
            yield Directive(client.span("run"), "clients", client.run, "no-function" if missing else "unused")
