"""A rule's page in a terminal: Markdown is readable as it is, and needs but a little colour."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .colour import PLAIN, Palette

_SPAN = re.compile(r"(`+)(.+?)\1|\*\*(.+?)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)]+)\)")
_EXPECTATION = re.compile(r"# (?:error|warning|info): \[.*")


def render(page: str, palette: Palette = PLAIN) -> str:
    """The page; without colour, as it is written."""
    if palette == PLAIN:
        return page.rstrip("\n") + "\n"
    return "\n".join(_lines(page.rstrip("\n"), palette)) + "\n"


def _lines(page: str, palette: Palette) -> Iterator[str]:
    fence = ""
    for line in page.split("\n"):
        mark = re.match(r" *(`{3,}|~{3,})", line)
        if fence:
            if mark and mark.group(1).startswith(fence):
                fence = ""
            else:
                yield _code(line, palette)
        elif mark:
            fence = mark.group(1)
        elif line.startswith("#"):
            yield palette.paint(palette.strong, line.lstrip("#").strip())
        else:
            yield _SPAN.sub(lambda match: _span(match, palette), line)


def _code(line: str, palette: Palette) -> str:
    """A line of code, indented; the comment that says what is found there stands out."""
    expected = _EXPECTATION.search(line)
    if not expected:
        return f"    {line}" if line else ""
    return f"    {line[: expected.start()]}{palette.paint(palette.error, expected.group())}"


def _span(match: re.Match[str], palette: Palette) -> str:
    _, code, strong, emphasis, text, link = match.groups()
    if code:
        return palette.paint(palette.code, code)
    if strong or emphasis:
        return palette.paint(palette.strong, strong or emphasis)
    return f"{text} ({palette.paint(palette.faint, link)})"
