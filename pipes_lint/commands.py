"""Which word of a command is the script: past interpreters, wrappers, options and shells."""

from __future__ import annotations

import posixpath
import re
from itertools import islice, product
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from .contract import Passed
from .source import Span
from .values import Instance, Known, OneOf, Sequence, Template, Unknown, Value, options

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
}
"""The language of a script, by its ending in lower case."""

_RUNNERS: Final = frozenset(
    {"node", "deno", "bun", "java", "cargo", "go", "julia", "perl", "ruby", "dbt", "npm", "npx"}
)
_WITH_VALUE: Final[dict[str, frozenset[str]]] = {
    "python": frozenset({"-W", "-X", "--check-hash-based-pycs"}),
    "rscript": frozenset({"--encoding", "-g", "--gui"}),
    "uv": frozenset(
        "--with --with-editable --with-requirements --python -p --project --directory --extra --group --only-group "
        "--no-group --env-file --package --index --default-index --index-url --extra-index-url --find-links "
        "--config-file --cache-dir --refresh-package --upgrade-package".split()
    ),
    "conda": frozenset("-n --name -p --prefix --cwd".split()),
    "poetry": frozenset("-C --directory -P --project".split()),
    "pixi": frozenset("-e --environment --manifest-path".split()),
    "sudo": frozenset("-u -g".split()),
    "nice": frozenset({"-n"}),
    "env": frozenset({"-u", "-C"}),
    "timeout": frozenset("-s -k --signal --kill-after".split()),
}
_WRAPPERS: Final = {
    "uv": "run",
    "conda": "run",
    "mamba": "run",
    "micromamba": "run",
    "poetry": "run",
    "pipenv": "run",
    "pdm": "run",
    "hatch": "run",
    "pixi": "run",
    "rye": "run",
    "env": None,
    "nice": None,
    "nohup": None,
    "time": None,
    "sudo": None,
    "exec": None,
    "stdbuf": None,
    "xvfb-run": None,
    "timeout": None,
    "ionice": None,
}


class Started(NamedTuple):
    """What a command starts: the script's path as it is written (or a dotted module), and what is told of it."""

    path: Value
    span: Span
    language: str | None = None
    module: bool = False
    """Whether `path` is a dotted module name (`python -m`)."""
    entry: str | None = None
    rest: tuple[Value, ...] = ()
    """The words after the script."""
    complete: bool = True
    """Whether these are all of them."""
    variables: tuple[tuple[str, str], ...] = ()
    """Environment variables that the command itself sets (`env NAME=value …`, `NAME=value …` in a shell)."""


class _Word(NamedTuple):
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


def starts(command: Passed) -> list[Started | Unknown]:
    """What a command starts, or why that is not known; several, if it is one of several commands."""
    found: list[Started | Unknown] = []
    for option in _ways(command.value):
        words = _words(option, command.span)
        scanned = words if isinstance(words, Unknown) else _scan(words, command.span)
        if isinstance(scanned, Started) and isinstance(option, Sequence):
            scanned = scanned._replace(complete=option.complete)
        found.append(scanned)
    return found


_MOST_WAYS: Final = 8


def _ways(value: Value) -> list[Value]:
    """A command in each of the ways that the words which are one of several allow, as far as these are few."""
    several = list(options(value))
    ways: list[Value] = []
    for option in several:
        if not isinstance(option, Sequence) or not any(isinstance(item, OneOf) for item in option.items):
            ways.append(option)
            continue
        products = product(*(options(item) for item in option.items))
        ways += [
            Sequence(items, option.kind, option.complete, option.span) for items in islice(products, _MOST_WAYS + 1)
        ]
    return ways if len(ways) <= _MOST_WAYS else several


def _words(value: Value, span: Span) -> list[_Word] | Unknown:
    match value:
        case Known(value=str() as text):
            return _split(text, value.span or span)
        case Known(value=PurePosixPath()):
            return [_Word(value, value.span or span)]
        case Template():
            return _split_template(value, span)
        case Sequence(items=items, complete=complete):
            words = [_Word(item, _span(item) or span) for item in items]
            if not words and not complete:
                return Unknown("the command is put together where it cannot be followed", span)
            return words
        case Unknown():
            return value if value.span else Unknown(value.reason, span)
    return Unknown("the command is neither a list nor a string", span)


def _span(value: Value) -> Span | None:
    return getattr(value, "span", None)


def _split(text: str, span: Span) -> list[_Word]:
    import shlex

    try:
        parts = shlex.split(text)
    except ValueError:
        parts = text.split()
    return [_Word(Known(part, span), span) for part in parts]


def _split_template(value: Template, span: Span) -> list[_Word]:
    """The words of a shell line with holes; what is not known is taken for a part of its word."""
    words: list[list[str | Unknown]] = [[]]
    for piece in value.pieces:
        if isinstance(piece, Unknown):
            words[-1].append(piece)
            continue
        for index, part in enumerate(re.split(r"\s+", piece)):
            if index:
                words.append([])
            if part:
                words[-1].append(part.strip("'\""))
    made: list[_Word] = []
    for word in words:
        if len(word) == 1 and isinstance(word[0], str):
            made.append(_Word(Known(word[0], span), span))
        elif word:
            made.append(_Word(word[0] if len(word) == 1 else Template(tuple(word), span=span), span))  # type: ignore[arg-type]
    return made


def _scan(words: list[_Word], span: Span) -> Started | Unknown:
    set_here = [word for word in words if re.fullmatch(r"[A-Za-z_]\w*=.*", word.text or "", re.DOTALL)]
    variables = []
    for word in words:
        name, equals, value = (word.text or "").partition("=")
        if equals and word in set_here:
            variables.append((name, value))
        elif _program(word) not in _WRAPPERS:
            break
    while words and words[0] in set_here:
        words = words[1:]
    found = _past_wrappers(words, span)
    return found._replace(variables=(*variables, *found.variables)) if isinstance(found, Started) else found


def _past_wrappers(words: list[_Word], span: Span) -> Started | Unknown:
    while words:
        name = _program(words[0])
        if name in _WRAPPERS:
            words = _unwrap(name, words[1:])
            continue
        match name:
            case "python":
                return _python(words, span)
            case "rscript" | "r" | "littler":
                return _r(words, span)
            case "bash" | "sh" | "zsh" | "dash":
                return _shell(words, span)
            case "quarto" | "papermill" | "jupyter" | "spark-submit" | "streamlit" | "torchrun" | "accelerate":
                return _first_script(words[1:], span)
            case _ if name in _RUNNERS:
                return _other(words, name, span)
        if words[0].language:
            return _found(words, 0)
        if words[0].text is not None and len(words) == 1:
            return Unknown(f"`{words[0].text}` is a program, no script of this repository", words[0].span)
        return _first_script(words[1:], span, words[0])
    return Unknown("the command is empty", span)


def _program(word: _Word) -> str:
    """A program's plain name, without folder, version or ending; empty if it is not known."""
    if not word.end:
        return ""
    name = posixpath.basename(word.end).lower()
    if name in ("r", "rscript", "rscript.exe"):
        return name.removesuffix(".exe")
    if re.fullmatch(r"(python|pypy|pythonw)[\d.]*(\.exe)?", name):
        return "python"
    return name.removesuffix(".exe")


def _options(words: list[_Word], with_value: frozenset[str]) -> list[_Word]:
    """The words from the first that is no option, nor the value of one."""
    index = 0
    while index < len(words) and words[index].is_option:
        text = words[index].text or ""
        if text == "--":
            return words[index + 1 :]
        index += 2 if text in with_value else 1
    return words[index:]


def _unwrap(name: str, words: list[_Word]) -> list[_Word]:
    values = _WITH_VALUE.get("conda" if name in ("mamba", "micromamba") else name, frozenset())
    words = _options(words, values)
    sub = _WRAPPERS[name]
    if sub and words and words[0].text == sub:
        words = _options(words[1:], values)
    if name == "env":
        while words and "=" in (words[0].text or ""):
            words = words[1:]
    if name == "timeout" and words:
        words = words[1:]
    return words


def _python(words: list[_Word], span: Span) -> Started | Unknown:
    index = 1
    while index < len(words):
        text = words[index].text or ""
        if text == "-m" and index + 1 < len(words):
            module = words[index + 1]
            rest = tuple(word.value for word in words[index + 2 :])
            if module.text in ("papermill", "jupyter", "nbconvert", "streamlit", "torch.distributed.run"):
                return _first_script(words[index + 2 :], span)
            return Started(module.value, module.span, "python", module=True, rest=rest)
        if text in ("-c", "-"):
            return Unknown("the code is given on the command line", words[index].span)
        if text.startswith("-"):
            index += 2 if text in _WITH_VALUE["python"] else 1
            continue
        if "--" in [word.text for word in words[index + 1 :]]:
            last = [place for place in range(index, len(words)) if words[place].language in ("python", "r")]
            if last:
                return _found(words, last[-1])
        return _found(words, index, "python")
    return Unknown("the command names no script", span)


_SOURCE: Final = r"""(?:source|render|sys\.source|quarto_render)\s*\(\s*(?:[\w.]+\s*=\s*)?["']([^"']+)["']"""


def _r(words: list[_Word], span: Span) -> Started | Unknown:
    index = 1
    while index < len(words):
        word = words[index]
        text = word.text or ""
        if text in ("-e", "--eval") and index + 1 < len(words):
            code = words[index + 1]
            named = re.search(_SOURCE, code.text or "")
            if named:
                return Started(Known(named.group(1), code.span), code.span, "r")
            return Unknown("the code is given on the command line", code.span)
        if text in ("-f", "--file") and index + 1 < len(words):
            return _found(words, index + 1, "r")
        if text.startswith("--file="):
            return Started(Known(text.partition("=")[2], word.span), word.span, "r")
        if text.startswith("-"):
            index += 2 if text in _WITH_VALUE["rscript"] else 1
            continue
        if text in ("CMD", "BATCH"):
            index += 1
            continue
        return _found(words, index, "r")
    return Unknown("the command names no script", span)


def _shell(words: list[_Word], span: Span) -> Started | Unknown:
    index = 1
    while index < len(words):
        text = words[index].text or ""
        if re.fullmatch(r"-[a-z]*c", text) and index + 1 < len(words):
            return _line(words[index + 1])
        if text.startswith("-"):
            index += 1
            continue
        return _found(words, index, "shell")
    return Unknown("the command names no script", span)


def _line(word: _Word) -> Started | Unknown:
    """The last command of a shell line that names a script."""
    words = _words(word.value, word.span)
    if isinstance(words, Unknown):
        return words
    commands: list[list[_Word]] = [[]]
    for each in words:
        text = each.text or ""
        if text in ("&&", "||", ";", "|") or text.endswith(";"):
            if text.endswith(";") and len(text) > 1:
                commands[-1].append(_Word(Known(text[:-1], each.span), each.span))
            commands.append([])
        else:
            commands[-1].append(each)
    result: Started | Unknown = Unknown("the shell line names no script", word.span)
    for command in commands:
        if command and _program(command[0]) not in ("cd", "source", ".", "export", "set", "echo", "mkdir"):
            found = _scan(command, word.span)
            if isinstance(found, Started) or isinstance(result, Unknown):
                result = found
    return result


def _other(words: list[_Word], name: str, span: Span) -> Started | Unknown:
    language = {"node": "javascript", "deno": "typescript", "bun": "javascript", "cargo": "rust"}.get(name, name)
    for index in range(1, len(words)):
        if words[index].language not in (None, "python", "r"):
            return _found(words, index, language)
    return Unknown(f"`{name}` runs a program in another language", words[0].span)


def _first_script(words: list[_Word], span: Span, program: _Word | None = None) -> Started | Unknown:
    found = [index for index, word in enumerate(words) if word.language and not word.is_option]
    if found:
        marks = [index for index, word in enumerate(words) if word.text == "--"]
        later = [index for index in found if marks and index > marks[0]]
        return _found(words, later[-1] if later else found[0])
    unknown = next((word.value for word in words if isinstance(word.value, Unknown)), None)
    if program is not None and isinstance(program.value, Unknown) and not words:
        unknown = program.value
    if unknown is not None:
        return Unknown(unknown.reason, unknown.span or span)
    if any(isinstance(word.value, Instance) for word in words):
        return Unknown("a word of the command is known only when it runs", span)
    if program is not None and program.text is not None:
        return Unknown(f"`{program.text}` is a program, no script of this repository", program.span)
    return Unknown("no word of the command is a script that can be told", span)


def _found(words: list[_Word], index: int, language: str | None = None) -> Started | Unknown:
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
        return Unknown("the script's path is not known", word.span)
    path, entry = word.value, None
    text = word.text
    if text is not None and "::" in text:
        text, _, entry = text.partition("::")
        path = Known(text, _span(word.value))
    return Started(path, word.span, word.language or language, entry=entry, rest=rest)
