"""A report from R without metadata, which kills Dagster's reader."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, Project
from pipes_lint.finding import Finding, error, loses, per_site
from pipes_lint.protocol import REPORTS, sound
from pipes_lint.remedy.calls import EMPTY_IN_R, emptied, passing
from pipes_lint.values import Known, Sequence, options

ERROR = "Param \"metadata\" is not one of ['Mapping']. Got [] which is type <class 'list'>."

_MESSAGE = f"pass `{EMPTY_IN_R}`"


@error
def empty_metadata(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, partial(_judge, project))


def _judge(project: Project, contract: Contract | None, called: Called) -> Iterator[Finding]:
    if called.dialect != "r" or called.member not in REPORTS or (bound := sound(contract, called)) is None:
        return
    passed = bound.arguments.get("metadata")
    if passed is None:
        if bound.uncertain:
            return
        span, what = called.member_span, "no metadata"
        fix = passing(project, called, "metadata", EMPTY_IN_R, _MESSAGE, safe=True)
    elif all(option in (Known(None), Sequence(()), Sequence((), "vector")) for option in options(passed.value)):
        span, what = passed.span, "empty metadata"
        fix = emptied(project, passed, _MESSAGE)
    else:
        return
    yield Finding(
        span,
        f"`{called.member}` reports {what}, which R writes as a list and Dagster refuses",
        label=loses(ERROR),
        fix=fix,
        help="give it at least one entry, or an empty named list: `metadata = setNames(list(), character(0))`",
    )
