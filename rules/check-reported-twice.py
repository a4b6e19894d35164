"""The same check of the same asset, reported twice on one path of a script."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Definition, Fate, Project
from pipes_lint.finding import Finding, Note, error, launched_here
from pipes_lint.protocol.arguments import sound
from pipes_lint.protocol.steps import (
    MAKES_ASSETS,
    MAKES_CHECKS,
    declares,
    loads,
    repeated,
    reported_checks,
    reported_keys,
)
from pipes_lint.source import Span


@error
def check_reported_twice(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[tuple[Contract, str, str, list[Called], Called]]] = {}
    for contract in project.contracts:
        if contract.session is None or contract.launch.fate is not Fate.DELIVERED:
            continue
        if any(call.method == "get_asset_check_result" for call in contract.launch.result_calls):
            continue  # `single-result-of-many` says so
        for (key, name), earlier, second in repeated(contract.session, _reported(contract)):
            found.setdefault(second.span, []).append((contract, key, name, earlier, second))
    for guilty in found.values():
        contract, key, name, earlier, second = guilty[0]
        definition = contract.definition
        places = dict.fromkeys(each.member_span for each in earlier if each.span != second.span)
        before = [Note(span, "already reported here") for span in places]
        specs = [
            Note(spec.span, f"`{name}` is declared here")
            for spec in definition.checks or ()
            if spec.name == name and spec.asset_key in (key, None)
        ]
        yield Finding(
            second.member_span,
            f"check `{name}` of asset `{key}` is reported twice, but `{definition.name}` takes it once",
            label=_label(definition, key, name),
            notes=(*before[:5], *launched_here(each for each, *_ in guilty), *specs),
        )


def _reported(contract: Contract) -> Iterator[tuple[tuple[str, str], Called]]:
    """The reports of declared checks, each with its asset and name, where these are known."""
    definition = contract.definition
    if definition.kind not in (*MAKES_ASSETS, *MAKES_CHECKS) or not loads(definition) or contract.session is None:
        return
    for called in contract.session.calls("report_asset_check"):
        if (called.closed and called.dialect == "python") or sound(contract, called) is None:
            continue  # other rules say so
        names, keys = reported_checks(called), reported_keys(called, definition)
        if names and keys and len(names) == len(keys) == 1 and declares(definition, names[0], keys[0]):
            yield (keys[0], names[0]), called


def _label(definition: Definition, key: str, name: str) -> str:
    check = f"{key.replace('/', '__')}_{name}"
    step, output = (check, "result") if definition.kind == "asset_check" else (definition.name, check)
    return f'the step fails: Compute for op "{step}" returned an output "{output}" multiple times'
