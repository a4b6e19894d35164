"""`contextvars`: variables that a whole call and all that it calls can see."""

from __future__ import annotations

from typing import Final

from ...values import Bound, Instance, Value
from ..machine import METHODS, NONE, Args, Machine, library
from ..plain import computed

_VARIABLE: Final = "contextvars.ContextVar"


@library("contextvars.ContextVar")
def make(machine: Machine, args: Args) -> Value:
    default = args.get("default")
    return Instance(_VARIABLE, {} if default is None else {"default": default}, machine.store.ident())


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    made = bound.receiver
    if not isinstance(made, Instance):
        return None
    cell = (_VARIABLE, made.ident)
    before = machine.store.read(cell)
    match bound.name, args.positional:
        case "set", (value,):
            machine.store.write(cell, value)
            return Instance("contextvars.Token", {} if before is None else {"old_value": before})
        case "get", rest:
            default = rest[0] if rest else made.fields.get("default")
            return before or default or computed(args.span)
        case "reset", (Instance(type="contextvars.Token", fields=fields),):
            machine.store.write(cell, fields.get("old_value"))
            return NONE
    return computed(args.span)


METHODS[_VARIABLE] = _method


@library("contextvars.copy_context")
def copied_context(machine: Machine, args: Args) -> Value:
    return Instance("contextvars.Context")


def _of_context(machine: Machine, bound: Bound, args: Args) -> Value | None:
    if bound.name == "run" and args.items and args.items[0].name is None:
        return machine.call(args.items[0].value, args._replace(items=args.items[1:]))
    return computed(args.span)


METHODS["contextvars.Context"] = _of_context
