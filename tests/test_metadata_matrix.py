"""The matrix of values and what takes them: what the rules say of each cell, beside what becomes of it for real.

`matrix/python.txt` and `matrix/r.txt` hold the values. Each is reported as each type of metadata, without a type, as a
check's `passed`, as a data version, as a log's message and as a custom payload. Where it fails or is lost, an error
must stand at its line, unless a `?` says that nobody can tell; where it arrives, none may.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from real_runs import has_r

from pipes_lint.finding import Severity
from pipes_lint.lint import check
from pipes_lint.protocol import METADATA_TYPES

FOLDER = Path(__file__).parent / "matrix"
RUNNER = Path(__file__).with_name("matrix_runner.py")
EXTRAS = (
    '{"rate": "0.5", "n": 3, "share": 0.5, "flag": True, "none": None, "names": ["a"], "opts": {"depth": 2}, '
    '"whole": 2.0, "pair": (1, 2), "by": {1: "one"}}'
)
RULES = frozenset(
    "metadata-value-mismatch malformed-metadata non-bool-passed empty-metadata invalid-data-version "
    "invalid-log-message non-serializable-payload swapped-arguments".split()
)

ALIKE = {"url", "path", "notebook", "md", "__infer__"}
"""What takes as much as `text`, and as `null`."""
TYPES = tuple(name for name in METADATA_TYPES if name not in ALIKE)

PYTHON = {
    **{
        name: f'context.report_asset_check("c", True, metadata={{"m": {{"raw_value": %s, "type": "{name}"}}}}, '
        'asset_key="a0")'
        for name in TYPES
    },
    "bare": 'context.report_asset_check("c", True, metadata={"m": %s}, asset_key="a0")',
    "metadata": 'context.report_asset_check("c", True, metadata=%s, asset_key="a0")',
    "passed": 'context.report_asset_check("c", %s, asset_key="a0")',
    "data_version": 'context.report_asset_materialization(data_version=%s, asset_key="KEY")',
    "payload": "context.report_custom_message(%s)",
}
R = {
    **{
        name: f'ctx$report_asset_check("c", TRUE, "a0", metadata = list(m = pipes_metadata_value(%s, "{name}")))'
        for name in TYPES
    },
    "bare": 'ctx$report_asset_check("c", TRUE, "a0", metadata = list(m = %s))',
    "metadata": 'ctx$report_asset_check("c", TRUE, "a0", metadata = %s)',
    "passed": 'ctx$report_asset_check("c", %s, "a0", metadata = list(n = 1))',
    "data_version": 'ctx$report_asset_materialization(list(n = 1), "KEY", %s)',
    "message": "ctx$log(%s)",
    "payload": "ctx$report_custom_message(%s)",
}


UNDECIDED = frozenset({"metadata"})
"""Nobody can tell: a falsy value is as good as none, in Python, and whether a number is 0 is known when it is there."""
NUMBERS = UNDECIDED | {"int", "float", "timestamp", "json"}
CLASSES = UNDECIDED | {"passed", "data_version"}
SHAPES = UNDECIDED | {"table", "table_schema", "table_column_lineage"}
EVERYTHING = frozenset({*PYTHON, *R})


@dataclass(frozen=True)
class Section:
    title: str
    setup: str
    expressions: tuple[tuple[str, frozenset[str]], ...]
    """Each with the cells that the data decide."""


def sections(file: Path) -> list[Section]:
    found = []
    for part in re.split(r"^=== ", file.read_text(), flags=re.MULTILINE)[1:]:
        title, _, rest = part.partition("\n")
        setup, _, body = rest.partition("\n--\n") if not rest.startswith("--\n") else ("", "", rest[3:])
        lines = [line for line in body.splitlines() if line.strip()]
        found.append(Section(title, setup, tuple(map(_expression, lines))))
    return found


def _expression(line: str) -> tuple[str, frozenset[str]]:
    if line.startswith("? "):
        return line[2:], EVERYTHING
    for mark, cells in (("~ ", NUMBERS), ("^ ", CLASSES), ("% ", SHAPES)):
        if line.startswith(mark):
            return line[2:], cells
    return line, UNDECIDED


def real(language: str, all_of: list[Section], cells: dict[str, str], folder: Path) -> list[list[str]]:
    number = 0
    jobs = []
    for section in all_of:
        statements = []
        for expression, _ in section.expressions:
            for cell in cells.values():
                number += 1
                statements.append((cell % expression if "%s" in cell else cell).replace("KEY", f"a{number}"))
        jobs.append({"setup": section.setup, "statements": statements})
    extras = eval(EXTRAS)
    (folder / "jobs.json").write_text(json.dumps({"language": language, "extras": extras, "sections": jobs}))
    subprocess.run(
        [sys.executable, RUNNER, folder / "jobs.json", folder / "outcomes.json"],
        check=True,
        cwd=folder,
        env={**os.environ, "DAGSTER_DISABLE_TELEMETRY": "1"},
    )
    found: list[list[str]] = json.loads((folder / "outcomes.json").read_text())
    return found


def linted(language: str, all_of: list[Section], cells: dict[str, str], folder: Path) -> dict[tuple[str, int], str]:
    """The rules' errors by script and line (from 0, behind the setup)."""
    project = folder / "project"
    project.mkdir()
    launches = []
    offsets = {}
    for at, section in enumerate(all_of):
        for index, (expression, _) in enumerate(section.expressions):
            name = f"s{at}_{index}"
            path = project / f"{name}.{'R' if language == 'r' else 'py'}"
            head = _head(language, section.setup)
            statements = [cell % expression for cell in cells.values()]
            indent = "  " if language == "r" else "    "
            path.write_text("\n".join([*head, *(indent + each for each in statements), *_foot(language)]) + "\n")
            offsets[path.name] = len(head)
            command = f'["Rscript", "{path.name}"]' if language == "r" else f'["python", "{path.name}"]'
            launches.append(
                f"@dg.asset\ndef {name}(context: dg.AssetExecutionContext, client: dg.PipesSubprocessClient):\n"
                f"    return client.run(context=context, command={command}, extras=EXTRAS).get_materialize_result()\n"
            )
    (project / "defs.py").write_text(f"import dagster as dg\n\nEXTRAS = {EXTRAS}\n\n" + "\n\n".join(launches))
    result = check(project)
    found = {}
    for diagnostic in result.diagnostics:
        if diagnostic.severity is not Severity.ERROR or diagnostic.rule not in RULES:
            continue
        source = result.sources[diagnostic.finding.span.path]
        row = source.position(diagnostic.finding.span.start)[0]
        name = Path(diagnostic.finding.span.path).name
        if name in offsets:
            found[(name, row - 1 - offsets[name])] = f"[{diagnostic.rule}] {diagnostic.finding.message}"
    return found


def _head(language: str, setup: str) -> list[str]:
    if language == "r":
        return ["library(dagsterpipes)", *setup.splitlines(), "with_dagster_pipes(function(ctx) {"]
    return [
        "from dagster_pipes import open_dagster_pipes",
        "context = open_dagster_pipes()",
        *setup.splitlines(),
        "if True:",
    ]


def _foot(language: str) -> list[str]:
    return ["})"] if language == "r" else []


def compare(language: str, all_of: list[Section], cells: dict[str, str], folder: Path) -> list[str]:
    outcomes = real(language, all_of, cells, folder)
    found = linted(language, all_of, cells, folder)
    wrong = []
    for at, section in enumerate(all_of):
        for index, (expression, open_) in enumerate(section.expressions):
            script = f"s{at}_{index}.{'R' if language == 'r' else 'py'}"
            for row, cell in enumerate(cells):
                outcome = outcomes[at][index * len(cells) + row]
                said = found.get((script, row))
                if said and not outcome:
                    wrong.append(f"false: {expression} | {cell} | arrives | {said}")
                elif outcome and not said and cell not in open_:
                    wrong.append(f"missed: {expression} | {cell} | {outcome[:150]}")
    return wrong


def _usable(section: Section) -> bool:
    imported = re.findall(r"^import (\w+)", section.setup, flags=re.MULTILINE)
    return all(importlib.util.find_spec(name) is not None for name in imported)


def test_python(tmp_path: Path) -> None:
    usable = [each for each in sections(FOLDER / "python.txt") if _usable(each)]
    assert usable
    wrong = compare("python", usable, PYTHON, tmp_path)
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(not has_r(), reason="R or its package dagsterpipes is not installed")
def test_r(tmp_path: Path) -> None:
    assert shutil.which("Rscript")
    wrong = compare("r", sections(FOLDER / "r.txt"), R, tmp_path)
    assert not wrong, "\n".join(wrong)
