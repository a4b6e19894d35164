"""Who calls: `inspect.stack()`, `inspect.currentframe()`, as far as files are asked for."""

from __future__ import annotations

from ...values import Instance, Known, Mapping, Sequence, Slot, Unknown, Value
from ..machine import Args, Machine, library

_DEEPEST = 6
_REST = Unknown("a module has other names too", foreign=True)
_BEYOND = Unknown("it is called from further away than can be followed", foreign=True)


def _files(machine: Machine, args: Args) -> list[Value]:
    """The file of each frame, from the one that asks outwards."""
    paths = [args.frame.scope.path, *(span.path for span in reversed(machine.sites))]
    return [Known(machine.world.absolute(path)) for path in paths[:_DEEPEST]]


@library("inspect.stack")
def stack(machine: Machine, args: Args) -> Value:
    infos = [
        Instance("inspect.FrameInfo", {"filename": file, "frame": _frame(_files(machine, args)[index:])})
        for index, file in enumerate(_files(machine, args))
    ]
    return Sequence(tuple(infos), "list", complete=False)


@library("inspect.currentframe")
def current_frame(machine: Machine, args: Args) -> Value:
    return _frame(_files(machine, args))


def _frame(files: list[Value]) -> Value:
    if not files:
        return _BEYOND
    return Instance(
        "inspect.frame",
        {
            "f_code": Instance("inspect.code", {"co_filename": files[0]}),
            "f_globals": Mapping({"__file__": Slot(files[0])}, _REST),
            "f_back": _frame(files[1:]),
        },
    )
