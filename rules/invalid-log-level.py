"""A log level that is none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, Passed, Project
from pipes_lint.finding import Edit, Finding, Fix, error, listing, loses, nearest, per_site, stops
from pipes_lint.protocol import LOG_LEVELS, LOG_METHODS, LOG_NUMBERS, bind, caught, certainly_not, shown
from pipes_lint.remedy.texts import replaced
from pipes_lint.values import Known, Missing, Value, options

OTHER_NAMES = {
    "WARN": "WARNING",
    "NOTICE": "INFO",
    "TRACE": "DEBUG",
    "VERBOSE": "DEBUG",
    "SUCCESS": "INFO",
    "FATAL": "CRITICAL",
    "ERR": "ERROR",
    "INFORMATION": "INFO",
}


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
        name = called.member.removeprefix("log.")
        known = name in LOG_METHODS or name.startswith("_") or not name.isidentifier()
        if not known and not caught(called.when.guards, "AttributeError"):
            yield _method(called)


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
    meant = OTHER_NAMES.get(text.upper()) or nearest(text, levels) if isinstance(text, str) else None
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
    values = options(passed.value)
    if all(isinstance(each, Known) and isinstance(each.value, str | float | None) for each in values):
        if not caught(called.when.guards, "TypeError"):
            what = f"log level {shown(values[0], 'python')} is not a number"
            yield Finding(passed.span, what, stops("TypeError: level must be an integer"), help=_levels())
    elif all(isinstance(each, Known) and type(each.value) is int and each.value not in LOG_NUMBERS for each in values):
        number = values[0].value if isinstance(values[0], Known) else ""
        error_ = f"Bad value for log level Level {number}" if number else "Bad value for log level NOTSET"
        yield Finding(passed.span, f"log level `{number}` is none that Dagster knows", loses(error_), help=_levels())


def _levels() -> str:
    return "the levels are " + ", ".join(f"{number} (`{name}`)" for number, name in LOG_NUMBERS.items())


def _method(called: Called) -> Finding:
    name = called.member[4:]
    meant = OTHER_NAMES.get(name.upper(), "").lower() or nearest(name, LOG_METHODS)
    return Finding(
        called.member_span,
        f"`{name}` is no method of the context's `log`",
        stops(f"AttributeError: '_PipesLogger' object has no attribute '{name}'"),
        help=f"did you mean `{meant}`?" if meant else None,
        fix=Fix(f"replace `{name}` by `{meant}`", (Edit(called.member_span, meant),), safe=False) if meant else None,
    )
