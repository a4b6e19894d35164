"""What a project says of where its files are in images: its Dockerfiles, and the services of its compose files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from fnmatch import fnmatch

from ..files import Files
from ..records import NamedTuple

_DOCKERFILE = r"(?i)(?:dockerfile|containerfile)(?:\..+)?|.+\.(?:dockerfile|containerfile)"
_COMPOSE = r"(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml"
_VARIABLE = r"\$(?:(\w+)|\{(\w+)(?::?[-+]([^}]*))?\})"


class Copy(NamedTuple):
    """`COPY source … target`: what is where in an image. `stage` is an earlier stage's name, for `--from`."""

    sources: tuple[str, ...]
    target: str
    folder: bool
    """Whether the target is written as a folder."""
    stage: str | None = None


class Stage(NamedTuple):
    """One `FROM` of a Dockerfile and what follows it."""

    folder: str
    """The last `WORKDIR`, absolute."""
    copies: tuple[Copy, ...]
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()


class Build(NamedTuple):
    """A Dockerfile and the folder from which it copies, if a compose file says which."""

    path: str
    context: str | None
    names: tuple[str, ...]
    """What images that are built by it may be called."""


class Images:
    """All images that the project seems to build. Nothing is read before it is asked for."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._builds: tuple[Build, ...] | None = None
        self._mounts: list[tuple[str, str]] = []
        self._stages: dict[str, dict[str, Stage]] = {}

    def places(self, path: str, image: str | None) -> tuple[str, ...]:
        """The project's files that are at this place in an image: in that of this name, or else in any.

        A path that is relative is so to the image's `WORKDIR`.
        """
        builds = self.builds()
        name = _plain_name(image)
        own = [build for build in builds if name and name in build.names]
        found = self._in(own, path)
        if found or own or (image is not None and _is_published(image)):
            return found
        mounted = {place for target, folder in self._mounts if (place := self._below(path, target, folder))}
        return tuple(dict.fromkeys([*self._in(builds, path), *sorted(mounted)]))

    def program(self, image: str) -> tuple[str, ...]:
        """What an image runs that is told nothing, if the project builds it; empty if that is not known."""
        name = _plain_name(image)
        own = {build.path for build in self.builds() if name and name in build.names}
        own = own or set(self._tagged(name or ""))
        if len(own) != 1:
            return ()
        stages = list(self._stages_of(own.pop()).values())
        return (*stages[-1].entrypoint, *stages[-1].command) if stages else ()

    def _tagged(self, name: str) -> Iterator[str]:
        """The Dockerfiles from which scripts of the project build an image of this name."""
        for path in self.files.all_paths() if name else ():
            folder, _, file = path.rpartition("/")
            if not file.endswith(".sh") and file not in ("Makefile", "justfile"):
                continue
            for words in re.findall(r"docker (?:buildx )?build\b((?:[^\n\\]|\\\n)*)", self.files.text(path)):
                tag = re.search(r"(?:-t|--tag)[ =]+(\S+)", words)
                given = re.search(r"(?:-f|--file)[ =]+(\S+)", words)
                if tag and _plain_name(tag[1].strip("\"'")) == name:
                    context = words.split()[-1]
                    for base in dict.fromkeys((folder, "")):
                        place = _join(base, given[1] if given else posixpath.join(context, "Dockerfile"))
                        if place is not None and self.files.exists(place):
                            yield place
                            break

    def _in(self, builds: list[Build] | tuple[Build, ...], path: str) -> tuple[str, ...]:
        found = (self._in_build(build, path) for build in builds)
        return tuple(dict.fromkeys(each for each in found if each))

    def _in_build(self, build: Build, path: str) -> str | None:
        stages = self._stages_of(build.path)
        contexts = [build.context] if build.context is not None else _upwards(posixpath.dirname(build.path))
        for stage in reversed(stages.values()):
            whole = posixpath.normpath(posixpath.join(stage.folder, path))
            for context in contexts:
                found = self._in_stage(stages, stage, whole, context, 0)
                if found:
                    return found
        return None

    def _in_stage(self, stages: dict[str, Stage], stage: Stage, path: str, context: str, depth: int) -> str | None:
        for copy in reversed(stage.copies):
            for source in _sources(copy, path):
                if copy.stage is None:
                    place = posixpath.normpath(posixpath.join(context, source.lstrip("/")))
                    if not place.startswith("../") and self.files.exists(place):
                        return place
                elif copy.stage in stages and depth < len(stages):
                    inner = stages[copy.stage]
                    place = posixpath.normpath(posixpath.join("/", source))
                    found = self._in_stage(stages, inner, place, context, depth + 1)
                    if found:
                        return found
        return None

    def _below(self, path: str, target: str, folder: str) -> str | None:
        rest = below(path, target)
        place = posixpath.normpath(posixpath.join(folder, rest)) if rest is not None else None
        return place if place and self.files.exists(place) else None

    def builds(self) -> tuple[Build, ...]:
        """The project's Dockerfiles, each in every way in which a compose file builds it."""
        if self._builds is None:
            names = [
                (path, path.rpartition("/")[2])
                for path in self.files.all_paths()
                if "ockerfile" in path or "ontainerfile" in path or "compose" in path
            ]
            dockerfiles = [path for path, name in names if re.fullmatch(_DOCKERFILE, name)]
            composed = [build for path, name in names if re.fullmatch(_COMPOSE, name) for build in self._composed(path)]
            built = {build.path for build in composed}
            alone = (Build(path, None, _names_of(path)) for path in dockerfiles if path not in built)
            self._builds = (*composed, *alone)
        return self._builds

    def _composed(self, path: str) -> Iterator[Build]:
        import yaml

        folder = posixpath.dirname(path)
        try:
            document = yaml.safe_load(self.files.text(path))
        except (yaml.YAMLError, RecursionError):
            return
        services = document.get("services") if isinstance(document, dict) else None
        for name, service in services.items() if isinstance(services, dict) else ():
            if not isinstance(service, dict):
                continue
            self._mounts += _volumes(service.get("volumes"), folder)
            build = service.get("build")
            build = {"context": build} if isinstance(build, str) else build
            if isinstance(build, dict):
                context = _join(folder, build.get("context", "."))
                dockerfile = _join(context, build.get("dockerfile", "Dockerfile")) if context is not None else None
                if dockerfile is not None and self.files.exists(dockerfile):
                    plain = _plain_name(service.get("image") if isinstance(service.get("image"), str) else None)
                    yield Build(dockerfile, context, (*_names_of(dockerfile), str(name), *([plain] if plain else [])))

    def _stages_of(self, path: str) -> dict[str, Stage]:
        if path not in self._stages:
            self._stages[path] = dockerfile(self.files.text(path))
        return self._stages[path]


# --- Dockerfiles ----------------------------------------------------------------------------------------------------


def dockerfile(text: str) -> dict[str, Stage]:
    """The stages of a Dockerfile, by name (or number), as far as they say where files of the project come to lie."""
    stages: dict[str, Stage] = {}
    variables: dict[str, str] = {}
    name, stage = "0", Stage("/", ())
    for word, rest in _instructions(text):
        match word:
            case "FROM":
                parts = [part for part in _filled(rest, variables).split() if not part.startswith("--")]
                name = parts[2] if len(parts) > 2 and parts[1].lower() == "as" else str(len(stages))
                stage = stages.get(parts[0], Stage("/", ())) if parts else Stage("/", ())
            case "ARG" | "ENV":
                variables.update(_assigned(rest, variables))
            case "WORKDIR":
                folder = _filled(rest, variables).strip("\"' ")
                stage = stage._replace(folder=posixpath.normpath(posixpath.join(stage.folder, folder)))
            case "ENTRYPOINT":
                stage = stage._replace(entrypoint=_program(rest), command=())
            case "CMD":
                stage = stage._replace(command=_program(rest))
            case "COPY" | "ADD":
                copy = _copy(_filled(rest, variables), stage.folder)
                if copy:
                    stage = stage._replace(copies=(*stage.copies, copy))
        stages[name] = stage
    return stages


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    whole = re.sub(r"\\[ \t]*\n", " ", "\n".join(lines))
    for line in whole.splitlines():
        word, _, rest = line.strip().partition(" ")
        if word:
            yield word.upper(), rest.strip()


def _filled(text: str, variables: dict[str, str]) -> str:
    return re.sub(_VARIABLE, lambda match: variables.get(match[1] or match[2], match[3] or ""), text)


def _assigned(rest: str, variables: dict[str, str]) -> Iterator[tuple[str, str]]:
    pairs = re.findall(r"""(\w+)=("[^"]*"|'[^']*'|\S*)""", rest)
    if not pairs and " " in rest:
        name, _, value = rest.partition(" ")
        pairs = [(name, value)]
    for name, value in pairs:
        yield name, _filled(value.strip("\"' "), variables)


def _program(rest: str) -> tuple[str, ...]:
    return tuple(re.findall(r'"([^"]*)"', rest)) if rest.startswith("[") else tuple(rest.split())


def _copy(rest: str, folder: str) -> Copy | None:
    options = re.match(r"(?:--\S+\s+)*", rest)
    assert options is not None
    stage = re.search(r"--from=(\S+)", options[0])
    words = rest[options.end() :]
    parts = re.findall(r'"([^"]*)"', words) if words.startswith("[") else words.split()
    if len(parts) < 2 or parts[0].startswith("<<"):
        return None
    *sources, target = parts
    is_folder = target.endswith("/") or target in (".", "..") or len(sources) > 1
    place = posixpath.normpath(posixpath.join(folder, target))
    return Copy(tuple(sources), place, is_folder, stage[1] if stage else None)


def _sources(copy: Copy, path: str) -> Iterator[str]:
    """What may have been copied to this place, if this is a copy of a file, of a folder's content, or of a pattern."""
    rest = below(path, copy.target)
    for source in copy.sources:
        if rest == "":
            yield source
        elif rest is not None and "*" in source:
            head, _, pattern = source.rpartition("/")
            if "/" not in rest and fnmatch(rest, pattern):
                yield posixpath.join(head, rest)
        elif rest is not None:
            yield posixpath.join(source, rest)
            if posixpath.basename(source) == rest:
                yield source


def below(path: str, folder: str) -> str | None:
    """What leads from a folder to a path in it: empty for itself, None for what is not in it."""
    path, folder = posixpath.normpath(path), posixpath.normpath(folder)
    if path == folder:
        return ""
    return path[len(folder.rstrip("/")) + 1 :] if path.startswith(f"{folder.rstrip('/')}/") else None


# --- names ----------------------------------------------------------------------------------------------------------

_PUBLISHED = (
    "alpine bash bitnami busybox continuumio debian fedora golang jupyter julia mambaorg node openjdk perl pypy python "
    "pytorch r-base rocker ruby rust spark tensorflow ubuntu apache amazon"
)


def _is_published(image: str) -> bool:
    """Whether everybody knows this image: nothing of the project is in it."""
    name = image.partition("@")[0]
    parts = re.sub(r":[^/]*$", "", name).split("/")
    if parts[0] in ("docker.io", "library", "public.ecr.aws", "quay.io", "mcr.microsoft.com", "gcr.io"):
        parts = [part for part in parts[1:] if part not in ("library", "docker")]
    return bool(parts) and parts[0] in _PUBLISHED.split()


def _plain_name(image: str | None) -> str | None:
    """`ghcr.io/acme/etl:1.2` is called `etl`."""
    if not image or (_is_published(image) and "/" not in image):
        return None
    return re.sub(r"[:@].*$", "", image.rpartition("/")[2]) or None


def _names_of(path: str) -> tuple[str, ...]:
    """What an image may be called after its Dockerfile: the folder's name, what stands beside `Dockerfile`."""
    folder, _, name = path.rpartition("/")
    beside = re.sub(r"(?i)\.?(?:dockerfile|containerfile)\.?", "", name)
    return tuple(each for each in (folder.rpartition("/")[2], beside) if each)


def _upwards(folder: str) -> list[str]:
    found = [folder]
    while folder:
        folder = posixpath.dirname(folder)
        found.append(folder)
    return found


def _join(folder: str, path: object) -> str | None:
    if not isinstance(path, str) or path.startswith(("/", "~")) or "://" in path:
        return None
    place = posixpath.normpath(posixpath.join(folder, path))
    return None if place.startswith("../") else "" if place == "." else place


def _volumes(given: object, folder: str) -> Iterator[tuple[str, str]]:
    """Where a service mounts folders (or files) of the project, and which."""
    for each in given if isinstance(given, list) else ():
        source: object
        target: object
        match each:
            case str():
                source, target = [*each.split(":"), ""][:2]
            case {"source": source, "target": target}:
                pass
            case _:
                continue
        place = _join(folder, source) if isinstance(source, str) and source.startswith((".", "/")) else None
        if place is not None and isinstance(target, str) and target.startswith("/"):
            yield target, place
