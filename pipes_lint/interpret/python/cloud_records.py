"""Objects of the clouds' own libraries that describe a job: what they were made with is all that matters.

From databricks-sdk 0.73 (`databricks.sdk.service.jobs`), azure-ai-ml 1.30 (`azure.ai.ml`), google-cloud-dataproc 5.23
(`google.cloud.dataproc_v1`, whose messages also take one dictionary).
"""

from __future__ import annotations

from typing import Final

from ...values import Instance, Value
from ..calls import as_mapping
from ..machine import LIBRARY, METHODS, Args, Machine

RECORD: Final = "a job's description"

_TASKS: Final = (
    "SubmitTask",
    "Task",
    "SparkPythonTask",
    "NotebookTask",
    "PythonWheelTask",
    "SparkSubmitTask",
    "SparkJarTask",
)
_MESSAGES: Final = (
    "Job",
    "JobPlacement",
    "JobReference",
    "PySparkJob",
    "SparkJob",
    "SparkRJob",
    "SubmitJobRequest",
)
_NAMES: Final = (
    *(f"databricks.sdk.service.jobs.{name}{how}" for name in _TASKS for how in ("", ".from_dict")),
    *(
        f"google.cloud.{module}.{name}"
        for name in _MESSAGES
        for module in ("dataproc_v1", "dataproc", "dataproc_v1.types")
    ),
    "azure.ai.ml.command",
    "azure.ai.ml.entities.Command",
)


def record(machine: Machine, args: Args) -> Value:
    """What is made of keyword arguments, or of one dictionary."""
    fields: dict[str, Value] = {}
    for value in args.positional[:1]:
        fields.update((str(key), slot.value) for key, slot in as_mapping(machine, value, args.span).slots.items())
    fields.update(args.named)
    return Instance(RECORD, fields, machine.store.ident(), args.span)


for _name in _NAMES:
    LIBRARY[_name] = record
METHODS[RECORD] = lambda machine, bound, args: bound.receiver if bound.name in ("as_dict", "to_dict") else None
