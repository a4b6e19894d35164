"""Where the reading of a launch stopped: at which expression, why, and what would settle it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal as Choice

from .contract import Contract, Session
from .records import NamedTuple
from .source import Span
from .values import Unknown


class Stop(NamedTuple):
    """Something of a contract that is not known. `span` is the expression that stopped us, if one did."""

    what: Choice["script", "extras", "read"]
    reason: str
    span: Span | None
    settle: str
    """What the user can do about it."""


def stops(contract: Contract) -> tuple[Stop, ...]:
    """All that is not known of a launch and the script it starts, each thing once."""
    return tuple(dict.fromkeys([*_script(contract), *_extras(contract), *_read(contract.session)]))


def places(contracts: Iterable[Contract]) -> Iterator[Span]:
    """Where they are."""
    return (stop.span for contract in contracts for stop in stops(contract) if stop.span is not None)


def _script(contract: Contract) -> Iterator[Stop]:
    target = contract.launch.target
    if target.path is not None or target.tried:
        return
    reason = target.reason or Unknown("the command names no file of this project")
    settle = "if its source is in this project, write `# pipes-lint: script=path/to/it` above the launch"
    if target.written and target.written.startswith("/"):
        settle += ", or say with `path-map` in `[tool.pipes-lint]` where its folder comes from"
    yield Stop("script", reason.reason, reason.span or target.span, settle)


def _extras(contract: Contract) -> Iterator[Stop]:
    stop = contract.launch.extras.stop
    if stop is not None:
        span = stop.span or contract.launch.extras_span
        yield Stop("extras", stop.reason, span, "write the keys where they are passed, in a dictionary display")


def _read(session: Session | None) -> Iterator[Stop]:
    first = {gap.reason: gap for gap in reversed(session.gaps if session else ())}
    for gap in reversed(first.values()):
        settle = "call what can be seen in this project, or report where the context is opened"
        yield Stop("read", gap.reason, gap.span, settle)
