"""Programs that a project installs itself: `[project.scripts]` and its like, by the function that each calls."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ..files import Files
from ..values import Known
from .words import Started


def installed(files: Files, started: Started) -> list[tuple[Started, str]]:
    """The functions that a program's name may stand for, each with the file that says so."""
    path = started.path
    name = posixpath.basename(str(path.value)) if isinstance(path, Known) else ""
    if not name:
        return []
    found = []
    for project in files.by_name("pyproject.toml"):
        text = files.text(project)
        if name in text and "scripts" in text:
            for target in _targets(text, name):
                module, _, function = target.partition(":")
                entry = started._replace(
                    path=Known(module.strip(), started.span),
                    program=False,
                    module=True,
                    entry=function.split("[")[0].strip() or None,
                    language="python",
                )
                found.append((entry, project))
    return found


def _targets(text: str, name: str) -> Iterator[str]:
    """What the tables of a `pyproject.toml` say of a program: `[project.scripts]`, `[tool.poetry.scripts]`."""
    import tomllib

    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for table in (tables.get("project", {}), tables.get("tool", {}).get("poetry", {})):
        scripts = table.get("scripts", {}) if isinstance(table, dict) else {}
        target = scripts.get(name) if isinstance(scripts, dict) else None
        if isinstance(target, dict):  # poetry's longer form
            target = target.get("reference") or target.get("callable")
        if isinstance(target, str) and re.fullmatch(r"\s*[\w.]+\s*(:\s*[\w.]+\s*)?(\[.*\])?", target):
            yield target
