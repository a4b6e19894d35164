"""Findings with the code on both sides of the boundary."""

from __future__ import annotations

from collections.abc import Iterator

from ..finding import Diagnostic
from ..lint import Report
from ..source import Source
from . import closing
from .colour import PLAIN, Palette
from .places import where
from .snippet import Mark, draw
from .text import visible


def render(report: Report, palette: Palette = PLAIN, base: str = "") -> str:
    """The report; `base` leads from where the reader is to the project's root, so that paths can be followed."""
    drawn = ["\n".join(_diagnostic(each, report, palette, base)) + "\n\n" for each in report.diagnostics]
    return "".join(drawn) + closing.render(report)


def _diagnostic(diagnostic: Diagnostic, report: Report, palette: Palette, base: str) -> Iterator[str]:
    finding = diagnostic.finding
    style = getattr(palette, diagnostic.severity.value)
    head = palette.paint(style, f"{diagnostic.severity.value}[{diagnostic.rule}]")
    yield f"{head}{palette.paint(palette.strong, ': ' + visible(finding.message))}"

    primary = Mark(finding.span, finding.label, "^", style, whole=True)
    others = [Mark(note.span, note.message, "-", palette.frame) for note in finding.notes]
    # The cells of a notebook are drawn as files are.
    places: dict[tuple[str, int | None], list[Mark]] = {}
    for mark in (primary, *others):
        source = report.sources.get(mark.span.path)
        cell = source.cell(mark.span.start) if source else None
        places.setdefault((mark.span.path, cell.number if cell else None), []).append(mark)
    readable = [(report.sources[path], marks) for (path, _), marks in places.items() if path in report.sources]
    gutter = max((_digits(*_around(source, marks)) for source, marks in readable), default=1)

    for (path, _), marks in places.items():
        arrow = palette.paint(palette.frame, f"{'':{gutter}}{'-->' if primary in marks else ':::'}")
        source = report.sources.get(path)
        if source is None:  # it cannot be read, which is what the finding is about
            yield f"{arrow} {visible(base + path)}"
            yield from (f"{'':{gutter}}   {visible(mark.label)}" for mark in marks if mark.label)
            continue
        yield f"{arrow} {where(marks[0].span, source, base)}"
        yield from draw(*_around(source, marks), gutter, palette)
    if finding.help:
        yield f"{palette.paint(palette.info, 'help')}: {visible(finding.help)}"


def _around(source: Source, marks: list[Mark]) -> tuple[Source, list[Mark]]:
    """What is drawn of a source, and where the marks are in that."""
    around = source.around(marks[0].span)[0]
    return around, [mark._replace(span=source.around(mark.span)[1]) for mark in marks]


def _digits(source: Source, marks: list[Mark]) -> int:
    ends = (mark.span.end if mark.whole else mark.span.start for mark in marks)
    return len(str(max(source.position(end).row for end in ends)))
