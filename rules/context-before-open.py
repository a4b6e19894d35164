"""A context that is asked for before a session is opened."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Asked, Contract, Project
from pipes_lint.finding import Finding, error, per_site, stops
from pipes_lint.protocol import caught


@error
def context_before_open(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Asked, _judge)


def _judge(contract: Contract | None, asked: Asked) -> Iterator[Finding]:
    if contract is None or asked.dialect != "python" or caught(asked.when.guards, "Exception"):
        return
    yield Finding(
        asked.span,
        f"the context is asked for before a session is opened, so that {contract.step} fails",
        label=stops("PipesContext has not been initialized. You must call `open_dagster_pipes()`."),
        help="open the session first, with `with open_dagster_pipes() as context:`",
    )
