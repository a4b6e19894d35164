"""A message sent by a script whose session is closed."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Project, Session
from pipes_lint.finding import Finding, error, launched_here, stops
from pipes_lint.protocol.arguments import REPORTS
from pipes_lint.protocol.failures import caught
from pipes_lint.source import Span

SENDING = (
    *REPORTS,
    "report_custom_message",
    "log_external_stream",
    *(f"log.{name}" for name in ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log")),
)


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
            label=_words(called),
            notes=launched_here(each for each, _ in guilty),
        )


def _outcome(contract: Contract | None, called: Called) -> str:
    if contract is None or called.dialect == "r":
        return ""
    return f", so that {contract.step} fails"


def _words(called: Called) -> str:
    if called.dialect == "r":
        return "Dagster warns of this in every run: unexpected message received after closed"
    return stops("Cannot send message after pipes context is closed")


def _late(session: Session) -> Iterator[Called]:
    """Each message that comes too late, but for those that are never reached after one that stops the script.

    R's package lets all of them through; there the reports alone are told.
    """
    stopped: list[Called] = []
    for called in session.events:
        if not isinstance(called, Called) or not called.closed or called.member not in SENDING:
            continue
        if called.dialect == "r":
            if called.member in REPORTS:
                yield called
            continue
        if caught(called.when.guards, "DagsterPipesError") or any(called.when.implies(other.when) for other in stopped):
            continue
        stopped.append(called)
        yield called
