"""`contracts` answers "why did it not see this?": where reading stopped, why, and what would settle it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipes_lint import lint
from pipes_lint.reports import contracts_json, contracts_text

DEFS = """\
import dagster as dg
from acme import find_script, params
from dagster import PipesSubprocessClient


@dg.asset
def scores(context, pipes: PipesSubprocessClient):
    return pipes.run(context=context, command=["python", find_script("a")], extras={"x": 1}).get_results()


@dg.asset
def orders(context, pipes: PipesSubprocessClient):
    extras = {"y": 1}
    extras.update(params())
    return pipes.run(context=context, command=["python", "orders.py"], extras=extras).get_results()
"""
ORDERS = """\
from dagster_pipes import open_dagster_pipes
from elsewhere import report

with open_dagster_pipes() as context:
    context.get_extra("y")
    report(context)
    report(context)
"""


@pytest.fixture
def report(tmp_path: Path) -> lint.Report:
    (tmp_path / "defs.py").write_text(DEFS, encoding="utf-8")
    (tmp_path / "orders.py").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "alone.py").write_text(ORDERS, encoding="utf-8")
    return lint.contracts(tmp_path)


def test_for_people(report: lint.Report) -> None:
    shown = contracts_text.render(report)
    scores, orders, alone, _ = shown.split("\n\n")
    assert 'stopped    defs.py:8:58: `find_script("a")`: ' in scores
    assert "`acme.find_script`" in scores
    assert "to settle it: if its source is in this project, write `# pipes-lint: script=" in scores
    assert "passes `y`, others" in orders
    assert "stopped    defs.py:14:19: `params()`: " in orders
    assert "none is called missing" in orders
    assert orders.count("stopped") == 2, "a reason is told once, where it is first met"
    assert "stopped    orders.py:6:12: `context`: the Pipes context is handed to `elsewhere.report`" in orders
    assert "  alone.py\n" in alone
    assert "launched-by=" in alone


def test_for_programs(report: lint.Report) -> None:
    shown = json.loads(contracts_json.render(report))
    scores, orders = (each["stops"] for each in shown["launches"])
    assert [(stop["what"], stop["filename"], stop["location"]) for stop in scores] == [
        ("script", "defs.py", {"row": 8, "column": 58})
    ]
    assert [stop["what"] for stop in orders] == ["extras", "read"]
    assert shown["unlaunched"] == [{"path": "alone.py", "language": "python"}]
    assert all(stop["reason"] and stop["settle"] for stop in [*scores, *orders])


def test_only_what_was_asked_for(tmp_path: Path, report: lint.Report) -> None:
    assert not lint.contracts(tmp_path, paths=["orders.py"]).project.unlaunched
    assert lint.contracts(tmp_path, paths=["alone.py"]).project.contracts == ()
    assert len(lint.contracts(tmp_path, paths=["alone.py"]).project.unlaunched) == 1
