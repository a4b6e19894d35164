"""numpy's functions: what they make, by the types of what they are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...values import Bound, Instance, Known, OneOf, Sequence, Value
from ..machine import LIBRARY, METHODS, Args, Machine, library
from ..operate import operate
from ..plain import BOOL, INT, computed
from .numpy_arrays import REDUCED, reduced
from .numpy_types import (
    FLOAT64,
    INT64,
    NUMPY_BOOL,
    REAL,
    SCALARS,
    Shape,
    array,
    as_array,
    broadcast,
    dtype_of,
    holds,
    is_array,
    kind_of,
    promoted,
    scalar,
    shape_of,
    told_dtype,
)

# --- new arrays -------------------------------------------------------------------------------------------------------


def _first(machine: Machine, args: Args) -> Value:
    return machine.content(args.positional[0]) if args.positional else computed(args.span)


def _sized(machine: Machine, value: Value | None) -> Shape:
    """A shape as it is asked for: a number, or several."""
    content = machine.content(value) if value is not None else None
    match content:
        case Sequence(kind="tuple" | "list", complete=True, items=items):
            return tuple(size if isinstance(size, Known) else INT for size in map(machine.content, items))
        case Known(value=int()):
            return (content,)
        case Instance(type="int"):
            return (INT,)
    return None


@library("numpy.array", "numpy.asarray", "numpy.ascontiguousarray", "numpy.asanyarray", "numpy.copy")
def make_array(machine: Machine, args: Args) -> Value:
    made = as_array(machine, _first(machine, args), args.span)
    if args.loose or "ndmin" in args.named:
        return array()
    return array(told_dtype(machine, args, holds(made), 1), shape_of(made))


@library("numpy.zeros", "numpy.ones", "numpy.empty")
def filled(machine: Machine, args: Args) -> Value:
    return array(told_dtype(machine, args, "float64", 1), _sized(machine, args.get("shape", 0)))


@library("numpy.full")
def full(machine: Machine, args: Args) -> Value:
    value = as_array(machine, args.get("fill_value", 1) or computed(args.span), args.span)
    return array(told_dtype(machine, args, holds(value), 2), _sized(machine, args.get("shape", 0)))


@library("numpy.zeros_like", "numpy.ones_like", "numpy.empty_like", "numpy.full_like")
def like(machine: Machine, args: Args) -> Value:
    made = as_array(machine, _first(machine, args), args.span)
    return array(told_dtype(machine, args, holds(made)), shape_of(made)) if len(args.positional) < 3 else array()


@library("numpy.eye", "numpy.identity")
def eye(machine: Machine, args: Args) -> Value:
    return array(told_dtype(machine, args, "float64"), (INT, INT)) if len(args.positional) < 3 else array()


@library("numpy.linspace", "numpy.logspace", "numpy.geomspace")
def spaced(machine: Machine, args: Args) -> Value:
    if {"retstep", "axis"} & set(args.named) or len(args.positional) > 3:
        return computed(args.span)
    ends = [machine.content(each) for each in args.positional[:2]]
    single = all(dtype_of(end) for end in ends)
    size = machine.content(args.get("num", 2) or INT)
    size = size if isinstance(size, Known) else INT
    return array(told_dtype(machine, args, "float64"), (size,) if single and len(ends) == 2 else None)


@library("numpy.arange")
def counted(machine: Machine, args: Args) -> Value:
    kinds = {dtype_of(machine.content(each)) for each in args.positional}
    plainly = kinds and kinds <= {"int64", "float64"} and not set(args.named) - {"dtype"} and not args.loose
    kind = promoted(*kinds) if plainly and len(args.positional) < 4 else ""
    only = machine.content(args.positional[0]) if len(args.positional) == 1 else None
    size = only if isinstance(only, Known) and isinstance(only.value, int) and only.value >= 0 else INT
    return array(told_dtype(machine, args, kind, 3), (size,))


@library("numpy.loadtxt", "numpy.genfromtxt")
def read(machine: Machine, args: Args) -> Value:
    if args.loose or {"unpack", "names", "usemask"} & set(args.named):
        return computed(args.span)
    return array(told_dtype(machine, args, "float64", 1))


# --- reductions -------------------------------------------------------------------------------------------------------


_OF_SERIES: Final = ("all", "any", "max", "mean", "min", "prod", "std", "sum", "var")
"""Reductions for which a series of pandas' is asked itself."""


def _reduction(name: str) -> None:
    def function(machine: Machine, args: Args) -> Value:
        given = _first(machine, args)
        value = as_array(machine, given, args.span)
        if kind_of(given) == "pandas.Series" and name in _OF_SERIES and len(args.items) == 1:
            none = Args((), args.span, args.callee_span, args.frame)
            return METHODS["pandas.Series"](machine, Bound(given, name), none) or computed(args.span)
        if not args.positional or kind_of(given).startswith("pandas."):
            return computed(args.span)
        return reduced(value, name, args._replace(items=args.items[1:]), 0)

    LIBRARY[f"numpy.{name}"] = function


for _name in REDUCED:
    _reduction(_name)


@library("numpy.average")
def average(machine: Machine, args: Args) -> Value:
    if set(args.named) - {"weights"} or len(args.positional) != 1:
        return computed(args.span)
    kinds = {holds(as_array(machine, value, args.span)) for value in (*args.positional, *args.named.values())}
    return FLOAT64 if kinds <= {"bool", "int64", "float64"} else computed(args.span)


@library("numpy.percentile", "numpy.quantile", "numpy.nanpercentile", "numpy.nanquantile")
def quantile(machine: Machine, args: Args) -> Value:
    if set(args.named) - {"q", "method"} or len(args.positional) > 2:
        return computed(args.span)
    value, at = as_array(machine, _first(machine, args), args.span), machine.content(args.get("q", 1) or INT)
    if holds(value) not in ("int64", "float64"):
        return computed(args.span)
    if dtype_of(at):
        return FLOAT64
    return array("float64", (INT,)) if isinstance(at, Sequence) else computed(args.span)


@library("numpy.count_nonzero")
def count_nonzero(machine: Machine, args: Args) -> Value:
    """A number of Python's own before numpy 2.4."""
    return OneOf((INT64, INT)) if len(args.items) == 1 else computed(args.span)


# --- element by element -----------------------------------------------------------------------------------------------

_REAL_OF: Final = {**dict.fromkeys(("int32", "int64", "uint32", "uint64"), "float64"), **{kind: kind for kind in REAL}}
_ROUNDED: Final = {kind: kind for kind in REAL}
_KEPT: Final = {kind: kind for kind in SCALARS if kind not in ("bool", "str_")}
_MARKED: Final = dict.fromkeys((kind for kind in SCALARS if kind != "str_"), "bool")


def _of_each(names: str, kinds: dict[str, str]) -> None:
    """Functions of one array, element by element; of a single number they give a single one."""

    def function(machine: Machine, args: Args) -> Value:
        given = _first(machine, args)
        if set(args.named) - {"decimals", "nan", "copy"} or kind_of(given).startswith("pandas."):
            return computed(args.span)
        value = as_array(machine, given, args.span)
        shape, kind = shape_of(value), kinds.get(holds(value), "")
        if shape == ():
            return scalar(kind) or computed(args.span)
        return array(kind, shape) if shape is not None or is_array(given) else computed(args.span)

    for name in names.split():
        LIBRARY[f"numpy.{name}"] = function


_of_each("sqrt exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh", _REAL_OF)
_of_each("radians degrees deg2rad rad2deg cbrt", _REAL_OF)
_of_each("floor ceil trunc rint fix", _ROUNDED)
_of_each("abs absolute fabs round around square negative positive nan_to_num sign", _KEPT)
_of_each("isnan isfinite isinf signbit logical_not", _MARKED)
LIBRARY["numpy.fabs"] = LIBRARY["numpy.sqrt"]

_SIGNS: Final = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "true_divide": "/",
    "floor_divide": "//",
    "mod": "%",
    "remainder": "%",
    "power": "**",
    "equal": "==",
    "not_equal": "!=",
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
    "matmul": "@",
}


def _of_two(name: str, kind: Callable[[Machine, Value, Value, Args], str | None]) -> None:
    """A function of two, element by element; of two numbers it gives one."""

    def function(machine: Machine, args: Args) -> Value:
        if len(args.positional) != 2 or len(args.items) > 2:
            return computed(args.span)
        sides = [machine.content(value) for value in args.positional]
        if any(kind_of(side).startswith("pandas.") for side in sides):
            return computed(args.span)
        left, right = (
            side if dtype_of(side) or is_array(side) else as_array(machine, side, args.span) for side in sides
        )
        made, shape = kind(machine, left, right, args), broadcast(left, right)
        if made is None or (shape is None and not (is_array(left) or is_array(right))):
            return computed(args.span)
        return (scalar(made) or computed(args.span)) if shape == () else array(made, shape)

    LIBRARY[f"numpy.{name}"] = function


def _by_sign(sign: str) -> Callable[[Machine, Value, Value, Args], str | None]:
    def kind(machine: Machine, left: Value, right: Value, args: Args) -> str | None:
        sides: list[Value] = [
            left,
            right if is_array(left) or is_array(right) else Instance(f"numpy.{dtype_of(right)}"),
        ]
        made = operate(machine, sign, sides, args.span, args.frame)
        return holds(made) if is_array(made) else dtype_of(made)

    return kind


def _larger(machine: Machine, left: Value, right: Value, args: Args) -> str | None:
    made = operate(machine, "-", [left, right], args.span, args.frame)
    return holds(made) if is_array(made) else dtype_of(made)


for _name, _sign in _SIGNS.items():
    _of_two(_name, _by_sign(_sign))
for _name in ("maximum", "minimum", "fmax", "fmin"):
    _of_two(_name, _larger)
for _name in ("logical_and", "logical_or", "logical_xor"):
    _of_two(_name, lambda machine, left, right, args: "bool")


@library("numpy.isclose")
def is_close(machine: Machine, args: Args) -> Value:
    """Of numbers numpy's bool, of arrays an array."""
    shape = broadcast(*(as_array(machine, each, args.span) for each in args.positional[:2]))
    if shape is None:
        return array("bool") if any(map(is_array, args.positional[:2])) else computed(args.span)
    return array("bool", shape) if shape else NUMPY_BOOL


@library("numpy.clip")
def clip(machine: Machine, args: Args) -> Value:
    """Between plain numbers, what is real stays what it is."""
    value = as_array(machine, _first(machine, args), args.span)
    if kind_of(_first(machine, args)).startswith("pandas."):
        return computed(args.span)
    limits = [machine.content(each) for each in (*args.positional[1:], *args.named.values())]
    plain = all(kind_of(each) in ("int", "float", "NoneType") for each in limits)
    whole = all(kind_of(each) != "float" for each in limits)
    kind = holds(value) if plain and (holds(value) == "float64" or (holds(value) == "int64" and whole)) else ""
    if shape_of(value) == ():
        return scalar(kind) or computed(args.span)
    return array(kind, shape_of(value)) if shape_of(value) or is_array(_first(machine, args)) else computed(args.span)


@library("numpy.isin", "numpy.in1d")
def is_in(machine: Machine, args: Args) -> Value:
    return array("bool", shape_of(as_array(machine, _first(machine, args), args.span)) or None)


for _name in ("size", "ndim"):
    LIBRARY[f"numpy.{_name}"] = lambda machine, args: INT if len(args.items) == 1 else computed(args.span)
LIBRARY["numpy.allclose"] = LIBRARY["numpy.array_equal"] = lambda machine, args: BOOL
LIBRARY["numpy.issubdtype"] = LIBRARY["numpy.isscalar"] = LIBRARY["numpy.iterable"] = lambda machine, args: BOOL
