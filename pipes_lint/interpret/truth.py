"""Whether a value counts as true, and what a test that came out one way says about its variables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .. import ir
from ..values import (
    Closure,
    Instance,
    Known,
    Mapping,
    OneOf,
    Sequence,
    Symbol,
    Template,
    Unknown,
    Value,
    join,
    options,
)
from .machine import LIBRARY, Arg, Args, Frame, Machine
from .told_apart import rule_out

_TRUE_KINDS = ("dagster_pipes.", "dagsterpipes.", "dagster.", "pathlib.", "re.", "datetime.")


_ASKS: Final = ("inherits", "is", "isTRUE", "isFALSE", "identical", "is.character", "is.list", "is.numeric", "is.na")
"""R's functions that answer a question about a variable."""


def truth(machine: Machine, value: Value) -> bool | None:
    """Whether a value counts as true; None if that cannot be told."""
    r = machine.prelude == "base"
    answers = {None if r and _is_empty(option) else _truth(machine.content(option)) for option in options(value)}
    return answers.pop() if len(answers) == 1 else None


def _is_empty(value: Value) -> bool:
    """Whether R stops at a condition of this, for it has no elements."""
    return value == Known(None) or isinstance(value, Sequence) and value.complete and not value.items


def _truth(value: Value) -> bool | None:
    match value:
        case Known(ir.Missing()) | Unknown():
            return None
        case Known(value=plain):
            return bool(plain)
        case Sequence(items=items, complete=complete):
            return True if items else (False if complete else None)
        case Mapping(slots=slots, stop=stop):
            if any(slot.always for slot in slots.values()):
                return True
            return False if not slots and stop is None else None
        case Closure() | Symbol():
            return True
        case Template(pieces=pieces, path=path):
            return True if path or any(isinstance(piece, str) and piece for piece in pieces) else None
        case Instance(type="datetime.timedelta"):
            return None
        case Instance(type=kind, fields=fields) if kind.startswith(_TRUE_KINDS) or "filled" in fields:
            return True
        case OneOf():
            answers = {_truth(option) for option in value.options}
            return answers.pop() if len(answers) == 1 else None
    return None


def is_none(value: Value) -> bool | None:
    """Whether a value is None (R: NULL); None if that cannot be told."""
    answers: set[bool | None] = set()
    for option in options(value):
        match option:
            case Known(value=plain):
                answers.add(plain is None)
            case Unknown():
                answers.add(None)
            case _:
                answers.add(False)
    return answers.pop() if len(answers) == 1 else None


def assume(machine: Machine, test: ir.Node, came_out: bool, frame: Frame) -> None:
    """Narrows the variables of a test to the options with which it comes out so."""
    match test:
        case ir.Operation(operator="not", operands=(inner,)):
            assume(machine, inner, not came_out, frame)
        case ir.Operation(operator="and", operands=parts) if came_out:
            for part in parts:
                assume(machine, part, True, frame)
        case ir.Operation(operator="or", operands=parts) if not came_out:
            for part in parts:
                assume(machine, part, False, frame)
        case ir.Operation(operator="is" | "==", operands=(ir.Name(name=name), ir.Literal(value=None))):
            _narrow(machine, name, frame, lambda option: is_none(option) is not (not came_out))
        case ir.Operation(operator="is-not" | "!=", operands=(ir.Name(name=name), ir.Literal(value=None))):
            _narrow(machine, name, frame, lambda option: is_none(option) is not came_out)
        case ir.Call(function=ir.Name(name="is.null"), arguments=(ir.Argument(value=ir.Name(name=name)),)):
            _narrow(machine, name, frame, lambda option: is_none(option) is not (not came_out))
        case ir.Operation(operator="==" | "is" as sign, operands=(ir.Name(name=name), ir.Literal(value=wanted))) | (
            ir.Operation(operator="!=" | "is-not" as sign, operands=(ir.Name(name=name), ir.Literal(value=wanted)))
        ):
            equal = came_out is (sign in ("==", "is"))
            _narrow(
                machine,
                name,
                frame,
                lambda option: not isinstance(option, Known) or _equals(option.value, wanted, sign) is equal,
            )
        case ir.Assign(target=ir.Name(name=name)) | ir.Name(name=name):
            _narrow(machine, name, frame, lambda option: truth(machine, option) is not (not came_out))
        case ir.Call(function=ir.Name(name=asks), arguments=(ir.Argument(value=ir.Name(name=name)), *rest)) if (
            asks in _ASKS and machine.prelude == "base" and all(isinstance(each.value, ir.Literal) for each in rest)
        ):
            given = tuple(Arg(Known(each.value.value), each.span, each.name) for each in rest)  # type: ignore[union-attr]

            def fits(option: Value) -> bool:
                args = Args((Arg(option, test.span), *given), test.span, test.span, frame)
                return truth(machine, LIBRARY[f"base.{asks}"](machine, args)) is not (not came_out)

            _narrow(machine, name, frame, fits)
        case ir.Call() if machine.tested and machine.tested[0] is test:
            rule_out(machine, machine.tested[1], lambda option: truth(machine, option) is not (not came_out))


def _equals(one: object, other: object, sign: str) -> bool:
    return one == other and (type(one) is type(other) or "is" not in sign)


def _narrow(machine: Machine, name: str, frame: Frame, fits: Callable[[Value], bool]) -> None:
    value = machine.find(name, frame)
    if value is not None:
        rule_out(machine, value, fits)
    if isinstance(value, OneOf):
        left = [option for option in value.options if fits(option)]
        if left and len(left) < len(value.options):
            each: Frame | None = frame.elsewhere.get(name, frame)
            while each and (each.ident, name) not in machine.store.cells:
                each = each.parent
            if each:
                machine.store.write((each.ident, name), join(left))
