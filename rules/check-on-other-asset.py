"""A check that is declared for an asset which the definition does not make."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import CheckSpec, Contract, Project
from pipes_lint.finding import Finding, Note, error, listing, nearest
from pipes_lint.remedy.texts import named_otherwise
from pipes_lint.source import Span


@error
def check_on_other_asset(project: Project) -> Iterator[Finding]:
    seen: set[Span] = set()
    for contract in project.contracts:
        for spec in contract.definition.checks or ():
            if spec.astray and spec.span not in seen:
                seen.add(spec.span)
                yield _finding(project, contract, spec)


def _finding(project: Project, contract: Contract, spec: CheckSpec) -> Finding:
    definition = contract.definition
    keys = definition.asset_keys or ()
    key = spec.asset_key or ""
    alike = key in keys
    near = nearest(key, keys)
    parts = [key] if alike else key.split("/")
    return Finding(
        spec.span,
        f"check `{spec.name}` is declared for asset `{key}`, but `{definition.name}` makes {listing(keys)}"
        + (", which is a key of several parts" if alike else ""),
        label=f"the module does not load: Invalid asset key AssetKey({parts}) in check spec {spec.name}",
        notes=(Note(definition.span, "defined here"),),
        fix=named_otherwise(project, spec.span, "asset", key, near) if near and not _is_meant(project, spec) else None,
        help=_in_parts(key) if alike else f"did you mean `{near}`?" if near else _elsewhere(key),
    )


def _is_meant(project: Project, spec: CheckSpec) -> bool:
    """Whether the asset's name stands elsewhere in the file too, and so is hardly a slip."""
    return project.code.times(spec.span.path, spec.asset_key) > 1


def _in_parts(key: str) -> str:
    words = ", ".join(f'"{part}"' for part in key.split("/"))
    return f"write the key in its parts, `[{words}]`"


def _elsewhere(key: str) -> str:
    return f"declare it where `{key}` is made, or in an `@asset_check` of its own"
