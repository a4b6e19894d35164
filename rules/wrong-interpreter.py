"""A script that is run by the interpreter of another language, or by one that does not read it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pipes_lint.contract import Contract, Project
from pipes_lint.finding import Edit, Finding, Fix, Note, error, launched_here
from pipes_lint.protocol import WRITTEN_IN
from pipes_lint.source import Span
from pipes_lint.values import Known, Sequence

_NAMES = {"python": "a Python script", "r": "an R script", "shell": "a shell script", "document": "a document"}
_READS = {
    "python": "Python cannot read it: External execution process failed",
    "r": "R cannot read it: External execution process failed",
    "shell": "the shell cannot read it: External execution process failed",
}
_RIGHT = {
    "python": "run it by `python`",
    "r": "run it by `Rscript`",
    "shell": "run it by `bash`",
    "document": "render it (`quarto render`, `papermill`, `Rscript -e 'rmarkdown::render(…)'`)",
}
_PROGRAMS = {"python": "python", "r": "Rscript", "shell": "bash"}


@error
def wrong_interpreter(project: Project) -> Iterator[Finding]:
    found: dict[tuple[Span, str], list[Contract]] = {}
    right: set[Span] = set()
    for contract in project.contracts:
        target = contract.launch.target
        interpreter = target.interpreter
        if target.path is None or interpreter is None:
            continue
        written = WRITTEN_IN.get(posixpath.splitext(target.path)[1].lower())
        if written is not None and (interpreter.ignores or written != interpreter.language):
            found.setdefault((interpreter.span, target.path), []).append(contract)
        else:
            right.add(interpreter.span)
    for (span, path), guilty in found.items():
        finding = _finding(span, path, guilty)
        launch = guilty[0].launch
        if span not in right:
            yield finding
        elif launch.target.interpreter is None or project.code.function_around(span) is not None:
            yield finding._replace(fix=None)
        else:  # a constant, which is right for other scripts
            place = next((each.passed.span for each in launch.arguments if each.name == "command"), launch.span)
            before = Note(span, f"`{launch.target.interpreter.name}` is written here, and right for other scripts")
            yield finding._replace(span=place, notes=(before, *finding.notes), fix=None)


def _finding(span: Span, path: str, guilty: list[Contract]) -> Finding:
    contract = guilty[0]
    interpreter = contract.launch.target.interpreter
    assert interpreter is not None
    written = WRITTEN_IN[posixpath.splitext(path)[1].lower()]
    program = _PROGRAMS.get(written)
    notes = tuple(note for note in launched_here(guilty) if not _covers(note.span, span))
    if written == interpreter.language:
        return Finding(
            span,
            f"`{path}` is given to `R` as an argument by {contract.step}, and so is not run",
            label="`R` ignores it; without `--no-save` it stops: you must specify '--save', '--no-save' or '--vanilla'",
            notes=notes,
            help="run it by `Rscript`, or write `-f` before it",
            fix=_fix(contract, span, "Rscript", True),
        )
    return Finding(
        span,
        f"`{path}` is {_NAMES[written]}, but {contract.step} runs it by `{interpreter.name}`",
        label=_READS[interpreter.language],
        notes=notes,
        help=_RIGHT[written],
        fix=_fix(contract, span, program, False) if program else None,
    )


def _fix(contract: Contract, span: Span, program: str, safe: bool) -> Fix | None:
    """Another program in the place of this one, where its plain name is a word of the command."""
    command = contract.launch.command
    interpreter = contract.launch.target.interpreter
    if command is None or interpreter is None or not isinstance(command.value, Sequence):
        return None
    for item in command.value.items:
        alone = span.end - span.start == len(interpreter.name) + 2  # the word and its quotes
        if alone and isinstance(item, Known) and item.span == span and item.value == interpreter.name:
            message = f"replace `{interpreter.name}` by `{program}`"
            return Fix(message, (Edit(span, f'"{program}"'),), safe)
    return None


def _covers(outer: Span, inner: Span) -> bool:
    return outer.path == inner.path and outer.start <= inner.start and inner.end <= outer.end
