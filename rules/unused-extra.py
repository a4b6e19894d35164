"""An extra that is passed to a script, which never reads it."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, ExtraRead, Project, Session, Way, known_strings
from pipes_lint.finding import Finding, info, nearest
from pipes_lint.source import Span


@info
def unused_extra(project: Project) -> Iterator[Finding]:
    unused: dict[tuple[Span, str], list[Contract]] = {}
    used: set[tuple[Span, str]] = set()
    for contract in project.contracts:
        read = _read(project, contract.session)
        for key, slot in contract.launch.extras.slots.items():
            if isinstance(key, tuple):
                continue  # `non-serializable-extra` says so
            place = (slot.span or contract.launch.extras_span, str(key))
            if read is None or _is_read(contract, str(key), read):
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


def _read(project: Project, session: Session | None) -> set[tuple[str, Way]] | None:
    """The keys that a script reads, each with the way of it; None if it may read others too."""
    if session is None or not session.complete or session.failing:
        return None
    if not session.pipes and project.unlaunched:
        return None  # it may start one of those, which reads them in its stead
    read: set[tuple[str, Way]] = set()
    for event in session.events:
        match event:
            case ExtraRead(key=value, way=way):
                keys = known_strings(value)
                if way is Way.ALL or keys is None:
                    return None
                read.update((key, way) for key in keys)
            case Called(member="get_extra", arguments=arguments):  # also one that fails for its arguments
                read.update(
                    (key, Way.GET_EXTRA) for each in arguments for key in known_strings(each.passed.value) or ()
                )
    return read


def _is_read(contract: Contract, key: str, read: set[tuple[str, Way]]) -> bool:
    """Whether a key is read, or is the one that a misspelt read means, which `missing-extra` says."""
    passed = [str(each) for each in contract.launch.extras.slots]
    return any(
        key == name
        or (way is Way.DOLLAR and key.startswith(name))
        or (name not in passed and nearest(name, passed) == key)
        for name, way in read
    )
