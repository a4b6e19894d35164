"""What happens when something goes wrong, or ends: `try`, `finally`, `with`."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable

from .. import ir
from ..contract import Asked, Called, ExtraRead, MemberRead, Misopened
from ..protocol import EXPORTS
from ..source import Span
from ..values import (
    ClassObject,
    Closure,
    Instance,
    Known,
    OneOf,
    Partial,
    Reference,
    Sequence,
    Symbol,
    Unknown,
    Value,
    options,
)
from .assign import assign
from .calls import inside
from .classes import class_member
from .cleanup import protect
from .failing_handlers import Handler, Tried, Turned, guarded_by, tried, turned
from .left_open import closed_by_then
from .machine import CONTEXTS, NONE, UNCALLED, Exit, Frame, Machine, evaluates
from .modules import is_here
from .started import Started
from .store import Changes, is_promise, widen
from .strangers import of_the_world
from .swallowing import Attempt, attempted, caught_by


@evaluates(ir.Try)
def try_(machine: Machine, node: ir.Try, frame: Frame) -> Value:
    if node.finally_ is None:
        return _handled(machine, node, frame)
    last = node.finally_
    return protect(machine, lambda: _handled(machine, node, frame), lambda: machine.eval(last, frame))


def _handled(machine: Machine, node: ir.Try, frame: Frame) -> Value:
    if not node.handlers or _imports_what_is_here(machine, node, frame):
        value = machine.eval(node.body, frame)
        return machine.eval(node.otherwise, frame) if node.otherwise else value

    branch, path, log = machine.store.ident(), machine.path, len(machine.log)
    outer = machine.targets["raise"]
    guarded = log

    def body() -> Value:
        nonlocal guarded
        machine.path = (*path, (branch, 0))
        value = machine.eval(node.body, frame)
        guarded = len(machine.log)
        if node.otherwise:
            with machine.aiming(**{"raise": outer}):
                value = machine.eval(node.otherwise, frame)
        return value

    machine.store.watch()
    machine.swallowing.append(not node.calling and any(_seems_to_go_on(handler) for handler in node.handlers))
    exits = machine.region(body, "raise")
    machine.swallowing.pop()
    if guarded == log:
        guarded = len(machine.log)
    at_failure = _at_failure(machine)
    closed_by_then(machine, at_failure)

    ways = [each for each in exits if each.kind == "end"]
    went_on = {0} if ways or machine.departed_by((branch, 0)) else set()
    going_on: list[Handler] = []
    for number, handler in enumerate(node.handlers, start=1):
        harmless = machine.harmless

        def handle(handler: ir.Handler = handler, number: int = number) -> Value:
            machine.path = (*path, (branch, -number))  # it runs after a part of the body
            machine.store.apply(at_failure)
            caught_by(machine, handler.span)
            return _handle(machine, handler, frame)

        caught = machine.region(handle)
        if (caught or machine.harmless > harmless) and not node.calling:
            went_on.add(-number)
            names = _caught(machine, handler, frame)
            going_on.append(Handler(handler.span, names))
            bare = handler.types is None and handler.function is None
            place = (*path, (branch, -number))
            attempted(machine, Attempt(handler.span, names, node.span, log, guarded, place, bare))
        elif not node.calling:
            turned(machine, Turned(log, guarded, _caught(machine, handler, frame), _raised(handler)))
        if not node.calling:
            ways += caught
        for way in ways if node.calling else ():
            _perhaps_run(machine, way, caught, at_failure)
    if len(went_on) == 1:
        machine.survivors.add((branch, went_on.pop()))
    if going_on and "session" in machine.roles:
        tried(machine, Tried(branch, log, guarded, tuple(going_on)))
    else:
        for each in going_on:
            guard(machine, log, guarded, each.names)
    return machine.meet(ways)


def _perhaps_run(machine: Machine, way: Exit, caught: list[Exit], at_failure: Changes) -> None:
    """Adds to a way what a calling handler of R's sets, which may have run on it, any number of times."""
    for cell, after in ((cell, after) for left in caught for cell, after in left.changes.items()):
        if after is None or after is at_failure.get(cell) or isinstance(cell, tuple) and cell[:1] == ("pipes",):
            continue
        before = machine.store.instead(cell, way.changes.get(cell, machine.store.cells.get(cell)))
        if before is not None and not is_promise(before) and not is_promise(after):
            way.changes[cell] = widen(before, after)


def _at_failure(machine: Machine) -> Changes:
    """What may hold where a part of what was being watched has run."""
    found: Changes = {}
    for cell, values in machine.store.watched().items():
        before = machine.store.instead(cell, machine.store.cells.get(cell))
        found[cell] = machine.store.merged(cell, values if before is None else [before, *values])
    return found


def _imports_what_is_here(machine: Machine, node: ir.Try, frame: Frame) -> bool:
    """Whether nothing but imports is tried, of modules that are parts of the project: nothing fails there."""
    body = node.body.body if isinstance(node.body, ir.Block) else (node.body,)
    if not any(isinstance(each, ir.Import | ir.ImportFrom) for each in body):
        return False
    for each in body:
        match each:
            case ir.Import() | ir.ImportFrom():
                if not is_here(machine, each, frame.scope.path):
                    return False
            case ir.Assign(target=ir.Name(), value=ir.Literal()):
                pass
            case _:
                return False
    return True


_FAILURES = ("stop", "abort", "quit", "q", "exit", "rlang::abort")


def _seems_to_go_on(handler: ir.Handler) -> bool:
    """Whether a handler, by its last statement, does not fail in its turn."""
    body = handler.body
    if isinstance(handler.function, ir.Function):
        body = handler.function.body
    while isinstance(body, ir.Block) and body.body:
        body = body.body[-1]
    match body:
        case ir.Raise():
            return False
        case ir.Call(function=ir.Name(name=name) | ir.Member(name=name) | ir.Qualified(name=name)):
            return name not in _FAILURES
    return True


def _raised(handler: ir.Handler) -> frozenset[str]:
    """The plain names of what a handler raises in the place of what it has caught; `*` where that is not known."""
    last = handler.body
    while isinstance(last, ir.Block) and last.body:
        last = last.body[-1]
    match last:
        case ir.Raise(value=None):
            return frozenset()
        case ir.Raise(value=ir.Name(name=name)) if name == handler.name:
            return frozenset()
        case ir.Raise(value=ir.Name(name=name) | ir.Call(function=ir.Name(name=name))):
            return frozenset({name if isinstance(getattr(builtins, name, None), type) else "*"})
    return frozenset({"*"})


def _handle(machine: Machine, handler: ir.Handler, frame: Frame) -> Value:
    condition = Instance("exception")
    if isinstance(handler.types, ir.Literal):  # in R
        condition = Instance("exception", {"caught": Known(handler.types.value)})
    if handler.function is not None:
        function = machine.eval(handler.function, frame)
        return machine.invoke(function, [condition], handler.span, frame)
    if handler.name:
        machine.bind(handler.name, condition, frame)
    if handler.body is None:
        failure: dict[str, Value] = {"of": Instance("r:character"), "class": Known("try-error")}
        return Instance("r:object", failure, span=handler.span)
    return machine.eval(handler.body, frame)


def _caught(machine: Machine, handler: ir.Handler, frame: Frame) -> frozenset[str]:
    """The plain names of what a handler catches; `*` for everything."""
    if handler.types is None:
        return frozenset({"*"})
    found: list[Value] = []
    for option in options(machine.content(machine.eval(handler.types, frame))):
        found += option.items if isinstance(option, Sequence) else (option,)
    return _names(found)


def _is_what_it_says(name: str) -> bool:
    """Whether a library's class of failures is certainly none of another name: one that `dagster_pipes` does not have,
    or a library that nobody knows, may mean any.
    """
    library, _, rest = name.partition(".")
    return rest in EXPORTS if library == "dagster_pipes" else library == "dagster" or of_the_world(name)


def _names(types: Iterable[Value]) -> frozenset[str]:
    names = set()
    for each in types:
        match each:
            case Symbol(name=name) if _is_what_it_says(name):
                names.add(name.rpartition(".")[2])
            case Known(value=str() as name):
                names.add(name)
            case _:
                names.add("*")
    return frozenset(names)


def guard(machine: Machine, start: int, end: int, names: frozenset[str]) -> None:
    """Marks what was logged between two places: if it fails, a handler catches that."""
    for index in range(start, end):
        event = machine.log[index]
        if isinstance(event, Asked | Misopened | Called | ExtraRead | MemberRead | Started):
            machine.log[index] = event._replace(when=event.when._replace(guards=event.when.guards | names))


# --- with -----------------------------------------------------------------------------------------------------------


@evaluates(ir.With)
def with_(machine: Machine, node: ir.With, frame: Frame) -> Value:
    return _with(machine, node, 0, frame)


def _with(machine: Machine, node: ir.With, index: int, frame: Frame) -> Value:
    if index == len(node.items):
        return machine.eval(node.body, frame)
    item = node.items[index]
    value = machine.eval(item.context, frame)
    if isinstance(value, Symbol) and value.name in UNCALLED:
        UNCALLED[value.name](machine, item.context.span)

    def body(entered: Value) -> Value:
        if item.target is not None:
            assign(machine, item.target, entered, frame)
        return _with(machine, node, index + 1, frame)

    return enter(machine, value, item.context.span, frame, body)


def enter(machine: Machine, value: Value, span: Span, frame: Frame, body: Callable[[Value], Value]) -> Value:
    """Runs `body` inside a context manager."""
    match value:
        case OneOf(options=several):
            return machine.any_of(several, lambda option: enter(machine, option, span, frame, body))
        case Instance(type="contextlib.generator", fields={"call": Partial() as call}):
            return _inside_generator(machine, call, body)
        case Instance(type="contextlib.suppress"):
            return _suppressed(machine, value, span, body)
        case Instance(type=kind) if kind in CONTEXTS:
            entered, leave = CONTEXTS[kind](machine, value, span)
            return protect(machine, lambda: body(entered), leave)
        case Reference():
            entering = class_member(machine, value, "__enter__")
            leaving = class_member(machine, value, "__exit__")
            if isinstance(entering, Closure) and isinstance(leaving, Closure):
                entered = machine.invoke(entering, [], span, frame)
                if _may_swallow(leaving.code.body):
                    return _left_alive(machine, leaving, span, frame, lambda: body(entered))
                return protect(
                    machine,
                    lambda: body(entered),
                    lambda: machine.invoke(leaving, [NONE, NONE, NONE], span, frame),
                )
    return body(
        Unknown("a context manager of a library gives it", span, foreign=True) if not _gives_itself(value) else value
    )


def _may_swallow(node: object) -> bool:
    """Whether an `__exit__` with this body may return something that counts as true."""
    match node:
        case ir.Return(value=value):
            return not (value is None or isinstance(value, ir.Literal) and not value.value)
        case ir.Function() | ir.Class():
            return False
        case tuple() if not isinstance(node, Span):
            return any(map(_may_swallow, node))
    return False


def _left_alive(machine: Machine, leaving: Closure, span: Span, frame: Frame, body: Callable[[], Value]) -> Value:
    """Runs a block whose context manager may go on after a failure in it."""
    log, branch, path = len(machine.log), machine.store.ident(), machine.path

    def leave(failure: Value) -> Value:
        return machine.invoke(leaving, [failure] * 3, span, frame)

    def tried() -> Value:
        ways = machine.region(body, "raise")
        return machine.meet([way for way in ways if way.kind != "raise"])

    def inside_block() -> Value:
        machine.path = (*path, (branch, 0))
        return protect(machine, tried, lambda: leave(NONE))

    machine.store.watch()
    machine.swallowing.append(True)
    ways = machine.region(inside_block)
    machine.swallowing.pop()
    at_failure = _at_failure(machine)
    guard(machine, log, len(machine.log), frozenset({"*"}))

    def caught() -> Value:
        machine.path = (*path, (branch, -1))
        machine.store.apply(at_failure)
        leave(Unknown("what has failed in the block", span, foreign=True))
        return NONE

    ways += machine.region(caught)
    return machine.meet(ways)


def _gives_itself(value: Value) -> bool:
    return isinstance(value, Instance | Reference | ClassObject)


def _suppressed(machine: Machine, made: Instance, span: Span, body: Callable[[Value], Value]) -> Value:
    """`contextlib.suppress`: a failure ends the block, and the program goes on behind it."""
    log, branch, path = len(machine.log), machine.store.ident(), machine.path

    def inside_block() -> Value:
        machine.path = (*path, (branch, 0))
        return body(NONE)

    machine.swallowing.append(True)
    ways = machine.region(inside_block, "raise")
    machine.swallowing.pop()
    end = len(machine.log)
    named = made.fields.get("exceptions")
    names = _names(named.items) if isinstance(named, Sequence) else frozenset({"*"})
    for start, stop, caught_names in guarded_by(machine, log, end, names):
        guard(machine, start, stop, caught_names)

    def caught() -> Value:
        machine.path = (*path, (branch, -1))
        caught_by(machine, span)
        return NONE

    ways += machine.region(caught)
    attempted(machine, Attempt(span, names, span, log, end, (*path, (branch, -1))))
    return machine.meet(ways)


def _inside_generator(machine: Machine, call: Partial, body: Callable[[Value], Value]) -> Value:
    """Runs a `@contextmanager` function, and the body of the `with` at its `yield`."""
    outside = machine.targets
    result: list[Value] = []

    def around(value: Value) -> None:
        within = machine.targets
        machine.targets = {**outside, "raise": within["raise"]}
        try:
            result.append(body(value))
        finally:
            machine.targets = within

    inside(machine, call, around)
    return result[0] if result else NONE
