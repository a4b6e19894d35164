"""What fixes make of every page's projects and of generated ones: it parses, nothing new is found, once is enough.

Fixes that are not safe are made too. R's own parser has the last word on R where it is installed.
"""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import libcst
import pytest
from generated import Broken, broken, shown, write
from generated_faults import FAULTS
from pages import Case, pages

from pipes_lint import catalog, config, lint
from pipes_lint.fix.parsing import parses
from pipes_lint.fix.repair import Repair, Seen, repair

CASES = [case for page in pages() for case in page.cases if case.expected]
PER_FAULT, SEEDS = 10, 300
"""How many generated projects are mended of each fault, and among how many these are looked for."""
IN_R: set[str] = set()
"""The R scripts that were mended so far."""


def mended(root: Path, files: Mapping[str, str]) -> tuple[Repair, Seen]:
    """What all fixes make of a project, and what was found in it before."""
    configuration = config.load(root, catalog.names())
    looks: list[Seen] = []

    def look(texts: Mapping[str, str]) -> Seen:
        report = lint.check(root, configuration, overlay={**files, **texts})
        assert not report.broken
        looks.append(Seen(report.diagnostics, report.sources.get))
        return looks[-1]

    return repair(look, lambda fix: True), looks[0]


def names(seen: Seen) -> Counter[tuple[str, str]]:
    return Counter((each.rule, each.finding.message) for each in seen.diagnostics)


def judge(root: Path, files: Mapping[str, str]) -> Repair:
    """Mends a project, and says what is wrong with that."""
    done, before = mended(root, files)
    for path, text in done.texts.items():
        assert parses(path, text), text
        if path.endswith(".py"):
            libcst.parse_module(text)
    assert names(done.seen) <= names(before)
    again, _ = mended(root, {**files, **done.texts})
    assert again.texts == {}, "mending twice changes nothing"
    IN_R.update(text for path, text in done.texts.items() if path.lower().endswith(".r"))
    return done


@pytest.mark.parametrize("case", CASES, ids=str)
def test_of_pages(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    assert judge(tmp_path, {}).left == ()


def cases(name: str) -> list[Broken]:
    made = (broken(write(seed), name) for seed in range(SEEDS))
    return list(islice((each for each in made if each is not None), PER_FAULT))


@pytest.mark.parametrize("name", FAULTS)
def test_of_generated_projects(name: str, tmp_path: Path) -> None:
    for case in cases(name):
        try:
            done = judge(tmp_path, case.files)
        except AssertionError as error:
            raise AssertionError(f"python tests/generated.py {case.seed} '{name}'\n{shown(case.files)}") from error
        # The near name of a rule that is misspelt may be one that finds nothing there.
        left = [each for each in done.left if each[0].rule != "unknown-suppression"]
        assert not left, f"python tests/generated.py {case.seed} '{name}'\n{shown(case.files)}\n{left}"


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_r_takes_them(tmp_path: Path) -> None:
    """All in one process, since each takes R a while to begin."""
    for number, text in enumerate(sorted(IN_R)):
        (tmp_path / f"{number}.R").write_text(text, encoding="utf-8")
    program = 'for (file in list.files(pattern = "[.]R$")) parse(file = file, encoding = "UTF-8")'
    done = subprocess.run(["Rscript", "-e", program], cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
