"""Brings the README's parts that are made from the code up to date: the example and the table of rules.

`python tests/readme.py` writes them, `python tests/readme.py --check` only tells (with its exit code) whether they are.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pipes_lint import catalog, lint
from pipes_lint.config import Config
from pipes_lint.reports import full

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PROJECT = "tests/projects/scoring"
SHOWN = ("missing-extra", "unknown-check")
"""The rules whose findings in the example project are shown in the README."""


def rule_table() -> str:
    """A row for each rule, by name."""
    rows = [
        f"| `{rule.name}` | {rule.severity.value} | {_cell(catalog.sentence(rule.name))} |" for rule in catalog.rules()
    ]
    return "\n".join(["| rule | severity | the fault |", "|---|---|---|", *rows])


def example() -> str:
    """A call and a part of what it prints."""
    call = f"pipes-lint check {PROJECT} --select {','.join(SHOWN)}"
    report = lint.check(ROOT / PROJECT, Config(select=SHOWN))
    return "\n".join(["```console", f"$ {call}", full.render(report, base=f"{PROJECT}/").rstrip("\n"), "```"])


def updated(text: str) -> str:
    """The README with its made parts as they should be."""
    text = _between(text, "rules", rule_table())
    return _between(text, "example", example())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _between(text: str, name: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
    return pattern.sub(lambda match: f"{match.group(1)}{content}{match.group(2)}", text)


def main() -> int:
    text = README.read_text(encoding="utf-8")
    wanted = updated(text)
    if "--check" in sys.argv[1:]:
        return int(text != wanted)
    README.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
