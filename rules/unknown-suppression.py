"""A comment that is to hide findings, and names no rule."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Project, Suppression
from pipes_lint.finding import Edit, Finding, Fix, nearest, warning


@warning
def unknown_suppression(project: Project) -> Iterator[Finding]:
    for each in project.suppressions:
        if each.rule in each.rules:
            continue
        near = nearest(each.rule, each.rules)
        yield Finding(
            each.span,
            f"there is no rule `{each.rule}`" if each.rule else "the comment names no rule that is to be ignored",
            label="this hides nothing",
            help=_help(each, near),
            fix=_fix(each, near),
        )


def _help(suppression: Suppression, near: str | None) -> str:
    if near:
        return f"did you mean `{near}`?"
    return "`pipes-lint rules` lists them" if suppression.rule else "name one in brackets: `ignore[missing-extra]`"


def _fix(suppression: Suppression, near: str | None) -> Fix:
    if near:
        return Fix(f"replace `{suppression.rule}` by `{near}`", (Edit(suppression.span, near),), safe=False)
    return Fix("take it away", (Edit(suppression.going, ""),), safe=bool(suppression.rule))
