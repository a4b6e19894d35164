"""What a comment hides, at which end of a finding, and in which file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipes_lint import lint
from pipes_lint.config import Config

DEFS = """\
import dagster as dg


@dg.asset
def first(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
    return pipes.run(context=context, command=["python", "job.py"], extras={"a": 1}).get_results()


@dg.asset
def second(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
    return pipes.run(
        context=context,
        command=["python", "job.py"],
        extras={"b": 1},
    ).get_results()
"""
JOB = """\
from dagster_pipes import open_dagster_pipes

with open_dagster_pipes() as context:
    context.get_extra("c")
    context.report_asset_materialization(metadata={"rows": 3})
"""
READ = 'context.get_extra("c")'
FIRST = 'extras={"a": 1}).get_results()'
SECOND = '        extras={"b": 1},'


def found(select: tuple[str, ...] = (), **files: str) -> dict[str, list[str]]:
    """The findings of two launches of one script, by rule: each by its message and the steps that its notes name."""
    texts = {"defs.py": DEFS, "job.py": JOB} | {name.replace("_", ".", 1): text for name, text in files.items()}
    report = lint.check(Path("/home/me/project"), Config(select=select or None), overlay=texts)
    shown: dict[str, list[str]] = {}
    for each in report.diagnostics:
        shown.setdefault(each.rule, []).append(each.finding.message)
    return shown


BOTH = "extra `c` is read, but asset `first` and asset `second` do not pass it"


def test_without_a_comment() -> None:
    assert found()["missing-extra"] == [BOTH]
    assert len(found()["unused-extra"]) == 2


@pytest.mark.parametrize(
    "script",
    [
        JOB.replace(READ, f"{READ}  # pipes-lint: ignore[missing-extra] set by hand"),
        JOB.replace(READ, f"{READ}  # noqa: E501  # pipes-lint: ignore[missing-extra]"),
        JOB.replace(READ, f"{READ}  #pipes-lint:ignore[ missing-extra ,unknown-check]"),
        JOB.replace(READ, f"# pipes-lint: ignore[missing-extra]\n    {READ}"),
        JOB.replace(READ, f"# pipes-lint: ignore[missing-extra]\n\n    # it is set by hand\n    {READ}"),
        f"# pipes-lint: ignore-file[missing-extra]\n{JOB}",
        f"{JOB}# pipes-lint: ignore-file[missing-extra] all of them",
    ],
)
def test_at_the_script_it_hides_the_finding(script: str) -> None:
    assert "missing-extra" not in found(job_py=script)


@pytest.mark.parametrize(
    "script",
    [
        JOB.replace(READ, f"{READ}  # pipes-lint: ignore[unknown-check]"),
        JOB.replace(READ, f"{READ}  # noqa: missing-extra"),
        JOB.replace(READ, f'{READ}; x = "# pipes-lint: ignore[missing-extra]"'),
        JOB.replace(READ, f"{READ}\n    # pipes-lint: ignore[missing-extra]"),
        f"# pipes-lint: ignore[missing-extra]\n{JOB}",
    ],
)
def test_what_does_not_hide_it(script: str) -> None:
    assert found(job_py=script)["missing-extra"] == [BOTH]


def test_at_a_launch_it_takes_that_launch_out() -> None:
    one = DEFS.replace(FIRST, f"{FIRST}  # pipes-lint: ignore[missing-extra] it is old")
    assert found(defs_py=one)["missing-extra"] == ["extra `c` is read, but asset `second` does not pass it"]
    assert "unused-suppression" not in found(defs_py=one)
    both = one.replace(SECOND, f"{SECOND}  # pipes-lint: ignore[missing-extra]")
    assert "missing-extra" not in found(defs_py=both)
    assert "unused-suppression" not in found(defs_py=both)
    assert "missing-extra" not in found(defs_py=f"# pipes-lint: ignore-file[missing-extra]\n{DEFS}")


def test_at_the_launch_it_hides_what_is_wrong_there() -> None:
    one = DEFS.replace(FIRST, f"{FIRST}  # pipes-lint: ignore[unused-extra] for the log")
    assert found(defs_py=one)["unused-extra"] == ["extra `b` is passed, but `job.py` never reads it"]
    assert found(defs_py=one)["missing-extra"] == [BOTH]


def test_one_comment_that_hides_nothing() -> None:
    text = JOB.replace(READ, f"{READ}  # pipes-lint: ignore[missing-extra, unused-extra]")
    assert found(job_py=text)["unused-suppression"] == ["`unused-extra` finds nothing here that could be ignored"]
    assert "unused-suppression" not in found(("missing-extra", "unused-suppression"), job_py=text)
    assert "unused-suppression" not in found(("missing-extra",), job_py=text)


def test_in_r() -> None:
    defs = DEFS.replace('"python", "job.py"', '"Rscript", "job.R"')
    script = (
        "library(dagsterpipes)\n\nwith_dagster_pipes(function(ctx) {\n"
        '  ctx$get_extra("c")  # pipes-lint: ignore[missing-extra] # nolint\n'
        "  ctx$report_asset_materialization(metadata = list(rows = 3L))\n})\n"
    )
    assert "missing-extra" not in found(defs_py=defs, job_R=script)
    assert "missing-extra" in found(defs_py=defs, job_R=script.replace("pipes-lint:", "lintr:"))


def test_in_a_notebook() -> None:
    defs = DEFS.replace('"python", "job.py"', '"papermill", "job.ipynb", "out.ipynb"')

    def notebook(script: str) -> str:
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": script.splitlines(keepends=True)}
        kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
        return json.dumps({"cells": [cell], "metadata": kernel, "nbformat": 4, "nbformat_minor": 5})

    hidden = JOB.replace(READ, f"# pipes-lint: ignore[missing-extra] by hand\n    {READ}")
    assert "missing-extra" in found(defs_py=defs, job_ipynb=notebook(JOB))
    assert "missing-extra" not in found(defs_py=defs, job_ipynb=notebook(hidden))


def test_in_a_component() -> None:
    yaml = (
        "type: dagster.PythonScriptComponent\nattributes:\n  execution:\n    path: gone.py\n"
        "  assets:\n    - key: third\n"
    )
    texts = {"defs/third/defs.yaml": yaml}
    report = lint.check(Path("/home/me/project"), overlay=texts)
    assert [each.rule for each in report.diagnostics] == ["script-not-found"]
    texts = {"defs/third/defs.yaml": yaml.replace("gone.py", "gone.py  # pipes-lint: ignore[script-not-found] later")}
    assert lint.check(Path("/home/me/project"), overlay=texts).diagnostics == ()
