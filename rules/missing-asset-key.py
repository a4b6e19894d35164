"""A report that does not name its asset, to a step that does not make exactly one."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Definition, Project
from pipes_lint.finding import Finding, Fix, error, launched_here, listing, stops
from pipes_lint.protocol.arguments import REPORTS, sound
from pipes_lint.protocol.binding import bind
from pipes_lint.protocol.failures import caught
from pipes_lint.protocol.steps import MAKES_ASSETS, MAKES_CHECKS, chosen_by_launch, key_missing
from pipes_lint.remedy.calls import passing
from pipes_lint.remedy.texts import quoted

JUDGED = (*MAKES_ASSETS, *MAKES_CHECKS, "op")


@error
def missing_asset_key(project: Project) -> Iterator[Finding]:
    for site in project.sites(Called):
        called = site.events[0]
        if called.member not in REPORTS or not key_missing(called):
            continue
        guilty = [contract for contract, each in site.pairs if _is_missed(project, contract, each)]
        if guilty:
            told = bind(called).arguments.get("asset_key")
            yield Finding(
                told.span if told else called.member_span,
                f"`{called.member}` names no asset, but {_makes(guilty[0])}",
                label=stops(_words(called, guilty[0].definition)),
                notes=launched_here(guilty),
                help=_help(guilty[0].definition),
                fix=_fix(project, called, guilty),
            )


def _is_missed(project: Project, contract: Contract, called: Called) -> bool:
    definition = contract.definition
    if definition.kind not in JUDGED or definition.asset_keys is None or len(definition.asset_keys) == 1:
        return False
    if not key_missing(called) or sound(contract, called) is None or caught(called.when.guards, "DagsterPipesError"):
        return False
    if called.closed and called.dialect == "python":
        return False  # `report-after-close` says so
    return not chosen_by_launch(project, contract, called, _makes_one)


def _makes_one(definition: Definition) -> bool | None:
    return None if definition.asset_keys is None else len(definition.asset_keys) == 1


def _makes(contract: Contract) -> str:
    keys = contract.definition.asset_keys
    if keys:
        return f"`{contract.definition.name}` makes several: {listing(keys)}"
    return f"{contract.step} makes none that could be meant"


def _words(called: Called, definition: Definition) -> str:
    count = len(definition.asset_keys or ())
    if called.dialect == "r":
        return f"Expected exactly 1 asset key, got {count}"
    aim = "targets multiple assets" if count else "does not target a specific asset"
    return f"Calling `{called.member}` without passing an asset key is undefined. Current step {aim}"


def _fix(project: Project, called: Called, guilty: list[Contract]) -> Fix | None:
    """The only asset that is checked is named, where nothing stands in the place of its name."""
    keys = {key for each in guilty for key in each.definition.checked_asset_keys or ()}
    plain = all(each.definition.kind in MAKES_CHECKS and each.definition.checked_asset_keys for each in guilty)
    if len(keys) != 1 or not plain or called.member != "report_asset_check" or "asset_key" in bind(called).arguments:
        return None
    key = keys.pop()
    return passing(project, called, "asset_key", quoted(key), f'add `asset_key="{key}"`', safe=False)


def _help(definition: Definition) -> str | None:
    keys = definition.asset_keys or definition.checked_asset_keys
    return f'add `asset_key="{keys[0]}"`' if keys and len(keys) == 1 else None
