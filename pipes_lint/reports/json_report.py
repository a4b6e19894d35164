"""`check` for programs. Rows and columns from 1, columns in characters; paths from the project's root, with `/`.

In a notebook `location` and `end_location` are in the code of a cell: `cell`, from 1, counted among all cells.
`file_location` and `file_end_location` are where that stands in the notebook's JSON. Other files have none of these
three. An edit's `content` is code, which in the JSON stands escaped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..finding import AddArgument, AddEntry, AddItem, Change, Diagnostic, Edit, Fix, Severity, TakeFrom
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
    if source is None:
        return {"filename": span.path, "location": _row(1, 1), "end_location": _row(1, 1)}
    around, inside = source.around(span)
    found: dict[str, object] = {
        "filename": span.path,
        "location": _row(*around.position(inside.start)),
        "end_location": _row(*around.position(inside.end)),
    }
    cell = source.cell(span.start)
    if cell:
        start, end = (source.in_file(cell.start + offset) for offset in (inside.start, inside.end))
        found["cell"] = cell.number
        found["file_location"] = _row(*source.file.position(start))
        found["file_end_location"] = _row(*source.file.position(end))
    return found


def _row(row: int, column: int) -> dict[str, int]:
    return {"row": row, "column": column}


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
    edits = [{**_change(change), **place(change.span, sources)} for change in fix.edits]
    return {"message": fix.message, "safe": fix.safe, "edits": edits}


def _change(change: Change) -> dict[str, object]:
    """What is done at a place: `replace` it by some content, or `add-entry`, `add-item`, `add-argument` to what is
    there, `take-from` it.
    """
    match change:
        case Edit(text=text):
            return {"change": "replace", "content": text}
        case AddEntry(key=key, value=value):
            return {"change": "add-entry", "key": key, "content": value}
        case AddItem(item=item):
            return {"change": "add-item", "content": item}
        case AddArgument(name=name, value=value):
            return {"change": "add-argument", "name": name, "content": value}
        case TakeFrom(module=module):
            return {"change": "take-from", "module": module}
