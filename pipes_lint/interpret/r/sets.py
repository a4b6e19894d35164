"""R's functions that compare what two vectors hold, and say where: `match`, `setdiff`, `which`, `Find`."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...values import Known, Sequence, Unknown, Value
from ..machine import MOST_ROUNDS, NONE, Arg, Args, Machine, library
from ..truth import truth
from .functional import as_function
from .values import Part, computed, parts, plain_texts, some, take, texts, vector

_ELEMENT: Final = Unknown("it is an element of something unknown", foreign=True)
_NOWHERE: Final = Known(ir.Missing("integer"))


@library("base.match")
def match_(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "table", "nomatch", "incomparables")
    wanted = plain_texts(machine, taken.get("x") or NONE, args.span)
    table = plain_texts(machine, taken.get("table") or NONE, args.span)
    nowhere = taken.get("nomatch") or _NOWHERE
    if wanted is None or table is None or taken.loose or not isinstance(nowhere, Known):
        return some("integer", single=False)
    found: list[Part] = [(None, Known(table.index(each) + 1) if each in table else nowhere) for each in wanted]
    return vector(found, args.span)


def _of_two(name: str) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        taken = take(args, "x", "y")
        one = plain_texts(machine, taken.get("x") or NONE, args.span)
        other = plain_texts(machine, taken.get("y") or NONE, args.span)
        if one is None or other is None or taken.loose or len(args.items) != 2:
            return computed(args)
        match name:
            case "setdiff":
                kept = [each for each in one if each not in other]
            case "intersect":
                kept = [each for each in one if each in other]
            case _:
                kept = [*one, *other]
        return texts([Known(each) for each in dict.fromkeys(kept)], args.span)

    library(f"base.{name}")(apply)


_of_two("setdiff")
_of_two("intersect")
_of_two("union")


@library("base.which")
def which(machine: Machine, args: Args) -> Value:
    found = parts(machine, args.positional[0], args.span) if len(args.items) == len(args.positional) == 1 else None
    if found is None or not all(isinstance(each, Known) and isinstance(each.value, bool) for _, each in found):
        return some("integer", single=False)
    places: list[Part] = [(name, Known(index)) for index, (name, each) in enumerate(found, 1) if each == Known(True)]
    return vector(places, args.span) if places else Sequence((), "vector")


def _first(name: str) -> None:
    """The first element that passes a test. To look for one is to have an eye on those that are NULL."""

    def apply(machine: Machine, args: Args) -> Value:
        taken = take(args, "f", "x", "right", "nomatch")
        test, value = taken.get("f"), taken.get("x")
        found = parts(machine, value, args.span) if value is not None else None
        if test is None:
            return computed(args)
        function = as_function(machine, test, args)
        if found is None or len(args.items) != 2 or len(found) > MOST_ROUNDS:
            element = Arg(_ELEMENT, args.span)
            machine.perhaps(
                lambda: machine.call(function, Args((element,), args.span, args.span, args.frame)), often=True
            )
            return computed(args)
        for index, (_, each) in enumerate(found, start=1):
            machine.excuse(each)
            answer = machine.call(function, Args((Arg(each, args.span),), args.span, args.span, args.frame))
            known = truth(machine, answer)
            if known is None:
                for _, later in found[index:]:
                    machine.excuse(later)
                return computed(args)
            if known:
                return each if name == "Find" else Known(index, args.span)
        return NONE if name == "Find" else _NOWHERE

    library(f"base.{name}")(apply)


_first("Find")
_first("Position")
