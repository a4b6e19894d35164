"""What Pipes accepts, on both sides and in both dialects: said here and nowhere else.

`members` has the names and the shapes of calls, `binding` puts a call's arguments to their parameters, `arguments`
tells whether they are in their places and takes metadata apart, `metadata` knows what a value becomes on its way to
Dagster and which metadata types take it, `failures` what a handler catches, `steps` what a step takes, `clients` what
starts a process, `words` how all that is said. A test holds it against the installed `dagster_pipes` and `dagster`.
"""

from __future__ import annotations

from .arguments import (
    REPORTS,
    TYPED,
    Entry,
    Misplaced,
    certain,
    dialect_name,
    entries,
    misplaced,
    reported_metadata,
    sound,
    written_at,
    written_in,
)
from .binding import Bound, bind, bind_arguments
from .clients import CLIENTS, Client
from .failures import caught
from .members import (
    FUNCTIONS,
    INFER,
    LOG_LEVELS,
    METADATA_TYPES,
    SEVERITIES,
    STREAMS,
    Member,
    Parameter,
    Signature,
    members,
)
from .metadata import class_name, encodings, fits, json_problem
from .words import accepts, in_words, shown

__all__ = [
    "CLIENTS",
    "FUNCTIONS",
    "INFER",
    "LOG_LEVELS",
    "METADATA_TYPES",
    "REPORTS",
    "SEVERITIES",
    "STREAMS",
    "TYPED",
    "Bound",
    "Client",
    "Entry",
    "Member",
    "Misplaced",
    "Parameter",
    "Signature",
    "accepts",
    "bind",
    "bind_arguments",
    "caught",
    "certain",
    "class_name",
    "dialect_name",
    "encodings",
    "entries",
    "fits",
    "in_words",
    "json_problem",
    "members",
    "misplaced",
    "reported_metadata",
    "shown",
    "sound",
    "written_at",
    "written_in",
]
