"""R's `all.equal`: TRUE, or in words how two things differ."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...values import Known, Mapping, Sequence, Value
from ..machine import Args, Machine, library
from .values import computed, rank, scalars, some, take

_TOLERANCE: Final = 1.5e-8
_MARGIN: Final = 1.001
"""What is as near to the tolerance as that is not judged."""
_WORDS: Final = some("character", whole=True)


@library("base.all.equal")
def all_equal(machine: Machine, args: Args) -> Value:
    taken = take(args, "target", "current", "...", "tolerance", "scale")
    tolerance = taken.known("tolerance", _TOLERANCE)
    both = [machine.content(taken.get(name) or Known(None)) for name in ("target", "current")]
    plain = [_plain(machine, each, args) for each in both]
    if taken.rest or taken.loose or taken.get("scale") or not isinstance(tolerance, int | float) or None in plain:
        return computed(args)
    left, right = plain[0] or [], plain[1] or []
    kinds = [_kind(left), _kind(right)]
    if kinds[0] != kinds[1]:
        return some("character", single=False)
    if len(left) != len(right):
        return _WORDS if kinds[0] == "numeric" else some("character", single=False)
    if kinds[0] != "numeric":
        return Known(True, args.span) if left == right else _WORDS
    return _numbers([float(each) for each in left], [float(each) for each in right], float(tolerance), args)  # type: ignore[arg-type]


def _plain(machine: Machine, value: Value, args: Args) -> list[object] | None:
    """The elements of a vector of constants without names, none of which is NA."""
    if not isinstance(value, Known | Sequence) or isinstance(value, Sequence) and value.kind != "vector":
        return None
    if isinstance(value, Mapping) or getattr(value, "classes", ()) != ():
        return None
    found = scalars(machine, value, args.span)
    if not found or not all(isinstance(each, Known) and rank(each) is not None for each in found):
        return None
    plain = [each.value for each in found if isinstance(each, Known)]
    return None if any(isinstance(each, ir.Missing) or each != each for each in plain) else plain


def _kind(plain: list[object]) -> str:
    kinds = {{bool: "logical", str: "character"}.get(type(each), "numeric") for each in plain}
    return kinds.pop() if len(kinds) == 1 else ""


def _numbers(left: list[float], right: list[float], tolerance: float, args: Args) -> Value:
    """By how much they differ on average, in proportion to the first."""
    differing = [(one, other) for one, other in zip(left, right, strict=True) if one != other]
    if not differing:
        return Known(True, args.span)
    by = sum(abs(one - other) for one, other in differing) / len(differing)
    size = sum(abs(one) for one, _ in differing) / len(differing)
    if size * _MARGIN > tolerance > size / _MARGIN:
        return computed(args)
    by = by / size if size > tolerance else by
    if by * _MARGIN > tolerance > by / _MARGIN:
        return computed(args)
    return Known(True, args.span) if by < tolerance else _WORDS
