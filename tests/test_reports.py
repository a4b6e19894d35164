"""The formats, held against expectations written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from pipes_lint.contract import Project
from pipes_lint.files import Problem
from pipes_lint.finding import Diagnostic, Edit, Finding, Fix, Note, Severity
from pipes_lint.lint import Report, Summary
from pipes_lint.reports import colour, concise, full, json_report, page
from pipes_lint.source import Source, Span

CLOSING = "Checked 1 launch of 1 script (1 R); 0 launches unresolved.\n"
SUMMARY = Summary(launches=1, scripts={"r": 1}, unresolved=0)


def span(path: str, text: str, marked: str, nth: int = 0) -> Span:
    """Where `marked` stands in `text` for the nth time."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(marked, start + 1)
    return Span(path, start, start + len(marked))


def report(
    texts: Mapping[str, str], *findings: Finding, rule: str = "some-rule", severity: Severity = Severity.ERROR
) -> Report:
    return Report(
        diagnostics=tuple(Diagnostic(rule, severity, finding) for finding in findings),
        summary=SUMMARY,
        project=Project(()),
        sources={path: Source(path, text) for path, text in texts.items()},
    )


def drawn(texts: Mapping[str, str], *findings: Finding) -> str:
    """What `full` draws, without the closing lines."""
    return full.render(report(texts, *findings)).partition("\nFound ")[0]


SCORE = 'with_dagster_pipes(function(ctx) {\n  # read\n\n  thr <- ctx$get_extra("treshold")\n})\n'
DEFS = "\n" * 11 + '        extras={"threshold": 0.5, "model": "glm"},\n    )\n'
MISSPELT = Finding(
    span("external/score.R", SCORE, '"treshold"'),
    "extra `treshold` is read, but asset `scores` does not pass it",
    "the script stops here: Extra key 'treshold' not found",
    (
        Note(
            span("src/defs.py", DEFS, '{"threshold": 0.5, "model": "glm"}'),
            "asset `scores` passes `threshold`, `model`",
        ),
    ),
    "did you mean `threshold`?",
    Fix(
        "replace `treshold` by `threshold`",
        (Edit(span("external/score.R", SCORE, "treshold"), "threshold"),),
        safe=False,
    ),
)
BOTH = report({"external/score.R": SCORE, "src/defs.py": DEFS}, MISSPELT, rule="missing-extra")


def test_both_sides_of_the_boundary() -> None:
    assert full.render(BOTH) == (
        """\
error[missing-extra]: extra `treshold` is read, but asset `scores` does not pass it
  --> external/score.R:4:24
   |
 4 |   thr <- ctx$get_extra("treshold")
   |                        ^^^^^^^^^^ the script stops here: Extra key 'treshold' not found
   |
  ::: src/defs.py:12:16
   |
12 |         extras={"threshold": 0.5, "model": "glm"},
   |                ---------------------------------- asset `scores` passes `threshold`, `model`
   |
help: did you mean `threshold`?

Found 1 error; 1 can be mended with --unsafe-fixes.
"""
        + CLOSING
    )


def test_several_notes_of_one_file_stand_in_one_piece() -> None:
    text = "one()\ntwo()\nthree()\nfour()\nfive()\nsix()\nseven()\n"
    finding = Finding(
        span("a.py", text, "three"),
        "it is so",
        notes=(
            Note(span("a.py", text, "one"), "first"),
            Note(span("a.py", text, "seven"), "last"),
            Note(span("b.py", text, "two()"), "elsewhere"),
            Note(span("b.py", text, "("), "and here"),
        ),
    )
    assert (
        drawn({"a.py": text, "b.py": text}, finding)
        == """\
error[some-rule]: it is so
 --> a.py:3:1
  |
1 | one()
  | --- first
2 | two()
3 | three()
  | ^^^^^
...
7 | seven()
  | ----- last
  |
 ::: b.py:2:1
  |
1 | one()
  |    - and here
2 | two()
  | ----- elsewhere
  |
"""
    )


def test_two_marks_on_one_line_have_a_line_each() -> None:
    text = "run(extras=extras, context=context)\n"
    finding = Finding(
        span("a.py", text, "context=context"),
        "it is so",
        "here",
        (Note(span("a.py", text, "extras=extras"), "and here"),),
    )
    assert (
        drawn({"a.py": text}, finding)
        == """\
error[some-rule]: it is so
 --> a.py:1:20
  |
1 | run(extras=extras, context=context)
  |                    ^^^^^^^^^^^^^^^ here
  |     ------------- and here
  |
"""
    )


def test_a_mark_over_several_lines_underlines_the_first_and_the_last() -> None:
    text = "run(\n    extras={\n        'a': 1,\n        'b': 2,\n        'c': 3,\n    },\n)\n"
    marked = Span("a.py", text.index("{"), text.index("}") + 1)
    assert (
        drawn({"a.py": text}, Finding(marked, "it is so", "these"))
        == """\
error[some-rule]: it is so
 --> a.py:2:12
  |
2 |     extras={
  |            ^
...
6 |     },
  |     ^ these
  |
"""
    )


def test_a_note_over_several_lines_underlines_the_first() -> None:
    text = "def a():\n    return run(  # so\n        x,\n    )\n"
    note = Note(Span("a.py", text.index("run"), text.index(")\n", 20) + 1), "launched here")
    assert (
        drawn({"a.py": text}, Finding(Span("a.py", 4, 5), "it is so", notes=(note,)))
        == """\
error[some-rule]: it is so
 --> a.py:1:5
  |
1 | def a():
  |     ^
2 |     return run(  # so
  |            ---------- launched here
  |
"""
    )


@pytest.mark.parametrize(
    ("line", "marked", "shown", "under"),
    [
        ("\tx = (\t'k')", "'k'", "    x = (    'k')", "             ^^^"),
        ("名前 = f('k')", "'k'", "名前 = f('k')", "         ^^^"),
        ("f('名前', 'k')", "'名前'", "f('名前', 'k')", "  ^^^^^^"),
        ("f('🎉', 'k')", "'k'", "f('🎉', 'k')", "        ^^^"),
        ("f('👩‍🔬', 'k')", "'k'", "f('👩‍🔬', 'k')", "        ^^^"),
        ("f('e\u0301', 'k')", "'k'", "f('e\u0301', 'k')", "       ^^^"),
        ("f('\x1b[31m', 'k')", "'k'", "f('␛[31m', 'k')", "           ^^^"),
        ("f('\u202e', 'k')", "'k'", "f('\ufffd', 'k')", "       ^^^"),
    ],
    ids=["tabs", "wide before", "wide inside", "emoji", "joined emoji", "combining", "escape", "right to left"],
)
def test_marks_stand_under_what_they_mark(line: str, marked: str, shown: str, under: str) -> None:
    assert drawn({"a.py": line}, Finding(span("a.py", line, marked), "it is so")).split("\n")[3:5] == [
        f"1 | {shown}",
        f"  | {under}",
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end(line_end: str) -> None:
    text = f"one(){line_end}two(){line_end}"
    finding = Finding(Span("a.py", text.index("two"), len(text)), "it is so")
    assert drawn({"a.py": text}, finding).split("\n")[1:5] == [" --> a.py:2:1", "  |", "2 | two()", "  | ^^^^^"]


def test_nothing_marked_at_the_very_end() -> None:
    text = "one("
    lines = drawn({"a.py": text}, Finding(Span("a.py", 4, 4), "it is so", "a `)` is missing")).split("\n")
    assert lines[1:5] == [" --> a.py:1:5", "  |", "1 | one(", "  |     ^ a `)` is missing"]


def test_a_long_line_is_cut_around_what_is_marked() -> None:
    text = "x = [" + "0, " * 200 + "bad, " + "1, " * 200 + "]"
    number, code, under = drawn({"a.py": text}, Finding(span("a.py", text, "bad"), "it is so", "here")).split("\n")[2:5]
    assert number == "  |"
    assert len(code) <= 150
    assert code.startswith("1 | …")
    assert code.endswith("…")
    assert under == "  | " + " " * (code.index("bad") - 4) + "^^^ here"


def test_a_long_line_marked_near_its_start_keeps_its_start() -> None:
    text = "x = [" + "0, " * 200 + "]"
    _, code, under = drawn({"a.py": text}, Finding(Span("a.py", 4, len(text)), "it is so")).split("\n")[2:5]
    assert code.startswith("1 | x = [0, 0,")
    assert len(under) <= len(code)


def test_a_message_stays_on_one_line() -> None:
    text = "get_extra('a\\nb')"
    assert drawn({"a.py": text}, Finding(Span("a.py", 0, 3), "extra `a\nb` is read")).split("\n")[0] == (
        "error[some-rule]: extra `a␊b` is read"
    )


def test_a_file_that_cannot_be_shown_is_named() -> None:
    finding = Finding(
        Span("bad.py", 0, 0), "`bad.py` is not text", "left out", (Note(Span("a.py", 0, 3), "launched here"),)
    )
    assert (
        drawn({"a.py": "run()"}, finding)
        == """\
error[some-rule]: `bad.py` is not text
 --> bad.py
    left out
 ::: a.py:1:1
  |
1 | run()
  | --- launched here
  |
"""
    )


def test_colour() -> None:
    text = "run()"
    shown = full.render(report({"a.py": text}, Finding(Span("a.py", 0, 3), "it is so", "here")), colour.palette(True))
    assert shown.startswith("\033[1;31merror[some-rule]\033[0m\033[1m: it is so\033[0m\n\033[34m -->\033[0m a.py:1:1\n")
    assert "\033[34m1 |\033[0m run()\n\033[34m  |\033[0m \033[1;31m^^^ here\033[0m\n" in shown


@pytest.mark.parametrize(
    ("environment", "terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_when_to_colour(environment: dict[str, str], terminal: bool, coloured: bool) -> None:
    import os

    outer, inner = os.openpty() if terminal else os.pipe()
    with open(inner, "w") as stream:
        assert colour.wanted(stream, environment) is coloured
    os.close(outer)


def test_concise() -> None:
    assert concise.render(BOTH) == (
        "external/score.R:4:24: error[missing-extra] extra `treshold` is read, but asset `scores` does not pass it\n"
        "Found 1 error; 1 can be mended with --unsafe-fixes.\n" + CLOSING
    )


@pytest.mark.parametrize(
    ("severities", "line"),
    [
        ([], "Found nothing wrong."),
        (["error"], "Found 1 error; 1 can be mended with --unsafe-fixes."),
        (["error", "error", "warning"], "Found 2 errors and 1 warning; 3 can be mended with --unsafe-fixes."),
        (
            ["error", "warning", "info", "info"],
            "Found 1 error, 1 warning and 2 infos; 4 can be mended with --unsafe-fixes.",
        ),
    ],
)
def test_the_closing_line(severities: list[str], line: str) -> None:
    found = tuple(Diagnostic("some-rule", Severity(each), MISSPELT) for each in severities)
    text = concise.render(Report(found, Summary(12, {"python": 6, "r": 3}, 2), Project(())))
    assert text.endswith(f"{line}\nChecked 12 launches of 9 scripts (6 Python, 3 R); 2 launches unresolved.\n")


def test_json() -> None:
    assert json.loads(json_report.render(BOTH)) == {
        "version": 1,
        "findings": [
            {
                "rule": "missing-extra",
                "severity": "error",
                "message": "extra `treshold` is read, but asset `scores` does not pass it",
                "filename": "external/score.R",
                "location": {"row": 4, "column": 24},
                "end_location": {"row": 4, "column": 34},
                "notes": [
                    {
                        "message": "asset `scores` passes `threshold`, `model`",
                        "filename": "src/defs.py",
                        "location": {"row": 12, "column": 16},
                        "end_location": {"row": 12, "column": 50},
                    }
                ],
                "fix": {
                    "message": "replace `treshold` by `threshold`",
                    "safe": False,
                    "edits": [
                        {
                            "change": "replace",
                            "content": "threshold",
                            "filename": "external/score.R",
                            "location": {"row": 4, "column": 25},
                            "end_location": {"row": 4, "column": 33},
                        }
                    ],
                },
            }
        ],
        "summary": {
            "errors": 1,
            "warnings": 0,
            "infos": 0,
            "launches": 1,
            "scripts": {"python": 0, "r": 1},
            "unresolved": 0,
            "problems": [],
            "broken_rules": [],
        },
    }


def test_json_without_fix_and_with_problems() -> None:
    without = Report((), SUMMARY, Project(()), problems=(Problem("a.py", "left out: not text"),), broken=("some-rule",))
    summary = json.loads(json_report.render(without))["summary"]
    assert summary["problems"] == [{"filename": "a.py", "message": "left out: not text"}]
    assert summary["broken_rules"] == ["some-rule"]


PAGE = """\
# missing-extra

An extra is read that no launch passes: `get_extra("k")`, **always**, see [the guide](https://example.com).

## Flagged

`score.R`:

```r
n <- ctx$get_extra("k")  # error: [missing-extra] "pass"
```
"""


def test_a_page_without_colour_is_the_page() -> None:
    assert page.render(PAGE) == PAGE


def test_a_page_in_colour() -> None:
    assert page.render(PAGE, colour.palette(True)) == (
        "\033[1mmissing-extra\033[0m\n\n"
        'An extra is read that no launch passes: \033[36mget_extra("k")\033[0m, \033[1malways\033[0m, '
        "see the guide (\033[2mhttps://example.com\033[0m).\n\n"
        "\033[1mFlagged\033[0m\n\n"
        "\033[36mscore.R\033[0m:\n\n"
        '    n <- ctx$get_extra("k")  \033[1;31m# error: [missing-extra] "pass"\033[0m\n'
    )
