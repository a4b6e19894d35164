"""The same asset, materialized twice: on one path of a script, or by two launches of one step."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Certainty, Contract, Definition, Project, ResultCall, Session
from pipes_lint.finding import Finding, Note, error, launched_here, stops
from pipes_lint.protocol.arguments import sound
from pipes_lint.protocol.failures import caught
from pipes_lint.protocol.steps import (
    GIVING,
    MAKES_ASSETS,
    MAKES_CHECKS,
    in_steps,
    key_missing,
    repeated,
    reported_keys,
)
from pipes_lint.source import Span


@error
def materialized_twice(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[tuple[Contract | None, str | None, list[Called], Called]]] = {}
    for contract, session in project.sessions:
        for key, earlier, second in repeated(session, _materialized(contract, session)):
            if not caught(second.when.guards, "DagsterPipesError"):
                found.setdefault(second.span, []).append((contract, key, earlier, second))
    yield from _by_launches(project)
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


# --- by two launches ------------------------------------------------------------------------------------------------


def _by_launches(project: Project) -> Iterator[Finding]:
    """Each launch of a step whose results hold what those of an earlier one hold, if both certainly reach Dagster."""
    for definition, contracts in in_steps(project):
        if definition.kind not in MAKES_ASSETS:
            continue
        earlier: list[Contract] = []
        told: set[Span] = set()
        for contract in contracts:
            if not contract.launch.always:
                continue
            again = [(each, key) for each in earlier if (key := _shared(each, contract)) is not None]
            call = _giving(contract)
            if again and call is not None and call.span not in told:
                told.add(call.span)
                yield _given_again(contract, call.span, *again[0])
            if all(each.launch._replace(target=contract.launch.target) != contract.launch for each in earlier):
                earlier.append(contract)


def _giving(contract: Contract) -> ResultCall | None:
    """The only call by which the body takes the launch's results."""
    giving = [call for call in contract.launch.result_calls if call.method in GIVING]
    return giving[0] if len(giving) == 1 else None


def _shared(one: Contract, other: Contract) -> str | None:
    """An asset of which the results of both launches certainly hold a materialization; None if there is none, or they
    are one launch of one of several scripts.
    """
    if one.launch._replace(target=other.launch.target) == other.launch:
        return None
    in_both = [each for each in _given(one) if each in _given(other)]
    return in_both[0] if in_both else None


def _given(contract: Contract) -> tuple[str, ...]:
    """The assets of which a launch's results certainly hold a materialization, added by Dagster or reported."""
    call, keys = _giving(contract), contract.definition.asset_keys
    if call is None or keys is None or call.implicit is None:
        return ()
    if call.implicit:
        return keys
    calls = contract.session.calls("report_asset_materialization") if contract.session else ()
    reported = [reported_keys(each, contract.definition) for each in calls if _is_sure(contract, each)]
    return tuple(each[0] for each in reported if each and len(each) == 1 and each[0] in keys)


def _is_sure(contract: Contract, called: Called) -> bool:
    sure = called.when.certainty is Certainty.ALWAYS and sound(contract, called) is not None
    return sure and not (called.closed and called.dialect == "python")


def _given_again(contract: Contract, span: Span, earlier: Contract, key: str) -> Finding:
    before = _giving(earlier)
    place = Note(before.span, "given for the first time here") if before and before.span != span else None
    return Finding(
        span,
        f"asset `{key}` is materialized twice, by the results of two launches, but its step makes it once",
        label=f'the step fails: Compute for op "{contract.definition.name}" returned an output … multiple times',
        notes=(*((place,) if place else ()), *launched_here([earlier, contract])),
        help="use `get_results(implicit_materializations=False)`, which adds nothing to what a script reports"
        if before and before.implicit
        else None,
    )


def _words(called: Called, keys: tuple[str, ...] | None) -> str:
    if not keys:
        return "Asset has already been materialized"
    if called.dialect == "r":
        return f"Asset '{keys[0]}' has already been materialized. Cannot report materialization twice."
    return f"Calling `{called.member}` with asset key `{keys[0]}` is undefined. Asset has already been materialized"
