"""An extra that is read as an attribute of a dictionary."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, ExtraRead, MemberRead, Project, Way
from pipes_lint.finding import Edit, Finding, Fix, error, per_site, stops
from pipes_lint.protocol import caught
from pipes_lint.source import Span
from pipes_lint.values import Known


@error
def extras_attribute_access(project: Project) -> Iterator[Finding]:
    yield from per_site(project, ExtraRead, _judge)
    yield from per_site(project, MemberRead, _judge_method)


def _judge_method(contract: Contract | None, read: MemberRead) -> Iterator[Finding]:
    """A method of dictionaries, used as if it were what it gives, or the extra of its name."""
    if read.member != "extras" or read.attribute is None or caught(read.when.guards, "TypeError"):
        return
    name, at = read.attribute, read.span
    passed = contract is not None and name in contract.launch.extras.slots
    what = f"extra `{name}` is read as an attribute, but that is" if passed else f"`{name}` of `context.extras` is"
    written = f'["{name}"]' if passed else f".{name}(…)"
    refused = "iterable" if read.subscript is None else "subscriptable"
    yield Finding(
        at,
        f"{what} a method of dictionaries{'' if passed else ', and is not called'}",
        stops(f"TypeError: 'builtin_function_or_method' object is not {refused}"),
        help=f"write `context.extras{written}`",
        fix=_as_element(at, name) if passed else None,
    )


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
        fix=_as_element(at, str(name)),
    )


def _as_element(at: Span, name: str) -> Fix:
    with_dot = Span(at.path, at.start - 1, at.end)
    return Fix(f'read it as `["{name}"]`', (Edit(with_dot, f'["{name}"]'),), safe=True)
