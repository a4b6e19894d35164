"""A session that is not closed when the script comes to its end."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Closed, Contract, Opened, Project, Session
from pipes_lint.finding import Finding, launched_here, warning
from pipes_lint.source import Span

_WITH = {
    "python": "open it in `with open_dagster_pipes() as context:`, which closes it however the block ends",
    "r": "use `with_dagster_pipes(function(ctx) …)`, or close it in `finally` or `on.exit()`",
}


@warning
def unclosed_session(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[tuple[Contract, Opened, bool]]] = {}
    for contract in project.contracts:
        if contract.session is None or contract.launch.target.entry is not None:
            continue  # whoever calls a function may close the session behind it
        for opened, never in _unclosed(contract.session):
            found.setdefault(opened.span, []).append((contract, opened, never))
    for guilty in found.values():
        _, opened, never = guilty[0]
        yield Finding(
            opened.span,
            "the session is never closed" if never else "the session is not closed on every way to the script's end",
            label="Dagster warns of this in the run: did not receive closed message from external process",
            notes=launched_here(each for each, *_ in guilty),
            help=_WITH[opened.dialect],
        )


def _unclosed(session: Session) -> Iterator[tuple[Opened, bool]]:
    """Each session that stays open on some way to a normal end, and whether it does so on all of them."""
    if session.gaps or session.failing:
        return
    closed = {each.ident for each in session.events if isinstance(each, Closed)}
    for event in session.events:
        if isinstance(event, Opened) and not event.again and event.ident in session.left_open:
            yield event, event.ident not in closed
