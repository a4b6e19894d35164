"""Every launch and what it was linked to, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from ..contract import Certainty, Contract, Session
from ..finding import listing
from ..lint import Report
from ..values import Known, OneOf, Sequence, Template, Value
from . import closing, reported
from .text import visible


def render(report: Report, base: str = "") -> str:
    """The launches; `base` as in `full`."""
    blocks = ["\n".join(_launch(each, report, base)) for each in report.project.contracts]
    return "".join(f"{block}\n\n" for block in blocks) + closing.checked(report.summary) + "\n"


def _launch(contract: Contract, report: Report, base: str) -> Iterator[str]:
    launch = contract.launch
    source = report.sources.get(launch.span.path)
    row, column = source.position(launch.span.start) if source else (1, 1)
    yield f"{contract.step}, by {launch.client} in {visible(base + launch.span.path)}:{row}:{column}"
    if launch.command:
        yield f"  command    {visible(command(launch.command.value).replace(f'{report.root}/', base))}"
    yield f"  script     {visible(_script(contract, base))}"
    yield f"  extras     {_extras(contract)}"
    yield f"  checks     {_checks(contract)}"
    if contract.session and not contract.session.complete:
        reasons = dict.fromkeys(gap.reason for gap in contract.session.gaps)
        yield f"  read       not completely: {visible('; '.join(reasons))}"


def _script(contract: Contract, base: str) -> str:
    target = contract.launch.target
    if target.path:
        entry = f", function {target.entry}" if target.entry else ""
        unread = "" if contract.script else ", not read"
        return f"{base}{target.path}{entry}{unread}"
    if target.tried:
        return f"not there: {target.written or ''} (looked for {', '.join(target.tried)})"
    return f"not known: {target.reason.reason}" if target.reason else "not known"


def _extras(contract: Contract) -> str:
    extras = contract.launch.extras
    passed = [f"{_key(key)}{'' if slot.always else ' sometimes'}" for key, slot in extras.slots.items()]
    text = f"passes {_list(passed, open_ended=not extras.complete)}"
    if contract.session:
        text += f"; reads {_list(_reads(contract.session))}"
    return visible(text)


def _reads(session: Session) -> Iterator[str]:
    how = {Certainty.ALWAYS: "", Certainty.SOMETIMES: " sometimes", Certainty.GUARDED: " if it is there"}
    for key, certainty in reported.extras_read(session).items():
        yield "others" if key is None else f"{_key(key)}{how[certainty]}"


def _checks(contract: Contract) -> str:
    declared = contract.definition.checks
    names = None if declared is None else [f"`{check.name}`" for check in declared]
    text = "declares not known" if names is None else f"declares {_list(names)}"
    if contract.session:
        text += f"; reports {listing(reported.checks(contract.session))}"
    return visible(text)


def _key(key: object) -> str:
    return f"`{key}`"


def _list(parts: Iterable[str], open_ended: bool = False) -> str:
    shown = [*parts, *(["others"] if open_ended else [])]
    return ", ".join(shown) or "nothing"


def command(value: Value) -> str:
    """A command as somebody would type it; what is not known is `{…}`."""
    match value:
        case Known(str() | PurePath() as text):
            return str(text)
        case Known(other):
            return repr(other)
        case Template(pieces):
            return "".join(piece if isinstance(piece, str) else "{…}" for piece in pieces)
        case Sequence(items, complete=complete):
            return " ".join([*map(command, items), *([] if complete else ["…"])])
        case OneOf(options):
            return " or ".join(map(command, options))
        case _:
            return "{…}"
