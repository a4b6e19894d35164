"""The abstract machine: it runs the IR over `Value`s and writes down what happens.

This file is the machine's state and its way through a program; what each kind of node, callee and library name means is
written in the other files of this room, which enter themselves in the tables here.

A path that ends (`return`, `raise`, `stop()`, …) raises `Ended`, after it has left an `Exit` with the `Region` that it
leaves: a function's body, a loop's, a `try`'s, the program's. Where paths meet again, the region joins them.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, TypeVar
from typing import Literal as Choice

from .. import ir
from ..contract import ExtraRead, MemberRead, Misused, When
from ..declared import DeclaredClient, Directive
from ..records import NamedTuple
from ..source import Span
from ..values import (
    Bound,
    Closure,
    Instance,
    Known,
    Mapping,
    OneOf,
    Partial,
    Reference,
    Unknown,
    Value,
    join,
)
from .store import Changes, Store

MOST_STEPS: Final = 400_000
"""How many nodes one run may evaluate; a script that takes more is read as far as that."""
MOST_CALLS: Final = 40
"""How deep calls may nest."""
MOST_ROUNDS: Final = 64
"""How many rounds of a loop over a known sequence are run one by one."""
MOST_DEFINED: Final = 2_000
"""The same where definitions are made: a loop there may well make hundreds of assets."""

NONE: Final = Known(None)
T = TypeVar("T")


class Ended(Exception):
    """The path that was being run has ended, or gone elsewhere."""


class Exhausted(Exception):
    """The budget of steps is used up."""


ExitKind = Choice["return", "break", "continue", "raise", "exit", "end"]


class Region:
    """A part of the program that paths leave early.

    `depth` is the store's depth at its start. One with `cleanup` catches whatever passes, to go on with it after a
    cleanup (`finally`, the end of a `with`).
    """

    __slots__ = ("cleanup", "depth", "exits")

    def __init__(self, depth: int, cleanup: bool = False) -> None:
        self.depth = depth
        self.cleanup = cleanup
        self.exits: list[Exit] = []


class Exit(NamedTuple):
    """How a path left a region. `changes` are against the state at its start; `target` is where it is going."""

    kind: ExitKind
    target: Region
    value: Value
    changes: Changes
    path: tuple[tuple[int, int], ...]
    failing: bool = False
    """Whether that fails the program, unless somebody catches it."""


class Scope:
    """What all frames of one file share. `name` is Python's `__name__`."""

    __slots__ = ("name", "path", "prelude", "stars")

    def __init__(self, path: str, prelude: Choice["builtins", "base"], name: str) -> None:
        self.path = path
        self.prelude = prelude
        self.name = name
        self.stars: list[Value] = []
        """What names were imported from with `*` (in R: attached) that cannot be told one by one."""


class Frame:
    """Where names live: a module, a function being run, a class body, a comprehension."""

    __slots__ = (
        "args",
        "around",
        "at_exit",
        "certain",
        "closure",
        "dispatched",
        "elsewhere",
        "given",
        "ident",
        "kind",
        "parent",
        "scope",
        "started",
        "sure",
        "yields",
    )

    def __init__(
        self,
        ident: int,
        parent: Frame | None,
        scope: Scope,
        kind: Choice["module", "function", "class", "comprehension"],
    ) -> None:
        self.ident = ident
        self.parent = parent
        self.scope = scope
        self.kind = kind
        self.elsewhere: dict[str, Frame] = {}
        """Names declared `global` or `nonlocal`."""
        self.closure: Closure | None = None
        self.args: Args | None = None
        """What the function was called with."""
        self.dispatched: Any = None
        """How it came to be run, if it is a method that R has looked for."""
        self.given: frozenset[str] = frozenset()
        """Parameters that were passed (R's `missing()` asks)."""
        self.yields: list[Value] | None = None
        self.certain: int | None = None
        """How many of the values it yields are certainly the first ones; None if all are."""
        self.sure: set[int] = set()
        """Which of the values it yields are yielded whenever it is run to its end, whatever comes between them."""
        self.started: tuple[tuple[tuple[int, int], ...], tuple[int, ...]] = ((), ())
        """The decisions that had been taken, and the loops that were being run, when it was called."""
        self.around: Callable[[Value], None] | None = None
        """What is run at the first `yield` of a `@contextmanager`: the body of the `with`."""
        self.at_exit: list[ir.Node] = []
        """R's `on.exit()`."""

    @property
    def module(self) -> Frame:
        frame = self
        while frame.parent:
            frame = frame.parent
        return frame


class Lazy(NamedTuple):
    """A variable whose value is worked out when it is first read: an import, R's argument."""

    force: Callable[[], Value]
    promise: bool = False
    """Whether it is a promise of R's: what it does is done when it is first read, and never if nobody reads it."""


_UNBOUND: Final = Unknown("it is not bound yet", foreign=True)
PROMISE: Final = "r:promise"
"""The type of the `Instance` that stands for an argument of R's until it is read; its `ident` is the promise's."""


class Promised(NamedTuple):
    """What an argument of R's is worked out from: its expression, and the variables of whoever wrote it."""

    node: ir.Node
    frame: Frame


class Arg(NamedTuple):
    """An argument, evaluated. `node` is its expression; `span` covers the name too; `loose` is a `*x` of unknown
    length.
    """

    value: Value
    span: Span
    name: str | None = None
    value_span: Span | None = None
    loose: bool = False

    @property
    def where(self) -> Span:
        return self.value_span or self.span


class Args(NamedTuple):
    """The arguments of a call, with the call's own span and the span of what is called."""

    items: tuple[Arg, ...]
    span: Span
    callee_span: Span
    frame: Frame

    @property
    def positional(self) -> tuple[Value, ...]:
        return tuple(arg.value for arg in self.items if arg.name is None and not arg.loose)

    def get(self, name: str, index: int | None = None) -> Value | None:
        """An argument by name, or else by its position (from 0)."""
        for arg in self.items:
            if arg.name == name:
                return arg.value
        if index is not None:
            places = self.positional
            if index < len(places):
                return places[index]
        return None

    def arg(self, name: str) -> Arg | None:
        return next((arg for arg in self.items if arg.name == name), None)

    @property
    def named(self) -> dict[str, Value]:
        return {arg.name: arg.value for arg in self.items if arg.name is not None}

    @property
    def loose(self) -> bool:
        return any(arg.loose for arg in self.items)


Evaluator = Callable[["Machine", Any, Frame], Value]
Applier = Callable[["Machine", Any, Args], Value]
EVALUATE: Final[dict[type, Evaluator]] = {}
APPLY: Final[dict[type, Applier]] = {}
LIBRARY: Final[dict[str, Callable[[Machine, Args], Value]]] = {}
"""What calling a library's name does, by `Symbol.name`."""
METHODS: Final[dict[str, Callable[[Machine, Bound, Args], Value | None]]] = {}
"""What calling a method of an `Instance` does, by its type. None: not known here."""
MEMBERS: Final[dict[str, Callable[[Machine, Instance, str, Span, Frame], Value | None]]] = {}
"""What a member of an `Instance` is, by its type. None: not known here."""
ITEMS: Final[dict[str, Callable[[Machine, Instance, Value, ir.Item, Frame], Value]]] = {}
"""What an element of an `Instance` is, by its type."""
ITERATE: Final[dict[str, Callable[[Machine, Instance, Span], tuple[tuple[Value, ...], bool]]]] = {}
"""What going through an `Instance` gives, by its type, and whether that is all."""
ELEMENTS: Final[dict[str, Callable[[Machine, Instance, Span], Value | None]]] = {}
"""What any element is of an `Instance` whose elements are all alike, by its type. None: not known."""
SET_ITEM: Final[dict[str, Callable[[Machine, Instance, Value, Value], Instance]]] = {}
"""What an `Instance` is after an element of it was set, by its key, to a value, by its type."""
PUT: Final[dict[str, Callable[[Machine, Instance, Value, Value], None]]] = {}
"""Puts an element, by its key, into an `Instance` that all who hold it share, by its type."""
CHANGED: Final[dict[str, Callable[[Machine, Instance], None]]] = {}
"""Notes that an `Instance` may have been changed in place by somebody who cannot be followed, by its type."""
IN_PLACE: Final[set[str]] = set()
"""Types whose instances an augmented assignment changes in place: they stay what they are."""
OPERATORS: Final[dict[str, Callable[[str, Value, Value | None], Value | None]]] = {}
"""What an operator with an `Instance` of this type on either side gives (one operand: None). None: not known here."""
CONTAINS: Final[dict[str, Callable[[Machine, Instance, Value, Span], bool | None]]] = {}
"""Whether something is in an `Instance`, by its type; None if that cannot be told."""
MAPPINGS: Final[dict[str, Callable[[Machine, Instance, Span], Mapping]]] = {}
"""What an `Instance` is when all its keys are taken at once (`**x`, `dict(x)`), by its type."""
CALLS: Final[dict[str, Callable[[Machine, Instance, Args], Value]]] = {}
"""What calling an `Instance` does, by its type."""
SPECIAL: Final[dict[str, Callable[[Machine, ir.Call, Frame], Value]]] = {}
"""Calls that look at their arguments' expressions rather than their values, by `Symbol.name`."""
INHERITED: Final[list[Callable[[Machine, Reference, str], Value | None]]] = []
"""What an object has under a name if it has not been set on the object itself."""
QUALIFIED: Final[list[Callable[[Machine, str, str], Value | None]]] = []
"""What R's `package::name` is, if the package is a part of the project."""
DECORATORS: Final[list[Callable[[Machine, str, Value], Value | None]]] = []
"""What a function is after a library's decorator of this name, whose code cannot be seen. None: the same."""
LATE: Final[dict[str, Callable[[], None]]] = {}
"""What is entered in these tables when a library is first imported, by its name."""
CONTEXTS: Final[dict[str, Callable[[Machine, Instance, Span], tuple[Value, Callable[[], None]]]]] = {}
"""What `with` does with an `Instance`, by its type: the value of `as`, and what happens at the end of the block."""
TAKEN_FOR_DATA: Final[dict[str, Callable[[Machine, Bound, str | None], None]]] = {}
"""What is told that a method of an `Instance` is gone through, or an element (of this name) taken out of it, as if it
were data: it is not called; by the instance's type."""
GENERATORS: Final[list[Callable[[Machine, Closure, Args], Value]]] = []
"""What calling a generator function gives where it is not gone through at once."""
UNCALLED: Final[dict[str, Callable[[Machine, Span], None]]] = {}
"""What `with` does with a function that should have been called to give a context manager, by `Symbol.name`."""
GENERIC: Final[set[str]] = set()
"""R's own functions that look for a method by the class of what they are given."""
ACTIVE: Final = "r:active"
"""The type of the `Instance` that stands for what R works out by a `function` whenever it is read, or told of what it
is to be.
"""
TAKES: Final = {ir.Access.DOLLAR: "$", ir.Access.ELEMENT: "[[", ir.Access.SUBSET: "["}
"""R's functions that take an element."""
SUBSETS: Final[list[Callable[[Machine, Value, Value, Span], Value | None]]] = []
"""What R's `x[i]` is of a vector or list; None where that cannot be told."""
VARIABLES: Final[dict[str, Callable[[Machine, Instance, str, Span, bool], Callable[[], Value] | None]]] = {}
"""How an `Instance`, by its type, is read under a name where it stands for variables (R's `with`); None if it has
nothing of this name. The last argument says whether nobody else has."""
DISPATCH: Final[list[Callable[[Machine, str, Args, Callable[[], Value]], Value]]] = []
"""What one of R's own functions gives, by its name, where the project may have a method of it: that, or what it does
by itself."""
CONSTANTS: Final[dict[str, Value]] = {}
"""Library names that are plain values (`os.sep`, R's `T`)."""


def evaluates(kind: type) -> Callable[[Evaluator], Evaluator]:
    def enter(function: Evaluator) -> Evaluator:
        EVALUATE[kind] = function
        return function

    return enter


def applies(kind: type) -> Callable[[Applier], Applier]:
    def enter(function: Applier) -> Applier:
        APPLY[kind] = function
        return function

    return enter


def library(*names: str) -> Callable[[Callable[[Machine, Args], Value]], Callable[[Machine, Args], Value]]:
    """Enters what calling these names does."""

    def enter(function: Callable[[Machine, Args], Value]) -> Callable[[Machine, Args], Value]:
        for name in names:
            LIBRARY[name] = function
        return function

    return enter


class Machine:
    """One run of a program, or of all orchestration modules."""

    def __init__(self, world: World, prelude: Choice["builtins", "base"] = "builtins") -> None:
        self.world = world
        self.prelude = prelude
        """Whose rules hold where values alone do not tell: to R a constant is a vector of length one."""
        self.store = Store()
        self.store.instead = self._instead
        self.methods: dict[str, set[str]] = {}
        """The functions whose names may make them methods of R's generic functions, by the names of these."""
        self.dispatched: Any = None
        """How the function that is about to be run was looked for."""
        self.promises: dict[int, Promised] = {}
        """R's arguments that may not have been worked out yet."""
        self.log: list[Any] = []
        """What happened, in order: `Event`s of a script, launches and definitions of an orchestration module."""
        self.gaps: list[Unknown] = []
        self.path: tuple[tuple[int, int], ...] = ()
        self.loops: tuple[int, ...] = ()
        self.frames: dict[int, Frame] = {}
        self.modules: dict[str, Frame] = {}
        self.attached: list[Frame] = []
        """R packages of the project whose names are there without being set, the latest first."""
        self.calls: list[ir.Function] = []
        self.sites: list[Span] = []
        """Beside `calls`: where each is called."""
        self.entries: list[tuple[Closure, Args]] = []
        """Beside `calls`: what is called, with what."""
        self.entered: set[int] = set()
        """The functions of the project, and the arms of branches, that have been run, by the identity of their code."""
        self.regions: list[Region] = []
        self.broken: list[list[Exit]] = []
        """Of the loops that are being run, the ways that have broken them off."""
        self.program = Region(0)
        self.targets: dict[str, Region] = {"raise": self.program, "exit": self.program}
        self.steps = MOST_STEPS
        self.harmless = 0
        """How many paths have left early without failing."""
        self.survivors: set[tuple[int, int]] = set()
        """Arms of branches whose other arms all fail: what happens on them happens always, unless the program fails."""
        self.arms: dict[int, tuple[int, ...]] = {}
        """Of each branch, the arms after which the program goes on, behind it or elsewhere."""
        self.swallowing: list[bool] = []
        """For each `try` being run, whether a handler seems to go on after a failure."""
        self.called_name: Span | None = None
        """The name of the member that is about to be called."""
        self.taken: dict[int | Span, Callable[[str, bool, Span], None]] = {}
        """What is told that something is taken out of a value: of a reference, by its ident; of a None, by where it was
        read. With the name, whether that is an element's, and where it stands."""
        self.excused: set[Span] = set()
        """Where NULLs were read that the program itself has an eye on."""
        self.declared: Callable[[Machine, Value, Args], Value | None] | None = None
        """What a call does that the configuration speaks of; None of any other."""
        self.roles: dict[str, Any] = {}
        self.tested: tuple[ir.Node, Value] | None = None
        """The last condition without `not`, `and` and `or` that was worked out, and what it came out as."""
        self.meeting: list[Callable[[Machine, list[Exit], Value], None]] = []
        """Who is told before several paths meet, and of the value that they will go on with."""
        self.met: list[Callable[[Machine, list[Exit], Value], None]] = []
        """Who is told once they have met."""
        """What the roles (script, orchestration) keep beside the program's own state."""

    # --- evaluating ---

    def eval(self, node: ir.Node, frame: Frame) -> Value:
        """The value of a node; runs what it does."""
        self.steps -= 1
        if self.steps < 0:
            raise Exhausted
        return EVALUATE[type(node)](self, node, frame)

    def call(self, function: Value, args: Args) -> Value:
        """Calls a value."""
        if isinstance(function, OneOf):
            return self.any_of(function.options, lambda option: self.call(option, args))
        if self.declared is not None:
            result = self.declared(self, function, args)
            if result is not None:
                return result
        if self.store.either is not None and not hands_on(function):
            args = self.worked_out(args)
        return APPLY[type(function)](self, function, args)

    def invoke(self, function: Value, values: list[Value], span: Span, frame: Frame, **named: Value) -> Value:
        """Calls a value with plain values, as a library does with a callback."""
        items = [Arg(value, span) for value in values]
        items += [Arg(value, span, name) for name, value in named.items()]
        return self.call(function, Args(tuple(items), span, span, frame))

    def when(self) -> When:
        return When(self.path, self.loops)

    def gap(self, reason: str, span: Span | None) -> Unknown:
        """Notes that the reading stops short here; the result is what is then known."""
        unknown = Unknown(reason, span)
        if unknown not in self.gaps or span not in [gap.span for gap in self.gaps]:
            self.gaps.append(unknown)
        return unknown

    def excuse(self, value: Value) -> None:
        """Notes that the program asks itself whether this is NULL: an extra that is not there is then no fault."""
        for option in value.options if isinstance(value, OneOf) else (value,):
            if isinstance(option, Known) and option.value is None and option.span is not None:
                self.excused.add(option.span)

    def insisting(self, excused: set[Span], run: Callable[[], Value]) -> Value:
        """Runs what follows a question. Where that fails the program for certain, to have asked (since only those of
        `excused` were) is no excuse: what is not there is needed.
        """
        harmless = self.harmless
        try:
            return run()
        except Ended:
            if self.harmless == harmless and not any(self.swallowing):
                self.excused = excused
            raise

    def recover(self) -> None:
        """Takes the machine back to where no path is being run, after a failure of ours."""
        while self.store.depth:
            self.store.undo()
        self.regions.clear()
        self.calls.clear()
        self.sites.clear()
        self.entries.clear()
        self.swallowing.clear()
        self.path, self.loops = (), ()
        self.targets = {"raise": self.program, "exit": self.program}

    # --- frames and names ---

    def frame(
        self, parent: Frame | None, scope: Scope, kind: Choice["module", "function", "class", "comprehension"]
    ) -> Frame:
        frame = Frame(self.store.ident(), parent, scope, kind)
        self.frames[frame.ident] = frame
        return frame

    def bind(self, name: str, value: Value | Lazy, frame: Frame) -> None:
        """Sets a variable of a frame, or of the one where it is declared to live."""
        if "." in name and frame.scope.prelude == "base" and isinstance(value, Closure | Lazy | Partial):
            for index in range(1, len(name)):
                if name[index] == ".":
                    self.methods.setdefault(name[:index], set()).add(name)
        frame = frame.elsewhere.get(name, frame)
        self.store.write((frame.ident, name), value)  # type: ignore[arg-type]

    def find(self, name: str, frame: Frame) -> Value | None:
        """A variable's value, looked for from a frame outwards; None if the file binds no such name."""
        each: Frame | None = frame.elsewhere.get(name, frame)
        start = each
        while each:
            if each.kind != "class" or each is start:
                value: Any = self.store.cells.get((each.ident, name))
                if value is not None:
                    return self._variable((each.ident, name), value)
            each = each.parent
        for package in self.attached:
            value = self.store.cells.get((package.ident, name))
            if value is not None:
                return self.find(name, package)
        return None

    def _variable(self, cell: Any, value: Any) -> Value:
        """What a variable's cell gives when it is read: what was put off is worked out then."""
        kind = type(value)
        if kind is Lazy:
            value = self._worked_out(cell, value)
            self.store.write(cell, value)
        elif kind is Instance and value.type == PROMISE:
            return self.promised(value)
        elif kind is OneOf and any(isinstance(option, Lazy) for option in value.options):
            value = join([option.force() if isinstance(option, Lazy) else option for option in value.options])
            self.store.write(cell, value)
        return value  # type: ignore[no-any-return]

    def _worked_out(self, cell: Any, lazy: Lazy) -> Value:
        """The value of a lazy variable; meanwhile it is unknown, for it may be asked for itself."""
        cells: dict[Any, Any] = self.store.cells
        cells[cell] = Unknown("it is worked out from itself", foreign=True)
        try:
            return lazy.force()
        finally:
            cells[cell] = lazy

    def _instead(self, cell: Any, content: Any) -> Any:
        """What reading a cell gives where a path has left it alone: a variable's is looked up further out (in R), an
        attribute's in its class.
        """
        if isinstance(content, Lazy):
            return content if content.promise else content.force()
        if content is not None or not isinstance(cell, tuple):
            return content
        match cell:
            case (ident, str() as name) if ident in self.frames:
                frame = self.frames[ident]
                outside = frame.parent if frame.scope.prelude == "base" else None
                return self.find(name, outside) if outside else None
            case (int() as ident, ".", str() as name):
                return INHERITED[0](self, Reference(ident), name) if INHERITED else None
        return None

    # --- R's arguments ---

    def promise(self, node: ir.Node, frame: Frame) -> Instance:
        """An argument that is worked out when it is first read: as if it stood where it is written."""
        inside = len(self.calls)
        written = {kind: self.targets[kind] for kind in ("return", "break", "continue") if kind in self.targets}

        def force() -> Value:
            later = self.calls[inside:], self.sites[inside:], self.entries[inside:]
            before = self.targets
            there = {kind: region for kind, region in written.items() if region in self.regions}
            self.targets = {kind: before[kind] for kind in ("raise", "exit")} | there
            del self.calls[inside:], self.sites[inside:], self.entries[inside:]
            try:
                return self.eval(node, frame)
            finally:
                self.targets = before
                self.calls[inside:], self.sites[inside:], self.entries[inside:] = later

        made = self.put_off(force)
        self.promises[made.ident] = Promised(node, frame)
        return made

    def put_off(self, force: Callable[[], Value]) -> Instance:
        """What is worked out when it is first read."""
        ident = self.store.ident()
        self.store.either = self._either
        self.store.write((PROMISE, ident), Lazy(force, promise=True))  # type: ignore[arg-type]
        return Instance(PROMISE, ident=ident)

    def promised(self, value: Value) -> Value:
        """A value; of a promise what comes of it, which is worked out once."""
        if not isinstance(value, Instance) or value.type != PROMISE:
            return value
        cell = (PROMISE, value.ident)
        held: Any = self.store.cells.get(cell)
        if isinstance(held, Lazy):
            held = self._worked_out(cell, held)
            self.store.write(cell, held)
        return held if held is not None else Unknown("it is an argument of another path", foreign=True)

    def is_pending(self, value: Value) -> bool:
        """Whether a value is a promise that nobody has read yet."""
        return isinstance(value, Instance) and value.type == PROMISE and self.is_put_off((PROMISE, value.ident))

    def is_put_off(self, cell: Any) -> bool:
        """Whether what a cell holds has not been worked out, or holds what has not."""
        held: Any = self.store.cells.get(cell)
        return isinstance(held, Lazy) or held is not None and self.is_pending(held)

    def worked_out(self, args: Args) -> Args:
        """Arguments of which none is a promise any more."""
        if self.store.either is None or not any(_is_promise(arg.value) for arg in args.items):
            return args
        return args._replace(items=tuple(arg._replace(value=self.promised(arg.value)) for arg in args.items))

    def _either(self, cell: Any, contents: list[Any]) -> Any:
        """What a cell holds where paths meet on some of which a promise has not been worked out.

        When it is read, then nobody knows whether it was before. What a promise reads off the context has been read by
        then in any case; anything else that it does may have been done before.
        """
        own = isinstance(cell, tuple) and cell[0] == PROMISE

        def force() -> Value:
            start, branch = len(self.log), self.store.ident()
            value = self.choose([partial(self._forced, content) for content in contents], branch)
            for index in range(start, len(self.log) if own else start):
                event = self.log[index]
                if isinstance(event, ExtraRead | MemberRead):
                    path = tuple(step for step in event.when.path if step[0] != branch)
                    self.log[index] = event._replace(when=event.when._replace(path=path))
            return value

        if own:
            return Lazy(force, promise=True)
        return self.put_off(force)

    def _forced(self, content: Any) -> Value:
        return content.force() if isinstance(content, Lazy) else self.promised(content)

    # --- things that change in place ---

    def allocate(self, content: Value) -> Reference:
        """A new thing that can change in place."""
        ident = self.store.ident()
        self.store.write(ident, content)
        return Reference(ident)

    def content(self, value: Value) -> Value:
        """What a reference holds now; any other value itself. May be a `OneOf`."""
        if isinstance(value, Reference):
            return self.store.cells.get(value.ident, _UNBOUND)
        if isinstance(value, OneOf) and any(isinstance(option, Reference) for option in value.options):
            return join([self.content(option) for option in value.options])
        return value

    # --- paths ---

    def leave(self, kind: ExitKind, value: Value, failing: bool = False, at_once: bool = False) -> Value:
        """Ends this path: it goes to wherever `kind` leads from here.

        `failing` if that fails the program; `at_once` if no cleanup is made on the way.
        """
        self.harmless += not failing
        target = self.targets.get(kind)
        if target is None:  # `break` outside a loop, `return` outside a function: broken code
            return value
        self._leave(kind, target, value, failing, at_once)
        raise Ended

    def _leave(self, kind: ExitKind, target: Region, value: Value, failing: bool, at_once: bool = False) -> None:
        region = target
        for each in reversed(self.regions):
            if each is target:
                break
            if each.cleanup and not at_once:
                region = each
                break
        region.exits.append(Exit(kind, target, value, self.store.changes(region.depth), self.path, failing))

    @contextmanager
    def aiming(self, **targets: Region) -> Iterator[None]:
        """For a while, paths that leave go to these regions."""
        before = self.targets
        self.targets = {**before, **targets}
        try:
            yield
        finally:
            self.targets = before

    def region(self, run: Callable[[], Value], *kinds: ExitKind, cleanup: bool = False) -> list[Exit]:
        """Runs something as a region, which leaves the state as it was before.

        Gives every way out that ends here: the exits of `kinds`, and last the normal end, as an exit of kind `end`.
        Of a region with `cleanup`, all exits that pass are among them.
        """
        region = Region(self.store.depth, cleanup)
        path = self.path
        self.regions.append(region)
        self.store.begin()
        try:
            with self.aiming(**dict.fromkeys(kinds, region)):
                value = run()
            region.exits.append(Exit("end", region, value, self.store.changes(region.depth), self.path))
        except Ended:
            pass
        finally:
            self.store.undo()
            self.regions.pop()
            self.path = path
        return region.exits

    def meet(self, exits: list[Exit]) -> Value:
        """Goes on after several ways out of a region met; ends the path if there is none."""
        if not exits:
            raise Ended
        value = exits[0].value if len(exits) == 1 else join([each.value for each in exits])
        for meeting in self.meeting if len(exits) > 1 else ():
            meeting(self, exits, value)
        self.store.join([each.changes for each in exits])
        self.path = _common([each.path for each in exits])
        for met in self.met if len(exits) > 1 else ():
            met(self, exits, value)
        return value

    def again(self, left: Exit) -> None:
        """Lets an exit that a cleanup held up go on to its target."""
        path = self.path
        self.store.begin()
        self.store.apply(left.changes)
        self.path = left.path
        self._leave(left.kind, left.target, left.value, left.failing)
        self.store.undo()
        self.path = path

    def choose(self, arms: list[Callable[[], Value]], branch: int | None = None) -> Value:
        """Runs one of several arms, nobody knows which: each on a copy of the state; then joins those that go on."""
        branch = self.store.ident() if branch is None else branch
        ways: list[Exit] = []
        path = self.path
        going_on: list[int] = []
        arrived: list[int] = []
        for number, arm in enumerate(arms):
            self.path = (*path, (branch, number))
            harmless = self.harmless
            exits = self.region(arm)
            if exits or self.harmless > harmless:
                going_on.append(number)
                if exits or self.departed_by((branch, number)):
                    arrived.append(number)
            ways += exits
            self.path = path
        self.arms[branch] = tuple(arrived)
        if len(going_on) == 1:
            self.survivors.add((branch, going_on[0]))
        return self.meet(ways)

    def paths_left(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """The paths that have left what is being run, or a round of a loop that is, and not by a failure."""
        exits = [each for region in (self.program, *self.regions) for each in region.exits]
        exits += [each for broken in self.broken for each in broken]
        return tuple(dict.fromkeys(each.path for each in exits if not each.failing))

    def departed(self) -> int:
        """How many paths have left what is being run, and not by a failure."""
        return sum(not each.failing for region in (self.program, *self.regions) for each in region.exits)

    def departed_by(self, step: tuple[int, int]) -> bool:
        """Whether a path on which this was decided, as the last that was run, has left what is being run, and not by a
        failure.
        """
        for region in (self.program, *self.regions):
            for each in reversed(region.exits):
                if step not in each.path:
                    break  # it left before
                if not each.failing:
                    return True
        return False

    def any_of(self, several: tuple[Value, ...], run: Callable[[Value], Value]) -> Value:
        """Goes on with any of several values, nobody knows which."""
        return self.choose([partial(run, option) for option in several])

    def perhaps(self, run: Callable[[], Value], often: bool = False) -> Value:
        """Runs something that may run or not, `often` perhaps more than once."""
        loops = self.loops
        if often:
            self.loops = (*loops, self.store.ident())
        try:
            return self.choose([run, lambda: Unknown("it may not have been run", foreign=True)])
        finally:
            self.loops = loops


_HAND_ON: Final = ("possibly", "safely", "same", "negated", "composed")


def _is_promise(value: Value) -> bool:
    return type(value) is Instance and value.type == PROMISE


def hands_on(function: Value) -> bool:
    """Whether calling this works out no argument by itself."""
    match function:
        case Closure(code=code):
            return code.matching is ir.Matching.PREFIX
        case Instance(type=kind):
            return kind.startswith("r:function.") and kind.removeprefix("r:function.") in _HAND_ON
        case Partial():
            return True
    return False


def _common(paths: list[tuple[tuple[int, int], ...]]) -> tuple[tuple[int, int], ...]:
    """The decisions that all paths share, from the start."""
    first = paths[0]
    length = min(map(len, paths))
    for index in range(length):
        if any(path[index] != first[index] for path in paths):
            return first[:index]
    return first[:length]


class World:
    """What a machine may ask about files; made by `link`. Paths are relative to the project root, with `/`."""

    def __init__(
        self,
        root: str,
        load: Callable[[str], ir.Module | None],
        exists: Callable[[str], bool],
        is_folder: Callable[[str], bool],
        mentions: Callable[[str], bool],
        failed: Callable[[str], None],
        named: Callable[[str], Iterable[str]] = lambda name: (),
        below: Callable[[str], Iterable[str]] = lambda folder: (),
        text: Callable[[str], str] = lambda path: "",
    ) -> None:
        self.root = root
        self.load = load
        self.exists = exists
        self.is_folder = is_folder
        self.mentions = mentions
        self.written: set[str] = set()
        """Paths of files that the code was seen to write, as it names them."""
        self.copied: list[tuple[str, Value]] = []
        """Scripts of the project that the code was seen to take elsewhere, and how it names them there."""
        self.clients: tuple[DeclaredClient, ...] = ()
        """What the configuration says of clients that cannot be read."""
        self.called: set[str] = set()
        """Those of them of which a call was seen."""
        self.stale: list[Directive] = []
        """Those of them that say what is not so."""
        self.misused: set[Misused] = set()
        """Names of `dagster_pipes` that were met where there are none."""
        self.failed = failed
        """Called while an exception of ours is being handled, with the file that was being followed."""
        self.named = named
        """All files of a name, in whatever folder."""
        self.below = below
        """All files whose paths begin with a folder's (which ends in `/`)."""
        self.text = text
        self.imports: dict[tuple[object, ...], Value] = {}
        """What imports were found to mean, by who asks, for all machines."""
        self.roots: dict[str, tuple[str, ...]] = {}
        """The folders from which a dotted name can be imported."""
        self.packages: dict[str, str] | None = None
        """The R packages of the project, each with its folder."""

    def carefully(self, path: str, run: Callable[[], T], instead: T) -> T:
        """What `run` gives; where pipes-lint itself fails in it, that is said of the file, and `instead` is given."""
        try:
            return run()
        except Exception:
            self.failed(path)
            return instead

    def absolute(self, path: str) -> str:
        """A path of the project as the program itself sees it in `__file__`."""
        return f"{self.root}/{path}"

    def relative(self, path: str) -> str | None:
        """An absolute path inside the project, relative to its root; None for any other."""
        path = posixpath.normpath(path)
        if path == self.root:
            return ""
        return path[len(self.root) + 1 :] if path.startswith(self.root + "/") else None
