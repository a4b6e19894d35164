"""`NamedTuple` for a program that starts at every commit: `typing`'s own compiles each annotation, of which there are
hundreds, as if somebody were to ask for it; this one leaves them as they are written.

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
    from collections import namedtuple
    from typing import Generic

    _OWN = ("__annotations__", "__module__", "__orig_bases__", "__qualname__")

    class _Maker(type):
        """Makes classes as `typing.NamedTupleMeta` does."""

        def __new__(cls, name, bases, members):
            annotations = members.get("__annotations__", {})
            defaults = [members[field] for field in annotations if field in members]
            made = namedtuple(name, annotations, defaults=defaults, module=members["__module__"])
            made.__annotations__ = annotations
            if Generic in bases:
                made.__bases__ = (tuple, Generic)
                made.__class_getitem__ = classmethod(Generic.__class_getitem__.__func__)
                made.__orig_bases__ = members.get("__orig_bases__", ())
            for key, value in members.items():
                if key not in annotations and key not in _OWN:
                    setattr(made, key, value)
            if Generic in bases:
                made.__init_subclass__()
            return made

    class _NamedTuple:
        def __mro_entries__(self, bases):
            return (_base,)

    _base = type.__new__(_Maker, "NamedTuple", (), {})
    NamedTuple = _NamedTuple()
