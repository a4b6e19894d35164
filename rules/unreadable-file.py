"""A file on a launch's way that does not parse."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Project
from pipes_lint.finding import Finding, error, launched_here


@error
def unreadable_file(project: Project) -> Iterator[Finding]:
    for each in project.unreadable:
        steps = dict.fromkeys(contract.step for contract in each.contracts)
        launched = f", which {next(iter(steps))} launches," if steps else ""
        yield Finding(
            each.span,
            f"`{each.span.path}`{launched} cannot be read: {each.message}",
            label="the file does not run",
            notes=launched_here(each.contracts),
        )
