"""Which argument goes to which parameter, and what the language says when one does not.

Python: by exact name, the others from the left. R: by exact name, then by a unique prefix, then by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from ..contract import Called, Dialect, Passed, RawArgument
from ..records import NamedTuple
from ..source import Span
from ..values import Known, Value
from .members import Parameter, Signature, members


class Bound(NamedTuple):
    """A call's arguments by parameter.

    `problem` is the language's own error if the call certainly fails, and `span` the guilty argument (None: something
    is missing). `uncertain` tells that arguments were spread in which are not known: a parameter that is not
    among `arguments` may have been given all the same.
    """

    arguments: Mapping[str, Passed] = MappingProxyType({})
    problem: str | None = None
    span: Span | None = None
    uncertain: bool = False


def bind(called: Called) -> Bound:
    """The arguments of a call of a context's member; uncertain, if this is no method of the context."""
    known = _bound.get(id(called))
    if known is not None and known[0] is called:
        return known[1]
    member = members(called.dialect).get(called.member)
    if member is None or member.signature is None:
        bound = Bound(uncertain=True)
    else:
        bound = bind_arguments(member.signature, called.arguments, called.dialect)
    if len(_bound) >= _MOST_BOUND:
        _bound.clear()
    _bound[id(called)] = (called, bound)
    return bound


_MOST_BOUND = 20_000
_bound: dict[int, tuple[Called, Bound]] = {}
# Nearly every rule binds every call. A call holds dictionaries, so it is told by its identity, and kept alive for that.


def bind_arguments(signature: Signature, arguments: Sequence[RawArgument], dialect: Dialect) -> Bound:
    """The arguments of any call, by its language's rules."""
    return _bind_r(signature, arguments) if dialect == "r" else _bind_python(signature, arguments)


# --- Python ---------------------------------------------------------------------------------------------------------


def _bind_python(signature: Signature, arguments: Sequence[RawArgument]) -> Bound:
    plain = [parameter.name for parameter in signature.parameters if not parameter.keyword_only]
    names = {parameter.name for parameter in signature.parameters}
    uncertain = any(argument.spread for argument in arguments)
    given = [argument for argument in arguments if argument.name is None and not argument.spread]
    named = [argument for argument in arguments if argument.name is not None and not argument.spread]
    placed = []
    for argument in arguments:
        if argument.spread:
            break
        if argument.name is None:
            placed.append(argument)
    bound = {name: argument.passed for name, argument in zip(plain, placed, strict=False)}

    def failed(problem: str, span: Span | None = None) -> Bound:
        return Bound(bound, f"{signature.name}() {problem}", span, uncertain)

    for argument in named:
        name = argument.name or ""
        if name not in names and not signature.open:
            return failed(f"got an unexpected keyword argument '{name}'", argument.span)
        if name in bound:
            return failed(f"got multiple values for argument '{name}'", argument.span)
        bound[name] = argument.passed
    if len(given) > len(plain):
        keywords = [argument for argument in named if argument.name not in plain and argument.name in names]
        return failed(_too_many(signature, len(given), len(keywords)), given[len(plain)].span)
    if not uncertain:
        missing = [
            parameter for parameter in signature.parameters if parameter.required and parameter.name not in bound
        ]
        for keyword_only, kind in ((False, "positional"), (True, "keyword-only")):
            absent = [f"'{parameter.name}'" for parameter in missing if parameter.keyword_only is keyword_only]
            if absent:
                plural = "" if len(absent) == 1 else "s"
                return failed(f"missing {len(absent)} required {kind} argument{plural}: {_and(absent)}")
    return Bound(bound, uncertain=uncertain)


def _too_many(signature: Signature, given: int, keywords: int) -> str:
    """CPython's words for too many positional arguments, in which `self` counts."""
    plain = [parameter for parameter in signature.parameters if not parameter.keyword_only]
    most = len(plain) + signature.receiver
    least = sum(parameter.required for parameter in plain) + signature.receiver
    given += signature.receiver
    takes = f"{most}" if least == most else f"from {least} to {most}"
    plural = "" if least == most == 1 else "s"
    if not keywords:
        return f"takes {takes} positional argument{plural} but {given} {'was' if given == 1 else 'were'} given"
    positional = f"{given} positional argument{'' if given == 1 else 's'}"
    keyword = f"{keywords} keyword-only argument{'' if keywords == 1 else 's'}"
    return f"takes {takes} positional argument{plural} but {positional} (and {keyword}) were given"


def _and(names: Sequence[str]) -> str:
    """CPython's list of names: `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`."""
    if len(names) < 3:
        return " and ".join(names)
    return f"{', '.join(names[:-1])}, and {names[-1]}"


# --- R --------------------------------------------------------------------------------------------------------------


def _bind_r(signature: Signature, arguments: Sequence[RawArgument]) -> Bound:
    uncertain = any(argument.spread for argument in arguments)
    given = [argument for argument in arguments if not argument.spread]
    bound: dict[str, Passed] = {}
    taken: list[RawArgument] = []

    def failed(problem: str, span: Span | None = None) -> Bound:
        return Bound(bound, problem, span, uncertain)

    for argument in given:
        if argument.name and any(argument.name == parameter.name for parameter in signature.parameters):
            if argument.name in bound:
                return failed(_twice(argument.name), argument.span)
            bound[argument.name] = argument.passed
            taken.append(argument)
    exact = set(bound)
    for index, argument in enumerate(given):
        if not argument.name or argument in taken:
            continue
        near = [parameter.name for parameter in signature.parameters if _prefixed(parameter, argument.name, exact)]
        if len(near) > 1:
            return failed(f"argument {index + 1} matches multiple formal arguments", argument.span)
        if near:
            if near[0] in bound:
                return failed(_twice(near[0]), argument.span)
            bound[near[0]] = argument.passed
            taken.append(argument)
    left = [argument for argument in given if argument not in taken]
    unused = [argument for argument in left if argument.name]
    if not uncertain:
        free = [parameter.name for parameter in signature.parameters if parameter.name not in bound]
        nameless = [argument for argument in left if not argument.name]
        bound |= {name: argument.passed for name, argument in zip(free, nameless, strict=False)}
        beyond = nameless[len(free) :]
        unused = [argument for argument in left if argument.name or argument in beyond]
    if unused and not signature.open:
        return failed(_unused(unused), unused[0].span)
    if not uncertain:
        for parameter in signature.parameters:
            if parameter.required and parameter.name not in bound:
                return failed(f'argument "{parameter.name}" is missing, with no default')
    return Bound(bound, uncertain=uncertain)


def _prefixed(parameter: Parameter, name: str, exact: set[str]) -> bool:
    return parameter.name not in exact and parameter.name.startswith(name)


def _twice(name: str) -> str:
    return f'formal argument "{name}" matched by multiple actual arguments'


def _unused(arguments: Iterable[RawArgument]) -> str:
    written = [
        f"{argument.name} = {_deparsed(argument.passed.value)}" if argument.name else _deparsed(argument.passed.value)
        for argument in arguments
    ]
    return f"unused argument{'' if len(written) == 1 else 's'} ({', '.join(written)})"


def _deparsed(value: Value) -> str:
    """The value as R would write it, where it is a constant."""
    match value:
        case Known(str() as text) if '"' not in text and "\\" not in text and text.isprintable():
            return f'"{text}"'
        case Known(bool() as truth):
            return "TRUE" if truth else "FALSE"
        case Known(None):
            return "NULL"
        case Known(float() | int() as number):
            return f"{number:.15g}"
        case _:
            return "…"
