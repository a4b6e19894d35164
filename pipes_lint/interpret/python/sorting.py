"""What `sorted`, `min`, `max` and `list.sort` choose, where that can be told."""

from __future__ import annotations

from typing import Any

from ...values import Known, Value
from ..machine import NONE, Args, Machine
from ..plain import Open, plain
from ..truth import truth


def _keys(machine: Machine, items: tuple[Value, ...], named: dict[str, Value], args: Args) -> list[Any] | None:
    """What the items are compared by; None if that is not known of all."""
    by = named.get("key", NONE)
    values = list(items)
    if by != NONE:
        values = [machine.invoke(by, [item], args.span, args.frame) for item in items]
    try:
        return [plain(machine, value) for value in values]
    except Open:
        return None


def in_sorted_order(
    machine: Machine, items: tuple[Value, ...], named: dict[str, Value], args: Args
) -> tuple[Value, ...] | None:
    """The items in order; None if that order is not known."""
    keys = _keys(machine, items, named, args)
    backwards = truth(machine, named.get("reverse", Known(False)))
    if keys is None or backwards is None:
        return None
    try:
        places = sorted(range(len(items)), key=keys.__getitem__, reverse=backwards)
    except TypeError:
        return None
    return tuple(items[place] for place in places)


def extreme(
    machine: Machine, items: tuple[Value, ...], named: dict[str, Value], args: Args, largest: bool
) -> Value | None:
    """The largest or smallest of the items; None if it is not known which that is."""
    keys = _keys(machine, items, named, args)
    if not keys:
        return None
    try:
        place = (max if largest else min)(range(len(items)), key=keys.__getitem__)
    except TypeError:
        return None
    return items[place]
