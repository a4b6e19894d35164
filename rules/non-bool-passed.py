"""A check's `passed` that is not a bool."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Passed, Project
from pipes_lint.finding import Finding, error, loses, per_site, stops
from pipes_lint.protocol import caught, class_name, class_shown, encodings, in_words, r_problem, sound
from pipes_lint.remedy.texts import wrapped
from pipes_lint.values import options


@error
def non_bool_passed(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, _judge)


def _judge(contract: Contract | None, called: Called) -> Iterator[Finding]:
    if called.member != "report_asset_check" or (bound := sound(contract, called)) is None:
        return
    passed = bound.arguments.get("passed")
    if passed is not None:
        yield from _in_r(passed, called) if called.dialect == "r" else _in_python(passed, called)


def _in_python(passed: Passed, called: Called) -> Iterator[Finding]:
    classes = [class_name(option) for option in options(passed.value)]
    if None in classes or "bool" in classes or caught(called.when.guards, "DagsterPipesError"):
        return
    found = classes[0]
    error = f"Expected `<class 'bool'>`, got `{class_shown(options(passed.value)[0])}`."
    convertible = found in ("int", "float") or (str(found).startswith("numpy.") and found != "numpy.ndarray")
    yield Finding(
        passed.span,
        f"`passed` of `report_asset_check` is `{found}`, where Dagster takes a bool only",
        label=stops(f"Invalid type for parameter `passed` of `report_asset_check`. {error}"),
        help="wrap it in `bool(…)`" if convertible else None,
        fix=wrapped(passed.span, "bool", safe=True) if found == "numpy.bool" else None,
    )


def _in_r(passed: Passed, called: Called) -> Iterator[Finding]:
    if (problem := r_problem(passed.value)) and not caught(called.when.guards, "error"):
        what = "`passed` of `report_asset_check` is no logical, and cannot be written as JSON"
        yield Finding(passed.span, what, label=stops(problem))
        return
    found = encodings(passed.value, "r", present=True)
    if found is None or "bool" in found:
        return
    yield Finding(
        passed.span,
        f"`passed` of `report_asset_check` is written as {in_words(found)}, where Dagster takes a bool only",
        label=loses('Param "passed" is not a bool'),
        help="pass a single TRUE or FALSE, as `isTRUE(…)` or `all(…, na.rm = TRUE)` give",
    )
