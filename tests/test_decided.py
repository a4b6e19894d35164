"""Whole projects, each decided by Dagster itself; `tests/decided/README.md` says how."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import Case, read
from test_pages import found

DECIDED = Path(__file__).with_name("decided")
CASES = [case for path in sorted(DECIDED.glob("*.md")) if path.stem != "README" for case in read(path).cases]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_found(case: Case, tmp_path: Path) -> None:
    """Errors and warnings stand where the fault is, and nowhere else."""
    case.write(tmp_path)
    seen = {each[:4] for each in found(tmp_path) if each[2] != "info"}
    expected = {(each.path, each.row, each.severity, each.rule) for each in case.expected if each.severity != "info"}
    if case.not_found:
        assert seen < expected, "it is found now: the remark can go"
    else:
        assert seen == expected
