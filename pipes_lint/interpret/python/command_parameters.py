"""What `click` and `typer` make of the words of a command line, by the parameters that a command is declared with."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence as AnySequence
from typing import Final

from ...records import NamedTuple
from ...values import Instance, Known, OneOf, Sequence, Symbol, Value
from ..machine import LIBRARY, NONE, Args, Machine
from ..plain import FLOAT, INT, STR, Open, computed

Words = tuple[Value, ...]


class Parameter(NamedTuple):
    """An option, with its flags, or an argument, which has none. `name` is the function's parameter."""

    name: str
    flags: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    """Flags that say no."""
    is_flag: bool = False
    """Whether it takes no value."""
    default: Value | None = NONE
    """What it is if the command line does not give it; None if that is not known."""
    type: Value | None = None
    """As it is declared; None for a text."""
    many: bool = False
    """Whether it takes all arguments that are left."""
    closed: bool = False
    """Whether what it is cannot be told even if the command line gives it."""


def read_words(words: Words, parameters: AnySequence[Parameter], group: bool) -> tuple[dict[str, Value], Words]:
    """What the command line gives, by parameter; and the words left, which only a group has: from the first on that is
    none of its options. Raises `Open` where that cannot be told.
    """
    by_flag = {flag: each for each in parameters for flag in (*each.flags, *each.off)}
    found: dict[str, Value] = {}
    arguments: list[Value] = []
    left = list(words)
    while left:
        word = left.pop(0)
        text = word.value if isinstance(word, Known) and isinstance(word.value, str) else ""
        if text[:1] != "-" or len(text) == 1:
            arguments.append(word)  # one that is not known stands where there must be a value
            if group:
                break
            continue
        if text == "--":
            break
        flag, written = _split(text, by_flag)
        each = by_flag.get(flag)
        if each is None or each.is_flag and written is not None:
            raise Open
        if each.is_flag:
            found[each.name] = Known(flag not in each.off)
        elif written is None and not left:
            raise Open
        else:
            found[each.name] = _made(each, left.pop(0) if written is None else Known(written))
    arguments += left
    if group:
        return found, tuple(arguments)
    return {**found, **_arguments(arguments, [each for each in parameters if not each.flags and not each.off])}, ()


def _split(text: str, by_flag: dict[str, Parameter]) -> tuple[str, str | None]:
    """A flag, and what is written on to it: `--mode=full`, `-mfull`."""
    flag, equals, written = text.partition("=")
    if equals and flag.startswith("--"):
        return flag, written
    if text not in by_flag and text[:2] in by_flag and text[1] != "-":
        return text[:2], text[2:]
    return text, None


def _arguments(words: list[Value], places: list[Parameter]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for index, each in enumerate(places):
        if each.many:
            if index < len(places) - 1:
                raise Open
            found[each.name] = Sequence(tuple(_made(each, word) for word in words), "tuple")
            words = []
        elif words:
            found[each.name] = _made(each, words.pop(0))
    if words:
        raise Open
    return found


# --- types ------------------------------------------------------------------------------------------------------------

_TYPES: Final[dict[Value | None, tuple[Callable[[str], object], Value]]] = {
    None: (str, STR),
    Symbol("builtins.str"): (str, STR),
    Symbol("builtins.int"): (int, INT),
    Symbol("builtins.float"): (float, FLOAT),
    Symbol("click.STRING"): (str, STR),
    Symbol("click.INT"): (int, INT),
    Symbol("click.FLOAT"): (float, FLOAT),
}
"""What makes something of a word, and what it makes of one that is not known."""


def _as_text(machine: Machine, args: Args) -> Value:
    """`click.Choice(["full", "fast"])`, `click.Path()`: a text, which is refused unless it is the right one."""
    plain = args.get("path_type") is None and args.get("case_sensitive", 1) in (None, Known(True))
    return Symbol("click.STRING") if plain and not args.loose else computed(args.span)


LIBRARY["click.Choice"] = LIBRARY["click.Path"] = _as_text
LIBRARY["click.IntRange"] = lambda machine, args: Symbol("click.INT")
LIBRARY["click.FloatRange"] = lambda machine, args: Symbol("click.FLOAT")


def _made(parameter: Parameter, word: Value) -> Value:
    if parameter.closed or parameter.type not in _TYPES:
        return computed(None)
    make, unknown = _TYPES[parameter.type]
    match word:
        case Known(value=str() as text):
            try:
                return Known(make(text), word.span)
            except ValueError:
                raise Open from None
        case OneOf():
            raise Open
    return word if make is str else unknown


def type_of_default(default: Value | None) -> Value | None:
    """The type of a parameter that is declared by its default alone."""
    match default:
        case Known(value=bool()):
            return Symbol("builtins.bool")
        case Known(value=int()) | Instance(type="int"):
            return Symbol("builtins.int")
        case Known(value=float()) | Instance(type="float"):
            return Symbol("builtins.float")
        case None | Known(value=str() | None) | Instance(type="str"):
            return None
    return default
