"""Names of libraries, by what they are and not by where they were found."""

from __future__ import annotations

import builtins
from typing import Final

from .. import ir
from ..values import Mapping, Symbol, Unknown, Value
from .machine import CONSTANTS, LIBRARY, SPECIAL, Frame, Machine, Scope, evaluates

_BUILTINS: Final = frozenset(dir(builtins))


def library_name(name: str) -> Value:
    """Python's `library.name`. Dagster's names, and its integrations', have moved between modules, so each is the
    package and the name alone.
    """
    first, _, rest = name.partition(".")
    if first == "dagster" and rest and rest[0] != "_":
        last = rest.rpartition(".")[2]
        if last[:1].isupper() or rest == last or rest.startswith("_"):
            name = f"dagster.{last}"
    elif first == "dagster" and rest:
        last = rest.rpartition(".")[2]
        if not last.startswith("_") and last not in ("core", "pipes", "definitions"):
            name = f"dagster.{last}" if last[:1].isupper() or f"dagster.{last}" in LIBRARY else name
    elif first.startswith("dagster_") and first != "dagster_pipes":
        last = rest.rpartition(".")[2]
        if last[:1].isupper():
            name = f"{first}.{last}"
    return CONSTANTS.get(name) or Symbol(name)


def r_symbol(name: str) -> Value:
    """R's `package::name`: a name of base R where we know what it does there, whatever package exports it too."""
    package, _, plain = name.partition(".")
    if name in CONSTANTS:
        return CONSTANTS[name]
    if package == "dagsterpipes":
        return Symbol(name)
    if name not in LIBRARY and name not in SPECIAL and (f"base.{plain}" in LIBRARY or f"base.{plain}" in SPECIAL):
        return Symbol(f"base.{plain}")
    return Symbol(name)


@evaluates(ir.Name)
def name(machine: Machine, node: ir.Name, frame: Frame) -> Value:
    found = machine.find(node.name, frame)
    if found is not None:
        return found
    if frame.scope.prelude == "base":
        if node.name.startswith("..") and node.name[2:].isdigit():
            return _dot(machine, int(node.name[2:]), node, frame)
        return r_symbol(f"base.{node.name}")
    if frame.scope.stars:
        found = starred(node.name, frame.scope)
        if found is not None:
            return found
    if node.name in _BUILTINS:
        return library_name(f"builtins.{node.name}")
    return Unknown(f"`{node.name}` is not set in this file", node.span)


def _dot(machine: Machine, number: int, node: ir.Name, frame: Frame) -> Value:
    """R's `..1`: what stands at that place in `...`."""
    dots = machine.find("...", frame)
    if isinstance(dots, Mapping) and dots.complete and 1 <= number <= len(dots.slots):
        slot = list(dots.slots.values())[number - 1]
        if slot.always:
            return machine.promised(slot.value)
    return Unknown("it is one of the arguments that are handed on", node.span, foreign=True)


def starred(name: str, scope: Scope) -> Value | None:
    """A name that a file has not set, but may have imported with `*` from elsewhere; None if it has not."""
    libraries = [star.name for star in reversed(scope.stars) if isinstance(star, Symbol)]
    for each in libraries:
        found = library_name(f"{each}.{name}")
        if not isinstance(found, Symbol) or found.name in LIBRARY:
            return found
    if name in _BUILTINS or not scope.stars:
        return None
    if len(scope.stars) == 1:
        only = scope.stars[0]
        return library_name(f"{libraries[0]}.{name}") if libraries else only
    unknown = next((star for star in scope.stars if isinstance(star, Unknown)), None)
    return unknown or Unknown(f"`{name}` may come from {' or '.join(f'`{each}`' for each in libraries)}", foreign=True)


def bound_names(code: ir.Module) -> list[str]:
    """The names that a module binds, wherever in its statements (but not in its functions), in order."""
    found: dict[str, None] = {}

    def target(node: object) -> None:
        match node:
            case ir.Name(name=name):
                found[name] = None
            case ir.Collection(items=items):
                for item in items:
                    target(item)
            case ir.Spread(value=value):
                target(value)

    def look(node: object) -> None:
        match node:
            case ir.Block(body=body):
                for each in body:
                    look(each)
            case ir.Assign(target=to) | ir.Augment(target=to):
                target(to)
            case ir.Import(module=module, alias=alias):
                found[alias or module.partition(".")[0]] = None
            case ir.ImportFrom(name=name, alias=alias) if name != "*":
                found[alias or name] = None
            case ir.Branch(then=then, otherwise=otherwise):
                look(then)
                look(otherwise)
            case ir.Loop(body=body_, otherwise=otherwise):
                target(node.target)
                look(body_)
                look(otherwise)
            case ir.While(body=body_):
                look(body_)
            case ir.Try():
                look(node.body)
                for handler in node.handlers:
                    look(handler.body)
                look(node.otherwise)
                look(node.finally_)
            case ir.With(body=body_, items=items_):
                for item in items_:
                    if item.target is not None:
                        target(item.target)
                look(body_)

    look(code.body)
    return list(found)
