"""numpy's functions that make several arrays of one, put several together, or change how they lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...values import Instance, Known, OneOf, Sequence, Value
from ..machine import LIBRARY, Args, Machine, library
from ..plain import INT, computed, listed
from .numpy_types import (
    FLOAT64,
    INT64,
    SUMMED,
    array,
    as_array,
    dtype_of,
    holds,
    is_array,
    kind_of,
    promoted,
    scalar,
    shape_of,
)

_ROW: Final = (INT,)
_TABLE: Final = (INT, INT)


def _given(machine: Machine, args: Args, place: int = 0) -> Instance:
    value = args.positional[place] if place < len(args.positional) else computed(args.span)
    return as_array(machine, value, args.span)


def _own(machine: Machine, args: Args) -> bool:
    """Whether numpy itself is asked: of something of pandas' its functions give something of pandas'."""
    return bool(args.positional) and kind_of(machine.content(args.positional[0])) in ("numpy.ndarray", "list", "tuple")


def _pair(*items: Value) -> Value:
    return Sequence(items, "tuple")


# --- several at once --------------------------------------------------------------------------------------------------


@library("numpy.histogram")
def histogram(machine: Machine, args: Args) -> Value:
    """How many there are, and the edges of the bins."""
    bins = machine.content(args.get("bins", 1) or INT)
    plainly = not args.loose and len(args.positional) < 3 and not {"density", "weights", "normed"} & set(args.named)
    even = holds(_given(machine, args)) in ("int64", "float64") and dtype_of(bins) in ("int64", "str_")
    return _pair(array("int64" if plainly else "", _ROW), array("float64" if plainly and even else "", _ROW))


@library("numpy.histogram2d")
def histogram_of_two(machine: Machine, args: Args) -> Value:
    return _pair(array("float64", _TABLE), array("", _ROW), array("", _ROW))


@library("numpy.unique")
def unique(machine: Machine, args: Args) -> Value:
    """Each once; with their places and counts if these are asked for."""
    if args.loose or len(args.positional) != 1 or "axis" in args.named:
        return computed(args.span)
    each = array(holds(_given(machine, args)), _ROW)
    asked = [machine.content(value) for name, value in args.named.items() if name.startswith("return_")]
    if not all(isinstance(value, Known) for value in asked):
        return computed(args.span)
    more = [array("int64", _ROW) for value in asked if isinstance(value, Known) and value.value]
    return _pair(each, *more) if more else each


@library("numpy.where")
def where(machine: Machine, args: Args) -> Value:
    """The places where something is so, dimension by dimension; or one of two things in each place."""
    if len(args.items) == 1 and args.positional:
        return nonzero(machine, args)
    if len(args.positional) != 3 or args.named or args.loose:
        return computed(args.span)
    sides = [_given(machine, args, place) for place in (1, 2)]
    kinds = [holds(side) for side in sides]
    single = [shape_of(side) == () for side in sides]
    sure = "" not in kinds and (all(single) or not any(single) or kinds[0] == kinds[1] or "float64" in kinds)
    shape = shape_of(_given(machine, args))
    return array(promoted(*kinds) if sure else "", shape if all(single) and shape else None)


@library("numpy.nonzero")
def nonzero(machine: Machine, args: Args) -> Value:
    shape = shape_of(_given(machine, args))
    return Sequence((array("int64", _ROW),) * len(shape or ()), "tuple", complete=bool(shape))


@library("numpy.modf", "numpy.divmod", "numpy.frexp")
def in_parts(machine: Machine, args: Args) -> Value:
    """Two arrays of an array, two numbers of a number."""
    given = _given(machine, args)
    if not is_array(machine.content(args.positional[0]) if args.positional else computed(args.span)):
        return computed(args.span)
    return _pair(array("", shape_of(given)), array("", shape_of(given)))


@library("numpy.meshgrid")
def meshgrid(machine: Machine, args: Args) -> Value:
    """A list before numpy 2."""
    made = tuple(array(holds(as_array(machine, value, args.span))) for value in args.positional)
    return OneOf((Sequence(made, "tuple"), Sequence(made, "list"))) if made and not args.loose else computed(args.span)


@library("numpy.split", "numpy.array_split", "numpy.hsplit", "numpy.vsplit")
def split(machine: Machine, args: Args) -> Value:
    return listed(machine, (), complete=False)


@library("numpy.polyfit")
def fitted(machine: Machine, args: Args) -> Value:
    plainly = not ({"full", "cov"} & set(args.named)) and not args.loose and len(args.positional) < 5
    return array("float64", _ROW) if plainly else computed(args.span)


# --- algebra ----------------------------------------------------------------------------------------------------------

_REAL: Final = ("bool", "int64", "float64")


def _of_reals(names: str, make: Callable[[], Value]) -> None:
    """What these functions make of arrays of 64 bits; of others it has fewer, or is complex."""

    def function(machine: Machine, args: Args) -> Value:
        kinds = {holds(as_array(machine, value, args.span)) for value in args.positional}
        return make() if kinds and kinds <= set(_REAL) and not args.loose else computed(args.span)

    for name in names.split():
        LIBRARY[f"numpy.{name}"] = function


_of_reals("linalg.inv linalg.pinv linalg.cholesky linalg.solve", lambda: array("float64"))
_of_reals("linalg.det", lambda: FLOAT64)
_of_reals("linalg.eigh linalg.qr", lambda: _pair(array("float64"), array("float64")))
_of_reals("linalg.eig", lambda: _pair(array(), array()))
_of_reals("linalg.svd", lambda: _pair(array("float64"), array("float64"), array("float64")))
_of_reals("linalg.slogdet", lambda: _pair(FLOAT64, FLOAT64))
_of_reals("linalg.matrix_rank", lambda: INT64)
_of_reals("corrcoef cov", lambda: array("float64", _TABLE))


@library("numpy.linalg.norm")
def norm(machine: Machine, args: Args) -> Value:
    kind = holds(_given(machine, args)) if len(args.items) == 1 else ""
    return scalar({"int64": "float64", "float64": "float64", "float32": "float32"}.get(kind, "")) or computed(args.span)


@library("numpy.dot", "numpy.inner", "numpy.vdot")
def dot(machine: Machine, args: Args) -> Value:
    if len(args.items) != 2 or len(args.positional) != 2:
        return computed(args.span)
    sides = [_given(machine, args, place) for place in (0, 1)]
    kind = holds(sides[0]) if holds(sides[0]) == holds(sides[1]) else ""
    shapes = [shape_of(side) for side in sides]
    if all(shape is not None and len(shape) == 1 for shape in shapes):
        return scalar(kind) or computed(args.span)
    return array(kind) if all(shape is not None and len(shape) > 1 for shape in shapes) else computed(args.span)


@library("numpy.trapezoid", "numpy.trapz")
def area(machine: Machine, args: Args) -> Value:
    values = [as_array(machine, value, args.span) for value in args.positional[:2]]
    plainly = all(holds(value) in _REAL and len(shape_of(value) or ()) == 1 for value in values)
    return FLOAT64 if values and plainly and len(args.items) == len(values) else computed(args.span)


@library("numpy.interp")
def interpolated(machine: Machine, args: Args) -> Value:
    at = _given(machine, args)
    kinds = {holds(as_array(machine, value, args.span)) for value in args.positional}
    if not kinds <= set(_REAL) or args.loose:
        return computed(args.span)
    return FLOAT64 if shape_of(at) == () else array("float64", shape_of(at))


# --- other orders, other shapes ---------------------------------------------------------------------------------------

_AS_IT_IS: Final = "sort flip fliplr flipud roll triu tril"
_IN_OTHER_SHAPE: Final = "reshape transpose squeeze expand_dims atleast_1d atleast_2d tile repeat rot90 swapaxes"


def _shaped(names: str, shape: Callable[[Instance], tuple[Value, ...] | None]) -> None:
    def function(machine: Machine, args: Args) -> Value:
        given = _given(machine, args)
        return array(holds(given), shape(given)) if _own(machine, args) else computed(args.span)

    for name in names.split():
        LIBRARY[f"numpy.{name}"] = function


_shaped(_AS_IT_IS, shape_of)
_shaped(_IN_OTHER_SHAPE, lambda given: None)
_shaped("ravel", lambda given: _ROW)


LIBRARY["numpy.flatnonzero"] = lambda machine, args: array("int64", _ROW)
LIBRARY["numpy.argwhere"] = lambda machine, args: array("int64", _TABLE)
LIBRARY["numpy.argsort"] = lambda machine, args: (
    array("int64", shape_of(_given(machine, args))) if _own(machine, args) else computed(args.span)
)


@library("numpy.bincount")
def counted(machine: Machine, args: Args) -> Value:
    return array("" if "weights" in args.named or len(args.positional) > 1 else "int64", _ROW)


def _place(at: Instance, args: Args) -> Value:
    """Where one thing belongs, or each of several."""
    shape = shape_of(at)
    if shape is None:
        return computed(args.span)
    return array("int64", shape) if shape else INT64


LIBRARY["numpy.digitize"] = lambda machine, args: _place(_given(machine, args), args)
LIBRARY["numpy.searchsorted"] = lambda machine, args: _place(_given(machine, args, 1), args)


@library("numpy.diff", "numpy.ediff1d")
def differences(machine: Machine, args: Args) -> Value:
    given = _given(machine, args)
    kind, shape = holds(given), shape_of(given)
    flat = shape is not None and len(shape) == 1
    return array(kind if kind != "bool" else "", _ROW if flat else None)


@library("numpy.cumsum", "numpy.cumprod", "numpy.nancumsum")
def running(machine: Machine, args: Args) -> Value:
    given = _given(machine, args)
    if not _own(machine, args) or len(args.items) > 1:
        return computed(args.span)
    return array(SUMMED.get(holds(given), ""), shape_of(given))


@library("numpy.concatenate", "numpy.hstack", "numpy.append")
def in_a_row(machine: Machine, args: Args) -> Value:
    return _together(machine, args, _ROW)


@library("numpy.vstack", "numpy.stack", "numpy.column_stack")
def on_one_another(machine: Machine, args: Args) -> Value:
    return _together(machine, args, _TABLE)


def _together(machine: Machine, args: Args, shape: tuple[Value, ...]) -> Value:
    """Several arrays put together; `shape` is what those of one dimension then have."""
    parts: tuple[Value, ...] = args.positional[:2]
    only = machine.content(parts[0]) if len(parts) == 1 else None
    if isinstance(only, Sequence) and only.complete:
        parts = only.items
    elif only is not None:
        parts = ()
    made = [as_array(machine, part, args.span) for part in parts]
    if not made or any(kind_of(machine.content(part)).startswith("pandas.") for part in parts):
        return array()
    kinds = [holds(each) for each in made]
    flat = all(len(shape_of(each) or ()) == 1 for each in made)
    return array("" if "" in kinds or "dtype" in args.named else promoted(*kinds), shape if flat else None)


@library("numpy.union1d", "numpy.intersect1d", "numpy.setdiff1d")
def of_sets(machine: Machine, args: Args) -> Value:
    kinds = {holds(as_array(machine, value, args.span)) for value in args.positional}
    return array(kinds.pop() if len(kinds) == 1 else "", _ROW) if not args.named else computed(args.span)
