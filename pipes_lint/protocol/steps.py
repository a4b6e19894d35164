"""What a report is about: which asset, which check, and whether the launch's step takes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ..contract import (
    Called,
    Certainty,
    Contract,
    Definition,
    ExtraRead,
    Fate,
    MemberRead,
    Passed,
    Project,
    Session,
    known_strings,
)
from ..values import Known, Template, Value, options
from .binding import bind

K = TypeVar("K")

MAKES_ASSETS = ("asset", "multi_asset", "graph_asset", "component")
MAKES_CHECKS = ("asset_check", "multi_asset_check")
"""Kinds of definition, by what their step is to yield. (An asset's step may yield checks besides.)"""

GIVING = ("get_results", "get_materialize_result", "get_reported_results")
"""What an invocation is asked by for materializations."""


def key_given(called: Called) -> Passed | None:
    """The argument that names the asset; None if there is none, which `None` or `NULL` says too."""
    passed = bind(called).arguments.get("asset_key")
    return None if passed is None or passed.value == Known(None) else passed


def key_missing(called: Called) -> bool:
    """Whether the call certainly names no asset."""
    bound = bind(called)
    passed = bound.arguments.get("asset_key")
    if bound.problem:
        return False
    return passed.value == Known(None) if passed else not bound.uncertain


def reported_keys(called: Called, definition: Definition | None) -> tuple[str, ...] | None:
    """The asset, or each of those, that a report may be about; None if that is not known, or a key is missing."""
    if bind(called).problem:
        return None
    passed = key_given(called)
    if passed:
        return known_strings(passed.value)
    if definition and key_missing(called) and definition.asset_keys and len(definition.asset_keys) == 1:
        return definition.asset_keys
    return None


def reported_checks(called: Called) -> tuple[str, ...] | None:
    """The name, or each of those, that a check is reported under; None if that is not known."""
    bound = bind(called)
    passed = bound.arguments.get("check_name")
    return known_strings(passed.value) if passed and not bound.problem else None


def named_checks(called: Called) -> tuple[Value, ...] | None:
    """What a check is reported under, or each of several: a name, or a text of which parts are known; else None."""
    bound = bind(called)
    passed = bound.arguments.get("check_name")
    values = options(passed.value) if passed and not bound.problem else ()
    return values if values and all(map(_is_named, values)) else None


def _is_named(value: Value) -> bool:
    match value:
        case Known(str()):
            return True
        case Template(pieces, path=False):
            return any(isinstance(piece, str) and piece for piece in pieces)
    return False


def as_name(value: Value) -> str:
    """A name for a message; `…` stands for what is not known of it."""
    if isinstance(value, Template):
        return "".join(piece if isinstance(piece, str) else "…" for piece in value.pieces)
    return str(value.value) if isinstance(value, Known) else "…"


def could_be(value: Value, name: str) -> bool:
    """Whether a text, of which perhaps only parts are known, may be this name."""
    match value:
        case Known(constant):
            return constant == name
        case Template(pieces):
            pattern = "".join(re.escape(piece) if isinstance(piece, str) else ".*" for piece in pieces)
            return re.fullmatch(pattern, name, re.DOTALL) is not None
    return True


def targets(definition: Definition) -> tuple[str, ...] | None:
    """The assets that a check reported to this step may be of; None if they are not known."""
    return definition.checked_asset_keys if definition.kind in MAKES_CHECKS else definition.asset_keys


def declares(definition: Definition, name: str | Value, key: str | None) -> bool | None:
    """Whether a check of this name and asset (None: any) is declared; None if that cannot be told."""
    if definition.checks is None:
        return None
    named = Known(name) if isinstance(name, str) else name
    return any(
        could_be(named, spec.name) and (key is None or spec.asset_key is None or spec.asset_key == key)
        for spec in definition.checks
    )


def asks_for_nothing(definition: Definition) -> bool:
    """Whether the step certainly succeeds though its script reports nothing.

    Dagster fills in what an asset is not said to be: a materialization without metadata. It fills in no check.
    """
    if definition.kind == "op":
        return True
    return definition.kind in MAKES_ASSETS and definition.checks == () and definition.implicit_materializations is True


def wholly_read(project: Project, contract: Contract) -> bool:
    """Whether all that the script does is known, and what becomes of its results."""
    session = contract.session
    if session is None or not session.complete or session.failing:
        return False
    if not session.pipes and project.unlaunched:
        return False  # it may start one of those, which then reports in its stead
    return contract.launch.fate is not Fate.UNKNOWN


def in_steps(project: Project) -> Iterator[tuple[Definition, list[Contract]]]:
    """Every definition that launches something, with all that it launches."""
    steps: dict[object, list[Contract]] = {}
    for contract in project.contracts:
        definition = contract.definition
        steps.setdefault((definition.span, definition.name, definition.asset_keys), []).append(contract)
    yield from ((contracts[0].definition, contracts) for contracts in steps.values())


def repeated(session: Session, calls: Iterable[tuple[K, Called]]) -> Iterator[tuple[K, list[Called], Called]]:
    """Each report of what has certainly been reported before, with the reports before it that this may be by.

    The same thing may be reported before on each of several ways that exclude each other. One place that is run again,
    now under a condition of which nobody knows how it comes out, is let be: it may well be asked for what is new.
    """
    earlier: dict[K, list[Called]] = {}
    for key, called in calls:
        known = earlier.setdefault(key, [])
        before = [each for each in known if called.span != each.span or _as_sure(called, each)]
        if session.certain(called.when, [each.when for each in before]) or any(
            _unless_something_fails(session, called, each) for each in before
        ):
            yield key, [each for each in before if called.when.left_of(each.when) is not None], called
        elif any(_comes_anyway(session, called, each) for each in before):
            yield key, [each for each in before if _comes_anyway(session, called, each)], called
            known.append(called)
        else:
            known.append(called)


def _unless_something_fails(session: Session, called: Called, earlier: Called) -> bool:
    """Whether an earlier call, in the body of a `try`, has been made before this one, which is made anyway, if only no
    handler had to be run: the way that the program is written for.
    """
    way = called.when.left_of(earlier.when)
    return (
        bool(way)
        and all(step[0] in session.tries and step[1] == 0 for step in way or ())
        and (called.span != earlier.span and _as_sure(called, earlier))
    )


def _comes_anyway(session: Session, called: Called, earlier: Called) -> bool:
    """Whether this call is made behind an earlier one wherever that is made: under a condition, and then without."""
    mine, its = called.when, earlier.when
    if called.span == earlier.span or not its.guards <= mine.guards or mine.excludes(its):
        return False
    if any(step not in (*its.path, *mine.settled) for step in mine.path) or any(
        loop not in its.loops for loop in mine.loops
    ):
        return False
    if any(step[0] in session.by_launch for step in its.path):
        return False  # that condition may be another launch's
    return not any(all(step in left for step in its.path) for left in called.left)


def _as_sure(called: Called, earlier: Called) -> bool:
    """Whether a call depends on no other conditions than an earlier one."""
    return all(step in called.when.settled or step in earlier.when.path for step in called.when.path)


def loads(definition: Definition) -> bool:
    """Whether Dagster takes the definition, as far as its checks go (`check-on-other-asset`)."""
    return not any(spec.astray for spec in definition.checks or ())


def chosen_by_launch(
    project: Project, contract: Contract, called: Called | MemberRead, fits: Callable[[Definition], bool | None]
) -> bool:
    """Whether a report that is made on some paths only may not be made, or not be meant, under this launch.

    A script that serves several ends asks which it is to serve (its arguments, its asset, an extra) before it reports.
    What that question yields under this launch is not always known; then a report is let be that fits another launch of
    the script, or that the arguments or the environment of this launch may keep from being made.
    """
    if called.when.certainty is Certainty.ALWAYS:
        return False
    if decided_by_launch(contract, called):
        return True
    here = contract.launch.target.path
    return any(
        fits(other.definition) is not False
        for other in project.contracts
        if other.definition != contract.definition and other.launch.target.path in (None, here)
    )


def decided_by_launch(contract: Contract, event: Called | MemberRead | ExtraRead) -> bool:
    """Whether it may be for something that this launch tells its script, and that is not known, that this happens."""
    decisions = contract.session.by_launch if contract.session else ()
    return any(step[0] in decisions for step in event.when.path if step not in event.when.settled)
