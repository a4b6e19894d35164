"""R packages that are parts of the project: a `DESCRIPTION`, and `R/*.R` beside it.

A package's files only define things, so one is read when a name of its is asked for.
"""

from __future__ import annotations

import posixpath
import re
from functools import partial
from typing import Final

from ... import ir
from ...values import Known, Template, Unknown, Value
from ..machine import NONE, QUALIFIED, SPECIAL, Args, Ended, Exhausted, Frame, Lazy, Machine, Scope, World, library
from ..truth import truth
from .files import candidates
from .values import some, take

_NAME: Final = r"(?m)^Package:[ \t]*(\S+)"
_SET: Final = r"(?m)^[`\"']?([\w.]+)[`\"']?[ \t]*(?:<<?-|=(?!=))"


def package_folders(world: World) -> dict[str, str]:
    """The project's packages by name."""
    if world.packages is None:
        world.packages = {}
        for path in world.named("DESCRIPTION"):
            found = re.search(_NAME, world.text(path))
            if found:
                world.packages.setdefault(found[1], posixpath.dirname(path))
    return world.packages


def package(machine: Machine, name: str) -> Frame | None:
    """The namespace of a package of the project; None if it has none of this name."""
    folder = package_folders(machine.world).get(name)
    return None if folder is None else _namespace(machine, folder)


def package_around(machine: Machine, path: str) -> Frame | None:
    """The namespace of the package of which a file is a part."""
    folder = posixpath.dirname(path)
    if posixpath.basename(folder) != "R":
        return None
    folder = posixpath.dirname(folder)
    return _namespace(machine, folder) if folder in package_folders(machine.world).values() else None


def _namespace(machine: Machine, folder: str) -> Frame:
    place = posixpath.join(folder, "DESCRIPTION")
    if place in machine.modules:
        return machine.modules[place]
    frame = machine.modules[place] = machine.frame(None, Scope(place, "base", ""), "module")
    lead = posixpath.join(folder, "R") + "/"
    for path in machine.world.below(lead):
        if path.endswith((".R", ".r")) and "/" not in path[len(lead) :]:
            for name in dict.fromkeys(re.findall(_SET, machine.world.text(path))):
                lazy = Lazy(partial(_read, machine, frame, path, name))
                machine.store.outside(partial(machine.bind, name, lazy, frame))
    return frame


def _read(machine: Machine, frame: Frame, path: str, name: str) -> Value:
    """Runs a file of a package for the sake of a name that it sets."""
    code = machine.world.load(path)

    def run() -> None:
        before, frame.scope.path = frame.scope.path, path
        try:
            for node in code.body.body if code else ():
                machine.eval(node, frame)
        except (Ended, Exhausted):
            pass
        finally:
            frame.scope.path = before

    machine.store.outside(run)
    value = machine.store.cells.get((frame.ident, name))
    return value if isinstance(value, Value) else Unknown(f"`{path}` does not set `{name}`")


def member_of_package(machine: Machine, package_name: str, name: str) -> Value | None:
    """`package::name`, also of what it does not export (`:::`); None if the package is not the project's."""
    frame = package(machine, package_name)
    if frame is None:
        return None
    found = machine.find(name, frame)
    return Unknown(f"the package `{package_name}` does not set `{name}`") if found is None else found


QUALIFIED.append(member_of_package)


def attach(machine: Machine, frame: Frame) -> None:
    if frame not in machine.attached:
        machine.attached.insert(0, frame)


def _library(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """`library(package)`: the argument is a name, unless `character.only` says that it is an expression."""
    by_value = any(
        each.name == "character.only" and truth(machine, machine.eval(each.value, frame)) for each in node.arguments
    )
    first = next((each.value for each in node.arguments if each.name in (None, "package")), None)
    match first:
        case ir.Name(name=str() as name) if not by_value:
            pass
        case None:
            return NONE
        case _:
            value = machine.content(machine.eval(first, frame))
            name = str(value.value) if isinstance(value, Known) else ""
    found = package(machine, name)
    if found is not None:
        attach(machine, found)
    elif name != "dagsterpipes":
        machine.roles["libraries"] = True  # whose names cannot be told one by one
    return NONE


def _require(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """`require(package)` tells whether the package is there."""
    _library(machine, node, frame)
    return some("logical", whole=True)


SPECIAL["base.library"] = _library
SPECIAL["base.require"] = _require


@library("base.load_all", "base.attachNamespace")
def load_all(machine: Machine, args: Args) -> Value:
    """`pkgload::load_all()`: the package in a folder, by default the one around the script."""
    given = machine.content(take(args, "path", "reset").get("path") or Known("."))
    folders = package_folders(machine.world).values()
    if isinstance(given, Known | Template):
        for candidate in candidates(machine, given, args.frame):
            folder = posixpath.normpath(candidate)
            folder = "" if folder == "." else folder
            if folder in folders:
                attach(machine, _namespace(machine, folder))
                return NONE
    only = list(folders)
    if len(only) == 1:
        attach(machine, _namespace(machine, only[0]))
        return NONE
    return machine.gap("which package is loaded here is not known", args.span)
