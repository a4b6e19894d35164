"""A launch of which the source does not tell what it starts."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Project
from pipes_lint.finding import Finding, info, launched_here
from pipes_lint.source import Span
from pipes_lint.stops import Stop, stops


@info
def unresolved_launch(project: Project) -> Iterator[Finding]:
    found: dict[Span, tuple[Stop, Contract]] = {}
    for contract in project.contracts:
        for stop in stops(contract):
            if stop.what == "script":
                found.setdefault(stop.span or contract.launch.span, (stop, contract))
    for span, (stop, contract) in found.items():
        yield Finding(
            span,
            f"the script that {contract.step} launches is not known: {stop.reason}",
            label="what this launch passes and promises is not checked",
            notes=launched_here([contract]) if span.path != contract.launch.span.path else (),
            help=stop.settle,
        )
