"""What a launch is made of besides its script: the interpreter, the process's starter, resources, transport."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal as Choice

from .records import NamedTuple
from .source import Span
from .values import Value


class Interpreter(NamedTuple):
    """The program that a command runs its script by. `name` is plain: `python`, `Rscript`, `R`, `bash`."""

    name: str
    span: Span
    language: Choice["python", "r", "shell"]
    ignores: bool = False
    """Whether it does not run the file that it is given in this way (`R x.R`)."""


class Spawn(NamedTuple):
    """What starts the process: a client of Dagster's, or inside the block of a session, `subprocess.Popen`."""

    function: str
    """The client's class by its plain name, or a library's function; empty if neither is known."""
    shell: Value | None = None
    """What is passed as `shell`."""
    span: Span | None = None
    """The call inside the session's block."""
    asked: tuple[str, ...] = ()
    """What the session was asked for by which a process may find it."""


class Need(NamedTuple):
    """A resource that a definition asks for, by its key; `span` is the parameter (or where else the key stands)."""

    key: str
    span: Span
    kind: str
    """The class of the resource, by its plain name."""


class Provided(NamedTuple):
    """The resources of the only `Definitions` that holds a definition."""

    span: Span
    """Where they are given; the call if none are."""
    keys: tuple[str, ...]


class Returns(NamedTuple):
    """The annotation of what a body returns. `shown` is as it is written, but for line breaks."""

    value: Value
    span: Span
    generator: bool
    """Whether the body is a generator, whose annotation Dagster does not read."""


class Carried(NamedTuple):
    """How context and messages travel: on Dagster's side by the injector and the reader, on the script's by the loader
    and the writer. Plain names of classes; None where that is not known. `own` has the places of those that the
    program gives itself, by the parameter's name.
    """

    context: str | None
    messages: str | None
    params: str | None = None
    """The script's loader of parameters."""
    own: Mapping[str, Span] = MappingProxyType({})
