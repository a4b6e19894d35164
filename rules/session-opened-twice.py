"""A session that is opened when there has been one."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Closed, Contract, Opened, Project, Session
from pipes_lint.finding import Finding, Note, error, launched_here
from pipes_lint.protocol import SENDING, after_close, entered_again, sure_of, too_late
from pipes_lint.source import Span

Twice = tuple[Opened, Span | None]
"""The second opening, and the place of the first."""


@error
def session_opened_twice(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[tuple[Contract | None, Twice]]] = {}
    for contract, session in project.sessions:
        for twice in (*_entered_again(session), *_second(session)):
            found.setdefault(twice[0].span, []).append((contract, twice))
    for guilty in found.values():
        contract, (again, first) = guilty[0]
        earlier = [Note(first, "opened first here")] if first and first != again.span else []
        yield Finding(
            again.span,
            _message(contract, again),
            label=after_close(again.dialect),
            notes=(*earlier, *launched_here(each for each, _ in guilty)),
            help="send all in one session, and close it at the end",
        )


def _message(contract: Contract | None, again: Opened) -> str:
    step = contract.step if contract else "the step that launches it"
    if again.dialect == "r":
        return f"a second session is opened, but {step} expects one"
    return f"the session is opened again after it is closed, so that {step} fails"


def _entered_again(session: Session) -> Iterator[Twice]:
    """Python: there is only one session, which stays closed. The first message in it stops the script."""
    first = next((each.span for each in session.events if isinstance(each, Opened)), None)
    told: list[Opened] = []
    for late in too_late(session):
        again = entered_again(session, late)
        if again is not None and again not in told:
            told.append(again)
            yield again, first


def _second(session: Session) -> Iterator[Twice]:
    """R: a session besides an earlier one, where a message of one of them certainly comes after the other's end."""
    opened: list[Opened] = []
    for event in session.events:
        if not isinstance(event, Opened) or event.dialect != "r":
            continue
        for first in opened:
            if sure_of(event.when, first.when) and _overlap(session, first, event):
                yield event, first.span
                break
        opened.append(event)


def _overlap(session: Session, first: Opened, second: Opened) -> bool:
    ended: set[int] = set()
    for event in session.events:
        if not isinstance(event, Opened | Closed | Called) or event.ident not in (first.ident, second.ident):
            continue
        if not sure_of(event.when, second.when):
            continue
        if ended - {event.ident} and (not isinstance(event, Called) or event.member in (*SENDING, "log")):
            return True
        if isinstance(event, Closed):
            ended.add(event.ident)
    return False
