"""R's operators on values of which no more than the type is known, its moments and spans of time among them."""

from __future__ import annotations

import math
from typing import Final

from ... import ir
from ...values import Instance, Known, Sequence, Value, options
from ..machine import CONSTANTS, ITEMS, OPERATORS, Args, Machine, library
from .dates import SPAN, on_dates
from .types import is_single
from .values import RANKS, computed, elementwise, rank, some

_COMPARED: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})
_COMPUTED: Final = frozenset({"+", "-", "*", "/", "//", "%", "**"})
_MOMENTS: Final = ("r:Date", "r:POSIXct")
_CLOCK: Final = Instance("r:proc_time")


def _is_whole(value: Value) -> bool:
    """Whether a value is certainly not NA."""
    match value:
        case Known(value=bool() | int() | str()):
            return True
        case Known(value=float() as number):
            return math.isfinite(number)
        case Instance(fields={"missing": Known(value=False)}):
            return True
    return False


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    if right is None:
        return None
    if (found := on_dates(sign, left, right)) is not None:
        return found
    single = is_single(left) and is_single(right)
    whole = _is_whole(left) and _is_whole(right)
    kinds = [each.type if isinstance(each, Instance) else "" for each in (left, right)]
    ranks = [rank(left), rank(right)]
    moments = [each in _MOMENTS for each in kinds]
    if sign in _COMPARED and all(moment or found is not None for moment, found in zip(moments, ranks, strict=True)):
        return some("logical", whole=whole, single=single)
    if sign == "-" and all(moments):
        return SPAN
    if sign == "-" and kinds == [_CLOCK.type] * 2:
        return _CLOCK
    if sign in ("+", "-") and moments[0] and ranks[1] in (0, 1, 2):
        return left
    if None in ranks or max(each for each in ranks if each is not None) > 2:
        return None
    if sign in ("&", "|"):
        return some("logical", whole=whole, single=single)
    if sign in _COMPUTED:
        integer = max(each for each in ranks if each is not None) < 2 and sign not in ("/", "**")
        return some("integer" if integer else "numeric", whole=whole and sign in ("+", "-", "*"), single=single)
    return None


for _kind in (*(f"r:{each}" for each in RANKS), *_MOMENTS, _CLOCK.type):
    OPERATORS[_kind] = _operator


def _function(name: str) -> None:
    """A function of numbers, one by one."""

    def apply(machine: Machine, args: Args) -> Value:
        value = machine.content(args.positional[0]) if args.positional else Known(None)
        if len(args.items) != 1:
            return some("numeric", single=is_single(value))

        def each(one: Value) -> Value:
            match one:
                case Known(value=int() | float() as number) if name == "sqrt" and number >= 0 and math.isfinite(number):
                    return Known(math.sqrt(number), args.span)
            return some("numeric")

        known = all(rank(option) in (0, 1, 2) for option in options(value))
        return elementwise(machine, args, value, each) if known else some("numeric", single=is_single(value))

    library(f"base.{name}")(apply)


for _name in ("sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan"):
    _function(_name)


def _object(name: str, kind: str) -> None:
    library(f"base.{name}")(lambda machine, args: Instance(f"r:{kind}"))


for _name, _kind in (
    ("proc.time", "proc_time"),
    ("system.time", "proc_time"),
    ("object.size", "object_size"),
    ("packageVersion", "numeric_version"),
    ("getRversion", "numeric_version"),
    ("package_version", "numeric_version"),
    ("table", "table"),
    ("as.formula", "formula"),
    ("formula", "formula"),
):
    _object(_name, _kind)
ITEMS[_CLOCK.type] = lambda machine, clock, key, node, frame: (
    some("numeric") if node.access is ir.Access.ELEMENT else _CLOCK
)
CONSTANTS["base.R.version.string"] = some("character", whole=True)


def _like(names: str, single: bool = False) -> None:
    """Functions whose result has the type of what they are given: numbers of numbers."""

    def apply(machine: Machine, args: Args) -> Value:
        value = machine.content(args.positional[0]) if args.positional else Known(None)
        items = value.items if isinstance(value, Sequence) and value.kind == "vector" else (value,)
        ranks = {rank(each) for each in items}
        if not items or None in ranks or max(each or 0 for each in ranks) > 2:
            return computed(args)
        return some("numeric", single=single or (is_single(value) and len(args.items) == 1))

    library(*(f"base.{name}" for name in names.split()))(apply)


_like("cumprod cummax cummin signif scale")


@library("base.coef", "base.residuals", "base.fitted", "base.fitted.values", "base.resid")
def of_a_model(machine: Machine, args: Args) -> Value:
    """Numbers, of what is seen to be a model."""
    value = machine.content(args.positional[0]) if args.positional else Known(None)
    if not isinstance(value, Instance) or value.type not in ("r:lm", "r:glm", "r:nls"):
        return computed(args)
    made = some("numeric", single=False)
    return made._replace(fields=value.fields) if "nonempty" in value.fields else made


@library("base.colSums", "base.rowSums", "base.colMeans", "base.rowMeans")
def by_column(machine: Machine, args: Args) -> Value:
    return some("numeric", single=False)


@library("base.AIC", "base.BIC", "base.deviance", "base.sigma")
def of_model(machine: Machine, args: Args) -> Value:
    return some("numeric") if len(args.items) == 1 else computed(args)


@library("base.summary")
def summary(machine: Machine, args: Args) -> Value:
    """Of numbers a table; of anything else it depends."""
    value = machine.content(args.positional[0]) if args.positional else Known(None)
    items = value.items if isinstance(value, Sequence) and value.kind == "vector" else (value,)
    numbers = bool(items) and all(rank(each) in (1, 2) for each in items)
    return Instance("r:table") if numbers else computed(args)


@library("base.anyDuplicated")
def any_duplicated(machine: Machine, args: Args) -> Value:
    return some("integer", whole=True)


def _moment(names: str, kind: str) -> None:
    """What is read from a text may be NA."""

    def apply(machine: Machine, args: Args) -> Value:
        value = machine.content(args.positional[0]) if args.positional else Known(None)
        plain = isinstance(value, Known) and isinstance(value.value, str) and len(args.items) == 1
        return some(kind, single=is_single(value), whole=plain)

    library(*(f"base.{name}" for name in names.split()))(apply)


_moment("mdy dmy", "Date")
_moment("as.POSIXct as_datetime ymd_hms", "POSIXct")


@library("base.I")
def as_is(machine: Machine, args: Args) -> Value:
    """What is one stays several, for jsonlite."""
    value = machine.content(args.positional[0]) if args.positional else Known(None)
    return Instance("r:AsIs") if rank(value) is not None else value


@library("base.anyNA")
def any_missing(machine: Machine, args: Args) -> Value:
    return some("logical", whole=True)


@library("base.is.data.frame", "base.is.factor", "base.is.vector", "base.is.matrix", "base.is.array", "base.is.object")
def is_of(machine: Machine, args: Args) -> Value:
    for arg in args.items:
        machine.excuse(arg.value)
    return some("logical", whole=True)
