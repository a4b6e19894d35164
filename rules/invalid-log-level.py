"""A log level that is none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, Passed, Project
from pipes_lint.finding import Finding, Note, error, listing, loses, nearest, per_site, stops
from pipes_lint.protocol import LOG_LEVELS, LOG_NUMBERS, OTHER_LEVELS, bind, caught, certainly_not, shown
from pipes_lint.remedy.texts import replaced
from pipes_lint.source import Span
from pipes_lint.values import Known, Missing, Value, options


@error
def invalid_log_level(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, partial(_judge, project))


def _judge(project: Project, contract: Contract | None, called: Called) -> Iterator[Finding]:
    if called.dialect == "r":
        passed = bind(called).arguments.get("level") if called.member == "log" and not bind(called).problem else None
        if passed and not caught(called.when.guards, "error") and all(map(_is_wrong_in_r, options(passed.value))):
            yield _in_r(project, passed)
    elif called.member == "log.log":
        yield from _number(called)
    elif called.member.startswith("log."):
        yield from _named(called, called.member_span)


# --- R --------------------------------------------------------------------------------------------------------------


def _is_wrong_in_r(value: Value) -> bool:
    match value:
        case Known(str() as text):
            return text.upper() not in LOG_LEVELS["r"]
        case _:
            return certainly_not(value, LOG_LEVELS["r"])


def _in_r(project: Project, passed: Passed) -> Finding:
    value = options(passed.value)[0]
    levels = LOG_LEVELS["r"]
    text = value.value if isinstance(value, Known) else None
    meant = OTHER_LEVELS.get(text.upper()) or nearest(text, levels) if isinstance(text, str) else None
    match text:
        case str():
            label = stops(f"Invalid log level '{text.upper()}'. Must be one of: {', '.join(levels)}")
        case None:
            label = stops("argument is of length zero")
        case Missing():
            label = stops(f"Invalid log level 'NA'. Must be one of: {', '.join(levels)}")
        case _:
            label = stops(f"Invalid log level. Must be one of: {', '.join(levels)}")
    return Finding(
        passed.span,
        f"log level {shown(value, 'r')} is none of R's `ctx$log`",
        label,
        help=f"did you mean `{meant}`?" if meant else f"the levels are {listing(levels)}",
        fix=replaced(project, passed.value, passed.span, meant, safe=text == "WARN") if meant else None,
    )


# --- Python ---------------------------------------------------------------------------------------------------------


def _number(called: Called) -> Iterator[Finding]:
    given = [each for each in called.arguments if each.name in (None, "level")]
    if not given or given[0].spread:
        return
    passed = given[0].passed
    if called.level is not None:
        yield from _named(called, passed.span)
        return
    values = options(passed.value)
    if all(isinstance(each, Known) and isinstance(each.value, str | float | None) for each in values):
        if not caught(called.when.guards, "TypeError"):
            what = f"log level {shown(values[0], 'python')} is not a number"
            yield Finding(passed.span, what, stops("TypeError: level must be an integer"), help=_levels())
    elif all(isinstance(each, Known) and type(each.value) is int and each.value not in LOG_NUMBERS for each in values):
        number = values[0].value if isinstance(values[0], Known) else ""
        error_ = f"Bad value for log level Level {number}" if number else "Bad value for log level NOTSET"
        yield Finding(passed.span, f"log level `{number}` is none that Dagster knows", loses(error_), help=_levels())


def _named(called: Called, span: Span) -> Iterator[Finding]:
    """A level that the script has given another name."""
    if isinstance(called.level, Known) and isinstance(called.level.value, str):
        name = called.level.value
        if name.upper() not in LOG_LEVELS["python"]:
            shown_ = name.encode("unicode_escape").decode()
            where = (Note(called.level.span, "the level is given this name"),) if called.level.span else ()
            yield Finding(
                span,
                f"the level of this message is called `{shown_}` here, which is none that Dagster knows",
                loses(f"Bad value for log level {shown_}"),
                notes=where,
                help=f"leave the level its name; Dagster knows {listing(LOG_LEVELS['python'])}",
            )


def _levels() -> str:
    return "the levels are " + ", ".join(f"{number} (`{name}`)" for number, name in LOG_NUMBERS.items())
