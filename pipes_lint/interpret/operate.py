"""What operators give."""

from __future__ import annotations

import operator
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any, Final

from .. import ir
from ..contract import ExtraRead, MemberRead
from ..source import Span
from ..values import (
    Closure,
    Instance,
    Key,
    Known,
    Mapping,
    OneOf,
    Sequence,
    Slot,
    Template,
    Unknown,
    Value,
    join,
    options,
)
from .classes import held_by
from .iterate import elements
from .keys import cannot_equal, is_unknown_key, least_known
from .machine import CONTAINS, DISPATCH, OPERATORS, Arg, Args, Frame, Machine, evaluates
from .own_operators import open_operand, own_operator
from .paths import joined
from .plain import Open, plain
from .text import concatenate, is_text, percent, product
from .truth import assume, is_none, truth

_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_COMPUTE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
}
_OF_OBJECTS: Final = {
    **{sign: sign for sign in ("+", "-", "*", "/", "&", "|", "==", "!=", "<", "<=", ">", ">=")},
    "**": "^",
    "%": "%%",
    "//": "%/%",
}
"""The operators of which an R project may have methods, by R's names."""
_BOOL: Final = Instance("bool")
_R_BOOL: Final = Instance("r:logical")
_MOST_TEXT: Final = 10_000


@evaluates(ir.Operation)
def operation(machine: Machine, node: ir.Operation, frame: Frame) -> Value:
    match node.operator:
        case "and" | "or":
            return _short_circuit(machine, node, frame)
        case "not":
            value = machine.eval(node.operands[0], frame)
            if frame.scope.prelude == "base":
                value = machine.content(value)
                if isinstance(value, Sequence | Mapping) and value.kind == "vector":
                    return _not_each(machine, value)
                if value == Known(None):
                    return Sequence((), "vector")
                if isinstance(value, Known) and isinstance(value.value, ir.Missing):
                    return Known(ir.Missing("logical"), node.span)
            known = truth(machine, value)
            return _some_bool(frame) if known is None else Known(not known, node.span)
        case "%||%":
            return _or_else(machine, node, frame)
    values = [machine.eval(operand, frame) for operand in node.operands]
    if machine.methods and node.operator in _OF_OBJECTS:
        items = tuple(Arg(value, each.span) for value, each in zip(values, node.operands, strict=True))
        args = Args(items, node.span, node.span, frame)
        sign = _OF_OBJECTS[node.operator]
        return DISPATCH[0](machine, sign, args, lambda: operate(machine, node.operator, values, node.span, frame))
    return operate(machine, node.operator, values, node.span, frame)


def _or_else(machine: Machine, node: ir.Operation, frame: Frame) -> Value:
    """R's `a %||% b`: `b` is worked out only where `a` is NULL. A project may have its own operator of this name."""
    left, right = node.operands
    if isinstance(machine.find("%||%", frame), Closure):
        arguments = tuple(ir.Argument(operand.span, operand) for operand in node.operands)
        return machine.eval(ir.Call(node.span, ir.Name(node.span, "%||%"), arguments), frame)
    excused, log = set(machine.excused), len(machine.log)
    value = machine.eval(left, frame)
    _ask(machine, left, log)
    machine.excuse(value)
    absent = is_none(machine.content(value))
    if absent is False:
        return value
    if absent:
        return machine.insisting(excused, lambda: machine.eval(right, frame))
    there = [option for option in options(value) if is_none(option) is not True]
    if isinstance(right, ir.Literal):
        return join([*there, machine.eval(right, frame)])
    return machine.choose([lambda: join(there), lambda: machine.eval(right, frame)])


def _ask(machine: Machine, node: ir.Node, log: int) -> None:
    """An extra with a default behind it is asked for, also if it is there."""
    if isinstance(node, ir.Item):
        machine.excused.update(
            event.span
            for event in machine.log[log:]
            if isinstance(event, ExtraRead | MemberRead) and event.span == node.key.span
        )


def _not_each(machine: Machine, value: Sequence | Mapping) -> Value:
    """R's `!` of a vector: of each of its elements."""

    def negated(each: Value) -> Value:
        known = truth(machine, each) if isinstance(each, Known) and each.value == each.value else None
        return _R_BOOL if known is None else Known(not known)

    if isinstance(value, Sequence):
        return value._replace(items=tuple(negated(each) for each in value.items))
    return value._replace(slots={key: slot._replace(value=negated(slot.value)) for key, slot in value.slots.items()})


def _some_bool(frame: Frame) -> Value:
    return _R_BOOL if frame.scope.prelude == "base" else _BOOL


def decide(machine: Machine, test: ir.Node, frame: Frame) -> bool | None:
    """Whether a condition comes out as true; None if that cannot be told.

    More is known of it than of its value: `x and False` is not known to be False, and yet it never counts as true.
    """
    return truth(machine, _condition(machine, test, frame))


def _condition(machine: Machine, test: ir.Node, frame: Frame) -> Value:
    match test:
        case ir.Operation(operator="and" | "or"):
            return _short_circuit(machine, test, frame, counts=True)
        case ir.Operation(operator="not", operands=(inner,)) if frame.scope.prelude != "base":
            known = decide(machine, inner, frame)
            return _BOOL if known is None else Known(not known)
    value = machine.eval(test, frame)
    machine.tested = (test, value)
    return value


def _short_circuit(machine: Machine, node: ir.Operation, frame: Frame, counts: bool = False) -> Value:
    """Operands from the left, until one decides; those behind one that may decide may not be run at all.

    With `counts` all that matters of the result is whether it counts as true; in R it is a logical anyway.
    """
    decides = node.operator == "or"
    logical = counts or frame.scope.prelude == "base"

    def rest(index: int) -> Value:
        operand = node.operands[index]
        value = _condition(machine, operand, frame) if counts else machine.eval(operand, frame)
        if index == len(node.operands) - 1:
            return _as_logical(machine, value) if logical else value
        known = truth(machine, value)
        if known is decides:
            return _as_logical(machine, value) if logical else value
        if known is not None:
            return rest(index + 1)

        def go_on() -> Value:
            assume(machine, node.operands[index], not decides, frame)
            return rest(index + 1)

        left: Value = Known(decides) if logical else _when(machine, value, decides)
        return machine.choose([lambda: left, go_on])

    return rest(0)


def _when(machine: Machine, value: Value, came_out: bool) -> Value:
    """A value, given that it counts as true or not."""
    kept = [option for option in options(value) if truth(machine, option) is not (not came_out)]
    return join(kept) if kept else value


def _as_logical(machine: Machine, value: Value) -> Value:
    known = truth(machine, value)
    if isinstance(value, Known) and isinstance(value.value, ir.Missing):
        return Known(ir.Missing("logical"), value.span)
    return _R_BOOL if known is None else Known(known)


def operate(machine: Machine, sign: str, values: list[Value], span: Span, frame: Frame) -> Value:
    """The result of an operator on values."""
    if frame.scope.prelude == "builtins":
        place = open_operand(machine, values)
        if place is not None:
            before, after = values[:place], values[place + 1 :]
            several = options(values[place])
            return machine.any_of(
                several, lambda option: operate(machine, sign, [*before, option, *after], span, frame)
            )
        own = own_operator(machine, sign, values, span, frame)
        if own is not None:
            return own
        values = [held_by(machine, value) or value for value in values]
    contents = [machine.content(value) for value in values]
    r = frame.scope.prelude == "base"
    if r and any(isinstance(each, Sequence | Mapping) and each.classes != () for each in contents) and sign != "in":
        return Unknown("it is computed with something of a class", span, foreign=True)
    if sign in _COMPARE and any(isinstance(each, Instance) and each.type == "r:names" for each in contents):
        contents = [_names_as_vector(machine, each, span) for each in contents]
    vectors = r and any(isinstance(each, Sequence | Mapping) and each.kind == "vector" for each in contents)
    if len(contents) == 1 and not vectors:
        return product(contents, lambda chosen: _unary(sign, chosen[0], span))
    if sign in ("in", "not-in"):
        return _contains(machine, sign, contents[0], contents[1], span, frame)
    if sign in ("is", "is-not"):
        return product(contents, lambda chosen: _identical(sign, chosen[0], chosen[1], span))
    if sign == "%||%":  # called by its name
        machine.excuse(values[0])
        absent = is_none(contents[0])
        return (
            values[0]
            if absent is False
            else values[1]
            if absent
            else join([*(o for o in options(values[0]) if is_none(o) is not True), values[1]])
        )
    if r and sign != ":" and all(map(_is_vector, contents)) and any(map(_has_no_elements, contents)):
        return Sequence((), "vector")
    if vectors:
        return _by_element(machine, sign, contents, span, frame)
    result = product(contents, lambda chosen: _binary(machine, sign, chosen[0], chosen[1], span, frame))
    if isinstance(result, Mapping) or (isinstance(result, Sequence) and result.kind in ("list", "set")):
        return machine.allocate(result) if frame.scope.prelude == "builtins" else result
    return result


def _unary(sign: str, value: Value, span: Span) -> Value:
    match value:
        case Known(value=int() | float() as number):
            if sign == "-":
                return Known(-number, span)
            if sign == "+":
                return Known(+number, span)
            if sign == "~" and isinstance(number, int):
                return Known(~int(number), span)
        case Instance(type="int" | "float" | "r:integer" | "r:numeric"):
            return Instance(value.type)
        case Instance(type=kind) if kind in OPERATORS:
            found = OPERATORS[kind](sign, value, None)
            if found is not None:
                return found
    return Unknown("it is computed", span, foreign=True)


def _identical(sign: str, left: Value, right: Value, span: Span) -> Value:
    for one, other in ((left, right), (right, left)):
        if one == Known(None):
            none = is_none(other)
            return _BOOL if none is None else Known(none is (sign == "is"), span)
    match left, right:
        case Known(value=bool()), Known(value=bool()):
            return Known((left == right) is (sign == "is"), span)
    return _BOOL


def _contains(machine: Machine, sign: str, item: Value, whole: Value, span: Span, frame: Frame) -> Value:
    wanted = sign == "in"
    r = frame.scope.prelude == "base"
    if r and isinstance(item, Sequence) and item.complete and not isinstance(whole, OneOf):
        return Sequence(tuple(_contains(machine, sign, each, whole, span, frame) for each in item.items), "vector")
    if isinstance(whole, Instance) and whole.type in CONTAINS:
        found = CONTAINS[whole.type](machine, whole, item, span)
        return (_R_BOOL if r else _BOOL) if found is None else Known(found is wanted, span)
    if isinstance(whole, OneOf) or isinstance(item, OneOf):
        return product([item, whole], lambda chosen: _contains(machine, sign, chosen[0], chosen[1], span, frame))
    match item, whole:
        case Known(value=str() as part), Known(value=str() as text) if not r:
            return Known((part in text) is wanted, span)
        case Known(value=key), Mapping(kind="dict", slots=slots):
            slot = slots.get(key) if isinstance(key, str | int | float | bool | None) else None
            if slot and slot.always:
                return Known(wanted, span)
            if slot is None and whole.complete:
                return Known(not wanted, span)
            return _BOOL
        case Known(), (Sequence() | Known()):
            items = whole.items if isinstance(whole, Sequence) else (whole,)
            if any(isinstance(each, Known) and _equal(each, item) for each in items):
                return Known(wanted, span)
            if all(isinstance(each, Known) for each in items) and (not isinstance(whole, Sequence) or whole.complete):
                return Known(not wanted, span)
    return _R_BOOL if r else _BOOL


def _names_as_vector(machine: Machine, value: Value, span: Span) -> Value:
    if not isinstance(value, Instance) or value.type != "r:names":
        return value
    items, complete = elements(machine, value, span)
    return Sequence(items, "vector") if complete else value


def _has_no_elements(value: Value) -> bool:
    return value == Known(None) or isinstance(value, Sequence) and value.complete and not value.items


def _is_vector(value: Value) -> bool:
    """Whether an operator of R's goes through the elements of this, however many there are."""
    match value:
        case Known() | Template(path=False) | Sequence(kind="vector" | "list") | Mapping(kind="vector" | "list"):
            return True
        case Instance(type=kind):
            return kind in _R_PLAIN
    return False


def _by_element(machine: Machine, sign: str, contents: list[Value], span: Span, frame: Frame) -> Value:
    """R: an operator on vectors, element by element, the shorter one over again; names stay."""
    rows = [_elements(each) for each in contents]
    length = max(len(row or ()) for row in rows)
    if sign == ":" or any(not row or length % len(row) for row in rows):
        return Unknown("it is computed", span, foreign=True)
    known = [row for row in rows if row]
    made = [operate(machine, sign, [row[index % len(row)] for row in known], span, frame) for index in range(length)]
    for each in contents:
        if isinstance(each, Mapping) and len(each.slots) == length:
            named: dict[Key, Slot] = {key: Slot(value) for key, value in zip(each.slots, made, strict=True)}
            return Mapping(named, None, "vector", span)
    return made[0] if len(made) == 1 else Sequence(tuple(made), "vector")


def _elements(value: Value) -> tuple[Value, ...] | None:
    """All elements of a vector of R's; None if they are not known one by one."""
    match value:
        case Sequence(kind="vector", items=items, complete=True):
            return items
        case Mapping(kind="vector", slots=slots, stop=None) if all(slot.always for slot in slots.values()):
            return tuple(slot.value for slot in slots.values())
        case Known(value=plain) if plain is not None:
            return (value,)
        case Template() | Instance(fields={"length": Known(value=1)}):
            return (value,)
    return None


def _equal(left: Known, right: Known) -> bool:
    return bool(left.value == right.value) and isinstance(left.value, str) == isinstance(right.value, str)


def _binary(machine: Machine, sign: str, left: Value, right: Value, span: Span, frame: Frame) -> Value:
    r = frame.scope.prelude == "base"
    match sign, left, right:
        case "/", (Known(value=PurePosixPath()) | Template(path=True)), _:
            return joined([left, right], span)
        case "/", _, (Known(value=PurePosixPath()) | Template(path=True)):
            return joined([left, right], span)
        case "+", _, _ if not r and (is_text(left) or is_text(right)):
            if is_text(left) and is_text(right) or isinstance(left, Unknown) or isinstance(right, Unknown):
                return concatenate([left, right], span)
        case "%", Known(value=str() as pattern), _ if not r:
            if isinstance(right, Mapping):
                return Instance("str")
            several: list[Value] = (
                list(right.items) if isinstance(right, Sequence) and right.kind == "tuple" else [right]
            )
            return product(several, lambda chosen: percent(pattern, chosen, span))
        case "%", (Template() | Instance(type="str")), _ if not r:
            return Instance("str")
        case "+", Sequence(), Sequence() if not r and left.kind == right.kind:
            return left.followed_by(right.items, right.complete, right.behind)
        case "*", Sequence(items=items), Known(value=int() as times) if (
            not r and left.complete and len(items) * times < 1000
        ):
            return left._replace(items=items * times)
        case "<=" | "<" | ">=" | ">", _, _ if not r and (_is_set(left) or _is_set(right)):
            return _subset(machine, sign, left, right, span)
        case "==" | "!=", _, _ if not r and _is_set(left) and _is_set(right):
            return _subset(machine, sign, left, right, span)
        case _, (Sequence() | Mapping()), (Sequence() | Mapping()) if not r and sign in _COMPARE:
            return _collections(machine, sign, left, right, span)
        case "|", Mapping(), Mapping():
            return update(left, right)
        case "|", Mapping(kind="dict"), Unknown() if not r:
            return update(left, Mapping({}, right))
        case "|", Unknown(), Mapping(kind="dict") if not r:
            return right._replace(stop=least_known(right.stop, left))
        case "-" | "&" | "^", _, _ if not r and _is_set(left) and _is_set(right):
            return _of_sets(machine, sign, left, right, span)
        case "|", Sequence(kind="set"), Sequence():
            extra = tuple(each for each in right.items if each not in left.items)
            return left._replace(items=left.items + extra, complete=left.complete and right.complete)
        case ":", Known(value=int() | float() as start), Known(value=int() | float() as end) if abs(end - start) < 1000:
            step = 1 if end >= start else -1
            numbers = [start + step * index for index in range(int(abs(end - start)) + 1)]
            places = tuple(Known(int(n) if float(n).is_integer() else n) for n in numbers)
            return places[0] if len(places) == 1 else Sequence(places, "vector")
        case _, Known(value=one), Known(value=other) if not isinstance(one, ir.Missing) and not isinstance(
            other, ir.Missing
        ):
            return _constants(sign, one, other, span, r)
    if r and sign in (*_COMPARE, "+", "-", "*", "/"):
        missing = _missing(sign, left, right, span)
        if missing is not None:
            return missing
    return _typed(sign, left, right, span, r)


def _collections(machine: Machine, sign: str, left: Value, right: Value, span: Span) -> Value:
    """How two lists, tuples or dictionaries compare, if all that they hold is known."""
    try:
        return Known(bool(_COMPARE[sign](plain(machine, left), plain(machine, right))), span)
    except (Open, TypeError):
        return _BOOL


def _missing(sign: str, left: Value, right: Value, span: Span) -> Value | None:
    """R's NA, where one side is NA and the other a constant."""
    match left, right:
        case Known(value=one), Known(value=other) if isinstance(one, ir.Missing) or isinstance(other, ir.Missing):
            kinds = [each.kind if isinstance(each, ir.Missing) else type(each).__name__ for each in (one, other)]
            if "NoneType" in kinds:
                return None
            if sign in _COMPARE:
                return Known(ir.Missing("logical"), span)
            if {"str", "character"} & set(kinds):
                return None
            return Known(ir.Missing("real" if sign == "/" or {"real", "float"} & set(kinds) else "integer"), span)
    return None


def _is_set(value: Value) -> bool:
    return (
        isinstance(value, Sequence) and value.kind == "set" or isinstance(value, Instance) and value.type == "dict_keys"
    )


def _subset(machine: Machine, sign: str, left: Value, right: Value, span: Span) -> Value:
    """How one set lies in another, or equals it, if all that they hold is known."""
    held = [_all_held(machine, value, span) for value in (left, right)]
    if held[0] is None or held[1] is None:
        return _BOOL
    return Known(bool(_COMPARE[sign](set(held[0]), set(held[1]))), span)


def _of_sets(machine: Machine, sign: str, left: Value, right: Value, span: Span) -> Value:
    """The set that two make, if all that they hold is known."""
    held = [_all_held(machine, value, span) for value in (left, right)]
    if held[0] is None or held[1] is None:
        return Sequence((), "set", complete=False)
    both = {**held[0], **held[1]}
    kept = _COMPUTE[sign](set(held[0]), set(held[1]))
    return Sequence(tuple(value for plain, value in both.items() if plain in kept), "set")


def _all_held(machine: Machine, value: Value, span: Span) -> dict[object, Value] | None:
    """The elements of a set by themselves, if all are known."""
    items, complete = elements(machine, value, span)
    known = {item.value: item for item in items if isinstance(item, Known)}
    return dict(known) if complete and all(isinstance(item, Known) for item in items) else None


def _constants(sign: str, one: Any, other: Any, span: Span, r: bool) -> Value:
    try:
        if sign in _COMPARE:
            if r and (isinstance(one, str) != isinstance(other, str) or one != one or other != other):
                return _R_BOOL
            return Known(bool(_COMPARE[sign](one, other)), span) if one is not None or not r else Sequence((), "vector")
        if sign == "**" and (abs(one) > 10_000 or abs(other) > 100):
            return Instance("r:numeric" if r else "int" if isinstance(one, int) and isinstance(other, int) else "float")
        if sign == "*" and isinstance(one, str | int) and isinstance(other, str | int) and _too_long(one, other):
            return Instance("str")
        if sign in _COMPUTE and not (
            r and (isinstance(one, str) or isinstance(other, str) or one is None or other is None)
        ):
            if r and sign in ("&", "|"):
                return Known(bool(one) and bool(other) if sign == "&" else bool(one) or bool(other), span)
            if r and sign in ("/", "**"):
                one, other = float(one), float(other)
            return Known(_COMPUTE[sign](one, other), span)
    except (TypeError, ValueError, ArithmeticError):
        pass
    return Unknown("it is computed", span, foreign=True)


def _too_long(one: str | int, other: str | int) -> bool:
    size = len(one) if isinstance(one, str) else 1
    times = other if isinstance(other, int) else 1
    return isinstance(one, str) and size * max(times, 0) > _MOST_TEXT or isinstance(other, str)


_PLAIN: Final = ("int", "float", "str", "bool")
_R_PLAIN: Final = ("r:integer", "r:numeric", "r:character", "r:logical")


def type_of(value: Value) -> str | None:
    """The name of a plain value's type (`int`, `str`, `NoneType`, …), or an `Instance`'s; None if it is not known."""
    match value:
        case Known(value=plain):
            return type(plain).__name__
        case Template(path=False):
            return "str"
        case Instance(type=kind):
            return kind
    return None


def _typed(sign: str, left: Value, right: Value, span: Span, r: bool) -> Value:
    """What can be told of the result from the operands' types."""
    one, other = type_of(left), type_of(right)
    unknown = Unknown("it is computed", span, foreign=True)
    if not r and sign in ("==", "!=") and all(_is_pythons_own(each) for each in (left, right)):
        return _BOOL
    for kind in (one, other):
        if kind in OPERATORS:
            found = OPERATORS[kind](sign, left, right)
            if found is not None:
                return found
    if one is None or other is None:
        return unknown
    if r:
        if sign in _COMPARE and {one, other} <= {*_R_PLAIN, *_PLAIN}:
            return _R_BOOL
        return unknown
    arrays = [each for each in (one, other) if each.startswith(("numpy.", "pandas."))]
    if arrays:
        scalars = all(each.startswith("numpy.") and each != "numpy.ndarray" for each in arrays)
        if sign in _COMPARE and scalars and {one, other} - set(arrays) <= {"int", "float", "bool"}:
            return Instance("numpy.bool")
        return unknown
    if sign in _COMPARE:
        same = {one, other} <= {"int", "float", "bool"} or one == other and one in (*_PLAIN, "NoneType")
        return _BOOL if same or (sign in ("==", "!=") and {one, other} <= {*_PLAIN, "NoneType"}) else unknown
    numbers = {one, other} <= {"int", "float", "bool"}
    if numbers and sign == "/":
        return Instance("float")
    if numbers and sign in ("+", "-", "*", "//", "%"):
        return Instance("float" if "float" in (one, other) else "int")
    return unknown


def _is_pythons_own(value: Value) -> bool:
    """Whether Python itself compares it, and so gives a plain bool."""
    match value:
        case Known() | Template() | Sequence(kind="list" | "tuple" | "set") | Mapping(kind="dict"):
            return True
        case Instance(type=kind):
            return kind in (*_PLAIN, "range", "dict_keys")
    return False


_HIDDEN: Final = Unknown("what is merged into it may have another value", foreign=True)


def update(left: Mapping, right: Mapping) -> Mapping:
    """The mapping that has all of both, the right one's where both have a key."""
    slots = dict(left.slots)
    if right.stop is not None:  # it may have any key, and then it is that one's value that counts
        others = [key for key in right.slots if is_unknown_key(key)] if right.told_by_value else None
        slots = {key: slot if _differ(key, others) else slot._replace(value=_HIDDEN) for key, slot in slots.items()}
    for key, slot in right.slots.items():
        old = slots.get(key)
        if old is not None and not slot.always:
            slot = Slot(join([old.value, slot.value]), old.always, slot.span)
        slots[key] = slot
    return left._replace(slots=slots, stop=least_known(left.stop, right.stop))


def _differ(key: Key, others: list[Key] | None) -> bool:
    """Whether a key is certainly none of some others, of which only parts are known."""
    if others is None or isinstance(key, tuple):
        return False
    return all(cannot_equal(other, Known(key)) for other in others)
