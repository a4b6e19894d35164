"""A launch of a script that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from pipes_lint.contract import Contract, Project
from pipes_lint.finding import Finding, Note, error, listing, nearest
from pipes_lint.source import Span


@error
def script_not_found(project: Project) -> Iterator[Finding]:
    scripts = {each.script.path for each in project.contracts if each.script}
    scripts |= {script.path for script, _ in project.unlaunched}
    found: dict[Span, list[Contract]] = {}
    for contract in project.contracts:
        target = contract.launch.target
        if target.path is None and target.tried:
            found.setdefault(target.span, []).append(contract)
    for span, guilty in found.items():
        target = guilty[0].launch.target
        written = target.written or target.tried[0]
        if PurePosixPath(written).is_absolute():
            written = target.tried[0]
        elsewhere = f": there is no {listing(target.tried)}" if set(target.tried) != {written} else ""
        label = "the run fails: External execution process failed"
        notes = [
            Note(place, "launched here")
            for place in dict.fromkeys(each.launch.span for each in guilty)
            if not _covers(place, span)
        ]
        if target.mapped:
            elsewhere = f": `path-map` puts `{target.mapped.deployed}` at `{target.mapped.folder}`"
            label = f"by `path-map` this is `{target.tried[0]}`"
            notes.append(Note(target.mapped.span, f"`{target.mapped.deployed}` is `{target.mapped.folder}`"))
        near = target.near or _near(written, scripts)
        yield Finding(
            span,
            f"script `{written}` is launched by {guilty[0].step}, but is not there{elsewhere}",
            label=label,
            notes=tuple(notes),
            help=f"did you mean `{near}`?" if near else None,
        )


def _near(written: str, scripts: set[str]) -> str | None:
    """The project's script that is most likely meant: by its file's name, wherever it lies."""
    by_name = {PurePosixPath(script).name: script for script in sorted(scripts)}
    name = nearest(PurePosixPath(written).name, by_name)
    return by_name[name] if name else None


def _covers(outer: Span, inner: Span) -> bool:
    return outer.path == inner.path and outer.start <= inner.start and inner.end <= outer.end
