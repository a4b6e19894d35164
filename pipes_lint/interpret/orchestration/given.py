"""What a body gives to Dagster: whose results it delivers, and what it makes itself.

From dagster 1.13.28, `_core/execution/plan/compute_generator.py` (`validate_and_coerce_op_result_to_iterator`): after a
launch Dagster takes what a body yields, or what is in the tuple that it returns, or what it returns, one by one; each
has to be a result (`_validate_event`). Only an op outside of any graph of assets may return whatever it likes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ...contract import ANY_METHOD, Certainty, Fate
from ...protocol import CLIENTS, class_name
from ...protocol.steps import GIVING
from ...records import NamedTuple
from ...source import Span
from ...values import Instance, Known, Mapping, OneOf, Sequence, Template, Unknown, Value, options
from ..started import Started
from .launches import INVOCATION, RESULTS, SESSION, single

OWN_RESULTS: Final = (
    "dagster.MaterializeResult",
    "dagster.AssetCheckResult",
    "dagster.Output",
    "dagster.ObserveResult",
    "dagster.AssetMaterialization",
)


class Given(NamedTuple):
    """What a body returns, or yields (settled)."""

    value: Value
    sure: frozenset[int] | None
    """Of a generator, whose `value` is a list of what it yields: which of these it certainly does."""


class Delivery(NamedTuple):
    """What becomes of a launch's results."""

    fate: Fate
    refused: str = ""
    """The class of what Dagster is given in their place, or of what they are in, if it refuses that."""
    always: bool = False
    """Whether they reach Dagster whenever the body comes to its end."""


def parts(value: Value) -> Iterator[Value]:
    """A value and all that it holds, one by one."""
    yield value
    inner: Iterable[Value] = ()
    match value:
        case OneOf(options=several):
            inner = several
        case Sequence(items=items, behind=behind):
            inner = (*items, *behind)
        case Mapping(slots=slots):
            inner = [slot.value for slot in slots.values()]
        case Instance(type=kind, fields=fields) if kind not in (RESULTS, INVOCATION, "str"):
            inner = fields.values()
    for each in inner:
        yield from parts(each)


def _taken(given: Given) -> list[tuple[Value, ...]]:
    """What Dagster takes one by one, for each way in which the body may end."""
    ways: list[tuple[Value, ...]] = []
    for option in options(given.value):
        match option:
            case Sequence(kind="tuple") | Sequence(kind="list", span=None):
                ways.append((*option.items, *option.behind))  # such a list may be what a generator gives
            case Instance(type=kind) if kind == RESULTS:
                ways.append((single(option),))
            case Known(value=None):
                ways.append(())
            case _:
                ways.append((option,))
    return ways


_PLAIN: Final = ("numpy.", "pandas.", "polars.", "datetime.", "decimal.")


def _refused(thing: Value) -> str | None:
    """The class of a thing, if that is certainly none that Dagster takes for a result."""
    match thing:
        case OneOf(options=several):
            names = [_refused(each) for each in several]
            return names[0] if all(names) and len({*names}) == 1 else None
        case Instance(type=kind, fields={"several": _}) if kind == RESULTS:
            return "tuple"
        case Sequence(kind="tuple") | Sequence(kind="list", span=Span()) | Mapping(kind="dict") | Known() | Template():
            return class_name(thing)
        case Instance(type=kind) if kind.startswith(_PLAIN) or kind in ("int", "float", "bool", "str", "bytes"):
            return class_name(thing)
    return None


def delivery(started: Started, kind: str, given: Given | None) -> Delivery:
    """What becomes of a launch's results, by what the definition's body gives (None: it does not come to its end)."""
    if given is None:
        return Delivery(Fate.UNKNOWN)
    fate = _fate(started, kind, given.value)
    if kind == "op" or started.declared is not None or started.maker not in (*CLIENTS, "open_pipes_session"):
        return Delivery(fate)
    ways = _taken(given)
    mine = [[thing for thing in way if _holds(thing, started)] for way in ways]
    wrapped = [name for way in mine for thing in way if (name := _refused(thing))]
    if wrapped and len(wrapped) == sum(map(len, mine)):
        return Delivery(Fate.WRAPPED, wrapped[0])
    instead = [name for way in ways for thing in way if (name := _refused(thing))]
    if fate in (Fate.UNKNOWN, Fate.TEXT) and instead and len(instead) == sum(map(len, ways)):
        return Delivery(Fate.REFUSED, instead[0])
    return Delivery(fate, always=fate is Fate.DELIVERED and _is_always(started, given, ways))


def _holds(thing: Value, started: Started) -> bool:
    mine = (RESULTS, started.ident)
    return any(isinstance(part, Instance) and (part.type, part.ident) == mine for part in parts(thing))


def _is_always(started: Started, given: Given, ways: list[tuple[Value, ...]]) -> bool:
    if started.when.certainty is not Certainty.ALWAYS:
        return False
    if given.sure is not None:
        ways = [tuple(way[index] for index in given.sure) for way in ways]
    return all(any(_holds(thing, started) for thing in way) for way in ways)


def _fate(started: Started, kind: str, given: Value) -> Fate:
    if kind not in ("asset", "multi_asset", "asset_check", "multi_asset_check", "op"):
        return Fate.UNKNOWN
    found = list(parts(given))
    if started.declared is not None:  # what it returns is not known
        delivered = any(isinstance(part, Instance) and part[::2] == (RESULTS, started.ident) for part in found)
        return Fate.DELIVERED if delivered else Fate.UNKNOWN
    mine = [part for part in found if isinstance(part, Instance) and part.ident == started.ident]
    taken = [part for part in mine if part.type == RESULTS]
    if any("inside" not in part.fields for part in taken):
        return Fate.DELIVERED
    if taken:
        return Fate.INSIDE_SESSION
    if any(part.type in (INVOCATION, SESSION) for part in mine):
        return Fate.INVOCATION
    if any(isinstance(part, Instance) and part.type == "str" and _text_of(part) == started.ident for part in found):
        return Fate.TEXT
    if any(isinstance(part, Instance) and part.type in OWN_RESULTS for part in found):
        sometimes = isinstance(given, OneOf) and Known(None) in given.options and not started.when.path
        return Fate.DROPPED if sometimes else Fate.REPLACED
    if kind == "op" and all(call.method == "get_custom_messages" for call in started.result_calls):
        return Fate.DROPPED  # whatever the op gives, it has not asked for them
    if any(isinstance(part, Unknown) or isinstance(part, Sequence) and not part.complete for part in found):
        return Fate.UNKNOWN
    if all(part == Known(None) or isinstance(part, Sequence | OneOf) or _is_results(part) for part in found):
        return Fate.DROPPED
    return Fate.UNKNOWN


def _is_results(part: Value) -> bool:
    """Whether it is another launch's results."""
    return isinstance(part, Instance) and part.type == RESULTS


def _text_of(part: Instance) -> int:
    of = part.fields.get("of")
    return of.ident if isinstance(of, Instance) else 0


# --- what it makes itself -------------------------------------------------------------------------------------------


def own_checks(given: Value) -> tuple[Value, ...] | None:
    """The names of the checks whose results the body makes itself; None if it cannot be told whether it makes some."""
    names: list[Value] = []
    for part in parts(given):
        match part:
            case Instance(type="dagster.AssetCheckResult", fields=fields):
                names.append(fields.get("check_name", Unknown("the result does not name its check")))
            case Instance(type="dagster.MaterializeResult", fields=fields) if "**" in fields:
                return None
            case Unknown():
                return None
            case Sequence(complete=False):
                return None
    return tuple(names)


def own_assets(given: Value) -> tuple[Value, ...] | None:
    """The keys of the assets whose materializations the body makes itself (None where it names none); None if it cannot
    be told whether it makes some.
    """
    keys: list[Value] = []
    for part in parts(given):
        match part:
            case Instance(type="dagster.MaterializeResult", fields=fields) if "**" not in fields:
                keys.append(fields.get("asset_key", Known(None)))
            case Instance(type="dagster.AssetCheckResult"):
                continue
            case Instance(type=kind) if kind in OWN_RESULTS:
                return None
            case Unknown() | Sequence(complete=False):
                return None
    return tuple(keys)


def implicit(found: Iterable[Started]) -> bool | None:
    """Whether any of these launches' results have the materializations added that were not reported."""
    calls = [call for started in found for call in started.result_calls]
    asked = [call.implicit for call in calls if call.method in GIVING]
    asked += [None for call in calls if call.method == ANY_METHOD]
    if None in asked:
        return None
    return not asked or True in asked
