"""A method that R chooses by a class which is not known."""

from __future__ import annotations

from collections.abc import Callable

from ...values import Unknown, Value
from ..machine import Args, Machine


def any_of(
    machine: Machine, generic: str, methods: list[Value | None], args: Args, otherwise: Callable[[], Value] | None
) -> Value:
    """Any of several methods may be run, or none: what they do to variables is taken over, what they say is not."""
    log = len(machine.log)
    unknown = Unknown(f"it is not known which method of `{generic}` is run", args.span, foreign=True)

    def one(method: Value) -> Callable[[], Value]:
        return lambda: machine.call(method, args)

    def none() -> Value:
        return otherwise() if otherwise is not None else unknown

    machine.choose([*(one(method) for method in methods if method is not None), none])
    if len(machine.log) > log:
        del machine.log[log:]
        machine.gap(f"it is not known which method of `{generic}` is run", args.callee_span)
    return unknown
