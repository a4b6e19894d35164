"""A stream of `log_external_stream` that is neither `stdout` nor `stderr`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, Passed, Project
from pipes_lint.finding import Finding, error, loses, per_site, stops
from pipes_lint.protocol import STREAMS, caught, certainly_not, class_name, encodings, shown, sound
from pipes_lint.remedy.texts import replaced
from pipes_lint.values import Known, options


@error
def invalid_stream(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, partial(_judge, project))


def _judge(project: Project, contract: Contract | None, called: Called) -> Iterator[Finding]:
    if called.member != "log_external_stream" or (bound := sound(contract, called)) is None:
        return
    stream, text = bound.arguments.get("stream"), bound.arguments.get("text")
    if stream is not None and all(certainly_not(option, STREAMS) for option in options(stream.value)):
        if called.dialect == "python" or not caught(called.when.guards, "error") or _is_text(stream):
            yield _stream(project, stream, called)
    elif text is not None:
        yield from _text(text, called)


def _is_text(passed: Passed) -> bool:
    return all(isinstance(option, Known) and isinstance(option.value, str) for option in options(passed.value))


def _stream(project: Project, passed: Passed, called: Called) -> Finding:
    value = options(passed.value)[0]
    meant = _meant(value.value) if isinstance(value, Known) else None
    error_ = f"Unexpected stream: {value.value}" if isinstance(value, Known) else "Unexpected stream"
    if called.dialect == "r" and not _is_text(passed):
        label = stops("`stream` must be a non-NULL character scalar.")
    else:
        label = loses(error_)
    return Finding(
        passed.span,
        f"stream {shown(value, called.dialect)} is neither `stdout` nor `stderr`",
        label,
        help=f"did you mean `{meant}`?" if meant else None,
        fix=replaced(project, passed.value, passed.span, meant) if meant else None,
    )


def _meant(stream: object) -> str | None:
    text = str(stream).lower().strip("<>")
    return {"out": "stdout", "output": "stdout", "err": "stderr", "error": "stderr", **{s: s for s in STREAMS}}.get(
        text
    )


def _text(passed: Passed, called: Called) -> Iterator[Finding]:
    found = encodings(passed.value, called.dialect, present=True)
    if found is None or "str" in found:
        return
    if called.dialect == "r":
        if not caught(called.when.guards, "error"):
            yield Finding(
                passed.span,
                "`text` of `log_external_stream` is not one text",
                label=stops("`text` must be a non-NULL character scalar."),
            )
        return
    name = class_name(passed.value) or "no str"
    yield Finding(
        passed.span,
        f"`text` of `log_external_stream` is `{name}`, not a str",
        label=loses(f"TypeError: write() argument must be str, not {name}"),
    )
