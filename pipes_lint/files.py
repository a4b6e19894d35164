"""A project's files: which there are, which may matter, and their text. Each is read once."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from .source import Source
from .walk import walk

_SUFFIXES = (".py", ".R", ".r")
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NEEDLES = (b"dagster", b"DAGSTER")
_LARGEST = 5_000_000
_CODING = rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"


class Problem(NamedTuple):
    """A file (or folder) that could not be read; `message` completes "path: …"."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class Files:
    """The files under a project's root. All paths are relative to it, with `/`.

    `overlay` holds texts that stand for a file's content on disk (or for a file that is not there yet), as an editor
    has them before they are saved. `exclude` are patterns as in a `.gitignore`.
    """

    __slots__ = (
        "_all",
        "_bytes",
        "_candidates",
        "_names",
        "_overlay",
        "_prefix",
        "_read",
        "exclude",
        "problems",
        "root",
    )

    def __init__(self, root: Path, exclude: Sequence[str] = (), overlay: Mapping[str, str] | None = None) -> None:
        self.root = root
        self._prefix = os.path.join(root, "")
        self.exclude = tuple(exclude)
        self.problems: list[Problem] = []
        self._overlay = dict(overlay or {})
        self._all: tuple[str, ...] | None = None
        self._candidates: tuple[str, ...] | None = None
        self._names: dict[str, list[str]] | None = None
        self._bytes: dict[str, bytes] = {}
        self._read: dict[str, Source | Problem] = {}

    def all_paths(self) -> Sequence[str]:
        """Every file of the project that is neither ignored nor excluded, sorted: for matching a path by its tail."""
        if self._all is None:
            found = set(walk(self.root, self.exclude, self._cannot_list))
            self._all = tuple(sorted(found | self._overlay.keys()))
        return self._all

    def by_name(self, name: str) -> Sequence[str]:
        """The paths of all files of this name, in whatever folder."""
        if self._names is None:
            self._names = {}
            for path in self.all_paths():
                self._names.setdefault(path.rpartition("/")[2], []).append(path)
        return self._names.get(name, ())

    def candidates(self) -> Iterator[str]:
        """The Python and R files that mention Dagster, sorted: where launches and Pipes scripts are looked for.

        What a launch names or a module imports may be any file; ask `exists` and `source` for those.
        """
        if self._candidates is None:
            names = (path for path in self.all_paths() if path.endswith(_SUFFIXES))
            self._candidates = tuple(path for path in names if self._mentions_dagster(path))
        return iter(self._candidates)

    def exists(self, path: str) -> bool:
        """Whether there is such a regular file, ignored or not."""
        return path in self._overlay or os.path.isfile(self._on_disk(path))

    def is_dir(self, path: str) -> bool:
        return os.path.isdir(self._on_disk(path))

    def source(self, path: str) -> Source | Problem:
        """A file's text, or why it cannot be had. A problem is also put among `problems`, once."""
        known = self._read.get(path)
        if known is not None:
            return known
        text = self._overlay.get(path)
        if text is not None:
            found: Source | Problem = Source(path, text.removeprefix("\ufeff"))
        else:
            data = self._bytes.pop(path, None)
            content = self._load(path) if data is None else data
            found = content if isinstance(content, Problem) else _decoded(path, content)
        return self._remember(path, found)

    def _mentions_dagster(self, path: str) -> bool:
        if path in self._overlay:
            return "dagster" in self._overlay[path].lower()
        data = self._load(path)
        if isinstance(data, Problem):
            self._remember(path, data)
            return False
        if any(needle in data for needle in _NEEDLES):
            self._bytes[path] = data
            return True
        if not data.isascii() or b"\0" in data:
            found = _decoded(path, data)
            if isinstance(found, Problem):
                self._remember(path, found)
        return False

    def _remember(self, path: str, found: Source | Problem) -> Source | Problem:
        self._read[path] = found
        if isinstance(found, Problem):
            self.problems.append(found)
        return found

    def _load(self, path: str) -> bytes | Problem:
        try:
            # A pipe or a device would make us wait for ever: without O_NONBLOCK the very opening of it does.
            handle = os.open(self._on_disk(path), _OPEN)
        except OSError as error:
            return Problem(path, f"cannot be read: {_reason(error)}")
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return Problem(path, "cannot be read: not a regular file")
            if status.st_size > _LARGEST:
                size = f"{status.st_size / 1e6:.1f} MB"
                return Problem(path, f"left out: {size} is more than the {_LARGEST // 1_000_000} MB that are read")
            data = os.read(handle, _LARGEST)
            while more := os.read(handle, _LARGEST):
                data += more
            return data
        except OSError as error:
            return Problem(path, f"cannot be read: {_reason(error)}")
        finally:
            os.close(handle)

    def _cannot_list(self, path: str, error: OSError) -> None:
        self.problems.append(Problem(path, f"this folder cannot be listed: {_reason(error)}"))

    def _on_disk(self, path: str) -> str:
        return self._prefix + path


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _decoded(path: str, data: bytes) -> Source | Problem:
    """The text as Python or R would read it: UTF-8, or what a coding line says; R takes any bytes."""
    if b"\0" in data:
        return Problem(path, "left out: not text (it holds a NUL byte)")
    try:
        return Source(path, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        at = error.start
    named = None if path.endswith((".R", ".r")) else _named_coding(data)
    if named is None and path.endswith(".py"):
        line = data.count(b"\n", 0, at) + 1
        return Problem(path, f"left out: not UTF-8 (byte 0x{data[at]:02x} in line {line}), nor does it say what else")
    try:
        return Source(path, data.decode(named or "latin-1"))
    except LookupError:
        return Problem(path, f"left out: its coding line names an unknown encoding, {named!r}")
    except UnicodeError:
        return Problem(path, f"left out: not in the encoding that its coding line names, {named!r}")


def _named_coding(data: bytes) -> str | None:
    """The encoding that one of the first two lines names, as PEP 263 says."""
    for line in data.split(b"\n", 2)[:2]:
        match = re.match(_CODING, line)
        if match:
            return match.group(1).decode("ascii", "replace")
        if line.strip() and not line.lstrip().startswith(b"#"):
            return None
    return None
