"""Both halves of all programs in a project, joined: launches, the scripts they start, and what these do."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from . import ir
from .commands import Started as Command
from .commands import starts
from .contract import Contract, Definition, Dialect, Launch, Passed, Project, Script, Session, Target, Unreadable
from .files import Files, Problem
from .frontends import python
from .interpret.machine import World
from .interpret.run import Inputs, Launched, orchestrate, run_script
from .source import Source, Span
from .targets import Found, find
from .values import Key, Known, Mapping, Sequence, Slot, Unknown, Value

_LAUNCHES = ("ipes", ".run(")
_SPEAKS = ("dagster_pipes", "dagsterpipes", "DAGSTER_PIPES", "PipesContext", "pipes")
_DEEPEST = 20_000


def link(files: Files) -> Project:
    """Reads the whole project: every launch, and the session of every script, launched or not."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEEPEST))
    return _Link(files).project()


class _Link:
    """One linking: what has been read so far."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.modules: dict[str, ir.Module | None] = {}
        self.reading: set[str] = set()
        """The files that were asked for since the present session was begun."""
        self.sessions: dict[tuple[str, str | None], list[tuple[Inputs, Session]]] = {}
        self.world = World(
            files.root.as_posix().rstrip("/"), self.load, files.exists, files.is_dir, self.mentions, self.failed
        )

    # --- files ---

    def load(self, path: str) -> ir.Module | None:
        """A file, lowered; None if it cannot be read or is in no language that we read."""
        self.reading.add(path)
        if path not in self.modules:
            self.modules[path] = None
            source = self.files.source(path)
            if isinstance(source, Source):
                if path.endswith((".R", ".r")):
                    from .frontends import r

                    self.modules[path] = r.lower(source)
                elif path.endswith(".py"):
                    self.modules[path] = python.lower(source)
        return self.modules[path]

    def text(self, path: str) -> str:
        source = self.files.source(path)
        return source.text if isinstance(source, Source) else ""

    def mentions(self, path: str) -> bool:
        """Whether a file speaks of Pipes at all."""
        return _says(self.text(path), _SPEAKS)

    def failed(self, path: str) -> None:
        """We are wrong, not the user: says so, and goes on with the rest."""
        print(f"pipes-lint: `{path}` could not be followed, by a fault of pipes-lint itself", file=sys.stderr)
        import traceback

        traceback.print_exc(file=sys.stderr)
        self.files.problems.append(Problem(path, "not checked whole, by a fault of pipes-lint itself"))

    # --- the project ---

    def project(self) -> Project:
        candidates = list(self.files.candidates())
        launching = [path for path in candidates if path.endswith(".py") and self._orchestrates(path)]
        maybe = {path: _says(self.text(path), _LAUNCHES) for path in launching}
        launched = orchestrate(self.world, launching, maybe) if any(maybe.values()) else []
        launched.sort(key=lambda each: each.started.span)
        contracts = [contract for each in launched for contract in self._contracts(each)]
        reached = {contract.script.path for contract in contracts if contract.script}
        unlaunched = []
        for path in candidates:
            if path not in reached and self._is_script(path):
                session = self._session(path, None, _alone())
                if session is not None and session.events:
                    unlaunched.append((Script(path, _dialect(path)), session))
        return Project(tuple(contracts), tuple(unlaunched), self._unreadable(contracts))

    def _orchestrates(self, path: str) -> bool:
        return "dagster" in self.text(path).replace("dagster_pipes", "")

    def _is_script(self, path: str) -> bool:
        text = self.text(path)
        return "open_dagster_pipes" in text or "with_dagster_pipes" in text

    # --- one launch ---

    def _contracts(self, launched: Launched) -> Iterator[Contract]:
        """A contract for each script that the launch may start: mostly one."""
        started = launched.started
        command, env, cwd = started.passed.get("command"), started.passed.get("env"), started.passed.get("cwd")
        if started.commands:
            command, env, cwd = started.commands[0]
        if len(started.commands) > 1:
            targets = [Target(None, started.span, reason=Unknown("several commands run in this session", started.span))]
        elif command is None:
            targets = [Target(None, started.span, reason=_no_command(launched))]
        else:
            folder = cwd.value if cwd else started.client_fields.get("cwd")
            ways = starts(command)
            targets = [self._target(way, command.span, started.module, folder) for way in ways]
            targets = list(dict.fromkeys(targets))
        for target in targets:
            yield self._contract(_launch(launched, target, command, env, cwd))

    def _contract(self, launch: Launch) -> Contract:
        path = launch.target.path
        if path is None or not path.endswith((".py", ".R", ".r")):
            return Contract(launch, None, None)
        session = self._session(path, launch.target.entry, _inputs(launch))
        return Contract(launch, Script(path, _dialect(path)), session)

    def _target(self, command: Command | Unknown, where: Span, module: str, cwd: Value | None) -> Target:
        if isinstance(command, Unknown):
            return Target(None, command.span or where, reason=command)
        found = find(self.files, command, module, cwd)
        if isinstance(found, Found) and found.path is None and self._is_written(found.tried):
            found = Unknown("the file is written before it is launched", command.span)
        written = _written(command.path)
        rest = Sequence(command.rest, "list", command.complete)
        match found:
            case Found(path=str() as path):
                target = Target(path, command.span, command.language, written, command.entry, rest)
                return target._replace(variables=command.variables)
            case Found(tried=tried):
                return Target(None, command.span, command.language, written, command.entry, rest, tried)
            case Unknown():
                reason = Unknown(found.reason, found.span or command.span)
                return Target(None, command.span, command.language, written, command.entry, rest, reason=reason)

    def _is_written(self, tried: tuple[str, ...]) -> bool:
        """Whether the project's own code seems to make the file."""
        written = self.world.written
        return any(path in tried or self.world.relative(path) in tried for path in written)

    def _session(self, path: str, entry: str | None, inputs: Inputs) -> Session | None:
        known = self.sessions.setdefault((path, entry), [])
        for before, session in known:
            if before == inputs:
                return session
        self.reading.clear()
        module = self.load(path)
        if module is None:
            return None
        session = run_script(self.world, module, inputs, entry, self.mentions(path))
        session = session._replace(files=tuple(sorted(self.reading)))
        known.append((inputs, session))
        return session

    def _refused(self, module: ir.Module) -> ir.Fault | None:
        """Why the language itself refuses a file that our grammar does not take; None if it does not.

        For Python, Python is asked, in the place and words that people know. (To parse is not to run.)
        """
        if module.language != "python":
            return module.faults[0]
        import warnings
        from ast import PyCF_ONLY_AST

        source = self.files.source(module.path)
        assert isinstance(source, Source)
        try:
            with warnings.catch_warnings(action="ignore"):
                compile(source.text, module.path, "exec", PyCF_ONLY_AST, dont_inherit=True)
        except SyntaxError as error:
            row = min(error.lineno or 1, len(source.line_starts))
            start = source.line_starts[row - 1] + max((error.offset or 1) - 1, 0)
            end = max(start, source.line_starts[row - 1] + len(source.line(row)))
            return ir.Fault(Span(module.path, start, end), error.msg)
        except (ValueError, RecursionError, MemoryError):
            return module.faults[0]
        return None

    def _unreadable(self, contracts: list[Contract]) -> tuple[Unreadable, ...]:
        """Files on a launch's way that do not parse."""
        found = []
        for path, module in sorted(self.modules.items()):
            if module is None or not module.faults:
                continue
            ways = tuple(each for each in contracts if path in _way(each))
            fault = self._refused(module) if ways else None
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
    )


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _way(contract: Contract) -> tuple[str | None, ...]:
    """The files on a launch's way."""
    read = contract.session.files if contract.session else ()
    return (contract.launch.span.path, contract.launch.target.path, *read)


def _dialect(path: str) -> Dialect:
    return "r" if path.endswith((".R", ".r")) else "python"


def _inputs(launch: Launch) -> Inputs:
    definition = launch.definition
    keys = definition.asset_keys
    if definition.kind in ("asset_check", "multi_asset_check"):
        keys = ()
    partitioned = _partitioned(definition)
    return Inputs(launch.extras, keys, partitioned, launch.target.arguments, _environment(launch))


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


def _alone() -> Inputs:
    stop = Unknown("nobody here launches this script", foreign=True)
    return Inputs(Mapping({}, stop), launched=False)


def _written(path: Value) -> str | None:
    value = getattr(path, "value", None)
    return None if value is None else str(value)


def _no_command(launched: Launched) -> Unknown:
    span = launched.started.span
    if launched.started.client == "open_pipes_session":
        return Unknown("no command that can be seen runs inside the session's block", span)
    return Unknown("the call passes no `command` that can be seen", span)
