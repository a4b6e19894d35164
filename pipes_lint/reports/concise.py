"""One line for each finding, as editors and `grep` like them."""

from __future__ import annotations

from ..lint import Report
from . import closing
from .places import where
from .text import visible


def render(report: Report, base: str = "") -> str:
    """The report; `base` as in `full`."""
    lines = []
    for each in report.diagnostics:
        span = each.finding.span
        place = where(span, report.sources.get(span.path), base)
        lines.append(f"{place}: {each.severity.value}[{each.rule}] {visible(each.finding.message)}\n")
    return "".join(lines) + closing.render(report)
