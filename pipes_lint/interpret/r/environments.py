"""R's variables and environments by name, and what the surroundings of a run give it."""

from __future__ import annotations

from ... import ir
from ...values import (
    Instance,
    Known,
    Mapping,
    Reference,
    Sequence,
    Slot,
    Symbol,
    Unknown,
    Value,
    join,
)
from ..machine import CONTAINS, MAPPINGS, NONE, SPECIAL, Arg, Args, Frame, Machine, library
from ..symbols import r_symbol
from ..told_by_launch import command_line, variable_asked
from .elements import classed
from .names import set_names
from .regex import regex
from .values import computed, is_list, named, plain_texts, some, take, texts

# --- Variables and environments -------------------------------------------------------------------------------------


@library("base.new.env", "base.env", "base.new_environment", "base.list2env", "base.as.environment", "base.emptyenv")
def new_env(machine: Machine, args: Args) -> Value:
    """An environment changes in place, as a Python object does."""
    given = args.positional[0] if args.positional else None
    content = machine.content(given) if given is not None else NONE
    if isinstance(given, Reference):
        return given
    if isinstance(content, Instance) and content.type in MAPPINGS:
        content = MAPPINGS[content.type](machine, content, args.span)
    if isinstance(content, Mapping):
        return machine.allocate(Mapping(dict(content.slots), content.stop, "list"))
    stop = Unknown("an environment made of something unknown", args.span) if isinstance(content, Unknown) else None
    return machine.allocate(Mapping({}, stop, "list"))


@library("base.environment", "base.current_env")
def environment(machine: Machine, args: Args) -> Value:
    if args.items:
        return computed(args, "an environment")
    return Instance("r:environment", {"frame": Known(args.frame.ident)}, span=args.span)


@library("base.globalenv", "base.global_env")
def globalenv(machine: Machine, args: Args) -> Value:
    return Instance("r:environment", {"frame": Known(args.frame.module.ident)}, span=args.span)


library(
    "base.parent.frame", "base.sys.function", "base.parent.env", "base.sys.frame", "base.caller_env", "base.topenv"
)(lambda machine, args: computed(args, "an environment"))


def _frame_of(machine: Machine, where: Value | None, frame: Frame) -> Frame | None:
    """The frame that an environment stands for; None if it is none that is known."""
    if where is None:
        return frame
    match where:
        case Instance(type="r:environment", fields={"frame": Known(value=int() as ident)}):
            return machine.frames.get(ident)
        case Symbol(name="base..GlobalEnv"):
            return frame.module
    return None


@library("base.assign")
def assign_by_name(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "value", "pos", "envir", "inherits", "immediate")
    name, value = taken.known("x"), taken.get("value") or NONE
    where = taken.get("envir") or taken.get("pos")
    if isinstance(where, Reference):
        content = machine.content(where)
        if isinstance(content, Mapping) and isinstance(name, str):
            slots = {**content.slots, name: Slot(value, True, args.span)}
            machine.store.write(where.ident, content._replace(slots=slots))
        elif isinstance(content, Mapping):
            stop = content.stop or Unknown("a name that is not known is set here", args.span)
            machine.store.write(where.ident, content._replace(stop=stop))
        return value
    frame = _frame_of(machine, where, args.frame)
    if frame is None or not isinstance(name, str):
        machine.gap("which variable `assign()` sets is not known", args.span)
    else:
        machine.bind(name, value, frame)
    return value


@library("base.get", "base.get0", "base.dynGet")
def get(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "envir", "mode", "inherits", "ifnotfound")
    found = variable(machine, args, taken.known("x"), taken.get("envir"))
    if found is not None:
        return found
    if (default := taken.get("ifnotfound")) is not None and taken.get("envir") is None:
        return join([default, computed(args)])
    name = taken.known("x")
    if taken.get("envir") is None and isinstance(name, str) and taken.known("mode") == "function":
        return r_symbol(f"base.{name}")
    return computed(args, "it is a variable got by its name")


def variable(machine: Machine, args: Args, name: object, where: Value | None) -> Value | None:
    """What a variable is, looked for where the call says; None if it is not found there."""
    if not isinstance(name, str):
        return None
    content = machine.content(where) if where is not None else None
    if isinstance(content, Mapping):
        slot = content.slots.get(name)
        return slot.value if slot and slot.always else None
    frame = _frame_of(machine, where, args.frame)
    return machine.find(name, frame) if frame else None


def _delayed(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """`delayedAssign("name", expression)`: a variable that is worked out when it is first read."""
    given = [each.value for each in node.arguments if each.name in (None, "x", "value")]
    name = machine.eval(given[0], frame) if given else NONE
    if len(given) != 2 or len(given) < len(node.arguments) or not isinstance(name, Known):
        for argument in node.arguments[1:]:
            machine.eval(argument.value, frame)
        machine.gap("where a variable is set is not known", node.span)
    else:
        machine.bind(str(name.value), machine.promise(given[1], frame), frame)
    return NONE


SPECIAL["base.delayedAssign"] = _delayed


@library("base.ls", "base.objects")
def variables(machine: Machine, args: Args) -> Value:
    """The names of an environment's variables, by default those where it is called, in the order of the alphabet."""
    taken = take(args, "name", "pos", "envir", "all.names", "pattern", "sorted")
    where = taken.get("name") or taken.get("envir")
    content = machine.content(where) if where is not None else None
    frame = _frame_of(machine, where, args.frame)
    pattern = taken.known("pattern")
    found = regex(pattern, fixed=False, ignore_case=False, perl=False) if isinstance(pattern, str) else None
    names: list[str] = []
    if isinstance(content, Mapping) and content.complete and all(slot.always for slot in content.slots.values()):
        names = [str(key) for key in content.slots]
    elif frame is not None and not machine.gaps:
        names = [str(cell[1]) for cell in machine.store.cells if isinstance(cell, tuple) and cell[0] == frame.ident]
        names = [name for name in names if not name.startswith((".", "__"))]
    else:
        return some("character", single=False)
    if (pattern is not None and found is None) or taken.get("all.names") is not None or taken.loose:
        return some("character", single=False)
    chosen = [name for name in names if not name.startswith(".") and (found is None or found.search(name))]
    return texts([Known(name) for name in sorted(chosen)], args.span)


@library("base.mget")
def mget(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "envir")
    wanted = plain_texts(machine, taken.get("x") or NONE, args.span)
    found = [(name, variable(machine, args, name, taken.get("envir"))) for name in wanted or ()]
    if wanted is None or any(value is None for _, value in found):
        return computed(args)
    return named([(name, value) for name, value in found if value is not None], "list", args.span)


@library("base.exists", "base.env_has")
def exists(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "where", "envir", "frame", "mode", "inherits")
    where = taken.get("envir") or taken.get("where")
    name = taken.known("x")
    found = variable(machine, args, name, where)
    machine.excuse(found or NONE)
    if found is not None and taken.get("mode") is None:
        return Known(True, args.span)
    content = machine.content(where) if where is not None else None
    if isinstance(content, Instance) and content.type in CONTAINS and isinstance(name, str):
        there = CONTAINS[content.type](machine, content, Known(name, args.span), args.span)
        return some("logical", whole=True) if there is None else Known(there, args.span)
    if isinstance(content, Mapping) and content.complete and isinstance(name, str) and name not in content.slots:
        return Known(False, args.span) if taken.known("inherits", True) is False else some("logical", whole=True)
    return some("logical", whole=True)


@library("base.commandArgs")
def command_args(machine: Machine, args: Args) -> Value:
    """What the launch passes behind the script's name."""
    passed = command_line(machine)
    if take(args, "trailingOnly").known("trailingOnly", False) is not True or passed is None:
        return Sequence((), "vector", complete=False, span=args.span)
    return texts(passed.items[1:], args.span)


@library("base.interactive", "base.is_interactive")
def interactive(machine: Machine, args: Args) -> Value:
    return Known(False, args.span) if machine.roles.get("session") else some("logical", whole=True)


@library("base.Sys.getenv")
def getenv(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "unset", "names")
    unset = taken.get("unset")
    if unset is not None and not (isinstance(unset, Known) and isinstance(unset.value, str)):
        return computed(args, "it is a variable of the environment")
    name = taken.get("x")
    single = isinstance(name, Known) and isinstance(name.value, str)
    passed = machine.roles.get("env")
    if isinstance(name, Known) and isinstance(name.value, str):
        variable_asked(machine, name.value)
    if isinstance(passed, Mapping) and isinstance(name, Known) and isinstance(name.value, str):
        slot: Slot | None = passed.slots.get(name.value)
        if slot is not None and slot.always:
            return slot.value
    return some("character", whole=single, single=single)


@library("base.structure")
def structure(machine: Machine, args: Args) -> Value:
    """The object with attributes, of which only its names and its class matter here."""
    taken = take(args, ".Data", "...")
    value = taken.get(".Data") or NONE
    for arg in taken.rest:
        match arg.name:
            case "names":
                value = set_names(
                    machine, Args((Arg(value, args.span), Arg(arg.value, args.span)), args.span, args.span, args.frame)
                )
            case "class" | ".S3Class":
                value = classed(machine, value, arg.value, args)
            case "dim" | "levels" | "tzone" | "units" | None:
                if not is_list(machine.content(value)) and not isinstance(value, Reference):
                    return computed(args)
    return value
