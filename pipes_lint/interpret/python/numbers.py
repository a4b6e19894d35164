"""Numbers, times and identities of Python's own library: what type they are, and their value where it is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from ...source import Span
from ...values import Bound, Instance, Known, Sequence, Unknown, Value, join
from ..iterate import elements
from ..machine import CONSTANTS, LIBRARY, MEMBERS, METHODS, OPERATORS, Args, Frame, Machine, library
from ..plain import BOOL, FLOAT, INT, compute, computed, listed

CONSTANTS.update(
    {
        "math.pi": Known(math.pi),
        "math.e": Known(math.e),
        "math.inf": Known(math.inf),
        "math.nan": Known(math.nan),
        "datetime.timezone.utc": Instance("datetime.timezone"),
        "datetime.UTC": Instance("datetime.timezone"),
    }
)


def _gives(kind: str, *names: str) -> None:
    """These names give an object of this type, whatever they are called with."""
    for name in names:
        LIBRARY[name] = lambda machine, args: Instance(kind)


_FLOATS: Final = (
    "acos acosh asin asinh atan atan2 atanh copysign cos cosh degrees dist erf exp expm1 fabs fmod gamma hypot ldexp "
    "log log10 log1p log2 pow radians sin sinh sqrt tan tanh"
)


def _careful(function: Callable[..., object]) -> Callable[..., object]:
    """Only for small numbers, which do not take long."""

    def call(*values: float) -> object:
        if any(abs(value) > 1000 for value in values if not math.isnan(value)):
            raise ValueError
        return function(*values)

    return call


def _of_math(name: str, otherwise: Value | None) -> None:
    function = getattr(math, name)
    careful = _careful(function) if otherwise else function
    LIBRARY[f"math.{name}"] = lambda machine, args: compute(machine, careful, args, otherwise or _whole(machine, args))


for _name in _FLOATS.split():
    _of_math(_name, FLOAT)
for _name in ("isclose", "isfinite", "isinf", "isnan"):
    _of_math(_name, BOOL)
for _name in ("comb", "factorial", "gcd", "isqrt", "lcm", "perm"):
    _of_math(_name, INT)
for _name in ("ceil", "floor", "trunc"):
    # Of an object of a library's they may give anything; of a number an int.
    _of_math(_name, None)


def _whole(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else None
    return INT if isinstance(value, Instance) and value.type in ("int", "float") else computed(args.span)


_gives("float", "time.time", "time.perf_counter", "time.monotonic", "time.process_time", "timeit.default_timer")
_gives("int", "time.time_ns", "time.perf_counter_ns", "os.getpid", "os.getppid", "random.getrandbits")
_gives("float", "random.random", "random.uniform", "random.gauss", "random.normalvariate", "random.betavariate")
_gives("int", "random.randint", "random.randrange")
_gives("str", "time.strftime", "time.ctime", "secrets.token_hex", "platform.node", "platform.system")
_gives("str", "platform.platform", "platform.python_version")
_gives("float", "statistics.fmean", "math.fsum")
_gives("uuid.UUID", "uuid.uuid1", "uuid.uuid3", "uuid.uuid4", "uuid.uuid5", "uuid.UUID")
_gives("bytes", "os.urandom")
_gives("decimal.Decimal", "decimal.Decimal")
_gives("fractions.Fraction", "fractions.Fraction")
_gives("datetime.timedelta", "datetime.timedelta")
_gives("datetime.timezone", "datetime.timezone")
_gives("zoneinfo.ZoneInfo", "zoneinfo.ZoneInfo")
_gives("datetime.time", "datetime.time")
LIBRARY["random.sample"] = lambda machine, args: computed(args.span)


@library("random.choice")
def choice(machine: Machine, args: Args) -> Value:
    """Any of them."""
    items, complete = elements(machine, args.positional[0], args.span) if args.positional else ((), False)
    return join(items) if items and complete else computed(args.span)


# --- dates and times --------------------------------------------------------------------------------------------------

_MOMENTS: Final = (
    "now",
    "utcnow",
    "today",
    "fromtimestamp",
    "utcfromtimestamp",
    "fromisoformat",
    "strptime",
    "combine",
)
_gives("datetime.datetime", "datetime.datetime", *(f"datetime.datetime.{name}" for name in _MOMENTS))
_gives(
    "datetime.date", "datetime.date", *(f"datetime.date.{name}" for name in ("today", "fromisoformat", "fromtimestamp"))
)

_OF_DATE: Final = {
    **dict.fromkeys(("isoformat", "strftime", "ctime", "__str__"), "str"),
    **dict.fromkeys(("weekday", "isoweekday", "toordinal"), "int"),
}
_METHODS: Final[dict[str, dict[str, str]]] = {
    "datetime.datetime": {
        **_OF_DATE,
        "timestamp": "float",
        "date": "datetime.date",
        "time": "datetime.time",
        **dict.fromkeys(("replace", "astimezone"), "datetime.datetime"),
        "tzname": "",
    },
    "datetime.date": {**_OF_DATE, "replace": "datetime.date"},
    "datetime.time": {"isoformat": "str", "strftime": "str"},
    "datetime.timedelta": {"total_seconds": "float"},
    "decimal.Decimal": {"quantize": "decimal.Decimal", "is_nan": "bool", "is_finite": "bool", "__str__": "str"},
}
_PARTS: Final[dict[str, dict[str, str]]] = {
    "datetime.datetime": dict.fromkeys(("year", "month", "day", "hour", "minute", "second", "microsecond"), "int"),
    "datetime.date": dict.fromkeys(("year", "month", "day"), "int"),
    "datetime.timedelta": dict.fromkeys(("days", "seconds", "microseconds"), "int"),
    "uuid.UUID": {"hex": "str", "int": "int", "urn": "str", "version": ""},
}


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    receiver = machine.content(bound.receiver)
    kind = _METHODS[receiver.type].get(bound.name) if isinstance(receiver, Instance) else None
    return Instance(kind) if kind else computed(args.span)


def _part(machine: Machine, value: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    kind = _PARTS[value.type].get(name)
    return Instance(kind) if kind else computed(span) if kind == "" else None


for _kind in _METHODS:
    METHODS[_kind] = _method
for _kind in _PARTS:
    MEMBERS[_kind] = _part


def _kind_of(value: Value | None) -> str:
    match value:
        case Instance(type=kind):
            return kind
        case Known(value=plain):
            return type(plain).__name__
    return ""


def _of_time(sign: str, left: Value, right: Value | None) -> Value | None:
    moment, span, day = "datetime.datetime", "datetime.timedelta", "datetime.date"
    one, other = _kind_of(left), _kind_of(right)
    match sign, one, other:
        case "-", _, _ if one == other and one in (moment, day, span):
            return Instance(span)
        case "+", _, _ if {one, other} == {moment, span} or {one, other} == {day, span}:
            return Instance(moment if moment in (one, other) else day)
        case "-", _, _ if other == span and one in (moment, day):
            return Instance(one)
        case "+", _, _ if one == other == span:
            return Instance(span)
        case "<" | "<=" | ">" | ">=" | "==" | "!=", _, _ if one == other:
            return BOOL
        case "/", _, _ if one == other == span:
            return FLOAT
    return None


def _of_decimal(sign: str, left: Value, right: Value | None) -> Value | None:
    kinds = {_kind_of(left), _kind_of(right)}
    if kinds <= {"decimal.Decimal", "int", "bool"}:
        if sign in ("+", "-", "*", "/", "%"):
            return Instance("decimal.Decimal")
        if sign in ("<", "<=", ">", ">=", "==", "!="):
            return BOOL
    return None


OPERATORS.update(dict.fromkeys(("datetime.datetime", "datetime.date", "datetime.timedelta"), _of_time))
OPERATORS["decimal.Decimal"] = _of_decimal


def _of_statistics(name: str) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        """Of known numbers what Python itself says; of others it may be any number."""
        import statistics

        return compute(machine, getattr(statistics, name), args, computed(args.span))

    LIBRARY[f"statistics.{name}"] = apply


for _name in ("mean", "median", "stdev", "pstdev", "variance", "pvariance", "mode"):
    _of_statistics(_name)


@library("os.cpu_count")
def processors(machine: Machine, args: Args) -> Value:
    return Unknown("it depends on the machine", args.span, foreign=True)


@library("random.choices")
def choices(machine: Machine, args: Args) -> Value:
    return listed(machine, (), complete=False)


@library("random.shuffle")
def shuffle(machine: Machine, args: Args) -> Value:
    """The list is in any order afterwards."""
    from ...values import Reference

    for value in args.positional:
        content = machine.content(value)
        if isinstance(value, Reference) and isinstance(content, Sequence):
            machine.store.write(value.ident, content._replace(items=(), complete=False))
    return Known(None)
