"""`python -m pipes_lint`."""

from .cli import run

run()
