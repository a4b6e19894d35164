"""`NamedTuple` for a program that starts at every commit: `typing`'s own compiles each annotation and each constructor,
of which there are hundreds; this one leaves annotations as they are written, and compiles one constructor for each
number of fields.

Type checkers are shown a class whose fields make its constructor, and no tuple: with tuples, mypy compares the nodes of
a program, which hold one another, field by field, and takes forty times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Self, dataclass_transform

    @dataclass_transform(frozen_default=True)
    class _Fields(type): ...

    class NamedTuple(metaclass=_Fields):
        def __getitem__(self, index: Any) -> Any: ...
        def __iter__(self) -> Iterator[Any]: ...
        def __lt__(self, other: Self) -> bool: ...
        def _asdict(self) -> dict[str, Any]: ...
        def _replace(self, **changes: Any) -> Self: ...
else:
    from collections import _tuplegetter
    from functools import cache
    from types import FunctionType

    _new = tuple.__new__

    class _Record(tuple):
        __slots__ = ()

        @classmethod
        def _make(cls, values):
            return _new(cls, values)

        def _replace(self, **changes):
            made = _new(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise TypeError(f"no fields of {type(self).__name__}: {', '.join(changes)}")
            return made

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self._asdict().items())})"

        def __getnewargs__(self):
            return tuple(self)

    @cache
    def _constructor(fields):
        """The code of a constructor with so many fields, whatever they are called."""
        names = ", ".join(f"f{number}" for number in range(fields))
        return eval(f"lambda _cls, {names}: _new(_cls, ({names},))").__code__

    class _Maker(type):
        """Makes a class of tuples of what is really a list of fields."""

        def __new__(cls, name, bases, members):
            fields = tuple(members.get("__annotations__", ()))
            defaults = tuple(members.pop(field) for field in fields if field in members)
            code = _constructor(len(fields)).replace(co_varnames=("_cls", *fields))
            made = FunctionType(code, {"_new": _new}, "__new__", defaults)
            getters = {field: _tuplegetter(number, "") for number, field in enumerate(fields)}
            own = {"__slots__": (), "__new__": made, "__match_args__": fields, "_fields": fields}
            return type(name, (_Record, *bases[1:]), {**members, **own, **getters})

    class _NamedTuple:
        def __mro_entries__(self, bases):
            return (_base,)

    _base = type.__new__(_Maker, "NamedTuple", (), {})
    NamedTuple = _NamedTuple()
