"""Generated projects: a correct one is silent, and one with a fault has that fault found and nothing else.

Both are held against reality too: of each kind, some are run under real Dagster.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path

import pytest
from generated import Broken, Written, broken, shown, write
from generated_faults import FAULTS
from pages import RULES, Case
from real_runs import execute, has_r, runs

from pipes_lint import catalog, lint

NOWHERE = Path("/nowhere")
CORRECT, AT_ONCE = 2000, 100
BROKEN = 60
"""How many projects are broken in each way."""
SEEDS = 2000
"""Among how many projects those are looked for that can be broken so."""
REAL_CORRECT, REAL_BROKEN = 60, 2


@lru_cache(500)
def project(seed: int) -> Written:
    return write(seed)


def check(files: Mapping[str, str]) -> lint.Report:
    report = lint.check(NOWHERE, overlay=files)
    assert not report.broken
    return report


def findings(report: lint.Report) -> list[tuple[str, int, str, str]]:
    """Each with its file, line, rule and message."""
    found = []
    for each in report.diagnostics:
        source, span = report.sources[each.finding.span.path], each.finding.span
        found.append((span.path, source.file.position(source.in_file(span.start)).row, each.rule, each.finding.message))
    return found


def all_broken(name: str, most: int, first: int = 0) -> Iterator[Broken]:
    cases = (broken(project(seed), name) for seed in range(first, first + SEEDS))
    return islice((case for case in cases if case is not None), most)


@pytest.mark.parametrize("first", range(0, CORRECT, AT_ONCE))
def test_correct_is_silent(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        written = project(seed)
        files = written.files()
        report = check(files)
        told = f"python tests/generated.py {seed}\n{shown(files)}\nfound: {findings(report)}"
        assert findings(report) == [], told
        assert len(report.project.contracts) == len(written.plans), told
        for contract in report.project.contracts:
            assert contract.session is not None, told
            assert not contract.session.gaps, told


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_found(name: str) -> None:
    cases = 0
    for case in all_broken(name, BROKEN):
        cases += 1
        found = findings(check(case.files))
        spots = {(path, row, case.fault.rule) for path, row in case.at}
        told = f"python tests/generated.py {case.seed} '{name}'\n{shown(case.files)}\nfound: {found}\nnot among:"
        assert any(each[:3] in spots for each in found), f"{told} {spots}"
        others = [each for each in found if each[:3] not in spots and each[2] not in case.fault.also]
        assert others == [], f"{told} {spots}"
    assert cases > BROKEN // 4, "hardly any project can be broken so"


def test_every_rule_has_a_fault() -> None:
    assert {path.stem for path in RULES.glob("*.py")} <= {fault.rule for fault in FAULTS.values()}


# --- in reality -----------------------------------------------------------------------------------------------------


def test_real_dagster_agrees(tmp_path: Path) -> None:
    """A correct project succeeds with all its reports; one with an error fails, or loses one."""
    files = {f"{seed}": project(seed).files() for seed in range(CORRECT, CORRECT + REAL_CORRECT)}
    good: dict[str, bool | None] = dict.fromkeys(files, True)
    severities = {rule.name: rule.severity.value for rule in catalog.rules()}
    for name, fault in FAULTS.items():
        for case in (
            all_broken(name, REAL_BROKEN, CORRECT)
            if fault.green is not None and (fault.green or severities[fault.rule] == "error")
            else ()
        ):
            files[f"{case.seed} '{name}'"] = case.files
            good[f"{case.seed} '{name}'"] = fault.green
    cases = [Case("generated", "", name, 0, files=each) for name, each in files.items()]
    if not has_r():
        cases = [case for case in cases if not case.needs_r]
    outcomes = execute(runs(cases), tmp_path)
    assert len(outcomes) == len(cases)
    wrong = [
        f"python tests/generated.py {case.title}\n{shown(case.files)}\n{outcomes[str(case)]}"
        for case in cases
        if outcomes[str(case)].good != good[case.title]
    ]
    assert not wrong, "\n\n".join([*wrong, f"{len(wrong)} of {len(cases)} go otherwise"])
