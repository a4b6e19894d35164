"""Runs the orchestration side: modules, then each definition's body, to see what it launches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Sequence as Sequence_
from functools import partial

from ... import ir
from ...contract import Definition, Fate
from ...records import NamedTuple
from ...source import Span
from ...values import ClassObject, Closure, Instance, Mapping, Sequence, Value
from ..calls import run_function
from ..machine import MOST_STEPS, Arg, Args, Ended, Exhausted, Frame, Machine, World
from ..modules import load
from ..settle import settle
from ..started import Started
from .asset_loading import prefix_of
from .dagster import Made
from .definitions import definition_of, prefixed
from .given import Given, delivery, implicit, own_assets, own_checks
from .jobs import may_make_assets
from .partitions import settled
from .provided import surrounded
from .resources import CONTEXT, argument


class Launched(NamedTuple):
    """A launch as it was seen: what was started, in which definition, and what becomes of the results."""

    started: Started
    definition: Definition
    fate: Fate
    refused: str = ""
    """The class of what Dagster is given in place of results, if it refuses that."""
    always: bool = False
    """Whether the results reach Dagster whenever the body comes to its end."""


Components = Callable[[Machine], list[tuple[Started, Definition]]]
"""Runs the components that stand in files of their own, or are made by marked functions."""


def orchestrate(
    world: World,
    paths: list[str],
    maybe: dict[str, bool],
    components: Components | None = None,
    around: Sequence_[str] = (),
) -> list[Launched]:
    """All launches in these modules. `maybe` tells of a module whether it may hold a launch outside any definition.

    The modules `around` these launch nothing themselves, but may give resources and prefixes.
    """
    machine = Machine(world)
    if world.clients:
        from .declared_clients import hook

        machine.declared = hook
    found: list[Launched] = []
    for path in paths:
        machine.steps = MOST_STEPS
        load(machine, path)
        found += _outside(machine, path)
    if components is not None or any(isinstance(record, Made) for record in machine.log):
        for path in around:
            machine.steps = MOST_STEPS
            load(machine, path)
    quiet = frozenset(around)
    machine.roles["resources"] = machine.roles.get("resources", {})
    machine.roles["components"] = components is not None
    if components is not None:
        found += [Launched(started, definition, Fate.DELIVERED) for started, definition in components(machine)]
    everything = [record for record in machine.log if isinstance(record, Made)]
    definitions = [
        world.carefully(made.closure.module, partial(_definition, machine, made), None) for made in everything
    ]
    machine.roles["definitions"] = [each for each in definitions if each is not None]
    for made in everything:
        if made.closure.module not in quiet:
            found += world.carefully(made.closure.module, partial(_run, machine, made), [])
    seen = {each.started.span for each in found}
    for path in paths:
        if maybe.get(path):
            code = world.load(path)
            for closure in _left_over(machine, path, code) if code else ():
                found += [each for each in _run_function(machine, closure) if each.started.span not in seen]
    if world.clients:
        from .declared_clients import judge

        world.stale = list(judge(machine, paths))
    return found


def _outside(machine: Machine, path: str) -> list[Launched]:
    """Launches that a module makes when it is imported."""
    started = [record for record in machine.log if isinstance(record, Started)]
    machine.log = [record for record in machine.log if not isinstance(record, Started)]
    nowhere = Definition("function", "<module>", Span(path, 0, 0), None, None, None)
    return [Launched(each, nowhere, Fate.UNKNOWN) for each in started]


def _run(machine: Machine, made: Made, graphs: bool = False) -> list[Launched]:
    if made.kind == "graph_asset":
        return []
    definition = _definition(machine, made, graphs)
    everybodys = machine.roles.get("resources", {})
    machine.roles["resources"] = {**everybodys, **_own_resources(made)}
    machine.roles.update(step=definition.step, makes=definition.asset_keys)
    given, started = _body(machine, made.closure, made.kind)
    machine.roles.update(step=None, makes=None)
    machine.roles["resources"] = everybodys
    definition = settled(machine, definition, machine.roles.get("definitions", []))
    definition = surrounded(machine, definition, made)
    definition = definition._replace(
        own_checks=own_checks(given.value) if given is not None else None,
        own_assets=own_assets(given.value) if given is not None else None,
        implicit_materializations=implicit(started),
    )
    found: list[Launched] = []
    for each in started:
        end = delivery(each, made.kind, given)
        same = next((index for index, other in enumerate(found) if _same(each, other.started)), None)
        if same is None:
            found.append(Launched(each, definition, *end))
        elif end.fate is Fate.DELIVERED:  # it is tried again, until it succeeds
            found[same] = found[same]._replace(fate=end.fate)
    return found


def _definition(machine: Machine, made: Made, graphs: bool = False) -> Definition:
    """A definition by what its decorator says, and with the prefix with which it is loaded."""
    definition = definition_of(made, graphs or made.kind == "op" and may_make_assets(machine, made.ident))
    prefix = prefix_of(machine, made.ident, made.module, "check" in made.kind)
    return definition if prefix is None or made.kind == "op" else prefixed(definition, prefix)


def _own_resources(made: Made) -> dict[str, Value]:
    """What the decorator's `resource_defs` gives."""
    given = made.fields.get("resource_defs")
    slots = given.slots if isinstance(given, Mapping) else {}
    return {str(name): slot.value for name, slot in slots.items() if isinstance(slot.value, Instance)}


def _same(one: Started, other: Started) -> bool:
    """Whether it is one launch, which a loop makes several times."""
    return (one.span, one.sites, one.passed, one.extras, one.commands) == (
        other.span,
        other.sites,
        other.passed,
        other.extras,
        other.commands,
    )


def _run_function(machine: Machine, closure: Closure) -> list[Launched]:
    """What a function launches that nothing calls, and what is launched by the definitions that it makes."""
    definition = Definition("function", closure.code.name, closure.code.name_span, None, None, None, None, None, None)
    inner: list[Launched] = []

    def run_made(log: int) -> None:
        for each in [record for record in machine.log[log:] if isinstance(record, Made)]:
            inner.extend(_run(machine, each, graphs=True))

    _, started = _body(machine, closure, "function", run_made)
    return [Launched(each, definition, Fate.UNKNOWN) for each in started] + inner


def _body(
    machine: Machine, closure: Closure, kind: str, before_end: Callable[[int], None] | None = None
) -> tuple[Given | None, list[Started]]:
    """Runs a body as Dagster calls it. Gives what that gives (None if no path ends), and what it started.

    `before_end` is run while its variables are still there, with the length that the log had at its start.
    """
    machine.steps = MOST_STEPS
    machine.roles["blocks"] = []
    frame = machine.frames[closure.frame]
    log = len(machine.log)
    given: list[Given] = []

    def watch(inner: Frame, value: Value) -> None:
        yielded = Sequence(tuple(inner.yields)) if inner.yields is not None else None
        settled = settle(machine, yielded if yielded is not None else value)
        given.append(Given(settled, frozenset(inner.sure) if yielded is not None else None))
        if before_end is not None:
            before_end(log)

    def run() -> Value:
        args = tuple(_arguments(machine, closure, frame, kind))
        span = closure.code.name_span
        return run_function(machine, closure, Args(args, span, span, frame), watch=watch)

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


def _arguments(machine: Machine, closure: Closure, frame: Frame, kind: str) -> Iterator[Arg]:
    """What Dagster passes to a definition's function: the context, resources by name, configuration, upstream data."""
    asked, inside = closure, frame
    while isinstance(asked.wrapped, Closure):  # Dagster reads the signature, which is that of what is wrapped
        asked = asked.wrapped
        inside = machine.frames[asked.frame]
    parameters = [each for each in asked.code.parameters if each.kind in ("plain", "positional", "keyword")]
    if asked.receiver is not None:
        parameters = parameters[1:]
    for index, parameter in enumerate(parameters):
        value = argument(machine, parameter, index, inside, kind)
        if value is not None:
            context = asked is not closure and isinstance(value, Instance) and value.type == CONTEXT
            by_place = parameter.kind == "positional" or context
            yield Arg(value, parameter.span, None if by_place else parameter.name)


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
