"""R's functions of which no more is known than the type of what they give, and R's constants."""

from __future__ import annotations

import math
from typing import Final

from ...values import Instance, Known, Value
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
_typed("which.max which.min order findInterval tabulate", "integer", False)
_typed("file.size rmse mae auc", "numeric")
_typed("cor pnorm qnorm dnorm", "numeric", single=False)
_typed("date conditionMessage geterrmessage UUIDgenerate digest toJSON "
       "as_json Sys.timezone md5sum sha256", "character")  # fmt: skip
_typed("weekdays months levels rownames readLines readline deparse deparse1 class_names read_file "
       "Sys.getlocale row.names base64_enc base64encode", "character", single=False)  # fmt: skip
_typed("Sys.time now ISOdatetime ISOdate", "POSIXct", single=False)
_typed("Sys.Date today", "Date", single=False)
_typed("factor as.factor cut droplevels as_factor ordered relevel", "factor", single=False)


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
