"""What R's functions do to the run of a program: ending it, reading other files, variables and environments by name."""

from __future__ import annotations

import posixpath
from typing import Final

from .. import ir
from ..values import (
    Instance,
    Known,
    Mapping,
    Reference,
    Sequence,
    Slot,
    Symbol,
    Template,
    Unknown,
    Value,
    join,
    options,
)
from .calls import arguments
from .cleanup import finish
from .machine import NONE, SPECIAL, Arg, Args, Frame, Machine, library
from .r_lists import set_names
from .r_values import UNREAD, computed, is_list, named, parts, plain_texts, some, take, texts
from .symbols import r_symbol
from .truth import assume, truth

# --- Ending ---------------------------------------------------------------------------------------------------------


@library("base.stop", "base.abort", "base.cli_abort")
def stop(machine: Machine, args: Args) -> Value:
    return machine.leave("raise", NONE, failing=True)


@library("base.quit", "base.q")
def quit_(machine: Machine, args: Args) -> Value:
    status = take(args, "save", "status", "runLast").known("status", 0)
    failing = isinstance(status, int | float) and status != 0
    return machine.leave("exit", take(args, "save", "status", "runLast").get("status") or Known(0), failing=failing)


def _stop_if_not(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    for argument in node.arguments:
        value = machine.eval(argument.value, frame)
        if argument.name in ("msg", "env", "exprs", "exprObject", "local"):
            continue
        found = parts(machine, value, node.span) if isinstance(value, Sequence | Mapping) else [(None, value)]
        if any(_is_false(each) for _, each in found or ()):
            return machine.leave("raise", NONE, failing=True)
        assume(machine, argument.value, True, frame)
    return NONE


def _is_false(value: Value) -> bool:
    return isinstance(value, Known) and (
        value.value is False or (isinstance(value.value, ir.Missing | str | int | float) and value.value is not True)
    )


SPECIAL["base.stopifnot"] = SPECIAL["base.assert_that"] = _stop_if_not


def _function_frame(frame: Frame) -> Frame | None:
    each: Frame | None = frame
    while each and each.kind != "function":
        each = each.parent
    return each


def _on_exit(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """`on.exit(expr, add = FALSE, after = TRUE)`."""
    function = _function_frame(frame)
    names = ["expr", "add", "after"]
    given: dict[str, ir.Node] = {}
    for argument in node.arguments:
        if argument.name in names:
            given[argument.name] = argument.value
    free = [name for name in names if name not in given]
    for argument in node.arguments:
        if argument.name is None and free:
            given[free.pop(0)] = argument.value
    if function is None:
        return NONE
    added = "add" in given and truth(machine, machine.eval(given["add"], frame)) is not False
    after = "after" not in given or truth(machine, machine.eval(given["after"], frame)) is not False
    if not added:
        function.at_exit.clear()
    if "expr" in given:
        function.at_exit.insert(len(function.at_exit) if after else 0, given["expr"])
    return NONE


SPECIAL["base.on.exit"] = _on_exit


def _defer(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """In withr, what was put off last is done first."""
    function = _function_frame(frame)
    if function is not None and node.arguments:
        function.at_exit.insert(0, node.arguments[0].value)
    return NONE


SPECIAL["base.defer"] = _defer


# --- Asking about arguments -----------------------------------------------------------------------------------------


def _missing(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    function = _function_frame(frame)
    if function is None or not node.arguments or not isinstance(node.arguments[0].value, ir.Name):
        return some("logical", whole=True)
    name = node.arguments[0].value.name
    value = machine.store.read((function.ident, name))
    given = name in function.given
    if isinstance(value, Unknown) and (given or "may pass" in value.reason):
        return some("logical", whole=True)
    return Known(not given, node.span)


SPECIAL["base.missing"] = _missing


@library("base....length", "base.nargs")
def count_of_arguments(machine: Machine, args: Args) -> Value:
    return some("integer", whole=True)


def _match_arg(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """The first choice where the argument is not passed; else the choice that it names."""
    if not node.arguments:
        return Unknown("it is one of several choices", node.span, foreign=True)
    subject = node.arguments[0].value
    choices: Value | None = None
    if len(node.arguments) > 1:
        choices = machine.eval(node.arguments[1].value, frame)
    function = _function_frame(frame)
    given = machine.content(machine.eval(subject, frame))
    if choices is None and isinstance(subject, ir.Name) and function and function.closure:
        default = next(
            (each.default for each in function.closure.code.parameters if each.name == subject.name and each.default),
            None,
        )
        if default is not None:
            choices = machine.eval(default, function)
    known = plain_texts(machine, choices, node.span) if choices is not None else None
    unread = Unknown("it is one of several choices", node.span, foreign=True)
    if not known:
        return unread
    if given == NONE or (given == machine.content(choices or NONE) and len(known) > 1):
        return Known(known[0], node.span)
    found: list[Value] = []
    for option in options(given):
        if not isinstance(option, Known) or not isinstance(option.value, str):
            return join([Known(each) for each in known])
        near = [each for each in known if each == option.value] or [
            each for each in known if each.startswith(option.value)
        ]
        if len(near) == 1:
            found.append(Known(near[0], option.span))
    if not found:
        return machine.leave("raise", NONE, failing=True)
    return join(found)


SPECIAL["base.match.arg"] = SPECIAL["base.arg_match"] = _match_arg


# --- Other files ----------------------------------------------------------------------------------------------------


@library("base.source", "base.sys.source")
def source(machine: Machine, args: Args) -> Value:
    """Runs another file of the project, in the global environment or in the caller's."""
    taken = take(args, "file", "local", "echo", "envir", "chdir")
    value = machine.content(taken.get("file") or NONE)
    code = _found(machine, value, args.frame)
    if code is None:
        return machine.gap("which file `source()` reads is not known, or it is not in this project", args.span)
    frame = args.frame if taken.known("local", False) not in (False, UNREAD) else args.frame.module
    reading: list[str] = machine.roles.setdefault("sourcing", [])
    if code.path in reading or len(reading) > _DEEPEST:
        return computed(args, "a file reads itself")
    reading.append(code.path)
    try:
        for node in code.body.body:
            machine.eval(node, frame)
    finally:
        reading.pop()
    return computed(args, "what a file gives")


_DEEPEST: Final = 20


def _found(machine: Machine, value: Value, frame: Frame) -> ir.Module | None:
    for path in _candidates(machine, value, frame):
        path = posixpath.normpath(path)
        if not path.startswith("../") and machine.world.exists(path):
            code = machine.world.load(path)
            if code is not None and code.prelude == "base":
                return code
    return None


def _candidates(machine: Machine, value: Value, frame: Frame) -> list[str]:
    """Where in the project a path may lead: from its root, or from the folder of a script that is read, or above."""
    match value:
        case Known(value=str() as text) if text.startswith("/"):
            inside = machine.world.relative(text)
            return [] if inside is None else [inside]
        case Known(value=str() as text):
            pass
        case Template(pieces=(*_, str() as text)) if "/" in text:
            text = text.partition("/")[2]
        case _:
            return []
    folders = [""]
    for script in (*reversed(machine.roles.get("sourcing", [])), frame.scope.path):
        folder = posixpath.dirname(script)
        while folder:
            folders.append(folder)
            folder = posixpath.dirname(folder)
    if isinstance(value, Template):
        folders = [*folders[1:], ""]
    return [posixpath.join(folder, text) for folder in folders]


def _box(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    for argument in node.arguments:
        if isinstance(argument.value, ir.Operation):
            return machine.gap("modules of `box` are not followed", node.span)
    return NONE


SPECIAL["box.use"] = _box


def _evaluated(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    arguments(machine, node, frame)
    if machine.roles.get("session"):
        return machine.gap("code that is put together when the script runs is not followed", node.span)
    return Unknown("code that is put together when the script runs gives it", node.span, foreign=True)


SPECIAL["base.eval"] = SPECIAL["base.eval.parent"] = SPECIAL["base.eval_tidy"] = _evaluated
SPECIAL["base.evalq"] = SPECIAL["base.source_url"] = SPECIAL["base.source_gist"] = _evaluated


def _child(machine: Machine, args: Args) -> Value:
    if machine.roles.get("session"):
        machine.gap("a child process is started, which may speak with Pipes itself", args.span)
    return computed(args, "a child process gives it")


library(
    "base.system", "base.system2", "base.shell", "processx.run", "processx.process", "callr.r", "callr.rscript",
    "callr.r_bg", "base.rscript", "callr.r_safe", "base.execp", "sys.exec_wait", "sys.exec_internal", "base.exec_wait",
)(_child)  # fmt: skip


_NO_EFFECT: Final = (
    "library require loadNamespace attachNamespace print cat message warning writeLines flush flush.console "
    "set.seed options Sys.sleep gc rm suppressPackageStartupMessages Sys.setenv Sys.unsetenv Sys.setlocale setwd "
    "dir.create dir_create file.remove unlink file.copy file.rename saveRDS write.csv write.table write_csv "
    "write_rds write_parquet write_feather fwrite save save.image sink dput dump warnings traceback inform warn "
    "cli_alert cli_alert_success cli_alert_info cli_alert_warning cli_alert_danger cli_inform cli_warn cli_h1 cli_h2 "
    "cli_text cli_progress_bar cli_progress_update cli_progress_done cli_bullets cli_li cli_ul "
    "log_info log_debug log_warn log_error log_trace log_success log_fatal log_threshold log_appender log_layout "
    "flog.info flog.warn flog.error flog.debug flog.threshold flog.appender str "
    "dbDisconnect dbWriteTable dbExecute use_python use_virtualenv use_condaenv py_install plan registerDoParallel "
    "lockBinding unlockBinding registerS3method setTimeLimit setHook rlang_warn"
)


def _nothing(machine: Machine, args: Args) -> Value:
    return NONE


for _name in _NO_EFFECT.split():
    library(f"base.{_name}")(_nothing)


def the_first(machine: Machine, args: Args) -> Value:
    """What gives its first argument, having done something to the outside at most."""
    return args.positional[0] if args.positional else next((arg.value for arg in args.items), NONE)


_SAME: Final = (
    "print invisible identity force suppressWarnings suppressMessages isolate I suppressPackageStartupMessages "
    "zap_labels"
)
for _name in _SAME.split():
    library(f"base.{_name}")(the_first)


@library("base.system.time", "base.capture.output", "base.microbenchmark", "base.withVisible")
def result_lost(machine: Machine, args: Args) -> Value:
    return computed(args)


@library("base.requireNamespace", "base.is_installed")
def require_namespace(machine: Machine, args: Args) -> Value:
    return some("logical", whole=True)


library("base.require", "base.file.exists", "base.dir.exists", "base.file_exists", "base.dir_exists")(
    lambda machine, args: some("logical", single=False)
)


@library("reticulate.import", "base.import")
def import_python(machine: Machine, args: Args) -> Value:
    """A Python module, whose names are Python's."""
    match take(args, "module", "as", "convert", "delay_load").get("module"):
        case Known(value=str() as name) if all(part.isidentifier() for part in name.split(".")):
            return Symbol(name)
    return computed(args, "a Python module gives it")


@library("config.get", "rio.import")
def read_elsewhere(machine: Machine, args: Args) -> Value:
    return computed(args, "it is read from data")


# --- Expressions run elsewhere --------------------------------------------------------------------------------------


def _local(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """Runs its code in variables of its own."""
    return _inside(machine, node.arguments[0].value, frame) if node.arguments else NONE


def _inside(machine: Machine, body: ir.Node, frame: Frame) -> Value:
    inner = machine.frame(frame, frame.scope, "function")
    exits = machine.region(lambda: machine.eval(body, inner), "return")
    if inner.at_exit:
        return finish(machine, exits, lambda: [machine.eval(node, inner) for node in inner.at_exit])
    return machine.meet(exits)


SPECIAL["base.local"] = _local


def _last_runs(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """The `with_…(new, code)` of withr: the code runs, and gives the value."""
    value: Value = NONE
    for argument in node.arguments:
        value = machine.eval(argument.value, frame)
    return value


_AROUND: Final = (
    "with_dir with_envvar with_options with_seed with_locale with_timezone with_output_sink with_progress "
    "with_preserve_seed with_collate with_language with_path with_libpaths with_package with_namespace"
)
for _name in _AROUND.split():
    SPECIAL[f"base.{_name}"] = _last_runs


def _masked(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    """`with(data, expr)`: the expression runs, but its names may be the data's."""
    for argument in node.arguments:
        machine.eval(argument.value, frame)
    return Unknown("its names may be columns of the data", node.span, foreign=True)


SPECIAL["base.with"] = SPECIAL["base.within"] = _masked


# --- Variables and environments -------------------------------------------------------------------------------------


@library("base.new.env", "base.env", "base.new_environment", "base.list2env", "base.as.environment", "base.emptyenv")
def new_env(machine: Machine, args: Args) -> Value:
    """An environment changes in place, as a Python object does."""
    given = args.positional[0] if args.positional else None
    content = machine.content(given) if given is not None else NONE
    if isinstance(given, Reference):
        return given
    if isinstance(content, Mapping):
        return machine.allocate(Mapping(dict(content.slots), content.stop, "list"))
    return machine.allocate(Mapping({}, None, "list"))


@library("base.environment", "base.current_env")
def environment(machine: Machine, args: Args) -> Value:
    if args.items:
        return computed(args, "an environment")
    return Instance("r:environment", {"frame": Known(args.frame.ident)}, span=args.span)


@library("base.globalenv", "base.global_env")
def globalenv(machine: Machine, args: Args) -> Value:
    return Instance("r:environment", {"frame": Known(args.frame.module.ident)}, span=args.span)


library(
    "base.parent.frame", "base.sys.function", "base.parent.env", "base.sys.frame", "base.caller_env", "base.topenv"
)(lambda machine, args: computed(args, "an environment"))


def _frame_of(machine: Machine, where: Value | None, frame: Frame) -> Frame | None:
    """The frame that an environment stands for; None if it is none that is known."""
    if where is None:
        return frame
    match where:
        case Instance(type="r:environment", fields={"frame": Known(value=int() as ident)}):
            return machine.frames.get(ident)
        case Symbol(name="base..GlobalEnv"):
            return frame.module
    return None


@library("base.assign")
def assign_by_name(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "value", "pos", "envir", "inherits", "immediate")
    name, value = taken.known("x"), taken.get("value") or NONE
    where = taken.get("envir") or taken.get("pos")
    if isinstance(where, Reference):
        content = machine.content(where)
        if isinstance(content, Mapping) and isinstance(name, str):
            slots = {**content.slots, name: Slot(value, True, args.span)}
            machine.store.write(where.ident, Mapping(slots, content.stop, "list"))
        elif isinstance(content, Mapping):
            stop = content.stop or Unknown("a name that is not known is set here", args.span)
            machine.store.write(where.ident, Mapping(content.slots, stop, "list"))
        return value
    frame = _frame_of(machine, where, args.frame)
    if frame is None or not isinstance(name, str):
        machine.gap("which variable `assign()` sets is not known", args.span)
    else:
        machine.bind(name, value, frame)
    return value


@library("base.get", "base.get0", "base.dynGet")
def get(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "envir", "mode", "inherits", "ifnotfound")
    found = _variable(machine, args, taken.known("x"), taken.get("envir"))
    if found is not None:
        return found
    if (default := taken.get("ifnotfound")) is not None and taken.get("envir") is None:
        return join([default, computed(args)])
    name = taken.known("x")
    if taken.get("envir") is None and isinstance(name, str) and taken.known("mode") == "function":
        return r_symbol(f"base.{name}")
    return computed(args, "it is a variable got by name")


def _variable(machine: Machine, args: Args, name: object, where: Value | None) -> Value | None:
    if not isinstance(name, str):
        return None
    content = machine.content(where) if where is not None else None
    if isinstance(content, Mapping):
        slot = content.slots.get(name)
        return slot.value if slot and slot.always else None
    frame = _frame_of(machine, where, args.frame)
    return machine.find(name, frame) if frame else None


@library("base.mget")
def mget(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "envir")
    wanted = plain_texts(machine, taken.get("x") or NONE, args.span)
    found = [(name, _variable(machine, args, name, taken.get("envir"))) for name in wanted or ()]
    if wanted is None or any(value is None for _, value in found):
        return computed(args)
    return named([(name, value) for name, value in found if value is not None], "list", args.span)


@library("base.exists", "base.env_has")
def exists(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "where", "envir", "frame", "mode", "inherits")
    where = taken.get("envir") or taken.get("where")
    name = taken.known("x")
    found = _variable(machine, args, name, where)
    machine.excuse(found or NONE)
    if found is not None and taken.get("mode") is None:
        return Known(True, args.span)
    content = machine.content(where) if where is not None else None
    if isinstance(content, Mapping) and content.complete and isinstance(name, str) and name not in content.slots:
        return Known(False, args.span) if taken.known("inherits", True) is False else some("logical", whole=True)
    return some("logical", whole=True)


@library("base.commandArgs")
def command_args(machine: Machine, args: Args) -> Value:
    """What the launch passes behind the script's name."""
    passed = machine.roles.get("argv")
    if take(args, "trailingOnly").known("trailingOnly", False) is not True or passed is None:
        return Sequence((), "vector", complete=False, span=args.span)
    return texts(passed, args.span)


@library("base.interactive", "base.is_interactive")
def interactive(machine: Machine, args: Args) -> Value:
    return Known(False, args.span) if machine.roles.get("session") else some("logical", whole=True)


@library("base.Sys.getenv")
def getenv(machine: Machine, args: Args) -> Value:
    taken = take(args, "x", "unset", "names")
    unset = taken.get("unset")
    if unset is not None and not (isinstance(unset, Known) and isinstance(unset.value, str)):
        return computed(args, "it is a variable of the environment")
    name = taken.get("x")
    single = isinstance(name, Known) and isinstance(name.value, str)
    return some("character", whole=single, single=single)


@library("base.structure")
def structure(machine: Machine, args: Args) -> Value:
    """The object with attributes, of which only its names and its class matter here."""
    taken = take(args, ".Data", "...")
    value = taken.get(".Data") or NONE
    for arg in taken.rest:
        match arg.name:
            case "names":
                value = set_names(
                    machine, Args((Arg(value, args.span), Arg(arg.value, args.span)), args.span, args.span, args.frame)
                )
            case "class" | "dim" | "levels" | "tzone" | "units" | None:
                if not is_list(machine.content(value)) and not isinstance(value, Reference):
                    return computed(args)
    return value
