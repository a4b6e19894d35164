"""R's own library, and what scripts use most beside it. To import this file is to enter it in the machine's tables."""

from __future__ import annotations

from . import r_functional, r_lists, r_objects, r_paths, r_program, r_strings, r_types

__all__ = ["r_functional", "r_lists", "r_objects", "r_paths", "r_program", "r_strings", "r_types"]
