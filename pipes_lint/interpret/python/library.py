"""Python's own library, and the best known others, as the interpreter knows them: each file enters what it means.

What only some programs import is entered when one of them does: `check` pays for no table of types that nobody uses.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Final

from ..machine import LATE
from . import (  # noqa: F401 - each enters what it means in the machine's tables
    builtins,
    caches,
    collections,
    container_classes,
    containers,
    context_vars,
    contexts,
    dispatch,
    inspection,
    iteration,
    models,
    namespaces,
    numbers,
    objects,
    paths,
    short_circuits,
    system,
    text,
)

_TABLES: Final = (
    "numpy_types",
    "numpy_arrays",
    "numpy_functions",
    "numpy_several",
    "numpy_random",
    "pandas_types",
    "pandas_reading",
    "pandas_columns",
    "pandas_frames",
    "pandas_series",
    "pandas_groups",
    "pandas_rows",
    "polars_types",
    "arrow_types",
)
_WHEN_IMPORTED: Final = {
    ("numpy", "pandas", "polars", "pyarrow"): _TABLES,
    ("threading", "concurrent", "multiprocessing", "asyncio", "anyio", "nest_asyncio"): ("concurrency",),
    ("databricks", "azure", "google"): ("cloud_records",),
    ("inspect",): ("stack",),
    ("re",): ("patterns",),
    ("collections",): ("counters",),
    tuple("base64 binascii bz2 gzip hashlib hmac lzma pickle secrets struct zlib".split()): ("digests",),
    ("argparse", "configargparse"): ("argument_parsers",),
    ("click", "rich_click", "typer", "fire"): ("commands",),
}


def _enter(files: tuple[str, ...]) -> None:
    for file in files:
        import_module(f"{__package__}.{file}")


for _libraries, _files in _WHEN_IMPORTED.items():
    for _library in _libraries:
        LATE[_library] = partial(_enter, _files)
