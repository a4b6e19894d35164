"""R's functions of paths: base R's, fs's, here's."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Final

from ...source import Span
from ...values import Known, Mapping, OneOf, Template, Unknown, Value
from ..machine import Args, Machine, library
from ..text import concatenate, product
from .paste import pasted
from .values import computed, elementwise, is_list, parts, some, take, texts

_HOLE: Final = Unknown("a part of the path is not known", foreign=True)


@library("base.file.path", "base.path")
def file_path(machine: Machine, args: Args) -> Value:
    taken = take(args, "...", "fsep", "ext")
    if taken.loose or taken.get("fsep") is not None or taken.get("ext") is not None:
        return some("character", single=False)
    values = [machine.content(arg.value) for arg in taken.rest]

    def make(chosen: list[Value]) -> Value:
        if any(parts(machine, value, args.span) == [] for value in chosen):
            return texts([], args.span)
        made = pasted(machine, chosen, Known("/"), args.span)
        return some("character", single=False) if made is None else texts(made, args.span)

    return product(values, make)


def _below(root: Unknown, machine: Machine, args: Args) -> Value:
    """A path under a folder that is known when the script runs."""
    values = [arg.value for arg in args.items if arg.name is None and not arg.loose]
    made = pasted(machine, [root, *values], Known("/"), args.span)
    return some("character", single=False) if made is None else texts(made, args.span)


PROJECT: Final = "the project's folder is found when the script runs"


@library("base.here", "base.find_root_file", "base.path_package", "base.find_rstudio_root_file")
def here(machine: Machine, args: Args) -> Value:
    return _below(Unknown(PROJECT, args.span, foreign=True), machine, args)


@library("base.find_root", "base.find_package_root_file")
def project(machine: Machine, args: Args) -> Value:
    """The project's folder, by a criterion that is not looked at."""
    return Template((Unknown(PROJECT, args.span, foreign=True),), span=args.span)


@library("base.getwd", "base.path_wd", "base.tempdir", "base.path_home", "base.R.home")
def folder(machine: Machine, args: Args) -> Value:
    return _below(Unknown("a folder is known when the script runs", args.span, foreign=True), machine, args)


@library("base.tempfile", "base.file_temp", "base.system.file", "base.Sys.which", "base.path_temp")
def some_path(machine: Machine, args: Args) -> Value:
    return some("character", single=False)


def _each(names: str, known: Callable[[str], str | None], open_: Callable[[Template], Value]) -> None:
    def change(value: Value) -> Value:
        match value:
            case Known(value=str() as text):
                made = None if text.startswith("~") else known(text)
                return some("character") if made is None else Known(made, value.span)
            case Template():
                return open_(value)
        return some("character")

    def apply(machine: Machine, args: Args) -> Value:
        value = args.positional[0] if args.positional else next((arg.value for arg in args.items), _HOLE)
        content = machine.content(value)
        if is_list(content):
            return some("character", single=False)

        def make(chosen: list[Value]) -> Value:
            made = elementwise(machine, args, chosen[0], change)
            return some("character", single=False) if isinstance(made, Unknown | Mapping) else made

        return product([content], make)

    library(*(f"base.{name}" for name in names.split()))(apply)


def _dirname(path: str) -> str:
    bare = path.rstrip("/")
    if not bare:
        return "/" if path else ""
    head = posixpath.dirname(bare).rstrip("/")
    return head or ("/" if bare.startswith("/") else ".")


def _basename(path: str) -> str:
    return posixpath.basename(path.rstrip("/"))


def _tail(path: Template) -> tuple[tuple[str | Unknown, ...], str, str] | None:
    """What stands before the last slash, and behind it, where both are known to be so."""
    last = path.pieces[-1]
    if not isinstance(last, str) or last.endswith("/") or "/" not in last:
        return None
    head, _, name = last.rpartition("/")
    return path.pieces[:-1], head, name


def _open_dirname(path: Template) -> Value:
    found = _tail(path)
    if found is None or found[1].endswith("/"):
        return some("character")
    before, head, _ = found
    return Template((*before, head) if head else before, span=path.span) if head or before else some("character")


def _open_basename(path: Template) -> Value:
    found = _tail(path)
    return some("character") if found is None else Known(found[2], path.span)


_each("dirname path_dir", _dirname, _open_dirname)
_each("basename path_file", _basename, _open_basename)
_each("file_path_sans_ext", lambda text: re.sub(r"([^.]+)\.[A-Za-z0-9]+$", r"\1", text), lambda _: some("character"))
_each("path_ext_remove", lambda text: None, lambda _: some("character"))


def _extension(path: str) -> str:
    found = re.search(r"\.([A-Za-z0-9]+)$", path)
    return found[1] if found else ""


_each("file_ext", _extension, lambda _: some("character"))


@library("base.normalizePath", "base.path_abs", "base.path_norm", "base.path_real", "base.path_expand")
def made_absolute(machine: Machine, args: Args) -> Value:
    """Absolute, through links: where that leads is known when the script runs, but not its last parts."""
    value = machine.content(take(args, "path", "...").get("path") or _HOLE)
    if isinstance(value, OneOf):
        return product([value], lambda chosen: _absolute(chosen[0], args.span))
    return _absolute(value, args.span)


def _absolute(value: Value, span: Span) -> Value:
    folder = Unknown("the path is made absolute when the script runs", span, foreign=True)
    match value:
        case Known(value=str() as text) if text and not text.startswith("/") and ".." not in text:
            return concatenate([folder, Known("/" + text.removeprefix("./"))], span)
        case Known(value=str() as text) if text.startswith("/") and ".." not in text:
            return concatenate([folder, Known(text)], span)
        case Template(pieces=(Unknown(), *_)):
            return value
    return some("character")


@library("base.path_join")
def path_join(machine: Machine, args: Args) -> Value:
    return computed(args, "a path is put together")


@library("base.list.dirs", "base.Sys.glob")
def listing(machine: Machine, args: Args) -> Value:
    return some("character", single=False)
