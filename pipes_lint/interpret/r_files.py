"""What R runs from elsewhere: another file, code put together, a child process."""

from __future__ import annotations

import posixpath
from typing import Final

from .. import ir
from ..values import (
    Known,
    Template,
    Unknown,
    Value,
)
from .calls import arguments
from .machine import NONE, SPECIAL, Args, Frame, Machine, library
from .r_values import UNREAD, computed, take

# --- Other files ----------------------------------------------------------------------------------------------------


@library("base.source", "base.sys.source")
def source(machine: Machine, args: Args) -> Value:
    """Runs another file of the project, in the global environment or in the caller's."""
    taken = take(args, "file", "local", "echo", "envir", "chdir")
    value = machine.content(taken.get("file") or NONE)
    code = _found(machine, value, args.frame)
    if code is None:
        return machine.gap("which file `source()` reads is not known, or it is not in this project", args.span)
    frame = args.frame if taken.known("local", False) not in (False, UNREAD) else args.frame.module
    reading: list[str] = machine.roles.setdefault("sourcing", [])
    if code.path in reading or len(reading) > _DEEPEST:
        return computed(args, "a file reads itself")
    reading.append(code.path)
    try:
        for node in code.body.body:
            machine.eval(node, frame)
    finally:
        reading.pop()
    return computed(args, "what a file gives")


_DEEPEST: Final = 20


def _found(machine: Machine, value: Value, frame: Frame) -> ir.Module | None:
    for path in _candidates(machine, value, frame):
        path = posixpath.normpath(path)
        if not path.startswith("../") and machine.world.exists(path):
            code = machine.world.load(path)
            if code is not None and code.prelude == "base":
                return code
    return None


def _candidates(machine: Machine, value: Value, frame: Frame) -> list[str]:
    """Where in the project a path may lead: from its root, or from the folder of a script that is read, or above."""
    match value:
        case Known(value=str() as text) if text.startswith("/"):
            inside = machine.world.relative(text)
            return [] if inside is None else [inside]
        case Known(value=str() as text):
            pass
        case Template(pieces=(*_, str() as text)) if "/" in text:
            text = text.partition("/")[2]
        case _:
            return []
    folders = [""]
    for script in (*reversed(machine.roles.get("sourcing", [])), frame.scope.path):
        folder = posixpath.dirname(script)
        while folder:
            folders.append(folder)
            folder = posixpath.dirname(folder)
    if isinstance(value, Template):
        folders = [*folders[1:], ""]
    return [posixpath.join(folder, text) for folder in folders]


def _box(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    for argument in node.arguments:
        if isinstance(argument.value, ir.Operation):
            return machine.gap("modules of `box` are not followed", node.span)
    return NONE


SPECIAL["box.use"] = _box


def _evaluated(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    arguments(machine, node, frame)
    if machine.roles.get("session"):
        return machine.gap("code that is put together when the script runs is not followed", node.span)
    return Unknown("code that is put together when the script runs gives it", node.span, foreign=True)


SPECIAL["base.eval"] = SPECIAL["base.eval.parent"] = SPECIAL["base.eval_tidy"] = _evaluated
SPECIAL["base.evalq"] = SPECIAL["base.source_url"] = SPECIAL["base.source_gist"] = _evaluated


def _child(machine: Machine, args: Args) -> Value:
    if machine.roles.get("session"):
        machine.gap("a child process is started, which may speak with Pipes itself", args.span)
    return computed(args, "a child process gives it")


library(
    "base.system", "base.system2", "base.shell", "processx.run", "processx.process", "callr.r", "callr.rscript",
    "callr.r_bg", "base.rscript", "callr.r_safe", "base.execp", "sys.exec_wait", "sys.exec_internal", "base.exec_wait",
)(_child)  # fmt: skip
