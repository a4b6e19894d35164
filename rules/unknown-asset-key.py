"""A report on an asset that is not one of its step's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipes_lint.contract import Called, Contract, Definition, Fate, Project, known_strings
from pipes_lint.finding import Finding, error, launched_here, listing, nearest, stops
from pipes_lint.protocol.arguments import REPORTS, sound, written_at
from pipes_lint.protocol.failures import caught
from pipes_lint.protocol.steps import MAKES_ASSETS, MAKES_CHECKS, chosen_by_launch, key_given
from pipes_lint.remedy.texts import replaced
from pipes_lint.source import Span


@error
def unknown_asset_key(project: Project) -> Iterator[Finding]:
    for site in project.sites(Called):
        if site.events[0].member not in REPORTS:
            continue
        guilty = [(contract, each) for contract, each in site.pairs if _is_unknown(project, contract, each)]
        if not guilty:
            continue
        for names in dict.fromkeys(_names(called) for _, called in guilty):
            yield _finding(project, names, [each for each in guilty if _names(each[1]) == names], site.pairs)


Pairs = Sequence[tuple[Contract, Called]]


def _finding(project: Project, names: tuple[str, ...], guilty: Pairs, pairs: Pairs) -> Finding:
    contract, called = guilty[0]
    passed = key_given(called)
    assert passed is not None
    near = nearest(names[0], _valid(contract.definition, called.member) or ())
    alone = all(pair in guilty for pair in pairs if _written(pair[1]) == _written(called))
    return Finding(
        passed.span,
        f"asset key {listing(names)} is reported, but {_makes(contract, called.member)}",
        label=_consequence(called, contract, names[0]),
        notes=launched_here(each for each, _ in guilty),
        help=f"did you mean `{near}`?" if near else None,
        fix=replaced(project, passed.value, passed.span, near) if near and alone else None,
    )


def _names(called: Called) -> tuple[str, ...]:
    passed = key_given(called)
    return (known_strings(passed.value) if passed else None) or ()


def _written(called: Called) -> Span | None:
    passed = key_given(called)
    return written_at(passed.value) if passed else None


def _is_unknown(project: Project, contract: Contract, called: Called) -> bool:
    definition = contract.definition
    passed = key_given(called)
    if passed is None or sound(contract, called) is None or (called.closed and called.dialect == "python"):
        return False  # other rules say so
    names = known_strings(passed.value)
    if not names or not _refuses(definition, called.member, names):
        return False
    if definition.kind in MAKES_CHECKS:  # nothing is refused before the results reach Dagster
        if contract.launch.fate is not Fate.DELIVERED:
            return False
    elif caught(called.when.guards, "DagsterPipesError"):
        return False
    return not chosen_by_launch(project, contract, called, lambda other: not _refuses(other, called.member, names))


def _refuses(definition: Definition, member: str, names: tuple[str, ...]) -> bool:
    valid = _valid(definition, member)
    return valid is not None and not set(names) & set(valid)


def _valid(definition: Definition, member: str) -> tuple[str, ...] | None:
    """The keys that this step takes in this report; None if they are not known, or any is taken."""
    if definition.kind in MAKES_ASSETS:
        return definition.asset_keys
    if definition.kind in MAKES_CHECKS:
        return definition.checked_asset_keys if member == "report_asset_check" else ()
    return None


def _makes(contract: Contract, member: str) -> str:
    definition = contract.definition
    if definition.kind in MAKES_ASSETS:
        return f"`{definition.name}` makes {listing(definition.asset_keys or ())}"
    if member == "report_asset_check":
        return f"{contract.step} checks {listing(definition.checked_asset_keys or ())}"
    return f"{contract.step} makes no asset"


def _consequence(called: Called, contract: Contract, name: str) -> str:
    keys = contract.definition.asset_keys or ()
    if contract.definition.kind in MAKES_CHECKS:
        if called.member == "report_asset_check":
            return f"the step fails: Received unexpected AssetCheckResult. It targets asset '{name}'"
        if any(call.method == "get_asset_check_result" for call in contract.launch.result_calls):
            return "the step fails: Did not find singular AssetCheckResult"
        return f"the step fails: Asset key {name} not found in AssetsDefinition"
    if called.dialect == "r":
        return stops(f"Asset key '{name}' is not one of the valid asset keys: {', '.join(sorted(keys))}")
    return stops(f"Invalid asset key. Expected one of `{sorted(keys)}`, got `{name}`")
