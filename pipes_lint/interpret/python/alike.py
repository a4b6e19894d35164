"""Lists and dictionaries of which it is only known what each of their elements is."""

from __future__ import annotations

from ... import ir
from ...source import Span
from ...values import (
    KEYS_UNKNOWN,
    UNKNOWN_KEY,
    Bound,
    Instance,
    Known,
    Mapping,
    Reference,
    Sequence,
    Slot,
    Unknown,
    Value,
)
from ..iterate import any_number_of
from ..machine import ELEMENTS, ITEMS, METHODS, NONE, Args, Frame, Machine
from ..plain import INT, computed, listed
from .collections import method_of_sequence


def list_of(machine: Machine, each: Value | None) -> Value:
    """A new list of any length, of elements that are all like this."""
    return listed(machine, (), complete=False) if each is None else any_number_of(machine, each)


def dict_of(machine: Machine, each: Value | None, span: Span) -> Value:
    """A new dictionary of any keys, whose values are all like this."""
    if each is None or isinstance(each, Unknown):
        return machine.allocate(Mapping({}, Unknown("it is made of data", span, foreign=True), span=span))
    slots = {(UNKNOWN_KEY, None, span): Slot(each, False, span)}
    return machine.allocate(Mapping(slots, Unknown(KEYS_UNKNOWN, span, foreign=True), span=span))  # type: ignore[arg-type]


def _each(value: Value) -> Value | None:
    return value.fields.get("each") if isinstance(value, Instance) else None


def _method(machine: Machine, bound: Bound, args: Args) -> Value | None:
    content = machine.content(bound.receiver)
    each = _each(content)
    if each is None:
        return method_of_sequence(machine, bound, args)
    match bound.name:
        case "sort" | "reverse":
            return NONE
        case "index" | "count":
            return INT
        case "copy":
            return list_of(machine, each)
        case "pop":
            return each
    if isinstance(bound.receiver, Reference):  # it is a list like any other from now on
        machine.store.write(bound.receiver.ident, Sequence((), complete=False))
        return method_of_sequence(machine, bound, args)
    return computed(args.span)


def _item(machine: Machine, made: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    each = _each(made)
    match machine.content(key):
        case Known(value=int()) if each is not None:
            return each
        case Instance(type="slice"):
            return list_of(machine, each)
    return computed(node.span)


METHODS["list"] = _method
ITEMS["list"] = _item
ELEMENTS["list"] = lambda machine, made, span: _each(made)
