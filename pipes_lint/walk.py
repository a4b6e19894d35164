"""Walks a folder as git sees it: without what `.gitignore` files name, nor what is never a project's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .gitignore import Ignore, parse
from .records import NamedTuple

_NEVER = frozenset(
    ["__pycache__", "__pypackages__", "node_modules", "packrat", "renv", "site-packages", "venv", "virtualenv"]
)


class _Patterns(NamedTuple):
    """One ignore file. A path below the root is matched as `lead` and what follows its first `cut` characters."""

    lead: str
    cut: int
    ignore: Ignore

    def says(self, path: str) -> bool | None:
        """Whether the path is ignored (True), wanted back by `!` (False) or not spoken of (None)."""
        return self.ignore.says(self.lead + path[self.cut :])


def walk(root: Path, exclude: Sequence[str], failed: Callable[[str, OSError], None]) -> Iterator[str]:
    """The paths of all regular files below `root`, relative to it and with `/`.

    Folders are not entered through links, so that no walk leaves the project or goes in circles. A link to a file
    counts if the file is not in the project anyway. Ignore files hold from the repository's root on, but cannot ignore
    `root` itself: whoever asks for a folder means it.
    """
    outer = (*_above(root), *_patterns(exclude, "", 0))
    home = os.path.realpath(root) + os.sep
    stack: list[tuple[str, tuple[_Patterns, ...]]] = [("", outer)]
    while stack:
        prefix, ignores = stack.pop()
        try:
            with os.scandir(os.path.join(root, prefix)) as scan:
                entries = list(scan)
        except OSError as error:
            failed(prefix.rstrip("/") or ".", error)
            continue
        names = {entry.name for entry in entries}
        if prefix and not names.isdisjoint(("pyvenv.cfg", "conda-meta")):
            continue  # a Python environment, whatever it is called
        if ".gitignore" in names:
            ignores = (*ignores, *_patterns(_lines(os.path.join(root, prefix, ".gitignore")), "", len(prefix)))
        for entry in entries:
            path = prefix + entry.name
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not _never(entry.name, prefix) and not _ignored(path + "/", ignores):
                        stack.append((path + "/", ignores))
                elif entry.is_file() and not _ignored(path, ignores) and not _is_link_into(home, entry):
                    yield path
            except OSError:
                continue  # a link in a circle: there is no file behind it


def _is_link_into(home: str, entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and os.path.realpath(entry.path).startswith(home)


def _never(name: str, prefix: str) -> bool:
    if name.startswith("."):
        return True
    # A build's copy of the sources is below `build/lib`; a folder `build` alone may well be the project's own.
    return name in _NEVER or (name.startswith(("lib", "bdist.")) and prefix.endswith("build/"))


def _ignored(path: str, ignores: tuple[_Patterns, ...]) -> bool:
    for patterns in reversed(ignores):
        said = patterns.says(path)
        if said is not None:
            return said
    return False


def _above(root: Path) -> Iterator[_Patterns]:
    """The ignore files of the folders above, up to the repository's root; none outside a repository."""
    folders = []
    folder = os.path.abspath(root)
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            return
        folders.append(parent)
        folder = parent
    for folder in reversed(folders):
        lead = os.path.relpath(root, folder).replace(os.sep, "/") + "/"
        lines = _lines(os.path.join(folder, ".gitignore"))
        yield from _patterns([line for line in lines if not _ignores(line, lead)], lead, 0)


def _lines(file: str) -> list[str]:
    try:
        with open(file, encoding="utf-8-sig", errors="replace") as opened:
            return opened.read().splitlines()
    except OSError:
        return []


def _patterns(lines: Sequence[str], lead: str, cut: int) -> tuple[_Patterns, ...]:
    ignore = parse(lines)
    return (_Patterns(lead, cut, ignore),) if ignore else ()


def _ignores(line: str, path: str) -> bool:
    """Whether a line by itself ignores the folder or one that it is in."""
    parts = path.rstrip("/").split("/")
    ignore = parse([line])
    return ignore is not None and any(ignore.says("/".join(parts[:end]) + "/") for end in range(1, len(parts) + 1))
