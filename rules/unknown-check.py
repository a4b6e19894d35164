"""A check that is reported to a step which does not declare it."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Definition, Fate, Passed, Project
from pipes_lint.finding import Edit, Finding, Fix, Note, error, launched_here, listing, nearest
from pipes_lint.protocol import bind
from pipes_lint.protocol.arguments import sound
from pipes_lint.protocol.steps import (
    MAKES_ASSETS,
    MAKES_CHECKS,
    chosen_by_launch,
    declares,
    reported_checks,
    reported_keys,
    targets,
)
from pipes_lint.values import Known


@error
def unknown_check(project: Project) -> Iterator[Finding]:
    for site in project.sites(Called):
        guilty = [(contract, each) for contract, each in site.pairs if _is_unknown(project, contract, each)]
        if not guilty:
            continue
        contract, called = guilty[0]
        passed = bind(called).arguments["check_name"]
        names = reported_checks(called) or ()
        declared = sorted({spec.name for spec in contract.definition.checks or ()})
        near = nearest(names[0], declared)
        told = listing(declared) if declared else "no check"
        words = _words(contract.definition, names[0], reported_keys(called, contract.definition))
        specs = [Note(spec.span, f"`{spec.name}` is declared here") for spec in contract.definition.checks or ()]
        yield Finding(
            passed.span,
            f"check {listing(names)} is reported, but {contract.step} declares {told}",
            label=f"the step fails: {words}",
            notes=(*launched_here(each for each, _ in guilty), *dict.fromkeys(specs[:5])),
            help=f"did you mean `{near}`?" if near else None,
            fix=_fix(passed, near),
        )


def _is_unknown(project: Project, contract: Contract, called: Called) -> bool:
    definition = contract.definition
    if called.member != "report_asset_check" or definition.kind not in (*MAKES_ASSETS, *MAKES_CHECKS):
        return False
    if contract.launch.fate is not Fate.DELIVERED or (called.closed and called.dialect == "python"):
        return False
    names = reported_checks(called)
    if not names or sound(contract, called) is None:
        return False
    keys = reported_keys(called, definition)
    valid = targets(definition)
    if keys and valid is not None and not set(keys) <= set(valid):
        return False  # `unknown-asset-key` says so
    if definition.kind in MAKES_CHECKS and keys is None:
        return False  # either not known, or `missing-asset-key`

    def takes(other: Definition) -> bool | None:
        told = [declares(other, name, key) for name in names for key in keys or (None,)]
        return None if None in told else any(told)

    return takes(definition) is False and not chosen_by_launch(project, contract, called, takes)


def _words(definition: Definition, name: str, keys: tuple[str, ...] | None) -> str:
    if not definition.checks:
        return "Received unexpected AssetCheckResult. No AssetCheckSpecs were found for this step"
    if not keys:
        return "Received unexpected AssetCheckResult"
    if not any(spec.asset_key in (keys[0], None) for spec in definition.checks):
        return f"Received unexpected AssetCheckResult. It targets asset '{keys[0]}'"
    return (
        "Received unexpected AssetCheckResult. No checks currently being evaluated "
        f"target asset '{keys[0]}' and have name '{name}'"
    )


def _fix(passed: Passed, near: str | None) -> Fix | None:
    match passed.value:
        case Known(str() as name, span) if near and span == passed.span:
            return Fix(f"replace `{name}` by `{near}`", (Edit(passed.span, f'"{near}"'),), safe=False)
    return None
