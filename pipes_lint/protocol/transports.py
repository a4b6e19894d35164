"""How context and messages travel: what Dagster's side puts into the parameters, and what the script's side takes out.

Read off dagster and dagster_pipes 1.13.28, dagster-docker, dagster-k8s, dagster-aws, dagster-gcp, dagster-azure and
dagster-databricks 0.29.27, and dagsterpipes 0.1.0, which reads `path` of both and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from typing import Literal as Choice

from ..contract import Launch, Opened
from ..launching import Carried

GIVES: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(keys.split())
    for name, keys in (
        ("PipesTempFileContextInjector", "path"),
        ("PipesFileContextInjector", "path"),
        ("PipesEnvContextInjector", "data"),
        ("PipesS3ContextInjector", "bucket key"),
        ("PipesGCSContextInjector", "bucket key"),
        ("PipesAzureBlobStorageContextInjector", "bucket key"),
        ("PipesDbfsContextInjector", "path"),
        ("PipesTempFileMessageReader", "path include_stdio_in_messages"),
        ("PipesFileMessageReader", "path include_stdio_in_messages"),
        ("PipesS3MessageReader", "bucket key_prefix"),
        ("PipesGCSMessageReader", "bucket key_prefix"),
        ("PipesAzureBlobStorageMessageReader", "bucket key_prefix"),
        ("PipesDbfsMessageReader", "path"),
        ("PipesCompositeMessageReader", "writers"),
        ("PipesDockerLogsMessageReader", "stdio"),
        ("PipesK8sPodLogsMessageReader", "stdio"),
    )
}
"""What an injector or a reader puts into the parameters that the process is given."""

TAKES: Final[Mapping[str, tuple[str, ...]]] = {
    "PipesDefaultContextLoader": ("path", "data"),
    "PipesS3ContextLoader": ("bucket",),
    "PipesGCSContextLoader": ("bucket",),
    "PipesAzureBlobStorageContextLoader": ("bucket",),
    "PipesDbfsContextLoader": ("path",),
    "PipesUnityCatalogVolumesContextLoader": ("path",),
    "PipesDefaultMessageWriter": ("path", "stdio", "buffered_stdio"),
    "PipesS3MessageWriter": ("bucket",),
    "PipesGCSMessageWriter": ("bucket",),
    "PipesAzureBlobStorageMessageWriter": ("bucket",),
    "PipesDbfsMessageWriter": ("path",),
    "PipesUnityCatalogVolumesMessageWriter": ("path",),
    "R": ("path",),
}
"""What a loader or a writer looks for there: any of these is enough."""

PARTNERS: Final[Mapping[str, str]] = {
    "PipesS3ContextInjector": "PipesS3ContextLoader",
    "PipesGCSContextInjector": "PipesGCSContextLoader",
    "PipesAzureBlobStorageContextInjector": "PipesAzureBlobStorageContextLoader",
    "PipesS3MessageReader": "PipesS3MessageWriter",
    "PipesGCSMessageReader": "PipesGCSMessageWriter",
    "PipesAzureBlobStorageMessageReader": "PipesAzureBlobStorageMessageWriter",
}
"""The only one on the script's side that understands one of Dagster's side; of others it is the default one."""

MOUNTED: Final = ("PipesDbfsContextLoader", "PipesDbfsMessageWriter")
"""These look for the path below `/dbfs`."""
_FOLDERS: Final = (*MOUNTED, "PipesUnityCatalogVolumesMessageWriter")
_FILES: Final = (
    *("PipesTempFileContextInjector", "PipesFileContextInjector"),
    *("PipesTempFileMessageReader", "PipesFileMessageReader"),
)
"""These give the path of a plain file, where `_FOLDERS` find nothing, or cannot make files of their own."""

DEFAULTS: Final = Carried("PipesDefaultContextLoader", "PipesDefaultMessageWriter", "PipesEnvVarParamsLoader")
"""The script's side, if it says nothing."""

PACKAGES: Final[Mapping[str, str]] = {
    **{name: "dagster_pipes" for name in TAKES if name != "R"},
    "PipesEnvVarParamsLoader": "dagster_pipes",
    "PipesCliArgsParamsLoader": "dagster_pipes",
    **{
        name: f"dagster_{package}" if package else "dagster"
        for package, names in (
            ("", "PipesTempFileContextInjector PipesFileContextInjector PipesEnvContextInjector"),
            ("", "PipesTempFileMessageReader PipesFileMessageReader PipesCompositeMessageReader"),
            ("aws", "PipesS3ContextInjector PipesS3MessageReader"),
            ("gcp", "PipesGCSContextInjector PipesGCSMessageReader"),
            ("azure", "PipesAzureBlobStorageContextInjector PipesAzureBlobStorageMessageReader"),
            ("databricks", "PipesDbfsContextInjector PipesDbfsMessageReader"),
            ("docker", "PipesDockerLogsMessageReader"),
            ("k8s", "PipesK8sPodLogsMessageReader"),
        )
        for name in names.split()
    },
}
"""The package that each of them comes from."""


R_SIDE: Final = Carried("R", "R")
"""The script's side in R, which has no choice."""


def understood(given: str | None, taker: str | None) -> bool:
    """Whether what one side gives is what the other looks for; also if one of them is not known."""
    if given is None or taker is None or given not in GIVES or taker not in TAKES:
        return True
    if given in _FILES and taker in _FOLDERS:
        return False
    partner = PARTNERS.get(given)
    own = taker in PARTNERS.values()
    if partner is not None or own:
        return taker == partner
    return any(key in GIVES[given] for key in TAKES[taker])


_BY_VARIABLES: Final = ("PipesSubprocessClient", "PipesDockerClient", "PipesK8sClient")


def told_by(launch: Launch) -> Choice["variables", "arguments"] | None:
    """How a process is told where its session is: by what the client does, or what is asked of the session."""
    if launch.maker in _BY_VARIABLES:
        return "variables"
    match {*launch.spawn.asked} if launch.maker == "open_pipes_session" and launch.spawn else ():
        case asked if asked == {"get_bootstrap_env_vars"}:
            return "variables"
        case asked if asked == {"get_bootstrap_cli_arguments"}:
            return "arguments"
    return None


def bootstraps(carried: Carried | None, opened: Opened) -> bool:
    """Whether the script finds its session by its environment alone, and Dagster's side leaves nothing elsewhere."""
    if carried is None or carried.context not in GIVES or carried.messages not in GIVES:
        return False
    return opened.dialect == "r" or opened.carried is not None and opened.carried.params == DEFAULTS.params
