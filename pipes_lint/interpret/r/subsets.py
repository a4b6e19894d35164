"""R's `x[i]`: a part of a vector or list, by names, places, places to leave out, or one answer for each element."""

from __future__ import annotations

from ...source import Span
from ...values import Known, Mapping, Slot, Value
from ..machine import SUBSETS, Machine
from .values import is_list, listed, named, parts, scalars, vector

Chosen = list[int]
"""Which elements are taken, from 0."""


def _subset(machine: Machine, content: Value, key: Value, span: Span) -> Value | None:
    found = parts(machine, content, span)
    wanted = scalars(machine, key, span)
    if found is None or wanted is None or not all(isinstance(each, Known) for each in wanted):
        return None
    plain = [each.value for each in wanted if isinstance(each, Known)]
    chosen = _chosen([name for name, _ in found], plain)
    if chosen is None:
        return None
    labelled = isinstance(content, Mapping)
    taken = [found[index] for index in chosen]
    if is_list(content) and isinstance(content, Mapping) and len(set(chosen)) == len(chosen):
        return _with_places(content, chosen, span)
    if labelled:
        return named(taken, "list" if is_list(content) else "vector", span)
    return listed(taken, span) if is_list(content) else vector(taken, span)


def _with_places(content: Mapping, chosen: Chosen, span: Span) -> Mapping:
    """A part of a list, whose elements keep the places where they were written."""
    slots = list(content.slots.items())
    made: dict[object, Slot] = {}
    for number, index in enumerate(chosen, start=1):
        key, slot = slots[index]
        made[key if isinstance(key, str) else number] = slot
    return Mapping(made, None, content.kind, span)  # type: ignore[arg-type]


def _chosen(names: list[str | None], wanted: list[object]) -> Chosen | None:
    """None where something is taken that is not there, or that cannot be told."""
    if all(isinstance(each, bool) for each in wanted) and wanted:
        if len(names) % len(wanted) or not names:
            return None
        return [index for index in range(len(names)) if wanted[index % len(wanted)]]
    if all(isinstance(each, str) for each in wanted):
        places = [names.index(str(each)) if each in names else None for each in wanted]
        return None if None in places else [place for place in places if place is not None]
    numbers = [int(each) for each in wanted if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(numbers) < len(wanted) or any(abs(number) > len(names) for number in numbers if number > 0):
        return None
    if all(number >= 0 for number in numbers):
        return [number - 1 for number in numbers if number]
    if any(number > 0 for number in numbers):
        return None
    return [index for index in range(len(names)) if -(index + 1) not in numbers]


SUBSETS.append(_subset)
