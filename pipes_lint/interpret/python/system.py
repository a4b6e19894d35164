"""The program and the system around it in Python: `sys`, `os.environ`, other processes, how a program ends."""

from __future__ import annotations

import posixpath
from pathlib import PurePosixPath
from typing import Final

from ... import ir
from ...source import Span
from ...values import Bound, Instance, Known, Mapping, OneOf, Partial, Sequence, Template, Unknown, Value, join
from ..calls import put_away
from ..iterate import elements
from ..logging_levels import name_level
from ..machine import (
    CONSTANTS,
    CONTAINS,
    ITEMS,
    ITERATE,
    LIBRARY,
    MAPPINGS,
    METHODS,
    NONE,
    Args,
    Frame,
    Machine,
    library,
)
from ..members import item
from ..operate import update
from ..plain import BOOL, INT, STR, computed, given
from ..search import put_on_path
from ..told_by_launch import command_line, variable_asked
from ..truth import truth
from .collections import key_of

ENVIRONMENT: Final = Instance("os.environ")
ARGUMENTS: Final = Instance("sys.argv")
CONSTANTS.update(
    {
        "sys.executable": Known("python"),
        "sys.platform": STR,
        "sys.version": STR,
        "sys.prefix": STR,
        "sys.byteorder": STR,
        "sys.maxsize": INT,
        "sys.argv": ARGUMENTS,
        "os.environ": ENVIRONMENT,
        "os.name": STR,
    }
)

# --- the environment --------------------------------------------------------------------------------------------------

_SENT: Final = ("DAGSTER_PIPES_CONTEXT", "DAGSTER_PIPES_MESSAGES")
"""What a launch always sets in the environment of what it starts."""


def _variable(machine: Machine, name: Value | None, default: Value, span: Span) -> Value:
    """What an environment variable holds, or the default."""
    if isinstance(name, OneOf):
        return join([_variable(machine, each, default, span) for each in name.options])
    key = key_of(name)
    if key is None:
        return join([STR, default])
    if key[0] in _SENT and machine.roles.get("session"):
        return Instance("str", {"filled": Known(True)})
    passed = _passed(machine)
    slot = passed.slots.get(key[0]) if passed else None
    variable_asked(machine, str(key[0]))
    if slot is not None and slot.always:
        return slot.value
    return join([STR, default])


def _passed(machine: Machine) -> Mapping | None:
    """The environment variables that the launch is seen to pass."""
    passed = machine.roles.get("env")
    return passed if isinstance(passed, Mapping) else None


@library("os.getenv", "os.environ.get")
def get_variable(machine: Machine, args: Args) -> Value:
    name = machine.content(args.get("key", 0) or computed(args.span))
    return _variable(machine, name, args.get("default", 1) or NONE, args.span)


def _of_environment(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name:
        case "get" | "pop" | "setdefault":
            return get_variable(machine, args)
        case "copy":
            return machine.allocate(_whole_environment(machine, ENVIRONMENT, args.span))
        case "update":
            return NONE
        case "items" | "keys" | "values":
            return given(args.span, "the environment")
    return None


def _whole_environment(machine: Machine, made: Instance, span: Span) -> Mapping:
    known = Mapping({}, Unknown("it holds the environment, which is not known here", span, foreign=True), span=span)
    passed = _passed(machine)
    return update(known, passed) if passed else known


def _environment_item(machine: Machine, made: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    return _variable(machine, key, STR, node.span)


def _in_environment(machine: Machine, made: Instance, key: Value, span: Span) -> bool | None:
    known = key_of(key)
    if known is None:
        return None
    if known[0] in _SENT and machine.roles.get("session"):
        return True
    variable_asked(machine, str(known[0]))
    passed = _passed(machine)
    slot = passed.slots.get(known[0]) if passed else None
    return True if slot is not None and slot.always else None


METHODS["os.environ"] = _of_environment
MAPPINGS["os.environ"] = _whole_environment
ITEMS["os.environ"] = _environment_item
CONTAINS["os.environ"] = _in_environment

# --- where imports are looked for -------------------------------------------------------------------------------------


@library("sys.path.insert", "sys.path.append", "site.addsitedir")
def put_folder(machine: Machine, args: Args) -> Value:
    """A folder of the project's is searched from now on. A relative one is against the folder in which the program
    runs: the script's own, or the project's.
    """
    match machine.content(args.positional[-1]) if args.positional else NONE:
        case Known(value=str() | PurePosixPath() as plain):
            folder = machine.world.relative(str(plain)) if str(plain).startswith("/") else None
            if folder is None and not str(plain).startswith("/"):
                beside = posixpath.normpath(posixpath.join(posixpath.dirname(args.frame.scope.path), str(plain)))
                folder = beside if machine.world.is_folder(beside) else posixpath.normpath(str(plain))
            if folder is not None and not folder.startswith(".."):
                put_on_path(machine, "" if folder == "." else folder, args.frame.scope.path)
    return NONE


# --- the command line -------------------------------------------------------------------------------------------------


def _through_arguments(machine: Machine, made: Instance, span: Span) -> tuple[tuple[Value, ...], bool]:
    found = command_line(machine)
    return (found.items, found.complete) if found else ((), False)


def _argument(machine: Machine, made: Instance, key: Value, node: ir.Item, frame: Frame) -> Value:
    found = command_line(machine)
    if isinstance(key, Instance) and key.type == "slice":
        return item(machine, found or machine.allocate(Sequence((), complete=False)), key, node, frame)
    if found is not None:
        value = item(machine, found, key, node, frame)
        if not isinstance(value, Unknown):
            return value
    return STR


def _of_arguments(machine: Machine, bound: Bound, args: Args) -> Value | None:
    if bound.name == "copy":
        return machine.allocate(command_line(machine) or Sequence((), complete=False))
    return INT if bound.name in ("index", "count") else NONE


ITERATE["sys.argv"] = _through_arguments
ITEMS["sys.argv"] = _argument
METHODS["sys.argv"] = _of_arguments

# --- how a program ends -----------------------------------------------------------------------------------------------


@library("sys.exit", "builtins.exit", "builtins.quit")
def leave(machine: Machine, args: Args) -> Value:
    status = machine.content(args.positional[0]) if args.positional else NONE
    return machine.leave("exit", status, failing=truth(machine, status) is True)


@library("os._exit")
def leave_at_once(machine: Machine, args: Args) -> Value:
    """Nothing is done on the way out: no `with` is left, no `finally` run."""
    status = machine.content(args.positional[0]) if args.positional else NONE
    return machine.leave("exit", status, failing=truth(machine, status) is True, at_once=True)


@library("os.abort")
def abort(machine: Machine, args: Args) -> Value:
    return machine.leave("exit", Known(1), failing=True)


@library("atexit.register")
def at_exit(machine: Machine, args: Args) -> Value:
    if not args.positional:
        return computed(args.span)
    call = Partial(args.positional[0], args.positional[1:], tuple(args.named.items()))
    waiting: list[Value] = machine.roles.setdefault("at_exit", [])
    waiting.insert(0, call)
    return args.positional[0]


@library("sys.setrecursionlimit", "faulthandler.enable", "atexit.unregister")
def without_effect(machine: Machine, args: Args) -> Value:
    return NONE


@library("signal.signal")
def on_signal(machine: Machine, args: Args) -> Value:
    """A handler that runs when a signal comes, if one does."""
    for arg in args.items[1:]:
        put_away(machine, arg.value, arg.where, args.frame)
    return computed(args.span)


@library("gc.collect")
def not_followed(machine: Machine, args: Args) -> Value:
    return computed(args.span)


# --- other processes --------------------------------------------------------------------------------------------------

_PROGRAMS: Final = (
    "aws az cat chmod cp curl date dbt df docker du duckdb echo ffmpeg gcloud git gsutil gunzip gzip kubectl ls mkdir "
    "mv nvidia-smi pandoc pg_dump pip ps psql rm rsync scp sqlite3 ssh tar touch unzip wget which zip"
)
_QUIET: Final = frozenset(_PROGRAMS.split())
"""Programs that speak with nobody through Pipes."""
_STARTERS: Final = (
    "subprocess.run",
    "subprocess.Popen",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "os.system",
    "os.popen",
    "os.execv",
    "os.execvp",
    "os.execvpe",
    "os.execve",
    "os.spawnv",
    "os.fork",
    "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
    "multiprocessing.Process",
    "multiprocessing.Pool",
    "concurrent.futures.ProcessPoolExecutor",
    "concurrent.futures.process.ProcessPoolExecutor",
)


def start_process(machine: Machine, args: Args) -> Value:
    """Another process is started; inside a session it may speak with Pipes too."""
    if machine.roles.get("session") and _program(machine, args) not in _QUIET:
        machine.gap("another process is started here, which may speak with Pipes too", args.span)
    return Unknown("another process gives it", args.span, foreign=True)


def _program(machine: Machine, args: Args) -> str | None:
    """The plain name of the program that a command starts, if that is known."""
    command = machine.content(args.get("args", 0) or computed(args.span))
    if isinstance(command, Sequence):
        items, _ = elements(machine, command, args.span)
        command = machine.content(items[0]) if items else command
    first: object = command.value if isinstance(command, Known) else None
    if isinstance(command, Template) and isinstance(command.pieces[0], str) and " " in command.pieces[0]:
        first = command.pieces[0]
    words = first.split() if isinstance(first, str) else []
    if any(sign in str(first) for sign in ";|&`$("):
        return None
    return words[0].rpartition("/")[2] if words else None


for _name in _STARTERS:
    LIBRARY[_name] = start_process

# --- logging ----------------------------------------------------------------------------------------------------------


CONSTANTS.update(
    {
        f"logging.{name}": Known(10 * level)
        for level, names in enumerate(("NOTSET", "DEBUG", "INFO", "WARNING WARN", "ERROR", "CRITICAL FATAL"))
        for name in names.split()
    }
)


@library("logging.addLevelName")
def add_level_name(machine: Machine, args: Args) -> Value:
    name_level(machine, args.get("level", 0), args.get("levelName", 1))
    return NONE


@library("logging.disable")
def disable_logging(machine: Machine, args: Args) -> Value:
    machine.roles["logging is off"] = True
    return NONE


@library("logging.getLogger", "logging.Logger", "structlog.get_logger")
def logger(machine: Machine, args: Args) -> Value:
    return Instance("logging.Logger")


_LEVELS: Final = ("debug", "info", "warning", "warn", "error", "critical", "exception", "log", "fatal")


def _of_logger(machine: Machine, bound: Bound, args: Args) -> Value | None:
    if bound.name in (*_LEVELS, "setLevel", "addHandler", "removeHandler", "addFilter"):
        return NONE
    if bound.name in ("getChild", "bind"):
        return bound.receiver
    return BOOL if bound.name in ("isEnabledFor", "hasHandlers") else computed(args.span)


METHODS["logging.Logger"] = _of_logger


@library(
    "logging.basicConfig",
    "logging.captureWarnings",
    "warnings.warn",
    "warnings.filterwarnings",
    "warnings.simplefilter",
    *(f"logging.{name}" for name in ("debug", "info", "warning", "error", "critical", "exception", "log")),
)
def logged(machine: Machine, args: Args) -> Value:
    return NONE
