"""R's functions about types and numbers: tests and conversions, counts and sums, dates and tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from .. import ir
from ..values import (
    Closure,
    Instance,
    Known,
    Mapping,
    OneOf,
    Partial,
    Reference,
    Sequence,
    Symbol,
    Template,
    Unknown,
    Value,
    options,
)
from .calls import arguments
from .machine import CONSTANTS, MAPPINGS, NONE, SPECIAL, Args, Frame, Machine, library
from .r_values import (
    Part,
    computed,
    convert,
    elementwise,
    is_function,
    is_list,
    listed,
    parts,
    rank,
    scalars,
    some,
    take,
    texts,
    vector,
)
from .text import product
from .truth import is_none, truth

_ANY: Final = Unknown("it is not passed", foreign=True)


def _first(args: Args) -> Value:
    return args.positional[0] if args.positional else next((arg.value for arg in args.items), _ANY)


def _answer(known: bool | None, args: Args) -> Value:
    return some("logical", whole=True) if known is None else Known(known, args.span)


# --- What something is ----------------------------------------------------------------------------------------------


def kind_of(machine: Machine, value: Value) -> str | None:
    """What R's `typeof` says, with `numeric` for `double`; None if that is not known."""
    content = machine.content(value)
    match content:
        case Known(value=None):
            return "NULL"
        case Known() | Template() | Instance(type="r:logical" | "r:integer" | "r:numeric" | "r:character"):
            found = rank(content)
            return None if found is None else ("logical", "integer", "numeric", "character")[found]
        case Sequence(kind="vector", items=(first, *_)) | Mapping(kind="vector") as whole:
            each = first if isinstance(whole, Sequence) else next((slot.value for slot in whole.slots.values()), _ANY)
            found = rank(each)
            return None if found is None else ("logical", "integer", "numeric", "character")[found]
        case Sequence(kind="vector"):
            return None
        case Reference():
            return "environment"
        case Closure() | Symbol() | Partial():
            return "function"
    if isinstance(value, Reference):
        return "environment"
    if is_list(content):
        return "list"
    return "function" if is_function(content) else None


def _is(names: str, test: Callable[[str], bool], asks: bool = True) -> None:
    """A test of a type. To ask is to have an eye on NULL."""

    def apply(machine: Machine, args: Args) -> Value:
        value = _first(args)
        if asks:
            machine.excuse(value)
        kinds = {kind_of(machine, option) for option in options(machine.content(value))}
        if isinstance(value, Reference):
            kinds = {"environment"}
        answers = {None if kind is None else test(kind) for kind in kinds}
        return _answer(answers.pop() if len(answers) == 1 else None, args)

    library(*(f"base.{name}" for name in names.split()))(apply)


_is("is.character is_character is_string is_scalar_character", lambda kind: kind == "character")
_is("is.numeric is_bare_numeric", lambda kind: kind in ("integer", "numeric"))
_is("is.double is_double", lambda kind: kind == "numeric")
_is("is.integer is_integer", lambda kind: kind == "integer")
_is("is.logical is_logical is_bool", lambda kind: kind == "logical")
_is("is.function is_function", lambda kind: kind == "function")
_is("is.list is_list is_bare_list", lambda kind: kind == "list")
_is("is.environment is_environment", lambda kind: kind == "environment")
_is("is.atomic is_atomic", lambda kind: kind in ("logical", "integer", "numeric", "character"))
for _unread in [
    "is.data.frame",
    "is.factor",
    "is.vector",
    "is.finite",
    "is.nan",
    "is.infinite",
    "is.symbol",
    "is.matrix",
    "is.array",
    "is.Date",
    "anyNA",
    "is.element",
    "setequal",
    "duplicated",
    "complete.cases",
    "is_scalar_integerish",
    "file.access",
    "is.environment_",
    "between",
    "is.call",
]:
    library(f"base.{_unread}")(lambda machine, args: _asked(machine, args))


def _asked(machine: Machine, args: Args) -> Value:
    for arg in args.items:
        machine.excuse(arg.value)
    return some("logical", single=False)


@library("base.is.null", "base.is_null")
def is_null(machine: Machine, args: Args) -> Value:
    value = _first(args)
    machine.excuse(value)
    return _answer(is_none(machine.content(value)), args)


@library("base.is.na")
def is_na(machine: Machine, args: Args) -> Value:
    value = _first(args)
    machine.excuse(value)
    found = parts(machine, value, args.span)
    if found is None:
        return some("logical", single=False)

    def change(each: Value) -> Value:
        if isinstance(each, Known):
            plain = each.value
            return Known(isinstance(plain, ir.Missing) or (isinstance(plain, float) and math.isnan(plain)), args.span)
        return some("logical", whole=True)

    return vector([(name, change(each)) for name, each in found], args.span)


def _is_true(wanted: bool) -> Callable[[Machine, Args], Value]:
    def apply(machine: Machine, args: Args) -> Value:
        value = _first(args)
        machine.excuse(value)
        answers = set()
        for option in options(machine.content(value)):
            match option:
                case Known(value=bool() as plain):
                    answers.add(plain is wanted)
                case Unknown() | Instance() | Mapping(kind="vector"):
                    answers.add(None)
                case _:
                    answers.add(False)
        return _answer(answers.pop() if len(answers) == 1 else None, args)

    return apply


library("base.isTRUE", "base.is_true")(_is_true(True))
library("base.isFALSE", "base.is_false")(_is_true(False))


@library("base.identical", "base.all.equal")
def identical(machine: Machine, args: Args) -> Value:
    if len(args.positional) < 2:
        return some("logical", whole=True)
    one, other = (machine.content(value) for value in args.positional[:2])
    for value in args.positional[:2]:
        if NONE in (one, other):
            machine.excuse(value)
    for left, right in ((one, other), (other, one)):
        if left == NONE:
            return _answer(is_none(right), args)
    match one, other:
        case Known(value=str() | bool() | int() | float()), Known(value=str() | bool() | int() | float()):
            return Known(one == other, args.span)
    return some("logical", whole=True)


@library("base.inherits", "base.is", "base.is_a")
def inherits(machine: Machine, args: Args) -> Value:
    value = _first(args)
    machine.excuse(value)
    if machine.content(value) == NONE:
        return Known(False, args.span)
    return some("logical", single=False)


@library("base.typeof", "base.mode", "base.storage.mode", "base.class")
def class_(machine: Machine, args: Args) -> Value:
    """The words differ from function to function, and so does what they say of the rest: `typeof`, `class`, `mode`."""
    value = _first(args)
    machine.excuse(value)
    return some("character", single=False)


@library("base.exists_")
def nothing(machine: Machine, args: Args) -> Value:
    return NONE


# --- Turned into another type ---------------------------------------------------------------------------------------


def _as(names: str, to: int) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        value = machine.content(_first(args))
        return product([value], lambda chosen: _converted(machine, args, chosen[0], to))

    library(*(f"base.{name}" for name in names.split()))(apply)


def _converted(machine: Machine, args: Args, value: Value, to: int) -> Value:
    kind = ("logical", "integer", "numeric", "character")[to]
    if value == NONE:
        return Sequence((), "vector", True, args.span)
    found = parts(machine, value, args.span)
    if found is None or is_list(value):
        return some(kind, single=False)
    made: list[Part] = []
    for _, each in found:
        if rank(each) is None and not isinstance(each, Unknown):
            return some(kind, single=False)
        made.append((None, some(kind) if isinstance(each, Unknown) else convert(each, to)))
    return vector(made, args.span)


_as("as.logical as_logical", 0)
_as("as.integer as_integer", 1)
_as("as.numeric as.double as_double parse_number", 2)
_as("as.character as_character", 3)


@library("base.as.list", "base.as_list", "base.as.vector")
def as_list(machine: Machine, args: Args) -> Value:
    value = machine.content(_first(args))
    found = parts(machine, value, args.span)
    if isinstance(value, Instance) and value.type in MAPPINGS:
        return MAPPINGS[value.type](machine, value, args.span)
    if isinstance(value, Mapping | Sequence) and is_list(value):
        return value
    return listed(found, args.span) if found is not None else computed(args, "a list made of something unknown")


library("base.as.vector")(lambda machine, args: computed(args))


# --- Numbers --------------------------------------------------------------------------------------------------------


@library("base.length", "base.lengths_", "base.NROW", "base.n_distinct_", "base.vec_size")
def length(machine: Machine, args: Args) -> Value:
    value = _first(args)
    machine.excuse(value)

    def make(chosen: list[Value]) -> Value:
        found = parts(machine, chosen[0], args.span)
        return some("integer", whole=True) if found is None else Known(len(found), args.span)

    return product([machine.content(value)], make)


def _typed(names: str, kind: str, single: bool = True, whole: bool = False) -> None:
    """Functions of which the type of the result is known, and no more."""
    for name in names.split():
        library(f"base.{name}")(lambda machine, args: some(kind, single=single, whole=whole))


_typed(
    "nrow ncol NCOL nlevels n_distinct uniqueN nargs Sys.getpid object.size_ as.integer_version", "integer", whole=True
)
_typed(
    "dim which which.max which.min order rank_ sample.int_ match findInterval tabulate rowsum_ nth_", "integer", False
)
_typed("sd var proc.time_ runif_1 cor_ file.size as.numeric_version_ rmse mae auc", "numeric")
_typed("quantile runif rnorm sqrt exp log log2 log10 log1p sin cos tan rexp rbinom_ rpois_ cor rowMeans colMeans "
       "predict_ scale_ cumprod_ file.info_ pnorm qnorm dnorm", "numeric", single=False)  # fmt: skip
_typed("date R.version.string_ Sys.info_ nodename_ conditionMessage geterrmessage UUIDgenerate digest toJSON "
       "as_json write_json_ Sys.timezone getRversion_ current_time_ md5sum sha256", "character")  # fmt: skip
_typed("weekdays months levels colnames rownames readLines readline deparse deparse1 class_names read_file "
       "Sys.getlocale letters_ dimnames_ row.names base64_enc base64encode", "character", single=False)  # fmt: skip
_typed("Sys.time now as.POSIXct ISOdatetime ISOdate as_datetime ymd_hms strptime_ as.POSIXlt_", "POSIXct", single=False)
_typed("Sys.Date today as.Date as_date ymd mdy dmy", "Date", single=False)
_typed("factor as.factor cut droplevels as_factor ordered relevel", "factor", single=False)
_typed(
    "data.frame read.csv read.csv2 read.table read.delim read_csv read_tsv read_delim read_excel read_parquet "
    "read_feather fread_ tibble tribble as.data.frame as_tibble data_frame dbGetQuery dbReadTable expand.grid "
    "bind_rows bind_cols read_sas read_dta read_sav aggregate st_read_ map_dfr_",
    "data.frame",
    single=False,
)


@library("base.Sys.time", "base.now")
def now(machine: Machine, args: Args) -> Value:
    return some("POSIXct", whole=True)


@library("base.Sys.Date", "base.today")
def today(machine: Machine, args: Args) -> Value:
    return some("Date", whole=True)


@library("base.difftime", "base.as.difftime")
def difference_of_times(machine: Machine, args: Args) -> Value:
    return computed(args, "a span of time")


def _numbers(machine: Machine, values: list[Value], args: Args) -> list[float | int | bool] | None:
    found: list[float | int | bool] = []
    for value in values:
        elements = scalars(machine, value, args.span)
        for each in [_ANY] if elements is None else elements:
            if not isinstance(each, Known) or not isinstance(each.value, bool | int | float):
                return None
            found.append(each.value)
    return found


_EXACT: Final = 2**53
_LARGEST: Final = 2**31 - 1
_SAYS_YES_OR_NO: Final = frozenset({"==", "!=", "<", "<=", ">", ">=", "not", "and", "or", "in", "not-in"})


def _summands(machine: Machine, node: ir.Call, frame: Frame) -> tuple[list[Value], Args]:
    """The values that are summed. A comparison is logical, whatever is compared."""
    args = arguments(machine, node, frame)
    nodes = {argument.value.span: argument.value for argument in node.arguments}
    values: list[Value] = []
    for arg in args.items:
        if arg.name == "na.rm":
            continue
        value = machine.content(arg.value)
        written = nodes.get(arg.where)
        if isinstance(value, Unknown) and isinstance(written, ir.Operation) and written.operator in _SAYS_YES_OR_NO:
            value = some("logical", single=False)
        values.append(value)
    return values, args


def _widest(values: list[Value]) -> int | None:
    ranks = [
        max((rank(each) or 0 for each in value.items), default=0)
        if isinstance(value, Sequence) and value.complete and all(rank(each) is not None for each in value.items)
        else rank(value)
        for value in values
    ]
    return None if None in ranks else max((each for each in ranks if each is not None), default=0)


def _sum(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    values, args = _summands(machine, node, frame)
    numbers = _numbers(machine, values, args)
    if numbers is not None and not args.loose:
        whole = all(not isinstance(each, float) or each.is_integer() for each in numbers)
        total = sum(int(each) for each in numbers) if whole else None
        if total is not None and abs(total) < _EXACT:
            if any(isinstance(each, float) for each in numbers):
                return Known(float(total), node.span)
            return Known(total, node.span) if abs(total) <= _LARGEST else some("integer")
        return some("numeric")
    widest = None if args.loose else _widest(values)
    if widest is None or widest == 3:
        return Unknown("it is a sum of something unknown", node.span, foreign=True)
    return some("integer" if widest < 2 else "numeric")


def _mean(machine: Machine, node: ir.Call, frame: Frame) -> Value:
    values, args = _summands(machine, node, frame)
    numbers = _numbers(machine, values[:1], args)
    if numbers and len(args.items) == 1 and all(float(each).is_integer() for each in numbers):
        total = int(sum(numbers))
        if total % len(numbers) == 0 and abs(total) < _EXACT:
            return Known(float(total // len(numbers)), node.span)
    if values and _widest(values[:1]) in (0, 1, 2):
        return some("numeric")
    return Unknown("it is the mean of something unknown", node.span, foreign=True)


SPECIAL["base.sum"] = _sum
SPECIAL["base.mean"] = _mean


@library("base.median", "base.prod")
def median(machine: Machine, args: Args) -> Value:
    return computed(args)


def _extreme(choose: Callable[[list[float]], float]) -> Callable[[Machine, Args], Value]:
    def apply(machine: Machine, args: Args) -> Value:
        values = [machine.content(arg.value) for arg in args.items if arg.name != "na.rm"]
        numbers = _numbers(machine, values, args)
        widest = None if args.loose else _widest(values)
        if numbers and not args.loose and not any(math.isnan(each) for each in numbers):
            found = choose([float(each) for each in numbers])
            if any(isinstance(each, float) for each in numbers):
                return Known(found, args.span)
            return Known(int(found), args.span)
        if numbers is None and widest is not None:
            return some("character" if widest == 3 else "numeric") if widest > 1 else computed(args)
        return computed(args)

    return apply


library("base.max")(_extreme(max))
library("base.min")(_extreme(min))


@library("base.abs", "base.round", "base.floor", "base.ceiling", "base.trunc", "base.signif")
def rounded(machine: Machine, args: Args) -> Value:
    value = machine.content(_first(args))
    if len(args.items) == 1 and isinstance(value, Known) and args.callee_span:
        return _typed_like(value)
    return _typed_like(value)


def _typed_like(value: Value) -> Value:
    """A number of the type that `value` has, which rounding keeps."""
    match value:
        case Known(value=bool() | int()):
            return some("integer")
        case Known(value=float()):
            return some("numeric")
        case Instance(type="r:numeric" | "r:integer"):
            return value
        case OneOf(options=several) if len({kind for each in several if (kind := rank(each)) is not None}) == 1:
            return _typed_like(several[0])
    return Unknown("it is computed", foreign=True)


def _rounding(name: str, change: Callable[[float], float]) -> None:
    def apply(machine: Machine, args: Args) -> Value:
        value = machine.content(_first(args))

        def each(one: Value) -> Value:
            match one:
                case Known(value=float() as number) if math.isfinite(number):
                    return Known(float(change(number)), args.span)
            return _typed_like(one)

        digits = take(args, "x", "digits").known("digits", 0)
        if parts(machine, value, args.span) is None or is_list(value):
            return _typed_like(value)
        if name == "round" and isinstance(digits, int | float) and digits != 0:

            def to_digits(one: Value) -> Value:
                match one:
                    case Known(value=float() as number) if math.isfinite(number) and 0 < digits < 12:
                        scaled = abs(number) * 10.0**digits
                        if scaled < 2**50 and abs(scaled % 1 - 0.5) > 1e-4:
                            return Known(round(number, int(digits)), args.span)
                return _typed_like(one)

            return elementwise(machine, args, value, to_digits)
        if digits != 0 and name != "abs":
            return _typed_like(value)
        return elementwise(machine, args, value, each)

    library(f"base.{name}")(apply)


_rounding("round", round)
_rounding("floor", math.floor)
_rounding("ceiling", math.ceil)
_rounding("trunc", math.trunc)


@library("base.abs")
def absolute(machine: Machine, args: Args) -> Value:
    def each(one: Value) -> Value:
        match one:
            case Known(value=bool() as plain):
                return Known(int(plain), args.span)
            case Known(value=int() | float() as number):
                return Known(abs(number), args.span)
        return _typed_like(one)

    value = machine.content(_first(args))
    return _typed_like(value) if parts(machine, value, args.span) is None else elementwise(machine, args, value, each)


def _all(wanted: bool) -> Callable[[Machine, Args], Value]:
    """`all` (of which a FALSE decides) and `any` (of which a TRUE does)."""

    def apply(machine: Machine, args: Args) -> Value:
        answers: set[bool | None] = set()
        for arg in args.items:
            if arg.name == "na.rm":
                continue
            found = scalars(machine, arg.value, args.span)
            if found is None or is_list(machine.content(arg.value)):
                answers.add(None)
            for each in found or ():
                plain = isinstance(each, Known) and isinstance(each.value, bool | int | float)
                answers.add(truth(machine, each) if plain else None)
        if (not wanted) in answers:
            return Known(not wanted, args.span)
        return some("logical") if None in answers or args.loose else Known(wanted, args.span)

    return apply


library("base.all")(_all(True))
library("base.any")(_all(False))


@library("base.xor")
def xor(machine: Machine, args: Args) -> Value:
    answers = [truth(machine, value) for value in args.positional]
    if len(answers) == 2 and None not in answers:
        return Known(answers[0] is not answers[1], args.span)
    return some("logical", single=False)


@library("base.is.element")
def is_element(machine: Machine, args: Args) -> Value:
    from .operate import operate

    if len(args.positional) == 2:
        return operate(machine, "in", list(args.positional), args.span, args.frame)
    return some("logical", single=False)


@library("base.coalesce")
def coalesce(machine: Machine, args: Args) -> Value:
    for arg in args.items:
        machine.excuse(arg.value)
    return computed(args)


@library("base.ifelse", "base.if_else")
def if_else(machine: Machine, args: Args) -> Value:
    taken = take(args, "test", "yes", "no", "missing")
    value = machine.content(taken.get("test") or _ANY)
    yes, no = taken.get("yes"), taken.get("no")
    if yes is None or no is None:
        return computed(args)
    known = truth(machine, value) if isinstance(value, Known) and value != NONE else None
    single = isinstance(value, Known) or (isinstance(value, Instance) and value.fields.get("length") == Known(1))
    both = [machine.content(each) for each in (yes, no)]
    if not single or not all(isinstance(option, Known) for each in both for option in options(each)):
        return computed(args)
    if any(option == NONE for each in both for option in options(each)):
        return computed(args)
    if known is not None:
        return both[0] if known else both[1]
    from ..values import join

    return join(both) if isinstance(value, Instance) and "missing" in value.fields else computed(args)


@library("base.simpleError", "base.simpleCondition", "base.errorCondition", "base.structure_condition")
def condition(machine: Machine, args: Args) -> Value:
    return Instance("exception")


@library("base.fromJSON", "base.read_json", "base.readRDS", "base.parse_json", "base.yaml.load_file", "base.read_yaml")
def read_data(machine: Machine, args: Args) -> Value:
    return computed(args, "it is read from data")


_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
CONSTANTS["base.T"] = Known(True)
CONSTANTS["base.F"] = Known(False)
CONSTANTS["base.pi"] = Known(math.pi)
CONSTANTS["base.letters"] = texts([Known(chr(97 + index)) for index in range(26)])
CONSTANTS["base.LETTERS"] = texts([Known(chr(65 + index)) for index in range(26)])
CONSTANTS["base.month.name"] = texts([Known(month) for month in _MONTHS])
CONSTANTS["base.month.abb"] = texts([Known(month[:3]) for month in _MONTHS])
