"""A check that is reported to a step which does not declare it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipes_lint.contract import Called, Contract, Definition, Fate, Project
from pipes_lint.finding import Finding, Note, error, launched_here, listing, nearest
from pipes_lint.protocol import bind, written_at
from pipes_lint.protocol.arguments import sound
from pipes_lint.protocol.steps import (
    MAKES_ASSETS,
    MAKES_CHECKS,
    as_name,
    chosen_by_launch,
    declares,
    loads,
    named_checks,
    reported_checks,
    reported_keys,
    targets,
)
from pipes_lint.remedy.launch import check_added
from pipes_lint.remedy.texts import replaced
from pipes_lint.values import Value


@error
def unknown_check(project: Project) -> Iterator[Finding]:
    for site in project.sites(Called):
        guilty = [(contract, each) for contract, each in site.pairs if _is_unknown(project, contract, each)]
        for names in dict.fromkeys(named_checks(called) or () for _, called in guilty):
            yield _finding(project, names, [each for each in guilty if named_checks(each[1]) == names], site.pairs)


Pairs = Sequence[tuple[Contract, Called]]


def _finding(project: Project, values: tuple[Value, ...], guilty: Pairs, pairs: Pairs) -> Finding:
    contract, called = guilty[0]
    names = tuple(map(as_name, values))
    passed = bind(called).arguments["check_name"]
    declared = sorted({spec.name for spec in contract.definition.checks or ()})
    known = reported_checks(called) == names
    near = nearest(names[0], declared) if known and names[0] not in declared else None
    told = listing(declared) if declared else "no check"
    keys = reported_keys(called, contract.definition)
    words = _words(contract.definition, names[0], keys)
    specs = [Note(spec.span, f"`{spec.name}` is declared here") for spec in contract.definition.checks or ()]
    fix = None
    if near and all(pair in guilty for pair in pairs if written_at(_name(pair[1])) == written_at(passed.value)):
        fix = replaced(project, passed.value, passed.span, near)
    elif near is None and known and len(names) == 1 and keys and len(keys) == 1 and _is_more(contract, guilty):
        fix = check_added(project, contract.definition, names[0], keys[0])
    return Finding(
        passed.span,
        f"check {listing(names)} is reported, but {contract.step} declares {told}",
        label=f"the step fails: {words}",
        notes=(*launched_here(each for each, _ in guilty), *dict.fromkeys(specs[:5])),
        help=f"did you mean `{near}`?" if near else None,
        fix=fix,
    )


def _name(called: Called) -> Value:
    return bind(called).arguments["check_name"].value


def _is_more(contract: Contract, guilty: Pairs) -> bool:
    """Whether the check is one more of a single definition, whose declared ones are all reported."""
    session, definition = contract.session, contract.definition
    if session is None or len({each.definition.span for each, _ in guilty}) != 1:
        return False
    said = {
        (name, key)
        for called in session.calls("report_asset_check")
        for name in reported_checks(called) or ()
        for key in reported_keys(called, definition) or ()
    }
    return all((spec.name, spec.asset_key) in said for spec in definition.checks or ())


def _is_unknown(project: Project, contract: Contract, called: Called) -> bool:
    definition = contract.definition
    if called.member != "report_asset_check" or definition.kind not in (*MAKES_ASSETS, *MAKES_CHECKS):
        return False
    if contract.launch.fate is not Fate.DELIVERED or (called.closed and called.dialect == "python"):
        return False
    names = named_checks(called)
    if not names or sound(contract, called) is None:
        return False
    keys = reported_keys(called, definition)
    valid = targets(definition)
    if keys and valid is not None and not set(keys) <= set(valid):
        return False  # `unknown-asset-key` says so
    if not loads(definition):
        return False  # `check-on-other-asset` says so
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
