"""What the user says of what cannot be read: entries of `[tool.pipes-lint]`, and comments."""

from __future__ import annotations

from typing import Literal as Choice

from .records import NamedTuple
from .source import Span


class Mapped(NamedTuple):
    """An entry of `path-map`: a folder as launches name it where they run, and the project's folder that it is."""

    deployed: str
    folder: str
    span: Span
    """The entry's key in `pyproject.toml`."""


class DeclaredClient(NamedTuple):
    """An entry of `[[tool.pipes-lint.clients]]`: a method or function that starts a process.

    `script` and `command` are names of parameters, of which one is given; `extras` is None where no parameter has them.
    """

    run: str
    script: str | None
    command: str | None
    extras: str | None
    spans: tuple[tuple[str, Span], ...]
    """Where the value of each key stands in `pyproject.toml`."""

    def span(self, key: str) -> Span:
        return dict(self.spans).get(key) or dict(self.spans)["run"]


def same(dotted: str, name: str) -> bool:
    """Whether two dotted names mean the same: a package may hand out what one of its modules has."""
    mine, theirs = dotted.split("."), name.split(".")
    return len(theirs) > 1 and (mine[0], mine[-1]) == (theirs[0], theirs[-1])


class Declared(NamedTuple):
    """All that the project's configuration says."""

    path_map: tuple[Mapped, ...] = ()
    clients: tuple[DeclaredClient, ...] = ()


NOTHING = Declared()


class Directive(NamedTuple):
    """One thing that the user says, and what has come of it."""

    span: Span
    word: str
    """`script`, `launched-by`, `path-map`, `clients`; of a comment that we do not know, whatever stands there."""
    value: str
    fault: Choice[
        "",
        "unknown-word",
        "no-value",
        "no-file",
        "no-launch",
        "no-definition",
        "no-name",
        "known-otherwise",
        "several",
        "no-folder",
        "no-function",
        "no-parameter",
        "unused",
    ] = ""
    """Why it is without effect; empty when it has one, or when that cannot be told."""
    choices: tuple[str, ...] = ()
    """What may have been meant."""
    other: tuple[Span, str] | None = None
    """What is there instead, and where."""
