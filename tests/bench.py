"""How fast pipes-lint is, as ratios of medians within one run: `python tests/bench.py`.

Nothing here passes or fails: a busy machine is no fault. The budgets are printed beside what was measured.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
ROUNDS = 15
# An installed program finds its modules compiled.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
FILES = 60
PAIRS = (100, 300, 1000, 3000)

ASSET = """\
from pathlib import Path

import dagster as dg

HERE = Path(__file__).parent


@dg.asset(check_specs=[dg.AssetCheckSpec(name="has_rows", asset="table_{n}")])
def table_{n}(context: dg.AssetExecutionContext, pipes_subprocess_client: dg.PipesSubprocessClient):
    extras = {{"threshold": 0.5, "output": f"data/{{context.run_id}}.csv", "columns": ["a", "b"]}}
    return pipes_subprocess_client.run(
        command=[{interpreter}, str(HERE / "{script}")],
        context=context,
        extras=extras,
    ).get_results()
"""

PYTHON = """\
from dagster_pipes import PipesContext, open_dagster_pipes


def load(columns: list[str]) -> list[dict[str, float]]:
    return [dict.fromkeys(columns, float(row)) for row in range(10)]


def report(pipes: PipesContext, rows: int) -> None:
    pipes.report_asset_check("has_rows", passed=rows > 0, metadata={"rows": rows})
    pipes.report_asset_materialization(metadata={"rows": {"raw_value": rows, "type": "int"}})


if __name__ == "__main__":
    with open_dagster_pipes() as pipes:
        rows = [row for row in load(pipes.get_extra("columns")) if row["a"] > pipes.get_extra("threshold")]
        pipes.log.info("writing %s", pipes.get_extra("output"))
        report(pipes, len(rows))
"""

R = """\
library(dagsterpipes)

load <- function(columns) {
  data.frame(a = runif(10), b = runif(10))[, unlist(columns)]
}

with_dagster_pipes(function(ctx) {
  rows <- load(ctx$get_extra("columns"))
  rows <- rows[rows$a > ctx$get_extra("threshold"), ]
  ctx$log(paste0("writing ", ctx$get_extra("output")))
  ctx$report_asset_check("has_rows", nrow(rows) > 0, metadata = list(rows = nrow(rows)))
  ctx$report_asset_materialization(metadata = list(rows = pipes_metadata_value(nrow(rows), "int")))
})
"""


HELPER = """\
from dagster_pipes import PipesContext


def report(pipes: PipesContext, rows: int) -> None:
    pipes.report_asset_check("has_rows", passed=rows > 0, metadata={"rows": rows})
    pipes.report_asset_materialization(metadata={"rows": {"raw_value": rows, "type": "int"}})
"""

SHARING = """\
from dagster_pipes import open_dagster_pipes

from reporting import report

with open_dagster_pipes() as pipes:
    report(pipes, pipes.get_extra("threshold"))
"""

FACTORY = """\
import dagster as dg


def table(name: str, script: str):
    @dg.asset(name=name, check_specs=[dg.AssetCheckSpec("has_rows", asset=name)])
    def made(context: dg.AssetExecutionContext, pipes_subprocess_client: dg.PipesSubprocessClient):
        return pipes_subprocess_client.run(
            command=["python", script], context=context, extras={"threshold": 2}
        ).get_results()

    return made
"""

DEPLOYED = """\
import dagster as dg
from dagster_docker import PipesDockerClient


@dg.asset(check_specs=[dg.AssetCheckSpec("has_rows", asset="table_{n}")])
def table_{n}(context: dg.AssetExecutionContext, pipes_docker_client: PipesDockerClient):
    command = ["python", "/app/jobs/table_{n}/main.py"]
    extras = {{"threshold": 2}}
    return pipes_docker_client.run(
        image="jobs", command=command, context=context, extras=extras
    ).get_results()
"""


def one_module(folder: Path, pairs: int) -> None:
    """Writes a project whose launches all stand in one module, and whose scripts share a helper."""
    (folder / "pyproject.toml").write_text("[project]\nname = 'generated'\n")
    (folder / "reporting.py").write_text(HELPER)
    head, _, body = ASSET.replace("0.5", "2").partition("\n\n\n@")
    assets = [f"@{body.format(n=n, script=f'job_{n}.py', interpreter=repr('python'))}" for n in range(pairs)]
    (folder / "assets.py").write_text("\n\n".join([head + "\n", *assets]))
    for n in range(pairs):
        (folder / f"job_{n}.py").write_text(PYTHON)


def one_factory(folder: Path, pairs: int) -> None:
    """Writes a project in which one factory makes all assets, in modules of fifty, and scripts share a helper."""
    (folder / "pyproject.toml").write_text("[project]\nname = 'generated'\n")
    (folder / "factory.py").write_text(FACTORY)
    (folder / "reporting.py").write_text(HELPER)
    for first in range(0, pairs, 50):
        calls = [f'table_{n} = table("table_{n}", "job_{n}.py")\n' for n in range(first, min(first + 50, pairs))]
        (folder / f"assets_{first}.py").write_text("from factory import table\n\n" + "".join(calls))
    for n in range(pairs):
        (folder / f"job_{n}.py").write_text(SHARING)


def deployed(folder: Path, pairs: int) -> None:
    """Writes a project of scripts that are all called `main.py`, and are launched by where they are in an image."""
    (folder / "pyproject.toml").write_text("[project]\nname = 'generated'\n")
    (folder / "reporting.py").write_text(HELPER)
    for n in range(pairs):
        job = folder / "jobs" / f"table_{n}"
        job.mkdir(parents=True)
        (job / "main.py").write_text(SHARING)
        (folder / f"asset_{n}.py").write_text(DEPLOYED.format(n=n))


def project(folder: Path, pairs: int) -> None:
    """Writes a project of assets with a script each, Python and R in turn."""
    (folder / "pyproject.toml").write_text("[project]\nname = 'generated'\n")
    for n in range(pairs):
        script, text, interpreter = (f"job_{n}.py", PYTHON, '"python"') if n % 2 else (f"job_{n}.R", R, '"Rscript"')
        group = folder / f"group_{n // 50}"
        group.mkdir(exist_ok=True)
        (group / script).write_text(text)
        (group / f"asset_{n}.py").write_text(ASSET.format(n=n, script=script, interpreter=interpreter))


def seconds(call: Sequence[str], folder: str | None = None) -> float:
    start = time.perf_counter()
    done = subprocess.run(call, cwd=folder or PACKAGE, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(f"{' '.join(call)} gave {done.returncode}")
    return time.perf_counter() - start


def ratio(call: Sequence[str], folder: str | None = None) -> tuple[float, float]:
    """A call's median time, and how many times that of an empty Python; both measured in turns."""
    empty = [sys.executable, "-c", "pass"]
    seconds(empty), seconds(call, folder)
    pairs = [(seconds(empty), seconds(call, folder)) for _ in range(ROUNDS)]
    mine = statistics.median(pair[1] for pair in pairs)
    return mine, mine / statistics.median(pair[0] for pair in pairs)


def main() -> None:
    pipes_lint = [sys.executable, "-m", "pipes_lint"]
    installed = Path(sys.executable).with_name("pipes-lint")
    if installed.exists():
        pipes_lint = [str(installed)]

    took, times = ratio([*pipes_lint, "--version"])
    print(f"--version                {took * 1000:7.1f} ms  {times:5.1f} x `python -c pass`  (budget 5)")
    with tempfile.TemporaryDirectory() as folder:
        project(Path(folder), FILES // 2)
        took, times = ratio([*pipes_lint, "check"], folder)
        print(f"check of {FILES} files        {took * 1000:7.1f} ms  {times:5.1f} x `python -c pass`  (budget 12)")
    for write in (project, one_module, one_factory, deployed):
        print(write.__doc__)
        for pairs in PAIRS:
            with tempfile.TemporaryDirectory() as folder:
                write(Path(folder), pairs)
                took = statistics.median(seconds([*pipes_lint, "check"], folder) for _ in range(3))
                print(f"check of {pairs:5} pairs     {took * 1000:7.1f} ms  {took / pairs * 1000:5.2f} ms per pair")


if __name__ == "__main__":
    main()
