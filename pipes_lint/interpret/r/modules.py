"""R's modules: `box::use()` of the project's own files, `import::from()` of a file or a package."""

from __future__ import annotations

import posixpath
from functools import partial

from ... import ir
from ...records import NamedTuple
from ...values import Known, ModuleObject, Symbol, Unknown, Value
from ..machine import NONE, SPECIAL, Frame, Lazy, Machine
from ..modules import module_member
from ..symbols import bound_names, r_symbol
from .files import file_of
from .packages import member_of_package


class _Used(NamedTuple):
    """`alias = path[names]`. `names` are what is attached: by which name, and what it is in the module."""

    alias: str | None
    path: tuple[str, ...]
    names: dict[str, str]
    everything: bool


def _box(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    for argument in node.arguments:
        used = _used(argument)
        if used is None:
            if not isinstance(argument.value, ir.Opaque):  # nothing stands behind the last comma
                machine.gap("which module `box::use()` means is not known", argument.span)
        elif len(used.path) == 1:
            _use_package(machine, used, frame)
        else:
            _use_module(machine, used, argument, frame)
    return NONE


def _used(argument: ir.Argument) -> _Used | None:
    node = argument.value
    names: dict[str, str] = {}
    everything = False

    def inside(items: tuple[ir.Argument, ...]) -> None:
        nonlocal everything
        for item in items:
            if item.spread:
                everything = True
            elif isinstance(item.value, ir.Name):
                names[item.name or item.value.name] = item.value.name

    def parts(node: ir.Node) -> tuple[str, ...] | None:
        match node:
            case ir.Name(name=name):
                return (name,)
            case ir.Operation(operator="/", operands=(left, right)):
                before, after = parts(left), parts(right)
                return None if before is None or after is None else (*before, *after)
            case ir.Call(function=ir.Name(name="["), arguments=(first, *rest)):
                inside(tuple(rest))
                return parts(first.value)
            case ir.Item(object=whole, key=ir.Name() as key):
                inside((ir.Argument(key.span, key),))
                return parts(whole)
        return None

    path = parts(node)
    return None if path is None else _Used(argument.name, path, names, everything)


def _use_package(machine: Machine, used: _Used, frame: Frame) -> None:
    """A package: its names are the library's own, but for those that are given another name."""
    (package,) = used.path
    if used.alias or not (used.names or used.everything):
        machine.bind(used.alias or package, Symbol(package), frame)
    for alias, name in used.names.items():
        if alias != name or member_of_package(machine, package, name) is not None:
            machine.bind(alias, _of_package(machine, package, name), frame)


def _of_package(machine: Machine, package: str, name: str) -> Value:
    found = member_of_package(machine, package, name)
    return r_symbol(f"{package}.{name}") if found is None else found


def _use_module(machine: Machine, used: _Used, argument: ir.Argument, frame: Frame) -> None:
    path = _module_file(machine, used.path, frame)
    code = machine.world.load(path) if path is not None else None
    if path is None or code is None:
        machine.gap(f"the module `{'/'.join(used.path)}` is not in this repository", argument.span)
        return
    if used.alias or not (used.names or used.everything):
        machine.bind(used.alias or used.path[-1], ModuleObject(path), frame)
    module_member(machine, path, "")  # it is run now
    names = {name: name for name in bound_names(code)} if used.everything else {}
    for alias, name in {**names, **used.names}.items():
        machine.bind(alias, Lazy(partial(_of_module, machine, path, name)), frame)


def _module_file(machine: Machine, path: tuple[str, ...], frame: Frame) -> str | None:
    """The file of a module: beside the one that uses it (`./x`, `../x`), or below a folder above that (`app/x`)."""
    base = posixpath.dirname(frame.scope.path)
    bases = [base]
    if path[0] not in (".", ".."):
        while base:
            base = posixpath.dirname(base)
            bases.append(base)
    for folder in bases:
        whole = posixpath.normpath(posixpath.join(folder, *path))
        for end in (".R", ".r", "/__init__.R", "/__init__.r"):
            if machine.world.exists(whole + end):
                return whole + end
    return None


def _of_module(machine: Machine, path: str, name: str) -> Value:
    found = module_member(machine, path, name)
    return Unknown(f"`{path}` has no `{name}` that can be seen") if found is None else found


SPECIAL["box.use"] = _box


def _import(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """`import::from("file.R", name, new = name)` and its kin, which take names and not values."""
    arguments = list(node.arguments)
    source = next((each for each in arguments if each.name == ".from"), None)
    if source is None:
        source = next((each for each in arguments if each.name is None), None)
    if source is None:
        return NONE
    match source.value:
        case ir.Name(name=name):
            pass
        case _:
            value = machine.content(machine.eval(source.value, frame))
            name = str(value.value) if isinstance(value, Known) else ""
    names = {
        each.name or each.value.name: each.value.name
        for each in arguments
        if each is not source and isinstance(each.value, ir.Name) and not (each.name or "").startswith(".")
    }
    if not name.endswith((".R", ".r")):
        for alias, plain in names.items():
            machine.bind(alias, _of_package(machine, name, plain), frame.module)
        return NONE
    path = file_of(machine, Known(name), frame)
    code = machine.world.load(path) if path is not None else None
    if path is None or code is None:
        return machine.gap(f"`{name}` is imported, which is not in this repository", source.span)
    if any(each.name == ".all" for each in arguments):
        names = {**{each: each for each in bound_names(code)}, **names}
    module_member(machine, path, "")
    for alias, plain in names.items():
        machine.bind(alias, Lazy(partial(_of_module, machine, path, plain)), frame.module)
    return NONE


for _name in ("from", "here", "into"):
    SPECIAL[f"import.{_name}"] = _import
