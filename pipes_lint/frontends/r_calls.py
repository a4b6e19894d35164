"""The calls of R that are not calls: `switch`, `tryCatch`, `return`, `quote` and their kind, and the pipes' targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from .. import ir
from ..source import Span
from .r_reading import MISSING_ARGUMENT, UNPARSED, Reading, first, torn

if TYPE_CHECKING:
    from tree_sitter import Node


def call(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node:
    """What a call means: itself, or a node of its own if it is one of R's control structures."""
    match function:
        case ir.Name(name=name) | ir.Qualified(package="base" | "rlang", name=name):
            meaning = _MEANINGS.get(name)
        case ir.Qualified(package="reticulate", name="with"):
            meaning = _with
        case _:
            meaning = None
    node = meaning(span, function, arguments) if meaning else None
    return node or ir.Call(span, function, arguments)


def callee(r: Reading, node: Node) -> tuple[ir.Node, tuple[ir.Argument, ...]]:
    """What a call node calls, and with what."""
    function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None:
        lowered: ir.Node = r.absent(node.start_byte, "missing")
    elif function.type == "string":
        lowered = ir.Name(r.syntax.span(function), r.spelt(function))
    else:
        lowered = r.node(function)
    return lowered, arguments_of(r, arguments) if arguments else ()


def arguments_of(r: Reading, node: Node) -> tuple[ir.Argument, ...]:
    """The arguments between parentheses or brackets, with `MISSING_ARGUMENT` where a comma leaves one out.

    A comma before the closing parenthesis is none: most callees take it so, Python's functions among them.
    """
    lowered: list[ir.Argument] = []
    wanted = False
    for child in node.children:
        match child.type:
            case "argument":
                lowered.append(_argument(r, child))
                wanted = False
            case "comma":
                if wanted or not lowered:
                    lowered.append(first(r.absent(child.start_byte, MISSING_ARGUMENT)))
                wanted = True
            case "]" | "]]":
                if wanted:
                    lowered.append(first(r.absent(child.start_byte, MISSING_ARGUMENT)))
            case "ERROR":
                lowered.append(first(r.broken(child)))
                wanted = False
    return tuple(lowered)


def _argument(r: Reading, node: Node) -> ir.Argument:
    span = r.syntax.span(node)
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    r.depth += 1
    lowered = r.absent(node.end_byte, MISSING_ARGUMENT) if value is None else r.node(value)
    r.depth -= 1
    if name is None and value is not None and value.type == "dots":
        return ir.Argument(span, lowered, spread="**")
    if torn(node):
        lowered = ir.Opaque(span, UNPARSED, (lowered,))
    if name is None:
        return ir.Argument(span, lowered)
    return ir.Argument(span, lowered, r.spelt(name), r.syntax.span(name))


def _is_missing(node: ir.Node) -> bool:
    return isinstance(node, ir.Opaque) and node.reason == MISSING_ARGUMENT


def subset(r: Reading, node: Node) -> ir.Node:
    """`x[i]` or `x[[i]]` as an `Item`; with anything but one plain index, as a call of `[` or `[[`."""
    owner, arguments = r.part(node, "function"), node.child_by_field_name("arguments")
    span = r.syntax.span(node)
    if arguments is None:
        return ir.Opaque(span, UNPARSED, (owner,))
    indexes = arguments_of(r, arguments)
    single = node.type == "subset"
    match indexes:
        case (ir.Argument(value=key, name=None, spread=""),) if not _is_missing(key):
            return ir.Item(span, owner, key, ir.Access.SUBSET if single else ir.Access.ELEMENT)
    opening = r.syntax.span(arguments.children[0])
    return ir.Call(span, ir.Name(opening, "[" if single else "[["), (first(owner), *indexes))


def _taken(arguments: Iterable[ir.Argument], name: str) -> tuple[ir.Argument | None, list[ir.Argument]]:
    """The argument of that name, or else the first without one; and the others."""
    candidates = list(arguments)
    for wanted in (name, None):
        for argument in candidates:
            if argument.name == wanted and not argument.spread:
                return argument, [other for other in candidates if other is not argument]
    return None, candidates


def _return(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node | None:
    match arguments:
        case ():
            return ir.Return(span, None)
        case (ir.Argument(value=value, spread=""),):
            return ir.Return(span, value)
    return None


def _quoted(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node | None:
    return ir.Opaque(span, "quoted code")


def _with(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node | None:
    match arguments:
        case (
            ir.Argument(value=ir.Call(function=ir.Name(name="%as%"), arguments=(context, target))),
            ir.Argument(value=body),
            *_,
        ):
            return ir.With(span, (ir.WithItem(context.value, target.value),), body)
        case (ir.Argument(value=ir.Call(function=opens) as context), ir.Argument(value=body)) if _opens(opens):
            return ir.With(span, (ir.WithItem(context, None),), body)
    return None


def _opens(function: ir.Node) -> bool:
    """Whether this is reticulate's `dagster_pipes$open_dagster_pipes`: then `with()` is no look into a data frame."""
    match function:
        case ir.Item(key=ir.Literal(value="open_dagster_pipes")) | ir.Name(name="open_dagster_pipes"):
            return True
    return False


def _switch(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node | None:
    subject, arms = _taken(arguments, "EXPR")
    if subject is None or not arms or any(arm.spread for arm in arms):
        return None
    if all(arm.name is None for arm in arms):
        cases = _numbered(arms)
    elif sum(arm.name is None for arm in arms) > 1:
        return None
    else:
        cases = _named(arms)
    return ir.Match(span, subject.value, cases)


def _numbered(arms: list[ir.Argument]) -> tuple[ir.Case, ...]:
    if len(arms) == 1:
        # The default of a `switch` on text, or the first arm of one on numbers: nobody can tell.
        return (ir.Case(ir.OpaquePattern(()), None, arms[0].value),)
    return tuple(
        ir.Case(ir.ValuePattern((ir.Literal(arm.span, position),)), None, arm.value)
        for position, arm in enumerate(arms, 1)
    )


def _named(arms: list[ir.Argument]) -> tuple[ir.Case, ...]:
    cases: list[ir.Case] = []
    default: list[ir.Case] = []
    falling: list[ir.Node] = []
    for arm in arms:
        if arm.name is None:
            default = [ir.Case(ir.AnyPattern(None), None, arm.value)]
            falling = []
            continue
        falling.append(ir.Literal(arm.name_span or arm.span, arm.name))
        if not _is_missing(arm.value):
            cases.append(ir.Case(ir.ValuePattern(tuple(falling)), None, arm.value))
            falling = []
    if falling:
        cases.append(ir.Case(ir.ValuePattern(tuple(falling)), None, ir.Literal(arms[-1].value.span, None)))
    return (*cases, *default)


def _guarded(
    span: Span, arguments: tuple[ir.Argument, ...], calling: bool = False, finally_: str = "finally"
) -> ir.Node:
    code, others = _taken(arguments, "expr")
    handlers: list[ir.Handler] = []
    cleanup: ir.Node | None = None
    for argument in others:
        if argument.name == finally_:
            cleanup = argument.value
        elif argument.name is not None:
            condition = ir.Literal(argument.name_span or argument.span, argument.name)
            handlers.append(ir.Handler(argument.span, condition, None, None, argument.value))
        else:
            # `...` or a list of handlers: they may catch anything.
            handlers.append(ir.Handler(argument.span, None, None, None, argument.value))
    body = code.value if code else ir.Block(Span(span.path, span.end, span.end), ())
    return ir.Try(span, body, tuple(handlers), finally_=cleanup, calling=calling)


def _try_catch(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node | None:
    return _guarded(span, arguments)


def _try_fetch(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node | None:
    return _guarded(span, arguments, finally_="")


def _with_calling_handlers(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node | None:
    return _guarded(span, arguments, calling=True, finally_="")


def _try(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node | None:
    code, _ = _taken(arguments, "expr")
    if code is None:
        return None
    return ir.Try(span, code.value, (ir.Handler(function.span, None, None, None),))


def _catch(span: Span, function: ir.Node, arguments: tuple[ir.Argument, ...]) -> ir.Node | None:
    """`catch_cnd(code)` of rlang gives the condition, or NULL."""
    code, _ = _taken(arguments, "expr")
    if code is None:
        return None
    end = Span(span.path, span.end, span.end)
    body = ir.Block(code.value.span, (code.value, ir.Literal(end, None)))
    return ir.Try(span, body, (ir.Handler(function.span, None, None, ir.Opaque(end, "a condition")),))


_MEANINGS: dict[str, Callable[[Span, ir.Node, tuple[ir.Argument, ...]], ir.Node | None]] = {
    "return": _return,
    "switch": _switch,
    "tryCatch": _try_catch,
    "try_fetch": _try_fetch,
    "withCallingHandlers": _with_calling_handlers,
    "try": _try,
    "catch_cnd": _catch,
    "quote": _quoted,
    "bquote": _quoted,
    "substitute": _quoted,
    "expression": _quoted,
    "with": _with,
}
