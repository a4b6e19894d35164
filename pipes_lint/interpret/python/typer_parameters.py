"""The parameters of a command that `typer` reads off a function's signature."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...values import Closure, Instance, Known, Symbol, Value
from ..machine import Args, Machine, library
from ..plain import computed
from .command_parameters import Parameter, type_of_default

_PLAIN: Final = {name: Symbol(f"builtins.{name}") for name in ("str", "int", "float", "bool")}


@library("typer.Option", "typer.Argument")
def declaration(machine: Machine, args: Args) -> Value:
    """What stands as a parameter's default, or in its `Annotated`; the flags follow the default, if that is there."""
    fields: dict[str, Value] = {f"flag {number}": flag for number, flag in enumerate(args.positional)}
    if "default" in args.named:
        fields["default"] = args.named["default"]
    if args.loose or set(args.named) & {"envvar", "prompt", "callback", "default_factory", "parser", "click_type"}:
        fields["otherwise"] = Known(True)
    return Instance("typer.parameter", fields)


def parameters_of(machine: Machine, function: Closure) -> list[Parameter]:
    defaults = dict(function.defaults)
    found = []
    for each in function.code.parameters:
        written, told = _annotated(machine, function, each.annotation)
        default = defaults.get(each.name)
        if isinstance(default, Instance) and default.type == "typer.parameter":
            told, default = default, _own_default(default)
        if _name(written) != "Context" and each.kind in ("plain", "keyword"):
            found.append(_parameter(each.name, _kind(written, default), told, default))
    return found


def _own_default(told: Instance) -> Value | None:
    first = told.fields.get("flag 0")
    default = told.fields.get("default", first)
    return None if default == Symbol("builtins.Ellipsis") else default


def _parameter(name: str, kind: Value | None, told: Instance | None, default: Value | None) -> Parameter:
    """A parameter with a default is an option, whose name is its flag unless it is given others."""
    closed = kind is not None and kind not in _PLAIN.values() or told is not None and "otherwise" in told.fields
    if default is None:
        return Parameter(name, default=None, type=kind, closed=closed)
    written = [each.value for each in (told.fields.values() if told else ()) if isinstance(each, Known)]
    flags = [each for each in written if isinstance(each, str) and each.startswith("-")]
    is_flag = kind == _PLAIN["bool"]
    dashed = name.replace("_", "-")
    if not flags:
        flags = [f"--{dashed}/--no-{dashed}" if is_flag else f"--{dashed}"]
    return Parameter(
        name,
        tuple(flag.partition("/")[0] for flag in flags),
        tuple(off for flag in flags if (off := flag.partition("/")[2])),
        is_flag,
        None if told is not None and "otherwise" in told.fields else default,
        kind,
        closed=closed and not is_flag,
    )


def _annotated(machine: Machine, function: Closure, node: ir.Node | None) -> tuple[ir.Node | None, Instance | None]:
    """An annotation's type, and what `Annotated` says besides."""
    match node:
        case ir.Item(object=object_, key=ir.Collection(items=(first, *others))) if _name(object_) == "Annotated":
            for other in others:
                told = machine.eval(other, machine.frames[function.frame])
                if isinstance(told, Instance) and told.type == "typer.parameter":
                    return first, told
            return first, None
    return node, None


def _kind(node: ir.Node | None, default: Value | None) -> Value | None:
    """The type of an annotation, as far as it is one of the plain ones; None for a text."""
    match node:
        case None:
            return type_of_default(default)
        case ir.Item(object=object_, key=inner) if _name(object_) == "Optional":
            return _kind(inner, default)
        case ir.Operation(operator="|", operands=(inner, ir.Literal(value=None))):
            return _kind(inner, default)
    kind = _PLAIN.get(_name(node) or "")
    return computed(None) if kind is None else kind


def _name(node: ir.Node | None) -> str | None:
    match node:
        case ir.Name(name=name) | ir.Member(name=name):
            return name
    return None
