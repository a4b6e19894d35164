"""R's functions that call functions: `lapply` and its kin, purrr's maps, `do.call`, `Reduce`, wrappers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final
from typing import Literal as Choice

from .. import ir
from ..values import Closure, Instance, Known, Mapping, OneOf, Partial, Sequence, Template, Unknown, Value, join
from .guard import guard
from .machine import CALLS, MOST_ROUNDS, NONE, Arg, Args, Frame, Machine, evaluates, library
from .r_lists import pluck
from .r_values import RANKS, Part, computed, convert, is_list, listed, named, parts, rank, scalars, some, take, vector
from .symbols import r_symbol
from .truth import truth

_ELEMENT: Final = Unknown("it is an element of something unknown", foreign=True)
Shape = Choice["list", "simple", "character", "integer", "numeric", "logical", "nothing", "frame", "unknown"]
"""What becomes of the results: a list, a vector if it can be one, a vector of a type, …"""
_PLAIN_SHAPES: Final[tuple[Shape, ...]] = ("logical", "integer", "numeric", "character")


@evaluates(ir.Formula)
def formula(machine: Machine, node: ir.Formula, frame: Frame) -> Value:
    return Instance("r:formula", {"function": Closure(node.function, frame.scope.path, frame.ident)}, span=node.span)


def as_function(machine: Machine, value: Value, args: Args, extracts: bool = False) -> Value:
    """What is called where R takes a function, its name, or (purrr) a formula, an element's name or its position."""
    content = machine.content(value)
    match content:
        case Instance(type="r:formula", fields={"function": function}):
            return function
        case Known(value=str() | int() | float()) | Sequence(kind="vector" | "list") if extracts:
            keys = scalars(machine, content, args.span)
            return Instance("r:function.pluck", {"keys": Sequence(tuple(keys or ()), "list")})
        case Known(value=str() as name):
            return machine.find(name, args.frame) or r_symbol(f"base.{name}")
        case OneOf(options=several):
            return join([as_function(machine, each, args, extracts) for each in several])
    return value


def _plucked(machine: Machine, function: Instance, args: Args) -> Value:
    keys = function.fields["keys"]
    assert isinstance(keys, Sequence)
    items = (args.items[0], *(Arg(key, args.span) for key in keys.items))
    return pluck(machine, replace(args, items=items))


CALLS["r:function.pluck"] = _plucked


# --- Going through vectors ------------------------------------------------------------------------------------------


def over(machine: Machine, function: Value, rows: list[list[Arg]] | None, shape: Shape, labels: list[str | None] | None,
         args: Args, unread: list[Arg]) -> Value:  # fmt: skip
    """Calls a function with each row of arguments, and makes of the results what the shape says.

    `rows` is None where they are not known: then it is called with `unread`, perhaps, and perhaps often.
    """

    def call(row: list[Arg]) -> Value:
        return machine.call(function, Args(tuple(row), args.span, args.span, args.frame))

    if rows is None or len(rows) > MOST_ROUNDS:
        machine.perhaps(lambda: call(unread), often=True)
        return _of_unknown_length(shape, args)
    results = [call(row) for row in rows]
    pairs: list[Part] = list(zip(labels or [None] * len(results), results, strict=True))
    return _shaped(machine, pairs, shape, bool(labels and any(labels)), args)


def _of_unknown_length(shape: Shape, args: Args) -> Value:
    match shape:
        case "list":
            return Sequence((), "list", complete=False, span=args.span)
        case "nothing":
            return NONE
        case "frame":
            return Instance("r:data.frame")
        case "character" | "integer" | "numeric" | "logical":
            return some(shape, single=False)
    return computed(args)


def _shaped(machine: Machine, pairs: list[Part], shape: Shape, has_names: bool, args: Args) -> Value:
    contents = [(name, machine.content(value)) for name, value in pairs]
    match shape:
        case "list":
            return named(pairs, "list", args.span) if has_names else listed(pairs, args.span)
        case "character" | "integer" | "numeric" | "logical":
            wanted = RANKS.index(shape)
            return vector([(name, _of_rank(value, wanted)) for name, value in contents], args.span)
        case "simple":
            if not contents:
                return listed([], args.span)
            if all(isinstance(value, Known | Template) and value != NONE for _, value in contents):
                return vector(contents, args.span)
            if any(value == NONE for _, value in contents) and all(isinstance(v, Known) for _, v in contents):
                return listed(contents, args.span)
            return computed(args)
    return _of_unknown_length(shape, args)


def _of_rank(value: Value, wanted: int) -> Value:
    """One result where the caller says of which type it is."""
    single = isinstance(value, Known | Template)
    have = rank(value)
    if single and have is not None and (have == wanted or have < wanted < 3):
        return convert(value, wanted)
    return some(RANKS[wanted])


def _labels(found: list[Part], texts_too: bool) -> tuple[list[str | None] | None, bool]:
    """The names of what becomes of these, and whether they are certain: their own, or the texts that they are."""
    if any(name for name, _ in found):
        return [name for name, _ in found], True
    if not texts_too or not found or all(rank(each) in (0, 1, 2) for _, each in found):
        return None, True
    labels: list[str | None] = [
        each.value for _, each in found if isinstance(each, Known) and isinstance(each.value, str) and each.value
    ]
    return labels, len(labels) == len(found)


_CONTROL: Final = (".progress", ".id", ".default", ".options", "future.seed", "mc.cores", "future.globals", "cl")


def _apply_one(machine: Machine, args: Args, formals: tuple[str, ...], shape: Shape, purrr: bool) -> Value:
    taken = take(args, *formals, *_CONTROL)
    first, second = formals[:2]
    value, function = taken.get(first) or NONE, taken.get(second)
    if function is None:
        return computed(args)
    function = as_function(machine, function, args, extracts=purrr)
    machine.excuse(value)
    found = parts(machine, value, args.span)
    span = taken.by_name[first].where if first in taken.by_name else args.span
    texts_too = (
        "USE.NAMES" in formals and taken.known("USE.NAMES", True) is True and not is_list(machine.content(value))
    )
    labels, sure = _labels(found, texts_too) if found is not None else (None, True)
    if "FUN.VALUE" in formals:
        kind = rank(machine.content(taken.get("FUN.VALUE") or NONE))
        shape = _PLAIN_SHAPES[kind] if kind is not None else "unknown"
    elif "simplify" in formals and taken.known("simplify", True) is not True:
        shape = "list"
    rest = list(taken.rest)
    rows = None if found is None else [[Arg(each, span), *rest] for _, each in found]
    made = over(machine, function, rows, shape, labels if sure else None, args, [Arg(_ELEMENT, span), *rest])
    return value if shape == "nothing" else made if sure else _of_unknown_length(shape, args)


def _one(names: str, formals: tuple[str, ...], shape: Shape, purrr: bool = False) -> None:
    library(*(f"base.{name}" for name in names.split()))(
        lambda machine, args: _apply_one(machine, args, formals, shape, purrr)
    )


_one("lapply mclapply future_lapply pblapply bplapply", ("X", "FUN", "..."), "list")
_one("sapply future_sapply pbsapply", ("X", "FUN", "...", "simplify", "USE.NAMES"), "simple")
_one("vapply future_vapply", ("X", "FUN", "FUN.VALUE", "...", "USE.NAMES"), "simple")
_one("map future_map", (".x", ".f", "..."), "list", purrr=True)
_one("map_chr future_map_chr", (".x", ".f", "..."), "character", purrr=True)
_one("map_dbl future_map_dbl", (".x", ".f", "..."), "numeric", purrr=True)
_one("map_int future_map_int", (".x", ".f", "..."), "integer", purrr=True)
_one("map_lgl future_map_lgl", (".x", ".f", "..."), "logical", purrr=True)
_one("map_dfr map_dfc map_df future_map_dfr", (".x", ".f", "..."), "frame", purrr=True)
_one("walk future_walk", (".x", ".f", "..."), "nothing", purrr=True)
_one("map_vec modify", (".x", ".f", "..."), "unknown", purrr=True)
_one("map_if map_at modify_if modify_at", (".x", ".p", ".f", "..."), "unknown", purrr=True)


def _several(names: str, shape: Shape, how: Choice["Map", "mapply", "map2", "pmap", "imap"]) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        return _apply_several(machine, args, shape, how)

    library(*(f"base.{name}" for name in names.split()))(apply)


def _apply_several(machine: Machine, args: Args, shape: Shape, how: str) -> Value:
    vectors: list[tuple[str | None, list[Part] | None]] = []
    rest: list[Arg] = []
    texts_too = False
    taken = take(args, *_FORMALS[how])
    function = taken.get("f") or taken.get("FUN") or taken.get(".f")
    if function is None:
        return computed(args)
    function = as_function(machine, function, args, extracts=how in ("map2", "pmap", "imap"))
    whole = taken.get(".x") or taken.get(".l") or NONE
    match how:
        case "Map" | "mapply":
            vectors = [(arg.name, parts(machine, arg.value, args.span)) for arg in taken.rest]
            first_of_all = machine.content(taken.rest[0].value) if taken.rest else NONE
            texts_too = taken.known("USE.NAMES", True) is True and not is_list(first_of_all)
            shape = "list" if taken.known("SIMPLIFY", True) is not True else shape
            more = parts(machine, taken.get("MoreArgs") or NONE, args.span) or []
            rest = [Arg(value, args.span, name) for name, value in more]
        case "map2":
            vectors = [(None, parts(machine, taken.get(each) or NONE, args.span)) for each in (".x", ".y")]
            rest = list(taken.rest)
        case "imap":
            found = parts(machine, whole, args.span)
            keys: list[Part] | None = None
            if found is not None:
                has_names = any(name for name, _ in found)
                keys = [
                    (None, Known(name or "") if has_names else Known(index))
                    for index, (name, _) in enumerate(found, start=1)
                ]
            vectors, rest = [(None, found), (None, keys)], list(taken.rest)
        case "pmap":
            columns = parts(machine, whole, args.span)
            vectors = (
                [(None, None)]
                if columns is None
                else [(name, parts(machine, column, args.span)) for name, column in columns]
            )
            rest = list(taken.rest)
    unread = [Arg(_ELEMENT, args.span, name) for name, _ in vectors] + rest
    lengths = [len(column) for _, column in vectors if column is not None]
    rows: list[list[Arg]] | None = None
    labels: list[str | None] | None = None
    sure = True
    if len(lengths) == len(vectors) and lengths:
        count = 0 if 0 in lengths else max(lengths)
        rows = [
            [Arg(column[index % len(column)][1], args.span, name) for name, column in vectors if column] + rest
            for index in range(count)
        ]
        first = vectors[0][1]
        labels, sure = _labels(first, texts_too) if first else (None, True)
        sure = sure and (labels is None or len(labels) == count)
    made = over(machine, function, rows, shape, labels if sure else None, args, unread)
    return whole if shape == "nothing" else made if sure else _of_unknown_length(shape, args)


_FORMALS: Final = {
    "Map": ("f", "..."),
    "mapply": ("FUN", "...", "MoreArgs", "SIMPLIFY", "USE.NAMES"),
    "map2": (".x", ".y", ".f", "...", ".progress"),
    "imap": (".x", ".f", "..."),
    "pmap": (".l", ".f", "...", ".progress"),
}

_several("Map", "list", "Map")
_several("mapply", "simple", "mapply")
for _suffix, _shape in (
    ("", "list"),
    ("_chr", "character"),
    ("_dbl", "numeric"),
    ("_int", "integer"),
    ("_lgl", "logical"),
    ("_dfr", "frame"),
):
    _several(f"map2{_suffix} future_map2{_suffix}", _shape, "map2")  # type: ignore[arg-type]
    _several(f"imap{_suffix} future_imap{_suffix}", _shape, "imap")  # type: ignore[arg-type]
    _several(f"pmap{_suffix} future_pmap{_suffix}", _shape, "pmap")  # type: ignore[arg-type]
_several("walk2", "nothing", "map2")
_several("iwalk", "nothing", "imap")
_several("pwalk", "nothing", "pmap")


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
        if not sure:
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
    function = as_function(machine, what, args)
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
        machine.call(as_function(machine, args.items[0].value, args), replace(args, items=args.items[1:]))
        if args.items
        else computed(args)
    )
)


@library("base.match.fun", "base.as_mapper", "base.as_function")
def match_fun(machine: Machine, args: Args) -> Value:
    return as_function(machine, args.items[0].value, args, extracts=False) if args.items else computed(args)


@library("base.Recall")
def recall(machine: Machine, args: Args) -> Value:
    frame: Frame | None = args.frame
    while frame and frame.closure is None:
        frame = frame.parent
    return machine.call(frame.closure, args) if frame and frame.closure else computed(args)


# --- Functions of functions -----------------------------------------------------------------------------------------


def _wrapper(names: str, kind: str) -> None:
    """A function that gives a changed function. `CALLS` says what calling that does."""

    def apply(machine: Machine, args: Args) -> Value:
        if not args.items:
            return computed(args)
        rest = {arg.name or "otherwise": arg.value for arg in args.items[1:]}
        return Instance(kind, {**rest, "function": as_function(machine, args.items[0].value, args)}, span=args.span)

    library(*(f"base.{name}" for name in names.split()))(apply)


_wrapper("Negate negate", "r:function.negated")
_wrapper("possibly", "r:function.possibly")
_wrapper("safely quietly", "r:function.safely")
_wrapper("insistently slowly memoise auto_browse", "r:function.same")
_wrapper("Vectorize", "r:function.vectorized")


def _negated(machine: Machine, function: Instance, args: Args) -> Value:
    known = truth(machine, machine.call(function.fields["function"], args))
    return some("logical", single=False) if known is None else Known(not known, args.span)


def _same(machine: Machine, function: Instance, args: Args) -> Value:
    return machine.call(function.fields["function"], args)


def attempt(machine: Machine, run: Callable[[], Value], otherwise: Value) -> Value:
    """Runs what may fail without failing the program."""
    log = len(machine.log)

    def tried() -> Value:
        return machine.meet([way for way in machine.region(run, "raise") if way.kind == "end"])

    machine.swallowing.append(True)
    try:
        value = machine.choose([tried, lambda: otherwise])
    finally:
        machine.swallowing.pop()
    guard(machine, log, len(machine.log), frozenset({"*"}))
    return value


def _possibly(machine: Machine, function: Instance, args: Args) -> Value:
    otherwise = function.fields.get("otherwise", NONE)
    return attempt(machine, lambda: machine.call(function.fields["function"], args), otherwise)


def _safely(machine: Machine, function: Instance, args: Args) -> Value:
    attempt(machine, lambda: machine.call(function.fields["function"], args), NONE)
    return computed(args, "it may have failed")


def _vectorized(machine: Machine, function: Instance, args: Args) -> Value:
    found = [parts(machine, arg.value, args.span) for arg in args.items]
    if all(each is not None and len(each) == 1 for each in found):
        return machine.call(function.fields["function"], args)
    items = (Arg(function.fields["function"], args.span, "FUN"), *args.items)
    return _apply_several(machine, replace(args, items=items), "simple", "mapply")


CALLS["r:function.negated"] = _negated
CALLS["r:function.possibly"] = _possibly
CALLS["r:function.safely"] = _safely
CALLS["r:function.same"] = _same
CALLS["r:function.vectorized"] = _vectorized


@library("base.partial")
def partial(machine: Machine, args: Args) -> Value:
    if not args.items or args.loose:
        return computed(args)
    function = as_function(machine, args.items[0].value, args)
    rest = args.items[1:]
    return Partial(
        function,
        tuple(arg.value for arg in rest if arg.name is None),
        tuple((arg.name, arg.value) for arg in rest if arg.name is not None),
    )


@library("purrr.compose", "base.compose")
def compose(machine: Machine, args: Args) -> Value:
    functions = tuple(as_function(machine, arg.value, args) for arg in args.items if arg.name is None)
    if args.named:
        return computed(args)
    return Instance("r:function.composed", {"functions": Sequence(functions, "list")})


def _composed(machine: Machine, function: Instance, args: Args) -> Value:
    functions = function.fields["functions"]
    assert isinstance(functions, Sequence)
    first, *others = reversed(functions.items)
    value = machine.call(first, args)
    for each in others:
        value = machine.invoke(each, [value], args.span, args.frame)
    return value


CALLS["r:function.composed"] = _composed
