"""What a call of a context's member really says: its arguments, if they are in their places, and its metadata."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final, TypeVar

from ..contract import Called, Contract, Dialect, Passed
from ..records import NamedTuple
from ..source import Span
from ..values import UNKNOWN_KEY, Key, Known, Mapping, Template, Value, options
from .binding import Bound, bind
from .members import SEVERITIES, members

T = TypeVar("T")


# --- Arguments in their places --------------------------------------------------------------------------------------


class Misplaced(NamedTuple):
    """A positional argument that stands in the place of `parameter` and plainly is meant for `meant`."""

    parameter: str
    meant: str
    passed: Passed


def misplaced(contract: Contract | None, called: Called) -> Misplaced | None:
    """The first argument that stands in another one's place, as when the other language's order was in mind."""
    member = members(called.dialect).get(called.member)
    if member is None or member.signature is None:
        return None
    positional = [argument.passed for argument in called.arguments if argument.name is None]
    if not positional:
        return None
    bound = bind(called)
    there = {parameter.name for parameter in member.signature.parameters}
    keys = _asset_keys(contract)
    for parameter, passed in bound.arguments.items():
        if not any(passed is each for each in positional):
            continue
        meant = {_meant(parameter, option, keys) for option in options(passed.value)}
        if len(meant) == 1 and (name := meant.pop()) in there:
            return Misplaced(parameter, name or "", passed)
    return None


def _asset_keys(contract: Contract | None) -> Collection[str]:
    if contract is None:
        return ()
    return {*(contract.definition.asset_keys or ()), *(contract.definition.checked_asset_keys or ())}


_VERSION: Final = r"[vV]?\d+(?:[._-]\w+)*|(?=[a-f]*\d)[0-9a-f]{7,64}"
"""What names a state of data, and hardly an asset: `v3`, `1.4.0`, `2024-06-01`, a digest."""


def _meant(parameter: str, value: Value, asset_keys: Collection[str]) -> str | None:
    """The parameter that a value is meant for, if that is another one; by what only that one can be."""
    match value:
        case Known(str() as text) if text.upper() in SEVERITIES:
            return "severity" if parameter in ("asset_key", "metadata") and text not in asset_keys else None
        case Known(str() as text) if text in asset_keys:
            return "asset_key" if parameter in ("severity", "data_version", "metadata") else None
        case Known(str() as text) if asset_keys and re.fullmatch(_VERSION, text):
            return "data_version" if parameter == "asset_key" else None
        case Known(bool()):
            return "passed" if parameter in ("check_name", "asset_key", "severity") else None
        case Mapping(kind="dict" | "list"):
            return (
                "metadata" if parameter in ("asset_key", "severity", "data_version", "passed", "check_name") else None
            )
        case _:
            return None


def sound(contract: Contract | None, called: Called) -> Bound | None:
    """A call's arguments by parameter; None if it is no method's call, or one that fails for its arguments alone.

    So that one fault is one finding: `invalid-arguments` and `swapped-arguments` come before all that look at values.
    """
    member = members(called.dialect).get(called.member)
    if member is None or member.signature is None:
        return None
    bound = bind(called)
    return None if bound.problem or misplaced(contract, called) else bound


# --- Metadata -------------------------------------------------------------------------------------------------------

REPORTS = ("report_asset_materialization", "report_asset_check")
"""The members that take metadata."""

TYPED = {"raw_value", "type"}
"""The keys of a typed metadata value: these and no others."""


class Entry(NamedTuple):
    """A labelled metadata value. `type` is None for a bare one, which `raw` then is."""

    label: str
    raw: Value
    type: Value | None
    span: Span | None
    """Where its label is written."""
    raw_at: Span | None = None
    """The expression of the value, where it stands beside its label or its type."""
    type_at: Span | None = None
    """The expression of the type, where it stands beside the value."""
    value_at: Span | None = None
    """The expression of the whole entry, beside its label."""


def entries(metadata: Value) -> Iterator[Entry]:
    """The entries of a mapping that are known, taken apart where they are typed ones; none for any other value."""
    if not isinstance(metadata, Mapping):
        return
    for label, slot in metadata.slots.items():
        match slot.value:
            case Mapping(parts, None, "dict" | "list") if set(parts) == TYPED:
                raw, type_ = parts["raw_value"], parts["type"]
                if raw.always and type_.always:
                    entry = Entry(label_of(label), raw.value, type_.value, slot.span, raw.written, type_.written)
                    yield entry._replace(value_at=slot.written)
            case value:
                yield Entry(label_of(label), value, None, slot.span, slot.written, None, slot.written)


def label_of(key: Key) -> str:
    """A label as a message names it; `…` stands for what is not known of it."""
    match key:
        case tuple() if key[0] == UNKNOWN_KEY:
            text = key[1]
            return "".join(p if isinstance(p, str) else "…" for p in text.pieces) if isinstance(text, Template) else "…"
        case tuple():
            return "…"
    return str(key)


def reported_metadata(contract: Contract | None, called: Called) -> Passed | None:
    """The metadata argument of a report whose arguments are sound."""
    if called.member not in REPORTS:
        return None
    bound = sound(contract, called)
    return bound.arguments.get("metadata") if bound else None


def certain(value: Value, find: Callable[[Value], list[T]]) -> list[T]:
    """What is found in a value that may be one of several: nothing unless each of them has something."""
    found = [find(option) for option in options(value)]
    return found[0] if all(found) else []


def written_in(called: Called, *spans: Span | None) -> Span | None:
    """The first of these places that lies inside the call."""
    outer = called.span
    for span in spans:
        if span and span.path == outer.path and outer.start <= span.start and span.end <= outer.end:
            return span
    return None


def written_at(value: Value) -> Span | None:
    """Where a value was written, if it has a place."""
    span = getattr(value, "span", None)
    return span if isinstance(span, Span) else None


def dialect_name(dialect: Dialect) -> str:
    """The language, for a message."""
    return "R" if dialect == "r" else "Python"
