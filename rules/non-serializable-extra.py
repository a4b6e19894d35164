"""An extra that JSON cannot hold."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Project, RawArgument
from pipes_lint.finding import Finding, Fix, Note, error
from pipes_lint.protocol import CLIENTS, caught, json_problem, written_at
from pipes_lint.remedy.texts import followed, wrapped
from pipes_lint.source import Span
from pipes_lint.values import Instance, Known, Slot, Template, Value, options

TO_TEXT = {
    "datetime.datetime": ".isoformat()",
    "datetime.date": ".isoformat()",
    "pandas.Timestamp": ".isoformat()",
    "dagster.AssetKey": ".to_user_string()",
}
"""What makes text of a value, for a help."""


@error
def non_serializable_extra(project: Project) -> Iterator[Finding]:
    told: set[Span] = set()
    for contract in project.contracts:
        for finding in _judge(project, contract):
            if finding.span not in told:
                told.add(finding.span)
                yield finding


def _judge(project: Project, contract: Contract) -> Iterator[Finding]:
    launch = contract.launch
    if launch.maker not in CLIENTS and launch.maker != "open_pipes_session":
        return
    if caught(launch.when.guards, "TypeError") or any(map(_is_foreign_injector, launch.arguments)):
        return
    for key, slot in launch.extras.slots.items():
        if isinstance(key, tuple | bytes):
            error_ = f"TypeError: keys must be str, int, float, bool or None, not {type(key).__name__}"
            if isinstance(key, bytes) or len(key) > 1:
                yield _finding(project, contract, "a key of the extras", error_, slot.span, None)
        elif problem := json_problem(slot.value):
            yield _finding(project, contract, f"extra `{key}`", problem, slot.written or slot.span, slot)


def _is_foreign_injector(argument: RawArgument) -> bool:
    """Whether it may be an injector that writes the extras in another way than Dagster's own do."""
    value = argument.passed.value
    own = isinstance(value, Instance) and value.type.startswith("dagster") and value.type.endswith("ContextInjector")
    return argument.name == "context_injector" and not own


def _finding(
    project: Project, contract: Contract, what: str, problem: str, at: Span | None, slot: Slot | None
) -> Finding:
    launch = contract.launch
    outside = at is None or at.path != launch.span.path
    notes = [Note(launch.span, f"launched here, by {contract.step}")] if not outside else []
    written = written_at(slot.value) if slot else None
    if written and at and not (written.path == at.path and at.start <= written.start and written.end <= at.end):
        notes.append(Note(written, "it is written here"))
    return Finding(
        at or launch.extras_span,
        f"{what} cannot be written as JSON, in which {contract.step} passes it to its script",
        f"the step fails here: {problem}",
        tuple(notes),
        help=_help(slot.value) if slot else None,
        fix=_fix(project, slot) if slot else None,
    )


def _help(value: Value) -> str | None:
    match options(value)[0]:
        case Template(path=True):
            return "pass `str(…)` of it"
        case Known(constant) if type(constant).__name__.endswith("Path"):
            return "pass `str(…)` of it"
        case Instance(name) if name in TO_TEXT:
            return f"pass `…{TO_TEXT[name]}`"
        case Instance(name) if name.startswith("numpy."):
            return "pass `….item()`"
        case _:
            return None


def _fix(project: Project, slot: Slot) -> Fix | None:
    """A path becomes its text, which is what a script opens; a time becomes its text as JSON has it."""
    at = slot.written
    values = options(slot.value)
    if at and all(isinstance(option, Instance) and option.type in TO_TEXT for option in values):
        texts = {TO_TEXT[option.type] for option in values if isinstance(option, Instance)}
        return followed(project, at, texts.pop(), safe=False) if len(texts) == 1 else None
    is_path = all(
        isinstance(option, Template) or type(getattr(option, "value", None)).__name__.endswith("Path")
        for option in options(slot.value)
    )
    if (
        at is None
        or not is_path
        or json_problem(slot.value) != "TypeError: Object of type PosixPath is not JSON serializable"
    ):
        return None
    return wrapped(at, "str", safe=True)
