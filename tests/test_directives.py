"""What a file's comments say: only real comments count, and their places are right."""

from __future__ import annotations

import pytest

from pipes_lint.directives import comments
from pipes_lint.source import Source


def said(path: str, text: str) -> list[str]:
    """What each comment covers."""
    return [text[each.span.start : each.span.end] for each in comments(Source(path, text))]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "x = 1\n", []),
        ("a.py", "# pipes-lint: script=jobs/a.R\n", ["script=jobs/a.R"]),
        ("a.py", "f(a)  # noqa: E501  # pipes-lint: script=a.R, ./b.R  # type: ignore\n", ["script=a.R, ./b.R"]),
        ("a.py", "#pipes-lint:scripts = x\n## pipes-lint: script=y\n", ["scripts = x", "script=y"]),
        ("a.py", 'x = "# pipes-lint: script=a"\n"""\n# pipes-lint: script=b\n"""\n', []),
        ("a.py", 'é = "ü# pipes-lint: script=a"  # pipes-lint: script=ö.R\r\nx\r\n', ["script=ö.R"]),
        ("a.py", "def f(:\n    # pipes-lint: script=a.py\n    x = (\n", ["script=a.py"]),
        ("a.py", "x = f'{a}# pipes-lint: no'  # pipes-lint:\n", [""]),
        ("a.py", 'f()  # pipes-lint: ignore[missing-extra] the "best"\n', ['ignore[missing-extra] the "best"']),
        ("a.R", 'x <- "# pipes-lint: script=a"\n# pipes-lint: launched-by=d.py::b', ["launched-by=d.py::b"]),
        ("a.R", 'x <- r"(\n# pipes-lint: script=a\n)"\n', []),
        (
            "a.qmd",
            "# pipes-lint: no\n```{r}\n# pipes-lint: launched-by=d.py\n```\n# pipes-lint: no\n",
            ["launched-by=d.py"],
        ),
        ("a.sh", '#!/bin/sh\n  # pipes-lint: launched-by=d.py\necho "# pipes-lint: no"\n', ["launched-by=d.py"]),
        ("defs.yaml", "type: a.B  # pipes-lint: script=a.py\nx: a#pipes-lint:b\n", ["script=a.py"]),
    ],
)
def test_comments(path: str, text: str, expected: list[str]) -> None:
    assert said(path, text) == expected


def test_the_parts_of_a_comment() -> None:
    text = (
        "x = 1  # pipes-lint: ignore[missing-extra, unknown-check] it is made later\n    # pipes-lint: script = a, b\n"
    )
    first, second = comments(Source("a.py", text))
    assert (first.word, first.brackets, first.value) == ("ignore", "missing-extra, unknown-check", "it is made later")
    assert (first.row, first.alone) == (1, False)
    assert (second.word, second.brackets, second.values) == ("script", None, ("a", "b"))
    assert (second.row, second.alone) == (2, True)
