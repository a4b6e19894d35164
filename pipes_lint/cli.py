"""The commands. Exit code 0: clean; 1: findings; 2: a wrong call, a broken configuration, or a fault of ours.

Everything but the parsing of the call is imported by the command that needs it, so that a call is answered at once.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from .records import NamedTuple
from .wrong import WrongCall

if TYPE_CHECKING:
    import argparse

    from .config import Config

_COMMANDS = ("check", "explain", "rules", "contracts")
_OPTIONS = (
    "--output-format",
    "--select",
    "--ignore",
    "--fix",
    "--unsafe-fixes",
    "--diff",
    "--exit-zero",
    "--help",
    "--version",
)


class Check(NamedTuple):
    """What `check` is asked for."""

    paths: list[str]
    output_format: str = "full"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exit_zero: bool = False
    fix: bool = False
    unsafe_fixes: bool = False
    diff: bool = False


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
    if arguments[:1] == ["check"] and not any(each.startswith("-") for each in arguments):
        return _check(Check(list(arguments[1:])))  # as every hook calls it: no need to build a parser
    from .arguments import parser

    options, rest = parser().parse_known_args(arguments)
    for unknown in rest:
        from .config import suggestion

        near = suggestion(unknown, _OPTIONS, "") if unknown.startswith("-") else ""
        raise WrongCall(f"`{unknown}` is not expected here{near}; see `pipes-lint {options.command} --help`")
    match options.command:
        case "check":
            wishes = tuple(options.select), tuple(options.ignore)
            mending = options.fix, options.unsafe_fixes, options.diff
            return _check(Check(options.paths, options.output_format, *wishes, options.exit_zero, *mending))
        case "explain":
            return _explain(options)
        case "rules":
            return _rules()
        case "contracts":
            return _contracts(options)
    _write(parser().format_help())
    return 2


# --- The commands ---------------------------------------------------------------------------------------------------


def _check(options: Check) -> int:
    root, paths, config = _project(options.paths, options.select, options.ignore)
    gc.disable()  # a short life makes more than it drops, and looking through all of it costs a tenth of the time
    from . import lint

    if options.fix or options.unsafe_fixes or options.diff:
        from .mend import mend

        report, shown = mend(root, config, paths, options.unsafe_fixes, options.diff, _base(root))
        if options.diff:
            _write(shown)
            return 1 if shown and not options.exit_zero else 0
    else:
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


def _project(
    given: Iterable[str], select: Sequence[str], ignore: Sequence[str]
) -> tuple[Path, tuple[str, ...], Config]:
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
