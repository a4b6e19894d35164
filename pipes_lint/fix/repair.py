"""Makes the fixes that findings carry, as far as each does what it says: what it wrote parses, the fault is gone, and
nothing new came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from ..finding import Change, Diagnostic, Edit, Fix
from ..records import NamedTuple
from ..source import Source
from .parsing import parses
from .texts import Refused, Replacement, in_file, requoted

Texts = dict[str, str]
"""The new texts of files, by path."""
Look = Callable[[Mapping[str, str]], "Seen"]
"""Checks the project with these texts in the place of what is on disk."""

_MOST_ROUNDS = 20


class Seen(NamedTuple):
    """What a check found, and the text of each file that it read."""

    diagnostics: Sequence[Diagnostic]
    source: Callable[[str], Source | None]
    """A file that was read."""


class Repair(NamedTuple):
    """What was done. `texts` are the changed files, whole; `left` the findings that could not be mended, and why."""

    texts: Texts
    made: tuple[Diagnostic, ...]
    left: tuple[tuple[Diagnostic, str], ...]
    seen: Seen
    """What a check finds afterwards."""


def repair(look: Look, wants: Callable[[Fix], bool]) -> Repair:
    """Makes all fixes that `wants` wants, round by round, since one may stand in another's way."""
    texts: Texts = {}
    made: list[Diagnostic] = []
    left: dict[tuple[object, ...], tuple[Diagnostic, str]] = {}
    seen = look(texts)
    for _ in range(_MOST_ROUNDS):
        wanted = [
            each
            for each in seen.diagnostics
            if each.finding.fix and wants(each.finding.fix) and _name(each) not in left
        ]
        if not wanted:
            break
        done = _together(look, texts, seen, wanted) or _one(look, texts, seen, wanted, left)
        if done is None:
            break
        batch, texts, seen = done
        made += batch
    return Repair(texts, tuple(made), tuple(left.values()), seen)


Done = tuple[list[Diagnostic], Texts, Seen]


def _together(look: Look, texts: Texts, seen: Seen, wanted: list[Diagnostic]) -> Done | None:
    """All fixes that do not meet, at once, if all of them do what they say; None if not."""
    batch: list[Diagnostic] = []
    taken: dict[str, list[Replacement]] = {}
    for each in wanted:
        try:
            replacements = _replacements(each, seen)
        except Refused:
            continue
        if _meets(replacements, taken):
            continue
        batch.append(each)
        for path, several in replacements.items():
            taken.setdefault(path, []).extend(several)
    if not batch:
        return None
    try:
        return batch, *_verified(look, texts, seen, taken, batch)
    except Refused:
        return None


def _one(
    look: Look,
    texts: Texts,
    seen: Seen,
    wanted: list[Diagnostic],
    left: dict[tuple[object, ...], tuple[Diagnostic, str]],
) -> Done | None:
    """The first fix that does what it says, alone; those before it are left, with the reason."""
    for each in wanted:
        try:
            return [each], *_verified(look, texts, seen, _replacements(each, seen), [each])
        except Refused as refused:
            left[_name(each)] = each, str(refused)
    return None


def _verified(
    look: Look, texts: Texts, seen: Seen, replacements: Mapping[str, Sequence[Replacement]], batch: list[Diagnostic]
) -> tuple[Texts, Seen]:
    changed = dict(texts)
    for path, several in replacements.items():
        source = seen.source(path)
        assert source is not None
        changed[path] = in_file(source, several)
        if not parses(path, changed[path]):
            raise Refused(f"`{path}` would not parse any more")
    after = look(changed)
    had, has = Counter(map(_name, seen.diagnostics)), Counter(map(_name, after.diagnostics))
    for each in batch:
        if has[_name(each)] >= had[_name(each)]:
            raise Refused("the fault would still be there")
    new = [each for each in after.diagnostics if has[_name(each)] > had[_name(each)]]
    if new:
        raise Refused(f"it would bring another fault: {new[0].finding.message}")
    return changed, after


def _meets(replacements: Mapping[str, Sequence[Replacement]], taken: Mapping[str, Sequence[Replacement]]) -> bool:
    return any(
        each.meets(other) for path, several in replacements.items() for each in several for other in taken.get(path, ())
    )


def _replacements(diagnostic: Diagnostic, seen: Seen) -> dict[str, list[Replacement]]:
    """What a finding's fix does to each file."""
    assert diagnostic.finding.fix
    found: dict[str, list[Replacement]] = {}
    by_file: dict[str, list[Change]] = {}
    for change in diagnostic.finding.fix.edits:
        by_file.setdefault(change.span.path, []).append(change)
    for path, changes in by_file.items():
        source = seen.source(path)
        if source is None:
            raise Refused(f"`{path}` cannot be read")
        found[path] = _in_python(source, changes) if path.endswith(".py") else _in_text(source, changes)
    return found


def _in_python(source: Source, changes: list[Change]) -> list[Replacement]:
    from .python import parsed

    module = parsed(source.text)
    return [module.replacement(change) for change in changes]


def _in_text(source: Source, changes: list[Change]) -> list[Replacement]:
    found = []
    for change in changes:
        if not isinstance(change, Edit):
            raise Refused("only Python files can be changed so")
        text = requoted(source.slice(change.span), change.text)
        found.append(Replacement(change.span.start, change.span.end, text))
    return found


def _name(diagnostic: Diagnostic) -> tuple[object, ...]:
    # Places move when text before them changes.
    return (diagnostic.rule, diagnostic.finding.span.path, diagnostic.finding.message)
