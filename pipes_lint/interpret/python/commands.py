"""Python programs that are given arguments: `argparse`, `click`, `typer`, `fire`.

What the command line gives is known where the launch is seen to pass it and `argparse` is told plainly how to read it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, Final, NoReturn

from ...source import Span
from ...values import Bound, Closure, Instance, Known, Partial, Sequence, Symbol, Unknown, Value
from ..machine import CALLS, LIBRARY, MEMBERS, METHODS, NONE, Args, Frame, Machine, library
from ..plain import STR, Open, computed, plain, value_of


def _typed_in(span: Span | None) -> Unknown:
    return Unknown("it is given on the command line", span, foreign=True)


def _run(machine: Machine, function: Value, args: Args) -> Value:
    """Calls a function with what the command line gives for each of its parameters."""
    if not isinstance(function, Closure):
        return computed(args.span)
    plain = [each for each in function.code.parameters if each.kind in ("plain", "keyword", "positional")]
    if function.receiver is not None:
        plain = plain[1:]
    left = _left_alone(machine, function, args)
    places = tuple(left.get(each.name, _typed_in(args.span)) for each in plain if each.kind != "keyword")
    named = tuple((each.name, left.get(each.name, _typed_in(args.span))) for each in plain if each.kind == "keyword")
    return machine.invoke(Partial(function, places, named), [], args.span, args.frame)


# --- argparse ---------------------------------------------------------------------------------------------------------


@library("argparse.ArgumentParser", "configargparse.ArgumentParser")
def parser(machine: Machine, args: Args) -> Value:
    made = Instance("argparse.ArgumentParser", {}, machine.store.ident())
    if args.loose or set(args.named) - {"prog", "description", "epilog", "usage", "formatter_class", "add_help"}:
        _declared(machine, made).append(None)
    return made


class _Parser(argparse.ArgumentParser):
    """Parses as the script's own parser would, and never ends our program."""

    def error(self, message: str) -> NoReturn:
        raise Open

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        raise Open


def _declared(machine: Machine, parser: Value) -> list[Args | None]:
    """The calls that declare a parser's arguments, in order; None for one that cannot be followed."""
    declared: dict[int, list[Args | None]] = machine.roles.setdefault("arguments", {})
    return declared.setdefault(parser.ident if isinstance(parser, Instance) else 0, [])


_READ: Final = frozenset(("action", "nargs", "default", "choices", "required", "dest", "const", "type"))
_UNREAD: Final = frozenset(("help", "metavar"))
_TYPES: Final[dict[Value, Callable[[str], object]]] = {
    Symbol("builtins.str"): str,
    Symbol("builtins.int"): int,
    Symbol("builtins.float"): float,
}


def _parsed(machine: Machine, parser: Value, given: Value | None, span: Span) -> dict[str, Value]:
    """What the command line gives for each argument, if all of it is known."""
    found = _Parser(add_help=False)
    try:
        if given is None or given == NONE:
            passed = machine.roles.get("argv")
            words = plain(machine, passed)[1:] if isinstance(passed, Sequence) else None
        else:
            words = plain(machine, given)
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise Open
        for call in _declared(machine, parser):
            if call is None or call.loose or set(call.named) - _READ - _UNREAD:
                raise Open
            named: dict[str, Any] = {
                name: _TYPES[value] if name == "type" and value in _TYPES else plain(machine, value)
                for name, value in call.named.items()
                if name in _READ
            }
            found.add_argument(*(plain(machine, value) for value in call.positional), **named)
        parsed = vars(found.parse_args(words))
    except (Open, TypeError, ValueError, KeyError, argparse.ArgumentError):
        return {}
    return {name: value_of(machine, value, span) for name, value in parsed.items()}


def _of_parser(machine: Machine, bound: Bound, args: Args) -> Value | None:
    declared = _declared(machine, bound.receiver)
    match bound.name:
        case "parse_args" | "parse_known_args":
            space = Instance(
                "argparse.Namespace",
                _parsed(machine, bound.receiver, args.get("args", 0), args.span),
                machine.store.ident(),
            )
            return space if bound.name == "parse_args" else Sequence((space, computed(args.span)), "tuple")
        case "add_argument":
            declared.append(args if not machine.path else None)
            return computed(args.span)
        case "add_argument_group" | "add_mutually_exclusive_group":
            return bound.receiver
        case "add_subparsers" | "add_parser":
            declared.append(None)
            return bound.receiver
        case "error" | "exit":
            return machine.leave("exit", Known(2), failing=bound.name == "error")
        case "format_help" | "format_usage":
            return STR
        case "set_defaults":
            declared.append(None)
            for value in args.named.values():
                if isinstance(value, Closure):
                    machine.roles["chosen"] = True
            return NONE
        case "print_help" | "print_usage":
            return NONE
    return computed(args.span)


def _of_namespace(machine: Machine, made: Instance, name: str, span: Span, frame: Frame) -> Value:
    set_later = machine.store.read((made.ident, ".", name)) if made.ident else None
    if set_later is not None:
        return set_later
    known = made.fields.get(name)
    if known is None and machine.roles.get("chosen"):
        return Unknown("the command line chooses it", span)
    return known if known is not None else _typed_in(span)


METHODS["argparse.ArgumentParser"] = _of_parser
MEMBERS["argparse.Namespace"] = _of_namespace
LIBRARY["argparse.Namespace"] = lambda machine, args: Instance("argparse.Namespace")

# --- click, typer, fire -----------------------------------------------------------------------------------------------

_MAKERS: Final = ("click.command", "click.group", "rich_click.command", "rich_click.group")
_HANDED_ON: Final = (
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


def _command(machine: Machine, function: Value, group: Instance | None = None, label: Value | None = None) -> Value:
    fields = {"callback": function} if label is None else {"callback": function, "name": label}
    made = Instance("click.Command", fields, machine.store.ident())
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
    return _command(machine, function, group if isinstance(group, Instance) else None, made.fields.get("name"))


CALLS["click.decorator"] = CALLS["click.callback"] = _decorate
for _name in _MAKERS:
    LIBRARY[_name] = _maker
for _name in _HANDED_ON:
    LIBRARY[f"click.{_name}"] = lambda machine, args: (
        args.positional[0] if args.positional and isinstance(args.positional[0], Closure) else Instance("decorator")
    )


@library("click.option")
def option(machine: Machine, args: Args) -> Value:
    """`@click.option("--mode", default="full")`: what the parameter is if the command line does not name it."""
    flags = [value.value for value in args.positional if isinstance(value, Known) and isinstance(value.value, str)]
    if args.loose or len(flags) != len(args.positional) or set(args.named) & {"cls", "callback", "envvar", "multiple"}:
        return Instance("decorator")
    flags = [part for flag in flags for part in flag.split("/")]
    names = [flag for flag in flags if flag.isidentifier()] or [max(flags, key=len, default="").lstrip("-")]
    default = args.named.get("default", Known(False) if args.named.get("is_flag") == Known(True) else None)
    if isinstance(default, Known) and isinstance(default.value, bool | int | float | str):
        return Instance(
            "click.option",
            {"name": Known(names[0].replace("-", "_").lower()), "flags": Known(" ".join(flags)), "default": default},
        )
    return Instance("decorator")


def _optional(machine: Machine, made: Instance, args: Args) -> Value:
    function = args.positional[0] if args.positional else computed(args.span)
    if isinstance(function, Closure):
        machine.roles.setdefault("options", {}).setdefault(id(function.code), []).append(made)
    return function


CALLS["click.option"] = _optional


def _words(machine: Machine) -> list[str] | None:
    """The words behind the script in the command, if all are known."""
    passed = machine.roles.get("argv")
    if not isinstance(passed, Sequence) or not passed.complete:
        return None
    words = [item.value for item in passed.items[1:] if isinstance(item, Known) and isinstance(item.value, str)]
    return words if len(words) == len(passed.items) - 1 else None


def _left_alone(machine: Machine, function: Closure, args: Args) -> dict[str, Value]:
    """The options of a command that the command line does not name, with their defaults."""
    found: dict[str, Value] = {}
    words = _words(machine)
    if words is None or len(args.items):
        return found
    for made in machine.roles.get("options", {}).get(id(function.code), ()):
        name, flags = (str(getattr(made.fields[each], "value", "")) for each in ("name", "flags"))
        if not any(word.startswith(flag) for word in words for flag in flags.split()) and not any(
            word.startswith("-") and not word.startswith("--") for word in words
        ):
            found[name] = made.fields["default"]
    return found


def _chosen(machine: Machine, inside: tuple[Value, ...]) -> tuple[Value, ...]:
    """The command of a group that the command line names, or all of them."""
    named = []
    for command in inside:
        callback = command.fields.get("callback") if isinstance(command, Instance) else None
        label = command.fields.get("name") if isinstance(command, Instance) else None
        if isinstance(label, Known):
            names = {str(label.value)}
        elif isinstance(callback, Closure) and label is None:
            names = {callback.code.name or "", (callback.code.name or "").replace("_", "-")}
        else:
            return inside
        if names & set(_words(machine) or ()):
            named.append(command)
    return tuple(named) if len(named) == 1 else inside


def _of_command(machine: Machine, bound: Bound, args: Args) -> Value | None:
    group = bound.receiver
    if not isinstance(group, Instance):
        return None
    match bound.name:
        case "command" | "group":
            if args.positional and isinstance(args.positional[0], Closure):
                return _command(machine, args.positional[0], group)
            label = args.get("name", 0)
            return Instance("click.decorator", {"group": group} if label is None else {"group": group, "name": label})
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
    inside = _chosen(machine, tuple(_inside(machine, command)))
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
