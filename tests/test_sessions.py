"""How sessions begin and end, as the interpreter sees it and as it really is: `tests/sessions.md` has the scripts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from real_runs import has_r

from pipes_lint.contract import Asked, Certainty, ExtraRead, MemberRead, Session
from pipes_lint.files import Files
from pipes_lint.link import link

LAUNCH = """\
import dagster as dg

@dg.asset
def orders(context: dg.AssetExecutionContext, client: dg.PipesSubprocessClient):
    return client.run(context=context, command=[{command}]).get_results()
"""
COMMANDS = {"s.py": '"python", "s.py"', "s.R": '"Rscript", "s.R"'}
HEADS = {
    "s.py": "import os\nimport sys\n\nfrom dagster_pipes import PipesContext, open_dagster_pipes\n\n",
    "s.R": "library(dagsterpipes)\n",
}


class Script(NamedTuple):
    section: str
    name: str
    path: str
    text: str


def scripts() -> list[Script]:
    found = []
    page = Path(__file__).with_name("sessions.md").read_text(encoding="utf-8")
    for section in page.split("\n## ")[1:]:
        title = section.partition("\n")[0]
        for name, language, text in re.findall(r"\n### ([^\n]+)\n\n```(\w+)\n(.*?)```\n", section, re.DOTALL):
            path = "s.R" if language == "r" else "s.py"
            found.append(Script(title.partition(",")[0], name, path, HEADS[path] + text))
    return found


SCRIPTS = scripts()


def each(*sections: str) -> pytest.MarkDecorator:
    chosen = [script for script in SCRIPTS if script.section in sections]
    assert {script.section for script in chosen} == set(sections)
    return pytest.mark.parametrize(
        "script", chosen, ids=[f"{each.path} {each.section.lower()}: {each.name}" for each in chosen]
    )


def seen(script: Script) -> Session:
    """What the script does, as the interpreter sees it."""
    files = {"defs.py": LAUNCH.format(command=COMMANDS[script.path]), script.path: script.text}
    (contract,) = link(Files(Path("/nowhere"), overlay=files)).contracts
    assert contract.session is not None
    return contract.session


def sent(script: Script, folder: Path) -> list[str]:
    """The methods of the messages that a script really sends; `CalledProcessError` if it fails."""
    if script.path == "s.R" and not has_r():
        pytest.skip("R or its package dagsterpipes is not installed")
    from dagster_pipes import encode_param

    step: dict[str, object] = {"asset_keys": ["orders"], "extras": {}, "run_id": "1", "job_name": "j"}
    step |= {"retry_number": 0, "partition_key": None, "partition_key_range": None, "partition_time_window": None}
    step |= {key: {"orders": None} for key in ("code_version_by_asset_key", "provenance_by_asset_key")}
    (folder / script.path).write_text(script.text)
    (folder / "context").write_text(json.dumps(step))
    (folder / "messages").touch()
    environment = {
        **os.environ,
        "DAGSTER_PIPES_CONTEXT": encode_param({"path": str(folder / "context")}),
        "DAGSTER_PIPES_MESSAGES": encode_param({"path": str(folder / "messages")}),
    }
    program = sys.executable if script.path == "s.py" else shutil.which("Rscript") or "Rscript"
    subprocess.run([program, script.path], cwd=folder, env=environment, check=True, capture_output=True)
    return [json.loads(line)["method"] for line in (folder / "messages").read_text().splitlines()]


@each("Closes", "Stays open")
def test_what_stays_open(script: Script) -> None:
    session = seen(script)
    assert bool(session.left_open) is (script.section == "Stays open")
    assert not session.gaps or script.section == "Closes"


@each("Closes", "Stays open")
def test_what_really_stays_open(script: Script, tmp_path: Path) -> None:
    assert ("closed" in sent(script, tmp_path)) is (script.section == "Closes")


@each("Swallows", "Fails")
def test_what_is_swallowed(script: Script) -> None:
    session = seen(script)
    assert bool(session.swallowed) is (script.section == "Swallows")
    assert not session.left_open


@each("Swallows", "Fails")
def test_what_is_really_swallowed(script: Script, tmp_path: Path) -> None:
    if script.section == "Swallows":
        assert "opened" in sent(script, tmp_path)
    else:
        with pytest.raises(subprocess.CalledProcessError):
            sent(script, tmp_path)


@each("Is no swallowed failure")
def test_what_is_no_swallowed_failure(script: Script) -> None:
    assert not seen(script).swallowed


@each("Guards nothing", "Guards")
def test_what_guards_an_absent_extra(script: Script) -> None:
    """A handler after which the program fails all the same is none."""
    reads = [event for event in seen(script).events if isinstance(event, ExtraRead)]
    guarded = script.section == "Guards"
    assert reads
    assert [bool(event.when.guards) for event in reads] == [guarded] * len(reads)
    assert guarded or all(event.when.certainty is Certainty.ALWAYS for event in reads)


def test_a_default_stays_one_where_the_program_fails_for_another_reason() -> None:
    script = """
def optional(context, key):
    try:
        return context.get_extra(key)
    except Exception:
        return 0.5


def main():
    try:
        with open_dagster_pipes() as context:
            optional(context, 'absent')
            context.partition_key
    except Exception:
        return 1
    return 0


sys.exit(main())
"""
    events = seen(Script("", "", "s.py", HEADS["s.py"] + script)).events
    (read,) = (event for event in events if isinstance(event, ExtraRead))
    (member,) = (event for event in events if isinstance(event, MemberRead))
    assert read.when.guards
    assert not member.when.guards


@each("Guards nothing", "Guards")
def test_what_really_guards_an_absent_extra(script: Script, tmp_path: Path) -> None:
    if script.section == "Guards":
        assert "opened" in sent(script, tmp_path)
    else:
        with pytest.raises(subprocess.CalledProcessError):
            sent(script, tmp_path)


@each("Opens nothing")
def test_what_opens_nothing(script: Script) -> None:
    assert seen(script).idle


@each("May open something")
def test_what_may_open_something(script: Script) -> None:
    assert not seen(script).idle


@each("Asks too early")
def test_what_is_asked_too_early(script: Script) -> None:
    assert any(isinstance(event, Asked) for event in seen(script).events)


@each("Asks in time")
def test_what_is_not_asked_too_early(script: Script) -> None:
    session = seen(script)
    assert not any(isinstance(event, Asked) for event in session.events)
    assert not session.failing
