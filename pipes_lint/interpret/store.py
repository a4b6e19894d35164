"""What the program has in its variables and in the things it can change in place, on the path that is being run.

Two arms of a branch must not see each other's writes, and afterwards both must be joined. Copying everything at each
branch would make a long module quadratic, so the store keeps a journal instead: what a cell held before it was first
written since the journal was begun. To leave a path is to write the old values back; to join paths costs as much as
they wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from ..values import (
    ClassObject,
    Closure,
    Instance,
    Key,
    Known,
    Mapping,
    OneOf,
    Reference,
    Sequence,
    Slot,
    Unknown,
    Value,
    join,
    options,
)
from .keys import is_unknown_key, least_known, may_equal

Cell = Hashable
"""A variable is (frame, name); the content of a `Reference` is its ident; an attribute is (ident, ".", name)."""

Changes = dict[Cell, "Value | None"]
"""The new contents of the cells that a path wrote; None for a cell that it emptied."""


class Store:
    """Cells and journals. Reading is a plain lookup; every write goes through `write`."""

    __slots__ = ("_history", "_journals", "_names", "_next", "cells", "either", "instead")

    def __init__(self) -> None:
        self.cells: dict[Cell, Value] = {}
        self._journals: list[Changes] = []
        self._history: list[dict[Cell, list[Value]]] = []
        self._names: dict[object, dict[str, None]] = {}
        """The attributes that things have ever had, on any path."""
        self._next = 0
        self.instead: Callable[[Cell, Value | None], Value | None] = lambda cell, content: content
        """What reading a cell gives where that is not simply its content: a value not worked out yet, or, for an empty
        cell, what is found elsewhere under its name."""

        self.either: Callable[[Cell, list[Value]], Value] | None = None
        """What a cell holds where paths meet on some of which it has not been worked out, and must not be for that;
        None as long as there is nothing of the kind."""

    def ident(self) -> int:
        """A number never given before: for frames, references, branches."""
        self._next += 1
        return self._next

    def read(self, cell: Cell) -> Value | None:
        return self.cells.get(cell)

    def write(self, cell: Cell, value: Value | None) -> None:
        """Sets a cell's content, or empties it."""
        if self._journals and cell not in self._journals[-1]:
            self._journals[-1][cell] = self.cells.get(cell)
        if value is None:
            self.cells.pop(cell, None)
        else:
            if cell not in self.cells and isinstance(cell, tuple) and len(cell) == 3 and cell[1] == ".":
                self._names.setdefault(cell[0], {})[cell[2]] = None
            self.cells[cell] = value
            for history in self._history:
                history.setdefault(cell, []).append(value)

    def attributes(self, ident: int) -> dict[str, Value]:
        """The attributes that a thing has been given, on the present path."""
        held = {name: self.cells.get((ident, ".", name)) for name in self._names.get(ident, ())}
        return {name: value for name, value in held.items() if value is not None}

    @property
    def depth(self) -> int:
        return len(self._journals)

    def begin(self) -> None:
        """Starts a journal: a path that may have to be undone."""
        self._journals.append({})

    def changes(self, depth: int) -> Changes:
        """What has been written since the journal at `depth` was begun, on the present path."""
        cells: dict[Cell, None] = {}
        for journal in self._journals[depth:]:
            cells.update(dict.fromkeys(journal))
        return {cell: self.cells.get(cell) for cell in cells}

    def undo(self) -> None:
        """Ends the latest journal by taking back all that was written since it was begun."""
        for cell, old in self._journals.pop().items():
            if old is None:
                self.cells.pop(cell, None)
            else:
                self.cells[cell] = old

    def keep(self) -> None:
        """Ends the latest journal, leaving what was written."""
        latest = self._journals.pop()
        if self._journals:
            outer = self._journals[-1]
            for cell, old in latest.items():
                outer.setdefault(cell, old)

    def apply(self, changes: Changes) -> None:
        for cell, value in changes.items():
            self.write(cell, value)

    def watch(self) -> None:
        """Starts remembering every value that is written, for `watched`."""
        self._history.append({})

    def watched(self) -> dict[Cell, list[Value]]:
        """Ends the latest `watch`: each written cell with all the values it got, in order."""
        return self._history.pop()

    def outside(self, run: Callable[[], None]) -> None:
        """Runs what belongs to no path (a module that is loaded on demand): its writes are never undone."""
        journals, self._journals = self._journals, []
        history, self._history = self._history, []
        try:
            run()
        finally:
            self._journals, self._history = journals, history

    def join(self, alternatives: list[Changes]) -> None:
        """Goes on with what holds after any of several paths, each given by its changes against the present state."""
        if len(alternatives) == 1:
            self.apply(alternatives[0])
            return
        cells: dict[Cell, None] = {}
        for changes in alternatives:
            cells.update(dict.fromkeys(changes))
        for cell in cells:
            before = self.cells.get(cell)
            contents = [changes.get(cell, before) for changes in alternatives]
            if all(content is contents[0] for content in contents):
                held = contents[:1]
            else:
                held = [self.instead(cell, content) for content in contents]
            left = [content for content in held if content is not None]
            if left:
                self.write(cell, self.merged(cell, left))

    def merged(self, cell: Cell, contents: list[Value]) -> Value:
        """One content of a cell for several paths."""
        if self.either is not None and any(map(is_promise, contents)) and any(each != contents[0] for each in contents):
            return self.either(cell, contents)
        return merge(contents)


def is_promise(content: object) -> bool:
    """Whether this stands for an argument of R's that nobody may have read yet."""
    return bool(getattr(content, "promise", False)) or isinstance(content, Instance) and content.type == "r:promise"


def merge(contents: list[Value]) -> Value:
    """One content for several paths. Mappings become one mapping whose keys are *sometimes* there; the rest is
    joined.
    """
    first = contents[0]
    if all(content == first for content in contents[1:]):
        return first
    flat = [option for content in contents for option in options(content)]
    mappings = [content for content in flat if isinstance(content, Mapping)]
    if len(mappings) == len(flat) and all(each.classes == mappings[0].classes for each in mappings):
        return merge_mappings(mappings)
    joined = join(flat)
    if isinstance(joined, Unknown) and all(isinstance(content, Sequence) for content in flat):
        return _shared([content for content in flat if isinstance(content, Sequence)]) or joined
    return joined


def _shared(sequences: list[Sequence]) -> Sequence | None:
    """What many sequences of one kind have in common: how they begin."""
    first = sequences[0]
    if any((each.kind, each.classes) != (first.kind, first.classes) for each in sequences):
        return None
    length = 0
    while all(len(each.items) > length and each.items[length] == first.items[length] for each in sequences):
        length += 1
    return Sequence(first.items[:length], first.kind, complete=False, span=first.span, classes=first.classes)


def merge_mappings(mappings: list[Mapping]) -> Mapping:
    """One mapping for several: a key is *always* there if it is so in each, and its value is any of theirs."""
    slots: dict[object, Slot] = {}
    for key in dict.fromkeys(key for mapping in mappings for key in mapping.slots):
        found = [mapping.slots[key] for mapping in mappings if key in mapping.slots]
        everywhere = len(found) == len(mappings) and all(slot.always for slot in found)
        slots[key] = found[0]._replace(value=merge([slot.value for slot in found]), always=everywhere)
    stop = least_known(*(mapping.stop for mapping in mappings))
    gone = [key for key in slots if is_unknown_key(key) and _may_be_gone(key, mappings)]  # type: ignore[arg-type]
    if gone:
        slots = {key: slot for key, slot in slots.items() if key not in gone}
        stop = least_known(stop, Unknown("several of its keys are not known", foreign=True))
    classes = mappings[0].classes if all(each.classes == mappings[0].classes for each in mappings) else None
    return Mapping(slots, stop, mappings[0].kind, mappings[0].span, classes)  # type: ignore[arg-type]


def _may_be_gone(key: Key, mappings: list[Mapping]) -> bool:
    """Whether what is under a key that is not known may have been overwritten on some path."""
    return any(
        key not in mapping.slots and any(is_unknown_key(other) and may_equal(key, other) for other in mapping.slots)
        for mapping in mappings
    )


_WIDE: Final = Unknown("it changes from one round of a loop to the next", foreign=True)


def widen(before: Value, after: Value) -> Value:
    """What a cell may hold at the start of any round of a loop, given what it held before and after the first."""
    if before == after or isinstance(before, Unknown):
        return before
    match before, after:
        case Mapping(), Mapping():
            merged = merge_mappings([before, after])
            slots = {
                key: Slot(
                    widen(before.slots[key].value, after.slots[key].value)
                    if key in before.slots and key in after.slots
                    else slot.value,
                    slot.always,
                    slot.span,
                )
                for key, slot in merged.slots.items()
            }
            return merged._replace(slots=slots)
        case Sequence(), Sequence() if before.kind == after.kind and after.items[: len(before.items)] == before.items:
            kept = before.behind if after.behind[: len(before.behind)] == before.behind else ()
            same = before.classes if before.classes == after.classes else None
            return Sequence(before.items, before.kind, complete=False, span=before.span, behind=kept, classes=same)
        case Known(bool()), Known(bool()):
            return OneOf((Known(True), Known(False)))
        case OneOf(), _ if all(option in before.options for option in options(after)):
            return before
    several = (*options(before), *options(after))
    if all(isinstance(option, Reference | Closure | ClassObject) for option in several):
        return join(several)  # what is changed through such a name must be known to change
    return _WIDE
