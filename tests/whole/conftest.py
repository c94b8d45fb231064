"""Tells with which seed the APIs were asked, so that it can be done again."""

import pytest

from tests.whole import CASES, SEED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The seed, whatever came of it."""
    if any("test_openapi" in each.nodeid for each in terminalreporter.getreports("passed")):
        terminalreporter.write_line(f"schemathesis: CASES={CASES} SEED={SEED}")
