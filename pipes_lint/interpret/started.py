"""What the orchestration side leaves behind for each external process that it starts."""

from __future__ import annotations

from ..contract import Passed, RawArgument, ResultCall, When
from ..declared import DeclaredClient
from ..launching import Carried, Spawn
from ..records import NamedTuple
from ..source import Span
from ..values import Mapping, Value


class Outer(NamedTuple):
    """The call of a client of the project's own, inside which something is launched."""

    client: str
    module: str
    named: dict[str, Passed]
    """Its arguments, by parameter."""
    fields: dict[str, Passed]
    """The attributes of the client."""


class Started(NamedTuple):
    """An external process is started. What its results are used for is added to its lists as it happens."""

    ident: int
    span: Span
    name_span: Span
    client: str
    client_fields: dict[str, Value]
    when: When
    arguments: tuple[RawArgument, ...]
    loose: bool
    passed: dict[str, Passed]
    extras: Mapping
    module: str
    result_calls: list[ResultCall]
    commands: list[tuple[Passed, Passed | None, Passed | None]]
    """For a session: the commands that run inside its block, each with `env` and `cwd`."""
    handed: list[dict[str, Passed]]
    """For a session: the calls inside its block that go where nothing can be seen, by what they are given."""
    spawns: list[Spawn]
    """Beside `commands`: what starts them."""
    asked: list[str]
    """For a session: what it is asked for by which a process may find it."""
    outer: Outer | None = None
    maker: str = ""
    """Which of Dagster's clients makes the launch, be it inside one of the project's own."""
    sites: tuple[Span, ...] = ()
    """The calls that lead to it, from the outermost."""
    uncalled: bool = False
    """Whether it stands in a client of the project's own that no call that can be seen runs."""
    declared: DeclaredClient | None = None
    """The entry of the configuration that makes it a launch."""
    context: Passed | None = None
    """What is passed as the run's context."""
    carried: Carried | None = None
    """How context and messages travel, if that is known."""
    made: tuple[RawArgument, ...] | None = None
    """What the client was made with, if that was seen."""
