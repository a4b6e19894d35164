"""pipes-lint as it is installed: from the wheel, editable, and not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipes_lint import catalog

REPOSITORY = Path(__file__).parents[1]
SCORING = "tests/projects/scoring"
BIN = "Scripts" if sys.platform == "win32" else "bin"


def run(*command: str | Path, cwd: Path = REPOSITORY) -> str:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        if any(sign in done.stderr for sign in ("No matching distribution", "NewConnectionError", "ReadTimeout")):
            pytest.skip("no package index can be reached")
        pytest.fail(f"{command} gave {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def pip(environment: Path, *arguments: str | Path) -> None:
    run(environment / BIN / "python", "-m", "pip", "install", "--quiet", *arguments)


def prints_the_same(command: Sequence[str | Path], cwd: Path) -> None:
    """Whether all rules are there and find what they find here."""
    assert [line.split()[0] for line in run(*command, "rules", cwd=cwd).splitlines()] == list(catalog.names())
    here = run(sys.executable, "-m", "pipes_lint", "check", "--output-format", "json", SCORING)
    assert '"rule": "missing-extra"' in here
    assert run(*command, "check", "--output-format", "json", REPOSITORY / SCORING, cwd=cwd) == here


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist and the wheel that is made from it."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder)
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    return tmp_path / "venv"


def test_the_wheel_lives_beside_the_package_called_rules(built: Path, environment: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    pip(environment, wheel)
    python = environment / BIN / "python"
    where = "import importlib.util as u; print(u.find_spec('rules'))"
    assert run(python, "-c", where, cwd=tmp_path) == "None\n"

    pip(environment, "--no-deps", "rules")
    files = run(python, "-m", "pip", "show", "--files", "pipes-lint", cwd=tmp_path).partition("Files:\n")[2].split()
    tops = {Path(file).parts[0] for file in files}
    assert {top for top in tops if top not in ("..", "pipes_lint") and not top.endswith(".dist-info")} == set()
    theirs = "import rules, rules.predicates; print(rules.__file__.count('pipes_lint'), rules.VERSION >= (3,))"
    assert run(python, "-c", theirs, cwd=tmp_path) == "0 True\n"
    prints_the_same([environment / BIN / "pipes-lint"], tmp_path)
    prints_the_same([python, "-m", "pipes_lint"], tmp_path)


def test_the_sdist_has_all_that_the_tests_need(built: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    run(sys.executable, "-m", "tarfile", "-e", sdist, tmp_path)
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert {path.name for path in (folder / "rules").iterdir()} >= {f"{name}.md" for name in catalog.names()}
    assert (folder / SCORING / "external" / "score.R").is_file()
    assert (folder / "tests" / "test_package.py").is_file()
    prints_the_same([sys.executable, "-m", "pipes_lint"], folder)


def test_an_editable_install_uses_the_rules_of_the_checkout(environment: Path, tmp_path: Path) -> None:
    pip(environment, "--editable", REPOSITORY)
    prints_the_same([environment / BIN / "pipes-lint"], tmp_path)
    where = "from pipes_lint import catalog; print(catalog.folder())"
    assert run(environment / BIN / "python", "-c", where, cwd=tmp_path) == f"{REPOSITORY / 'rules'}\n"


def test_the_bare_checkout(environment: Path, tmp_path: Path) -> None:
    pip(environment, "tree-sitter", "tree-sitter-python", "tree-sitter-language-pack<1", "wcwidth")
    prints_the_same([environment / BIN / "python", "-m", "pipes_lint"], REPOSITORY)
