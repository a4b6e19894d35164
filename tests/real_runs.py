"""Runs the pages' cases for real, many in one process, and counts what became of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pages import Case
from real_dagster import Outcome

PROCESSES = 2
RUNNER = Path(__file__).with_name("real_dagster.py")


@cache
def has_r() -> bool:
    """Whether R and its package `dagsterpipes` are installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return False
    asked = 'quit(status = if (requireNamespace("dagsterpipes", quietly = TRUE)) 0 else 1)'
    return subprocess.run([rscript, "-e", asked], capture_output=True).returncode == 0


def why_not(case: Case) -> str | None:
    """Why a case cannot be run here, or None."""
    if case.not_run:
        return case.not_run
    if case.needs_r and not has_r():
        return "R or its package dagsterpipes is not installed"
    return None


@dataclass
class Run:
    """A project to be run: a case as it stands on the page, or as it is once fixed."""

    name: str
    case: Case
    fixed: bool = False


def runs(cases: list[Case]) -> list[Run]:
    """All runs of these cases that can be made here."""
    able = [case for case in cases if why_not(case) is None]
    return [Run(str(case), case) for case in able] + [Run(f"{case}, fixed", case, True) for case in able if case.fixed]


def execute(wanted: list[Run], folder: Path) -> dict[str, Outcome]:
    """Run them all, in a few processes at once; the outcomes by the runs' names."""
    jobs = []
    for number, each in enumerate(wanted):
        place = folder / f"case{number}"
        (each.case.write_fixed if each.fixed else each.case.write)(place)
        jobs.append({"name": each.name, "folder": str(place)})
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DAGSTER")}
    environment |= {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), environment.get("PATH", "")]),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    started = []
    for number in range(PROCESSES):
        share = jobs[number::PROCESSES]
        if not share:
            continue
        paths = [folder / f"{name}{number}" for name in ("jobs", "outcomes", "log")]
        paths[0].write_text(json.dumps(share), encoding="utf-8")
        with paths[2].open("wb") as log:
            command = [sys.executable, str(RUNNER), str(paths[0]), str(paths[1])]
            started.append(
                (paths, subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment, cwd=folder))
            )
    outcomes = {}
    for (_, written, log_path), process in started:
        process.wait()
        for line in written.read_text(encoding="utf-8").splitlines() if written.exists() else ():
            outcome = Outcome(**json.loads(line))
            outcomes[outcome.name] = outcome
        if process.returncode:
            tail = "\n".join(log_path.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
            raise RuntimeError(f"real Dagster could not be run: exit status {process.returncode}\n{tail}")
    return outcomes


@dataclass
class Tally:
    """The count of cases: which ran, and of those that did not, why."""

    as_said: list[Case] = field(default_factory=list)
    otherwise: list[Case] = field(default_factory=list)
    not_run: dict[str, list[Case]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The closing words; none when no case was asked for."""
        ran = [*self.as_said, *self.otherwise]
        idle = sum(map(len, self.not_run.values()))
        if not ran and not idle:
            return []
        in_r = sum(case.needs_r for case in ran)
        by_language = f"{len(ran) - in_r} in Python, {in_r} in R"
        as_said = f"{len(self.as_said)} went as their page says, {len(self.otherwise)} did not"
        lines = [f"{len(ran)} cases ran ({by_language}): {as_said}; {idle} could not run"]
        for reason, cases in sorted(self.not_run.items()):
            lines.append(f"  not run, {reason}: {len(cases)}")
            lines += [f"    {case}" for case in cases]
        return lines
