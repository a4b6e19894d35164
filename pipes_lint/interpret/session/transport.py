"""How context and messages travel, by what a client, a session or a script is given for it."""

from __future__ import annotations

from collections.abc import Mapping

from ...contract import RawArgument
from ...launching import Carried
from ...protocol import CLIENTS
from ...protocol.transports import DEFAULTS, PACKAGES
from ...source import Span
from ...values import Instance, Known, Value
from ..machine import LIBRARY, Args, Machine


def _maker(name: str) -> None:
    whole = f"{PACKAGES[name]}.{name}"

    def make(machine: Machine, args: Args) -> Value:
        return Instance(whole, {}, machine.store.ident(), args.span)

    LIBRARY[whole] = make


for _name in PACKAGES:
    _maker(_name)


def of_client(client: str, fields: Mapping[str, Value], made: tuple[RawArgument, ...]) -> Carried | None:
    """By what a client was made with that was seen to be made."""
    if client not in CLIENTS or "**" in fields:
        return None
    transport = CLIENTS[client].transport
    given = {name: fields.get(name) for name in ("context_injector", "message_reader")}
    spans = {name: value.span for name, value in given.items() if isinstance(value, Instance) and value.span}
    spans |= {each.name: each.passed.span for each in made if each.name in spans}
    return Carried(
        _named(given["context_injector"], transport.injector),
        _named(given["message_reader"], transport.reader),
        own=spans,
    )


def of_session(args: Args) -> Carried | None:
    """By the arguments of `open_pipes_session`."""
    if args.loose:
        return None
    injector, reader = args.get("context_injector", 1), args.get("message_reader", 2)
    return Carried(_named(injector, None), _named(reader, None), own=_spans(args))


def of_script(args: Args) -> Carried | None:
    """By the arguments of `open_dagster_pipes`."""
    if args.loose or args.positional:
        return None
    return Carried(
        _named(args.get("context_loader"), DEFAULTS.context),
        _named(args.get("message_writer"), DEFAULTS.messages),
        _named(args.get("params_loader"), DEFAULTS.params),
        _spans(args),
    )


def _spans(args: Args) -> dict[str, Span]:
    return {arg.name: arg.where for arg in args.items if arg.name is not None}


def _named(value: Value | None, default: str | None) -> str | None:
    """The class of an injector, reader, loader or writer; None if that is not known."""
    match value:
        case None | Known(value=None):
            return default
        case Instance(type=kind) if kind.rpartition(".")[2] in PACKAGES:
            return kind.rpartition(".")[2]
        case Instance(type="dagster.resource", fields={"name": Known(value=str() as name)}):
            usual = "".join(part.capitalize() for part in name.split("_"))  # `pipes_s3_message_reader`
            return {each.lower(): each for each in PACKAGES}.get(usual.lower())
    return None
