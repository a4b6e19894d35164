"""What an expression may be, as far as the source tells.

`Unknown` is a value like any other: what the source does not say is unknown, with the reason why, and no rule reports
from it. All values are immutable. What a program can change in place (a Python list, a dictionary, an instance) is a
`Reference` to a cell of the interpreter's store; whatever leaves the interpreter is *settled* first and holds no
`Reference` any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Mapping_
from types import MappingProxyType
from typing import Final
from typing import Literal as Choice

from . import ir
from .ir import Missing
from .records import NamedTuple
from .source import Span


class Unknown(NamedTuple):
    """Not known. `reason` completes the sentence "this is not known, because …"; `span` is the expression that
    stopped us.
    """

    reason: str
    span: Span | None = None
    foreign: bool = False
    """It comes from a library or from data, so that calling it cannot run code of this project."""
    instance: str | None = None
    """The class of the project's that it is an instance of, if that is certainly no kind of text, number, list or
    dictionary."""
    true: bool = False
    """Whether Python certainly takes it as true."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and self[:1] == other[:1]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:1])


class Known(NamedTuple):
    """A constant: str, bool, int, float, None, bytes, a `pathlib.PurePosixPath` (of Python's pathlib), an `ir.Missing`.

    `span` is where it was written, which may be far from where it is used. Values of different types are different:
    1, 1.0 and True are three constants.
    """

    value: object
    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Known) or type(self.value) is not type(other.value):
            return False
        return self.value == other.value or (self.value != self.value and other.value != other.value)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self.value), self.value if self.value == self.value else None))


class Template(NamedTuple):
    """A string, or a path, of which parts are not known: `f"{root}/jobs/score.py"`."""

    pieces: tuple[str | Unknown, ...]
    path: bool = False
    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and self[:2] == other[:2]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:2])


class Sequence(NamedTuple):
    """Values in order: Python's list, tuple, set; R's `list()` without names (`list`), a vector of `c()` (`vector`).

    A Python value, and an R vector of length one, is a `Known`. `complete` is False when there may be more items, of
    which nothing is known (the known ones then come first, in order). `behind` are those that are certainly there
    too, in this order, but behind items that nobody knows, and perhaps among others.
    """

    items: tuple[Value, ...]
    kind: Choice["list", "tuple", "set", "vector"] = "list"
    complete: bool = True
    span: Span | None = None
    behind: tuple[Value, ...] = ()
    classes: tuple[str, ...] | None = ()
    """R's class attribute; None where there may be any."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self[:3] == other[:3] and self[4:] == other[4:]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:3])

    def differs_behind(self, other: object) -> bool:
        """Whether it is the same as another but for what is known to be there behind the unknown."""
        same = isinstance(other, Sequence) and self[:3] == other[:3] and self.classes == other.classes
        return same and self.behind != getattr(other, "behind", ())

    def followed_by(self, items: tuple[Value, ...], complete: bool = True, behind: tuple[Value, ...] = ()) -> Sequence:
        """With further items at its end."""
        if self.complete:
            return self._replace(items=self.items + items, complete=complete, behind=behind)
        return self._replace(behind=(*self.behind, *items, *behind))


Key = str | int | float | bool | bytes | None | tuple[object, ...]
"""A dictionary's key, as Python compares them; in a tuple what is no plain constant."""

UNKNOWN_KEY: Final = "?"
"""Begins the tuple that stands for a key of which not all is known: then its text or type if known, and its place."""
KEYS_UNKNOWN: Final = "one of its keys is not known"
"""Why a mapping may have other keys, where nothing but keys is unknown of it."""


class Slot(NamedTuple):
    """What a mapping holds under a key. `always` is False where the key is there on some paths only; `span` is the key,
    `written` the expression of the value, where they stand side by side.
    """

    value: Value
    always: bool = True
    span: Span | None = None
    written: Span | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slot) and self[:2] == other[:2]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.value, self.always))


class Mapping(NamedTuple):
    """Values by key, in order: Python's `dict`; R's named list (`list`) and named vector (`vector`).

    In a partly named R list the others have their position as a number (from 1) for a key.
    `stop` is None when all keys are known; otherwise it says what could not be read, and any other key may be there.
    """

    slots: dict[Key, Slot]
    stop: Unknown | None = None
    kind: Choice["dict", "list", "vector"] = "dict"
    span: Span | None = None
    classes: tuple[str, ...] | None = ()
    """R's class attribute; None where there may be any."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self[:3] == other[:3] and self.classes == other.classes

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.kind, len(self.slots)))

    @property
    def complete(self) -> bool:
        """Whether no other keys than those in `slots` can be there."""
        return self.stop is None

    @property
    def told_by_value(self) -> bool:
        """Whether all that may be there is in `slots`, though some of its keys are not known."""
        return self.stop is None or self.stop.reason == KEYS_UNKNOWN


class OneOf(NamedTuple):
    """One of several, by the path that the program took. Never nested, never fewer than two, never equal ones."""

    options: tuple[Value, ...]


class Instance(NamedTuple):
    """An object of a known type.

    `type` is the dotted name of a Python class where it is public (`int`, `str`, `numpy.int64`, `numpy.bool`,
    `pandas.DataFrame`, `datetime.datetime`, `dagster.AssetSpec`, `dagster.PipesSubprocessClient`), or `r:` and R's
    class (`r:integer`, `r:numeric`, `r:character`, `r:logical`, `r:data.frame`, `r:factor`, `r:Date`, `r:POSIXct`,
    `r:list`, `r:function`), which says nothing about length or NA unless `fields` do. `Instance("int")` is some int.
    `fields` are what it was made with, by parameter name, where that is worth knowing.
    """

    type: str
    fields: Mapping_[str, Value] = MappingProxyType({})
    ident: int = 0
    """Tells two instances of the interpreter's own apart (contexts, clients, invocations); 0 where that does not
    matter.
    """
    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Instance) and self[:3] == other[:3]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.type, self.ident))


class Reference(NamedTuple):
    """A thing that can change in place; the interpreter's store has its content."""

    ident: int


class Closure(NamedTuple):
    """A function of the project's, with the frame in which it was made."""

    code: ir.Function
    module: str
    frame: int
    defaults: tuple[tuple[str, Value], ...] = ()
    receiver: Value | None = None
    """What `self` is, for a bound method."""
    owner: Value | None = None
    """The class that defines it, for `super()`."""
    wrapped: Value | None = None
    """The function that `functools.wraps` says it stands for."""


class ClassObject(NamedTuple):
    """A class of the project's; `frame` holds its namespace."""

    code: ir.Class
    module: str
    frame: int
    bases: tuple[Value, ...] = ()


class ModuleObject(NamedTuple):
    """A module of the project's, imported. `path` is its file, or the folder of a namespace package."""

    path: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ModuleObject) and self[0] == other[0]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[0])


class Symbol(NamedTuple):
    """A public name of a library: `os.path.join`, `dagster.asset`, `builtins.len`, `base.paste0`, `dagster_pipes`."""

    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and self[0] == other[0]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[0])


class Bound(NamedTuple):
    """A method of a library's object, taken off it: `client.run`, `"a,b".split`, `path.joinpath`."""

    receiver: Value
    name: str
    span: Span | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bound) and self[:2] == other[:2]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:2])


class Partial(NamedTuple):
    """`functools.partial(function, …)`, `purrr::partial`."""

    function: Value
    positional: tuple[Value, ...]
    named: tuple[tuple[str, Value], ...]


Value = (
    Known
    | Template
    | Sequence
    | Mapping
    | OneOf
    | Instance
    | Reference
    | Closure
    | ClassObject
    | ModuleObject
    | Symbol
    | Bound
    | Partial
    | Unknown
)

_MOST_OPTIONS = 8


def options(value: Value) -> tuple[Value, ...]:
    """What the value may be, one by one; a single value is its own only option."""
    return value.options if isinstance(value, OneOf) else (value,)


def _enter(found: list[Value], option: Value) -> None:
    """Puts an option beside the others; of lists that differ in what is behind the unknown, that is forgotten."""
    if isinstance(option, Sequence):
        for index, each in enumerate(found):
            if option.differs_behind(each):
                found[index] = option._replace(behind=())
                return
    found.append(option)


def join(values: Iterator[Value] | tuple[Value, ...] | list[Value]) -> Value:
    """One value for several paths: equal ones stay, different ones become one-of-several.

    One unknown makes an unknown of all: a rule must not take the rest for the whole.
    """
    found: list[Value] = []
    unknown: Unknown | None = None
    for value in values:
        for option in options(value):
            if isinstance(option, Unknown):
                unknown = unknown if unknown and not unknown.foreign else option
            elif option not in found:
                _enter(found, option)
    if unknown:
        return unknown
    if len(found) == 1:
        return found[0]
    if not found or len(found) > _MOST_OPTIONS:
        return Unknown("it takes too many different values to follow")
    return OneOf(tuple(found))


__all__ = [
    "UNKNOWN_KEY",
    "Bound",
    "ClassObject",
    "Closure",
    "Instance",
    "Key",
    "Known",
    "Mapping",
    "Missing",
    "ModuleObject",
    "OneOf",
    "Partial",
    "Reference",
    "Sequence",
    "Slot",
    "Symbol",
    "Template",
    "Unknown",
    "Value",
    "join",
    "options",
]
