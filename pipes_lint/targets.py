"""Which file of the project a launch's path means: beside the module, above it, or by the longest tail."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import NamedTuple

from .commands import Started
from .files import Files
from .source import Span
from .values import Known, Template, Unknown, Value

_REMOTE = ("dbfs:", "file:", "workspace:")
_URLS = ("s3:", "s3a:", "gs:", "gcs:", "http:", "https:", "abfss:", "wasbs:", "az:", "hdfs:")


class Found(NamedTuple):
    """A file, or None and the places where it would have to be."""

    path: str | None
    tried: tuple[str, ...] = ()


def find(files: Files, started: Started, module: str, cwd: Value | None) -> Found | Unknown:
    """The file that a path in a launch means. `module` is the file with the launch, `cwd` the process's folder if
    given.
    """
    if started.module:
        return _module(files, started, module, cwd)
    match started.path:
        case Known(value=str() | PurePosixPath() as plain):
            return _known(files, str(plain), started.span, module, cwd)
        case Template(pieces=pieces):
            return _tail_of(files, pieces, started.span)
        case Unknown():
            return started.path
    return Unknown("the script's path is not known", started.span)


def _root(files: Files) -> str:
    return files.root.as_posix().rstrip("/")


def inside(files: Files, path: str) -> str | None:
    """An absolute path relative to the project's root; None outside it."""
    normal, root = posixpath.normpath(path), _root(files)
    if normal == root:
        return ""
    return normal[len(root) + 1 :] if normal.startswith(f"{root}/") else None


def _known(files: Files, text: str, span: Span, module: str, cwd: Value | None) -> Found | Unknown:
    scheme, colon, rest = text.partition(":")
    if colon and f"{scheme}:" in _URLS:
        return Unknown(f"`{text}` lies outside this repository", span)
    if colon and f"{scheme}:" in _REMOTE:
        return _by_tail(files, rest, span) or Unknown(f"no file of this repository ends like `{text}`", span)
    if text.startswith("/"):
        relative = inside(files, text)
        if relative is None:
            return _by_tail(files, text, span) or Unknown(f"no file of this repository ends like `{text}`", span)
        if files.exists(relative):
            return Found(relative)
        return Found(None, (relative,))
    return _relative(files, text, span, module, cwd)


def _relative(files: Files, text: str, span: Span, module: str, cwd: Value | None) -> Found | Unknown:
    if text.startswith("~"):
        return _by_tail(files, text[1:], span) or Unknown(f"`{text}` is in somebody's home folder", span)
    tried: list[str] = []
    for base in _bases(files, module, cwd):
        path = posixpath.normpath(posixpath.join(base, text))
        if path.startswith("../") or path in tried:
            continue
        if files.exists(path):
            return Found(path)
        tried.append(path)
    if isinstance(cwd, Known) and str(cwd.value).startswith("/"):
        return Found(None, tuple(tried)) if tried else Unknown("the process runs outside this repository", span)
    whole = [path for path in files.by_name(posixpath.basename(text)) if path.endswith(f"/{posixpath.normpath(text)}")]
    if len(whole) == 1:
        return Found(whole[0])
    if whole:
        return _several(text, whole, span)
    if not isinstance(cwd, Known | None):
        return Unknown("the folder in which the process runs (`cwd`) is not known", span)
    return Found(None, tuple(tried))


def _bases(files: Files, module: str, cwd: Value | None) -> list[str]:
    """The folders against which a relative path may be meant, the likeliest first."""
    bases: list[str] = []
    match cwd:
        case Known(value=str() | PurePosixPath() as plain) if str(plain).startswith("/"):
            within = inside(files, str(plain))
            if within is not None:
                return [within]
        case Known(value=str() | PurePosixPath() as plain):
            bases += [posixpath.normpath(posixpath.join(base, str(plain))) for base in _ancestors(module)]
    return [*bases, *_ancestors(module)]


def _ancestors(module: str) -> list[str]:
    folders = []
    folder = posixpath.dirname(module)
    while folder:
        folders.append(folder)
        folder = posixpath.dirname(folder)
    return [*folders, ""]


def _by_tail(files: Files, text: str, span: Span) -> Found | Unknown | None:
    """The one file that shares the longest tail of path parts; unknown when several do, None when none does."""
    parts = [part for part in text.split("/") if part not in ("", ".", "..")]
    if not parts:
        return None
    best: list[str] = []
    longest = 0
    for path in files.by_name(parts[-1]):
        theirs = path.split("/")
        shared = 0
        while shared < min(len(parts), len(theirs)) and parts[-1 - shared] == theirs[-1 - shared]:
            shared += 1
        if shared > longest:
            best, longest = [path], shared
        elif shared == longest:
            best.append(path)
    if not best:
        return None
    if len(best) > 1:
        return _several(text, best, span)
    return Found(best[0])


def _several(text: str, paths: list[str], span: Span) -> Unknown:
    return Unknown(f"`{text}` may be any of {', '.join(f'`{path}`' for path in sorted(paths)[:5])}", span)


def _tail_of(files: Files, pieces: tuple[str | Unknown, ...], span: Span) -> Found | Unknown:
    hole = next(piece for piece in reversed(pieces) if isinstance(piece, Unknown))
    why = Unknown(hole.reason, hole.span or span)
    last = pieces[-1]
    if not isinstance(last, str) or "/" not in last:
        return why
    tail = last.partition("/")[2]
    matching = [path for path in files.by_name(posixpath.basename(tail)) if path == tail or path.endswith(f"/{tail}")]
    return Found(matching[0]) if len(matching) == 1 else why


def _module(files: Files, started: Started, module: str, cwd: Value | None) -> Found | Unknown:
    match started.path:
        case Known(value=str() as dotted):
            pass
        case _:
            return Unknown("the module that `-m` names is not known", started.span)
    relative = dotted.replace(".", "/")
    for base in _bases(files, module, cwd):
        for folder in (base, posixpath.join(base, "src")):
            for candidate in (f"{relative}.py", f"{relative}/__main__.py"):
                path = posixpath.normpath(posixpath.join(folder, candidate))
                if files.exists(path):
                    return Found(path)
    return Unknown(f"the module `{dotted}` is not in this repository", started.span)
