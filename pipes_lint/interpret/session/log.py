"""The context's `log`, a logger of Python's: what is sent through it, and on which level."""

from __future__ import annotations

from ...contract import Called, MemberRead
from ...protocol import LOG_LEVEL_OF, LOG_METHODS
from ...source import Span
from ...values import Bound, Instance, Known, Unknown, Value
from ..logging_levels import level_cell
from ..machine import CALLS, MEMBERS, METHODS, NONE, Args, Frame, Machine
from ..settle import raw_arguments
from .pipes import LOG, PYTHON, dialect_of, is_closed, name_span


def _of_log(machine: Machine, log: Instance, name: str, span: Span, frame: Frame) -> Value | None:
    """Notes what a logger does not have. (Its methods are noted when they are called.)"""
    known = name in LOG_METHODS or name.startswith("_") or "." in name
    context = log.fields["context"]
    if known or machine.called_name == span or not isinstance(context, Instance) or context.type != PYTHON:
        return None
    machine.log.append(MemberRead(span, machine.when(), "python", "log", name))
    return Unknown(f"a logger has no `{name}`", span, foreign=True)


def _log_method(machine: Machine, bound: Bound, args: Args) -> Value:
    log = bound.receiver
    assert isinstance(log, Instance)
    return _log(machine, log, f"log.{bound.name}", name_span(bound, args), args)


def _log_called(machine: Machine, log: Instance, args: Args) -> Value:
    return _log(machine, log, "log", args.callee_span, args)


def _log(machine: Machine, log: Instance, member: str, span: Span, args: Args) -> Value:
    context = log.fields["context"]
    assert isinstance(context, Instance)
    arguments = raw_arguments(machine, args)
    closed = is_closed(machine, context)
    if machine.roles.get("logging is off"):
        return NONE
    called = Called(args.span, machine.when(), dialect_of(context), member, span, arguments, closed, context.ident)
    machine.log.append(called._replace(level=_renamed(machine, member, args)))
    return NONE


def _renamed(machine: Machine, member: str, args: Args) -> Value | None:
    """What `logging.addLevelName` has called the level of a message, if it has."""
    number = LOG_LEVEL_OF.get(member.removeprefix("log."))
    given = args.get("level", 0)
    if member == "log.log" and isinstance(given, Known) and type(given.value) is int:
        number = given.value
    return None if number is None else machine.store.read(level_cell(number))


MEMBERS[LOG] = _of_log
METHODS[LOG] = _log_method
CALLS[LOG] = _log_called
