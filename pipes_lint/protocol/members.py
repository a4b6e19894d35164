"""The names of the protocol, and the signatures of everything that a script or an asset calls.

From dagster_pipes 1.13.28 and dagsterpipes 0.1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal as Choice

from ..contract import Dialect
from ..records import NamedTuple
from ..values import Known

CONTEXT_CLASSES: Mapping[Dialect, str] = {"python": "dagster_pipes.PipesContext", "r": "dagsterpipes.PipesContext"}
"""The class of what opening a session gives."""

INFER = "__infer__"
"""The metadata type of a bare value: Dagster takes the type from the value."""

METADATA_TYPES = (
    "text",
    "url",
    "path",
    "notebook",
    "json",
    "md",
    "float",
    "int",
    "bool",
    "dagster_run",
    "asset",
    "null",
    "table",
    "table_schema",
    "table_column_lineage",
    "timestamp",
    INFER,
)
"""In the order in which `dagster_pipes` has them, but for `__infer__`, which comes last."""

SEVERITIES = ("WARN", "ERROR")

LOG_LEVELS: Mapping[Dialect, tuple[str, ...]] = {
    "python": ("DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL"),
    "r": ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
}
"""Python: what Dagster takes (the script checks nothing). R: what `ctx$log` takes, in upper or lower case."""

LOG_NUMBERS = {10: "DEBUG", 20: "INFO", 30: "WARNING", 40: "ERROR", 50: "CRITICAL"}
"""The numbers of Python's `logging` that have a name which Dagster takes."""

LOG_METHODS = frozenset(
    """
    addFilter addHandler callHandlers critical debug disabled error exception fatal filter filters findCaller getChild
    getChildren getEffectiveLevel handle handlers hasHandlers info isEnabledFor level log makeRecord manager name parent
    propagate removeFilter removeHandler root setLevel warn warning
    """.split()
)
"""The public members of a Python logger, which the context's `log` is."""

LOG_LEVEL_OF = {
    "debug": 10,
    "info": 20,
    "warning": 30,
    "warn": 30,
    "error": 40,
    "exception": 40,
    "critical": 50,
    "fatal": 50,
}
"""The level on which each of a Python logger's methods logs."""

OTHER_LEVELS = {
    "WARN": "WARNING",
    "NOTICE": "INFO",
    "TRACE": "DEBUG",
    "VERBOSE": "DEBUG",
    "SUCCESS": "INFO",
    "FATAL": "CRITICAL",
    "ERR": "ERROR",
    "INFORMATION": "INFO",
}
"""What the levels of other loggers come nearest to."""

LOG_OPTIONS = ("exc_info", "extra", "stack_info", "stacklevel")
"""What they take by name, besides the message `msg`."""

STREAMS = ("stdout", "stderr")


class Parameter(NamedTuple):
    """A parameter of a call. `default` is None where the call must give the argument."""

    name: str
    default: Known | None = None
    keyword_only: bool = False

    @property
    def required(self) -> bool:
        return self.default is None


class Signature(NamedTuple):
    """How something is called. `name` is what the language calls it in an error (`PipesContext.get_extra`)."""

    name: str
    parameters: tuple[Parameter, ...]
    receiver: bool = False
    """Whether Python counts a `self` among the positional arguments."""
    open: bool = False
    """Whether it takes any other named argument too (`**kwargs`)."""

    def parameter(self, name: str) -> Parameter:
        return next(parameter for parameter in self.parameters if parameter.name == name)


class Member(NamedTuple):
    """A public member of a Pipes context. A method has a signature, a property has none."""

    name: str
    kind: Choice["method", "property"]
    signature: Signature | None = None


_NONE = Known(None)


def signature(name: str, *written: str, receiver: bool = False, keyword_only: bool = False) -> Signature:
    """`key` is a required parameter, `key=` one with the default None, `key=ERROR` one with that text."""
    parameters = []
    for each in written:
        parameter, has_default, text = each.partition("=")
        default = (Known(text) if text else _NONE) if has_default else None
        parameters.append(Parameter(parameter, default, keyword_only))
    return Signature(name, tuple(parameters), receiver)


def _python(name: str, *written: str) -> Member:
    return Member(name, "method", signature(f"PipesContext.{name}", *written, receiver=True))


def _r(name: str, *written: str) -> Member:
    return Member(name, "method", signature(f"ctx${name}", *written))


_PYTHON_PROPERTIES = (
    "asset_key asset_keys code_version code_version_by_asset_key extras is_asset_step is_closed is_partition_step "
    "job_name log partition_key partition_key_range partition_time_window provenance provenance_by_asset_key "
    "retry_number run_id"
)
_R_FIELDS = (
    "asset_key asset_keys code_version extras is_asset_step is_partition_step job_name partition_key "
    "partition_key_range partition_time_window provenance retry_number run_id"
)
_PYTHON_METHODS = (
    _python("get_extra", "key"),
    _python("report_asset_materialization", "metadata=", "data_version=", "asset_key="),
    _python("report_asset_check", "check_name", "passed", "severity=ERROR", "metadata=", "asset_key="),
    _python("report_custom_message", "payload"),
    _python("log_external_stream", "stream", "text", "extras="),
    _python("close", "exc="),
    _python("get"),
    _python("set", "context"),
    _python("is_initialized"),
)
_R_METHODS = (
    _r("get_extra", "key"),
    _r("report_asset_materialization", "metadata=", "asset_key=", "data_version="),
    _r("report_asset_check", "check_name", "passed", "asset_key=", "severity=ERROR", "metadata="),
    _r("report_custom_message", "payload"),
    _r("log", "message", "level=INFO"),
    _r("log_external_stream", "stream", "text", "extras="),
    _r("close", "exception="),
)


def _by_name(methods: tuple[Member, ...], properties: str) -> Mapping[str, Member]:
    return {member.name: member for member in (*methods, *(Member(name, "property") for name in properties.split()))}


_MEMBERS: Mapping[Dialect, Mapping[str, Member]] = {
    "python": _by_name(_PYTHON_METHODS, _PYTHON_PROPERTIES),
    "r": _by_name(_R_METHODS, _R_FIELDS),
}


def members(dialect: Dialect) -> Mapping[str, Member]:
    """The public members of a Pipes context, by name.

    R's have `clone` and `initialize` besides, as all R6 objects do.
    """
    return _MEMBERS[dialect]


FUNCTIONS: Mapping[str, Signature] = {
    "dagster_pipes.open_dagster_pipes": signature(
        "open_dagster_pipes", "context_loader=", "message_writer=", "params_loader=", keyword_only=True
    ),
    "dagsterpipes.open_dagster_pipes": signature("open_dagster_pipes"),
    "dagsterpipes.with_dagster_pipes": signature("with_dagster_pipes", "code"),
    "dagsterpipes.pipes_metadata_value": signature("pipes_metadata_value", "raw_value", f"type={INFER}"),
    "dagster.open_pipes_session": signature(
        "open_pipes_session", "context", "context_injector", "message_reader", "extras="
    ),
}
"""Functions outside a context, by the name of their `values.Symbol`."""
