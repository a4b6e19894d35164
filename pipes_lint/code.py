"""The code around a place, for whoever wants to say how it could be changed: asked only where something was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from . import ir
from .source import Span

N = TypeVar("N")

_DISPLAYS = ("c", "list")
"""R's functions whose call is what a display is in Python."""


class Code:
    """The project's files as they are lowered; `load` gives None for one that is not read."""

    __slots__ = ("_load", "_nodes", "_parents")

    def __init__(self, load: Callable[[str], ir.Module | None] = lambda path: None) -> None:
        self._load = load
        self._nodes: dict[str, list[Any]] = {}
        self._parents: dict[int, Any] = {}

    def nodes(self, path: str) -> list[Any]:
        """All that a file is made of (`ir.Node`, `ir.Argument`, `ir.Parameter`, …), from the outermost."""
        if path not in self._nodes:
            module = self._load(path)
            self._nodes[path] = found = []
            todo: list[tuple[Any, Any]] = [(module.body, None)] if module else []
            while todo:
                node, parent = todo.pop()
                if type(node) is tuple:
                    todo += ((each, parent) for each in reversed(node))
                elif isinstance(node, tuple) and not isinstance(node, Span | ir.Missing):
                    self._parents[id(node)] = parent
                    found.append(node)
                    todo += ((each, node) for each in reversed(node) if isinstance(each, tuple))
        return self._nodes[path]

    def of(self, path: str, kind: type[N]) -> Iterator[N]:
        """All of one kind in a file."""
        return (node for node in self.nodes(path) if isinstance(node, kind))

    def at(self, span: Span, kind: type[N]) -> N | None:
        """What of this kind stands exactly there; the innermost."""
        found = [node for node in self.of(span.path, kind) if getattr(node, "span", None) == span]
        return found[-1] if found else None

    def parent(self, node: object) -> Any:
        """What a node of this code directly stands in; None for the outermost."""
        return self._parents.get(id(node))

    def call_of(self, span: Span) -> ir.Call | None:
        """The call of the method whose name stands there."""
        for call in self.of(span.path, ir.Call):
            match call.function:
                case ir.Member(name_span=name) if name == span:
                    return call
                case ir.Item(key=key) if key.span == span:
                    return call
        return None

    def times(self, path: str, value: object) -> int:
        """How often a constant is written in a file."""
        return sum(node.value == value for node in self.of(path, ir.Literal))

    def import_at(self, span: Span) -> ir.ImportFrom | None:
        """The import of a single name that stands there."""
        return self.at(span, ir.ImportFrom)

    def is_literal(self, span: Span, value: object) -> bool:
        """Whether nothing but this constant is written there."""
        node = self.at(span, ir.Literal)
        return node is not None and type(node.value) is type(value) and node.value == value

    def function_around(self, span: Span) -> ir.Function | None:
        """The innermost function in which a place is; None in no function."""
        around = [each for each in self.of(span.path, ir.Function) if each.span.start <= span.start < each.span.end]
        return around[-1] if around else None

    def item(self, display: Span | None, index: int, count: int) -> Span | None:
        """The expression of one of so many items in a display that stands there, be it one that spreads several."""
        node = self.at(display, ir.Collection) if display else None
        if node is None or not node.items:
            return None
        spread = [place for place, each in enumerate(node.items) if isinstance(each, ir.Spread)]
        if not spread or index < spread[0]:
            return node.items[index].span if index < len(node.items) else None
        if count - index < len(node.items) - spread[-1]:
            return node.items[index - count].span
        return node.items[spread[0]].span if len(spread) == 1 else None

    # --- names ---

    def reads(self, path: str, name: str) -> list[ir.Name]:
        """Where a variable of this name is read, in any scope of the file."""
        return [node for node in self.of(path, ir.Name) if node.name == name and not self._is_target(node)]

    def _is_target(self, node: ir.Name) -> bool:
        match self.parent(node):
            case ir.Assign(target=target) | ir.Loop(target=target) | ir.Clause(target=target):
                return target is node
        return False

    def binders(self, path: str, name: str) -> list[Any]:
        """What gives a variable of this name its value, in any scope: assignments, loops, parameters."""
        found: list[Any] = []
        for node in self.nodes(path):
            match node:
                case ir.Assign(target=ir.Name(name=own)) | ir.Loop(target=ir.Name(name=own)) if own == name:
                    found.append(node)
                case ir.Clause(target=ir.Name(name=own)) | ir.Parameter(name=own) if own == name:
                    found.append(node)
                case ir.Augment(target=ir.Name(name=own)) | ir.ImportFrom(name=own, alias=None) if own == name:
                    found.append(node)
                case ir.ImportFrom(alias=own) | ir.Import(alias=own) | ir.Handler(name=own) if own == name:
                    found.append(node)
                case ir.AnyPattern(name=own) if own == name:
                    found.append(node)
                case ir.Collection() | ir.WithItem() | ir.Delete() | ir.Declare() if self._unpacks(node, name):
                    found.append(node)
        return found

    def _unpacks(self, node: ir.Collection | ir.WithItem | ir.Delete | ir.Declare, name: str) -> bool:
        match node:
            case ir.Declare(names=names):
                return name in names
            case ir.Delete(targets=targets):
                inner = targets
            case ir.WithItem(target=target):
                inner = (target,) if target is not None else ()
            case ir.Collection(items=items):
                holder = self.parent(node)
                if getattr(holder, "target", None) is not node:
                    return False
                inner = items
        return any(isinstance(each, ir.Name) and each.name == name for each in inner)

    def value_of(self, name: ir.Name) -> ir.Node | None:
        """What a variable is assigned to, where that happens once in the file and nothing else changes it."""
        match self.binders(name.span.path, name.name):
            case [ir.Assign(value=value, outer=False)]:
                return value
        return None

    def serves_only(self, literal: Span, use: Span) -> bool:
        """Whether a constant, as it is written, is there for this use alone, as far as its file tells.

        It stands there itself; or in what a variable is assigned to, a loop goes through or a function is called with,
        and the variable is read nowhere else.
        """
        if literal == use:
            return True
        name = self.at(use, ir.Name)
        if literal.path != use.path or name is None or len(self.reads(use.path, name.name)) != 1:
            return False
        match self.binders(use.path, name.name):
            case [ir.Assign(value=value)] if value is not None:
                return value.span == literal or (isinstance(value, ir.Name) and self.serves_only(literal, value.span))
            case [ir.Loop(iterable=display)] | [ir.Clause(iterable=display)]:
                return self._displays(display, literal)
            case [ir.Parameter() as parameter]:
                return self._is_passed(parameter, literal)
        return False

    def _displays(self, display: ir.Node, literal: Span) -> bool:
        match display:
            case ir.Collection(items=items):
                return any(item.span == literal for item in items)
            case ir.Call(function=ir.Name(name=name), arguments=arguments) if name in _DISPLAYS:
                return any(argument.value.span == literal for argument in arguments)
            case ir.Name(span=span) if len(self.reads(span.path, display.name)) == 1:
                value = self.value_of(display)
                return value is not None and not isinstance(value, ir.Name) and self._displays(value, literal)
        return False

    def _is_passed(self, parameter: ir.Parameter, literal: Span) -> bool:
        if parameter.default is not None and parameter.default.span == literal:
            return True
        function = self.parent(parameter)
        holder = self.parent(function)
        names = {getattr(function, "name", "")}
        if isinstance(holder, ir.Assign) and isinstance(holder.target, ir.Name):
            names.add(holder.target.name)
        return any(
            argument.value.span == literal
            for call in self.of(literal.path, ir.Call)
            if isinstance(call.function, ir.Name) and call.function.name in names
            for argument in call.arguments
        )

    # --- how things are spelt ---

    def spelt(self, node: object) -> str | None:
        """A name as it is written: `dg.asset`; None for anything that is more than names and dots."""
        match node:
            case ir.Name(name=name):
                return name
            case ir.Member(object=inner, name=name):
                before = self.spelt(inner)
                return None if before is None else f"{before}.{name}"
        return None

    def imported(self, path: str, package: str, name: str) -> str | None:
        """How a file calls a name of a package that it imports; None if it does not have it."""
        for each in self.of(path, ir.ImportFrom):
            if (each.level, each.module, each.name) == (0, package, name):
                return each.alias or name
        for whole in self.of(path, ir.Import):
            if whole.module == package:
                return f"{whole.alias or package}.{name}"
        return None
