"""A comment that hides a rule's findings where the rule finds nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pipes_lint.contract import Project
from pipes_lint.finding import Edit, Finding, Fix, warning


@warning
def unused_suppression(project: Project) -> Iterator[Finding]:
    for each in project.suppressions:
        if each.rule not in each.rules or each.used or not each.asked:
            continue  # `unknown-suppression` says of a name that is no rule's
        yield Finding(
            each.span,
            f"`{each.rule}` finds nothing here that could be ignored",
            label="this hides nothing",
            fix=Fix(f"take `{each.rule}` out of the comment", (Edit(each.going, ""),), safe=True),
        )
