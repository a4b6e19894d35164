"""The interpreter, whole: every file that enters meanings in the machine's tables is imported here."""

from __future__ import annotations

from . import (  # noqa: F401 - each enters what it means in the machine's tables
    assign,
    calls,
    control,
    dagster,
    expressions,
    guard,
    members,
    metadata_values,
    modules,
    operate,
    pipes,
    python_library,
    symbols,
    text,
)
from .dagster import hook_commands
from .orchestrate import Launched, orchestrate
from .pipes import Inputs
from .script import run_script

hook_commands()

__all__ = ["Inputs", "Launched", "orchestrate", "run_script"]
