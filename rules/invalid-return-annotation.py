"""An annotation of what a body returns that Dagster refuses."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Project
from pipes_lint.finding import Finding, error
from pipes_lint.protocol import annotation_fault
from pipes_lint.source import Span


@error
def invalid_return_annotation(project: Project) -> Iterator[Finding]:
    told: set[Span] = set()
    for contract in project.contracts:
        returns = contract.definition.returns
        fault = annotation_fault(contract.definition, contract.launch.fate)
        if returns is None or fault is None or returns.span in told:
            continue
        told.add(returns.span)
        several = len(contract.definition.asset_keys or ()) > 1
        subject = f"{contract.step} {'are' if several else 'is'}"
        yield Finding(
            returns.span,
            f"{subject} annotated to return `{fault.shown}`, which Dagster {fault.what}",
            label=fault.error,
            help="leave the annotation out, or write `dg.MaterializeResult`",
        )
