"""Runs the projects of `tests/decided` under Dagster, and says which do not go as their page has it.

    python tests/decide.py            all of them, which takes a few minutes
    python tests/decide.py r-calls    one page

A project with an error must fail, or lose something that its script sent; one without must succeed, and lose nothing.
R's projects are run where R and its package `dagsterpipes` are installed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from pages import Case, read
from real_runs import execute, runs, why_not

DECIDED = Path(__file__).with_name("decided")


def main() -> None:
    names = sys.argv[1:] or [path.stem for path in sorted(DECIDED.glob("*.md")) if path.stem != "README"]
    wrong = 0
    for name in names:
        cases = read(DECIDED / f"{name}.md").cases
        with tempfile.TemporaryDirectory() as folder:
            outcomes = execute(runs(cases), Path(folder))
        for case in cases:
            if (reason := why_not(case)) is not None:
                print(f"{case}: not run, {reason}")
            elif outcomes[str(case)].good is _fails(case):
                wrong += 1
                print(f"{case}: {outcomes[str(case)]}")
        print(f"{name}: {len(cases)} projects")
    raise SystemExit(wrong > 0)


def _fails(case: Case) -> bool:
    return case.has_error and not case.stays_green


if __name__ == "__main__":
    main()
