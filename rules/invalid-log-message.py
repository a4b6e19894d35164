"""A log message that Dagster cannot take, or that does not fit its own placeholders."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Project, RawArgument
from pipes_lint.finding import Finding, error, loses, per_site, stops
from pipes_lint.protocol import bind, caught, encodings, in_words, r_problem
from pipes_lint.remedy.texts import wrapped
from pipes_lint.values import Instance, Known, Template, Value, options

METHODS = ("debug", "info", "warning", "warn", "error", "critical", "fatal", "exception")


@error
def invalid_log_message(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, _judge)


def _judge(contract: Contract | None, called: Called) -> Iterator[Finding]:
    if called.dialect == "r":
        yield from _in_r(called)
    elif called.member.removeprefix("log.") in METHODS and called.member.startswith("log."):
        yield from _in_python(called)


def _in_r(called: Called) -> Iterator[Finding]:
    passed = bind(called).arguments.get("message") if called.member == "log" and not bind(called).problem else None
    if passed and (problem := r_problem(passed.value)) and not caught(called.when.guards, "error"):
        yield Finding(passed.span, "the message of `ctx$log` is no text, and cannot be written as JSON", stops(problem))
        return
    found = encodings(passed.value, "r", present=True) if passed else None
    if passed is None or found is None or "str" in found:
        return
    single = found <= {"int", "float", "bool"}
    yield Finding(
        passed.span,
        f"the message of `ctx$log` is written as {in_words(found)}, where Dagster takes one text only",
        label=loses('Param "message" is not a str'),
        help="make one text of it, with `paste(…)` or `sprintf(…)`",
        fix=wrapped(passed.span, "as.character", safe=True) if single else None,
    )


def _in_python(called: Called) -> Iterator[Finding]:
    """Python's logging puts the arguments into the message, and nobody catches what goes wrong there."""
    given = [each for each in called.arguments if each.name is None]
    if len(given) < 2 or any(each.spread for each in called.arguments) or caught(called.when.guards, "TypeError"):
        return
    message, rest = given[0], given[1:]
    errors = [_misfit(option, rest) for option in options(message.passed.value)]
    if all(errors):
        yield Finding(
            message.passed.span,
            f"the message of `{called.member}` does not fit its {_count(len(rest))}",
            label=stops(errors[0] or ""),
            help="give each argument a `%s` in the message, or put them into one f-string",
        )


def _count(number: int) -> str:
    return "1 argument" if number == 1 else f"{number} arguments"


def _misfit(message: Value, rest: list[RawArgument]) -> str | None:
    """Python's error for `message % rest`, if it certainly fails."""
    text = message.value if isinstance(message, Known) else None
    if isinstance(message, Template | Instance) or not isinstance(text, str):
        return None
    if len(rest) == 1 and not _is_single(rest[0].passed.value):
        return None
    try:
        text % tuple(_stand_in(each.passed.value) for each in rest)
    except (TypeError, ValueError) as problem:
        return f"{type(problem).__name__}: {problem}"
    return None


def _is_single(value: Value) -> bool:
    """Whether it certainly is no mapping, which logging takes apart."""
    return isinstance(value, Known | Template) or (
        isinstance(value, Instance) and value.type in ("int", "str", "float")
    )


class _Anything(int):
    """Fits every placeholder."""


def _stand_in(value: Value) -> object:
    match value:
        case Known(constant):
            return constant
        case Instance("str") | Template():
            return ""
        case _:
            return _Anything(1)
