"""A property of the step's one asset is read, where the step has none or several."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Definition, MemberRead, Project
from pipes_lint.finding import Finding, Note, error, launched_here, listing, stops
from pipes_lint.protocol import caught
from pipes_lint.protocol.steps import MAKES_ASSETS, MAKES_CHECKS, chosen_by_launch

OF_ONE = {"python": ("asset_key", "provenance", "code_version"), "r": ("asset_key",)}
OF_ALL = {"python": ("asset_keys", "provenance_by_asset_key", "code_version_by_asset_key"), "r": ()}
"""The second are there for every asset's step, and for a check's."""

FEW = 2


@error
def asset_property_outside_asset(project: Project) -> Iterator[Finding]:
    for site in project.sites(MemberRead):
        guilty = [contract for contract, read in site.pairs if _is_missing(project, contract, read)]
        if not guilty:
            continue
        contract, read = guilty[0], site.events[0]
        yield Finding(
            site.span,
            f"`{read.member}` is read, but {_told(contract)}",
            label=stops(_words(contract, read)),
            notes=(*launched_here(guilty), Note(contract.definition.span, "defined here")),
            help=_help(contract, read),
        )


def _is_missing(project: Project, contract: Contract, read: MemberRead) -> bool:
    if caught(read.when.guards, "error" if read.dialect == "r" else "DagsterPipesError"):
        return False
    return _lacks(contract.definition, read) is True and not chosen_by_launch(
        project, contract, read, lambda other: None if (lacks := _lacks(other, read)) is None else not lacks
    )


def _lacks(definition: Definition, read: MemberRead) -> bool | None:
    """Whether a step does not have what is read; None if that cannot be told."""
    of_one = read.member in OF_ONE[read.dialect]
    if not of_one and read.member not in OF_ALL[read.dialect]:
        return False
    if definition.kind in MAKES_CHECKS:
        return of_one
    if definition.asset_keys is None:
        return None
    if definition.kind == "op":
        return not definition.asset_keys
    if definition.kind not in MAKES_ASSETS:
        return None
    if len(definition.asset_keys) < FEW or not of_one:
        return False
    return None if definition.can_subset else True


def _told(contract: Contract) -> str:
    match contract.definition.kind:
        case "op":
            return f"{contract.step} has no asset"
        case "asset_check" | "multi_asset_check":
            return f"{contract.step} makes no asset"
    return f"`{contract.definition.name}` makes {listing(contract.definition.asset_keys or ())}"


def _words(contract: Contract, read: MemberRead) -> str:
    definition = contract.definition
    if read.dialect == "r":
        count = 0 if definition.kind in MAKES_CHECKS else len(definition.asset_keys or ())
        return f"Expected exactly 1 asset key, got {count}. Use `asset_keys` instead."
    if definition.kind == "op":
        return f"Missing required property: `{read.member}` is undefined. Current step does not target an asset."
    return f"`{read.member}` is undefined. Current step targets multiple assets."


def _help(contract: Contract, read: MemberRead) -> str | None:
    definition = contract.definition
    if definition.kind in MAKES_ASSETS:
        return "use `asset_keys`" if read.member == "asset_key" else f"use `{read.member}_by_asset_key`"
    checked = definition.checked_asset_keys or ()
    if len(checked) == 1 and read.member == "asset_key":
        return f"name the asset that is checked, `{checked[0]}`"
    return None
