"""Calls of a context's members, made as they are meant."""

from __future__ import annotations

from .. import ir
from ..contract import Called, Passed, Project, RawArgument
from ..finding import AddArgument, Edit, Fix
from ..source import Span
from ..values import Known
from .texts import behind, quoted

EMPTY_IN_R = "setNames(list(), character(0))"
"""R's empty named list, which is written as `{}`."""


def passing(project: Project, called: Called, name: str, value: str, message: str, safe: bool) -> Fix | None:
    """One more argument, by name, in a call of a member."""
    call = written_out(project, called)
    if call is None:
        return None
    if called.span.path.endswith(".py"):
        return Fix(message, (AddArgument(called.span, name, value),), safe)
    written = f"{name} = {value}" if called.dialect == "r" else f"{name}={value}"
    if call.arguments:
        return Fix(message, (Edit(behind(call.arguments[-1].span), f", {written}"),), safe)
    end = called.span.end - 1
    return Fix(message, (Edit(Span(called.span.path, end, end), written),), safe)


def written_out(project: Project, called: Called) -> ir.Call | None:
    """The call of a member, where that is called by its name and with arguments that all stand there."""
    call = project.code.call_of(called.member_span)
    if call is None or call.span != called.span or any(each.spread for each in call.arguments):
        return None
    return call


def renamed(project: Project, span: Span, name: str, meant: str) -> Fix:
    """Another member in the place of one that is not there; R's `[["name"]]` keeps its quotes."""
    key = project.code.at(span, ir.Literal)
    item = project.code.parent(key)
    in_quotes = isinstance(item, ir.Item) and item.access is not ir.Access.DOLLAR
    return Fix(f"replace `{name}` by `{meant}`", (Edit(span, quoted(meant) if in_quotes else meant),), safe=False)


def uncalled(project: Project, name: Span) -> Fix | None:
    """A property in the place of its call, which has no arguments."""
    match project.code.call_of(name):
        case ir.Call(span=span, function=ir.Member(object=ir.Name(name=of), name=read), arguments=()):
            whole = f"{of}.{read}"
        case ir.Call(
            span=span,
            function=ir.Item(object=ir.Name(name=of), key=ir.Literal(value=read), access=ir.Access.DOLLAR),
            arguments=(),
        ):
            whole = f"{of}${read}"
        case _:
            return None
    return Fix(f"replace `{whole}()` by `{whole}`", (Edit(span, whole),), safe=True)


def at_level(project: Project, method: Span, level: str) -> Fix | None:
    """R's `ctx$log(message, level = …)` in the place of a method of `log`."""
    call = project.code.call_of(method)
    if call is None or not isinstance(call.function, ir.Item) or len(call.arguments) != 1:
        return None
    whole, argument = call.function, call.arguments[0]
    if argument.spread or argument.name not in (None, "message"):
        return None
    edits = [Edit(Span(method.path, whole.object.span.end, whole.span.end), "")]
    if level != "INFO":
        edits.append(Edit(behind(argument.span), f', level = "{level}"'))
    return Fix(f"log on the level `{level}`", tuple(edits), safe=True)


def with_default(project: Project, called: Called) -> Fix | None:
    """An extra with a default, where `get_extra` is called as if it took one."""
    match called.arguments:
        case [
            RawArgument(name=None | "key", passed=key, spread=False) as first,
            RawArgument(name=None | "default", passed=other, spread=False) as second,
        ]:
            pass
        case _:
            return None
    call = written_out(project, called)
    if call is None or len(call.arguments) != 2:
        return None
    path = called.span.path
    if called.dialect == "python":
        edits = [Edit(called.member_span, "extras.get")]
        names = [(each, each.passed) for each in (first, second) if each.name]
        edits += [Edit(Span(path, each.span.start, passed.span.start), "") for each, passed in names]
        return Fix("read it with `extras.get`", tuple(edits), safe=True)
    of = _receiver(call)
    match key.value:
        case Known(str() as name) if project.code.is_literal(key.span, name) and of and _stands_alone(project, call):
            test = f"if ({quoted(name)} %in% names({of}$extras)) {of}$extras[[{quoted(name)}]] else "
            start = Edit(Span(path, called.span.start, other.span.start), test)
            end = Edit(Span(path, other.span.end, called.span.end), "")
            return Fix(f"ask whether `{name}` is among the extras", (start, end), safe=True)
    return None


def emptied(project: Project, passed: Passed, message: str) -> Fix | None:
    """R's empty named list in the place of `list()` or `NULL`."""
    call = project.code.at(passed.span, ir.Call)
    match call:
        case ir.Call(function=ir.Name(name="list"), arguments=()):
            return Fix(message, (Edit(passed.span, EMPTY_IN_R),), safe=True)
    if project.code.is_literal(passed.span, None):
        return Fix(message, (Edit(passed.span, EMPTY_IN_R),), safe=True)
    return None


def _stands_alone(project: Project, node: ir.Call) -> bool:
    """Whether another expression may take its place without parentheses."""
    match project.code.parent(node):
        case ir.Assign(value=value) | ir.Argument(value=value) if value is node:
            return True
    return False


def _receiver(call: ir.Call) -> str | None:
    """What a member is called of, if that is a variable."""
    match call.function:
        case ir.Item(object=ir.Name(name=name)):
            return name
    return None
