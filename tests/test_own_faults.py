"""Where pipes-lint itself fails, it says so of the file that it was in, and goes on with the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import pipes_lint.frontends.python
import pipes_lint.interpret.session.script as script
import pipes_lint.link.project as project
import pipes_lint.link.starting as starting
from pipes_lint.interpret.orchestration import orchestrate
from pipes_lint.lint import check

DEFS = """
import dagster as dg


@dg.asset
def {name}(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
    return pipes.run(context=context, command=["python", "{name}.py"]).get_materialize_result()
"""
SCRIPT = """
from dagster_pipes import open_dagster_pipes

with open_dagster_pipes() as context:
    context.get_extra("limit")
"""


def failing(function: Any, name: str) -> Any:
    """The function, which fails wherever something is said of `name`."""

    def fails(*given: Any, **named: Any) -> Any:
        if name in repr(given):
            raise RuntimeError("a fault of ours")
        return function(*given, **named)

    return fails


@pytest.mark.parametrize(
    ("where", "function", "file"),
    [
        (starting, "find", "plums_defs.py"),
        (starting, "programs", "plums_defs.py"),
        (orchestrate, "definition_of", "plums_defs.py"),
        (orchestrate, "_run", "plums_defs.py"),
        (project, "run_script", "plums.py"),
        (script, "_program", "plums.py"),
        (script, "left_open", None),
        (pipes_lint.frontends.python, "lower", "plums.py"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_the_rest_is_checked(
    where: Any, function: str, file: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("plums", "pears"):
        (tmp_path / f"{name}_defs.py").write_text(DEFS.format(name=name))
        (tmp_path / f"{name}.py").write_text(SCRIPT)
    assert [each.rule for each in check(tmp_path).diagnostics] == ["missing-extra", "missing-extra"]
    monkeypatch.setattr(where, function, failing(getattr(where, function), "plums" if file else ""))
    report = check(tmp_path)
    if file:
        found = {each.finding.span.path for each in report.diagnostics if each.rule == "missing-extra"}
        assert found == {"pears.py"}
        assert file in [problem.path for problem in report.problems]
    assert all("a fault of pipes-lint itself" in problem.message for problem in report.problems)
    assert report.problems
