"""What can be called, and how: the parser, which a plain `pipes-lint check` does without."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import NoReturn

from . import __version__
from .wrong import WrongCall

_ABOUT = """\
Reads both halves of Dagster Pipes, the asset and the Python or R script that it launches, as one program, and says
what will not fit: extras that nobody passes, checks that nobody declares, metadata that Dagster will refuse.
Nothing of yours is imported or run, and nothing goes over the network."""

_EXAMPLES = """\
examples:
  pipes-lint check                        check the project around this folder
  pipes-lint check jobs/score.R           report what concerns one script, on either side
  pipes-lint check --output-format json   the same for programs
  pipes-lint check --diff --unsafe-fixes  show what could be mended, and how; --fix writes it
  pipes-lint explain missing-extra        what a rule means, with examples
  pipes-lint contracts                    which launch starts which script, and what passes between them

exit codes:
  0  clean, or nothing worse than info
  1  an error or a warning was found
  2  the call or the configuration is wrong, or a rule of pipes-lint is broken"""

_PATHS = """\
The project is the nearest folder, from the given paths' common folder upwards (without paths: from here), that holds
a pyproject.toml, .git, setup.py, workspace.yaml or dagster.yaml; failing that, the current folder. It is always read
whole, since a fault has two sides: paths narrow only what is shown."""


_WIDTH = 118


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongCall(f"{message}; see `{self.prog} --help`")


def _names(text: str) -> list[str]:
    return [name for name in (part.strip() for part in text.split(",")) if name]


def _choice(*choices: str) -> Callable[[str], str]:
    """Reads an option with a few choices, and offers the nearest one to whoever mistypes it."""

    def parse(text: str) -> str:
        if text in choices:
            return text
        from .config import suggestion

        listed = ", ".join(choices)
        raise argparse.ArgumentTypeError(f"`{text}` is none of {listed}{suggestion(text, choices, '')}")

    return parse


def parser() -> argparse.ArgumentParser:
    """What can be called, and how."""

    def shape(prog: str) -> argparse.HelpFormatter:
        return argparse.RawDescriptionHelpFormatter(prog, max_help_position=28, width=_WIDTH)

    whole = _Parser("pipes-lint", description=_ABOUT, epilog=_EXAMPLES, formatter_class=shape)
    whole.add_argument("--version", action="version", version=f"pipes-lint {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    check = commands.add_parser(
        "check",
        help="find what will not fit between launches and scripts",
        description=f"Find what will not fit between launches and scripts.\n\n{_PATHS}",
        formatter_class=shape,
    )
    check.add_argument("paths", nargs="*", metavar="PATH", help="show what concerns these files or folders")
    check.add_argument(
        "--output-format",
        type=_choice("full", "concise", "json"),
        default="full",
        metavar="FORMAT",
        help="full (the default) shows the code of both sides, concise is a line per finding, json is for programs",
    )
    check.add_argument(
        "--select", action="extend", type=_names, default=[], metavar="RULE,…", help="run these rules alone"
    )
    check.add_argument(
        "--ignore",
        action="extend",
        type=_names,
        default=[],
        metavar="RULE,…",
        help="run all but these, and but those that the configuration ignores",
    )
    check.add_argument("--fix", action="store_true", help="mend what can be mended safely, in the files")
    check.add_argument(
        "--unsafe-fixes", action="store_true", help="mend the rest too, where what is meant can only be guessed"
    )
    check.add_argument("--diff", action="store_true", help="write nothing, and show what mending would change")
    check.add_argument("--exit-zero", action="store_true", help="exit with 0 even if faults are found")

    explain = commands.add_parser(
        "explain",
        help="print a rule's page: what it finds, why, and examples",
        description="Print a rule's page: what it finds, why it matters, examples of both kinds.",
        formatter_class=shape,
    )
    explain.add_argument("rule", metavar="RULE", help="a rule's name, as in `error[missing-extra]`")

    commands.add_parser(
        "rules",
        help="list the rules: name, severity, and the fault in a sentence",
        description="List the rules: name, severity, and the fault in a sentence.",
        formatter_class=shape,
    )

    contracts = commands.add_parser(
        "contracts",
        help="show which launch starts which script, and what passes between them",
        description="Show every launch and the script that it was linked to: its command, the extras passed and read,\n"
        f"the checks declared and reported; or why it could not be linked.\n\n{_PATHS}",
        formatter_class=shape,
    )
    contracts.add_argument("paths", nargs="*", metavar="PATH", help="show launches in, or of scripts in, these")
    contracts.add_argument(
        "--output-format",
        type=_choice("text", "json"),
        default="text",
        metavar="FORMAT",
        help="text (the default) is for people, json for programs",
    )
    return whole
