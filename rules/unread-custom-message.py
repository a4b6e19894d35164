"""Custom messages that a script sends, and that nobody asks for."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import ANY_METHOD, Called, Contract, Fate, Project
from pipes_lint.finding import Finding, info, launched_here

_ASKS = "get_custom_messages"


@info
def unread_custom_message(project: Project) -> Iterator[Finding]:
    for site in project.sites(Called):
        if site.events[0].member != "report_custom_message" or None in site.contracts:
            continue
        contracts = [contract for contract, _ in site.pairs]
        if any(_may_be_read(contract, called) for contract, called in site.pairs):
            continue
        steps = list(dict.fromkeys(each.step for each in contracts))
        yield Finding(
            site.events[0].member_span,
            f"a custom message is sent, but {steps[0]}{_others(steps)} not ask for it",
            label="this goes nowhere",
            notes=launched_here(contracts),
            help=f"call `.{_ASKS}()` on what the launch gives, if anybody is to see it",
        )


def _others(steps: list[str]) -> str:
    if len(steps) == 1:
        return " does"
    return f" and {steps[1]} do" if len(steps) == 2 else f" and {len(steps) - 1} others do"


def _may_be_read(contract: Contract, called: Called) -> bool:
    """Whether somebody asks for it, or what becomes of the launch is not known; or it never arrives."""
    launch = contract.launch
    if called.closed and called.dialect == "python":
        return True  # `report-after-close` says so
    if launch.fate in (Fate.UNKNOWN, Fate.INVOCATION) or contract.definition.kind == "function":
        return True
    return any(each.method in (_ASKS, ANY_METHOD) for each in launch.result_calls)
