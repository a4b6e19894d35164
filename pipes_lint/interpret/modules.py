"""Imports: which file a module's name means, and what it holds. A file is read when a value of it is asked for."""

from __future__ import annotations

import posixpath
import re
import sys
from functools import partial
from typing import Final

from .. import ir
from ..contract import Misused
from ..protocol import EXPORTS
from ..source import Span
from ..values import Closure, Known, ModuleObject, Sequence, Symbol, Unknown, Value
from .machine import LATE, NONE, Ended, Exhausted, Frame, Lazy, Machine, Scope, evaluates
from .search import file_of, find_module, is_package
from .symbols import bound_names, library_name, starred

_LIBRARIES = frozenset(sys.stdlib_module_names) | {"dagster", "dagster_pipes", "numpy", "pandas", "polars", "pyarrow"}


@evaluates(ir.Import)
def import_(machine: Machine, node: ir.Import, frame: Frame) -> Value:
    first = node.module.partition(".")[0]
    name = node.alias or first
    wanted = node.module if node.alias else first
    machine.bind(name, Lazy(lambda: module(machine, wanted, frame.scope.path)), frame)
    if machine.roles.get("eager"):
        _at_once(machine, module(machine, node.module, frame.scope.path), _is_for_effect(machine, name, frame))
    return NONE


@evaluates(ir.ImportFrom)
def import_from(machine: Machine, node: ir.ImportFrom, frame: Frame) -> Value:
    here = frame.scope.path

    def base() -> Value:
        return relative(machine, node.level, node.module, here) if node.level else module(machine, node.module, here)

    if node.name == "*":
        _import_star(machine, base(), frame)
        return NONE

    def force() -> Value:
        match base():
            case Symbol(name=library):
                return library_name(f"{library}.{node.name}")
            case ModuleObject(path=path):
                # A package that imports from itself means a module inside, not the name that it is about to bind.
                found = submodule(machine, path, node.name) if path == here else module_member(machine, path, node.name)
                missing = Unknown(f"`{path}` has no `{node.name}` that can be seen", node.span)
                return missing if found is None else found
            case other:
                return other

    if node.module == "dagster_pipes" and not node.level:
        exported(machine, node.name, node.span)
    machine.bind(node.alias or node.name, Lazy(force), frame)
    if machine.roles.get("eager"):
        for_effect = _is_for_effect(machine, node.alias or node.name, frame)
        found = _at_once(machine, base(), for_effect)
        if isinstance(found, ModuleObject):
            _at_once(machine, submodule(machine, found.path, node.name) or NONE, for_effect)
    return NONE


def exported(machine: Machine, name: str, span: Span) -> None:
    """Notes a name that is asked of `dagster_pipes` and that it does not have, unless the program is ready for that."""
    if name not in EXPORTS and not name.startswith("_") and not any(machine.swallowing) and not machine.path:
        machine.world.misused.add(Misused(span, name))


def _import_star(machine: Machine, source: Value, frame: Frame) -> None:
    """Binds the names of a module of the project's; those of any other may be asked for later (`symbols.starred`)."""
    if not isinstance(source, ModuleObject):
        frame.scope.stars.append(source)
        return
    inner = load(machine, source.path) if source.path.endswith(".py") else None
    code = machine.world.load(source.path) if inner else None
    if inner is None or code is None:
        return
    declared = machine.content(machine.find("__all__", inner) or NONE)
    if isinstance(declared, Sequence) and declared.complete:
        names = [each.value for each in declared.items if isinstance(each, Known) and isinstance(each.value, str)]
    else:
        names = [name for name in bound_names(code) if not name.startswith("_")]
        frame.scope.stars += inner.scope.stars
    for name in names:
        if (inner.ident, name) in machine.store.cells or submodule(machine, source.path, name) is not None:
            machine.bind(name, Lazy(partial(_named, machine, source.path, name)), frame)


def _named(machine: Machine, path: str, name: str) -> Value:
    found = module_member(machine, path, name)
    return Unknown(f"`{path}` has no `{name}` that can be seen") if found is None else found


def imported(machine: Machine, name: str, importer: str) -> Value:
    """A module that is imported by its name now, and run at once where that may matter to a script."""
    return _at_once(machine, module(machine, name, importer), for_effect=True)


def _at_once(machine: Machine, found: Value, for_effect: bool) -> Value:
    """A script's own module that speaks with Pipes is run at once, as Python does; others only where nobody seems to
    ask for a value of theirs, and they seem to enter something elsewhere.
    """
    telling = machine.roles.get("eager")
    match found:
        case ModuleObject(path=path) if telling and path.endswith(".py"):
            if telling(path) or for_effect and _ENTERS.search(machine.world.text(path)):
                load(machine, path)
    return found


_ENTERS: Final = re.compile(r"(?m)^(?:@|class \w+\(|[\w.]+\(|from \.)")
"""What stands in a module that does something to others when it is imported: decorators, subclasses, calls."""


def _is_for_effect(machine: Machine, name: str, frame: Frame) -> bool:
    """Whether a file never says a name that it imports."""
    return len(re.findall(rf"\b{re.escape(name)}\b", machine.world.text(frame.scope.path))) < 2


def is_here(machine: Machine, node: ir.Import | ir.ImportFrom, importer: str) -> bool:
    """Whether what an import asks for is certainly there, as a part of the project."""
    if isinstance(node, ir.Import):
        return isinstance(module(machine, node.module, importer), ModuleObject)
    found = (relative if node.level else _absolute)(machine, node.level, node.module, importer)
    if not isinstance(found, ModuleObject):
        return False
    return node.name == "*" or module_member(machine, found.path, node.name) is not None


def _absolute(machine: Machine, level: int, name: str, importer: str) -> Value:
    return module(machine, name, importer)


def module(machine: Machine, name: str, importer: str) -> Value:
    """What `import name` gives in the file `importer`: a module of the project's, or a library's `Symbol`."""
    first = name.partition(".")[0]
    late = LATE.pop(first, None)
    if late is not None:
        late()
    if first in _LIBRARIES:
        return Symbol(name)
    return find_module(machine, name, importer)


def relative(machine: Machine, level: int, name: str, importer: str) -> Value:
    """What `from ..name import` means in the file `importer`."""
    base = posixpath.dirname(importer)
    for _ in range(level - 1):
        base = posixpath.dirname(base)
    path = file_of(machine.world, base, name.split(".") if name else [])
    if path is None:
        return Unknown(f"the module `{'.' * level}{name}` is not in this repository")
    return ModuleObject(path)


def module_member(machine: Machine, path: str, name: str) -> Value | None:
    """A name of a module, or a module inside a package; None if there is neither."""
    frame = load(machine, path) if path.endswith((".py", ".R", ".r")) else None
    if frame is not None:
        found = machine.find(name, frame)
        if found is not None:
            return found
    inside = submodule(machine, path, name)
    if inside is not None:
        return inside
    if frame is None:  # a folder that has not what a library of its name would have
        return None if path.endswith(".py") else library_name(f"{posixpath.basename(path)}.{name}")
    if isinstance(machine.find("__getattr__", frame), Closure):
        return machine.gap(f"`{name}` is made by `__getattr__` of `{path}`", None)
    return starred(name, frame.scope)


def getter_of(machine: Machine, path: str, name: str) -> Closure | None:
    """The `__getattr__` of a module that is asked for a name which it has not; None if there is none to ask."""
    frame = load(machine, path) if path.endswith(".py") else None
    getter = machine.find("__getattr__", frame) if frame is not None else None
    if frame is None or not isinstance(getter, Closure) or (name.startswith("__") and name.endswith("__")):
        return None
    known = machine.find(name, frame) is not None or submodule(machine, path, name) is not None
    return None if known else getter


def submodule(machine: Machine, path: str, name: str) -> Value | None:
    """A module inside a package."""
    if path.endswith(".py") and not path.endswith("__init__.py"):
        return None
    folder = path.removesuffix("__init__.py").rstrip("/")
    inside = file_of(machine.world, folder, [name])
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
    frame = machine.frame(None, Scope(path, code.prelude, _dotted(machine, path)), "module")
    machine.modules[path] = frame
    machine.store.outside(lambda: run_module(machine, code, frame))
    return frame


def _dotted(machine: Machine, path: str) -> str:
    """The name under which a module is imported: from the script's own folder, or else the project's root."""
    home = posixpath.dirname(machine.roles.get("program") or "")
    if home and path.startswith(f"{home}/") and not is_package(machine.world, home):
        path = path.removeprefix(f"{home}/")
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


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
    sites, machine.sites = machine.sites, []
    entries, machine.entries = machine.entries, []
    try:
        for node in code.body.body:
            machine.eval(node, frame)
    except (Ended, Exhausted):
        pass
    except Exception:
        machine.world.failed(scope.path)
        machine.gap("pipes-lint itself failed here", None)
    finally:
        machine.roles["running"], machine.regions, machine.targets = running, regions, targets
        machine.path, machine.loops, machine.calls, machine.sites = path, loops, calls, sites
        machine.entries = entries
