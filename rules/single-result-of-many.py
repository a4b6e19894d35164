"""One result is asked for, where the step has another number of them."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Certainty, Contract, Project, Session
from pipes_lint.finding import Finding, Note, error, listing
from pipes_lint.protocol import REPORTS, sound
from pipes_lint.protocol.steps import (
    MAKES_ASSETS,
    MAKES_CHECKS,
    key_given,
    repeated,
    reported_checks,
    wholly_read,
)
from pipes_lint.remedy.results import of_many
from pipes_lint.source import Span

FEW = 2


@error
def single_result_of_many(project: Project) -> Iterator[Finding]:
    seen: set[Span] = set()
    for contract in project.contracts:
        for call in contract.launch.result_calls:
            if call.span in seen:
                continue
            match call.method:
                case "get_materialize_result":
                    told = _materializations(project, contract)
                case "get_asset_check_result":
                    told = _checks(project, contract)
                case _:
                    continue
            if told:
                seen.add(call.span)
                message, label, notes = told
                advice = f"use `get_results()` in place of `{call.method}()`"
                fix = of_many(project, contract.definition, call.span) if _is_of_many(contract) else None
                yield Finding(call.span, message, label=label, notes=notes, help=advice, fix=fix)


def _is_of_many(contract: Contract) -> bool:
    """Whether the step takes whatever results there are."""
    return contract.definition.kind in MAKES_ASSETS or contract.definition.kind == "multi_asset_check"


Told = tuple[str, str, tuple[Note, ...]]


def _reports_nothing(project: Project, contract: Contract) -> bool:
    """Whether the script of an op certainly reports nothing that could be its result."""
    definition, session = contract.definition, contract.session
    if definition.kind != "op" or definition.asset_keys != () or session is None or not wholly_read(project, contract):
        return False
    return not any(isinstance(event, Called) and event.member in REPORTS for event in session.events)


def _materializations(project: Project, contract: Contract) -> Told | None:
    definition = contract.definition
    keys = definition.asset_keys
    if _reports_nothing(project, contract):
        return (
            f"a materialization is asked for, but {contract.step} makes no asset, and its script reports nothing",
            "the step fails: No materialization results received from external process",
            (Note(definition.span, "defined here"),),
        )
    if definition.kind in MAKES_ASSETS and keys and len(keys) >= FEW:
        return (
            f"one materialization is asked for, but `{definition.name}` makes {listing(keys)}",
            f"the step fails: Multiple materialize results returned with asset keys {sorted(keys)}",
            (Note(definition.span, "defined here"),),
        )
    if definition.kind in MAKES_CHECKS:
        return (
            f"a materialization is asked for, but {contract.step} makes no asset",
            "the step fails: No materialization results received from external process",
            (Note(definition.span, "defined here"),),
        )
    return None


def _on_one_path(session: Session) -> list[Called]:
    """Checks that are all reported whenever the last of them is."""
    calls = [called for called in session.calls("report_asset_check") if not called.closed]
    always = [called for called in calls if called.when.certainty is Certainty.ALWAYS]
    if len(always) >= FEW:
        return always
    for _, earlier, called in repeated(session, ((None, called) for called in calls)):
        return [*earlier[:1], called]
    return always


def _materialized(contract: Contract) -> Called | None:
    """A materialization that certainly is among the results of a check's step."""
    for called in contract.session.calls("report_asset_materialization") if contract.session else ():
        late = called.closed and called.dialect == "python"
        if called.when.certainty is Certainty.ALWAYS and sound(contract, called) and key_given(called) and not late:
            return called
    return None


def _checks(project: Project, contract: Contract) -> Told | None:
    definition = contract.definition
    words = "the step fails: Did not find singular AssetCheckResult"
    if _reports_nothing(project, contract):
        return (
            f"a check result is asked for, but the script of {contract.step} reports nothing",
            words,
            (Note(definition.span, "defined here"),),
        )
    if definition.kind in MAKES_ASSETS and definition.asset_keys:
        return (
            f"one check result is asked for, but {contract.step} is materialized too",
            words,
            (Note(definition.span, "defined here"),),
        )
    if definition.kind not in MAKES_CHECKS:
        return None
    names = list(dict.fromkeys(spec.name for spec in definition.checks or ()))
    if len(definition.checks or ()) >= FEW:
        specs = tuple(Note(spec.span, f"`{spec.name}` is declared here") for spec in definition.checks or ())
        return f"one check result is asked for, but {contract.step} declares {listing(names)}", words, specs[:5]
    made = _materialized(contract)
    if made is not None and contract.script is not None:
        return (
            f"one check result is asked for, but `{contract.script.path}` reports a materialization besides",
            words,
            (Note(made.member_span, "reported here"),),
        )
    calls = _on_one_path(contract.session) if contract.session else []
    if len(calls) < FEW or contract.script is None:
        return None
    told = listing(dict.fromkeys(name for called in calls for name in reported_checks(called) or ()))
    places = tuple(dict.fromkeys(Note(called.member_span, "reported here") for called in calls))
    return (
        f"one check result is asked for, but `{contract.script.path}` reports {len(calls)}: {told}",
        f"{words}, got 0 MaterializeResults and {len(calls)} AssetCheckResults",
        places[:5],
    )
