"""What IPython understands in a cell and Python does not: magics, shell commands, questions.

They are written over so that Python is left, and every character stays where it is. (From IPython 9,
`core/inputtransformer2.py`.)
"""

from __future__ import annotations

import re
from typing import Final

from ..records import NamedTuple

_IN_PLACE: Final = frozenset("capture debug lprun memit prun pyinstrument time".split())
"""Cell magics that run their cell as it is, in the notebook's own Python."""

_CELL: Final = r"\s*%%(\w+)[^\n]*"
_LINE: Final = r"(?P<indent>[ \t\f]*+)(?:%(?P<magic>\w*)|[!?,;/]|[%\w.*\[\]-]+\?{1,2}[ \t]*;?[ \t]*$)"
_SETS: Final = r"(?P<target>[ \t\f]*+(?:[\w.,* \t]|\[[^\]\n]*\])+?=[ \t]*)(?:%\w|!)"
_LINE_END: Final = r"(?s)(?:[^\r\n\\]|\\\r\n|\\.|\\$)*"
_TOKEN: Final = r"""(?sx)\#[^\r\n]*
    | "{3}(?:\\.|[^\\])*?"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | "(?:\\.|[^"\\\r\n])*" | '(?:\\.|[^'\\\r\n])*'
    | \\\r\n | \\. | \r\n | [\r\n()\[\]{}]"""
_KEPT: Final = ("time", "timeit", "prun", "memit")
"""Line magics that run the rest of their line."""
_COMPOUND: Final = r"(?:for|while|if|with|try|def|class|async|match)\b"


class Plain(NamedTuple):
    """A cell's code as Python; None if it is something else. `elsewhere` are places where other code is run that is
    not here, each with what it is.
    """

    code: str | None
    elsewhere: tuple[tuple[int, int, str], ...] = ()


def plain(code: str) -> Plain:
    """A cell's code as Python, of the same length."""
    begin = 0
    while first := re.compile(_CELL).match(code, begin):
        if first[1] not in _IN_PLACE:
            return Plain(None, ((first.start(1) - 2, first.end(), f"the cell is run by `%%{first[1]}`"),))
        begin = first.end()
    pieces = [blank(code[:begin])]
    elsewhere = []
    code = _without_indent(code, begin)
    at = begin
    while at < len(code):
        line = _matched(_LINE, code, at)
        sets = None if line else _matched(_SETS, code, at)
        if line:
            start, magic = line.end("indent"), line["magic"]
            if magic in ("run", "load", "macro", "rerun"):
                elsewhere.append((start, _line_end(code, start), f"`%{magic}` runs code from elsewhere"))
            elif code.startswith("!", start) and runs_a_script(code[start : _line_end(code, start)]):
                elsewhere.append((start, _line_end(code, start), "a shell command runs another script"))
            end = _kept(code, line) if magic in _KEPT else None
            if end is not None:
                pieces.append(code[at:start] + _before(code, start, end))
                at = end
            else:
                end = _line_end(code, start)
                pieces.append(code[at:start] + "0" + blank(code[start + 1 : end]))
                at = end
                continue
        elif sets:
            start, end = sets.end("target"), _line_end(code, at)
            pieces.append(code[at:start] + "_1" + blank(code[start + 2 : end]))  # a value that nobody knows
            if runs_a_script(code[start:end]):
                elsewhere.append((start, end, "a shell command runs another script"))
            at = end
            continue
        end = _logical_end(code, at)
        pieces.append(code[at:end])
        at = end
    return Plain("".join(pieces), tuple(elsewhere))


def _kept(code: str, line: re.Match[str]) -> int | None:
    """Where the statement begins that a magic runs; None if it has none, or one that cannot stand there in Python."""
    rest = re.compile(r"[ \t]+(?=[^\s-])").match(code, line.end())
    if not rest or (line["indent"].strip("\f") and re.compile(_COMPOUND).match(code, rest.end())):
        return None
    return rest.end()


def _before(code: str, start: int, end: int) -> str:
    """What stands for a magic before the statement that it runs: another statement, or the beginning of a line."""
    if re.compile(_COMPOUND).match(code, end):
        return blank(code[start : end - 1]) + "\f"
    return "0;" + blank(code[start + 2 : end])


def _line_end(code: str, at: int) -> int:
    match = re.compile(_LINE_END).match(code, at)
    return match.end() if match else len(code)


def runs_a_script(shell: str) -> bool:
    """Whether a shell's command may start another program that speaks with Pipes: it has our environment."""
    return re.search(r"\.(?:py|R|r|sh|ipynb)\b|\bpython3? -m\b(?! (?:pip|venv|ipykernel)\b)", shell) is not None


def _matched(pattern: str, code: str, at: int) -> re.Match[str] | None:
    return re.compile(pattern, re.MULTILINE).match(code, at)


def _logical_end(code: str, at: int) -> int:
    """Where the next logical line begins: behind a line break that no bracket, string or backslash hides."""
    depth = 0
    for token in re.compile(_TOKEN).finditer(code, at):
        match token[0][0]:
            case "(" | "[" | "{":
                depth += 1
            case ")" | "]" | "}":
                depth -= 1
            case "\r" | "\n" if depth <= 0:
                return token.end()
    return len(code)


def _without_indent(code: str, begin: int) -> str:
    """The code without the indentation that its first line has; a form feed takes back what is left of it."""
    first = re.compile(r"(?:[ \t]*\r?\n)*([ \t]+)(?=\S)").match(code, begin)
    if not first:
        return code
    return code[:begin] + unindented(code[begin:], first[1])


def unindented(code: str, prefix: str) -> str:
    """Python's code without a prefix of its lines, of the same length: after a form feed, a line begins anew."""
    if not prefix:
        return code
    feed = " " * (len(prefix) - 1) + "\f"
    return re.sub(rf"(?m)^{re.escape(prefix)}(?=[^\r\n])", feed, code)


def blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)
