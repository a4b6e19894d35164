"""What a generated project is about, before it is written in any language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal, Protocol

from generated_text import Draft

Kind = Literal["asset", "multi", "check", "op"]
Language = Literal["python", "r"]
Type = Literal["int", "float", "text", "bool", "json"]

NAMES = ("orders", "customers", "scores", "trips", "stations", "prices")
PREFIXES = ("raw", "core", "mart")
EXTRAS: dict[str, Type] = {
    "limit": "int",
    "batch_size": "int",
    "threshold": "float",
    "ratio": "float",
    "region": "text",
    "table": "text",
    "dry_run": "bool",
    "columns": "json",
}
CHECKS = ("no_nulls", "unique_ids", "fresh_enough", "in_range", "row_count")
LABELS = ("rows", "share", "source", "ready", "detail", "kept", "dropped", "score", "note", "path")


@dataclass(frozen=True)
class Plan:
    """One launch and its script."""

    number: int
    language: Language
    kind: Kind
    name: str
    """The function's name."""
    keys: tuple[str, ...]
    """The assets' keys, as a script says them: `raw/orders`."""
    partitions: Literal["static", "daily"] | None
    extras: dict[str, Type]
    checks: tuple[tuple[str, str], ...]
    """Names, each with its asset's key."""
    implicit: bool
    """Whether Dagster may fill in what the script does not report."""
    custom: bool
    """Whether the script sends custom messages and the launch reads them."""
    folder: str

    @property
    def path(self) -> str:
        return f"{self.folder}{self.name}.{'R' if self.language == 'r' else 'py'}"

    @property
    def demands(self) -> bool:
        """Whether the step fails when nothing is reported."""
        return bool(self.checks) or not self.implicit

    @property
    def alone(self) -> bool:
        """Whether a report needs no asset key."""
        return self.kind == "asset"


def plan(draft: Draft, number: int, name: str, language: Language, kind: Kind) -> Plan:
    prefix = f"{draft.pick(*PREFIXES)}/" if draft.maybe(0.3) and kind != "check" else ""
    keys: tuple[str, ...] = (f"{prefix}{name}",)
    checks: list[tuple[str, str]] = []
    if kind == "multi":
        keys = tuple(f"{prefix}{name}_{part}" for part in ("daily", "total", "late")[: draft.pick(2, 2, 3)])
    if kind == "op":
        keys = ()
    if kind == "check":
        keys = (name,)
        checks = [(f"{name}_{draft.pick(*CHECKS)}", name)]
    elif kind != "op":
        names = draft.random.sample(CHECKS, draft.pick(0, 0, 1, 2, 3))
        checks = [(check, draft.pick(*keys)) for check in names]
    extras = draft.random.sample(sorted(EXTRAS), draft.pick(0, 1, 2, 3, 4))
    return Plan(
        number,
        language,
        kind,
        name,
        keys,
        draft.pick(None, None, "static", "daily") if kind in ("asset", "multi") else None,
        {key: EXTRAS[key] for key in extras},
        tuple(checks),
        kind in ("check", "op") or draft.maybe(0.75),
        draft.maybe(0.15) and kind in ("asset", "multi"),
        draft.pick("", "jobs/", "external/scripts/"),
    )


class Telling(Protocol):
    """A script that is being written, in either language: each method adds the lines that say one thing."""

    @property
    def draft(self) -> Draft: ...

    @property
    def plan(self) -> Plan: ...

    def logs(self) -> None: ...

    def asks(self) -> None: ...

    def custom(self) -> None: ...

    def check(self, name: str, key: str) -> None: ...

    def checks_in_loop(self) -> None: ...

    def materialize(self, key: str) -> None: ...


def tell(script: Telling) -> None:
    """Lets a script say all that its plan asks for, in any order."""
    draft, plan = script.draft, script.plan
    steps: list[Callable[[], None]] = []
    if draft.maybe(0.6) or plan.kind == "op":
        steps.append(script.logs)
    if draft.maybe(0.4):
        steps.append(script.asks)
    if plan.custom:
        steps.append(script.custom)
    reported = plan.keys if plan.kind in ("asset", "multi") else ()
    if plan.implicit and draft.maybe(0.1):
        reported = reported[1:]
    steps += [partial(script.materialize, key) for key in reported]
    if len({key for _, key in plan.checks}) == 1 and draft.maybe(0.3):
        steps.append(script.checks_in_loop)
    else:
        steps += [partial(script.check, name, key) for name, key in plan.checks]
    draft.random.shuffle(steps)
    for step in steps:
        step()
