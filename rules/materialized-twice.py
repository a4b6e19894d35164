"""The same asset, materialized twice on one path of a script."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Definition, Project, Session
from pipes_lint.finding import Finding, Note, error, launched_here, stops
from pipes_lint.protocol.failures import caught
from pipes_lint.protocol.steps import MAKES_ASSETS, MAKES_CHECKS, key_missing, reported_keys
from pipes_lint.source import Span


@error
def materialized_twice(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[tuple[Contract | None, str | None, Called, Called]]] = {}
    for contract, session in project.sessions:
        for key, first, second in _repeated(contract, session):
            found.setdefault(second.span, []).append((contract, key, first, second))
    for guilty in found.values():
        contract, key, first, second = guilty[0]
        asset = f"asset `{key}`" if key else "the asset"
        taken = f"`{contract.definition.name}` takes it" if contract else "a step takes it"
        earlier = [] if first.span == second.span else [Note(first.member_span, "already materialized here")]
        yield Finding(
            second.member_span,
            f"{asset} is materialized twice, but {taken} once",
            label=stops(_words(second, reported_keys(second, contract.definition if contract else None))),
            notes=(*earlier, *launched_here(each for each, *_ in guilty)),
        )


def _repeated(contract: Contract | None, session: Session) -> Iterator[tuple[str | None, Called, Called]]:
    """Each report of what certainly has been reported before, with the report before it."""
    earlier: list[tuple[str | None, Called]] = []
    for called in session.calls("report_asset_materialization"):
        if called.closed and called.dialect == "python":
            continue  # `report-after-close` says so
        keys = reported_keys(called, contract.definition if contract else None)
        if keys is not None and len(keys) == 1:
            key: str | None = keys[0]
        elif contract is None and key_missing(called):
            key = None
        else:
            continue
        if contract and not _makes(contract.definition, key):
            continue  # `unknown-asset-key` says so
        for other, first in earlier:
            if other == key and called.when.implies(first.when) and first.when.guards <= called.when.guards:
                if not caught(called.when.guards, "DagsterPipesError"):
                    yield key, first, called
                break
        else:
            earlier.append((key, called))


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
