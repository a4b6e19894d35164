"""Python's paths: `os.path`, `pathlib`, and where a program finds itself and its files."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Final

from ...source import Span
from ...values import Bound, Instance, Known, ModuleObject, OneOf, Sequence, Template, Unknown, Value
from ..machine import CONSTANTS, LIBRARY, METHODS, NONE, Args, Machine, library
from ..modules import imported, module, relative
from ..paths import as_path, as_text, join_text, joined, note_written, on_text
from ..plain import BOOL, FLOAT, INT, STR, computed, listed
from ..text import product

CONSTANTS.update(
    {
        "os.sep": Known("/"),
        "os.path.sep": Known("/"),
        "os.pathsep": Known(":"),
        "os.linesep": Known("\n"),
        "os.curdir": Known("."),
        "os.pardir": Known(".."),
        "os.devnull": Known("/dev/null"),
    }
)

_SOMEWHERE: Final = Unknown("it depends on where the program runs", foreign=True)


def _contents(machine: Machine, args: Args) -> list[Value]:
    return [machine.content(value) for value in args.positional]


@library("os.path.join", "posixpath.join")
def os_path_join(machine: Machine, args: Args) -> Value:
    if args.loose:
        return STR
    return product(_contents(machine, args), lambda chosen: join_text(map(as_text, chosen), args.span))


def _of_one_path(name: str) -> None:
    def function(machine: Machine, args: Args) -> Value:
        return product(_contents(machine, args)[:1], lambda chosen: _changed(chosen, name, args.span))

    LIBRARY[f"os.path.{name}"] = function


def _changed(chosen: list[Value], name: str, span: Span) -> Value:
    if not chosen:
        return STR
    path = as_text(chosen[0])
    if name in ("abspath", "realpath"):
        if isinstance(path, Known) and isinstance(path.value, str):
            if path.value.startswith("/"):
                return Known(posixpath.normpath(path.value), path.span)
            return Template((_SOMEWHERE, "/" + posixpath.normpath(path.value)), span=span)
        return Template(path.pieces, span=span) if isinstance(path, Template) else STR
    if name == "expanduser" and isinstance(path, Known) and isinstance(path.value, str):
        if not path.value.startswith("~"):
            return path
        _, slash, tail = path.value.partition("/")
        return Template((_SOMEWHERE, slash + tail), span=span) if tail else STR
    return on_text(path, span, name)


for _name in ("dirname", "basename", "normpath", "abspath", "realpath", "expanduser"):
    _of_one_path(_name)


@library("os.path.split")
def os_path_split(machine: Machine, args: Args) -> Value:
    contents = _contents(machine, args)[:1]
    return Sequence(
        (
            product(contents, lambda chosen: _changed(chosen, "dirname", args.span)),
            product(contents, lambda chosen: _changed(chosen, "basename", args.span)),
        ),
        "tuple",
    )


@library("os.path.splitext")
def os_path_splitext(machine: Machine, args: Args) -> Value:
    path = as_text(_contents(machine, args)[0]) if args.positional else STR
    if isinstance(path, Known) and isinstance(path.value, str):
        root, extension = posixpath.splitext(path.value)
        return Sequence((Known(root, path.span), Known(extension, path.span)), "tuple")
    if isinstance(path, Template) and isinstance(path.pieces[-1], str) and "/" in path.pieces[-1]:
        root, extension = posixpath.splitext(path.pieces[-1])
        return Sequence((Template((*path.pieces[:-1], root)), Known(extension)), "tuple")
    return Sequence((STR, STR), "tuple")


@library("os.path.relpath")
def os_path_relpath(machine: Machine, args: Args) -> Value:
    contents = [as_text(each) for each in _contents(machine, args)]
    known = [each.value for each in contents if isinstance(each, Known) and isinstance(each.value, str)]
    if len(known) == len(args.items) == 2 and all(each.startswith("/") for each in known):
        return Known(posixpath.relpath(*known), args.span)
    return STR


@library("os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.islink", "os.path.samefile", "os.access")
def on_disk(machine: Machine, args: Args) -> Value:
    return BOOL


@library("os.path.isabs")
def os_path_isabs(machine: Machine, args: Args) -> Value:
    path = as_text(_contents(machine, args)[0]) if args.positional else STR
    return Known(path.value.startswith("/")) if isinstance(path, Known) and isinstance(path.value, str) else BOOL


@library("os.path.getsize")
def os_path_getsize(machine: Machine, args: Args) -> Value:
    return INT


@library("os.path.getmtime", "os.path.getctime", "os.path.getatime")
def os_path_getmtime(machine: Machine, args: Args) -> Value:
    return FLOAT


@library("os.fspath")
def os_fspath(machine: Machine, args: Args) -> Value:
    return product(_contents(machine, args)[:1], lambda chosen: as_text(chosen[0])) if args.positional else STR


@library(
    "os.getcwd", "tempfile.gettempdir", "tempfile.mkdtemp", "tempfile.mktemp", "getpass.getuser", "socket.gethostname"
)
def some_text_of_the_system(machine: Machine, args: Args) -> Value:
    return STR


@library(
    "os.makedirs", "os.mkdir", "os.remove", "os.unlink", "os.rename", "os.replace", "os.chdir", "os.chmod", "os.rmdir"
)
def on_files(machine: Machine, args: Args) -> Value:
    return NONE


@library("os.listdir", "glob.glob")
def some_names(machine: Machine, args: Args) -> Value:
    return listed(machine, (), complete=False)


# --- pathlib ----------------------------------------------------------------------------------------------------------

_CLASSES: Final = ("Path", "PurePath", "PosixPath", "PurePosixPath")


def make_path(machine: Machine, args: Args) -> Value:
    """`Path(part, …)`."""
    if args.loose:
        return Template((_SOMEWHERE,), True, args.span)
    if not args.positional:
        return Known(PurePosixPath("."), args.span)
    return product(
        _contents(machine, args),
        lambda chosen: joined(chosen, args.span) if len(chosen) > 1 else as_path(chosen[0], args.span),
    )


def _somewhere(machine: Machine, args: Args) -> Value:
    return Template((_SOMEWHERE,), True, args.span)


for _class in _CLASSES:
    LIBRARY[f"pathlib.{_class}"] = make_path
    LIBRARY[f"pathlib.{_class}.cwd"] = _somewhere
    LIBRARY[f"pathlib.{_class}.home"] = _somewhere


PathMethod = Callable[[Machine, Value, list[Value], Args], Value]


def method_of_path(machine: Machine, bound: Bound, args: Args) -> Value | None:
    method = _OF_PATH.get(bound.name)
    if method is None:
        return _of_disk(machine, bound)
    path = machine.content(bound.receiver)
    return product([path, *_contents(machine, args)], lambda chosen: method(machine, chosen[0], chosen[1:], args))


METHODS["path"] = method_of_path


def _joinpath(machine: Machine, path: Value, parts: list[Value], args: Args) -> Value:
    return joined([path, *parts], args.span)


def _absolute(machine: Machine, path: Value, parts: list[Value], args: Args) -> Value:
    match path:
        case Known(value=PurePosixPath() as known) if not known.is_absolute():
            return Template((_SOMEWHERE, f"/{known}"), True, args.span)
    return path


def _resolve(machine: Machine, path: Value, parts: list[Value], args: Args) -> Value:
    match path:
        case Known(value=PurePosixPath() as known) if known.is_absolute():
            return Known(PurePosixPath(posixpath.normpath(known)), path.span)
        case Known(value=PurePosixPath() as known):
            return Template((_SOMEWHERE, "/" + posixpath.normpath(known)), True, args.span)
    return path


def _expanduser(machine: Machine, path: Value, parts: list[Value], args: Args) -> Value:
    match path:
        case Known(value=PurePosixPath(parts=(str() as first, *rest))) if first.startswith("~"):
            return Template((_SOMEWHERE, "/" + "/".join(rest)), True, args.span)
    return path


def _as_posix(machine: Machine, path: Value, parts: list[Value], args: Args) -> Value:
    return as_text(path)


def _renamed(name: str) -> PathMethod:
    """`with_name`, `with_suffix`, `with_stem`."""

    def method(machine: Machine, path: Value, parts: list[Value], args: Args) -> Value:
        match path, parts:
            case Known(value=PurePosixPath() as known), [Known(value=str() as new)]:
                try:
                    return Known(getattr(known, name)(new), args.span)
                except ValueError:
                    return computed(args.span)
            case Template(pieces=(*before, str() as last)), [Known(value=str() as new)] if "/" in last.rstrip("/"):
                head, _, tail = last.rstrip("/").rpartition("/")
                try:
                    return Template((*before, f"{head}/{getattr(PurePosixPath(tail), name)(new)}"), True, args.span)
                except ValueError:
                    return computed(args.span)
        return Template((_SOMEWHERE,), True, args.span)

    return method


def _relative_to(machine: Machine, path: Value, parts: list[Value], args: Args) -> Value:
    match path, [as_path(part) for part in parts]:
        case Known(value=PurePosixPath() as known), [Known(value=PurePosixPath() as base)]:
            try:
                return Known(known.relative_to(base), args.span)
            except ValueError:
                return computed(args.span)
    return Template((_SOMEWHERE,), True, args.span)


def _is_absolute(machine: Machine, path: Value, parts: list[Value], args: Args) -> Value:
    return (
        Known(path.value.is_absolute()) if isinstance(path, Known) and isinstance(path.value, PurePosixPath) else BOOL
    )


_OF_PATH: Final[dict[str, PathMethod]] = {
    "joinpath": _joinpath,
    "absolute": _absolute,
    "resolve": _resolve,
    "expanduser": _expanduser,
    "as_posix": _as_posix,
    "__str__": _as_posix,
    "__fspath__": _as_posix,
    "with_name": _renamed("with_name"),
    "with_suffix": _renamed("with_suffix"),
    "with_stem": _renamed("with_stem"),
    "relative_to": _relative_to,
    "is_absolute": _is_absolute,
}


def _of_disk(machine: Machine, bound: Bound) -> Value | None:
    if bound.name in ("write_text", "write_bytes", "touch", "open"):
        note_written(machine, bound.receiver)
    return _TYPES.get(bound.name)


_TYPES: Final[dict[str, Value]] = {
    **dict.fromkeys(("exists", "is_file", "is_dir", "is_symlink", "match", "is_relative_to", "samefile"), BOOL),
    **dict.fromkeys(("read_text", "as_uri", "owner", "group"), STR),
    **dict.fromkeys(("write_text", "write_bytes"), INT),
    **dict.fromkeys(("mkdir", "touch", "unlink", "rmdir", "chmod"), NONE),
    "read_bytes": Instance("bytes"),
    "open": Instance("file"),
    "iterdir": Unknown("it is read from the disk", foreign=True),
    "glob": Unknown("it is read from the disk", foreign=True),
    "rglob": Unknown("it is read from the disk", foreign=True),
    "stat": Unknown("it is read from the disk", foreign=True),
}


# --- where things are -------------------------------------------------------------------------------------------------


@library("importlib.import_module")
def import_module(machine: Machine, args: Args) -> Value:
    """A module by its name, if that is known; otherwise any file of the project may be run here."""
    name = args.get("name", 0)
    if isinstance(name, Known) and isinstance(name.value, str):
        inner = name.value.lstrip(".")
        if inner == name.value:
            return imported(machine, inner, args.frame.scope.path)
        return relative(machine, len(name.value) - len(inner), inner, args.frame.scope.path)
    return machine.gap("which module is imported here is not known", args.span)


@library("importlib.resources.files", "importlib_resources.files")
def resource_files(machine: Machine, args: Args) -> Value:
    """The folder of a package."""
    name = args.get("package", 0) or args.get("anchor")
    found = name
    if isinstance(name, Known) and isinstance(name.value, str):
        found = module(machine, name.value, args.frame.scope.path)
    match found:
        case ModuleObject(path=path):
            folder = posixpath.dirname(path) if path.endswith(".py") else path
            return Known(PurePosixPath(machine.world.absolute(folder)), args.span)
    return Template((_SOMEWHERE,), True, args.span)


@library("importlib.resources.path", "importlib.resources.as_file")
def resource_path(machine: Machine, args: Args) -> Value:
    if len(args.positional) == 1:
        return Instance("contextlib.nullcontext", {"enter_result": args.positional[0]})
    folder = resource_files(machine, args)
    return Instance("contextlib.nullcontext", {"enter_result": joined([folder, *args.positional[1:2]], args.span)})


@library("shutil.which")
def shutil_which(machine: Machine, args: Args) -> Value:
    """An executable's path: its name stands for it, for that is what a command is known by."""
    name = machine.content(args.get("cmd", 0) or computed(args.span))
    return name if isinstance(name, Known | OneOf | Template) else STR
