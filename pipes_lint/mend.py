"""`check --fix`, `--unsafe-fixes` and `--diff`: mends the project's files, or shows how."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import lint
from .config import Config
from .finding import Diagnostic
from .fix.write import NotWritten, write
from .reports.text import counted, visible


def mend(
    root: Path, config: Config, paths: Sequence[str], unsafe: bool, diff: bool, base: str
) -> tuple[lint.Report, str]:
    """Makes the fixes, safe ones alone unless `unsafe`, and says on stderr what was done and what was not.

    Gives what is left to report and, with `diff`, which writes nothing, the changes as a unified diff.
    """
    fixed = lint.fix(root, config, paths, unsafe)
    for diagnostic, reason in fixed.left:
        _say(f"{_place(diagnostic, base)}: {diagnostic.rule} is not mended: {reason}")
    if diff:
        _tell(fixed, "would mend")
        return fixed.report, "".join(_diff(fixed, base))
    kept = False
    for path, after in fixed.after.items():
        try:
            write(root / path, fixed.before[path], after)
        except NotWritten as error:
            kept = True
            _say(f"{base}{path}: left as it is: {error}")
    if kept:  # what was worked out is not what is there
        return lint.check(root, config, paths), ""
    _tell(fixed, "mended")
    return fixed.report, ""


def _tell(fixed: lint.Fixed, verb: str) -> None:
    if fixed.made:
        _say(f"{verb} {counted(len(fixed.made), 'fault')} in {counted(len(fixed.after), 'file')}")


def _diff(fixed: lint.Fixed, base: str) -> Iterator[str]:
    from difflib import unified_diff

    for path, after in fixed.after.items():
        before = fixed.before[path].splitlines(keepends=True)
        for line in unified_diff(before, after.splitlines(keepends=True), base + path, base + path):
            yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _place(diagnostic: Diagnostic, base: str) -> str:
    return f"{base}{diagnostic.finding.span.path}"


def _say(text: str) -> None:
    print(f"pipes-lint: {visible(text)}", file=sys.stderr)
