"""Code locations: what the `Definitions` of a project hold, alone or merged, and the resources that they give.

From dagster 1.13.28, `_core/definitions/definitions_class.py`: resources are bound to all assets, checks and jobs of a
`Definitions` when it is loaded; what is merged is loaded as one. A job with `resource_defs` brings its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ...launching import Provided
from ...records import NamedTuple
from ...source import Span
from ...values import Instance, Known, Mapping, Sequence, Unknown, Value
from ..calls import as_mapping
from ..machine import Args, Machine, library
from ..operate import type_of
from ..settle import settle
from .asset_loading import loaded
from .jobs import JOB, ops_of

DEFINITIONS: Final = "dagster.Definitions"
_PARAMETERS: Final = ("assets", "schedules", "sensors", "jobs", "resources", "executor", "loggers", "asset_checks")
_MERGED: Final = r"Definitions\.merge\b"
_GATHERED: Final = (
    r"with_resources|load_definitions|load_defs|load_from_defs|@(?:\w+\.)?definitions\b|Definitions\.merge_\w+"
    r"|component_tree|ResourcesToJobs|build_defs|get_repository_def|@(?:\w+\.)?repository\b"
)
"""What stands where definitions get resources from elsewhere too."""


class Location(NamedTuple):
    """A `Definitions` that was made. `given` are its arguments; None if not all are known, or it may not be made."""

    span: Span
    given: dict[str, Value] | None
    merged: tuple[Value, ...] = ()
    """The others that it was merged of."""


def _locations(machine: Machine) -> dict[int, Location]:
    found: dict[int, Location] = machine.roles.setdefault("locations", {})
    return found


def _is_certain(machine: Machine, args: Args) -> bool:
    """Whether a call has all its arguments, and is certainly made: by a module that is imported."""
    return not (args.loose or machine.calls or machine.path or machine.loops)


@library("dagster.Definitions")
def definitions(machine: Machine, args: Args) -> Value:
    """Notes which resources have which names; a name that means two things in two places means nothing certain."""
    resources: dict[str, Value] = machine.roles.setdefault("resources", {})
    given = args.get("resources", _PARAMETERS.index("resources"))
    if given is not None:
        for name, slot in as_mapping(machine, given, args.span).slots.items():
            if isinstance(name, str):
                value = machine.content(slot.value)
                before = resources.get(name, value)
                same = before == value or type_of(before) == type_of(value)
                resources[name] = slot.value if same else Unknown(f"`{name}` is several resources", args.span)
    fields = {**dict(zip(_PARAMETERS, args.positional, strict=False)), **args.named}
    whole = {name: settle(machine, value) for name, value in fields.items()} if _is_certain(machine, args) else None
    ident = machine.store.ident()
    _locations(machine)[ident] = Location(args.span, whole)
    return Instance(DEFINITIONS, fields, ident, args.span)


@library("dagster.Definitions.merge")
def merge(machine: Machine, args: Args) -> Value:
    ident = machine.store.ident()
    whole: dict[str, Value] | None = {} if _is_certain(machine, args) else None
    _locations(machine)[ident] = Location(args.span, whole, args.positional)
    return Instance(DEFINITIONS, {}, ident, args.span)


# --- what a location holds and gives ----------------------------------------------------------------------------------


def provided(machine: Machine, ident: int) -> Provided | None:
    """The resources of the only code location, if that holds the definition and nothing else can give it any."""
    if machine.roles.get("components"):
        return None
    if "location" not in machine.roles:
        machine.roles["location"] = _only(machine)
    held, given = machine.roles["location"]
    return given if ident in held else None


_NOTHING: Final[tuple[frozenset[int], Provided | None]] = (frozenset(), None)


def _only(machine: Machine) -> tuple[frozenset[int], Provided | None]:
    """What the project's only code location certainly holds, and the resources that it gives."""
    locations = _locations(machine)
    parts = {each.ident for location in locations.values() for each in location.merged if isinstance(each, Instance)}
    roots = [ident for ident in locations if ident not in parts]
    texts = [machine.world.text(path) for path in machine.modules]
    merges = sum(len(re.findall(_MERGED, text)) for text in texts)
    if len(roots) != 1 or any(re.search(_GATHERED, text) for text in texts):
        return _NOTHING
    if merges != len({each.span for each in locations.values() if each.merged}):
        return _NOTHING
    return _of(machine, locations, roots[0])


def _of(machine: Machine, locations: dict[int, Location], ident: int) -> tuple[frozenset[int], Provided | None]:
    location = locations.get(ident)
    if location is None or location.given is None:
        return _NOTHING
    held: frozenset[int] = frozenset()
    keys: list[str] = []
    place = location.span
    for part in location.merged:
        if not isinstance(part, Instance) or part.type != DEFINITIONS:
            return _NOTHING
        inner, given = _of(machine, locations, part.ident)
        if given is None:
            return _NOTHING
        held |= inner
        place = given.span if given.keys and not keys else place
        keys += given.keys
    given_ = location.given
    held |= frozenset(_held(machine, [given_.get(name) for name in ("assets", "asset_checks", "jobs")]))
    match given_.get("resources"):
        case None | Known(value=None):
            return held, Provided(place, tuple(dict.fromkeys(keys)))
        case Mapping(slots=slots, stop=None, span=span) if all(isinstance(key, str) for key in slots):
            return held, Provided(span or place, tuple(str(key) for key in slots))
    return _NOTHING


def _held(machine: Machine, values: list[Value | None]) -> Iterator[int]:
    """The definitions that are certainly among these."""
    for value in values:
        match value:
            case Sequence(items=items, behind=behind):
                yield from _held(machine, [*items, *behind])
            case Instance(type="dagster.AssetsDefinition", ident=ident):
                yield ident
            case Instance(type=kind, ident=ident) if kind == JOB:
                yield from ops_of(machine, ident)
            case Unknown(span=Span() as span):
                yield from loaded(machine, span)
