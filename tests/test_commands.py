"""Which word of a command is the script, by the program that is run; and what a shell's line comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipes_lint.contract import Contract
from pipes_lint.files import Files
from pipes_lint.link import link

HEAD = """\
import shlex, sys
from pathlib import Path
import dagster as dg
from settings import unknown

@dg.asset
def scores(context, pipes: dg.PipesSubprocessClient):
    return pipes.run(context=context, command="""
SPEAKS = "from dagster_pipes import open_dagster_pipes\n"
SCRIPTS = (
    "jobs/x.py",
    "jobs/y.py",
    "jobs/x.R",
    "jobs/x.qmd",
    "jobs/in.ipynb",
    "lib/a.py",
    "tool/cli.py",
    "tool/__main__.py",
)


def contracts(command: str, **more: str) -> list[Contract]:
    overlay = dict.fromkeys(SCRIPTS, SPEAKS) | {
        "silent.py": "print(1)\n",
        "defs.py": f"{HEAD}{command}).get_results()\n",
    }
    overlay |= {
        "pyproject.toml": '[project.scripts]\nscore = "tool.cli:main"\n[tool.poetry.scripts]\nload = "tool.cli:load"\n'
    }
    overlay |= more
    return list(link(Files(Path("/home/me/project"), overlay=overlay)).contracts)


def started(command: str, **more: str) -> list[str]:
    """What a command starts; what is not known in words, behind a question mark."""
    found = []
    for each in contracts(command, **more):
        target = each.launch.target
        assert not target.tried, target.tried
        reason = target.reason.reason if target.reason else ""
        found.append(f"{target.path}{f'::{target.entry}' if target.entry else ''}" if target.path else f"? {reason}")
    return found


@pytest.mark.parametrize(
    ("command", "path"),
    [
        (
            '["spark-submit", "--master", "x", "--py-files", "lib/a.py,b.py", "jobs/x.py", "--py", "jobs/y.py"]',
            "jobs/x.py",
        ),
        ('["spark-submit", "--files", "jobs/y.py", "--verbose", "--conf", "a=b", "jobs/x.py"]', "jobs/x.py"),
        ('["/opt/spark/bin/spark-submit", "--deploy-mode=client", "jobs/x.py"]', "jobs/x.py"),
        ('["papermill", "jobs/in.ipynb", "out.ipynb", "-p", "a", "1"]', "jobs/in.ipynb"),
        ('["python", "-m", "papermill", "jobs/in.ipynb", "out.ipynb"]', "jobs/in.ipynb"),
        ('["uvx", "papermill", "jobs/in.ipynb", "-"]', "jobs/in.ipynb"),
        ('["quarto", "render", "jobs/x.qmd", "--execute-params", "p.yml"]', "jobs/x.qmd"),
        (
            '["jupyter", "nbconvert", "--to", "notebook", "--execute", "jobs/in.ipynb", "--output", "o.ipynb"]',
            "jobs/in.ipynb",
        ),
        ('["Rscript", "-e", "quarto::quarto_render(\'jobs/x.qmd\')"]', "jobs/x.qmd"),
        ("""["Rscript", "-e", "library(stats)", "-e", "source('jobs/x.R')"]""", "jobs/x.R"),
        ("""["Rscript", "-e", f"source('{Path(__file__).parent}/jobs/x.R')"]""", "jobs/x.R"),
        ("""["Rscript", "-e", f'source("{unknown()}/jobs/x.R")']""", "jobs/x.R"),
        ('["R", "CMD", "BATCH", "--no-save", "jobs/x.R", "x.Rout"]', "jobs/x.R"),
        ('["R", "--slave", "-f", "jobs/x.R", "--args", "a"]', "jobs/x.R"),
        ('["r", "jobs/x.R"]', "jobs/x.R"),
        ('["lr", "jobs/x.R"]', "jobs/x.R"),
        ('["torchrun", "--nproc_per_node", "2", "jobs/x.py", "--lr", "1"]', "jobs/x.py"),
        ('["torchrun", "--standalone", "--nnodes=1", "jobs/x.py"]', "jobs/x.py"),
        ('["torchrun", "--nproc-per-node", "2", "-m", "jobs.x"]', "jobs/x.py"),
        ('["python", "-m", "torch.distributed.run", "--nproc_per_node", "2", "jobs/x.py"]', "jobs/x.py"),
        ('["accelerate", "launch", "--num_processes", "2", "--mixed_precision", "fp16", "jobs/x.py"]', "jobs/x.py"),
        ('["accelerate", "launch", "--multi_gpu", "jobs/x.py"]', "jobs/x.py"),
        ('["mpirun", "-n", "4", "--bind-to", "core", "python", "-u", "jobs/x.py"]', "jobs/x.py"),
        ('["srun", "--ntasks=4", "--mem", "4G", "python", "jobs/x.py"]', "jobs/x.py"),
        ('["xvfb-run", "-a", "-s", "-screen 0 1x1x8", "Rscript", "jobs/x.R"]', "jobs/x.R"),
        ('["sudo", "-E", "-u", "me", "python", "jobs/x.py"]', "jobs/x.py"),
        ('["time", "-p", "nohup", "nice", "-n", "5", "timeout", "-k", "5", "30", "python", "jobs/x.py"]', "jobs/x.py"),
        ('["uv", "run", "--script", "jobs/x.py"]', "jobs/x.py"),
        ('["uv", "run", "--with", "a", "-m", "jobs.x"]', "jobs/x.py"),
        ('["pipx", "run", "jobs/x.py"]', "jobs/x.py"),
        ('["hatch", "run", "jobs:python", "jobs/x.py"]', "jobs/x.py"),
        ('["pixi", "run", "--environment", "e", "python", "jobs/x.py"]', "jobs/x.py"),
        ('["conda", "run", "--live-stream", "-n", "e", "Rscript", "jobs/x.R"]', "jobs/x.R"),
        ('["coverage", "run", "--source", "lib", "jobs/x.py"]', "jobs/x.py"),
        ('["python", "-m", "coverage", "run", "--source", "lib", "jobs/x.py"]', "jobs/x.py"),
        ('["python", "-m", "cProfile", "-o", "x.prof", "jobs/x.py"]', "jobs/x.py"),
        ('["python", "-m", "cProfile", "-m", "jobs.x"]', "jobs/x.py"),
        ('["python", "-m", "tool"]', "tool/__main__.py"),
        ('["python", "-mtool.cli"]', "tool/cli.py"),
        ('["python", "-c", "from tool.cli import main; main()"]', "tool/cli.py::main"),
        ('["python", "-c", "import runpy; runpy.run_path(\'jobs/x.py\')"]', "jobs/x.py"),
        ('["python", "-c", "exec(open(\'jobs/x.py\').read())"]', "jobs/x.py"),
        ('["python", "jobs/x.py::main"]', "jobs/x.py::main"),
        ('["run-function", "tool.cli:main"]', "tool/cli.py::main"),
        ('["run-function", "--at", "jobs/x.py:main"]', "jobs/x.py::main"),
        ('["with-secrets", "--file", "s.py", "--", "python", "jobs/x.py"]', "jobs/x.py"),
        ('["doppler", "run", "--", "uv", "run", "jobs/x.py"]', "jobs/x.py"),
        ('["python", "lib/a.py", "--", "jobs/x.py"]', "jobs/x.py"),
        (
            '["docker", "run", "--rm", "-v", "a.py:/a.py", "-e", "A=b", "-w", "/app", "img", "python", "jobs/x.py"]',
            "jobs/x.py",
        ),
        ('["docker", "run", "-it", "--name=n", "python", "python", "/work/jobs/x.py"]', "jobs/x.py"),
        ('["docker", "compose", "-f", "c.yml", "run", "--rm", "-T", "svc", "Rscript", "/work/jobs/x.R"]', "jobs/x.R"),
        ('["docker-compose", "exec", "svc", "python", "jobs/x.py"]', "jobs/x.py"),
        ('["kubectl", "-n", "ns", "exec", "pod", "-c", "main", "--", "python", "/srv/jobs/x.py"]', "jobs/x.py"),
        ('["apptainer", "exec", "--nv", "img.sif", "python", "jobs/x.py"]', "jobs/x.py"),
        ('["cmd", "/c", "python", "jobs/x.py"]', "jobs/x.py"),
        ('["powershell", "-NoProfile", "-Command", "python jobs/x.py"]', "jobs/x.py"),
        ('["score", "--day", "x"]', "tool/cli.py::main"),
        ('["uv", "run", "score"]', "tool/cli.py::main"),
        ('["poetry", "run", "load"]', "tool/cli.py::load"),
        ('[".venv/bin/python3.12", "-I", "jobs/x.py"]', "jobs/x.py"),
        ('shlex.split(f"{sys.executable} -u jobs/x.py --day {unknown()}")', "jobs/x.py"),
        ('["bash", "-c", shlex.join(["python", "jobs/x.py"])]', "jobs/x.py"),
    ],
)
def test_programs(command: str, path: str) -> None:
    assert started(command) == [path]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("python jobs/x.py --a 'b c'", ["jobs/x.py"]),
        ("cd jobs && python x.py", ["jobs/x.py"]),
        ("cd lib; cd ../jobs; exec python x.py", ["jobs/x.py"]),
        ("(cd lib && ls); python jobs/x.py", ["jobs/x.py"]),
        ("source venv/bin/activate && python jobs/x.py", ["jobs/x.py"]),
        ("set -euo pipefail\nmkdir -p out\npython jobs/x.py > out/log 2>&1", ["jobs/x.py"]),
        ("python silent.py && python jobs/x.py", ["jobs/x.py"]),
        ("python jobs/x.py; python silent.py", ["jobs/x.py"]),
        ("python jobs/x.py && Rscript jobs/x.R", ["jobs/x.py", "jobs/x.R"]),
        ("python silent.py", ["silent.py"]),
        ("pip install -r requirements.txt && python -m pip install . && python jobs/x.py", ["jobs/x.py"]),
        ("cp jobs/y.py /tmp && rm -f jobs/x.R && python jobs/x.py | tee log", ["jobs/x.py"]),
        ("if [ -f jobs/y.py ]; then python jobs/x.py; else exit 1; fi", ["jobs/x.py"]),
        ("if $FAST; then python jobs/x.py; else python jobs/y.py; fi", ["jobs/x.py", "jobs/y.py"]),
        ("for s in x y; do python jobs/$s.py; done", ["jobs/x.py", "jobs/y.py"]),
        ("SCRIPT=jobs/x.py; python $SCRIPT", ["jobs/x.py"]),
        ("CMD='python -u'; $CMD jobs/x.py", ["jobs/x.py"]),
        ("run() { python jobs/$1.py; }; run x", ["jobs/x.py"]),
        ("R --no-save < jobs/x.R", ["jobs/x.R"]),
        ("python < jobs/x.py", ["jobs/x.py"]),
        ("time nohup python jobs/x.py &", ["jobs/x.py"]),
        ("A=1 B=$(date) python jobs/x.py", ["jobs/x.py"]),
        ("eval 'python jobs/x.py'", ["jobs/x.py"]),
        ("conda activate env && python jobs/x.py", ["jobs/x.py"]),
        ("$PYTHON jobs/x.py", ["jobs/x.py"]),
        ("python ${HERE:-jobs}/x.py", ["jobs/x.py"]),
        ("cd $ROOT && python jobs/x.py", ["jobs/x.py"]),
        ("cd /app && python jobs/x.py", ["jobs/x.py"]),
        ("score --fast", ["tool/cli.py::main"]),
        ("python -c 'import sys; print(sys.version)' && python jobs/x.py", ["jobs/x.py"]),
        ("docker run img python /w/jobs/x.py", ["jobs/x.py"]),
        ("node build.js && python jobs/x.py", ["jobs/x.py"]),
        ("python $(pwd)/jobs/x.py", ["jobs/x.py"]),
        ("command -v python && $(command -v python) jobs/x.py", ["jobs/x.py"]),
        ("python <<'EOF'\nprint(1)\nEOF", ["? the code stands in the shell's line itself"]),
        ("cat jobs/x.R | R --no-save", ["? the command names no script"]),
        ("echo python jobs/x.py", ["? `echo` is a program, no script of this repository"]),
        ("# python jobs/x.py\ntrue", ["? `true` is a program, no script of this repository"]),
        ("make score", ["? `make` runs a target of a Makefile, which is not followed"]),
        ("python $1", ["? the command names no script"]),
        ("python $SCRIPT", ["? `$SCRIPT` is set outside the shell"]),
        (
            "curl -o new.py https://example.org && python new.py",
            ["? `new.py` is not in this repository, and may be where the command runs"],
        ),
        ("ssh host 'python jobs/x.py'", ["? `ssh` runs a command on another machine, which is not followed"]),
    ],
)
def test_lines(line: str, found: list[str]) -> None:
    assert started(f'["bash", "-c", {line!r}]') == found


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ('["bash", "-c", f"cd {Path(__file__).parent}/jobs && python x.py --n {unknown()}"]', ["jobs/x.py"]),
        ('["bash", "-c", f"python {unknown()}/jobs/x.py"]', ["jobs/x.py"]),
        ('["bash", "-c", f"cd {unknown()} && python jobs/x.py"]', ["jobs/x.py"]),
        ('["sh", "-c", \'python "$1"\', "sh", "jobs/x.py"]', ["jobs/x.py"]),
        ('["bash", "-o", "pipefail", "-ec", "python jobs/x.py"]', ["jobs/x.py"]),
    ],
)
def test_lines_that_are_put_together(command: str, found: list[str]) -> None:
    assert started(command) == found


@pytest.mark.parametrize("line", ["unknown()", 'f"{unknown()}"', 'unknown() + " x"'])
def test_lines_that_are_not_known(line: str) -> None:
    assert started(f'["bash", "-c", {line}]')[0].startswith("? ")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("python jobs/x.py", ["jobs/x.py"]),
        ('cd "$(dirname "$0")/.."\npython jobs/x.py "$@"', ["jobs/x.py"]),
        ('HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\nRscript "$HERE/../jobs/x.R"', ["jobs/x.R"]),
        ('python "${0%/*}/../jobs/x.py"', ["jobs/x.py"]),
        ('ROOT=$(realpath "$(dirname "$0")/..")\nexec python $ROOT/jobs/x.py', ["jobs/x.py"]),
        ('python "$1"', ["jobs/y.py"]),
        ('shift\npython "${1:-jobs/x.py}"', ["jobs/x.py"]),
        ('set -- jobs/x.R\nRscript "$@"', ["jobs/x.R"]),
        ('. "$(dirname "$0")/env.sh"\npython "$SCRIPT"', ["jobs/x.py"]),
        ("./bin/inner.sh", ["jobs/x.R"]),
        ('case "$MODE" in\n  a) python jobs/x.py ;;\n  *) python jobs/y.py ;;\nesac', ["jobs/x.py", "jobs/y.py"]),
        ('case "$1" in\n  *.R) Rscript $1 ;;\n  *.py | *.pyw) python "$1" ;;\nesac', ["jobs/y.py"]),
        (
            'if [ -z "$1" ]; then\n  exit 2\nelif [[ $# -eq 1 ]]; then\n  python jobs/x.py\nelse\n  python a.py\nfi',
            ["jobs/x.py"],
        ),
        (
            "if [ -f here ]; then\n  python gone.py\nfi\npython jobs/x.py",
            ["jobs/x.py", "? `gone.py` is not in this repository, and may be where the command runs"],
        ),
        ('exec "$@"', ["jobs/y.py"]),
        ("python silent.py\nexit 0\npython jobs/x.py", ["silent.py"]),
        ("echo done", ["bin/run.sh"]),
        ("python gone.py", ["missing gone.py"]),
        ("dbt run\naws s3 cp jobs/x.py s3://b/", ["bin/run.sh"]),
        ('python "$ELSEWHERE/z.py"', ["? `$ELSEWHERE` is set outside the shell"]),
        ("git rev-parse --show-toplevel\npython $(git rev-parse --show-toplevel)/jobs/x.py", ["jobs/x.py"]),
    ],
)
def test_scripts_of_the_shell(text: str, found: list[str]) -> None:
    scripts = {
        "bin/run.sh": f"#!/usr/bin/env bash\n{text}\n",
        "bin/env.sh": "export SCRIPT=jobs/x.py\n",
        "bin/inner.sh": "Rscript jobs/x.R\n",
    }
    targets = [each.launch.target for each in contracts('["bash", "bin/run.sh", "jobs/y.py"]', **scripts)]
    told = [
        each.path or (f"missing {each.tried[0]}" if each.tried else f"? {each.reason.reason if each.reason else ''}")
        for each in targets
    ]
    assert told == found


def test_what_a_shell_hands_on() -> None:
    (found,) = contracts(
        '["bash", "run.sh", "a", "b"]', **{"run.sh": 'export X=1\nMODE=fast python jobs/x.py -v "$@" $2\n'}
    )
    target = found.launch.target
    assert [getattr(each, "value", None) for each in getattr(target.arguments, "items", ())] == ["-v", "a", "b", "b"]
    assert target.variables == (("X", "1"), ("MODE", "fast"))
    assert target.span.path == "defs.py"
