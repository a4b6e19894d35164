"""What is sent to Dagster, and what becomes of it when the session is closed.

From dagster_pipes 1.13.28: a context sends nothing any more once it is closed, and says so. To enter it again changes
nothing, for there is only one, and `__enter__` gives it as it is. R's `dagsterpipes` refuses nothing, and each of its
sessions is one of its own; Dagster takes what comes after any of them is closed, with a warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..contract import Called, Dialect, Opened, Session, When
from ..finding import stops
from .arguments import REPORTS
from .failures import caught

SENDING: Final = (
    *REPORTS,
    "report_custom_message",
    "log_external_stream",
    *(f"log.{name}" for name in ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log")),
)


def after_close(dialect: Dialect) -> str:
    """What comes of a message after the session's end, as a finding's label."""
    if dialect == "r":
        return "Dagster warns of this in every run: unexpected message received after closed"
    return stops("Cannot send message after pipes context is closed")


def too_late(session: Session) -> Iterator[Called]:
    """Python's messages that come when the session is closed, but for those that are not reached after one that stops
    the script.
    """
    stopped: list[Called] = []
    for called in session.events:
        if not isinstance(called, Called) or not called.closed or called.dialect == "r":
            continue
        if called.member not in SENDING or caught(called.when.guards, "DagsterPipesError"):
            continue
        if any(called.when.implies(other.when) for other in stopped):
            continue
        stopped.append(called)
        yield called


def entered_again(session: Session, late: Called) -> Opened | None:
    """The entry into the closed session that certainly leads to a message that comes too late."""
    found = None
    for event in session.events:
        if event is late:
            return found
        if isinstance(event, Opened) and event.again and sure_of(event.when, late.when):
            found = event
    return None


def sure_of(one: When, other: When) -> bool:
    """Whether two things happen together: wherever one does, the other does too, unless the script fails between."""
    return one.implies(other) and other.implies(one)
