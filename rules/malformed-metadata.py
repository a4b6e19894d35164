"""Metadata that is not made as metadata is made."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Passed, Project, known_strings
from pipes_lint.finding import Finding, Note, error, loses, per_site, stops
from pipes_lint.protocol import (
    METADATA_TYPES,
    TYPED,
    caught,
    class_name,
    json_problem,
    r_problem,
    reported_metadata,
    shown,
    written_at,
    written_in,
)
from pipes_lint.source import Span
from pipes_lint.values import Instance, Known, Mapping, Sequence, Slot, Template, Value, options

DICTS = ("dict", "collections.OrderedDict", "collections.defaultdict", "collections.Counter")

TRUE = frozenset(
    "datetime.datetime datetime.date datetime.time datetime.timezone uuid.UUID pathlib.Path pathlib.PosixPath "
    "pathlib.PurePath pathlib.PurePosixPath pandas.Timestamp pandas.DataFrame pandas.Series polars.DataFrame "
    "polars.LazyFrame function generator re.Match".split()
)
"""Classes whose instances are always true, or have no truth and so fail just as well. What may be false (a number, a
collection, a difference of two moments) may be as good as no metadata at all.
"""


@error
def malformed_metadata(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, _judge)


def _judge(contract: Contract | None, called: Called) -> Iterator[Finding]:
    passed = reported_metadata(contract, called)
    if passed is None:
        return
    if called.dialect == "r":
        each = [list(_in_r(option, passed, called)) for option in options(passed.value)]
    elif caught(called.when.guards, "DagsterPipesError"):
        return
    else:
        each = [list(_in_python(option, passed, called)) for option in options(passed.value)]
    if all(each):
        yield from each[0]


# --- Python ---------------------------------------------------------------------------------------------------------


def _in_python(metadata: Value, passed: Passed, called: Called) -> Iterator[Finding]:
    if isinstance(metadata, Mapping):
        for label, slot in metadata.slots.items():
            for problem, error, at in _entry_in_python(label, slot, called):
                yield _finding(problem, stops(error), at or slot.span, passed, called)
        return
    found = class_name(metadata)
    if found is None or found in DICTS or not _is_true(metadata):
        return
    error = f"Expected `<class 'dict'>`, got `<class '{found}'>`."
    yield Finding(
        passed.span,
        f"metadata of `{called.member}` is `{found}`, not a dict",
        stops(f"Invalid type for parameter `metadata` of `{called.member}`. {error}"),
    )


def _entry_in_python(label: object, slot: Slot, called: Called) -> Iterator[tuple[str, str, Span | None]]:
    """What is wrong with one entry, the error, and where."""
    expected = f"Invalid type for parameter `metadata` of `{called.member}`. Expected a dict with string keys"
    if not isinstance(label, str):
        error = f"{expected}, got a key `{label}` of type `{type(label)}`."
        yield f"metadata key {shown(Known(label), 'python')} is not a str", error, slot.span
    elif all(map(_is_no_typed_value, options(slot.value))):
        schema = "dictionaries with schema `{raw_value: ..., type: ...}`"
        error = f"{expected} and values that are either raw metadata values or {schema}."
        yield f"metadata `{label}` is a dict, but not one of `raw_value` and `type`", error, written_at(slot.value)
    elif problem := json_problem(slot.value):
        yield f"metadata `{label}` cannot be written as JSON", problem, written_at(slot.value)


def _is_no_typed_value(value: Value) -> bool:
    """Whether it is a dict, and its keys certainly are not exactly `raw_value` and `type`."""
    if not isinstance(value, Mapping):
        return isinstance(value, Instance) and value.type == "collections.Counter"  # no number is a type
    keys = set(value.slots)
    others = any(slot.always for key, slot in value.slots.items() if key not in TYPED)
    return others or (value.complete and not keys >= TYPED)


def _is_true(value: Value) -> bool:
    """Whether Python surely takes it as true, or fails to tell."""
    match value:
        case Known(constant):
            return bool(constant)
        case Sequence(items, behind=behind):
            return bool(items or behind)
        case Template(pieces, path):
            return path or any(isinstance(piece, str) and piece for piece in pieces)
        case Instance(name):
            return name in TRUE
        case _:
            return False


# --- R --------------------------------------------------------------------------------------------------------------


def _in_r(metadata: Value, passed: Passed, called: Called) -> Iterator[Finding]:
    match metadata:
        case Known(str() | bool() | int() | float()):
            yield _unnamed(f"is {shown(metadata, 'r')}, not a named list", passed, called)
        case Sequence(items, "list" | "vector") if items:
            yield _unnamed("is a list without names", passed, called)
        case Mapping(slots, kind="list"):
            for label, slot in slots.items():
                raw = slot.value
                if error := None if caught(called.when.guards, "error") else r_problem(raw):
                    at = written_at(raw) or slot.written or slot.span
                    yield _finding(f"metadata `{label!s}` cannot be written as JSON", stops(error), at, passed, called)
                elif all(isinstance(option, Mapping) and _is_nearly_typed(option) for option in options(slot.value)):
                    problem = f"metadata `{label!s}` is a list, but not one of `raw_value` and `type`"
                    label_ = "this arrives as JSON, its type unread"
                    yield _finding(problem, label_, written_at(slot.value) or slot.span, passed, called)


def _unnamed(what: str, passed: Passed, called: Called) -> Finding:
    error = "Param \"metadata\" is not one of ['Mapping']"
    return Finding(passed.span, f"metadata of `{called.member}` {what}", loses(error))


def _is_nearly_typed(value: Mapping) -> bool:
    """Whether a typed value was meant: `raw_value` without `type`, or with more; or `value` and the name of a type."""
    keys = set(value.slots)
    if value.kind != "list" or not value.complete or keys == TYPED:
        return False
    if "raw_value" in keys:
        return True
    type_ = value.slots.get("type")
    return keys == {"value", "type"} and set(known_strings(type_.value if type_ else None) or ("",)) <= set(
        METADATA_TYPES
    )


def _finding(problem: str, label: str, written: Span | None, passed: Passed, called: Called) -> Finding:
    here = written_in(called, written)
    elsewhere = (Note(written, "it is written here"),) if written and not here else ()
    return Finding(here or passed.span, problem, label, elsewhere)
