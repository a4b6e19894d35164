"""R's kinds of classes that are not followed."""

from __future__ import annotations

from ...values import Value
from ..machine import Args, Machine, library
from .values import computed


@library("base.new_class", "base.new_generic", "base.proto")
def other_class(machine: Machine, args: Args) -> Value:
    if machine.roles.get("session"):
        machine.gap("a class of this kind is not followed", args.span)
    return computed(args, "a class of a kind that is not followed")
