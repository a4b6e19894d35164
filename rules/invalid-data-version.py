"""A data version that is no text."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Called, Contract, Passed, Project
from pipes_lint.finding import Finding, error, loses, per_site, stops
from pipes_lint.protocol import caught, class_name, class_shown, encodings, in_words, r_problem, sound
from pipes_lint.remedy.texts import wrapped
from pipes_lint.values import options


@error
def invalid_data_version(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, _judge)


def _judge(contract: Contract | None, called: Called) -> Iterator[Finding]:
    if called.member != "report_asset_materialization" or (bound := sound(contract, called)) is None:
        return
    passed = bound.arguments.get("data_version")
    if passed is not None:
        yield from _in_r(passed, called) if called.dialect == "r" else _in_python(passed, called)


def _in_python(passed: Passed, called: Called) -> Iterator[Finding]:
    classes = [class_name(option) for option in options(passed.value)]
    if {None, "str", "NoneType", "numpy.str_"} & set(classes) or caught(called.when.guards, "DagsterPipesError"):
        return
    expected = f"Expected `Optional[<class 'str'>]`, got `{class_shown(options(passed.value)[0])}`."
    yield Finding(
        passed.span,
        f"the data version is `{classes[0]}`, where Dagster takes a str only",
        stops(f"Invalid type for parameter `data_version` of `report_asset_materialization`. {expected}"),
        help="wrap it in `str(…)`",
        fix=wrapped(passed.span, "str", safe=True),
    )


def _in_r(passed: Passed, called: Called) -> Iterator[Finding]:
    if (problem := r_problem(passed.value)) and not caught(called.when.guards, "error"):
        yield Finding(passed.span, "the data version is no text, and cannot be written as JSON", stops(problem))
        return
    found = encodings(passed.value, "r", present=True)
    if found is None or found & {"str", "null"}:
        return
    yield Finding(
        passed.span,
        f"the data version is written as {in_words(found)}, where Dagster takes text only",
        loses('Param "data_version" is not a str'),
        help="make text of it, with `as.character(…)` or `format(…)`",
        fix=wrapped(passed.span, "as.character", safe=True) if not found & {"list", "object"} else None,
    )
