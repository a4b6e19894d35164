"""Functions of the project's that may run where that cannot be seen.

What is called is not always known: something out of a library's table, an attribute by a name made up on the way. It
is mostly a library's, but may be a function of the project's that was put there. If one that nobody is seen to call
could be meant, and speaks with Pipes, nothing can be said of what the script never does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .. import ir
from ..source import Span
from .machine import Machine

_SPEAKS: Final = frozenset(
    (
        "report_asset_materialization report_asset_check report_custom_message get_extra extras open_dagster_pipes "
        "partition_key partition_key_range partition_time_window asset_key asset_keys"
    ).split()
)
_LOOKS_UP: Final = frozenset("getmembers modules globals locals dir vars __dict__ exec eval".split())
"""What finds a function by its name."""
_R_LOOKS_UP: Final = frozenset("get get0 mget do.call match.fun eval evalq parse exec invoke as.call call".split())
_ANY: Final = "*"


def note_call(machine: Machine, node: ir.Call) -> None:
    """Notes that something is called that is not known, by the name that it is called by."""
    match node.function:
        case ir.Member(name=name) | ir.Item(key=ir.Literal(value=str() as name), access=ir.Access.DOLLAR):
            note_unknown(machine, node.function.span, name)
        case _:
            note_unknown(machine, node.function.span)


def note_unknown(machine: Machine, span: Span, name: str = _ANY) -> None:
    """Notes that something unknown is called, perhaps by this name."""
    if "session" in machine.roles:
        machine.roles.setdefault("unknown calls", {})[name] = span


def out_of_sight(machine: Machine, program: ir.Module) -> tuple[str, Span] | None:
    """A function that may have been called where something unknown was, with that place."""
    called: dict[str, Span] = machine.roles.get("unknown calls", {})
    if not called:
        return None
    others = dict.fromkeys((*machine.modules, *machine.roles.get("sourced", ())))
    modules = [program, *(machine.world.load(path) for path in others if path != program.path)]
    asleep: dict[str, list[_Function]] = {}
    handed_on: set[str] = set()
    said: set[str] = set()
    for module in modules:
        if module is not None and module.language == program.language:
            for found in _functions(machine, module.body, handed_on, False):
                asleep.setdefault(found.name, []).append(found)
    if not any(each.says & _SPEAKS for several in asleep.values() for each in several):
        return None
    for module in modules:
        if module is not None:
            _say(module.body, said)
    by_name = not said.isdisjoint(_LOOKS_UP if program.language == "python" else _R_LOOKS_UP)
    for name, functions in asleep.items():
        for function in functions:
            place = called.get(name) or (called.get(_ANY) if by_name or function.given or name in handed_on else None)
            if place is not None and _speaks(function, asleep):
                return name, place
    return None


class _Function:
    """A function that has not been seen to run: the names in it, and whether it is there to be called by others."""

    def __init__(self, name: str, given: bool) -> None:
        self.name = name
        self.given = given
        self.says: set[str] = set()


def _speaks(function: _Function, asleep: dict[str, list[_Function]]) -> bool:
    """Whether a function speaks with Pipes, or calls another that is not seen to run and does."""
    queue, seen = [function], {function.name}
    for each in queue:
        if each.says & _SPEAKS:
            return True
        for name in each.says - seen:
            seen.add(name)
            queue += asleep.get(name, ())
    return False


def _functions(machine: Machine, node: object, handed_on: set[str], in_class: bool) -> Iterator[_Function]:
    """The functions in a node that have not run; enters the names that are spoken of and not called."""
    match node:
        case ir.Function() if id(node.body) not in machine.entered:
            found = _Function(node.name, in_class or not node.name or bool(node.decorators))
            _say(node.body, found.says)
            yield found
            return
        case ir.Class():
            for part in node.body.body if isinstance(node.body, ir.Block) else (node.body,):
                yield from _functions(machine, part, handed_on, True)
            return
        case ir.Assign(target=ir.Name(name=name), value=ir.Function(name="") as function):  # R's have no name
            yield from _functions(machine, function._replace(name=name), handed_on, in_class)
            return
        case ir.Call(function=ir.Name() | ir.Member() as callee, arguments=arguments):
            parts: tuple[object, ...] = (*([callee.object] if isinstance(callee, ir.Member) else []), arguments)
        case ir.Name(name=name) | ir.Member(name=name):
            handed_on.add(name)
            parts = tuple(node)
        case ir.Assign(target=ir.Name(), value=ir.Function() as function):
            yield from _functions(machine, function, handed_on, in_class)
            return
        case tuple() if not isinstance(node, Span):
            parts = tuple(node)
        case _:
            return
    for each in parts:
        yield from _functions(machine, each, handed_on, False)


def _say(node: object, names: set[str]) -> None:
    match node:
        case ir.Name(name=name) | ir.Member(name=name) | ir.Qualified(name=name):
            names.add(name)
        case ir.Item(key=ir.Literal(value=str() as name)):
            names.add(name)
    if isinstance(node, tuple) and not isinstance(node, Span):
        for part in node:
            _say(part, names)
