"""What programs make of their command lines, as the interpreter sees it and as it really is: `command_lines.txt`."""

from __future__ import annotations

import ast
import importlib.util
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from test_python_library import ROOT, whole, wrong

from pipes_lint.contract import Certainty, ExtraRead
from pipes_lint.files import Files
from pipes_lint.frontends.python import lower
from pipes_lint.interpret import run as _run  # noqa: F401  It enters all that the interpreter knows.
from pipes_lint.interpret.machine import Machine, Scope, World
from pipes_lint.interpret.modules import run_module
from pipes_lint.interpret.settle import settle
from pipes_lint.link import link
from pipes_lint.protocol.steps import decided_by_launch
from pipes_lint.source import Source
from pipes_lint.values import Instance, Known, Sequence, Value

LIBRARIES = ("click", "typer", "fire")


class Program(NamedTuple):
    words: tuple[str, ...]
    text: str
    x: Any


def programs() -> list[Program]:
    parts = Path(__file__).with_name("command_lines.txt").read_text().split("# --- ")[1:]
    found = []
    for part in parts:
        words, _, text = part.partition("\n")
        text, _, x = text.rpartition("# == ")
        found.append(Program(tuple(shlex.split(words)), text, ast.literal_eval(x.strip())))
    return found


each_program = pytest.mark.parametrize("program", programs(), ids=lambda program: " ".join(program.words))


def claimed(program: Program) -> Value:
    """What the interpreter says of `x` at the end."""

    def never(path: str) -> bool:
        return False

    machine = Machine(World(ROOT, lambda path: None, never, never, never, lambda path: None))
    words: list[Value] = [Instance("str") if word == "?" else Known(word) for word in ("script.py", *program.words)]
    machine.roles["argv"] = Sequence(tuple(words))
    frame = machine.frame(None, Scope("script.py", "builtins", "__main__"), "module")
    run_module(machine, lower(Source("script.py", program.text)), frame)
    value = machine.find("x", frame)
    assert value is not None, "the interpreter stopped before `x` was set"
    return settle(machine, value)


@each_program
def test_it_is_known(program: Program) -> None:
    value = claimed(program)
    assert whole(value), value
    assert wrong(value, program.x) is None


@each_program
def test_it_is_so(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LIBRARIES:
        if f"import {name}" in program.text and importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
    monkeypatch.setattr(sys, "argv", ["script.py", *program.words])
    names: dict[str, Any] = {"__name__": "__main__"}
    with suppress(SystemExit):
        exec(compile(program.text, "script.py", "exec"), names)
    assert names["x"] == program.x


@pytest.mark.parametrize("words", ["", "--mode full", "day --rows x", "day other", "day --no"])
def test_what_is_refused_is_not_known(words: str) -> None:
    """What a parser refuses ends the program, which is not claimed to go on with anything."""
    (program,) = [each for each in programs() if "?" in each.words]
    value = claimed(program._replace(words=tuple(shlex.split(words))))
    assert isinstance(value, Sequence)
    assert not any(isinstance(item, Known) for item in value.items)


@pytest.mark.parametrize(
    "told",
    [
        "if input():\n    parser.add_argument('--other')",
        "import acme\nacme.add_arguments(parser)",
        "parser.register('type', 'day', input)",
        "for name in input():\n    parser.add_argument(name)",
        "parser.add_argument('--other', action=input())",
    ],
)
def test_a_parser_that_cannot_be_followed_tells_nothing(told: str) -> None:
    text = f"""
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("--mode")
{told}
x = parser.parse_args().mode
"""
    assert not isinstance(claimed(Program(("--mode", "full"), text, None)), Known)
    assert claimed(Program(("--mode", "full"), text.replace(told, ""), None)) == Known("full")


LAUNCH = """
import dagster as dg

@dg.asset
def orders(context: dg.AssetExecutionContext, client: dg.PipesSubprocessClient):
    day = context.partition_key
    return client.run(context=context, command=["python", "s.py"{words}]{env}).get_results()
"""
SCRIPT = """
import argparse
import os
import acme
import sys
from dagster_pipes import open_dagster_pipes

parser = argparse.ArgumentParser()
parser.add_argument("--mode")
parser.add_argument("--rows")

with open_dagster_pipes() as context:
    mode = {mode}
    if mode != acme.mode():
        context.get_extra("n")
"""


@pytest.mark.parametrize(
    ("words", "env", "mode", "unclear"),
    [
        ("", "", "parser.parse_args().mode", False),
        (', "--mode", "full"', "", "parser.parse_args().mode", False),
        (', "--mode", "full"', "", "sys.argv[2]", False),
        (', "--mode", day', "", "parser.parse_args().mode", True),
        (', "--mode", f"of-{day}"', "", "parser.parse_args().mode", True),
        (', "--mode", "full", "--rows", day', "", "parser.parse_args().mode", False),
        (', "full"', "", "acme.parse()", True),
        ("", "", "acme.parse()", False),
        ("", ', env={"MODE": "full"}', "os.environ['MODE']", False),
        ("", ', env={"MODE": day}', "os.environ.get('MODE')", True),
        ("", ', env={"MODE": "full"}', "acme.parse()", True),
        ("", ', env={"PYTHONPATH": "src"}', "acme.parse()", False),
        ("", ", env=acme.variables()", "acme.parse()", True),
    ],
)
def test_what_may_be_decided_by_the_launch(words: str, env: str, mode: str, unclear: bool) -> None:
    files = {"defs.py": LAUNCH.format(words=words, env=env), "s.py": SCRIPT.format(mode=mode)}
    (contract,) = link(Files(Path("/nowhere"), overlay=files)).contracts
    assert contract.session is not None
    (read,) = [event for event in contract.session.events if isinstance(event, ExtraRead)]
    assert read.when.certainty is Certainty.SOMETIMES
    assert decided_by_launch(contract, read) is unclear
