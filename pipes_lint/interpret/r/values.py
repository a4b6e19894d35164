"""R's vectors and lists as values: taken apart into named parts, and put together by R's rules of coercion."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Final

from ... import ir
from ...records import NamedTuple
from ...source import Span
from ...values import (
    Bound,
    Closure,
    Instance,
    Known,
    Mapping,
    Partial,
    Sequence,
    Slot,
    Symbol,
    Template,
    Unknown,
    Value,
)
from ..machine import MAPPINGS, Arg, Args, Machine
from ..text import r_text

Part = tuple[str | None, Value]
"""An element with its name, None if it has none."""

MISSING_ARGUMENT: Final = "missing argument"
RANKS: Final = ("logical", "integer", "numeric", "character")
"""R's plain types, each of which is turned into any later one that stands in the same vector."""
_MISSING_KINDS: Final = {"logical": 0, "integer": 1, "real": 2, "character": 3}
_KINDS_OF_MISSING: Final = ("logical", "integer", "real", "character")

NOT_PASSED: Final = Unknown("it is not passed", foreign=True)


def some(kind: str, *, whole: bool = False, single: bool = True, length: int = 1) -> Instance:
    """Some value of a type; `single` if its `length` is known, `whole` if it is certainly not NA."""
    fields: dict[str, Value] = {"length": Known(length)} if single else {}
    if whole:
        fields["missing"] = Known(False)
    return Instance(f"r:{kind}", fields)


_MOST_SEVERAL: Final = 64


def several(kind: str, count: int | None, *, whole: bool = False) -> Value:
    """A vector of so many of a type, of which no more is known."""
    if count is None:
        return some(kind, whole=whole, single=False)
    if count == 1 or count > _MOST_SEVERAL:
        return some(kind, whole=whole, length=count)
    return Sequence((some(kind, whole=whole),) * count, "vector")


def initial(kind: object) -> Value:
    """What a slot or field of a type is before it is set."""
    match kind:
        case "numeric" | "character" | "logical" | "integer":
            return Sequence((), "vector")
        case "list":
            return Sequence((), "list")
    return Unknown("it has not been set yet", foreign=True)


def first(args: Args) -> Value:
    """The first argument, by whatever name it is passed."""
    return args.positional[0] if args.positional else next((arg.value for arg in args.items), NOT_PASSED)


def answer(known: bool | None, args: Args) -> Value:
    """A logical; some one, where it is not known which."""
    return some("logical", whole=True) if known is None else Known(known, args.span)


def computed(args: Args, why: str = "it is computed") -> Unknown:
    return Unknown(why, args.span, foreign=True)


# --- Arguments ------------------------------------------------------------------------------------------------------


class Taken(NamedTuple):
    """A call's arguments by the library function's own parameters, and those that its `...` takes."""

    by_name: dict[str, Arg]
    rest: tuple[Arg, ...]
    loose: bool

    def get(self, name: str) -> Value | None:
        arg = self.by_name.get(name)
        return arg.value if arg else None

    def known(self, name: str, default: object = None) -> object:
        """The plain value of an argument, `default` if it is not passed, and `UNREAD` if it is not known."""
        value = self.get(name)
        if value is None:
            return UNREAD if self.loose else default
        if not isinstance(value, Known) or isinstance(value.value, ir.Missing):
            return UNREAD
        return UNREAD if isinstance(value.value, float) and not math.isfinite(value.value) else value.value


UNREAD: Final = object()


def take(args: Args, *formals: str) -> Taken:
    """Matches arguments as R does: whole names, unique prefixes of what stands before `...`, then by position."""
    dots = formals.index("...") if "..." in formals else len(formals)
    before = formals[:dots]
    taken: dict[str, Arg] = {}
    given = [arg for arg in args.items if not arg.loose and not is_missing_argument(arg.value)]
    left: list[Arg] = []
    for arg in given:
        if arg.name is not None and arg.name in formals and arg.name != "..." and arg.name not in taken:
            taken[arg.name] = arg
        else:
            left.append(arg)
    rest: list[Arg] = []
    for arg in left:
        near = [each for each in before if each not in taken and arg.name and each.startswith(arg.name)]
        if len(near) == 1:
            taken[near[0]] = arg
        else:
            rest.append(arg)
    free = [each for each in before if each not in taken]
    others: list[Arg] = []
    for arg in rest:
        if arg.name is None and free:
            taken[free.pop(0)] = arg
        else:
            others.append(arg)
    return Taken(taken, tuple(others), args.loose)


def is_missing_argument(value: Value) -> bool:
    return isinstance(value, Unknown) and value.reason == MISSING_ARGUMENT


# --- Apart ----------------------------------------------------------------------------------------------------------


def parts(machine: Machine, value: Value, span: Span) -> list[Part] | None:
    """All elements of a vector or list, with their names; None if these are not all known to be all."""
    content = machine.content(value)
    match content:
        case Known(value=None):
            return []
        case Known() | Template():
            return [(None, content)]
        case Sequence(items=items, complete=True):
            return [(None, item) for item in items]
        case Mapping(slots=slots, stop=None) if all(slot.always for slot in slots.values()):
            return [(key if isinstance(key, str) else None, slot.value) for key, slot in slots.items()]
        case Instance(type=kind, fields={"length": Known(1)}) if kind.startswith("r:"):
            return [(None, content)]
        case Instance(type="r:data.frame", fields={"columns": Mapping(slots=slots)}):
            return [(str(key), slot.value) for key, slot in slots.items()]
        case Instance(type=kind) if kind in MAPPINGS:
            return parts(machine, MAPPINGS[kind](machine, content, span), span)
        case Instance(type="r:names", fields={"of": Instance() as of}):
            inner = parts(machine, of, span)
            return None if inner is None else [(None, Known(name)) for name, _ in inner]
    return None


def scalars(machine: Machine, value: Value, span: Span) -> list[Value] | None:
    """The elements of a vector without their names."""
    found = parts(machine, value, span)
    return None if found is None else [each for _, each in found]


def length_of(machine: Machine, value: Value) -> int | None:
    """How many elements a vector or list has; None if that is not known."""
    match machine.content(value):
        case Instance(type=kind, fields={"length": Known(value=int() as length)}) if kind.startswith("r:"):
            return length
        case content:
            found = parts(machine, content, Span("", 0, 0))
            return None if found is None else len(found)


def is_list(value: Value) -> bool:
    match value:
        case Sequence(kind="list" | "tuple") | Mapping(kind="list" | "dict") | Instance(type="r:list" | "r:data.frame"):
            return True
        case Instance(type=kind):
            return kind in MAPPINGS
    return False


def is_function(value: Value) -> bool:
    return isinstance(value, Closure | Symbol | Bound | Partial) or (
        isinstance(value, Instance) and value.type.startswith("r:function")
    )


def plain_texts(machine: Machine, value: Value, span: Span) -> list[str] | None:
    """The texts of a character vector, if all are known."""
    found = scalars(machine, value, span)
    if found is None or not all(isinstance(each, Known) and isinstance(each.value, str) for each in found):
        return None
    return [str(each.value) for each in found if isinstance(each, Known)]


# --- Together -------------------------------------------------------------------------------------------------------


def listed(found: Iterable[Part], span: Span | None = None, places: dict[str, Span] | None = None) -> Value:
    """R's list of these."""
    return _made(list(found), "list", span, places)


def vector(found: Iterable[Part], span: Span | None = None) -> Value:
    """R's vector of these, all turned into the widest of their types. One without a name is a constant."""
    pairs = _coerced(list(found))
    if len(pairs) == 1 and not pairs[0][0] and not isinstance(pairs[0][1], Unknown):
        return pairs[0][1]
    return _made(pairs, "vector", span, None)


def texts(values: Iterable[Value], span: Span | None = None) -> Value:
    return vector([(None, each) for each in values], span)


def _made(pairs: list[Part], kind: str, span: Span | None, places: dict[str, Span] | None) -> Value:
    names = [name for name, _ in pairs if name]
    if not names:
        return Sequence(tuple(value for _, value in pairs), "list" if kind == "list" else "vector", True, span)
    if len(set(names)) < len(names):
        return Unknown("two of its elements have one name", span, foreign=True)
    slots: dict[object, Slot] = {}
    for index, (name, value) in enumerate(pairs, start=1):
        slots[name or index] = Slot(value, True, (places or {}).get(name or ""))
    return Mapping(slots, None, "list" if kind == "list" else "vector", span)  # type: ignore[arg-type]


def named(found: Iterable[Part], like: str, span: Span | None = None) -> Value:
    """A list or vector of these which is a named one even if it is empty."""
    pairs = list(found)
    if pairs:
        return listed(pairs, span) if like == "list" else vector(pairs, span)
    return Mapping({}, None, "list" if like == "list" else "vector", span)


def rank(value: Value) -> int | None:
    """A single value's place in R's order of types; None if it is not known."""
    match value:
        case Known(value=bool()):
            return 0
        case Known(value=int()):
            return 1
        case Known(value=float()):
            return 2
        case Known(value=str()) | Template(path=False):
            return 3
        case Known(value=ir.Missing(kind=kind)):
            return _MISSING_KINDS[kind]
        case Instance(type=kind) if kind.removeprefix("r:") in RANKS:
            return RANKS.index(kind.removeprefix("r:"))
    return None


def _coerced(pairs: list[Part]) -> list[Part]:
    ranks = [rank(value) for _, value in pairs]
    widest = max((each for each in ranks if each is not None), default=0)
    if None in ranks:
        unread = Unknown("it may be turned into another type", foreign=True)
        return [(name, value if isinstance(value, Unknown) or rank(value) == 3 else unread) for name, value in pairs]
    return [(name, convert(value, widest)) for name, value in pairs]


def convert(value: Value, to: int) -> Value:
    """A single plain value as one of the type of that rank, by `as.logical`, …, `as.character`."""
    if rank(value) == to:
        return value
    match value:
        case Known(value=ir.Missing()):
            return Known(ir.Missing(_KINDS_OF_MISSING[to]), value.span)
        case Known(value=bool() | int() | float() | str() as plain):
            return converted(plain, to, value.span)
        case Template() if to == 3:
            return value
        case Instance(fields=fields):
            widened = to > (rank(value) or 0)
            names = ("length", "missing") if widened else ("length",)
            return some(RANKS[to])._replace(fields={name: fields[name] for name in names if name in fields})
        case Unknown():
            return value
    return some(RANKS[to])


_SMALLEST_NOT_INTEGER: Final = 2**31
_DECIMAL: Final = frozenset("0123456789.eE+-")


def converted(plain: bool | int | float | str, to: int, span: Span | None) -> Value:
    match to:
        case 3:
            return Known(plain if isinstance(plain, str) else r_text(plain), span)
        case 2 | 1:
            number = _number(plain)
            if number is None:
                return Known(ir.Missing("real" if to == 2 else "integer"), span)
            if math.isnan(number) and isinstance(plain, str):
                return some(RANKS[to])
            if to == 2:
                return Known(number, span)
            if math.isfinite(number) and abs(number) < _SMALLEST_NOT_INTEGER:
                return Known(int(number), span)
            return Known(ir.Missing("integer"), span)
    if isinstance(plain, str):
        for answer, words in ((True, ("TRUE", "true", "T", "True")), (False, ("FALSE", "false", "F", "False"))):
            if plain in words:
                return Known(answer, span)
        return Known(ir.Missing("logical"), span)
    if isinstance(plain, float) and math.isnan(plain):
        return Known(ir.Missing("logical"), span)
    return Known(bool(plain), span)


def _number(plain: bool | int | float | str) -> float | None:
    """What R reads as a number; NaN where it may read what Python does not."""
    if not isinstance(plain, str):
        return float(plain)
    text = plain.strip(" \t\n\r")
    if not text or text[0] not in "0123456789.+-iInN":
        return None
    if not set(text) <= _DECIMAL:
        return float("nan")
    try:
        return float(text)
    except ValueError:
        return None


def elementwise(machine: Machine, args: Args, value: Value | None, change: Callable[[Value], Value]) -> Value:
    """A vector with each element changed; names stay. Unknown where the elements are not known."""
    if value is None:
        return computed(args)
    found = parts(machine, value, args.span)
    if found is None:
        return computed(args)
    return vector([(name, change(each)) for name, each in found], args.span)
