"""A report from R without metadata, which kills Dagster's reader."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Project
from pipes_lint.finding import Finding, error, loses, per_site
from pipes_lint.protocol import REPORTS, sound
from pipes_lint.values import Known, Sequence, options

ERROR = "Param \"metadata\" is not one of ['Mapping']. Got [] which is type <class 'list'>."


@error
def empty_metadata(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, _judge)


def _judge(contract: Contract | None, called: Called) -> Iterator[Finding]:
    if called.dialect != "r" or called.member not in REPORTS or (bound := sound(contract, called)) is None:
        return
    passed = bound.arguments.get("metadata")
    if passed is None:
        if bound.uncertain:
            return
        span, what = called.member_span, "no metadata"
    elif all(option in (Known(None), Sequence(()), Sequence((), "vector")) for option in options(passed.value)):
        span, what = passed.span, "empty metadata"
    else:
        return
    yield Finding(
        span,
        f"`{called.member}` reports {what}, which R writes as a list and Dagster refuses",
        label=loses(ERROR),
        help="give it at least one entry, or an empty named list: `metadata = setNames(list(), character(0))`",
    )
