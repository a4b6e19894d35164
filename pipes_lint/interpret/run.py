"""The interpreter, whole: every file that enters meanings in the machine's tables is imported here."""

from __future__ import annotations

from . import (  # noqa: F401 - each enters what it means in the machine's tables
    assign,
    calls,
    control,
    expressions,
    guard,
    matching,
    members,
    modules,
    operate,
    symbols,
    text,
)
from .orchestration import (  # noqa: F401 - each enters what it means in the machine's tables
    asset_specs,
    dagster,
    handed_results,
    launches,
    metadata_values,
    resources,
    sessions,
    step_contexts,
)
from .orchestration.launches import UNSEEN
from .orchestration.orchestrate import Components, Launched, orchestrate
from .orchestration.sessions import hook_commands
from .python import (  # noqa: F401 - each enters what it means in the machine's tables
    library as python_library,
)
from .session import (  # noqa: F401 - each enters what it means in the machine's tables
    log,
    misopened,
    pipes,
)
from .session.pipes import Inputs
from .session.script import run_script
from .started import Started

hook_commands()

__all__ = ["UNSEEN", "Components", "Inputs", "Launched", "Started", "orchestrate", "run_script"]
