"""A launch whose results never reach Dagster."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Certainty, Contract, Fate, Project
from pipes_lint.finding import Finding, Note, error
from pipes_lint.protocol.arguments import REPORTS
from pipes_lint.protocol.steps import MAKES_ASSETS, MAKES_CHECKS
from pipes_lint.protocol.transports import GIVES
from pipes_lint.remedy.results import delivered
from pipes_lint.source import Span

KEPT = (Fate.DELIVERED, Fate.REPLACED, Fate.UNKNOWN, Fate.INSIDE_SESSION)

_INVOCATION = "<class 'dagster._core.pipes.client.PipesClientCompletedInvocation'>"


@error
def discarded_results(project: Project) -> Iterator[Finding]:
    seen: set[Span] = set()
    for contract in project.contracts:
        launch = contract.launch
        if launch.span in seen or launch.definition.kind not in (*MAKES_ASSETS, *MAKES_CHECKS):
            continue
        script = f"`{contract.script.path}`" if contract.script else "the script"
        reports = _reports(contract)
        match launch.fate:
            case Fate.DROPPED if not _another_delivers(project, contract):
                message = f"results of {script} are dropped: {contract.step} neither returns nor yields them"
                label = "the step fails: did not yield or return expected outputs"
                advice = "return `.get_results()` or `.get_materialize_result()` of this"
                if launch.definition.kind == "asset_check":
                    advice = "return `.get_asset_check_result()` of this"
            case Fate.INVOCATION:
                message = f"results of {script} are not taken: {contract.step} returns the invocation itself"
                label = f"the step fails: yielded a value of type {_INVOCATION}"
                advice = "return `.get_results()` or `.get_materialize_result()` of this"
                if launch.definition.kind == "asset_check":
                    advice = "return `.get_asset_check_result()` of this"
            case Fate.TEXT if reports:
                message = f"results of {script} are turned into text by {contract.step}, and its reports are lost"
                label = "what is reported never reaches Dagster"
                advice = "return the results themselves"
            case Fate.INSIDE_SESSION if reports and launch.carried and launch.carried.messages in GIVES:
                message = f"results of {script} are asked for by {contract.step} before its session has ended"
                label = "whatever the message reader has not yet read is lost, and the run stays green"
                advice = "ask for them behind the `with` block, whose end waits for the last message"
            case _:
                continue
        seen.add(launch.span)
        notes = tuple(Note(each.member_span, "lost: reported here") for each in reports[:5])
        fix = delivered(project, launch) if launch.fate in (Fate.DROPPED, Fate.INVOCATION) else None
        yield Finding(launch.span, message, label=label, notes=notes, help=advice, fix=fix)


def _reports(contract: Contract) -> list[Called]:
    """The reports that the script certainly makes."""
    if contract.session is None:
        return []
    return [
        event
        for event in contract.session.events
        if isinstance(event, Called) and event.member in REPORTS and event.when.certainty is Certainty.ALWAYS
    ]


def _another_delivers(project: Project, contract: Contract) -> bool:
    """Whether another launch of the same body gives the step what it must yield."""
    mine = contract.definition
    return any(
        other.launch.fate in KEPT and not contract.launch.when.excludes(other.launch.when)
        for other in project.contracts
        if other.definition.span == mine.span and other.definition.name == mine.name and other is not contract
    )
