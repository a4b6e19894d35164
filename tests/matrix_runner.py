"""Puts values to everything that takes one, for real: through `dagster_pipes` or R's `dagsterpipes`, and Dagster.

    python matrix_runner.py JOBS OUTCOMES

JOBS is a JSON file with `language`, `extras`, and `sections`, each a setup and statements. OUTCOMES is written: for
each section a list of what became of each statement, in words (empty: what it sends arrives). A statement that fails
stops no other; each message is handed to Dagster's own handler alone, so that none is lost by another's fault.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

MOST_KEYS = 30_000

R_RUNNER = r"""
arguments <- commandArgs(trailingOnly = TRUE)
jobs <- jsonlite::fromJSON(arguments[[1]], simplifyVector = FALSE)
library(dagsterpipes)
ctx <- open_dagster_pipes()
said <- list()
for (number in seq_along(jobs$sections)) {
  section <- jobs$sections[[number]]
  place <- new.env(parent = globalenv())
  assign("ctx", ctx, place)
  eval(parse(text = section$setup), place)
  answers <- list()
  for (statement in section$statements) {
    before <- file.size(arguments[[3]])
    answer <- tryCatch({
      inner <- new.env(parent = place)
      eval(parse(text = statement), inner)
      ""
    }, error = function(e) paste0("stops: ", conditionMessage(e)))
    after <- file.size(arguments[[3]])
    answers[[length(answers) + 1]] <- list(error = answer, from = before, to = after)
  }
  said[[number]] <- answers
}
writeLines(jsonlite::toJSON(said, auto_unbox = TRUE), arguments[[2]])
"""


def main() -> None:
    path, outcomes = map(Path, sys.argv[1:3])
    jobs = json.loads(path.read_text())
    messages = path.with_suffix(".messages")
    messages.write_text("")
    keys = [f"a{number}" for number in range(sum(len(each["statements"]) for each in jobs["sections"]) + 1)]
    assert len(keys) < MOST_KEYS
    data = {
        "asset_keys": keys,
        "code_version_by_asset_key": dict.fromkeys(keys),
        "provenance_by_asset_key": dict.fromkeys(keys),
        "partition_key": None,
        "partition_key_range": None,
        "partition_time_window": None,
        "run_id": "3f5a",
        "job_name": "job",
        "retry_number": 0,
        "extras": jobs["extras"],
    }
    said = _in_r(path, messages, data, jobs) if jobs["language"] == "r" else _in_python(messages, data, jobs)
    sent = messages.read_bytes()
    found = [[each["error"] or _handled(sent[each["from"] : each["to"]]) for each in answers] for answers in said]
    outcomes.write_text(json.dumps(found))


def _in_python(messages: Path, data: dict[str, Any], jobs: dict[str, Any]) -> list[list[dict[str, Any]]]:
    from dagster_pipes import PipesMappingParamsLoader, encode_param, open_dagster_pipes

    loader = PipesMappingParamsLoader(
        {
            "DAGSTER_PIPES_CONTEXT": encode_param({"data": json.loads(json.dumps(data))}),
            "DAGSTER_PIPES_MESSAGES": encode_param({"path": str(messages)}),
        }
    )
    said = []
    with open_dagster_pipes(params_loader=loader) as context:
        for section in jobs["sections"]:
            names: dict[str, Any] = {"context": context, "__name__": "script"}
            module = type(sys)("script")
            module.__dict__.update(names)
            sys.modules["script"] = module
            names = module.__dict__
            exec(section["setup"], names)
            answers = []
            for statement in section["statements"]:
                before = messages.stat().st_size
                try:
                    exec(statement, names)
                    error = ""
                except Exception as exception:
                    error = f"stops: {type(exception).__name__}: {exception}"
                answers.append({"error": error, "from": before, "to": messages.stat().st_size})
            said.append(answers)
    return said


def _in_r(path: Path, messages: Path, data: dict[str, Any], jobs: dict[str, Any]) -> list[list[dict[str, Any]]]:
    from dagster_pipes import encode_param

    context, answers, script = (path.with_suffix(ending) for ending in (".context", ".answers", ".R"))
    context.write_text(json.dumps(data))
    script.write_text(R_RUNNER)
    environment = {
        **os.environ,
        "DAGSTER_PIPES_CONTEXT": encode_param({"path": str(context)}),
        "DAGSTER_PIPES_MESSAGES": encode_param({"path": str(messages)}),
    }
    subprocess.run(["Rscript", script, path, answers, messages], check=True, env=environment, stdout=sys.stderr)
    said: list[list[dict[str, Any]]] = json.loads(answers.read_text())
    return said


def _handled(sent: bytes) -> str:
    lines = [line for line in sent.decode().split("\n") if line.strip()]
    return next(filter(None, map(_handled_alone, lines)), "") if lines else "nothing is sent"


@cache
def _handled_alone(line: str) -> str:
    from dagster._core.pipes.context import PipesMessageHandler

    handler = PipesMessageHandler(MagicMock(), MagicMock(expected_writer_count=1))
    try:
        handler.handle_message(json.loads(line))
    except Exception as exception:
        return f"lost: {type(exception).__name__}: {exception}"
    return ""


if __name__ == "__main__":
    main()
