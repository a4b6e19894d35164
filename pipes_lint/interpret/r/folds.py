"""R's functions that choose elements, fold them, or call with them: `Filter`, `Reduce`, `do.call`."""

from __future__ import annotations

from typing import Final

from ...values import Known, Mapping, Unknown, Value
from ..machine import MOST_ROUNDS, NONE, Arg, Args, Machine, library
from ..truth import truth
from .environments import variable
from .frames import is_frame
from .functional import as_function
from .values import Part, computed, is_list, listed, named, parts, scalars, take, vector

_ELEMENT: Final = Unknown("it is an element of something unknown", foreign=True)


# --- Choosing and folding -------------------------------------------------------------------------------------------


def _filtered(names: str, first: str, second: str, keeps: bool) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        taken = take(args, first, second, "...") if first != "f" else take(args, "f", "x")
        given, test = (taken.get("x"), taken.get("f")) if first == "f" else (taken.get(first), taken.get(second))
        value = given or NONE
        if test is None:
            return computed(args)
        function = as_function(machine, test, args)
        found = parts(machine, value, args.span)
        rest = [] if first == "f" else list(taken.rest)
        if machine.content(value) == NONE:
            return NONE
        if found is None or len(found) > MOST_ROUNDS:
            machine.perhaps(
                lambda: machine.call(
                    function, Args((Arg(_ELEMENT, args.span), *rest), args.span, args.span, args.frame)
                ),
                often=True,
            )
            return computed(args)
        kept: list[Part] = []
        sure = True
        for name, each in found:
            answer = machine.call(function, Args((Arg(each, args.span), *rest), args.span, args.span, args.frame))
            known = truth(machine, answer)
            sure = sure and known is not None
            if known is keeps:
                kept.append((name, each))
        if not sure or is_frame(machine.content(value)):
            return computed(args)
        kind = "list" if is_list(machine.content(value)) else "vector"
        if any(name for name, _ in found):
            return named(kept, kind, args.span)
        return listed(kept, args.span) if kind == "list" else vector(kept, args.span)

    library(*(f"base.{name}" for name in names.split()))(apply)


_filtered("Filter", "f", "x", keeps=True)
_filtered("keep", ".x", ".p", keeps=True)
_filtered("discard", ".x", ".p", keeps=False)


@library("base.Reduce")
def reduce_(machine: Machine, args: Args) -> Value:
    taken = take(args, "f", "x", "init", "right", "accumulate")
    plain = taken.get("right") is None and taken.get("accumulate") is None
    return _fold(machine, args, taken.get("f"), taken.get("x"), taken.get("init"), [], plain)


@library("base.reduce")
def purrr_reduce(machine: Machine, args: Args) -> Value:
    taken = take(args, ".x", ".f", "...", ".init", ".dir")
    rest = list(taken.rest)
    return _fold(machine, args, taken.get(".f"), taken.get(".x"), taken.get(".init"), rest, taken.get(".dir") is None)


def _fold(
    machine: Machine,
    args: Args,
    function: Value | None,
    value: Value | None,
    start: Value | None,
    rest: list[Arg],
    plain: bool,
) -> Value:
    if function is None or value is None:
        return computed(args)
    function = as_function(machine, function, args)
    found = scalars(machine, value, args.span)

    def step(so_far: Value, each: Value) -> Value:
        items = (Arg(so_far, args.span), Arg(each, args.span), *rest)
        return machine.call(function, Args(items, args.span, args.span, args.frame))

    if found is None or len(found) > MOST_ROUNDS or not plain:
        machine.perhaps(lambda: step(_ELEMENT, _ELEMENT), often=True)
        return computed(args)
    if start is None:
        if not found:
            return NONE
        start, *found = found
    for each in found:
        start = step(start, each)
    return start


@library("base.do.call")
def do_call(machine: Machine, args: Args) -> Value:
    taken = take(args, "what", "args", "quote", "envir")
    if args.items and args.items[0].name == ".fn":
        return computed(args)
    what, given = taken.get("what"), taken.get("args")
    if what is None:
        return computed(args)
    where = taken.get("envir")
    name = what.value if isinstance(what, Known) and isinstance(what.value, str) else None
    function = variable(machine, args, name, where) if where is not None and name is not None else None
    function = function or as_function(machine, what, args)
    span = taken.by_name["args"].where if "args" in taken.by_name else args.span
    found = parts(machine, given or NONE, args.span)
    if found is None:
        content = machine.content(given or NONE)
        items = [Arg(content, span, loose=True)]
        if isinstance(content, Mapping):
            items = [
                Arg(slot.value, span, key) if slot.always else Arg(slot.value, span, loose=True)
                for key, slot in content.slots.items()
                if isinstance(key, str)
            ] + items
    else:
        items = [Arg(value, span, name) for name, value in found]
    return machine.call(function, Args(tuple(items), args.span, args.callee_span, args.frame))


library("base.exec")(
    lambda machine, args: (
        machine.call(as_function(machine, args.items[0].value, args), args._replace(items=args.items[1:]))
        if args.items
        else computed(args)
    )
)
