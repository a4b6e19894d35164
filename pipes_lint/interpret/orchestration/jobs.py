"""Jobs and graphs: which ops stand in them. Their bodies, which wire ops, are read and not run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ... import ir
from ...source import Span
from ...values import Closure, Instance, Known, Symbol, Unknown, Value
from ..machine import CALLS, NONE, Args, Machine, library

JOB: Final = "dagster.JobDefinition"


@library("dagster.job")
def job(machine: Machine, args: Args) -> Value:
    """Notes in which modules jobs are made, and whether one may have partitions."""
    machine.roles.setdefault("jobs", {})[args.frame.scope.path] = True
    if args.loose or {"partitions_def", "config"} & set(args.named):
        machine.roles["partitioned jobs"] = True
    function = args.get("compose_fn", 0)
    own = args.loose or args.get("resource_defs") is not None
    if isinstance(function, Closure):
        return _job(machine, function, own, args.span)
    return Instance("dagster.job", {"own": Known(own)}, span=args.span)


def _decorated(machine: Machine, decorator: Instance, args: Args) -> Value:
    function = args.positional[0] if args.positional else NONE
    if isinstance(function, Closure):
        return _job(machine, function, decorator.fields["own"] == Known(True), args.span)
    return Unknown("it is made of something that is no function here", args.span)


CALLS["dagster.job"] = _decorated


def _job(machine: Machine, function: Closure, own: bool, span: Span) -> Value:
    machine.entered.add(id(function.code))
    ident = machine.store.ident()
    if not own:
        machine.roles.setdefault("wired", {})[ident] = function
    return Instance(JOB, {}, ident, span)


def ops_of(machine: Machine, job: int) -> Iterator[int]:
    """The ops that a job without resources of its own certainly holds: its body names them, under no condition."""
    function: Closure | None = machine.roles.get("wired", {}).get(job)
    for value in _named(machine, function, certainly=True) if function else ():
        if isinstance(value, Instance) and value.type == "dagster.AssetsDefinition":
            yield value.ident


def makes_assets(machine: Machine, closure: Closure) -> None:
    """Notes the body of a graph that makes an asset."""
    machine.roles.setdefault("asset graphs", []).append(closure)


def may_make_assets(machine: Machine, op: int) -> bool:
    """Whether an op may stand in a graph that makes assets."""
    if machine.roles.get("graphs"):
        return True
    for closure in machine.roles.get("asset graphs", ()):
        for value in _named(machine, closure, certainly=False):
            match value:
                case Instance(type="dagster.AssetsDefinition", ident=ident) if ident != op:
                    continue
                case Known() | Symbol():
                    continue
                case _:  # it is this op, or may call it
                    return True
    return False


def _named(machine: Machine, function: Closure, certainly: bool) -> Iterator[Value]:
    """What the names in a body stand for, but for its own."""
    frame = machine.frames[function.frame]
    todo: list[object] = [function.code.body]
    while todo:
        node = todo.pop()
        match node:
            case ir.Branch() | ir.Match() | ir.Loop() | ir.While() | ir.Try() | ir.Function() if certainly:
                continue
            case ir.Name(name=name):
                value = machine.find(name, frame)
                if value is not None:
                    yield value
            case tuple() if not isinstance(node, Span):
                todo += [each for each in node if isinstance(each, tuple)]
