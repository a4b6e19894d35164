"""R's own library, and what scripts use most beside it. To import this file is to enter it in the machine's tables."""

from __future__ import annotations

from . import r_functional, r_lists, r_numbers, r_objects, r_paths, r_program, r_results, r_strings, r_types

_MEANINGS = (r_functional, r_lists, r_numbers, r_objects, r_paths, r_program, r_results, r_strings, r_types)
