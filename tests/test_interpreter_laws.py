"""What the interpreter says of a program is true, whatever the program does: tried on programs that nobody wrote."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from programs import Python, R
from real_runs import has_r

from pipes_lint import ir
from pipes_lint.contract import Called, Certainty, Session
from pipes_lint.files import Files
from pipes_lint.finding import Severity
from pipes_lint.frontends import python, r
from pipes_lint.interpret.machine import MOST_STEPS, Machine, Scope, World
from pipes_lint.interpret.run import Inputs
from pipes_lint.link import link
from pipes_lint.lint import check
from pipes_lint.source import Source
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
class Strangers:
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
            result: object = space["main"]()  # type: ignore[operator]
            return result
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
        strangers = Strangers(Random(seed))
        try:
            real = strangers.run(text)
        except RecursionError:
            return
        if session.complete:
            assert not set(strangers.notes) - set(names.values()), (
                f"more is noted: {set(strangers.notes) - set(names.values())}\n{text}"
            )
        if real is None:
            continue
        assert not session.failing, f"it does not fail\n{text}"
        for event in sent:
            problems = list(wrong(event.arguments[0].passed.value, real))
            assert not problems, f"{problems}\n{text}"
        assert len(sent) == 1, f"it ends {len(sent)} times\n{text}"
        assert not always - set(strangers.notes), f"{always - set(strangers.notes)} is always noted\n{text}"
        for one in noted:
            for other in noted:
                apart = [
                    a.when.excludes(b.when)
                    for a in noted
                    if names[a] == names[one]
                    for b in noted
                    if names[b] == names[other]
                ]
                if all(apart):
                    assert not {names[one], names[other]} <= set(strangers.notes), (
                        f"{names[one]} excludes {names[other]}\n{text}"
                    )


# --- R --------------------------------------------------------------------------------------------------------------

R_PRELUDE = """\
library(dagsterpipes)
library(rlang)
context <- open_dagster_pipes()
note <- function(name) context$log(name)
"""
_R_TYPES = {
    "r:integer": "integer",
    "r:numeric": "double",
    "r:character": "character",
    "r:logical": "logical",
    "r:list": "list",
}


def wrong_in_r(value: Value, real: dict[str, Any], where: str = "") -> Iterator[str]:
    """Where a value says of an R object what is not so."""
    kind, names = real["type"], real.get("names") or []
    items = real.get("values") or []
    lost = f"{where}: {value} is not {kind} {items} {names}"
    match value:
        case Unknown():
            return
        case OneOf(options=options):
            if all(list(wrong_in_r(option, real)) for option in options):
                yield lost
        case Known(value=None):
            if kind != "NULL":
                yield lost
        case Known(value=plain):
            if kind not in ("logical", "integer", "double", "character") or len(items) != 1 or not _is(plain, real, 0):
                yield lost
        case Template(pieces=pieces):
            pattern = "".join(re.escape(piece) if isinstance(piece, str) else ".*" for piece in pieces)
            if kind != "character" or len(items) != 1 or not re.fullmatch(pattern, items[0], re.DOTALL):
                yield lost
        case Sequence(items=parts, complete=complete):
            if not parts and kind == "NULL":
                return
            other = kind in ("NULL", "other") or (value.kind == "list") != (kind == "list")
            if other or len(parts) > len(items) or complete and len(parts) < len(items):
                yield lost
            else:
                for index, part in enumerate(parts):
                    yield from wrong_in_r(part, _element(real, index), f"{where}[{index}]")
        case Mapping(slots=slots, stop=stop):
            if kind == "NULL" and not any(slot.always for slot in slots.values()):
                return
            if kind in ("NULL", "other") or (value.kind == "list") != (kind == "list"):
                yield lost
                return
            there: dict[object, dict[str, Any]] = {}
            for index in range(len(items)):
                key = names[index] if names and names[index] else index + 1
                there.setdefault(key, _element(real, index))
            if stop is None and (more := there.keys() - slots.keys()):
                yield f"{where}: it has {more}"
            for key, slot in slots.items():
                if key in there:
                    yield from wrong_in_r(slot.value, there[key], f"{where}[{key!r}]")
                elif slot.always:
                    yield f"{where}: it has no {key!r}"
        case Instance(type=claimed) if claimed in _R_TYPES:
            if kind != _R_TYPES[claimed]:
                yield lost


def _element(real: dict[str, Any], index: int) -> dict[str, Any]:
    if real["type"] == "list":
        element: dict[str, Any] = real["values"][index]
        return element
    return {"type": real["type"], "values": [real["values"][index]], "missing": [real["missing"][index]]}


def _is(plain: object, real: dict[str, Any], index: int) -> bool:
    """Whether a constant is what R has there, of R's own type."""
    held = real["values"][index]
    if real["missing"][index] and not (isinstance(plain, float) and plain != plain):
        return isinstance(plain, ir.Missing)
    match plain:
        case bool():
            return bool(real["type"] == "logical" and held is plain)
        case int():
            return real["type"] == "integer" and int(held) == plain
        case float():
            return real["type"] == "double" and (float(held) == plain or float(held) != float(held) and plain != plain)
        case str():
            return bool(real["type"] == "character" and held == plain)
    return False


def r_outcomes(texts: list[str], folder: Path) -> list[list[dict[str, Any]]]:
    """What real R makes of some programs, each run a few times."""
    programs = folder / "programs.json"
    programs.write_text(json.dumps(texts), encoding="utf-8")
    runner = Path(__file__).with_name("laws.R")
    done = subprocess.run(["Rscript", "--vanilla", runner, programs], capture_output=True, text=True, check=True)
    outcomes: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return outcomes


def hold_r(text: str, outcomes: list[dict[str, Any]]) -> None:
    """What is said of a program holds in its runs."""
    whole = f"{R_PRELUDE}{text}\ncontext$report_custom_message(main())\ncontext$close()\n"
    session = session_of(whole, "script.R")
    sent = [event for event in session.events if isinstance(event, Called) and event.member == "report_custom_message"]
    noted = [event for event in session.events if isinstance(event, Called) and event.member == "log"]
    names = {event: _note_of(event) for event in noted}
    always = {names[event] for event in noted if event.when.certainty is Certainty.ALWAYS}
    for outcome in outcomes:
        held, notes = outcome["held"], set(outcome["notes"])
        if session.complete:
            assert not notes - set(names.values()), f"more is noted: {notes - set(names.values())}\n{text}"
        if held["type"] == "failed":
            continue
        assert not session.failing, f"it does not fail\n{text}"
        for event in sent:
            problems = list(wrong_in_r(event.arguments[0].passed.value, held))
            assert not problems, f"{problems}\n{text}"
        assert len(sent) == 1, f"it ends {len(sent)} times\n{text}"
        assert not always - notes, f"{always - notes} is always noted\n{text}"


def _note_of(event: Called) -> object:
    """A note's name: R's `note()` is a function of the script's, called at one place for each."""
    value = event.arguments[0].passed.value
    return value.value if isinstance(value, Known) else None


@pytest.mark.skipif(not has_r(), reason="R or its packages are not installed")
def test_r_does_what_is_said_of_it(tmp_path: Path) -> None:
    texts = [R(Random(seed)).text(5) for seed in range(200)]
    outcomes = r_outcomes(texts, tmp_path)
    ran = sum(each["held"]["type"] != "failed" for runs in outcomes for each in runs)
    assert ran > 400, "most programs must run to their end to tell anything"
    for text, runs in zip(texts, outcomes, strict=True):
        hold_r(text, runs)


# --- less is known, less is found -----------------------------------------------------------------------------------

FAULTS = """\
import dagster as dg

{before}

@dg.asset(check_specs={specs})
def orders(context: dg.AssetExecutionContext, pipes: dg.PipesSubprocessClient):
{inside}
    return pipes.run(context=context, command=command, extras=extras).get_results()
"""


def two_sided(random: Random) -> dict[str, str]:
    """A project of an asset and its script, in Python or in R, with faults in it or without.

    Nothing in it is certain never to run: that would be found to have faults as soon as it may run.
    """
    keys = ["limit", "model", "treshold", "region", "since"]
    checks = ["no_nulls", "unique", "rows_1", "rows_2"]
    given, declared = random.sample(keys, 3), random.sample(checks, random.randrange(3))
    language = random.choice(["python", "r"])
    script = "script.py" if language == "python" else "script.R"
    program = "python" if language == "python" else "Rscript"
    inside = [
        f"    extras = {{{', '.join(f'{key!r}: {number}' for number, key in enumerate(given))}}}",
        f"    command = [{program!r}, {script!r}]",
    ]
    if random.random() < 0.5:
        inside[1:1] = [f"    more = {random.choice(keys)!r}", "    extras[more] = 5"]
    before = [f"NAMES = {declared!r}"]
    specs = "[dg.AssetCheckSpec(name, asset='orders') for name in NAMES]"
    defs = FAULTS.format(before="\n".join(before), specs=specs, inside="\n".join(inside))
    write = _python_script if language == "python" else _r_script
    return {"defs.py": defs, script: write(random, keys, checks)}


_SEVERITIES = ("WARN", "ERROR", "warn", "HIGH")
_METADATA = (
    ("int", "3"),
    ("int", "'x'"),
    ("text", "'x'"),
    ("text", "5"),
    ("integer", "5"),
    ("float", "2"),
    ("json", "[1]"),
)


def _python_script(random: Random, keys: list[str], checks: list[str]) -> str:
    lines = ["from dagster_pipes import open_dagster_pipes", "from strangers import ask, mystery", ""]
    lines += ["with open_dagster_pipes() as context:"]
    for number in range(random.randint(2, 6)):
        indent = "    "
        if random.random() < 0.3:
            lines.append("    if ask():")
            indent = "        "
        lines.append(f"{indent}flag_{number} = {random.choice(['True', 'False', '1', 'ask()'])}")
        match random.randrange(5):
            case 0:
                lines += [f"{indent}key = {random.choice(keys)!r}", f"{indent}found = context.get_extra(key)"]
            case 1:
                lines += [
                    f"{indent}name = {random.choice(checks)!r}",
                    f"{indent}severity = {random.choice(_SEVERITIES)!r}",
                    f"{indent}context.report_asset_check(name, flag_{number}, severity=severity)",
                ]
            case 2:
                kind, raw = random.choice(_METADATA)
                lines += [
                    f"{indent}raw = {raw}",
                    f"{indent}value = {{'raw_value': raw, 'type': {kind!r}}}",
                    f"{indent}metadata = {{'rows': value}}",
                    f"{indent}asset = {random.choice(['orders', 'order'])!r}",
                    f"{indent}context.report_asset_materialization(metadata=metadata, asset_key=asset)",
                ]
            case 3:
                lines += [
                    f"{indent}last = {random.randint(2, 4)}",
                    f"{indent}for n in range(1, last):",
                    f"{indent}    context.report_asset_check(f'rows_{{n}}', True)",
                ]
            case 4:
                lines += [
                    f"{indent}try:",
                    f"{indent}    wanted = {random.choice(keys)!r}",
                    f"{indent}    context.extras[wanted]",
                    f"{indent}except KeyError:",
                    f"{indent}    {random.choice(['raise', 'pass'])}",
                ]
    return "\n".join(lines) + "\n"


def _r_script(random: Random, keys: list[str], checks: list[str]) -> str:
    lines = ["library(dagsterpipes)", "library(strangers)", "", "with_dagster_pipes(function(ctx) {"]
    for number in range(random.randint(2, 6)):
        unsure = random.random() < 0.3
        indent = "    " if unsure else "  "
        lines += ["  if (ask()) {"] if unsure else []
        lines.append(f"{indent}flag_{number} = {random.choice(['TRUE', 'FALSE', '1L', 'ask()', 'NA'])}")
        match random.randrange(5):
            case 0:
                lines += [f"{indent}key = '{random.choice(keys)}'", f"{indent}found = ctx$get_extra(key)"]
            case 1:
                lines += [
                    f"{indent}name = '{random.choice(checks)}'",
                    f"{indent}severity = '{random.choice(_SEVERITIES)}'",
                    f"{indent}ctx$report_asset_check(name, flag_{number}, severity = severity)",
                ]
            case 2:
                kind, raw = random.choice(_METADATA)
                raw = raw.replace("[1]", "list(1)")
                lines += [
                    f"{indent}raw = {raw}",
                    f"{indent}value = list(raw_value = raw, type = '{kind}')",
                    f"{indent}metadata = list(rows = value)",
                    f"{indent}asset = '{random.choice(['orders', 'order'])}'",
                    f"{indent}ctx$report_asset_materialization(metadata = metadata, asset_key = asset)",
                ]
            case 3:
                lines += [
                    f"{indent}last = {random.randint(1, 3)}",
                    f"{indent}for (n in seq_len(last)) ctx$report_asset_check(paste0('rows_', n), TRUE)",
                ]
            case 4:
                lines += [
                    f"{indent}wanted = '{random.choice(keys)}'",
                    f"{indent}held = ctx$extras[[wanted]]",
                    f"{indent}if (is.null(held)) ctx$log('none')",
                ]
        lines += ["  }"] if unsure else []
    return "\n".join([*lines, "})"]) + "\n"


_ASSIGNED = re.compile(
    r"^(\s*(?:key|name|severity|flag_\d|raw|value|metadata|asset|last|wanted|extras|more|command|NAMES) = ).+$"
)


def opaque_lines(files: dict[str, str]) -> Iterator[tuple[str, int, dict[str, str]]]:
    """The files, each time with one value that cannot be seen."""
    for path, text in files.items():
        lines = text.split("\n")
        for row, line in enumerate(lines):
            if assigned := _ASSIGNED.match(line):
                changed = [*lines[:row], f"{assigned[1]}mystery()", *lines[row + 1 :]]
                if path == "defs.py":
                    changed[0] = "import dagster as dg; from strangers import mystery"
                yield path, row + 1, {**files, path: "\n".join(changed)}


def found_in(files: dict[str, str]) -> set[tuple[str, str, int]]:
    """The errors and warnings: rule, file and row."""
    report = check(NOWHERE, overlay=files)
    assert not report.broken
    return {
        (each.rule, each.finding.span.path, files[each.finding.span.path].count("\n", 0, each.finding.span.start) + 1)
        for each in report.diagnostics
        if each.severity is not Severity.INFO
    }


@settings(QUICK, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_nothing_is_found_for_want_of_knowledge(random: Random) -> None:
    files = two_sided(random)
    before = found_in(files)
    # A report that is refused for its asset key is no first report. Where nobody knows the step, only the second shows.
    refused = {path for rule, path, _ in before if rule == "unknown-asset-key"}
    for path, row, less in opaque_lines(files):
        more = {each for each in found_in(less) - before if each[0] != "materialized-twice" or each[1] not in refused}
        assert not more, f"{more} with row {row} of {path} made opaque\n" + "\n".join(less.values())


def test_the_projects_have_faults() -> None:
    found = {rule for seed in range(60) for rule, _, _ in found_in(two_sided(Random(seed)))}
    assert {"missing-extra", "unknown-check", "unreported-check", "invalid-severity", "non-bool-passed"} <= found
    assert {"unknown-asset-key", "invalid-metadata-type", "metadata-value-mismatch"} <= found


# --- the work is in proportion --------------------------------------------------------------------------------------


def steps(text: str, path: str = "script.py") -> int:
    """How many nodes are evaluated to run a script to its end."""
    lower = python.lower if path.endswith(".py") else r.lower
    module = lower(Source(path, text))
    world = World(NOWHERE.as_posix(), lambda _: None, lambda _: False, lambda _: False, lambda _: True, lambda _: None)
    machine = Machine(world)
    machine.roles["session"] = Inputs(Mapping({}, Unknown("nobody launches it")))
    frame = machine.frame(None, Scope(path, module.prelude, "__main__"), "module")
    machine.modules[path] = frame
    machine.region(lambda: machine.eval(module.body, frame))
    assert machine.steps > 0, "the budget is used up"
    return MOST_STEPS - machine.steps


def straight(n: int) -> str:
    return "".join(f"a{i} = [{i}, 'x']\nb{i} = f'{{a{i}}}'\nc = {{'k': b{i}}}\n" for i in range(n))


def branches(n: int) -> str:
    return "n = 0\n" + "".join(f"if ask({i}):\n    n = {i}\nelse:\n    m{i} = n\n" for i in range(n))


def nested_branches(n: int) -> str:
    lines = [f"{'  ' * (i % 20)}if ask({i}):" for i in range(20)]
    return "".join("\n".join([*lines, "  " * 20 + f"x{i} = 1", ""]) for i in range(n))


def functions(n: int) -> str:
    return "".join(
        f"def f{i}(x, y={i}):\n    if ask(x):\n        return y\n    return x\nz{i} = f{i}({i})\n" for i in range(n)
    )


def loops(n: int) -> str:
    return "".join(f"t{i} = 0\nfor x in [1, 2, 3]:\n    t{i} += x\nfor y in ask():\n    u{i} = y\n" for i in range(n))


def tries(n: int) -> str:
    return "".join(
        f"try:\n    v{i} = ask()\nexcept Exception:\n    v{i} = {i}\nfinally:\n    w = {i}\n" for i in range(n)
    )


def classes(n: int) -> str:
    return "".join(
        f"class C{i}:\n    def __init__(self, n):\n        self.n = n\no{i} = C{i}({i})\np = o{i}.n\n" for i in range(n)
    )


def counting(n: int) -> str:
    return "n = 0\nwhile ask():\n" + "".join(f"    n{i} = n + {i}\n    n = n{i}\n" for i in range(n))


@pytest.mark.parametrize(
    "write",
    [straight, branches, nested_branches, functions, loops, tries, classes, counting],
    ids=lambda each: each.__name__,
)
def test_four_times_the_program_is_four_times_the_work(write: Callable[[int], str]) -> None:
    small, large = steps(write(50)), steps(write(200))
    assert large <= 4.2 * small
    assert large >= 3 * small, "not all of it has been run"


@pytest.mark.parametrize("n", [50])
def test_four_times_the_r_program_is_four_times_the_work(n: int) -> None:
    def write(n: int) -> str:
        return "".join(
            f"f{i} <- function(x, y = {i}) {{\n  if (ask(x)) return(y)\n  x\n}}\nz{i} <- f{i}({i})\n"
            f"v{i} <- tryCatch(ask(), error = function(e) {i})\nfor (x in ask()) u{i} <- paste0('a', x)\n"
            for i in range(n)
        )

    assert steps(write(4 * n), "a.R") <= 4.2 * steps(write(n), "a.R")
