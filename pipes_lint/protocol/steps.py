"""What a report is about: which asset, which check, and whether the launch's step takes it."""

from __future__ import annotations

from collections.abc import Callable

from ..contract import Called, Certainty, Contract, Definition, Launch, Passed, Project, known_strings
from ..values import Known, Sequence
from .binding import bind

MAKES_ASSETS = ("asset", "multi_asset", "graph_asset")
MAKES_CHECKS = ("asset_check", "multi_asset_check")
"""Kinds of definition, by what their step is to yield. (An asset's step may yield checks besides.)"""


def key_given(called: Called) -> Passed | None:
    """The argument that names the asset; None if there is none, which `None` or `NULL` says too."""
    passed = bind(called).arguments.get("asset_key")
    return None if passed is None or passed.value == Known(None) else passed


def key_missing(called: Called) -> bool:
    """Whether the call certainly names no asset."""
    bound = bind(called)
    passed = bound.arguments.get("asset_key")
    if bound.problem:
        return False
    return passed.value == Known(None) if passed else not bound.uncertain


def reported_keys(called: Called, definition: Definition | None) -> tuple[str, ...] | None:
    """The asset, or each of those, that a report may be about; None if that is not known, or a key is missing."""
    if bind(called).problem:
        return None
    passed = key_given(called)
    if passed:
        return known_strings(passed.value)
    if definition and key_missing(called) and definition.asset_keys and len(definition.asset_keys) == 1:
        return definition.asset_keys
    return None


def reported_checks(called: Called) -> tuple[str, ...] | None:
    """The name, or each of those, that a check is reported under; None if that is not known."""
    bound = bind(called)
    passed = bound.arguments.get("check_name")
    return known_strings(passed.value) if passed and not bound.problem else None


def targets(definition: Definition) -> tuple[str, ...] | None:
    """The assets that a check reported to this step may be of; None if they are not known."""
    return definition.checked_asset_keys if definition.kind in MAKES_CHECKS else definition.asset_keys


def declares(definition: Definition, name: str, key: str | None) -> bool | None:
    """Whether a check of this name and asset (None: any) is declared; None if that cannot be told."""
    if definition.checks is None:
        return None
    return any(
        spec.name == name and (key is None or spec.asset_key is None or spec.asset_key == key)
        for spec in definition.checks
    )


def chosen_by_launch(
    project: Project, contract: Contract, called: Called, fits: Callable[[Definition], bool | None]
) -> bool:
    """Whether a report that is made on some paths only may not be made, or not be meant, under this launch.

    A script that serves several ends asks which it is to serve (its arguments, its asset, an extra) before it reports.
    What that question yields under this launch is not always known; then a report is let be that fits another launch of
    the script, or that the arguments or the environment of this launch may keep from being made.
    """
    if called.when.certainty is Certainty.ALWAYS:
        return False
    if _is_told(contract.launch):
        return True
    here = contract.launch.target.path
    return any(
        fits(other.definition) is not False
        for other in project.contracts
        if other.definition != contract.definition and other.launch.target.path in (None, here)
    )


def _is_told(launch: Launch) -> bool:
    """Whether the launch tells its script something besides extras."""
    arguments = launch.target.arguments
    return arguments not in (None, Sequence(())) or (launch.env is not None and launch.env.value != Known(None))
