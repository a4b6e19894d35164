"""What the user decides: which folder is the project, and `[tool.pipes-lint]` in its `pyproject.toml`."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .declared import NOTHING, Declared, DeclaredClient, Mapped
from .finding import listing
from .records import NamedTuple
from .source import Span
from .wrong import WrongCall

if TYPE_CHECKING:
    from .toml_places import Path as Keys
    from .toml_places import Place

_MARKERS = ("pyproject.toml", ".git", "setup.py", "workspace.yaml", "dagster.yaml")


class Config(NamedTuple):
    """`[tool.pipes-lint]`; on the command line `--select` replaces `select`, and `--ignore` adds to `ignore`.

    `select` is None for all rules. `exclude` are patterns as in a `.gitignore`, relative to the project's root.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    declared: Declared = NOTHING
    """`path-map` and `clients`."""

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
        return _read(table, rules, data.decode())
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


_KEYS = ("select", "ignore", "exclude", "path-map", "clients")
_CLIENT_KEYS = ("run", "script", "command", "extras")


def _read(table: object, rules: Sequence[str], text: str) -> Config:
    if not isinstance(table, dict):
        raise WrongCall(f"must be a table, and is {_kind(table)}")
    for key in table:
        if key not in _KEYS:
            raise WrongCall(f"unknown key `{key}`{suggestion(key, _KEYS)}")
    lists = {key: _strings(key, table[key]) for key in ("select", "ignore", "exclude") if key in table}
    for key in ("select", "ignore"):
        try:
            check_rules(lists.get(key, ()), rules)
        except WrongCall as error:
            raise WrongCall(f"`{key}`: {error}") from error
    return Config(lists.get("select"), lists.get("ignore", ()), lists.get("exclude", ()), _declared(table, text))


def _declared(table: dict[str, object], text: str) -> Declared:
    if not table.get("path-map") and not table.get("clients"):
        _path_map(table.get("path-map", {}), {})
        _clients(table.get("clients", []), {})
        return NOTHING
    from .toml_places import places

    where = places("pyproject.toml", text.removeprefix("\ufeff"))
    return Declared(_path_map(table.get("path-map", {}), where), _clients(table.get("clients", []), where))


def _path_map(value: object, where: Mapping[Keys, Place]) -> tuple[Mapped, ...]:
    if not isinstance(value, dict):
        raise WrongCall(f'`path-map` must be a table, as `{{"/app" = "services/etl"}}`, and is {_kind(value)}')
    entries = []
    for deployed, folder in value.items():
        if not isinstance(folder, str):
            raise WrongCall(f"`path-map`: `{deployed}` must be a folder of the project, and is {_kind(folder)}")
        plain = posixpath.normpath(folder)
        if plain.startswith(("/", "../")) or plain == "..":
            raise WrongCall(f"`path-map`: `{folder}` lies outside the project; folders are relative to its root")
        entries.append(Mapped(deployed, plain, _place(where, "path-map", deployed)))
    return tuple(entries)


def _clients(value: object, where: Mapping[Keys, Place]) -> tuple[DeclaredClient, ...]:
    if not isinstance(value, list):
        raise WrongCall(f"`clients` must be a list of tables (`[[tool.pipes-lint.clients]]`), and is {_kind(value)}")
    clients = []
    for number, entry in enumerate(value):
        try:
            clients.append(_client(entry, where, number))
        except WrongCall as error:
            raise WrongCall(f"`clients`, entry {number + 1}: {error}") from error
    return tuple(clients)


def _client(entry: object, where: Mapping[Keys, Place], number: int) -> DeclaredClient:
    if not isinstance(entry, dict):
        raise WrongCall(f"must be a table, and is {_kind(entry)}")
    for key, value in entry.items():
        if key not in _CLIENT_KEYS:
            raise WrongCall(f"unknown key `{key}`{suggestion(key, _CLIENT_KEYS)}")
        if not isinstance(value, str):
            raise WrongCall(f"`{key}` must be a string, and is {_kind(value)}")
    run = entry.get("run")
    if run is None:
        raise WrongCall("`run` is missing: the dotted name of the method or function, as `acme.r.RClient.run`")
    if not all(part.isidentifier() for part in run.split(".")) or "." not in run:
        raise WrongCall(f"`run` must be a dotted name, as `acme.r.RClient.run`, and is `{run}`")
    if ("script" in entry) == ("command" in entry):
        missing = "and one of them is missing" if "script" not in entry else "and not both"
        raise WrongCall(f"`script` or `command` names the parameter of `{run}` that says what is started, {missing}")
    spans = tuple((key, _place(where, "clients", number, key)) for key in _CLIENT_KEYS if key in entry)
    return DeclaredClient(run, entry.get("script"), entry.get("command"), entry.get("extras"), spans)


def _place(where: Mapping[Keys, Place], *keys: str | int) -> Span:
    """Where an entry's key (of a client: the key's value) stands."""
    place = where.get(("tool", "pipes-lint", *keys))
    if place is None:
        return Span("pyproject.toml", 0, 0)
    return place.key if keys[0] == "path-map" else place.value


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
