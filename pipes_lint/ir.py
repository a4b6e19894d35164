"""The one language inside: what a file says, in no language's terms.

A front end lowers a file to a `Module` of these nodes; the interpreter runs them. Everything is an expression, as in
R: a statement is an expression whose value nobody asks for. A `Module` is a pure function of the file's text, and
pickles.

Where Python and R mean different things by the same sign, the front end writes the difference down (`Access`,
`Matching`, `Module.prelude`), so that nobody later has to ask which language a file was in.
"""

from __future__ import annotations

from enum import Enum
from typing import Literal as Choice

from .records import NamedTuple
from .source import Span


class Access(Enum):
    """How `Item` looks inside an object."""

    SUBSCRIPT = "a[k]"
    """Python's subscript: the key must be there."""
    ELEMENT = "a[[k]]"
    """R's double bracket: one element, by exact name or by position from 1; an absent name gives NULL."""
    DOLLAR = "a$k"
    """R's dollar or `@`: a member, or an element by a unique prefix of its name; an absent one gives NULL."""
    SUBSET = "a[k] (a part)"
    """R's single bracket: a part of the vector, list or data frame, of the same kind."""


class Matching(Enum):
    """How a function finds the parameter that a named argument means."""

    EXACT = "exact"
    """Python: by the whole name, positional arguments from the left."""
    PREFIX = "prefix"
    """R: by the whole name, then by a unique prefix (of parameters before `...`), then by position."""


class Missing(NamedTuple):
    """R's NA, of one of R's four kinds, as the value of a `Literal`."""

    kind: Choice["logical", "integer", "real", "character"]


# --- Values as they are written -------------------------------------------------------------------------------------


class Literal(NamedTuple):
    """A constant. R: `1` is the float 1.0, `1L` the int 1, NULL is None, NA is a `Missing`."""

    span: Span
    value: object


class Interpolation(NamedTuple):
    """A value inside a `Text`: Python's `{value!conversion:spec}`."""

    span: Span
    value: Node
    conversion: Choice["", "r", "s", "a"] = ""
    spec: Node | None = None


class Text(NamedTuple):
    """A string put together where it stands: an f-string, or adjacent strings of which one is an f-string."""

    span: Span
    parts: tuple[Literal | Interpolation, ...]


class Spread(NamedTuple):
    """`*value` inside a collection or a target."""

    span: Span
    value: Node


class Collection(NamedTuple):
    """A list, tuple or set display. (R's `list()` and `c()` are calls.)"""

    span: Span
    kind: Choice["list", "tuple", "set"]
    items: tuple[Node, ...]


class Entry(NamedTuple):
    """`key: value` of a `Record`; `key` is None for `**value`."""

    span: Span
    key: Node | None
    value: Node


class Record(NamedTuple):
    """A dictionary display."""

    span: Span
    entries: tuple[Entry, ...]


class Clause(NamedTuple):
    """`for target in iterable if condition if condition` of a comprehension."""

    target: Node
    iterable: Node
    conditions: tuple[Node, ...]


class Comprehension(NamedTuple):
    """A comprehension; `key` stands only where `kind` is `dict`."""

    span: Span
    kind: Choice["list", "set", "dict", "generator"]
    key: Node | None
    element: Node
    clauses: tuple[Clause, ...]


# --- Names and what is reached through them -------------------------------------------------------------------------


class Name(NamedTuple):
    """A variable."""

    span: Span
    name: str


class Qualified(NamedTuple):
    """R's `package::name` (also `:::`), which no variable can hide."""

    span: Span
    package: str
    name: str


class Member(NamedTuple):
    """Python's `object.name`. `span` is the whole expression, `name_span` the name alone."""

    span: Span
    object: Node
    name: str
    name_span: Span


class Item(NamedTuple):
    """An element of `object`, reached as `access` says. R's `a$k` has the Literal "k" as key, spanning just `k`."""

    span: Span
    object: Node
    key: Node
    access: Access


class Slice(NamedTuple):
    """`start:stop:step` as a key (Python)."""

    span: Span
    start: Node | None
    stop: Node | None
    step: Node | None


class Argument(NamedTuple):
    """One argument of a call. `span` covers name and value; `spread` is `*` or `**` (R's `...` is `**`)."""

    span: Span
    value: Node
    name: str | None = None
    name_span: Span | None = None
    spread: Choice["", "*", "**"] = ""


class Call(NamedTuple):
    """A call. A pipe (`x |> f(y)`, `x %>% f(y)`) is lowered to the call that it means, the piped value first."""

    span: Span
    function: Node
    arguments: tuple[Argument, ...]


class Operation(NamedTuple):
    """An operator applied to its operands, from the left.

    Unary: `not`, `-`, `+`, `~`. Binary: `+ - * / // % ** @ & | ^ << >> == != < <= > >= in not-in is is-not : %||%`.
    Short-circuit: `and`, `or` (any number of operands); a chained comparison is an `and` of comparisons.
    R's `&&`, `&` on conditions are `and`/`&`; `%%` is `%`, `%/%` is `//`, `^` is `**`; `%in%` is `in`; an operator
    of the user's own (`%x%`) is a `Call` of the Name `%x%`.
    """

    span: Span
    operator: str
    operands: tuple[Node, ...]


# --- Doing things in order ------------------------------------------------------------------------------------------


class Block(NamedTuple):
    """Nodes one after the other. Its value is the last one's (R); Python never asks."""

    span: Span
    body: tuple[Node, ...]


class Assign(NamedTuple):
    """`target` becomes `value`, and so does the expression (walrus, R).

    A target is a `Name`, `Member`, `Item`, `Collection` (unpacking, with `Spread`) or, for a replacement that R does
    by a function (`names(x) <- v`), the front end has already written it as an assignment of the call `names<-`(x,
    v). `outer` is R's `<<-`: the variable is looked for from the enclosing function outwards. `annotation` is
    Python's `target: annotation = value`; then `value` is None for a mere declaration.
    """

    span: Span
    target: Node
    value: Node | None
    outer: bool = False
    annotation: Node | None = None


class Augment(NamedTuple):
    """Python's `target op= value`, which changes a list or dictionary in place."""

    span: Span
    operator: str
    target: Node
    value: Node


class Delete(NamedTuple):
    """`del targets`."""

    span: Span
    targets: tuple[Node, ...]


class Declare(NamedTuple):
    """Python's `global` or `nonlocal`: these names of this function live further out."""

    span: Span
    names: tuple[str, ...]
    scope: Choice["global", "nonlocal"]


class Branch(NamedTuple):
    """`if`, as statement or as expression. `otherwise` is None where there is no else."""

    span: Span
    test: Node
    then: Node
    otherwise: Node | None


class ValuePattern(NamedTuple):
    """Matches what equals one of `values`. A Python class pattern `str()` or anything structural is an
    `OpaquePattern`.
    """

    values: tuple[Node, ...]


class AnyPattern(NamedTuple):
    """Matches everything (`_`, a bare name, R's default of `switch`), binding `name` if there is one."""

    name: str | None


class OpaquePattern(NamedTuple):
    """May or may not match; binds `names`. `shape` is how it is built, where that can be told."""

    names: tuple[str, ...]
    shape: Shape | None = None


class Shape(NamedTuple):
    """A structure that a pattern asks for: as many `items`, but for those that `star` takes; a mapping with `keys`, of
    which `star` takes the rest; an object of the `class` that is the first key, of which the last parts are attributes
    with the names behind it; `any` of its parts, or all of them, of the same subject.
    """

    kind: Choice["items", "keys", "class", "any", "all"]
    parts: tuple[Pattern, ...]
    keys: tuple[object, ...] = ()
    star: int | None = None
    """The place of `*rest` or `**rest` among the parts."""


Pattern = ValuePattern | AnyPattern | OpaquePattern


class Case(NamedTuple):
    """One arm of a `Match`."""

    pattern: Pattern
    guard: Node | None
    body: Node


class Match(NamedTuple):
    """Python's `match`; R's `switch` (whose fall-through arms are written out as several values of one pattern)."""

    span: Span
    subject: Node
    cases: tuple[Case, ...]


class Loop(NamedTuple):
    """`for target in iterable`; `otherwise` is Python's else of a loop."""

    span: Span
    target: Node
    iterable: Node
    body: Node
    otherwise: Node | None = None


class While(NamedTuple):
    """`while test`; R's `repeat` has the Literal True as test."""

    span: Span
    test: Node
    body: Node
    otherwise: Node | None = None


class Handler(NamedTuple):
    """What catches. `types` is None for a bare `except:`; R: the Literal of the condition's class (`"error"`).

    `function` stands for R's handlers, which are functions of the condition; then `body` is None. R's `try(expr)` has
    neither.
    """

    span: Span
    types: Node | None
    name: str | None
    body: Node | None
    function: Node | None = None


class Try(NamedTuple):
    """`try`, and R's `tryCatch`, `try`, `withCallingHandlers` (`calling`: its handlers do not stop the failure)."""

    span: Span
    body: Node
    handlers: tuple[Handler, ...]
    otherwise: Node | None = None
    finally_: Node | None = None
    calling: bool = False


class WithItem(NamedTuple):
    """`context as target` of a `With`."""

    context: Node
    target: Node | None


class With(NamedTuple):
    """Python's `with`; R's `with(x %as% y, {…})` of reticulate."""

    span: Span
    items: tuple[WithItem, ...]
    body: Node


class Return(NamedTuple):
    span: Span
    value: Node | None


class Raise(NamedTuple):
    """`raise value`, or a bare `raise`. (R's `stop()` is a call.)"""

    span: Span
    value: Node | None


class Break(NamedTuple):
    span: Span


class Continue(NamedTuple):
    """`continue`; R's `next`."""

    span: Span


class Yield(NamedTuple):
    """`yield value`; `delegate` for `yield from`."""

    span: Span
    value: Node | None
    delegate: bool = False


class Await(NamedTuple):
    span: Span
    value: Node


class Assert(NamedTuple):
    span: Span
    test: Node


# --- Definitions ----------------------------------------------------------------------------------------------------


class Parameter(NamedTuple):
    """A parameter. `kind`: `plain`, `keyword` (only by name), `positional` (only by place), `*` (the rest by place; R's
    `...` takes the rest by place and by name), `**` (the rest by name).
    """

    span: Span
    name: str
    default: Node | None = None
    annotation: Node | None = None
    kind: Choice["plain", "keyword", "positional", "*", "**"] = "plain"


class Function(NamedTuple):
    """A function or lambda; `name` is empty for one without. As an expression it gives the function itself.

    A Python `def` is an `Assign` of a `Name` to this, with the decorators here; `name_span` is where the name stands.
    `span` runs from the first decorator to the end of the body.
    """

    span: Span
    name: str
    name_span: Span
    parameters: tuple[Parameter, ...]
    body: Node
    decorators: tuple[Node, ...] = ()
    returns: Node | None = None
    matching: Matching = Matching.EXACT
    generator: bool = False
    implicit_return: bool = False
    """The body's value is returned, as in R and in a lambda."""
    is_async: bool = False


class Formula(NamedTuple):
    """R's one-sided formula, as the function of `.x` (`.`, `..1`), `.y` (`..2`) that purrr makes of it.

    As a value it is not run.
    """

    span: Span
    function: Function


class Class(NamedTuple):
    """A class; as with `Function`, a Python `class` is an `Assign` of a `Name` to this. Keywords are in `bases`."""

    span: Span
    name: str
    name_span: Span
    bases: tuple[Argument, ...]
    body: Node
    decorators: tuple[Node, ...] = ()


class Import(NamedTuple):
    """`import module` binds its first part, `import module as alias` the module itself. One node per module."""

    span: Span
    module: str
    alias: str | None


class ImportFrom(NamedTuple):
    """`from module import name as alias` with as many leading dots as `level`. `name` is `*` for all. One node per
    name.
    """

    span: Span
    level: int
    module: str
    name: str
    alias: str | None


class Opaque(NamedTuple):
    """What a front end does not understand, or what is broken: its parts still run, its value is not known.

    What must not run (`quote()`, a formula with two sides) has no parts.
    """

    span: Span
    reason: str
    parts: tuple[Node, ...] = ()


Node = (
    Literal
    | Text
    | Spread
    | Collection
    | Record
    | Comprehension
    | Name
    | Qualified
    | Member
    | Item
    | Slice
    | Call
    | Operation
    | Block
    | Assign
    | Augment
    | Delete
    | Declare
    | Branch
    | Match
    | Loop
    | While
    | Try
    | With
    | Return
    | Raise
    | Break
    | Continue
    | Yield
    | Await
    | Assert
    | Function
    | Formula
    | Class
    | Import
    | ImportFrom
    | Opaque
)


class Fault(NamedTuple):
    """A place where the file does not parse, and what is wrong there, in the words of a message."""

    span: Span
    message: str


class Module(NamedTuple):
    """One file, lowered."""

    path: str
    language: Choice["python", "r"]
    """For counting and for messages; the interpreter asks `prelude`."""
    prelude: Choice["builtins", "base"]
    """The library whose names are there without import: Python's `builtins`, R's `base` (with stats, utils, …)."""
    body: Block
    faults: tuple[Fault, ...] = ()
    uneven: bool = False
    """Whether Python may refuse how lines are indented, of which our grammar takes more."""
    parameters: tuple[int, int] | None = None
    """Which statements of a notebook set what a launch may replace; None in a file where no launch does."""
