"""Python functions that are made commands, and are given what the command line says: `click`, `typer`, `fire`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from ...values import Bound, Closure, Instance, Known, Partial, Sequence, Value
from ..machine import CALLS, LIBRARY, METHODS, NONE, Args, Machine, library
from ..plain import Open, computed
from ..told_by_launch import command_line, unheard
from .argument_parsers import typed_in
from .command_parameters import Parameter, Words, read_words, type_of_default
from .typer_parameters import parameters_of

_MAKERS: Final = ("click.command", "click.group", "rich_click.command", "rich_click.group")
_HANDED_ON: Final = (
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
        return _command(machine, only, {})
    return Instance("click.decorator", _named(args))


def _named(args: Args) -> dict[str, Value]:
    """What a command's decorator says: its name, and whether it is told more than we follow."""
    fields: dict[str, Value] = {}
    label = args.get("name", 0)
    if label is not None:
        fields["name"] = label
    if args.loose or set(args.named) - {"name", "help", "short_help", "epilog", "no_args_is_help", "hidden"}:
        fields["otherwise"] = Known(True)
    return fields


def _command(machine: Machine, function: Value, fields: Mapping[str, Value], group: Instance | None = None) -> Value:
    made = Instance("click.Command", {**fields, "callback": function}, machine.store.ident())
    if group is not None:
        _inside(machine, group).append(made)
    return made


def _inside(machine: Machine, group: Instance) -> list[Value]:
    """The commands of a group."""
    groups: dict[int, list[Value]] = machine.roles.setdefault("commands", {})
    return groups.setdefault(group.ident, [])


def _decorate(machine: Machine, made: Instance, args: Args) -> Value:
    fields = dict(made.fields)
    group = fields.pop("group", None)
    function = args.positional[0] if args.positional else computed(args.span)
    if made.type == "click.callback" and isinstance(group, Instance):
        machine.roles.setdefault("callbacks", {})[group.ident] = function
        return function
    return _command(machine, function, fields, group if isinstance(group, Instance) else None)


CALLS["click.decorator"] = CALLS["click.callback"] = _decorate
for _name in _MAKERS:
    LIBRARY[_name] = _maker
for _name in _HANDED_ON:
    LIBRARY[f"click.{_name}"] = lambda machine, args: (
        args.positional[0] if args.positional and isinstance(args.positional[0], Closure) else Instance("decorator")
    )

# --- what a command is declared with -------------------------------------------------------------------------------


@library("click.option", "rich_click.option")
def option(machine: Machine, args: Args) -> Value:
    """`@click.option("--mode", default="full")`."""
    written = [value.value for value in args.positional if isinstance(value, Known) and isinstance(value.value, str)]
    flags = [part.strip() for each in written for part in each.split("/")[:1] if not each.isidentifier()]
    off = [part.strip() for each in written for part in each.split("/")[1:]]
    own = [each for each in written if each.isidentifier()]
    names = own or [flag.lstrip("-") for flag in sorted(flags, key=lambda flag: not flag.startswith("--"))]
    if args.loose or len(written) != len(args.positional) or not names:
        return Instance("decorator")
    default = args.named.get("default", NONE)
    is_flag = bool(off) or args.named.get("is_flag") == Known(True) or default in (Known(True), Known(False))
    strange = set(args.named) & {"cls", "callback", "multiple", "nargs", "count", "flag_value"}
    asked = bool(strange or set(args.named) & {"envvar", "prompt"})
    absent = Known(False) if is_flag and default == NONE else default
    return _parameter(
        machine,
        Parameter(
            names[0].replace("-", "_").lower(),
            tuple(flags),
            tuple(off),
            is_flag,
            None if asked or args.named.get("required") == Known(True) and default == NONE else absent,
            args.named.get("type", type_of_default(default)),
            closed=bool(strange),
        ),
    )


@library("click.argument", "rich_click.argument")
def argument(machine: Machine, args: Args) -> Value:
    name = args.get("name", 0) or args.get("param_decls", 0)
    if args.loose or not isinstance(name, Known) or not isinstance(name.value, str):
        return Instance("decorator")
    places = args.named.get("nargs", Known(1))
    default = args.named.get("default", NONE if args.named.get("required") == Known(False) else None)
    return _parameter(
        machine,
        Parameter(
            name.value.replace("-", "_").lower(),
            default=default,
            type=args.named.get("type", type_of_default(default)),
            many=places == Known(-1),
            closed=places not in (Known(1), Known(-1)) or bool(set(args.named) & {"cls", "callback"}),
        ),
    )


def _parameter(machine: Machine, made: Parameter) -> Value:
    ident = machine.store.ident()
    machine.roles.setdefault("parameters", {})[ident] = made
    return Instance("click.parameter", {}, ident)


def _take(machine: Machine, made: Instance, args: Args) -> Value:
    function = args.positional[0] if args.positional else computed(args.span)
    callback = function.fields.get("callback") if isinstance(function, Instance) else function
    if isinstance(callback, Closure):
        _declared(machine, callback).insert(0, machine.roles["parameters"][made.ident])
    return function


def _declared(machine: Machine, function: Closure) -> list[Parameter]:
    """The parameters that decorators declare for a function, from the first."""
    declared: dict[int, list[Parameter]] = machine.roles.setdefault("declared", {})
    return declared.setdefault(id(function.code), [])


CALLS["click.parameter"] = _take

# --- what is run ------------------------------------------------------------------------------------------------------


def _run(machine: Machine, function: Value, args: Args, given: Mapping[str, Value]) -> Value:
    """Calls a function with what the command line gives for each of its parameters."""
    if not isinstance(function, Closure):
        return computed(args.span)
    plain = [each for each in function.code.parameters if each.kind in ("plain", "keyword", "positional")]
    if function.receiver is not None:
        plain = plain[1:]
    values = [(each, given.get(each.name) or typed_in(machine, args.span)) for each in plain]
    places = tuple(value for each, value in values if each.kind != "keyword")
    named = tuple((each.name, value) for each, value in values if each.kind == "keyword")
    return machine.invoke(Partial(function, places, named), [], args.span, args.frame)


def _words(machine: Machine, args: Args) -> Words | None:
    """The words that a program is given, if they are known one by one."""
    given = args.get("args", 0)
    if given is not None and given != NONE:
        words = machine.content(given)
        return words.items if isinstance(words, Sequence) and words.complete else None
    passed = command_line(machine)
    return passed.items[1:] if passed is not None else None


def _given(
    machine: Machine, command: Instance, words: Words | None, group: bool
) -> tuple[dict[str, Value], Words | None]:
    """What the command line gives for a command's own parameters, and the words left for those inside it."""
    callback = command.fields.get("callback")
    if words is None or "otherwise" in command.fields or not isinstance(callback, Closure):
        return {}, words if callback is None and "otherwise" not in command.fields else None
    parameters = parameters_of(machine, callback) if "typer" in command.fields else _declared(machine, callback)
    try:
        found, left = read_words(words, parameters, group)
    except Open:
        return {}, None
    absent = {each.name: each.default for each in parameters if each.name not in found and each.default is not None}
    return {**absent, **found}, left


def _chosen(machine: Machine, inside: Words, words: Words | None) -> tuple[Words, Words | None]:
    """The command of a group that the command line names, with the words behind its name; or all of them."""
    name = words[0].value if words and isinstance(words[0], Known) else None
    named = [each for each in inside if isinstance(each, Instance) and name in _names(each)]
    if words and len(named) == 1:
        return tuple(named), words[1:]
    unheard(machine)
    return inside, None


def _names(command: Instance) -> set[object]:
    """The names under which a command can be called, by any version."""
    label, callback = command.fields.get("name"), command.fields.get("callback")
    if isinstance(label, Known):
        return {label.value}
    if label is not None or not isinstance(callback, Closure):
        return set()
    name = callback.code.name.lower().replace("_", "-")
    head, dash, tail = name.rpartition("-")
    return {callback.code.name, name, head if dash and tail in ("command", "cmd", "group", "grp") else name}


def _of_command(machine: Machine, bound: Bound, args: Args) -> Value | None:
    group = bound.receiver
    if not isinstance(group, Instance):
        return None
    match bound.name:
        case "command" | "group":
            fields = {"typer": Known(True)} if group.type == "typer.Typer" else {}
            if args.positional and isinstance(args.positional[0], Closure):
                return _command(machine, args.positional[0], fields, group)
            return Instance("click.decorator", {**_named(args), **fields, "group": group})
        case "callback":
            return Instance("click.callback", {"group": group})
        case "add_command" | "add_typer" if args.positional:
            inner = args.positional[0]
            label = args.get("name", 1)
            if isinstance(inner, Instance) and label is not None:
                inner = inner._replace(fields={**inner.fields, "name": label})
            _inside(machine, group).append(inner)
            return NONE
        case "main":
            return _start(machine, group, args)
    return None


METHODS["click.Command"] = METHODS["typer.Typer"] = _of_command


def _start(machine: Machine, command: Instance, args: Args) -> Value:
    """Runs a command: its own function, and any one of those inside it. Then the program ends."""
    _enter(machine, command, args, _words(machine, args))
    if args.named.get("standalone_mode") == Known(False):
        return NONE
    return machine.leave("exit", Known(0))


def _enter(machine: Machine, command: Value, args: Args, words: Words | None) -> Value:
    if not isinstance(command, Instance):
        return _run(machine, command, args, {})
    inside = tuple(_inside(machine, command))
    callback = machine.roles.get("callbacks", {}).get(command.ident)
    if callback is not None:
        command = command._replace(fields={**command.fields, "callback": callback, "typer": Known(True)})
    elif len(inside) == 1 and command.type == "typer.Typer":
        return _enter(machine, inside[0], args, words)
    given, left = _given(machine, command, words, bool(inside))
    if isinstance(command.fields.get("callback"), Closure):
        _run(machine, command.fields["callback"], args, given)
    if not inside:
        return NONE
    inside, left = _chosen(machine, inside, left)
    return machine.any_of(inside, lambda each: _enter(machine, each, args, left))


CALLS["click.Command"] = CALLS["typer.Typer"] = _start


@library("typer.Typer")
def typer_app(machine: Machine, args: Args) -> Value:
    return Instance("typer.Typer", {}, machine.store.ident())


@library("typer.run")
def typer_run(machine: Machine, args: Args) -> Value:
    command = Instance("click.Command", {"callback": args.positional[0] if args.positional else NONE, "typer": NONE})
    _enter(machine, command, args, _words(machine, args._replace(items=())))
    return machine.leave("exit", Known(0))


@library("fire.Fire")
def fire(machine: Machine, args: Args) -> Value:
    component = args.get("component", 0)
    if isinstance(component, Closure):
        return _run(machine, component, args, _fired(machine, component))
    return machine.gap("the command line chooses what is run here", args.span)


def _fired(machine: Machine, function: Closure) -> dict[str, Value]:
    """What `fire` gives a function: a word is Python's literal if it is one, and otherwise a text."""
    passed = command_line(machine)
    if passed is None:
        return {}
    found: dict[str, Value] = dict(function.defaults)
    names = [each.name for each in function.code.parameters if each.kind == "plain"]
    places = list(names)
    words = list(passed.items[1:])
    while words:
        text = _text(words[0])
        name, equals, written = text.lstrip("-").partition("=")
        name = name.replace("-", "_")
        word = words.pop(0)
        if not text.startswith("-"):
            if not places:
                return {}
            found[places.pop(0)] = _literal(word)
        elif not text.startswith("--") or name not in names:
            return {}
        elif equals:
            found[name] = _literal(Known(written))
        else:
            found[name] = _literal(words.pop(0)) if words and _text(words[0])[:1] != "-" else Known(True)
        places = [each for each in places if each != name]
    return found


def _text(word: Value) -> str:
    return word.value if isinstance(word, Known) and isinstance(word.value, str) else ""


def _literal(word: Value) -> Value:
    text = _text(word)
    if not text or set(text) & set("[](){},'\"\\"):
        return computed(None)
    try:
        plain = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return word
    return Known(plain) if isinstance(plain, str | int | float | bool | None) else computed(None)


@library("typer.Exit", "click.exceptions.Exit")
def command_exit(machine: Machine, args: Args) -> Value:
    return Instance("builtins.SystemExit", {"code": args.get("code", 0) or args.get("exit_code") or Known(0)})


@library("click.echo", "click.secho", "typer.echo", "typer.secho")
def echo(machine: Machine, args: Args) -> Value:
    return NONE
