"""One script in Python and in R gives one session, and it is the one that `languages.md` says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sessions import told

from pipes_lint.contract import Session
from pipes_lint.files import Files
from pipes_lint.link import link

PAGE = Path(__file__).with_name("languages.md")
_CASE = re.compile(r"^### (?P<title>.+)\n(?P<body>(?:(?!^##).*\n)*)", re.MULTILINE)
_BLOCK = re.compile(r"^```(python|r|session)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PASSED = re.compile(r"^Passed: `(.+)`$", re.MULTILINE)
DEFS = """\
import dagster as dg


@dg.asset
def {name}(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
    return pipes.run(context=context, command=[{program!r}, {script!r}], extras={extras!r}).get_results()
"""


@dataclass(frozen=True)
class Case:
    title: str
    python: str
    r: str
    session: tuple[str, ...]
    passed: dict[str, object] | None


def _cases() -> list[Case]:
    found = []
    text = PAGE.read_text(encoding="utf-8")
    for case in _CASE.finditer(re.sub(r"(?<=\n)```.*?^```$", lambda block: block[0].replace("\n##", "\n ##"), text)):
        blocks = dict(_BLOCK.findall(case["body"]))
        passed = _PASSED.search(case["body"])
        lines = tuple(blocks["session"].splitlines())
        found.append(
            Case(case["title"], blocks["python"], blocks["r"], lines, json.loads(passed[1]) if passed else None)
        )
    return found


CASES = _cases()


@cache
def _sessions() -> dict[str, Session]:
    """The sessions of all scripts on the page, read as one project; by their paths."""
    files = {}
    for number, case in enumerate(CASES):
        for program, script, text in (("python", "script.py", case.python), ("Rscript", "script.R", case.r)):
            path = f"case{number}/{program}/{script}"
            files[path] = text
            if case.passed is not None:
                defs = DEFS.format(name=f"made_{number}_{program}", program=program, script=script, extras=case.passed)
                files[f"case{number}/{program}/defs.py"] = defs
    project = link(Files(Path("/nowhere"), overlay=files))
    sessions = {script.path: session for script, session in project.unlaunched}
    for contract in project.contracts:
        if contract.script and contract.session:
            sessions[contract.script.path] = contract.session
    return sessions


def test_the_page_has_many_cases() -> None:
    assert len(CASES) >= 60
    assert len({case.title for case in CASES}) == len(CASES)
    assert all(case.session for case in CASES), "a session that is empty would prove nothing"


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=[case.title for case in CASES])
@pytest.mark.parametrize("path", ["python/script.py", "Rscript/script.R"], ids=["python", "r"])
def test_session(number: int, case: Case, path: str) -> None:
    assert told(_sessions()[f"case{number}/{path}"]) == list(case.session)
