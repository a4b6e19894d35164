"""A severity that is neither `WARN` nor `ERROR`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipes_lint.contract import Called, Contract, Project
from pipes_lint.finding import Finding, error, loses, per_site, stops
from pipes_lint.protocol import SEVERITIES, caught, shown, sound
from pipes_lint.remedy.texts import replaced
from pipes_lint.values import Known, Missing, Symbol, Value, options


@error
def invalid_severity(project: Project) -> Iterator[Finding]:
    yield from per_site(project, Called, partial(_judge, project))


def _judge(project: Project, contract: Contract | None, called: Called) -> Iterator[Finding]:
    if called.member != "report_asset_check" or (bound := sound(contract, called)) is None:
        return
    passed = bound.arguments.get("severity")
    if passed is None or not all(_is_wrong(option) for option in options(passed.value)):
        return
    value = options(passed.value)[0]
    in_script = called.dialect == "r" or isinstance(value, Symbol)  # elsewhere it is Dagster that refuses it
    if in_script and caught(called.when.guards, "TypeError"):
        return
    meant = _meant(value)
    severities = " or ".join(_shown(option, called) for option in options(passed.value))
    yield Finding(
        passed.span,
        f"severity {severities} is neither `WARN` nor `ERROR`",
        label=_label(called, value),
        help=f"did you mean `{meant}`?" if meant else None,
        fix=replaced(project, passed.value, passed.span, meant, safe=True) if meant else None,
    )


def _shown(value: Value, called: Called) -> str:
    match value:
        case Symbol(name):
            return f"`AssetCheckSeverity.{name.rpartition('.')[2]}`"
        case _:
            return shown(value, called.dialect)


def _is_wrong(value: Value) -> bool:
    match value:
        case Known(constant):
            return constant not in SEVERITIES
        case Symbol(name):  # a member of the enumeration of the asset's side
            return name.startswith("dagster.") and name.rpartition(".")[2] in SEVERITIES
        case _:
            return False


def _meant(value: Value) -> str | None:
    match value:
        case Known(str() as text):
            return {"WARNING": "WARN", "ERR": "ERROR", **{each: each for each in SEVERITIES}}.get(text.strip().upper())
        case Symbol(name):
            return name.rpartition(".")[2]
        case _:
            return None


def _label(called: Called, value: Value) -> str:
    match value:
        case Symbol():
            return stops("TypeError: Object of type AssetCheckSeverity is not JSON serializable")
        case Known(None) if called.dialect == "r":
            return stops("argument is of length zero")
        case Known(Missing()):
            return stops("Invalid severity 'NA'. Must be one of: WARN, ERROR")
        case Known(constant) if called.dialect == "r":
            return stops(f"Invalid severity '{constant}'. Must be one of: WARN, ERROR")
        case Known(constant):
            return loses(f"Param \"severity\" is not equal to one of ['WARN', 'ERROR']. Got {constant!r}")
        case _:
            return ""
