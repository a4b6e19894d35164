"""Which modules can have to do with a launch, told from their texts: only these are run.

A module is run if it may launch something itself, or uses what does: a function, class or factory of another module
that may. Such a name goes from module to module by imports, so a module is asked only about the names of modules whose
own name stands in one of its imports; and by the keys under which resources are given, which need no import.

Where some launch may be, the modules that can change what it is are run too: those that give resources and prefixes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from ..files import Files
from ..records import NamedTuple

Text = Callable[[str], str]

COMPONENTS: Final = ("PythonScriptComponent", "UvRunComponent", "component_instance", "ScriptCollectionComponent")
"""What stands in a module that makes one of Dagster's components that run a script."""
LAUNCHES: Final = ("ipes", ".run(", "pipes-lint:", *COMPONENTS)
"""What stands in every module that launches something itself."""
_LAUNCH: Final = (
    r"\bopen_pipes_session\b|\bPipes\w*Client\b|\bPythonScriptComponent\b|\bUvRunComponent\b"
    r"|\.run\w*\((?:[^()]|\([^()]*\))*?(?:\bcontext\b|\*\*)"
)
"""What stands in a definition that launches something for others."""
_SURROUNDINGS: Final = (
    "Definitions(",
    "Definitions.merge",
    "with_resources",
    "load_asset",
    "load_definitions",
    "load_defs",
    "load_from_defs",
    "map_asset",
    "map_resolved",
    "with_attributes",
    "replace_attributes",
)
"""What stands in the modules that give resources, or change other assets; and `_GRAPH` where ops may be steps."""
_GRAPH: Final = r"@[\w.]*graph|\bgraph\("
_FACTORY: Final = r"(?m)^[ \t]+@[\w.]*(?:asset|asset_check|op)\b"
_ALIAS: Final = r"\b(\w+)[ \t]+as[ \t]+(\w+)"
_PROSE: Final = r"(?s)(?<![\w=(,])\"\"\".*?\"\"\"|(?m:^)[ \t]*#[^\n]*"
"""What is written for people: docstrings, and lines of comment."""
_KEY: Final = r"(?:[\"'](\w+)[\"'][ \t]*:\s*|\b(\w+)=)([\w.]+)"
_STATEMENT: Final = r"(?m)^(?:(?:async[ \t]+)?def[ \t]+(\w+)|class[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]+)?=(?!=)|[A-Za-z@])"
_INNER: Final = r"\b(?:def|class)[ \t]+(\w+)|(?m:^)[ \t]+(\w+)[ \t]*="


class Reached(NamedTuple):
    """Of the modules in question, those that may launch something, and those that may change what such ones define."""

    launching: list[str]
    around: list[str]


def reach(files: Files, modules: Sequence[str], text: Text, needles: Sequence[str] = ()) -> Reached:
    """Those of these modules that can have to do with a launch. `needles` are further names that start one."""
    return _Reach(files, modules, text, tuple(needles)).modules()


class _Reach:
    def __init__(self, files: Files, modules: Sequence[str], text: Text, needles: tuple[str, ...]) -> None:
        self.files = files
        self.paths = modules
        self.text = text
        self.needles = needles
        words = (*LAUNCHES, *needles)
        self.seeds = [path for path in modules if any(word in text(path) for word in words)]
        self.known: dict[str, set[str]] = {}
        """The names that may launch something, by the modules that can use them."""
        self.given: dict[str, set[str]] = {}
        """Those that a module gives to others."""
        self.importers: dict[str, list[str]] = {}
        """The modules that are not run so far, by the words in their imports."""
        self.words: dict[str, set[str]] = {}
        self.blocks: dict[str, list[tuple[set[str], set[str]]]] = {}
        self.aliases: dict[str, list[tuple[str, str]]] = {}

    def modules(self) -> Reached:
        own = set(self.seeds)
        helpers = [path for path in self.files.launching_helpers() if path not in own]
        if not own and not helpers:
            return Reached([], [])
        others = [path for path in self.paths if path not in own]
        # Dagster's decorators may be hidden in a factory; who calls that need not mention Dagster.
        factories = [path for path in (*self.seeds, *helpers) if re.search(_FACTORY, self.text(path))]
        if factories:
            words = {part for path in factories for part in (*path.split("/")[:-1], _word(path))}
            between = [path for path in self.files.mentioning(sorted(words)) if path not in helpers]
            self.paths = [*self.paths, *between]
            others += between
        if others:
            self._index(others, {*own, *helpers})
            self._spread([*self.seeds, *helpers])
            keys = self._keys([*own, *helpers, *self.known])
            if keys:
                found = [path for path in others if not keys.isdisjoint(re.findall(r"\w+", self.text(path)))]
                for path in found:
                    self.known.setdefault(path, set()).update(keys)
                self._spread(found)
        launching = [path for path in self.paths if path in own or path in self.known]
        others = [path for path in others if path not in self.known]
        return Reached(launching, [path for path in others if _surrounds(self.text(path))])

    def _index(self, others: list[str], seeds: set[str]) -> None:
        """Enters the others by what they import, and the project's modules between them and the seeds likewise."""
        packages = self._packages()
        seen, queue = {*others, *seeds}, list(others)
        for path in queue:
            for word in _imported(self.text(path)):
                self.importers.setdefault(word, []).append(path)
                for between in (*self.files.by_name(f"{word}.py"), *packages.get(word, ())):
                    if between not in seen:
                        seen.add(between)
                        queue.append(between)

    def _packages(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.files.by_name("__init__.py"):
            found.setdefault(_word(path), []).append(path)
        return found

    def _spread(self, start: list[str]) -> None:
        """Hands on what may launch something, from module to module, until there is nothing new."""
        queue = list(start)
        for path in queue:
            before = self.given.setdefault(path, set())
            new = self._gives(path) - before
            before |= new
            if not new:
                continue
            for importer in self._importers(path):
                used = self._used(importer)
                shared = new if "*" in used else new & used
                known = self.known.get(importer, set())
                if shared - known:
                    self.known[importer] = known | shared
                    queue.append(importer)

    def _importers(self, path: str) -> list[str]:
        found = self.importers.get(_word(path), [])
        if path.endswith("__init__.py"):
            folder = path.removesuffix("__init__.py")
            found = found + [each for each in self.importers.get(".", ()) if each.startswith(folder)]
        return [each for each in dict.fromkeys(found) if each != path]

    def _gives(self, path: str) -> set[str]:
        """The names of a module whose definitions speak of what may launch something, and those that it hands on."""
        known = self.known.get(path, set())
        given = {*known, *self.given.get(path, ())}
        if path not in self.blocks:
            text = re.sub(_PROSE, "", self.text(path))
            blocks = _blocks(text)
            self.aliases[path] = re.findall(_ALIAS, text)
            self.blocks[path] = [(names, set(re.findall(r"\w+", body))) for names, body in blocks]
            launches = re.compile(_LAUNCH)
            for names, body in blocks:
                if launches.search(body) or any(needle in body for needle in self.needles):
                    given |= names
        given.update(alias for name, alias in self.aliases[path] if name in known)
        grown = bool(given)
        while grown:
            size = len(given)
            for names, words in self.blocks[path]:
                if not given.isdisjoint(words):
                    given |= names
            grown = len(given) > size
        return given

    def _keys(self, paths: list[str]) -> set[str]:
        """The keys under which objects of the project's own classes are given (`{"runner": Runner()}`)."""
        keys: set[str] = set()
        for path in paths:
            if "esource" not in self.text(path):
                continue
            names = self.known.get(path, set()) | self.given.get(path, set())
            for quoted, plain, value in re.findall(_KEY, self.text(path)):
                name = value.rpartition(".")[2]
                if name in names and (quoted or name[:1].isupper()):
                    keys.add(quoted or plain)
        return keys

    def _used(self, path: str) -> set[str]:
        """The words in a module's imports, and the names that it takes out of something."""
        if path not in self.words:
            text = self.text(path)
            self.words[path] = _imported(text) | set(re.findall(r"\.[ \t]*(\w+)", text))
        return self.words[path]


def _blocks(text: str) -> list[tuple[set[str], str]]:
    """The statements of a module's first level, with the names that each binds. A line in a string may look like one,
    so each is taken for a part of the definition before it as well.
    """
    found: list[tuple[set[str], str]] = []
    starts = list(re.finditer(_STATEMENT, text))
    latest = ""
    for index, match in enumerate(starts):
        end = starts[index + 1].start() if index + 1 < len(starts) else len(text)
        body = text[match.start() : end]
        name = match[1] or match[2] or match[3] or ""
        names = {name} if name else {one or other for one, other in re.findall(_INNER, body)}
        if latest and not match[1] and not match[2]:
            names.add(latest)
        if match[1] or match[2]:
            latest = name
        if names:
            found.append((names, body))
    return found


def _surrounds(text: str) -> bool:
    return any(word in text for word in _SURROUNDINGS) or ("graph" in text and re.search(_GRAPH, text) is not None)


def _imported(text: str) -> set[str]:
    """The words in a module's imports; a `.` for what is imported from its own package, or one around it."""
    words: set[str] = set()
    at = text.find("import")
    while at >= 0:
        before = text[text.rfind("\n", 0, at) + 1 : at].strip()
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        rest = text[at + 6 : end]
        if before.startswith("from "):
            if rest.lstrip(" \t").startswith(("(", "\\")):
                closing = text.find(")" if "(" in rest else "\n\n", at)
                end = len(text) if closing < 0 else closing
            words.update(re.findall(r"\w+|\*", f"{before[5:]} {text[at + 6 : end]}"))
            if not before[5:].strip(". \t"):
                words.add(".")
        elif not before or rest.startswith("_module"):
            words.update(re.findall(r"\w+", rest))
        at = text.find("import", end)
    return words


def _word(path: str) -> str:
    """The last part of a module's dotted name."""
    stem = path.removesuffix(".py").removesuffix("/__init__")
    return stem.rpartition("/")[2]
