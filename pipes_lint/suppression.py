"""Findings that a comment hides: `# pipes-lint: ignore[rule, rule] reason`, `# pipes-lint: ignore-file[rule]`.

At the place of a finding a comment hides it. At a launch it takes that launch out of the rule: what is then still
found, for the sake of other launches, stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from .contract import Contract, Project, Suppression
from .directives import Comment, comments
from .finding import Diagnostic
from .records import NamedTuple
from .source import Source, Span

Sources = Callable[[str], Source | None]
Again = Callable[[str, Project], Collection[Diagnostic]]
"""What one rule finds in a project."""


class Entry(NamedTuple):
    """One name in the brackets of a comment."""

    rule: str
    path: str
    rows: frozenset[int] | None
    """The rows of which it speaks; None for the whole file."""
    suppression: Suppression

    def covers(self, span: Span, sources: Sources) -> bool:
        """Whether it speaks of what begins or ends there."""
        if span.path != self.path:
            return False
        source = sources(span.path)
        if self.rows is None or source is None:
            return self.rows is None
        return bool(self.rows & {source.position(span.start).row, source.position(max(span.start, span.end - 1)).row})


def entries(texts: Iterable[Source]) -> list[Entry]:
    """What the comments of these files hide."""
    return [entry for source in texts for comment in comments(source) for entry in _entries(source, comment)]


def hide(
    diagnostics: Collection[Diagnostic], said: list[Entry], project: Project, sources: Sources, again: Again
) -> tuple[list[Diagnostic], list[Suppression]]:
    """What is left of the diagnostics, and what each comment has hidden. `again` asks a rule about fewer launches."""
    left: list[Diagnostic] = []
    used: set[int] = set()
    by_rule: dict[str, list[Diagnostic]] = {}
    for each in diagnostics:
        by_rule.setdefault(each.rule, []).append(each)
    for rule, found in by_rule.items():
        mine = [(number, entry) for number, entry in enumerate(said) if entry.rule == rule]
        if mine:
            found = _of_rule(rule, found, mine, used, project, sources, again)
        left += found
    return left, [entry.suppression._replace(used=number in used) for number, entry in enumerate(said)]


def _of_rule(
    rule: str,
    found: list[Diagnostic],
    mine: list[tuple[int, Entry]],
    used: set[int],
    project: Project,
    sources: Sources,
    again: Again,
) -> list[Diagnostic]:
    left = []
    for each in found:
        hiding = [number for number, entry in mine if entry.covers(each.finding.span, sources)]
        used.update(hiding)
        if not hiding:
            left.append(each)
    for number, entry in mine:
        without = [each for each in project.contracts if not _stands(each, entry, sources)]
        if not left or len(without) == len(project.contracts):
            continue
        fewer = project.of(without)
        there = {(each.finding.span, each.finding.message) for each in left}
        places = {each.finding.span for each in left}
        kept = [each for each in again(rule, fewer) if each.finding.span in places]
        if {(each.finding.span, each.finding.message) for each in kept} != there or _notes(kept) != _notes(left):
            used.add(number)
            left, project = kept, fewer
    for number, entry in mine:
        # The other end of a finding, where that is no launch: the script, for what is wrong at the launch.
        hidden = [each for each in left if any(entry.covers(note.span, sources) for note in each.finding.notes)]
        if hidden and number not in used:
            used.add(number)
            left = [each for each in left if each not in hidden]
    return left


def _notes(diagnostics: Iterable[Diagnostic]) -> set[object]:
    return {note for each in diagnostics for note in each.finding.notes}


def _stands(contract: Contract, entry: Entry, sources: Sources) -> bool:
    """Whether a launch stands where a comment speaks."""
    launch = contract.launch
    return any(
        entry.covers(span, sources)
        for span in (launch.span, launch.extras_span, launch.target.span, launch.definition.span)
        if span.path == launch.span.path
    )


def _entries(source: Source, comment: Comment) -> Iterator[Entry]:
    if comment.word not in ("ignore", "ignore-file"):
        return
    rows = None if comment.word == "ignore-file" else frozenset({_row(source, comment)})
    whole = _whole(source, comment)
    names = _names(source, comment)
    for index, (name, span) in enumerate(names):
        going = whole if len(names) == 1 else _with_comma([each for _, each in names], index)
        yield Entry(name, source.path, rows, Suppression(span, name, going))
    if not names:
        yield Entry("", source.path, rows, Suppression(comment.span, "", whole))


def _names(source: Source, comment: Comment) -> list[tuple[str, Span]]:
    """The names in the brackets, each with its place."""
    found: list[tuple[str, Span]] = []
    at = source.text.find("[", comment.span.start) + 1
    for part in (comment.brackets or "").split(",") if comment.brackets is not None else ():
        name = part.strip()
        if name:
            start = at + len(part) - len(part.lstrip())
            found.append((name, Span(source.path, start, start + len(name))))
        at += len(part) + 1
    return found


def _row(source: Source, comment: Comment) -> int:
    """The row that a comment speaks of: its own, or if it stands alone the next one with code."""
    if not comment.alone:
        return comment.row
    row = comment.row + 1
    while row <= len(source.line_starts) and source.line(row).strip()[:1] in ("", "#"):
        row += 1
    return row


def _whole(source: Source, comment: Comment) -> Span:
    """All of a comment: with its line if it stands alone, or else with the blanks before it."""
    begin = source.line_starts[comment.row - 1]
    start = source.text.rindex("#", begin, comment.span.start)
    while source.text[start - 1 : start] in ("#", " ", "\t") and start > begin:
        start -= 1
    end = begin + len(source.line(comment.row))
    if comment.alone:
        following = source.line_starts[comment.row] if comment.row < len(source.line_starts) else len(source.text)
        return Span(source.path, begin, following)
    later = source.text.find("#", comment.span.end, end)  # another tool's comment behind ours
    return Span(source.path, start, end) if later < 0 else Span(source.path, start + 2, later)


def _with_comma(spans: list[Span], index: int) -> Span:
    """A name with the comma and the blanks that part it from its neighbour."""
    if index:
        return spans[index]._replace(start=spans[index - 1].end)
    return spans[0]._replace(end=spans[1].start)
