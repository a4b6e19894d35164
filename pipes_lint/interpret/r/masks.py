"""R's `with(data, expression)`: the names of the expression are the data's, and its surroundings' where it has none.

Where the data cannot be seen, any name may be one of its columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ... import ir
from ...source import Span
from ...values import Instance, Known, Mapping, Reference, Unknown, Value, options
from ..machine import CONSTANTS, LIBRARY, SPECIAL, VARIABLES, Frame, Machine
from .frames import columns_of, is_frame, unread
from .values import RANKS, is_function

_DATASETS: Final = frozenset(
    "ability.cov airmiles AirPassengers airquality anscombe attenu attitude austres beaver1 beaver2 BJsales BOD cars "
    "ChickWeight chickwts co2 CO2 crimtab discoveries DNase esoph euro eurodist EuStockMarkets faithful fdeaths "
    "Formaldehyde freeny HairEyeColor Indometh infert InsectSprays iris iris3 islands JohnsonJohnson LakeHuron ldeaths "
    "lh LifeCycleSavings Loblolly longley lynx mdeaths morley mtcars nhtemp Nile nottem npk occupationalStatus Orange "
    "OrchardSprays PlantGrowth precip presidents pressure Puromycin quakes randu rivers rock Seatbelts sleep stackloss "
    "sunspots swiss Theoph Titanic ToothGrowth treering trees UCBAdmissions UKgas USArrests USJudgeRatings uspop "
    "volcano warpbreaks women WorldPhones WWWusage T F pi letters LETTERS month.name month.abb version "
    "R.version".split()
)
_MAY_CHANGE: Final = Unknown("it may be a column of the data", foreign=True)


_Free = Iterator[tuple[str, Span, bool]]


def _free(node: object, bound: frozenset[str] = frozenset()) -> _Free:
    """The variables that an expression reads and does not set itself, where, and whether it computes with them."""
    match node:
        case ir.Operation(operator=sign, operands=operands) if sign != "%||%":
            for each in operands:
                yield from ((name, span, computes or span == each.span) for name, span, computes in _free(each, bound))
            return
        case ir.Name(name=name, span=span):
            if name not in bound:
                yield name, span, False
            return
        case ir.Call(function=ir.Name(), arguments=arguments):
            yield from _free(arguments, bound)
            return
        case ir.Argument(value=value):
            yield from _free(value, bound)
            return
        case ir.Function(parameters=parameters, body=body):
            yield from _free(body, bound | {each.name for each in parameters})
            return
        case ir.Block(body=statements):
            for each in statements:
                yield from _free(each, bound)
                if isinstance(each, ir.Assign) and isinstance(each.target, ir.Name):
                    bound = bound | {each.target.name}
            return
        case ir.Assign(value=value, target=target):
            yield from _free(value, bound)
            if not isinstance(target, ir.Name):
                yield from _free(target, bound)
            return
        case ir.Item(object=holder, key=key):
            yield from _free(holder, bound)
            if not isinstance(key, ir.Literal):
                yield from _free(key, bound)
            return
    if isinstance(node, tuple) and not isinstance(node, Span):
        for part in node:
            yield from _free(part, bound)


def _masked(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    given = [each.value for each in node.arguments if each.name in (None, "data", "expr")]
    if len(given) != 2:
        for argument in node.arguments:
            machine.eval(argument.value, frame)
        return Unknown("its names may be columns of the data", node.span, foreign=True)
    content, body = machine.content(machine.eval(given[0], frame)), given[1]
    mask = machine.frame(frame, frame.scope, "function")
    read = list(_free(body))
    for name, span in {name: span for name, span, _ in reversed(read)}.items():
        needed = all(computes for each, _, computes in read if each == name)
        value = _variable(machine, content, name, span, needed, frame)
        if value is not None:
            machine.bind(name, value, mask)
    value = machine.meet(machine.region(lambda: machine.eval(body, mask), "return"))
    if not isinstance(node.function, ir.Name) or node.function.name != "within":
        return value
    return unread(content) if is_frame(content) else Unknown("it is data that is changed here", node.span, foreign=True)


def _variable(machine: Machine, content: Value, name: str, span: Span, needed: bool, frame: Frame) -> Value | None:
    """What the data has under a name; None if it has nothing, or what is meant can be no data."""
    outside = machine.find(name, frame)
    unread = None if outside is not None and not all(map(_is_data, options(outside))) else _MAY_CHANGE
    match content:
        case Mapping(slots=slots, stop=stop):
            slot = slots.get(name)
            if slot is not None and slot.always:
                return slot.value
            return None if slot is None and stop is None else unread
        case Instance(type=kind) if kind in VARIABLES:
            alone = needed and not _is_elsewhere(machine, name, outside)
            read = VARIABLES[kind](machine, content, name, span, alone)
            return None if read is None else machine.put_off(read)
        case Known(value=None):
            return None
    columns = columns_of(content)
    return unread if columns is None else columns.get(name)


def _is_data(value: Value) -> bool:
    """Whether a column may well have the name of this variable."""
    if isinstance(value, Instance):
        return value.type.removeprefix("r:") in (*RANKS, "data.frame", "factor", "Date", "POSIXct")
    return not is_function(value) and not isinstance(value, Reference)


def _is_elsewhere(machine: Machine, name: str, outside: Value | None) -> bool:
    """Whether R may find a variable of this name outside the data. (A function of it would not help to compute.)"""
    if outside is not None or machine.gaps or machine.roles.get("libraries") or name in _DATASETS:
        return True
    return any(f"base.{name}" in table for table in (LIBRARY, SPECIAL, CONSTANTS))


SPECIAL["base.with"] = SPECIAL["base.within"] = _masked
