"""A materialization that is reported to an op."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import LOOKED_INTO, Called, Certainty, Contract, Fate, Project
from pipes_lint.finding import Finding, Note, error, launched_here
from pipes_lint.protocol import caught, sound
from pipes_lint.protocol.steps import key_missing

_LOST = (Fate.DROPPED, Fate.REPLACED, Fate.TEXT)


@error
def report_from_op(project: Project) -> Iterator[Finding]:
    for site in project.sites(Called):
        if site.events[0].member != "report_asset_materialization":
            continue
        guilty = [contract for contract, called in site.pairs if _is_lost(project, contract, called)]
        if not guilty:
            continue
        contract = guilty[0]
        refused = contract.launch.fate is Fate.DELIVERED
        end = "refuses it" if refused else "makes no asset, and drops it"
        yield Finding(
            site.events[0].member_span,
            f"a materialization is reported, but {contract.step} {end}",
            label=_label(refused),
            notes=(
                *launched_here(guilty),
                Note(contract.definition.span, "an op, which no asset stands behind"),
            ),
            help=f"make `{contract.definition.name}` an `@asset`, or report nothing",
        )


def _label(refused: bool) -> str:
    if refused:
        return "the step fails: MaterializeResult is only valid within asset computations"
    return "this is lost: nobody in the op's step takes it"


def _is_lost(project: Project, contract: Contract, called: Called) -> bool:
    definition = contract.definition
    if definition.kind != "op" or definition.asset_keys != () or sound(contract, called) is None:
        return False
    if contract.launch.fate not in (Fate.DELIVERED, *_LOST):
        return False
    if contract.launch.fate in _LOST and any(each.method == LOOKED_INTO for each in contract.launch.result_calls):
        return False  # the body makes something of them itself
    if key_missing(called) and not caught(called.when.guards, "DagsterPipesError"):
        return False  # `missing-asset-key` says so
    if called.closed and called.dialect == "python":
        return False  # `report-after-close` says so
    return called.when.certainty is Certainty.ALWAYS or not _is_for_assets(project, contract)


def _is_for_assets(project: Project, contract: Contract) -> bool:
    """Whether the script is launched for something else too, for which a report on some ways only may be meant."""
    here = contract.launch.target.path
    return any(
        other.definition.kind != "op" and other.launch.target.path in (None, here) for other in project.contracts
    )
