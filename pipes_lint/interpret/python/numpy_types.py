"""numpy: its arrays and scalars, and what type two of them make together. What depends on the data is not known.

An array's field `holds` is its type of element, where that is certain (`bool`, `int64`, `float32`, `str_`), and `shape`
the sizes of its dimensions, where it is certain how many there are. Of numpy 1 and 2 only what both do is claimed.
"""

from __future__ import annotations

from typing import Final

from ...source import Span
from ...values import Bound, Instance, Known, OneOf, Sequence, Symbol, Value
from ..iterate import elements
from ..machine import CONSTANTS, IN_PLACE, LIBRARY, METHODS, OPERATORS, Args, Machine
from ..plain import BOOL, INT, computed

NUMPY_BOOL: Final = Instance("numpy.bool")
INT64: Final = Instance("numpy.int64")
FLOAT64: Final = Instance("numpy.float64")
ARRAY: Final = "numpy.ndarray"

COMPARISONS: Final = ("==", "!=", "<", "<=", ">", ">=")
SIGNED: Final = ("int8", "int16", "int32", "int64")
UNSIGNED: Final = ("uint8", "uint16", "uint32", "uint64")
REAL: Final = ("float16", "float32", "float64")
SCALARS: Final = ("bool", *SIGNED, *UNSIGNED, *REAL, "str_")

CONSTANTS.update(
    {"numpy.nan": Known(float("nan")), "numpy.inf": Known(float("inf")), "numpy.pi": Known(3.141592653589793)}
)

# --- arrays -----------------------------------------------------------------------------------------------------------

Shape = tuple[Value, ...] | None
"""The size of each dimension, a `Known` int or some int; None if it is not known how many there are."""


def array(holds: str = "", shape: Shape = None) -> Instance:
    fields: dict[str, Value] = {"holds": Known(holds)} if holds else {}
    return Instance(ARRAY, fields if shape is None else {**fields, "shape": Sequence(shape, "tuple")})


def holds(value: Value | None) -> str:
    """The type of an array's elements; nothing where that is not known."""
    found = value.fields.get("holds") if isinstance(value, Instance) and value.type == ARRAY else None
    return str(found.value) if isinstance(found, Known) else ""


def shape_of(value: Value | None) -> Shape:
    found = value.fields.get("shape") if isinstance(value, Instance) and value.type == ARRAY else None
    return found.items if isinstance(found, Sequence) else None


def is_array(value: Value | None) -> bool:
    return isinstance(value, Instance) and value.type == ARRAY


def scalar(name: str) -> Value | None:
    """A single element of this type; None where the type is not known."""
    return Instance(f"numpy.{name}") if name else None


def as_array(machine: Machine, value: Value, span: Span) -> Instance:
    """What `numpy.asarray` makes of a value."""
    content = machine.content(value)
    if is_array(content):
        assert isinstance(content, Instance)
        return content
    if isinstance(content, Sequence) and content.kind in ("list", "tuple") and content.complete:
        rows = [as_array(machine, item, span) for item in content.items]
        kinds = {holds(row) for row in rows}
        held = promoted(*kinds) if kinds and "" not in kinds else ""
        shapes = [shape_of(row) for row in rows]
        alike = bool(shapes) and all(shape is not None and shape == shapes[0] for shape in shapes)
        inner = shapes[0] if alike else None
        return array(held, None if inner is None else (Known(len(rows)), *inner))
    if isinstance(content, Instance) and content.type == "range":
        items, complete = elements(machine, content, span)
        return array("int64", (Known(len(items)) if complete else INT,))
    if isinstance(content, Instance) and content.type == "pandas.Series":
        kind, held_by = content.fields.get("holds"), content.fields.get("held")
        plainly = isinstance(kind, Known) and kind.value in SCALARS and held_by == Known("numpy")
        return array(str(kind.value) if plainly and isinstance(kind, Known) else "", (INT,))
    single = dtype_of(content)
    return array(single, ()) if single else array()


def dtype_of(value: Value) -> str:
    """The type of element that a single value becomes."""
    match value:
        case Known(value=bool()) | Instance(type="bool"):
            return "bool"
        case Known(value=int() as number):
            return "int64" if abs(number) < 2**63 else ""
        case Known(value=float()) | Instance(type="float"):
            return "float64"
        case Known(value=str()) | Instance(type="str"):
            return "str_"
        case Instance(type="int"):
            return "int64"
        case Instance(type=kind) if kind.removeprefix("numpy.") in SCALARS:
            return kind.removeprefix("numpy.")
    return ""


_NAMED: Final = {
    **{name: name for name in SCALARS if name != "str_"},
    **dict.fromkeys(("builtins.float", "float", "double", "float_", "f8", "d"), "float64"),
    **dict.fromkeys(("builtins.int", "int", "i8", "int_"), "int64"),
    **dict.fromkeys(("builtins.bool", "bool_", "?"), "bool"),
    **dict.fromkeys(("single", "f4", "f"), "float32"),
    **dict.fromkeys(("half", "f2"), "float16"),
    **dict.fromkeys(("intc", "i4"), "int32"),
    "i1": "int8",
    "i2": "int16",
    "u1": "uint8",
    "ubyte": "uint8",
    "u2": "uint16",
    "u4": "uint32",
    "u8": "uint64",
}


def named_dtype(value: Value | None) -> str:
    """The type of element that a `dtype` names; nothing where that is not known."""
    match value:
        case Symbol(name=name):
            return _NAMED.get(name.removeprefix("numpy."), "")
        case Known(value=str() as name):
            return _NAMED.get(name.lstrip("<="), "")
    return ""


def told_dtype(machine: Machine, args: Args, otherwise: str, index: int | None = None) -> str:
    """The type of element that a call asks for by `dtype`, or else gives."""
    told = args.get("dtype", index)
    return otherwise if told is None or told == Known(None) else named_dtype(machine.content(told))


# --- types together ---------------------------------------------------------------------------------------------------


def promoted(*kinds: str) -> str:
    """The type that holds elements of all of these; nothing where that is not known."""
    result = kinds[0]
    for kind in kinds[1:]:
        result = _promoted(result, kind)
    return result


def _promoted(one: str, other: str) -> str:
    if one == other or not one or not other:
        return one if one == other else ""
    for mine, yours in ((one, other), (other, one)):
        if mine == "bool" and yours != "str_":
            return yours
        if mine == "float64" and yours != "str_":
            return mine
    for family in (SIGNED, UNSIGNED, REAL):
        if one in family and other in family:
            return max(one, other, key=family.index)
    if {one, other} <= {"float32", "int32", "int64", "uint32", "uint64"} and "float32" in (one, other):
        return "float64"
    return ""


SUMMED: Final = {
    **dict.fromkeys(("bool", *SIGNED), "int64"),
    **dict.fromkeys(UNSIGNED, "uint64"),
    **{name: name for name in REAL},
}
"""What elements of a type add up to, or multiply to."""
AVERAGED: Final = {**dict.fromkeys(("bool", *SIGNED, *UNSIGNED), "float64"), **{name: name for name in REAL}}
"""What type the mean of elements has, and how far they are spread."""


# --- scalars ----------------------------------------------------------------------------------------------------------

_PLAIN_OF: Final = {
    **dict.fromkeys((*SIGNED, *UNSIGNED), "int"),
    **dict.fromkeys(REAL, "float"),
    "bool": "bool",
    "str_": "str",
}


def plain_of(kind: str) -> Value | None:
    """What `.item()` gives of a type."""
    return Instance(_PLAIN_OF[kind]) if kind in _PLAIN_OF else None


def _scalar(name: str) -> None:
    LIBRARY[f"numpy.{name}"] = lambda machine, args: _made(machine, name, args)


def _made(machine: Machine, kind: str, args: Args) -> Value:
    """`numpy.int64(x)` of a number is one; of an array it is an array."""
    if not args.positional or len(args.items) > 1:
        return computed(args.span) if args.items else Instance(f"numpy.{kind}")
    made = as_array(machine, args.positional[0], args.span)
    shape = shape_of(made)
    if shape == () and holds(made):
        return Instance(f"numpy.{kind}")
    return array("" if kind == "str_" else kind, shape) if shape else computed(args.span)


for _name in SCALARS:
    _scalar(_name)
LIBRARY["numpy.bool_"] = LIBRARY["numpy.bool"]
for _name, _kind in (("float_", "float64"), ("int_", "int64"), ("double", "float64"), ("single", "float32")):
    LIBRARY[f"numpy.{_name}"] = LIBRARY[f"numpy.{_kind}"]
LIBRARY["numpy.datetime64"] = lambda machine, args: Instance("numpy.datetime64")
LIBRARY["numpy.timedelta64"] = lambda machine, args: Instance("numpy.timedelta64")


def _of_scalar(machine: Machine, bound: Bound, args: Args) -> Value | None:
    receiver = machine.content(bound.receiver)
    kind = receiver.type.removeprefix("numpy.") if isinstance(receiver, Instance) else ""
    match bound.name:
        case "item" | "tolist":
            return plain_of(kind) or computed(args.span)
        case "all" | "any" if kind in ("bool", "int64", "float64"):
            return NUMPY_BOOL
        case "is_integer":
            return BOOL
        case "round" | "copy" | "max" | "min" if kind != "bool":
            return receiver
        case "sum" | "mean" if kind in AVERAGED:
            return scalar((SUMMED if bound.name == "sum" else AVERAGED)[kind])
        case "astype" if args.positional:
            return scalar(named_dtype(machine.content(args.positional[0]))) or computed(args.span)
    return computed(args.span)


for _name in SCALARS:
    METHODS[f"numpy.{_name}"] = _of_scalar


# --- operators --------------------------------------------------------------------------------------------------------

_ARITHMETIC: Final = ("+", "-", "*", "/", "//", "%", "**")
_BITS: Final = ("&", "|", "^", "<<", ">>")


def _operator(sign: str, left: Value, right: Value | None) -> Value | None:
    if right is None:
        return _unary(sign, left)
    kinds = {kind_of(left), kind_of(right)}
    if "pandas.Series" in kinds or "pandas.DataFrame" in kinds:
        return None
    if ARRAY in kinds:
        return _of_arrays(sign, left, right)
    one, other = (kind_of(each).removeprefix("numpy.") for each in (left, right))
    if sign in ("&", "|", "^") and kinds <= {"numpy.bool", "bool"}:
        return NUMPY_BOOL
    if sign in COMPARISONS and {one, other} <= {*_PLAIN_NUMBERS, *SCALARS} - {"str", "str_"}:
        return NUMPY_BOOL
    if sign in _ARITHMETIC:
        if kinds <= {"numpy.datetime64", "numpy.timedelta64", "datetime.timedelta"}:
            return _of_moments(sign, left, right)
        return scalar(together(sign, left, right))
    return None


_PLAIN_NUMBERS: Final = ("int", "float", "bool")


def _unary(sign: str, value: Value) -> Value | None:
    if is_array(value):
        kind = holds(value)
        fits = kind and (sign == "~" or kind != "bool")
        return array(kind, shape_of(value)) if fits else array("", shape_of(value))
    kind = kind_of(value).removeprefix("numpy.")
    if sign == "~":
        return value if kind == "bool" or kind in (*SIGNED, *UNSIGNED) else None
    return value if kind in (*SIGNED, *REAL) else None


def _of_moments(sign: str, left: Value, right: Value) -> Value | None:
    moments = [kind_of(each) == "numpy.datetime64" for each in (left, right)]
    if sign == "-" and all(moments):
        return Instance("numpy.timedelta64")
    return Instance("numpy.datetime64") if sign in ("+", "-") and any(moments) else None


def _of_arrays(sign: str, left: Value, right: Value) -> Value | None:
    if not all(_joins(each) for each in (left, right)):
        return None
    shape = broadcast(left, right)
    if sign in COMPARISONS:
        return array("bool", shape)
    if sign == "@":
        return _product(left, right)
    if sign in _ARITHMETIC or sign in _BITS:
        return array(together(sign, left, right), shape)
    return None


def _joins(value: Value) -> bool:
    """Whether an array and this make an array."""
    kind = kind_of(value)
    return kind == ARRAY or kind in (*_PLAIN_NUMBERS, "list", "tuple", "range") or kind.startswith("numpy.")


def together(sign: str, left: Value, right: Value) -> str:
    """The type of element that an operator gives; nothing where that is not known."""
    made = _mixed(left, right)
    if sign in _BITS:
        return made if made == "bool" or made in SIGNED else ""
    if sign == "/":
        return "float64" if made in ("int32", "int64", "uint32", "uint64", "bool") else made if made in REAL else ""
    if made == "bool":
        return made if sign in ("+", "*") else ""
    return "" if made == "str_" else made


def _mixed(left: Value, right: Value) -> str:
    """The type of element that two operands have in common."""
    one, other = (holds(each) or dtype_of(each) for each in (left, right))
    if not one or not other:
        return ""
    for mine, yours, value, beside in ((one, other, left, right), (other, one, right, left)):
        if kind_of(beside) in _PLAIN_NUMBERS:
            return _weighed(mine, yours, is_array(value))
        if is_array(value) and not is_array(beside):
            both = _promoted(mine, yours)
            # To numpy 1 a single number of the same sort weighs nothing.
            return both if both == mine or (yours in REAL) > (mine in REAL) else ""
    return _promoted(one, other)


def _weighed(kind: str, plain: str, in_array: bool) -> str:
    """What elements of a type make with a plain number of Python's, which weighs little."""
    if kind == "bool" or (kind == "int64" and plain != "float64") or kind == "float64":
        return kind if plain == "bool" else plain if kind == "bool" else kind
    if not in_array:
        return "float64" if plain == "float64" and kind in (*SIGNED, *UNSIGNED) else ""  # numpy 1 and 2 differ
    if kind in REAL or kind in ("int32", "uint64") and plain != "float64":
        return kind
    return "float64" if plain == "float64" and kind in (*SIGNED, *UNSIGNED) else ""


def broadcast(*values: Value) -> Shape:
    """The shape that these together have, as far as it is certain."""
    shapes = [shape_of(value) if is_array(value) else () if _is_single(value) else None for value in values]
    known = [shape for shape in shapes if shape is not None]
    if len(known) < len(shapes):
        return None
    longest = max(known, key=len)
    return longest if all(shape in (longest, ()) for shape in known) else (INT,) * len(longest)


def _is_single(value: Value) -> bool:
    kind = kind_of(value)
    return kind in _PLAIN_NUMBERS or kind.removeprefix("numpy.") in SCALARS


def _product(left: Value, right: Value) -> Value | None:
    """`left @ right`: of two vectors a number, else an array."""
    shapes = [shape_of(left), shape_of(right)]
    kind = _promoted(holds(left), holds(right)) if is_array(left) and is_array(right) else ""
    if any(shape is None for shape in shapes):
        return OneOf((array(kind), Instance(f"numpy.{kind}"))) if kind and kind != "bool" else None
    if all(shape is not None and len(shape) == 1 for shape in shapes):
        return scalar(kind)
    return array(kind)


def kind_of(value: Value) -> str:
    """A value's type by name: an instance's own, a constant's, a list's."""
    match value:
        case Instance(type=kind):
            return kind
        case Known(value=found):
            return type(found).__name__
        case Sequence(kind=kind):
            return kind
    return ""


for _name in (*(f"numpy.{each}" for each in SCALARS), ARRAY, "numpy.datetime64", "numpy.timedelta64"):
    OPERATORS[_name] = _operator
IN_PLACE.add(ARRAY)
