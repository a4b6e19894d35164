"""R's `NullPipesContext`: a stand-in for a session, which takes every report and sends nothing."""

from __future__ import annotations

from ...protocol import members
from ...source import Span
from ...values import Bound, Instance, Known, Mapping, Sequence, Value
from ..machine import MEMBERS, METHODS, Args, Frame, Machine, library

_NULL: str = "dagsterpipes.NullPipesContext"


@library("dagsterpipes.NullPipesContext.new", "base.NullPipesContext.new")
def null_context(machine: Machine, args: Args) -> Value:
    return Instance(_NULL, span=args.span)


def _member(machine: Machine, context: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    known = members("r").get(name)
    if known is not None and (known.kind == "method" or name == "log"):
        return Bound(context, name, span)
    if name == "retry_number":
        return Known(0, span)
    if name in ("extras", "asset_keys"):
        return Sequence((), "list") if name == "asset_keys" else Mapping({}, None, "list", span)
    return Known(None, span)


def _method(machine: Machine, bound: Bound, args: Args) -> Value:
    """Nothing is sent. Where it would have been is remembered: nobody hears of it."""
    if bound.span is not None:
        machine.roles.setdefault("to nobody", set()).add(bound.span)
    return Known(None, args.span)


MEMBERS[_NULL] = _member
METHODS[_NULL] = _method
