"""`rules`: a line for each."""

from __future__ import annotations

from collections.abc import Sequence

from .. import catalog
from ..finding import Rule


def render(rules: Sequence[Rule]) -> str:
    longest = max((len(rule.name) for rule in rules), default=0)
    return "".join(f"{rule.name:{longest}}  {rule.severity.value:7}  {catalog.sentence(rule.name)}\n" for rule in rules)
