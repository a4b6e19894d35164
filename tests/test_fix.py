"""Fixes: layout is kept, files are written whole or not at all, and what was mended stays mended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import libcst
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import ROOT

from pipes_lint import lint
from pipes_lint.finding import AddArgument, AddEntry, AddItem, Change, Edit, TakeFrom
from pipes_lint.fix.python import Python
from pipes_lint.fix.texts import Refused, Replacement, apply, difference, requoted
from pipes_lint.fix.write import NotWritten, write
from pipes_lint.source import Span

# --- texts ----------------------------------------------------------------------------------------------------------


@given(st.text(), st.text())
def test_difference_is_what_changes(before: str, after: str) -> None:
    found = difference(before, after)
    assert (found is None) == (before == after)
    if found:
        assert apply(before, [found]) == after


@pytest.mark.parametrize(
    ("first", "second", "meets"),
    [
        (Replacement(0, 2, "a"), Replacement(2, 4, "b"), False),
        (Replacement(0, 3, "a"), Replacement(2, 4, "b"), True),
        (Replacement(2, 2, "a"), Replacement(2, 2, "b"), True),
        (Replacement(2, 2, "a"), Replacement(2, 2, "a"), False),
        (Replacement(2, 2, "a"), Replacement(1, 2, "b"), False),
        (Replacement(1, 4, "a"), Replacement(2, 2, "b"), True),
    ],
)
def test_what_meets(first: Replacement, second: Replacement, meets: bool) -> None:
    assert first.meets(second) is second.meets(first) is meets


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("'a'", '"b"', "'b'"),
        ('"a"', '"b"', '"b"'),
        ("'a'", '"it\'s"', '"it\'s"'),
        ("name", '"b"', '"b"'),
        ('"""a"""', '"b"', '"b"'),
        ("'a'", "None", "None"),
        ("r'a'", '"b"', '"b"'),
    ],
)
def test_quotes_stay(old: str, new: str, written: str) -> None:
    assert requoted(old, new) == written


# --- Python's layout ------------------------------------------------------------------------------------------------


def changed(before: str, what: str, make: type[Change], *arguments: str) -> str:
    """The text after a change to the part of it that `what` is."""
    before = textwrap.dedent(before)
    start = before.index(what)
    change = make(Span("a.py", start, start + len(what)), *arguments)
    after = apply(before, [Python(before).replacement(change)])
    libcst.parse_module(after)
    return after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{}", '{"k": 1}'),
        ('{"a": 2}', '{"a": 2, "k": 1}'),
        ("{'a': 2}", "{'a': 2, 'k': 1}"),
        ('{"a": 2,}', '{"a": 2, "k": 1,}'),
        ("{**base}", '{**base, "k": 1}'),
        ("dict(a=2)", "dict(a=2, k=1)"),
        ("dict()", "dict(k=1)"),
        ('{\n    "a": 2,\n    "b": 3,\n}', '{\n    "a": 2,\n    "b": 3,\n    "k": 1,\n}'),
        ('{\n    "a": 2,\n}', '{\n    "a": 2,\n    "k": 1,\n}'),
        ('{\n    "a": 2\n}', '{\n    "a": 2,\n    "k": 1\n}'),
        ('{\n    "a": 2,  # two\n}', '{\n    "a": 2,  # two\n    "k": 1,\n}'),
        ('{\n    "a": 2,  # two\n    # the end\n}', '{\n    "a": 2,  # two\n    "k": 1,\n    # the end\n}'),
        ('{"a": 2,\n "b": 3}', '{"a": 2,\n "b": 3,\n "k": 1}'),
    ],
)
def test_an_entry_more(before: str, after: str) -> None:
    assert changed(f"x = {before}\n", before, AddEntry, "k", "1") == f"x = {after}\n"


def test_an_entry_more_in_a_nested_block() -> None:
    before = """\
    def f():
        if True:
            return run(
                extras={
                    'a': 1,  # one
                },
            )
    """
    what = "{\n                'a': 1,  # one\n            }"
    after = changed(before, what, AddEntry, "k", "None")
    assert after == textwrap.dedent(before).replace("# one\n", "# one\n                'k': None,\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[]", "[c()]"),
        ("[a()]", "[a(), c()]"),
        ("[\n    a(),\n]", "[\n    a(),\n    c(),\n]"),
        ("(a(), b())", "(a(), b(), c())"),
    ],
)
def test_an_item_more(before: str, after: str) -> None:
    assert changed(f"x = {before}\n", before, AddItem, "c()") == f"x = {after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("run()", "run(k=1)"),
        ("run(a)", "run(a, k=1)"),
        ("run(\n    a=1,\n    b=2,\n)", "run(\n    a=1,\n    b=2,\n    k=1,\n)"),
        ("run(**more)", "run(**more, k=1)"),
    ],
)
def test_an_argument_more(before: str, after: str) -> None:
    assert changed(f"x = {before}\n", before, AddArgument, "k", "1") == f"x = {after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from a import k\n", "from b import k\n"),
        ("from a import k as own  # why\n", "from b import k as own  # why\n"),
        ("from a import k, x\n", "from b import k\nfrom a import x\n"),
        ("from a import x, k\n", "from b import k\nfrom a import x\n"),
        ("# first\nfrom a import (\n    k,\n    x,\n)\n", "# first\nfrom b import k\nfrom a import (\n    x,\n)\n"),
        ("def f():\n    from a import x, k\n", "def f():\n    from b import k\n    from a import x\n"),
    ],
)
def test_taken_from_another_module(before: str, after: str) -> None:
    assert changed(before, "k", TakeFrom, "b") == after


def test_a_name_goes() -> None:
    assert changed('x = get("k", default = 0)\n', "default = ", Edit, "") == 'x = get("k", 0)\n'


def test_places_are_characters() -> None:
    assert changed('é = "ü"; x = {"ß": 1}\n', '{"ß": 1}', AddEntry, "k", "1") == 'é = "ü"; x = {"ß": 1, "k": 1}\n'


@pytest.mark.parametrize(
    ("text", "what", "make", "arguments"),
    [
        ('x = "ab" "cd"\n', '"cd"\n', Edit, ('"e"',)),
        ("x = a + b + c\n", "b + c", Edit, ("d",)),
        ("x = names\n", "names", AddEntry, ("k", "1")),
        ("x = names\n", "names", AddItem, ("1",)),
        ("dict(a=1)\n", "dict(a=1)", AddEntry, ("not-a-name", "1")),
    ],
)
def test_what_is_refused(text: str, what: str, make: type[Change], arguments: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        changed(text, what, make, *arguments)


# --- files ----------------------------------------------------------------------------------------------------------


def test_written_as_it_was(tmp_path: Path) -> None:
    file, link = tmp_path / "a.py", tmp_path / "link.py"
    file.write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    file.chmod(0o750)
    link.symlink_to(file)
    write(link, "x = 1\r\n", "x = 2\r\n")
    assert file.read_bytes() == b"\xef\xbb\xbfx = 2\r\n"
    assert file.stat().st_mode & 0o777 == 0o750
    assert link.is_symlink()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.py", "link.py"]


def test_written_in_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_bytes("# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"))
    write(file, "# -*- coding: latin-1 -*-\nx = 'é'\n", "# -*- coding: latin-1 -*-\nx = 'è'\n")
    assert file.read_bytes().endswith("x = 'è'\n".encode("latin-1"))
    before = file.read_bytes()
    with pytest.raises(NotWritten, match="encoding"):
        write(file, before.decode("latin-1"), "# -*- coding: latin-1 -*-\nx = '→'\n")
    assert file.read_bytes() == before


def test_not_written_over_what_somebody_else_wrote(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 3\n", encoding="utf-8")
    with pytest.raises(NotWritten, match="changed meanwhile"):
        write(file, "x = 1\n", "x = 2\n")
    assert file.read_text(encoding="utf-8") == "x = 3\n"
    assert [each.name for each in tmp_path.iterdir()] == ["a.py"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1\n", encoding="utf-8")
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(NotWritten):
            write(file, "x = 1\n", "x = 2\n")
    finally:
        tmp_path.chmod(0o700)
    assert file.read_text(encoding="utf-8") == "x = 1\n"


# --- whole projects -------------------------------------------------------------------------------------------------

DEFS = """\
import dagster as dg


@dg.asset(check_specs=[dg.AssetCheckSpec("no_nulls", asset="orders")])
def orders(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
    return pipes.run(
        context=context,
        command=["python", "orders.py"],
        extras={"threshold": 1},
    ).get_results()
"""
ORDERS = """\
import numpy as np
from dagster_pipes import open_dagster_pipes

with open_dagster_pipes() as context:
    threshold = context.get_extra('treshold')  # a comment that stays
    enough = (np.array([1, 2]) > 0).all()
    context.report_asset_check("no_nulls", passed=enough, severity='warn')
"""
MENDED = """\
import numpy as np
from dagster_pipes import open_dagster_pipes

with open_dagster_pipes() as context:
    threshold = context.get_extra('threshold')  # a comment that stays
    enough = (np.array([1, 2]) > 0).all()
    context.report_asset_check("no_nulls", passed=bool(enough), severity='WARN')
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    (tmp_path / "defs.py").write_text(DEFS, encoding="utf-8")
    (tmp_path / "orders.py").write_text(ORDERS, encoding="utf-8")
    return tmp_path


def call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipes_lint", "check", *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
    )


def test_safe_ones_alone(project: Path) -> None:
    done = call(project, "--fix")
    assert done.returncode == 1
    assert done.stderr == "pipes-lint: mended 2 faults in 1 file\n"
    assert "missing-extra" in done.stdout
    assert "invalid-severity" not in done.stdout
    assert "1 can be mended with --unsafe-fixes.\n" in done.stdout
    assert (project / "orders.py").read_text(encoding="utf-8") == MENDED.replace("threshold')", "treshold')")


def test_all_of_them_and_then_nothing(project: Path) -> None:
    done = call(project, "--unsafe-fixes")
    assert (done.returncode, done.stderr) == (0, "pipes-lint: mended 3 faults in 1 file\n")
    assert (project / "orders.py").read_text(encoding="utf-8") == MENDED
    again = call(project, "--unsafe-fixes")
    assert (again.returncode, again.stderr) == (0, "")
    assert (project / "orders.py").read_text(encoding="utf-8") == MENDED
    assert (project / "defs.py").read_text(encoding="utf-8") == DEFS


def test_shown_and_not_written(project: Path) -> None:
    done = call(project, "--diff", "--unsafe-fixes")
    assert done.returncode == 1
    assert done.stderr == "pipes-lint: would mend 3 faults in 1 file\n"
    assert (project / "orders.py").read_text(encoding="utf-8") == ORDERS
    subprocess.run(["git", "apply", "-p0"], cwd=project, input=done.stdout, encoding="utf-8", check=True)
    assert (project / "orders.py").read_text(encoding="utf-8") == MENDED
    clean = call(project, "--diff", "--unsafe-fixes")
    assert (clean.returncode, clean.stdout, clean.stderr) == (0, "", "")


def test_files_that_were_not_named_stay(project: Path) -> None:
    done = call(project, "--unsafe-fixes", "defs.py")
    assert "missing-extra" in done.stdout
    assert (project / "orders.py").read_text(encoding="utf-8") == ORDERS


def test_line_ends_stay(project: Path) -> None:
    (project / "orders.py").write_bytes(ORDERS.replace("\n", "\r\n").encode())
    call(project, "--unsafe-fixes")
    assert (project / "orders.py").read_bytes() == MENDED.replace("\n", "\r\n").encode()


def test_in_a_notebook(project: Path) -> None:
    (project / "orders.py").unlink()
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ['# Orders "here"\n']},
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": "%matplotlib inline"},
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [],
            "execution_count": None,
            "source": ORDERS.splitlines(keepends=True),
        },
    ]
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (project / "orders.ipynb").write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    defs = DEFS.replace('["python", "orders.py"]', '["papermill", "orders.ipynb", "out.ipynb"]')
    (project / "defs.py").write_text(defs, encoding="utf-8")
    call(project, "--unsafe-fixes")
    mended = json.loads((project / "orders.ipynb").read_text(encoding="utf-8"))
    assert mended["cells"][:2] == cells[:2]
    assert mended["cells"][2]["source"] == MENDED.splitlines(keepends=True)


def test_nothing_new_may_come(project: Path) -> None:
    """Two extras that are misspelt to one name: what the first needs is not what the second needs."""
    report = lint.check(project)
    mended = lint.fix(project, unsafe=True)
    had = {(each.rule, each.finding.message) for each in report.diagnostics}
    assert {(each.rule, each.finding.message) for each in mended.report.diagnostics} <= had
    assert (project / "orders.py").read_text(encoding="utf-8") == ORDERS, "lint.fix writes nothing"
