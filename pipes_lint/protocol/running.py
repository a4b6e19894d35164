"""How a command runs its script: at once, or from within another program that may do anything before."""

from __future__ import annotations

import re
from typing import Final

from ..contract import Launch
from ..values import Known, Sequence, Value

_INTERPRETER: Final = r"(?i)(?:.*[/\\])?(?:python|pypy|rscript)[\d.]*(?:\.exe)?"
_RUNNERS: Final = ("uv", "poetry", "pipenv", "pdm", "hatch", "pixi", "rye", "conda", "mamba", "micromamba")
_ELSEWHERE: Final = ("-m", "-c", "-e", "-i")
"""Options of an interpreter by which it runs something else than a file."""


def begins_with_script(launch: Launch) -> bool:
    """Whether what the command starts is certainly the script's file itself, as a program, in a process of its own."""
    target = launch.target
    if launch.command is None or target.path is None or target.entry is not None:
        return False
    command = launch.command.value
    if not isinstance(command, Sequence):
        return False
    before: list[str] = []
    for item in command.items:
        if _is_target(item, target.written):
            return _is_direct(before)
        if not isinstance(item, Known):
            return False
        before.append(str(item.value))
    return False


def _is_target(item: Value, written: str | None) -> bool:
    return isinstance(item, Known) and written is not None and str(item.value).endswith(written)


def _is_direct(before: list[str]) -> bool:
    """Whether these words and a file's name behind them run that file."""
    interpreters = [index for index, word in enumerate(before) if re.fullmatch(_INTERPRETER, word)]
    if not interpreters:
        return not before or (before[0] in _RUNNERS and before[1:] == ["run"])
    first = interpreters[-1]
    if any(word.lower().endswith((".py", ".r", ".sh")) for word in before[:first]):
        return False
    options = before[first + 1 :]
    if options[-1:] == ["-m"]:  # the file is the module's
        options.pop()
    return all(word.startswith("-") and word not in _ELSEWHERE for word in options)
