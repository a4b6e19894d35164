"""R source, lowered: what each construct becomes, where it stands, and what is left of a file that does not parse."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from subprocess import run
from sys import executable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipes_lint import ir
from pipes_lint.frontends.r import lower
from pipes_lint.source import Source, Span


def module(text: str) -> ir.Module:
    return lower(Source("a.R", text))


def only(text: str) -> ir.Node:
    """The one node of a text that parses."""
    lowered = module(text)
    assert lowered.faults == ()
    (node,) = lowered.body.body
    return node


def nodes(root: object) -> Iterator[Any]:
    """Everything in it that has a span."""
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple) and not isinstance(node, Span):
            if hasattr(node, "span"):
                yield node
            waiting.extend(reversed(node))


def shown(node: ir.Node | None) -> str:
    """A node in words that a reader can check: everything that was implied is written out."""
    match node:
        case None:
            return "-"
        case ir.Literal(value=ir.Missing(kind=kind)):
            return f"NA:{kind}"
        case ir.Literal(value=value):
            return repr(value)
        case ir.Name(name=name):
            return name
        case ir.Qualified(package=package, name=name):
            return f"{package}::{name}"
        case ir.Item(object=owner, key=key, access=ir.Access.DOLLAR):
            return f"{shown(owner)}${shown(key)}"
        case ir.Item(object=owner, key=key, access=ir.Access.ELEMENT):
            return f"{shown(owner)}[[{shown(key)}]]"
        case ir.Item(object=owner, key=key):
            return f"{shown(owner)}[{shown(key)}]"
        case ir.Call(function=function, arguments=arguments):
            return f"{shown(function)}({', '.join(map(argument, arguments))})"
        case ir.Operation(operator=operator, operands=operands):
            return f"<{' '.join((operator, *map(shown, operands)))}>"
        case ir.Block(body=body):
            return "{" + "; ".join(map(shown, body)) + "}"
        case ir.Assign(target=target, value=value, outer=outer):
            return f"{shown(target)} {'<<-' if outer else '<-'} {shown(value)}"
        case ir.Branch(test=test, then=then, otherwise=otherwise):
            return f"if {shown(test)} then {shown(then)} else {shown(otherwise)}"
        case ir.Loop(target=target, iterable=iterable, body=inner):
            return f"for {shown(target)} in {shown(iterable)} do {shown(inner)}"
        case ir.While(test=test, body=inner):
            return f"while {shown(test)} do {shown(inner)}"
        case ir.Function(name=name, parameters=parameters, body=inner):
            listed = ", ".join(
                f"{'*' if each.kind == '*' else ''}{each.name}" + (f"={shown(each.default)}" if each.default else "")
                for each in parameters
            )
            return f"fun {name}({listed}) {shown(inner)}"
        case ir.Formula(function=function):
            return f"~{shown(function.body)}"
        case ir.Return(value=value):
            return f"return {shown(value)}"
        case ir.Break():
            return "break"
        case ir.Continue():
            return "continue"
        case ir.Match(subject=subject, cases=cases):
            return f"match {shown(subject)}: " + " | ".join(map(case_shown, cases))
        case ir.Try(body=inner, handlers=handlers, finally_=cleanup, calling=calling):
            caught = " ".join(f"[{shown(each.types)} {shown(each.function)}]" for each in handlers)
            return f"{'calling' if calling else 'try'} {shown(inner)} {caught} finally {shown(cleanup)}"
        case ir.With(items=items, body=inner):
            return f"with {', '.join(f'{shown(i.context)} as {shown(i.target)}' for i in items)} do {shown(inner)}"
        case ir.Opaque(reason=reason, parts=parts):
            return f"?{reason}?" + "".join(f" {shown(part)}" for part in parts)
        case _:
            raise AssertionError(node)


def argument(given: ir.Argument) -> str:
    return given.spread + (f"{given.name}=" if given.name is not None else "") + shown(given.value)


def case_shown(case: ir.Case) -> str:
    match case.pattern:
        case ir.ValuePattern(values=values):
            return f"{','.join(map(shown, values))}: {shown(case.body)}"
        case ir.AnyPattern():
            return f"else: {shown(case.body)}"
        case ir.OpaquePattern():
            return f"perhaps: {shown(case.body)}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x <- 1", "x <- 1.0"),
        ("x = 1L", "x <- 1"),
        ("1 -> x", "x <- 1.0"),
        ("x <<- 1", "x <<- 1.0"),
        ("1 ->> x", "x <<- 1.0"),
        ('"x" <- 1', "x <- 1.0"),
        ("`my var` <- 1", "my var <- 1.0"),
        ("a <- b <- 1", "a <- b <- 1.0"),
        ("x$k <- 1", "x$'k' <- 1.0"),
        ("x@k <- 1", "x$'k' <- 1.0"),
        ('x[["k"]] <- 1', "x[['k']] <- 1.0"),
        ("x[k] <<- 1", "x[k] <<- 1.0"),
        ("x$a[[2]]$b <- 1", "x$'a'[[2.0]]$'b' <- 1.0"),
        ('"x"$k <- 1', "x$'k' <- 1.0"),
        ("names(x) <- v", "x <- names<-(x, value=v)"),
        ('attr(x, "k") <- v', "x <- attr<-(x, 'k', value=v)"),
        ("base::levels(x$f) <- v", "x$'f' <- base::levels<-(x$'f', value=v)"),
        ('names(x)[2] <- "b"', "x <- names<-(x, value=[<-(names(x), 2.0, value='b'))"),
        ("x[1, 2] <- v", "x <- [<-(x, 1.0, 2.0, value=v)"),
        ("x[] <- v", "x <- [<-(x, value=v)"),
        ("x$d[i, ] <- v", "x$'d' <- [<-(x$'d', i, ?missing argument?, value=v)"),
        ("dt[, a := f(b)]", "[(dt, ?missing argument?, ?`:=`? f(b))"),
    ],
)
def test_assignments(text: str, expected: str) -> None:
    assert shown(only(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function(x, y = 2, ...) x", "fun (x, y=2.0, *...) x"),
        ("\\(x) x + 1", "fun (x) <+ x 1.0>"),
        ("f <- function() NULL", "f <- fun f() None"),
        ("f = \\() {}", "f <- fun f() {}"),
        ("x$f <- function() 1", "x$'f' <- fun () 1.0"),
        ("f(a, b = 2, 'c' = 3, `d e` = 4)", "f(a, b=2.0, c=3.0, d e=4.0)"),
        ("f(...)", "f(**...)"),
        ("f(..1)", "f(..1)"),
        ("f(a = ...)", "f(a=...)"),
        ("f(, 1)", "f(?missing argument?, 1.0)"),
        ("f(a = , 1)", "f(a=?missing argument?, 1.0)"),
        ("f(1, # why\n 2)", "f(1.0, 2.0)"),
        ('"f"(x)', "f(x)"),
        ("ctx$get_extra('k')", "ctx$'get_extra'('k')"),
        ("f()()", "f()()"),
        ("(function(x) x)(1)", "fun (x) x(1.0)"),
        ("pkg::f(x)", "pkg::f(x)"),
        ("pkg:::f", "pkg::f"),
        ('x$"key"', "x$'key'"),
        ("x$`key`", "x$'key'"),
        ("x[i]", "x[i]"),
        ("x[[i]]", "x[[i]]"),
        ("x[1, ]", "[(x, 1.0, ?missing argument?)"),
        ("x[, 1]", "[(x, ?missing argument?, 1.0)"),
        ("x[]", "[(x)"),
        ("x[i, drop = FALSE]", "[(x, i, drop=False)"),
        ("x[[i, j]]", "[[(x, i, j)"),
        ("x[...]", "[(x, **...)"),
        ("return(x)", "return x"),
        ("return()", "return -"),
        ("invisible(x)", "invisible(x)"),
        ("on.exit(f())", "on.exit(f())"),
    ],
)
def test_functions_calls_and_what_is_inside(text: str, expected: str) -> None:
    assert shown(only(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!x", "<not x>"),
        ("-1", "<- 1.0>"),
        ("a + b - c", "<- <+ a b> c>"),
        ("a ^ b ** c", "<** a <** b c>>"),
        ("a %% b %/% c", "<// <% a b> c>"),
        ("a && b && c || d", "<or <and a b c> d>"),
        ("a & b | c", "<| <& a b> c>"),
        ("1:n", "<: 1.0 n>"),
        ("a %in% b", "<in a b>"),
        ("a %||% b", "<%||% a b>"),
        ("a %o% b", "%o%(a, b)"),
        ("y ~ f(x)", "?a formula?"),
        ("~ f(.x)", "~f(.x)"),
        ("map(x, ~ .$a)", "map(x, ~.$'a')"),
        ("x %>% map(~ .$a)", "map(x, ~.$'a')"),
        ("?help", "?a question for help?"),
        ("quote(f(x))", "?quoted code?"),
        ("base::bquote(f(x))", "?quoted code?"),
        ("substitute(x)", "?quoted code?"),
        ("expression(a, b)", "?quoted code?"),
        ("(x)", "x"),
        ("{x; y}", "{x; y}"),
    ],
)
def test_operators_and_what_is_quoted(text: str, expected: str) -> None:
    assert shown(only(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x |> f(y)", "f(x, y)"),
        ("x |> f() |> g(1)", "g(f(x), 1.0)"),
        ("x |> f(y, data = _)", "f(y, data=x)"),
        ("x |> f() |> _$a[1]", "f(x)$'a'[1.0]"),
        ("x |> (\\(y) y)()", "fun (y) y(x)"),
        ("x |> f(y |> g(a = _))", "f(x, g(a=y))"),
        ("'a' |> switch(a = 1, 2)", "match 'a': 'a': 1.0 | else: 2.0"),
        ("x %>% f(y)", "f(x, y)"),
        ("x %>% f", "f(x)"),
        ("x %>% pkg::f()", "pkg::f(x)"),
        ("x %>% pkg::f", "pkg::f(x)"),
        ("x %>% a$f(1)", "a$'f'(x, 1.0)"),
        ("x %>% (function(y) y)", "fun (y) y(x)"),
        ("x %>% f(y, .)", "f(y, x)"),
        ("x %>% f(data = .)", "f(data=x)"),
        ("x %>% f(., .)", "{. <- x; f(., .)}"),
        ("x %>% f(nrow(.))", "{. <- x; f(., nrow(.))}"),
        ("x %>% lm(y ~ ., data = .)", "lm(?a formula?, data=x)"),
        ("x %>% {f(.)}", "{. <- x; {f(.)}}"),
        ("x %>% f(y %>% g(a, .))", "f(x, g(a, y))"),
        ("x %T>% print %>% f", "f({. <- x; print(.); .})"),
        ("x %$% f(a)", "with(x, f(a))"),
        ("x %<>% f %>% g(1)", "x <- g(f(x), 1.0)"),
        ("x$a %<>% f", "x$'a' <- f(x$'a')"),
        (". %>% f %>% g", "fun (.) g(f(.))"),
    ],
)
def test_pipes(text: str, expected: str) -> None:
    assert shown(only(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if (a) b", "if a then b else -"),
        ("if (a) b else if (c) d else e", "if a then b else if c then d else e"),
        ("for (i in 1:3) next", "for i in <: 1.0 3.0> do continue"),
        ("while (TRUE) break", "while True do break"),
        ("repeat {}", "while True do {}"),
        ("switch(x, a = , b = 1, c = 2, 3)", "match x: 'a','b': 1.0 | 'c': 2.0 | else: 3.0"),
        ("switch(EXPR = x, a = 1)", "match x: 'a': 1.0"),
        ("switch(x, 9, a = 1)", "match x: 'a': 1.0 | else: 9.0"),
        ("switch(x, a = , 9)", "match x: else: 9.0"),
        ("switch(x, a = 1, b = )", "match x: 'a': 1.0 | 'b': None"),
        ("switch(x, 'p', 'q')", "match x: 1: 'p' | 2: 'q'"),
        ("switch(x, 'p')", "match x: perhaps: 'p'"),
        ("switch(x, ...)", "switch(x, **...)"),
        ("tryCatch(f(), error = function(e) 1)", "try f() ['error' fun (e) 1.0] finally -"),
        ("tryCatch(error = h, {f()}, warning = g, finally = k())", "try {f()} ['error' h] ['warning' g] finally k()"),
        ("base::tryCatch(expr = f(), error = h)", "try f() ['error' h] finally -"),
        ("tryCatch(f(), ...)", "try f() [- ...] finally -"),
        ("tryCatch(error = h)", "try {} ['error' h] finally -"),
        ("try(f(), silent = TRUE)", "try f() [- -] finally -"),
        ("withCallingHandlers(f(), warning = h)", "calling f() ['warning' h] finally -"),
        ("rlang::try_fetch(f(), error = h)", "try f() ['error' h] finally -"),
        ("with(p$open() %as% ctx, {f(ctx)})", "with p$'open'() as ctx do {f(ctx)}"),
        ("with(d, a)", "with(d, a)"),
    ],
)
def test_control(text: str, expected: str) -> None:
    assert shown(only(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TRUE", True),
        ("FALSE", False),
        ("NULL", None),
        ("NA", ir.Missing("logical")),
        ("NA_integer_", ir.Missing("integer")),
        ("NA_real_", ir.Missing("real")),
        ("NA_character_", ir.Missing("character")),
        ("Inf", float("inf")),
        ("1i", 1j),
        ("1e15", 1e15),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e5L", 100000),
        ("1.5L", 1.5),
        ("3000000000L", 3e9),
        ("0x10", 16.0),
        ("0x10L", 16),
        ("0x1p3", 8.0),
        ("0x1.8p3", 12.0),
        (r"'a\tb\x41\u00e9\U{1F600}\101\\'", "a\tbAé😀A\\"),
        (r"'\xc3\xa9'", "é"),
        (r"'\ud83d\ude00'", "😀"),
        ('r"(a\\n"b)"', 'a\\n"b'),
        ("R'---[a]--']---'", "a]--'"),
        ("r'{}'", ""),
        ("''", ""),
        ("'a\r\nb'", "a\nb"),
        ("'tab\there 👩‍🔬'", "tab\there 👩‍🔬"),
    ],
)
def test_literals(text: str, expected: object) -> None:
    node = only(text)
    assert isinstance(node, ir.Literal)
    assert node.value == expected
    assert type(node.value) is type(expected)


def test_t_and_f_are_variables_and_bytes_are_no_text() -> None:
    assert shown(only("T")) == "T"
    assert shown(only(r"'\xff'")) == "?bytes that are no text?"


def test_a_function_as_r_calls_it() -> None:
    node = only("load_it <- function(path) path")
    assert isinstance(node, ir.Assign)
    assert isinstance(node.value, ir.Function)
    assert (node.value.matching, node.value.implicit_return) == (ir.Matching.PREFIX, True)
    assert node.value.name_span == Span("a.R", 0, 7)


def test_spans_are_characters() -> None:
    text = "\ufeffx <- '😀e\u0301'\r\n\tctx$report(\"k\", `n m` = 2, x$'key')\r\n".lstrip("\ufeff")
    source = Source("a.R", text)
    texts = {source.slice(node.span) for node in nodes(lower(source).body)}
    assert {"'😀e\u0301'", "ctx$report", "report", '"k"', "`n m` = 2", "2", "x$'key'", "key"} <= texts
    (name,) = (node.name_span for node in nodes(lower(source).body) if isinstance(node, ir.Argument) and node.name)
    assert name is not None
    assert source.slice(name) == "`n m`"


def test_a_shebang_is_a_comment() -> None:
    assert shown(only("#!/usr/bin/env Rscript\nx\n")) == "x"


@pytest.mark.parametrize(
    ("text", "kept", "message"),
    [
        ("y <- 1\nx <- ", "y <- 1.0", "expected a name here"),
        ("f <- function(ctx) {\n  ctx$get_extra(\n}\ny <- 1\n", "y <- 1.0", ""),
        ("y <- 1\nx <- c(1, 2))\nz <- 3", "z <- 3.0", "`)` does not parse"),
        ("y <- 1\nctx$", "y <- 1.0", "expected a name after `$`"),
        ('y <- 1\nctx$get_extra("k', "y <- 1.0", ""),
        ("y <- 1\nif (a) {\n  b <- 2\n", "b <- 2.0", "expected `}` here"),
        ("a b\ny <- 1", "y <- 1.0", "`b` does not parse"),
        ("if (a) b\nelse c\ny <- 1", "y <- 1.0", "`else` begins a line, where R has already ended the `if`"),
        ("x |> f\ny <- 1", "y <- 1.0", "the pipe `|>` needs a call on its right"),
        ("x <- 'a\\d'\ny <- 1", "y <- 1.0", "`\\d` is not an escape that R knows"),
        ("x <- 1e\ny <- 1", "y <- 1.0", "`1e` is no number"),
        ("f(a = 1 b)\ny <- 1", "y <- 1.0", ""),
    ],
)
def test_half_typed_code_keeps_the_rest(text: str, kept: str, message: str) -> None:
    lowered = module(text)
    assert kept in shown(lowered.body)
    assert any(message in fault.message for fault in lowered.faults)


def test_what_is_half_typed_is_not_known() -> None:
    lowered = module("x <- )\ny <- 2")
    assert lowered.faults
    assert shown(lowered.body).startswith("{x <- ?does not parse?")
    assert shown(module("f(a = 1 b)").body) == "{f(a=?does not parse? b)}"


LONG = 5_000


@pytest.mark.parametrize(
    "text",
    [
        " + ".join(["a"] * LONG),
        " && ".join(["a"] * LONG),
        "x" + " |> f()" * LONG,
        "x" + " %>% f(nrow(.))" * LONG,
        "x" + "$a" * LONG + " <- 1",
        "p" + "$a()" * LONG,
        "f(" * LONG + ")" * LONG,
        "(" * LONG,
        "{" * LONG + "}" * LONG,
        "function(x) " * LONG + "1",
        "!" * LONG + "x",
        "a <- " * LONG + "1",
        "if (a) b" + " else if (a) b" * LONG,
        "names(" * 300 + "x" + ")" * 300 + " <- 1",
        "switch(x, a = " * 300 + "1" + ")" * 300,
        "tryCatch(" * 300 + "1" + ", error = h)" * 300,
    ],
    ids=lambda text: text[:12],
)
def test_depth_is_cut(text: str) -> None:
    lowered = module(text + "\ny")
    assert pickle.loads(pickle.dumps(lowered)) == lowered


def test_a_chain_that_is_cut_still_runs_its_operands() -> None:
    (node,) = module("+".join(f"f{n}()" for n in range(LONG))).body.body
    assert isinstance(node, ir.Opaque)
    assert len(node.parts) == LONG


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *("f", "(", ")", "{", "}", "[", "[[", "]]", "]", ",", ";", "x", "$", "@", "::", "<-", "->", "=", "|>"),
                *("%>%", "_", ".", "...", "function", "if", "else", "for", "in", "while", "switch", "tryCatch"),
                *("return", "'a'", '"b', 'r"(', "\\(", "1", "1L", "0x", "1e", "~", "?", "!", "-", "+", "&&", ":="),
                *("#", "\n", "\r\n", "`", "😀", "\\", "\t", "NULL", "NA"),
            ]
        )
        | st.text(max_size=4),
        max_size=25,
    )
)
def test_any_text_is_lowered(pieces: list[str]) -> None:
    source = Source("a.R", " ".join(pieces))
    lowered = lower(source)
    assert repr(pickle.loads(pickle.dumps(lowered))) == repr(lowered)
    for node in nodes(lowered.body):
        assert 0 <= node.span.start <= node.span.end <= len(source.text)


def test_lone_surrogates_are_lowered() -> None:
    assert module("x <- '\ud800'").body.body


def test_only_the_r_grammar_is_loaded() -> None:
    code = (
        "import sys\n"
        "from pipes_lint.frontends.r import lower\n"
        "from pipes_lint.source import Source\n"
        "assert 'tree_sitter' not in sys.modules\n"
        "lower(Source('a.R', 'x'))\n"
        "assert 'tree_sitter' in sys.modules and 'tree_sitter_yaml' not in sys.modules\n"
    )
    run([executable, "-c", code], check=True)
