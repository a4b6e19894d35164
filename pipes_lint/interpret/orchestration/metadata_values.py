"""Dagster's own metadata values, which belong on the asset's side: a script that reports one fails."""

from __future__ import annotations

from ...values import Instance, Value
from ..machine import Args, Machine, library

_KINDS = {
    "int": "IntMetadataValue",
    "float": "FloatMetadataValue",
    "text": "TextMetadataValue",
    "md": "MarkdownMetadataValue",
    "url": "UrlMetadataValue",
    "path": "PathMetadataValue",
    "notebook": "NotebookMetadataValue",
    "json": "JsonMetadataValue",
    "bool": "BoolMetadataValue",
    "null": "NullMetadataValue",
    "asset": "DagsterAssetMetadataValue",
    "timestamp": "TimestampMetadataValue",
    "dagster_run": "DagsterRunMetadataValue",
}


def _made(name: str) -> None:
    @library(f"dagster.MetadataValue.{name}", f"dagster.{_KINDS[name]}")
    def make(machine: Machine, args: Args) -> Value:
        return Instance(f"dagster.{_KINDS[name]}", span=args.span)


for _name in _KINDS:
    _made(_name)
