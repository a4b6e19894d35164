"""Real code's idioms, page by page: which script each launch starts, and what the two say to each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import Case, read
from test_pages import found

from pipes_lint import catalog, config, lint
from pipes_lint.contract import Certainty, Contract
from pipes_lint.lint import Report
from pipes_lint.reports import reported

IDIOMS = Path(__file__).with_name("idioms")
CASES = [case for path in sorted(IDIOMS.glob("*.md")) if path.stem != "README" for case in read(path).cases]

each_case = pytest.mark.parametrize("case", CASES, ids=str)


@each_case
def test_contracts(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    report = lint.contracts(tmp_path, config.load(tmp_path, catalog.names()))
    told = "".join(f"{line}\n" for each in report.project.contracts for line in _told(each, report))
    assert told == case.contracts


@each_case
def test_findings(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    seen = found(tmp_path)
    assert [each[:4] for each in seen] == sorted(
        (each.path, each.row, each.severity, each.rule) for each in case.expected
    )
    for each in case.expected:
        assert any(
            each.message in message
            for path, row, _, rule, message in seen
            if (path, row, rule) == (each.path, each.row, each.rule)
        ), f"{each.path}:{each.row} says {[message for *_, message in seen]}"


def _told(contract: Contract, report: Report) -> Iterator[str]:
    launch, definition, session = contract.launch, contract.definition, contract.session
    source = report.sources[launch.span.path]
    yield f"{launch.span.path}:{source.position(launch.span.start).row} {definition.name}: {_script(contract)}"
    if definition.asset_keys != (definition.name,) and definition.kind != "function":
        yield f"  makes {_names(definition.asset_keys, nothing='nothing')}"
    passed = [f"{key!s}{'' if slot.always else ' sometimes'}" for key, slot in launch.extras.slots.items()]
    passed += [] if launch.extras.complete else ["others"]
    if passed:
        yield f"  passes {', '.join(passed)}"
    if definition.checks != () and definition.kind != "function":
        names = None if definition.checks is None else [check.name for check in definition.checks]
        yield f"  declares {_names(names)}"
    if session is None:
        return
    how = {Certainty.ALWAYS: "", Certainty.SOMETIMES: " sometimes", Certainty.GUARDED: " if it is there"}
    reads = [f"{key or 'others'}{how[sure]}" for key, sure in reported.extras_read(contract).items()]
    if reads:
        yield f"  reads {', '.join(reads)}"
    if reported.checks(session):
        yield f"  reports {', '.join(reported.checks(session))}"
    if reported.asset_keys(session):
        yield f"  materializes {', '.join(reported.asset_keys(session))}"
    for gap in dict.fromkeys(gap.reason for gap in session.gaps):
        yield f"  gap {gap}"


def _script(contract: Contract) -> str:
    target = contract.launch.target
    if target.path:
        entry = f"::{target.entry}" if target.entry else ""
        return f"{target.path}{entry}{'' if contract.script else ', not read'}"
    if target.tried:
        return f"missing {target.written}"
    return f"? {target.reason.reason if target.reason else ''}"


def _names(names: object, nothing: str = "") -> str:
    match names:
        case None:
            return "?"
        case list() | tuple():
            return ", ".join(names) or nothing
    raise TypeError(names)
