"""An extra that is passed to a script, which never reads it."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, ExtraRead, Project, Session, Way, known_strings
from pipes_lint.finding import Finding, info
from pipes_lint.source import Span


@info
def unused_extra(project: Project) -> Iterator[Finding]:
    unused: dict[tuple[Span, str], list[Contract]] = {}
    used: set[tuple[Span, str]] = set()
    for contract in project.contracts:
        read = _read(contract.session)
        for key, slot in contract.launch.extras.slots.items():
            place = (slot.span or contract.launch.extras_span, str(key))
            if read is None or not contract.launch.extras.complete or _is_read(str(key), read):
                used.add(place)
            else:
                unused.setdefault(place, []).append(contract)
    for (span, key), contracts in unused.items():
        if (span, key) not in used:
            scripts = dict.fromkeys(each.script.path for each in contracts if each.script)
            names = " and ".join(f"`{path}`" for path in scripts)
            yield Finding(
                span, f"extra `{key}` is passed, but {names} never {'reads' if len(scripts) == 1 else 'read'} it"
            )


def _read(session: Session | None) -> set[tuple[str, Way]] | None:
    """The keys that a script reads, each with the way of it; None if it may read others too."""
    if session is None or not session.complete or not session.pipes or session.failing:
        return None
    read: set[tuple[str, Way]] = set()
    for event in session.events:
        if isinstance(event, ExtraRead):
            keys = known_strings(event.key)
            if event.way is Way.ALL or keys is None:
                return None
            read.update((key, event.way) for key in keys)
    return read


def _is_read(key: str, read: set[tuple[str, Way]]) -> bool:
    return any(key == name or (way is Way.DOLLAR and key.startswith(name)) for name, way in read)
