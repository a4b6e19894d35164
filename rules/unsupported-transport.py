"""A way of context or messages that the other side does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipes_lint.contract import Contract, Opened, Project
from pipes_lint.finding import Finding, Note, error, launched_here, stops
from pipes_lint.protocol import MOUNTED, PARTNERS, R_SIDE, caught, told_by, understood
from pipes_lint.source import Span

_DEFAULT = ("PipesDefaultContextLoader", "PipesDefaultMessageWriter")
_ERRORS = ("Invalid type for parameter `bucket` passed from orchestration side to", "Invalid params for")
_ON_COMMAND_LINE = "PipesCliArgsParamsLoader"
_COMPOSITE = "PipesCompositeMessageReader"
_HERE = {"context": "context_injector", "messages": "message_reader"}
_THERE = {"context": "context_loader", "messages": "message_writer", "session": "params_loader"}


class _Fault(NamedTuple):
    """What does not arrive, by what it is sent, and what looks for it."""

    what: str
    given: str
    taker: str
    sent_at: Span | None
    """Where Dagster's side says it, if that alone could be another."""


@error
def unsupported_transport(project: Project) -> Iterator[Finding]:
    sent: dict[_Fault, list[tuple[Contract, Opened]]] = {}
    for site in project.sites(Opened):
        guilty: dict[_Fault, list[Contract]] = {}
        for contract, opened in site.pairs:
            fault = _fault(contract, opened)
            if fault is not None and fault.sent_at is not None:
                sent.setdefault(fault, []).append((contract, opened))
            elif fault is not None:
                guilty.setdefault(fault, []).append(contract)
        for fault, contracts in guilty.items():
            yield _finding(site.events[0], fault, contracts)
    for fault, pairs in sent.items():
        yield _sent(fault, pairs)


def _fault(contract: Contract, opened: Opened) -> _Fault | None:
    """The first thing that does not arrive: the script stops there, or finds nothing at all."""
    there = contract.launch.carried
    here = R_SIDE if opened.dialect == "r" else opened.carried
    if there is None or here is None or opened.again or caught(opened.when.guards, "DagsterPipesError"):
        return None
    told = told_by(contract.launch)
    if told == "variables" and here.params == _ON_COMMAND_LINE:
        return _Fault("session", "variables", _ON_COMMAND_LINE, None)
    for what, given, taker in (("context", there.context, here.context), ("messages", there.messages, here.messages)):
        if not given or not taker or understood(given, taker) or given == _COMPOSITE and told is None:
            continue
        if taker in MOUNTED and caught(opened.when.guards, "FileNotFoundError"):
            continue
        fixed = opened.dialect == "r" or given == _COMPOSITE
        return _Fault(what, given, taker, there.own.get(_HERE[what]) if fixed else None)
    return None


def _finding(opened: Opened, fault: _Fault, contracts: list[Contract]) -> Finding:
    """At what the session is opened with."""
    what, given, taker, _ = fault
    step = contracts[0].step
    notes: list[Note] = []
    for contract in contracts:
        place = contract.launch.carried.own.get(_HERE.get(what, "")) if contract.launch.carried else None
        if place is not None:
            notes.append(Note(place, f"{what} travel by `{given}`" if what == "messages" else f"context by `{given}`"))
    notes += launched_here(contracts)
    if opened.dialect == "r":
        return Finding(
            opened.span,
            f"{_travels(what, step)} by `{given}`, but R's package knows files only",
            label=_stops(fault, opened),
            notes=tuple(dict.fromkeys(notes)),
            help=_files(given),
        )
    parameter = _THERE[what]
    span: Span = (opened.carried.own if opened.carried else {}).get(parameter, opened.span)
    if what == "session":
        return Finding(
            span,
            f"`{taker}` looks for the session in the command's arguments, but that of {step} is told in variables",
            label="all that the script reports is lost: it opens no session, and goes on without",
            notes=tuple(dict.fromkeys(notes)),
            help="leave `params_loader` out",
        )
    partner = PARTNERS.get(given)
    right = f"`{parameter}={partner}(…)`" if partner else f"the default {parameter.replace('_', ' ')}"
    return Finding(
        span,
        f"`{taker}` does not understand `{given}`, by which the {_travels(what, step)}",
        label=_stops(fault, opened),
        notes=tuple(dict.fromkeys(notes)),
        help=f"open the session with {right}",
    )


def _sent(fault: _Fault, pairs: list[tuple[Contract, Opened]]) -> Finding:
    """At what Dagster's side sends it by: nothing that the script could be opened with understands that."""
    what, given, _, place = fault
    contract, opened = pairs[0]
    assert place is not None
    if opened.dialect == "r":
        message = f"{_travels(what, contract.step)} by `{given}`, but R's package knows files only"
    else:
        message = f"{_travels(what, contract.step)} by `{given}`, of which no script is told its own part"
    opens = dict.fromkeys(Note(each.span, "the session is opened here") for _, each in pairs)
    return Finding(
        place,
        message,
        label=_stops(fault, opened),
        notes=(*opens, *launched_here(each for each, _ in pairs)),
        help=_files(given),
    )


def _travels(what: str, step: str) -> str:
    return f"messages of {step} travel" if what == "messages" else f"context of {step} travels"


def _files(given: str) -> str:
    if given == _COMPOSITE:
        return "use one reader; or open a session, and give each process one of `get_per_writer_bootstrap_env_vars()`"
    return "use `PipesTempFileContextInjector` and `PipesTempFileMessageReader`, or what gives a file's path"


def _stops(fault: _Fault, opened: Opened) -> str:
    """What becomes of the script."""
    what, taker = fault.what, fault.taker
    if opened.dialect == "r":
        if what == "context":
            return stops("Argument 'txt' must be a JSON string, URL or file")
        return "the script stops at its first message: it is given no file to write to"
    if taker in MOUNTED and what == "context":
        return stops("FileNotFoundError: [Errno 2] No such file or directory: '/dbfs/…'")
    if taker in MOUNTED:
        return "the script stops, or its messages go below `/dbfs`, where nobody reads them"
    if taker.startswith("PipesUnity"):
        return "what the script reports is lost: NotADirectoryError: [Errno 20] Not a directory"
    return stops(f"DagsterPipesError: {_ERRORS[taker in _DEFAULT]} `{taker}`")
