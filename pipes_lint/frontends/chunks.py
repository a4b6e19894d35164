"""R Markdown and Quarto documents: where their code is, and whether it is run.

What begins and ends a chunk is what knitr (1.42, `all_patterns$md`, `split_file`) and Quarto say: backticks and a
language in braces. Tildes never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ..records import NamedTuple

_BEGIN: Final = (
    r"(?P<prefix>[\t >]*)(?P<ticks>```+)(?P<gap>\s*)\{(?P<engine>[a-zA-Z0-9_]+)(?P<options>(?: *[ ,].*)?)\}\s*$"
)
_END: Final = r"[\t >]*```+\s*$"
_LINES: Final = r"[^\r\n]*(?:\r\n|\r|\n|$)"
_HEADER: Final = r"---[ \t]*(?:\r\n|\r|\n)(?P<yaml>(?s:.*?)^)(?:---|\.\.\.)[ \t]*$"
_SECTION: Final = r"(?m)^{}:[ \t]*(?P<inline>[^\r\n]*)(?P<block>(?:(?:\r\n|\r|\n)(?:[ \t]+[^\r\n]*)?)*)"
_OPTION: Final = r"""(?P<name>[\w.]+)\s*[=:]\s*(?P<value>"[^"]*"|'[^']*'|[^,;}{]+)"""
_SET: Final = r"opts_chunk\$set\s*\((?P<options>[^()]*)"
_INCLUDE: Final = r"\{\{<\s*(?:include|embed)\s+([^\s>]+)"
_INLINE: Final = r"(?<!`)`r[ #]([^`]+)`"
_ELSEWHERE: Final = ("child", "code", "file", "ref.label", "ref-label")


class Chunk(NamedTuple):
    """A piece of code in a document: `start` to `end`, in the lines between its fences."""

    start: int
    end: int
    language: str
    runs: bool | None = True
    """None if that is not known."""
    goes_on: bool = False
    """Whether the document goes on after an error in it."""
    takes_parameters: bool = False
    prefix: str = ""
    """What stands before each of its lines, in a list or a quotation."""
    elsewhere: str | None = None
    """What other code it runs, that is not here."""


class _Options(NamedTuple):
    """What is set for all chunks that say nothing else."""

    runs: bool | None = True
    goes_on: bool = False


def chunks(text: str, quarto: bool) -> list[Chunk]:
    """The chunks of Python, R and a shell, in order."""
    begin = 0
    options = _Options()
    header = re.compile(_HEADER, re.MULTILINE).match(text)
    if header:
        begin, options = header.end(), _of_header(header["yaml"], quarto)
    found = []
    for fence, start, end in _fenced(text, begin):
        given = _options(fence["options"])
        given.update(_comments(text[start:end]))
        language = given.get("engine", fence["engine"])
        language = "r" if language == "R" else language
        if language not in ("python", "r", "bash", "sh", "zsh"):
            continue
        other = next((name for name in _ELSEWHERE if given.get(name, "NULL") != "NULL"), None)
        found.append(
            Chunk(
                start,
                end,
                language,
                _is_true(given["eval"]) if "eval" in given else options.runs,
                _is_true(given["error"]) is not False if "error" in given else options.goes_on,
                "parameters" in given.get("tags", ""),
                fence["prefix"],
                f"the chunk's option `{other}` takes code from elsewhere" if other else None,
            )
        )
        if language == "r" and found[-1].runs:
            options = _after(text[start:end], options)
    return found


def inline(text: str) -> Iterator[tuple[int, int]]:
    """Where lines of text hold R's code that has to do with Pipes, each from its first character to the backtick."""
    for match in re.finditer(_INLINE, text):
        if "extra" in match[1] or "report_" in match[1]:
            yield match.span(1)


def included(text: str) -> Iterator[tuple[int, int, str]]:
    """Where other documents are put in, and which."""
    for match in re.finditer(_INCLUDE, text):
        yield match.start(), match.end(), match[1]


def _fenced(text: str, begin: int) -> Iterator[tuple[re.Match[str], int, int]]:
    """Each chunk's first line, and where its code begins and ends."""
    lines = [match.span() for match in re.compile(_LINES).finditer(text, begin)]
    begins, ends = re.compile(_BEGIN), re.compile(_END)
    starting = [begins.match(_content(text, *line)) for line in lines]
    opened: tuple[re.Match[str], int] | None = None
    better: tuple[int, bool] = (0, False)
    """Up to which line it is known whether a better end comes."""
    for number, (start, end) in enumerate(lines):
        fence = starting[number]
        if opened is None:
            if fence:
                opened, better = (fence, end), (number, False)
        elif fence and fence["ticks"] == opened[0]["ticks"] and _begins_anew(fence, opened[0]):
            yield *opened, start  # the one before has no end
            opened, better = (fence, end), (number, False)
        elif ends.match(_content(text, start, end)):
            exact = re.compile(re.escape(opened[0]["prefix"] + opened[0]["ticks"]) + r"\s*$")
            if not exact.match(_content(text, start, end)):
                if number >= better[0]:
                    better = _better(text, lines, starting, number + 1, opened[0], exact)
                if better[1]:
                    continue
            yield *opened, start
            opened = None
    if opened:
        yield *opened, len(text)


def _better(
    text: str,
    lines: list[tuple[int, int]],
    starting: list[re.Match[str] | None],
    number: int,
    opened: re.Match[str],
    exact: re.Pattern[str],
) -> tuple[int, bool]:
    """Whether an end that is made as the beginning is comes before another beginning, and where one of them is."""
    while number < len(lines):
        fence = starting[number]
        if fence and _begins_anew(fence, opened):
            return number, False
        if exact.match(_content(text, *lines[number])):
            return number, True
        number += 1
    return number, False


def _begins_anew(fence: re.Match[str], opened: re.Match[str]) -> bool:
    """Whether a beginning inside a chunk is one: it is, if it is made as the chunk's own, or with more backticks."""
    like = fence["prefix"] == opened["prefix"] and fence["ticks"].startswith(opened["ticks"])
    return like and not fence["gap"]


def _content(text: str, start: int, end: int) -> str:
    return text[start:end].rstrip("\r\n")


# --- options --------------------------------------------------------------------------------------------------------


def _options(text: str) -> dict[str, str]:
    """Options as knitr has them (`eval=FALSE, error=TRUE`), or as YAML in braces."""
    return {match["name"]: match["value"].strip().strip("\"'") for match in re.finditer(_OPTION, text)}


def _comments(code: str) -> dict[str, str]:
    """The options in the comments at a chunk's head (`#| eval: false`)."""
    found: dict[str, str] = {}
    last = ""
    for line in code.splitlines():
        stripped = line.lstrip("\t >")
        if not stripped.startswith("#|"):
            break
        option = re.match(r"\s*([\w.-]+):(?:\s+(.*)|\s*$)", stripped[2:])
        if option:
            last = option[1].replace("-", ".")
            found[last] = (option[2] or "").strip().strip("\"'")
        elif "=" in stripped:
            found.update(_options(stripped[2:]))
        elif last:
            found[last] += stripped[2:]
    return found


def _of_header(yaml: str, quarto: bool) -> _Options:
    options = _Options()
    for section in ("execute", "knitr"):
        match = re.search(_SECTION.format(section), yaml)
        if not match:
            continue
        given = _options(match["inline"] + " " + re.sub(r"[\r\n]+", ",", match["block"]))
        options = _with(given, options)
        if _is_true(given.get("enabled", "true")) is False:
            options = options._replace(runs=False)
        if not quarto and options.runs is not True:  # that is for Quarto, which may render any document
            options = options._replace(runs=None)
    return options


def _after(code: str, options: _Options) -> _Options:
    """What holds after a chunk of R that sets options for those that follow."""
    for match in re.finditer(_SET, code):
        options = _with(_options(match["options"]), options)
    return options


def _with(given: Mapping[str, str], options: _Options) -> _Options:
    if "eval" in given:
        options = options._replace(runs=_is_true(given["eval"]))
    if "error" in given:
        options = options._replace(goes_on=_is_true(given["error"]) is not False)
    return options


def _is_true(value: str) -> bool | None:
    return {"true": True, "t": True, "false": False, "f": False}.get(value.strip().lower())
