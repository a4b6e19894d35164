"""The interpreter, whole: every file that enters meanings in the machine's tables is imported here."""

from __future__ import annotations

from . import (  # noqa: F401 - each enters what it means in the machine's tables
    asset_specs,
    assign,
    calls,
    control,
    dagster,
    expressions,
    guard,
    handed_results,
    launches,
    members,
    metadata_values,
    misopened,
    modules,
    operate,
    pipes,
    python_library,
    resources,
    sessions,
    symbols,
    text,
)
from .launches import UNSEEN, Started
from .orchestrate import Components, Launched, orchestrate
from .pipes import Inputs
from .script import run_script
from .sessions import hook_commands

hook_commands()

__all__ = ["UNSEEN", "Components", "Inputs", "Launched", "Started", "orchestrate", "run_script"]
