"""A run context that Dagster's clients do not take."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Project
from pipes_lint.finding import Edit, Finding, Fix, error, launched_here
from pipes_lint.protocol import caught, context_fault, takes_no_check
from pipes_lint.source import Span
from pipes_lint.values import Instance, Known, Value, options

_CHECK = "AssetCheckExecutionContext"


@error
def wrong_run_context(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[Contract]] = {}
    refused: dict[Span, Finding] = {}
    for contract in project.contracts:
        launch = contract.launch
        finding = _refused(contract)
        if finding is not None:
            refused.setdefault(finding.span, finding)
            continue
        if launch.context is None or not takes_no_check(launch) or caught(launch.when.guards, "AttributeError"):
            continue
        if all(map(_is_of_check, options(launch.context.value))):
            found.setdefault(launch.context.span, []).append(contract)
    yield from refused.values()
    for span, guilty in found.items():
        only = all("check" in each.definition.kind for each in guilty)
        edit = Edit(Span(span.path, span.end, span.end), ".op_execution_context")
        yield Finding(
            span,
            f"context of {guilty[0].step} is an `{_CHECK}`, which `{guilty[0].launch.client}` does not take",
            label=f"the step fails: AttributeError: '{_CHECK}' object has no attribute 'has_assets_def'",
            notes=tuple(note for note in launched_here(guilty) if not _covers(note.span, span)),
            help="pass `context.op_execution_context`",
            fix=Fix("pass its `.op_execution_context`", (edit,), True) if only else None,
        )


def _is_of_check(value: Value) -> bool:
    """Whether a value is certainly the context that Dagster gives to an asset check."""
    match value:
        case Instance(type="dagster.context", fields=fields):
            return fields.get("class") == Known(_CHECK)
    return False


_RIGHT = {"op": "OpExecutionContext", "asset": "AssetExecutionContext", "multi_asset": "AssetExecutionContext"}


def _refused(contract: Contract) -> Finding | None:
    """The fault of a context that is annotated as another kind of body's."""
    definition, given = contract.definition, contract.launch.context
    match given.value if given else None:
        case Instance(type="dagster.context", fields={"refused": Known(value=str() as name, span=Span() as span)}):
            fault = context_fault(definition.kind, name)
            if fault is None or definition.kind == "op" and definition.asset_keys != ():
                return None
            right = _RIGHT.get(definition.kind)
            return Finding(
                span,
                f"context of {contract.step} is annotated as `{name}`, which Dagster does not give it",
                label=f"the step fails: {fault}",
                notes=launched_here([contract]),
                help=f"annotate it as `{right}`"
                if right
                else f"annotate it as `{_CHECK}`, and pass its `.op_execution_context`",
            )
    return None


def _covers(outer: Span, inner: Span) -> bool:
    return outer.path == inner.path and outer.start <= inner.start and inner.end <= outer.end
