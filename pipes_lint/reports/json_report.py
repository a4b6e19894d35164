"""`check` for programs. Rows and columns from 1, columns in characters; paths from the project's root, with `/`."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..finding import Diagnostic, Fix, Severity
from ..lint import Report
from ..source import Source, Span
from .closing import tally

Sources = Mapping[str, Source]


def render(report: Report) -> str:
    counts = tally(report.diagnostics)
    document = {
        "version": 1,
        "findings": [_finding(each, report.sources) for each in report.diagnostics],
        "summary": {
            "errors": counts[Severity.ERROR],
            "warnings": counts[Severity.WARNING],
            "infos": counts[Severity.INFO],
            "launches": report.summary.launches,
            "scripts": {"python": 0, "r": 0, **report.summary.scripts},
            "unresolved": report.summary.unresolved,
            "problems": [{"filename": each.path, "message": each.message} for each in report.problems],
            "broken_rules": list(report.broken),
        },
    }
    return json.dumps(document, indent=2) + "\n"


def place(span: Span, sources: Sources) -> dict[str, object]:
    """A span as `filename`, `location`, `end_location`; of a file that cannot be read only the name is known."""
    source = sources.get(span.path)
    ends = (source.position(span.start), source.position(span.end)) if source else ((1, 1), (1, 1))
    start, end = ({"row": row, "column": column} for row, column in ends)
    return {"filename": span.path, "location": start, "end_location": end}


def _finding(diagnostic: Diagnostic, sources: Sources) -> dict[str, object]:
    finding = diagnostic.finding
    return {
        "rule": diagnostic.rule,
        "severity": diagnostic.severity.value,
        "message": finding.message,
        **place(finding.span, sources),
        "notes": [{"message": note.message, **place(note.span, sources)} for note in finding.notes],
        "fix": _fix(finding.fix, sources) if finding.fix else None,
    }


def _fix(fix: Fix, sources: Sources) -> dict[str, object]:
    edits = [{"content": edit.text, **place(edit.span, sources)} for edit in fix.edits]
    return {"message": fix.message, "safe": fix.safe, "edits": edits}
