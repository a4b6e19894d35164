"""Which file of the project an absolute import means: the folders in which Python looks, and where they can be found.

A script's own folder comes first, then what it puts on `sys.path`, then the folders around the importer (of which those
that are packages themselves are no roots, and come last), each with the `src` inside it. What is in none of these may
still be the project's: its build system, or `PYTHONPATH`, puts another folder on the path. Such a folder is told by
what is in it.
"""

from __future__ import annotations

import posixpath

from ..values import ModuleObject, Symbol, Unknown, Value
from .machine import Machine, World


def find_module(machine: Machine, name: str, importer: str) -> Value:
    """The module of the project's that a dotted name means in a file, or a `Symbol` for somebody else's."""
    world, home = machine.world, posixpath.dirname(importer)
    added = machine.roles.get("path", {})
    put = (*added.get("", ()), *added.get(importer, ()))
    program = machine.roles.get("program")
    start = (posixpath.dirname(program),) if program is not None else ()
    key = (put, start, home, name)
    found = world.imports.get(key)
    if found is None:
        found = world.imports[key] = _found(world, name.split("."), (*put, *start), home, "")
    if found == ModuleObject(importer):  # a file does not import itself
        found = _found(world, name.split("."), (*put, *start), home, importer)
    return found


def put_on_path(machine: Machine, folder: str, importer: str) -> None:
    """Notes a folder that a file puts on `sys.path`; in a script it holds for all that is imported from then on."""
    who = "" if machine.roles.get("program") is not None else importer
    added: dict[str, tuple[str, ...]] = machine.roles.setdefault("path", {})
    added[who] = (folder, *(each for each in added.get(who, ()) if each != folder))


def _found(world: World, parts: list[str], first: tuple[str, ...], home: str, importer: str) -> Value:
    for base in (*first, *_around(world, home)):
        path = file_of(world, base, parts)
        if path is not None and path != importer:
            return ModuleObject(path)
    return _elsewhere(world, parts, home)


def _around(world: World, home: str) -> list[str]:
    folders = [home]
    while folders[-1]:
        folders.append(posixpath.dirname(folders[-1]))
    roots = [folder for folder in folders if not is_package(world, folder)]
    packages = [folder for folder in folders if folder not in roots]
    return [inner for folder in (*roots, *packages) for inner in (folder, posixpath.join(folder, "src"))]


def is_package(world: World, folder: str) -> bool:
    return world.exists(posixpath.join(folder, "__init__.py"))


def _elsewhere(world: World, parts: list[str], home: str) -> Value:
    """A module anywhere in the project: of several, the one that is nearest to the importer."""
    name = ".".join(parts)
    roots = world.roots.get(name)
    if roots is None:
        roots = world.roots[name] = _roots(world, parts)
    nearest = max((_shared(root, home) for root in roots), default=0)
    near = [root for root in roots if _shared(root, home) == nearest]
    match near:
        case []:
            return Symbol(name)
        case [root]:
            return ModuleObject(file_of(world, root, parts) or root)
    places = " or ".join(f"`{posixpath.join(root, parts[0])}`" for root in sorted(near)[:5])
    return Unknown(f"`{parts[0]}` may be {places}")


def _roots(world: World, parts: list[str]) -> tuple[str, ...]:
    """The folders that are no packages and in which a module of this dotted name can be found."""
    found: dict[str, None] = {}
    for tail in ("/".join(parts) + ".py", "/".join((*parts, "__init__.py"))):
        for path in world.named(posixpath.basename(tail)):
            if path.endswith(f"/{tail}"):
                root = path[: -len(tail) - 1]
                if not is_package(world, root):
                    found[root] = None
    return tuple(found)


def _shared(one: str, other: str) -> int:
    """How many folders two paths have in common, from the root on."""
    count = 0
    for mine, theirs in zip(one.split("/"), other.split("/"), strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def file_of(world: World, base: str, parts: list[str]) -> str | None:
    """The file of a module below a folder, or the folder of a package without `__init__.py`."""
    path = posixpath.join(base, *parts) if parts else base
    for candidate in (f"{path}.py", f"{path}/__init__.py") if parts else (posixpath.join(path, "__init__.py"),):
        if world.exists(candidate):
            return candidate
    return path if path and world.is_folder(path) else None
