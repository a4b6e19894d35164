"""The last lines of a report for people: what was found, and what was checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ..finding import Diagnostic, Severity
from ..lint import Report, Summary
from .text import counted

_LANGUAGES = {"python": "Python", "r": "R"}


def render(report: Report) -> str:
    """`Found 2 errors and 1 warning; 1 can be mended with --fix.`, then what was checked."""
    return f"{_found(report.diagnostics)}{_fixable(report.diagnostics)}.\n{checked(report.summary)}\n"


def tally(diagnostics: Iterable[Diagnostic]) -> dict[Severity, int]:
    """How many there are of each severity, worst first."""
    counts = Counter(each.severity for each in diagnostics)
    return {severity: counts[severity] for severity in Severity}


def _found(diagnostics: Iterable[Diagnostic]) -> str:
    nouns = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
    parts = [counted(number, nouns[severity]) for severity, number in tally(diagnostics).items() if number]
    if not parts:
        return "Found nothing wrong"
    return f"Found {' and '.join(filter(None, [', '.join(parts[:-1]), parts[-1]]))}"


def _fixable(diagnostics: Iterable[Diagnostic]) -> str:
    """`; 1 can be mended with --fix, 2 more with --unsafe-fixes`."""
    safe = Counter(each.finding.fix.safe for each in diagnostics if each.finding.fix)
    if safe[True] and safe[False]:
        return f"; {safe[True]} can be mended with --fix, {safe[False]} more with --unsafe-fixes"
    if safe[True] or safe[False]:
        return f"; {safe[True] or safe[False]} can be mended with {'--fix' if safe[True] else '--unsafe-fixes'}"
    return ""


def checked(summary: Summary) -> str:
    """`Checked 12 launches of 9 scripts (6 Python, 3 R); 2 launches unresolved.`"""
    scripts = sum(summary.scripts.values())
    return (
        f"Checked {_launches(summary.launches)} of {counted(scripts, 'script')}{_by_language(summary.scripts)}; "
        f"{_launches(summary.unresolved)} unresolved."
    )


def _launches(number: int) -> str:
    return f"{number} launch" if number == 1 else f"{number} launches"


def _by_language(scripts: Mapping[str, int]) -> str:
    parts = [f"{number} {_LANGUAGES.get(language, language)}" for language, number in scripts.items() if number]
    return f" ({', '.join(parts)})" if parts else ""
