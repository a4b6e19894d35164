"""Another text in the place of a constant, and calls around an expression."""

from __future__ import annotations

import re

from .. import ir
from ..contract import Project
from ..finding import Edit, Fix
from ..source import Span
from ..values import Known, Value


def replaced(
    project: Project, value: Value, use: Span, meant: str, *, safe: bool = False, bare: bool = False
) -> Fix | None:
    """Another text in the place of a constant that is wrong where it is used.

    It is changed where it is written, and only if it is there for this use alone. `bare`: it stands without quotes.
    """
    match value:
        case Known(str() as text, Span() as span):
            code = project.code
            if not code.is_literal(span, text) or not code.serves_only(span, use) or _is_shared(project, use):
                return None
            written = meant if bare else quoted(meant)
            return Fix(f"replace `{text}` by `{meant}`", (Edit(span, written),), safe)
    return None


def named_otherwise(project: Project, call: Span, argument: str, text: str, meant: str) -> Fix | None:
    """Another text for an argument, where that stands in the call, which stands there."""
    node = project.code.at(call, ir.Call)
    given = [each.value for each in node.arguments if each.name == argument] if node else []
    if len(given) != 1 or "/" in meant:
        return None
    return replaced(project, Known(text, given[0].span), given[0].span, meant)


def _is_shared(project: Project, use: Span) -> bool:
    """Whether another file takes the variable that is used there."""
    name = project.code.at(use, ir.Name)
    if name is None:
        return False
    files = {path for _, session in project.sessions for path in session.files if path != use.path}
    return any(each.name == name.name for path in sorted(files) for each in project.code.of(path, ir.ImportFrom))


def quoted(text: str) -> str:
    """A text as both languages write it, in double quotes."""
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


def r_name(name: str) -> str:
    """A name as it stands behind R's `$` or before its `=`."""
    return name if re.fullmatch(r"[A-Za-z.][\w.]*", name) else f"`{name}`"


def wrapped(span: Span, function: str, safe: bool) -> Fix:
    """An expression as the only argument of a function."""
    edits = (Edit(before(span), f"{function}("), Edit(behind(span), ")"))
    return Fix(f"wrap it in `{function}(…)`", edits, safe)


def followed(project: Project, span: Span, text: str, safe: bool) -> Fix | None:
    """A method's call, or a member, behind an expression that takes it without parentheses."""
    nodes = [project.code.at(span, kind) for kind in (ir.Name, ir.Call, ir.Member, ir.Item)]
    if not any(nodes):
        return None
    return Fix(f"put `{text}` behind it", (Edit(behind(span), text),), safe)


def before(span: Span) -> Span:
    return Span(span.path, span.start, span.start)


def behind(span: Span) -> Span:
    return Span(span.path, span.end, span.end)
