"""A custom message that JSON cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Project
from pipes_lint.finding import Finding, Note, error, per_site, stops
from pipes_lint.protocol import caught, json_fault, r_fault, sound, written_in


@error
def non_serializable_payload(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, _judge)


def _judge(contract: Contract | None, called: Called) -> Iterator[Finding]:
    if called.member != "report_custom_message" or (bound := sound(contract, called)) is None:
        return
    passed = bound.arguments.get("payload")
    if passed is None or caught(called.when.guards, "error" if called.dialect == "r" else "TypeError"):
        return
    fault = r_fault(passed.value) if called.dialect == "r" else json_fault(passed.value)
    if fault:
        origin = fault.places[:1]
        here = written_in(called, *fault.places) or passed.span
        yield Finding(
            here,
            "the payload of `report_custom_message` cannot be written as JSON",
            label=stops(fault.error),
            notes=tuple(Note(span, "it is written here") for span in origin if not written_in(called, span)),
        )
