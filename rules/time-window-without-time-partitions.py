"""A time window is taken apart that is not there, or in a way in which it cannot be."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, MemberRead, Project
from pipes_lint.finding import Edit, Finding, Fix, Note, error, launched_here, stops
from pipes_lint.protocol import caught
from pipes_lint.protocol.steps import chosen_by_launch
from pipes_lint.source import Span

WINDOW = "partition_time_window"
WITHOUT = {
    "static": "static partitions",
    "dynamic": "dynamic partitions",
    "multi": "partitions of several dimensions, of which not exactly one is time",
}
ENDS = ("start", "end")


@error
def time_window_without_time_partitions(project: Project) -> Iterator[Finding]:
    for site in project.sites(MemberRead):
        read = site.events[0]
        if read.member != WINDOW or not (read.attribute or read.subscript):
            continue  # of a range, `unknown-member` says so
        guilty = [contract for contract, each in site.pairs if _has_none(project, contract, each)]
        if guilty:
            yield _nothing(guilty, read)
        elif read.attribute and any(_is_dictionary(*each) for each in zip(site.contracts, site.events, strict=True)):
            yield _dictionary(site.contracts, read)


def _has_none(project: Project, contract: Contract, read: MemberRead) -> bool:
    if contract.definition.partitions not in WITHOUT:
        return False
    failure = "AttributeError" if read.attribute else "TypeError"
    if read.when.guards if read.dialect == "r" else caught(read.when.guards, failure):
        return False
    return not chosen_by_launch(project, contract, read, lambda other: other.partitions not in (*WITHOUT, "none"))


def _is_dictionary(contract: Contract | None, read: MemberRead) -> bool:
    there = contract is None or contract.definition.partitions not in WITHOUT
    return there and not caught(read.when.guards, "AttributeError")


def _nothing(guilty: list[Contract], read: MemberRead) -> Finding:
    definition = guilty[0].definition
    part = read.attribute or read.subscript
    if read.dialect == "r":
        label = "this is NULL, and the script goes on without a word"
    elif read.attribute:
        label = stops(f"AttributeError: 'NoneType' object has no attribute '{part}'")
    else:
        label = stops("TypeError: 'NoneType' object is not subscriptable")
    partitions = WITHOUT[str(definition.partitions)]
    return Finding(
        read.span,
        f"`{part}` of the time window is read, but {guilty[0].step} has {partitions}, and so no window",
        label=label,
        notes=(*launched_here(guilty), Note(definition.span, f"has {partitions}")),
    )


def _dictionary(contracts: tuple[Contract | None, ...], read: MemberRead) -> Finding:
    name = str(read.attribute)
    span = read.span
    meant = Edit(Span(span.path, span.start - 1, span.end), f'["{name}"]')
    return Finding(
        span,
        f"`{name}` is read as an attribute of `{WINDOW}`, which is a dictionary",
        label=stops(f"AttributeError: 'dict' object has no attribute '{name}'"),
        notes=launched_here(contracts),
        help=f'use `["{name}"]`' if name in ENDS else "it has `start` and `end`",
        fix=Fix(f'replace `.{name}` by `["{name}"]`', (meant,), safe=True) if name in ENDS else None,
    )
