"""The script's side: what the Pipes context's members do, in both dialects, and the events that they leave behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeGuard

from ... import ir
from ...contract import Asked, Called, Closed, Dialect, ExtraRead, MemberRead, Misused, Opened, Way
from ...launching import Carried
from ...protocol import CONTEXT_CLASSES, FUNCTIONS, REPORTS, bind, bind_arguments, members
from ...records import NamedTuple
from ...source import Span
from ...values import Bound, Instance, Key, Known, Mapping, OneOf, Sequence, Slot, Unknown, Value, join
from ..calls import as_mapping
from ..cleanup import protect
from ..left_open import still_open
from ..machine import (
    CONTAINS,
    CONTEXTS,
    ITEMS,
    ITERATE,
    MAPPINGS,
    MEMBERS,
    METHODS,
    NONE,
    PUT,
    TAKEN_FOR_DATA,
    VARIABLES,
    Args,
    Exit,
    Frame,
    Machine,
    library,
)
from ..settle import raw_arguments, settle
from ..strangers import others_ran
from .step_properties import step_property
from .transport import of_script

PYTHON = CONTEXT_CLASSES["python"]
R = CONTEXT_CLASSES["r"]
_EXTRAS = "pipes.extras"
LOG = "pipes.log"
_ABSENT = Unknown("this extra is not passed", foreign=True)


class Inputs(NamedTuple):
    """What a launch gives a script to see. Sessions with equal inputs are equal."""

    extras: Mapping
    asset_keys: tuple[str, ...] | None = None
    """None when that is not known; no keys for an op or a check."""
    partitioned: bool | None = None
    windowed: bool | None = None
    """Whether its partition is one of time; None if that is not known, or there are no partitions."""
    can_subset: bool = False
    checks: bool = False
    """Whether the step is one of asset checks."""
    arguments: Value | None = None
    env: Value | None = None
    launched: bool = True
    parameters: Mapping | None = None
    """What is given to a notebook in the place of its own values, by name."""
    alone: bool = False
    """Whether the process certainly begins with the script, so that nothing has opened a session before it."""


def dialect_of(context: Instance) -> Dialect:
    return "r" if context.type == R else "python"


def _inputs(machine: Machine) -> Inputs:
    inputs: Inputs | None = machine.roles.get("session")
    return inputs or Inputs(Mapping({}, Unknown("no session is run here", foreign=True)), launched=False)


# --- opening and closing --------------------------------------------------------------------------------------------


@library(
    "dagster_pipes.open_dagster_pipes",
    "dagster_pipes.PipesContext",
    "dagster_pipes.PipesContext.set",
)
def open_python(machine: Machine, args: Args) -> Value:
    """A session of `dagster_pipes`: there is only one, whoever asks for it."""
    if "session" not in machine.roles:
        _open_beside(machine, args)
        return Unknown("a Pipes session belongs to the launched script", args.span, foreign=True)
    context = machine.store.read(("pipes", "context"))
    if isinstance(context, Instance):
        return context
    context = Instance(PYTHON, ident=1)
    machine.store.write(("pipes", "context"), context)
    _opened(machine, context, args.span, of_script(args))
    return context


def _open_beside(machine: Machine, args: Args) -> None:
    """A session of the script's side is opened in the body of a definition."""
    step = machine.roles.get("step")
    if not step or any(machine.swallowing):
        return
    bound = bind_arguments(FUNCTIONS["dagster_pipes.open_dagster_pipes"], raw_arguments(machine, args), "python")
    if bound.problem and not args.loose:
        machine.world.misused.add(Misused(args.callee_span, "open_dagster_pipes", step, bound.problem))
    elif not args.items and not machine.path and not machine.loops:
        machine.world.misused.add(Misused(args.callee_span, "open_dagster_pipes", step))


@library("dagster_pipes.PipesContext.get")
def get_python(machine: Machine, args: Args) -> Value:
    """The session that has been opened. Where certainly none has been, the script stops."""
    if "session" not in machine.roles or machine.store.read(("pipes", "context")) is not None:
        return open_python(machine, args)
    if not _inputs(machine).alone or machine.gaps or machine.loops or others_ran(machine):
        return Instance(PYTHON, ident=1)  # somebody who cannot be seen here may have opened it
    asked = Asked(args.span, machine.when(), "python")
    if any(code.generator or code.is_async for code in machine.calls):  # it runs when it is asked for, not when called
        machine.roles.setdefault("asked later", []).append(asked)
        return Instance(PYTHON, ident=1)
    machine.log.append(asked)
    return machine.leave("raise", NONE, failing=True)


@library("dagster_pipes.PipesContext.is_initialized")
def is_initialized(machine: Machine, args: Args) -> Value:
    return Known(machine.store.read(("pipes", "context")) is not None)


@library("dagster_pipes.is_dagster_pipes_process")
def is_dagster_pipes_process(machine: Machine, args: Args) -> Value:
    return Known(True) if "session" in machine.roles and _inputs(machine).launched else Instance("bool")


def _loader_method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    """`PipesEnvVarParamsLoader().is_dagster_pipes_process()`."""
    return is_dagster_pipes_process(machine, args) if bound.name == "is_dagster_pipes_process" else None


METHODS["dagster_pipes.PipesEnvVarParamsLoader"] = _loader_method


@library("dagsterpipes.open_dagster_pipes", "base.open_dagster_pipes")
def open_r(machine: Machine, args: Args) -> Value:
    """A session of `dagsterpipes`: each call opens another."""
    if "session" not in machine.roles:
        return Unknown("a Pipes session belongs to the launched script", args.span, foreign=True)
    context = Instance(R, ident=machine.store.ident())
    _opened(machine, context, args.span)
    return context


@library("dagsterpipes.with_dagster_pipes", "base.with_dagster_pipes")
def with_dagster_pipes(machine: Machine, args: Args) -> Value:
    """Opens a session, calls the function with it, and closes it however that ends."""
    code = args.get("code", 0)
    context = open_r(machine, args)
    if code is None or not isinstance(context, Instance):
        return NONE
    return protect(
        machine,
        lambda: machine.invoke(code, [context], args.span, args.frame),
        lambda: _close(machine, context, args.span),
    )


@library("dagsterpipes.pipes_metadata_value", "base.pipes_metadata_value")
def pipes_metadata_value(machine: Machine, args: Args) -> Value:
    """A list of raw_value and type, in that order."""
    places = list(args.items)
    taken: dict[str, Value] = {}
    spans: dict[str, Span] = {}
    written: dict[str, Span | None] = {}
    for arg in list(places):
        near = [name for name in ("raw_value", "type") if arg.name and name.startswith(arg.name)]
        if near:
            taken[near[0]], spans[near[0]], written[near[0]] = arg.value, arg.where, arg.value_span
            places.remove(arg)
    for arg in places:
        free = [name for name in ("raw_value", "type") if name not in taken]
        if free and arg.name is None and not arg.loose:
            taken[free[0]], spans[free[0]], written[free[0]] = arg.value, arg.where, arg.value_span
    if args.loose:
        return Unknown("it is made of arguments that are not known", args.span, foreign=True)
    absent = Unknown("it is not passed", args.span, foreign=True)
    return Mapping(
        {
            name: Slot(taken.get(name, default), True, spans.get(name, args.span), written.get(name))
            for name, default in (("raw_value", absent), ("type", Known("__infer__")))
        },
        kind="list",
        span=args.span,
    )


def _opened(machine: Machine, context: Instance, span: Span, carried: Carried | None = None) -> None:
    machine.store.write(("pipes", context.ident, "closed"), Known(False))
    machine.store.write(still_open(context.ident), Known(True))
    machine.roles.setdefault("opened", []).append(context.ident)
    if _lost not in machine.met:
        machine.met.append(_lost)
    machine.log.append(Opened(span, machine.when(), dialect_of(context), context.ident, carried=carried))


def _lost(machine: Machine, ways: list[Exit], value: Value) -> None:
    """Notes when the context is one of several things after some paths have met, and another of them is not known."""
    lost = isinstance(value, Unknown) and any(_is_context(way.value) for way in ways)
    for way in () if lost else ways:
        for cell, held in way.changes.items():
            lost = lost or _is_context(held) and isinstance(machine.store.read(cell), Unknown)
    if lost:
        machine.gap("the Pipes context may be something else here, which is not known", None)


def _is_context(value: Value | None) -> bool:
    return isinstance(value, Instance) and value.type in (PYTHON, R)


def _close(machine: Machine, context: Instance, span: Span) -> None:
    machine.store.write(("pipes", context.ident, "closed"), Known(True))
    machine.store.write(still_open(context.ident), Known(False))
    if machine.roles.get("cleaning"):
        machine.roles.setdefault("closed for sure", set()).add(context.ident)
    machine.log.append(Closed(span, machine.when(), dialect_of(context), context.ident))


def is_closed(machine: Machine, context: Instance) -> bool:
    """Whether the session has certainly been closed before."""
    return machine.store.read(("pipes", context.ident, "closed")) == Known(True)


def _entered(machine: Machine, context: Instance, span: Span) -> tuple[Value, Callable[[], None]]:
    if is_closed(machine, context):
        machine.log.append(Opened(span, machine.when(), dialect_of(context), context.ident, again=True))
    return context, lambda: _close(machine, context, span)


CONTEXTS[PYTHON] = _entered


# --- members --------------------------------------------------------------------------------------------------------


def _member(machine: Machine, context: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    dialect = dialect_of(context)
    inner, _, attribute = name.partition(".")
    known = members(dialect).get(inner)
    if attribute:
        machine.log.append(MemberRead(span, machine.when(), dialect, inner, attribute))
        return Unknown(f"`{inner}` has no `{attribute}`", span, foreign=True)
    if known is not None and known.kind == "method":
        return Bound(context, name, span)
    if machine.called_name != span or known is not None and name not in ("log", "extras"):
        machine.log.append(MemberRead(span, machine.when(), dialect, name))
    if machine.called_name == span and known is not None and name != "log":
        closed = is_closed(machine, context)
        machine.log.append(Called(span, machine.when(), dialect, name, span, (), closed, context.ident))
    match name:
        case _ if known is None:
            if machine.called_name == span:
                return Bound(context, name, span)
            return Known(None, span) if dialect == "r" else _ABSENT
        case "extras":
            machine.roles.setdefault("extras looked at", {})[span] = dialect
            return Instance(_EXTRAS, {"dialect": Known(dialect)}, span=span)
        case "log":
            return Instance(LOG, {"context": context})
        case "is_closed":
            return Known(True) if is_closed(machine, context) else Instance("bool")
    return step_property(machine, _inputs(machine), dialect, name, span)


MEMBERS[PYTHON] = MEMBERS[R] = _member


def _taken_for_data(machine: Machine, method: Bound, element: str | None) -> None:
    """`context.get_extra["k"]`: a method is no dictionary."""
    context, span = method.receiver, method.span
    if isinstance(context, Instance) and span is not None:
        dialect = dialect_of(context)
        machine.log.append(MemberRead(span, machine.when(), dialect, method.name, None, element))
        if method.name == "get_extra":
            way = Way.GET if element else Way.ALL
            machine.log.append(ExtraRead(span, machine.when(), dialect, Known(element), way))


TAKEN_FOR_DATA[PYTHON] = TAKEN_FOR_DATA[R] = _taken_for_data


def _method(machine: Machine, bound: Bound, args: Args) -> Value:
    context = bound.receiver
    assert isinstance(context, Instance)
    dialect = dialect_of(context)
    if dialect == "python" and bound.name == "__enter__":
        return context
    if dialect == "python" and bound.name == "__exit__":
        _close(machine, context, args.span)
        return NONE
    called = Called(
        args.span,
        machine.when(),
        dialect,
        bound.name,
        name_span(bound, args),
        raw_arguments(machine, args),
        is_closed(machine, context),
        context.ident,
        machine.paths_left() if bound.name in REPORTS else (),
    )
    machine.log.append(called)
    match bound.name:
        case "get_extra":
            key = bind(called).arguments.get("key")
            if key is not None and bind(called).problem is None:
                return read(machine, dialect, key.value, key.span, Way.GET_EXTRA)
            return Unknown("the call does not fit `get_extra`", args.span, foreign=True)
        case "close":
            _close(machine, context, args.span)
    return NONE if bound.name in members(dialect) else Unknown(f"there is no `{bound.name}`", args.span, foreign=True)


METHODS[PYTHON] = METHODS[R] = _method


def name_span(bound: Bound, args: Args) -> Span:
    """The member's name in the call; what is called there, if the member was taken off its context elsewhere."""
    span, call = bound.span, args.span
    if span is not None and span.path == call.path and call.start <= span.start and span.end <= call.end:
        return span
    return args.callee_span


# --- extras ---------------------------------------------------------------------------------------------------------


def read(machine: Machine, dialect: Dialect, key: Value, span: Span, way: Way, default: Value | None = None) -> Value:
    """Reads one extra: writes the event down, and gives what the launch passes.

    An absent one ends the path where a handler waits for that; elsewhere the reading goes on, to find what else is
    wrong.
    """
    added = machine.store.read(("pipes", "extra", key.value)) if isinstance(key, Known) else None
    machine.log.append(ExtraRead(span, machine.when(), dialect, settle(machine, key), Way.GET if added else way))
    if added is not None:
        return added
    if isinstance(key, OneOf):
        return join([_passed(machine, dialect, option, span, way, default) for option in key.options])
    return _passed(machine, dialect, key, span, way, default)


def _add(machine: Machine, key: Value, value: Value) -> None:
    """The script itself puts something into the extras, which are one dictionary."""
    if isinstance(key, Known):
        machine.store.write(("pipes", "extra", key.value), value)


PUT["pipes.extras"] = lambda machine, extras, key, value: _add(machine, key, value)


def _passed(machine: Machine, dialect: Dialect, key: Value, span: Span, way: Way, default: Value | None) -> Value:
    extras = _inputs(machine).extras
    if not isinstance(key, Known) or not isinstance(key.value, str):
        return Unknown("which extra is read is not known", span, foreign=True)
    slot = extras.slots.get(key.value)
    if slot is None and way is Way.DOLLAR and extras.complete:
        near = [name for name in extras.slots if isinstance(name, str) and name.startswith(key.value)]
        slot = extras.slots[near[0]] if len(near) == 1 else None
    if slot is not None:
        value = _arrived(machine, slot.value, dialect)
        return value if slot.always or default is None else join([value, default])
    if extras.stop:
        return Unknown(extras.stop.reason, extras.stop.span, foreign=True)
    if default is not None:
        return default
    if way in (Way.DOLLAR, Way.ELEMENT):
        return Known(None, span)
    if any(machine.swallowing):
        return machine.leave("raise", _ABSENT, failing=True)
    return _ABSENT


def in_json(key: Key) -> Key:
    """A key as JSON has it: a text. One that JSON refuses stays as it is."""
    match key:
        case bool() | None:
            return {True: "true", False: "false", None: "null"}[key]
        case int() | float():
            return str(key)
    return key


def _arrived(machine: Machine, value: Value, dialect: Dialect) -> Value:
    """A passed value as it comes out of JSON on the other side."""
    match value:
        case Known(value=str() | bool() | int() | float() | None):
            return value
        case Sequence(items=items):
            arrived = Sequence(tuple(_arrived(machine, item, dialect) for item in items), "list", value.complete)
            return machine.allocate(arrived) if dialect == "python" else arrived
        case Mapping(slots=slots):
            fields: dict[Key, Slot] = {
                in_json(key): Slot(_arrived(machine, slot.value, dialect), slot.always, slot.span)
                for key, slot in slots.items()
            }
            made = Mapping(fields, value.stop, "dict" if dialect == "python" else "list")
            return machine.allocate(made) if dialect == "python" else made
        case OneOf(options=several):
            return join([_arrived(machine, option, dialect) for option in several])
        case Instance(type="str" | "int" | "float" | "bool") if dialect == "python":
            return value
    return Unknown("it is what the launch passes", foreign=True)


def _use(machine: Machine, extras: Instance) -> Dialect:
    """Notes that what was looked at is used in a way that tells which extras are read; gives the language."""
    machine.roles["extras looked at"].pop(extras.span, None)
    return "r" if extras.fields["dialect"] == Known("r") else "python"


def everything(machine: Machine, extras: Instance, span: Span) -> Mapping:
    """All extras at once."""
    unknown = Unknown("all extras are taken at once", span, foreign=True)
    machine.log.append(ExtraRead(span, machine.when(), _use(machine, extras), unknown, Way.ALL))
    passed = _inputs(machine).extras
    arrived = _arrived(machine, passed, _use(machine, extras))
    content = machine.content(arrived)
    whole = content if isinstance(content, Mapping) else passed
    added = {cell[2]: Slot(value) for cell, value in machine.store.cells.items() if _is_added(cell)}
    return whole._replace(slots={**whole.slots, **added}) if added else whole


def _is_added(cell: object) -> TypeGuard[tuple[str, str, Key]]:
    return isinstance(cell, tuple) and cell[:2] == ("pipes", "extra")


def _extras_member(machine: Machine, extras: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if _use(machine, extras) == "python":
        if hasattr(dict, name):
            return Bound(extras, name, span)
        if "." in name:  # of a method that is not called
            return _ABSENT
        machine.log.append(ExtraRead(span, machine.when(), "python", Known(name), Way.ATTRIBUTE))
    return _ABSENT


def _extras_item(machine: Machine, extras: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    match node.access:
        case ir.Access.SUBSCRIPT:
            return read(machine, _use(machine, extras), key, node.key.span, Way.SUBSCRIPT)
        case ir.Access.ELEMENT if not (isinstance(key, Known) and isinstance(key.value, int | float)):
            return read(machine, _use(machine, extras), key, node.key.span, Way.ELEMENT)
        case ir.Access.DOLLAR:
            return read(machine, _use(machine, extras), key, node.key.span, Way.DOLLAR)
    everything(machine, extras, node.span)
    return Unknown("it is a part of the extras", node.span, foreign=True)


def _extras_method(machine: Machine, bound: Bound, args: Args) -> Value:
    extras = bound.receiver
    assert isinstance(extras, Instance)
    key = args.get("key", 0)
    match bound.name:
        case "get" | "setdefault" | "pop" | "__getitem__" if key is not None:
            span = args.items[0].where
            default = args.get("default", 1)
            if bound.name in ("get", "setdefault"):
                found = read(machine, _use(machine, extras), key, span, Way.GET, default or NONE)
                if bound.name == "setdefault":
                    _add(machine, key, found)
                return found
            way = Way.GET if default is not None else Way.SUBSCRIPT
            return read(machine, _use(machine, extras), key, span, way, default)
        case "update":
            for each in args.positional:
                for name, slot in as_mapping(machine, each, args.span).slots.items():
                    _add(machine, Known(name), slot.value)
            for name, value in args.named.items():
                _add(machine, Known(name), value)
            return NONE
        case "clear":
            return NONE
    whole = everything(machine, extras, args.span)
    return machine.call(Bound(machine.allocate(whole), bound.name, bound.span), args)


def _extras_contain(machine: Machine, extras: Instance, key: Value, span: Span) -> bool | None:
    """`"k" in context.extras`: asks, and needs nothing."""
    place = key.span if isinstance(key, Known) and key.span else span
    machine.log.append(ExtraRead(place, machine.when(), _use(machine, extras), settle(machine, key), Way.GET))
    passed = _inputs(machine).extras
    if isinstance(key, Known) and isinstance(key.value, str):
        slot = passed.slots.get(key.value)
        if slot is not None and slot.always or machine.store.read(("pipes", "extra", key.value)) is not None:
            return True
        if slot is None and passed.complete:
            return False
    return None


def _extras_keys(machine: Machine, extras: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    whole = everything(machine, extras, span)
    certain = whole.complete and all(slot.always for slot in whole.slots.values())
    if _use(machine, extras) == "r":
        return tuple(slot.value for slot in whole.slots.values()), certain
    return tuple(Known(key) for key in whole.slots), certain


def _extra_as_variable(
    machine: Machine, extras: Instance, name: str, span: Span, alone: bool
) -> Callable[[], Value] | None:
    """R's `with(ctx$extras, name)`: one that is not passed is looked for elsewhere, or else R stops."""
    passed = _inputs(machine).extras
    if name not in passed.slots and passed.complete and not alone:
        return None
    return lambda: read(machine, _use(machine, extras), Known(name, span), span, Way.SUBSCRIPT)


VARIABLES[_EXTRAS] = _extra_as_variable
MEMBERS[_EXTRAS] = _extras_member
ITEMS[_EXTRAS] = _extras_item
METHODS[_EXTRAS] = _extras_method
CONTAINS[_EXTRAS] = _extras_contain
ITERATE[_EXTRAS] = _extras_keys
MAPPINGS[_EXTRAS] = everything


def _method_for_data(machine: Machine, method: Bound, element: str | None) -> None:
    """`for k in context.extras.items`: the method, and not what it gives."""
    extras = method.receiver
    if isinstance(extras, Instance) and method.span is not None:
        machine.log.append(MemberRead(method.span, machine.when(), "python", "extras", method.name, element))
        everything(machine, extras, method.span)


TAKEN_FOR_DATA[_EXTRAS] = _method_for_data
