"""pipes-lint: reads both halves of Dagster Pipes, the asset and the script it launches, as one program."""

__version__ = "0.1.0"
