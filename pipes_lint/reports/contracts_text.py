"""Every launch and what it was linked to, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Final

from ..contract import Certainty, Contract
from ..finding import listing
from ..lint import Report
from ..source import Span
from ..stops import Stop, stops
from ..values import Known, OneOf, Sequence, Template, Value
from . import closing, reported
from .places import where
from .text import visible

_SINCE: Final = {
    "script": "what this launch passes and promises is not checked",
    "extras": "any other extra may be passed too, and none is called missing",
    "read": "what the script may do there is not known, and nothing is called unreported or unread",
}
_LONGEST: Final = 60


def render(report: Report, base: str = "") -> str:
    """The launches; `base` as in `full`."""
    blocks = ["\n".join(_launch(each, report, base)) for each in report.project.contracts]
    blocks += ["\n".join(_unlaunched(report, base))] if report.project.unlaunched else []
    return "".join(f"{block}\n\n" for block in blocks) + closing.checked(report.summary) + "\n"


def _launch(contract: Contract, report: Report, base: str) -> Iterator[str]:
    launch = contract.launch
    yield f"{contract.step}, by {launch.client} in {_place(launch.span, report, base)}"
    if launch.command:
        yield f"  command    {visible(command(launch.command.value).replace(f'{report.root}/', base))}"
    yield f"  script     {visible(_script(contract, base))}"
    yield f"  extras     {_extras(contract)}"
    yield f"  checks     {_checks(contract)}"
    for stop in stops(contract):
        yield from _stop(stop, report, base)


def _stop(stop: Stop, report: Report, base: str) -> Iterator[str]:
    place = f"{_place(stop.span, report, base)}: " if stop.span else ""
    yield f"  stopped    {place}{visible(_code(stop.span, report))}{visible(stop.reason)}"
    yield f"             so {_SINCE[stop.what]}"
    yield f"             to settle it: {stop.settle}"


def _place(span: Span, report: Report, base: str) -> str:
    return where(span, report.sources.get(span.path), base)


def _code(span: Span | None, report: Report) -> str:
    """The expression that stopped us, as it is written, its first line."""
    source = report.sources.get(span.path) if span else None
    if source is None or span is None or span.start == span.end:
        return ""
    lines = source.slice(span).splitlines()
    first = lines[0][:_LONGEST]
    return f"`{first}{'…' if len(lines) > 1 or len(lines[0]) > _LONGEST else ''}`: "


def _unlaunched(report: Report, base: str) -> Iterator[str]:
    yield "scripts that use Pipes, and that no launch here is known to start"
    for script, _ in report.project.unlaunched:
        yield f"  {visible(base + script.path)}"
    yield "  to settle it: write `# pipes-lint: launched-by=path/to/defs.py::name_of_the_asset` in them"


def _script(contract: Contract, base: str) -> str:
    target = contract.launch.target
    if target.path:
        entry = f", function {target.entry}" if target.entry else ""
        unread = "" if contract.script else ", not read"
        return f"{base}{target.path}{entry}{unread}"
    if target.tried:
        return f"not there: {target.written or ''} (looked for {', '.join(target.tried)})"
    return "not known"


def _extras(contract: Contract) -> str:
    extras = contract.launch.extras
    passed = [f"{_key(key)}{'' if slot.always else ' sometimes'}" for key, slot in extras.slots.items()]
    text = f"passes {_list(passed, open_ended=not extras.complete)}"
    if contract.session:
        text += f"; reads {_list(_reads(contract))}"
    return visible(text)


def _reads(contract: Contract) -> Iterator[str]:
    how = {Certainty.ALWAYS: "", Certainty.SOMETIMES: " sometimes", Certainty.GUARDED: " if it is there"}
    for key, certainty in reported.extras_read(contract).items():
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
