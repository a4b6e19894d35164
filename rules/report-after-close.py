"""A message sent by a script whose session is closed."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Project, Session
from pipes_lint.finding import Finding, error, launched_here
from pipes_lint.protocol import SENDING, after_close, entered_again, too_late
from pipes_lint.source import Span


@error
def report_after_close(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[tuple[Contract | None, Called]]] = {}
    for contract, session in project.sessions:
        for called in _late(session):
            found.setdefault(called.span, []).append((contract, called))
    for guilty in found.values():
        contract, called = guilty[0]
        yield Finding(
            called.member_span,
            f"`{called.member}` is called after the session is closed" + _outcome(contract, called),
            label=after_close(called.dialect),
            notes=launched_here(each for each, _ in guilty),
        )


def _outcome(contract: Contract | None, called: Called) -> str:
    if contract is None or called.dialect == "r":
        return ""
    return f", so that {contract.step} fails"


def _late(session: Session) -> Iterator[Called]:
    """Each message that comes too late. R's package lets all of them through, and Dagster warns of each."""
    for called in too_late(session):
        if entered_again(session, called) is None:  # else `session-opened-twice` says so
            yield called
    for event in session.events:
        if isinstance(event, Called) and event.closed and event.dialect == "r" and event.member in (*SENDING, "log"):
            yield event
