"""R's dates and the spans between them, where the dates are written down."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from typing import Final

from ...values import Instance, Known, Template, Value
from ..machine import OPERATORS, Args, Machine, library
from ..text import product
from .values import rank, some, take

_EPOCH: Final = date(1970, 1, 1)
_WRITTEN: Final = r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})"
_DAY: Final = 86_400
_SECONDS: Final = {"secs": 1, "mins": 60, "hours": 3600, "days": _DAY, "weeks": 7 * _DAY}
SPAN: Final = Instance("r:difftime")
"""A span of time of which no more is known."""


# --- Dates ----------------------------------------------------------------------------------------------------------


def date_of(day: int) -> Instance:
    return some("Date", whole=True)._replace(fields={"length": Known(1), "missing": Known(False), "day": Known(day)})


def day_of(value: Value) -> int | None:
    """The day that a date is, counted from 1970; None if that is not known."""
    match value:
        case Instance(type="r:Date", fields={"day": Known(value=int() as day)}):
            return day
    return None


def written(value: Value) -> str | None:
    """A date as R writes it."""
    day = day_of(value)
    try:
        return None if day is None else (_EPOCH + timedelta(days=day)).isoformat()
    except OverflowError:
        return None


def read_date(text: str, form: str | None) -> Instance | None:
    """The date that a text begins with, in R's own two forms or in one that is given; None if there is none."""
    if form is not None:
        parts = {"%Y": r"(?P<y>\d{4})", "%m": r"(?P<m>\d{1,2})", "%d": r"(?P<d>\d{1,2})"}
        pattern = re.sub(r"%[Ymd]", lambda found: parts[found[0]], re.escape(form).replace("\\-", "-"))
        if "%" in pattern or any(form.count(each) != 1 for each in parts):
            return None
        found = re.match(pattern, text)
        numbers = [int(found[each]) for each in "ymd"] if found else None
    else:
        found = re.match(_WRITTEN, text)
        numbers = [int(found[index]) for index in (1, 3, 4)] if found else None
    try:
        return date_of((date(*numbers) - _EPOCH).days) if numbers else None
    except ValueError:
        return None


@library("base.as.Date", "base.as_date", "base.ymd")
def as_date(machine: Machine, args: Args) -> Value:
    """What is read from a text may be NA, if its form is given; without, R stops at what is none."""
    taken = take(args, "x", "format", "tryFormats", "origin", "tz", "optional")
    form = taken.known("format")
    plain = set(taken.by_name) <= {"x", "format"}

    def make(chosen: list[Value]) -> Value:
        match chosen[0]:
            case Known(value=str() as text) if plain and isinstance(form, str | None):
                found = read_date(text, form)
                return some("Date", whole=form is None) if found is None else found
            case Instance(type="r:Date") as given if plain:
                return given
            case Instance(fields={"length": Known(value=1)}) | Template() | Known(value=str()):
                return some("Date")
        return some("Date", single=False)

    value = taken.get("x")
    return some("Date", single=False) if value is None else product([machine.content(value)], make)


_FORMS: Final = frozenset("YmdjyFHMSe")


def formatted(value: Value, form: object) -> str | None:
    """A known date in a form of nothing but numbers."""
    text = written(value)
    if text is None or not isinstance(form, str):
        return None
    if not all(each[1:] in _FORMS - set("HMSe") for each in re.findall(r"%.", form)):
        return None
    return date.fromisoformat(text).strftime(form)


# --- Spans ----------------------------------------------------------------------------------------------------------


def span(number: float, units: str) -> Instance:
    fields: dict[str, Value] = {"number": Known(number), "units": Known(units), "length": Known(1)}
    return SPAN._replace(fields=fields)


def _known(value: Value | None) -> tuple[float, str] | None:
    """A span's number and its units; None if they are not known."""
    match value:
        case Instance(type="r:difftime", fields={"number": Known(value=float() as number), "units": Known(value=own)}):
            return number, str(own)
    return None


def number_of(value: Value, units: object = None) -> float | None:
    """How long a span is, in units of its own or in others; None if that is not known."""
    match _known(value), units:
        case (number, own), None:
            return number
        case (number, own), str() if units in _SECONDS:
            return number if units == own else number * _SECONDS[own] / _SECONDS[str(units)]
    return None


@library("base.difftime")
def difference_of_times(machine: Machine, args: Args) -> Value:
    taken = take(args, "time1", "time2", "tz", "units")
    days = [day_of(machine.content(taken.get(name) or Known(None))) for name in ("time1", "time2")]
    wanted = taken.known("units", "auto")
    near = [each for each in ("auto", *_SECONDS) if isinstance(wanted, str) and each.startswith(wanted)]
    if None in days or taken.loose or len(near) != 1:
        return SPAN
    between = (days[0] or 0) - (days[1] or 0)
    units = near[0] if near[0] != "auto" else "days" if between else "secs"
    return span(between * _DAY / _SECONDS[units], units)


@library("base.as.difftime")
def as_span(machine: Machine, args: Args) -> Value:
    taken = take(args, "tim", "format", "units", "tz")
    number, units = taken.known("tim"), taken.known("units")
    if not isinstance(number, int | float) or not isinstance(units, str) or units not in _SECONDS:
        return SPAN
    return span(float(number), units)


@library("base.units")
def units_of(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else SPAN
    return value.fields["units"] if isinstance(value, Instance) and "units" in value.fields else some("character")


@library("base.units<-")
def with_units(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else SPAN
    new = args.get("value")
    wanted = new.value if isinstance(new, Known) else None
    number = number_of(value, wanted)
    return SPAN if number is None or not isinstance(wanted, str) else span(number, wanted)


# --- Operators ------------------------------------------------------------------------------------------------------

_COMPARED: Final = frozenset({"==", "!=", "<", "<=", ">", ">="})


def _compared(sign: str, left: float, right: float) -> Value:
    answers = {"==": left == right, "!=": left != right, "<": left < right, "<=": left <= right}
    return Known({**answers, ">": left > right, ">=": left >= right}[sign])


def _as_day(value: Value) -> int | None:
    """The day of a date, or of a text beside one."""
    match value:
        case Known(value=str() as text):
            return day_of(read_date(text, None) or value)
    return day_of(value)


def on_dates(sign: str, left: Value, right: Value) -> Value | None:
    """An operator on dates of which at least one is known; None if that tells nothing."""
    days = _as_day(left), _as_day(right)
    if days[0] is not None and days[1] is not None:
        if sign in _COMPARED:
            return _compared(sign, days[0], days[1])
        if sign == "-" and isinstance(left, Instance) and isinstance(right, Instance):
            return span(float(days[0] - days[1]), "days")
    for one, other in ((left, right), (right, left)):
        day = day_of(one)
        match other:
            case Known(value=int() | float() as number) if not isinstance(number, bool) and day is not None:
                if sign == "+" or sign == "-" and one is left:
                    whole = math.isfinite(number) and float(number).is_integer() and abs(number) < 100_000
                    return date_of(day + int(number) * (1 if sign == "+" else -1)) if whole else some("Date")
    return None


def _on_spans(sign: str, left: Value, right: Value | None) -> Value | None:
    one, other = _known(left), _known(right)
    match one, other, right:
        case (number, units), (beside, own), _ if units == own and sign in _COMPARED:
            return _compared(sign, number, beside)
        case (number, units), (beside, own), _ if units == own and sign in ("+", "-"):
            return span(number + beside if sign == "+" else number - beside, units)
        case (number, _), None, Known(value=int() | float() as plain) if sign in _COMPARED:
            return _compared(sign, number, plain)
    beside_it = [each for each in (left, right) if each is not None and not _is_span(each)]
    if right is None or not all(rank(each) in (0, 1, 2) for each in beside_it):
        return None
    if sign in _COMPARED:
        return some("logical", single=False)
    return SPAN if sign in ("+", "-") or sign in ("*", "/") and _is_span(left) and beside_it else None


def _is_span(value: Value) -> bool:
    return isinstance(value, Instance) and value.type == "r:difftime"


OPERATORS["r:difftime"] = _on_spans
