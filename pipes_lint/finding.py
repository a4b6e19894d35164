"""What rules say, and how they are made: `Finding`, `Rule`, `Diagnostic`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import TYPE_CHECKING

from .records import NamedTuple
from .source import Span

if TYPE_CHECKING:
    from .contract import Contract, E, Project


class Severity(Enum):
    """How bad a finding is. Ordered from worst."""

    ERROR = "error"
    """The run fails or a report is lost, for certain, whenever this line runs."""
    WARNING = "warning"
    """It can happen, or something is declared in vain."""
    INFO = "info"
    """Not wrong, worth knowing; never changes the exit code."""


class Note(NamedTuple):
    """Another place that a finding is about, and what is there: a cause of it, or the other half."""

    span: Span
    message: str


class Edit(NamedTuple):
    """Replace what `span` covers by `text`; an empty span inserts."""

    span: Span
    text: str


class AddEntry(NamedTuple):
    """Put a key and a value (code) into the dictionary that `span` covers: a display, or a call of `dict`."""

    span: Span
    key: str
    value: str


class AddItem(NamedTuple):
    """Put an item (code) at the end of the list or tuple that `span` covers."""

    span: Span
    item: str


class AddArgument(NamedTuple):
    """Pass one more argument by name, its value as code, in the call that `span` covers."""

    span: Span
    name: str
    value: str


class TakeFrom(NamedTuple):
    """Import the name that `span` covers, in a `from … import`, from another module."""

    span: Span
    module: str


Change = Edit | AddEntry | AddItem | AddArgument | TakeFrom
"""What a fix does to a file. Only Python files take any but the first, and they keep their layout."""


class Fix(NamedTuple):
    """How to mend a finding. `message` is an order (``replace `treshold` by `threshold` ``).

    `safe` when what the program means cannot change in any other way than the one wanted.
    """

    message: str
    edits: tuple[Change, ...]
    safe: bool


class Finding(NamedTuple):
    """A fault. `span` is where the run stops; `message` names the fault and the other place in one line.

    `label` is the short text under the underlined code (what happens there: the error that Dagster or the script
    gives), `notes` are the other places, `help` says what would be right (``did you mean `threshold`?``).
    """

    span: Span
    message: str
    label: str = ""
    notes: tuple[Note, ...] = ()
    help: str | None = None
    fix: Fix | None = None


class Rule(NamedTuple):
    """A rule: `find` is pure and sees nothing but the project. `name` is with hyphens."""

    name: str
    severity: Severity
    find: Callable[[Project], Iterable[Finding]]


class Diagnostic(NamedTuple):
    """A finding with its rule, after selection and suppression."""

    rule: str
    severity: Severity
    finding: Finding


Find = Callable[["Project"], Iterator[Finding]]


def _rule(severity: Severity) -> Callable[[Find], Rule]:
    return lambda find: Rule(find.__name__.replace("_", "-"), severity, find)


error = _rule(Severity.ERROR)
warning = _rule(Severity.WARNING)
info = _rule(Severity.INFO)


def listing(names: Iterable[str]) -> str:
    """Names for a message, each in backticks: up to five, then `and 7 more`; `nothing` for none."""
    quoted = [f"`{name}`" for name in names]
    if not quoted:
        return "nothing"
    if len(quoted) > 6:
        return f"{', '.join(quoted[:5])} and {len(quoted) - 5} more"
    return ", ".join(quoted)


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """The choice that `name` was most likely meant to be, or None if none is near."""
    from difflib import get_close_matches

    lowered = {choice.lower(): choice for choice in choices}
    for near in get_close_matches(name.lower(), lowered, n=1, cutoff=0.7):
        return lowered[near]
    return None


def launched_here(contracts: Iterable[Contract | None]) -> tuple[Note, ...]:
    """The launches that a finding is about, each once; None stands for no launch."""
    notes = (Note(each.launch.span, f"launched here, by {each.step}") for each in contracts if each is not None)
    return tuple(dict.fromkeys(notes))


def per_site(
    project: Project, kind: type[E], judge: Callable[[Contract | None, E], Iterable[Finding]]
) -> Iterator[Finding]:
    """One finding per place in a script and fault, with all launches under which it is one as notes.

    `judge` says what is wrong with one event under one launch (None for a script that nobody here launches).
    """
    for site in project.sites(kind):
        pairs = zip(site.contracts, site.events, strict=True)
        yield from _together((contract, found) for contract, event in pairs for found in judge(contract, event))


def _together(judged: Iterable[tuple[Contract | None, Finding]]) -> Iterator[Finding]:
    found: dict[tuple[Span, str], tuple[Finding, list[Contract | None]]] = {}
    for contract, finding in judged:
        found.setdefault((finding.span, finding.message), (finding, []))[1].append(contract)
    for finding, contracts in found.values():
        yield finding._replace(notes=(*finding.notes, *launched_here(contracts)))


def stops(error: str) -> str:
    """A label: the script fails at this place, with this error."""
    return f"the script stops here: {error}"


def loses(error: str) -> str:
    """A label: Dagster cannot take this message, and drops it and all later ones while the run stays green."""
    return f"this report and all later ones are lost: {error}"
