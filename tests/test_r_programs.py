"""What is R's own in the run of a program: arguments that wait, methods by class, handlers that fail after all."""

from __future__ import annotations

import textwrap

import pytest
from sessions import told
from test_interpreter import r, run

SILENT: list[str] = []


def script(text: str) -> list[str]:
    """The session of a whole script, in words."""
    return told(run(textwrap.dedent(text), "script.R"))


# --- Arguments ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('f <- function(x) NULL\nf(ctx$get_extra("a"))', SILENT),
        ('f <- function(...) NULL\nf(ctx$get_extra("a"), b = ctx$get_extra("b"))', SILENT),
        ('f <- function(x) { x; x }\nf(ctx$get_extra("a"))', ["read a"]),
        ('f <- function(x, y = ctx$get_extra("a")) x\nf(1)', SILENT),
        ('f <- function(x, y = ctx$get_extra("a")) y\nf(1)', ["read a"]),
        ('f <- function(x) tryCatch(x, error = function(e) 1)\nf(ctx$get_extra("a"))', ["read a guarded"]),
        ('f <- function(x) substitute(x)\nf(ctx$get_extra("a"))', SILENT),
        ('g <- function(y) y\nf <- function(...) g(...)\nf(ctx$get_extra("a"))', ["read a"]),
        ('f <- function(x) function() x\nh <- f(ctx$get_extra("a"))', SILENT),
        ('f <- function(x) function() x\nf(ctx$get_extra("a"))()', ["read a"]),
        ('f <- function(x) { if (ask()) x; 1 }\nf(ctx$get_extra("a"))', ["read a sometimes"]),
        (
            'f <- function(x) { if (ask()) log(x); x }\nf(ctx$get_extra("a"))',
            ["read a sometimes", "read a"],
        ),
        (
            'f <- function(x) { if (ask()) force(x); x }\nf(ctx$report_asset_check("c", TRUE))',
            ["check c passes sometimes", "check c passes sometimes"],
        ),
        ('f <- function(x, xs) for (i in xs) print(x)\nf(ctx$get_extra("a"), rows())', ["read a repeatedly"]),
        ('delayedAssign("x", ctx$get_extra("a"))\nctx$log("b")\nx', ['log "b"', "read a"]),
        ('safe <- purrr::possibly(function(x) x, NULL)\nsafe(ctx$get_extra("a"))', ["read a guarded"]),
        ('n <- ctx$extras$n %||% stop("no n")\nctx$log("b")', ["read n", 'log "b"']),
        ('k <- list(a = 1)$a %||% ctx$get_extra("a")', SILENT),
    ],
)
def test_arguments_wait_until_they_are_read(body: str, expected: list[str]) -> None:
    assert [line.replace("ask n", "read n") for line in r(body)] == expected


# --- Classes --------------------------------------------------------------------------------------------------------

GENERIC = """
verify <- function(x, ctx) UseMethod("verify")
verify.csv <- function(x, ctx) ctx$report_asset_check("csv", x$ok)
verify.json <- function(x, ctx) { ctx$report_asset_check("json", TRUE); NextMethod() }
verify.default <- function(x, ctx) ctx$log("default")
made <- function(kind) structure(list(ok = FALSE), class = kind)
"""


FORMAL = """
setClass("Batch", representation(ok = "logical"))
setClass("Csv", contains = "Batch")
setGeneric("report", function(x) standardGeneric("report"))
setMethod("report", "Batch", function(x) ctx$log("batch"))
setMethod("report", "Csv", function(x) { ctx$report_asset_check("csv", x@ok); callNextMethod() })
setMethod("show", "Batch", function(object) ctx$log("shown"))
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('verify(made("csv"), ctx)', ["check csv fails"]),
        ('verify(made(c("own", "csv")), ctx)', ["check csv fails"]),
        ('verify(made("json"), ctx)', ["check json passes", 'log "default"']),
        ('verify(made("xml"), ctx)', ['log "default"']),
        ("verify(3, ctx)", ['log "default"']),
        ('for (b in list(made("csv"), made("json"))) verify(b, ctx)',
         ["check csv fails", "check json passes", 'log "default"']),
        ('x <- if (ask()) made("csv") else made("json")\nverify(x, ctx)',
         ["check csv fails sometimes", "check json passes sometimes instead of check csv",
          'log "default" sometimes']),
        ("verify(fetch(), ctx)", ["gap"]),
        ('x <- fetch()\nclass(x) <- "csv"\nverify(x, ctx)', ["gap"]),
        ('x <- list(ok = TRUE)\nclass(x) <- c("csv", class(x))\nverify(x, ctx)', ["check csv passes"]),
        ('print.csv <- function(x, ...) ctx$log("printed")\nprint(made("csv"))\nprint(1)', ['log "printed"']),
        ('print.csv <- function(x, ...) ctx$log("printed")\nprint(fetch())', ["gap"]),
        ('print.csv <- function(x, ...) cat("printed")\nprint(fetch())', SILENT),
        ('"+.csv" <- function(e1, e2) ctx$log("added")\nmade("csv") + 1\n1 + 1', ['log "added"']),
        ('"$.own" <- function(x, name) ctx$log(name)\nmade("own")$size', ['log "size"']),
        (FORMAL + 'report(new("Csv", ok = TRUE))', ["check csv passes", 'log "batch"']),
        (FORMAL + 'print(new("Csv", ok = TRUE))', ['log "shown"']),
        (FORMAL + "report(fetch())", ["gap"]),
        ('J <- setRefClass("J", fields = "c", methods = list(run = function() c$log("run")))\nJ$new(c = ctx)$run()',
         ['log "run"']),
        ('Job <- setRefClass(fetch(), fields = "ctx")', ["gap"]),
    ],
)  # fmt: skip
def test_methods_by_class(body: str, expected: list[str]) -> None:
    assert r(GENERIC + body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Job$new()$total", ["check total passes"]),
        ("x <- Job$new()\nx$total <- 3\nctx$log(x$n)", ["log 3"]),
        ("x <- Job$new()$clone()\nx$total", ["check total passes"]),
        ('Job$set("public", "more", function() ctx$log("more"))\nJob$new()$more()', ['log "more"']),
        ('Job$set(fetch(), "more", function() ctx$log("more"))\nJob$new()', ["gap"]),
        (
            'f <- Vectorize(function(ctx, name) ctx$report_asset_check(name, TRUE), "name")\nf(ctx, c("a", "b"))',
            ["check a passes", "check b passes"],
        ),
        (
            "step_a <- function() ctx$log('a')\nfor (name in ls(pattern = '^step_')) do.call(name, list())",
            ['log "a"'],
        ),
        ("step_a <- function() ctx$report_asset_check('a', TRUE)\ndo.call(fetch(), list())", ["gap"]),
        ("step_a <- function() ctx$report_asset_check('a', TRUE)\nget(fetch())()", ["gap"]),
        ("steps <- list(a = function() ctx$report_asset_check('a', TRUE))\nsteps[[fetch()]]()", ["gap"]),
        ("with(fetch(), ctx$log(n))", ["log ?"]),
    ],
)
def test_what_is_run_elsewhere(body: str, expected: list[str]) -> None:
    job = """
Job <- R6::R6Class("Job", public = list(n = 1), active = list(
  total = function(value) if (missing(value)) ctx$report_asset_check("total", TRUE) else self$n <- value))
"""
    assert r(job + body) == expected


# --- Failures -------------------------------------------------------------------------------------------------------

MAIN = 'main <- function() with_dagster_pipes(function(ctx) { ctx$get_extra("a"); TRUE })\n'


@pytest.mark.parametrize(
    ("after", "guarded"),
    [
        ('r <- try(main())\nif (inherits(r, "try-error")) quit(status = 1)', False),
        ("ok <- tryCatch(main(), error = function(e) FALSE)\nif (!isTRUE(ok)) quit(status = 1)", False),
        ("status <- 0\ntryCatch(main(), error = function(e) status <<- 1)\nquit(status = status)", False),
        ('r <- tryCatch(main(), error = function(e) e)\nif (inherits(r, "error")) quit(status = 2)', False),
        ("tryCatch(main(), error = function(e) quit(status = 1))", False),
        ('r <- try(main())\nif (inherits(r, "try-error")) message("failed")', True),
        ("ok <- tryCatch(main(), error = function(e) FALSE)\nif (!isTRUE(ok)) quit(status = 0)", True),
        ('r <- try(main())\nif (inherits(r, "other")) quit(status = 1)', True),
        ("failed <- FALSE\ntryCatch(main(), error = function(e) failed <<- TRUE)", True),
    ],
)
def test_a_handler_after_which_the_program_fails_guards_nothing(after: str, guarded: bool) -> None:
    (read,) = [line for line in script(MAIN + after) if line.startswith("read a")]
    assert read == ("read a guarded" if guarded else "read a")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("repeat { ctx$log('a'); break }\nctx$log('b')", ['log "a"', 'log "b"']),
        ("n <- 0\nrepeat { n <- n + 1; ctx$log(n); if (n > 1) break }", ["log 1", "log 2"]),
        ("repeat { ctx$log('a'); if (ask()) break }", ['log "a" repeatedly']),
        ("n <- 0\nwhile (n < 2) { n <- n + 1; ctx$log(n) }", ["log 1", "log 2"]),
    ],
)
def test_loops_of_known_rounds(body: str, expected: list[str]) -> None:
    assert r(body) == expected
