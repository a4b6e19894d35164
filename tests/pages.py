"""Reads a rule's page: the Markdown that explains a rule is also its test.

A page, in this order: an H1 with the rule's name, one sentence that names the fault, `## Why`, `## Flagged`,
`## Not flagged`, and where they are needed `## Fix`, `## Limits`, `## See also`. Each H3 is a case: one or more files,
each introduced by its name in backticks and a colon on a line of its own, before a fenced block.

In a case's files the end of a line may say what is found where that line begins a finding:

    n <- ctx$get_extra("treshold")  # error: [missing-extra] "part of the message"

(`error`, `warning` or `info`; several may follow one another.) The linter never sees these words. In a notebook they
stand at the end of a line of code, in its JSON string: `"n  # error: [missing-extra] \\"part\\"\\n",`. Further:

    `score.R`, fixed:       before a block: the file once every fix is applied
    a `console` block       the terminal's exact words; its first line is the command, `$ pipes-lint check …`
    a `contracts` block     each launch and what it is linked to, in the words that `tests/idioms/README.md` explains
    Not run: reason         the case cannot be run for real (it needs a cloud, a package that is not there)
    No fix: reason          nothing here is mended, though something is found
    Stays green: reason     the case has an error, and yet the run succeeds and every report arrives (an absent extra
                            that R reads as NULL); the run is held against that
    Not found: reason       (in `tests/decided`) the case has a fault that is not found yet
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
RULES = ROOT / "rules"

REQUIRED = ("Why", "Flagged", "Not flagged")
OPTIONAL = ("Fix", "Limits", "See also")

_ANNOTATION = re.compile(r"""\s*\#\ (error|warning|info):\ \[([a-z-]+)\](?:\ "((?:[^"\\]|\\.)*)")?\s*$""", re.VERBOSE)
_IN_JSON = re.compile(
    r"""\s*\#\ (error|warning|info):\ \[([a-z-]+)\](?:\ \\"((?:[^"\\]|\\[^"n])*)\\")?(?=(?:\\n)?",?\s*$)""", re.VERBOSE
)
_FILE = re.compile(r"`([^`]+)`(, fixed)?:\s*$")
_REMARK = re.compile(r"(Not run|No fix|Stays green|Not found): (.+)$")
_FENCE = re.compile(r"(`{3,})(\S*)\s*$")


class PageError(Exception):
    """A page that is not made as pages are; the message names the line."""


@dataclass(frozen=True)
class Expected:
    """An annotation: what is to be found, and where."""

    path: str
    row: int
    severity: str
    rule: str
    message: str
    """A part of the message; empty when any message will do."""


@dataclass
class Case:
    """An H3 of a page: a whole small project, what is found in it, and what becomes of its run."""

    page: str
    section: str
    title: str
    row: int
    """Where on the page it begins."""
    files: dict[str, str] = field(default_factory=dict)
    expected: list[Expected] = field(default_factory=list)
    fixed: dict[str, str] = field(default_factory=dict)
    consoles: list[tuple[str, str]] = field(default_factory=list)
    """Commands, each with all that it prints."""
    contracts: str | None = None
    """Each launch and what it is linked to; see `tests/idioms/README.md`."""
    not_run: str | None = None
    stays_green: str | None = None
    no_fix: str | None = None
    not_found: str | None = None

    def __str__(self) -> str:
        return f"{self.page}/{self.title}"

    @property
    def needs_r(self) -> bool:
        return any(name.lower().endswith((".r", ".rmd", ".qmd")) for name in self.files)

    @property
    def has_error(self) -> bool:
        return any(each.severity == "error" for each in self.expected)

    def write(self, folder: Path) -> None:
        """The case's files, as the linter sees them."""
        _write(self.files, folder)

    def write_fixed(self, folder: Path) -> None:
        """The case's files as they are after the fix."""
        _write({**self.files, **self.fixed}, folder)


@dataclass
class Page:
    """A rule's page."""

    name: str
    title: str
    sentence: str
    """The paragraph under the title, on one line."""
    sections: list[str]
    cases: list[Case]
    text: str


def pages() -> list[Page]:
    """All rules' pages, by name."""
    return [read(path) for path in sorted(RULES.glob("*.md"))]


def read(path: Path) -> Page:
    """Read a page; `PageError` if it cannot be understood."""
    return parse(path.stem, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Page:
    page = Page(name, "", "", [], [], text)
    case: Case | None = None
    introduced: tuple[str, bool] | None = None
    opening: list[str] = []
    for kind, row, line, block in _pieces(name, text):
        remark = _REMARK.match(line)
        header = _FILE.match(line)
        if kind == "block":
            if case is not None:
                _take(case, introduced, row, line, block)
            elif introduced:
                raise PageError(f"{name}.md:{row}: a file stands in no case")
            introduced = None
        elif introduced and line:
            raise PageError(f"{name}.md:{row}: a file's name is not followed by its block")
        elif line.startswith("### "):
            if not page.sections:
                raise PageError(f"{name}.md:{row}: a case stands before the first section")
            case = Case(name, page.sections[-1], line[4:].strip(), row)
            page.cases.append(case)
        elif line.startswith("## "):
            page.sections.append(line[3:].strip())
            case = None
        elif line.startswith("# "):
            page.title = line[2:].strip()
        elif header:
            introduced = (header[1], bool(header[2]))
        elif remark and case is not None:
            if remark[1] == "Not run":
                case.not_run = remark[2].strip()
            elif remark[1] == "No fix":
                case.no_fix = remark[2].strip()
            elif remark[1] == "Not found":
                case.not_found = remark[2].strip()
            else:
                case.stays_green = remark[2].strip()
        elif not page.sections and line:
            opening.append(line)
    page.sentence = " ".join(opening)
    return page


def _pieces(name: str, text: str) -> Iterator[tuple[str, int, str, str]]:
    """The page's lines (`line`, row, text) and fenced blocks (`block`, row of its first line, language, content)."""
    lines = text.split("\n")
    row = 0
    while row < len(lines):
        fence = _FENCE.match(lines[row])
        if not fence:
            yield "line", row + 1, lines[row].rstrip(), ""
            row += 1
            continue
        end = row + 1
        while end < len(lines) and lines[end].rstrip() != fence[1]:
            end += 1
        if end == len(lines):
            raise PageError(f"{name}.md:{row + 1}: a block has no end")
        yield "block", row + 2, fence[2], "".join(line + "\n" for line in lines[row + 1 : end])
        row = end + 1


def _take(case: Case, introduced: tuple[str, bool] | None, row: int, language: str, block: str) -> None:
    if language == "console":
        first, _, rest = block.partition("\n")
        if not first.startswith("$ "):
            raise PageError(f"{case.page}.md:{row}: a console block does not begin with its command")
        case.consoles.append((first[2:], rest))
        return
    if language == "contracts":
        case.contracts = block
        return
    if introduced is None:
        raise PageError(f"{case.page}.md:{row}: a block in a case has no file's name before it")
    path, fixed = introduced
    target = case.fixed if fixed else case.files
    if path in target:
        raise PageError(f"{case.page}.md:{row}: `{path}` stands twice in this case")
    if fixed:
        case.fixed[path] = block
        return
    lines = []
    for at, line in enumerate(block.split("\n")):
        found: list[Expected] = []
        while annotation := (_IN_JSON if path.endswith(".ipynb") else _ANNOTATION).search(line):
            message = re.sub(r"\\(.)", r"\1", annotation[3] or "")
            found.insert(0, Expected(path, at + 1, annotation[1], annotation[2], message))
            line = line[: annotation.start()] + (line[annotation.end() :] if path.endswith(".ipynb") else "")
        case.expected += found
        lines.append(line)
    case.files[path] = "\n".join(lines)


def _write(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
