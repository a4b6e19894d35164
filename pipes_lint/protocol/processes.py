"""What starts a process, and what it takes: words, an environment, a script in its interpreter's language.

Seen with CPython 3.11 on Linux, R 4.2 and dagster 1.13.28.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

from ..contract import Launch
from ..launching import Spawn
from ..values import Known, Sequence, Template, Unknown, Value, options
from ..values import Mapping as MappingValue
from .clients import CLIENTS
from .metadata import class_name

WRITTEN_IN: Final[Mapping[str, str]] = {
    ".py": "python",
    ".r": "r",
    ".sh": "shell",
    ".bash": "shell",
    ".ipynb": "document",
    ".qmd": "document",
    ".rmd": "document",
}
"""By the ending in lower case, what only its own kind of program runs. (`python x.ipynb` reads the JSON as a
dictionary, and ends in peace without having run a cell, or fails at `null`.)"""

_PLAIN: Final = tuple(f"subprocess.{name}" for name in ("run", "Popen", "call", "check_call", "check_output"))
"""What starts a process without a shell, unless `shell` is true."""


def starts_plainly(launch: Launch) -> bool:
    """Whether the command's words are the process's, as they are, with no shell in between."""
    spawn = launch.spawn
    if spawn is None or spawn.function == "PipesSubprocessClient":
        return spawn is not None
    return spawn.function in _PLAIN and spawn.shell in (None, Known(False), Known(None))


def starts_locally(launch: Launch) -> bool:
    """Whether the process is Dagster's own child, and gets words and environment as they are."""
    return launch.spawn is not None and launch.spawn.function in ("PipesSubprocessClient", *_PLAIN)


_DAGSTERS: Final = "dagster dagster_docker dagster_k8s dagster_databricks dagster_aws dagster_gcp dagster_azure".split()


def takes_no_check(launch: Launch) -> bool:
    """Whether it is one of Dagster's own ways to launch, none of which takes an `AssetCheckExecutionContext`."""
    name = launch.spawn.function if launch.spawn else ""
    if launch.maker == "open_pipes_session":
        return True
    return name in CLIENTS and CLIENTS[name].package in _DAGSTERS


_NO_TEXT: Final = (
    *("int", "float", "complex", "bool", "NoneType", "list", "tuple", "set", "dict", "frozenset"),
    *("datetime.datetime", "datetime.date", "datetime.timedelta", "datetime.time", "decimal.Decimal", "uuid.UUID"),
    *("pandas.DataFrame", "pandas.Series", "numpy.ndarray", "pandas.Timestamp"),
)


def no_text(value: Value) -> str | None:
    """The class of a value that the system takes neither as a word of a command nor in an environment
    (`TypeError: expected str, bytes or os.PathLike object, not int`); None of one that it takes, or that is not known.
    """
    names = {_refused(option) for option in options(value)}
    if None in names:
        return None
    return names.pop() if len(names) == 1 else " or ".join(sorted(map(str, names)))


def _refused(value: Value) -> str | None:
    match value:
        case Known(value=str() | bytes() | PurePath()) | Template() | Unknown():
            return None
    name = class_name(value)
    if name in _NO_TEXT or name is not None and re.fullmatch(r"numpy\.(u?int\d*|float\d*|bool_?)", name):
        return name.rpartition(".")[2] if name.startswith(("datetime.", "decimal.", "uuid.")) else name
    return None


_INTERPRETERS: Final = (
    r"(?:.*/)?(?:python[\d.]*|pypy[\d.]*|Rscript|R|bash|sh|zsh|uv|uvx|poetry|conda|mamba|pipenv|node|npm|npx|java|"
    r"julia|dbt|spark-submit|docker|quarto|papermill|jupyter|make|cargo|go|env|nice|nohup|timeout|sudo|ssh|perl|ruby|"
    r"git|aws|cp|echo)"
)


_WITH_OPTION: Final = r"[\w.+-]+\s+(?:\S+\s+)*--?[A-Za-z]"


def is_line(text: Value) -> bool:
    """Whether a word is a whole line for a shell: a program that is known by its name, and arguments behind it; or any
    that is looked for by its name alone, with an option.
    """
    match text:
        case Known(value=str() as line):
            return re.match(rf"{_INTERPRETERS}\s+\S|{_WITH_OPTION}", line) is not None
        case Template(pieces=(str() as start, *_)):
            return re.match(rf"{_INTERPRETERS}\s", start) is not None
    return False


def loses_words(spawn: Spawn, command: Value) -> bool:
    """Whether a list is handed to a shell, which takes its first word for the line and the others for arguments."""
    if spawn.function not in _PLAIN or spawn.shell != Known(True):
        return False
    match command:
        case Sequence(items=(Known(value=str() as line), _, *_)):
            return re.fullmatch(rf"{_INTERPRETERS}", line) is not None
    return False


def file_as_module(items: tuple[Value, ...]) -> Known | None:
    """What stands behind Python's own `-m`, if that is a file's name, of which there is no module."""
    for index, item in enumerate(items):
        match item:
            case Known(value=str() as word) if index == 0 and not re.fullmatch(r"(?:.*/)?python[\d.]*", word):
                return None
            case Known(value="-m"):
                after = items[index + 1] if index + 1 < len(items) else None
                return after if isinstance(after, Known) and str(after.value).endswith(".py") else None
            case Known(value=str() as word) if index == 0 or word.startswith("-"):
                continue
            case _:
                return None
    return None


_BOOTSTRAP: Final = ("DAGSTER_PIPES_CONTEXT", "DAGSTER_PIPES_MESSAGES")
"""The variables by which a process finds its session."""


def lacks_bootstrap(environment: Value) -> bool:
    """Whether an environment certainly has not what a process needs to find its session."""
    match environment:
        case MappingValue(slots=slots, stop=None):
            return not any(name in slots for name in _BOOTSTRAP)
    return False
