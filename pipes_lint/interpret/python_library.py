"""Python's own library, and the best known others, as the interpreter knows them: each file enters what it means."""

from __future__ import annotations

from . import (
    numpy_types,
    pandas_frames,
    pandas_series,
    pandas_types,
    python_builtins,
    python_collections,
    python_commands,
    python_concurrency,
    python_containers,
    python_contexts,
    python_inspection,
    python_iteration,
    python_numbers,
    python_objects,
    python_paths,
    python_system,
    python_text,
    table_types,
)

MEANINGS = (
    numpy_types,
    pandas_frames,
    pandas_series,
    pandas_types,
    python_builtins,
    python_collections,
    python_commands,
    python_concurrency,
    python_containers,
    python_contexts,
    python_inspection,
    python_iteration,
    python_numbers,
    python_objects,
    python_paths,
    python_system,
    python_text,
    table_types,
)
