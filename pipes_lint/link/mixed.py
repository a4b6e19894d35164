"""The sessions that one document has in two languages, as one: in the order of its cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from ..contract import Called, Closed, Event, Opened, Session, Swallowed, When
from ..source import Span


def joined(sessions: list[Session], path: str) -> Session:
    """All of them as one. What is numbered gets numbers of its own, for each counted for itself."""
    if len(sessions) == 1:
        return sessions[0]
    events: list[tuple[int, Event]] = []
    left_open: list[int] = []
    swallowed: list[Swallowed] = []
    by_launch: list[int] = []
    above = 0
    for session in sessions:
        events += _in_order((_renumbered(event, above) for event in session.events), path)
        left_open += [ident + above for ident in session.left_open]
        by_launch += [branch + above for branch in session.by_launch]
        swallowed += [each._replace(when=_moved(each.when, above)) for each in session.swallowed]
        above = max(chain([above], *(_numbers(event) for _, event in events))) + 1
    opening = any(isinstance(event, Opened) for _, event in events)
    return Session(
        events=tuple(event for _, event in sorted(events, key=_place)),
        gaps=tuple(chain.from_iterable(session.gaps for session in sessions)),
        pipes=any(session.pipes for session in sessions),
        open_at_end=any(session.open_at_end for session in sessions),
        failing=any(session.failing for session in sessions),
        files=tuple(dict.fromkeys(chain.from_iterable(session.files for session in sessions))),
        left_open=tuple(left_open),
        swallowed=tuple(swallowed),
        by_launch=tuple(by_launch),
        idle=() if opening else tuple(chain.from_iterable(session.idle for session in sessions)),
    )


def _place(placed: tuple[int, Event]) -> int:
    return placed[0]


def _in_order(events: Iterable[Event], path: str) -> Iterator[tuple[int, Event]]:
    """Each event with the furthest place in the document that had been reached by then."""
    reached = 0
    for event in events:
        span: Span = event.span
        reached = max(reached, span.start) if span.path == path else reached
        yield reached, event


def _numbers(event: Event) -> Iterator[int]:
    yield from (branch for branch, _ in (*event.when.path, *event.when.settled))
    yield from event.when.loops
    if isinstance(event, Opened | Closed | Called):
        yield event.ident


def _renumbered(event: Event, above: int) -> Event:
    moved = _moved(event.when, above)
    if isinstance(event, Opened | Closed | Called):
        return event._replace(when=moved, ident=event.ident + above)
    return event._replace(when=moved)


def _moved(when: When, above: int) -> When:
    return When(
        tuple((branch + above, arm) for branch, arm in when.path),
        tuple(loop + above for loop in when.loops),
        when.guards,
        frozenset((branch + above, arm) for branch, arm in when.settled),
    )
