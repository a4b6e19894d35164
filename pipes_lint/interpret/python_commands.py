"""Python programs that are given arguments: `argparse`, `click`, `typer`, `fire`.

What the command line gives is not known.
"""

from __future__ import annotations

from typing import Final

from ..source import Span
from ..values import Bound, Closure, Instance, Known, Partial, Unknown, Value
from .machine import CALLS, LIBRARY, MEMBERS, METHODS, NONE, Args, Machine, library
from .plain import STR, computed


def _typed_in(span: Span | None) -> Unknown:
    return Unknown("it is given on the command line", span, foreign=True)


def _run(machine: Machine, function: Value, args: Args) -> Value:
    """Calls a function with what the command line gives for each of its parameters."""
    if not isinstance(function, Closure):
        return computed(args.span)
    plain = [each for each in function.code.parameters if each.kind in ("plain", "keyword", "positional")]
    if function.receiver is not None:
        plain = plain[1:]
    places = tuple(_typed_in(args.span) for each in plain if each.kind != "keyword")
    named = tuple((each.name, _typed_in(args.span)) for each in plain if each.kind == "keyword")
    return machine.invoke(Partial(function, places, named), [], args.span, args.frame)


# --- argparse ---------------------------------------------------------------------------------------------------------


@library("argparse.ArgumentParser", "configargparse.ArgumentParser")
def parser(machine: Machine, args: Args) -> Value:
    return Instance("argparse.ArgumentParser")


def _of_parser(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name:
        case "parse_args":
            return Instance("argparse.Namespace")
        case "add_argument_group" | "add_mutually_exclusive_group" | "add_subparsers" | "add_parser":
            return bound.receiver
        case "error" | "exit":
            return machine.leave("exit", Known(2), failing=bound.name == "error")
        case "format_help" | "format_usage":
            return STR
        case "set_defaults" | "print_help" | "print_usage":
            return NONE
    return computed(args.span)


METHODS["argparse.ArgumentParser"] = _of_parser
MEMBERS["argparse.Namespace"] = lambda machine, made, name, span, frame: _typed_in(span)
LIBRARY["argparse.Namespace"] = lambda machine, args: Instance("argparse.Namespace")

# --- click, typer, fire -----------------------------------------------------------------------------------------------

_MAKERS: Final = ("click.command", "click.group", "rich_click.command", "rich_click.group")
_HANDED_ON: Final = (
    "option",
    "argument",
    "pass_context",
    "pass_obj",
    "version_option",
    "help_option",
    "password_option",
)


def _maker(machine: Machine, args: Args) -> Value:
    """`@click.command` or `@click.command(…)`."""
    only = args.positional[0] if args.positional else None
    if isinstance(only, Closure):
        return _command(machine, only)
    return Instance("click.decorator")


def _command(machine: Machine, function: Value, group: Instance | None = None) -> Value:
    made = Instance("click.Command", {"callback": function}, machine.store.ident())
    if group is not None:
        _inside(machine, group).append(made)
    return made


def _inside(machine: Machine, group: Instance) -> list[Value]:
    """The commands of a group."""
    groups: dict[int, list[Value]] = machine.roles.setdefault("commands", {})
    return groups.setdefault(group.ident, [])


def _decorate(machine: Machine, made: Instance, args: Args) -> Value:
    group = made.fields.get("group")
    function = args.positional[0] if args.positional else computed(args.span)
    if made.type == "click.callback" and isinstance(group, Instance):
        machine.roles.setdefault("callbacks", {})[group.ident] = function
        return function
    return _command(machine, function, group if isinstance(group, Instance) else None)


CALLS["click.decorator"] = CALLS["click.callback"] = _decorate
for _name in _MAKERS:
    LIBRARY[_name] = _maker
for _name in _HANDED_ON:
    LIBRARY[f"click.{_name}"] = lambda machine, args: (
        args.positional[0] if args.positional and isinstance(args.positional[0], Closure) else Instance("decorator")
    )


def _of_command(machine: Machine, bound: Bound, args: Args) -> Value | None:
    group = bound.receiver
    if not isinstance(group, Instance):
        return None
    match bound.name:
        case "command" | "group":
            if args.positional and isinstance(args.positional[0], Closure):
                return _command(machine, args.positional[0], group)
            return Instance("click.decorator", {"group": group})
        case "callback":
            return Instance("click.callback", {"group": group})
        case "add_command" | "add_typer" if args.positional:
            _inside(machine, group).append(args.positional[0])
            return NONE
        case "main":
            return _start(machine, group, args)
    return None


METHODS["click.Command"] = METHODS["typer.Typer"] = _of_command


def _start(machine: Machine, command: Instance, args: Args) -> Value:
    """Runs a command: its own function, and any one of those inside it. Then the program ends."""
    _enter(machine, command, args)
    if args.named.get("standalone_mode") == Known(False):
        return NONE
    return machine.leave("exit", Known(0))


def _enter(machine: Machine, command: Value, args: Args) -> Value:
    if not isinstance(command, Instance):
        return _run(machine, command, args)
    callback = command.fields.get("callback") or machine.roles.get("callbacks", {}).get(command.ident)
    if isinstance(callback, Closure):
        _run(machine, callback, args)
    inside = tuple(_inside(machine, command))
    if len(inside) == 1 and command.type == "typer.Typer":
        return _enter(machine, inside[0], args)
    return machine.any_of(inside, lambda each: _enter(machine, each, args)) if inside else NONE


CALLS["click.Command"] = CALLS["typer.Typer"] = _start


@library("typer.Typer")
def typer_app(machine: Machine, args: Args) -> Value:
    return Instance("typer.Typer", {}, machine.store.ident())


@library("typer.Option", "typer.Argument")
def typer_parameter(machine: Machine, args: Args) -> Value:
    return _typed_in(args.span)


@library("typer.run")
def typer_run(machine: Machine, args: Args) -> Value:
    _run(machine, args.positional[0] if args.positional else NONE, args)
    return machine.leave("exit", Known(0))


@library("fire.Fire")
def fire(machine: Machine, args: Args) -> Value:
    component = args.get("component", 0)
    if isinstance(component, Closure):
        return _run(machine, component, args)
    return machine.gap("the command line chooses what is run here", args.span)


@library("typer.Exit", "click.exceptions.Exit")
def command_exit(machine: Machine, args: Args) -> Value:
    return Instance("builtins.SystemExit", {"code": args.get("code", 0) or args.get("exit_code") or Known(0)})


@library("click.echo", "click.secho", "typer.echo", "typer.secho")
def echo(machine: Machine, args: Args) -> Value:
    return NONE
