"""What the commands of a launch come to: through shells' scripts, past programs that say nothing to Dagster."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from ..contract import Target
from ..files import Files
from ..records import NamedTuple
from ..source import Span
from ..values import Known, Template, Unknown, Value
from .words import Started

_DEEPEST: Final = 4
_OURS: Final = ("python", "r", "notebook", "document", "shell")


class Linker(NamedTuple):
    """What is asked of the linking."""

    files: Files
    target: Callable[[Started | Unknown, Span, list[str], Value | None], Target]
    speaks: Callable[[Target], bool]
    """Whether what a launch starts says anything to Dagster."""


def reached(
    linker: Linker, ways: Iterable[Started | Unknown], where: Span, modules: list[str], cwd: Value | None
) -> list[Target]:
    """The scripts that these commands start. Of one shell's line or script only those that use Pipes are told, if any
    does: all of these report to the same session.
    """
    found: list[Target] = []
    lines: dict[int, list[Target]] = {}
    for way in ways:
        targets = _through(linker, way, where, modules, cwd, 0)
        number = 0 if isinstance(way, Unknown) else way.line
        if number and number not in lines:
            lines[number] = []
            found.append(Target(None, where, arguments=Known(number)))  # its place
        (lines[number] if number else found).extend(targets)
    return [each for target in found for each in _in_place(linker, target, lines)]


def _in_place(linker: Linker, target: Target, lines: dict[int, list[Target]]) -> Sequence[Target]:
    match target.arguments:
        case Known(value=int() as number) if number in lines:
            return _chosen(linker, lines[number])
    return (target,)


def _through(
    linker: Linker, way: Started | Unknown, where: Span, modules: list[str], cwd: Value | None, depth: int
) -> list[Target]:
    if isinstance(way, Unknown):
        return [linker.target(way, where, modules, cwd)]
    if way.program:
        return [_program(linker, way, where, modules)]
    way, folder = _placed(way, cwd)
    target = linker.target(way, where, modules, folder)
    if target.path is None:
        return [_not_found(way, target)]
    if target.language == "shell" and depth < _DEEPEST:
        return _inside(linker, way, target, where, modules, folder, depth) or [target]
    return [target]


def _inside(
    linker: Linker,
    way: Started,
    outer: Target,
    where: Span,
    modules: list[str],
    cwd: Value | None,
    depth: int,
) -> list[Target]:
    """What a shell's script starts in its turn."""
    from .executables import shell_script

    path = outer.path or ""
    source = linker.files.readable(path)
    if source is None:
        return []
    root = linker.files.root.as_posix().rstrip("/")
    found: list[Target] = []
    for each in shell_script(source, f"{root}/{path}", way, partial(_statements, linker, root)):
        if isinstance(each, Started):
            each = each._replace(variables=(*way.variables, *each.variables), elsewhere=each.elsewhere or way.elsewhere)
        found += _through(linker, each, where, modules, cwd, depth + 1)
    found = [target._replace(span=outer.span) if target.path else target for target in found]
    return [] if all(target.reason and target.reason.foreign for target in found) else _chosen(linker, found)


def _statements(linker: Linker, root: str, path: str):  # type: ignore[no-untyped-def]
    """The commands of a script that another sources, if it is one of this project's."""
    from ..frontends.shell import read

    inside = path.removeprefix(f"{root}/")
    if inside == path or not linker.files.exists(inside):
        return None
    source = linker.files.readable(inside)
    return read(source) if source else None


def _chosen(linker: Linker, targets: list[Target]) -> list[Target]:
    """Of all that runs in one session, what may report to it."""
    targets = list(dict.fromkeys(targets))
    ours = [each for each in targets if each.reason is None or not each.reason.foreign] or targets[-1:]
    if len(ours) <= 1:
        return ours
    unknown = [each for each in ours if each.path is None and not each.tried]
    missing = [each for each in ours if each.tried]
    speaking = [each for each in ours if each.path and linker.speaks(each)]
    return [*speaking, *missing, *unknown] or ours[-1:]


def _program(linker: Linker, way: Started, where: Span, modules: list[str]) -> Target:
    """A program that is called by its name: one of this repository, or anybody's."""
    name = str(getattr(way.path, "value", "it"))
    if "/" not in name and isinstance(way.path, Known):
        from .console import installed

        found = [linker.target(each, where, [project], None) for each, project in installed(linker.files, way)]
        paths = {(each.path, each.entry): each for each in found if each.path}
        if len(paths) == 1:
            return next(iter(paths.values()))
        if paths:
            several = ", ".join(f"`{path}`" for path, _ in paths)
            return Target(None, way.span, reason=Unknown(f"`{name}` may be any of {several}", way.span))
    reason = Unknown(f"`{name}` is a program, no script of this repository", way.span, foreign=True)
    return Target(None, way.span, reason=reason)


def _not_found(way: Started, target: Target) -> Target:
    if target.reason is not None and (way.module or way.language not in _OURS):
        return target._replace(reason=target.reason._replace(foreign=True))
    if target.tried and way.elsewhere:
        shown = target.written or target.tried[0]
        reason = Unknown(f"`{shown}` is not in this repository, and may be where the command runs", way.span)
        return target._replace(tried=(), reason=reason)
    return target


def _placed(way: Started, cwd: Value | None) -> tuple[Started, Value | None]:
    """A command with the folder to which it goes itself, and the folder in which it then runs."""
    path = way.path
    match way.folder:
        case None:
            return way, cwd
        case Known(value=str() | PurePosixPath() as plain):
            folder = str(plain)
            if not folder.startswith("/") and isinstance(cwd, Known):
                folder = posixpath.join(str(cwd.value), folder)
            if folder.startswith("/") and isinstance(path, Known) and not way.module:
                path = Known(posixpath.normpath(posixpath.join(folder, str(path.value))), path.span)
            return way._replace(path=path), Known(folder)
        case Template(pieces=pieces) if isinstance(path, Known) and not str(path.value).startswith("/"):
            whole = Template((*pieces, f"/{posixpath.normpath(str(path.value))}"), False, path.span)
            return way._replace(path=whole), cwd
        case Unknown() as folder_:
            return way, folder_
    return way, cwd
