"""Both halves of a Pipes program, and the joint between them: all that a rule sees.

The asset's half is a `Launch`; the script's half, run as that launch starts it, is a `Session`; a `Contract` holds the
two together. All values are settled (no `Reference`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, Generic, TypeVar
from typing import Literal as Choice

from .code import Code
from .declared import Directive, Mapped
from .launching import Carried, Interpreter, Need, Provided, Returns, Spawn
from .records import NamedTuple
from .source import Span
from .values import Known, Mapping, Unknown, Value, options

Dialect = Choice["python", "r"]
"""Whose library it is: `dagster_pipes` (also when R calls it through reticulate) or `dagsterpipes`."""


# --- When something happens -----------------------------------------------------------------------------------------


class Certainty(Enum):
    """How sure it is that an event happens when the script runs."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    GUARDED = "guarded"
    """It may fail without failing the run: a handler catches it, or a test was made before."""


class When(NamedTuple):
    """On which paths an event happens.

    `path` is the decisions taken before it: (branch, arm) pairs, in order. Two events with different arms of one
    branch exclude each other; a handler of a `try` has a negative arm, and the body, which may have been run in part
    before it, has arm 0. `settled` are those of them whose other arms all fail: unless the program fails, they are
    taken. `loops` are the loops around it that run an unknown number of times (perhaps never). `guards` are the names
    of exceptions that a handler around it catches without failing the run (`*` for all of them).
    """

    path: tuple[tuple[int, int], ...] = ()
    loops: tuple[int, ...] = ()
    guards: frozenset[str] = frozenset()
    settled: frozenset[tuple[int, int]] = frozenset()

    @property
    def certainty(self) -> Certainty:
        if self.guards:
            return Certainty.GUARDED
        open_ = self.loops or any(step not in self.settled for step in self.path)
        return Certainty.SOMETIMES if open_ else Certainty.ALWAYS

    def implies(self, earlier: When) -> bool:
        """Whether, whenever this happens, `earlier` (an event before it in order) has happened too."""
        if self._apart(earlier):
            return False
        mine = {*self.path, *earlier.settled}
        return all(step in mine for step in earlier.path) and all(loop in self.loops for loop in earlier.loops)

    def excludes(self, other: When) -> bool:
        """Whether no run can see both."""
        shared = [loop for loop in self.loops if loop in other.loops]
        # A branch in a loop is decided anew in each round. (Numbers are given in the order of what is run.)
        return any(
            not any(loop < branch for loop in shared) and not (0 in arms and min(arms) < 0)
            for branch, *arms in self._apart(other)
        )

    def left_of(self, earlier: When) -> tuple[tuple[int, int], ...] | None:
        """The decisions, besides those of this event, on which it depends whether `earlier` (an event before it in
        order) has happened; None if there are others, or it has certainly not.
        """
        if self._apart(earlier) or not all(loop in self.loops for loop in earlier.loops):
            return None
        mine = {*self.path, *earlier.settled}
        return tuple(step for step in earlier.path if step not in mine)

    def _apart(self, other: When) -> list[tuple[int, int, int]]:
        """The branches of which the two take different arms, with these."""
        mine = dict(self.path)
        return [(branch, mine[branch], arm) for branch, arm in other.path if mine.get(branch, arm) != arm]


# --- What a script does with its Pipes context ----------------------------------------------------------------------


class Passed(NamedTuple):
    """An argument as it was passed: its value, and the span of the expression in the call (without its name)."""

    value: Value
    span: Span


class RawArgument(NamedTuple):
    """An argument before it is bound to a parameter. `span` covers name and value; `spread` arguments are not known
    one by one (known ones have been spread out already).
    """

    name: str | None
    passed: Passed
    span: Span
    spread: bool = False


class Opened(NamedTuple):
    """A session is opened. `again` when it is one that has certainly been closed and is entered a second time, as
    Python's only one may be: that opens nothing. (In R every opening is of a session of its own, with its own `ident`.)
    """

    span: Span
    when: When
    dialect: Dialect
    ident: int
    again: bool = False
    carried: Carried | None = None
    """How its context and messages travel, in Python."""


class Closed(NamedTuple):
    """A session is closed, by `close()` or by leaving its `with` block or `with_dagster_pipes`."""

    span: Span
    when: When
    dialect: Dialect
    ident: int


class Asked(NamedTuple):
    """The context is asked for (`PipesContext.get()`) where nothing has opened a session, and so the script stops."""

    span: Span
    when: When
    dialect: Dialect


class Misopened(NamedTuple):
    """A session is opened, or another function outside the context called, in a way that stops the script: by a name
    that is not called, by arguments that the function does not take, by a block of R where a function of the context
    must stand. `problem` completes the sentence
    "`name` …"; `error` is what the language says (empty where it says what depends on the code that stands there).
    """

    span: Span
    when: When
    dialect: Dialect
    name: str
    problem: str
    error: str
    help: str


class Way(Enum):
    """How an extra is read."""

    GET_EXTRA = "get_extra"
    """`get_extra("k")`: an absent key stops the script, in both languages."""
    SUBSCRIPT = "subscript"
    """Python `extras["k"]`: an absent key is a `KeyError`."""
    GET = "get"
    """Python `extras.get("k", …)`, `"k" in extras`, `extras.pop("k", d)`: never fails."""
    ELEMENT = "element"
    """R `ctx$extras[["k"]]`: an absent key is NULL, and the run goes on."""
    DOLLAR = "dollar"
    """R `ctx$extras$k`: a unique prefix is enough; an absent key is NULL, and the run goes on."""
    ATTRIBUTE = "attribute"
    """Python `extras.k`: always an `AttributeError`."""
    ALL = "all"
    """All of them at once (iterated, copied, handed on): any key may be read, none need be there. No key is known."""


class ExtraRead(NamedTuple):
    """An extra is read. `span` is the key's expression in the read itself; `key` is settled, often a `Known` str."""

    span: Span
    when: When
    dialect: Dialect
    key: Value
    way: Way


class MemberRead(NamedTuple):
    """A member of the context is read, whatever its name (also one that it does not have). `span` is the member's name.

    Where something is then taken out of it that it does not have (`partition_time_window.start`), that is another
    event, with `attribute` or `subscript`, at what is taken. A method is only there if it is not called, but gone
    through or subscripted as if it were data; so is one of the extras' (`extras.items`), with that as `attribute`.
    """

    span: Span
    when: When
    dialect: Dialect
    member: str
    attribute: str | None = None
    subscript: str | None = None


class Called(NamedTuple):
    """A member of the context is called, whatever its name. `span` is the whole call, `member_span` the member's name.

    A dotted `member` is a method of a member: `log.info`, `extras.get`.
    """

    span: Span
    when: When
    dialect: Dialect
    member: str
    member_span: Span
    arguments: tuple[RawArgument, ...]
    closed: bool = False
    """Whether the session had certainly been closed before."""
    ident: int = 0
    """The session's, as its `Opened` has it."""
    left: tuple[tuple[tuple[int, int], ...], ...] = ()
    """The decisions on the paths that have gone elsewhere before this call, and not by a failure."""
    level: Value | None = None
    """What the script has called the level on which it logs here, if it has given it a name of its own."""


Event = Opened | Closed | Asked | Misopened | ExtraRead | MemberRead | Called


class Swallowed(NamedTuple):
    """A handler that catches whatever fails in a session, after which the program comes to a normal end.

    `span` is the handler; `catches` what it names, in plain words of the program; `opened` where the session is opened.
    """

    span: Span
    when: When
    dialect: Dialect
    catches: str
    opened: Span


class Session(NamedTuple):
    """What a script does with its Pipes contexts, in order, when it is run as one launch starts it."""

    events: tuple[Event, ...]
    gaps: tuple[Unknown, ...] = ()
    """Where the reading stopped short: the context or control went where we cannot see. Empty when the script has been
    read completely, and only then may a rule say "never"."""
    pipes: bool = True
    """Whether the script mentions Pipes at all."""
    open_at_end: bool = False
    """Whether on some path to a normal end a session stays open."""
    failing: bool = False
    """Whether every path through the script is known to fail."""
    files: tuple[str, ...] = ()
    """The files that were read for it: the script, and what it imports or sources."""
    left_open: tuple[int, ...] = ()
    """The sessions that, for certain, stay open on some way to a normal end."""
    swallowed: tuple[Swallowed, ...] = ()
    """Handlers that turn a session's failure into a normal end."""
    idle: tuple[Span, ...] = ()
    """Where nothing opens a session: what in the script's text would open one, or report, if it were run."""
    unheard: tuple[Span, ...] = ()
    """Reports that are made to what only stands in for a session."""
    arms: tuple[tuple[int, tuple[int, ...]], ...] = ()
    """Of the branches in the reports' paths: the arms after which the program goes on, be it elsewhere."""
    tries: tuple[int, ...] = ()
    """Those of the branches that are a `try`: unless something fails, its body (the arm 0) is run to its end."""
    by_launch: tuple[int, ...] = ()
    """Of the branches in the events' paths: those that may have been decided by what the launch tells the script
    besides extras (its arguments, its environment), which is not known."""

    def certain(self, later: When, earlier: Iterable[When]) -> bool:
        """Whether, whenever `later` happens, one of the events `earlier` (which are before it) has happened too."""
        ways = [later.left_of(each) for each in earlier if each.guards <= later.guards]
        return _covered([way for way in ways if way is not None], dict(self.arms))

    def calls(self, member: str) -> Iterator[Called]:
        """The calls of one member, in order."""
        return (event for event in self.events if isinstance(event, Called) and event.member == member)

    @property
    def complete(self) -> bool:
        return not self.gaps


def _covered(ways: list[tuple[tuple[int, int], ...]], arms: dict[int, tuple[int, ...]]) -> bool:
    """Whether these series of decisions, between them, leave no other one open."""
    if any(not way for way in ways):
        return True
    return any(
        all(_covered([way[1:] for way in ways if way[0] == (branch, arm)], arms) for arm in arms[branch])
        for branch in {way[0][0] for way in ways}
        if arms.get(branch)
    )


# --- What Dagster's side does ---------------------------------------------------------------------------------------


class CheckSpec(NamedTuple):
    """A declared check. `asset_key` is None where the source does not tell it; `span` is the spec."""

    name: str
    asset_key: str | None
    span: Span
    astray: bool = False
    """Whether Dagster refuses it, for the definition certainly does not make the asset that it names."""


class Definition(NamedTuple):
    """What a launch stands in.

    Of the four lists, None means that it cannot be told from the source; an empty one, that there are none.
    """

    kind: Choice[
        "asset", "multi_asset", "asset_check", "multi_asset_check", "op", "graph_asset", "function", "component"
    ]
    name: str
    span: Span
    """The name in its `def` (or where a component gives it)."""
    asset_keys: tuple[str, ...] | None
    """The assets that the step makes, as the script sees them (`prefix/name`). None are made by an op; the asset that
    an `@asset_check` checks is not made by it (see `checked_asset_keys`).
    """
    checks: tuple[CheckSpec, ...] | None
    checked_asset_keys: tuple[str, ...] | None = ()
    partitions: Choice["none", "time", "static", "dynamic", "multi", "multi-time", "some"] | None = None
    """`multi-time` has one dimension of time, and so has time windows as well; `multi` has none, or several. `some` is
    partitions of a sort that the source does not tell."""
    own_checks: tuple[Value, ...] | None = ()
    """Names of the checks whose results the body makes itself (an unknown name may be any); None if it cannot be told
    whether it makes some."""
    own_assets: tuple[Value, ...] | None = ()
    """The same for the assets whose materializations the body makes itself: their keys (None where it names none)."""
    implicit_materializations: bool | None = True
    """Whether Dagster adds a materialization of each asset that no script has reported."""
    can_subset: bool = False
    """Whether the step may be run for some of its assets only."""
    needs: tuple[Need, ...] = ()
    """The resources that it asks for, as far as they can be told."""
    provided: Provided | None = None
    """The resources that there are for it; None if that cannot be told."""
    returns: Returns | None = None
    """The annotation of what its body returns, if it has one."""
    asset_spans: tuple[Span | None, ...] = ()
    """Beside `asset_keys`: where each is declared under its name, if that is a place of its own. Empty if not known."""

    @property
    def step(self) -> str:
        """The step for a message: ``asset `scores` ``, ``op `load` ``, ``function `start` ``; `assets `a`, `b``` for
        several.
        """
        from .finding import listing

        match self.kind:
            case "asset" | "multi_asset" | "graph_asset" | "component":
                if self.asset_keys:
                    return f"{'asset' if len(self.asset_keys) == 1 else 'assets'} {listing(self.asset_keys)}"
                return f"asset `{self.name}`"
            case "asset_check" | "multi_asset_check":
                return f"asset check `{self.name}`"
            case _:
                return f"{self.kind} `{self.name}`"


class Fate(Enum):
    """What becomes of what the script reported, after `run()`."""

    DELIVERED = "delivered"
    """The results are returned or yielded."""
    REPLACED = "replaced"
    """The body returns or yields results of its own; the script's are dropped, as some intend."""
    DROPPED = "dropped"
    """Neither: the step fails, or (in an op) every report is lost."""
    INVOCATION = "invocation"
    """The invocation itself is returned, which Dagster refuses."""
    WRAPPED = "wrapped"
    """The results are given in a list or tuple, which Dagster refuses: it takes them one by one."""
    REFUSED = "refused"
    """A plain value is given in their place, which Dagster refuses after a launch."""
    TEXT = "text"
    """The results are turned into a string."""
    INSIDE_SESSION = "inside-session"
    """The results are asked for before the `open_pipes_session` block has ended."""
    UNKNOWN = "unknown"


ANY_METHOD = "*"
LOOKED_INTO = "[]"


class ResultCall(NamedTuple):
    """A method called on the invocation (or session): `get_results` and its like; `span` is its name.

    Where the invocation is handed to code that cannot be seen, which may call any of them, `ANY_METHOD`; where the body
    itself reads what is in the results, `LOOKED_INTO`.
    """

    method: str
    span: Span
    implicit: bool | None = True
    """Whether it adds the materializations that were not reported; None if that cannot be told."""


class Target(NamedTuple):
    """What a launch's command starts."""

    path: str | None
    """The file, relative to the project root; None when it is not known, or not there."""
    span: Span
    """The expression in the launch that names it; the launch itself when none does."""
    language: str | None = None
    """`python`, `r`, or another language's name; known by the file's ending or the executable even if the path is
    not.
    """
    written: str | None = None
    """The path as the command has it."""
    entry: str | None = None
    """The function that runs, when the command names one (`file.py::function`)."""
    arguments: Value | None = None
    """What follows the script in the command."""
    tried: tuple[str, ...] = ()
    """Where the file would have to be, by every reading of the path, when it certainly is not there
    (`script-not-found`).
    """
    reason: Unknown | None = None
    """Why it is not known, in words that a user can act on."""
    variables: tuple[tuple[str, str], ...] = ()
    """Environment variables that the command itself sets."""
    near: str | None = None
    """The file of the project whose name is one slip of the keys away, when the path's own is not there."""
    mapped: Mapped | None = None
    """The entry of `path-map` by which the path was found, or not found."""
    interpreter: Interpreter | None = None
    """What runs the file, where the command says it."""
    code: Value | None = None
    """The code in the command that runs the file, and perhaps more (`Rscript -e`)."""


class Launch(NamedTuple):
    """One call that starts an external process.

    `span` is the call (`client.run(…)`; for `open_pipes_session`, that call).
    """

    span: Span
    client: str
    """The client's class by its plain name (`PipesSubprocessClient`), or `open_pipes_session`."""
    definition: Definition
    target: Target
    extras: Mapping
    extras_span: Span
    """Where the extras are passed: the expression after `extras=`, or the call's name when none are passed."""
    arguments: tuple[RawArgument, ...] = ()
    """The arguments of `run()` (or of `open_pipes_session()`)."""
    command: Passed | None = None
    cwd: Passed | None = None
    env: Passed | None = None
    fate: Fate = Fate.UNKNOWN
    result_calls: tuple[ResultCall, ...] = ()
    when: When = When()
    maker: str = ""
    """Which of Dagster's clients makes it, be it inside one of the project's own."""
    context: Passed | None = None
    """What is passed to Dagster's own client, or to `open_pipes_session`, as the run's context."""
    spawn: Spawn | None = None
    """What starts the process, if that is known."""
    made_with: Value | None = None
    """The environment that the client was made with, which every process gets."""
    carried: Carried | None = None
    """How context and messages travel; None if that is not known."""
    made: tuple[RawArgument, ...] | None = None
    """The arguments with which the client was made; None if that was not seen."""
    refused: str = ""
    """The class of what Dagster is given in place of results, if it refuses that (`WRAPPED`, `REFUSED`)."""
    always: bool = False
    """Whether the results certainly reach Dagster, if the body comes to its end."""
    sites: tuple[Span, ...] = ()
    """The calls that lead to it, from the outermost, where functions of the project's own make it."""


class Script(NamedTuple):
    """A file that is launched, or that uses Pipes."""

    path: str
    language: Dialect


class Contract(NamedTuple):
    """A launch and the script it starts; `script` and `session` are None when that is not known or not readable."""

    launch: Launch
    script: Script | None
    session: Session | None

    @property
    def definition(self) -> Definition:
        return self.launch.definition

    @property
    def step(self) -> str:
        """The step for a message."""
        return self.definition.step


E = TypeVar("E", Opened, Closed, Asked, Misopened, ExtraRead, MemberRead, Called)


class Site(NamedTuple, Generic[E]):
    """A place in a script, and what happens there under each launch that reaches it.

    One `Finding` per site, with the guilty launches as notes: that is the habit.
    """

    span: Span
    events: tuple[E, ...]
    """What happens here, as each session sees it; never empty."""
    contracts: tuple[Contract | None, ...]
    """Beside `events`: the contract of that session; None for a script that nobody here launches."""

    @property
    def pairs(self) -> tuple[tuple[Contract, E], ...]:
        """The launches that reach this place, and what happens here under each; empty if nobody here launches it."""
        return tuple((contract, event) for contract, event in zip(self.contracts, self.events, strict=True) if contract)


class Misused(NamedTuple):
    """A name of `dagster_pipes` where there is none of it: one that the module does not have (`step` is None), or
    `open_dagster_pipes` where the body of a definition calls it, in Dagster's own process.
    """

    span: Span
    name: str
    step: str | None = None
    error: str = ""
    """Python's words, if the call does not even fit what is called."""


class Unreadable(NamedTuple):
    """A file on a launch's way that does not parse (or cannot be read): where, and what is wrong."""

    span: Span
    message: str
    contracts: tuple[Contract, ...] = ()


class Suppression(NamedTuple):
    """A rule that a comment names to hide what it finds: `# pipes-lint: ignore[rule]`."""

    span: Span
    """The name in the brackets; the comment's words if it names none."""
    rule: str
    going: Span
    """What to take away if this name hides nothing: with its comma, or the whole comment."""
    used: bool = False
    """Whether it hides something."""
    asked: bool = True
    """Whether the rule was asked at all."""
    rules: tuple[str, ...] = ()
    """All rules that there are."""


class Project:
    """The whole: what every rule is given.

    `unlaunched` are scripts that use Pipes and that no launch here is known to start, run without a launch.
    """

    __slots__ = ("_sites", "code", "contracts", "directives", "misused", "suppressions", "unlaunched", "unreadable")

    def __init__(
        self,
        contracts: tuple[Contract, ...],
        unlaunched: tuple[tuple[Script, Session], ...] = (),
        unreadable: tuple[Unreadable, ...] = (),
        directives: tuple[Directive, ...] = (),
        misused: tuple[Misused, ...] = (),
        code: Code | None = None,
    ) -> None:
        self.contracts = contracts
        self.unlaunched = unlaunched
        self.unreadable = unreadable
        self.directives = directives
        """What the user says of what cannot be read."""
        self.misused = misused
        self.code = code or Code()
        """What stands around a place, for a fix, or for the place of a finding; whether there is one never depends on
        it.
        """
        self.suppressions: tuple[Suppression, ...] = ()
        """What the user's comments hide; known when all other rules have been asked."""
        self._sites: dict[type, tuple[Any, ...]] = {}  # most rules ask for the same ones

    def of(self, contracts: Iterable[Contract]) -> Project:
        """The same project with these launches alone."""
        return Project(tuple(contracts), self.unlaunched, self.unreadable, self.directives, self.misused, self.code)

    @property
    def sessions(self) -> Iterator[tuple[Contract | None, Session]]:
        """Every session, with the contract under which it runs; None for a script that nobody here launches."""
        yield from ((each, each.session) for each in self.contracts if each.session)
        yield from ((None, session) for _, session in self.unlaunched)

    def sites(self, kind: type[E]) -> tuple[Site[E], ...]:
        """Every place where an event of this kind happens in a script, in the order of path and offset.

        Scripts that nobody here launches are among them: what is wrong there whoever launches it can be told.
        """
        if kind not in self._sites:
            self._sites[kind] = tuple(self._find(kind))
        return self._sites[kind]

    def _find(self, kind: type[E]) -> Iterator[Site[E]]:
        found: dict[Span, list[tuple[Contract | None, E]]] = {}
        for contract, session in self.sessions:
            for event in session.events:
                if isinstance(event, kind):
                    found.setdefault(event.span, []).append((contract, event))
        for span in sorted(found):
            yield Site(span, tuple(event for _, event in found[span]), tuple(contract for contract, _ in found[span]))


def known_strings(value: Value | None) -> tuple[str, ...] | None:
    """The strings that a value may be, if it is certainly one of these; None if anything else is possible."""
    if value is None:
        return None
    found = []
    for option in options(value):
        match option:
            case Known(str() as text):
                found.append(text)
            case _:
                return None
    return tuple(found)
