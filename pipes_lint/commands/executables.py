"""Which word of a command is the script: past interpreters, wrappers and options, by the program that is run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final
from typing import Literal as Choice

from ..launching import Interpreter
from ..source import Source, Span
from ..values import Instance, Known, Template, Unknown, Value
from .words import MORE, Started, Word, after_options, program, script_at
from .wrappers import CONTAINERS, SCRIPT_MODULES, WITH_VALUE, WRAPPERS, unwrap

if TYPE_CHECKING:
    from .shells import Load, Run

Found = list[Started | Unknown]
"""What a command starts: one thing, or all that a shell's line does."""

_ASSIGNMENT: Final = r"[A-Za-z_]\w*=.*"


def scan(words: list[Word], span: Span, within: bool = False) -> Found:
    """What a command's words start. `within` tells of a command in a shell's line, where most programs start
    nothing.
    """
    variables = []
    for word in words:
        name, equals, value = (word.text or "").partition("=")
        if equals and re.fullmatch(_ASSIGNMENT, word.text or "", re.DOTALL):
            variables.append((name, value))
        elif program(word) not in WRAPPERS:
            break
    while words and re.fullmatch(_ASSIGNMENT, words[0].text or "", re.DOTALL):
        words = words[1:]
    return [
        each._replace(variables=(*variables, *each.variables)) if isinstance(each, Started) else each
        for each in _started(words, span, within)
    ]


def _started(words: list[Word], span: Span, within: bool, elsewhere: bool = False) -> Found:
    folder: Value | None = None
    while words:
        name = program(words[0])
        if name in CONTAINERS:
            inner = CONTAINERS[name](words[1:])
            if inner is None:
                return [_program(words)]
            image, words, there = inner
            if not words:
                return [Unknown(f"{image} starts what it holds itself", span)]
            elsewhere, folder = True, there or folder
            continue
        if name in WRAPPERS:
            words = unwrap(name, words)
            continue
        found = _by_program(name, words, span, within)
        return [_placed(each, folder, elsewhere) for each in found]
    return [Unknown("the command is empty", span)]


def _placed(found: Started | Unknown, folder: Value | None, elsewhere: bool) -> Started | Unknown:
    if isinstance(found, Unknown) or not elsewhere:
        return found
    return found._replace(elsewhere=True, folder=found.folder or folder)


def _by_program(name: str, words: list[Word], span: Span, within: bool) -> Found:
    if name in _PROGRAMS:
        return _PROGRAMS[name](words, span)
    if name in _OTHERS:
        return [_other(words, name)]
    if words[0].language:
        return [script_at(words, 0)]
    if words[0].text is not None and len(words) == 1:
        return [_program(words)]
    if within and words[0].text is not None:
        return [(None if words[0].text in _PLAIN else _behind(words, span)) or _program(words)]
    return [_behind(words, span) or _first_script(words[1:], span, words[0])]


def _program(words: list[Word]) -> Started:
    """A program by its name: it may be one that this repository installs."""
    return Started(words[0].value, words[0].span, program=True, rest=tuple(word.value for word in words[1:]))


def _behind(words: list[Word], span: Span) -> Started | Unknown | None:
    """What an interpreter somewhere behind a program that we do not know starts (`with-secrets -- python x.py`)."""
    marks = [index for index, word in enumerate(words) if word.text == "--"]
    for index in range(marks[0] + 1 if marks else 1, len(words)):
        if program(words[index]) in ("python", "rscript", "spark-submit", "bash", "sh", "uv"):
            found = _started(words[index:], span, True)
            return found[0] if len(found) == 1 else None
    return None


# --- interpreters ---------------------------------------------------------------------------------------------------

_TOOLS: Final = frozenset("pip venv ensurepip virtualenv pytest build ipykernel compileall http.server".split())
_CALL: Final = r"from\s+([\w.]+)\s+import\s+(\w+)\s*[;\n]\s*\2\s*\("
_RUN_PATH: Final = r"""(?:run_path|open)\(\s*r?["']([^"']+\.py)["']"""
_RUN_MODULE: Final = r"""run_module\(\s*["']([\w.]+)["']"""


def _python(words: list[Word], span: Span) -> Found:
    index = 1
    while index < len(words):
        text = words[index].text or ""
        if text == "-m" and index + 1 < len(words):
            return _module(words[index + 1 :], span)
        if text.startswith("-m") and len(text) > 2 and not text.startswith("--"):
            return _module([Word(Known(text[2:]), words[index].span), *words[index + 1 :]], span)
        if text == "-c" and index + 1 < len(words):
            return [_code(words[index + 1], words[index + 2 :])]
        if text in ("-c", "-"):
            return [Unknown("the code is given on the command line", words[index].span)]
        if text.startswith("-"):
            index += 2 if text in WITH_VALUE["python"] else 1
            continue
        if "--" in [word.text for word in words[index + 1 :]]:
            last = [place for place in range(index, len(words)) if words[place].language in ("python", "r")]
            if last:
                return [script_at(words, last[-1])]
        return [_run_by(words[0], script_at(words, index, "python"), "python")]
    return [Unknown("the command names no script", span)]


def _run_by(
    word: Word, found: Started | Unknown, language: Choice["python", "r", "shell"], ignores: bool = False
) -> Started | Unknown:
    """What is started, with the interpreter that the word names."""
    if isinstance(found, Unknown):
        return found
    name = posixpath.basename(word.end.replace("\\", "/"))
    return found._replace(interpreter=Interpreter(name, word.span, language, ignores))


def _module(words: list[Word], span: Span) -> Found:
    """`python -m`: a module of the project's, or one of those that run another script."""
    name = words[0].text or ""
    if name in _TOOLS:
        return [_program(words)]
    if name in SCRIPT_MODULES:
        rest = after_options(words[1:], SCRIPT_MODULES[name])
        if words[1:] and "-m" in [word.text for word in words[1 : len(words) - len(rest)]]:
            at = next(index for index, word in enumerate(words) if word.text == "-m")
            return _module(words[at + 1 :], span) if words[at + 1 :] else [Unknown("the command names no script", span)]
        if rest and rest[0].text in ("run", "launch", "nbconvert", "execute"):
            rest = after_options(rest[1:], SCRIPT_MODULES[name])
        return [_first_script(rest, span)]
    named = re.fullmatch(r"([\w.]+)::?(\w+)", name)
    rest_ = tuple(word.value for word in words[1:])
    if named:
        module = Known(named[1], getattr(words[0].value, "span", None))
        return [Started(module, words[0].span, "python", module=True, entry=named[2], rest=rest_)]
    return [Started(words[0].value, words[0].span, "python", module=True, rest=rest_)]


def _code(word: Word, after: list[Word]) -> Started | Unknown:
    """`python -c`: code that only calls one function, or runs one file."""
    code, rest = word.text or "", tuple(each.value for each in after)
    call, path, module = (re.search(pattern, code) for pattern in (_CALL, _RUN_PATH, _RUN_MODULE))
    if call:
        return Started(Known(call[1]), word.span, "python", module=True, entry=call[2], rest=rest, code=word.value)
    if path and ("exec(" in code or "run_path" in code):
        return Started(Known(path[1]), word.span, "python", rest=rest)
    if module:
        return Started(Known(module[1]), word.span, "python", module=True, rest=rest)
    return Unknown("the code is given on the command line", word.span, _is_silent(word.text))


def _is_silent(code: str | None) -> bool:
    """Whether code that stands in the command itself says nothing of Pipes."""
    return code is not None and "pipes" not in code.lower()


_SOURCE: Final = r"""(?:source|render|sys\.source|quarto_render)\s*\(\s*(?:[\w.]+\s*=\s*)?r?["']([^"']+)["']"""

_OF_PACKAGE: Final = (
    r"(?P<package>[A-Za-z][\w.]*):::?(?P<entry>[\w.]+)\s*\("
    r"|(?:library|require|load_all)\s*\([\s\"']*(?P<attached>[\w./]*)[\"'\s]*\)\s*[;\n]"
    r"\s*(?P<called>[\w.]+)\s*\("
)
"""A function that code calls of a package, which may be the repository's own."""


def _r(words: list[Word], span: Span) -> Found:
    index = 1
    batch = False
    while index < len(words):
        word = words[index]
        text = word.text or ""
        if text in ("-e", "--eval") and index + 1 < len(words):
            codes = [words[at + 1] for at in range(index, len(words) - 1) if words[at].text in ("-e", "--eval")]
            found = next((each for each in map(_sourced, codes) if each is not None), None)
            if found is not None and not found.module and found.language == "r":
                last = max(at for at in range(index, len(words) - 1) if words[at].text in ("-e", "--eval"))
                rest = tuple(each.value for each in words[last + 2 :] if each.text != "--args")
                found = found._replace(code=_together([each.value for each in codes]), rest=rest)
            return [found or Unknown("the code is given on the command line", codes[0].span, _is_silent(codes[0].text))]
        if text in ("-f", "--file") and index + 1 < len(words):
            return [_run_by(words[0], script_at(words, index + 1, "r"), "r")]
        if text.startswith("--file="):
            rest = tuple(each.value for each in words[index + 1 :])
            named = Started(Known(text.partition("=")[2], word.span), word.span, "r", rest=rest)
            return [_run_by(words[0], named, "r")]
        if text == "--args":
            break
        if text.startswith("-"):
            index += 2 if text in WITH_VALUE["rscript"] else 1
            continue
        if text in ("CMD", "BATCH"):
            batch = True
            index += 1
            continue
        ignores = not batch and text != "<" and posixpath.basename(words[0].end) == "R"
        return [_run_by(words[0], script_at(words, index, "r"), "r", ignores)]
    return [Unknown("the command names no script", span)]


def _together(codes: list[Value]) -> Value | None:
    """Pieces of code as one, each on lines of its own; None if one is not known at all."""
    pieces: list[str | Unknown] = []
    for code in codes:
        match code:
            case Known(value=str() as text):
                pieces += [text, "\n"]
            case Template(pieces=parts):
                pieces += [*parts, "\n"]
            case _:
                return None
    if any(isinstance(piece, Unknown) for piece in pieces):
        return Template(tuple(pieces))
    return Known("".join(piece for piece in pieces if isinstance(piece, str)))


def _sourced(word: Word) -> Started | None:
    """The file that a piece of R code runs."""
    match word.value:
        case Known(value=str() as code):
            named = re.search(_SOURCE, code)
            if named:
                return Started(Known(named[1], word.span), word.span, _document(named[1]) or "r")
            own = re.search(_OF_PACKAGE, code)
            if own:
                package = Known(own["package"] or own["attached"], word.span)
                return Started(package, word.span, "r", module=True, entry=own["entry"] or own["called"])
        case Template(pieces=pieces):
            # What is not known stands as a character that no code has.
            code = "".join(piece if isinstance(piece, str) else "\0" for piece in pieces)
            named = re.search(_SOURCE, code)
            if named is None:
                return None
            if "\0" not in named[1]:
                return Started(Known(named[1], word.span), word.span, _document(named[1]) or "r")
            unknown = [piece for piece in pieces if isinstance(piece, Unknown)]
            holes = iter(unknown[code[: named.start(1)].count("\0") :])
            parts = re.split("(\0)", named[1])
            made = tuple(next(holes) if part == "\0" else part for part in parts if part)
            return Started(Template(made, False, word.span), word.span, _document(named[1]) or "r")
    return None


def _document(path: str) -> str | None:
    return "document" if path.lower().endswith((".rmd", ".qmd")) else None


# --- shells ---------------------------------------------------------------------------------------------------------


def _shell(words: list[Word], span: Span) -> Found:
    index = 1
    while index < len(words):
        text = words[index].text or ""
        if re.fullmatch(r"-[a-z]*c", text) and index + 1 < len(words):
            # The first word behind the line is `$0`.
            return shell_line(words[index + 1], tuple(word.value for word in words[index + 3 :]))
        if text.startswith(("-", "+")):
            index += 2 if text in ("-o", "-O", "+o", "+O", "--rcfile", "--init-file") else 1
            continue
        return [_run_by(words[0], script_at(words, index, "shell"), "shell")]
    return [Unknown("the command names no script", span)]


def shell_line(word: Word, arguments: tuple[Value, ...] = ()) -> Found:
    """What a line for a shell starts."""
    from .shells import Shell, line

    statements = line(word.value, word.span)
    if isinstance(statements, Unknown):
        return [statements]
    return from_shell(Shell(arguments=arguments).run(statements), word.span, word.text or "")


def shell_script(source: Source, path: str, started: Started, load: Load) -> Found:
    """What a shell's script starts that is itself started so; nothing if it starts no script. `path` is absolute."""
    from ..frontends.shell import read
    from .shells import Shell

    shell = Shell(path, started.rest, started.complete, load)
    return from_shell(shell.run(read(source)), started.span, source.text)


def from_shell(runs: Iterator[Run], span: Span, text: str) -> Found:
    """What the commands of a shell start; programs that start no script are left out if there is any that does."""
    from .shells import fresh

    number = fresh()
    found: Found = []
    for run in runs:
        found += [_in(run, each, number, text) for each in _run(run)]
    scripts = [each for each in found if not (each.foreign if isinstance(each, Unknown) else each.program)]
    named = [each for each in found if isinstance(each, Started) and each.program and _name(each) not in _PLAIN]
    rest = [each for each in found if each not in scripts and each not in named]
    return list(dict.fromkeys([*scripts, *named])) or rest[-1:] or [Unknown("the shell starts nothing", span, True)]


_PLAIN: Final = frozenset(
    "echo printf mkdir cp mv rm cat chmod chown ls test [ [[ touch ln tar unzip gzip gunzip curl wget git pip "
    "pip3 aws gsutil gcloud az sed awk grep find tee sleep trap date head tail wc sort uniq cut tr jq true false kill "
    "wait ulimit umask rsync scp type hash module export local pwd popd sync apt-get apt yum apk which hostname whoami "
    "command tput logger mktemp dirname basename realpath readlink activate deactivate install add lock venv init "
    "login pytest ruff black mypy flake8 : "
    "let shopt alias jobs bg fg disown mount umount df du free top ps id groups".split()
)


def _name(found: Started) -> str:
    return str(found.path.value) if isinstance(found.path, Known) else ""


def _run(run: Run) -> Found:
    name = program(run.words[0])
    interprets = name in ("python", "r", "rscript", "bash", "sh", "littler")
    if interprets and all(word.is_option for word in run.words[1:]):
        if run.stdin is not None:
            return [script_at([run.stdin], 0, {"python": "python", "bash": "shell", "sh": "shell"}.get(name, "r"))]
        if run.fed:
            return [Unknown("the code stands in the shell's line itself", run.span)]
    return scan(run.words, run.span, within=True)


def _in(run: Run, found: Started | Unknown, number: int, text: str) -> Started | Unknown:
    """What a command starts, as a part of the shell's line or script."""
    if isinstance(found, Unknown):
        alone = len(run.words) == 1  # `if $FAST; then …`
        return found._replace(span=found.span or run.span, foreign=found.foreign or alone)
    folder = found.folder if found.folder is not None else run.folder
    rest = tuple(word for word in found.rest if not (isinstance(word, Unknown) and word.reason == MORE))
    name = posixpath.basename(str(getattr(found.path, "value", "")))
    # A name that stands there twice may be that of a file which the shell makes.
    made = run.sometimes or isinstance(folder, Unknown) or (bool(name) and text.count(name) > 1)
    return found._replace(
        folder=folder,
        line=number,
        rest=rest,
        complete=found.complete and len(rest) == len(found.rest),
        elsewhere=found.elsewhere or made,
        variables=(*run.variables, *found.variables),
    )


def _windows(words: list[Word], span: Span) -> Found:
    """`cmd /c python x.py`, `powershell -File x.ps1`, `pwsh -Command "python x.py"`."""
    for index, word in enumerate(words[1:], 1):
        text = (word.text or "").lower()
        if text in ("-file", "-f") and index + 1 < len(words):
            return [script_at(words, index + 1, "powershell")]
        if text in ("/c", "/k", "-command", "-c") and index + 1 < len(words):
            rest = words[index + 1 :]
            return shell_line(rest[0]) if len(rest) == 1 else scan(rest, span)
    return [_first_script(words[1:], span)]


# --- others ---------------------------------------------------------------------------------------------------------

_OTHERS: Final = {
    "node": "javascript",
    "deno": "typescript",
    "bun": "javascript",
    "cargo": "rust",
    **{name: name for name in ("java", "go", "julia", "perl", "ruby", "dbt", "npm", "npx", "yarn", "pnpm", "php")},
}
_TARGETS: Final = {
    "make": "a target of a Makefile",
    "just": "a recipe of a justfile",
    "task": "a task of a Taskfile",
    "tox": "what a tox environment says",
    "nox": "what a nox session says",
    "dvc": "what a pipeline of dvc says",
    "snakemake": "what a Snakefile says",
    "ssh": "a command on another machine",
}


def _other(words: list[Word], name: str) -> Started | Unknown:
    for index in range(1, len(words)):
        if words[index].language not in (None, "python", "r"):
            return script_at(words, index, _OTHERS[name])
    return Unknown(f"`{name}` runs a program in another language", words[0].span, foreign=True)


def _target(words: list[Word], span: Span) -> Found:
    name = program(words[0])
    return [Unknown(f"`{name}` runs {_TARGETS[name]}, which is not followed", words[0].span)]


def _documents(words: list[Word], span: Span) -> Found:
    return [_first_script(words[1:], span)]


def _behind_options(words: list[Word], span: Span) -> Found:
    """A program whose script stands behind its options, most of which have values."""
    name = program(words[0])
    rest = words[1:]
    if rest and rest[0].text in ("launch", "run"):
        rest = rest[1:]
    index = 0
    while index < len(rest) and rest[index].is_option:
        text = rest[index].text or ""
        if text in ("-m", "--module") and index + 1 < len(rest) and name != "spark-submit":
            return _module(rest[index + 1 :], span)
        follows = rest[index + 1] if index + 1 < len(rest) else None
        plain = follows is None or follows.is_option or "=" in text
        # Where an option's value is no script, what follows it is; only spark's own can be scripts too.
        script = name != "spark-submit" and follows is not None and follows.language is not None
        index += 1 if plain or script or text in WITH_VALUE["flags"] else 2
    return [script_at(rest, index)] if index < len(rest) else [Unknown("the command names no script", span)]


def _first_script(words: list[Word], span: Span, starter: Word | None = None) -> Started | Unknown:
    found = [index for index, word in enumerate(words) if word.language and not word.is_option]
    if found:
        marks = [index for index, word in enumerate(words) if word.text == "--"]
        later = [index for index in found if marks and index > marks[0]]
        return script_at(words, later[-1] if later else found[0])
    for index, word in enumerate(words):
        named = re.fullmatch(r"([A-Za-z_]\w*(?:\.\w+)*|[\w./-]+\.(?:py|R|r)):{1,2}([A-Za-z_]\w*)", word.text or "")
        if named and named[1].endswith((".py", ".R", ".r")):
            return script_at(words, index)
        if named and "." in named[1]:
            rest = tuple(each.value for each in words[index + 1 :])
            return Started(Known(named[1]), word.span, "python", module=True, entry=named[2], rest=rest)
    unknown = next((word.value for word in words if isinstance(word.value, Unknown)), None)
    if starter is not None and isinstance(starter.value, Unknown) and not words:
        unknown = starter.value
    if unknown is not None:
        return Unknown(unknown.reason, unknown.span or span)
    if any(isinstance(word.value, Instance) for word in words):
        return Unknown("a word of the command is known only when it runs", span)
    if starter is not None and starter.text is not None:
        return _program([starter, *words])
    return Unknown("no word of the command is a script that can be told", span)


_PROGRAMS: Final[dict[str, Callable[[list[Word], Span], Found]]] = {
    "python": _python,
    **dict.fromkeys(("rscript", "r", "littler", "lr"), _r),
    **dict.fromkeys(("bash", "sh", "zsh", "dash", "ksh"), _shell),
    **dict.fromkeys(("cmd", "powershell", "pwsh"), _windows),
    **dict.fromkeys(("quarto", "papermill", "jupyter", "streamlit", "ploomber-engine"), _documents),
    **dict.fromkeys(("spark-submit", "torchrun", "accelerate", "deepspeed", "spark3-submit"), _behind_options),
    **dict.fromkeys(_TARGETS, _target),
}
