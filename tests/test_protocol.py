"""What `protocol` says is what the installed dagster_pipes, dagster, CPython and R say."""

from __future__ import annotations

import datetime
import decimal
import importlib
import inspect
import json
import random
import re
import shutil
import subprocess
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, get_args

import dagster
import dagster_pipes
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipes_lint import ir
from pipes_lint.contract import Called, Dialect, Passed, RawArgument, When
from pipes_lint.protocol import (
    CLIENTS,
    FUNCTIONS,
    INFER,
    LOG_LEVELS,
    MADE,
    METADATA_TYPES,
    SEVERITIES,
    STREAMS,
    Parameter,
    Signature,
    bind,
    bind_arguments,
    caught,
    class_name,
    encodings,
    fits,
    json_problem,
    members,
)
from pipes_lint.protocol.transports import PACKAGES, TAKES
from pipes_lint.source import Span
from pipes_lint.values import Instance, Known, Mapping, OneOf, Sequence, Slot, Template, Unknown, Value

# --- Names ----------------------------------------------------------------------------------------------------------


def test_metadata_types() -> None:
    from dagster._core.definitions.metadata.external_metadata import EXTERNAL_METADATA_TYPES

    assert set(METADATA_TYPES) == set(get_args(dagster_pipes.PipesMetadataType)) == EXTERNAL_METADATA_TYPES
    assert INFER == dagster_pipes.PIPES_METADATA_TYPE_INFER


def test_severities() -> None:
    assert set(SEVERITIES) == set(get_args(dagster_pipes.PipesAssetCheckSeverity))
    assert set(SEVERITIES) == {severity.value for severity in dagster.AssetCheckSeverity}


def test_log_levels() -> None:
    from dagster._core.utils import coerce_valid_log_level

    for level in LOG_LEVELS["python"]:
        assert isinstance(coerce_valid_log_level(level), int)
    with pytest.raises(dagster._check.CheckError) as told:
        coerce_valid_log_level("Level 25")
    assert set(re.findall(r"'([A-Z]+)'", str(told.value))) == set(LOG_LEVELS["python"])


def test_log_numbers_and_methods() -> None:
    import logging

    from dagster_pipes import _PipesLogger

    from pipes_lint.protocol import LOG_METHODS, LOG_NUMBERS

    assert {number: logging.getLevelName(number) for number in LOG_NUMBERS} == LOG_NUMBERS
    assert set(LOG_NUMBERS.values()) <= set(LOG_LEVELS["python"])
    there = {name for name in dir(_PipesLogger(None)) if not name.startswith("_")}  # type: ignore[arg-type]
    assert there - {"getChildren"} <= LOG_METHODS


def test_log_calls() -> None:
    import inspect
    import logging

    from pipes_lint.protocol import LOG_LEVEL_OF, LOG_OPTIONS, OTHER_LEVELS

    taken = list(inspect.signature(logging.Logger._log).parameters)
    assert taken == ["self", "level", "msg", "args", *LOG_OPTIONS]
    seen: list[int] = []
    logger = logging.Logger("x")
    logger.handle = lambda record: seen.append(record.levelno)  # type: ignore[method-assign]
    for method in LOG_LEVEL_OF:
        getattr(logger, method)("x")
    assert seen == list(LOG_LEVEL_OF.values())
    assert set(OTHER_LEVELS.values()) <= set(LOG_LEVELS["python"]) & set(LOG_LEVELS["r"])


def test_exports() -> None:
    import dagster_pipes.version

    from pipes_lint.protocol import EXPORTS

    assert {name for name in dir(dagster_pipes) if not name.startswith("_")} <= EXPORTS
    assert all(hasattr(dagster_pipes, name) for name in EXPORTS)
    assert not hasattr(dagster_pipes, "PipesSubprocessClient")


def test_streams() -> None:
    from dagster._core.pipes.context import PipesMessageHandler

    source = inspect.getsource(PipesMessageHandler)
    assert set(re.findall(r'stream == "(\w+)"', source)) == set(STREAMS)


def test_transports() -> None:
    for name, package in PACKAGES.items():
        if package in ("dagster", "dagster_pipes"):
            assert isinstance(getattr(importlib.import_module(package), name), type)
    for name, keys in TAKES.items():
        if name != "R" and not name.startswith("PipesDbfs"):
            source = inspect.getsource(getattr(dagster_pipes, name))
            assert all(f'"{key}"' in source for key in keys)


# --- Signatures -----------------------------------------------------------------------------------------------------


def test_members() -> None:
    public = {name for name in dir(dagster_pipes.PipesContext) if not name.startswith("_")}
    assert public == set(members("python"))
    for name, member in members("python").items():
        attribute = inspect.getattr_static(dagster_pipes.PipesContext, name)
        assert (member.kind == "property") is isinstance(attribute, property), name


@pytest.mark.parametrize("name", [name for name, member in members("python").items() if member.signature])
def test_signature_of_method(name: str) -> None:
    signature = members("python")[name].signature
    assert signature is not None
    method: Callable[..., object] = getattr(dagster_pipes.PipesContext, name)
    real = list(inspect.signature(method).parameters.values())
    assert method.__qualname__ == signature.name
    _same(signature, real if inspect.ismethod(method) else real[1:])


@pytest.mark.parametrize(
    ("symbol", "function"),
    [
        ("dagster_pipes.open_dagster_pipes", dagster_pipes.open_dagster_pipes),
        ("dagster.open_pipes_session", dagster.open_pipes_session),
    ],
)
def test_signature_of_function(symbol: str, function: Callable[..., object]) -> None:
    _same(FUNCTIONS[symbol], list(inspect.signature(function).parameters.values()))


def _class_of(name: str) -> Any:
    client = CLIENTS[name]
    if importlib.util.find_spec(client.package) is None:
        pytest.skip(f"{client.package} is not installed")
    return getattr(importlib.import_module(client.source), name)


@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_client(name: str) -> None:
    client, real = CLIENTS[name], _class_of(name)
    assert real.run.__qualname__ == client.run.name
    parameters = list(inspect.signature(real.run).parameters.values())[1:]
    if client.strict:
        _same(client.run, parameters)
    else:
        open_ended = any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters)
        assert open_ended or {each.name for each in client.run.parameters} <= {each.name for each in parameters}


@pytest.mark.parametrize("name", sorted(MADE))
def test_making(name: str) -> None:
    _same(MADE[name], list(inspect.signature(_class_of(name).__init__).parameters.values())[1:])


@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_transport(name: str) -> None:
    """The client's own code names its injector and reader; one that it cannot do without must be given."""
    transport, real = CLIENTS[name].transport, _class_of(name)
    source = "".join(inspect.getsource(each) for each in real.__mro__ if each is not object)
    made = list(inspect.signature(real.__init__).parameters.values())
    for default, argument in zip(transport, ("context_injector", "message_reader"), strict=True):
        if default is None:
            assert [each.default for each in made if each.name == argument] == [inspect.Parameter.empty]
        elif name != "ComputeResource":  # it hands all to one of the two other clients
            assert f"{default}(" in source


@pytest.mark.parametrize("name", sorted(CLIENTS))
def test_places(name: str) -> None:
    client = CLIENTS[name]
    parameters = {each.name for each in client.run.parameters}
    for place in (*((each.argument, *each.within) for each in client.places), client.before, client.folder):
        assert not place or place[0] in parameters
    named = re.findall(r"\{(\w+)", client.unnamed)
    assert set(named) <= parameters


@pytest.mark.parametrize("package", sorted({client.package for client in CLIENTS.values()}))
def test_no_client_is_left_out(package: str) -> None:
    import pkgutil

    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    found = set()
    root = importlib.import_module(package)
    for each in pkgutil.walk_packages(root.__path__, f"{package}."):
        if "pipes" in each.name and not (package == "dagster" and "_core.pipes" not in each.name):
            for name, value in vars(importlib.import_module(each.name)).items():
                is_client = isinstance(value, type) and issubclass(value, dagster.PipesClient)
                if is_client and value.__module__ == each.name and not name.startswith(("Base", "_")):
                    found.add(name)
    assert found - {"PipesClient"} <= {client.name for client in CLIENTS.values() if client.package == package}


def test_clients_of_dagster_are_known() -> None:
    """No other client in `dagster` itself has a `run()` of its own."""
    public = {
        name
        for name, each in vars(dagster).items()
        if isinstance(each, type) and issubclass(each, dagster.PipesClient) and not inspect.isabstract(each)
    }
    assert public == {name for name, client in CLIENTS.items() if client.package == "dagster"}


def _same(signature: Signature, real: list[inspect.Parameter]) -> None:
    assert [parameter.name for parameter in signature.parameters] == [parameter.name for parameter in real]
    for parameter, theirs in zip(signature.parameters, real, strict=True):
        assert parameter.required is (theirs.default is inspect.Parameter.empty), parameter.name
        assert parameter.keyword_only is (theirs.kind is inspect.Parameter.KEYWORD_ONLY), parameter.name
        if parameter.default is not None and parameter.default != Known(None):
            assert parameter.default == Known(theirs.default), parameter.name


# --- Binding --------------------------------------------------------------------------------------------------------

_NAMES = ["key", "keys", "name", "passed", "check_name"]
_parameters = st.lists(
    st.tuples(st.sampled_from(_NAMES), st.booleans(), st.booleans()), max_size=4, unique_by=lambda each: each[0]
)
_calls = st.tuples(st.integers(0, 5), st.lists(st.sampled_from([*_NAMES, "k", "pass", "che"]), max_size=3, unique=True))


def _signature(name: str, drawn: list[tuple[str, bool, bool]], keyword_only: bool = True) -> Signature:
    plain = sorted((each for each in drawn if not (each[2] and keyword_only)), key=lambda each: each[1])
    named = [each for each in drawn if each[2] and keyword_only]
    return Signature(
        name,
        (
            *(Parameter(name, Known(None) if default else None) for name, default, _ in plain),
            *(Parameter(name, Known(None) if default else None, True) for name, default, _ in named),
        ),
        receiver=keyword_only,
    )


def _arguments(call: tuple[int, list[str]]) -> list[RawArgument]:
    names = [*[None] * call[0], *call[1]]
    return [
        RawArgument(name, Passed(Known(index), Span("a", index, index)), Span("a", index, index))
        for index, name in enumerate(names)
    ]


@given(_parameters, _calls)
def test_python_binds_alike(drawn: list[tuple[str, bool, bool]], call: tuple[int, list[str]]) -> None:
    signature = _signature("f", drawn)
    plain = [_written(each) for each in signature.parameters if not each.keyword_only]
    named = [_written(each) for each in signature.parameters if each.keyword_only]
    code = f"def f({', '.join(['self', *plain, *(['*'] if named else []), *named])}): return locals()"
    space: dict[str, Any] = {}
    exec(code, space)
    arguments = _arguments(call)
    bound = bind_arguments(signature, arguments, "python")
    assert not bound.uncertain
    try:
        real = space["f"](
            None,
            *(index for index, each in enumerate(arguments) if each.name is None),
            **{each.name: index for index, each in enumerate(arguments) if each.name is not None},
        )
    except TypeError as error:
        told = str(error)
        assert bound.problem == told
    else:
        assert bound.problem is None
        mine = {name: passed.value for name, passed in bound.arguments.items()}
        assert mine == {name: Known(value) for name, value in real.items() if value is not None and name != "self"}


def _written(parameter: Parameter) -> str:
    return parameter.name if parameter.required else f"{parameter.name}=None"


def test_r_binds_alike() -> None:
    """300 signatures and calls, drawn at random, in one R."""
    draw = random.Random(1)
    cases = []
    for _ in range(300):
        drawn = [(name, draw.random() < 0.5, False) for name in draw.sample(_NAMES, draw.randint(0, 4))]
        names = draw.sample([*_NAMES, "k", "pass", "che", "na"], draw.randint(0, 3))
        cases.append((drawn, (draw.randint(0, 3), names)))
    lines, told = [], []
    for drawn, call in cases:
        signature = _signature("f", drawn, keyword_only=False)
        names = [parameter.name for parameter in signature.parameters]
        formals = ", ".join(name if signature.parameter(name).required else f"{name} = NULL" for name in names)
        arguments = _arguments(call)
        actuals = [f"{each.name} = {index}L" if each.name else f"{index}L" for index, each in enumerate(arguments)]
        values = ", ".join(f"{name} = {name}" for name in names)
        lines.append(
            f"cat(tryCatch({{ f <- function({formals}) show(list({values})); f({', '.join(actuals)}) }}, "
            "error = function(e) conditionMessage(e)), '\\n', sep = '')"
        )
        bound = bind_arguments(signature, arguments, "r")
        if bound.problem:
            told.append(bound.problem)
        else:
            found = {name: bound.arguments[name].value if name in bound.arguments else None for name in names}
            told.append("{" + ",".join(f'"{name}":{_as_json(value)}' for name, value in found.items()) + "}")
    real = _rscript(
        "show <- function(x) if (!length(x)) '{}' else paste0('{', paste0('\"', names(x), '\":', "
        "vapply(x, function(v) if (is.null(v)) 'null' else format(v), ''), collapse = ','), '}')\n" + "\n".join(lines)
    )
    assert real.splitlines() == told


def _as_json(value: Value | None) -> str:
    return str(value.value) if isinstance(value, Known) else "null"


def _argument(value: object, name: str | None = None, spread: bool = False) -> RawArgument:
    span = Span("a.py", 0, 1)
    return RawArgument(name, Passed(Unknown("spread") if spread else Known(value), span), span, spread)


def _called(dialect: Dialect, member: str, *arguments: RawArgument) -> Called:
    span = Span("a", 0, 9)
    return Called(span, When(), dialect, member, span, arguments)


def test_the_errors_that_were_seen() -> None:
    def problem(dialect: Dialect, member: str, *arguments: RawArgument) -> str | None:
        return bind(_called(dialect, member, *arguments)).problem

    assert problem("python", "get_extra", _argument("k"), _argument(1)) == (
        "PipesContext.get_extra() takes 2 positional arguments but 3 were given"
    )
    assert problem("python", "get_extra", _argument("k"), _argument(1, "default")) == (
        "PipesContext.get_extra() got an unexpected keyword argument 'default'"
    )
    assert problem("r", "get_extra", _argument("k"), _argument(100.0)) == "unused argument (100)"
    assert problem("r", "get_extra") == 'argument "key" is missing, with no default'
    assert problem("r", "report_asset_check", _argument("no_nulls", "name"), _argument(True)) == (
        'unused argument (name = "no_nulls")'
    )
    assert problem("r", "report_asset_check", _argument("c", "check"), _argument(True, "pass")) is None


def test_r_prefixes() -> None:
    bound = bind(
        _called("r", "report_asset_check", _argument("WARN", "sev"), _argument("c"), _argument(True), _argument("a"))
    )
    assert {name: passed.value for name, passed in bound.arguments.items()} == {
        "check_name": Known("c"),
        "passed": Known(True),
        "asset_key": Known("a"),
        "severity": Known("WARN"),
    }


def test_what_is_spread_in_is_uncertain() -> None:
    spread = _argument(None, spread=True)
    python = bind(
        _called("python", "report_asset_check", _argument("c"), spread, _argument("b"), _argument("W", "severity"))
    )
    assert python.uncertain
    assert python.problem is None
    assert set(python.arguments) == {"check_name", "severity"}
    r = bind(_called("r", "report_asset_check", _argument("c"), spread, _argument("W", "severity")))
    assert r.uncertain
    assert r.problem is None
    assert set(r.arguments) == {"severity"}
    assert bind(_called("python", "get_extra", spread, _argument(1, "default"))).problem
    assert bind(_called("python", "log.info", _argument("x"))).uncertain


# --- Values and types -----------------------------------------------------------------------------------------------

_leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.sampled_from(["a/b", "orders"])
)
_keys = st.sampled_from(["a", "name", "type", "columns", "records", "schema", "asset_key", "column_name"])
_raw = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_keys, inner, max_size=3) | st.tuples(inner),
    max_leaves=6,
)
_column = st.fixed_dictionaries({"name": st.just("a")}, optional={"type": st.just("int"), "more": st.just(1)})
_dep = st.fixed_dictionaries({"asset_key": st.just("a")}, optional={"column_name": st.just("b"), "more": st.just("c")})
_tables = st.one_of(
    st.fixed_dictionaries({"columns": st.lists(_column, max_size=2) | _column | _leaves}),
    st.fixed_dictionaries(
        {
            "records": st.lists(st.dictionaries(_keys, _leaves, max_size=2), max_size=2) | _leaves,
            "schema": st.lists(_column, max_size=2) | st.just({"columns": []}),
        }
    ),
    st.fixed_dictionaries({"deps_by_column": st.dictionaries(_keys, st.lists(_dep, max_size=2) | _leaves, max_size=2)}),
)


def _value(raw: object) -> Value:
    match raw:
        case dict():
            return Mapping({key: Slot(_value(item)) for key, item in raw.items()})
        case list() | tuple():
            return Sequence(tuple(map(_value, raw)), "list" if isinstance(raw, list) else "tuple")
        case _:
            return Known(raw)


@settings(max_examples=600)
@given(st.sampled_from(METADATA_TYPES), _raw | _tables)
def test_fits_as_dagster_says(type_name: str, raw: object) -> None:
    from dagster._core.definitions.metadata.external_metadata import metadata_value_from_external

    said = fits(type_name, _value(raw), "python")
    try:
        metadata_value_from_external(json.loads(json.dumps(raw)), type_name)  # type: ignore[arg-type]
        taken = True
    except Exception:
        taken = False
    assert said in (taken, None)
    if not type_name.startswith("table"):
        assert said is not None


def test_fits_says_no_only_when_sure() -> None:
    text, number = Known("5"), Known(5)
    assert fits("int", text, "python") is False
    assert fits("int", OneOf((text, number)), "python") is None
    assert fits("int", OneOf((text, Known(5.0))), "python") is False
    assert fits("int", Unknown("somewhere"), "python") is None
    assert fits("int", OneOf((text, Instance("pandas.DataFrame"))), "python") is None
    assert fits("int", Template(("n = ", Unknown("n"))), "python") is False
    assert fits("float", Instance("int"), "python") is False
    assert fits("float", Instance("numpy.float64"), "python") is True
    assert fits("integer", number, "python") is None
    assert fits("text", Instance("dict"), "python") is False
    assert fits("table", Mapping({}, Unknown("**rest")), "python") is None


def test_r_objects() -> None:
    single = {"length": Known(1), "missing": Known(False)}
    assert fits("float", Instance("r:numeric"), "r") is None
    assert fits("float", Instance("r:integer"), "r") is False
    assert fits("text", Instance("r:integer"), "r") is None
    assert fits("text", Instance("r:integer", dict(single)), "r") is False
    assert fits("int", Instance("r:integer", dict(single)), "r") is True
    assert fits("bool", Instance("r:numeric", dict(single)), "r") is False
    assert fits("table", Instance("r:data.frame"), "r") is False
    assert fits("json", Instance("r:data.frame"), "r") is True
    assert fits("timestamp", Instance("r:POSIXct"), "r") is False
    assert encodings(Instance("r:lm"), "r") is None


_R_VALUES: list[tuple[str, Value]] = [
    ("1L", Known(1)),
    ("1", Known(1.0)),
    ("1.5", Known(1.5)),
    ("2.0", Known(2.0)),
    ("-2", Known(-2.0)),
    ("1e5", Known(1e5)),
    ("999999999999999", Known(999999999999999.0)),
    ("1e15", Known(1e15)),
    ("-1e15", Known(-1e15)),
    ("1e20", Known(1e20)),
    ("1e-9", Known(1e-9)),
    ("2 + 2^-51", Known(2 + 2**-51)),
    ("0.1 + 0.2", Known(0.1 + 0.2)),
    ("'x'", Known("x")),
    ("TRUE", Known(True)),
    ("NULL", Known(None)),
    ("NA", Known(ir.Missing("logical"))),
    ("NA_integer_", Known(ir.Missing("integer"))),
    ("NA_real_", Known(ir.Missing("real"))),
    ("NA_character_", Known(ir.Missing("character"))),
    ("NaN", Known(float("nan"))),
    ("-Inf", Known(float("-inf"))),
    ("c(1, 2)", Sequence((Known(1.0), Known(2.0)), "vector")),
    ("character(0)", Sequence((), "vector")),
    ("c(a = 1, b = 2)", Mapping({"a": Slot(Known(1.0)), "b": Slot(Known(2.0))}, kind="vector")),
    ("c(a = 1)", Mapping({"a": Slot(Known(1.0))}, kind="vector")),
    ("list()", Sequence((), "list")),
    ("list(1, 'a')", Sequence((Known(1.0), Known("a")), "list")),
    ("list(1)", Sequence((Known(1.0),), "list")),
    ("list(a = 1)", Mapping({"a": Slot(Known(1.0))}, kind="list")),
    ("data.frame(a = 1:2)", Instance("r:data.frame")),
    ("data.frame()", Instance("r:data.frame")),
    ("factor('x')", Instance("r:factor", {"length": Known(1), "missing": Known(False)})),
    ("factor(c('x', NA))", Instance("r:factor")),
    ("as.Date('2024-01-01')", Instance("r:Date", {"length": Known(1), "missing": Known(False)})),
    ("Sys.time()", Instance("r:POSIXct", {"length": Known(1), "missing": Known(False)})),
    ("as.Date(NA)", Instance("r:Date")),
    ("as.POSIXct(NA)", Instance("r:POSIXct")),
    ("nrow(mtcars)", Instance("r:integer", {"length": Known(1), "missing": Known(False)})),
    ("1:3", Instance("r:integer")),
    ("mean(c(1, 2))", Instance("r:numeric", {"length": Known(1)})),
    ("mean(numeric(0))", Instance("r:numeric", {"length": Known(1)})),
    ("is.na(1)", Instance("r:logical", {"length": Known(1), "missing": Known(False)})),
    ("c(TRUE, NA)", Instance("r:logical")),
]


@cache
def _rscript(program: str) -> str:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed")
    done = subprocess.run([rscript, "-"], input=program, capture_output=True, text=True)
    if "there is no package" in done.stderr:
        pytest.skip("an R package is not installed")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_r_writes_alike() -> None:
    """R writes each value in one of the ways that `encodings` gives, and the only one where it gives one."""
    asked = "\n".join(
        f"cat(jsonlite::toJSON(list(v = {code}), auto_unbox = TRUE, null = 'null', digits = NA), '\\n', sep = '')"
        for code, _ in _R_VALUES
    )
    written = [json.loads(line)["v"] for line in _rscript(asked).splitlines()]
    names = {"NoneType": "null", "dict": "object"}
    for (code, value), raw in zip(_R_VALUES, written, strict=True):
        found = encodings(value, "r")
        assert found is not None, code
        kind = names.get(type(raw).__name__, type(raw).__name__)
        assert kind in found, code
        if isinstance(value, Known | Sequence | Mapping):
            assert len(found) == 1, code


def test_r_members() -> None:
    asked = """
    for (name in names(dagsterpipes::PipesContext$public_methods)) {
      formal <- formals(dagsterpipes::PipesContext$public_methods[[name]])
      cat(name, paste0(names(formal), ifelse(vapply(formal, function(d) identical(d, quote(expr =)), TRUE), "",
        paste0("=", vapply(formal, function(d) paste(deparse(d), collapse = ""), "")))), "\\n")
    }
    cat("fields", names(dagsterpipes::PipesContext$active), "\\n")
    for (name in c("open_dagster_pipes", "with_dagster_pipes", "pipes_metadata_value")) {
      formal <- formals(getExportedValue("dagsterpipes", name))
      cat(name, paste0(names(formal), ifelse(vapply(formal, function(d) identical(d, quote(expr =)), TRUE), "",
        paste0("=", vapply(formal, function(d) paste(deparse(d), collapse = ""), "")))), "\\n")
    }
    """
    real = {line.split()[0]: line.split()[1:] for line in _rscript(asked).splitlines()}
    assert real.pop("fields").sort() == [name for name, member in members("r").items() if not member.signature].sort()
    assert {"initialize", "clone"} <= set(real)
    mine = {name: member.signature for name, member in members("r").items() if member.signature}
    mine |= {name.removeprefix("dagsterpipes."): each for name, each in FUNCTIONS.items() if "dagsterpipes." in name}
    assert set(mine) == set(real) - {"initialize", "clone"}
    for name, signature in mine.items():
        written = [
            each.name if each.default is None else f"{each.name}={_in_r(each.default.value)}"
            for each in signature.parameters
        ]
        assert written == [word for word in real[name] if word], name


def _in_r(value: object) -> str:
    return "NULL" if value is None else f'"{value}"'


# --- What a handler catches -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyError, TypeError, AttributeError, dagster_pipes.DagsterPipesError])
@pytest.mark.parametrize(
    "handler",
    [KeyError, LookupError, TypeError, ValueError, Exception, BaseException, dagster_pipes.DagsterPipesError],
)
def test_caught(error: type[Exception], handler: type[BaseException]) -> None:
    assert caught({handler.__name__}, error.__name__) is issubclass(error, handler)
    assert caught({"OSError", f"{handler.__module__}.{handler.__name__}"}, error.__name__) is issubclass(error, handler)


def test_caught_in_r() -> None:
    assert caught({"error"}, "error")
    assert caught({"*"}, "KeyError")
    assert not caught({"warning"}, "error")
    assert not caught(set(), "error")


# --- What JSON cannot hold ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "real"),
    [
        (Known(PurePosixPath("a")), Path("a")),
        (Known(b"a"), b"a"),
        (Sequence((Known(1),), "set"), {1}),
        (Instance("datetime.datetime"), datetime.datetime(2024, 1, 1)),
        (Instance("datetime.date"), datetime.date(2024, 1, 1)),
        (Instance("decimal.Decimal"), decimal.Decimal(1)),
        (Instance("uuid.UUID"), uuid.UUID(int=1)),
        (Sequence((Known(1), Sequence((Instance("bytes"),), "tuple"))), [1, (b"",)]),
        (Mapping({"a": Slot(Sequence((), "set"))}), {"a": set()}),
        (Mapping({(1, 2): Slot(Known(1))}), {(1, 2): 1}),
        (Instance("dagster.IntMetadataValue"), dagster.MetadataValue.int(5)),
        (Sequence((Known(1), Known("a"), Known(None)), "tuple"), (1, "a", None)),
        (Mapping({1: Slot(Known(1.5))}), {1: 1.5}),
    ],
    ids=repr,
)
def test_json_problem(value: Value, real: object) -> None:
    assert json_problem(value) == _real_problem(real)


@pytest.mark.parametrize(
    "name", ["int8", "int64", "uint16", "float16", "float32", "float64", "bool", "complex128", "longdouble"]
)
def test_json_problem_of_numpy(name: str) -> None:
    numpy = pytest.importorskip("numpy")
    made = getattr(numpy, name)(0)
    assert json_problem(Instance(f"numpy.{name}")) == _real_problem(made)
    assert f"<class '{class_name(Instance(f'numpy.{name}'))}'>" == str(type(made))


def test_json_problem_only_when_sure() -> None:
    assert json_problem(OneOf((Known(1), Instance("numpy.int64")))) is None
    assert json_problem(OneOf((Instance("datetime.date"), Instance("numpy.int64")))) is not None
    assert json_problem(Unknown("somewhere")) is None


def _real_problem(value: object) -> str | None:
    try:
        json.dumps(value)
    except Exception as error:
        return f"{type(error).__name__}: {error}".replace("CheckError", "Exception")
    return None
