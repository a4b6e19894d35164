"""Notebooks, R Markdown and Quarto documents: which code is theirs, and where it is."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import ROOT

from pipes_lint import lint
from pipes_lint.contract import Called, MemberRead, Opened, Passed, Session, When
from pipes_lint.files import Files, Problem
from pipes_lint.frontends import documents, magics
from pipes_lint.frontends.chunks import chunks
from pipes_lint.link import link, parameters
from pipes_lint.link.mixed import joined
from pipes_lint.notebook import NotANotebook, parse, read
from pipes_lint.reports import concise, full, json_report
from pipes_lint.source import Source, Span
from pipes_lint.values import Known, Template, Unknown, Value
from pipes_lint.values import Sequence as List


def cell(source: object, kind: str = "code", **metadata: object) -> dict[str, object]:
    return {"cell_type": kind, "metadata": metadata, "source": source}


def notebook(*cells: object, **metadata: object) -> str:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}, indent=1, ensure_ascii=False)


DEFS = """\
import dagster as dg


@dg.asset
def scores(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
    return pipes.run(context=context, command={command!r}, extras={extras!r}).get_results()
"""


def checked(folder: Path, name: str, text: str, command: Sequence[str], extras: object = None) -> lint.Report:
    (folder / "defs.py").write_text(DEFS.format(command=list(command), extras=extras or {"threshold": 0.5}))
    (folder / name).write_bytes(text.encode())
    return lint.check(folder)


# --- Where things are -----------------------------------------------------------------------------------------------

codes = st.text(
    st.one_of(st.characters(), st.sampled_from('\\"/\n\r\té😀\ud83d\ude00\x00\x7f\u2028')),
    max_size=20,
)
cells = st.lists(
    st.tuples(st.sampled_from(["code", "code", "markdown", "raw"]), st.one_of(codes, st.lists(codes, max_size=4))),
    max_size=5,
)


@settings(max_examples=300, deadline=None)
@given(cells, st.booleans(), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_every_character_of_the_code_is_where_it_is_said_to_be_in_the_file(
    given: list[tuple[str, str | list[str]]], escaped: bool, indent: int | str | None, turned: bool
) -> None:
    made = [{**cell(source, kind), "outputs": [{"text": ['"source": ["x"]}]']}]} for kind, source in given]
    file = json.dumps({"cells": made, "metadata": {}}, ensure_ascii=escaped, indent=indent, sort_keys=turned)
    source = parse("a.ipynb", file)
    expected = [(number, "".join(code)) for number, (kind, code) in enumerate(given, start=1) if kind == "code"]
    assert source.cells is not None
    assert [(each.number, each.source.text) for each in source.cells] == expected
    assert source.text == "".join(code + "\n" for _, code in expected)
    assert source.file.text == file
    for each in source.cells:
        for offset, character in enumerate(each.source.text):
            assert source.cell(each.start + offset) is each
            assert _character(file, source.in_file(each.start + offset)) == character
        assert not each.strings or file[source.in_file(each.end)] == '"'


def _character(file: str, at: int) -> str:
    """What stands at a place inside a JSON string, read with as many characters of it as make one."""
    for length in (1, 2, 12, 6):
        try:
            found = json.loads(f'"{file[at : at + length]}"')
        except ValueError:
            continue
        if len(found) == 1:
            return str(found)
    raise AssertionError(file[at : at + 12])


NOTEBOOK = notebook(
    cell("# Scores", "markdown"),
    cell(["from dagster_pipes import open_dagster_pipes\n", "pipes = open_dagster_pipes()"]),
    cell(["# größer\n", "\n", '%time\t"x", pipes.get_extra("treshold")\n', "pipes.close()"]),
)


def test_full_shows_the_cell(tmp_path: Path) -> None:
    report = checked(tmp_path, "nb.ipynb", NOTEBOOK, ["papermill", "nb.ipynb", "-"])
    assert full.render(report).partition("  |\n ::: ")[0] == (
        """\
error[missing-extra]: extra `treshold` is read, but asset `scores` does not pass it
 --> nb.ipynb:cell 3:3:28
  |
3 | %time    "x", pipes.get_extra("treshold")
  |                               ^^^^^^^^^^ the script stops here: Extra `treshold` is undefined. Extras must be \
provided by user.
"""
    )


def test_concise_names_the_cell(tmp_path: Path) -> None:
    report = checked(tmp_path, "nb.ipynb", NOTEBOOK, ["papermill", "nb.ipynb", "-"])
    assert concise.render(report, "../").startswith("../nb.ipynb:cell 3:3:28: error[missing-extra] extra `treshold`")


def test_json_has_the_places_in_the_cell_and_in_the_file(tmp_path: Path) -> None:
    report = checked(tmp_path, "nb.ipynb", NOTEBOOK, ["papermill", "nb.ipynb", "-"])
    (finding,) = json.loads(json_report.render(report))["findings"]
    row = next(row for row, line in enumerate(NOTEBOOK.split("\n"), start=1) if "treshold" in line)
    line = NOTEBOOK.split("\n")[row - 1]
    start, end = line.index(r"\"treshold") + 1, line.index(r"treshold\"") + len(r"treshold\"") + 1
    assert {name: finding[name] for name in ("filename", "cell", "location", "end_location")} == {
        "filename": "nb.ipynb",
        "cell": 3,
        "location": {"row": 3, "column": 28},
        "end_location": {"row": 3, "column": 38},
    }
    assert finding["file_location"] == {"row": row, "column": start}
    assert finding["file_end_location"] == {"row": row, "column": end}
    assert "cell" not in finding["notes"][0]


def test_notes_in_other_cells_are_drawn_apart() -> None:
    source = parse("a.ipynb", notebook(cell("one()\n"), cell("two()\nthree()"), cell("four()")))
    around, inside = source.around(Span("a.ipynb", source.text.index("three"), len(source.text)))
    assert (around.text, inside) == ("two()\nthree()", Span("a.ipynb", 6, 13))


def test_a_span_that_begins_behind_the_last_cell_is_at_its_end() -> None:
    source = parse("a.ipynb", notebook(cell("one()")))
    assert source.around(Span("a.ipynb", 6, 6))[1] == Span("a.ipynb", 5, 5)
    assert source.file.text[source.in_file(6)] == '"'


# --- Which files are notebooks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "message", "at"),
    [
        ("", "expecting value", 0),
        ("[1]", "no JSON object", 0),
        ("7", "no JSON object", 0),
        ('{"metadata": {}}', "it has no cells", 0),
        ('{"cells": {}}', "it has no cells", 0),
        ('{"cells": [1 2]}', "expecting ',' delimiter", 13),
        ('{"cells": [{"source": ["a" "b"]}]}', "expecting ',' delimiter", 27),
        ('{"cells": [{"source": "a]}', "unterminated string", 22),
        ('{"cells": []} {}', "extra data", 14),
        ('{"cells": [], x: 1}', "expecting property name", 14),
        ("<<<<<<< HEAD\n{}", "expecting value", 0),
        ('{"cells": [{"source": "a\nb"}]}', "invalid control character", 24),
    ],
)
def test_no_notebook(file: str, message: str, at: int) -> None:
    with pytest.raises(NotANotebook, match=re.escape(message)) as caught:
        parse("a.ipynb", file)
    assert caught.value.offset == at
    source = read("a.ipynb", file)
    assert (source.text, source.cells) == (file, None)
    (module,) = documents.lower(source).modules
    assert module.faults[0].message == caught.value.message


def test_nested_without_end() -> None:
    with pytest.raises(NotANotebook):
        parse("a.ipynb", '{"cells": [{"outputs": ' + "[" * 100_000)
    with pytest.raises(NotANotebook, match="nested too deeply"):
        parse("a.ipynb", '{"x": ' + "[" * 500_000 + "]" * 500_000 + ', "cells": []}')


def codes_of(file: str) -> list[tuple[int, str, str]]:
    found = parse("a.ipynb", file).cells
    assert found is not None
    return [(each.number, each.language, each.source.text) for each in found]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (notebook(), []),
        (notebook(cell("x"), 5, None, cell("y")), [(1, "python", "x"), (2, "python", "y")]),
        (
            notebook(cell(["x", 1, None, "y"]), cell(None), cell({})),
            [(1, "python", "xy"), (2, "python", ""), (3, "python", "")],
        ),
        ('{"cells": [{"source": "x", "cell_type": "code"}], "nbformat": 4}', [(1, "python", "x")]),
        ('{"cells": [{"cell_type": "code"}]}', [(1, "python", "")]),
        ('{"cells": [{"cell_type": "code", "source": "x", "source": "y"}]}', [(1, "python", "y")]),
        (
            '{"worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": ["x\\n", "y"]}]}, 3]}',
            [(1, "python", "x\ny")],
        ),
        (notebook(cell("x"), kernelspec={"language": "R", "name": "ir"}), [(1, "r", "x")]),
        (notebook(cell("x"), kernelspec={"name": "ir"}), [(1, "r", "x")]),
        (notebook(cell("x"), kernelspec={"name": "python39-acme"}), [(1, "python", "x")]),
        (notebook(cell("x"), language_info={"name": "julia"}), [(1, "julia", "x")]),
        (notebook(cell("x"), kernelspec=[], language_info=7), [(1, "python", "x")]),
        (
            notebook(
                cell("x"),
                cell("%r\ny"),
                cell("%sql\nSELECT"),
                **{"application/vnd.databricks.v1+notebook": {"language": "python"}},
            ),
            [(1, "python", "x"), (2, "r", "%r\ny"), (3, "sql", "%sql\nSELECT")],
        ),
    ],
)
def test_cells(file: str, expected: list[tuple[int, str, str]]) -> None:
    assert codes_of(file) == expected


def test_files_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(b'{"cells": [], "x": "dagster\xff"}')
    (tmp_path / "b.ipynb").write_bytes(b'{"cells": [], "x": "dagster\0"}')
    (tmp_path / "c.ipynb").write_bytes("\ufeff".encode() + notebook(cell("import dagster")).encode())
    files = Files(tmp_path)
    assert list(files.candidates()) == ["a.ipynb", "b.ipynb", "c.ipynb"]
    assert "not UTF-8" in str(files.source("a.ipynb"))
    assert "NUL" in str(files.source("b.ipynb"))
    found = files.source("c.ipynb")
    assert isinstance(found, Source)
    assert found.text == "import dagster\n"


def test_a_large_notebook_is_read_and_one_that_does_not_matter_is_not_parsed(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo\\n" * 1_000_000}}
    large = notebook(
        {
            **cell("from dagster_pipes import open_dagster_pipes\nopen_dagster_pipes().get_extra('x')"),
            "outputs": [picture],
        }
    )
    (tmp_path / "large.ipynb").write_text(large)
    (tmp_path / "other.ipynb").write_text(large.replace("dagster", "daugter") + "torn")
    begun = time.perf_counter()
    project = link(Files(tmp_path))
    assert time.perf_counter() - begun < 5
    assert [script.path for script, _ in project.unlaunched] == ["large.ipynb"]


def test_overlay_is_a_notebook_too() -> None:
    files = Files(Path("/nowhere"), overlay={"a.ipynb": NOTEBOOK, "b.Ipynb": "{"})
    found = files.source("a.ipynb")
    assert not isinstance(found, Problem)
    assert found.text.startswith("from dagster_pipes")


# --- What IPython understands and Python does not -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        ("x = 1\n", "x = 1\n"),
        ("%matplotlib inline\nx", "0                 \nx"),
        ("!pip install 'x\ny", "0              \ny"),
        ("!a \\\n  b\ny", "0   \n   \ny"),
        ("x?\n??y\nz.a[0]??", "0 \n0  \n0       "),
        ("files = !ls 'x\n", "files = _1    \n"),
        ("a, b = %foo x\n", "a, b = _1    \n"),
        ("d['k'] = !ls\n", "d['k'] = _1 \n"),
        ("if x:\n    !ls\n", "if x:\n    0  \n"),
        ("%time y = f()\n", "0;    y = f()\n"),
        ("%time\n%timeit -n 3 f()", "0    \n0               "),
        ("%time for x in y: z\n", "     \ffor x in y: z\n"),
        ("if a:\n  %time for x in y: z\n", "if a:\n  0                  \n"),
        ("%%time\nx = 1", "      \nx = 1"),
        ("\n%%capture out\n%%time\nx = 1", "\n             \n      \nx = 1"),
        ("  x = 1\n  if x:\n    y\n", " \fx = 1\n \fif x:\n \f  y\n"),
        ("x = ('%s'\n  % name)\n", "x = ('%s'\n  % name)\n"),
        ("x = a \\\n  % b\n", "x = a \\\n  % b\n"),
        ("s = '''\n%foo\n!ls\n'''\n", "s = '''\n%foo\n!ls\n'''\n"),
        ("a != b\nc == d % e # x = !ls\n", "a != b\nc == d % e # x = !ls\n"),
        ("f(x=1)\nprint('a?')\n# what?\n", "f(x=1)\nprint('a?')\n# what?\n"),
    ],
)
def test_magics(code: str, plain: str) -> None:
    assert magics.plain(code).code == plain
    ast.parse(plain)


@pytest.mark.parametrize(
    "code", ["%%bash\nls $(", "%%R -i x\nx <- 1", "%%capture\n%%sh\nls", "%%writefile a.py\nx", "%%timeit\nf()"]
)
def test_cells_of_something_else(code: str) -> None:
    assert magics.plain(code).code is None


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("%!?=ab.[](){}'\"\\ \t\r\n#:;,/\f"), max_size=60))
def test_magics_keep_every_place(code: str) -> None:
    plain = magics.plain(code).code
    if plain is not None:
        assert len(plain) == len(code)
        assert re.sub(r"[^\r\n]", "", plain) == re.sub(r"[^\r\n]", "", code)


@pytest.mark.parametrize(
    "piece", ["!", "%x\n", "[", "a[", "'''", '"""\\', "x = [", "f(", "\\\n", "a.b?", "%time ", "\t", "x =!"]
)
def test_magics_take_no_longer_than_the_code_is_long(piece: str) -> None:
    begun = time.perf_counter()
    magics.plain(piece * 20_000)
    assert time.perf_counter() - begun < 2


# --- Chunks ---------------------------------------------------------------------------------------------------------


def shown(text: str, quarto: bool = False) -> list[tuple[str, object, bool, str]]:
    return [(each.language, each.runs, each.goes_on, text[each.start : each.end]) for each in chunks(text, quarto)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```{r}\nx\n```\n", [("r", True, False, "x\n")]),
        ("```{R}\r\nx\r\n```\r\n", [("r", True, False, "x\r\n")]),
        ("``` {python}  \nx\n```  \n", [("python", True, False, "x\n")]),
        ("```{r, engine='python'}\nx\n```\n", [("python", True, False, "x\n")]),
        ("```{r a-label, eval = FALSE}\nx\n```\n", [("r", False, False, "x\n")]),
        ("```{r, eval=params$run, error=TRUE}\nx\n```\n", [("r", None, True, "x\n")]),
        (
            "```{python}\n#| label: x\n#| eval: false\nx\n```\n",
            [("python", False, False, "#| label: x\n#| eval: false\nx\n")],
        ),
        ("```{r}\n#| eval=FALSE, error=TRUE\nx\n```\n", [("r", False, True, "#| eval=FALSE, error=TRUE\nx\n")]),
        ("```{r}\nx\n#| eval: false\n```\n", [("r", True, False, "x\n#| eval: false\n")]),
        ("````{r}\n```\n````\n", [("r", True, False, "```\n")]),
        ("> ```{r}\n> x\n> ```\n", [("r", True, False, "> x\n")]),
        ("```{r}\nx", [("r", True, False, "x")]),
        ("```{r}\n```{r}\nx\n```\n", [("r", True, False, ""), ("r", True, False, "x\n")]),
        ("```r\nx\n```\n```{.r}\nx\n```\n~~~{r}\nx\n~~~\n```{sql}\nx\n```\n", []),
        (
            "```{r}\nopts_chunk$set(echo = TRUE, eval = FALSE)\n```\n```{python}\nx\n```\n```{r, eval=TRUE}\ny\n```\n",
            [
                ("r", True, False, "opts_chunk$set(echo = TRUE, eval = FALSE)\n"),
                ("python", False, False, "x\n"),
                ("r", True, False, "y\n"),
            ],
        ),
        ("---\nexecute:\n  eval: false\n---\n```{r}\nx\n```\n", [("r", None, False, "x\n")]),
        ("---\ntitle: x\n```{r}\n", [("r", True, False, "")]),
    ],
)
def test_chunks(text: str, expected: list[tuple[str, object, bool, str]]) -> None:
    assert shown("\n" + text if not text.startswith("---") else text) == expected


@pytest.mark.parametrize(
    ("header", "runs", "goes_on"),
    [
        ("execute:\n  echo: true\n  eval: false\n", False, False),
        ("execute: {eval: false}\n", False, False),
        ("execute:\n  error: true\n", True, True),
        ("execute:\n  enabled: false\n", False, False),
        ("knitr:\n  opts_chunk:\n    eval: false\n", False, False),
        ("format:\n  html:\n    eval: false\n", True, False),
        ("title: execute\n", True, False),
    ],
)
def test_what_a_header_says(header: str, runs: bool, goes_on: bool) -> None:
    assert shown(f"---\n{header}---\n\n```{{r}}\nx\n```\n", quarto=True) == [("r", runs, goes_on, "x\n")]


@pytest.mark.parametrize(
    "piece", ["```{r}\n", "````{r}\n```\n", "```\n", "#| a: b\n", "---\n", "```{r, " + "a," * 50 + "}\n", "`r x "]
)
def test_chunks_take_no_longer_than_the_text_is_long(piece: str) -> None:
    for text in (piece * 5_000, f"---\n{piece * 5_000}", f"\n````{{r}}\n{piece * 5_000}````\n"):
        begun = time.perf_counter()
        chunks(text, quarto=False)
        assert time.perf_counter() - begun < 2


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "```{r}",
                "```{python}",
                "```",
                "````{r}",
                "  ```{python}",
                "  ```",
                "> ```{r}",
                "> x",
                "  x = 1",
                "x",
                "é`r extra`",
                "---",
                "<<a>>",
                "",
            ]
        ),
        max_size=12,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["a.Rmd", "a.qmd"]),
)
def test_what_is_read_of_a_document_stands_where_it_stood(lines: list[str], end: str, path: str) -> None:
    text = end.join(lines)
    for code in documents.lower(Source(path, text)).texts.values():
        assert len(code) == len(text)
        for mine, theirs in zip(code, text, strict=True):
            assert mine == theirs or mine in " \f" or (mine, theirs) == (";", "`")


KNITR = """
suppressMessages(library(knitr))
options(warn = -1)
knit_patterns$set(all_patterns$md)
lines <- readLines("a.Rmd")
blocks <- Filter(function(x) inherits(x, "block"), knitr:::split_file(lines, patterns = all_patterns$md))
for (x in blocks) {
  eval <- x$params$eval
  cat(if (is.null(x$params$engine)) "r" else x$params$engine,
      if (is.null(eval)) "TRUE" else if (is.logical(eval)) eval else "NULL",
      length(knitr:::knit_code$get(x$params$label)), "\\n")
}
"""


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_knitr_sees_the_same_chunks(tmp_path: Path) -> None:
    lines = """
# One|```{r}|1|```|text|```{r two, eval=FALSE}|2|3|```|```r|no|```|````{python}|```|x|````|~~~{r}|no|~~~|- list|
  ```{r}|  4|```
  5|  ```|> ```{r, eval=is.null(1)}|> 6|> ```|```{r}|``` {r}|```{r seven}|7|``|```|<!--|```{python, echo=FALSE}|8|```
-->|```{r}x|```|```{r}|9
"""
    text = "\n".join(lines.replace("\n", "|").split("|"))
    (tmp_path / "a.Rmd").write_text(text)
    (tmp_path / "k.R").write_text(KNITR)
    told = subprocess.run(
        ["Rscript", "--vanilla", "k.R"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    if "knitr" in told.stderr and not told.stdout:
        pytest.skip("knitr is not installed")
    mine = [
        (each.language, str(each.runs), len(text[each.start : each.end].splitlines())) for each in chunks(text, False)
    ]
    theirs = [line.split() for line in told.stdout.splitlines()]
    assert mine == [
        (engine, {"TRUE": "True", "FALSE": "False"}.get(runs, "None"), int(count)) for engine, runs, count in theirs
    ]
    assert len(mine) >= 9


# --- What a document does -------------------------------------------------------------------------------------------


def sessions(files: dict[str, str]) -> dict[str, Session]:
    project = link(Files(Path("/nowhere"), overlay=files))
    return {script.path: session for script, session in project.unlaunched}


def test_indented_code_in_cells_is_code() -> None:
    text = """
- a

    ```{python}
    from dagster_pipes import open_dagster_pipes
    with open_dagster_pipes() as p:
        p.log.info('x')
    ```
"""
    (session,) = sessions({"a.qmd": text}).values()
    assert session.complete
    assert [event.member for event in session.events if isinstance(event, Called | MemberRead)] == ["log", "log.info"]


def test_a_document_of_another_language_is_not_read(tmp_path: Path) -> None:
    text = notebook(cell("import dagster_pipes"), kernelspec={"language": "julia"})
    report = checked(tmp_path, "a.ipynb", text, ["papermill", "a.ipynb", "-"])
    (contract,) = report.project.contracts
    assert contract.launch.target.path == "a.ipynb"
    assert contract.script is None


def test_numbers_of_two_sessions_stay_apart() -> None:
    def opened(at: int) -> Opened:
        return Opened(Span("a.qmd", at, at), When(((1, 0),), (2,)), "python", 3)

    whole = joined([Session((opened(0), opened(20))), Session((opened(10),), pipes=False)], "a.qmd")
    events = [event for event in whole.events if isinstance(event, Opened)]
    assert [event.span.start for event in events] == [0, 10, 20]
    assert [event.ident for event in events] == [3, 7, 3]
    assert [event.when.path for event in events] == [((1, 0),), ((5, 0),), ((1, 0),)]
    assert [event.when.loops for event in events] == [(2,), (6,), (2,)]
    assert whole.pipes


def test_a_project_without_documents_does_not_load_them(tmp_path: Path) -> None:
    (tmp_path / "defs.py").write_text(DEFS.format(command=["python", "a.py"], extras={}))
    (tmp_path / "a.py").write_text("from dagster_pipes import open_dagster_pipes\nopen_dagster_pipes().close()\n")
    program = (
        "import sys; from pathlib import Path; from pipes_lint.lint import check; check(Path('.'));"
        "print(*[name for name in sys.modules if name.startswith('pipes_lint')])"
    )
    told = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    rare = {"notebook", "link.parameters", "link.mixed", "frontends.documents", "frontends.chunks", "frontends.magics"}
    assert {f"pipes_lint.{name}" for name in rare} & set(told.stdout.split()) == set()


# --- Parameters -----------------------------------------------------------------------------------------------------

HERE = Span("defs.py", 0, 0)


@pytest.mark.parametrize(
    ("command", "expected", "complete"),
    [
        ("papermill a.ipynb b.ipynb", {}, True),
        (
            "papermill a.ipynb b.ipynb -p n 3 -p f 1.5 -p b True -p none None -p s x",
            {"n": 3, "f": 1.5, "b": True, "none": None, "s": "x"},
            True,
        ),
        ("papermill -r n 3 a.ipynb - --parameters m 4", {"n": "3", "m": 4}, True),
        ("/opt/bin/python -m papermill a.ipynb - -p n 3", {"n": 3}, True),
        ("papermill a.ipynb - -y '{n: 3}' -p m 4", {"m": 4}, False),
        ("papermill a.ipynb - -p n", {}, False),
        ("quarto render a.qmd -P n:3 -P s:a:b", {"n": 3, "s": "a:b"}, True),
        ("jupyter nbconvert --execute a.ipynb -y", {}, True),
        ("jupyter-execute a.ipynb", {}, True),
        ("run-notebook a.ipynb", {}, False),
        ("papermill 'a.ipynb", {}, False),
    ],
)
def test_parameters_of_a_command(command: str, expected: dict[str, object], complete: bool) -> None:
    found = parameters.given(Passed(Known(command), HERE))
    values = {key: slot.value.value for key, slot in found.slots.items() if isinstance(slot.value, Known)}
    assert values == expected
    assert found.complete is complete


def test_parameters_that_are_not_known() -> None:
    hole = Template(("x-", Unknown("it is not known")))
    words: list[Value] = [Known("papermill"), Known("a.ipynb"), hole, Known("-p"), Known("n"), hole]
    found = parameters.given(Passed(List(tuple(words)), HERE))
    assert isinstance(found.slots["n"].value, Unknown)
    assert found.complete
    assert not parameters.given(Passed(List(tuple(words), complete=False), HERE)).complete
    assert not parameters.given(Passed(List((*words, Unknown("it is not known"))), HERE)).complete
    assert not parameters.given(None).complete
