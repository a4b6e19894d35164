"""A metadata type that Dagster does not have."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, Project
from pipes_lint.finding import Finding, Fix, Note, error, listing, loses, nearest, per_site, stops
from pipes_lint.protocol import (
    INFER,
    METADATA_TYPES,
    Entry,
    caught,
    certain,
    entries,
    fits,
    reported_metadata,
    shown,
    written_at,
    written_in,
)
from pipes_lint.remedy.texts import replaced
from pipes_lint.values import Known, Value, options

OTHER_NAMES = {
    "int": "integer long bigint count",
    "float": "double numeric number decimal real",
    "text": "string str character chr txt",
    "bool": "boolean logical",
    "md": "markdown",
    "url": "link uri href",
    "path": "file filepath filename",
    "json": "dict list object array",
    "timestamp": "datetime date time posixct",
    "table": "dataframe data.frame",
}


@error
def invalid_metadata_type(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, partial(_judge, project))


def _judge(project: Project, contract: Contract | None, called: Called) -> Iterator[Finding]:
    passed = reported_metadata(contract, called)
    if passed is None or (called.dialect == "python" and caught(called.when.guards, "DagsterPipesError")):
        return
    for entry in certain(passed.value, _wrong):
        assert entry.type is not None
        type_ = options(entry.type)[0]
        written = written_at(type_)
        here = written_in(called, written, entry.type_at, entry.value_at, entry.span)
        elsewhere = (Note(written, "the type is written here"),) if written and here != written else ()
        meant, help_ = _meant(entry, type_)
        yield Finding(
            here or passed.span,
            f"metadata `{entry.label}` has the type {shown(type_, called.dialect)}, which Dagster does not know",
            label=_label(called, entry, type_),
            notes=elsewhere,
            help=help_,
            fix=_fix(project, entry, meant, called) if meant else None,
        )


def _wrong(metadata: Value) -> list[Entry]:
    return [entry for entry in entries(metadata) if entry.type and all(map(_is_wrong, options(entry.type)))]


def _is_wrong(type_: Value) -> bool:
    match type_:
        case Known(constant):
            return constant not in METADATA_TYPES
        case _:
            return False


def _meant(entry: Entry, type_: Value) -> tuple[str | None, str]:
    match type_, entry.raw:
        case _, Known(str() as raw) if raw in METADATA_TYPES:
            return None, "the value comes first, then its type"
        case Known(str() as name), _:
            other = (each for each, names in OTHER_NAMES.items() if name.lower() in names.split())
            meant = next(other, None) or nearest(name, METADATA_TYPES)
            if meant:
                return meant, f"did you mean `{meant}`?"
    return None, f"the types are {listing(each for each in METADATA_TYPES if each != INFER)}"


def _label(called: Called, entry: Entry, type_: Value) -> str:
    got = type_.value if isinstance(type_, Known) else ""
    if called.dialect == "r":
        return loses(f"CheckError: Failure condition: Unexpected metadata type {got}")
    parameter = f"metadata.{entry.label}.type"
    return stops(f"Invalid value for parameter `{parameter}` of `{called.member}`. Expected one of …, got `{got}`.")


def _fix(project: Project, entry: Entry, meant: str, called: Called) -> Fix | None:
    """The type that is meant, if it takes the value."""
    if entry.type is None or entry.type_at is None or fits(meant, entry.raw, called.dialect) is False:
        return None
    return replaced(project, entry.type, entry.type_at, meant)
