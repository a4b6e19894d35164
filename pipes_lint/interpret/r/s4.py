"""S4: R's formal classes, whose objects have slots, and functions that choose a method by the classes of arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from ... import ir
from ...records import NamedTuple
from ...values import Closure, Instance, Known, Mapping, Sequence, Slot, Unknown, Value
from ..calls import arguments
from ..machine import CALLS, ITEMS, NONE, SET_ITEM, SPECIAL, Arg, Args, Frame, Machine, library
from .any_method import any_of
from .classes import dispatched
from .reference_classes import of_name
from .values import computed, initial, named, parts, plain_texts, some, take

_GENERATOR: Final = "r:S4generator"
OBJECT: Final = "r:S4"
_GENERIC: Final = "r:function.S4generic"
_MOST_PARENTS: Final = 8


class Class(NamedTuple):
    """A class as `setClass` declares it: its slots with their types, what they are at first, its parents."""

    name: str
    slots: dict[str, str]
    prototype: dict[str, Value]
    parents: tuple[str, ...]
    validity: Value | None


class Method(NamedTuple):
    """A method with the classes that it is for, one for each of the first parameters."""

    signature: tuple[str, ...]
    function: Value


class Defined:
    """All that a program has defined so far."""

    def __init__(self) -> None:
        self.classes: dict[str, Class] = {}
        self.methods: dict[str, list[Method]] = {}


def defined(machine: Machine) -> Defined:
    found: Defined = machine.roles.setdefault("S4", Defined())
    return found


# --- Classes --------------------------------------------------------------------------------------------------------


@library("base.representation", "base.prototype", "base.signature")
def representation(machine: Machine, args: Args) -> Value:
    pairs = [(arg.name, machine.content(arg.value)) for arg in args.items]
    return computed(args) if args.loose else named(pairs, "list", args.span)


@library("base.setClass")
def set_class(machine: Machine, args: Args) -> Value:
    taken = take(args, "Class", "representation", "prototype", "contains", "validity", "access", "where", "version",
                 "sealed", "package", "S3methods", "slots")  # fmt: skip
    name = taken.known("Class")
    given = taken.get("representation") or taken.get("slots") or NONE
    slots = _pairs(machine, given, args)
    prototype = _pairs(machine, taken.get("prototype") or NONE, args)
    parents = plain_texts(machine, taken.get("contains") or NONE, args.span)
    if not isinstance(name, str) or slots is None or prototype is None or parents is None or machine.path:
        machine.gap("a class is made of what is not known", args.span)
        return computed(args, "a class is made of what is not known")
    types = {slot: str(kind.value) if isinstance(kind, Known) else "ANY" for slot, kind in slots.items() if slot}
    virtual = [str(kind.value) for slot, kind in slots.items() if not slot and isinstance(kind, Known)]
    above = tuple(each for each in (*parents, *virtual) if each != "VIRTUAL")
    defined(machine).classes[name] = Class(name, types, prototype, above, taken.get("validity"))
    return Instance(_GENERATOR, {"name": Known(name)}, span=args.span)


def _pairs(machine: Machine, value: Value, args: Args) -> dict[str, Value] | None:
    """What is declared by name; a vector of names declares slots of any type."""
    found = parts(machine, value, args.span)
    if found is None:
        return None
    if found and all(name is None for name, _ in found):
        names = plain_texts(machine, value, args.span)
        return None if names is None else dict.fromkeys(names, Known("ANY"))
    return {name or "": each for name, each in found}


def _line(machine: Machine, name: str) -> list[str]:
    """A class and all that it inherits from, the nearest first."""
    found, queue = [name], [name]
    for each in queue:
        known = defined(machine).classes.get(each)
        for parent in known.parents if known and len(queue) < _MOST_PARENTS else ():
            if parent not in found:
                found.append(parent)
                queue.append(parent)
    return found


@library("base.new")
def new(machine: Machine, args: Args) -> Value:
    name = machine.content(args.items[0].value) if args.items else NONE
    return _new(machine, str(getattr(name, "value", "")), args._replace(items=args.items[1:]))


CALLS[_GENERATOR] = lambda machine, class_, args: _new(machine, str(getattr(class_.fields["name"], "value", "")), args)


def _new(machine: Machine, name: str, args: Args) -> Value:
    known = defined(machine).classes
    line = [known[each] for each in _line(machine, name) if each in known]
    if name not in known:
        found = of_name(machine, name, args)
        if found is None:
            machine.gap("an object of a class that cannot be seen", args.span)
        return found or computed(args, "an object of a class that cannot be seen")
    slots: dict[str, Value] = {}
    for each in reversed(line):
        slots.update({slot: initial(kind) for slot, kind in each.slots.items()})
        slots.update(each.prototype)
    names = tuple(Known(each) for each in _line(machine, name))
    made = Instance(OBJECT, {"class": Sequence(names, "vector"), "slots": _held(slots)}, span=args.span)
    methods = list(_applicable(machine, "initialize", [made]))
    return _initialized(machine, methods, made, args)


def _held(slots: dict[str, Value]) -> Mapping:
    return Mapping({name: Slot(value) for name, value in slots.items()}, None, "list")


def _slots(made: Instance) -> dict[str, Value]:
    held = made.fields["slots"]
    return {str(name): slot.value for name, slot in held.slots.items()} if isinstance(held, Mapping) else {}


def _initialized(machine: Machine, methods: list[Method], made: Instance, args: Args) -> Value:
    """Runs the nearest `initialize`, or does what R's own does: named arguments are slots."""
    if methods:
        given = args._replace(items=(Arg(made, args.span, ".Object"), *args.items))
        left = partial(_next_initialize, machine, methods[1:])
        machine.dispatched = _Chosen("initialize", tuple(methods[1:]), given, left)
        return machine.call(methods[0].function, given)
    slots = _slots(made)
    for arg in args.items:
        value = machine.promised(arg.value)
        if arg.name is not None:
            slots[arg.name] = value
        elif isinstance(value, Instance) and value.type == OBJECT:
            slots.update(_slots(value))
        else:
            machine.gap("what an object is made with is not known", args.span)
    made = made._replace(fields={**made.fields, "slots": _held(slots)})
    if args.items:
        _validate(machine, made, args)
    return made


def _next_initialize(machine: Machine, methods: list[Method], args: Args) -> Value:
    first, *rest = args.items
    made = machine.promised(first.value)
    if not isinstance(made, Instance) or made.type != OBJECT:
        return machine.gap("what is initialized is not known", args.span)
    return _initialized(machine, methods, made, args._replace(items=tuple(rest)))


def _validate(machine: Machine, made: Instance, args: Args) -> Value:
    """Asks each class of the object's line, the farthest first; a text that comes back stops the script."""
    known = defined(machine).classes
    for name in reversed(_line(machine, _own_name(made))):
        asked = known[name].validity if name in known else None
        if asked is not None:
            answer = machine.invoke(asked, [made], args.span, args.frame)
            if isinstance(answer, Known) and isinstance(answer.value, str):
                return machine.leave("raise", NONE, failing=True)
    return Known(True, args.span)


def _own_name(made: Instance) -> str:
    match made.fields["class"]:
        case Sequence(items=(Known(value=str() as name), *_)):
            return name
    return ""


@library("base.validObject")
def valid_object(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else NONE
    return _validate(machine, value, args) if isinstance(value, Instance) and value.type == OBJECT else computed(args)


@library("base.setValidity")
def set_validity(machine: Machine, args: Args) -> Value:
    name = machine.content(args.positional[0]) if args.positional else NONE
    known = defined(machine).classes.get(str(getattr(name, "value", "")))
    if known is None or len(args.positional) != 2:
        return machine.gap("which class is validated is not known", args.span)
    defined(machine).classes[known.name] = known._replace(validity=args.positional[1])
    return Instance(_GENERATOR, {"name": Known(known.name)})


@library("base.setClassUnion")
def set_union(machine: Machine, args: Args) -> Value:
    """A class of several: each of them inherits from it."""
    taken = take(args, "name", "members", "where")
    name, members = taken.known("name"), plain_texts(machine, taken.get("members") or NONE, args.span)
    if not isinstance(name, str) or members is None:
        return machine.gap("which classes are one is not known", args.span)
    known = defined(machine).classes
    known[name] = Class(name, {}, {}, (), None)
    for each in members:
        before = known.get(each) or Class(each, {}, {}, (), None)
        known[each] = before._replace(parents=(*before.parents, name))
    return Instance(_GENERATOR, {"name": Known(name)})


def _slot(machine: Machine, made: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    return _slots(made).get(str(getattr(key, "value", ""))) or Unknown("it is a slot that is not known", node.span)


def _with_slot(machine: Machine, made: Instance, key: Value, value: Value) -> Instance:
    slots = {**_slots(made), str(getattr(key, "value", "")): value}
    return made._replace(fields={**made.fields, "slots": _held(slots)})


ITEMS[OBJECT] = _slot
SET_ITEM[OBJECT] = _with_slot


@library("base.slot")
def slot(machine: Machine, args: Args) -> Value:
    value = machine.content(args.positional[0]) if args.positional else NONE
    if not isinstance(value, Instance) or value.type != OBJECT or len(args.positional) != 2:
        return computed(args)
    return _slots(value).get(str(getattr(args.positional[1], "value", ""))) or computed(args)


# --- Methods --------------------------------------------------------------------------------------------------------


class _Chosen(NamedTuple):
    """How a method came to be run: those behind it, with what it was called, and what comes behind them all."""

    generic: str
    left: tuple[Method, ...]
    args: Args
    last: Callable[[Args], Value]


def _set_generic(machine: Machine, args: Args) -> Value:
    taken = take(args, "name", "def", "where", "package", "valueClass", "useAsDefault", "genericFunction",
                 "simpleInheritanceOnly", "signature")  # fmt: skip
    name, function = taken.known("name"), taken.get("def")
    if not isinstance(name, str) or taken.get("signature") is not None or machine.path:
        return machine.gap("which function is made generic is not known", args.span)
    defined(machine).methods.setdefault(name, [])
    if isinstance(function, Closure):
        machine.bind(name, function, args.frame.module)
    elif (before := machine.find(name, args.frame)) is not None:
        _make_generic(machine, name, before, args.frame.module)
    return Known(name, args.span)


library("base.setGeneric")(_set_generic)


def _make_generic(machine: Machine, name: str, before: Value, frame: Frame) -> None:
    """A function of the project's becomes what is run if no method fits."""
    if isinstance(before, Closure) and not _asks_standard(before.code.body, name):
        defined(machine).methods.setdefault(name, []).append(Method((), before))
        machine.bind(name, Instance(_GENERIC, {"name": Known(name), "default": before}), frame)


def _asks_standard(node: object, name: str) -> bool:
    match node:
        case ir.Call(function=ir.Name(name="standardGeneric")):
            return True
    return isinstance(node, tuple) and any(_asks_standard(part, name) for part in node)


def _set_method(machine: Machine, args: Args) -> Value:
    taken = take(args, "f", "signature", "definition", "where", "valueClass", "sealed")
    name, function = taken.known("f"), taken.get("definition")
    found = parts(machine, taken.get("signature") or NONE, args.span)
    if not isinstance(name, str) or function is None or found is None or machine.path:
        return machine.gap("which method is set is not known", args.span)
    if any(not isinstance(each, Known) or not isinstance(each.value, str) for _, each in found):
        return machine.gap("for which classes a method is set is not known", args.span)
    before = machine.find(name, args.frame)
    if name not in defined(machine).methods and before is not None:
        _make_generic(machine, name, before, args.frame.module)
    signature = _aligned([(label, str(each.value)) for label, each in found if isinstance(each, Known)], function)
    machine.methods.setdefault(name, set())
    methods = defined(machine).methods.setdefault(name, [])
    methods[:] = [each for each in methods if each.signature != signature]
    methods.append(Method(signature, function))
    return Known(name, args.span)


def _aligned(found: list[tuple[str | None, str]], function: Value) -> tuple[str, ...]:
    """The classes by the places of the parameters; those that are not named may be any."""
    if not any(label for label, _ in found):
        return tuple(kind for _, kind in found)
    names = [each.name for each in function.code.parameters] if isinstance(function, Closure) else []
    by_name = {label: kind for label, kind in found if label}
    last = max((names.index(label) for label in by_name if label in names), default=-1)
    return tuple(by_name.get(name, "ANY") for name in names[: last + 1])


library("base.setMethod", "base.setReplaceMethod")(_set_method)


def _kinds(machine: Machine, value: Value | None) -> list[str] | None:
    """The classes of an argument, the nearest first; None if they are not known."""
    if value is None:
        return ["missing", "ANY"]
    found = dispatched(machine, value)
    if found is None or found.perhaps:
        return None
    line = [each for name in found.certain for each in _line(machine, name) if name != "double"]
    return [*dict.fromkeys(line), "ANY"]


def _applicable(machine: Machine, generic: str, values: list[Value | None]) -> Iterator[Method]:
    """The methods that fit arguments, the nearest first. Raises `LookupError` where that cannot be told."""
    ranked = []
    for number, method in enumerate(defined(machine).methods.get(generic, ())):
        distance = 0
        for index, wanted in enumerate(method.signature):
            kinds = _kinds(machine, values[index] if index < len(values) else None)
            if wanted != "ANY" and kinds is None:
                raise LookupError(generic)
            if kinds is not None and wanted not in kinds:
                break
            distance += kinds.index(wanted) if kinds is not None else 0
        else:
            ranked.append((distance, -len(method.signature), number, method))
    yield from (method for *_, method in sorted(ranked, key=lambda each: each[:3]))


def run_method(
    machine: Machine, generic: str, values: list[Value | None], args: Args, last: Callable[[Args], Value] | None
) -> Value | None:
    """Runs the nearest method for these arguments; None if none fits and R has nothing of its own to do."""
    try:
        methods = list(_applicable(machine, generic, values))
    except LookupError:
        every = [each.function for each in defined(machine).methods[generic]]
        return any_of(machine, generic, [*every], args, None if last is None else partial(last, args))
    if not methods:
        return None
    behind = last or computed
    machine.dispatched = _Chosen(generic, tuple(methods[1:]), args, behind)
    try:
        return machine.call(methods[0].function, args)
    finally:
        machine.dispatched = None


def _standard_generic(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    function: Frame | None = frame
    while function is not None and function.args is None:
        function = function.parent
    name = machine.content(machine.eval(node.arguments[0].value, frame)) if node.arguments else NONE
    if function is None or function.args is None or function.closure is None or not isinstance(name, Known):
        return machine.gap("which method is run is not known", node.span)
    values = [
        machine.find(each.name, function) if each.name in function.given else None
        for each in function.closure.code.parameters
        if each.kind == "plain"
    ]
    found = run_method(machine, str(name.value), values, function.args, None)
    return machine.gap(f"no method of `{name.value}` fits", node.span) if found is None else found


SPECIAL["base.standardGeneric"] = _standard_generic


def _call_generic(machine: Machine, function: Instance, args: Args) -> Value:
    """A function of the project's that `setMethod` has made generic."""
    name, default = str(getattr(function.fields["name"], "value", "")), function.fields["default"]
    args = machine.worked_out(args)
    places = [each.name for each in default.code.parameters] if isinstance(default, Closure) else []
    taken = take(args, *places)
    found = run_method(machine, name, [taken.get(each) for each in places if each != "..."], args, None)
    return machine.call(default, args) if found is None else found


CALLS[_GENERIC] = _call_generic


def _call_next(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """The method behind the one that is being run: with what is given, or with the parameters as they are now."""
    function: Frame | None = frame
    while function is not None and function.args is None:
        function = function.parent
    how = function.dispatched if function is not None else None
    if not isinstance(how, _Chosen) or function is None or function.closure is None:
        return machine.gap("which method comes next is not known", node.span)
    if node.arguments:
        args = arguments(machine, node, frame)
    else:
        items = [
            Arg(machine.find(each.name, function) or NONE, node.span, each.name)
            for each in function.closure.code.parameters
            if each.name in function.given
        ]
        dots = machine.find("...", function)
        slots = dots.slots.items() if isinstance(dots, Mapping) else ()
        items += [Arg(held.value, node.span, key if isinstance(key, str) else None) for key, held in slots]
        args = machine.worked_out(how.args._replace(items=tuple(items), span=node.span))
    if how.generic == "initialize" or not how.left:
        return how.last(args)
    machine.dispatched = _Chosen(how.generic, how.left[1:], args, how.last)
    try:
        return machine.call(how.left[0].function, args)
    finally:
        machine.dispatched = None


SPECIAL["base.callNextMethod"] = _call_next


@library("base.isVirtualClass", "base.existsMethod", "base.hasMethod", "base.isGeneric", "base.is.object")
def asked(machine: Machine, args: Args) -> Value:
    return some("logical", whole=True)
