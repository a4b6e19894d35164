"""What R's functions do to the run of a program: ending it, reading other files, variables and environments by name."""

from __future__ import annotations

from typing import Final

from ... import ir
from ...values import Instance, Known, Mapping, Reference, Sequence, Symbol, Unknown, Value, join, options
from ..cleanup import finish
from ..machine import NONE, SPECIAL, Args, Frame, Machine, Promised, library
from ..truth import assume, truth
from .files import frame_of, put_into
from .values import computed, parts, plain_texts, some, take

# --- Ending ---------------------------------------------------------------------------------------------------------


@library("base.stop", "base.abort", "base.cli_abort")
def stop(machine: Machine, args: Args) -> Value:
    return machine.leave("raise", NONE, failing=True)


@library("base.quit", "base.q")
def quit_(machine: Machine, args: Args) -> Value:
    """The program ends where it stands: R runs neither `finally` nor `on.exit()` then, and closes no session."""
    taken = take(args, "save", "status", "runLast")
    status = taken.known("status", 0)
    failing = isinstance(status, int | float) and status != 0
    return machine.leave("exit", taken.get("status") or Known(0), failing=failing, at_once=True)


def _stop_if_not(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    excused = set(machine.excused)
    return machine.insisting(excused, lambda: _all_hold(machine, node, frame))


def _all_hold(machine: Machine, node: ir.Call, frame: Frame) -> Value:
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
    known = _is_missing(machine, node.arguments[0].value.name, function)
    return some("logical", whole=True) if known is None else Known(known, node.span)


def _is_missing(machine: Machine, name: str, function: Frame) -> bool | None:
    """Whether a parameter is not passed, or is one that is handed on and was not passed itself."""
    value = machine.store.read((function.ident, name))
    given = name in function.given
    if isinstance(value, Unknown) and (given or "may pass" in value.reason):
        return None
    passed = machine.promises.get(value.ident) if given and isinstance(value, Instance) else None
    match passed:
        case Promised(node=ir.Name(name=outer), frame=frame) if frame.closure is not None and frame is not function:
            without = [each.name for each in frame.closure.code.parameters if each.default is None]
            return _is_missing(machine, outer, frame) if outer in without else False
    return not given


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


_NO_EFFECT: Final = (
    "library require loadNamespace attachNamespace print cat message warning writeLines flush flush.console "
    "set.seed options Sys.sleep gc rm suppressPackageStartupMessages Sys.setenv Sys.unsetenv Sys.setlocale "
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
    "print invisible identity force suppressWarnings suppressMessages isolate suppressPackageStartupMessages zap_labels"
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
    """Runs its code in variables of its own, or in those of an environment."""
    code = next((each.value for each in node.arguments if each.name in (None, "expr")), None)
    where = next((each.value for each in node.arguments[1:] if each.name in (None, "envir")), None)
    if code is None:
        return NONE
    holder = machine.eval(where, frame) if where is not None else None
    if not isinstance(holder, Reference):
        return _inside(machine, code, frame)
    inner = frame_of(machine, holder, frame)
    value = machine.eval(code, inner)
    put_into(machine, holder, inner)
    return value


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
