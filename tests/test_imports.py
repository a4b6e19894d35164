"""The rooms of the house: who imports whom, and what is never imported on `check`'s way."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import ROOT, RULES

PACKAGE = ROOT / "pipes_lint"

# From the top of the house to its ground. A file imports only from rooms below its own, or from its own room. A
# room inside another is named with it; what lies in the outer one alone is the ground on which the inner ones stand.
ROOMS = (
    ("__main__",),
    ("cli",),
    ("server",),
    ("reports",),
    ("lint",),
    ("catalog",),
    ("config", "suppression", "cache", "fix"),
    ("link",),
    ("commands",),
    ("interpret.run",),
    ("interpret.orchestration",),
    ("interpret.session",),
    ("interpret.python", "interpret.r"),
    ("interpret",),
    ("protocol",),
    ("directives",),
    ("frontends",),
    ("files",),  # what a launch's command means depends on which files there are: linking asks
    ("contract",),
    ("finding",),
    ("declared",),
    ("values",),
    ("ir",),
    ("source",),
    ("records",),
)
FLOOR = {room: floor for floor, rooms in enumerate(ROOMS) for room in rooms}
# Names of things that have no room of their own stand beside the one that uses them.
BESIDE = {
    "arguments": "cli",
    "mend": "cli",
    "wrong": "config",
    "toml_places": "config",
    "walk": "files",
    "gitignore": "files",
    "notebook": "files",
    "stops": "contract",
    "launching": "contract",
    "remedy": "contract",
    "code": "values",
}

TREE_SITTER = ("tree_sitter", "tree_sitter_python", "tree_sitter_language_pack")


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imports(module: str, path: Path) -> Iterator[tuple[str, bool]]:
    """What a module imports: names within the package (relative to it), or others; and whether it is within.

    What only a type checker imports is left out: it is no arrow of the running program.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {id(inner) for node in ast.walk(tree) if _is_type_checking(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            for alias in node.names:
                inside = alias.name.split(".")[0] == "pipes_lint"
                yield alias.name.removeprefix("pipes_lint").lstrip("."), inside
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
                there = [part for part in package[: len(package) - node.level + 1] if part]
                base = ".".join([*there, base]) if base else ".".join(there)
            elif base.split(".")[0] == "pipes_lint":
                base = base.removeprefix("pipes_lint").lstrip(".")
            else:
                yield base, False
                continue
            for alias in node.names:
                yield base or alias.name, True


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def room(module: str) -> str:
    """The room that a module of the package lies in; empty for the package itself."""
    parts = module.split(".")
    within = next((name for end in range(len(parts), 0, -1) if (name := ".".join(parts[:end])) in FLOOR), parts[0])
    return BESIDE.get(within, within)


def test_every_file_has_a_room() -> None:
    assert [name for name, _ in modules() if name and room(name) not in FLOOR] == []


def test_no_arrow_runs_up() -> None:
    wrong = []
    for name, path in modules():
        for imported, inside in imports(name, path):
            if not inside or not name or room(imported) == room(name) or imported == "__version__":
                continue
            if FLOOR.get(room(imported), -1) <= FLOOR[room(name)]:
                wrong.append(f"{name} imports {imported}")
    assert wrong == []


def test_no_circle_within_a_room() -> None:
    known = {name for name, _ in modules()}
    arrows: dict[str, set[str]] = {}
    for name, path in modules():
        within = {imported for imported, inside in imports(name, path) if inside}
        arrows[name] = {imported for imported in within if imported in known and imported != name and imported}
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " → ".join([*way[way.index(name) :], name])
        if name not in done:
            for imported in sorted(arrows[name]):
                visit(imported, (*way, name))
            done.add(name)

    for name in arrows:
        visit(name, ())


def test_only_front_ends_parse() -> None:
    wrong = [
        f"{name} imports {imported}"
        for name, path in modules()
        if room(name) != "frontends"
        for imported, inside in imports(name, path)
        if not inside and imported.split(".")[0] in TREE_SITTER
    ]
    assert wrong == []


@pytest.mark.parametrize("path", sorted(RULES.glob("*.py")), ids=lambda path: path.stem)
def test_rules_see_only_the_project(path: Path) -> None:
    allowed = {"contract", "finding", "protocol", "source", "values"}
    for imported, inside in imports(path.stem, path):
        if inside:
            assert room(imported) in allowed, f"{path.name} imports {imported}"
        else:
            assert imported.split(".")[0] in sys.stdlib_module_names, f"{path.name} imports {imported}"


def test_check_is_light(tmp_path: Path) -> None:
    """A check imports nothing that it does not need: no editing, no language server, never Dagster."""
    (tmp_path / "defs.py").write_text(
        "import dagster as dg\n\n\n"
        "@dg.asset\n"
        "def orders(context, client: dg.PipesSubprocessClient):\n"
        '    return client.run(context=context, command=["python", "orders.py"]).get_results()\n',
        encoding="utf-8",
    )
    (tmp_path / "orders.py").write_text(
        "from dagster_pipes import open_dagster_pipes\n\nwith open_dagster_pipes() as context:\n"
        '    context.report_asset_materialization(metadata={"rows": 1})\n',
        encoding="utf-8",
    )
    program = (
        "import sys\n"
        "from pipes_lint import cli\n"
        "try:\n"
        "    cli.main(['check'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "print('loaded', *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    loaded = set(shown.stdout.splitlines()[-1].split())
    assert "pipes_lint" in loaded
    assert loaded & {"libcst", "pygls", "lsprotocol", "dagster", "dagster_pipes"} == set()
