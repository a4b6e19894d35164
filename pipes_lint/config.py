"""What the user decides: which folder is the project, and `[tool.pipes-lint]` in its `pyproject.toml`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from .finding import listing
from .wrong import WrongCall

_MARKERS = ("pyproject.toml", ".git", "setup.py", "workspace.yaml", "dagster.yaml")


class Config(NamedTuple):
    """`[tool.pipes-lint]`; on the command line `--select` replaces `select`, and `--ignore` adds to `ignore`.

    `select` is None for all rules. `exclude` are patterns as in a `.gitignore`, relative to the project's root.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def with_wishes(self, select: Sequence[str], ignore: Sequence[str]) -> Config:
        """The configuration with what the command line asks for."""
        return self._replace(select=tuple(select) or self.select, ignore=(*self.ignore, *ignore))

    def wants(self, rule: str) -> bool:
        return rule not in self.ignore and (self.select is None or rule in self.select)


def find_root(cwd: Path, paths: Sequence[Path]) -> Path:
    """The project that a call is about.

    From the paths' common folder (without paths: from where we are) upwards, the first folder that looks like a
    project's root. If none does it is the current folder, or the common folder where that lies outside.
    """
    start = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in paths])) if paths else cwd
    for folder in (start, *start.parents):
        if any((folder / marker).exists() for marker in _MARKERS):
            return folder
    return cwd if start.is_relative_to(cwd) else start


def load(root: Path, rules: Sequence[str]) -> Config:
    """The project's configuration; `rules` are the names of the rules that there are."""
    file = root / "pyproject.toml"
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise WrongCall(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    if b"pipes-lint" not in data:
        return Config()
    import tomllib  # most projects have no table for us, and need not wait for this

    try:
        tool = tomllib.loads(data.decode()).get("tool", {})
    except ValueError as error:
        raise WrongCall(f"{file}: not valid TOML: {error}") from error
    table = tool.get("pipes-lint", {}) if isinstance(tool, dict) else {}
    try:
        return _read(table, rules)
    except WrongCall as error:
        raise WrongCall(f"{file}: [tool.pipes-lint]: {error}") from error


def check_rules(names: Iterable[str], rules: Sequence[str]) -> tuple[str, ...]:
    """The names, if each is a rule's."""
    names = tuple(names)
    for name in names:
        if name not in rules:
            raise WrongCall(f"there is no rule `{name}`{suggestion(name, rules, '; `pipes-lint rules` lists them')}")
    return names


def suggestion(name: str, choices: Sequence[str], otherwise: str | None = None) -> str:
    """`; did you mean …?`, or what to say if nothing is near: all the choices, without a wish."""
    from difflib import get_close_matches

    for near in get_close_matches(name.lower(), choices, n=1, cutoff=0.5):
        return f"; did you mean `{near}`?"
    return f"; there are {listing(choices)}" if otherwise is None else otherwise


def _read(table: object, rules: Sequence[str]) -> Config:
    if not isinstance(table, dict):
        raise WrongCall(f"must be a table, and is {_kind(table)}")
    keys = ("select", "ignore", "exclude")
    for key in table:
        if key not in keys:
            raise WrongCall(f"unknown key `{key}`{suggestion(key, keys)}")
    lists = {key: _strings(key, table[key]) for key in keys if key in table}
    for key in ("select", "ignore"):
        try:
            check_rules(lists.get(key, ()), rules)
        except WrongCall as error:
            raise WrongCall(f"`{key}`: {error}") from error
    return Config(lists.get("select"), lists.get("ignore", ()), lists.get("exclude", ()))


def _strings(key: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise WrongCall(f"`{key}` must be a list of strings, and is {_kind(value)}")
    for item in value:
        if not isinstance(item, str):
            raise WrongCall(f"`{key}` must be a list of strings, and holds {_kind(item)}")
    return tuple(value)


def _kind(value: object) -> str:
    names = {str: "a string", bool: "a boolean", int: "an integer", float: "a float", dict: "a table", list: "a list"}
    return names.get(type(value), "a date or time")
