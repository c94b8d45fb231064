"""Python's garbage collector rests while a process loads, and works from then on."""

import subprocess
import sys
from pathlib import Path

import pytest

from services import ALL

LOADED = """
import gc
import chassis.run.loading
print(gc.isenabled())
from chassis.telemetry.collector import settle
settle()
print(gc.isenabled(), gc.get_freeze_count() > 0)
"""


def test_it_rests_until_a_process_has_loaded_what_it_keeps() -> None:
    said = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "True", "True"]


@pytest.mark.parametrize("service", ALL)
def test_it_rests_before_a_service_loads_anything(service: str) -> None:
    lines = Path(f"services/{service}/__main__.py").read_text(encoding="utf-8").splitlines()
    first = next(line for line in lines if line.startswith(("import ", "from ")))
    assert first.startswith("import chassis.run.loading")
