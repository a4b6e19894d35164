"""Notebooks, R Markdown and Quarto documents as programs: their cells of a language, one after the other.

What is no code of that language is blank, so that every character keeps its offset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from .. import ir
from ..records import NamedTuple
from ..source import Source, Span
from ..values import Unknown
from . import magics
from .chunks import Chunk, chunks, included, inline

_SPEAKS: Final = ("ipes", "PIPES")
_ACROSS: Final = {"r": r"\bpy\$|\bpy_run_|\bpy\[\[", "python": r"(?<![\w.])r\.\w"}
"""How code of one language reaches for the variables of the other."""
_PUT_IN: Final = r"(?m)^[\t >]*<<.+>>[ \t]*$|\b(?:read_chunk|knit_child|knit_expand)\s*\("
_GIVEN: Final = {
    "IPython": ("get_ipython",),
    "IPython.display": ("display",),
    "databricks.sdk.runtime": ("dbutils", "displayHTML", "spark"),
}
"""What is there in a notebook, by the module from which it could be imported."""
_LANGUAGES: Final = {"r": "R", "python": "Python"}


class Document(NamedTuple):
    """A document, lowered: a module for each language that has a say, and the text of each as it was read."""

    modules: tuple[ir.Module, ...]
    texts: dict[str, str]
    gaps: tuple[Unknown, ...] = ()
    """Where it runs code that is not read."""

    @property
    def code(self) -> str:
        """All that is run, without what is only told."""
        return "".join(self.texts.values())


class _Cell(NamedTuple):
    start: int
    end: int
    code: str
    """What is run of it: the text from `start` to `end`, or as much blank."""
    runs: bool | None = True
    goes_on: bool = False
    takes_parameters: bool = False


def lower(source: Source) -> Document:
    """What a document says; never fails."""
    main = "r" if source.path.lower().endswith(".rmd") else "python"
    found: dict[str, list[_Cell]] = {}
    gaps: list[Unknown] = []
    if source.path.lower().endswith(".ipynb"):
        if source.cells is None:
            return _broken(source)
        _of_notebook(source, found, gaps)
    else:
        _of_chunks(source, found, gaps)
    texts = {language: _joined(source.text, cells) for language, cells in found.items()}
    speaking = [language for language, text in texts.items() if any(word in text for word in _SPEAKS)]
    gaps += _across(source, texts, speaking)
    if not texts and not _foreign(source):
        texts[main] = magics.blank(source.text)
        found[main] = []
    modules = tuple(_module(source, texts[language], language, found[language]) for language in speaking or texts)
    return Document(modules, texts, tuple(gaps))


def _broken(source: Source) -> Document:
    """A notebook that Jupyter cannot open."""
    from ..notebook import NotANotebook, parse

    try:
        parse(source.path, source.text)
    except NotANotebook as error:
        start = min(error.offset, len(source.text))
        fault = ir.Fault(Span(source.path, start, min(start + 1, len(source.text))), error.message)
        nothing = ir.Block(Span(source.path, 0, 0), ())
        return Document((ir.Module(source.path, "python", "builtins", nothing, (fault,)),), {})
    raise AssertionError(source.path)


def _foreign(source: Source) -> bool:
    """Whether a notebook is in languages that we do not read."""
    return any(cell.language not in _LANGUAGES for cell in source.cells or ())


# --- cells ----------------------------------------------------------------------------------------------------------


def _of_notebook(source: Source, found: dict[str, list[_Cell]], gaps: list[Unknown]) -> None:
    for cell in source.cells or ():
        code = cell.source.text
        language = cell.language
        switch = re.match(r"\s*%\w+", code) if language == "r" else None
        if switch:
            code = " " * switch.end() + code[switch.end() :]
        elsewhere: tuple[tuple[int, int, str], ...] = ()
        if language == "python":
            plain = magics.plain(code)
            elsewhere = plain.elsewhere
            if plain.code is None:
                telling = any(word in code for word in _SPEAKS) or magics.runs_a_script(code)
                elsewhere = elsewhere if telling else ()
                code = magics.blank(code)
            else:
                code = plain.code
        gaps += [_gap(source, cell.start + start, cell.start + end, what) for start, end, what in elsewhere]
        if language in _LANGUAGES:
            goes_on, parameters = "raises-exception" in cell.tags, "parameters" in cell.tags
            here = _Cell(cell.start, cell.end, code, True, goes_on, parameters)
            found.setdefault(language, []).append(here)


def _of_chunks(source: Source, found: dict[str, list[_Cell]], gaps: list[Unknown]) -> None:
    text = source.text
    taken: list[tuple[int, int]] = []
    quarto = source.path.lower().endswith(".qmd")
    for chunk in chunks(text, quarto):
        if chunk.runs is False:
            continue
        taken.append((chunk.start, chunk.end))
        if chunk.language not in _LANGUAGES:
            if magics.runs_a_script(text[chunk.start : chunk.end]):
                gaps.append(_gap(source, chunk.start, chunk.end, "a shell command runs another script"))
            continue
        found.setdefault(chunk.language, []).append(
            _Cell(chunk.start, chunk.end, _code(text, chunk), chunk.runs, chunk.goes_on, chunk.takes_parameters)
        )
        if chunk.elsewhere:
            gaps.append(_gap(source, chunk.start, chunk.end, chunk.elsewhere))
        if chunk.language == "r":
            matches = re.compile(_PUT_IN).finditer(text, chunk.start, chunk.end)
            gaps += [_gap(source, *match.span(), "another chunk or document is put in") for match in matches]
    for start, end in inline(text) if "r" in found else ():
        if not any(first <= start < last for first, last in taken):
            # What follows on the same line is another expression.
            found["r"].append(_Cell(start, end + 1, text[start:end] + ";", None))
    for cells in found.values():
        cells.sort(key=lambda cell: cell.start)
    if quarto:
        for start, end, what in included(text):
            gaps.append(_gap(source, start, end, f"`{what}` is put in"))


def _gap(source: Source, start: int, end: int, what: str) -> Unknown:
    return Unknown(f"{what}, which is not followed", Span(source.path, start, end))


def _code(text: str, chunk: Chunk) -> str:
    """A chunk's code, without what stands before its lines, and without those that name another chunk."""
    code, mark = text[chunk.start : chunk.end], chunk.prefix.rstrip()
    if mark:
        code = re.sub(rf"(?m)^{re.escape(mark)}", magics.blank(mark), code)
    code = re.sub(r"(?m)^[\t ]*<<.+>>[\t ]*$", lambda match: magics.blank(match[0]), code)
    return magics.unindented(code, re.sub(r"\S", " ", chunk.prefix)) if chunk.language == "python" else code


def _joined(text: str, cells: Iterable[_Cell]) -> str:
    pieces, at = [], 0
    for cell in cells:
        pieces += [magics.blank(text[at : cell.start]), cell.code]
        at = cell.end
    return "".join((*pieces, magics.blank(text[at:])))


def _across(source: Source, texts: dict[str, str], speaking: list[str]) -> list[Unknown]:
    """Where the other language may take part in a session, through the variables of the one that speaks with Pipes."""
    found = []
    for language, text in texts.items():
        match = re.search(_ACROSS[language], text)
        if match and any(other != language for other in speaking):
            reason = f"its cells in {_LANGUAGES[language]} use variables of the other language, which are not followed"
            found.append(Unknown(reason, Span(source.path, match.start(), match.end())))
    return found


# --- modules --------------------------------------------------------------------------------------------------------


def _module(source: Source, text: str, language: str, cells: Sequence[_Cell]) -> ir.Module:
    plain = Source(source.path, text)
    if language == "r":
        from . import r

        module = r.lower(plain)
    else:
        from . import python

        module = python.lower(plain)
    nodes: list[ir.Node] = list(_given(source, text)) if language == "python" and source.cells is not None else []
    parameters = (0, 0)
    waiting = list(reversed(module.body.body))
    for cell in cells:
        inside: list[ir.Node] = []
        while waiting and waiting[-1].span.start < cell.end:
            inside.append(waiting.pop())
        first = len(nodes)
        nodes += _arranged(source.path, cell, inside, language)
        if cell.takes_parameters and not any(parameters):
            parameters = first, len(nodes)
    body = module.body._replace(body=(*nodes, *reversed(waiting)))
    return module._replace(body=body, parameters=parameters)


def _given(source: Source, text: str) -> Iterator[ir.Node]:
    """What a notebook has without importing it."""
    start = Span(source.path, 0, 0)
    for module, names in _GIVEN.items():
        for name in names:
            if name in text:
                yield ir.ImportFrom(start, 0, module, name, None)


def _arranged(path: str, cell: _Cell, nodes: list[ir.Node], language: str) -> list[ir.Node]:
    """A cell's statements, in what its options make of it."""
    if not nodes:
        return nodes
    span = Span(path, nodes[0].span.start, nodes[-1].span.end)
    if cell.goes_on:  # R goes on with the next expression, Jupyter with the next cell
        parts = [[node] for node in nodes] if language == "r" else [nodes]
        nodes = [_attempt(part) for part in parts]
    if cell.runs is None:
        test = ir.Opaque(span._replace(end=span.start), "whether the cell is run is known when the document is")
        return [ir.Branch(span, test, ir.Block(span, tuple(nodes)), None)]
    return nodes


def _attempt(nodes: list[ir.Node]) -> ir.Node:
    span = nodes[0].span._replace(end=nodes[-1].span.end)
    return ir.Try(span, ir.Block(span, tuple(nodes)), (ir.Handler(span, None, None, None),))


# --- parameters -----------------------------------------------------------------------------------------------------


def with_parameters(module: ir.Module, given: dict[str, object], others: bool) -> ir.Module:
    """The module as it is run with these parameters, which are set behind the cell that has the defaults.

    A value that is not known is an `Unknown`. `others`: more may be given, and then any default may be replaced.
    """
    if module.parameters is None or not (given or others):
        return module
    first, end = module.parameters
    body = module.body.body
    at = body[end - 1].span.end if end else module.body.span.start
    span = Span(module.path, at, at)
    names = [*given]
    if others:
        names += [name for name in map(_name_set, body[first:end]) if name is not None and name not in given]
    lines: list[ir.Node] = []
    for name in names:
        value = given.get(name, Unknown(f"`{name}` may be given as a parameter"))
        what = ir.Opaque(span, value.reason) if isinstance(value, Unknown) else ir.Literal(span, value)
        lines.append(ir.Assign(span, ir.Name(span, name), what))
    return module._replace(body=module.body._replace(body=(*body[:end], *lines, *body[end:])))


def _name_set(node: ir.Node) -> str | None:
    match node:
        case ir.Assign(target=ir.Name(name=name)):
            return name
    return None
