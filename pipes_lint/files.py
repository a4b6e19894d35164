"""A project's files: which there are, which may matter, and their text. Each is read once."""

from __future__ import annotations

import os
import re
import stat
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from .records import NamedTuple
from .source import Source
from .walk import walk

_SUFFIXES = (".py", ".R", ".r", ".ipynb", ".qmd", ".Qmd", ".QMD", ".Rmd", ".rmd", ".RMD", ".RMd")
DOCUMENTS = (".ipynb", ".qmd", ".rmd")
"""How the names of documents with code in them end, in lower case."""
_COMPONENTS = ("defs.yaml", "defs.yml", "component.yaml")
"""Files of Dagster's components, the one that Dagster takes first. From dagster 1.13.28,
`components/core/defs_module.py`, `find_defs_or_component_yaml`."""
_OPEN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NEEDLES = (b"dagster", b"DAGSTER", b"pipes-lint:")
_RUN, _CONTEXT = b".run(", b"context"
_LARGEST = 5_000_000
_LARGEST_NOTEBOOK = 100_000_000
"""What a notebook's cells have given out is in the file too."""
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
        "_components",
        "_helpers",
        "_names",
        "_near",
        "_overlay",
        "_prefix",
        "_read",
        "_tails",
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
        self._components: tuple[str, ...] = ()
        self._helpers: list[str] = []
        self._tails: dict[str, dict[str, list[str]]] = {}
        self._names: dict[str, list[str]] | None = None
        self._near: dict[str, list[str]] | None = None
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
        return self._by_name().get(name, ())

    def _by_name(self) -> Mapping[str, list[str]]:
        if self._names is None:
            self._names = {}
            for path in self.all_paths():
                self._names.setdefault(path.rpartition("/")[2], []).append(path)
        return self._names

    def ending(self, tail: str) -> Sequence[str]:
        """The paths that are this one, or end with it behind a `/`."""
        return self._tails_of(tail.rpartition("/")[2]).get(tail, ())

    def longest_tail(self, parts: Sequence[str]) -> tuple[Sequence[str], int]:
        """The paths that share the most parts with these, counted from the end, and how many these are."""
        tails = self._tails_of(parts[-1])
        found: tuple[Sequence[str], int] = ((), 0)
        for count in range(1, len(parts) + 1):
            paths = tails.get("/".join(parts[-count:]))
            if paths is None:
                break
            found = paths, count
        return found

    def _tails_of(self, name: str) -> Mapping[str, list[str]]:
        tails = self._tails.get(name)
        if tails is None:
            tails = self._tails[name] = {}
            for path in self.by_name(name):
                at = len(path)
                while at > 0:
                    at = path.rfind("/", 0, at)
                    tails.setdefault(path[at + 1 :], []).append(path)
        return tails

    def names_near(self, name: str) -> set[str]:
        """The names of files that become this one's equal when one character is taken out of each or of either."""
        if self._near is None:
            self._near = {}
            for each in self._by_name():
                for shorter in _shorter(each):
                    self._near.setdefault(shorter, []).append(each)
        return {each for shorter in _shorter(name) for each in self._near.get(shorter, ())}

    def below(self, folder: str) -> Iterator[str]:
        """The paths that begin with a folder's, which ends in `/` (or is empty)."""
        paths = self.all_paths()
        for index in range(bisect_left(paths, folder), len(paths)):
            if not paths[index].startswith(folder):
                return
            yield paths[index]

    def candidates(self) -> Iterator[str]:
        """The files of Python and R, and the documents, that mention Dagster, sorted: where launches and Pipes scripts
        are looked for.

        What a launch names or a module imports may be any file; ask `exists` and `source` for those.
        """
        if self._candidates is None:
            names = [path for path in self.all_paths() if path.endswith((*_SUFFIXES, *_COMPONENTS))]
            self._components = tuple(path for path in names if path.endswith(_COMPONENTS))
            self._candidates = tuple(
                path for path in names if not path.endswith(_COMPONENTS) and self._mentions_dagster(path)
            )
        return iter(self._candidates)

    def components(self) -> Iterator[str]:
        """The files of Dagster's components, sorted: of each folder the one that Dagster reads."""
        self.candidates()
        taken: dict[str, tuple[int, str]] = {}
        for path in self._components:
            folder, _, name = path.rpartition("/")
            if name in _COMPONENTS:
                taken[folder] = min(taken.get(folder, (len(_COMPONENTS), "")), (_COMPONENTS.index(name), path))
        return iter(sorted(path for _, path in taken.values()))

    def launching_helpers(self) -> Sequence[str]:
        """The Python files that do not mention Dagster, but run something with a context."""
        self.candidates()
        return self._helpers

    def mentioning(self, words: Sequence[str]) -> Iterator[str]:
        """The Python files that do not mention Dagster, but one of these words."""
        spelt = [word.encode() for word in words]
        known = set(self.candidates())
        for path in self.all_paths():
            if path.endswith(".py") and path not in known:
                overlaid = self._overlay.get(path)
                data = self._load(path) if overlaid is None else overlaid.encode("utf-8", "replace")
                if isinstance(data, bytes) and any(word in data for word in spelt):
                    yield path

    def read(self) -> list[Source]:
        """The files whose text has been asked for so far, and could be had."""
        return [source for source in self._read.values() if isinstance(source, Source)]

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
            found: Source | Problem = _source(path, text.removeprefix("\ufeff"))
        else:
            data = self._bytes.pop(path, None)
            content = self._load(path) if data is None else data
            found = content if isinstance(content, Problem) else _decoded(path, content)
        return self._remember(path, found)

    def readable(self, path: str) -> Source | None:
        """A file's text; None if it cannot be had."""
        source = self.source(path)
        return source if isinstance(source, Source) else None

    def text(self, path: str) -> str:
        """A file's text; nothing if it cannot be had."""
        source = self.readable(path)
        return source.text if source else ""

    def _mentions_dagster(self, path: str) -> bool:
        if path in self._overlay:
            text = self._overlay[path]
            return "dagster" in text.lower() or "pipes-lint:" in text
        data = self._load(path)
        if isinstance(data, Problem):
            self._remember(path, data)
            return False
        if any(needle in data for needle in _NEEDLES):
            self._bytes[path] = data
            return True
        if _RUN in data and _CONTEXT in data and path.endswith(".py"):
            self._helpers.append(path)
        if not _is_notebook(path) and (not data.isascii() or b"\0" in data):
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
            largest = _LARGEST_NOTEBOOK if _is_notebook(path) else _LARGEST
            if status.st_size > largest:
                size = f"{status.st_size / 1e6:.1f} MB"
                return Problem(path, f"left out: {size} is more than the {largest // 1_000_000} MB that are read")
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


def _shorter(name: str) -> set[str]:
    """A name, and what is left of it without any one of its characters."""
    return {name, *(name[:index] + name[index + 1 :] for index in range(len(name)))}


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _decoded(path: str, data: bytes) -> Source | Problem:
    """The text as Python or R would read it: UTF-8, or what a coding line says; R takes any bytes."""
    if b"\0" in data:
        return Problem(path, "left out: not text (it holds a NUL byte)")
    try:
        return _source(path, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        at = error.start
    named = None if path.endswith((".R", ".r")) else _named_coding(data)
    if named is None and path.lower().endswith((".py", ".ipynb")):
        line = data.count(b"\n", 0, at) + 1
        return Problem(path, f"left out: not UTF-8 (byte 0x{data[at]:02x} in line {line}), nor does it say what else")
    try:
        return _source(path, data.decode(named or "latin-1"))
    except LookupError:
        return Problem(path, f"left out: its coding line names an unknown encoding, {named!r}")
    except UnicodeError:
        return Problem(path, f"left out: not in the encoding that its coding line names, {named!r}")


def encoding_of(path: str, data: bytes) -> str:
    """The encoding in which a file that can be read is read; a byte order mark is no part of its name."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return (None if path.endswith((".R", ".r")) else _named_coding(data)) or "latin-1"
    return "utf-8"


def _source(path: str, text: str) -> Source:
    if _is_notebook(path):
        from .notebook import read

        return read(path, text)
    return Source(path, text)


def _is_notebook(path: str) -> bool:
    return path.lower().endswith(".ipynb")


def _named_coding(data: bytes) -> str | None:
    """The encoding that one of the first two lines names, as PEP 263 says."""
    for line in data.split(b"\n", 2)[:2]:
        match = re.match(_CODING, line)
        if match:
            return match.group(1).decode("ascii", "replace")
        if line.strip() and not line.lstrip().startswith(b"#"):
            return None
    return None
