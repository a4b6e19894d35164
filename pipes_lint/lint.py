"""The whole linter on one page: files → project → diagnostics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from . import catalog, stops
from .config import Config
from .contract import Contract, Project
from .directives import NEEDLE
from .files import Files, Problem
from .finding import Diagnostic, Fix, Rule, Severity
from .link import link
from .records import NamedTuple
from .source import Source, Span

_LAST = ("unknown-suppression", "unused-suppression")


class Summary(NamedTuple):
    """What was checked, so that nothing passes silently. It counts the whole project, whatever the report shows."""

    launches: int
    scripts: Mapping[str, int]
    """How many launched scripts were found, by language (`python`, `r`; others are counted and not read)."""
    unresolved: int
    """Launches of which the source does not tell what they start, or that start what is not there."""


class Report(NamedTuple):
    """The outcome of a check. `sources` has every file in which a diagnostic or one of its notes lies."""

    diagnostics: tuple[Diagnostic, ...]
    summary: Summary
    project: Project
    root: str = ""
    """The project's folder, absolute, as the values in it have it."""
    sources: Mapping[str, Source] = MappingProxyType({})
    problems: tuple[Problem, ...] = ()
    broken: tuple[str, ...] = ()
    """Rules that failed, by our fault."""

    @property
    def failed(self) -> bool:
        """Whether anything was found that is an error or a warning."""
        return any(each.severity is not Severity.INFO for each in self.diagnostics)


def check(
    root: Path, config: Config | None = None, paths: Sequence[str] = (), overlay: Mapping[str, str] | None = None
) -> Report:
    """Analyses the project under `root`, whole; `paths` (relative to it) narrow what is reported, and nothing else."""
    config = config or Config()
    files = Files(root, config.exclude, overlay)
    project = link(files, config.declared)
    loaded, broken = catalog.load(filter(config.wants, catalog.names()))
    found, failed = _unhidden(loaded, project, files)
    shown = tuple(each for each in found if _within(paths, (span.path for span in places(each))))
    return Report(
        diagnostics=shown,
        summary=summarize(project),
        project=project,
        root=root.as_posix(),
        sources=_sources(files, (span for each in shown for span in (*places(each), *edited(each)))),
        problems=tuple(files.problems),
        broken=(*broken, *failed),
    )


class Fixed(NamedTuple):
    """What fixes made of the project. Nothing has been written yet."""

    report: Report
    """What is found afterwards."""
    before: Mapping[str, str]
    """The files that change, as they are on disk, by path."""
    after: Mapping[str, str]
    """The same files as they are to be."""
    made: tuple[Diagnostic, ...] = ()
    left: tuple[tuple[Diagnostic, str], ...] = ()
    """Findings whose fix was not made, and why. Their places are those of the text before."""


def fix(root: Path, config: Config | None = None, paths: Sequence[str] = (), unsafe: bool = False) -> Fixed:
    """Makes the fixes of what `check` finds, those that are not safe too if `unsafe`; with `paths`, in these alone."""
    from .fix.repair import Seen, repair

    reports: list[Report] = []
    before: dict[str, str] = {}

    def look(texts: Mapping[str, str]) -> Seen:
        report = check(root, config, paths, texts)
        reports.append(report)
        for path, source in report.sources.items():
            before.setdefault(path, source.file.text)
        return Seen(report.diagnostics, report.sources.get)

    def wants(fix: Fix) -> bool:
        return (fix.safe or unsafe) and all(_within(paths, [change.span.path]) for change in fix.edits)

    repaired = repair(look, wants)
    report = next(each for each in reports if each.diagnostics is repaired.seen.diagnostics)
    changed = {path: before[path] for path in sorted(repaired.texts)}
    return Fixed(report, changed, repaired.texts, repaired.made, repaired.left)


def contracts(root: Path, config: Config | None = None, paths: Sequence[str] = ()) -> Report:
    """The project alone; `paths` narrow it to the launches in them, or of scripts in them."""
    config = config or Config()
    files = Files(root, config.exclude)
    project = link(files, config.declared)
    shown = tuple(each for each in project.contracts if _within(paths, _ends(each)))
    shown_alone = tuple(each for each in project.unlaunched if _within(paths, [each[0].path]))
    return Report(
        diagnostics=(),
        summary=summarize(project),
        project=Project(shown, shown_alone, project.unreadable),
        root=root.as_posix(),
        sources=_sources(files, [*(each.launch.span for each in shown), *stops.places(shown)]),
        problems=tuple(files.problems),
    )


def run(rules: Iterable[Rule], project: Project) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """What the rules find, sorted and each thing once, and the names of those that broke while they looked."""
    found: set[Diagnostic] = set()
    broken = []
    for rule in rules:
        try:
            found.update(Diagnostic(rule.name, rule.severity, finding) for finding in rule.find(project))
        except Exception:
            catalog.complain(rule.name)
            broken.append(rule.name)
    return tuple(sorted(found, key=_place)), tuple(broken)


def _unhidden(rules: Sequence[Rule], project: Project, files: Files) -> tuple[tuple[Diagnostic, ...], tuple[str, ...]]:
    """What the rules find and no comment hides; those that judge the comments themselves are asked last."""
    if not any(NEEDLE in source.text for source in files.read()):
        return run(rules, project)
    from . import suppression

    last = [rule for rule in rules if rule.name in _LAST]
    first = [rule for rule in rules if rule.name not in _LAST]
    found, failed = run(first, project)
    by_name = {rule.name: rule for rule in rules}

    def again(name: str, fewer: Project) -> tuple[Diagnostic, ...]:
        return run([by_name[name]], fewer)[0]

    said = suppression.entries(files.read())
    left, outcome = suppression.hide(found, said, project, files.readable, again)
    names, asked = catalog.names(), {rule.name for rule in first} - set(failed)
    project.suppressions = tuple(each._replace(asked=each.rule in asked, rules=names) for each in outcome)
    of_comments, failed_last = run(last, project)
    judged, _ = suppression.hide(of_comments, said, project, files.readable, again)
    return tuple(sorted([*left, *judged], key=_place)), (*failed, *failed_last)


def summarize(project: Project) -> Summary:
    """Counts the launches, the scripts that they start, and the launches that led nowhere."""
    scripts = {}
    for contract in project.contracts:
        if contract.script:
            scripts[contract.script.path] = contract.script.language
    languages: Counter[str] = Counter(sorted(scripts.values()))
    unread = {
        each.launch.target.path: each.launch.target.language or "other"
        for each in project.contracts
        if each.script is None and each.launch.target.path
    }
    languages.update(sorted(unread.values()))
    return Summary(len(project.contracts), dict(languages), sum(map(is_unresolved, project.contracts)))


def is_unresolved(contract: Contract) -> bool:
    """Whether it is not known what the launch starts, or that is not there."""
    return contract.script is None and contract.launch.target.path is None


def places(diagnostic: Diagnostic) -> Iterator[Span]:
    """Where the finding is, then where its notes are."""
    yield diagnostic.finding.span
    for note in diagnostic.finding.notes:
        yield note.span


def edited(diagnostic: Diagnostic) -> Iterator[Span]:
    """Where its fix changes something."""
    for change in diagnostic.finding.fix.edits if diagnostic.finding.fix else ():
        yield change.span


def _place(diagnostic: Diagnostic) -> tuple[object, ...]:
    # Offsets sort as rows and columns do.
    span = diagnostic.finding.span
    return (span.path, span.start, diagnostic.rule, span.end, diagnostic.finding.message)


def _within(paths: Sequence[str], places: Iterable[str]) -> bool:
    if not paths or "." in paths:
        return True
    return any(place == path or place.startswith(f"{path}/") for place in places for path in paths)


def _ends(contract: Contract) -> Iterator[str]:
    yield contract.launch.span.path
    if contract.launch.target.path:
        yield contract.launch.target.path


def _sources(files: Files, spans: Iterable[Span]) -> dict[str, Source]:
    read = {path: files.readable(path) for path in sorted({span.path for span in spans})}
    return {path: source for path, source in read.items() if source}
