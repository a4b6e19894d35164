"""A client that is asked for by a name under which there is no resource."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Project
from pipes_lint.finding import Finding, Note, error, listing, nearest
from pipes_lint.source import Span


@error
def missing_resource(project: Project) -> Iterator[Finding]:
    told: set[tuple[Span, str]] = set()
    for contract in project.contracts:
        provided = contract.definition.provided
        for need in contract.definition.needs if provided else ():
            assert provided is not None
            if need.key in provided.keys or (need.span, need.key) in told:
                continue
            told.add((need.span, need.key))
            there = f"has {listing(provided.keys)}" if provided.keys else "has none"
            near = nearest(need.key, provided.keys)
            yield Finding(
                need.span,
                f"resource `{need.key}` is asked for by {contract.step}, but `Definitions` {there}",
                label=f"the code location does not load: resource with key '{need.key}' … was not provided",
                notes=(Note(provided.span, f"`Definitions` {there}"),),
                help=f"did you mean `{near}`?" if near else _help(need.key, need.kind, provided.keys),
            )


def _help(key: str, kind: str, keys: tuple[str, ...]) -> str:
    value = f"{kind}()" if kind.startswith("Pipes") else "…"
    if len(keys) == 1:
        return f"call the parameter `{keys[0]}`, or the resource `{key}`"
    return f'write `"{key}": {value}` among the `resources`'
