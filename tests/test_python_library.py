"""What the interpreter knows of Python's library, beside CPython: what it claims is what CPython computes."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping as AnyMapping
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

import pytest

from pipes_lint.frontends.python import lower
from pipes_lint.interpret import run as _run  # noqa: F401  It enters all that the interpreter knows.
from pipes_lint.interpret.machine import Machine, Scope, World
from pipes_lint.interpret.modules import run_module
from pipes_lint.interpret.settle import settle
from pipes_lint.source import Source
from pipes_lint.values import Instance, Known, Mapping, OneOf, Sequence, Template, Unknown, Value

ROOT = "/project"
PAGE = Path(__file__).parent / "python_library"

KNOWN = PAGE / "known.txt"
"""Snippets whose `x` is to be known wholly."""
CAREFUL = PAGE / "careful.txt"
"""Snippets of whose `x` only what is right may be claimed."""


def _snippets(file: Path) -> list[str]:
    """The parts of a file between lines of `# ---`; a line of its own that begins with `x = ` is one, too."""
    found: list[str] = []
    for part in re.split(r"^# ---.*\n", file.read_text(), flags=re.MULTILINE):
        lines = [line for line in part.splitlines() if line.strip() and not line.startswith("#")]
        if all(line.startswith("x = ") for line in lines):
            found += lines
        elif lines:
            found.append("\n".join(lines))
    return found


def claimed(text: str) -> Value:
    """What the interpreter says of `x` at the end."""

    def never(path: str) -> bool:
        return False

    machine = Machine(World(ROOT, lambda path: None, never, never, never, lambda path: None))
    frame = machine.frame(None, Scope("script.py", "builtins", "__main__"), "module")
    module = lower(Source("script.py", text))
    assert not module.faults
    run_module(machine, module, frame)
    value = machine.find("x", frame)
    assert value is not None, "the interpreter stopped before `x` was set"
    return settle(machine, value)


def computed(text: str) -> Any:
    """What CPython says of it."""
    names: dict[str, Any] = {"__name__": "__main__", "__file__": f"{ROOT}/script.py"}
    exec(compile(text, "script.py", "exec"), names)
    return names["x"]


def type_name(real: object) -> str:
    kind = type(real)
    if kind.__module__ == "builtins":
        return kind.__name__
    return f"{kind.__module__.partition('.')[0]}.{kind.__name__}"


def wrong(value: Value, real: Any) -> str | None:
    """How a claim differs from what is; None if it does not."""
    match value:
        case Unknown():
            return None
        case Known(value=PurePosixPath() as path):
            return None if isinstance(real, PurePath) and str(real) == str(path) else f"{path!r} is {real!r}"
        case Known(value=plain):
            same = type(plain) is type(real) and (plain == real or (plain != plain and real != real))
            return None if same else f"{plain!r} is {real!r}"
        case Template(pieces=pieces):
            pattern = "".join(re.escape(piece) if isinstance(piece, str) else ".*" for piece in pieces)
            fits = isinstance(real, PurePath if value.path else str) and re.fullmatch(pattern, str(real), re.DOTALL)
            return None if fits else f"{pieces!r} is {real!r}"
        case Sequence(items=items, kind=kind, complete=complete):
            if kind == "set":
                return None if all(not complete or each.value in real for each in items) else f"{items!r} is {real!r}"  # type: ignore[union-attr]
            held = list(real)
            if kind != type(real).__name__ and kind in ("list", "tuple") and not isinstance(real, tuple):
                return f"a {kind} is {real!r}"
            if len(items) > len(held) or (complete and len(items) != len(held)):
                return f"{len(items)} items are {real!r}"
            return next((fault for item, each in zip(items, held, strict=False) if (fault := wrong(item, each))), None)
        case Mapping(slots=slots):
            if not isinstance(real, AnyMapping):
                return f"a mapping is {real!r}"
            if value.complete and not set(real) <= {key for key in slots if not isinstance(key, tuple)}:
                return f"only {list(slots)} is {real!r}"
            for key, slot in slots.items():
                if slot.always and not isinstance(key, tuple) and key not in real:
                    return f"{key!r} is not in {real!r}"
                if not isinstance(key, tuple) and key in real and (fault := wrong(slot.value, real[key])):
                    return fault
            return None
        case OneOf(options=several):
            faults = [wrong(option, real) for option in several]
            return None if None in faults else str(faults)
        case Instance(type=kind) if kind not in INTERNAL:
            return None if kind == type_name(real) else f"{kind} is {type_name(real)}"
    return None


INTERNAL = {"iterator", "range", "object", "dict_keys", "dict_values", "dict_items", "file", "decorator", "enum"}
"""Types of the interpreter's own."""


def whole(value: Value) -> bool:
    """Whether all of a value is known."""
    match value:
        case Known():
            return True
        case Sequence(items=items, complete=complete):
            return complete and all(whole(item) for item in items)
        case Mapping(slots=slots):
            return value.complete and all(slot.always and whole(slot.value) for slot in slots.values())
    return False


@pytest.mark.parametrize("text", _snippets(KNOWN))
def test_it_is_known(text: str) -> None:
    value = claimed(text)
    assert whole(value), value
    assert wrong(value, computed(text)) is None


def _needs(text: str) -> str | None:
    for name in ("numpy", "pandas", "polars", "pyarrow"):
        if name in text and importlib.util.find_spec(name) is None:
            return name
    return None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("text", _snippets(CAREFUL))
def test_nothing_wrong_is_claimed(text: str) -> None:
    missing = _needs(text)
    if missing:
        pytest.skip(f"{missing} is not installed")
    assert wrong(claimed(text), computed(text)) is None
