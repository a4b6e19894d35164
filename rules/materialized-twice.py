"""The same asset, materialized twice on one path of a script."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Definition, Project, Session
from pipes_lint.finding import Finding, Note, error, launched_here, stops
from pipes_lint.protocol.failures import caught
from pipes_lint.protocol.steps import MAKES_ASSETS, MAKES_CHECKS, key_missing, repeated, reported_keys
from pipes_lint.source import Span


@error
def materialized_twice(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[tuple[Contract | None, str | None, list[Called], Called]]] = {}
    for contract, session in project.sessions:
        for key, earlier, second in repeated(session, _materialized(contract, session)):
            if not caught(second.when.guards, "DagsterPipesError"):
                found.setdefault(second.span, []).append((contract, key, earlier, second))
    for guilty in found.values():
        contract, key, earlier, second = guilty[0]
        asset = f"asset `{key}`" if key else "the asset"
        taken = f"`{contract.definition.name}` takes it" if contract else "a step takes it"
        places = dict.fromkeys(each.member_span for each in earlier if each.span != second.span)
        before = [Note(span, "already materialized here") for span in places]
        yield Finding(
            second.member_span,
            f"{asset} is materialized twice, but {taken} once",
            label=stops(_words(second, reported_keys(second, contract.definition if contract else None))),
            notes=(*before[:5], *launched_here(each for each, *_ in guilty)),
        )


def _materialized(contract: Contract | None, session: Session) -> Iterator[tuple[str | None, Called]]:
    """The reports of which it is known what they are about; None for the one asset of a step that is not known."""
    for called in session.calls("report_asset_materialization"):
        if called.closed and called.dialect == "python":
            continue  # `report-after-close` says so
        keys = reported_keys(called, contract.definition if contract else None)
        if keys is not None and len(keys) == 1:
            if contract is None or _makes(contract.definition, keys[0]):  # else `unknown-asset-key` says so
                yield keys[0], called
        elif contract is None and key_missing(called):
            yield None, called


def _makes(definition: Definition, key: str | None) -> bool:
    return (
        definition.kind not in (*MAKES_ASSETS, *MAKES_CHECKS)
        or definition.asset_keys is None
        or key in definition.asset_keys
    )


def _words(called: Called, keys: tuple[str, ...] | None) -> str:
    if not keys:
        return "Asset has already been materialized"
    if called.dialect == "r":
        return f"Asset '{keys[0]}' has already been materialized. Cannot report materialization twice."
    return f"Calling `{called.member}` with asset key `{keys[0]}` is undefined. Asset has already been materialized"
