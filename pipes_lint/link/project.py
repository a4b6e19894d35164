"""Both halves of all programs in a project, joined: launches, the scripts they start, and what these do."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial

from .. import ir
from ..code import Code
from ..contract import Contract, Definition, Launch, Passed, Project, Script, Session, Target, Unreadable
from ..declared import NOTHING, Declared
from ..files import Files
from ..interpret.machine import World
from ..interpret.run import UNSEEN, Components, Inputs, Launched, Started, orchestrate, run_script
from ..launching import Spawn
from ..protocol import CLIENTS, begins_with_script
from ..source import Span
from ..values import Key, Known, Mapping, Slot, Unknown, Value
from .deployed import Deployed
from .reach import COMPONENTS, reach
from .reading import Reading, is_document
from .starting import Starting
from .told import Linked, judge, settle

_LAUNCHES = ("ipes", ".run(")
_DEEPEST = 20_000


def link(files: Files, declared: Declared = NOTHING) -> Project:
    """Reads the whole project: every launch, and the session of every script, launched or not."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEEPEST))
    return _Link(files, declared).project()


class _Link:
    """One linking: what has been read so far."""

    def __init__(self, files: Files, declared: Declared) -> None:
        self.files = files
        self.declared = declared
        self.reading = reading = Reading(files)
        self.sessions: dict[tuple[str, str | None, Value | None], list[tuple[Inputs, Session | None]]] = {}
        self.broken: list[Unreadable] = []
        """Files of components that do not parse."""
        self.world = World(
            files.root.as_posix().rstrip("/"),
            reading.load,
            files.exists,
            files.is_dir,
            reading.mentions,
            reading.failed,
            files.by_name,
            files.below,
            reading.text,
        )
        self.world.clients = declared.clients
        self.starting = Starting(files, reading, self.world, Deployed(files, declared.path_map), self._reports)

    # --- the project ---

    def project(self) -> Project:
        candidates = list(self.files.candidates())
        launching = [path for path in candidates if path.endswith(".py") and self.reading.orchestrates(path)]
        components = self._components(launching)
        methods = [client.run.rpartition(".")[2] for client in self.declared.clients]
        launching, around = reach(self.files, launching, self.reading.text, methods)
        maybe = {path: self.reading.says(path, _LAUNCHES) for path in launching}
        launched: list[Launched] = []
        if launching or components:
            run = partial(orchestrate, self.world, launching, maybe, components, around)
            launched = self.world.carefully(launching[0] if launching else "", run, launched)
        launched.sort(key=lambda each: each.started.span)
        speaking = {*candidates, *self.reading.modules, *(each.started.span.path for each in launched)}
        ways, directives = settle(self.files, speaking, [self._linked(each) for each in launched])
        directives += [*judge(self.files, self.declared.path_map, ways), *self.world.stale]
        contracts = [contract for way in ways if _is_launch(way) for contract in self._contracts(way)]
        reached = {contract.script.path for contract in contracts if contract.script}
        unlaunched = []
        for path in candidates:
            if path not in reached and self.reading.is_script(path):
                session = self._session(path, None, _alone())
                if session is not None and session.events:
                    unlaunched.append((Script(path, self.reading.dialect(path)), session))
        unreadable = self._unreadable(contracts)
        misused = tuple(sorted(self.world.misused))
        code = Code(self.reading.load)
        return Project(tuple(contracts), tuple(unlaunched), unreadable, tuple(directives), misused, code)

    def _components(self, launching: list[str]) -> Components | None:
        """What runs the project's components; None if it has none."""
        sources = [self.files.readable(path) for path in self.files.components()]
        found = [source for source in sources if source and "type" in source.text]
        if not found and not any(self.reading.says(path, COMPONENTS) for path in launching):
            return None
        from ..interpret.orchestration.components import launches

        return lambda machine: launches(machine, found, self.broken)

    # --- one launch ---

    def _reports(self, target: Target) -> bool:
        """Whether a script uses Pipes, be it through what it imports."""
        if target.path is None or self.starting.speaks(target):
            return target.path is not None
        session = self._session(target.path, target.entry, _alone()) if self.reading.is_read(target.path) else None
        return session is not None and session.pipes

    def _linked(self, launched: Launched) -> Linked:
        span = launched.started.span
        unknown = Target(None, span, reason=Unknown("pipes-lint itself failed here", span))
        linked = partial(self.starting.linked, launched)
        return self.world.carefully(span.path, linked, Linked(launched, (unknown,)))

    def _contracts(self, way: Linked) -> Iterator[Contract]:
        """A contract for each script that the launch may start."""
        for target in way.targets:
            yield self._contract(_launch(way.launched, target, way.command, way.env, way.cwd))

    def _contract(self, launch: Launch) -> Contract:
        path = launch.target.path
        if path is None or not self.reading.is_read(path):
            return Contract(launch, None, None)
        session = self._session(path, launch.target.entry, _inputs(launch), launch.target)
        return Contract(launch, Script(path, self.reading.dialect(path)), session)

    def _session(self, path: str, entry: str | None, inputs: Inputs, target: Target | None = None) -> Session | None:
        code = target.code if target else None
        known = self.sessions.setdefault((path, entry, code), [])
        for before, found in known:
            if before == inputs:
                return found
        self.reading.asked.clear()
        module = self.reading.load(path)
        if module is None:
            return None
        run: Callable[[], Session | None] = (
            partial(self._read_document, path, inputs)
            if is_document(path)
            else partial(run_script, self.world, module, inputs, entry, self.reading.mentions(path))
        )
        if target and code is not None:
            run = partial(self._read_code, code, target.span, module, inputs, entry)
        session = self.world.carefully(path, run, None)
        if session is not None:
            session = session._replace(files=tuple(sorted(self.reading.asked)))
        known.append((inputs, session))
        return session

    def _read_code(self, code: Value, span: Span, script: ir.Module, inputs: Inputs, entry: str | None) -> Session:
        """What the code in a command does, which runs a script's file, and perhaps more."""
        from ..frontends.inline import lower

        module = lower(code, span, script.language)
        mentions = self.reading.mentions(script.path)
        if module is not None:
            self.reading.asked.discard(script.path)
            session = run_script(self.world, module, inputs, None, mentions, script.path)
            if script.path in self.reading.asked:
                return session
        session = run_script(self.world, script, inputs, entry, mentions)
        return session._replace(gaps=(*session.gaps, Unknown("the code in the command may do more", span)))

    def _read_document(self, path: str, inputs: Inputs) -> Session:
        """What a document does, in all its languages."""
        from .mixed import joined
        from .parameters import applied

        document = self.reading.documents[path]
        modules = [applied(module, inputs) for module in document.modules]
        mentions = self.reading.mentions(path)
        session = joined([run_script(self.world, each, inputs, None, mentions) for each in modules], path)
        return session._replace(gaps=(*session.gaps, *document.gaps))

    def _unreadable(self, contracts: list[Contract]) -> tuple[Unreadable, ...]:
        """Files on a launch's way that do not parse."""
        found = [*self.broken]
        for path, module in self.reading.broken():
            ways = tuple(each for each in contracts if path in _way(each))
            fault = self.reading.refused(module) if ways else None
            if fault is not None:
                found.append(Unreadable(fault.span, fault.message, ways))
        return tuple(found)


def _launch(
    launched: Launched, target: Target, command: Passed | None, env: Passed | None, cwd: Passed | None
) -> Launch:
    started = launched.started
    extras = started.passed.get("extras")
    return Launch(
        started.span,
        started.client,
        launched.definition,
        target,
        started.extras,
        extras.span if extras else started.name_span,
        started.arguments,
        command,
        cwd,
        env,
        launched.fate,
        tuple(started.result_calls),
        started.when,
        started.maker if "context_injector" not in started.client_fields else "",
        started.context,
        _spawn(started, command),
        started.client_fields.get("env"),
        started.carried,
        started.made,
        launched.refused,
        launched.always,
        started.sites,
    )


def _spawn(started: Started, command: Passed | None) -> Spawn | None:
    """What starts the process that runs this command."""
    for run, spawn in zip(started.commands, started.spawns, strict=False):
        if run[0] == command:
            return spawn._replace(asked=tuple(started.asked))
    return Spawn(started.maker) if started.maker in CLIENTS else None


def _way(contract: Contract) -> tuple[str | None, ...]:
    """The files on a launch's way."""
    read = contract.session.files if contract.session else ()
    return (contract.launch.span.path, contract.launch.target.path, *read)


def _inputs(launch: Launch) -> Inputs:
    definition = launch.definition
    keys = definition.asset_keys
    partitioned = _partitioned(definition)
    inputs = Inputs(
        launch.extras,
        asset_keys=keys,
        partitioned=partitioned,
        windowed=_windowed(definition),
        can_subset=definition.can_subset,
        arguments=launch.target.arguments,
        env=_environment(launch),
        alone=begins_with_script(launch),
    )
    if definition.kind in ("asset_check", "multi_asset_check"):
        inputs = inputs._replace(asset_keys=(), checks=True)
    if launch.target.path and is_document(launch.target.path):
        from .parameters import given

        inputs = inputs._replace(parameters=given(launch.command))
    return inputs


def _environment(launch: Launch) -> Value | None:
    """The environment variables that are seen to be given to the script; there are always others."""
    given = launch.env.value if launch.env else None
    if not launch.target.variables:
        return given
    slots: dict[Key, Slot] = dict(given.slots) if isinstance(given, Mapping) else {}
    slots.update((name, Slot(Known(value))) for name, value in launch.target.variables)
    return Mapping(slots, Unknown("the process inherits the rest", foreign=True))


def _partitioned(definition: Definition) -> bool | None:
    return None if definition.partitions is None else definition.partitions != "none"


def _windowed(definition: Definition) -> bool | None:
    """Whether there is a time window for the script to see; None if that cannot be told."""
    match definition.partitions:
        case "time" | "multi-time":
            return True
        case "static" | "dynamic" | "multi":
            return False
    return None


def _alone() -> Inputs:
    stop = Unknown("nobody here launches this script", foreign=True)
    return Inputs(Mapping({}, stop), launched=False)


def _is_launch(way: Linked) -> bool:
    """Whether it is one at all: something unknown that is run with a context may be any library's, and a client that
    nobody here uses launches nothing.
    """
    started = way.launched.started
    sure = not started.uncalled and (started.maker != UNSEEN or "command" in started.passed)
    return sure or any(target.path for target in way.targets)
