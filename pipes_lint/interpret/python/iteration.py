"""What Python goes through lazily: `map`, `zip`, `enumerate`, their kin, and `itertools`.

An iterator gives its elements when it is gone through, and only once; that is when a mapped function is called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ...source import Span
from ...values import Bound, Closure, Instance, Known, Sequence, Unknown, Value, join
from ..calls import run_function
from ..draining import is_drained
from ..iterate import any_element
from ..machine import ELEMENTS, GENERATORS, ITERATE, LIBRARY, METHODS, MOST_ROUNDS, NONE, Args, Machine, library
from ..operate import operate
from ..plain import INT, MOST_ITEMS, Open, computed, in_order, plain
from ..truth import truth

Elements = tuple[tuple[Value, ...], bool]
"""The elements in order, and whether these are certainly all."""

_LEFT: Final = "left"
_MOST_PRODUCTS: Final = 256

_MADE: Final[dict[str, Callable[[Machine, Args], Elements]]] = {}
"""What an iterator gives, by the library's name that made it. The arguments are those that made it."""


def lazily(*names: str) -> Callable[[Callable[[Machine, Args], Elements]], Callable[[Machine, Args], Elements]]:
    """Enters what going through the iterator gives that calling these names makes."""

    def enter(function: Callable[[Machine, Args], Elements]) -> Callable[[Machine, Args], Elements]:
        for name in names:
            _MADE[name] = function
            LIBRARY[name] = lambda machine, args, name=name: iterator(machine, name, args)  # type: ignore[misc]
        return function

    return enter


def iterator(machine: Machine, name: str, args: Args) -> Value:
    """A new iterator, which remembers how it was made until it is gone through."""
    ident = machine.store.ident()
    made: dict[int, Args] = machine.roles.setdefault("iterators", {})
    made[ident] = args
    return Instance("iterator", {"made": Known(name)}, ident)


def _generator(machine: Machine, function: Closure, args: Args) -> Value:
    """A generator, whose body runs when it is gone through."""
    made = iterator(machine, "generator", args)
    return made._replace(fields={**made.fields, "generator": function}) if isinstance(made, Instance) else made


GENERATORS.append(_generator)


def _through(machine: Machine, made: Instance, span: Span) -> Elements:
    """All that is left of an iterator, which is then used up."""
    items, complete = _left(machine, made, is_drained(machine, span))
    machine.store.write((made.ident, _LEFT), Sequence(()))
    return items, complete


def _left(machine: Machine, made: Instance, wholly: bool = False) -> Elements:
    left = machine.store.read((made.ident, _LEFT))
    if isinstance(left, Sequence):
        return left.items, left.complete
    if left is not None:
        return (), False
    name = made.fields["made"]
    args: Args | None = machine.roles.get("iterators", {}).get(made.ident)
    if args is None or not isinstance(name, Known):
        return (), False
    function = made.fields.get("generator")
    if isinstance(function, Closure):
        yielded = run_function(machine, function, args, partly=not wholly)
        return (yielded.items, yielded.complete) if isinstance(yielded, Sequence) else ((), False)
    return _MADE[str(name.value)](machine, args)


def _any(machine: Machine, made: Instance, span: Span) -> Value | None:
    """What any element is of an iterator over things whose elements are not known one by one."""
    name, args = made.fields["made"], machine.roles.get("iterators", {}).get(made.ident)
    if args is None or args.loose or not args.positional:
        return None
    match name:
        case Known(value="builtins.zip"):
            return Sequence(tuple(_one(machine, value, span) for value in args.positional), "tuple")
        case Known(value="builtins.enumerate"):
            return Sequence((INT, _one(machine, args.positional[0], span)), "tuple")
        case Known(value="builtins.iter" | "builtins.reversed"):
            return _one(machine, args.positional[0], span)
    return None


def _one(machine: Machine, value: Value, span: Span) -> Value:
    items, _ = in_order(machine, value, span)
    return join(items) if items else any_element(machine, value, span)


ELEMENTS["iterator"] = _any
ITERATE["iterator"] = _through


@library("builtins.next")
def next_(machine: Machine, args: Args) -> Value:
    source = args.positional[0] if args.positional else NONE
    rest: Value | None = args.get("default", 1)
    if isinstance(source, Instance) and source.type == "iterator":
        items, complete = _left(machine, source)
        machine.store.write((source.ident, _LEFT), Sequence(items[1:], complete=complete))
        if items:
            return items[0]
        return rest if complete and rest is not None else computed(args.span)
    content = machine.content(source)
    if isinstance(content, Sequence) and content.kind == "list":
        if content.complete and not content.items and rest is not None:
            return rest
        if content.items:
            _drop_first(machine, source, content)
            return content.items[0]
    return computed(args.span)


def _drop_first(machine: Machine, source: Value, content: Sequence) -> None:
    """A generator that was read as a list loses what was taken from it."""
    from ...values import Reference

    if isinstance(source, Reference):
        machine.store.write(source.ident, Sequence(content.items[1:], "list", content.complete))


@lazily("builtins.iter")
def iter_(machine: Machine, args: Args) -> Elements:
    return in_order(machine, args.positional[0], args.span) if len(args.items) == 1 and args.positional else ((), False)


@lazily("builtins.reversed")
def reversed_(machine: Machine, args: Args) -> Elements:
    items, complete = in_order(machine, args.positional[0], args.span) if args.positional else ((), False)
    return (items[::-1], True) if complete else ((), False)


@lazily("builtins.enumerate")
def enumerate_(machine: Machine, args: Args) -> Elements:
    items, complete = in_order(machine, args.get("iterable", 0) or computed(args.span), args.span)
    start = args.get("start", 1) or Known(0)
    pairs = [
        Sequence((operate(machine, "+", [start, Known(place)], args.span, args.frame), item), "tuple")
        for place, item in enumerate(items)
    ]
    return tuple(pairs), complete


def _sources(machine: Machine, values: tuple[Value, ...], args: Args) -> tuple[list[tuple[Value, ...]], bool]:
    """The elements of several things that are gone through side by side, as far as the shortest goes."""
    every = [in_order(machine, value, args.span) for value in values]
    shortest = min((len(items) for items, _ in every), default=0)
    complete = not every or any(complete and len(items) == shortest for items, complete in every)
    return [items[:shortest] for items, _ in every], complete and not args.loose


@lazily("builtins.zip")
def zip_(machine: Machine, args: Args) -> Elements:
    columns, complete = _sources(machine, args.positional, args)
    return tuple(Sequence(row, "tuple") for row in zip(*columns, strict=True)), complete


@lazily("itertools.zip_longest")
def zip_longest(machine: Machine, args: Args) -> Elements:
    columns = [in_order(machine, value, args.span) for value in args.positional]
    if args.loose or not all(complete for _, complete in columns):
        return (), False
    fill = args.named.get("fillvalue", NONE)
    longest = max((len(items) for items, _ in columns), default=0)
    padded = [items + (fill,) * (longest - len(items)) for items, _ in columns]
    return tuple(Sequence(row, "tuple") for row in zip(*padded, strict=True)), True


def mapped(machine: Machine, function: Value, values: tuple[Value, ...], args: Args) -> Elements:
    """What a function gives for the elements of these, side by side; it is called for each."""
    columns, complete = _sources(machine, values, args)
    rows = list(zip(*columns, strict=True))[:MOST_ROUNDS]
    found = tuple(machine.invoke(function, list(row), args.span, args.frame) for row in rows)
    if not complete:
        unknown = Unknown("it is an element of something unknown", args.span, foreign=True)
        machine.perhaps(lambda: machine.invoke(function, [unknown] * len(values), args.span, args.frame), often=True)
    return found, complete and (not columns or len(rows) == len(columns[0]))


@lazily("builtins.map")
def map_(machine: Machine, args: Args) -> Elements:
    if len(args.positional) < 2:
        return (), False
    return mapped(machine, args.positional[0], args.positional[1:], args)


@lazily("itertools.starmap")
def starmap(machine: Machine, args: Args) -> Elements:
    if len(args.positional) != 2:
        return (), False
    rows, complete = in_order(machine, args.positional[1], args.span)
    found = []
    for row in rows[:MOST_ROUNDS]:
        cells, whole = in_order(machine, row, args.span)
        if not whole:
            return (), False
        found.append(machine.invoke(args.positional[0], list(cells), args.span, args.frame))
    return tuple(found), complete and len(rows) <= MOST_ROUNDS


@lazily("builtins.filter")
def filter_(machine: Machine, args: Args) -> Elements:
    if len(args.positional) != 2:
        return (), False
    test = args.positional[0]
    items, complete = in_order(machine, args.positional[1], args.span)
    kept: list[Value] = []
    for item in items:
        known = truth(machine, item if test == NONE else machine.invoke(test, [item], args.span, args.frame))
        if known is None:
            complete = False
            break
        if known:
            kept.append(item)
    return tuple(kept), complete


# --- itertools ------------------------------------------------------------------------------------------------------


@lazily("itertools.chain")
def chain(machine: Machine, args: Args) -> Elements:
    return _chained(machine, args.positional, not args.loose, args.span)


@lazily("itertools.chain.from_iterable")
def chain_from(machine: Machine, args: Args) -> Elements:
    values, complete = in_order(machine, args.positional[0], args.span) if args.positional else ((), False)
    return _chained(machine, values, complete, args.span)


def _chained(machine: Machine, values: tuple[Value, ...], complete: bool, span: Span) -> Elements:
    found: tuple[Value, ...] = ()
    for value in values:
        items, all_of_it = in_order(machine, value, span)
        found += items
        if not all_of_it:
            return found, False
    return found, complete


@lazily("itertools.product")
def product_(machine: Machine, args: Args) -> Elements:
    import itertools

    columns = [in_order(machine, value, args.span) for value in args.positional]
    count = 1
    for items, complete in columns:
        count *= len(items)
        if not complete:
            return (), False
    if args.named or args.loose or count > _MOST_PRODUCTS:
        return (), False
    return tuple(Sequence(row, "tuple") for row in itertools.product(*(items for items, _ in columns))), True


@lazily("itertools.combinations", "itertools.permutations")
def combinations(machine: Machine, args: Args) -> Elements:
    return (), False


@lazily("itertools.repeat")
def repeat(machine: Machine, args: Args) -> Elements:
    value = args.get("object", 0) or computed(args.span)
    times = args.get("times", 1)
    match times:
        case None:
            return (value,) * MOST_ROUNDS, False
        case Known(value=int() as count) if count <= MOST_ITEMS:
            return (value,) * count, True
    return (), False


@lazily("itertools.count")
def count_(machine: Machine, args: Args) -> Elements:
    start, step = args.get("start", 0) or Known(0), args.get("step", 1) or Known(1)
    match start, step:
        case Known(value=int() as first), Known(value=int() as by):
            return tuple(Known(first + by * place) for place in range(MOST_ROUNDS)), False
    return (), False


@lazily("itertools.cycle")
def cycle(machine: Machine, args: Args) -> Elements:
    items, complete = in_order(machine, args.positional[0], args.span) if args.positional else ((), False)
    rounds = MOST_ROUNDS // len(items) + 1 if items else 0
    return (items * rounds, False) if complete else (items, False)


@lazily("itertools.islice")
def islice(machine: Machine, args: Args) -> Elements:
    items, complete = in_order(machine, args.positional[0], args.span) if args.positional else ((), False)
    try:
        places = [plain(machine, value) for value in args.positional[1:]]
        cut = slice(*places)
        if cut.stop is not None and 0 <= cut.stop <= len(items):
            return items[cut], True
        return items[cut], complete
    except (Open, TypeError, ValueError):
        return (), False


@lazily("itertools.accumulate", "itertools.groupby", "itertools.takewhile", "itertools.dropwhile", "itertools.tee")
def not_followed(machine: Machine, args: Args) -> Elements:
    return (), False


@library("functools.reduce")
def reduce(machine: Machine, args: Args) -> Value:
    if len(args.positional) < 2:
        return computed(args.span)
    items, complete = in_order(machine, args.positional[1], args.span)
    items = (*args.positional[2:3], *items)
    if not complete or not items:
        return computed(args.span)
    result = items[0]
    for item in items[1:]:
        result = machine.invoke(args.positional[0], [result, item], args.span, args.frame)
    return result


def _of_iterator(machine: Machine, bound: Bound, args: Args) -> Value | None:
    return (
        computed(args.span) if bound.name in ("__next__", "send", "throw") else NONE if bound.name == "close" else None
    )


METHODS["iterator"] = _of_iterator
