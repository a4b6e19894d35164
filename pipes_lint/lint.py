"""The whole linter on one page: files → project → diagnostics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from . import catalog
from .config import Config
from .contract import Contract, Project
from .files import Files, Problem
from .finding import Diagnostic, Rule, Severity
from .link import link
from .source import Source, Span


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
    project = link(files)
    loaded, broken = catalog.load(filter(config.wants, catalog.names()))
    found, failed = run(loaded, project)
    shown = tuple(each for each in found if _within(paths, (span.path for span in places(each))))
    return Report(
        diagnostics=shown,
        summary=summarize(project),
        project=project,
        root=root.as_posix(),
        sources=_sources(files, (span for each in shown for span in places(each))),
        problems=tuple(files.problems),
        broken=(*broken, *failed),
    )


def contracts(root: Path, config: Config | None = None, paths: Sequence[str] = ()) -> Report:
    """The project alone; `paths` narrow it to the launches in them, or of scripts in them."""
    files = Files(root, (config or Config()).exclude)
    project = link(files)
    shown = tuple(each for each in project.contracts if _within(paths, _ends(each)))
    return Report(
        diagnostics=(),
        summary=summarize(project),
        project=Project(shown, project.unlaunched, project.unreadable),
        root=root.as_posix(),
        sources=_sources(files, (each.launch.span for each in shown)),
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
    read = {path: files.source(path) for path in sorted({span.path for span in spans})}
    return {path: source for path, source in read.items() if isinstance(source, Source)}
