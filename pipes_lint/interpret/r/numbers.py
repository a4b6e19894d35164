"""R's functions that count and compute."""

from __future__ import annotations

import math
from collections.abc import Callable

from ... import ir
from ...values import (
    Instance,
    Known,
    OneOf,
    Sequence,
    Unknown,
    Value,
    options,
)
from ..calls import arguments
from ..machine import NONE, SPECIAL, Arg, Args, Frame, Machine, library
from ..text import product
from ..truth import truth
from .statistics import gap, numbers, widest
from .values import (
    NOT_PASSED,
    RANKS,
    computed,
    elementwise,
    first,
    is_list,
    length_of,
    parts,
    rank,
    scalars,
    some,
    take,
)

# --- Numbers --------------------------------------------------------------------------------------------------------


@library("base.length", "base.NROW", "base.vec_size")
def length(machine: Machine, args: Args) -> Value:
    value = first(args)
    machine.excuse(value)

    def make(chosen: list[Value]) -> Value:
        found = length_of(machine, chosen[0])
        return some("integer", whole=True) if found is None else Known(found, args.span)

    return product([machine.content(value)], make)


def _extreme(choose: Callable[[list[float]], float]) -> Callable[[Machine, Args], Value]:
    def apply(machine: Machine, args: Args) -> Value:
        values = [machine.content(arg.value) for arg in args.items if arg.name != "na.rm"]
        plain = numbers(machine, values, args)
        kind = None if args.loose else widest(values)
        if any(scalars(machine, value, args.span) == [] for value in values):
            return computed(args)
        missing = gap(machine, values, args)
        if missing is not None:
            return Known(missing, args.span)
        if plain:
            found = choose([float(each) for each in plain])
            return Known(found if kind == 2 else int(found), args.span)
        if plain is None and kind is not None:
            return some("character" if kind == 3 else "numeric") if kind > 1 else computed(args)
        return computed(args)

    return apply


library("base.max")(_extreme(max))
library("base.min")(_extreme(min))


def _typed_like(value: Value) -> Value:
    """A number; whether rounding an integer gives one again depends on the function and on R's version."""
    match value:
        case Known(value=bool() | int() | float()):
            return some("numeric")
        case Instance(type="r:numeric"):
            return value
        case Instance(type="r:integer", fields=fields):
            return Instance("r:numeric", fields)
        case OneOf(options=several) if len({kind for each in several if (kind := rank(each)) is not None}) == 1:
            return _typed_like(several[0])
    return Unknown("it is computed", foreign=True)


def _rounding(name: str, change: Callable[[float], float]) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        value = machine.content(first(args))

        def each(one: Value) -> Value:
            match one:
                case Known(value=float() as number) if math.isfinite(number):
                    return Known(math.copysign(float(change(number)), number), args.span)
            return _typed_like(one)

        digits = take(args, "x", "digits").known("digits", 0)
        if parts(machine, value, args.span) is None or is_list(value):
            return _typed_like(value)
        if name == "round" and isinstance(digits, int | float) and digits != 0:

            def to_digits(one: Value) -> Value:
                match one:
                    case Known(value=float() as number) if math.isfinite(number) and 0 < digits < 12:
                        scaled = abs(number) * 10.0**digits
                        if scaled < 2**50 and abs(scaled % 1 - 0.5) > 1e-4:
                            return Known(round(number, int(digits)), args.span)
                return _typed_like(one)

            return elementwise(machine, args, value, to_digits)
        if isinstance(machine.content(take(args, "x", "digits").get("digits") or NONE), Sequence):
            return some("numeric", single=False)
        if digits != 0 and name != "abs":
            return _typed_like(value)
        return elementwise(machine, args, value, each)

    library(f"base.{name}")(apply)


_rounding("round", round)
_rounding("floor", math.floor)
_rounding("ceiling", math.ceil)
_rounding("trunc", math.trunc)


@library("base.abs")
def absolute(machine: Machine, args: Args) -> Value:
    def each(one: Value) -> Value:
        match one:
            case Known(value=bool() as plain):
                return Known(int(plain), args.span)
            case Instance(type="r:integer"):
                return one
            case Known(value=int() | float() as number):
                return Known(abs(number), args.span)
        return _typed_like(one)

    value = machine.content(first(args))
    return _typed_like(value) if parts(machine, value, args.span) is None else elementwise(machine, args, value, each)


def _all(wanted: bool) -> Callable[[Machine, Args], Value]:
    """`all` (of which a FALSE decides) and `any` (of which a TRUE does)."""

    def apply(machine: Machine, args: Args) -> Value:
        answers: set[bool | None] = set()
        gap = False
        for arg in args.items:
            if arg.name == "na.rm":
                continue
            found = scalars(machine, arg.value, args.span)
            if found is None or is_list(machine.content(arg.value)):
                answers.add(None)
            for each in found or ():
                plain = (
                    isinstance(each, Known) and isinstance(each.value, bool | int | float) and each.value == each.value
                )
                if isinstance(each, Known) and isinstance(each.value, ir.Missing):
                    gap = True
                else:
                    answers.add(truth(machine, each) if plain else None)
        if (not wanted) in answers:
            return Known(not wanted, args.span)
        if gap and None not in answers and not args.loose and args.get("na.rm") != Known(True):
            return Known(ir.Missing("logical"), args.span) if "na.rm" not in args.named else some("logical")
        return some("logical") if None in answers or args.loose else Known(wanted, args.span)

    return apply


library("base.all")(_all(True))
library("base.any")(_all(False))


@library("base.xor")
def xor(machine: Machine, args: Args) -> Value:
    plain = all(isinstance(value, Known) and isinstance(value.value, bool) for value in args.positional)
    answers = [truth(machine, value) for value in args.positional]
    if plain and len(answers) == 2 and None not in answers:
        return Known(answers[0] is not answers[1], args.span)
    return some("logical", single=False)


def lazy_if_else(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """`ifelse` works out only the answers that its test asks for."""
    places = [argument for argument in node.arguments if argument.name is None and not argument.spread]
    named = {argument.name: argument for argument in node.arguments if argument.name}
    wanted = [named.get(name) or (places.pop(0) if places else None) for name in ("test", "yes", "no")]
    test, yes, no = wanted
    if test is None or yes is None or no is None:
        return if_else(machine, arguments(machine, node, frame))
    value = machine.eval(test.value, frame)
    if isinstance(value, Known) and isinstance(value.value, bool):
        chosen = machine.content(machine.eval((yes if value.value else no).value, frame))
        return (
            chosen
            if isinstance(chosen, Known) and chosen.value is not None
            else Unknown("it is computed", node.span, foreign=True)
        )
    items = (Arg(value, test.span), *(Arg(machine.eval(each.value, frame), each.span) for each in (yes, no)))
    return if_else(machine, Args(items, node.span, node.function.span, frame))


SPECIAL["base.ifelse"] = lazy_if_else


@library("base.ifelse", "base.if_else")
def if_else(machine: Machine, args: Args) -> Value:
    taken = take(args, "test", "yes", "no", "missing")
    value = machine.content(taken.get("test") or NOT_PASSED)
    yes, no = taken.get("yes"), taken.get("no")
    if yes is None or no is None:
        return computed(args)
    known = truth(machine, value) if isinstance(value, Known) and isinstance(value.value, bool) else None
    single = isinstance(value, Known) or (isinstance(value, Instance) and value.fields.get("length") == Known(1))
    both = [machine.content(each) for each in (yes, no)]
    kinds = {rank(option) for each in both for option in options(each)}
    if not single or not all(isinstance(option, Known) for each in both for option in options(each)):
        return _either(kinds, value, single, args)
    if any(option == NONE for each in both for option in options(each)):
        return computed(args)
    if known is not None:
        return both[0] if known else both[1]
    from ...values import join

    known_test = isinstance(value, Instance) and "missing" in value.fields
    return join(both) if known_test else _either(kinds, value, single, args)


def _either(kinds: set[int | None], test: Value, single: bool, args: Args) -> Value:
    """As many answers as there are questions, of the type that both answers have; NA where the question is."""
    kind = kinds.pop() if len(kinds) == 1 else None
    logical = isinstance(test, Instance) and test.type == "r:logical"
    return computed(args) if kind is None or not logical else some(RANKS[kind], single=single)
