"""What the interpreter says of R's library functions is what R itself gives."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from collections.abc import Iterable
from typing import Any

import pytest

from pipes_lint import ir
from pipes_lint.contract import Called, Certainty, ExtraRead, Session, Way
from pipes_lint.frontends.r import lower
from pipes_lint.interpret import run
from pipes_lint.interpret.machine import Ended, Exit, Machine, Scope, World
from pipes_lint.interpret.r import library
from pipes_lint.interpret.session.pipes import Inputs
from pipes_lint.source import Source
from pipes_lint.values import Instance, Known, Mapping, OneOf, Sequence, Slot, Template, Unknown, Value

_ = (library, run)

JOINED = [
    ("paste", 'paste("a", "b")'),
    ("paste", 'paste("a", 1, TRUE, 2L, NA, sep = "-")'),
    ("paste", 'paste("x", 1:3)'),
    ("paste", 'paste("x", NULL)'),
    ("paste", "paste()"),
    ("paste", 'paste(c("a", "b"), collapse = "+")'),
    ("paste", 'paste(character(0), collapse = "+")'),
    ("paste", "paste(1e5, 100000L, 123456, 0.0001, 0.1 + 0.2, 1/3, 1e15, 1e-20, -1.5, 1234567.1, 100)"),
    ("paste0", 'paste0("a", c("b", "c"), 1:4)'),
    ("paste0", 'paste0("a", character(0))'),
    ("file.path", 'file.path("a", "b", c("c", "d"))'),
    ("file.path", 'file.path("", "b")'),
    ("file.path", 'file.path("a/", "b")'),
    ("file.path", 'file.path("a", character(0))'),
    ("dirname", 'dirname("a/b/c.R")'),
    ("dirname", 'dirname(c("x", "/x", "a/b/", "/", "a//b"))'),
    ("basename", 'basename(c("x", "/x", "a/b/", "/", "a//b", "a.b/c.d"))'),
    ("file_path_sans_ext", 'tools::file_path_sans_ext(c("a.csv", "a/b.tar.gz", "x", "a.b/c"))'),
    ("file_ext", 'tools::file_ext(c("a.csv", "a.tar.gz", "x"))'),
    ("toupper", 'toupper(c("ab", "Cd"))'),
    ("tolower", 'tolower("ABC")'),
    ("trimws", 'trimws("  a b  ")'),
    ("trimws", 'trimws("  a ", which = "left")'),
    ("nchar", 'nchar(c("abc", ""))'),
    ("nzchar", 'nzchar(c("abc", ""))'),
    ("substr", 'substr("abcdef", 2, 4)'),
    ("substring", 'substring("abcdef", 3)'),
    ("startsWith", 'startsWith("abc", "ab")'),
    ("endsWith", 'endsWith("abc", "ab")'),
    ("sub", 'sub("a", "b", "banana")'),
    ("gsub", 'gsub("a", "o", "banana")'),
    ("gsub", 'gsub("(a)(n)", "\\\\2\\\\1", "banana")'),
    ("gsub", 'gsub(".", "-", "a.b.c", fixed = TRUE)'),
    ("gsub", 'gsub("\\\\.", "-", "a.b.c")'),
    ("gsub", 'gsub("[^a-z]+", "_", "ab 12 cd")'),
    ("sub", 'sub("\\\\.csv$", "", "x.csv")'),
    ("gsub", 'gsub("^a", "x", "aaa")'),
    ("gsub", 'gsub("b*", "x", "abc")'),
    ("grepl", 'grepl("an", c("banana", "cherry"))'),
    ("strsplit", 'strsplit("a,b,,c,", ",")'),
    ("strsplit", 'strsplit(c(x = "a b", y = ""), " ")'),
    ("strsplit", 'strsplit("abc", "")[[1]]'),
    ("match", 'match("b", c("a", "b", "b"))'),
    ("match", 'match(c("z", "a"), c("a", "b"), nomatch = 0L)'),
    ("setdiff", 'setdiff(c("a", "b", "a"), "b")'),
    ("intersect", 'intersect(c("c", "a"), c("a", "b", "c"))'),
    ("union", 'union(c("a", "b"), c("b", "c"))'),
    ("in", 'c("a", "z") %in% c("a", "b")'),
    ("Find", "Find(function(x) x > 1, c(1, 2, 3))"),
    ("strsplit", 'strsplit("a.b", ".", fixed = TRUE)[[1]]'),
    ("strsplit", 'strsplit(",a", ",")[[1]][1]'),
    ("strsplit", 'strsplit("a, b;c", "[,;] *")'),
    ("sprintf", 'sprintf("%s has %d of %5.2f%%", "x", 3L, 2)'),
    ("sprintf", 'sprintf("%02d-%s", 1:3, c("a", "b", "c"))'),
    ("sprintf", 'sprintf("%d", 3)'),
    ("sprintf", 'sprintf("%s", c(1.5, 2, 1e6))'),
    ("sprintf", 'sprintf("%s", TRUE)'),
    ("sprintf", 'sprintf("%s", list("a", 1))'),
    ("sprintf", 'sprintf("%2$s %1$s", "a", "b")'),
    ("sprintf", "sprintf('a', character(0))"),
    ("sprintf", 'sprintf("%5s|%-5s|", "ab", "ab")'),
    ("toString", "toString(1:3)"),
    ("as.character", "as.character(c(1, 2.5, 1e5))"),
    ("as.character", "as.character(list(1, 'a'))"),
    ("format", 'format("a")'),
    ("format", "format(TRUE)"),
    ("glue", 'local({ x <- "a"; as.character(glue::glue("<{x}-{x}> {{y}}")) })'),
    ("glue", 'local({ x <- 1:2; as.character(glue::glue("f{x}")) })'),
    ("glue", 'as.character(glue::glue("{k}!", k = "v"))'),
    ("str_c", 'stringr::str_c("a", "b", sep = "-")'),
    ("str_c", 'stringr::str_c("a", NULL, "b")'),
    ("str_c", 'stringr::str_c("a", NA)'),
    ("str_replace_all", 'stringr::str_replace_all("a b c", " ", "_")'),
    ("str_detect", 'stringr::str_detect("abc", "b")'),
    ("str_to_upper", 'stringr::str_to_upper("abc")'),
    ("rev", "paste(rev(strsplit('abc', '')[[1]]), collapse = '')"),
]

COLLECTED = [
    ("c", "c()"),
    ("c", 'c("a")'),
    ("c", 'c(1, "a", TRUE)'),
    ("c", "c(1L, 2.5)"),
    ("c", "c(TRUE, 2L)"),
    ("c", "c(a = 1, b = 2)"),
    ("c", "c(a = 1:2, b = 3)"),
    ("c", "c(x = c(a = 1, b = 2))"),
    ("c", "c(NULL, 1, NULL)"),
    ("c", "c(list(a = 1), b = 2)"),
    ("c", "c(list(1), c(2, 3), 'a')"),
    ("c", "c(1, NA)"),
    ("c", "c('a', NA)"),
    ("c", "c(NA, 1L)"),
    ("c", "c(list(), NULL)"),
    ("c", "c(character(0))"),
    ("list", "list()"),
    ("list", "list(1, 'a')"),
    ("list", "list(a = 1, b = NULL)"),
    ("list", "list(a = 1, 2)"),
    ("list", "list(a = list(b = c(1, 2)))"),
    ("vector", 'vector("list", 2)'),
    ("vector", 'vector("character", 2)'),
    ("character", "character(2)"),
    ("integer", "integer(0)"),
    ("numeric", "numeric(1)"),
    ("logical", "logical(2)"),
    ("rep", 'rep("a", 3)'),
    ("rep", "rep(1:2, times = 2)"),
    ("rep", "rep(c('a', 'b'), each = 2)"),
    ("seq_len", "seq_len(3)"),
    ("seq_len", "seq_len(0)"),
    ("seq_along", 'seq_along(c("a", "b"))'),
    ("seq", "seq(3)"),
    ("seq", "seq(1, 5)"),
    ("seq", "seq(2, 10, by = 2)"),
    ("seq", "seq(5L, 1L)"),
    ("seq", "seq(1, 2, by = 0.25)"),
    ("seq", "seq(10, 1, by = -3)"),
    ("names", "names(list(a = 1, b = 2))"),
    ("names", "names(list(a = 1, 2))"),
    ("names", "names(c(1, 2))"),
    ("names", "names(list())"),
    ("setNames", 'setNames(list(1, 2), c("a", "b"))'),
    ("setNames", 'setNames(1:2, c("a", "b"))'),
    ("setNames", 'setNames(nm = c("a", "b"))'),
    ("setNames", "setNames(list(), character(0))"),
    ("names<-", 'local({ x <- list(1, 2); names(x) <- c("a", "b"); x })'),
    ("unname", "unname(c(a = 1, b = 2))"),
    ("unlist", 'unlist(list("a", "b"))'),
    ("unlist", "unlist(list(a = 1, b = 'x'))"),
    ("unlist", "unlist(list(a = 1:2, b = 3))"),
    ("unlist", "unlist(list(a = list(b = 1)))"),
    ("unlist", "unlist(list())"),
    ("unlist", "unlist(c(1, 2))"),
    ("rev", "rev(list(a = 1, b = 2))"),
    ("rev", "rev(1:3)"),
    ("append", "append(list(a = 1), list(b = 2))"),
    ("append", "append(1:2, 3L)"),
    ("append", "append(1:2, 3L, after = 0)"),
    ("head", "head(c('a', 'b', 'c'), 2)"),
    ("head", "head(c('a', 'b', 'c'), -1)"),
    ("tail", "tail(list(a = 1, b = 2), 1)"),
    ("unique", "unique(c('a', 'b', 'a'))"),
    ("modifyList", "modifyList(list(a = 1, b = 2), list(b = 3, c = 4))"),
    ("modifyList", "modifyList(list(a = 1, b = 2), list(b = NULL))"),
    ("modifyList", "modifyList(list(a = list(x = 1, y = 2)), list(a = list(y = 3)))"),
    ("[[", 'list(a = 1, b = 2)[["b", exact = TRUE]]'),
    ("pluck", 'purrr::pluck(list(a = list(b = 3)), "a", "b")'),
    ("pluck", 'purrr::pluck(list(a = 1), "z", .default = 9)'),
    ("compact", "purrr::compact(list(a = 1, b = NULL, c = character(0)))"),
    ("as.list", "as.list(c(a = 1, b = 2))"),
    ("as.list", "as.list(1:2)"),
    ("structure", 'structure(1:2, names = c("a", "b"))'),
    ("assign", 'local({ assign("k", 3); k })'),
    ("get", 'local({ k <- 4; get("k") })'),
    ("mget", 'local({ a <- 1; b <- 2; mget(c("a", "b")) })'),
    ("new.env", 'local({ e <- new.env(); e$a <- 1; assign("b", 2, envir = e); c(e$a, e$b, get("a", envir = e)) })'),
    ("hasName", 'hasName(list(a = 1), "a")'),
    ("letters", "letters[3]"),
]

CALLED = [
    ("lapply", "lapply(1:3, function(i) i * 2L)"),
    ("lapply", "lapply(list(a = 1, b = 2), function(x) x + 1)"),
    ("lapply", 'lapply(c("a", "b"), paste0, "!")'),
    ("lapply", "lapply(NULL, identity)"),
    ("lapply", 'lapply(c("a", "b"), "toupper")'),
    ("sapply", 'sapply(c("a", "b"), toupper)'),
    ("sapply", "sapply(1:2, function(i) i + 0.5)"),
    ("sapply", 'sapply(c("a", "b"), nchar, USE.NAMES = FALSE)'),
    ("sapply", "sapply(character(0), nchar)"),
    ("sapply", "sapply(list(a = 1, b = 2), function(x) if (x > 1) 'big' else 'small')"),
    ("sapply", "sapply(1:2, function(i) NULL)"),
    ("sapply", "sapply(1:2, function(i) c(i, i))"),
    ("sapply", 'sapply(c("a", "b"), function(x) x, simplify = FALSE)'),
    ("vapply", "vapply(1:3, function(i) i * 2, numeric(1))"),
    ("vapply", 'vapply(c("a", "b"), function(x) paste0(x, x), character(1))'),
    ("vapply", 'vapply(list(a = "x"), function(x) paste0(x, x), FUN.VALUE = "")'),
    ("vapply", "vapply(1:2, function(i) i, 0)"),
    ("Map", "Map(function(x, y) x + y, 1:2, 3:4)"),
    ("Map", 'Map(function(k, v) paste(k, v), c("a", "b"), c("x", "y"))'),
    ("mapply", "mapply(function(x, y) x + y, c(a = 1, b = 2), c(3, 4))"),
    ("mapply", "mapply(rep_len, 1:2, 2:1, SIMPLIFY = FALSE)"),
    ("Filter", "Filter(function(x) x > 1, c(1, 2, 3))"),
    ("Filter", "Filter(Negate(is.null), list(a = 1, b = NULL))"),
    ("Filter", "Filter(nzchar, c('a', ''))"),
    ("Reduce", "Reduce(`+`, 1:4)"),
    ("Reduce", "Reduce(function(a, b) paste0(a, b), c('x', 'y', 'z'))"),
    ("Reduce", "Reduce(function(a, b) a + b, list(), 5)"),
    ("do.call", "do.call(paste, list('a', 'b', sep = '-'))"),
    ("do.call", "do.call('paste0', list('a', 1))"),
    ("do.call", "do.call(c, list(list(a = 1), list(b = 2)))"),
    ("map", "purrr::map(list(a = 1, b = 2), ~ .x + 1)"),
    ("map", "purrr::map(1:2, ~ . * 2)"),
    ("map", 'purrr::map(list(list(k = 1), list(k = 2)), "k")'),
    ("map_chr", 'purrr::map_chr(c("a", "b"), ~ paste0(.x, "!"))'),
    ("map_dbl", "purrr::map_dbl(c(a = 1, b = 2), ~ .x * 2)"),
    ("map_int", "purrr::map_int(list(1:2, 3L), length)"),
    ("map_lgl", "purrr::map_lgl(c(1, 2), ~ .x > 1)"),
    ("map2", "purrr::map2(1:2, 3:4, ~ .x + .y)"),
    ("map2_chr", 'purrr::map2_chr(c("a", "b"), c("x", "y"), paste0)'),
    ("imap_chr", 'purrr::imap_chr(c(a = "x", b = "y"), ~ paste0(.y, .x))'),
    ("imap", 'purrr::imap(c("x", "y"), ~ .y)'),
    ("pmap", "purrr::pmap(list(a = 1:2, b = 3:4), function(a, b) a * b)"),
    ("pmap", "purrr::pmap(list(1:2, 3:4, 5:6), ~ ..1 + ..2 + ..3)"),
    ("walk", "purrr::walk(1:2, print)"),
    ("keep", "purrr::keep(c(1, 2, 3), ~ .x > 1)"),
    ("discard", "purrr::discard(list(a = 1, b = NULL), is.null)"),
    ("reduce", "purrr::reduce(1:4, `+`)"),
    ("partial", "purrr::partial(paste, sep = '-')('a', 'b')"),
    ("Recall", "(function(n) if (n <= 0) 0 else Recall(n - 1))(1)"),
    ("match.arg", "(function(type = c('one', 'two')) match.arg(type))()"),
    ("match.arg", "(function(type = c('one', 'two')) match.arg(type))('tw')"),
    ("missing", "(function(x) missing(x))()"),
    ("missing", "(function(x, y = 2) c(missing(x), missing(y)))(1)"),
    ("on.exit", "local({ x <- 1; f <- function() { on.exit(x <<- 2); 5 }; y <- f(); c(x, y) })"),
    ("invisible", "invisible(3)"),
    ("suppressWarnings", "suppressWarnings(as.integer('3'))"),
    ("withr", "withr::with_options(list(digits = 3), 1 + 1)"),
    ("local", "local({ a <- 2; a * 3 })"),
    ("dots", "(function(...) list(...))('a', b = 2, 'c')"),
    ("dots", "(function(...) paste(...))('a', 'c', sep = '-')"),
    ("dots", "(function(...) names(list(...)))(a = 1, b = 2)"),
]

TYPED = [
    ("length", "length(list(1, NULL))"),
    ("length", "length(NULL)"),
    ("length", 'length("abc")'),
    ("is.null", "is.null(NULL)"),
    ("is.null", "is.null(list())"),
    ("is.na", "is.na(c(1, NA, NaN))"),
    ("is.character", "is.character('a')"),
    ("is.numeric", "is.numeric(1L)"),
    ("is.list", "is.list(list())"),
    ("is.list", "is.list(c(1, 2))"),
    ("is.function", "is.function(paste)"),
    ("isTRUE", "isTRUE(TRUE)"),
    ("isTRUE", "isTRUE(NULL)"),
    ("isTRUE", "isTRUE(c(TRUE, TRUE))"),
    ("isFALSE", "isFALSE(FALSE)"),
    ("identical", "identical('a', 'a')"),
    ("identical", "identical(1, 1L)"),
    ("identical", "identical(NULL, list())"),
    ("as.integer", "as.integer('12')"),
    ("as.integer", "as.integer(c(3.9, -3.9))"),
    ("as.integer", "as.integer(TRUE)"),
    ("as.integer", "as.integer('x')"),
    ("as.integer", "as.integer(NULL)"),
    ("as.numeric", "as.numeric('1e3')"),
    ("as.numeric", "as.numeric(' 2.5 ')"),
    ("as.numeric", "as.numeric('0x1A')"),
    ("as.numeric", "as.numeric('Inf')"),
    ("as.numeric", "as.numeric(3L)"),
    ("as.logical", "as.logical(c('TRUE', 'yes', 'F', 'true', NA))"),
    ("as.logical", "as.logical(0:2)"),
    ("sum", "sum(1:4)"),
    ("sum", "sum(c(1, 2.5))"),
    ("sum", "sum(c(1, 2))"),
    ("sum", "sum(c(TRUE, FALSE, TRUE))"),
    ("sum", "sum()"),
    ("sum", "sum(c(1, NA))"),
    ("mean", "mean(c(1, 3))"),
    ("mean", "mean(1:4)"),
    ("max", "max(1:4)"),
    ("min", "min(c(2.5, 1))"),
    ("max", "max(numeric(0), -Inf)"),
    ("round", "round(2.5)"),
    ("round", "round(c(0.5, 1.5, -0.5))"),
    ("round", "round(3.14159, 2)"),
    ("round", "round(0.15, 1)"),
    ("round", "round(1234.5678, -2)"),
    ("round", "round(2L)"),
    ("floor", "floor(2.7)"),
    ("ceiling", "ceiling(2.1)"),
    ("abs", "abs(c(-1, 2))"),
    ("abs", "abs(-1L)"),
    ("all", "all(TRUE, c(TRUE, FALSE))"),
    ("all", "all()"),
    ("all", "all(logical(0))"),
    ("any", "any(c(FALSE, NA))"),
    ("any", "any(FALSE, TRUE, NA)"),
    ("xor", "xor(TRUE, FALSE)"),
    ("ifelse", "ifelse(TRUE, 'a', 'b')"),
    ("nrow", "nrow(data.frame(a = 1:3))"),
    ("nrow", "nrow(mtcars)"),
    ("data.frame", "data.frame(a = 1)"),
    ("Sys.time", "as.numeric(Sys.time())"),
    ("Sys.Date", "format(Sys.Date())"),
    ("Sys.time", "Sys.time()"),
    ("sum", "sum(mtcars$cyl > 4)"),
    ("toJSON", "as.character(jsonlite::toJSON(list(a = 1)))"),
    ("factor", "factor('a')"),
    ("nchar", "nchar(Sys.getenv('HOME')) > 0"),
    ("interactive", "interactive()"),
    ("exists", "exists('paste')"),
    ("T", "c(T, F)"),
    ("pi", "pi"),
]

R6 = [
    (
        "R6Class",
        """local({
  Counter <- R6::R6Class("Counter", public = list(n = 1, add = function(by = 1) {
    self$n <- self$n + by; invisible(self) }))
  k <- Counter$new(); k$add()$add(3); k$n })""",
    ),
    (
        "R6Class",
        """local({
  A <- R6::R6Class("A",
    public = list(x = NULL, initialize = function(x) self$x <- x, show = function() private$twice()),
    private = list(twice = function() paste0(self$x, self$x)))
  B <- R6::R6Class("B", inherit = A, public = list(show = function() paste0("<", super$show(), ">")))
  B$new("v")$show() })""",
    ),
    (
        "R6Class",
        """local({
  Meter <- R6::R6Class("Meter", public = list(n = 1), active = list(
    double = function(value) if (missing(value)) self$n * 2 else self$n <- value / 2))
  m <- Meter$new(); m$double <- 10; k <- m$clone(); k$n <- 7
  list(m$n, m$double, k$double, class(m)) })""",
    ),
    (
        "R6Class",
        """local({
  A <- R6::R6Class("A"); A$set("public", "hi", function() "hi")
  B <- R6::R6Class("B", inherit = A)
  list(B$new()$hi(), class(B$new()), inherits(B$new(), "A")) })""",
    ),
]

STATISTICS = [
    ("sum", "sum(0.1, 0.2, 0.3)"),
    ("sum", "sum(c(0.1, 0.2, 0.3))"),
    ("sum", "sum(c(100.25, 50.5))"),
    ("sum", "sum(c(1, NA), na.rm = TRUE)"),
    ("mean", "mean(c(0.1, 0.2, 0.4))"),
    ("mean", "mean(c(1, 2))"),
    ("mean", "mean(c(1, NA, 3), na.rm = TRUE)"),
    ("sd", "sd(5)"),
    ("sd", "sd(c(2, 4, 6))"),
    ("sd", "sd(c(1, NA))"),
    ("var", "var(c(1, 2, 3, 4))"),
    ("median", "median(c(1L, 3L, 2L))"),
    ("median", "median(1:4)"),
    ("median", "median(c(0.1, 0.3))"),
    ("range", "range(c(3, 1, 2))"),
    ("range", "range(3:1)"),
    ("diff", "diff(c(1, 3, 6))"),
    ("diff", "diff(1:3)"),
    ("cumsum", "cumsum(c(0.1, 0.2, 0.3))"),
    ("cumsum", "cumsum(1:3)"),
    ("prod", "prod(2L, 3L)"),
    ("quantile", "length(quantile(c(1, 2, 9)))"),
    ("quantile", "length(quantile(c(1, 2, 9), c(0.1, 0.9)))"),
    ("rnorm", "length(rnorm(70))"),
    ("rnorm", "length(rnorm(3) * 2)"),
    ("all.equal", "all.equal(1, 1 + 1e-10)"),
    ("all.equal", "all.equal(1L, 1)"),
    ("all.equal", "all.equal(1, 1.1, tolerance = 0.2)"),
    ("all.equal", "isTRUE(all.equal(c(1, 2), c(1, 2.1)))"),
    ("all.equal", 'all.equal(c("a", "b"), c("a", "b"))'),
    ("if", "is.null(if (nrow(mtcars) > 100) TRUE)"),
    ("Vectorize", "Vectorize(function(a, b) a + b)(1:3, 2)"),
    ("Vectorize", 'Vectorize(function(all, one) paste(one, length(all)), "one")(1:4, c("x", "y"))'),
    ("sapply", "length(sapply(1:3, function(i) runif(1)))"),
]

DATES = [
    ("difftime", 'as.numeric(difftime(as.Date("2024-03-01"), as.Date("2024-02-01"), units = "days"))'),
    ("difftime", 'as.numeric(as.Date("2024-03-01") - as.Date("2024-02-01"), units = "hours")'),
    ("difftime", 'units(difftime(as.Date("2024-02-01"), as.Date("2024-02-01")))'),
    ("difftime", '(as.Date("2024-03-01") - as.Date("2024-02-01")) > 20'),
    ("as.difftime", 'as.numeric(as.difftime(90, units = "mins"), units = "hours")'),
    ("as.Date", 'format(as.Date("2024-02-28") + 2)'),
    ("as.Date", 'format(as.Date("01.02.2024", format = "%d.%m.%Y"), "%Y/%m")'),
    ("as.Date", 'as.Date("2024-02-01") < as.Date("2024-02-02")'),
    ("as.Date", 'as.Date("2024-02-01") == "2024-02-01"'),
    ("as.Date", 'as.integer(as.Date("1970-01-03"))'),
    ("as.Date", 'paste("on", as.Date("2024/2/1"))'),
]

TABLES = [
    ("data.frame", 'local({ f <- data.frame(a = c(1, 2), b = "x"); list(nrow(f), ncol(f), dim(f), names(f), f$b) })'),
    ("data.frame", "local({ f <- data.frame(a = c(1, 5)); f$b <- f$a * 2; f[f$a > 2, ]$b })"),
    ("data.frame", 'local({ f <- data.frame(a = 1:3, b = 4:6); f[2, "b"] })'),
    ("data.frame", "local({ f <- data.frame(a = 1:3, b = 4:6); f$a <- NULL; names(f) })"),
    ("data.frame", "nrow(head(data.frame(a = 1:10), 3))"),
    ("data.frame", "sapply(data.frame(a = 1, b = 'x'), is.numeric)"),
    ("split", "split(c(1, 2, 5), c('b', 'a', 'b'))"),
    ("split", "unname(lapply(split(1:4, c(2, 1, 2, 10)), length))"),
    ("split", "lapply(split(data.frame(a = 1:3, b = c('x', 'y', 'x')), c('x', 'y', 'x')), nrow)"),
    ("split", "split(list(1, 'a'), c(TRUE, FALSE))"),
    ("matrix", "dim(matrix(0, nrow = 3, ncol = 2))"),
    ("matrix", "nrow(matrix(1:6, ncol = 2))"),
    ("with", "with(data.frame(x = c(1, 2)), sum(x))"),
    ("with", "local({ k <- 3; with(list(a = 2), a * k) })"),
    ("[", 'c(a = 1, b = 2, c = 3)[c("c", "a")]'),
    ("[", "c(a = 1, b = 2, c = 3)[-1]"),
    ("[", "c(1, 2, 3)[-(1:2)]"),
    ("[", "list(a = 1, b = 'x')[c(FALSE, TRUE)]"),
    ("[", "local({ x <- c(a = 1, b = 5); x[x > 2] * 2 })"),
    ("==", "length(list(a = 1)$b == 'x')"),
    ("==", "length(NULL + 1)"),
    ("grep", 'grep("^a", c("ab", "ba", "ac"), value = TRUE)'),
    ("grep", 'grep("a", c("ab", "b", "ba"))'),
    ("ls", "local({ e <- new.env(); e$b <- 1; e$a <- 2; ls(e) })"),
    ("delayedAssign", "local({ x <- 1; delayedAssign('y', x + 1); x <- 5; y })"),
]

CLASSES = [
    ("class", "list(class(1L), class(1), class('a'), class(TRUE), class(NULL), class(list()), class(sum))"),
    ("class", "class(data.frame(a = 1))"),
    ("class", "class(Sys.time())"),
    ("class", "local({ x <- structure(list(a = 1), class = c('b', 'c')); x$d <- 2; class(x) })"),
    ("class", "local({ x <- structure(list(a = 1, b = 2), class = 'k'); class(x['a']) })"),
    ("class", "local({ x <- structure(5, class = 'k'); class(unclass(x)) })"),
    (
        "inherits",
        "local({ x <- structure(1, class = c('b', 'c')); c(inherits(x, 'c'), inherits(x, 'd'), inherits(1, 'b')) })",
    ),
    (
        "UseMethod",
        """local({
  area <- function(s, ...) UseMethod("area")
  area.default <- function(s, ...) "none"
  area.square <- function(s, scale = 1, ...) s$side^2 * scale
  area.numeric <- function(s, ...) s
  sq <- structure(list(side = 3), class = c("square", "shape"))
  list(area(sq), area(sq, scale = 2), area(2), area("x"), area(2L)) })""",
    ),
    (
        "NextMethod",
        """local({
  say <- function(x) UseMethod("say")
  say.default <- function(x) "thing"
  say.animal <- function(x) paste("animal", NextMethod())
  say.dog <- function(x) paste("dog", NextMethod())
  say(structure(list(), class = c("dog", "animal"))) })""",
    ),
    (
        "format",
        """local({
  format.money <- function(x, ...) paste0(unclass(x), " EUR")
  length.batch <- function(x) x$n
  m <- structure(5, class = "money")
  list(format(m), format("a"), length(structure(list(n = 9L), class = "batch")), length(list(1))) })""",
    ),
    (
        "+",
        """local({
  `+.money` <- function(e1, e2) structure(unclass(e1) + unclass(e2), class = "money")
  Ops.temp <- function(e1, e2) get(.Generic)(unclass(e1), unclass(e2))
  m <- structure(5, class = "money"); t <- structure(3, class = "temp")
  list(unclass(m + m), t > 2, t * 2, 1 + 1) })""",
    ),
    (
        "$",
        """local({
  `$.rec` <- function(x, name) paste("field", name)
  `[.vec` <- function(x, i) structure(NextMethod(), class = class(x))
  r <- structure(list(a = 1), class = "rec"); v <- structure(c(1, 2, 3), class = "vec")
  list(r$a, class(v[2]), unclass(v[2]), list(a = 1)$a) })""",
    ),
    (
        "$<-",
        """local({
  `$<-.rec` <- function(x, name, value) { y <- unclass(x); y[[name]] <- value * 2; structure(y, class = "rec") }
  r <- structure(list(a = 1), class = "rec"); r$b <- 5; unclass(r)$b })""",
    ),
]

FORMAL = [
    (
        "setClass",
        """local({
  setClass("Box", representation(n = "numeric", tag = "character"), prototype(tag = "none"))
  b <- new("Box", n = 3); b@n <- b@n + 1
  list(b@n, b@tag, class(b)[1], is(b, "Box"), new("Box", tag = "x")@tag) })""",
    ),
    (
        "setGeneric",
        """local({
  setClass("Shape", representation("VIRTUAL", name = "character"))
  setClass("Square", contains = "Shape", representation(side = "numeric"))
  setGeneric("area", function(s, ...) standardGeneric("area"))
  setMethod("area", "ANY", function(s, ...) "none")
  setMethod("area", "numeric", function(s, ...) s)
  setMethod("area", "Shape", function(s, ...) paste("shape", s@name))
  setMethod("area", "Square", function(s, scale = 1, ...) list(callNextMethod(), s@side^2 * scale))
  q <- new("Square", name = "q", side = 3)
  list(area(q), area(q, scale = 2), area("a"), area(2), area(2L)) })""",
    ),
    (
        "initialize",
        """local({
  setClass("Job", representation(n = "numeric", label = "character"))
  setMethod("initialize", "Job", function(.Object, ..., k = 1) {
    .Object <- callNextMethod(.Object, ...); .Object@label <- paste("job", k); .Object })
  j <- new("Job", n = 2, k = 5); list(j@n, j@label) })""",
    ),
    (
        "setMethod",
        """local({
  setClass("Money", representation(x = "numeric"))
  setMethod("+", signature("Money", "Money"), function(e1, e2) new("Money", x = e1@x + e2@x))
  setMethod("length", "Money", function(x) 9L)
  setMethod("summary", "Money", function(object, ...) "money")
  m <- new("Money", x = 2); list((m + m)@x, length(m), length(1:3), summary(m), 1 + 1) })""",
    ),
    (
        "setValidity",
        """local({
  setClass("Age", representation(years = "numeric"),
    validity = function(object) if (object@years < 0) "negative" else TRUE)
  tryCatch({ new("Age", years = -1); "made" }, error = function(e) "refused") })""",
    ),
    (
        "setRefClass",
        """local({
  Base <- setRefClass("Base", fields = list(n = "numeric", log = "character"), methods = list(
    initialize = function(...) { initFields(...); if (length(n) == 0) n <<- 10; .self },
    add = function(k = 1) { n <<- n + k; invisible(.self) },
    say = function() paste("base", n)))
  Sub <- setRefClass("Sub", contains = "Base", methods = list(
    say = function() { add(100); paste("sub", callSuper()) }))
  s <- Sub$new(); t <- Sub$new(n = 1); u <- s$copy()
  s$add()$add(2); u$n <- 5
  list(s$n, s$say(), t$say(), u$n, class(s)[1], is(s, "Base")) })""",
    ),
    (
        "setRefClass",
        """local({
  A <- setRefClass("A", fields = c("x"))
  A$methods(double = function() x * 2)
  a <- A(x = 4); a$x <- a$x + 1; list(a$double(), a$field("x")) })""",
    ),
]

PROMISES = [
    ("promise", "local({ i <- 1; f <- function(n) { i <<- 5; n }; f(i + 1) })"),
    ("promise", "local({ f <- function(x) 3; f(stop('never')) })"),
    ("promise", "local({ f <- function(...) 3; f(stop('never'), b = stop('never')) })"),
    ("promise", "local({ f <- function(x) g(x); g <- function(y) h(y); h <- function(z) z * 2; f(4) })"),
    ("promise", "local({ f <- function(v) { g(return(7)); 8 }; g <- function(x) { x; 9 }; f(1) })"),
    ("promise", "local({ a <- function(x) missing(x); b <- function(y) a(y); c(b(), b(1)) })"),
    ("promise", "local({ make <- function(n) function() n * 2; k <- 1; f <- make(k); k <- 10; f() })"),
    ("promise", "local({ f <- function(x, y = x * 2) { x <- 10; y }; f(1) })"),
    ("promise", "local({ f <- function(x) { if (FALSE) x; 1 }; f(stop('never')) })"),
    ("promise", "local({ f <- function(...) list(...)[[2]]; g <- function(...) f(1, ...); g(5 + 1) })"),
    ("promise", "local({ n <- 0; tick <- function() { n <<- n + 1; n }; f <- function(x) x + x + x; f(tick()) })"),
    ("promise", "tryCatch(local({ f <- function(x) tryCatch(x, error = function(e) 'caught'); f(stop('now')) }))"),
]

TABLE = [*JOINED, *COLLECTED, *CALLED, *TYPED, *R6, *STATISTICS, *DATES, *TABLES, *CLASSES, *FORMAL, *PROMISES]


def world_of(modules: dict[str, ir.Module]) -> World:
    return World(
        "/project", modules.get, modules.__contains__, lambda path: False, lambda path: True, lambda path: None
    )


def machine_for(text: str, files: dict[str, str] | None = None) -> tuple[Machine, ir.Module, Any]:
    modules = {path: lower(Source(path, each)) for path, each in {"run/a.R": text, **(files or {})}.items()}
    machine = Machine(world_of(modules))
    machine.roles["argv"] = None
    frame = machine.frame(None, Scope("run/a.R", "base", "__main__"), "module")
    return machine, modules["run/a.R"], frame


def ends(text: str, files: dict[str, str] | None = None) -> tuple[Machine, list[Exit]]:
    machine, module, frame = machine_for(text, files)
    return machine, machine.region(lambda: machine.eval(module.body, frame))


def value_of(text: str, files: dict[str, str] | None = None) -> Value:
    """What an R program gives at its end; an `Unknown` if it does not come to it."""
    machine, exits = ends(text, files)
    try:
        return machine.content(machine.meet(exits))
    except Ended:
        return Unknown("it stops")


def tagged(value: Value) -> Any:
    """A value that is known in full, in a form that R can be brought into too; None for any other."""
    match value:
        case Known(value=None):
            return {"t": "NULL"}
        case Known(value=bool() | int() | float() | str() | ir.Missing()):
            return atomic([value], None)
        case Sequence(kind="vector", complete=True, items=items):
            return atomic(items, None)
        case Mapping(kind="vector", stop=None, slots=slots):
            return atomic([slot.value for slot in slots.values()], names(slots))
        case Sequence(kind="list", complete=True, items=items):
            return collected(items, None)
        case Mapping(kind="list", stop=None, slots=slots) if all(slot.always for slot in slots.values()):
            return collected([slot.value for slot in slots.values()], names(slots))
    return None


def names(slots: dict[Any, Slot]) -> list[str]:
    return [key if isinstance(key, str) else "" for key in slots]


def collected(items: Iterable[Value], labels: list[str] | None) -> Any:
    inner = [tagged(item) for item in items]
    return None if None in inner else {"t": "list", "v": inner, "n": labels}


def atomic(items: Iterable[Value], labels: list[str] | None) -> Any:
    found = []
    kinds = set()
    for item in items:
        match item:
            case Known(value=ir.Missing(kind=kind)):
                kinds.add({"real": "double"}.get(kind, kind))
                found.append("NA")
            case Known(value=bool() as plain):
                kinds.add("logical")
                found.append(str(plain).upper())
            case Known(value=int() as plain):
                kinds.add("integer")
                found.append(str(plain))
            case Known(value=float() as plain):
                kinds.add("double")
                found.append(hexadecimal(plain))
            case Known(value=str() as plain):
                kinds.add("character")
                found.append("=" + plain)
            case _:
                return None
    assert len(kinds) < 2, items
    return {"t": kinds.pop() if kinds else "empty", "v": found, "n": labels}


def hexadecimal(number: float) -> str:
    if math.isnan(number) or math.isinf(number):
        return "NaN" if math.isnan(number) else "Inf" if number > 0 else "-Inf"
    return f"{number:.17g}"


R_TAGGED = r"""
tag <- function(x) {
  n <- names(x)
  n <- if (is.null(n)) NULL else as.list(n)
  if (is.null(x)) return(list(t = "NULL"))
  if (is.list(x)) return(list(t = "list", v = lapply(unname(x), tag), n = n))
  if (length(x) == 0) return(list(t = "empty", v = list(), n = n))
  plain <- as.vector(unname(x))
  text <- switch(typeof(plain),
    character = paste0("=", plain),
    double = ifelse(is.nan(plain), "NaN",
      ifelse(is.infinite(plain), ifelse(plain > 0, "Inf", "-Inf"), sprintf("%.17g", plain))),
    as.character(plain))
  text[is.na(plain) & !is.nan(suppressWarnings(as.numeric(plain)))] <- "NA"
  list(t = typeof(plain), v = as.list(text), n = n)
}
expressions <- jsonlite::fromJSON(file("stdin"))
results <- lapply(expressions, function(text) {
  found <- tryCatch({
    capture.output(value <- suppressWarnings(eval(parse(text = text), new.env())))
    list(value = value)
  }, error = function(e) list(error = conditionMessage(e)))
  if (!is.null(found$error)) return(list(error = found$error))
  value <- found$value
  tagged <- tryCatch(tag(value), error = function(e) NULL)
  list(tag = tagged, class = as.list(class(value)), type = typeof(value), length = length(value))
})
cat("\x01", jsonlite::toJSON(results, auto_unbox = TRUE, null = "null", digits = NA), sep = "")
"""


@pytest.fixture(scope="module")
def in_r() -> dict[str, Any]:
    """What R gives for each expression of the table."""
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not installed")
    texts = [text for _, text in TABLE]
    try:
        done = subprocess.run(
            ["Rscript", "-e", R_TAGGED], input=json.dumps(texts), capture_output=True, text=True, timeout=300
        )
    except FileNotFoundError:  # pragma: no cover
        pytest.skip("Rscript does not start")
    if "there is no package called" in done.stderr:
        pytest.skip(done.stderr.strip().splitlines()[0])
    assert done.returncode == 0, done.stderr
    return dict(zip(texts, json.loads(done.stdout.partition("\x01")[2]), strict=True))


@pytest.mark.parametrize(("function", "text"), TABLE, ids=[f"{name}-{index}" for index, (name, _) in enumerate(TABLE)])
def test_no_claim_that_r_contradicts(function: str, text: str, in_r: dict[str, Any]) -> None:
    found = in_r[text]
    if "error" in found:
        if "no package" in found["error"]:
            pytest.skip(found["error"])
        return
    value = value_of(text)
    claim = tagged(value)
    if claim is not None:
        expected = {"n": None, "v": None, **(found["tag"] or {})}
        expected["n"] = expected["n"] or None
        assert normal(claim) == normal(expected)
    if isinstance(value, Instance):
        check_type(value, found)
    if isinstance(value, OneOf):
        assert any(normal(tagged(option)) == normal(found["tag"]) for option in value.options if tagged(option))


def normal(tag: Any) -> Any:
    """Without what R does not tell apart here: an empty vector's type."""
    if isinstance(tag, dict):
        kept = {
            key: normal(each) for key, each in tag.items() if each not in (None, {}) and not (key == "n" and not each)
        }
        return {**kept, "v": kept.get("v", [])} if kept.get("t") != "NULL" else {"t": "NULL"}
    if isinstance(tag, list):
        return [normal(each) for each in tag]
    return tag


TYPES = {"integer": "integer", "numeric": "double", "character": "character", "logical": "logical"}


def check_type(value: Instance, found: dict[str, Any]) -> None:
    kind = value.type.removeprefix("r:")
    if kind in TYPES:
        assert found["type"] == TYPES[kind]
    elif kind in ("data.frame", "factor", "Date", "POSIXct"):
        assert kind in found["class"]
    if value.fields.get("length") == Known(1):
        assert found["length"] == 1


def test_most_of_the_table_is_known() -> None:
    """Knowing nothing would agree with R too."""
    unknown = [text for _, text in TABLE if tagged(value_of(text)) is None]
    assert len(unknown) < len(TABLE) * 0.15, unknown


# --- What happens on the way ----------------------------------------------------------------------------------------


def session(text: str, files: dict[str, str] | None = None, **extras: object) -> Session:
    modules = {path: lower(Source(path, each)) for path, each in {"run/a.R": text, **(files or {})}.items()}
    passed = Mapping({name: Slot(Known(value)) for name, value in extras.items()})
    return run.run_script(world_of(modules), modules["run/a.R"], Inputs(passed), None, True)


def logged(script: Session) -> list[tuple[Value, Certainty]]:
    """What the script logs, and how surely."""
    return [
        (event.arguments[0].passed.value, event.when.certainty)
        for event in script.events
        if isinstance(event, Called) and event.member == "log"
    ]


def run_inside(body: str, files: dict[str, str] | None = None, **extras: object) -> Session:
    return session(f"library(dagsterpipes)\nwith_dagster_pipes(function(ctx) {{\n{body}\n}})", files, **extras)


LOGGER = """
L <- R6::R6Class(public = list(c = NULL, initialize = function(c) self$c <- c, say = function() self$c$log("a")))
L$new(ctx)$say()
"""


def said(body: str, files: dict[str, str] | None = None) -> list[str]:
    return [str(each.value) for each, _ in logged(run_inside(body, files)) if isinstance(each, Known)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('ctx$log("a"); stop("no"); ctx$log("b")', ["a"]),
        ('if (TRUE) quit(status = 1)\nctx$log("b")', []),
        ('q("no"); ctx$log("b")', []),
        ('rlang::abort("no"); ctx$log("b")', []),
        ('stopifnot(1 > 2); ctx$log("b")', []),
        ('stopifnot(1 < 2); ctx$log("b")', ["b"]),
        ('tryCatch(stop("x"), error = function(e) ctx$log("caught"), finally = ctx$log("last"))', ["caught", "last"]),
        ('for (k in c("a", "b")) ctx$log(paste0(k, "!"))', ["a!", "b!"]),
        ('invisible(lapply(c("a", "b"), function(k) ctx$log(k)))', ["a", "b"]),
        ('purrr::walk(c("a", "b"), ~ ctx$log(.x))', ["a", "b"]),
        ("purrr::iwalk(list(a = 1, b = 2), function(x, k) ctx$log(k))", ["a", "b"]),
        ('c("a", "b") |> purrr::walk(ctx$log)', ["a", "b"]),
        ('do.call(ctx$log, list("a"))', ["a"]),
        ('f <- function() { on.exit(ctx$log("last")); ctx$log("first") }\nf()', ["first", "last"]),
        (
            'f <- function() { on.exit(ctx$log("a")); on.exit(ctx$log("b"), add = TRUE); on.exit(ctx$log("c")) }\nf()',
            ["c"],
        ),
        ('local({ k <- "a"; ctx$log(k) })', ["a"]),
        ('suppressWarnings(ctx$log("a"))', ["a"]),
        ('withr::with_dir("x", ctx$log("a"))', ["a"]),
        ('e <- new.env(); e$k <- "a"; f <- function(x) x$k <- "b"; f(e); ctx$log(e$k)', ["b"]),
        ('source("helpers.R"); ctx$log(name)', ["from helpers"]),
        ('source("run/helpers.R"); ctx$log(name)', ["from helpers"]),
        ('source(here::here("run", "helpers.R")); ctx$log(name)', ["from helpers"]),
        ('source(file.path(dirname(script), "helpers.R")); ctx$log(name)', ["from helpers"]),
        ('x <- c("a", "b"); names(x) <- c("k", "l"); ctx$log(x[["l"]])', ["b"]),
        ('sapply(list(list(k = "a"), list(k = "b")), `[[`, "k") |> lapply(ctx$log)', ["a", "b"]),
        ('f <- function(x, ...) g(...)\ng <- function(y) ctx$log(y)\nf(1, "a")', ["a"]),
        ('f <- function(...) ctx$log(..2)\nf("a", "b")', ["b"]),
        (LOGGER, ["a"]),
    ],
)
def test_what_runs(body: str, expected: list[str]) -> None:
    assert said(body, {"run/helpers.R": 'name <- "from helpers"\n'}) == expected


@pytest.mark.parametrize(
    ("body", "certainty"),
    [
        ('lapply(readLines("x"), function(k) ctx$log("a"))', Certainty.SOMETIMES),
        ('f <- purrr::possibly(function() ctx$log("a"))\nf()', Certainty.GUARDED),
        ('ctx$log("a")', Certainty.ALWAYS),
        ('if (interactive()) stop("x")\nctx$log("a")', Certainty.ALWAYS),
        ('if (file.exists("x")) stop("no")\nctx$log("a")', Certainty.ALWAYS),
    ],
)
def test_how_surely(body: str, certainty: Certainty) -> None:
    assert [each for _, each in logged(run_inside(body))] == [certainty]


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        ("is.null(ctx$extras$k)", True),
        ("x <- ctx$extras$k\nif (is.null(x)) x <- 1", True),
        ("isTRUE(ctx$extras$k)", True),
        ("y <- ctx$extras$k %||% 1", True),
        ("length(ctx$extras$k) > 0", True),
        ("x <- list(a = ctx$extras$k)", False),
        ("x <- c(ctx$extras$k, 1)", True),
        ("x <- as.numeric(ctx$extras$k)", False),
        ('x <- paste0("a", ctx$extras$k)', False),
        ('x <- file.path("a", ctx$extras$k)', False),
        ("x <- ctx$extras$k + 1", False),
    ],
)
def test_who_has_an_eye_on_null(body: str, asked: bool) -> None:
    reads = [event for event in run_inside(body).events if isinstance(event, ExtraRead)]
    assert [event.way is Way.GET for event in reads] == [asked]


@pytest.mark.parametrize(
    "text",
    [
        'source(paste0(Sys.getenv("X"), ".R"))',
        'source("not-there.R")',
        'system("Rscript other.R")',
        "callr::r(function() 1)",
        "eval(parse(text = x))",
    ],
)
def test_where_the_reading_stops_short(text: str) -> None:
    assert run_inside(text).gaps


def test_names_of_extras() -> None:
    (read,) = [event for event in run_inside('"k" %in% names(ctx$extras)').events if isinstance(event, ExtraRead)]
    assert read.way is Way.GET


def test_a_python_module_through_reticulate() -> None:
    script = session(
        'dp <- reticulate::import("dagster_pipes")\nctx <- dp$open_dagster_pipes()\nctx$log$info("a")', None
    )
    assert {event.dialect for event in script.events} == {"python"}


def test_paths_with_holes() -> None:
    value = value_of('file.path(getwd(), "a", basename("x/y.csv"))')
    assert isinstance(value, Template)
    assert value.pieces[-1] == "/a/y.csv"
