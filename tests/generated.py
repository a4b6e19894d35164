"""Projects that nobody wrote: assets and scripts in many ways, correct as made; then one thing in them is broken.

python tests/generated.py SEED           prints the correct project of that seed, and what the linter says of it
python tests/generated.py SEED FAULT     the same project, broken in that way
python tests/generated.py --faults       lists the faults
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random

import generated_python
import generated_r
from generated_faults import FAULTS, Fault
from generated_launches import Definitions
from generated_plans import NAMES, Kind, Language, Plan, plan
from generated_text import Draft, Place, content, plain, replace, row_of

KINDS: tuple[Kind, ...] = ("asset", "asset", "asset", "multi", "multi", "check", "op")


@dataclass
class Written:
    """A correct project, with the places at which it could be broken."""

    seed: int
    texts: dict[str, str]
    places: list[Place]
    plans: list[Plan]

    def files(self) -> dict[str, str]:
        return {path: plain(text) for path, text in self.texts.items()}


@dataclass
class Broken:
    """A project with one fault, and where it is to be found."""

    seed: int
    name: str
    files: dict[str, str]
    fault: Fault
    at: list[tuple[str, int]]
    """Files and lines; any of them will do."""


def write(seed: int) -> Written:
    """The correct project of a seed."""
    draft = Draft(Random(seed))
    defs = Definitions(
        draft, draft.maybe(0.6), draft.pick("pipes_subprocess_client", "pipes_subprocess_client", "pipes")
    )
    names = draft.random.sample(NAMES, draft.pick(1, 1, 2))
    texts: dict[str, str] = {}
    plans = []
    for number, name in enumerate(names):
        language: Language = draft.pick("python", "r")
        each = plan(draft, number, name, language, draft.pick(*KINDS))
        plans.append(each)
        script = generated_r.Script if language == "r" else generated_python.Script
        texts |= script(draft, each).write()
        defs.add(each)
    return Written(seed, {**defs.files(), **texts}, draft.places, plans)


def broken(project: Written, name: str) -> Broken | None:
    """The project, broken in one way; None if that cannot be done to it."""
    fault = FAULTS[name]
    random = Random(f"{project.seed} {name}")
    places = [place for place in project.places if place.kind == fault.place]
    random.shuffle(places)
    for place in places:
        for path, text in project.texts.items():
            found = content(text, place.number)
            if found is None:
                continue
            new = fault.broken(random, found, place.about)
            if new is None:
                continue
            texts = {**project.texts, path: replace(text, place.number, new)}
            at = spots(texts, fault, place)
            if at:
                return Broken(project.seed, name, {path: plain(text) for path, text in texts.items()}, fault, at)
    return None


def spots(texts: dict[str, str], fault: Fault, place: Place) -> list[tuple[str, int]]:
    """Where the fault may be found: where it says, or where it is, or at the call that it comes to."""
    names = fault.at.format(**place.about).split() if fault.at else ["", *place.about.get("call_at", "").split()]
    rows = [(path, row_of(text, name)) for name in names for path, text in texts.items()]
    return [(path, row) for path, row in rows if row is not None]


def shown(files: dict[str, str]) -> str:
    """A project as a text, with its lines' numbers."""
    blocks = []
    for path, text in files.items():
        rows = "\n".join(f"{row:4} {line}" for row, line in enumerate(text.splitlines(), start=1))
        blocks.append(f"--- {path}\n{rows}")
    return "\n".join(blocks)


def main() -> None:
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from test_generated import check, findings

    if sys.argv[1] == "--faults":
        print("\n".join(FAULTS))
        return
    project = write(int(sys.argv[1]))
    files = project.files()
    if len(sys.argv) > 2:
        case = broken(project, sys.argv[2])
        if case is None:
            print("this project cannot be broken so")
            return
        files = case.files
        print("expected:", case.fault.rule, *(f"{path}:{row}" for path, row in case.at))
    print(shown(files))
    for path, row, rule, message in findings(check(files)):
        print(f"found: {path}:{row} [{rule}] {message}")


if __name__ == "__main__":
    main()
