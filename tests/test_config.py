"""Which folder is the project, and `[tool.pipes-lint]`."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipes_lint.config import Config, find_root, load
from pipes_lint.wrong import WrongCall

RULES = ("missing-extra", "unknown-check", "unused-extra")


def mark(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()
    return folder


# --- The root -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("marker", ["pyproject.toml", ".git", "setup.py", "workspace.yaml", "dagster.yaml"])
def test_the_nearest_folder_above_that_looks_like_one(tmp_path: Path, marker: str) -> None:
    root = mark(tmp_path / "project", marker)
    inner = mark(root / "src" / "defs")
    assert find_root(inner, []) == root
    assert find_root(inner, [inner]) == root


def test_a_nested_project_that_holds_all_the_paths(tmp_path: Path) -> None:
    outer = mark(tmp_path / "repository", "pyproject.toml")
    inner = mark(outer / "tests" / "projects" / "scoring", "pyproject.toml")
    other = mark(outer / "tests" / "projects" / "other", "pyproject.toml")
    mark(inner / "defs", "a.py")
    assert find_root(outer, [inner]) == inner
    assert find_root(outer, [inner / "defs" / "a.py"]) == inner
    assert find_root(outer, [inner / "defs", inner]) == inner
    assert find_root(outer, [inner, other]) == outer
    assert find_root(outer, []) == outer


def test_without_any_mark_it_is_where_we_are(tmp_path: Path) -> None:
    mark(tmp_path / "defs")
    assert find_root(tmp_path, [tmp_path / "defs"]) == tmp_path
    assert find_root(tmp_path / "defs", []) == tmp_path / "defs"


def test_without_any_mark_and_elsewhere_it_is_what_was_named(tmp_path: Path) -> None:
    mark(tmp_path / "here")
    mark(tmp_path / "there", "a.py")
    assert find_root(tmp_path / "here", [tmp_path / "there" / "a.py"]) == tmp_path / "there"


# --- The table ------------------------------------------------------------------------------------------------------


def config(tmp_path: Path, text: str) -> Config:
    (tmp_path / "pyproject.toml").write_text(text)
    return load(tmp_path, RULES)


def complaint(tmp_path: Path, text: str) -> str:
    with pytest.raises(WrongCall) as wrong:
        config(tmp_path, text)
    message = str(wrong.value)
    assert "\n" not in message
    return message.removeprefix(f"{tmp_path / 'pyproject.toml'}: ")


def test_no_file(tmp_path: Path) -> None:
    assert load(tmp_path, RULES) == Config()


def test_no_table(tmp_path: Path) -> None:
    assert config(tmp_path, "[project]\nname = 'x'\n") == Config()


def test_somebody_elses_broken_file_is_not_ours_to_complain_of(tmp_path: Path) -> None:
    assert config(tmp_path, "[project\n") == Config()


def test_all_keys(tmp_path: Path) -> None:
    text = '[tool.pipes-lint]\nselect = ["missing-extra"]\nignore = ["unused-extra"]\nexclude = ["vendor/"]\n'
    assert config(tmp_path, text) == Config(("missing-extra",), ("unused-extra",), ("vendor/",))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("selct = []", "[tool.pipes-lint]: unknown key `selct`; did you mean `select`?"),
        (
            "colour = true",
            "[tool.pipes-lint]: unknown key `colour`; there are `select`, `ignore`, `exclude`, `path-map`, `clients`",
        ),
        ('ignore = "unused-extra"', "[tool.pipes-lint]: `ignore` must be a list of strings, and is a string"),
        ("exclude = [1]", "[tool.pipes-lint]: `exclude` must be a list of strings, and holds an integer"),
        ("select = 2026-11-20", "[tool.pipes-lint]: `select` must be a list of strings, and is a date or time"),
        (
            'select = ["mising-extra"]',
            "[tool.pipes-lint]: `select`: there is no rule `mising-extra`; did you mean `missing-extra`?",
        ),
        (
            "path-map = []",
            '[tool.pipes-lint]: `path-map` must be a table, as `{"/app" = "services/etl"}`, and is a list',
        ),
        (
            'path-map = {"/app" = ["etl"]}',
            "[tool.pipes-lint]: `path-map`: `/app` must be a folder of the project, and is a list",
        ),
        (
            'path-map = {"/app" = "../etl"}',
            "[tool.pipes-lint]: `path-map`: `../etl` lies outside the project; folders are relative to its root",
        ),
        (
            'clients = {run = "a.b"}',
            "[tool.pipes-lint]: `clients` must be a list of tables (`[[tool.pipes-lint.clients]]`), and is a table",
        ),
        ("clients = [3]", "[tool.pipes-lint]: `clients`, entry 1: must be a table, and is an integer"),
        (
            'clients = [{run = "a.B.run", script = "path"}, {run = "a.C.run", scrpt = "path"}]',
            "[tool.pipes-lint]: `clients`, entry 2: unknown key `scrpt`; did you mean `script`?",
        ),
        (
            'clients = [{run = "a.B.run", script = 3}]',
            "[tool.pipes-lint]: `clients`, entry 1: `script` must be a string, and is an integer",
        ),
        (
            'clients = [{script = "path"}]',
            (
                "[tool.pipes-lint]: `clients`, entry 1: `run` is missing: the dotted name of the method or function, "
                "as `acme.r.RClient.run`"
            ),
        ),
        (
            'clients = [{run = "run", script = "path"}]',
            (
                "[tool.pipes-lint]: `clients`, entry 1: `run` must be a dotted name, as `acme.r.RClient.run`, "
                "and is `run`"
            ),
        ),
        (
            'clients = [{run = "a.B.run"}]',
            (
                "[tool.pipes-lint]: `clients`, entry 1: `script` or `command` names the parameter of `a.B.run` that "
                "says what is started, and one of them is missing"
            ),
        ),
        (
            'clients = [{run = "a.B.run", script = "path", command = "cmd"}]',
            (
                "[tool.pipes-lint]: `clients`, entry 1: `script` or `command` names the parameter of `a.B.run` that "
                "says what is started, and not both"
            ),
        ),
        ('ignore = ["E501"]', "[tool.pipes-lint]: `ignore`: there is no rule `E501`; `pipes-lint rules` lists them"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, table: str, message: str) -> None:
    assert complaint(tmp_path, f"[tool.pipes-lint]\n{table}\n") == message


@pytest.mark.parametrize(
    "text",
    [
        (
            '[tool.pipes-lint]\npath-map = {"/app" = "services/etl"}\n'
            '[[tool.pipes-lint.clients]]\nrun = "acme.r.RClient.run"\nscript = "path"\nextras = "params"\n'
        ),
        (
            '[tool]\nother = """\n[tool.pipes-lint.path-map]\n"/app" = 1\n"""  # "/app" = 2\n'
            '[tool.pipes-lint.path-map]\r\n"/app" = "./services/etl/"\r\n'
            '[[tool.pipes-lint.clients]]\nscript="path"\nextras = \'params\'\nrun = "acme.r.RClient.run"\n'
        ),
        (
            '[tool.pipes-lint]\npath-map."/app" = "services/etl"\nclients = [\n  # the one in R\n'
            '  { run = "acme.r.RClient.run", script = "path", extras = "params" },\n]\n'
        ),
        (
            'tool.pipes-lint = {path-map = {"/app" = "services/etl"}, clients = '
            '[{run = "acme.r.RClient.run", script = "path", extras = "params"}]}\n'
        ),
    ],
)
def test_what_cannot_be_read_and_where_it_is_said(tmp_path: Path, text: str) -> None:
    declared = config(tmp_path, text).declared
    (mapped,), (client,) = declared
    assert (mapped.deployed, mapped.folder) == ("/app", "services/etl")
    assert text[mapped.span.start : mapped.span.end] in ('"/app"', 'path-map."/app"')
    assert text[: mapped.span.start].count("/app") == (2 if "other" in text else 0)
    assert (client.run, client.script, client.command, client.extras) == ("acme.r.RClient.run", "path", None, "params")
    shown = {key: text[span.start : span.end].strip("\"'") for key, span in client.spans}
    assert shown == {"run": "acme.r.RClient.run", "script": "path", "extras": "params"}


def test_not_a_table(tmp_path: Path) -> None:
    assert complaint(tmp_path, "[tool]\npipes-lint = 3\n") == "[tool.pipes-lint]: must be a table, and is an integer"


def test_not_toml(tmp_path: Path) -> None:
    assert complaint(tmp_path, "[tool.pipes-lint]\nselect = [\n").startswith("not valid TOML: ")


def test_the_command_line_replaces_select_and_adds_to_ignore() -> None:
    wished = Config(("missing-extra",), ("unused-extra",)).with_wishes(["unknown-check"], ["missing-extra"])
    assert wished == Config(("unknown-check",), ("unused-extra", "missing-extra"))
    assert Config(("missing-extra",)).with_wishes([], []) == Config(("missing-extra",))


def test_which_rules_are_wanted() -> None:
    assert [name for name in RULES if Config().wants(name)] == list(RULES)
    assert [name for name in RULES if Config(ignore=("unknown-check",)).wants(name)] == [
        "missing-extra",
        "unused-extra",
    ]
    assert [name for name in RULES if Config(RULES[:2], RULES[:1]).wants(name)] == ["unknown-check"]
