"""Python's `re`: what a pattern makes of a text, and what a match tells of it.

Whether a pattern matches is not asked: some take longer than anybody would wait. What is looked for gives a match or
None.
"""

from __future__ import annotations

import re
from typing import Final

from ... import ir
from ...values import Bound, Instance, Known, Mapping, OneOf, Sequence, Unknown, Value
from ..calls import stranger
from ..machine import ITEMS, LIBRARY, METHODS, NONE, Args, Frame, Machine, library
from ..plain import INT, STR, compute, computed, given, listed
from ..text import is_text
from .text import with_receiver

_CALM: Final = r"[^()|{}*+?]*(?:[*+?][^()|{}*+?]*){0,2}"
"""Patterns that cannot take long: no groups, no alternatives, at most two repetitions."""


@library("re.sub")
def substitute(machine: Machine, args: Args) -> Value:
    for value in args.positional[1:2]:
        if not is_text(machine.content(value)):
            stranger(machine, args, "`re.sub`", mutating=False)
    return compute(machine, _substituted, args, STR)


def _substituted(pattern: str, repl: str, string: str, count: int = 0) -> str:
    if not re.fullmatch(_CALM, pattern) or len(string) > 300:
        raise ValueError
    return re.sub(pattern, repl, string, count=count)


@library("re.compile")
def make_pattern(machine: Machine, args: Args) -> Value:
    return Instance("re.Pattern", {"pattern": args.get("pattern", 0) or computed(args.span)})


LIBRARY["re.split"] = LIBRARY["re.findall"] = lambda machine, args: listed(machine, (), complete=False)
LIBRARY["re.finditer"] = lambda machine, args: given(args.span, "a pattern")


@library("re.match", "re.search", "re.fullmatch")
def look_for(machine: Machine, args: Args) -> Value:
    pattern = machine.content(args.get("pattern", 0) or NONE)
    if isinstance(pattern, Instance) and pattern.type == "re.Pattern":
        pattern = machine.content(pattern.fields["pattern"])
    return OneOf((Instance("re.Match", {"pattern": pattern}), NONE))


def _of_pattern(machine: Machine, bound: Bound, args: Args) -> Value | None:
    receiver = machine.content(bound.receiver)
    match bound.name:
        case "sub" if isinstance(receiver, Instance):
            return substitute(machine, with_receiver(receiver.fields["pattern"], args))
        case "split" | "findall":
            return listed(machine, (), complete=False)
        case "match" | "search" | "fullmatch" if isinstance(receiver, Instance):
            return OneOf((Instance("re.Match", {"pattern": machine.content(receiver.fields["pattern"])}), NONE))
    return given(args.span, "a pattern")


def _group(match: Value | None, key: Value | None, args: Args | None, node: ir.Item | None) -> Value:
    """What a match holds: all of it, or a part that may not have taken part."""
    span = args.span if args else node.span if node else None
    if not isinstance(match, Instance) or not is_text(match.fields["pattern"]):
        return computed(span)
    if key is None or key == Known(0):
        return STR
    return OneOf((STR, NONE)) if isinstance(key, Known) else computed(span)


def _of_match(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name:
        case "group" if len(args.items) < 2 and not args.loose:
            key = machine.content(args.positional[0]) if args.positional else None
            return _group(machine.content(bound.receiver), key, args, None)
        case "start" | "end":
            return INT
        case "span":
            return Sequence((INT, INT), "tuple")
        case "groupdict":
            return machine.allocate(Mapping({}, Unknown("it is taken out of a text", args.span, foreign=True)))
    return computed(args.span)


def _part(machine: Machine, match: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    return _group(match, machine.content(key), None, node)


METHODS["re.Pattern"] = _of_pattern
METHODS["re.Match"] = _of_match
ITEMS["re.Match"] = _part
