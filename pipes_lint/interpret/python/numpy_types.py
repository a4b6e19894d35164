"""numpy: what type a result certainly has. What depends on the data is not known.

An array's field `holds` is its type of element, where that is certain: `bool`, `int64`, `float64`.
"""

from __future__ import annotations

from typing import Final

from ...source import Span
from ...values import Bound, Instance, Known, Value
from ..machine import CONSTANTS, ITEMS, LIBRARY, MEMBERS, METHODS, NONE, OPERATORS, Args, Frame, Machine, library
from ..plain import BOOL, FLOAT, INT, Open, computed, plain

NUMPY_BOOL: Final = Instance("numpy.bool")
INT64: Final = Instance("numpy.int64")
FLOAT64: Final = Instance("numpy.float64")

_COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")
_PLAIN_OF: Final = {
    "bool": "bool",
    "int64": "int",
    "float64": "float",
    "float32": "float",
    "int32": "int",
    "str_": "str",
}
_SCALARS: Final = (
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
    "str_",
)

CONSTANTS.update(
    {"numpy.nan": Known(float("nan")), "numpy.inf": Known(float("inf")), "numpy.pi": Known(3.141592653589793)}
)


def _scalar(name: str) -> None:
    LIBRARY[f"numpy.{name}"] = lambda machine, args: _made(machine, f"numpy.{name}", args)


def _made(machine: Machine, kind: str, args: Args) -> Value:
    """`numpy.int64(x)` of a number is one; of an array it is an array."""
    value = machine.content(args.positional[0]) if args.positional else Known(0)
    if isinstance(value, Known) or (isinstance(value, Instance) and value.type in ("int", "float", "bool", "str")):
        return Instance(kind)
    return (
        Instance(kind)
        if isinstance(value, Instance) and value.type.removeprefix("numpy.") in _SCALARS
        else computed(args.span)
    )


for _name in _SCALARS:
    _scalar(_name)
LIBRARY["numpy.bool_"] = LIBRARY["numpy.bool"]


def array(holds: str = "") -> Instance:
    return Instance("numpy.ndarray", {"holds": Known(holds)} if holds else {})


@library("numpy.array", "numpy.asarray")
def make_array(machine: Machine, args: Args) -> Value:
    return array(element(machine, args.positional[0])) if len(args.items) == 1 and args.positional else array()


def element(machine: Machine, value: Value) -> str:
    """The type of elements that an array of a known list of numbers has."""
    try:
        found = plain(machine, value)
    except Open:
        return ""
    kinds = {type(each) for each in found} if isinstance(found, list | tuple) else set()
    if kinds == {bool}:
        return "bool"
    if kinds == {int} and all(abs(each) < 2**31 for each in found):
        return "int64"
    return "float64" if kinds in ({float}, {int, float}) else ""


@library("numpy.zeros", "numpy.ones", "numpy.linspace")
def floats(machine: Machine, args: Args) -> Value:
    return array("float64") if "dtype" not in args.named and not args.loose and len(args.positional) < 4 else array()


@library(
    "numpy.random.rand", "numpy.random.randn", "numpy.random.random", "numpy.random.normal", "numpy.random.uniform"
)
def random_numbers(machine: Machine, args: Args) -> Value:
    return FLOAT if not args.items else computed(args.span)


@library("numpy.random.default_rng", "numpy.random.RandomState")
def generator(machine: Machine, args: Args) -> Value:
    return Instance("numpy.random.Generator")


_DRAWS: Final = ("random", "normal", "uniform", "standard_normal", "rand", "randn", "exponential")


def _drawn(machine: Machine, bound: Bound, args: Args) -> Value:
    if bound.name not in _DRAWS:
        return computed(args.span)
    if not args.items:
        return FLOAT
    several = "size" in args.named or (len(args.items) == 1 and bound.name in ("random", "standard_normal"))
    return array("float64") if several and "dtype" not in args.named and not args.loose else computed(args.span)


METHODS["numpy.random.Generator"] = _drawn


@library("numpy.allclose", "numpy.array_equal", "numpy.issubdtype", "numpy.isscalar")
def tested(machine: Machine, args: Args) -> Value:
    return BOOL


@library("numpy.all", "numpy.any")
def all_or_any(machine: Machine, args: Args) -> Value:
    if len(args.items) != 1 or not args.positional:
        return computed(args.span)
    value = machine.content(args.positional[0])
    match value:
        case Instance(type="numpy.ndarray", fields={"holds": Known()}) | Instance(type="numpy.bool" | "bool"):
            return NUMPY_BOOL
        case Instance(type="pandas.Series"):
            method = METHODS["pandas.Series"](
                machine, Bound(value, "all"), Args((), args.span, args.callee_span, args.frame)
            )
            return method or computed(args.span)
    return NUMPY_BOOL if element(machine, value) else computed(args.span)


@library("numpy.mean", "numpy.average", "numpy.std", "numpy.median", "numpy.var")
def mean(machine: Machine, args: Args) -> Value:
    return FLOAT64 if _holds(machine, args) in ("int64", "float64") else computed(args.span)


@library("numpy.sum", "numpy.max", "numpy.min")
def total(machine: Machine, args: Args) -> Value:
    holds = _holds(machine, args)
    return Instance(f"numpy.{holds}") if holds in ("int64", "float64") else computed(args.span)


def _holds(machine: Machine, args: Args) -> str:
    """What the only argument certainly holds."""
    if len(args.items) != 1 or not args.positional:
        return ""
    value = machine.content(args.positional[0])
    match value:
        case Instance(type="numpy.ndarray", fields={"holds": Known(value=str() as holds)}):
            return holds
    return element(machine, value)


@library("numpy.arange")
def counted(machine: Machine, args: Args) -> Value:
    whole = all(_kind(machine.content(each)) == "int" for each in args.positional)
    return array("int64") if whole and args.positional and not args.named and not args.loose else array()


@library("numpy.sqrt", "numpy.exp", "numpy.log", "numpy.abs", "numpy.absolute")
def mathematical(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if len(args.items) == 1 and args.positional else NONE
    match value:
        case Instance(type="numpy.ndarray"):
            return array("float64") if _held(value) == "float64" else array()
        case Instance(type="float" | "numpy.float64") | Known(value=float()):
            return FLOAT64
    return computed(args.span)


@library("numpy.linalg.norm")
def norm(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if len(args.items) == 1 and args.positional else NONE
    return FLOAT64 if _held(value) in ("int64", "float64") and _kind(value) == "numpy.ndarray" else computed(args.span)


@library("numpy.isclose")
def is_close(machine: Machine, args: Args) -> Value:
    """Of numbers numpy's bool, of arrays an array."""
    kinds = [_kind(machine.content(each)) for each in args.positional[:2]]
    if "numpy.ndarray" in kinds:
        return array("bool")
    return NUMPY_BOOL if len(kinds) == 2 and all(each in _SINGLE for each in kinds) else computed(args.span)


_SINGLE: Final = ("int", "float", "numpy.int64", "numpy.float64", "numpy.float32")


@library("numpy.unique")
def unique(machine: Machine, args: Args) -> Value:
    if len(args.items) != 1 or not args.positional:
        return computed(args.span)
    return array(_held(machine.content(args.positional[0])))


@library("numpy.isnan", "numpy.isfinite", "numpy.isinf")
def number_tests(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if len(args.items) == 1 and args.positional else None
    match value:
        case Instance(type="numpy.ndarray"):
            return array("bool")
        case (
            Known(value=int() | float())
            | Instance(type="int" | "float" | "numpy.int64" | "numpy.float64" | "numpy.float32")
        ):
            return NUMPY_BOOL
    return computed(args.span)


# --- methods and operators --------------------------------------------------------------------------------------------


def _of_scalar(machine: Machine, bound: Bound, args: Args) -> Value | None:
    receiver = machine.content(bound.receiver)
    kind = receiver.type.removeprefix("numpy.") if isinstance(receiver, Instance) else ""
    match bound.name:
        case "item" | "tolist":
            return Instance(_PLAIN_OF[kind]) if kind in _PLAIN_OF else computed(args.span)
        case "all" | "any" if kind == "bool":
            return NUMPY_BOOL
        case "is_integer":
            return BOOL
        case "round" if kind in ("float64", "int64"):
            return receiver
    return computed(args.span)


for _name in _SCALARS:
    METHODS[f"numpy.{_name}"] = _of_scalar


def _of_array(machine: Machine, bound: Bound, args: Args) -> Value | None:
    receiver = machine.content(bound.receiver)
    holds = receiver.fields.get("holds") if isinstance(receiver, Instance) else None
    kind = holds.value if isinstance(holds, Known) else ""
    if bound.name == "tolist":
        return computed(args.span)
    if args.items:
        return computed(args.span)
    match bound.name, kind:
        case "all" | "any", "bool" | "int64" | "float64":
            return NUMPY_BOOL
        case "sum", "bool" | "int64":
            return INT64
        case ("sum" | "prod", "float64") | ("mean" | "std" | "var", "bool" | "int64" | "float64"):
            return FLOAT64
        case ("argmax" | "argmin", _) | ("prod", "int64"):
            return INT64
        case "max" | "min", "bool" | "int64" | "float64":
            return Instance(f"numpy.{kind}")
        case "copy" | "flatten" | "ravel" | "cumsum", "float64" | "int64":
            return receiver
    return computed(args.span)


def _array_member(machine: Machine, value: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    if name in ("size", "ndim", "nbytes", "itemsize"):
        return INT
    if name == "shape":
        return Instance("numpy.shape")
    if name == "dtype":
        return Instance("numpy.dtype")
    return computed(span) if name in ("T", "flat") else None


METHODS["numpy.ndarray"] = _of_array
MEMBERS["numpy.ndarray"] = _array_member
ITEMS["numpy.shape"] = lambda machine, value, key, node, frame: INT if isinstance(key, Known) else computed(node.span)
ITEMS["numpy.ndarray"] = lambda machine, value, key, node, frame: computed(node.span)


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    kinds = [_kind(left), *([_kind(right)] if right is not None else [])]
    if "pandas.Series" in kinds or "pandas.DataFrame" in kinds:
        return None
    if "numpy.ndarray" in kinds:
        numbers = all(each == "numpy.ndarray" or each in _NUMBERS or each.startswith("numpy.") for each in kinds)
        if sign in _COMPARISONS and numbers:
            return array("bool")
        held = {_held(each) for each in (left, right) if each is not None}
        if sign in ("+", "-", "*", "/") and held <= {"int64", "float64"}:
            return array("float64" if sign == "/" or "float64" in held else "int64")
        return None
    if len(kinds) == 1:
        return left if (sign, kinds[0]) in _SAME else None
    if sign in ("&", "|", "^") and set(kinds) <= {"numpy.bool", "bool"}:
        return NUMPY_BOOL
    whole, real = {"int", "bool", "numpy.int64"}, {"int", "bool", "float", "numpy.int64", "numpy.float64"}
    if sign in ("+", "-", "*", "//", "%") and set(kinds) <= whole and "numpy.int64" in kinds:
        return INT64
    if sign in ("+", "-", "*", "/", "//", "%") and set(kinds) <= real and {"numpy.int64", "numpy.float64"} & set(kinds):
        return FLOAT64
    return None


_NUMBERS: Final = ("int", "float", "bool")
_SAME: Final = {
    ("~", "numpy.bool"),
    ("-", "numpy.int64"),
    ("-", "numpy.float64"),
    ("+", "numpy.int64"),
    ("+", "numpy.float64"),
}


def _held(value: Value) -> str:
    """What an array holds, or what a number is beside one."""
    match value:
        case Instance(type="numpy.ndarray", fields={"holds": Known(value=str() as holds)}):
            return holds
    kind = _kind(value)
    return {"int": "int64", "float": "float64", "numpy.int64": "int64", "numpy.float64": "float64"}.get(kind, "")


def _kind(value: Value) -> str:
    match value:
        case Instance(type=kind):
            return kind
        case Known(value=found):
            return type(found).__name__
    return ""


for _name in (*(f"numpy.{each}" for each in _SCALARS), "numpy.ndarray"):
    OPERATORS[_name] = _operator
