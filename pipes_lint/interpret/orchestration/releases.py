"""Which release of Dagster a project is made for, as far as its lists of dependencies say."""

from __future__ import annotations

import re
from typing import Final

from ..machine import World

_LISTS: Final = (
    *("pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "tox.ini", "Dockerfile"),
    *("environment.yml", "environment.yaml", "conda.yml", "conda.yaml"),
    *("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"),
)
_PLAIN: Final = r"(?:.*/)?(?:[\w.-]*(?:requirements|constraints)[\w.-]*\.(?:txt|in)|requirements/[^/]+)"
_ASKED: Final = re.compile(
    r"""(?:(?<![\w./-])|(?<=dependencies\.))(?:dagster|dagster-webserver|dagster-graphql|dagit)(?![\w./-])(?:\[[^\]\n]*\])?
    (?: \s*\(?\s* ((?:[<>=!~]{1,3}\s*[\w.*]+\s*,?\s*)+)                 # pip, conda: dagster>=1.5,<1.6
    |   \s*=\s* (?:\{[^}\n]*version\s*=\s*)? "([^"\n]*)"               # poetry: dagster = "~1.5"
    |   ["\]]?\n\s*version\s*=\s*"([^"\n]*)"                               # a lock: name = "dagster"
    |   "\s*:\s*(?:\{[^{}]*"version"\s*:\s*)?"([^"\n]*)"  )            # Pipfile.lock""",
    re.VERBOSE,
)
_BOUND: Final = re.compile(r"\s*([<>=!~^]*)\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?")


def predates(world: World, major: int, minor: int) -> bool:
    """Whether one of the project's lists of dependencies takes no Dagster but those before this release.

    One is enough: in a repository of several projects it is not known which list is whose.
    """
    lists = [path for name in _LISTS for path in world.named(name)]
    lists += [path for path in world.below("") if re.fullmatch(_PLAIN, path)]
    return any(_takes_no(world.text(path), (major, minor)) for path in lists)


def _takes_no(text: str, release: tuple[int, int]) -> bool:
    for asked in _ASKED.finditer(text):
        spelt = next(filter(None, asked.groups()), "")
        if any(_end(*bound) <= release for bound in map(_bound, spelt.split(",")) if bound):
            return True
    return False


def _bound(spelt: str) -> tuple[str, int, int | None, int | None] | None:
    found = _BOUND.match(spelt)
    if found is None:
        return None
    sign, *numbers = found.groups()
    major, minor, patch = (None if number is None else int(number) for number in numbers)
    return sign, major or 0, minor, patch


def _end(sign: str, major: int, minor: int | None, patch: int | None) -> tuple[float, int]:
    """The first release (without its patches) that a bound does not take."""
    match sign:
        case "<":
            return (major, (minor or 0) + bool(patch))
        case "^" if major:
            return (major + 1, 0)
        case "~=" if patch is None:
            return (major + 1, 0)
        case "" | "=" | "==" | "===" | "<=" | "~" | "~=" | "^":
            return (major + 1, 0) if minor is None else (major, minor + 1)
    return (float("inf"), 0)
