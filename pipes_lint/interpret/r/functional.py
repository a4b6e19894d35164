"""R's functions that call functions: `lapply` and its kin, purrr's maps, `do.call`, `Reduce`, wrappers."""

from __future__ import annotations

from typing import Final
from typing import Literal as Choice

from ... import ir
from ...values import Closure, Instance, Known, OneOf, Sequence, Template, Unknown, Value, join
from ..machine import CALLS, MOST_ROUNDS, NONE, Arg, Args, Frame, Machine, evaluates, library
from ..out_of_sight import note_unknown
from ..symbols import r_symbol
from .elements import pluck
from .types import is_single
from .values import RANKS, Part, computed, convert, is_list, listed, named, parts, rank, scalars, some, take, vector

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
        case Instance(type="r:character"):  # a function's name
            note_unknown(machine, args.callee_span)
            return Unknown("it is a function got by its name", args.span, foreign=True)
        case Unknown():
            note_unknown(machine, args.callee_span)
    return value


def _plucked(machine: Machine, function: Instance, args: Args) -> Value:
    keys = function.fields["keys"]
    assert isinstance(keys, Sequence)
    items = (args.items[0], *(Arg(key, args.span) for key in keys.items))
    return pluck(machine, args._replace(items=items))


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
            if all(is_single(value) and rank(value) is not None for _, value in contents):
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
    if found == [] and texts_too and machine.content(value) != NONE and shape != "nothing":
        return named([], "list" if shape in ("simple", "list") else "vector", args.span)  # if it is one of texts
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
        return apply_several(machine, args, shape, how)

    library(*(f"base.{name}" for name in names.split()))(apply)


def apply_several(machine: Machine, args: Args, shape: Shape, how: str) -> Value:
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


@library("base.match.fun", "base.as_mapper", "base.as_function")
def match_fun(machine: Machine, args: Args) -> Value:
    return as_function(machine, args.items[0].value, args, extracts=False) if args.items else computed(args)


@library("base.Recall")
def recall(machine: Machine, args: Args) -> Value:
    frame: Frame | None = args.frame
    while frame and frame.closure is None:
        frame = frame.parent
    return machine.call(frame.closure, args) if frame and frame.closure else computed(args)
