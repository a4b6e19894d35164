"""An extra that is read, and that a launch of the script does not pass."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Certainty, Contract, ExtraRead, Project, Site, Way, known_strings
from pipes_lint.finding import Finding, Fix, Note, error, listing, nearest, stops
from pipes_lint.protocol import bind, caught
from pipes_lint.protocol.steps import decided_by_launch
from pipes_lint.remedy.launch import extra_added
from pipes_lint.remedy.texts import r_name, replaced
from pipes_lint.source import Span
from pipes_lint.values import Known

FAILS = {
    (Way.GET_EXTRA, "python"): "DagsterPipesError",
    (Way.SUBSCRIPT, "python"): "KeyError",
    (Way.GET_EXTRA, "r"): "error",
}


@error
def missing_extra(project: Project) -> Iterator[Finding]:
    broken = [site.span for site in project.sites(Called) if bind(site.events[0]).problem]
    for site in project.sites(ExtraRead):
        if any(_within(site.span, call) for call in broken):
            continue  # `invalid-arguments` says so
        guilty = [
            (contract, read)
            for contract, read in site.pairs
            if _is_missing(contract, read)
            and not decided_by_launch(contract, read)
            and not _is_for_another(project, contract, read)
        ]
        for keys in dict.fromkeys(known_strings(read.key) for _, read in guilty):
            yield _finding(project, site, [each for each in guilty if known_strings(each[1].key) == keys])


def _within(span: Span, outer: Span) -> bool:
    return span.path == outer.path and outer.start <= span.start and span.end <= outer.end


def _is_missing(contract: Contract, read: ExtraRead) -> bool:
    match read.way:
        case Way.GET_EXTRA | Way.SUBSCRIPT:
            if caught(read.when.guards, FAILS.get((read.way, read.dialect), "error")):
                return False
        case Way.ELEMENT | Way.DOLLAR:
            if read.when.guards:
                return False
        case _:
            return False
    return _lacks(contract, read)


def _is_for_another(project: Project, contract: Contract, read: ExtraRead) -> bool:
    """Whether a read on some paths only may be meant for another launch of this script, which passes the extra."""
    if read.when.certainty is Certainty.ALWAYS:
        return False
    here = contract.launch.target.path
    others = [each for each in project.contracts if each is not contract and each.launch.target.path in (None, here)]
    return any(not _lacks(each, read) for each in others)


def _lacks(contract: Contract, read: ExtraRead) -> bool:
    keys = known_strings(read.key)
    if not keys or not contract.launch.extras.complete:
        return False
    return not any(_is_there(contract, key, read.way) for key in keys)


def _is_there(contract: Contract, key: str, way: Way) -> bool:
    slots = contract.launch.extras.slots
    if way is Way.DOLLAR and key not in slots:
        return sum(isinstance(each, str) and each.startswith(key) for each in slots) == 1
    return key in slots


def _passed(contract: Contract) -> tuple[str, ...]:
    return tuple(str(key) for key in contract.launch.extras.slots)


def _finding(project: Project, site: Site[ExtraRead], guilty: list[tuple[Contract, ExtraRead]]) -> Finding:
    contract, read = guilty[0]
    keys = known_strings(read.key) or ()
    steps = list(dict.fromkeys(each.step for each, _ in guilty))
    near = {nearest(keys[0], _passed(each)) for each, _ in guilty}
    meant = near.pop() if len(near) == 1 else None
    return Finding(
        site.span,
        f"extra {listing(keys)} is read, but {_together(steps)} not pass it",
        label=_label(read, keys[0], _passed(contract), contract.session is not None and contract.session.failing),
        notes=tuple(dict.fromkeys(_note(each) for each, _ in guilty)),
        help=f"did you mean `{meant}`?" if meant else None,
        fix=_fix(project, site, guilty, meant) if meant else extra_added(project, _lacking(guilty), keys[0]),
    )


def _together(steps: list[str]) -> str:
    if len(steps) == 1:
        return f"{steps[0]} does"
    if len(steps) == 2:
        return f"{steps[0]} and {steps[1]} do"
    return f"{steps[0]} and {len(steps) - 1} others do"


def _note(contract: Contract) -> Note:
    keys = _passed(contract)
    if keys:
        return Note(contract.launch.extras_span, f"{contract.step} passes {listing(keys)}")
    return Note(contract.launch.span, f"{contract.step} passes no extras")


def _label(read: ExtraRead, key: str, passed: tuple[str, ...], failing: bool) -> str:
    match read.way, read.dialect:
        case Way.GET_EXTRA, "r":
            return stops(f"Extra key '{key}' not found. Available keys: {', '.join(passed)}")
        case Way.GET_EXTRA, _:
            return stops(f"Extra `{key}` is undefined. Extras must be provided by user.")
        case Way.SUBSCRIPT, "r":
            return "R finds nothing else of this name to compute with, and the script stops"
        case Way.SUBSCRIPT, _:
            return stops(f"KeyError: '{key}'")
        case _ if failing:
            return "this is NULL, and the script stops"
        case _:
            return "this is NULL, and the script goes on without a word"


def _fix(project: Project, site: Site[ExtraRead], guilty: list[tuple[Contract, ExtraRead]], meant: str) -> Fix | None:
    """The near name, where every launch that comes by this key lacks it."""
    read = guilty[0][1]
    if not isinstance(read.key, Known) or any(pair not in guilty for pair in site.pairs if _same(pair[1], read)):
        return None
    bare = read.way is Way.DOLLAR
    return replaced(project, read.key, read.span, r_name(meant) if bare else meant, bare=bare)


def _same(one: ExtraRead, other: ExtraRead) -> bool:
    return isinstance(one.key, Known) and isinstance(other.key, Known) and one.key.span == other.key.span


def _lacking(guilty: list[tuple[Contract, ExtraRead]]) -> list[Contract]:
    return [contract for contract, read in guilty if isinstance(read.key, Known)]
