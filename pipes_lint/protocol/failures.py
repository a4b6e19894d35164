"""Which failures of a script a handler around them catches."""

from __future__ import annotations

import builtins
from collections.abc import Iterable

_R_HANDLERS = frozenset({"*", "error", "condition", "simpleError"})
_PYTHON_ANCESTORS = {"DagsterPipesError": "Exception", "CheckError": "Exception"}


def caught(guards: Iterable[str], error: str) -> bool:
    """Whether handlers of these names (`When.guards`) catch Python's `error`, or R's, whose errors are all alike."""
    names = {guard.rpartition(".")[2] for guard in guards}
    return bool(names & _R_HANDLERS) or any(ancestor in names for ancestor in _ancestors(error))


def _ancestors(error: str) -> tuple[str, ...]:
    known = getattr(builtins, _PYTHON_ANCESTORS.get(error, error), None)
    mro = known.__mro__ if isinstance(known, type) else (Exception, BaseException)
    return (error, *(each.__name__ for each in mro))
