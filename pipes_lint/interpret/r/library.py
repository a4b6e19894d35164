"""R's own library, and what scripts use most beside it. To import this file is to enter it in the machine's tables."""

from __future__ import annotations

from . import (  # noqa: F401 - each enters what it means in the machine's tables
    arithmetic,
    elements,
    environments,
    files,
    folds,
    frames,
    functional,
    lists,
    modules,
    names,
    numbers,
    objects,
    packages,
    paste,
    paths,
    patterns,
    program,
    results,
    sets,
    strings,
    types,
    wrappers,
)
