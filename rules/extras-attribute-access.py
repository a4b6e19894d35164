"""An extra that is read as an attribute of a dictionary."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, ExtraRead, Project, Way
from pipes_lint.finding import Edit, Finding, Fix, error, per_site, stops
from pipes_lint.protocol import caught
from pipes_lint.source import Span
from pipes_lint.values import Known


@error
def extras_attribute_access(project: Project) -> Iterator[Finding]:
    yield from per_site(project, ExtraRead, _judge)


def _judge(contract: Contract | None, read: ExtraRead) -> Iterator[Finding]:
    if read.way is not Way.ATTRIBUTE or not isinstance(read.key, Known):
        return
    if caught(read.when.guards, "AttributeError"):
        return
    name = read.key.value
    at = read.span
    yield Finding(
        at,
        f"extra `{name}` is read as an attribute, but `context.extras` is a dictionary",
        stops(f"AttributeError: 'dict' object has no attribute '{name}'"),
        help=f'write `context.extras["{name}"]`',
        fix=Fix(
            f'read it as `["{name}"]`',
            (Edit(Span(at.path, at.start - 1, at.end), f'["{name}"]'),),  # with the dot before it
            safe=True,
        ),
    )
