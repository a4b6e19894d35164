"""R's `split`: a vector or a data frame in groups, named after what they have in common."""

from __future__ import annotations

from ...values import Instance, Known, Value
from ..machine import NONE, Args, Machine, library
from .frames import is_frame, part_of_table
from .paste import as_text
from .values import Part, computed, is_list, listed, parts, scalars, take, vector

Plain = bool | int | float | str


@library("base.split")
def split(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "f")
    content = machine.content(taken.get("x") or NONE)
    by = scalars(machine, taken.get("f") or NONE, args.span)
    places = None if by is None or taken.loose or len(args.items) != 2 else _places(by)
    if by is None or places is None:
        return computed(args)
    groups: list[Part] = []
    for label, chosen in places:
        group = _group(machine, content, len(by), chosen, args)
        if group is None:
            return computed(args)
        groups.append((label, group))
    return listed(groups, args.span)


def _places(by: list[Value]) -> list[tuple[str, list[int]]] | None:
    """The places that have each of the different values, in the order in which every locale has them."""
    known = [each.value for each in by if isinstance(each, Known) and isinstance(each.value, bool | int | float | str)]
    if not known or len(known) < len(by) or len({isinstance(each, str) for each in known}) > 1:
        return None
    different = sorted(set(known))
    if sorted(different, key=_everywhere) != different:
        return None
    found: list[tuple[str, list[int]]] = []
    for value in different:
        match as_text(Known(value)):
            case Known(value=str() as label):
                found.append((label, [place for place, each in enumerate(known) if each == value]))
            case _:
                return None
    return found


def _everywhere(value: Plain) -> Plain:
    return "".join(filter(str.isalnum, value)).casefold() if isinstance(value, str) else value


def _group(machine: Machine, content: Value, length: int, chosen: list[int], args: Args) -> Value | None:
    if isinstance(content, Instance) and is_frame(content):
        rows = vector([(None, Known(place + 1)) for place in chosen], args.span)
        part = part_of_table(machine, content, rows, None, args)
        return part if is_frame(part) else None
    found = parts(machine, content, args.span)
    if found is None or len(found) != length:
        return None
    taken = [found[place] for place in chosen]
    return listed(taken, args.span) if is_list(content) else vector(taken, args.span)
