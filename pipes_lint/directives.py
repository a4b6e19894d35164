"""What a file's comments say to pipes-lint: `# pipes-lint: script=jobs/score.R`, `# pipes-lint: ignore[rule] why`."""

from __future__ import annotations

import re

from .records import NamedTuple
from .source import Source, Span

NEEDLE = "pipes-lint:"
"""What a file without comments for us does not hold."""
WORDS = ("script", "launched-by", "ignore", "ignore-file")
"""The words that we know."""

_COMMENT = r"#[# \t]*pipes-lint:[ \t]*"
_WORD = r"([\w-]*)(?:[ \t]*\[([^\]\r\n]*)\])?(?:[ \t]*=[ \t]*)?"
_END = r"\r|\n|[ \t]#|\Z"


class Comment(NamedTuple):
    """One thing that a comment says."""

    word: str
    """What stands after `pipes-lint:`; empty if nothing does."""
    value: str
    """What stands after `=` (or after the brackets), without the blanks around it."""
    brackets: str | None
    """What stands in brackets after the word."""
    span: Span
    """From the word to the end of its value."""
    row: int
    alone: bool
    """Whether nothing but blanks stands before it on its line."""

    @property
    def values(self) -> tuple[str, ...]:
        """What stands between the value's commas."""
        return tuple(part.strip() for part in self.value.split(",") if part.strip())


def comments(source: Source) -> tuple[Comment, ...]:
    """The file's comments for us, in order. Only real comments count: not a string that looks like one."""
    if NEEDLE not in source.text:
        return ()
    from .frontends.comments import comment_at

    begins = comment_at(source)
    return tuple(
        _comment(source, match.start(), match.end())
        for match in re.finditer(_COMMENT, source.text)
        if begins(_start_of_comment(source.text, match.start()))
    )


def _start_of_comment(text: str, at: int) -> int:
    """Where the run of `#` begins: `## pipes-lint:` is one comment too."""
    while at and text[at - 1] == "#":
        at -= 1
    return at


def _comment(source: Source, start: int, after: int) -> Comment:
    text = source.text
    head = re.compile(_WORD).match(text, after)
    assert head is not None
    stop = re.compile(_END).search(text, head.end())
    end = stop.start() if stop else len(text)
    value = text[head.end() : end].rstrip()
    position = source.position(start)
    alone = not text[source.line_starts[position.row - 1] : start].strip(" \t#")
    span = Span(source.path, after, max(head.end() + len(value), after))
    return Comment(head[1], value.strip(), head[2], span, position.row, alone)
