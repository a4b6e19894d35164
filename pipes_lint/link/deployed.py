"""Which file of the project a path means that holds where the launch runs: in an image, on a cluster, in a store."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from ..declared import Mapped
from ..files import Files
from ..records import NamedTuple
from ..source import Span
from ..values import Known, Mapping, Sequence, Template, Unknown, Value
from .images import Images, below

_LOCAL = ("file:", "local:")
"""Schemes that mean a file of the machine itself; `local:` is Spark's, for one in the image."""
_STORES = tuple("dbfs: workspace: s3: s3a: s3n: gs: gcs: abfs: abfss: wasb: wasbs: az: hdfs:".split())
"""Schemes of stores to which files are uploaded."""
_WEB = ("http:", "https:", "ftp:", "git:")
_NOTEBOOKS = ("/Workspace/", "/Repos/", "/Users/", "/Shared/")
"""Where Databricks keeps notebooks, which are named there without their ending."""
_ENDINGS = (".py", ".ipynb", ".R", ".r")
_COMMON = (
    "__init__ __main__ app cli entrypoint example handler index job lambda_function main my_script program run script "
    "start task test"
)
"""What scripts are called everywhere: such a name alone does not tell which one is meant."""
_MARKERS = ("pyproject.toml", "setup.py", "setup.cfg", "workspace.yaml", "dagster.yaml", "Dockerfile", "DESCRIPTION")


class Found(NamedTuple):
    """A file, or None and the places where it would have to be."""

    path: str | None
    tried: tuple[str, ...] = ()
    mapped: Mapped | None = None
    """The entry of `path-map` that settled it."""


class Around(NamedTuple):
    """What a launch tells of where it runs."""

    local: bool = True
    """Whether that is the machine that runs Dagster."""
    image: str | None = None
    mounts: tuple[tuple[str, Value], ...] = ()
    """Where folders are mounted, and which."""
    folder: str | None = None
    """The folder in which it runs, absolute."""


DAGSTER = Around()
"""On the machine that runs Dagster."""


class Deployed:
    """Finds deployed files; keeps what it has read of the project for that."""

    def __init__(self, files: Files, path_map: tuple[Mapped, ...]) -> None:
        self.files = files
        self.path_map = path_map
        self.images = Images(files)

    def is_elsewhere(self, text: str) -> bool:
        """Whether a path does not lie in the project's folder as it is checked out here."""
        scheme, colon, _ = text.partition(":")
        if colon and (f"{scheme}:" in (*_LOCAL, *_STORES, *_WEB) or "://" in text):
            return True
        root = self.files.root.as_posix().rstrip("/")
        return text.startswith(("/", "~")) and below(text, root) is None

    def find(self, text: str, span: Span, module: str, around: Around) -> Found | Unknown:
        """The file that a path means, which lies elsewhere or is relative to a folder that is elsewhere."""
        for form in _forms(text):
            settled = self._mapped(form)
            if settled:
                return settled
        path = _forms(text)[-1]
        scheme, colon, _ = path.partition(":")
        if colon and f"{scheme}:" in _WEB:
            return Unknown(f"`{text}` lies outside this repository", span)
        if not colon:
            certain = self._mounted(path, module, around) or self._built(path, around)
            if certain:
                return certain
        return self._by_tail(text, path, span, module)

    def by_tail(self, tail: str, text: str, span: Span, module: str) -> Found | Unknown:
        """The file that a path means of which the last part alone is known."""
        return self._by_tail(text, tail, span, module)

    # --- what settles it ---

    def _mapped(self, path: str) -> Found | None:
        """By `path-map`: the longest entry wins."""
        best: tuple[int, Mapped, str] | None = None
        for entry in self.path_map:
            rest = _rest(path, entry.deployed)
            size = len(_parts(entry.deployed))
            if rest is not None and (best is None or size > best[0]):
                best = size, entry, rest
        if best is None:
            return None
        _, entry, rest = best
        place = posixpath.normpath(posixpath.join(entry.folder, rest))
        for ending in ("", *_ENDINGS) if _is_notebook(path) else ("",):
            if self.files.exists(place + ending):
                return Found(place + ending, mapped=entry)
        return Found(None, (place,), entry)

    def _mounted(self, path: str, module: str, around: Around) -> Found | None:
        """By the folders that the launch itself mounts."""
        whole = posixpath.join(around.folder, path) if around.folder else path
        places = {}
        for target, source in around.mounts:
            rest = below(whole, target)
            for folder in self._folders(source, module) if rest is not None else ():
                place = posixpath.normpath(posixpath.join(folder, rest or ""))
                if self.files.exists(place):
                    places[place] = Found(place)
                    break
        return next(iter(places.values())) if len(places) == 1 else None

    def _folders(self, source: Value, module: str) -> Iterator[str]:
        """The folders of the project that a host's path may mean, the likeliest first."""
        match source:
            case Known(value=str() | PurePosixPath() as plain):
                text = str(plain)
            case Template(pieces=pieces) if isinstance(pieces[-1], str) and pieces[-1].startswith("/"):
                text = pieces[-1]
            case _:
                return
        inside = below(text, self.files.root.as_posix()) if text.startswith("/") else None
        if inside is not None:
            yield inside
        elif text.startswith(("/", "~")):
            parts = _parts(text)
            for start in range(len(parts)):
                folder = "/".join(parts[start:])
                if self.files.is_dir(folder):
                    yield folder
        else:
            folder = posixpath.dirname(module)
            while True:
                yield posixpath.normpath(posixpath.join(folder, text))
                if not folder:
                    return
                folder = posixpath.dirname(folder)

    def _built(self, path: str, around: Around) -> Found | None:
        """By the project's Dockerfiles and compose files."""
        if not path.startswith("/") and around.local:
            return None
        whole = posixpath.join(around.folder, path) if around.folder else path
        places = self.images.places(whole, around.image)
        return Found(places[0]) if len(places) == 1 else None

    # --- by the longest tail ---

    def _by_tail(self, text: str, path: str, span: Span, module: str) -> Found | Unknown:
        """The one file that shares the longest tail of path parts, unless that is only a name that many have."""
        parts = [part for part in _parts(path) if part not in (".", "..")]
        names = [parts[-1]] if parts else []
        if parts and _is_notebook(path) and "." not in parts[-1]:
            names = [parts[-1] + ending for ending in _ENDINGS]
        best: list[str] = []
        longest = 0
        for name in names:
            found, shared = self.files.longest_tail([*parts[:-1], name])
            if shared > longest:
                best, longest = list(found), shared
            elif shared == longest:
                best += found
        if not best:
            return Unknown(f"no file of this repository ends like `{text}`", span)
        if longest == 1 and is_common(names[0]) and not self._is_beside(best, module):
            return several(text, best, span)
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(module), path))
        if len(best) > 1:
            best = [beside] if beside in best else self._nearest(best, module)
        return Found(best[0]) if len(best) == 1 else several(text, best, span)

    def _is_beside(self, candidates: list[str], module: str) -> bool:
        """Whether there is one file alone, which lies beside the launch and speaks with Pipes."""
        if len(candidates) != 1 or posixpath.dirname(candidates[0]) != posixpath.dirname(module):
            return False
        text = self.files.text(candidates[0])
        return "dagster_pipes" in text or "dagsterpipes" in text

    def _nearest(self, candidates: list[str], module: str) -> list[str]:
        """Those beside the launch, or in its own project within the repository, if it is one of them alone."""
        folder = posixpath.dirname(module)
        while folder:
            inside = [path for path in candidates if path.startswith(f"{folder}/")]
            own = folder == posixpath.dirname(module) or any(
                self.files.exists(f"{folder}/{marker}") for marker in _MARKERS
            )
            if len(inside) == 1 and own:
                return inside
            if inside:
                return candidates
            folder = posixpath.dirname(folder)
        return candidates


def around(local: bool, passed: dict[str, Value]) -> Around:
    """What a launch's arguments tell of where it runs."""
    image = passed.get("image")
    given = [_at(passed.get("container_kwargs"), "volumes"), *_pods(passed.get("base_pod_spec"))]
    return Around(
        local,
        image.value if isinstance(image, Known) and isinstance(image.value, str) else None,
        tuple(mount for each in given for mount in _mounts(each)),
        _folder(passed),
    )


def is_silent(passed: dict[str, Value]) -> bool:
    """Whether a launch leaves to the image what is run in it."""
    kwargs, spec = passed.get("container_kwargs"), passed.get("base_pod_spec")
    if passed.get("command") not in (None, Known(None)):
        return False
    if not all(each is None or isinstance(each, Mapping) and each.complete for each in (kwargs, spec)):
        return False
    containers = _at(spec, "containers")
    inner = [kwargs, *(containers.items if isinstance(containers, Sequence) else ())]
    return all(_at(each, "command", "args", "entrypoint") is None for each in inner)


def _folder(passed: dict[str, Value]) -> str | None:
    """The folder in which a container is told to run."""
    containers = _at(passed.get("base_pod_spec"), "containers")
    first = containers.items[0] if isinstance(containers, Sequence) and containers.items else None
    folder = _at(passed.get("container_kwargs"), "working_dir") or _at(first, "working_dir", "workingDir")
    return str(folder.value) if isinstance(folder, Known) and str(folder.value).startswith("/") else None


def _at(value: Value | None, *names: str) -> Value | None:
    """What a mapping holds under one of these names."""
    if isinstance(value, Mapping):
        for name in names:
            if name in value.slots:
                return value.slots[name].value
    return None


def _mounts(volumes: Value | None) -> Iterator[tuple[str, Value]]:
    """Docker's volumes: `["host:container:ro"]` or `{"host": {"bind": "container"}}`."""
    match volumes:
        case Sequence(items=items):
            for item in items:
                match item:
                    case Known(value=str() as text) if ":" in text:
                        source, target = text.split(":")[:2]
                        yield target, Known(source, item.span)
                    case Template(pieces=(*before, str() as end)) if ":" in end:
                        first, target = end.split(":")[:2]
                        yield target, Template((*before, first), True, item.span)
        case Mapping(slots=slots):
            for key, slot in slots.items():
                bound = _at(slot.value, "bind")
                if isinstance(key, str) and isinstance(bound, Known) and isinstance(bound.value, str):
                    yield bound.value, Known(key, slot.span)


def _pods(spec: Value | None) -> Iterator[Value]:
    """A pod's folders of its host, as Docker writes them."""
    volumes = _at(spec, "volumes")
    hosts = {
        name.value: path
        for volume in (volumes.items if isinstance(volumes, Sequence) else ())
        if isinstance(name := _at(volume, "name"), Known)
        and (path := _at(_at(volume, "host_path", "hostPath"), "path")) is not None
    }
    containers = _at(spec, "containers")
    for container in containers.items if isinstance(containers, Sequence) else ():
        mounts = _at(container, "volume_mounts", "volumeMounts")
        for mount in mounts.items if isinstance(mounts, Sequence) else ():
            named, target = _at(mount, "name"), _at(mount, "mount_path", "mountPath")
            host = hosts.get(named.value) if isinstance(named, Known) else None
            if isinstance(target, Known) and host is not None and _at(mount, "sub_path", "subPath") is None:
                match host:
                    case Known(value=source):
                        yield Sequence((Known(f"{source}:{target.value}"),))
                    case Template(pieces=pieces):
                        yield Sequence((Template((*pieces, f":{target.value}")),))


def several(text: str, paths: list[str], span: Span) -> Unknown:
    """A path that may mean any of several files."""
    named = ", ".join(f"`{path}`" for path in sorted(paths)[:5])
    named += f" and {len(paths) - 5} more" if len(paths) > 5 else ""
    may = "may be" if len(paths) == 1 else "may be any of"
    return Unknown(f"`{text}` {may} {named}; `path-map` settles it", span)


def is_common(path: str) -> bool:
    """Whether it is a bare name that many scripts have."""
    return posixpath.splitext(path)[0].lower() in _COMMON.split()


def _forms(text: str) -> tuple[str, ...]:
    """A path as it is written, and without a scheme that says nothing."""
    scheme, colon, rest = text.partition(":")
    if colon and f"{scheme}:" in _LOCAL:
        return text, "/" + rest.lstrip("/")
    return (text,)


def _is_notebook(path: str) -> bool:
    return path.startswith(_NOTEBOOKS)


def _parts(path: str) -> list[str]:
    return [part for part in re.split(r"/+", path) if part not in ("", ".")]


def _rest(path: str, folder: str) -> str | None:
    """What leads from a deployed folder to a path in it, None for what is not in it; `.` holds all relative paths."""
    if path.startswith("/") != folder.startswith("/"):
        return None
    inner, outer = _parts(path), _parts(folder)
    if not outer and ":" in inner[0]:
        return None
    return "/".join(inner[len(outer) :]) if inner[: len(outer)] == outer else None
