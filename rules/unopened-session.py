"""A launched script that has reports, and whose program opens no session."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Opened, Project
from pipes_lint.finding import Finding, launched_here, warning
from pipes_lint.protocol import begins_with_script
from pipes_lint.protocol.steps import asks_for_nothing
from pipes_lint.source import Span


@warning
def unopened_session(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[Contract]] = {}
    for contract in project.contracts:
        place = _idle(project, contract)
        if place is not None:
            found.setdefault(place, []).append(contract)
    for place, guilty in found.items():
        contract = guilty[0]
        yield Finding(
            place,
            f"{_what(contract, place)} when {contract.step} launches `{place.path}`, which opens no session",
            label="the run succeeds, and Dagster gets nothing of this",
            notes=launched_here(guilty),
            help="open a session, and report, on the way that the script takes when it is started",
        )


def _idle(project: Project, contract: Contract) -> Span | None:
    """The first place in the script that would open a session or report, if nothing that runs does."""
    session = contract.session
    if session is None or not session.idle or session.gaps or session.failing:
        return None
    if not begins_with_script(contract.launch) or not asks_for_nothing(contract.definition):
        return None
    others = [each for each in project.contracts if each.launch.span == contract.launch.span and each is not contract]
    if any(each.session is None or _opens(each) for each in others):
        return None  # the launch runs several programs, and another one reports
    used = {event.span for _, each in project.sessions for event in each.events}
    path = session.idle[0].path
    if any(span.path == path for span in used):
        return None  # it is another program's too, which opens the session
    return session.idle[0]


def _what(contract: Contract, place: Span) -> str:
    unheard = contract.session is not None and place in contract.session.unheard
    return "this is sent to nobody" if unheard else "this is never reached"


def _opens(contract: Contract) -> bool:
    return contract.session is not None and any(isinstance(each, Opened) for each in contract.session.events)
