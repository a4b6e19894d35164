"""`functools.singledispatch`: which of several functions runs is told by the type of the first argument."""

from __future__ import annotations

import builtins
from typing import Final

from ... import ir
from ...source import Span
from ...values import (
    Bound,
    ClassObject,
    Closure,
    Instance,
    Known,
    Mapping,
    OneOf,
    Sequence,
    Symbol,
    Template,
    Value,
)
from ..classes import STANDS_FOR, order
from ..machine import CALLS, MEMBERS, METHODS, NONE, Args, Frame, Machine, library
from ..members import member
from ..plain import computed

DISPATCH: Final = "functools.singledispatch"


@library("functools.singledispatch", "functools.singledispatchmethod")
def single_dispatch(machine: Machine, args: Args) -> Value:
    if not args.positional:
        return computed(args.span)
    made = Instance(DISPATCH, {"function": args.positional[0]}, machine.store.ident())
    machine.store.write(_cell(made), Sequence((), "list"))
    return made


def _cell(made: Instance) -> tuple[str, int]:
    return DISPATCH, made.ident


STANDS_FOR.add(DISPATCH)


# --- registering ----------------------------------------------------------------------------------------------------


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    made = bound.receiver
    if bound.name != "register" or not isinstance(made, Instance) or not args.positional:
        return computed(args.span)
    first, *rest = args.positional
    if rest:
        return _register(machine, made, first, rest[0])
    if isinstance(first, Closure):
        return _register(machine, made, _annotated(machine, first, args.frame), first)
    return Instance("functools.singledispatch.register", {"of": made, "kind": first})


def _register(machine: Machine, made: Instance, kind: Value, function: Value) -> Value:
    known = machine.store.read(_cell(made))
    pair = Sequence((kind, function), "tuple")
    kept = known if isinstance(known, Sequence) else Sequence((), "list", complete=False)
    machine.store.write(_cell(made), kept.followed_by((pair,)))
    return function


def _annotated(machine: Machine, function: Closure, frame: Frame) -> Value:
    """The type that the first annotation names, or several in a tuple."""
    plain = [each for each in function.code.parameters if each.kind in ("plain", "positional")]
    first = next((each.annotation for each in plain if each.annotation is not None), None)
    return NONE if first is None else Sequence(tuple(_kinds(machine, first, frame)), "tuple")


def _kinds(machine: Machine, node: ir.Node, frame: Frame) -> list[Value]:
    match node:
        case ir.Operation(operator="|", operands=parts):
            return [kind for part in parts for kind in _kinds(machine, part, frame)]
        case ir.Literal(value=None):
            return [Symbol("builtins.NoneType")]
        case ir.Literal():
            return [computed(node.span)]
    return [machine.eval(node, frame)]


METHODS[DISPATCH] = _method
CALLS["functools.singledispatch.register"] = lambda machine, made, args: (
    _register(machine, made.fields["of"], made.fields["kind"], args.positional[0])  # type: ignore[arg-type]
    if args.positional
    else NONE
)


def _member(machine: Machine, made: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if name in ("register", "dispatch", "registry"):
        return Bound(made, name, span)
    return member(machine, made.fields["function"], name, span, frame)


MEMBERS[DISPATCH] = _member


# --- calling --------------------------------------------------------------------------------------------------------


def _call(machine: Machine, made: Instance, args: Args) -> Value:
    known = machine.store.read(_cell(made))
    if not args.positional or not isinstance(known, Sequence) or not known.complete:
        return machine.gap("which of several functions is called here is not known", args.callee_span)
    subject = args.positional[0]
    if isinstance(subject, OneOf):

        def with_one(option: Value) -> Value:
            first, *rest = args.items
            return _call(machine, made, args._replace(items=(first._replace(value=option), *rest)))

        return machine.any_of(subject.options, with_one)
    pairs = [(kind, each.items[1]) for each in known.items if isinstance(each, Sequence) for kind in _each(each)]
    base = made.fields["function"]
    found = _chosen(machine.content(subject), pairs, base)
    if found is None:
        return machine.any_of((*(function for _, function in pairs), base), lambda one: _run(machine, one, base, args))
    return _run(machine, found, base, args)


def _each(pair: Sequence) -> tuple[Value, ...]:
    kind = pair.items[0]
    return kind.items if isinstance(kind, Sequence) else (kind,)


def _chosen(subject: Value, pairs: list[tuple[Value, Value]], base: Value) -> Value | None:
    """The function for something of this type; None if that cannot be told."""
    above = _types(subject)
    if above is None:
        return None
    concrete = all(_is_concrete(kind) for kind, _ in pairs)
    for place, kind in enumerate(above):
        found = [function for registered, function in pairs if registered == kind]
        if found:
            return found[-1] if place == 0 or concrete else None
    return base if concrete else None


def _is_concrete(kind: Value) -> bool:
    """Whether nothing is of this type but what inherits from it."""
    return isinstance(kind, ClassObject) or isinstance(kind, Symbol) and kind.name.startswith("builtins.")


def _types(subject: Value) -> list[Value] | None:
    """The type of a value and all above it; None if that is not known."""
    match subject:
        case Known(value=ir.Missing()):
            return None
        case Known(value=plain) if type(plain).__module__ == "builtins":
            return [Symbol(f"builtins.{kind.__name__}") for kind in type(plain).__mro__]
        case Instance(type="str" | "int" | "float" | "bool" | "bytes" as name):
            return [Symbol(f"builtins.{kind.__name__}") for kind in getattr(builtins, name).__mro__]
        case Template(path=False):
            return [Symbol("builtins.str"), Symbol("builtins.object")]
        case Sequence(kind="list" | "tuple" as name):
            return [Symbol(f"builtins.{name}"), Symbol("builtins.object")]
        case Mapping(kind="dict"):
            return [Symbol("builtins.dict"), Symbol("builtins.object")]
        case Instance(type="object", fields={"class": made}):
            above = order(made)
            return above if all(isinstance(each, ClassObject | Symbol) for each in above) else None
    return None


def _run(machine: Machine, function: Value, base: Value, args: Args) -> Value:
    """Runs one of the functions, as the method of the same object if the first is one."""
    if isinstance(function, Closure) and isinstance(base, Closure) and function.receiver is None:
        function = function._replace(receiver=base.receiver, owner=base.owner)
    return machine.call(function, args)


CALLS[DISPATCH] = _call
