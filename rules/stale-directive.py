"""Something that the user says of what cannot be read, and that says nothing, or no longer what is so."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Project
from pipes_lint.finding import Edit, Finding, Fix, Note, listing, nearest, warning
from pipes_lint.source import Span

_MESSAGES = {
    "no-value": "`{word}=` names nothing",
    "no-file": "`{word}={value}` names a file that is not there",
    "no-launch": "`{word}={value}` stands at no launch",
    "no-definition": "`{word}={value}` names a definition that launches nothing there",
    "no-name": "`{word}={value}` does not tell which of several launches is meant",
    "several": "`{word}={value}` names a definition with several launches that are not known",
    "no-folder": "`path-map` names a folder that is not there: `{value}`",
    "no-function": "`run` names what is not there: `{value}`",
    "no-parameter": "`{value}` is no parameter of what `run` names",
}
_UNUSED = {
    "path-map": "no launch has a path in `{value}`, which `path-map` names",
    "clients": "nothing here calls `{value}`, which `clients` names",
}
_HELP = {
    "no-value": "write a path from the project's root, or one that begins with `./`",
    "no-launch": "put it at the end of a line of the call that starts the process, or on the line above; a client that "
    "is not known is named by `[[tool.pipes-lint.clients]]`",
    "no-name": "name the definition behind the file: `::name`",
    "several": "put `script=` at each of these launches",
}


@warning
def stale_directive(project: Project) -> Iterator[Finding]:
    for directive in project.directives:
        fault, word, value, choices = directive.fault, directive.word, directive.value, directive.choices
        notes: tuple[Note, ...] = ()
        if not fault:
            continue
        if fault == "unknown-word":
            message = (
                f"`{word}` is nothing that a comment can say to pipes-lint" if word else "the comment says nothing"
            )
        elif fault == "known-otherwise" and directive.other:
            place, script = directive.other
            message = f"`{word}={value}` names a launch that starts `{script}`"
            notes = (Note(place, f"this launch starts `{script}`"),)
        elif fault == "unused":
            message = _UNUSED[word].format(value=value)
        else:
            message = _MESSAGES[fault].format(word=word, value=value)
        near = nearest(word if fault == "unknown-word" else value.rpartition("::")[2] or value, choices)
        if near is None and len(choices) == 1 and fault in ("no-file", "no-definition"):
            near = choices[0]
        known = f"there are {listing(choices)}" if choices else None
        yield Finding(
            directive.span,
            message,
            label="this has no effect",
            notes=notes,
            help=f"did you mean `{near}`?" if near else _HELP.get(fault, known),
            fix=_fix(fault, word, value, directive.span, near) if near else None,
        )


def _fix(fault: str, word: str, value: str, at: Span, near: str) -> Fix | None:
    """The near word, or the near file, where nothing else stands in the comment."""
    if fault == "unknown-word":
        old, start = word, at.start
    elif fault == "no-file" and at.end - at.start == len(f"{word}={value}"):
        old, start = value.partition("::")[0], at.start + len(f"{word}=")
    else:
        return None
    edit = Edit(Span(at.path, start, start + len(old)), near)
    return Fix(f"replace `{old}` by `{near}`", (edit,), safe=False)
