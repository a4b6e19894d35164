"""Runs the orchestration side: modules, then each definition's body, to see what it launches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .. import ir
from ..contract import Definition, Fate
from ..protocol import CLIENTS
from ..source import Span
from ..values import ClassObject, Closure, Instance, Known, Sequence, Symbol, Unknown, Value
from .calls import instantiate, run_function
from .dagster import CONTEXT, Made, Started, resource
from .definitions import definition_of, fate_of, own_checks, prefixed
from .machine import MOST_STEPS, Arg, Args, Ended, Exhausted, Frame, Machine, World
from .modules import load
from .settle import settle


class Launched(NamedTuple):
    """A launch as it was seen: what was started, in which definition, and what becomes of the results."""

    started: Started
    definition: Definition
    fate: Fate


def orchestrate(world: World, paths: list[str], maybe: dict[str, bool]) -> list[Launched]:
    """All launches in these modules. `maybe` tells of a module whether it may hold a launch outside any definition."""
    machine = Machine(world)
    found: list[Launched] = []
    for path in paths:
        machine.steps = MOST_STEPS
        load(machine, path)
        found += _outside(machine, path)
    graphs = bool(machine.roles.get("graphs"))
    machine.roles["resources"] = machine.roles.get("resources", {})
    for made in [record for record in machine.log if isinstance(record, Made)]:
        found += _run(machine, made, graphs)
    seen = {each.started.span for each in found}
    for path in paths:
        if maybe.get(path):
            code = world.load(path)
            for closure in _left_over(machine, path, code) if code else ():
                found += [each for each in _run_function(machine, closure) if each.started.span not in seen]
    return found


def _outside(machine: Machine, path: str) -> list[Launched]:
    """Launches that a module makes when it is imported."""
    started = [record for record in machine.log if isinstance(record, Started)]
    machine.log = [record for record in machine.log if not isinstance(record, Started)]
    nowhere = Definition("function", "<module>", Span(path, 0, 0), None, None, None)
    return [Launched(each, nowhere, Fate.UNKNOWN) for each in started]


def _run(machine: Machine, made: Made, graphs: bool) -> list[Launched]:
    if made.kind == "graph_asset":
        return []
    definition = prefixed(definition_of(made, graphs), machine.roles.get("prefixes", ()), made.module)
    given, started = _body(machine, made.closure, made.kind)
    definition = definition._replace(own_checks=own_checks(given) if given is not None else None)
    return [
        Launched(each, definition, fate_of(each, made.kind, given) if given is not None else Fate.UNKNOWN)
        for each in started
    ]


def _run_function(machine: Machine, closure: Closure) -> list[Launched]:
    definition = Definition("function", closure.code.name, closure.code.name_span, None, None, None, None, None, None)
    before = len([record for record in machine.log if isinstance(record, Made)])
    _, started = _body(machine, closure, "function")
    made = [record for record in machine.log if isinstance(record, Made)][before:]
    found = [Launched(each, definition, Fate.UNKNOWN) for each in started]
    for each in made:
        found += _run(machine, each, graphs=True)
    return found


def _body(machine: Machine, closure: Closure, kind: str) -> tuple[Value | None, list[Started]]:
    """Runs a body as Dagster calls it. Gives what it returns and yields (None if no path ends), and what it started."""
    machine.steps = MOST_STEPS
    machine.roles["blocks"] = []
    frame = machine.frames[closure.frame]
    given: list[Value] = []

    def watch(inner: Frame, value: Value) -> None:
        yielded = Sequence(tuple(inner.yields)) if inner.yields is not None else None
        given.append(settle(machine, yielded if yielded is not None else value))

    def run() -> Value:
        args = tuple(_arguments(machine, closure, frame, kind))
        span = closure.code.name_span
        return run_function(machine, closure, Args(args, span, span, frame), watch=watch)

    log = len(machine.log)
    try:
        machine.region(run)
    except Exhausted:
        given.clear()
    except Ended:
        pass
    except Exception:
        machine.recover()
        machine.world.failed(closure.module)
        given.clear()
    started = [record for record in machine.log[log:] if isinstance(record, Started)]
    machine.log[log:] = [record for record in machine.log[log:] if isinstance(record, Made)]
    return given[0] if given else None, started


_CONTEXTS = (
    "AssetExecutionContext",
    "OpExecutionContext",
    "AssetCheckExecutionContext",
    "ComponentExecutionContext",
)


def _arguments(machine: Machine, closure: Closure, frame: Frame, kind: str) -> Iterator[Arg]:
    """What Dagster passes to a definition's function: the context, resources by name, configuration, upstream data."""
    parameters = [each for each in closure.code.parameters if each.kind in ("plain", "positional", "keyword")]
    if closure.receiver is not None:
        parameters = parameters[1:]
    for index, parameter in enumerate(parameters):
        value = _argument(machine, parameter, index, frame, kind)
        if value is not None:
            name = None if parameter.kind == "positional" else parameter.name
            yield Arg(value, parameter.span, name)


def _argument(machine: Machine, parameter: ir.Parameter, index: int, frame: Frame, kind: str) -> Value | None:
    annotation = machine.eval(parameter.annotation, frame) if parameter.annotation is not None else None
    if isinstance(annotation, Known) and isinstance(annotation.value, str):
        annotation = _named(machine, annotation.value, frame)
    if isinstance(annotation, Instance) and annotation.type == "generic":
        annotation = annotation.fields["item"]
    match annotation:
        case Symbol(name=name) if name.rpartition(".")[2] in _CONTEXTS:
            plain = name.rpartition(".")[2]
            return Instance(CONTEXT, {"class": Known(plain)}, machine.store.ident())
        case Symbol(name=name) if name.rpartition(".")[2] in CLIENTS:
            return Instance(name)
        case ClassObject() if parameter.default is None:
            args = Args((), parameter.span, parameter.span, frame)
            return instantiate(machine, annotation, args)
    if parameter.name in ("context", "_context", "ctx") and index == 0:
        which = "AssetCheckExecutionContext" if "check" in kind else "AssetExecutionContext"
        return Instance(CONTEXT, {"class": Known(which)}, machine.store.ident())
    if parameter.default is not None:
        return None
    if kind == "function":
        return Unknown(f"no call that can be seen passes `{parameter.name}`", parameter.span)
    return resource(machine, parameter.name, parameter.span)


def _named(machine: Machine, text: str, frame: Frame) -> Value | None:
    """What an annotation in quotes names."""
    first, *rest = text.split(".")
    value = machine.find(first, frame)
    for name in rest:
        value = Symbol(f"{value.name}.{name}") if isinstance(value, Symbol) else None
    return value


def _left_over(machine: Machine, path: str, code: ir.Module) -> Iterator[Closure]:
    """The functions of a module that nothing has called so far, but that may launch something."""
    frame = machine.modules.get(path)
    if frame is None:
        return
    for node in code.body.body:
        match node:
            case ir.Assign(target=ir.Name(name=name), value=ir.Function() as function):
                value = machine.find(name, frame)
                if id(function) not in machine.entered and isinstance(value, Closure):
                    yield value
            case ir.Assign(target=ir.Name(name=name), value=ir.Class(body=ir.Block(body=body))):
                class_ = machine.find(name, frame)
                for inner in body if isinstance(class_, ClassObject) else ():
                    match inner:
                        case ir.Assign(value=ir.Function() as function) if id(function) not in machine.entered:
                            method = machine.store.read((class_.frame, function.name))  # type: ignore[union-attr]
                            if isinstance(method, Closure):
                                me = machine.allocate(Instance("object", {"class": class_}))  # type: ignore[dict-item]
                                yield method._replace(receiver=me, owner=class_)
