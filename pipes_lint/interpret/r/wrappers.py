"""R's functions that make functions of functions: `Negate`, `possibly`, `partial`, `compose`."""

from __future__ import annotations

from collections.abc import Callable

from ...values import Closure, Instance, Known, Partial, Sequence, Value
from ..guard import guard
from ..machine import CALLS, NONE, Arg, Args, Machine, library
from ..truth import truth
from .functional import apply_several, as_function
from .values import computed, named, parts, plain_texts, some, take

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
    """Goes through those arguments that it was told to go through, by default all; the others are handed on whole."""
    inner = function.fields["function"]
    formals = [each.name for each in inner.code.parameters] if isinstance(inner, Closure) else []
    told = function.fields.get("vectorize.args", function.fields.get("otherwise"))
    names = plain_texts(machine, told, args.span) if told is not None else [each for each in formals if each != "..."]
    if names is None or told is not None and not formals:
        machine.gap("which arguments a function goes through is not known", args.callee_span)
        return computed(args)
    items = list(args.items)
    if formals:
        taken = take(args, *formals)
        items = [arg._replace(name=name) for name, arg in taken.by_name.items()] + list(taken.rest)
    through = [arg for arg in items if not formals or arg.name in names]
    whole = [arg for arg in items if formals and arg.name not in names]
    found = [parts(machine, arg.value, args.span) for arg in through]
    if through and all(each is not None and len(each) == 1 for each in found):
        return machine.call(inner, args._replace(items=(*through, *whole)))
    if any(arg.name is None for arg in whole):
        machine.gap("what a function that goes through vectors is given is not known", args.callee_span)
        return computed(args)
    more = named([(arg.name, arg.value) for arg in whole], "list", args.span)
    options = {"FUN": inner, "MoreArgs": more, "SIMPLIFY": function.fields.get("SIMPLIFY", Known(True))}
    given = (*through, *(Arg(value, args.span, name) for name, value in options.items()))
    return apply_several(machine, args._replace(items=given), "simple", "mapply")


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
