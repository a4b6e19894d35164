"""Where the results of a launch are let go: at the launch, or at the call of a function that gives them back."""

from __future__ import annotations

from typing import Any

from .. import ir
from ..contract import Launch, Project
from ..records import NamedTuple
from ..source import Span


class Dropped(NamedTuple):
    """The call whose value nobody takes."""

    span: Span
    idle: bool = False
    """Whether it makes a generator that nobody goes through, so that nothing is run."""


def dropped_at(project: Project, launch: Launch) -> Dropped:
    """The place of the body, or of the function that it calls, where the results stay behind."""
    sites = list(launch.sites)
    if launch.span in sites:
        sites = sites[: sites.index(launch.span)]
    place = Dropped(launch.span)
    while len(sites) > 1:  # the first is the body's own
        outside = sites.pop()
        node = project.code.at(place.span, ir.Call)
        if node is None or project.code.at(outside, ir.Call) is None or not _gives_back(project, node):
            break
        place = Dropped(outside, _is_idle(project, node, outside))
    return place


def _gives_back(project: Project, node: Any) -> bool:
    """Whether the function in which a call stands returns or yields its value, or what is asked of that."""
    code = project.code
    held, holder = node, code.parent(node)
    while isinstance(holder, ir.Member | ir.Call | ir.Await):
        held, holder = holder, code.parent(holder)
    match holder:
        case ir.Return() | ir.Yield():
            return True
        case ir.Assign(target=ir.Name(name=name), value=value) if value is held:
            function = _function_of(project, holder)
            reads = code.reads(node.span.path, name) if function is not None else []
            return any(_function_of(project, read) is function and _is_given(project, read) for read in reads)
    return False


def _is_given(project: Project, read: Any) -> bool:
    node = read
    while isinstance(node, ir.Name | ir.Member | ir.Call | ir.Await):
        node = project.code.parent(node)
    return isinstance(node, ir.Return | ir.Yield)


def _function_of(project: Project, node: Any) -> ir.Function | None:
    while node is not None and not isinstance(node, ir.Function):
        node = project.code.parent(node)
    return node


def _is_idle(project: Project, node: ir.Call, outside: Span) -> bool:
    function = _function_of(project, node)
    call = project.code.at(outside, ir.Call)
    return function is not None and function.generator and isinstance(project.code.parent(call), ir.Block)
