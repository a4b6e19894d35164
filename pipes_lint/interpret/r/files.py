"""What R runs from elsewhere: another file, code put together, a child process."""

from __future__ import annotations

import posixpath
import re
from typing import Final

from ... import ir
from ...values import Instance, Known, Mapping, Reference, Slot, Template, Unknown, Value
from ..calls import arguments
from ..machine import NONE, SPECIAL, Args, Frame, Lazy, Machine, library
from .paste import pasted
from .paths import PROJECT
from .values import UNREAD, Taken, computed, some, take, texts

# --- Other files ----------------------------------------------------------------------------------------------------

_DEEPEST: Final = 20


@library("base.source", "base.sys.source")
def source(machine: Machine, args: Args) -> Value:
    """Runs another file of the project: in the global environment, in the caller's, or in the one that is given."""
    taken = take(args, "file", "local", "echo", "envir", "chdir")
    value = machine.content(taken.get("file") or NONE)
    code = _found(machine, value, args.frame)
    if code is None:
        if isinstance(value, Known) and isinstance(value.value, str):
            return machine.gap(f"`{value.value}` is sourced, which is not in this repository", args.span)
        return machine.gap("which file `source()` reads is not known, or it is not in this project", args.span)
    reading: list[str] = machine.roles.setdefault("sourcing", [])
    if code.path in reading or len(reading) > _DEEPEST:
        return computed(args, "a file reads itself")
    holder, frame = _where(machine, taken, args.frame)
    folders: list[str] = machine.roles.setdefault("folders", [])
    changed = taken.known("chdir", False) is True
    if changed:
        folders.append(posixpath.dirname(code.path))
    reading.append(code.path)
    machine.roles.setdefault("sourced", {})[code.path] = None
    last: Value = NONE
    try:
        for node in code.body.body:
            last = machine.eval(node, frame)
    finally:
        reading.pop()
        if changed:
            folders.pop()
    if holder is not None:
        put_into(machine, holder, frame)
    return Mapping({"value": Slot(last), "visible": Slot(Known(True))}, kind="list", span=args.span)


def _where(machine: Machine, taken: Taken, frame: Frame) -> tuple[Reference | None, Frame]:
    """The frame in which a file is run; and the environment that gets its variables, if that is one of its own."""
    match taken.get("envir") or taken.get("local"):
        case Reference() as holder:
            return holder, frame_of(machine, holder, frame)
        case Instance(type="r:environment", fields={"frame": Known(value=int() as ident)}):
            return None, machine.frames[ident]
    own = taken.known("local", False) not in (False, UNREAD)
    return None, frame if own else frame.module


def frame_of(machine: Machine, holder: Reference, frame: Frame) -> Frame:
    """The frame in which files are run whose variables an environment gets: one for each environment."""
    frames: dict[int, Frame] = machine.roles.setdefault("frames of environments", {})
    if holder.ident not in frames:
        frames[holder.ident] = machine.frame(frame.module, frame.scope, "function")
    made = frames[holder.ident]
    content = machine.content(holder)
    for name, slot in content.slots.items() if isinstance(content, Mapping) else ():
        if slot.always:
            machine.bind(str(name), slot.value, made)
    return made


def put_into(machine: Machine, holder: Reference, frame: Frame) -> None:
    """Gives an environment the variables that have been set in its frame."""
    content = machine.content(holder)
    if not isinstance(content, Mapping):
        return
    slots = dict(content.slots)
    for cell, value in machine.store.cells.items():
        if isinstance(cell, tuple) and cell[0] == frame.ident and not isinstance(value, Lazy):
            slots[cell[1]] = Slot(value)
    machine.store.write(holder.ident, content._replace(slots=slots))


def _found(machine: Machine, value: Value, frame: Frame) -> ir.Module | None:
    path = file_of(machine, value, frame)
    code = machine.world.load(path) if path is not None else None
    return code if code is not None and code.prelude == "base" else None


def file_of(machine: Machine, value: Value, frame: Frame) -> str | None:
    """The file of the project that a path leads to, as far as that can be told."""
    for path in candidates(machine, value, frame):
        path = posixpath.normpath(path)
        if not path.startswith("../") and machine.world.exists(path):
            return path
    return None


def candidates(machine: Machine, value: Value, frame: Frame) -> list[str]:
    """Where in the project a path may lead: from the folder that the program is in, the script's, one above it.

    Of a path below a folder that is not known, what is known is taken: behind the project's own folder (`here()`), it
    is looked for from above.
    """
    from_above = False
    match value:
        case Known(value=str() as text) if text.startswith("/"):
            inside = machine.world.relative(text)
            return [] if inside is None else [inside]
        case Known(value=str() as text):
            pass
        case Template(pieces=(Unknown(reason=reason), *_, str() as text)) if "/" in text:
            text = text.partition("/")[2]
            from_above = reason == PROJECT
        case Template(pieces=(*_, str() as text)) if "/" in text:
            text = text.partition("/")[2]
        case _:
            return []
    folders = list(reversed(machine.roles.get("folders", [])))
    scripts = [machine.roles.get("program", frame.scope.path), frame.scope.path]
    around: list[str] = []
    for script in (*scripts, *reversed(machine.roles.get("sourcing", []))):
        folder = posixpath.dirname(script)
        while folder:
            around.append(folder)
            folder = posixpath.dirname(folder)
        if script == scripts[0]:
            around.append("")
    if from_above:
        own = posixpath.dirname(scripts[0])
        marked = [
            each for each in around if (own + "/").startswith(each + "/" if each else "") and _is_top(machine, each)
        ]
        around = [*marked[:1], "", *around]
    return [posixpath.join(folder, text) for folder in dict.fromkeys((*folders, *around))]


_TOPS: Final = (".here", "DESCRIPTION", ".projectile", "_quarto.yml", "renv.lock", "remake.yml")
"""What marks a project's folder to `here` and `rprojroot`, as far as its name is always the same."""


def _is_top(machine: Machine, folder: str) -> bool:
    return any(machine.world.exists(posixpath.join(folder, name)) for name in _TOPS)


@library("base.setwd")
def set_folder(machine: Machine, args: Args) -> Value:
    """From now on, paths are against this folder."""
    value = machine.content(args.positional[0]) if args.positional else NONE
    for path in candidates(machine, value, args.frame):
        path = posixpath.normpath(path)
        if not path.startswith("..") and machine.world.is_folder(path):
            machine.roles.setdefault("folders", []).append("" if path == "." else path)
            break
    return NONE


@library("base.this.path")
def this_file(machine: Machine, args: Args) -> Value:
    """The file that is being run."""
    return Known(machine.world.absolute(_running(machine, args.frame)), args.span)


@library("base.this.dir", "this.path.here")
def this_folder(machine: Machine, args: Args) -> Value:
    """The folder of the file that is being run, or what is named below it."""
    folder = Known(posixpath.dirname(machine.world.absolute(_running(machine, args.frame))), args.span)
    if not args.positional:
        return folder
    made = pasted(machine, [folder, *args.positional], Known("/"), args.span)
    return computed(args, "a path is put together") if made is None else texts(made, args.span)


def _running(machine: Machine, frame: Frame) -> str:
    reading: list[str] = machine.roles.get("sourcing", [])
    return reading[-1] if reading else str(machine.roles.get("program", frame.scope.path))


# --- A folder's files -----------------------------------------------------------------------------------------------


@library("base.list.files", "base.dir")
def list_files(machine: Machine, args: Args) -> Value:
    taken = take(args, "path", "pattern", "all.files", "full.names", "recursive", "ignore.case")
    whole, deep = taken.known("full.names", False) is True, taken.known("recursive", False) is True
    return _listed(machine, args, taken, taken.known("pattern"), whole, deep)


@library("base.dir_ls")
def list_folder(machine: Machine, args: Args) -> Value:
    taken = take(args, "path", "all", "recurse", "type", "glob", "regexp")
    pattern = taken.known("regexp")
    glob = taken.known("glob")
    if isinstance(glob, str):
        from fnmatch import translate

        pattern = translate(glob)
    return _listed(machine, args, taken, pattern, True, taken.known("recurse", False) is True)


def _listed(machine: Machine, args: Args, taken: Taken, pattern: object, whole: bool, deep: bool) -> Value:
    """The R files of a folder of the project. Of a folder that holds anything else, data may come and go."""
    given = machine.content(taken.get("path") or Known("."))
    unread = some("character", single=False)
    if taken.loose or not isinstance(pattern, str | None):
        return unread
    names: list[str] = []
    for folder in candidates(machine, given, args.frame):
        lead = posixpath.normpath(folder) + "/"
        lead = "" if lead == "./" else lead
        names = [path[len(lead) :] for path in machine.world.below(lead)]
        names = [name for name in names if deep or "/" not in name]
        if names:
            break
    try:
        chosen = [name for name in names if pattern is None or re.search(pattern, posixpath.basename(name))]
    except re.error:
        return unread
    if not chosen or not all(name.endswith((".R", ".r")) for name in chosen):
        return unread
    if not whole:
        return texts([Known(name, args.span) for name in chosen], args.span)
    made = pasted(machine, [given, texts([Known(name) for name in chosen])], Known("/"), args.span)
    return unread if made is None else texts(made, args.span)


# --- Code that is put together, other processes ---------------------------------------------------------------------


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
