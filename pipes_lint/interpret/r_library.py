"""R's own library, and what scripts use most beside it. To import this file is to enter it in the machine's tables."""

from __future__ import annotations

from . import (  # noqa: F401 - each enters what it means in the machine's tables
    r_arithmetic,
    r_elements,
    r_environments,
    r_files,
    r_folds,
    r_frames,
    r_functional,
    r_lists,
    r_modules,
    r_names,
    r_numbers,
    r_objects,
    r_packages,
    r_paste,
    r_paths,
    r_patterns,
    r_program,
    r_results,
    r_sets,
    r_strings,
    r_types,
    r_wrappers,
)
