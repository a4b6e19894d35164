"""Prefixes that keys get from outside: `load_assets_from_modules(…, key_prefix=)` and its like.

From dagster 1.13.28, `_core/definitions/module_loaders`: a module gives what its own names hold, and the lists there; a
package gives what all its modules hold. Copies get the prefix, so that two loads make two assets of one definition.
The loaders of assets leave asset checks out; those have loaders of their own, with a prefix for the keys they check.
"""

from __future__ import annotations

import posixpath

from ...records import NamedTuple
from ...source import Span
from ...values import Instance, Known, ModuleObject, Sequence, Unknown, Value
from ..iterate import elements
from ..machine import LIBRARY, NONE, Args, Machine
from ..modules import load, module
from ..settle import settle


class Prefix(NamedTuple):
    """A prefix, and whose keys it is put before."""

    value: Value
    checks: bool
    """Whether it is for asset checks, or for assets."""
    idents: frozenset[int]
    """The definitions that are certainly loaded with it."""
    folders: tuple[str, ...] | None
    """Whatever is defined in these packages is loaded with it, too; None: it is not known what is loaded."""
    modules: tuple[str, ...] = ()
    """What these modules define, and do not show, is not known to be loaded with it."""


def prefix_of(machine: Machine, ident: int, path: str, checks: bool) -> Value | None:
    """The prefix of a definition that was made while a module was run; None if it has none, an `Unknown` if that
    cannot be told.
    """
    found: list[Value] = []
    if ident in machine.roles.get("renamed", ()):
        found.append(Unknown("its keys are replaced"))
    for each in machine.roles.get("prefixes", ()):
        if each.checks is not checks:
            continue
        if each.folders is None:
            found.append(Unknown("it is not known whose keys get a prefix"))
        elif ident in each.idents or any(path.startswith(f"{folder}/") for folder in each.folders):
            found.append(each.value)
        elif path in each.modules:
            found.append(Unknown("its module is loaded with a prefix, but does not show it"))
    if len(set(found)) > 1:
        return Unknown("it is loaded with several prefixes")
    return found[0] if found else None


def _loader(name: str, kind: str) -> None:
    checks = "checks" in name
    prefix_name, index = ("asset_key_prefix", 1) if checks else ("key_prefix", 2)
    if kind == "current_module":
        index -= 1

    def loads(machine: Machine, args: Args) -> Value:
        prefix = args.get(prefix_name, index)
        if prefix is not None and prefix != NONE:
            value = settle(machine, prefix)
            machine.roles.setdefault("prefixes", []).append(_prefix(machine, args, kind, value, checks))
        elif args.loose:
            machine.roles.setdefault("prefixes", []).append(Prefix(NONE, checks, frozenset(), None))
        machine.roles.setdefault("loads", {})[args.span] = (kind, args)
        return Unknown("Dagster loads them", args.span, foreign=True)

    LIBRARY[f"dagster.{name}_from_{kind}"] = loads


for _name in ("load_assets", "load_asset_checks"):
    for _kind in ("modules", "package_module", "package_name", "current_module"):
        _loader(_name, _kind)


def _prefix(machine: Machine, args: Args, kind: str, value: Value, checks: bool) -> Prefix:
    nobody = Prefix(value, checks, frozenset(), None)
    match kind:
        case "current_module":
            here = args.frame.scope.path
            return Prefix(value, checks, _shown(machine, here), (), (here,))
        case "modules":
            items, complete = elements(machine, args.get("modules", 0) or NONE, args.span)
            paths = [item.path for item in items if isinstance(item, ModuleObject)]
            if not complete or len(paths) < len(items):
                return nobody
            idents = [ident for path in paths for ident in _shown(machine, path)]
            return Prefix(value, checks, frozenset(idents), (), tuple(paths))
        case "package_module":
            package = args.get("package_module", 0)
        case _:
            name = args.get("package_name", 0)
            package = None
            if isinstance(name, Known) and isinstance(name.value, str):
                package = module(machine, name.value, args.frame.scope.path)
    if not isinstance(package, ModuleObject):
        return nobody
    folder = posixpath.dirname(package.path) if package.path.endswith(".py") else package.path
    return Prefix(value, checks, _shown(machine, package.path), (folder,))


def loaded(machine: Machine, span: Span) -> frozenset[int]:
    """The definitions that the loader's call at this place certainly loads."""
    kind, args = machine.roles.get("loads", {}).get(span, ("", None))
    if not kind or kind == "package_name":
        return frozenset()
    found = _prefix(machine, args, kind, NONE, False)
    return found.idents if found.folders is not None else frozenset()


def _shown(machine: Machine, path: str) -> frozenset[int]:
    """The definitions that a module's names hold."""
    frame = load(machine, path) if path.endswith(".py") else None
    if frame is None:
        return frozenset()
    names = [cell[1] for cell in machine.store.cells if isinstance(cell, tuple) and cell[0] == frame.ident]
    values: list[Value] = []
    for name in names:
        value = machine.find(name, frame)
        content = machine.content(value) if value is not None else None
        values += content.items if isinstance(content, Sequence) else [content] if content is not None else []
    return frozenset(value.ident for value in values if isinstance(value, Instance) and value.ident)
