"""R's functions that make a few numbers of many: `sum`, `mean`, `sd`, `median`, `quantile`.

R adds up in numbers of 64 significant bits, so a sum is known where no step of it takes more; what is computed further
is known where the last of those bits cannot change how the result is rounded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import Final

from ... import ir
from ...values import Instance, Known, Mapping, Sequence, Unknown, Value
from ..calls import arguments
from ..machine import NONE, SPECIAL, Args, Frame, Machine, library
from .values import computed, is_list, length_of, rank, scalars, several, some, take

_LARGEST: Final = 2**31 - 1
_SAYS_YES_OR_NO: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "not", "and", "or", "in", "not-in"})
_DOUBT: Final = Fraction(1, 2**58)
_UNREAD: Final = Unknown("its elements are not known", foreign=True)
Number = bool | int | float


# --- What is given --------------------------------------------------------------------------------------------------


def _summands(machine: Machine, node: ir.Call, frame: Frame) -> tuple[list[Value], Args]:
    """The values that are summed. A comparison is logical, whatever is compared."""
    args = arguments(machine, node, frame)
    nodes = {argument.value.span: argument.value for argument in node.arguments}
    values: list[Value] = []
    for arg in args.items:
        if arg.name == "na.rm":
            continue
        value = machine.content(arg.value)
        written = nodes.get(arg.where)
        if isinstance(value, Unknown) and isinstance(written, ir.Operation) and written.operator in _SAYS_YES_OR_NO:
            value = some("logical", single=False)
        values.append(value)
    return values, args


def numbers(machine: Machine, values: list[Value], args: Args) -> list[Number] | None:
    """The numbers of all these vectors, without the NAs that are to be left out; None if they are not all known."""
    leaves_out = args.get("na.rm")
    if args.loose or leaves_out not in (None, Known(True), Known(False)):
        return None
    found: list[Number] = []
    for value in values:
        elements = None if is_list(value) else scalars(machine, value, args.span)
        for each in [_UNREAD] if elements is None else elements:
            if leaves_out == Known(True) and isinstance(each, Known) and _is_gap(each.value):
                continue
            if not isinstance(each, Known) or not isinstance(each.value, Number) or not math.isfinite(each.value):
                return None
            found.append(each.value)
    return found


def _is_gap(plain: object) -> bool:
    return isinstance(plain, ir.Missing) or isinstance(plain, float) and math.isnan(plain)


def widest(values: list[Value]) -> int | None:
    """The place in R's order of types to which all of these are turned."""
    ranks = [_rank(value) for value in values]
    return None if None in ranks else max((each for each in ranks if each is not None), default=0)


def _rank(value: Value) -> int | None:
    match value:
        case Sequence(kind="vector", items=items, complete=True):
            ranks = [rank(each) for each in items]
        case Mapping(kind="vector", slots=slots, stop=None):
            ranks = [rank(slot.value) for slot in slots.values()]
        case _:
            return rank(value)
    return None if None in ranks else max((each for each in ranks if each is not None), default=0)


def gap(machine: Machine, values: list[Value], args: Args) -> ir.Missing | None:
    """The NA that a fold of these certainly is; None if it may be anything else."""
    if args.loose or "na.rm" in args.named:
        return None
    found = [scalars(machine, value, args.span) or [] for value in values]
    if not any(isinstance(each, Known) and isinstance(each.value, ir.Missing) for row in found for each in row):
        return None
    kind = widest(values)
    if kind is None:
        return None
    return ir.Missing("real" if kind == 2 else "character" if kind == 3 else "integer")


# --- Exactly --------------------------------------------------------------------------------------------------------


def total(plain: Iterable[Number]) -> Fraction | None:
    """A sum as R has it before it is rounded; None if more digits would be needed on the way."""
    parts = [Fraction(each) for each in plain]
    unit = max((each.denominator for each in parts), default=1)
    steps = accumulate(int(each * unit) for each in parts)
    return sum(parts, Fraction(0)) if all(abs(step) < 2**63 for step in steps) else None


def rounded(exact: Fraction | None) -> float | None:
    """A result as a double, if what R may be off by does not change how it is rounded."""
    if exact is None or abs(exact) > 2**1000:
        return None
    below, above = float(exact - exact * _DOUBT), float(exact + exact * _DOUBT)
    return above if below == above else None


def _mean_of(plain: list[Number]) -> float | None:
    whole = total(plain)
    return rounded(whole / len(plain)) if whole is not None and plain else None


def _variance(plain: list[Number]) -> float | None:
    mean = _mean_of(plain)
    if mean is None or Fraction(mean) * len(plain) != total(plain):
        return None
    off = [Fraction(each) - Fraction(mean) for each in plain]
    return rounded(sum((each * each for each in off), Fraction(0)) / (len(plain) - 1))


# --- sum and mean ---------------------------------------------------------------------------------------------------


def _sum(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    values, args = _summands(machine, node, frame)
    missing = gap(machine, values, args)
    if missing is not None:
        return Known(missing, node.span)
    kind = None if args.loose else widest(values)
    plain = [numbers(machine, [value], args) for value in values]
    if None not in plain:
        exact = [total(each or ()) for each in plain]
        if None in exact:
            return some("numeric")
        if kind == 2 or any(isinstance(each, float) for row in plain for each in row or ()):
            return Known(sum(float(each or 0) for each in exact), node.span)  # each argument is rounded by itself
        whole = int(sum(each or 0 for each in exact))
        return Known(whole, node.span) if abs(whole) <= _LARGEST else some("integer")
    if kind is None or kind == 3:
        return Unknown("it is a sum of something unknown", node.span, foreign=True)
    return some("integer" if kind < 2 else "numeric")


def _mean(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    values, args = _summands(machine, node, frame)
    if gap(machine, values[:1], args) is not None:
        return Known(ir.Missing("real"), node.span)
    others = [arg for arg in args.items if arg.name != "na.rm"]
    plain = numbers(machine, values[:1], args) if len(others) == 1 else None
    found = _mean_of(plain) if plain else None
    if found is not None:
        return Known(found, node.span)
    if values and not is_list(values[0]) and widest(values[:1]) in (0, 1, 2):
        return some("numeric")
    return Unknown("it is the mean of something unknown", node.span, foreign=True)


SPECIAL["base.sum"] = _sum
SPECIAL["base.mean"] = _mean


# --- Others of one vector -------------------------------------------------------------------------------------------


def _first(machine: Machine, args: Args) -> Value:
    return machine.content(args.items[0].value) if args.items else NONE


def _spread(name: str, change: Callable[[float], float]) -> None:
    """`var` and `sd`: of one number there is none."""

    def apply(machine: Machine, args: Args) -> Value:
        value = _first(machine, args)
        if len([arg for arg in args.items if arg.name != "na.rm"]) != 1 or is_list(value):
            return computed(args) if name == "var" else some("numeric")
        plain = numbers(machine, [value], args)
        alone = length_of(machine, value) == 1 and rank(value) in (0, 1, 2)
        if alone or gap(machine, [value], args) is not None or plain is not None and len(plain) < 2:
            return Known(ir.Missing("real"), args.span)
        found = _variance(plain) if plain else None
        if found is not None:
            return Known(change(found), args.span)
        table = isinstance(value, Instance) and value.type == "r:matrix" or isinstance(value, Unknown)
        return computed(args) if name == "var" and table else some("numeric", whole=plain is not None)

    library(f"base.{name}")(apply)


_spread("var", lambda variance: variance)
_spread("sd", math.sqrt)


@library("base.median")
def median(machine: Machine, args: Args) -> Value:
    """The middle one, or the mean of two."""
    value = _first(machine, args)
    plain = numbers(machine, [value], args) if all(arg.name in (None, "x", "na.rm") for arg in args.items) else None
    if plain and len([arg for arg in args.items if arg.name != "na.rm"]) == 1:
        ordered = sorted(plain)
        middle = ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]
        if len(middle) == 1:
            kind = int if widest([value]) == 1 else float
            return Known(middle[0] if isinstance(middle[0], bool) else kind(middle[0]), args.span)
        found = _mean_of(middle)
        if found is not None:
            return Known(found, args.span)
    kinds = {rank(each) for each in scalars(machine, value, args.span) or (value,)}
    if kinds and kinds <= {0, 1, 2}:
        return some("numeric")
    return some("numeric") if isinstance(value, Instance) and value.type == "r:numeric" else computed(args)


@library("base.quantile")
def quantile(machine: Machine, args: Args) -> Value:
    """As many numbers as there are probabilities."""
    taken = take(args, "x", "probs", "na.rm", "names", "type")
    given = taken.get("probs")
    count = 5 if given is None and not taken.loose else length_of(machine, given) if given is not None else None
    if count == 1:
        return some("numeric")
    return some("numeric", single=False) if count is None else some("numeric", length=count)


@library("base.range")
def range_(machine: Machine, args: Args) -> Value:
    values = [machine.content(arg.value) for arg in args.items if arg.name != "na.rm"]
    plain = numbers(machine, values, args)
    kind = widest(values)
    if plain and kind in (1, 2):
        made = [int(each) if kind == 1 else float(each) for each in (min(plain), max(plain))]
        return Sequence(tuple(Known(each, args.span) for each in made), "vector")
    return several("numeric" if kind == 2 else "integer", 2) if kind in (1, 2) else computed(args)


@library("base.diff")
def difference(machine: Machine, args: Args) -> Value:
    value = _first(machine, args)
    plain = numbers(machine, [value], args) if len(args.items) == 1 else None
    kind = widest([value])
    if plain and kind in (1, 2):
        made = [Known(after - before, args.span) for before, after in pairwise(plain)]
        return made[0] if len(made) == 1 else Sequence(tuple(made), "vector")
    return computed(args)


@library("base.prod")
def product_of(machine: Machine, args: Args) -> Value:
    """Always a double."""
    values = [machine.content(arg.value) for arg in args.items if arg.name != "na.rm"]
    plain = numbers(machine, values, args)
    if plain is not None:
        exact = math.prod(Fraction(each) for each in plain)
        return Known(float(exact), args.span) if abs(exact.numerator) < 2**53 else some("numeric")
    return some("numeric") if widest(values) in (0, 1, 2) else computed(args)


@library("base.cumsum")
def running_sum(machine: Machine, args: Args) -> Value:
    value = _first(machine, args)
    plain = numbers(machine, [value], args)
    kind = widest([value])
    if plain and kind in (1, 2) and total(plain) is not None:
        steps = list(accumulate(Fraction(each) for each in plain))
        if kind == 2 or max(map(abs, steps)) <= _LARGEST:
            made = [Known(int(each) if kind == 1 else float(each), args.span) for each in steps]
            return made[0] if len(made) == 1 else Sequence(tuple(made), "vector")
    return several("numeric", length_of(machine, value)) if kind in (0, 1, 2) else computed(args)


def _random(names: str, kind: str) -> None:
    """As many as are asked for."""

    def apply(machine: Machine, args: Args) -> Value:
        count = _count(machine, args.items[0].value) if args.items and args.items[0].name in (None, "n") else None
        return several(kind, count, whole=True)

    library(*(f"base.{name}" for name in names.split()))(apply)


def _count(machine: Machine, value: Value) -> int | None:
    match machine.content(value):
        case Known(value=int() | float() as number) if not isinstance(number, bool) and math.isfinite(number):
            return int(number)
        case Sequence(kind="vector", items=items, complete=True):
            return len(items)
    return None


_random("runif rnorm rexp rgamma rbeta rt rchisq rlnorm rcauchy rweibull rlogis", "numeric")
_random("rpois rbinom rgeom", "integer")
