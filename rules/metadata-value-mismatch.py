"""A typed metadata value that cannot be of its type."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, Dialect, Project, known_strings
from pipes_lint.finding import Edit, Finding, Fix, Note, error, loses, per_site
from pipes_lint.protocol import (
    Entry,
    accepts,
    certain,
    class_name,
    encodings,
    entries,
    fits,
    in_words,
    reported_metadata,
    shown,
    written_at,
    written_in,
)
from pipes_lint.remedy.texts import replaced, wrapped
from pipes_lint.source import Span
from pipes_lint.values import Known, Value, options


@error
def metadata_value_mismatch(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, partial(_judge, project))


def _judge(project: Project, contract: Contract | None, called: Called) -> Iterator[Finding]:
    passed = reported_metadata(contract, called)
    if passed is None:
        return
    for entry in certain(passed.value, lambda metadata: _wrong(metadata, called.dialect)):
        type_ = (known_strings(entry.type) or ("",))[0]
        written = written_at(entry.raw)
        type_at = written_at(entry.type) if entry.type else None
        here = written_in(called, written, entry.raw_at, type_at, entry.value_at, entry.span)
        elsewhere = (Note(written, "the value comes from here"),) if written and here != written else ()
        yield Finding(
            here or passed.span,
            f"metadata `{entry.label}` has the type `{type_}`, but {_what(entry.raw, type_, called.dialect)}",
            label=loses(f"`{type_}` takes {accepts(type_)}"),
            notes=elsewhere,
            help=_help(entry.raw, type_, called.dialect),
            fix=_fix(project, called, entry, type_),
        )


def _wrong(metadata: Value, dialect: Dialect) -> list[Entry]:
    return [entry for entry in entries(metadata) if entry.type and _cannot_be(entry.raw, entry.type, dialect)]


def _cannot_be(raw: Value, type_: Value, dialect: Dialect) -> bool:
    names = known_strings(type_) or ()
    return bool(names) and all(fits(name, raw, dialect, present=True) is False for name in names)


def _what(raw: Value, type_: str, dialect: Dialect) -> str:
    found = encodings(raw, dialect, present=True) or frozenset()
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


def _fix(project: Project, called: Called, entry: Entry, type_: str) -> Fix | None:
    """A whole number is written as one in Python, and is an `int` in R; what has a fraction is let be."""
    raw, at = options(entry.raw)[0], entry.raw_at
    if called.dialect == "r":
        written = at is not None and isinstance(raw, Known) and project.code.is_literal(at, raw.value)
        if not written or entry.type is None or entry.type_at is None or type_ != "float" or not fits("int", raw, "r"):
            return None
        return replaced(project, entry.type, entry.type_at, "int")
    if at is None or type_ not in ("float", "text"):
        return None
    match raw:
        case Known(int() as number, Span() as span) if type_ == "float" and project.code.is_literal(span, number):
            if project.code.serves_only(span, at):
                return Fix(f"write it as `{number}.0`", (Edit(span, f"{number}.0"),), safe=True)
            return None
    if not written_in(called, at):
        return None  # others may be put together there
    is_number = {class_name(option) for option in options(entry.raw)} <= {"int"}
    return wrapped(at, "float" if type_ == "float" else "str", safe=type_ == "float") if is_number else None
