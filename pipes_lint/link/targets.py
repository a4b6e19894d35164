"""Which file of the project a launch's path means: beside the module, above it, or by the longest tail."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePosixPath

from ..commands.command import Started, not_here
from ..files import Files
from ..values import Known, Template, Unknown, Value
from .deployed import DAGSTER, Around, Deployed, Found, is_common, several
from .images import below


def find(
    files: Files,
    started: Started,
    module: str,
    cwd: Value | None,
    deployed: Deployed | None = None,
    around: Around = DAGSTER,
) -> Found | Unknown:
    """The file that a path in a launch means. `module` is the file with the launch, `cwd` the process's folder if
    given, `around` tells of the machine on which it runs.
    """
    deployed = deployed or Deployed(files, ())
    if isinstance(cwd, Known) and str(cwd.value).startswith("/"):
        around = around._replace(folder=str(cwd.value))
    if started.module and started.language == "r":
        return _of_package(files, started)
    if started.module:
        return _module(files, started, module, cwd)
    match started.path:
        case Known(value=str() | PurePosixPath() as plain):
            return _known(files, deployed, str(plain), started, module, cwd, around)
        case Template(pieces=pieces):
            return _tail_of(files, deployed, pieces, started, module, around)
        case Unknown():
            return started.path
    return Unknown(not_here(started.path) or "the script's path is not known", started.span)


def inside(files: Files, path: str) -> str | None:
    """An absolute path relative to the project's root; None outside it."""
    return below(path, files.root.as_posix())


def _script(files: Files, path: str, started: Started) -> str | None:
    """The file that runs when this path is run: of a folder, Python runs the main module."""
    if files.exists(path):
        return path
    main = posixpath.join(path, "__main__.py")
    return main if started.language == "python" and files.exists(main) else None


def _known(
    files: Files, deployed: Deployed, text: str, started: Started, module: str, cwd: Value | None, around: Around
) -> Found | Unknown:
    span = started.span
    if deployed.is_elsewhere(text):
        return deployed.find(text, span, module, around)
    if text.startswith("/"):
        relative = inside(files, text) or ""
        script = _script(files, relative, started)
        return Found(script) if script else Found(None, (relative,))
    if not around.local:
        return deployed.find(text, span, module, around)
    if around.folder and deployed.is_elsewhere(around.folder):
        return deployed.find(posixpath.join(around.folder, text), span, module, around)
    return _relative(files, text, started, module, cwd)


def _relative(files: Files, text: str, started: Started, module: str, cwd: Value | None) -> Found | Unknown:
    span = started.span
    tried: list[str] = []
    for base in _bases(files, module, cwd):
        path = posixpath.normpath(posixpath.join(base, text))
        if path.startswith("../") or path in tried:
            continue
        script = _script(files, path, started)
        if script:
            return Found(script)
        tried.append(path)
    if isinstance(cwd, Known) and str(cwd.value).startswith("/") and inside(files, str(cwd.value)) is not None:
        return Found(None, tuple(tried))  # where the process runs is certain, and nothing else is meant
    whole = _ending(files, posixpath.normpath(text), started)
    if len(whole) == 1:
        return Found(whole[0])
    if whole:
        return several(text, whole, span)
    if not isinstance(cwd, Known | None):
        return Unknown("the folder in which the process runs (`cwd`) is not known", span)
    if not tried:
        return Unknown("the process runs outside this repository", span)
    return Found(None, tuple(tried))


def _ending(files: Files, tail: str, started: Started) -> list[str]:
    """The files that run when a path is run of which this is the end."""
    mains = files.ending(posixpath.join(tail, "__main__.py")) if started.language == "python" else ()
    return list(files.ending(tail)) or list(mains)


def _bases(files: Files, module: str, cwd: Value | None) -> list[str]:
    """The folders against which a relative path may be meant, the likeliest first."""
    bases: list[str] = []
    match cwd:
        case Known(value=str() | PurePosixPath() as plain) if str(plain).startswith("/"):
            within = inside(files, str(plain))
            if within is not None:
                return [within]
        case Known(value=str() | PurePosixPath() as plain):
            bases += [posixpath.normpath(posixpath.join(base, str(plain))) for base in _ancestors(module)]
    return [*bases, *_ancestors(module)]


def _ancestors(module: str) -> list[str]:
    folders = []
    folder = posixpath.dirname(module)
    while folder:
        folders.append(folder)
        folder = posixpath.dirname(folder)
    return [*folders, ""]


def _tail_of(
    files: Files,
    deployed: Deployed,
    pieces: tuple[str | Unknown, ...],
    started: Started,
    module: str,
    around: Around,
) -> Found | Unknown:
    """The file that a path means of which a part is not known: by what follows that."""
    span = started.span
    hole = next((piece for piece in reversed(pieces) if isinstance(piece, Unknown)), None)
    why = Unknown(hole.reason, hole.span or span) if hole else Unknown("the script's path is not known", span)
    last = pieces[-1]
    if not isinstance(last, str) or "/" not in last:
        return why
    tail = last.partition("/")[2]
    if not around.local or isinstance(pieces[0], str) and deployed.is_elsewhere(pieces[0]):
        found = deployed.by_tail(tail, f"…/{tail}", span, module)
        return found if isinstance(found, Found) else why
    matching = _ending(files, tail, started)
    return Found(matching[0]) if len(matching) == 1 and not is_common(tail) else why


def _module(files: Files, started: Started, module: str, cwd: Value | None) -> Found | Unknown:
    match started.path:
        case Known(value=str() as dotted):
            pass
        case _:
            return Unknown("the module that `-m` names is not known", started.span)
    relative = dotted.replace(".", "/")
    for base in _bases(files, module, cwd):
        for folder in (base, posixpath.join(base, "src")):
            for candidate in (f"{relative}.py", f"{relative}/__main__.py"):
                path = posixpath.normpath(posixpath.join(folder, candidate))
                if files.exists(path):
                    return Found(path)
    for ending in (f"{relative}.py", f"{relative}/__main__.py") if "/" in relative else ():
        whole = list(files.ending(ending))
        if len(whole) == 1:
            return Found(whole[0])
        if whole:
            return several(dotted, whole, started.span)
    lacking = _lacking(files, relative, _bases(files, module, cwd))
    if lacking is not None:
        return Found(None, (lacking,))
    return Unknown(f"the module `{dotted}` is not in this repository", started.span)


def _lacking(files: Files, relative: str, bases: list[str]) -> str | None:
    """The file of a module that a package of the project certainly has not got: it holds no module of this name, in
    whatever language, and says itself where all of its modules are.
    """
    package, _, name = relative.rpartition("/")
    inits = {
        posixpath.normpath(f"{base or '.'}/{folder}{package}/__init__.py") for base in bases for folder in ("", "src/")
    }
    found = [path for path in inits if package and files.exists(path)]
    if len(found) != 1 or "__path__" in files.text(found[0]) or "extend_path" in files.text(found[0]):
        return None
    folder = posixpath.dirname(found[0])
    if files.is_dir(f"{folder}/{name}") or any(files.below(f"{folder}/{name}.")):
        return None
    return f"{folder}/{name}.py"


def _of_package(files: Files, started: Started) -> Found | Unknown:
    """The file of an R package of the project that sets the function which the command calls."""
    name = str(started.path.value).removeprefix(".") if isinstance(started.path, Known) else ""
    wanted = rf"{re.escape(name)}\s*$" if name else ""
    function = re.escape(started.entry or "")
    for description in files.by_name("DESCRIPTION"):
        if re.search(rf"(?m)^Package:[ \t]*{wanted}", files.text(description)):
            for path in files.below(posixpath.join(posixpath.dirname(description), "R") + "/"):
                if path.endswith((".R", ".r")) and re.search(rf"(?m)^{function}\s*(<-|=)", files.text(path)):
                    return Found(path)
    return Unknown("the code is given on the command line", started.span)
