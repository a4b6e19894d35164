"""What the user's comments say of launches and scripts: `script=` at a launch, `launched-by=` in a script."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from ..commands.command import LANGUAGES
from ..contract import Passed, Target
from ..declared import Directive, Mapped
from ..directives import WORDS, Comment, comments
from ..files import Files
from ..interpret.run import Launched
from ..records import NamedTuple
from ..source import Source, Span

_FURTHER = (".sh", ".bash", ".jl", ".pl", ".rb")
"""Scripts in which nothing but `launched-by=` is looked for, and that only if a launch waits for it."""

_READ = ("python", "r", "notebook", "document")


class Linked(NamedTuple):
    """A launch, and what it may start: mostly one thing."""

    launched: Launched
    targets: tuple[Target, ...]
    command: Passed | None = None
    env: Passed | None = None
    cwd: Passed | None = None

    @property
    def open(self) -> bool:
        """Whether what it starts is not known, or is nothing that is read."""
        return any(map(_is_open, self.targets))

    @property
    def name(self) -> str:
        return self.launched.definition.name

    def is_called(self, name: str) -> bool:
        return name in (self.name, *(self.launched.definition.asset_keys or ()))


def settle(files: Files, paths: Iterable[str], ways: list[Linked]) -> tuple[list[Linked], list[Directive]]:
    """The launches with what the comments in these files say of them, and what has come of each comment."""
    said = [comment for path in sorted(set(paths)) for comment in _comments(files, path)]
    told = _Told(files, ways)
    for comment in said:
        told.say(comment)
    if any(way.open for way in told.ways):
        seen = {comment.span.path for comment in said}
        for path in files.all_paths():
            if path.endswith(_FURTHER) and path not in seen:
                for comment in _comments(files, path):
                    told.say(comment)
    told.say_late()
    return told.ways, told.directives


def judge(files: Files, path_map: tuple[Mapped, ...], ways: list[Linked]) -> Iterator[Directive]:
    """The entries of `path-map` that say what is not so, or nothing."""
    targets = [target for way in ways for target in way.targets]
    used = {target.mapped for target in targets if target.mapped}
    for entry in path_map:
        if not files.is_dir(entry.folder) and not files.exists(entry.folder):
            yield Directive(entry.span, "path-map", entry.folder, "no-folder")
        elif entry not in used and all(target.path or target.tried for target in targets):
            yield Directive(entry.span, "path-map", entry.deployed, "unused")


def _comments(files: Files, path: str) -> tuple[Comment, ...]:
    source = files.readable(path)
    return comments(source) if source else ()


class _Told:
    def __init__(self, files: Files, ways: list[Linked]) -> None:
        self.files = files
        self.ways = list(ways)
        self.directives: list[Directive] = []
        self.late: list[Comment] = []
        self.replaced: dict[int, list[Target]] = {}
        """The launches of which a comment has told what they start, by their place in `ways`."""
        self.calls: dict[str, list[tuple[Span, int]]] = {}
        """By file, the calls by which a comment may stand, each with its launch's place in `ways`."""
        self.there: dict[str, list[int]] = {}
        """By file, the launches that stand there, or in a definition there."""
        for index, way in enumerate(ways):
            for span in dict.fromkeys(_calls(way.launched)):
                self.calls.setdefault(span.path, []).append((span, index))
            for path in dict.fromkeys(_files_of(way)):
                self.there.setdefault(path, []).append(index)

    def say(self, comment: Comment) -> None:
        match comment.word:
            case "script" | "launched-by" if not comment.values:
                self._enter(comment, "", "no-value")
            case "script":
                self._script(comment)
            case "launched-by":
                self.late.append(comment)
            case word if word not in WORDS:
                self.directives.append(Directive(comment.span, word, "", "unknown-word", WORDS[:2]))

    def say_late(self) -> None:
        """What scripts say is heard when all launches have said what they start."""
        for index, targets in self.replaced.items():
            self.ways[index] = self.ways[index]._replace(targets=tuple(dict.fromkeys(targets)))
        self.replaced.clear()
        found: dict[int, list[Target]] = {}
        for comment in self.late:
            for value in comment.values:
                self._launched_by(comment, value, found)
        for index, targets in found.items():
            known = [target for target in self.ways[index].targets if not _is_open(target)]
            self.ways[index] = self.ways[index]._replace(targets=tuple(dict.fromkeys([*known, *targets])))

    # --- `script=` ---

    def _script(self, comment: Comment) -> None:
        places = self._launches_at(comment)
        for value in comment.values:
            written, _, entry = value.partition("::")
            path = self._path(written, comment.span.path)
            if path is None or not self.files.exists(path):
                near = self.files.by_name(posixpath.basename(written))
                self._enter(comment, value, "no-file", tuple(near))
            elif not places:
                self._enter(comment, value, "no-launch")
            else:
                self._enter(comment, value)
                for index in places:
                    self.replaced.setdefault(index, []).append(_target(self.ways[index], path, value, entry or None))

    def _launches_at(self, comment: Comment) -> list[int]:
        """The launches at whose call the comment stands; of calls in one another, at the innermost."""
        source = self.files.source(comment.span.path)
        assert isinstance(source, Source)
        found: dict[Span, list[int]] = {}
        for span, index in self.calls.get(comment.span.path, ()):
            if _stands_at(source, comment, span):
                found.setdefault(span, []).append(index)
        smallest = min(found, key=lambda span: span.end - span.start, default=None)
        return list(dict.fromkeys(found[smallest])) if smallest else []

    # --- `launched-by=` ---

    def _launched_by(self, comment: Comment, value: str, found: dict[int, list[Target]]) -> None:
        script = comment.span.path
        written, _, name = value.partition("::")
        path = self._path(written, script)
        if path is None or not self.files.exists(path):
            self._enter(comment, value, "no-file", tuple(self.files.by_name(posixpath.basename(written))))
            return
        there = self.there.get(path, [])
        named = [index for index in there if not name or self.ways[index].is_called(name)]
        if not named:
            names = dict.fromkeys(self.ways[index].name for index in there)
            self._enter(comment, value, "no-definition", tuple(names))
            return
        mine = [index for index in named if any(target.path == script for target in self.ways[index].targets)]
        open_ = [index for index in named if self.ways[index].open]
        if mine:
            self._enter(comment, value)
        elif not open_:
            way = self.ways[named[0]]
            what = next((target.path for target in way.targets if target.path), "")
            self._enter(comment, value, "known-otherwise", other=(way.launched.started.span, what or ""))
        elif len({self.ways[index].launched.started.span for index in open_}) > 1:
            names = dict.fromkeys(
                key for index in open_ for key in self.ways[index].launched.definition.asset_keys or ()
            )
            self._enter(comment, value, "several" if name else "no-name", tuple(names))
        else:
            self._enter(comment, value)
            for index in open_:
                found.setdefault(index, []).append(_target(self.ways[index], script, script, None))

    # --- both ---

    def _enter(
        self,
        comment: Comment,
        value: str,
        fault: str = "",
        choices: tuple[str, ...] = (),
        other: tuple[Span, str] | None = None,
    ) -> None:
        self.directives.append(Directive(comment.span, comment.word, value, fault, choices, other))  # type: ignore[arg-type]

    def _path(self, written: str, file: str) -> str | None:
        """A path in a comment, from the project's root; None if it leads out of the project."""
        base = posixpath.dirname(file) if written.startswith(("./", "../")) else ""
        path = posixpath.normpath(posixpath.join(base, written))
        return None if not written or path.startswith(("/", "../")) or path == ".." else path


def _is_open(target: Target) -> bool:
    return target.path is None or target.language not in _READ


def _target(way: Linked, path: str, written: str, entry: str | None) -> Target:
    """The launch's target with another script; what follows the one that was read need not hold for it."""
    for target in way.targets:
        if target.path == path:
            return target._replace(entry=entry or target.entry)
    before = way.targets[0]
    language = LANGUAGES.get(posixpath.splitext(path)[1].lower())
    return Target(path, before.span, language, written, entry, variables=before.variables)


def _files_of(way: Linked) -> tuple[str, str]:
    return way.launched.started.span.path, way.launched.definition.span.path


def _calls(launched: Launched) -> Iterator[Span]:
    """The calls by which a comment may stand: the launch, what led to it, and commands inside its session's block."""
    yield launched.started.span
    for command, *_ in launched.started.commands:
        yield command.span
    for span in launched.started.sites:
        if span != launched.definition.span:
            yield span


def _stands_at(source: Source, comment: Comment, call: Span) -> bool:
    """Whether a comment stands at the end of one of the call's lines, or on the line above its statement."""
    first, last = source.position(call.start).row, source.position(call.end).row
    while last < len(source.line_starts) and source.line(last + 1).lstrip().startswith((".", ")", "]", "}")):
        last += 1
    if first <= comment.row <= last:
        return True
    if not comment.alone or comment.row > first:
        return False
    row = comment.row + 1
    while row < first and source.line(row).lstrip().startswith("#"):
        row += 1
    return row == first or _is_one_statement(source.text[source.line_starts[row - 1] : call.start])


def _is_one_statement(text: str) -> bool:
    """Whether no line of it ends outside brackets."""
    depth = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "\n" and depth <= 0:
            return False
    return True
