"""S3: which function is run for an object, by its class: `UseMethod`, `NextMethod`, and R's own generic functions.

Where the class of an object is not known, any method of the project's may be run. What these would report is then not
known to be reported, nor that nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from ... import ir
from ...records import NamedTuple
from ...source import Span
from ...values import Closure, Instance, Known, Mapping, OneOf, Reference, Sequence, Unknown, Value, options
from ..machine import DISPATCH, GENERIC, LIBRARY, NONE, SPECIAL, Arg, Args, Frame, Machine
from . import s4
from .any_method import any_of
from .classes import Classes, dispatched, with_classes
from .reference_classes import shown
from .values import is_function

_OF_CLOSURES: Final = frozenset(
    "print format summary toString mean median quantile head tail unique rev sort all.equal seq merge plot update "
    "predict anova within with by aggregate subset transform split cut diff duplicated as.list as.data.frame as.Date "
    "as.POSIXct t labels levels scale solve str coef residuals fitted nobs vcov confint logLik simulate droplevels "
    "as.function as.matrix as.table barplot hist lines points text image weighted.mean xtfrm row.names julian months "
    "weekdays quarters truncate open close flush seek range rowsum stack unstack reorder relevel kernel window".split()
)
"""R's generic functions that look for a method whatever they are given."""
_ARITHMETIC: Final = frozenset("+ - * / ^ %% %/% == != < <= > >= & | !".split())
_MATHEMATICS: Final = frozenset(
    "abs sign sqrt floor ceiling trunc round signif exp log expm1 log1p log2 log10 cos sin tan cumsum cumprod cummax "
    "cummin".split()
)
_SUMMARIES: Final = frozenset("all any sum prod max min range".split())
_OF_OBJECTS: Final = frozenset(
    "[ [[ $ [<- [[<- $<- length length<- lengths dim dim<- names names<- levels<- c unlist cbind rbind as.vector "
    "as.character as.double as.numeric as.integer as.environment as.logical is.na is.numeric rep anyNA".split()
) | (_ARITHMETIC | _MATHEMATICS | _SUMMARIES)
"""Those that do so for what has a class attribute only."""


class Dispatched(NamedTuple):
    """How a method came to be run: what is left of the classes behind its own, and with what it was called."""

    generic: str
    left: Classes
    args: Args
    places: tuple[Frame, ...]
    """Where methods are looked for."""


def _found(machine: Machine, name: str, places: tuple[Frame, ...]) -> Value | None:
    for place in places:
        found = machine.find(name, place)
        if found is not None and any(is_function(option) for option in options(found)):
            return found
    return None


def _of_project(machine: Machine, generic: str, places: tuple[Frame, ...]) -> dict[str, Value]:
    """The project's methods of a generic function that can be seen from somewhere, by their classes."""
    found: dict[str, Value] = {}
    for each in (generic, *_groups(generic)):
        for name in sorted(machine.methods.get(each, ())):
            method = _found(machine, name, places)
            if method is not None:
                found.setdefault(name[len(each) + 1 :], method)
    return found


def _groups(generic: str) -> Iterator[str]:
    if generic in _ARITHMETIC:
        yield "Ops"
    if generic in _MATHEMATICS:
        yield "Math"
    if generic in _SUMMARIES:
        yield "Summary"


def run_method(
    machine: Machine,
    generic: str,
    found: Classes | None,
    args: Args,
    places: tuple[Frame, ...],
    otherwise: Callable[[], Value] | None,
) -> Value | None:
    """Calls the method for these classes; None if the project has none. `otherwise` is what R itself does then."""
    methods = _of_project(machine, generic, places)
    if not methods:
        return None
    default = methods.get("default")
    wanted = found.certain if found is not None else ()
    for index, name in enumerate(wanted):
        if name in methods:
            left = Classes(wanted[index + 1 :], attribute=True)
            chosen: Value | None = methods[name]
            break
    else:
        chosen, left = default, Classes(())
    before = set(methods) - {"default"} if found is None else found.perhaps & set(methods)
    if before:
        return any_of(machine, generic, [*(methods[each] for each in sorted(before)), chosen], args, otherwise)
    if chosen is None:
        return None
    return call_method(machine, chosen, Dispatched(generic, left, args, places))


def call_method(machine: Machine, method: Value, how: Dispatched) -> Value:
    machine.dispatched = how
    try:
        return machine.call(method, how.args)
    finally:
        machine.dispatched = None


# --- UseMethod, NextMethod ------------------------------------------------------------------------------------------


def _function(frame: Frame) -> Frame | None:
    each: Frame | None = frame
    while each is not None and each.args is None:
        each = each.parent
    return each


def _use_method(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """Goes over to a method, with the arguments of the call; nothing behind it is run."""
    function = _function(frame)
    given = [machine.eval(each.value, frame) for each in node.arguments[:2]]
    generic = machine.content(given[0]) if given else NONE
    if function is None or function.args is None or not isinstance(generic, Known):
        return machine.gap("which method is run is not known", node.span)
    name = str(generic.value)
    subject = given[1] if len(given) > 1 else _first_argument(machine, function)
    places = (function.args.frame, function)
    args = function.args

    def one(option: Value, own: Args) -> Value:
        return _method_for(machine, name, option, own, places, node.span)

    return machine.leave("return", _for_each(machine, subject, args, one))


def _first_argument(machine: Machine, function: Frame) -> Value:
    parameters = function.closure.code.parameters if function.closure else ()
    if not parameters:
        return NONE
    if parameters[0].kind == "*":
        dots = machine.find("...", function)
        slots = list(dots.slots.values()) if isinstance(dots, Mapping) else []
        return machine.promised(slots[0].value) if slots else NONE
    return machine.find(parameters[0].name, function) or NONE


def _for_each(machine: Machine, subject: Value, args: Args, run: Callable[[Value, Args], Value]) -> Value:
    """Dispatches on each of what an object may be, and lets the method see no other."""
    if not isinstance(subject, OneOf):
        return run(subject, args)

    def one(option: Value) -> Value:
        items = (arg._replace(value=option) if machine.promised(arg.value) is subject else arg for arg in args.items)
        return run(option, args._replace(items=tuple(items)))

    return machine.any_of(subject.options, one)


def _method_for(
    machine: Machine, generic: str, subject: Value, args: Args, places: tuple[Frame, ...], span: Span
) -> Value:
    has_own = f"base.{generic}" in LIBRARY or f"base.{generic}" in SPECIAL
    own = partial(_by_itself, machine, generic, args) if has_own else None
    found = run_method(machine, generic, dispatched(machine, subject), args, places, own)
    if found is None:
        unseen = f"no method of `{generic}` for this object can be seen"
        return own() if own is not None else machine.gap(unseen, span)
    return found


def _by_itself(machine: Machine, name: str, args: Args) -> Value:
    """What R's own function does, whatever methods the project has."""
    args = machine.worked_out(args)
    if f"base.{name}" in LIBRARY:
        return LIBRARY[f"base.{name}"](machine, args)
    return Unknown(f"`{name}` gives it", args.span, foreign=True)


def _next_method(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """The method behind the one that is being run, with the same arguments."""
    function = _function(frame)
    how = function.dispatched if function is not None else None
    how = how if isinstance(how, Dispatched) else None
    if how is None and function is not None:
        how = _called_by_name(machine, function)
    if how is None:
        return machine.gap("which method comes next is not known", node.span)
    extra = tuple(
        Arg(machine.eval(each.value, frame), each.span, each.name, each.value.span)
        for each in node.arguments
        if each.name not in (None, "generic", "object")
    )
    names = {arg.name for arg in extra}
    kept = tuple(arg for arg in how.args.items if arg.name is None or arg.name not in names)
    args = how.args._replace(items=(*kept, *extra), span=node.span)
    found = run_method(machine, how.generic, how.left, args, how.places, None)
    if found is not None:
        return found
    own = f"base.{how.generic}"
    if own in LIBRARY or own in SPECIAL:
        return _by_itself(machine, how.generic, _without_class(machine, args))
    return machine.gap(f"no further method of `{how.generic}` can be seen", node.span)


def _called_by_name(machine: Machine, function: Frame) -> Dispatched | None:
    """How a method would have been dispatched to that is called as what it is: `print.batch(x)`."""
    for generic, names in machine.methods.items():
        for name in names:
            code = getattr(machine.find(name, function), "code", None)
            if function.closure is None or code is not function.closure.code or function.args is None:
                continue
            found = dispatched(machine, _first_argument(machine, function))
            own = name[len(generic) + 1 :]
            if found is None or own not in found.certain:
                return None
            left = found.certain[found.certain.index(own) + 1 :]
            return Dispatched(generic, Classes(left, attribute=True), function.args, (function.args.frame, function))
    return None


def _without_class(machine: Machine, args: Args) -> Args:
    args = machine.worked_out(args)
    first, *rest = args.items or (None,)
    if first is None:
        return args
    content = machine.content(first.value)
    return args._replace(items=(first._replace(value=with_classes(machine, content, ())), *rest))


SPECIAL["base.UseMethod"] = _use_method
SPECIAL["base.NextMethod"] = _next_method


# --- R's own generic functions --------------------------------------------------------------------------------------


def _own(machine: Machine, name: str, args: Args, run: Callable[[], Value]) -> Value:
    """One of R's own functions is called: the project's method for what it is given, or else that function itself."""
    asked = args.items[:2] if name in _ARITHMETIC else args.items[:1]
    formal = _formal(machine, name, args, run) if "S4" in machine.roles or name in ("print", "format", "show") else None
    if formal is not None:
        return formal
    if machine.methods and any(each in machine.methods for each in (name, *_groups(name))):
        for arg in asked:
            found = _method(machine, name, args, arg, run)
            if found is not None:
                return found
    return _kept(machine, name, args, run())


_OF_SHOWING: Final = ("print", "show")
_FORMAL_GROUPS: Final = {
    **dict.fromkeys("+ - * / ^ %% %/%".split(), ("Arith", "Ops")),
    **dict.fromkeys("== != < <= > >=".split(), ("Compare", "Ops")),
    **dict.fromkeys(("&", "|"), ("Logic", "Ops")),
    **dict.fromkeys(_MATHEMATICS, ("Math",)),
    **dict.fromkeys(_SUMMARIES, ("Summary",)),
}


def _formal(machine: Machine, name: str, args: Args, run: Callable[[], Value]) -> Value | None:
    """The method of an S4, R6 or reference class that one of R's own functions runs; None if there is none."""
    value = args.items[0].value if args.items else NONE
    content = machine.content(value)
    if isinstance(value, Reference) and isinstance(content, Mapping) and name in ("print", "format"):
        own = content.slots.get(name)
        if own is not None and isinstance(own.value, Closure) and "R6" in (content.classes or ()):
            return machine.call(own.value, args._replace(items=args.items[1:]))
    if isinstance(content, Instance) and content.type == "r:refobject" and name in _OF_SHOWING:
        return shown(machine, content, args)
    names = ("show", "print") if name in _OF_SHOWING else (name, *_FORMAL_GROUPS.get(name, ()))
    values: list[Value | None] = [arg.value for arg in args.items]
    for generic in names if "S4" in machine.roles else ():
        if s4.defined(machine).methods.get(generic):
            found = s4.run_method(machine, generic, values, args, lambda left: run())
            if found is not None:
                return found
    return None


def _method(machine: Machine, name: str, args: Args, arg: Arg, run: Callable[[], Value]) -> Value | None:
    if isinstance(arg.value, OneOf) and any(_is_object(machine, option) for option in arg.value.options):
        return machine.any_of(arg.value.options, lambda option: _own_for(machine, name, args, arg, option))
    found = dispatched(machine, arg.value)
    if name not in _OF_CLOSURES and (name not in _OF_OBJECTS or found is not None and not found.attribute):
        return None
    return run_method(machine, name, found, args, (args.frame,), run)


def _is_object(machine: Machine, value: Value) -> bool:
    found = dispatched(machine, value)
    return found is None or found.attribute


def _own_for(machine: Machine, name: str, args: Args, arg: Arg, option: Value) -> Value:
    args = args._replace(items=tuple(each._replace(value=option) if each is arg else each for each in args.items))
    return _own(machine, name, args, lambda: _by_itself(machine, name, args))


_WITHOUT: Final = frozenset(
    "c list unlist lapply sapply vapply Map mapply names rev head tail unique sort rep Filter append as.character "
    "as.numeric as.integer as.logical as.double as.vector paste paste0 sprintf seq_along is.na setdiff union intersect "
    "unclass format class oldClass inherits".split()
)
"""Those that take the class attribute off, or make something new of what they are given."""
_WITH: Final = frozenset("structure class<- oldClass<- attr<- modifyList setNames names<- invisible identity".split())
"""Those that see to it themselves."""


def _kept(machine: Machine, name: str, args: Args, made: Value) -> Value:
    """What is made of something with a class attribute may have it too."""
    if name in _WITHOUT or name in _WITH or not isinstance(made, Sequence | Mapping) or made.classes != ():
        return made
    contents = (machine.content(arg.value) for arg in args.items)
    if any(isinstance(each, Sequence | Mapping) and each.classes != () for each in contents):
        return made._replace(classes=None)
    return made


DISPATCH.append(_own)
GENERIC.update(_OF_CLOSURES | _OF_OBJECTS)
