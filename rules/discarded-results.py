"""A launch whose results never reach Dagster."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Certainty, Contract, Fate, Project
from pipes_lint.finding import Finding, Fix, Note, error
from pipes_lint.protocol.arguments import REPORTS
from pipes_lint.protocol.steps import MAKES_ASSETS, MAKES_CHECKS, reported_checks, reported_keys, wholly_read
from pipes_lint.protocol.transports import GIVES
from pipes_lint.remedy.dropping import dropped_at
from pipes_lint.remedy.results import delivered, yielded_from
from pipes_lint.source import Span

_OF_BODY = (Fate.WRAPPED, Fate.REFUSED)
"""What one thing that a body gives to Dagster may do to the results of several launches."""
KEPT = (Fate.DELIVERED, Fate.REPLACED, Fate.UNKNOWN, Fate.INSIDE_SESSION, *_OF_BODY)

_INVOCATION = "<class 'dagster._core.pipes.client.PipesClientCompletedInvocation'>"
_REFUSED = "the step fails: yielded a value of type"
_LOST = "what is reported never reaches Dagster"


@error
def discarded_results(project: Project) -> Iterator[Finding]:
    seen: set[object] = set()
    for contract in project.contracts:
        if contract.definition.kind in (*MAKES_ASSETS, *MAKES_CHECKS):
            finding = _judge(project, contract)
            body = (contract.definition.span, contract.definition.name, contract.launch.fate)
            if finding is not None and finding.span not in seen and body not in seen:
                seen.add(finding.span)
                if contract.launch.fate in _OF_BODY:
                    seen.add(body)
                yield finding


def _judge(project: Project, contract: Contract) -> Finding | None:
    launch, step = contract.launch, contract.step
    if launch.fate is Fate.DELIVERED:
        return None
    results = f"results of {_script(contract)}"
    reports = _reports(contract)
    place = dropped_at(project, launch)
    if place.idle:
        return _finding(
            place.span,
            f"{_script(contract)} is not launched: nobody goes through the generator that {step} makes here",
            "nothing is run here: a generator waits until somebody asks for what it yields",
            "write `yield from` before it",
            [],
        )
    match launch.fate:
        case Fate.DROPPED if not _another_delivers(project, contract):
            return _finding(
                place.span,
                f"{results} are dropped: {step} neither returns nor yields them",
                "the step fails: did not yield or return expected outputs",
                _give_back(contract),
                reports,
                delivered(project, launch) if place.span == launch.span else None,
            )
        case Fate.DROPPED if lost := _lost_beside(project, contract, reports):
            message = f"{results} are dropped: only those of another launch are given back by {step}"
            advice = "give these back too, each by `get_results(implicit_materializations=False)`"
            return _finding(place.span, message, _LOST, advice, lost)
        case Fate.INVOCATION:
            message = f"{results} are not taken: {step} returns the invocation itself"
            label = f"{_REFUSED} {_INVOCATION}"
            return _finding(launch.span, message, label, _give_back(contract), reports, delivered(project, launch))
        case Fate.WRAPPED:
            message = f"{results} are given to Dagster in one {launch.refused} by {step}"
            label = f"{_REFUSED} <class '{launch.refused}'>"
            advice = "Dagster takes them one by one: write `yield from`, or return the tuple of `get_results()`"
            return _finding(launch.span, message, label, advice, reports, yielded_from(project, launch))
        case Fate.REFUSED:
            message = f"{results} are dropped: {step} gives Dagster a value of type `{launch.refused}`"
            label = f"{_REFUSED} <class '{launch.refused}'>"
            return _finding(launch.span, message, label, _give_back(contract), reports)
        case Fate.TEXT if reports:
            message = f"{results} are turned into text by {step}, and its reports are lost"
            return _finding(launch.span, message, _LOST, "return the results themselves", reports)
        case Fate.INSIDE_SESSION if reports and launch.carried and launch.carried.messages in GIVES:
            message = f"{results} are asked for by {step} before its session has ended"
            label = "whatever the message reader has not yet read is lost, and the run stays green"
            advice = "ask for them behind the `with` block, whose end waits for the last message"
            asked = [call.span for call in launch.result_calls if call.method.startswith("get_")]
            return _finding(asked[0] if asked else launch.span, message, label, advice, reports)
    return None


def _script(contract: Contract) -> str:
    return f"`{contract.script.path}`" if contract.script else "the script"


def _finding(
    span: Span, message: str, label: str, advice: str, reports: list[Called], fix: Fix | None = None
) -> Finding:
    notes = tuple(Note(each.member_span, "lost: reported here") for each in reports[:5])
    return Finding(span, message, label=label, notes=notes, help=advice, fix=fix)


def _give_back(contract: Contract) -> str:
    if contract.definition.kind == "asset_check":
        return "return `.get_asset_check_result()` of this"
    return "return `.get_results()` or `.get_materialize_result()` of this"


def _reports(contract: Contract) -> list[Called]:
    """The reports that the script certainly makes."""
    if contract.session is None:
        return []
    return [
        event
        for event in contract.session.events
        if isinstance(event, Called) and event.member in REPORTS and event.when.certainty is Certainty.ALWAYS
    ]


def _beside(project: Project, contract: Contract) -> Iterator[Contract]:
    """The other launches of the same body that may be made in the same run."""
    mine = contract.definition
    for other in project.contracts:
        same = other.definition.span == mine.span and other.definition.name == mine.name
        if same and other is not contract and not contract.launch.when.excludes(other.launch.when):
            yield other


def _another_delivers(project: Project, contract: Contract) -> bool:
    """Whether another launch of the same body gives the step what it must yield."""
    return any(other.launch.fate in KEPT for other in _beside(project, contract))


def _lost_beside(project: Project, contract: Contract, reports: list[Called]) -> list[Called]:
    """The reports that reach Dagster by no other launch of the same body, whose results it is given."""
    others = [other for other in _beside(project, contract) if other.launch.fate is not Fate.DROPPED]
    if any(call.method != "get_custom_messages" for call in contract.launch.result_calls):
        return []  # they are asked for, and may be given in a way that cannot be seen
    if any(other.launch.fate is not Fate.DELIVERED or not _is_read(project, other) for other in others):
        return []
    told = {each for other in others for each in _subjects(other)}
    if None in told:
        return []
    return [called for called in reports if not (mine := _subject(contract, called)) <= told and None not in mine]


def _is_read(project: Project, contract: Contract) -> bool:
    return contract.session is not None and wholly_read(project, contract)


_Subject = tuple[str, str] | None
"""What a report is about: the member that makes it, and a key or a name; None if that cannot be told."""


def _subjects(contract: Contract) -> Iterator[_Subject]:
    for called in contract.session.events if contract.session else ():
        if isinstance(called, Called) and called.member in REPORTS:
            yield from _subject(contract, called)


def _subject(contract: Contract, called: Called) -> set[_Subject]:
    check = called.member == "report_asset_check"
    told = reported_checks(called) if check else reported_keys(called, contract.definition)
    return {(called.member, each) for each in told} if told else {None}
