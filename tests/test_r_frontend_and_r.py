"""The R front end held against R itself: what it reads as literals, pipes and replacements, and what R can parse."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipes_lint import ir
from pipes_lint.frontends.r import lower
from pipes_lint.source import Source, Span

pytestmark = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")

READ = r"""
lines <- readLines("given.R", encoding = "UTF-8")
show <- function(value) {
  if (is.character(value)) return(paste(c("text", utf8ToInt(enc2utf8(value))), collapse = " "))
  if (is.integer(value)) return(paste("int", format(value, scientific = FALSE)))
  if (is.double(value)) return(paste("double", sprintf("%a", value)))
  paste(typeof(value), paste(deparse(value, width.cutoff = 500L), collapse = " "))
}
for (line in lines) {
  parsed <- tryCatch(suppressWarnings(parse(text = line, keep.source = FALSE, encoding = "UTF-8")), error = identity)
  cat(if (inherits(parsed, "error")) "refused" else if (length(parsed) == 1L) show(parsed[[1L]]) else "several", "\n")
}
"""

DUMP = r"""
file <- file("dumped.R", "w")
for (package in c("base", "stats", "utils", "tools")) {
  space <- asNamespace(package)
  names <- sort(ls(space), method = "radix")
  for (name in names[seq(1L, length(names), by = 6L)]) {
    value <- get(name, space)
    if (is.function(value) && !is.primitive(value)) {
      attributes(value) <- NULL
      writeLines(c(paste0("`", name, "` <- "), deparse(value)), file)
    }
  }
}
close(file)
invisible(parse("dumped.R", keep.source = FALSE))
cat(R.home())
"""


def r(script: str, folder: Path) -> str:
    path = folder / "script.R"
    path.write_text(script, encoding="utf-8")
    # A C.UTF-8 locale, so that R's strings are read as the file has them.
    done = subprocess.run(
        ["Rscript", "--vanilla", str(path)],
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def read_by_r(lines: tuple[str, ...], folder: Path) -> list[str]:
    (folder / "given.R").write_text("\n".join(lines) + "\n", encoding="utf-8")
    answers = [answer.strip() for answer in r(READ, folder).splitlines()]
    assert len(answers) == len(lines)
    return answers


def bare(node: Any) -> Any:
    """A node without its places, for comparing what is said in two ways."""
    if type(node) is tuple:
        return tuple(map(bare, node))
    if isinstance(node, tuple):
        kept = (held for name, held in node._asdict().items() if name not in ("span", "name_span"))  # type: ignore[attr-defined]
        return (type(node).__name__, *map(bare, kept))
    return node


def opaque(root: Any) -> Iterator[ir.Opaque]:
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ir.Opaque):
            yield node
        if isinstance(node, tuple) and not isinstance(node, Span):
            waiting.extend(node)


LITERALS = (
    *(
        "1",
        "1e3",
        "1E-3",
        ".5",
        "5.",
        "0.1",
        "1e15",
        "123456789.123",
        "1e22",
        "1e400",
        "0x10",
        "0xFf",
        "0x1p3",
        "0x1.8p3",
    ),
    *("0x1.8p-3", "1L", "0x10L", "1e5L", "1.0L", "1.5L", "1e-3L", "100000000000L", "0xFFFFFFFFL", "2147483647L"),
    *(
        "'a'",
        '"a"',
        "'it\\'s'",
        '"\\"q\\""',
        "''",
        r"'\n\t\r\a\b\f\v\\\`\ '",
        r"'\x41\x4'",
        r"'\101\12'",
        r"'\u00e9\u{e9}'",
    ),
    *(r"'\U0001F600\U{1F600}'", r"'\xc3\xa9'", r"'\ud83d\ude00'", "'é😀'", 'r"(a\\n"b)"', 'R"---[x]--]---"', "r'{a}'"),
    *('r"--(a)--"', 'r"()"', r"'\u4e2d\u6587 x'", "'a\tb'"),
)

NOT_LITERALS = (
    r"'\d'",
    r"'\x'",
    r"'\400'",
    r"'\0'",
    r"'\x00'",
    r"'\u{1F600}'",
    r"'\U{110000}'",
    "1e",
    "0x",
    "0x1.8",
    "'a",
)


def test_literals_have_the_values_that_r_gives_them(tmp_path: Path) -> None:
    for text, answer in zip(LITERALS, read_by_r(LITERALS, tmp_path), strict=True):
        lowered = lower(Source("a.R", text))
        assert lowered.faults == (), text
        node = lowered.body.body[0]
        assert isinstance(node, ir.Literal), text
        match node.value, answer.split():
            case str(value), ["text", *codes]:
                assert [ord(character) for character in value] == [int(code) for code in codes], text
            case int(value), ["int", number]:
                assert value == int(number), text
            case float(value), ["double", number]:
                assert value == float.fromhex(number), text
            case _:
                raise AssertionError((text, node.value, answer))


EXPRESSIONS = (
    *("x |> f()", "x |> f(y)", "x |> f(y) |> g(z, k = 1)", "x |> f(y, data = _)", "x |> a$f(1)", "x |> p::f()"),
    *("x |> (\\(y) y + 1)()", "f(x |> g(), y |> h(k = _))", "a + b |> f()", "!x |> f()", "c(1, 2) |> sum() |> f(a)"),
    *("x -> y", "x ->> y", "-a^2", "a %in% b:c", "!a %in% b", "a || b && c", "x <- y <- 1", "x$'k'", "x$`k`"),
    *("a %% b * c", "-1:2", "if (a) b else if (c) d else e", "\\(x, y = 2) x", "a ** b", "x[[1]][2, , drop = FALSE]"),
)


def test_pipes_and_precedence_are_those_of_r(tmp_path: Path) -> None:
    for text, answer in zip(EXPRESSIONS, read_by_r(EXPRESSIONS, tmp_path), strict=True):
        kind, _, deparsed = answer.partition(" ")
        assert kind == "language", (text, answer)
        assert bare(lower(Source("a.R", text)).body) == bare(lower(Source("a.R", deparsed)).body), (text, deparsed)


PARSED = (
    *("f(a, , b)", "f(a = , b)", "x[, 1]", "function(x, ...) x", "`a b` <- 1", "'f'(1)", "if (a) b", "~x", "y ~ x | z"),
    *(
        "{a; b}",
        "a::b$c(d)",
        "x@y@z",
        "for (i in x) next",
        "repeat break",
        "?help",
        "a := b",
        "f(NULL = 1)",
        "{}",
        "# c",
    ),
    *("f(function(x) x, \\(y) y)", "x$f()$g()", "(a)", "...elt(1)", "..1", "T & F", "f(if (a) b else c)", "-+!x"),
)
REFUSED = (
    *("f(a", "x <- c(1, 2))", "a b", "x <- ", "if (a) b else", "else a", "x[[1]", "a::b::c", "x |> f", "f(a = 1 b)"),
    *(
        "x$TRUE",
        "1__2",
        "function(x=) 1",
        "()",
        "for (i x) y",
        "x |> function(y) y",
        "{a",
        "'a' 'b'",
        "@",
        "a +* b",
        "ctx$",
        "x@",
        "a::",
        "::b",
        "a$b$",
    ),
)


def test_what_r_refuses_is_a_fault_and_nothing_else_is(tmp_path: Path) -> None:
    lines = (*LITERALS, *PARSED, *NOT_LITERALS, *REFUSED)
    answers = read_by_r(lines, tmp_path)
    for text, answer in zip(lines, answers, strict=True):
        assert (answer == "refused") == (text in NOT_LITERALS or text in REFUSED), (text, answer)
        assert bool(lower(Source("a.R", text)).faults) == (answer == "refused"), (text, answer)


def test_the_sources_of_r_are_understood(tmp_path: Path) -> None:
    home = Path(r(DUMP, tmp_path))
    files = [tmp_path / "dumped.R", *sorted(home.glob("library/*/demo/*.R")), *sorted(home.glob("library/*/tests/*.R"))]
    for file in files[:40]:
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        source = Source(file.name, text)
        lowered = lower(source)
        assert lowered.faults == (), file
        puzzling = {"does not parse", "missing", "nested too deeply", "an assignment to what is no place"}
        assert [source.slice(node.span) for node in opaque(lowered.body) if node.reason in puzzling] == [], file
