"""What the methods, members and elements of a numpy array are, and what it is reduced to."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Known, Sequence, Value
from ..machine import ELEMENTS, ITEMS, ITERATE, MEMBERS, METHODS, Args, Frame, Machine
from ..plain import INT, MOST_ITEMS, computed, given, listed
from .numpy_types import (
    ARRAY,
    AVERAGED,
    SCALARS,
    SUMMED,
    Shape,
    array,
    holds,
    kind_of,
    named_dtype,
    plain_of,
    scalar,
    shape_of,
)

# --- reductions -------------------------------------------------------------------------------------------------------

_INDEX: Final = dict.fromkeys(("", *SCALARS), "int64")
_TESTED: Final = dict.fromkeys((kind for kind in SCALARS if kind != "str_"), "bool")
_SAME: Final = {kind: kind for kind in SCALARS}

REDUCED: Final[AnyMapping[str, AnyMapping[str, str]]] = {
    **dict.fromkeys(("sum", "prod", "nansum", "nanprod"), SUMMED),
    **dict.fromkeys(("mean", "std", "var", "median", "nanmean", "nanstd", "nanvar", "nanmedian"), AVERAGED),
    **dict.fromkeys(("max", "min", "amax", "amin", "nanmax", "nanmin", "ptp"), _SAME),
    **dict.fromkeys(("argmax", "argmin", "nanargmax", "nanargmin"), _INDEX),
    **dict.fromkeys(("all", "any"), _TESTED),
}
"""The type of what an array is reduced to, by the type of its elements."""


def reduced(value: Instance, name: str, args: Args, axis: int) -> Value:
    """What an array is reduced to. `axis` is the place of that argument."""
    if args.loose or {"out", "where", "initial", "dtype"} & set(args.named) or len(args.positional) > axis + 1:
        return computed(args.span)
    kind, shape = REDUCED[name].get(holds(value), ""), shape_of(value)
    along, kept = args.get("axis", axis), args.named.get("keepdims", Known(False))
    if kept != Known(False):
        return array(kind)
    if along is None or along == Known(None):
        return scalar(kind) or computed(args.span)
    if shape is None or not isinstance(along, Known) or not isinstance(along.value, int):
        return computed(args.span)
    if len(shape) == 1:
        return scalar(kind) or computed(args.span)
    left = list(shape)
    del left[along.value]
    return array(kind, tuple(left))


# --- methods ----------------------------------------------------------------------------------------------------------

_LIKE_IT: Final = frozenset("copy clip round conj conjugate byteswap newbyteorder".split())
_OTHER_SHAPE: Final = frozenset("reshape transpose swapaxes repeat squeeze compress take diagonal".split())
_QUIET: Final = frozenset("sort fill partition setflags resize itemset tofile dump".split())


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    value, name = machine.content(bound.receiver), bound.name
    assert isinstance(value, Instance)
    kind, shape = holds(value), shape_of(value)
    if name in REDUCED and not name.startswith("nan"):
        return reduced(value, name, args, 0)
    if name in _LIKE_IT:
        return array(kind if name != "clip" or kind in ("int64", "float64") else "", shape)
    if name in _OTHER_SHAPE:
        return array(kind, _reshaped(args) if name == "reshape" else None)
    if name in _QUIET:
        return Known(None)
    match name:
        case "flatten" | "ravel":
            return array(kind, (INT,))
        case "cumsum" | "cumprod" if not args.named:
            return array(SUMMED.get(kind, ""), shape if not args.items else None)
        case "argsort":
            return array("int64", shape)
        case "nonzero":
            count = len(shape) if shape is not None else None
            return Sequence((array("int64", (INT,)),) * (count or 0), "tuple", count is not None)
        case "astype" if args.items:
            told = args.get("dtype", 0)
            return array(named_dtype(machine.content(told)) if told is not None else "", shape)
        case "tolist":
            return listed(machine, (), complete=False) if shape else computed(args.span)
        case "item" if not args.items or args.positional:
            return plain_of(kind) or computed(args.span)
        case "tobytes":
            return Instance("bytes")
    return computed(args.span)


def _reshaped(args: Args) -> Shape:
    """The shape that `reshape` is asked for; -1 is whatever is left."""
    sizes = args.positional
    if args.named or args.loose:
        return None
    if len(sizes) == 1 and isinstance(sizes[0], Sequence):
        sizes = sizes[0].items if sizes[0].complete else ()
    if not sizes:
        return None
    return tuple(
        size if isinstance(size, Known) and isinstance(size.value, int) and size.value >= 0 else INT for size in sizes
    )


def _member(machine: Machine, value: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    shape = shape_of(value)
    match name:
        case "size" | "nbytes" | "itemsize":
            return INT
        case "ndim":
            return INT if shape is None else Known(len(shape))
        case "shape":
            return Instance("numpy.shape") if shape is None else Sequence(shape, "tuple")
        case "dtype":
            return Instance("numpy.dtype")
        case "T":
            return array(holds(value), None if shape is None else shape[::-1])
        case "flat" | "real" | "imag" | "base" | "ctypes":
            return computed(span)
    return None


METHODS[ARRAY] = _method
MEMBERS[ARRAY] = _member

# --- elements ---------------------------------------------------------------------------------------------------------


def _item(machine: Machine, value: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    kind, shape, key = holds(value), shape_of(value), machine.content(key)
    if shape is None:
        mask = kind_of(key) == ARRAY and holds(key) == "bool"
        return array(kind) if mask else computed(node.span)
    keys = key.items if isinstance(key, Sequence) and key.kind == "tuple" else (key,)
    if len(keys) > len(shape):
        return computed(node.span)
    if len(keys) == len(shape) == 1 and (kind_of(key) == "list" or shape_of(key)):
        return array(kind, (INT,))  # those that are marked, or at these places
    left: list[Value] = []
    for size, each in zip(shape, keys, strict=False):
        match each:
            case Instance(type="slice", fields=fields):
                left.append(INT if fields else size)
            case Known(value=int()) | Instance(type="int" | "numpy.int64") if kind_of(each) != "bool":
                pass
            case _:
                return computed(node.span)
    rest = (*left, *shape[len(keys) :])
    return array(kind, rest) if rest else scalar(kind) or computed(node.span)


def _through(machine: Machine, value: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    """The elements of an array of which it is known how many there are."""
    shape, kind = shape_of(value), holds(value)
    match shape:
        case (Known(value=int() as size), *rest) if size <= MOST_ITEMS and (rest or kind):
            one = array(kind, tuple(rest)) if rest else scalar(kind) or given(span, "an array")
            return (one,) * size, True
    return (), False


def _any(machine: Machine, value: Instance, span: Span) -> Value | None:
    shape, kind = shape_of(value), holds(value)
    if not shape:
        return None
    return array(kind, shape[1:]) if shape[1:] else scalar(kind)


ELEMENTS[ARRAY] = _any
ITEMS[ARRAY] = _item
ITERATE[ARRAY] = _through
ITEMS["numpy.shape"] = lambda machine, value, key, node, frame: INT if isinstance(key, Known) else computed(node.span)
