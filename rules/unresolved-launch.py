"""A launch of which the source does not tell what it starts."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Project
from pipes_lint.finding import Finding, info
from pipes_lint.source import Span


@info
def unresolved_launch(project: Project) -> Iterator[Finding]:
    found: dict[Span, Contract] = {}
    for contract in project.contracts:
        target = contract.launch.target
        if target.path is None and not target.tried and contract.script is None:
            found.setdefault((target.reason.span if target.reason else None) or target.span, contract)
    for span, contract in found.items():
        reason = contract.launch.target.reason
        why = reason.reason if reason else "its command names no file of this project"
        yield Finding(
            span,
            f"the script that {contract.step} launches is not known: {why}",
            label="what this launch passes and promises is not checked",
        )
