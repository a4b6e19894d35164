"""The hook, tried by pre-commit itself in a scratch repository."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
PARTS = ("pipes_lint", "rules", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", ".pre-commit-hooks.yaml")


def commit(folder: Path) -> None:
    who = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "--quiet"], ["add", "--all"], [*who, "commit", "--quiet", "--no-verify", "-m", "all"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


@pytest.mark.skipif(importlib.util.find_spec("pre_commit") is None, reason="pre-commit is not installed")
@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_try_repo(tmp_path: Path) -> None:
    hook, project = tmp_path / "hook", tmp_path / "project"
    hook.mkdir()
    for part in PARTS:
        source = REPOSITORY / part
        if source.is_dir():
            shutil.copytree(source, hook / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, hook / part)
    commit(hook)
    shutil.copytree(REPOSITORY / "tests" / "projects" / "scoring", project)
    commit(project)

    def tried() -> subprocess.CompletedProcess[str]:
        # Nothing was changed, and no file is handed over: the hook runs all the same.
        command = [sys.executable, "-m", "pre_commit", "try-repo", str(hook), "pipes-lint"]
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "GIT_"))}
        clean["PRE_COMMIT_HOME"] = str(tmp_path / "home")
        return subprocess.run(command, cwd=project, env=clean, capture_output=True, text=True)

    done = tried()
    if "No matching distribution" in done.stdout or "NewConnectionError" in done.stdout:
        pytest.skip("no package index can be reached")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "error[missing-extra]" in done.stdout
    assert "::: scoring/assets.py:" in done.stdout

    for path in ("scoring/assets.py", "scoring/definitions.py", "external/clean.py", "external/score.R"):
        (project / path).unlink()
    commit_all = ["git", "-c", "user.name=n", "-c", "user.email=n@example.org", "commit", "-qam", "less"]
    subprocess.run(commit_all, cwd=project, check=True)
    done = tried()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
