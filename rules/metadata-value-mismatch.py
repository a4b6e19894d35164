"""A typed metadata value that cannot be of its type."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Dialect, Project, known_strings
from pipes_lint.finding import Finding, Note, error, loses, per_site
from pipes_lint.protocol import (
    Entry,
    accepts,
    certain,
    encodings,
    entries,
    fits,
    in_words,
    reported_metadata,
    shown,
    written_at,
    written_in,
)
from pipes_lint.values import Known, Value, options


@error
def metadata_value_mismatch(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, _judge)


def _judge(contract: Contract | None, called: Called) -> Iterator[Finding]:
    passed = reported_metadata(contract, called)
    if passed is None:
        return
    for entry in certain(passed.value, lambda metadata: _wrong(metadata, called.dialect)):
        type_ = (known_strings(entry.type) or ("",))[0]
        written = written_at(entry.raw)
        here = written_in(called, written, written_at(entry.type) if entry.type else None, entry.span)
        elsewhere = (Note(written, "the value comes from here"),) if written and here != written else ()
        yield Finding(
            here or passed.span,
            f"metadata `{entry.label}` has the type `{type_}`, but {_what(entry.raw, type_, called.dialect)}",
            label=loses(f"`{type_}` takes {accepts(type_)}"),
            notes=elsewhere,
            help=_help(entry.raw, type_, called.dialect),
        )


def _wrong(metadata: Value, dialect: Dialect) -> list[Entry]:
    return [entry for entry in entries(metadata) if entry.type and _cannot_be(entry.raw, entry.type, dialect)]


def _cannot_be(raw: Value, type_: Value, dialect: Dialect) -> bool:
    names = known_strings(type_) or ()
    return bool(names) and all(fits(name, raw, dialect) is False for name in names)


def _what(raw: Value, type_: str, dialect: Dialect) -> str:
    found = encodings(raw, dialect) or frozenset()
    if "object" in found:
        return "its value has another shape"
    value = f"its value {shown(raw, dialect)}" if isinstance(raw, Known) else "its value"
    return f"R writes {value} as {in_words(found)}" if dialect == "r" else f"{value} is {in_words(found)}"


def _help(raw: Value, type_: str, dialect: Dialect) -> str | None:
    match options(raw)[0], type_:
        case Known(float() as number), "float" if dialect == "r" and number.is_integer():
            return "report it without a type, or as `int`: R writes a whole number without a fraction"
        case _, "float" if dialect == "r":
            return "report it without a type"
        case Known(int()), "float":
            return "report it without a type, or as `float(…)`"
        case Known(float()), "int":
            return "report it without a type, or as `int(…)`"
        case _:
            return None
