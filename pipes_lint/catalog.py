"""Finds the rules and their pages, which stand side by side in one folder, and loads the rules by path.

The folder is no package, so that nobody's site-packages gets a `rules` from us: in a wheel it is `pipes_lint/rules`,
in a checkout `rules` beside the package.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

from .finding import Rule

_HERE = Path(__file__).parent
_FIRST_SENTENCE = r"\A\s*# .+\n+((?:.+\n?)+)"


def folder() -> Path:
    """Where the rules are."""
    inside = _HERE / "rules"
    return inside if inside.is_dir() else _HERE.parent / "rules"


def names() -> tuple[str, ...]:
    """The names of all rules, sorted. Loads nothing."""
    return tuple(sorted(path.stem for path in folder().glob("*.py")))


def page(name: str) -> str:
    """The rule's page, as Markdown."""
    return (folder() / f"{name}.md").read_text(encoding="utf-8")


def sentence(name: str) -> str:
    """The sentence of the rule's page that names the fault, on one line, as Markdown."""
    try:
        match = re.match(_FIRST_SENTENCE, page(name))
    except FileNotFoundError:
        return ""
    return " ".join(match.group(1).split()) if match else ""


def rules() -> tuple[Rule, ...]:
    """All rules that can be loaded, sorted by name."""
    return load(names())[0]


def load(wanted: Iterable[str]) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """The wanted rules, sorted by name, and the names of those that are broken.

    A rule that cannot be loaded is complained of on stderr, and the others go on.
    """
    found, broken = [], []
    for name in sorted(wanted):
        try:
            found.append(rule(name))
        except Exception:
            complain(name)
            broken.append(name)
    return tuple(found), tuple(broken)


@cache
def rule(name: str) -> Rule:
    """Loads one rule; only once, for fixes and editors check again and again."""
    path = folder() / f"{name}.py"
    module = ModuleType(f"pipes_lint.rules.{name}")
    module.__file__ = str(path)
    SourceFileLoader(module.__name__, module.__file__).exec_module(module)
    for value in vars(module).values():
        if isinstance(value, Rule) and value.name == name:
            return value
    raise ImportError(f"{path} defines no rule `{name}`")


def complain(name: str) -> None:
    """Prints the exception being handled, naming the rule and its file: we are wrong, not the user."""
    import traceback

    print(f"pipes-lint: the rule `{name}` ({folder() / name}.py) is broken; the others go on", file=sys.stderr)
    traceback.print_exc(file=sys.stderr)
