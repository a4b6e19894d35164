"""What the interpreter says of a program is true, whatever the program does: tried on programs that nobody wrote."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from programs import Python

from pipes_lint.contract import Called, Certainty, Session
from pipes_lint.files import Files
from pipes_lint.link import link
from pipes_lint.values import Instance, Known, Mapping, OneOf, Sequence, Template, Unknown, Value

NOWHERE = Path("/nowhere")
PRELUDE = """\
from dagster_pipes import open_dagster_pipes
from strangers import ask, many, may_fail, mystery, stop

context = open_dagster_pipes()
note = context.log.info
"""
QUICK = settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    phases=(Phase.explicit, Phase.generate),  # to make a failing program smaller takes minutes
)


def session_of(text: str, path: str = "script.py") -> Session:
    project = link(Files(NOWHERE, overlay={path: text}))
    ((_, session),) = project.unlaunched
    return session


# --- what a value says ----------------------------------------------------------------------------------------------


def wrong(value: Value, real: object, where: str = "") -> Iterator[str]:
    """Where a value says what is not so."""
    match value:
        case Unknown():
            return
        case OneOf(options=options):
            if all(list(wrong(option, real)) for option in options):
                yield f"{where}: {value} is not {real!r}"
        case Known(value=plain):
            if type(plain) is not type(real) or plain != real:
                yield f"{where}: {plain!r} is not {real!r}"
        case Template(pieces=pieces):
            pattern = "".join(re.escape(piece) if isinstance(piece, str) else ".*" for piece in pieces)
            if not isinstance(real, str) or not re.fullmatch(pattern, real, re.DOTALL):
                yield f"{where}: {pattern} is not {real!r}"
        case Sequence(items=items, complete=complete):
            if not isinstance(real, list | tuple) or len(items) > len(real) or complete and len(items) < len(real):
                yield f"{where}: {value} is not {real!r}"
                return
            for index, (item, there) in enumerate(zip(items, real, strict=False)):
                yield from wrong(item, there, f"{where}[{index}]")
        case Mapping(slots=slots, stop=stop):
            if not isinstance(real, dict):
                yield f"{where}: {value} is not {real!r}"
                return
            if stop is None and (more := real.keys() - slots.keys()):
                yield f"{where}: it has {more}"
            for key, slot in slots.items():
                if key in real:
                    yield from wrong(slot.value, real[key], f"{where}[{key!r}]")
                elif slot.always:
                    yield f"{where}: it has no {key!r}"
        case Instance(type="int" | "str" | "bool" | "float" | "list" | "dict" as kind):
            if type(real).__name__ != kind:
                yield f"{where}: {kind} is not {real!r}"


# --- what a program does --------------------------------------------------------------------------------------------


@dataclass
class World:
    """The strangers whom a program asks, with answers that a seed decides; and what it noted."""

    random: Random
    notes: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self) -> bool:
        self.asked += 1
        return self.asked < 60 and self.random.random() < 0.5

    def stop(self) -> bool:
        self.asked += 1
        return self.asked > 60 or self.random.random() < 0.4

    def many(self) -> list[int]:
        return [self.random.randrange(9) for _ in range(self.random.randrange(3))]

    def may_fail(self) -> None:
        if self.random.random() < 0.4:
            raise RuntimeError("it failed")

    def mystery(self, thing: object = None) -> object:
        if isinstance(thing, list):
            thing.append(self.random.randrange(9))
        elif isinstance(thing, dict):
            thing["new"] = 1
        return self.random.randrange(9)

    def run(self, text: str) -> object | None:
        """The last values of a program's variables; None if it failed."""
        names = {name: getattr(self, name) for name in ("ask", "stop", "many", "may_fail", "mystery")}
        space: dict[str, object] = {**names, "note": self.notes.append}
        exec(text, space)
        with contextlib.suppress(Exception):
            return space["main"]()  # type: ignore[operator]
        return None


@QUICK
@given(st.randoms(use_true_random=False))
def test_python_does_what_is_said_of_it(random: Random) -> None:
    hold_python(Python(random).text())


def hold_python(text: str) -> None:
    """What is said of a program holds in some of its runs."""
    session = session_of(f"{PRELUDE}{text}\ncontext.report_custom_message(main())\ncontext.close()\n")
    sent = [event for event in session.events if isinstance(event, Called) and event.member == "report_custom_message"]
    noted = [event for event in session.events if isinstance(event, Called) and event.member == "log.info"]
    names = {event: event.arguments[0].passed.value.value for event in noted}  # type: ignore[union-attr]
    always = {names[event] for event in noted if event.when.certainty is Certainty.ALWAYS}
    for seed in range(6):
        world = World(Random(seed))
        try:
            real = world.run(text)
        except RecursionError:
            return
        if session.complete:
            assert not set(world.notes) - set(names.values()), text
        if real is None:
            continue
        assert not session.failing, text
        for event in sent:
            problems = list(wrong(event.arguments[0].passed.value, real))
            assert not problems, f"{problems}\n{text}"
        assert len(sent) == 1, text
        assert not always - set(world.notes), f"{always - set(world.notes)} is always noted\n{text}"
        for one in noted:
            for other in noted:
                apart = [a.when.excludes(b.when) for a in noted if names[a] == names[one] for b in noted if names[b] == names[other]]
                if all(apart):
                    assert not {names[one], names[other]} <= set(world.notes), f"{names[one]} excludes {names[other]}\n{text}"
