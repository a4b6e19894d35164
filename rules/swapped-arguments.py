"""A positional argument in the place of another, as in the other language's order."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Project
from pipes_lint.finding import Edit, Finding, Fix, error, listing, per_site
from pipes_lint.protocol import Misplaced, bind, caught, dialect_name, members, misplaced
from pipes_lint.source import Span


@error
def swapped_arguments(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, _judge)


def _judge(contract: Contract | None, called: Called) -> Iterator[Finding]:
    member = members(called.dialect).get(called.member)
    found = misplaced(contract, called)
    if found is None or member is None or member.signature is None or bind(called).problem:
        return
    if called.dialect == "r" and found.parameter == "asset_key" and caught(called.when.guards, "error"):
        return
    order = listing(parameter.name for parameter in member.signature.parameters)
    yield Finding(
        found.passed.span,
        f"`{found.meant}` of `{called.member}` stands in the place of `{found.parameter}`",
        label=f"this is taken as `{found.parameter}`",
        help=f"name it, `{found.meant} =`: the order in {dialect_name(called.dialect)} is {order}",
        fix=_fix(called, found),
    )


def _fix(called: Called, found: Misplaced) -> Fix | None:
    """Name it, where nothing else stands in its place and all that follows is named already."""
    if called.dialect == "r" and found.parameter == "metadata":
        return None  # then there would be no metadata, which R does not take either
    after = [each for each in called.arguments if each.span.start > found.passed.span.start]
    if found.meant in bind(called).arguments or any(each.name is None for each in after):
        return None
    here = Span(found.passed.span.path, found.passed.span.start, found.passed.span.start)
    written = f"{found.meant} = " if called.dialect == "r" else f"{found.meant}="
    return Fix(f"name the argument `{found.meant}`", (Edit(here, written),), safe=False)
