"""Functions that keep their results: the body runs once for each set of arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from ... import ir
from ...source import Span
from ...values import (
    Bound,
    Closure,
    Instance,
    Key,
    Known,
    Mapping,
    Reference,
    Sequence,
    Slot,
    Unknown,
    Value,
    join,
)
from ..classes import STANDS_FOR
from ..keys import object_key
from ..machine import CALLS, DECORATORS, MEMBERS, METHODS, NONE, Args, Frame, Machine, library
from ..members import member
from ..plain import computed

KEPT: Final = "functools.cache"
_OTHERS: Final = re.compile(r"cache|memoi|(^|_)once(_|$)|singleton", re.IGNORECASE)
"""What stands in the name of a decorator of somebody's that may keep results."""

Told = tuple[Any, ...]
_ANY: Final[Told] = ("any",)
"""The arguments of a call that cannot be told from others."""


def keeping(machine: Machine, function: Value, most: Value) -> Value:
    """A function that keeps `most` results (None: all)."""
    made = Instance(KEPT, {"function": function, "most": most}, machine.store.ident())
    machine.store.write(_cell(made), Mapping({}))
    return made


def _cell(made: Instance) -> tuple[str, int]:
    return KEPT, made.ident


@library("functools.cache")
def cache(machine: Machine, args: Args) -> Value:
    return keeping(machine, args.positional[0], NONE) if args.positional else computed(args.span)


@library("functools.lru_cache")
def lru_cache(machine: Machine, args: Args) -> Value:
    """`@lru_cache` or `@lru_cache(maxsize=…)`."""
    first = args.get("maxsize", 0)
    if first is not None and not isinstance(machine.content(first), Known | Unknown):
        return keeping(machine, first, Known(128))
    return Instance("functools.lru_cache", {"most": Known(128) if first is None else machine.content(first)})


CALLS["functools.lru_cache"] = lambda machine, made, args: (
    keeping(machine, args.positional[0], made.fields["most"]) if args.positional else computed(args.span)
)


def _by_somebody(machine: Machine, name: str, function: Value) -> Value | None:
    """A library's decorator, which by its name may make a function keep its results; how many, nobody knows."""
    if not isinstance(function, Closure) or not _OTHERS.search(name.rpartition(".")[2]):
        return None
    return keeping(machine, function, Unknown("a library knows it", foreign=True))


DECORATORS.append(_by_somebody)


# --- calling --------------------------------------------------------------------------------------------------------


def _call(machine: Machine, made: Instance, args: Args) -> Value:
    """Runs the body, unless the result for these arguments is kept."""
    function = made.fields["function"]
    kept = machine.content(machine.store.read(_cell(made)) or NONE)
    slots: dict[Key, Slot] = (
        kept.slots if isinstance(kept, Mapping) else {_ANY: Slot(Unknown("what it has kept is not known"))}
    )
    told = _told(machine, function, args) or _ANY
    slot = slots.get(told)
    if slot is not None and slot.always and told != _ANY and _has_room(made, len(slots)):
        return slot.value
    candidates = [each.value for key, each in slots.items() if not _differ(told, key)]

    def run() -> Value:
        return machine.call(function, args)

    if machine.loops and told != _ANY:
        return _once(machine, run)  # in one of the rounds
    result = machine.choose([run, lambda: join(candidates)]) if candidates else run()
    before = [slot.value] if told == _ANY and slot is not None else []
    entries: dict[Key, Slot] = {**slots, told: Slot(join([result, *before]))}
    machine.store.write(_cell(made), Mapping(entries))
    return result


CALLS[KEPT] = _call
STANDS_FOR.add(KEPT)


def _once(machine: Machine, run: Callable[[], Value]) -> Value:
    """Runs something that happens once in a loop, if the loop runs at all."""
    loops, path = machine.loops, machine.path
    machine.loops, machine.path = (), (*path, (machine.store.ident(), 0))
    try:
        return run()
    finally:
        machine.loops, machine.path = loops, path


def _has_room(made: Instance, count: int) -> bool:
    """Whether no result has been forgotten yet."""
    match made.fields["most"]:
        case Known(value=None):
            return True
        case Known(value=int() as most):
            return count <= most
    return False


def _told(machine: Machine, function: Value, args: Args) -> Told | None:
    """The arguments by what tells them from others; None if one cannot be told."""
    if args.loose:
        return None
    receiver = (function.receiver,) if isinstance(function, Closure) and function.receiver is not None else ()
    places = [_key(machine, value) for value in (*receiver, *args.positional)]
    names = [(name, _key(machine, value)) for name, value in args.named.items()]
    if None in places or any(key is None for _, key in names):
        return None
    return ("call", tuple(places), tuple(names))


def _key(machine: Machine, value: Value) -> Told | None:
    match value:
        case Known(value=ir.Missing()):
            return None
        case Known(value=plain):
            return ("plain", plain)
        case Sequence(kind="tuple", complete=True, items=items):
            parts = [_key(machine, item) for item in items]
            return None if None in parts else ("tuple", *parts)
        case Reference(ident=ident):
            return ("object", ident)
        case Instance(ident=ident) if ident:
            return ("object", ident)
        case _:
            own = object_key(value)
            return None if own is None else ("own", own)


def _differ(one: Any, other: Any) -> bool:
    """Whether two sets of arguments are certainly not equal."""
    match one, other:
        case ("any",), _:
            return False
        case _, ("any",):
            return False
        case ("call", places, names), ("call", other_places, other_names):
            return _differ(("tuple", *places), ("tuple", *other_places)) or _named_differ(names, other_names)
        case ("tuple", *parts), ("tuple", *other_parts):
            same = len(parts) == len(other_parts)
            return not same or any(_differ(*pair) for pair in zip(parts, other_parts, strict=True))
        case ((("plain", _) | ("own", _)), (("plain", _) | ("own", _))):
            return bool(one != other)
        case ("object", _), _:
            return False
    return True


def _named_differ(names: tuple[tuple[str, Told], ...], others: tuple[tuple[str, Told], ...]) -> bool:
    if [name for name, _ in names] != [name for name, _ in others]:
        return True
    return any(_differ(key, other) for (_, key), (_, other) in zip(names, others, strict=True))


# --- what else can be asked of it -----------------------------------------------------------------------------------


def _member(machine: Machine, made: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if name in ("cache_clear", "cache_info", "cache_parameters"):
        return Bound(made, name, span)
    function = made.fields["function"]
    return function if name == "__wrapped__" else member(machine, function, name, span, frame)


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    if bound.name != "cache_clear" or not isinstance(bound.receiver, Instance):
        return computed(args.span)
    machine.store.write(_cell(bound.receiver), Mapping({}))
    return NONE


MEMBERS[KEPT] = _member
METHODS[KEPT] = _method
