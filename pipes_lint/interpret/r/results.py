"""R's functions of which no more is known than the type of what they give, and R's constants."""

from __future__ import annotations

import math
from typing import Final

from ...values import Instance, Known, Sequence, Value
from ..machine import CONSTANTS, Args, Machine, library
from .values import (
    computed,
    some,
    texts,
)


def _typed(names: str, kind: str, single: bool = True, whole: bool = False) -> None:
    """Functions of which the type of the result is known, and no more."""
    for name in names.split():
        library(f"base.{name}")(lambda machine, args: some(kind, single=single, whole=whole))


_typed("NCOL nlevels n_distinct uniqueN Sys.getpid as.integer_version", "integer", whole=True)
_typed("dim which.max which.min order findInterval tabulate", "integer", False)
_typed("sd var runif_1 file.size rmse mae auc", "numeric")
_typed("quantile cor  "
       " pnorm qnorm dnorm", "numeric", single=False)  # fmt: skip
_typed("date conditionMessage geterrmessage UUIDgenerate digest toJSON "
       "as_json Sys.timezone md5sum sha256", "character")  # fmt: skip
_typed("weekdays months levels colnames rownames readLines readline deparse deparse1 class_names read_file "
       "Sys.getlocale row.names base64_enc base64encode", "character", single=False)  # fmt: skip
_typed("Sys.time now ISOdatetime ISOdate", "POSIXct", single=False)
_typed("Sys.Date today", "Date", single=False)
_typed("factor as.factor cut droplevels as_factor ordered relevel", "factor", single=False)
_typed(
    "read.csv read.csv2 read.table read.delim read_csv read_tsv read_delim read_excel read_parquet "
    "read_feather tribble as.data.frame as_tibble dbGetQuery dbReadTable expand.grid "
    "bind_rows bind_cols read_sas read_dta read_sav aggregate",
    "data.frame",
    single=False,
)


@library("base.nrow", "base.ncol")
def extent(machine: Machine, args: Args) -> Value:
    """NULL for a vector, which has no dimensions."""
    value = machine.content(args.positional[0]) if args.positional else None
    plain = isinstance(value, Known) or (isinstance(value, Sequence) and value.kind in ("vector", "list"))
    return Known(None, args.span) if plain else some("integer", whole=True)


@library("base.Sys.time", "base.now")
def now(machine: Machine, args: Args) -> Value:
    return some("POSIXct", whole=True)


@library("base.Sys.Date", "base.today")
def today(machine: Machine, args: Args) -> Value:
    return some("Date", whole=True)


@library("base.simpleError", "base.simpleCondition", "base.errorCondition")
def condition(machine: Machine, args: Args) -> Value:
    return Instance("exception")


@library("base.fromJSON", "base.read_json", "base.readRDS", "base.parse_json", "base.yaml.load_file", "base.read_yaml")
def read_data(machine: Machine, args: Args) -> Value:
    return computed(args, "it is read from data")


_MONTHS: Final = (
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
)
CONSTANTS["base.T"] = Known(True)
CONSTANTS["base.F"] = Known(False)
CONSTANTS["base.pi"] = Known(math.pi)
CONSTANTS["base.letters"] = texts([Known(chr(97 + index)) for index in range(26)])
CONSTANTS["base.LETTERS"] = texts([Known(chr(65 + index)) for index in range(26)])
CONSTANTS["base.month.name"] = texts([Known(month) for month in _MONTHS])
CONSTANTS["base.month.abb"] = texts([Known(month[:3]) for month in _MONTHS])
