"""Dagster's components: what a `defs.yaml`, or a function marked `@component_instance`, launches.

From dagster 1.13.28, `components/lib/executable_component/`: the script of a `PythonScriptComponent` or a
`UvRunComponent` is run as `python <path> <args>` or `uv run <path> <args>`, `path` being relative to the folder of the
YAML file. No extras are passed, and all results are handed to Dagster by `get_results()`.
"""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import Any, Final

from ...contract import Definition, Passed, Unreadable
from ...frontends.components import Document, read, template_modules, types
from ...protocol.components import COMPONENTS, PARTITIONS
from ...records import NamedTuple
from ...source import Source, Span
from ...values import (
    ClassObject,
    Closure,
    Instance,
    Known,
    Mapping,
    ModuleObject,
    Reference,
    Sequence,
    Slot,
    Symbol,
    Template,
    Unknown,
    Value,
)
from ..classes import class_member, library_base
from ..instances import instantiate
from ..machine import Arg, Args, Ended, Exhausted, Frame, Machine
from ..members import member
from ..modules import load, module, module_member, relative
from ..paths import join_text, pieces_of
from ..settle import settle
from ..started import Started
from .dagster import LOAD_CONTEXT, Made
from .definitions import asset_key, check_specs
from .partitions import sort_of
from .resolved import checks, fields, specs

Launch = tuple[Started, Definition]
_NONE: Final = Known(None)


class _Component(NamedTuple):
    """A component with its attributes; `path` is what Dagster puts before a script's path, `module` its file."""

    kind: str
    fields: dict[str, Value]
    span: Span
    path: str
    module: str
    processed: bool = False
    """Whether something outside may change its assets' partitions."""


def ours(machine: Machine, source: Source) -> bool:
    """Whether a file may hold a component that launches something of this project."""
    for name in types(source.text):
        space, _, last = name.rpartition(".")
        if last in COMPONENTS or not space or name.startswith("."):
            return True
        if not name.startswith("dagster") and isinstance(module(machine, space, source.path), ModuleObject):
            return True
    return False


def launches(machine: Machine, sources: Iterable[Source], broken: list[Unreadable]) -> list[Launch]:
    """What components launch by themselves; files that cannot be read are added to `broken`.

    What they define besides is noted in the machine's log as any other definition is.
    """
    found: list[Launch] = []
    for source in sources:
        if not ours(machine, source):
            continue
        found += _safely(machine, source.path, partial(_file, machine, source, broken))
    for loader in machine.roles.get("loaders", ()):
        found += _safely(machine, loader.module, partial(_loaded, machine, loader))
    return found


def _file(machine: Machine, source: Source, broken: list[Unreadable]) -> Iterator[Launch]:
    variables = template_modules(source.text)
    documents, fault = read(source, lambda text, span: _filled(machine, text, span, source.path, variables))
    if fault is not None:
        broken.append(Unreadable(fault.span, fault.message))
    for document in documents:
        yield from _safely(machine, source.path, partial(_document, machine, document, source.path))


def _safely(machine: Machine, path: str, run: Callable[[], Iterable[Launch]]) -> list[Launch]:
    regions, machine.regions = machine.regions, []
    targets, machine.targets = machine.targets, {"raise": machine.program, "exit": machine.program}
    try:
        return list(run())
    except (Ended, Exhausted):
        return []
    except Exception:
        machine.recover()
        machine.world.failed(path)
        return []
    finally:
        machine.regions, machine.targets = regions, targets


def _document(machine: Machine, document: Document, path: str) -> Iterator[Launch]:
    slots = document.fields.slots
    attributes = slots["attributes"].value if "attributes" in slots else _NONE
    given = (
        {str(name): slot.value for name, slot in attributes.slots.items()} if isinstance(attributes, Mapping) else {}
    )
    if isinstance(attributes, Unknown | Template):
        given["**"] = Unknown("its attributes are filled in when Dagster loads the component", document.span)
    folder = machine.world.absolute(posixpath.dirname(path)).rstrip("/")
    class_ = _type(machine, document.type, path)
    processed = "post_processing" in slots
    match class_:
        case Symbol(name=name) if name.removeprefix("dagster.") in COMPONENTS:
            kind = name.removeprefix("dagster.")
            made = _Component(kind, _plain(given), document.span, folder, path, processed)
            yield from _made(machine, made)
        case ClassObject():
            frame = load(machine, class_.module)
            if frame is None:
                return
            values = fields(machine, class_, given, frame)
            args = Args(
                tuple(Arg(value, document.span, name) for name, value in values.items()),
                document.span,
                document.span,
                frame,
            )
            instance = instantiate(machine, class_, args)
            made = _Component("", values, document.span, folder, path, processed)
            yield from _own(machine, instance, made, frame)


def _plain(given: dict[str, Value]) -> dict[str, Value]:
    """The attributes of one of Dagster's own components, with its assets and checks as objects."""
    made = dict(given)
    if "assets" in made:
        made["assets"] = specs(made["assets"])
    if "checks" in made:
        made["checks"] = checks(made["checks"])
    return made


def _own(machine: Machine, instance: Value, made: _Component, frame: Frame) -> Iterator[Launch]:
    """A component of the project's own type: its `build_defs` is run, or it is one of Dagster's in all but name."""
    content = machine.content(instance)
    if not (isinstance(content, Instance) and content.type == "object"):
        return
    build = class_member(machine, instance, "build_defs")
    if isinstance(build, Closure):
        running, machine.roles["running"] = machine.roles.get("running"), made.module
        try:
            context = _context(machine, made.path, made.module)
            machine.call(build, Args((Arg(context, made.span),), made.span, made.span, frame))
        finally:
            machine.roles["running"] = running
        return
    base = (library_base(machine, content.fields["class"]) or "").removeprefix("dagster.")
    execute = class_member(machine, instance, "invoke_execute_fn")
    if isinstance(execute, Closure):
        _note(machine, execute, made)
    elif base in COMPONENTS:
        given = dict(made.fields)
        for name in ("execution", "assets", "checks"):
            value = member(machine, instance, name, made.span, frame)
            if name not in given and not isinstance(value, Unknown) and type(value).__name__ != "Bound":
                given[name] = settle(machine, value)
        yield from _made(machine, made._replace(kind=base, fields=given))


def _loaded(machine: Machine, loader: Closure) -> Iterator[Launch]:
    """What a function marked `@component_instance` gives. Dagster has the Python file itself for its path, so that a
    relative path of a script is never there; earlier versions had the folder.
    """
    frame = machine.frames[loader.frame]
    span = loader.code.name_span
    context = _context(machine, machine.world.absolute(loader.module), loader.module)
    values = (Arg(context, span),) if loader.code.parameters else ()
    instance = machine.call(loader, Args(values, span, span, frame))
    match instance:
        case Instance(type=kind, fields=given) if kind.removeprefix("dagster.") in COMPONENTS:
            folder = machine.world.absolute(posixpath.dirname(loader.module)).rstrip("/")
            plain = {name: settle(machine, value) for name, value in given.items()}
            where = instance.span or span
            yield from _made(machine, _Component(kind.removeprefix("dagster."), plain, where, folder, loader.module))
        case Reference():
            made = _Component("", {}, span, machine.world.absolute(loader.module), loader.module)
            yield from _own(machine, instance, made, frame)


def _context(machine: Machine, path: str, module: str) -> Value:
    root = project_root(machine, module)
    known = Known(PurePosixPath(machine.world.absolute(root).rstrip("/"))) if root is not None else None
    given: dict[str, Value] = {"path": Known(PurePosixPath(path))}
    if known is not None:
        given["project_root"] = known
    return Instance(LOAD_CONTEXT, given, machine.store.ident())


# --- one of Dagster's own -------------------------------------------------------------------------------------------


def _made(machine: Machine, made: _Component) -> Iterator[Launch]:
    if made.kind == "FunctionComponent":
        function = _function(machine, made)
        if isinstance(function, Closure):
            _note(machine, function, made)
        return
    if made.kind == "PipesSubprocessScriptCollectionComponent":
        for each in _scripts(made):
            yield from _made(machine, each)
        return
    path, name, arguments, complete = _execution(made)
    folder = Known(made.path)
    script = (
        join_text([folder, path], getattr(path, "span", None) or made.span) if not isinstance(path, Unknown) else path
    )
    command = Sequence((*(Known(word) for word in COMPONENTS[made.kind]), script, *arguments), "list", complete)
    span = getattr(script, "span", None) or made.span
    if span.path != made.module:
        span = made.span
    started = Started(
        machine.store.ident(),
        made.span,
        made.span,
        made.kind,
        {},
        machine.when(),
        (),
        False,
        {"command": Passed(command, span)},
        Mapping({}, None),
        made.module,
        result_calls=[],
        commands=[],
        handed=[],
        spawns=[],
        asked=[],
    )
    yield started, _definition(made, name, path, span)


def _scripts(made: _Component) -> Iterator[_Component]:
    """Each script of a collection, as a component of its own."""
    scripts = made.fields.get("scripts")
    for each in scripts.items if isinstance(scripts, Sequence) else ():
        inner: dict[str, Value] = {}
        match each:
            case Mapping(slots=slots):
                inner = {str(name): slot.value for name, slot in slots.items()}
            case Instance(fields=own):
                inner = dict(own)
        if "path" in inner:
            execution = Mapping({"path": Slot(inner["path"])})
            given: dict[str, Value] = {"execution": execution, "assets": specs(inner.get("assets", _NONE))}
            yield made._replace(kind="PythonScriptComponent", fields=given)


def _execution(made: _Component) -> tuple[Value, Value | None, tuple[Value, ...], bool]:
    """The script's path, the step's name, the script's arguments and whether these are all."""
    given = made.fields.get("execution")
    match given:
        case Mapping(slots=slots):
            inner = {str(name): slot.value for name, slot in slots.items()}
        case Instance(type="dagster.ScriptSpec", fields=own):
            inner = dict(own)
        case None if "**" in made.fields:
            return made.fields["**"], None, (), False
        case Unknown():
            return given, None, (), False
        case _:
            return Unknown("the component names no script (`execution: {path: …}`)", made.span), None, (), False
    path = inner.get("path", Unknown("the component names no script (`execution: {path: …}`)", made.span))
    arguments, complete = _arguments(inner.get("args", _NONE))
    return path, inner.get("name"), arguments, complete


def _arguments(given: Value) -> tuple[tuple[Value, ...], bool]:
    match given:
        case Known(value=None):
            return (), True
        case Known(value=str() as text):
            try:
                return tuple(Known(word) for word in shlex.split(text)), True
            except ValueError:
                return (), False
        case Sequence(items=items, complete=complete):
            return items, complete
    return (), False


def _definition(made: _Component, name: Value | None, path: Value, where: Span) -> Definition:
    span = made.span
    match name:
        case Known(value=str() as text):
            shown = text
            span = name.span if name.span and name.span.path == made.module else span
        case _:
            written = pieces_of(path)[-1]
            shown = (PurePosixPath(written).stem if isinstance(written, str) else "") or made.kind
            span = where
    given, unknown = made.fields, "**" in made.fields
    keys = () if _is_none(given.get("assets")) and not unknown else _keys(given.get("assets"))
    declared = None if unknown else check_specs(_given(given.get("checks")))
    if keys == () and declared:
        checked = [check.asset_key for check in declared]
        known = None if None in checked else tuple(dict.fromkeys(key for key in checked if key is not None))
        return Definition("multi_asset_check", shown, span, (), declared, known)
    if keys and declared and not made.processed:
        declared = tuple(each._replace(astray=each.asset_key not in (*keys, None)) for each in declared)
    partitions = _partitions(given.get("assets"), made.processed)
    return Definition("component", shown, span, keys, declared, (), partitions)


def _is_none(value: Value | None) -> bool:
    return value is None or value == _NONE or value == Sequence(())


def _given(value: Value | None) -> Value | None:
    return None if _is_none(value) else value


def _keys(value: Value | None) -> tuple[str, ...] | None:
    match value:
        case Sequence(items=items, complete=True):
            keys = [asset_key(item) for item in items]
            return None if None in keys else tuple(key for key in keys if key is not None)
    return None


def _partitions(value: Value | None, processed: bool) -> Any:
    kinds = set()
    for item in value.items if isinstance(value, Sequence) else ():
        match item.fields.get("partitions_def") if isinstance(item, Instance) else None:
            case None | Known(value=None):
                kinds.add(None if processed else "none")
            case Mapping(slots={"type": slot}) if isinstance(slot.value, Known):
                kinds.add(PARTITIONS.get(str(slot.value.value)))
            case Instance() as given:
                kinds.add(sort_of(given))
            case _:
                kinds.add(None)
    return kinds.pop() if len(kinds) == 1 else None


def _note(machine: Machine, function: Closure, made: _Component) -> None:
    """Notes a definition whose body is a function: as `@multi_asset`, or `@multi_asset_check` if it has checks only."""
    name = made.fields.get("execution")
    named = name.slots.get("name") if isinstance(name, Mapping) else None
    given: dict[str, Value] = {"name": settle(machine, named.value)} if named else {}
    assets, declared = (settle(machine, made.fields.get(each, _NONE)) for each in ("assets", "checks"))
    if "**" in made.fields:
        given["**"] = made.fields["**"]
    checks_only = _is_none(assets) and not _is_none(declared)
    if checks_only:
        given["specs"] = declared
    else:
        given |= {"specs": assets, "check_specs": declared}
    kind = "multi_asset_check" if checks_only else "multi_asset"
    machine.log.append(Made(kind, function, given, made.span, made.module, machine.store.ident()))


def _function(machine: Machine, made: _Component) -> Value | None:
    """The function of a `FunctionComponent`. `.my_module.update` is meant from the folder of all definitions on, which
    is one of those around the file.
    """
    given = made.fields.get("execution")
    if isinstance(given, Mapping) and "fn" in given.slots:
        given = given.slots["fn"].value
    if isinstance(given, Instance) and "fn" in given.fields:
        given = given.fields["fn"]
    match given:
        case Closure():
            return given
        case Known(value=str() as text):
            space, _, name = text.rpartition(".")
            if not text.startswith("."):
                found = module(machine, space, made.module)
                return module_member(machine, found.path, name) if isinstance(found, ModuleObject) else None
            folder = posixpath.dirname(made.module)
            while True:
                found = relative(machine, 1, space.lstrip("."), f"{folder}/x" if folder else "x")
                function = module_member(machine, found.path, name) if isinstance(found, ModuleObject) else None
                if function is not None or not folder:
                    return function
                folder = posixpath.dirname(folder)
    return None


# --- names ----------------------------------------------------------------------------------------------------------


def _type(machine: Machine, name: str, path: str) -> Value | None:
    """The class that a component's `type` names."""
    space, _, last = name.rpartition(".")
    if name.startswith("."):
        found = relative(machine, 1, space.lstrip("."), path)
    elif space.partition(".")[0] in ("dagster", "dagster_components"):
        return Symbol(f"dagster.{last}")
    else:
        found = module(machine, space, path)
    return module_member(machine, found.path, last) if isinstance(found, ModuleObject) else None


def project_root(machine: Machine, path: str) -> str | None:
    """The folder that Dagster takes for the project's: the nearest with a `pyproject.toml` or a `setup.py`. From
    dagster 1.13.28, `components/core/load_defs.py`.
    """
    folder = posixpath.dirname(path)
    while True:
        if any(machine.world.exists(posixpath.join(folder, name)) for name in ("pyproject.toml", "setup.py")):
            return folder
        if not folder:
            return None
        folder = posixpath.dirname(folder)


def _variable(machine: Machine, name: str, path: str, modules: list[str]) -> Value | None:
    """The function of a template's variable, in one of the modules that the file names for them."""
    for each in modules:
        found = relative(machine, 1, each.lstrip("."), path) if each.startswith(".") else module(machine, each, path)
        function = module_member(machine, found.path, name) if isinstance(found, ModuleObject) else None
        if function is not None:
            return function
    return None


def _filled(machine: Machine, text: str, span: Span, path: str, variables: list[str]) -> Value:
    """What a template's expression stands for, where that is plain."""
    if text in ("context.project_root", "project_root"):
        root = project_root(machine, path)
        if root is not None:
            return Known(machine.world.absolute(root).rstrip("/"), span)
    function = _variable(machine, text, path, variables) if variables else None
    if isinstance(function, Closure):
        frame, folder = machine.frames[function.frame], machine.world.absolute(posixpath.dirname(path)).rstrip("/")
        values = (Arg(_context(machine, folder, path), span),) if function.code.parameters else ()
        return settle(machine, machine.call(function, Args(values, span, span, frame)))
    return Unknown(f"`{text}` is filled in when Dagster loads the component", span)
