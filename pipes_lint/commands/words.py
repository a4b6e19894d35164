"""A command's words, and what a command is found to start."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from ..launching import Interpreter
from ..records import NamedTuple
from ..source import Span
from ..values import Known, OneOf, Template, Unknown, Value

LANGUAGES: Final = {
    ".py": "python",
    ".pyw": "python",
    ".ipynb": "notebook",
    ".r": "r",
    ".rmd": "document",
    ".qmd": "document",
    ".sh": "shell",
    ".bash": "shell",
    ".js": "javascript",
    ".mjs": "javascript",
    ".ts": "typescript",
    ".rs": "rust",
    ".go": "go",
    ".java": "java",
    ".jar": "java",
    ".jl": "julia",
    ".pl": "perl",
    ".rb": "ruby",
    ".sql": "sql",
    ".ps1": "powershell",
    ".bat": "batch",
    ".cmd": "batch",
}
"""The language of a script, by its ending in lower case."""

MORE: Final = "more arguments may be passed"
"""The reason why a word is not known that stands for any number of words."""


class Started(NamedTuple):
    """What a command starts: the script's path as it is written (or a dotted module), and what is told of it."""

    path: Value
    span: Span
    language: str | None = None
    module: bool = False
    """Whether `path` is a dotted module name (`python -m`), or the name of an R package (empty: the only one)."""
    entry: str | None = None
    rest: tuple[Value, ...] = ()
    """The words after the script."""
    complete: bool = True
    """Whether these are all of them."""
    variables: tuple[tuple[str, str], ...] = ()
    """Environment variables that the command itself sets (`env NAME=value …`, `NAME=value …` in a shell)."""
    folder: Value | None = None
    """Where the command itself goes before (`cd jobs && …`)."""
    program: bool = False
    """Whether `path` is a program's plain name: it may be one that this repository installs."""
    elsewhere: bool = False
    """Whether it runs where other files may be (in a container)."""
    line: int = 0
    """Tells the commands of one shell line or script from those of others; all of one run in the same session."""
    interpreter: Interpreter | None = None
    """What runs the script, where the command says it."""
    code: Value | None = None
    """The code in the command that runs the file, and perhaps more."""


class Word(NamedTuple):
    value: Value
    span: Span

    @property
    def text(self) -> str | None:
        """The word, if it is known whole."""
        match self.value:
            case Known(value=str() | PurePosixPath() as plain):
                return str(plain)
        return None

    @property
    def end(self) -> str:
        """The known last part of the word."""
        match self.value:
            case Known(value=str() | PurePosixPath() as plain):
                return str(plain)
            case Template(pieces=pieces):
                return pieces[-1] if isinstance(pieces[-1], str) else ""
        return ""

    @property
    def is_option(self) -> bool:
        return (self.text or "").startswith("-")

    @property
    def language(self) -> str | None:
        end = self.end.partition("::")[0]
        return LANGUAGES.get(posixpath.splitext(end)[1].lower())


def program(word: Word) -> str:
    """A program's plain name, without folder, version or ending; empty if it is not known."""
    if not word.end:
        return ""
    name = posixpath.basename(word.end.replace("\\", "/")).lower().removesuffix(".exe")
    return "python" if re.fullmatch(r"(python|pypy|pythonw|ipython)[\d.]*t?", name) else name


def after_options(words: list[Word], with_value: frozenset[str]) -> list[Word]:
    """The words from the first that is no option, nor the value of one."""
    return _behind(words, lambda option: option in with_value)


def after_flags(words: list[Word], flags: frozenset[str]) -> list[Word]:
    """As `after_options`, of a program whose options have values but for these (and for those with a `=`)."""
    return _behind(words, lambda option: option not in flags and "=" not in option)


def _behind(words: list[Word], has_value: Callable[[str], bool]) -> list[Word]:
    index = 0
    while index < len(words) and words[index].is_option:
        text = words[index].text or ""
        if text == "--":
            return words[index + 1 :]
        index += 2 if has_value(text) else 1
    return words[index:]


def script_at(words: list[Word], index: int, language: str | None = None) -> Started | Unknown:
    """The word at this place as the script that is started."""
    if words[index].text == "<" and index + 1 < len(words):
        index += 1  # a shell's `R --no-save < script.R`
    word = words[index]
    rest = tuple(each.value for each in words[index + 1 :])
    if (word.text or "").startswith("<"):
        return Unknown("the program is read from the standard input", word.span)
    if isinstance(word.value, Unknown):
        return Unknown(word.value.reason, word.value.span or word.span)
    if isinstance(word.value, OneOf):
        return Unknown("the script is one of several, by the path that the code takes", word.span)
    if not word.end and not isinstance(word.value, Template):
        return Unknown(not_here(word.value) or "the script's path is not known", word.span)
    path, entry = word.value, None
    named = re.fullmatch(r"(.+?(?:::|(?<=\.py):|(?<=\.R):))(\w+)", word.text or "", re.DOTALL)
    if named:
        path, entry = Known(named[1].rstrip(":"), getattr(word.value, "span", None)), named[2]
    return Started(path, word.span, word.language or _ending(path) or language, entry=entry, rest=rest)


def _ending(path: Value) -> str | None:
    match path:
        case Known(value=str() | PurePosixPath() as plain):
            return LANGUAGES.get(posixpath.splitext(str(plain))[1].lower())
    return None


def not_here(value: Value) -> str | None:
    """Why a value that a library gives is not known; None for any other."""
    from ..values import Symbol

    if not isinstance(value, Symbol):
        return None
    package, _, rest = value.name.partition(".")
    return f"`{rest.rpartition('.')[2] or package}` comes from `{package}`, which is not in this repository"
