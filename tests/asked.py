"""A test that stands for a requirement runs: one that is skipped has failed."""

from collections.abc import Generator

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line("markers", "requirement(id, ...): red when what this requirement asks for is taken out")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip of a marked test into a failure."""
    report = yield
    if report.skipped and item.get_closest_marker("requirement"):
        report.outcome, report.longrepr = "failed", "it stands for a requirement and was skipped"
    return report
