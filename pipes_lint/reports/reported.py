"""What a session reads and reports, put together for a person or a program."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract import Certainty, Contract, ExtraRead, Session, Way, known_strings
from ..protocol import INFER, bind
from ..values import Mapping, Value, options

_SURER = (Certainty.ALWAYS, Certainty.SOMETIMES, Certainty.GUARDED)
_REPORTS = ("report_asset_materialization", "report_asset_check")


def extras_read(contract: Contract) -> dict[str | None, Certainty]:
    """The extras that a launch's script reads, in order, each as sure as its surest read; None stands for a key that is
    not known. Who takes all of them at once reads what the launch passes.
    """
    found: dict[str | None, Certainty] = {}
    extras = contract.launch.extras
    passed = tuple(str(key) for key in extras.slots) if extras.complete else (None,)
    for event in contract.session.events if contract.session else ():
        if isinstance(event, ExtraRead):
            keys = passed if event.way is Way.ALL else known_strings(event.key) or (None,)
            for key in keys:
                found[key] = min(found.get(key, Certainty.GUARDED), event.when.certainty, key=_SURER.index)
    return found


def checks(session: Session) -> tuple[str, ...]:
    """The names under which checks are reported, sorted; those that are not known are left out."""
    return _sorted(_arguments(session, ("report_asset_check",), "check_name"))


def asset_keys(session: Session) -> tuple[str, ...]:
    """The asset keys that reports name, sorted."""
    return _sorted(_arguments(session, _REPORTS, "asset_key"))


def metadata_types(session: Session) -> tuple[str, ...]:
    """The types with which metadata values are tagged, sorted. A bare value's type is Dagster's to find."""
    tagged = (
        slot.value.slots["type"].value
        for metadata in _arguments(session, _REPORTS, "metadata")
        if isinstance(metadata, Mapping)
        for slot in metadata.slots.values()
        if isinstance(slot.value, Mapping) and slot.value.slots.keys() == {"raw_value", "type"}
    )
    return tuple(name for name in _sorted(tagged) if name != INFER)


def _arguments(session: Session, members: tuple[str, ...], parameter: str) -> Iterator[Value]:
    for member in members:
        for called in session.calls(member):
            passed = bind(called).arguments.get(parameter)
            if passed:
                yield from options(passed.value)


def _sorted(values: Iterator[Value]) -> tuple[str, ...]:
    return tuple(sorted({text for value in values for text in known_strings(value) or ()}))
