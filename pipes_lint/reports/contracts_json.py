"""`contracts` for programs. `null` means not known."""

from __future__ import annotations

import json

from ..contract import Contract, Definition, Session
from ..lint import Report
from ..stops import Stop, stops
from . import reported
from .json_report import Sources, place


def render(report: Report) -> str:
    launches = [_launch(contract, report.sources) for contract in report.project.contracts]
    unlaunched = [{"path": script.path, "language": script.language} for script, _ in report.project.unlaunched]
    return json.dumps({"version": 1, "launches": launches, "unlaunched": unlaunched}, indent=2) + "\n"


def _launch(contract: Contract, sources: Sources) -> dict[str, object]:
    launch = contract.launch
    where = place(launch.span, sources)
    reason = launch.target.reason
    return {
        "filename": where["filename"],
        "location": where["location"],
        "client": launch.client,
        "definition": _definition(launch.definition),
        "script": {
            "path": launch.target.path,
            "language": contract.script.language if contract.script else launch.target.language,
            "reason": reason.reason if reason else None,
        },
        "extras": {
            "known": [key for key in launch.extras.slots if isinstance(key, str)],
            "complete": launch.extras.complete,
        },
        "session": _session(contract, contract.session) if contract.session else None,
        "stops": [_stop(stop, sources) for stop in stops(contract)],
    }


def _stop(stop: Stop, sources: Sources) -> dict[str, object]:
    where = place(stop.span, sources) if stop.span else {"filename": None, "location": None, "end_location": None}
    return {"what": stop.what, "reason": stop.reason, "settle": stop.settle, **where}


def _definition(definition: Definition) -> dict[str, object]:
    partitions = definition.partitions
    return {
        "kind": definition.kind,
        "name": definition.name,
        "asset_keys": definition.asset_keys,
        "checks": None if definition.checks is None else [check.name for check in definition.checks],
        "partitioned": None if partitions is None else partitions != "none",
    }


def _session(contract: Contract, session: Session) -> dict[str, object]:
    return {
        "extras_read": [
            {"key": key, "certainty": certainty.value} for key, certainty in reported.extras_read(contract).items()
        ],
        "checks_reported": reported.checks(session),
        "asset_keys_reported": reported.asset_keys(session),
        "metadata_types": reported.metadata_types(session),
        "closed": session.pipes and not session.open_at_end,
    }
