"""What Pipes accepts, on both sides and in both dialects: said here and nowhere else.

`members` has the names and the shapes of calls, `binding` puts a call's arguments to their parameters, `arguments`
tells whether they are in their places and takes metadata apart, `metadata` knows what a value becomes on its way to
Dagster and which metadata types take it, `unwritable` what JSON cannot hold, `exports` what can be imported,
`failures` what a handler catches, `steps` what a step takes, `clients` what starts a process, `running` how a command
runs its script, `sending` what a closed session does with messages, `words` how all that is said. A test holds it
against the installed `dagster_pipes` and `dagster`.
"""

from __future__ import annotations

from .annotations import annotation_fault, context_fault
from .arguments import (
    REPORTS,
    TYPED,
    Entry,
    Misplaced,
    certain,
    dialect_name,
    entries,
    label_of,
    misplaced,
    reported_metadata,
    sound,
    written_at,
    written_in,
)
from .binding import Bound, bind, bind_arguments
from .clients import CLIENTS, MADE, Client
from .exports import EXPORTS
from .failures import caught
from .members import (
    CONTEXT_CLASSES,
    FUNCTIONS,
    INFER,
    LOG_LEVEL_OF,
    LOG_LEVELS,
    LOG_METHODS,
    LOG_NUMBERS,
    LOG_OPTIONS,
    METADATA_TYPES,
    OTHER_LEVELS,
    SEVERITIES,
    STREAMS,
    Member,
    Parameter,
    Signature,
    members,
)
from .metadata import class_name, encodings, fits
from .processes import (
    WRITTEN_IN,
    file_as_module,
    is_line,
    lacks_bootstrap,
    loses_words,
    no_text,
    starts_locally,
    starts_plainly,
    takes_no_check,
)
from .running import begins_with_script
from .sending import SENDING, after_close, entered_again, sure_of, too_late
from .transports import MOUNTED, PARTNERS, R_SIDE, bootstraps, told_by, understood
from .unwritable import Unwritable, json_fault, json_problem, r_fault, r_problem
from .words import accepts, certainly_not, class_shown, in_words, shown

__all__ = [
    "CLIENTS",
    "CONTEXT_CLASSES",
    "EXPORTS",
    "FUNCTIONS",
    "INFER",
    "LOG_LEVELS",
    "LOG_LEVEL_OF",
    "LOG_METHODS",
    "LOG_NUMBERS",
    "LOG_OPTIONS",
    "MADE",
    "METADATA_TYPES",
    "MOUNTED",
    "OTHER_LEVELS",
    "PARTNERS",
    "REPORTS",
    "R_SIDE",
    "SENDING",
    "SEVERITIES",
    "STREAMS",
    "TYPED",
    "WRITTEN_IN",
    "Bound",
    "Client",
    "Entry",
    "Member",
    "Misplaced",
    "Parameter",
    "Signature",
    "Unwritable",
    "accepts",
    "after_close",
    "annotation_fault",
    "begins_with_script",
    "bind",
    "bind_arguments",
    "bootstraps",
    "caught",
    "certain",
    "certainly_not",
    "class_name",
    "class_shown",
    "context_fault",
    "dialect_name",
    "encodings",
    "entered_again",
    "entries",
    "file_as_module",
    "fits",
    "in_words",
    "is_line",
    "json_fault",
    "json_problem",
    "label_of",
    "lacks_bootstrap",
    "loses_words",
    "members",
    "misplaced",
    "no_text",
    "r_fault",
    "r_problem",
    "reported_metadata",
    "shown",
    "sound",
    "starts_locally",
    "starts_plainly",
    "sure_of",
    "takes_no_check",
    "told_by",
    "too_late",
    "understood",
    "written_at",
    "written_in",
]
