"""What a launch starts: its command, its client's table or what else it is given, followed to files of the project."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from functools import partial
from pathlib import PurePosixPath

from ..code import Code
from ..commands.command import Started as Command
from ..commands.lines import Linker, reached
from ..contract import Target
from ..files import Files
from ..interpret.machine import World
from ..interpret.run import Launched, Started
from ..protocol import CLIENTS
from ..source import Span
from ..values import Known, Sequence, Unknown, Value, join
from .deployed import DAGSTER, Around, Deployed, Found, around
from .misspelt import meant
from .naming import placed
from .programs import Program, by_image, ending, guesses, hint, modal_entry, nothing, programs, same_end
from .reading import Reading
from .targets import find
from .told import Linked

_OUR_LANGUAGES = ("python", "r", "notebook", "document", "shell")
"""Those whose scripts are their own sources; of others the command may name what a build makes of them."""
_BUILT = (".pyz", ".zip", ".pex", ".whl", ".egg", ".pyc")
"""What Python runs that is made of sources."""


class Starting:
    """Finds out what launches start."""

    def __init__(
        self, files: Files, reading: Reading, world: World, deployed: Deployed, reports: Callable[[Target], bool]
    ) -> None:
        self.files = files
        self.reading = reading
        self.world = world
        self.deployed = deployed
        self.linker = Linker(files, self._target, reports)
        self.code = Code(reading.load)

    def linked(self, launched: Launched) -> Linked:
        """What a launch may start, by its command: mostly one thing."""
        started = launched.started
        found = [(program, self._targets(program, started)) for program in programs(started)]
        if len(found) > 1:
            speaking = [each for each in found if any(self.speaks(target) for target in each[1])]
            several = Unknown("several commands run in this session", started.span)
            unknown = (Target(None, started.span, reason=several),)
            found = speaking if len(speaking) == 1 else [(Program(()), unknown)]
        if all(isinstance(way, Unknown) for each in found for way in each[0].ways):
            found = [(each, self._targets(each, started)) for each in by_image(self.deployed.images, started)] or found
        program, targets = found[0] if found else (Program(()), (Target(None, started.span, reason=nothing(started)),))
        guessing = started.declared is None and (started.outer or started.maker not in CLIENTS or not found)
        if guessing and all(target.path is None and not _is_missing(target) for target in targets):
            targets = self._guessed(started) or self._hinted(started) or targets
        return Linked(launched, targets, program.command, program.env, program.cwd)

    def _targets(self, program: Program, started: Started) -> tuple[Target, ...]:
        where = program.command.span if program.command else started.span
        modules = [started.module, *([started.outer.module] if started.outer else ())]
        here = around(program.local, {name: each.value for name, each in started.passed.items()})
        linker = self.linker._replace(target=partial(self._target, here=here))
        found = reached(linker, program.ways, where, modules, program.folder)
        if program.modal:
            found = [each._replace(entry=each.entry or self._modal_entry(each)) for each in found]
        if not program.local or started.declared:
            found = [each if each.path else _away(each) for each in found]
        return _each_once([placed(self.files, self.code, each, started) for each in found])

    def _modal_entry(self, target: Target) -> str | None:
        module = self.reading.load(target.path) if target.path else None
        return modal_entry(module) if module else None

    def _guessed(self, started: Started) -> tuple[Target, ...]:
        """What a launch starts by the one argument that names a script of this repository that speaks with Pipes."""
        modules = [started.module, *([started.outer.module] if started.outer else ())]
        for sure, group in guesses(started):
            found: dict[tuple[str | None, str | None], Target] = {}
            slips: dict[str, Target] = {}
            for guess in group:
                for target in reached(self.linker, guess.ways, started.span, modules, None):
                    if self.speaks(target):
                        found.setdefault((target.path, target.entry), target)
                        break
                    if target.near:
                        slips.setdefault(target.near, target)
            opening = {key: target for key, target in found.items() if self.reading.is_script(target.path or "")}
            found = opening or (found if sure else {})
            if len(found) == 1:
                return tuple(found.values())
            if not found and sure and len(slips) == 1:
                return tuple(slips.values())
            if found:
                paths = ", ".join(f"`{path}`" for path, _ in found)
                return (Target(None, started.span, reason=Unknown(f"it may start any of {paths}", started.span)),)
        return ()

    def _hinted(self, started: Started) -> tuple[Target, ...]:
        why = hint(started)
        return (Target(None, why.span or started.span, reason=why),) if why else ()

    def speaks(self, target: Target) -> bool:
        return target.path is not None and self.reading.mentions(target.path)

    def _target(
        self, command: Command | Unknown, where: Span, modules: list[str], cwd: Value | None, here: Around = DAGSTER
    ) -> Target:
        if isinstance(command, Unknown):
            return Target(None, command.span or where, reason=command)
        tries = (
            find(self.files, command, module, cwd, self.deployed, here)
            for module in dict.fromkeys((*modules, command.span.path))
        )
        first = next(tries)
        found = next((each for each in (first, *tries) if isinstance(each, Found) and each.path), first)
        original = self._original(command.path) if self.world.copied else None
        found = Found(original) if original else found
        if isinstance(found, Found) and found.path is None and self._is_written(found.tried):
            found = Unknown("the file is written before it is launched", command.span)
        if isinstance(found, Found) and found.tried and _is_built(command, found.tried[0]):
            why = f"`{found.tried[0]}` is not in this repository, as what a build makes mostly is not"
            found = Unknown(why, command.span)
        written = self._written(command.path)
        rest = Sequence(command.rest, "list", command.complete)
        match found:
            case Found(path=str() as path):
                target = Target(path, command.span, command.language, written, command.entry, rest)
                target = target._replace(variables=command.variables, mapped=found.mapped)
                return target._replace(interpreter=command.interpreter, code=command.code)
            case Found(tried=tried, mapped=mapped):
                target = Target(None, command.span, command.language, written, command.entry, rest, tried)
                return target._replace(mapped=mapped, near=meant(self.files, tried[0]) if tried else None)
            case Unknown():
                reason = Unknown(found.reason, found.span or command.span)
                target = Target(None, command.span, command.language, written, command.entry, rest, reason=reason)
                return self._misspelt(target, command)

    def _misspelt(self, target: Target, command: Command) -> Target:
        """The target, not there for certain if its name is one slip away from that of a script of the project."""
        match command.path:
            case Known(value=str() | PurePosixPath() as plain):
                path = f"{str(plain).replace('.', '/')}.py" if command.module else str(plain)
            case _:
                return target
        near = meant(self.files, path)
        if near is None or not self.reading.mentions(near):
            return target
        place = posixpath.join(posixpath.dirname(near), posixpath.basename(path))
        return target._replace(tried=(place,), near=near, reason=None)

    def _original(self, path: Value) -> str | None:
        """The script of the project that the code was seen to take to where a command names it."""
        end = ending(path)
        originals = {local for local, there in self.world.copied if end and same_end(end, ending(there))}
        return originals.pop() if len(originals) == 1 else None

    def _written(self, path: Value) -> str | None:
        """A script's path as the command has it; relative to the root if it lies there, whoever's root that is."""
        value = getattr(path, "value", None)
        inside = self.world.relative(str(value)) if str(value).startswith("/") else None
        return inside or (None if value is None else str(value))

    def _is_written(self, tried: tuple[str, ...]) -> bool:
        """Whether the project's own code seems to make the file."""
        written = self.world.written
        return any(path in tried or self.world.relative(path) in tried for path in written)


def _is_missing(target: Target) -> bool:
    """Whether the command names a file by its whole path, which is not there."""
    return target.written is not None and target.tried == (target.written,)


def _is_built(command: Command, path: str) -> bool:
    return command.language not in _OUR_LANGUAGES or path.endswith(_BUILT)


def _each_once(targets: list[Target]) -> tuple[Target, ...]:
    """One target for each script, though the command may take several forms."""
    found: dict[object, Target] = {}
    for each in targets:
        key = (each.path, each.entry, each.code, each.variables) if each.path else each
        before = found.setdefault(key, each)
        if before.arguments is not None and each.arguments is not None:
            found[key] = before._replace(arguments=join([before.arguments, each.arguments]))
    return tuple(found.values())


def _away(target: Target) -> Target:
    """A target that runs where its files cannot be told to be missing."""
    if not target.tried or target.mapped or target.near:
        return target
    reason = f"`{target.written}` lies where it runs, and no file of this repository is like it"
    return target._replace(tried=(), reason=Unknown(reason, target.span))
