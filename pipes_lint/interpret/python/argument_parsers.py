"""`argparse`: what a script's parser makes of the command line with which the script is launched.

What cannot be followed leaves all arguments unknown.
"""

from __future__ import annotations

import argparse
from typing import Final

from ...source import Span
from ...values import Bound, Closure, Instance, Key, Known, Mapping, OneOf, Sequence, Slot, Template, Unknown, Value
from ..calls import HANDED
from ..iterate import elements
from ..machine import CONSTANTS, CONTAINS, MAPPINGS, MEMBERS, METHODS, NONE, Args, Frame, Machine, library
from ..plain import STR, computed
from ..told_by_launch import heard, unheard
from .parsed_words import parsed
from .parser_plans import KEPT, UNREAD, Plan, Step

PARSER: Final = "argparse.ArgumentParser"
NAMESPACE: Final = "argparse.Namespace"
_GROUP: Final = "argparse._ArgumentGroup"
_SUBPARSERS: Final = "argparse._SubParsersAction"

CONSTANTS.update(
    {
        f"argparse.{name}": Known(getattr(argparse, name))
        for name in ("SUPPRESS", "OPTIONAL", "ZERO_OR_MORE", "ONE_OR_MORE", "PARSER", "REMAINDER")
    }
)


def typed_in(machine: Machine, span: Span | None) -> Unknown:
    """What the command line gives, of which nothing else is known."""
    unheard(machine)
    return Unknown("it is given on the command line", span, foreign=True)


# --- what the script tells its parser -------------------------------------------------------------------------------


def _plan(machine: Machine, parser: Value) -> Plan:
    plans: dict[int, Plan] = machine.roles.setdefault("parsers", {})
    ident = parser.ident if isinstance(parser, Instance) else 0
    if ident not in plans:
        plans[ident] = Plan(machine, followed=False)
    return plans[ident]


def _made(machine: Machine, kind: str) -> Instance:
    made = Instance(kind, {}, machine.store.ident())
    machine.roles.setdefault("parsers", {})[made.ident] = Plan(machine)
    return made


@library("argparse.ArgumentParser", "configargparse.ArgumentParser", "configargparse.ArgParser")
def parser(machine: Machine, args: Args) -> Value:
    made = _made(machine, PARSER)
    _begin(machine, _plan(machine, made), args)
    return made


def _begin(machine: Machine, plan: Plan, args: Args) -> None:
    parents, complete = elements(machine, args.get("parents") or Sequence(()), args.span)
    inner = tuple(_plan(machine, each).frozen(machine) for each in parents)
    plan.followed = plan.followed and complete and not set(args.named) - KEPT - UNREAD - {"aliases"}
    plan.add(machine, Step("parser", args, inner))


def _of_parser(machine: Machine, bound: Bound, args: Args) -> Value | None:
    plan = _plan(machine, bound.receiver)
    match bound.name:
        case "parse_args" | "parse_intermixed_args":
            return _parsed(machine, plan, args, strict=True)[0]
        case "parse_known_args" | "parse_known_intermixed_args":
            return Sequence(_parsed(machine, plan, args, strict=False), "tuple")
        case "add_argument":
            plan.add(machine, Step("argument", args))
            return computed(args.span)
        case "add_argument_group" | "add_mutually_exclusive_group":
            return Instance(_GROUP, {}, bound.receiver.ident) if isinstance(bound.receiver, Instance) else None
        case "add_subparsers":
            made = _made(machine, _SUBPARSERS)
            plan.add(machine, Step("subparsers", args, (_plan(machine, made),)))
            return made
        case "set_defaults":
            plan.add(machine, Step("defaults", args))
            if any(isinstance(value, Closure) for value in args.named.values()):
                machine.roles["chosen"] = True
            return NONE
        case "error" | "exit":
            failing = bound.name == "error" or args.get("status", 0) not in (None, Known(0))
            return machine.leave("exit", Known(2), failing=failing)
        case "format_help" | "format_usage":
            return STR
        case "print_help" | "print_usage":
            return NONE
    plan.followed = False
    return computed(args.span)


def _of_subparsers(machine: Machine, bound: Bound, args: Args) -> Value | None:
    plan = _plan(machine, bound.receiver)
    if bound.name != "add_parser":
        return computed(args.span)
    made = _made(machine, PARSER)
    inner = _plan(machine, made)
    _begin(machine, inner, args)
    plan.add(machine, Step("parser", args, (inner,)))
    return made


def _handed(machine: Machine, args: Args) -> None:
    """A stranger may add arguments to a parser that it is given."""
    for arg in args.items:
        if isinstance(arg.value, Instance) and arg.value.type in (PARSER, _GROUP, _SUBPARSERS):
            _plan(machine, arg.value).followed = False


HANDED.append(_handed)
METHODS[PARSER] = METHODS[_GROUP] = _of_parser
METHODS[_SUBPARSERS] = _of_subparsers

# --- what it makes of the command line --------------------------------------------------------------------------------


def _parsed(machine: Machine, plan: Plan, args: Args, strict: bool) -> tuple[Value, Value]:
    """The namespace, with what the command line gives for each argument if that can be told; and the words left, of
    which a `strict` parser takes none.
    """
    heard(machine)
    given = args.get("args", 0)
    passed = NONE if given is None else machine.content(given)
    whole = passed == NONE or isinstance(passed, Instance) and passed.type == "sys.argv"
    passed = machine.roles.get("argv", NONE) if whole else passed
    found = None
    if isinstance(passed, Sequence) and passed.complete and plan.followed and args.get("namespace", 1) in (None, NONE):
        words = passed.items[1:] if given is None or given == NONE else passed.items
        found = parsed(machine, plan, [machine.content(word) for word in words], args.span, strict)
    if found is None:
        unheard(machine)
    fields, rest = found or ({}, computed(args.span))
    return Instance(NAMESPACE, fields, machine.store.ident()), rest


def _of_namespace(machine: Machine, made: Instance, name: str, span: Span, frame: Frame) -> Value:
    known = made.fields.get(name)
    if known is None and machine.roles.get("chosen"):
        return Unknown("the command line chooses it", span)
    if known is None:
        return typed_in(machine, span)
    if isinstance(known, Instance | Template | Unknown | OneOf):
        unheard(machine)
    return known


def _whole_namespace(machine: Machine, made: Instance, span: Span) -> Mapping:
    slots: dict[Key, Slot] = {name: Slot(value) for name, value in made.fields.items()}
    return Mapping(slots, None if slots else Unknown("it is given on the command line", span, foreign=True), span=span)


def _in_namespace(machine: Machine, made: Instance, key: Value, span: Span) -> bool | None:
    return key.value in made.fields if made.fields and isinstance(key, Known) else None


MEMBERS[NAMESPACE] = _of_namespace
MAPPINGS[NAMESPACE] = _whole_namespace
CONTAINS[NAMESPACE] = _in_namespace
