"""The commands as a user calls them: real processes, real files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipes_lint import __version__, catalog

REPOSITORY = Path(__file__).parents[1]
SCORING = "tests/projects/scoring"


def call(*arguments: str, cwd: Path = REPOSITORY, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "pipes_lint", *arguments],
        cwd=cwd,
        env={**settings, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


def copy(tmp_path: Path) -> Path:
    return shutil.copytree(REPOSITORY / SCORING, tmp_path / "scoring")


# --- check ----------------------------------------------------------------------------------------------------------


def test_faults_on_both_sides_and_in_both_languages() -> None:
    done = call("check", "--output-format", "concise", cwd=REPOSITORY / SCORING)
    assert done.returncode == 1, done.stderr
    assert done.stderr == ""
    assert [line.partition("] ")[0] + "]" for line in done.stdout.splitlines()[:-2]] == [
        "external/clean.py:17:30: error[unknown-check]",
        "external/clean.py:30:71: error[invalid-metadata-type]",
        "external/score.R:7:30: error[missing-extra]",
        "external/score.R:20:77: error[invalid-metadata-type]",
        "external/score.R:26:16: error[invalid-severity]",
        "scoring/assets.py:15:9: error[unreported-check]",
        "scoring/assets.py:23:64: info[unused-extra]",
    ]
    assert done.stdout.endswith("Checked 2 launches of 2 scripts (1 Python, 1 R); 0 launches unresolved.\n")


def test_full_is_the_default_and_without_colour_when_nobody_looks() -> None:
    done = call("check", SCORING)
    assert "error[missing-extra]: " in done.stdout
    assert f"\n  --> {SCORING}/external/score.R:7:30\n" in done.stdout
    assert f"\n  ::: {SCORING}/scoring/assets.py:" in done.stdout
    assert "\033[" not in done.stdout
    assert done.stdout == call("check", SCORING, "--output-format", "full").stdout


def test_colour_can_be_forced() -> None:
    assert "\033[1;31merror[" in call("check", SCORING, FORCE_COLOR="1").stdout


def test_json() -> None:
    done = call("check", SCORING, "--output-format", "json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert document["version"] == 1
    assert {finding["rule"] for finding in document["findings"]} >= {"missing-extra", "unknown-check"}
    summary = document["summary"]
    assert (summary["launches"], summary["scripts"], summary["unresolved"]) == (2, {"python": 1, "r": 1}, 0)


def test_paths_narrow_the_report_and_not_the_reading() -> None:
    whole = json.loads(call("check", SCORING, "--output-format", "json").stdout)
    part = json.loads(call("check", f"{SCORING}/external/score.R", "--output-format", "json").stdout)
    assert part["summary"]["launches"] == 2
    wanted = [
        finding
        for finding in whole["findings"]
        if "external/score.R" in (finding["filename"], *(note["filename"] for note in finding["notes"]))
    ]
    assert part["findings"] == wanted
    assert 0 < len(wanted) < len(whole["findings"])


def test_select_ignore_and_exit_zero() -> None:
    def rules(*wishes: str) -> set[str]:
        done = call("check", SCORING, "--output-format", "json", *wishes)
        return {finding["rule"] for finding in json.loads(done.stdout)["findings"]}

    assert rules("--select", "missing-extra,unknown-check") == {"missing-extra", "unknown-check"}
    assert rules("--select", "missing-extra", "--select", "unknown-check", "--ignore", "unknown-check") == {
        "missing-extra"
    }
    assert rules("--ignore", "missing-extra") == rules() - {"missing-extra"}
    assert call("check", SCORING, "--exit-zero").returncode == 0


def test_info_alone_is_no_failure() -> None:
    done = call("check", SCORING, "--select", "unused-extra")
    assert "info[unused-extra]" in done.stdout
    assert done.returncode == 0


def test_the_configuration_counts(tmp_path: Path) -> None:
    project = copy(tmp_path)
    with open(project / "pyproject.toml", "a") as file:
        file.write('\n[tool.pipes-lint]\nselect = ["missing-extra"]\n')
    found = json.loads(call("check", "--output-format", "json", cwd=project).stdout)["findings"]
    assert [finding["rule"] for finding in found] == ["missing-extra"]


def test_an_empty_project(tmp_path: Path) -> None:
    done = call("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Found nothing wrong.\nChecked 0 launches of 0 scripts; 0 launches unresolved.\n"


def test_what_cannot_be_read_is_said_and_the_rest_is_checked(tmp_path: Path) -> None:
    project = copy(tmp_path)
    (project / "junk.py").write_bytes(b"\x00\xff\xfe dagster")
    (project / "scoring" / "loop").symlink_to(project)
    done = call("check", "--output-format", "concise", cwd=project)
    assert done.returncode == 1
    assert done.stderr == "pipes-lint: junk.py: left out: not text (it holds a NUL byte)\n"
    assert done.stdout == call("check", "--output-format", "concise", cwd=REPOSITORY / SCORING).stdout


# --- A wrong call ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chek"], "there is no command `chek`; did you mean `check`?"),
        (["check", "nowhere"], "nowhere: no such file or folder"),
        (["check", "--selct", "x"], "`--selct` is not expected here; did you mean `--select`?"),
        (["check", "--output-format", "jsn"], "`jsn` is none of full, concise, json; did you mean `json`?"),
        (["check", "--select", "mising-extra"], "there is no rule `mising-extra`; did you mean `missing-extra`?"),
        (["check", "--ignore", "zzz"], "there is no rule `zzz`; `pipes-lint rules` lists them"),
        (["explain", "unknown_check"], "there is no rule `unknown_check`; did you mean `unknown-check`?"),
        (["explain"], "the following arguments are required: RULE"),
        (["rules", "all"], "`all` is not expected here"),
    ],
)
def test_is_answered_in_one_line(arguments: list[str], message: str) -> None:
    done = call(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert message in done.stderr
    assert done.stderr.startswith("pipes-lint: ")
    assert done.stderr.count("\n") == 1


def test_no_command_gets_the_help() -> None:
    done = call()
    assert done.returncode == 2
    assert done.stdout == call("--help").stdout
    assert "pipes-lint check jobs/score.R" in done.stdout


def test_a_broken_configuration(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.pipes-lint]\nselect = 3\n")
    done = call("check", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith("`select` must be a list of strings, and is an integer\n")


# --- The other commands ---------------------------------------------------------------------------------------------


def test_version() -> None:
    assert call("--version").stdout == f"pipes-lint {__version__}\n"


def test_explain_prints_the_page() -> None:
    assert call("explain", "missing-extra").stdout == catalog.page("missing-extra").rstrip("\n") + "\n"


def test_rules_has_a_line_for_each() -> None:
    done = call("rules")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(catalog.names())
    assert all(len(line.split(maxsplit=2)) == 3 for line in done.stdout.splitlines())


def test_contracts_for_programs() -> None:
    done = call("contracts", SCORING, "--output-format", "json")
    assert done.returncode == 0, done.stderr
    cleaning, scoring = json.loads(done.stdout)["launches"]
    assert cleaning["definition"]["asset_keys"] == ["applications"]
    assert cleaning["session"]["checks_reported"] == ["no_missing_income", "unique_id"]
    assert scoring == {
        "filename": "scoring/assets.py",
        "location": {"row": 35, "column": 12},
        "client": "PipesSubprocessClient",
        "definition": {
            "kind": "asset",
            "name": "scores",
            "asset_keys": ["scores"],
            "checks": ["scores_in_range"],
            "partitioned": False,
        },
        "script": {"path": "external/score.R", "language": "r", "reason": None},
        "extras": {"known": ["threshold", "model", "applications", "output_path"], "complete": True},
        "session": {
            "extras_read": [
                {"key": key, "certainty": "always"} for key in ("applications", "treshold", "model", "output_path")
            ],
            "checks_reported": ["scores_in_range"],
            "asset_keys_reported": [],
            "metadata_types": ["int", "markdown"],
            "closed": True,
        },
        "stops": [],
    }


def test_contracts_for_people() -> None:
    done = call("contracts", "score.R", cwd=REPOSITORY / SCORING / "external")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "asset `scores`, by PipesSubprocessClient in ../scoring/assets.py:35:12\n"
        "  command    Rscript ../external/score.R\n"
        "  script     ../external/score.R\n"
        "  extras     passes `threshold`, `model`, `applications`, `output_path`; "
        "reads `applications`, `treshold`, `model`, `output_path`\n"
        "  checks     declares `scores_in_range`; reports `scores_in_range`\n"
        "\n"
        "Checked 2 launches of 2 scripts (1 Python, 1 R); 0 launches unresolved.\n"
    )


# --- Where the report goes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["check", SCORING], ["contracts", SCORING], ["rules"], ["--help"]])
@pytest.mark.skipif(sys.platform == "win32", reason="pipes break differently there")
def test_a_reader_that_goes_away_is_no_fault_of_ours(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "pipes_lint", *arguments]
    with open(writer, "wb") as pipe:
        done = subprocess.run(command, cwd=REPOSITORY, stdout=pipe, stderr=subprocess.PIPE, text=True)
    assert done.stderr == ""
    assert done.returncode in (0, 1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
def test_a_full_disk_is_said() -> None:
    command = [sys.executable, "-m", "pipes_lint", "check", SCORING]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, cwd=REPOSITORY, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.stderr == "pipes-lint: the report cannot be written: no space left on device\n"
    assert done.returncode == 2


def test_a_terminal_that_cannot_show_a_character_gets_something_else(tmp_path: Path) -> None:
    project = copy(tmp_path)
    script = project / "external" / "score.R"
    script.write_text(script.read_text().replace('get_extra("treshold")', 'get_extra("seuil_é_名")'), encoding="utf-8")
    done = call("check", cwd=project, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "seuil_\\xe9_\\u540d" in done.stdout
