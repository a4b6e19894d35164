"""A partition is read in a script that is launched without one."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, MemberRead, Project
from pipes_lint.finding import Finding, Note, error, launched_here, stops
from pipes_lint.protocol import caught
from pipes_lint.protocol.steps import chosen_by_launch

PROPERTIES = ("partition_key", "partition_key_range", "partition_time_window")


@error
def partition_without_definition(project: Project) -> Iterator[Finding]:
    for site in project.sites(MemberRead):
        if site.events[0].member not in PROPERTIES:
            continue
        guilty = [contract for contract, read in site.pairs if _is_missing(project, contract, read)]
        if not guilty:
            continue
        contract, read = guilty[0], site.events[0]
        words = f"Missing required property: `{read.member}` is undefined. Current step does not target any partitions."
        yield Finding(
            site.span,
            f"`{read.member}` is read, but {contract.step} has no partitions",
            label="this is NULL, and the script goes on without a word" if read.dialect == "r" else stops(words),
            notes=(*launched_here(guilty), Note(contract.definition.span, "no `partitions_def` is given here")),
            help="ask `is_partition_step` first, or give the definition a `partitions_def`",
        )


def _is_missing(project: Project, contract: Contract, read: MemberRead) -> bool:
    if contract.definition.partitions != "none" or read.attribute or read.subscript:
        return False
    if read.when.guards if read.dialect == "r" else caught(read.when.guards, "DagsterPipesError"):
        return False
    return not chosen_by_launch(project, contract, read, lambda other: other.partitions != "none")
