"""The project's files as programs: each is lowered once, when it is first asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .. import ir
from ..contract import Dialect
from ..files import DOCUMENTS, Files, Problem
from ..frontends import python
from ..source import Source, Span

if TYPE_CHECKING:
    from ..frontends.documents import Document

_SPEAKS = ("dagster_pipes", "dagsterpipes", "DAGSTER_PIPES", "PipesContext", "pipes")


class Reading:
    """What has been read so far."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.modules: dict[str, ir.Module | None] = {}
        self.documents: dict[str, Document] = {}
        self.asked: set[str] = set()
        """The files that were asked for since somebody last cleared it."""

    def load(self, path: str) -> ir.Module | None:
        """A file, lowered; None if it cannot be read or is in no language that we read."""
        self.asked.add(path)
        if path not in self.modules:
            self.modules[path] = None
            source = self.files.readable(path)
            if source is not None:
                try:
                    self.modules[path] = self._lower(source)
                except Exception:
                    self.failed(path)
        return self.modules[path]

    def _lower(self, source: Source) -> ir.Module | None:
        path = source.path
        if path.endswith((".R", ".r")):
            from ..frontends import r

            return r.lower(source)
        if path.endswith(".py"):
            module = python.lower(source)
            fault = _misindented(source) if module.uneven and not module.faults and self.mentions(path) else None
            return module._replace(faults=(fault,)) if fault else module
        return next(iter(self._document(source).modules), None) if is_document(path) else None

    def _document(self, source: Source) -> Document:
        """A notebook or its like, lowered."""
        from ..frontends import documents

        if source.path not in self.documents:
            self.documents[source.path] = documents.lower(source)
        return self.documents[source.path]

    def text(self, path: str) -> str:
        """A file's code; nothing if it cannot be read."""
        source = self.files.readable(path)
        if source is not None and is_document(path):
            return self._document(source).code
        return source.text if source else ""

    def says(self, path: str, words: tuple[str, ...]) -> bool:
        """Whether one of these words stands in a file's code."""
        text = self.text(path)
        return any(word in text for word in words)

    def mentions(self, path: str) -> bool:
        """Whether a file speaks of Pipes at all."""
        return self.says(path, _SPEAKS)

    def is_script(self, path: str) -> bool:
        """Whether a file seems to open a session of Pipes."""
        return self.says(path, ("open_dagster_pipes", "with_dagster_pipes"))

    def orchestrates(self, path: str) -> bool:
        """Whether a file speaks of Dagster, and not of `dagster_pipes` alone."""
        return "dagster" in self.text(path).replace("dagster_pipes", "")

    def is_read(self, path: str) -> bool:
        """Whether a script is in a language that we read."""
        return path.endswith((".py", ".R", ".r")) or (is_document(path) and self.load(path) is not None)

    def dialect(self, path: str) -> Dialect:
        """The language of a script that is read."""
        if is_document(path):
            module = self.load(path)
            return module.language if module else "python"
        return "r" if path.endswith((".R", ".r")) else "python"

    def failed(self, path: str) -> None:
        """We are wrong, not the user: says so, and goes on with the rest."""
        print(f"pipes-lint: `{path}` could not be followed, by a fault of pipes-lint itself", file=sys.stderr)
        import traceback

        traceback.print_exc(file=sys.stderr)
        self.files.problems.append(Problem(path, "not checked whole, by a fault of pipes-lint itself"))

    # --- what does not parse ---

    def broken(self) -> Iterator[tuple[str, ir.Module]]:
        """Every file of which a part was not understood, with that; of a document, in each of its languages."""
        for path, module in sorted(self._lowered(), key=_path):
            if module.faults:
                yield path, module

    def _lowered(self) -> Iterator[tuple[str, ir.Module]]:
        for path, module in self.modules.items():
            if path in self.documents:
                yield from ((path, each) for each in self.documents[path].modules)
            elif module is not None:
                yield path, module

    def refused(self, module: ir.Module) -> ir.Fault | None:
        """Why the language itself refuses a file that our grammar does not take; None if it does not.

        For Python, Python is asked, in the place and words that people know. (To parse is not to run.)
        """
        if module.language != "python":
            return module.faults[0]
        import warnings
        from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT, PyCF_ONLY_AST

        flags = PyCF_ONLY_AST
        source = self.files.source(module.path)
        assert isinstance(source, Source)
        if module.path in self.documents:
            texts = self.documents[module.path].texts
            if "python" not in texts:
                return module.faults[0]
            source = Source(module.path, texts["python"])
            flags |= PyCF_ALLOW_TOP_LEVEL_AWAIT
        try:
            with warnings.catch_warnings(action="ignore"):
                compile(source.text, module.path, "exec", flags, dont_inherit=True)
        except SyntaxError as error:
            return _fault(error, source)
        except (ValueError, RecursionError, MemoryError):
            return module.faults[0]
        return None


def _misindented(source: Source) -> ir.Fault | None:
    """Python's word that lines are indented as no Python of any version takes them, which our grammar does not see."""
    import warnings
    from ast import PyCF_ONLY_AST

    try:
        with warnings.catch_warnings(action="ignore"):
            compile(source.text, source.path, "exec", PyCF_ONLY_AST, dont_inherit=True)
    except IndentationError as error:
        return _fault(error, source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass  # it may be another version's
    return None


def _fault(error: SyntaxError, source: Source) -> ir.Fault:
    row = min(error.lineno or 1, len(source.line_starts))
    start = source.line_starts[row - 1] + max((error.offset or 1) - 1, 0)
    end = max(start, source.line_starts[row - 1] + len(source.line(row)))
    return ir.Fault(Span(source.path, start, end), error.msg)


def is_document(path: str) -> bool:
    """Whether a file is a document with code in it, by its name."""
    return path.lower().endswith(DOCUMENTS)


def _path(lowered: tuple[str, ir.Module]) -> str:
    return lowered[0]
