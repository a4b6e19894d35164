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
    class_shown,
    json_fault,
    label_of,
    r_fault,
    reported_metadata,
    shown,
    written_at,
    written_in,
)
from pipes_lint.source import Span
from pipes_lint.values import (
    UNKNOWN_KEY,
    Instance,
    Key,
    Known,
    Mapping,
    Sequence,
    Slot,
    Template,
    Unknown,
    Value,
    options,
)

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
            for problem, error, places in _entry_in_python(label, slot, called):
                yield _finding(problem, stops(error), (*places, slot.written, slot.span), passed, called)
        return
    found = class_name(metadata)
    if found is None or found in DICTS or not _is_true(metadata):
        return
    error = f"Expected `<class 'dict'>`, got `{class_shown(metadata)}`."
    yield Finding(
        passed.span,
        f"metadata of `{called.member}` is `{found}`, not a dict",
        stops(f"Invalid type for parameter `metadata` of `{called.member}`. {error}"),
    )


Places = tuple[Span | None, ...]
"""Where the guilty part of a value stands, innermost first."""


def _entry_in_python(label: Key, slot: Slot, called: Called) -> Iterator[tuple[str, str, Places]]:
    """What is wrong with one entry, the error, and where."""
    name = label_of(label)
    expected = f"Invalid type for parameter `metadata` of `{called.member}`. Expected a dict with string keys"
    if not isinstance(label, str | tuple):
        error = f"{expected}, got a key `{label!s}` of type `{type(label)}`."
        yield f"metadata key {shown(Known(label), 'python')} is not a str", error, (slot.span,)
    elif (kind := _class_of_key(label)) not in (None, "str", "numpy.str_"):
        error = f"{expected}, got a key `…` of type `<class '{kind}'>`."
        yield f"metadata key is `{kind}`, not a str", error, (slot.span,)
    elif all(map(_is_no_typed_value, options(slot.value))):
        schema = "dictionaries with schema `{raw_value: ..., type: ...}`"
        error = f"{expected} and values that are either raw metadata values or {schema}."
        yield f"metadata `{name}` is a dict, but not one of `raw_value` and `type`", error, (written_at(slot.value),)
    elif fault := json_fault(slot.value):
        yield f"metadata `{name}` cannot be written as JSON", fault.error, fault.places


def _class_of_key(label: Key) -> str | None:
    """The class of a key of which nothing else is known."""
    match label:
        case ("tuple", _):
            return "tuple"
        case (str() as mark, Instance() as of, _) if mark == UNKNOWN_KEY:
            return class_name(of)
    return None


def _is_no_typed_value(value: Value) -> bool:
    """Whether it is a dict, and its keys certainly are not exactly `raw_value` and `type`."""
    if not isinstance(value, Mapping):
        return isinstance(value, Instance) and value.type == "collections.Counter"  # no number is a type
    keys = set(value.slots)
    others = any(slot.always for key, slot in value.slots.items() if key not in TYPED)
    if value.complete:
        return others or not keys >= TYPED
    return others or (value.told_by_value and _names_no_type(value))


def _names_no_type(value: Mapping) -> bool:
    """Whether a dict of which some keys are not known holds nothing that could be a type's name."""
    held = [option for slot in value.slots.values() for option in options(slot.value)]
    return bool(held) and all(class_name(option) not in (None, "str", "numpy.str_") for option in held)


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
        case Unknown(true=true):
            return true
        case _:
            return False


# --- R --------------------------------------------------------------------------------------------------------------


def _in_r(metadata: Value, passed: Passed, called: Called) -> Iterator[Finding]:
    match metadata:
        case Known(str() | bool() | int() | float()):
            yield _unnamed(f"is {shown(metadata, 'r')}, not a named list", passed, called)
        case Template(path=False):
            yield _unnamed("is a text, not a named list", passed, called)
        case Sequence(items, "list" | "vector", complete=True) if items:  # what is not seen of it may have names
            yield _unnamed("is a list without names", passed, called)
        case Mapping(slots, kind="list"):
            for label, slot in slots.items():
                raw = slot.value
                if fault := None if caught(called.when.guards, "error") else r_fault(raw):
                    places = (*fault.places, slot.written, slot.span)
                    problem = f"metadata `{label!s}` cannot be written as JSON"
                    yield _finding(problem, stops(fault.error), places, passed, called)
                elif all(isinstance(option, Mapping) and _is_nearly_typed(option) for option in options(slot.value)):
                    problem = f"metadata `{label!s}` is a list, but not one of `raw_value` and `type`"
                    label_ = "this arrives as JSON, its type unread"
                    places = (written_at(slot.value), slot.written, slot.span)
                    yield _finding(problem, label_, places, passed, called)


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


def _finding(problem: str, label: str, places: Places, passed: Passed, called: Called) -> Finding:
    origin = next(filter(None, places), None)
    elsewhere = (Note(origin, "it is written here"),) if origin and not written_in(called, origin) else ()
    return Finding(written_in(called, *places) or passed.span, problem, label, elsewhere)
