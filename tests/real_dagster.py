"""Runs many small projects under real Dagster, one after the other in this one process.

    python real_dagster.py JOBS OUTCOMES

JOBS is a JSON file, a list of `{"name", "folder"}`. For each, `defs.py` is loaded from that folder (which is the
working directory meanwhile, and on the path), every asset, check and job in it is executed with an instance of its own,
and one line of JSON is added to OUTCOMES: an `Outcome`. The scripts really run; what they send is written down on the
way, and held against the events that Dagster has stored at the end.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

SECONDS_FOR_A_CASE = 120
READER_DIED = "framework exception occurred in"


@dataclass(frozen=True)
class Report:
    """Something that Dagster is told and stores."""

    kind: str
    name: str
    metadata: frozenset[str] = frozenset()

    def __str__(self) -> str:
        labels = f" with {', '.join(sorted(self.metadata))}" if self.metadata else ""
        return f"{self.kind} `{self.name}`{labels}"


@dataclass
class Outcome:
    """What became of a case."""

    name: str
    loaded: bool = False
    succeeded: bool = False
    launches: int = 0
    sent: int = 0
    lost: list[str] = field(default_factory=list)
    """Reports that were sent and did not arrive."""
    reader_died: list[str] = field(default_factory=list)
    torn_line: bool = False
    """The reader met half a line, which happens to R's package under load and is nobody's fault."""
    error: str = ""
    said: str = ""
    """All that was said of it: Dagster's errors with their causes, and what the processes wrote to the terminal."""

    @property
    def good(self) -> bool:
        return self.loaded and self.succeeded and not self.lost and not self.reader_died

    def __str__(self) -> str:
        if not self.loaded:
            return f"the code location does not load\n{self.error}"
        if not self.succeeded:
            return f"the run fails\n{self.error}"
        if self.lost or self.reader_died:
            return "the run succeeds, and this is lost: " + "; ".join([*self.lost, *self.reader_died])
        return f"the run succeeds ({self.launches} launches, {self.sent} messages), and every report arrives"


def run(name: str, folder: Path) -> Outcome:
    """Load and execute the project in a folder."""
    written = folder.with_name(f"{folder.name}.log")
    outcome = Outcome(name)
    with _terminal(written):
        _run(outcome, folder)
    outcome.said = "\n".join([outcome.error, *outcome.reader_died, written.read_text(errors="replace")])
    return outcome


@contextmanager
def _terminal(written: Path) -> Iterator[None]:
    """Lets everything that this process and those that it starts write to the terminal go into a file."""
    kept = [(stream, os.dup(stream.fileno())) for stream in (sys.stdout, sys.stderr)]
    with written.open("wb") as file:
        try:
            for stream, _ in kept:
                stream.flush()
                os.dup2(file.fileno(), stream.fileno())
            yield
        finally:
            for stream, number in kept:
                stream.flush()
                os.dup2(number, stream.fileno())
                os.close(number)


def _run(outcome: Outcome, folder: Path) -> None:
    import dagster as dg

    before = set(sys.modules)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sent: list[dict[str, Any]] = []
    try:
        with _recorded(sent, outcome), _alarm(SECONDS_FOR_A_CASE):
            try:
                defs = _load(folder / "defs.py")
                dg.Definitions.validate_loadable(defs)
                plans = list(_plans(defs))
            except Exception:
                outcome.error = traceback.format_exc(limit=-2)
                return
            outcome.loaded = True
            outcome.succeeded = True
            arrived: list[Report] = []
            with dg.DagsterInstance.ephemeral() as instance:
                for job, options in plans:
                    result = job.execute_in_process(instance=instance, raise_on_error=False, **options)
                    outcome.succeeded &= result.success
                    for record in instance.all_logs(result.run_id):
                        _read(record, arrived, outcome)
        outcome.sent = len(sent)
        outcome.lost = list(_lost(sent, arrived))
    except Exception:
        outcome.succeeded = False
        outcome.error += traceback.format_exc(limit=-4)
    finally:
        sys.path.remove(str(folder))
        for module in set(sys.modules) - before:
            if str(getattr(sys.modules[module], "__file__", None) or "").startswith(str(folder)):
                del sys.modules[module]


def _load(path: Path) -> Any:
    name = f"case_{abs(hash(str(path)))}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module.defs


def _plans(defs: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Every job of ops; then all assets and checks, those with the same partitions together."""
    import dagster as dg

    for job in defs.resolve_all_job_defs():
        if not job.name.startswith("__ASSET_JOB") and not list(job.asset_layer.executable_asset_keys):
            yield job, {}
    if not defs.has_implicit_global_asset_job_def():
        return
    job = defs.resolve_implicit_global_asset_job_def()
    groups: dict[Any, list[Any]] = {}
    graph = defs.resolve_asset_graph()
    for key in graph.executable_asset_keys:
        groups.setdefault(graph.get(key).partitions_def, []).append(key)
    for partitions, keys in groups.items():
        options: dict[str, Any] = {"asset_selection": keys} if len(groups) > 1 else {}
        if partitions is not None:
            if isinstance(partitions, dg.DynamicPartitionsDefinition):
                raise TypeError("a case with dynamic partitions cannot be run")
            options["partition_key"] = partitions.get_partition_keys()[0]
        yield job, options
    if not groups:
        yield job, {}


@contextmanager
def _recorded(sent: list[dict[str, Any]], outcome: Outcome) -> Iterator[None]:
    """Writes down what the scripts put into their message files, which Dagster's reader reads as always."""
    from dagster._core.pipes.utils import PipesFileMessageReader

    original = PipesFileMessageReader.read_messages

    @contextmanager
    def read_messages(self: Any, handler: Any) -> Iterator[Any]:
        outcome.launches += 1
        with original(self, handler) as params:
            try:
                yield params
            finally:
                lines = Path(params["path"]).read_text(encoding="utf-8").split("\n")
                sent.extend(json.loads(line) for line in lines if line)

    PipesFileMessageReader.read_messages = read_messages  # type: ignore[method-assign]
    try:
        yield
    finally:
        PipesFileMessageReader.read_messages = original  # type: ignore[method-assign]


@contextmanager
def _alarm(seconds: int) -> Iterator[None]:
    def ring(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"the case takes more than {seconds} s")

    signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def _read(record: Any, arrived: list[Report], outcome: Outcome) -> None:
    """Take down what one stored event tells."""
    event = record.dagster_event
    if event is None:
        arrived.append(Report("log", record.user_message))
        return
    if READER_DIED in (event.message or ""):
        told = event.message
        error = getattr(event.event_specific_data, "error", None)
        if error is not None:
            told += f": {error.to_string().strip().splitlines()[0]}"
            if "Expecting value: line 2 column 1 (char 1)" in error.message:
                outcome.torn_line = True
        outcome.reader_died.append(told)
    elif event.is_step_materialization:
        made = event.step_materialization_data.materialization
        arrived.append(Report("materialization", made.asset_key.to_user_string(), frozenset(made.metadata)))
    elif event.event_type_value == "ASSET_CHECK_EVALUATION":
        check = event.event_specific_data
        name = f"{check.asset_key.to_user_string()}:{check.check_name}"
        arrived.append(Report("check", name, frozenset(check.metadata)))
    elif event.is_failure:
        error = getattr(event.event_specific_data, "error", None)
        if error is None:
            outcome.error += f"{event.message}\n"
        while error is not None:
            outcome.error += f"{error.message.strip()}\n"
            error = error.cause


def _sent(message: dict[str, Any]) -> Report | None:
    """What a script's message is to bring about, if it brings about anything that Dagster stores."""
    params = message["params"] or {}
    match message["method"]:
        case "report_asset_materialization":
            return Report("materialization", str(params["asset_key"]), _labels(params["metadata"]))
        case "report_asset_check":
            name = f"{params['asset_key']}:{params['check_name']}"
            return Report("check", name, _labels(params["metadata"]))
        case "log":
            return Report("log", str(params["message"]))
        case _:
            return None


def _labels(metadata: object) -> frozenset[str]:
    """The names of metadata as they were sent; R sends what has no names as a list or as one string."""
    return frozenset(metadata) if isinstance(metadata, dict) else frozenset()


def _lost(sent: list[dict[str, Any]], arrived: list[Report]) -> Iterator[str]:
    """What was sent and is not among what arrived; on its way a report may gain metadata, not lose any."""
    rest = list(arrived)
    for report in filter(None, map(_sent, sent)):
        for other in rest:
            if (other.kind, other.name) == (report.kind, report.name) and report.metadata <= other.metadata:
                rest.remove(other)
                break
        else:
            yield str(report)


def main() -> None:
    jobs = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    outcomes = Path(sys.argv[2])
    with outcomes.open("a", encoding="utf-8") as file:
        for job in jobs:
            for _attempt in range(4):
                outcome = run(job["name"], Path(job["folder"]))
                if not outcome.torn_line:
                    break
            file.write(json.dumps(asdict(outcome)) + "\n")
            file.flush()


if __name__ == "__main__":
    main()
