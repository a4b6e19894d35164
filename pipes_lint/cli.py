"""The commands. Exit code 0: clean; 1: findings; 2: a wrong call, a broken configuration, or a fault of ours.

Everything but the parsing of the call is imported by the command that needs it, so that a call is answered at once.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from . import __version__
from .wrong import WrongCall

if TYPE_CHECKING:
    from .config import Config

_ABOUT = """\
Reads both halves of Dagster Pipes, the asset and the Python or R script that it launches, as one program, and says
what will not fit: extras that nobody passes, checks that nobody declares, metadata that Dagster will refuse.
Nothing of yours is imported or run, and nothing goes over the network."""

_EXAMPLES = """\
examples:
  pipes-lint check                        check the project around this folder
  pipes-lint check jobs/score.R           report what concerns one script, on either side
  pipes-lint check --output-format json   the same for programs
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


_COMMANDS = ("check", "explain", "rules", "contracts")
_OPTIONS = ("--output-format", "--select", "--ignore", "--exit-zero", "--help", "--version")
_WIDTH = 118


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise WrongCall(f"{message}; see `{self.prog} --help`")


def run() -> NoReturn:
    """The program `pipes-lint`."""
    code = main(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.flush()
    os._exit(code)  # taking a whole project's values apart, one by one, would take a tenth of the time


def main(arguments: Sequence[str]) -> int:
    """Runs one call and returns its exit code."""
    if sys.stdout is not None and hasattr(sys.stdout, "reconfigure"):
        # That a terminal cannot show a character of somebody's source is no reason to stop.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        try:
            return _call(arguments)
        except SystemExit as done:  # the help or the version has been printed
            _write("")
            return done.code if isinstance(done.code, int) else 2
    except WrongCall as error:
        print(f"pipes-lint: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _call(arguments: Sequence[str]) -> int:
    if arguments and not arguments[0].startswith("-") and arguments[0] not in _COMMANDS:
        from .config import suggestion

        raise WrongCall(f"there is no command `{arguments[0]}`{suggestion(arguments[0], _COMMANDS)}")
    options, rest = _parser().parse_known_args(arguments)
    for unknown in rest:
        from .config import suggestion

        near = suggestion(unknown, _OPTIONS, "") if unknown.startswith("-") else ""
        raise WrongCall(f"`{unknown}` is not expected here{near}; see `pipes-lint {options.command} --help`")
    match options.command:
        case "check":
            return _check(options)
        case "explain":
            return _explain(options)
        case "rules":
            return _rules()
        case "contracts":
            return _contracts(options)
    _write(_parser().format_help())
    return 2


# --- The commands ---------------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    root, paths, config = _project(options.paths, options.select, options.ignore)
    gc.disable()  # a short life makes more than it drops, and looking through all of it costs a tenth of the time
    from . import lint

    report = lint.check(root, config, paths)
    for problem in report.problems:
        print(f"pipes-lint: {problem}", file=sys.stderr)
    match options.output_format:
        case "json":
            from .reports import json_report

            text = json_report.render(report)
        case "concise":
            from .reports import concise

            text = concise.render(report, _base(root))
        case _:
            from .reports import colour, full

            text = full.render(report, colour.palette(colour.wanted(sys.stdout)), _base(root))
    _write(text)
    if report.failed and not options.exit_zero:
        return 1
    return 2 if report.broken else 0


def _explain(options: argparse.Namespace) -> int:
    from . import catalog
    from .config import check_rules
    from .reports import colour, page

    (name,) = check_rules([options.rule], catalog.names())
    _write(page.render(catalog.page(name), colour.palette(colour.wanted(sys.stdout))))
    return 0


def _rules() -> int:
    from . import catalog
    from .reports import rule_list

    found, broken = catalog.load(catalog.names())
    _write(rule_list.render(found))
    return 2 if broken else 0


def _contracts(options: argparse.Namespace) -> int:
    root, paths, config = _project(options.paths, [], [])
    from . import lint
    from .reports import contracts_json, contracts_text

    report = lint.contracts(root, config, paths)
    for problem in report.problems:
        print(f"pipes-lint: {problem}", file=sys.stderr)
    json = options.output_format == "json"
    _write(contracts_json.render(report) if json else contracts_text.render(report, _base(root)))
    return 0


# --- Their parts ----------------------------------------------------------------------------------------------------


def _project(given: Iterable[str], select: list[str], ignore: list[str]) -> tuple[Path, tuple[str, ...], Config]:
    """The project's root, the given paths relative to it, and its configuration with the call's wishes put in."""
    from . import catalog
    from .config import check_rules, find_root, load

    paths = []
    for name in given:
        path = Path(os.path.abspath(name))
        if not os.path.lexists(path):
            raise WrongCall(f"{name}: no such file or folder")
        paths.append(path)
    root = find_root(Path.cwd(), paths)
    rules = catalog.names()
    config = load(root, rules).with_wishes(check_rules(select, rules), check_rules(ignore, rules))
    return root, tuple(path.relative_to(root).as_posix() for path in paths), config


def _base(root: Path) -> str:
    """What leads from where the reader is to the project's root."""
    base = os.path.relpath(root).replace(os.sep, "/")
    return "" if base == "." else f"{base}/"


def _write(text: str) -> None:
    """Prints the report; whoever reads it may have gone away, which is theirs to decide."""
    try:
        print(text, end="", flush=True)
    except BrokenPipeError:
        _nobody_reads()
    except OSError as error:
        _nobody_reads()
        raise WrongCall(f"the report cannot be written: {(error.strerror or str(error)).lower()}") from error


def _nobody_reads() -> None:
    """Keeps Python from a last attempt to write to a closed pipe, at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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


def _parser() -> _Parser:
    """What can be called, and how."""

    def shape(prog: str) -> argparse.HelpFormatter:
        return argparse.RawDescriptionHelpFormatter(prog, max_help_position=28, width=_WIDTH)

    parser = _Parser("pipes-lint", description=_ABOUT, epilog=_EXAMPLES, formatter_class=shape)
    parser.add_argument("--version", action="version", version=f"pipes-lint {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

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
    return parser
