"""A failure of the script that a handler keeps from being seen."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Project, Swallowed
from pipes_lint.finding import Finding, Note, launched_here, warning
from pipes_lint.protocol.steps import asks_for_nothing
from pipes_lint.source import Span

_RAISE = {
    "python": "let the failure go on with `raise`, or end with `sys.exit(1)`",
    "r": "let the failure go on with `stop(e)`, or end with `quit(status = 1)`",
}


@warning
def swallowed_failure(project: Project) -> Iterator[Finding]:
    found: dict[Span, list[tuple[Contract, Swallowed]]] = {}
    for contract in project.contracts:
        session = contract.session
        if session is None or session.gaps or contract.launch.target.entry is not None:
            continue  # of a function, somebody may look at what it returns
        for swallowed in session.swallowed if asks_for_nothing(contract.definition) else ():
            found.setdefault(swallowed.span, []).append((contract, swallowed))
    for guilty in found.values():
        contract, swallowed = guilty[0]
        yield Finding(
            swallowed.span,
            f"the script's failure is caught here and goes no further, so that {contract.step} succeeds all the same",
            label="the script ends with status 0, and the run is green without what it should have reported",
            notes=(
                Note(swallowed.opened, "the session that fails is opened here"),
                *launched_here(each for each, _ in guilty),
            ),
            help=_RAISE[swallowed.dialect],
        )
