"""A declared check that nobody reports."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import CheckSpec, Contract, Definition, Opened, Project, known_strings
from pipes_lint.finding import Finding, Note, error, launched_here, listing, nearest
from pipes_lint.protocol.steps import (
    MAKES_ASSETS,
    MAKES_CHECKS,
    declares,
    in_steps,
    loads,
    reported_checks,
    reported_keys,
    targets,
    wholly_read,
)


@error
def unreported_check(project: Project) -> Iterator[Finding]:
    for definition, contracts in in_steps(project):
        if definition.kind not in (*MAKES_ASSETS, *MAKES_CHECKS) or not loads(definition):
            continue
        if not all(wholly_read(project, each) for each in contracts):
            continue
        for spec in definition.checks or ():
            if not _body_may_report(definition, spec) and not any(_may_report(each, spec) for each in contracts):
                yield _finding(contracts, spec)


def _body_may_report(definition: Definition, spec: CheckSpec) -> bool:
    for value in definition.own_checks if definition.own_checks is not None else (None,):
        names = known_strings(value)
        if names is None or spec.name in names:
            return True
    return False


def _may_report(contract: Contract, spec: CheckSpec) -> bool:
    """Whether the script may report this check, or what another rule says was meant to be it."""
    definition = contract.definition
    valid = targets(definition)
    strange = []
    for called in contract.session.calls("report_asset_check") if contract.session else ():
        names = reported_checks(called)
        if names is None:
            return True
        keys = reported_keys(called, definition)
        if spec.name in names:
            elsewhere = keys and valid is not None and set(keys) <= set(valid) and spec.asset_key not in (*keys, None)
            if not elsewhere:
                return True
        alone = [each for each in definition.checks or () if each.asset_key == spec.asset_key]
        unknown = [name for name in names if declares(definition, name, None) is False]
        if unknown and keys and set(keys) == {spec.asset_key} and len(alone) == 1:
            return True  # the only one that this asset has is meant, and `unknown-check` says so
        strange += unknown
    # A strange name that can only be meant for this one is the fault, and `unknown-check` says so.
    return any(nearest(name, (spec.name,)) or len(definition.checks or ()) == 1 for name in strange)


def _finding(contracts: list[Contract], spec: CheckSpec) -> Finding:
    scripts = listing(dict.fromkeys(each.script.path for each in contracts if each.script))
    several = len({each.script for each in contracts}) > 1
    asset = f" of asset `{spec.asset_key}`" if spec.asset_key else ""
    notes = list(launched_here(contracts))
    for each in contracts:
        opened = [event.span for event in each.session.events if isinstance(event, Opened)] if each.session else []
        notes += [Note(span, f"the session in which {_reported(each)} reported") for span in opened[:1]]
    return Finding(
        spec.span,
        f"check `{spec.name}`{asset} is declared, but {scripts} {'do' if several else 'does'} not report it",
        label="the step fails: did not yield or return expected outputs",
        notes=tuple(dict.fromkeys(notes)),
    )


def _reported(contract: Contract) -> str:
    calls = contract.session.calls("report_asset_check") if contract.session else ()
    names = listing(dict.fromkeys(name for called in calls for name in reported_checks(called) or ()))
    return "no check is" if names == "nothing" else f"only {names} {'are' if ', ' in names else 'is'}"
