"""The pages are read as they are meant."""

from __future__ import annotations

import pytest
from pages import Expected, PageError, parse

PAGE = """# some-rule

A fault is
named here.

## Why

Because.

## Flagged

### A case

Words.

Stays green: nobody looks

`defs.py`:

```python
import dagster as dg  # error: [some-rule] "the `message`"
x = "# error: [some-rule]"
y = 1  # info: [other-rule]  # warning: [some-rule] "a \\"part\\""
```

`scripts/a.R`, fixed:

```r
f(1)
```

`scripts/a.R`:

```r
f(2)  # a comment  # error: [some-rule]
```

```console
$ pipes-lint check
all is well
```

## Not flagged

### Another case

Not run: it needs a cloud

`defs.py`:

```python
```

## Limits

None.
"""


def test_page() -> None:
    page = parse("some-rule", PAGE)
    assert (page.title, page.sentence) == ("some-rule", "A fault is named here.")
    assert page.sections == ["Why", "Flagged", "Not flagged", "Limits"]
    first, second = page.cases
    assert (first.section, first.title, str(first)) == ("Flagged", "A case", "some-rule/A case")
    assert first.files == {
        "defs.py": 'import dagster as dg\nx = "# error: [some-rule]"\ny = 1\n',
        "scripts/a.R": "f(2)  # a comment\n",
    }
    assert first.fixed == {"scripts/a.R": "f(1)\n"}
    assert first.expected == [
        Expected("defs.py", 1, "error", "some-rule", "the `message`"),
        Expected("defs.py", 3, "info", "other-rule", ""),
        Expected("defs.py", 3, "warning", "some-rule", 'a "part"'),
        Expected("scripts/a.R", 1, "error", "some-rule", ""),
    ]
    assert first.consoles == [("pipes-lint check", "all is well\n")]
    assert first.stays_green == "nobody looks"
    assert first.needs_r
    assert second.not_run == "it needs a cloud"
    assert second.files == {"defs.py": ""}
    assert not second.expected


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("## Flagged\n\n### A\n\n```python\n```\n", "some-rule.md:6: a block in a case has no file's name before it"),
        ("## Flagged\n\n### A\n\n`a.py`:\n\n```python\n", "some-rule.md:7: a block has no end"),
        ("## Flagged\n\n### A\n\n`a.py`:\n\nwords\n", "some-rule.md:7: a file's name is not followed by its block"),
        ("### A\n", "some-rule.md:1: a case stands before the first section"),
        (
            "## Flagged\n\n### A\n\n`a.py`:\n\n```python\n```\n\n`a.py`:\n\n```python\n```\n",
            "some-rule.md:13: `a.py` stands twice in this case",
        ),
        ("## Flagged\n\n### A\n\n```console\npipes-lint\n```\n", "a console block does not begin with its command"),
    ],
)
def test_broken_page(broken: str, message: str) -> None:
    with pytest.raises(PageError) as raised:
        parse("some-rule", broken)
    assert message in str(raised.value)
