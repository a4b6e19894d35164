"""An asset that nobody reports, where Dagster has been told not to fill it in."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Definition, Fate, Project, ResultCall, known_strings
from pipes_lint.finding import Finding, Note, error, launched_here, listing
from pipes_lint.protocol.steps import MAKES_ASSETS, in_steps, loads, reported_keys, wholly_read
from pipes_lint.source import Span
from pipes_lint.values import Known

FEW = 2


@error
def unreported_asset(project: Project) -> Iterator[Finding]:
    for definition, contracts in in_steps(project):
        if definition.kind not in MAKES_ASSETS or definition.implicit_materializations is not False:
            continue
        if not all(wholly_read(project, each) and each.launch.fate is Fate.DELIVERED for each in contracts):
            continue
        keys = [key for key in definition.asset_keys or () if not _may_be_reported(definition, contracts, key)]
        call = next((call for each in contracts for call in each.launch.result_calls if call.implicit is False), None)
        if keys and call and loads(definition) and not _is_one_of_many(definition, call):
            for place, missing in _by_place(definition, call, keys).items():
                yield _finding(definition, contracts, call, place, missing)


def _by_place(definition: Definition, call: ResultCall, keys: list[str]) -> dict[Span, list[str]]:
    """Where each asset is declared; those that have no place of their own, where their results are asked for."""
    declared = dict(zip(definition.asset_keys or (), definition.asset_spans, strict=False))
    found: dict[Span, list[str]] = {}
    for key in keys:
        found.setdefault(declared.get(key) or call.span, []).append(key)
    return found


def _is_one_of_many(definition: Definition, call: ResultCall) -> bool:
    """Whether `single-result-of-many` says what is wrong."""
    return call.method == "get_materialize_result" and len(definition.asset_keys or ()) >= FEW


def _may_be_reported(definition: Definition, contracts: list[Contract], key: str) -> bool:
    """Whether the body or a script may report an asset, or what another rule says was meant to be it."""
    for value in definition.own_assets if definition.own_assets is not None else (None,):
        names = (key,) if value == Known(None) else known_strings(value)
        if names is None or key in names:
            return True
    for contract in contracts:
        for called in contract.session.calls("report_asset_materialization") if contract.session else ():
            keys = reported_keys(called, definition)
            if keys is None or key in keys or not set(keys) <= set(definition.asset_keys or ()):
                return True
    return False


def _finding(
    definition: Definition, contracts: list[Contract], call: ResultCall, place: Span, keys: list[str]
) -> Finding:
    scripts = listing(dict.fromkeys(each.script.path for each in contracts if each.script))
    several = len({each.script for each in contracts}) > 1
    assets = f"asset{'s' if len(keys) > 1 else ''} {listing(keys)}"
    told = "No materialization results received from external process."
    if call.method != "get_materialize_result":
        told = f"op '{definition.name}' did not yield or return expected outputs"
    if place == call.span:
        message = f"only what is reported counts here, but {scripts} {'do' if several else 'does'} not report {assets}"
        other = Note(definition.span, f"makes {listing(definition.asset_keys or ())}")
    else:
        message = f"{assets} must be reported, but {scripts} {'do' if several else 'does'} not report {_it(keys)}"
        other = Note(call.span, "only what is reported counts here")
    return Finding(
        place,
        message,
        label=f"the step fails: {told}",
        notes=(other, *launched_here(contracts)),
    )


def _it(keys: list[str]) -> str:
    return "them" if len(keys) > 1 else "it"
