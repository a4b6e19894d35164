"""Functions of Pipes outside a context, called in a way that stops the script: mostly those that open a session."""

from __future__ import annotations

from functools import partial
from typing import Final

from ... import ir
from ...contract import Dialect, Misopened
from ...protocol import FUNCTIONS, bind_arguments
from ...source import Span
from ...values import Closure, Symbol, Value
from ..calls import arguments
from ..machine import LIBRARY, NONE, SPECIAL, UNCALLED, Args, Frame, Machine
from ..settle import raw_arguments
from . import pipes  # noqa: F401 - what is wrapped here is entered there

_PYTHON: Final = "dagster_pipes.open_dagster_pipes"
_BLOCK: Final = "write `with_dagster_pipes(function(ctx) { … })`"


def _stop(machine: Machine, span: Span, dialect: Dialect, name: str, problem: str, error: str, help_: str) -> Value:
    machine.log.append(Misopened(span, machine.when(), dialect, name, problem, error, help_))
    return machine.leave("raise", NONE, failing=True)


def _uncalled(machine: Machine, span: Span) -> None:
    """`with open_dagster_pipes as context`."""
    if "session" in machine.roles:
        error = "TypeError: 'function' object does not support the context manager protocol"
        _stop(machine, span, "python", "open_dagster_pipes", "is not called", error, "write `open_dagster_pipes()`")


UNCALLED[_PYTHON] = _uncalled


def _checked(name: str, signature: str, dialect: Dialect) -> None:
    """Lets a function stop the script if it is called with what it does not take."""
    inner = LIBRARY[name]
    plain = name.rpartition(".")[2]

    def call(machine: Machine, args: Args) -> Value:
        bound = bind_arguments(FUNCTIONS[signature], raw_arguments(machine, args), dialect)
        if bound.problem and not args.loose and "session" in machine.roles:
            error = f"TypeError: {bound.problem}" if dialect == "python" else bound.problem
            names = ", ".join(f"`{each.name}`" for each in FUNCTIONS[signature].parameters)
            help_ = f"it takes {names}" if names else "it takes nothing"
            span = bound.span or args.span
            return _stop(machine, span, dialect, plain, "is called wrongly", error, help_)
        return inner(machine, args)

    LIBRARY[name] = call


_checked(_PYTHON, _PYTHON, "python")
for _library in ("dagsterpipes", "base"):
    for _name in ("open_dagster_pipes", "with_dagster_pipes", "pipes_metadata_value"):
        _checked(f"{_library}.{_name}", f"dagsterpipes.{_name}", "r")


def _with(name: str, machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """`with_dagster_pipes({ … })`: what stands there is run when the package calls it, and is no function."""
    if "session" in machine.roles and len(node.arguments) == 1 and isinstance(node.arguments[0].value, ir.Block):
        span = Span(node.span.path, node.function.span.start, node.function.span.end)
        return _stop(machine, span, "r", "with_dagster_pipes", "is given a block, and no function", "", _BLOCK)
    args = arguments(machine, node, frame)
    code = args.get("code", 0)
    if isinstance(code, Closure) and not code.code.parameters and "session" in machine.roles and len(args.items) == 1:
        problem = "is given a function that does not take the context"
        where = args.items[0].where
        return _stop(machine, where, "r", "with_dagster_pipes", problem, "unused argument (ctx)", _BLOCK)
    return machine.call(Symbol(name), args)


for _library in ("dagsterpipes", "base"):
    SPECIAL[f"{_library}.with_dagster_pipes"] = partial(_with, f"{_library}.with_dagster_pipes")
