"""Python's own library, and the best known others, as the interpreter knows them: each file enters what it means."""

from __future__ import annotations

from . import (
    python_builtins,
    python_collections,
    python_containers,
    python_iteration,
    python_paths,
    python_text,
)

MEANINGS = (python_builtins, python_collections, python_containers, python_iteration, python_paths, python_text)
