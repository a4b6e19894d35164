"""Whether a frame or a series of pandas' may have no rows: what is read is taken to be there, but what a condition
selects may be nothing.

That passes on to whatever is made of it. The largest of nothing is no number of numpy's, but a float of Python's.
"""

from __future__ import annotations

from typing import Any, Final

from ...values import Bound, Instance, Known, OneOf, Sequence, Value
from ..machine import ITEMS, MEMBERS, METHODS, OPERATORS, Args, Machine
from ..plain import FLOAT
from .pandas_groups import GROUPS
from .pandas_types import FRAME, SERIES, TRUTHS, field

_THIN: Final = "thin"
_SELECTING: Final = frozenset("query dropna filter".split())
_OF_ROWS: Final = frozenset("max min mean median std var sem skew kurt quantile agg aggregate".split())
_OWN: Final = (FRAME, SERIES, GROUPS, "pandas.loc", "pandas.place", "pandas.accessor", "pandas.items", "pandas.array")


def _is_thin(value: Value | None) -> bool:
    if not isinstance(value, Instance):
        return False
    return _THIN in value.fields or any(_is_thin(value.fields.get(name)) for name in ("of", "column"))


def _thinned(made: Value | None) -> Value | None:
    if isinstance(made, Instance) and made.type in _OWN and _THIN not in made.fields:
        return made._replace(fields={**made.fields, _THIN: Known(True)})
    return made


def _selects(key: Value) -> bool:
    """Whether an index marks rows, rather than naming columns."""
    if isinstance(key, Sequence) and key.kind == "tuple" and key.items:
        return _selects(key.items[0])
    return isinstance(key, Instance) and field(key, "holds") in TRUTHS


def _method(inner: Any) -> Any:
    def call(machine: Machine, bound: Bound, args: Args) -> Value | None:
        data = machine.content(bound.receiver)
        made: Value | None = inner(machine, bound, args)
        if not _is_thin(data):
            return _thinned(made) if bound.name in _SELECTING else made
        if bound.name in _OF_ROWS and isinstance(made, Instance) and made.type.startswith(("numpy.", "str")):
            return OneOf((made, FLOAT))
        return _thinned(made)

    return call


def _member(inner: Any) -> Any:
    def take(machine: Machine, value: Instance, *rest: Any) -> Value | None:
        made: Value | None = inner(machine, value, *rest)
        return _thinned(made) if _is_thin(value) else made

    return take


def _item(inner: Any) -> Any:
    def take(machine: Machine, value: Instance, key: Value, *rest: Any) -> Value | None:
        made: Value | None = inner(machine, value, key, *rest)
        return _thinned(made) if _is_thin(value) or _selects(machine.content(key)) else made

    return take


def _operator(inner: Any) -> Any:
    def apply(sign: str, left: Value, right: Value | None) -> Value | None:
        made: Value | None = inner(sign, left, right)
        return _thinned(made) if _is_thin(left) or _is_thin(right) else made

    return apply


for _table, _wrap in ((METHODS, _method), (MEMBERS, _member), (ITEMS, _item), (OPERATORS, _operator)):
    for _kind in _OWN:
        if _kind in _table:
            _table[_kind] = _wrap(_table[_kind])
