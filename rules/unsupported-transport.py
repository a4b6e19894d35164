"""A way of context or messages that the other side does not know."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Contract, Opened, Project
from pipes_lint.finding import Finding, Note, error, launched_here, stops
from pipes_lint.protocol import PARTNERS, R_SIDE, caught, understood
from pipes_lint.source import Span

_DEFAULT = ("PipesDefaultContextLoader", "PipesDefaultMessageWriter")
_ERRORS = ("Invalid type for parameter `bucket` passed from orchestration side to", "Invalid params for")


@error
def unsupported_transport(project: Project) -> Iterator[Finding]:
    for site in project.sites(Opened):
        guilty: dict[tuple[str, str, str], list[Contract]] = {}
        for contract, opened in site.pairs:
            for fault in _faults(contract, opened):
                guilty.setdefault(fault, []).append(contract)
        for (what, given, taker), contracts in guilty.items():
            yield _finding(site.events[0], what, given, taker, contracts)


def _faults(contract: Contract, opened: Opened) -> Iterator[tuple[str, str, str]]:
    there = contract.launch.carried
    here = R_SIDE if opened.dialect == "r" else opened.carried
    if there is None or here is None or opened.again or caught(opened.when.guards, "DagsterPipesError"):
        return
    for what, given, taker in (
        ("context", there.context, here.context),
        ("messages", there.messages, here.messages),
    ):
        if given and taker and not understood(given, taker):
            yield what, given, taker


def _finding(opened: Opened, what: str, given: str, taker: str, contracts: list[Contract]) -> Finding:
    step = contracts[0].step
    side = "message_reader" if what == "messages" else "context_injector"
    notes: list[Note] = []
    for contract in contracts:
        place = contract.launch.carried.own.get(side) if contract.launch.carried else None
        if place is not None:
            notes.append(Note(place, f"{what} travel by `{given}`" if what == "messages" else f"context by `{given}`"))
    notes += launched_here(contracts)
    if opened.dialect == "r":
        return Finding(
            opened.span,
            f"{step} sends its {what} by `{given}`, but R's package knows files only",
            label=stops("Argument 'txt' must be a JSON string, URL or file")
            if what == "context"
            else "the script stops at its first message: it is given no file to write to",
            notes=tuple(dict.fromkeys(notes)),
            help="use `PipesTempFileContextInjector` and `PipesTempFileMessageReader`, or what gives a file's path",
        )
    partner = PARTNERS.get(given)
    parameter = "message_writer" if what == "messages" else "context_loader"
    span: Span = (opened.carried.own if opened.carried else {}).get(parameter, opened.span)
    right = f"`{parameter}={partner}(…)`" if partner else f"the default {parameter.replace('_', ' ')}"
    return Finding(
        span,
        f"`{taker}` does not understand `{given}`, by which {step} sends its {what}",
        label=stops(f"DagsterPipesError: {_ERRORS[taker in _DEFAULT]} `{taker}`"),
        notes=tuple(dict.fromkeys(notes)),
        help=f"open the session with {right}",
    )
