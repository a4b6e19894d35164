"""Imports: which file a module's name means, and what it holds. A file is read when a value of it is asked for."""

from __future__ import annotations

import posixpath
import sys

from .. import ir
from ..values import Known, ModuleObject, Symbol, Unknown, Value
from .machine import LATE, NONE, Ended, Exhausted, Frame, Lazy, Machine, Scope, evaluates
from .symbols import library_name

_LIBRARIES = frozenset(sys.stdlib_module_names) | {"dagster", "dagster_pipes", "numpy", "pandas", "polars", "pyarrow"}


@evaluates(ir.Import)
def import_(machine: Machine, node: ir.Import, frame: Frame) -> Value:
    first = node.module.partition(".")[0]
    name = node.alias or first
    wanted = node.module if node.alias else first
    machine.bind(name, Lazy(lambda: module(machine, wanted, frame.scope.path)), frame)
    if machine.roles.get("eager"):
        imported(machine, node.module, frame.scope.path)
    return NONE


@evaluates(ir.ImportFrom)
def import_from(machine: Machine, node: ir.ImportFrom, frame: Frame) -> Value:
    here = frame.scope.path

    def base() -> Value:
        return relative(machine, node.level, node.module, here) if node.level else module(machine, node.module, here)

    if node.name == "*":
        frame.scope.stars.append(base())
        return NONE

    def force() -> Value:
        match base():
            case Symbol(name=library):
                return library_name(f"{library}.{node.name}")
            case ModuleObject(path=path):
                found = module_member(machine, path, node.name)
                return (
                    found
                    if found is not None
                    else Unknown(f"`{path}` has no `{node.name}` that can be seen", node.span)
                )
            case other:
                return other

    machine.bind(node.alias or node.name, Lazy(force), frame)
    if not node.level and machine.roles.get("eager"):
        imported(machine, node.module, frame.scope.path)
    return NONE


def imported(machine: Machine, name: str, importer: str) -> Value:
    """A module that is imported now. A script's own that speaks with Pipes is run at once, as Python does."""
    found = module(machine, name, importer)
    telling = machine.roles.get("eager")
    match found:
        case ModuleObject(path=path) if telling and path.endswith(".py") and telling(path):
            load(machine, path)
    return found


def module(machine: Machine, name: str, importer: str) -> Value:
    """What `import name` gives in the file `importer`: a module of the project's, or a library's `Symbol`."""
    first = name.partition(".")[0]
    late = LATE.pop(first, None)
    if late is not None:
        late()
    if first in _LIBRARIES:
        return Symbol(name)
    parts = name.split(".")
    for base in search_path(importer):
        path = _file_of(machine, base, parts)
        if path is not None:
            return ModuleObject(path)
    return Symbol(name)


def relative(machine: Machine, level: int, name: str, importer: str) -> Value:
    """What `from ..name import` means in the file `importer`."""
    base = posixpath.dirname(importer)
    for _ in range(level - 1):
        base = posixpath.dirname(base)
    path = _file_of(machine, base, name.split(".") if name else [])
    if path is None:
        return Unknown(f"the module `{'.' * level}{name}` is not in this repository")
    return ModuleObject(path)


def search_path(importer: str) -> list[str]:
    """The folders in which an absolute import may start: the importer's, each above it, and `src` in each."""
    folders = []
    folder = posixpath.dirname(importer)
    while True:
        folders += [folder, posixpath.join(folder, "src")]
        if not folder:
            return folders
        folder = posixpath.dirname(folder)


def _file_of(machine: Machine, base: str, parts: list[str]) -> str | None:
    path = posixpath.join(base, *parts) if parts else base
    for candidate in (f"{path}.py", f"{path}/__init__.py") if parts else (posixpath.join(path, "__init__.py"),):
        if machine.world.exists(candidate):
            return candidate
    return path if path and machine.world.is_folder(path) else None


def module_member(machine: Machine, path: str, name: str) -> Value | None:
    """A name of a module, or a module inside a package; None if there is neither."""
    if path.endswith(".py"):
        frame = load(machine, path)
        if frame is not None:
            found = machine.find(name, frame)
            if found is not None:
                return found
            for star in frame.scope.stars:
                inner = module_member(machine, star.path, name) if isinstance(star, ModuleObject) else None
                if inner is not None:
                    return inner
        if not path.endswith("__init__.py"):
            return None
    folder = path.removesuffix("/__init__.py")
    inside = _file_of(machine, folder, [name])
    return ModuleObject(inside) if inside else None


def load(machine: Machine, path: str) -> Frame | None:
    """The frame of a Python module, which is run when it is first asked for; None if the file does not open or parse.

    An import cycle gives the frame as far as it has come, as in Python.
    """
    if path in machine.modules:
        return machine.modules[path]
    code = machine.world.load(path)
    if code is None:
        return None
    dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    frame = machine.frame(None, Scope(path, code.prelude, dotted), "module")
    machine.modules[path] = frame
    machine.store.outside(lambda: run_module(machine, code, frame))
    return frame


def run_module(machine: Machine, code: ir.Module, frame: Frame) -> None:
    """Runs a file's statements, one by one, as far as they go."""
    scope = frame.scope
    machine.bind("__name__", Known(scope.name), frame)
    machine.bind("__file__", Known(machine.world.absolute(scope.path)), frame)
    running, machine.roles["running"] = machine.roles.get("running"), scope.path
    regions, machine.regions = machine.regions, []
    targets, machine.targets = machine.targets, {"raise": machine.program, "exit": machine.program}
    path, loops = machine.path, machine.loops
    calls, machine.calls = machine.calls, []
    try:
        for node in code.body.body:
            machine.eval(node, frame)
    except (Ended, Exhausted):
        pass
    except Exception:
        machine.world.failed(scope.path)
    finally:
        machine.roles["running"], machine.regions, machine.targets = running, regions, targets
        machine.path, machine.loops, machine.calls = path, loops, calls
