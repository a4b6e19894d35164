"""A member that a Pipes context does not have, or that is not called as it is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, MemberRead, Project
from pipes_lint.finding import Edit, Finding, Fix, error, nearest, per_site, stops
from pipes_lint.protocol import LOG_LEVELS, LOG_METHODS, OTHER_LEVELS, caught, members
from pipes_lint.remedy.calls import at_level, renamed, uncalled
from pipes_lint.remedy.texts import quoted
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
        if not caught(guards, "error" if called.dialect == "r" else "TypeError"):
            yield _no_method(project, called)
    elif name == "log" and method and called.dialect == "python":
        if not _has_log(method) and not caught(guards, "AttributeError"):
            yield _not_of_log(called.member_span, method, LOG_METHODS)
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
    elif member.kind == "method" and not _is_private(read.attribute or ""):
        yield _not_called(read)
    elif read.member == "log" and read.attribute:
        yield _not_of_log(read.span, read.attribute, ())
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


def _no_method(project: Project, called: Called) -> Finding:
    name = called.member
    if name == "log" and called.dialect == "python":
        return Finding(
            called.member_span,
            "`log` of a Pipes context is called, but it is no method",
            stops("TypeError: '_PipesLogger' object is not callable"),
            help="write `context.log.info(…)`",
            fix=_on_level(called),
        )
    bare = f"ctx${name}" if called.dialect == "r" else f"context.{name}"
    without = uncalled(project, called.member_span)
    return Finding(
        called.member_span,
        f"`{name}` of a Pipes context is called, but it is a {'field' if called.dialect == 'r' else 'property'}",
        stops("attempt to apply non-function" if called.dialect == "r" else "TypeError: … object is not callable"),
        help=f"write `{bare}`, without parentheses" if name != "extras" or without else "write `get_extra(…)`",
        fix=without,
    )


def _not_called(read: MemberRead) -> Finding:
    name, element = read.member, read.subscript
    if read.attribute:
        label = stops(f"AttributeError: … object has no attribute '{read.attribute}'")
    elif read.dialect == "r":
        label = stops("object of type 'closure' is not subsettable") if element is not None else "the script stops here"
    else:
        label = stops(f"TypeError: 'method' object is not {'iterable' if element is None else 'subscriptable'}")
    written = f"{'ctx$' if read.dialect == 'r' else 'context.'}{name}({quoted(element) if element else '…'})"
    return Finding(
        read.span, f"`{name}` of a Pipes context is a method, and is not called", label, help=f"write `{written}`"
    )


def _has_log(name: str) -> bool:
    """Whether a logger has a method of this name, as far as that can be told."""
    return name in LOG_METHODS or name.startswith("_") or not name.isidentifier()


def _not_of_log(span: Span, name: str, wanted: Collection[str]) -> Finding:
    meant = (OTHER_LEVELS.get(name.upper(), "").lower() or nearest(name, wanted)) if wanted else None
    return Finding(
        span,
        f"`{name}` is no member of the context's `log`, which is a logger of Python's",
        stops(f"AttributeError: '_PipesLogger' object has no attribute '{name}'"),
        help=f"did you mean `{meant}`?" if meant else None,
        fix=Fix(f"replace `{name}` by `{meant}`", (Edit(span, meant),), safe=False) if meant else None,
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
