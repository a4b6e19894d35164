"""A path that misses a script of the project by one letter is a fault, wherever that runs; another name is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipes_lint import lint
from pipes_lint.files import Files
from pipes_lint.link.misspelt import meant

PATHS = ("jobs/score.py", "jobs/load_a.py", "jobs/step1.py", "jobs/customer_silver.py", "etl/build.py", "ml/build.py")
DEFS = """\
import dagster as dg
from dagster_docker import PipesDockerClient


@dg.asset
def orders(context: dg.AssetExecutionContext, client: PipesDockerClient):
    return client.run(image="etl:1", context=context, command=["python", "{path}"]).get_results()
"""
SCRIPT = "from dagster_pipes import open_dagster_pipes\n\nwith open_dagster_pipes() as context:\n    pass\n"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/app/jobs/scroe.py", "jobs/score.py"),
        ("/opt/etl/buildd.py", "etl/build.py"),
        ("/app/jobs/scoree.py", "jobs/score.py"),
        ("/app/jobs/scora.py", "jobs/score.py"),
        ("scroe.py", "jobs/score.py"),
        ("s3://bucket/jobs/scroe.py", "jobs/score.py"),
        ("/opt/etl/biuld.py", "etl/build.py"),
        ("dbfs:/FileStore/custmoer_silver.py", "jobs/customer_silver.py"),
        ("/opt/other/scroe.py", None),
        ("/opt/other/biuld.py", None),
        ("/app/jobs/score.py", None),
        ("/app/jobs/scores2.py", None),
        ("/app/jobs/load_b.py", None),
        ("/app/jobs/step2.py", None),
        ("/app/jobs/rescore.py", None),
        ("/app/jobs/scroe.jar", None),
        ("/app/jobs/scroe", None),
    ],
)
def test_what_was_meant(path: str, found: str | None) -> None:
    files = Files(Path("/home/me/project"), overlay=dict.fromkeys(PATHS, SCRIPT))
    assert meant(files, path) == found


@pytest.mark.parametrize(
    ("path", "rules"),
    [("/app/jobs/customer_sivler.py", ["script-not-found"]), ("/app/jobs/customer_gold.py", ["unresolved-launch"])],
)
def test_in_an_image(path: str, rules: list[str]) -> None:
    overlay = dict.fromkeys(PATHS, SCRIPT) | {"defs.py": DEFS.format(path=path)}
    report = lint.check(Path("/home/me/project"), overlay=overlay)
    assert [each.rule for each in report.diagnostics if each.rule in (*rules, "script-not-found")] == rules
    if rules == ["script-not-found"]:
        assert report.diagnostics[0].finding.help == "did you mean `jobs/customer_silver.py`?"
        assert report.summary.unresolved == 1


def test_only_scripts_that_speak_of_pipes() -> None:
    overlay = dict.fromkeys(PATHS, "print(1)\n") | {"defs.py": DEFS.format(path="/app/jobs/customer_sivler.py")}
    report = lint.check(Path("/home/me/project"), overlay=overlay)
    assert [each.rule for each in report.diagnostics] == ["unresolved-launch"]
