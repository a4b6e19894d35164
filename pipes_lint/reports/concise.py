"""One line for each finding, as editors and `grep` like them."""

from __future__ import annotations

from ..lint import Report
from . import closing
from .text import visible


def render(report: Report, base: str = "") -> str:
    """The report; `base` as in `full`."""
    lines = []
    for each in report.diagnostics:
        span = each.finding.span
        source = report.sources.get(span.path)
        row, column = source.position(span.start) if source else (1, 1)
        message = visible(each.finding.message)
        lines.append(f"{visible(base + span.path)}:{row}:{column}: {each.severity.value}[{each.rule}] {message}\n")
    return "".join(lines) + closing.render(report)
