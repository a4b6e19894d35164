"""What the tests share, and the closing words about the pages that were run for real."""

from __future__ import annotations

import pytest
from real_runs import Tally

TALLY = pytest.StashKey[Tally]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TALLY] = Tally()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    lines = config.stash[TALLY].lines()
    if lines:
        terminalreporter.section("cases of the rules' pages under real Dagster")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Tally:
    """What became of the cases so far."""
    return pytestconfig.stash[TALLY]
