"""numpy's random numbers: one of Python's own where one is drawn, an array where several are."""

from __future__ import annotations

from typing import Final

from ...values import Bound, Instance, Known, Sequence, Value
from ..machine import LIBRARY, METHODS, NONE, Args, Machine
from ..plain import FLOAT, INT, computed
from .numpy_types import Shape, array, as_array, dtype_of, holds, scalar, shape_of

GENERATOR: Final = Instance("numpy.random.Generator")

_REAL: Final = {
    **dict.fromkeys("random random_sample standard_normal standard_cauchy standard_exponential".split(), 0),
    **dict.fromkeys("exponential rayleigh standard_gamma standard_t chisquare pareto power weibull".split(), 1),
    **dict.fromkeys("normal uniform lognormal gamma beta laplace logistic gumbel vonmises wald f".split(), 2),
    **dict.fromkeys("triangular noncentral_f".split(), 3),
}
"""What draws real numbers, and how many parameters stand before the size."""
_WHOLE: Final = {
    **dict.fromkeys("poisson geometric zipf logseries".split(), 1),
    **dict.fromkeys("binomial negative_binomial".split(), 2),
    "hypergeometric": 3,
}
"""The same of whole numbers."""


def _drawn(machine: Machine, name: str, args: Args, legacy: bool) -> Value:
    """What is drawn: `legacy` of the functions of `numpy.random` itself."""
    if name in ("rand", "randn"):
        return array("float64", (INT,) * len(args.positional)) if args.items else FLOAT
    if name in _REAL or name in _WHOLE:
        before = _REAL.get(name, _WHOLE.get(name, 0))
        one: Value = FLOAT if name in _REAL else INT
        return _several(machine, args, before, "float64" if name in _REAL else "int64", one)
    if name in ("integers", "randint"):
        return _several(machine, args, 2, "int64", INT if legacy else Instance("numpy.int64"))
    match name:
        case "choice":
            return _chosen(machine, args)
        case "permutation" if args.positional:
            value = as_array(machine, args.positional[0], args.span)
            return array(holds(value), shape_of(value) or (INT,))
        case "shuffle" | "seed":
            return NONE
    return computed(args.span)


def _size(machine: Machine, args: Args, index: int) -> tuple[bool | None, Shape]:
    """Whether several are drawn (None: nobody knows), and how many."""
    size = args.get("size", index)
    content = machine.content(size) if size is not None else NONE
    match content:
        case Known(value=None):
            return False, None
        case Known(value=int()) | Instance(type="int" | "numpy.int64"):
            return True, (content if isinstance(content, Known) else INT,)
        case Sequence(kind="tuple" | "list", complete=True, items=items):
            return True, tuple(item if isinstance(item, Known) else INT for item in map(machine.content, items))
    return None, None


def _several(machine: Machine, args: Args, before: int, kind: str, one: Value) -> Value:
    if args.loose or "dtype" in args.named or "out" in args.named or len(args.positional) > before + 1:
        return computed(args.span)
    many, shape = _size(machine, args, before)
    if many:
        return array(kind, shape)
    told = [machine.content(value) for name, value in _parameters(args, before)]
    if many is False and all(dtype_of(value) in ("int64", "float64") for value in told):
        return one
    return computed(args.span)


def _parameters(args: Args, before: int) -> list[tuple[str, Value]]:
    named = [(name, value) for name, value in args.named.items() if name not in ("size", "endpoint")]
    return [*(("", value) for value in args.positional[:before]), *named]


def _chosen(machine: Machine, args: Args) -> Value:
    if args.loose or not args.positional or {"axis", "shuffle"} & set(args.named):
        return computed(args.span)
    value = as_array(machine, args.positional[0], args.span)
    if shape_of(value) is None or len(shape_of(value) or ()) > 1:
        return computed(args.span)
    many, shape = _size(machine, args, 1)
    if many:
        return array(holds(value), shape)
    if many is None:
        return computed(args.span)
    return INT if shape_of(value) == () else scalar(holds(value)) or computed(args.span)


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    return _drawn(machine, bound.name, args, bound.receiver != GENERATOR)


METHODS["numpy.random.Generator"] = METHODS["numpy.random.RandomState"] = _method
LIBRARY["numpy.random.default_rng"] = lambda machine, args: GENERATOR
LIBRARY["numpy.random.RandomState"] = lambda machine, args: Instance("numpy.random.RandomState")
for _name in (*_REAL, *_WHOLE, "rand", "randn", "randint", "choice", "permutation", "shuffle", "seed"):
    LIBRARY[f"numpy.random.{_name}"] = lambda machine, args, name=_name: _drawn(machine, name, args, True)  # type: ignore[misc]
