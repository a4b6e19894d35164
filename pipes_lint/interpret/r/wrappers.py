"""R's functions that make functions of functions: `Negate`, `possibly`, `partial`, `compose`."""

from __future__ import annotations

from collections.abc import Callable

from ...values import Instance, Known, Partial, Sequence, Value
from ..guard import guard
from ..machine import CALLS, NONE, Arg, Args, Machine, library
from ..truth import truth
from .functional import apply_several, as_function
from .values import computed, parts, some

# --- Functions of functions -----------------------------------------------------------------------------------------


def _wrapper(names: str, kind: str) -> None:
    """A function that gives a changed function. `CALLS` says what calling that does."""

    def apply(machine: Machine, args: Args) -> Value:
        if not args.items:
            return computed(args)
        rest = {arg.name or "otherwise": arg.value for arg in args.items[1:]}
        return Instance(kind, {**rest, "function": as_function(machine, args.items[0].value, args)}, span=args.span)

    library(*(f"base.{name}" for name in names.split()))(apply)


_wrapper("Negate negate", "r:function.negated")
_wrapper("possibly", "r:function.possibly")
_wrapper("safely quietly", "r:function.safely")
_wrapper("insistently slowly memoise auto_browse", "r:function.same")
_wrapper("Vectorize", "r:function.vectorized")


def _negated(machine: Machine, function: Instance, args: Args) -> Value:
    known = truth(machine, machine.call(function.fields["function"], args))
    return some("logical", single=False) if known is None else Known(not known, args.span)


def _same(machine: Machine, function: Instance, args: Args) -> Value:
    return machine.call(function.fields["function"], args)


def attempt(machine: Machine, run: Callable[[], Value], otherwise: Value) -> Value:
    """Runs what may fail without failing the program."""
    log = len(machine.log)

    def tried() -> Value:
        return machine.meet([way for way in machine.region(run, "raise") if way.kind == "end"])

    machine.swallowing.append(True)
    try:
        value = machine.choose([tried, lambda: otherwise])
    finally:
        machine.swallowing.pop()
    guard(machine, log, len(machine.log), frozenset({"*"}))
    return value


def _possibly(machine: Machine, function: Instance, args: Args) -> Value:
    otherwise = function.fields.get("otherwise", NONE)
    return attempt(machine, lambda: machine.call(function.fields["function"], args), otherwise)


def _safely(machine: Machine, function: Instance, args: Args) -> Value:
    attempt(machine, lambda: machine.call(function.fields["function"], args), NONE)
    return computed(args, "it may have failed")


def _vectorized(machine: Machine, function: Instance, args: Args) -> Value:
    found = [parts(machine, arg.value, args.span) for arg in args.items]
    if all(each is not None and len(each) == 1 for each in found):
        return machine.call(function.fields["function"], args)
    items = (Arg(function.fields["function"], args.span, "FUN"), *args.items)
    return apply_several(machine, args._replace(items=items), "simple", "mapply")


CALLS["r:function.negated"] = _negated
CALLS["r:function.possibly"] = _possibly
CALLS["r:function.safely"] = _safely
CALLS["r:function.same"] = _same
CALLS["r:function.vectorized"] = _vectorized


@library("base.partial")
def partial(machine: Machine, args: Args) -> Value:
    if not args.items or args.loose:
        return computed(args)
    function = as_function(machine, args.items[0].value, args)
    rest = args.items[1:]
    return Partial(
        function,
        tuple(arg.value for arg in rest if arg.name is None),
        tuple((arg.name, arg.value) for arg in rest if arg.name is not None),
    )


@library("purrr.compose", "base.compose")
def compose(machine: Machine, args: Args) -> Value:
    functions = tuple(as_function(machine, arg.value, args) for arg in args.items if arg.name is None)
    if args.named:
        return computed(args)
    return Instance("r:function.composed", {"functions": Sequence(functions, "list")})


def _composed(machine: Machine, function: Instance, args: Args) -> Value:
    functions = function.fields["functions"]
    assert isinstance(functions, Sequence)
    first, *others = reversed(functions.items)
    value = machine.call(first, args)
    for each in others:
        value = machine.invoke(each, [value], args.span, args.frame)
    return value


CALLS["r:function.composed"] = _composed
