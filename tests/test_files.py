"""Which files are found, and what is said of those that cannot be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipes_lint.files import Files, Problem
from pipes_lint.source import Source


def lay(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes files below `root`."""
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def problem(files: Files, path: str) -> str:
    found = files.source(path)
    assert isinstance(found, Problem)
    assert found in files.problems
    return found.message


# --- Which files ----------------------------------------------------------------------------------------------------


def test_candidates_mention_dagster(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            "defs.py": "import dagster",
            "jobs/score.R": "library(dagsterpipes)",
            "jobs/old.r": "Sys.getenv('DAGSTER_PIPES_CONTEXT')",
            "jobs/plain.py": "print()",
            "notes.md": "dagster",
        },
    )
    files = Files(tmp_path)
    assert list(files.candidates()) == ["defs.py", "jobs/old.r", "jobs/score.R"]
    assert files.all_paths() == ("defs.py", "jobs/old.r", "jobs/plain.py", "jobs/score.R", "notes.md")
    assert files.problems == []


def test_an_empty_project(tmp_path: Path) -> None:
    assert list(Files(tmp_path).candidates()) == []


def test_folders_that_are_never_a_projects_own(tmp_path: Path) -> None:
    never = [
        ".venv/a.py",
        "env/lib/a.py",
        "node_modules/a.py",
        "x/__pycache__/a.py",
        "renv/library/a.R",
        "build/lib/a.py",
    ]
    lay(tmp_path, dict.fromkeys(never, "dagster"))
    lay(tmp_path, {"env/pyvenv.cfg": "", "build/own.py": "dagster", "lib/own.py": "dagster"})
    assert list(Files(tmp_path).candidates()) == ["build/own.py", "lib/own.py"]


def test_ignored_files_are_no_candidates_but_are_there(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            ".gitignore": "gen/\n*.tmp.py\n!keep.tmp.py\n",
            "gen/a.py": "dagster",
            "b.tmp.py": "dagster",
            "keep.tmp.py": "dagster",
            "sub/.gitignore": "/own.py\n",
            "sub/own.py": "dagster",
            "sub/deep/own.py": "dagster",
        },
    )
    files = Files(tmp_path)
    assert list(files.candidates()) == ["keep.tmp.py", "sub/deep/own.py"]
    assert files.exists("gen/a.py")
    assert files.source("gen/a.py") == Source("gen/a.py", "dagster")


def test_a_repository_ignores_below_the_project_but_not_the_project(tmp_path: Path) -> None:
    lay(tmp_path, {".git/HEAD": "", ".gitignore": "scratch/\ngen.py\n"})
    lay(tmp_path, dict.fromkeys(["scratch/one/a.py", "scratch/one/gen.py", "two/a.py", "two/gen.py"], "dagster"))
    assert list(Files(tmp_path / "scratch" / "one").candidates()) == ["a.py"]
    assert list(Files(tmp_path / "two").candidates()) == ["a.py"]
    assert list(Files(tmp_path).candidates()) == ["two/a.py"]


def test_exclude(tmp_path: Path) -> None:
    lay(tmp_path, dict.fromkeys(["a.py", "vendor/b.py", "docs/vendor/c.py"], "dagster"))
    assert list(Files(tmp_path, exclude=["/vendor/"]).candidates()) == ["a.py", "docs/vendor/c.py"]


def test_a_line_that_is_no_pattern_is_passed_over(tmp_path: Path) -> None:
    lay(tmp_path, {".gitignore": "a.py\n!\n", "a.py": "dagster", "b.py": "dagster"})
    assert list(Files(tmp_path).candidates()) == ["b.py"]


_NAMES = st.sampled_from(["a", "b", "ab", "c.py"])
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map("/".join)
_PATTERNS = st.lists(
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["", "!"]),
        st.sampled_from(["", "/", "**/"]),
        st.lists(
            st.sampled_from(
                ["a", "b", "*", "a*", "?b", "**", "c.py", "*.py", "[ab]", "[!a]", "a?", "\\\\a", "***", "**b"]
            ),
            min_size=1,
            max_size=3,
        ).map("/".join),
        st.sampled_from(["", "/", "/**", "/*", " "]),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@settings(max_examples=60, deadline=None)
@given(st.lists(_PATHS, min_size=1, max_size=6), _PATTERNS, _PATTERNS)
def test_ignores_what_git_ignores(
    tmp_path_factory: pytest.TempPathFactory, paths: list[str], outer: list[str], inner: list[str]
) -> None:
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", root], check=True)
    for path in paths:
        file = root / path
        if not any(parent.is_file() for parent in file.parents) and not file.exists():
            lay(root, {path: ""})
    lay(root, {".gitignore": "\n".join(outer)})
    if (root / "a").is_dir():
        lay(root, {"a/.gitignore": "\n".join(inner)})
    listed = ["git", "-C", str(root), "ls-files", "-co", "--exclude-per-directory=.gitignore"]
    wanted = subprocess.run(listed, check=True, capture_output=True, text=True).stdout.split()
    assert sorted(Files(root).all_paths()) == sorted(wanted)


# --- Links and other strange files ----------------------------------------------------------------------------------


def test_link_loops_end(tmp_path: Path) -> None:
    lay(tmp_path, {"a/b.py": "dagster"})
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to("self.py")
    (tmp_path / "one.py").symlink_to("two.py")
    (tmp_path / "two.py").symlink_to("one.py")
    files = Files(tmp_path)
    assert list(files.candidates()) == ["a/b.py"]
    assert not files.exists("self.py")
    assert not files.is_dir("self.py")
    assert "cannot be read" in problem(files, "self.py")


def test_links_to_files(tmp_path: Path) -> None:
    lay(tmp_path, {"out/far.py": "dagster", "in/near.py": "dagster"})
    (tmp_path / "in" / "twin.py").symlink_to("near.py")
    (tmp_path / "in" / "far.py").symlink_to("../out/far.py")
    (tmp_path / "in" / "folder").symlink_to("../out")
    files = Files(tmp_path / "in")
    assert list(files.candidates()) == ["far.py", "near.py"]
    assert files.exists("twin.py")
    assert files.exists("folder/far.py")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    files = Files(tmp_path)
    assert list(files.candidates()) == []
    assert not files.exists("pipe.py")
    assert problem(files, "pipe.py") == "cannot be read: not a regular file"


# --- Reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.py", b"\xef\xbb\xbfx = 1\r\n", "x = 1\r\n"),
        ("a.py", "x = 'é'".encode(), "x = 'é'"),
        ("a.py", b"# -*- coding: latin-1 -*-\nx = '\xe9'", "# -*- coding: latin-1 -*-\nx = 'é'"),
        ("a.py", b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'", None),
        ("a.R", b"x <- '\xe9'", "x <- 'é'"),
        ("a.py", b"", ""),
    ],
    ids=["byte order mark", "utf-8", "coding line", "coding in the second line", "R", "empty"],
)
def test_text(tmp_path: Path, name: str, data: bytes, text: str | None) -> None:
    source = Files(lay(tmp_path, {name: data})).source(name)
    assert isinstance(source, Source)
    assert source.text == (data.decode("cp1252") if text is None else text)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.py", b"dagster\0", "left out: not text (it holds a NUL byte)"),
        ("a.py", b"x = 1\ny = '\xe9'", "left out: not UTF-8 (byte 0xe9 in line 2), nor does it say what else"),
        ("a.py", b"# coding: klingon\n\xe9", "left out: its coding line names an unknown encoding, 'klingon'"),
        ("a.py", b"# coding: ascii\n\xe9", "left out: not in the encoding that its coding line names, 'ascii'"),
        ("a.py", b"#" * 5_000_001, "left out: 5.0 MB is more than the 5 MB that are read"),
        ("a.R", b"x\0", "left out: not text (it holds a NUL byte)"),
    ],
    ids=["NUL", "not utf-8", "unknown coding", "wrong coding", "huge", "R with NUL"],
)
def test_what_is_not_text(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    files = Files(lay(tmp_path, {name: data, "good.py": "dagster"}))
    assert list(files.candidates()) in (["good.py"], ["a.py", "good.py"])
    assert problem(files, name) == message
    assert len(files.problems) == 1


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    files = Files(tmp_path)
    assert not files.exists("no.py")
    assert problem(files, "no.py") == "cannot be read: no such file or directory"


def test_unsaved_text_stands_for_the_file(tmp_path: Path) -> None:
    lay(tmp_path, {"a.py": "print()", "b.py": "dagster"})
    files = Files(tmp_path, overlay={"a.py": "import dagster", "new.py": "import dagster", "b.py": ""})
    assert list(files.candidates()) == ["a.py", "new.py"]
    assert files.exists("new.py")
    assert files.source("a.py") == Source("a.py", "import dagster")


_UNPRIVILEGED = """
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from pipes_lint.files import Files
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
files = Files(Path(sys.argv[2]))
print(*files.candidates())
print(*files.problems, sep="\\n")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are another matter there")
def test_what_may_not_be_read() -> None:
    # Root may read everything, so a child that gives its rights up does the reading; pytest's own folders are closed to
    # it.
    with tempfile.TemporaryDirectory() as folder:
        root = lay(Path(folder), {"good.py": "dagster", "secret.py": "dagster", "closed/in.py": "dagster"})
        root.chmod(0o755)
        (root / "secret.py").chmod(0)
        (root / "closed").chmod(0)
        package = Path(__file__).parents[1]
        done = subprocess.run(
            [sys.executable, "-c", _UNPRIVILEGED, str(package), folder], capture_output=True, text=True
        )
        (root / "closed").chmod(0o700)
    assert done.stdout.splitlines() == [
        "good.py",
        "closed: this folder cannot be listed: permission denied",
        "secret.py: cannot be read: permission denied",
    ], done.stderr
