"""The components that run a script or a function in a step of their own. Read off dagster 1.13.28,
`components/lib/executable_component/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal as Choice

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "PythonScriptComponent": ("python",),
    "UvRunComponent": ("uv", "run"),
    "FunctionComponent": (),
    "PipesSubprocessScriptCollectionComponent": ("python",),
}
"""By name, with the words that a script's path is put behind. The last is what Dagster had before 1.11: scripts in a
list (`scripts: [{path: …, assets: […]}]`)."""

PARTITIONS: Mapping[str, Choice["time", "static"]] = {
    "hourly": "time",
    "daily": "time",
    "weekly": "time",
    "time_window": "time",
    "static": "static",
}
"""The `type` of an asset's `partitions_def`. From `components/resolved/core_models.py`."""
