"""Calls: arguments are bound to parameters, and the body is run; what strangers may do with what they get."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import Final

from .. import ir
from ..source import Span
from ..values import (
    Bound,
    ClassObject,
    Closure,
    Instance,
    Key,
    Known,
    Mapping,
    ModuleObject,
    OneOf,
    Partial,
    Reference,
    Sequence,
    Slot,
    Symbol,
    Template,
    Unknown,
    Value,
    join,
    options,
)
from .classes import STANDS_FOR, class_member, held_by, is_object, library_base
from .cleanup import finish
from .draining import drained_by, is_drained, says_something
from .iterate import elements
from .keys import held_under, least_known, with_slot, with_unknown_key
from .machine import (
    APPLY,
    CALLS,
    CHANGED,
    DISPATCH,
    GENERATORS,
    GENERIC,
    LIBRARY,
    MAPPINGS,
    METHODS,
    MOST_CALLS,
    NONE,
    SPECIAL,
    Arg,
    Args,
    Frame,
    Machine,
    applies,
    evaluates,
    hands_on,
)
from .out_of_sight import note_call
from .store import merge_mappings
from .strangers import note

_R_CALLABLE = (Closure, Symbol, Bound, Partial, ClassObject)


@evaluates(ir.Call)
def call_node(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    around = machine.called_name
    function = _callee(machine, node.function, frame)
    machine.called_name = around  # in `get().close()` the first call is made while the second one's name is looked up
    if isinstance(function, Symbol) and function.name in SPECIAL:
        plain = function.name.partition(".")[2]
        if plain in machine.methods and plain in GENERIC:
            return machine.call(function, arguments(machine, node, frame))
        return SPECIAL[function.name](machine, node, frame)
    if isinstance(function, Unknown):
        note_call(machine, node)
    if frame.scope.prelude != "base":
        drained_by(machine, node, function)
    elif any(map(hands_on, options(function))):
        return machine.call(function, _promises(machine, node, frame))
    return machine.call(function, arguments(machine, node, frame))


def _callee(machine: Machine, node: ir.Node, frame: Frame) -> Value:
    if isinstance(node, ir.Name) and frame.scope.prelude == "base":
        # R looks for a function: a variable of that name which is none does not hide it.
        each: Frame | None = frame
        while each is not None:
            value = machine.find(node.name, each)
            if value is None:
                break
            if not isinstance(value, Known | Sequence | Mapping | Template):
                return value
            while each.parent and (each.ident, node.name) not in machine.store.cells:
                each = each.parent
            each = each.parent
        return Symbol(f"base.{node.name}")
    if isinstance(node, ir.Literal) and isinstance(node.value, str):
        return _callee(machine, ir.Name(node.span, node.value), frame)
    match node:
        case ir.Member(name_span=span) | ir.Item(key=ir.Literal(span=span)):
            machine.called_name = span
    return machine.eval(node, frame)


def arguments(machine: Machine, node: ir.Call, frame: Frame) -> Args:
    """Evaluates a call's arguments, in order, with what `*` and `**` spread where that is known."""
    items: list[Arg] = []
    for argument in node.arguments:
        value = machine.eval(argument.value, frame)
        if argument.spread == "*":
            values, complete = elements(machine, value, argument.span)
            items += [Arg(each, argument.span) for each in values]
            if not complete:
                items.append(Arg(value, argument.span, loose=True))
        elif argument.spread == "**":
            items += _spread(machine, value, argument.span)
        else:
            items.append(Arg(value, argument.span, argument.name, argument.value.span))
    return machine.worked_out(Args(tuple(items), node.span, node.function.span, frame))


def _promises(machine: Machine, node: ir.Call, frame: Frame) -> Args:
    """The arguments of a call of R's which are worked out when they are first read."""
    items: list[Arg] = []
    for argument in node.arguments:
        if argument.spread:
            items += _spread(machine, machine.eval(argument.value, frame), argument.span)
            continue
        plain = isinstance(argument.value, ir.Literal | ir.Function | ir.Opaque)
        value = machine.eval(argument.value, frame) if plain else machine.promise(argument.value, frame)
        items.append(Arg(value, argument.span, argument.name, argument.value.span))
    return Args(tuple(items), node.span, node.function.span, frame)


def _spread(machine: Machine, value: Value, span: Span) -> list[Arg]:
    mapping = as_mapping(machine, value, span)
    items = []
    for key, slot in mapping.slots.items():
        if isinstance(key, str) and slot.always:
            items.append(Arg(slot.value, span, key, slot.span))
        elif isinstance(key, int):
            items.append(Arg(slot.value, span))
        else:
            items.append(Arg(slot.value, span, loose=True))
    if mapping.stop:
        items.append(Arg(mapping.stop, span, loose=True))
    return items


def as_mapping(machine: Machine, value: Value, span: Span) -> Mapping:
    """A value as a mapping of its keys: for `**value`, `dict(value)`, `extras=value`. Unknown keys leave it
    incomplete.
    """
    content = machine.content(held_by(machine, value) or value)
    match content:
        case Mapping():
            return content
        case Sequence(items=items) if not items and content.complete:
            return Mapping({})
        case Sequence(items=items):
            stop = None if content.complete else Unknown("it holds more than can be seen", span)
            made = Mapping({}, stop)
            for each in items:
                match machine.content(each):
                    case Sequence(items=(key, item)):
                        own = held_under(machine.content(key))
                        slot = Slot(item, span=content.span)
                        made = with_slot(made, own[0], slot) if own else with_unknown_key(made, key, slot)
                    case _:
                        made = made._replace(stop=Unknown("one of its items is not known", span))
            return made
        case Instance(type=kind) if kind in MAPPINGS:
            return MAPPINGS[kind](machine, content, span)
        case OneOf(options=several):
            return merge_mappings([as_mapping(machine, option, span) for option in several])
        case Known(value=None):
            return Mapping({})
        case Unknown(reason=reason):
            return Mapping({}, Unknown(reason, content.span or span))
    return Mapping({}, Unknown("what it holds cannot be told", span))


# --- functions of the project ---------------------------------------------------------------------------------------


@applies(Closure)
def apply_closure(machine: Machine, function: Closure, args: Args) -> Value:
    if function.code.generator and "session" in machine.roles and not is_drained(machine, args.span):
        return GENERATORS[0](machine, function, args)
    return run_function(machine, function, args)


def run_function(
    machine: Machine,
    function: Closure,
    args: Args,
    around: Callable[[Value], None] | None = None,
    watch: Callable[[Frame, Value], None] | None = None,
    partly: bool = False,
) -> Value:
    """Runs a function's body with these arguments. `around` is run at its first `yield`; `watch` sees the frame and the
    returned value before they are gone; `partly` if a generator may not be gone through to its end.
    """
    code = function.code
    if len(machine.calls) >= MOST_CALLS:
        return machine.gap("calls nest too deep to follow", args.span)
    if sum(each is code for each in machine.calls) >= 2:
        return machine.gap(f"`{code.name or 'a function'}` calls itself", args.span)
    machine.entered.add(id(code))
    machine.entered.add(id(code.body))
    frame = machine.frame(machine.frames[function.frame], machine.frames[function.frame].scope, "function")
    frame.closure = function
    frame.args = args
    frame.dispatched, machine.dispatched = machine.dispatched, None
    if frame.dispatched is not None:
        machine.bind(".Generic", Known(frame.dispatched.generic), frame)
    frame.around = around
    if code.generator:
        frame.yields = []
        frame.started = (machine.path, machine.loops)
    machine.calls.append(code)
    machine.sites.append(args.span)
    machine.entries.append((function, args))

    def body() -> Value:
        bind_parameters(machine, function, args, frame)
        value = machine.eval(code.body, frame)
        return value if code.implicit_return else NONE

    log, waiting = len(machine.log), [(region, len(region.exits)) for region in (machine.program, *machine.regions)]
    try:
        exits = machine.region(body, "return", cleanup=code.matching is ir.Matching.PREFIX)
        if partly and says_something(machine, log):
            del machine.log[log:]
            for region, count in waiting:
                del region.exits[count:]
            return machine.gap(f"how far `{code.name}` is gone through is not known", args.span)
        if code.matching is ir.Matching.PREFIX:
            value = finish(machine, exits, lambda: [machine.eval(node, frame) for node in frame.at_exit], "return")
        else:
            value = machine.meet(exits)
    finally:
        machine.calls.pop()
        machine.sites.pop()
        machine.entries.pop()
    if frame.yields is not None and around is None:
        value = Sequence(tuple(frame.yields[: frame.certain]), "list", frame.certain is None)
    if watch:
        watch(frame, value)
    return value


def inside(machine: Machine, call: Partial, around: Callable[[Value], None]) -> None:
    """Runs a generator function once, with `around` at its first `yield` (for `@contextmanager`)."""
    function = call.function
    assert isinstance(function, Closure)
    span = function.code.span
    items = [Arg(value, span) for value in call.positional] + [Arg(value, span, name) for name, value in call.named]
    run_function(machine, function, Args(tuple(items), span, span, machine.frames[function.frame]), around)


def bind_parameters(machine: Machine, function: Closure, args: Args, frame: Frame) -> None:
    """Gives each parameter its value, by the rules of the function's language; what is not passed and has no default
    is unknown.
    """
    code = function.code
    places = [arg for arg in args.items if arg.name is None and not arg.loose]
    if function.receiver is not None:
        places.insert(0, Arg(function.receiver, args.span))
    names = {arg.name: arg for arg in args.items if arg.name is not None}
    loose = args.loose
    more = Unknown("more is handed on than can be seen", args.span) if loose else None
    plain = [each for each in code.parameters if each.kind in ("plain", "positional", "keyword")]
    taken: dict[str, Arg] = {}
    if code.matching is ir.Matching.PREFIX:
        _match_prefixes(code, names, taken)
    else:
        taken = {each.name: names.pop(each.name) for each in plain if each.name in names and each.kind != "positional"}
    for parameter in code.parameters:
        if parameter.kind == "*" and code.matching is ir.Matching.PREFIX:
            left = {id(arg) for arg in (*places, *names.values())}
            inside = [arg for arg in args.items if id(arg) in left]
            rest: dict[Key, Slot] = {arg.name or number: _slot(arg) for number, arg in enumerate(inside, start=1)}
            machine.bind("...", Mapping(rest, more, "list"), frame)
            places, names = [], {}
        elif parameter.kind == "*":
            machine.bind(parameter.name, Sequence(tuple(arg.value for arg in places), "tuple", not loose), frame)
            places = []
        elif parameter.kind == "**":
            named: dict[Key, Slot] = {name: _slot(arg) for name, arg in names.items()}
            machine.bind(parameter.name, machine.allocate(Mapping(named, more)), frame)
        elif parameter.name in taken:
            machine.bind(parameter.name, taken[parameter.name].value, frame)
        elif places and parameter.kind != "keyword":
            arg = places.pop(0)
            taken[parameter.name] = arg
            machine.bind(parameter.name, arg.value, frame)
        else:
            _bind_default(machine, function, parameter, frame, loose)
    frame.given = frozenset(taken)


def _slot(arg: Arg) -> Slot:
    return Slot(arg.value, span=arg.where, written=arg.value_span)


def _match_prefixes(code: ir.Function, names: dict[str, Arg], taken: dict[str, Arg]) -> None:
    """R: whole names first, then unique prefixes of the parameters before `...`."""
    for parameter in code.parameters:
        if parameter.name in names and parameter.kind == "plain":
            taken[parameter.name] = names.pop(parameter.name)
    before_dots = []
    for parameter in code.parameters:
        if parameter.kind == "*":
            break
        before_dots.append(parameter.name)
    for name in list(names):
        near = [each for each in before_dots if each not in taken and each.startswith(name)]
        if len(near) == 1:
            taken[near[0]] = names.pop(name)


def _bind_default(machine: Machine, function: Closure, parameter: ir.Parameter, frame: Frame, loose: bool) -> None:
    name = parameter.name
    defaults = dict(function.defaults)
    if loose and (parameter.default is not None or name in defaults):
        machine.bind(name, Unknown(f"the call may pass `{name}` or not", parameter.span, foreign=True), frame)
    elif name in defaults:
        machine.bind(name, defaults[name], frame)
    elif parameter.default is not None:
        machine.bind(name, machine.promise(parameter.default, frame), frame)
    else:
        machine.bind(name, Unknown(f"no call that can be seen passes `{name}`", parameter.span), frame)


# --- libraries, and what is not known -------------------------------------------------------------------------------


@applies(Symbol)
def apply_symbol(machine: Machine, function: Symbol, args: Args) -> Value:
    if DISPATCH and args.frame.scope.prelude == "base":
        plain = function.name.partition(".")[2]
        return DISPATCH[0](machine, plain, args, lambda: _by_itself(machine, function, args))
    return _by_itself(machine, function, args)


def _by_itself(machine: Machine, function: Symbol, args: Args) -> Value:
    if function.name in LIBRARY:
        return LIBRARY[function.name](machine, args)
    plain = function.name.partition(".")[2]
    if args.frame.scope.prelude == "base" and f"base.{plain}" in LIBRARY and "." not in plain:
        return LIBRARY[f"base.{plain}"](machine, args)
    note(machine, function.name)
    mutating = function.name.partition(".")[0] not in sys.stdlib_module_names or function.name == "random.shuffle"
    return stranger(machine, args, f"`{_shown(function.name)}`", mutating)


def _shown(name: str) -> str:
    return name.removeprefix("builtins.").removeprefix("base.")


_METHOD_TABLE = {Template: "str", Sequence: "list", Mapping: "dict"}


@applies(Bound)
def apply_bound(machine: Machine, function: Bound, args: Args) -> Value:
    receiver = function.receiver
    if isinstance(receiver, OneOf):
        return machine.any_of(
            receiver.options, lambda option: apply_bound(machine, function._replace(receiver=option), args)
        )
    content = machine.content(receiver)
    if isinstance(content, OneOf):

        def narrowed(each: Value) -> Value:
            if isinstance(receiver, Reference):
                machine.store.write(receiver.ident, each)
                return apply_bound(machine, function, args)
            return apply_bound(machine, function._replace(receiver=each), args)

        return machine.any_of(content.options, narrowed)
    match content:
        case Known(value=value):
            table = "path" if hasattr(value, "joinpath") else type(value).__name__
        case Template(path=True):
            table = "path"
        case Instance(type=kind):
            table = kind
        case Unknown():
            table = "unknown"
        case _:
            table = _METHOD_TABLE.get(type(content), "")
    if table in METHODS:
        result = METHODS[table](machine, function, args)
        if result is not None:
            return result
    who = f"`{function.name}`"
    if isinstance(content, Unknown):
        return apply_unknown(machine, content, args)
    if isinstance(function.receiver, Reference):
        _hand_over(machine, function.receiver, args.callee_span, who, True, args, 0)
    return stranger(machine, args, who, mutating=True)


@applies(Partial)
def apply_partial(machine: Machine, function: Partial, args: Args) -> Value:
    given = {arg.name for arg in args.items if arg.name}
    before = [Arg(value, args.span) for value in function.positional]
    after = [Arg(value, args.span, name) for name, value in function.named if name not in given]
    return machine.call(function.function, args._replace(items=(*before, *args.items, *after)))


@applies(Instance)
def apply_instance(machine: Machine, function: Instance, args: Args) -> Value:
    if function.type in CALLS:
        return CALLS[function.type](machine, function, args)
    return stranger(machine, args, "an object of a library", mutating=False)


@applies(Reference)
def apply_reference(machine: Machine, function: Reference, args: Args) -> Value:
    called = class_member(machine, function, "__call__")
    if called is not None:
        return machine.call(called, args)
    content = machine.content(function)
    base = library_base(machine, content.fields["class"]) if is_object(machine, function) else None  # type: ignore[union-attr]
    if base in METHODS and base.startswith("contextlib."):
        result = METHODS[base](machine, Bound(Instance(base, {"self": function}), "__call__"), args)
        if result is not None:
            return result
    return stranger(machine, args, "an object", mutating=False)


@applies(Unknown)
def _call_unknown(machine: Machine, function: Unknown, args: Args) -> Value:
    machine.roles["anything called"] = True
    return apply_unknown(machine, function, args)


def apply_unknown(machine: Machine, function: Unknown, args: Args) -> Value:
    if not function.foreign:
        machine.gap(f"what is called here is not known: {function.reason}", args.callee_span)
    result = stranger(machine, args, "something unknown", mutating=True)
    return (
        Unknown(function.reason, function.span or args.span, function.foreign)
        if isinstance(result, Unknown)
        else result
    )


def _not_callable(machine: Machine, function: Value, args: Args) -> Value:
    return stranger(machine, args, "something that is no function", mutating=False)


for _kind in (Known, Template, Sequence, Mapping, ModuleObject):
    APPLY[_kind] = _not_callable


HANDED: Final[list[Callable[[Machine, Args], None]]] = []
"""Who wants to see what code is given that cannot be seen."""


def stranger(machine: Machine, args: Args, who: str, mutating: bool) -> Value:
    """A call into code that cannot be seen: what it is handed may be changed, called, or spoken with."""
    for watch in HANDED:
        watch(machine, args)
    for arg in args.items:
        _hand_over(machine, arg.value, arg.where, who, mutating, args, 0)
    return Unknown(f"{who} gives it, whose code is not in this repository", args.span, foreign=True)


def _hand_over(machine: Machine, value: Value, span: Span, who: str, mutating: bool, args: Args, depth: int) -> None:
    for option in options(value):
        match option:
            case Closure():
                if id(option.code) not in machine.entered or machine.roles.get("session"):
                    machine.perhaps(partial(_call_back, machine, option, span, who, args.frame), often=True)
            case Instance(type=kind) if kind in _SPEAKS:
                machine.gap(f"the Pipes context is handed to {who}, which cannot be seen here", span)
            case Instance(type=kind) if mutating and kind in CHANGED:
                CHANGED[kind](machine, option)
            case Instance(type=kind) if kind in MAPPINGS:
                MAPPINGS[kind](machine, option, span)
            case Instance(type="iterator"):
                elements(machine, option, span)
            case Instance(type=kind, fields={"function": inner}) if kind in STANDS_FOR and depth < 3:
                _hand_over(machine, inner, span, who, mutating, args, depth + 1)
            case Bound(receiver=receiver) | Partial(function=receiver) if depth < 3:
                _hand_over(machine, receiver, span, who, mutating, args, depth + 1)
            case Sequence(items=items) if depth < 3:
                for each in items:
                    _hand_over(machine, each, span, who, mutating, args, depth + 1)
            case Reference(ident=ident):
                content = machine.content(option)
                if depth < 3:
                    _hand_over(machine, content, span, who, mutating, args, depth + 1)
                stop = Unknown(f"it is handed to {who}, which may change it", span)
                if mutating and all(isinstance(each, Mapping | Sequence) for each in options(content)):
                    machine.store.write(ident, join([_perhaps_more(each, stop) for each in options(content)]))
                elif mutating and isinstance(content, Instance) and content.type == "list":
                    machine.store.write(ident, Sequence((), complete=False))
                elif isinstance(content, Instance) and content.type == "object" and depth < 3:
                    for held in machine.store.attributes(ident).values() if machine.roles.get("session") else ():
                        if isinstance(held, Instance):
                            _hand_over(machine, held, span, who, False, args, depth + 1)
            case Mapping(slots=slots) if depth < 3:
                for slot in slots.values():
                    _hand_over(machine, slot.value, span, who, mutating, args, depth + 1)


def put_away(machine: Machine, value: Value, span: Span, frame: Frame) -> None:
    """Something is put where it cannot be followed, and may be called or spoken with from there."""
    if machine.roles.get("session"):
        _hand_over(machine, value, span, "something unknown", False, Args((), span, span, frame), 0)


def _perhaps_more(content: Value, stop: Unknown) -> Value:
    match content:
        case Mapping():
            return content._replace(stop=least_known(content.stop, stop))
        case Sequence():
            return content._replace(complete=False)
    return content


def _call_back(machine: Machine, function: Closure, span: Span, who: str, frame: Frame) -> Value:
    count = len([each for each in function.code.parameters if each.kind in ("plain", "positional")])
    count -= function.receiver is not None
    return machine.invoke(function, [Unknown(f"{who} passes it", span, foreign=True)] * count, span, frame)


_SPEAKS = frozenset({"dagster_pipes.PipesContext", "dagsterpipes.PipesContext"})
