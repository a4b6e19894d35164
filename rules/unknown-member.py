"""A member that a Pipes context does not have, or that is not called as it is there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, MemberRead, Project
from pipes_lint.finding import Edit, Finding, Fix, error, nearest, per_site, stops
from pipes_lint.protocol import LOG_LEVELS, caught, members
from pipes_lint.remedy.calls import at_level, renamed
from pipes_lint.source import Span

OF_ALL_R6 = {"clone", "initialize"}


@error
def unknown_member(project: Project) -> Iterator[Finding]:
    told: set[Span] = set()
    for finding in per_site(project, Called, partial(_judge_call, project)):
        told.add(finding.span)
        yield finding
    for finding in per_site(project, MemberRead, partial(_judge_read, project)):
        if finding.span not in told:
            yield finding


def _judge_call(project: Project, contract: Contract | None, called: Called) -> Iterator[Finding]:
    name, _, method = called.member.partition(".")
    member = members(called.dialect).get(name)
    guards = called.when.guards
    if member is None:
        if not _is_private(name) and not caught(guards, "AttributeError"):
            yield _unknown(project, called, called.member_span, name, called=True)
    elif member.kind == "property" and not method:
        if not caught(guards, "TypeError"):
            yield _no_method(called)
    elif member.kind == "method" and method and called.dialect == "r" and not caught(guards, "error"):
        yield _no_object(project, called.member_span, name, method)


def _judge_read(project: Project, contract: Contract | None, read: MemberRead) -> Iterator[Finding]:
    member = members(read.dialect).get(read.member)
    if read.when.guards:
        return
    if member is None:
        if not _is_private(read.member):
            yield _unknown(project, read, read.span, read.member, called=False)
    elif member.kind == "method" and read.attribute and read.dialect == "r":
        yield _no_object(project, read.span, read.member, read.attribute)
    elif read.member == "partition_key_range" and read.attribute:
        yield _no_range(read.span, read.attribute)


def _no_range(span: Span, name: str) -> Finding:
    meant = Edit(Span(span.path, span.start - 1, span.end), f'["{name}"]')  # with the dot before it
    known = name in ("start", "end")
    return Finding(
        span,
        f"`{name}` is read as an attribute of `partition_key_range`, which is a dictionary",
        label=stops(f"AttributeError: 'dict' object has no attribute '{name}'"),
        help=f'use `["{name}"]`' if known else "it has `start` and `end`",
        fix=Fix(f'replace `.{name}` by `["{name}"]`', (meant,), safe=True) if known else None,
    )


def _is_private(name: str) -> bool:
    return name.startswith(("_", ".")) or name in OF_ALL_R6


def _unknown(project: Project, event: Called | MemberRead, span: Span, name: str, called: bool) -> Finding:
    of = "R's Pipes context" if event.dialect == "r" else "`PipesContext`"
    wanted = [each.name for each in members(event.dialect).values() if (each.kind == "method") is called]
    near = nearest(name, wanted) or _by_part(name, wanted)
    if event.dialect == "python":
        label = stops(f"AttributeError: 'PipesContext' object has no attribute '{name}'")
    elif called:
        label = stops("attempt to apply non-function")
    else:
        label = "this is NULL, and the script goes on without a word"
    return Finding(
        span,
        f"`{name}` is no member of {of}",
        label,
        help=f"did you mean `{near}`?" if near else None,
        fix=renamed(project, span, name, near) if near else None,
    )


def _by_part(name: str, wanted: list[str]) -> str | None:
    """`report_materialization` for `report_asset_materialization`: the only one that has all the words of the name."""
    found = [each for each in wanted if set(name.lower().split("_")) <= set(each.split("_"))]
    return found[0] if len(found) == 1 else None


def _no_method(called: Called) -> Finding:
    name = called.member
    if called.dialect == "r":
        label, help_ = stops("attempt to apply non-function"), f"write `ctx${name}`"
    elif name == "log":
        label = stops("TypeError: '_PipesLogger' object is not callable")
        help_ = "write `context.log.info(…)`"
    else:
        label, help_ = stops("object is not callable"), f"write `context.{name}`"
    return Finding(
        called.member_span,
        f"`{name}` of a Pipes context is called, but it is no method",
        label,
        help=help_,
        fix=_on_level(called),
    )


def _on_level(called: Called) -> Fix | None:
    """`log` says what it is called with on the level `info`, where that is a text alone."""
    if called.member != "log" or called.dialect == "r":
        return None
    if len(called.arguments) != 1 or called.arguments[0].name or called.arguments[0].spread:
        return None
    end = Span(called.member_span.path, called.member_span.end, called.member_span.end)
    return Fix("replace `log` by `log.info`", (Edit(end, ".info"),), safe=True)


def _no_object(project: Project, span: Span, name: str, method: str) -> Finding:
    level = {"WARN": "WARNING"}.get(method.upper(), method.upper())
    return Finding(
        span,
        f"`{name}` of R's Pipes context is a function and has no `{method}`",
        label=stops("object of type 'closure' is not subsettable"),
        help=f'write `ctx${name}(message, level = "{level}")`' if name == "log" else None,
        fix=at_level(project, span, level) if name == "log" and level in LOG_LEVELS["r"] else None,
    )
