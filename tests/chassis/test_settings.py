"""What a process is when its environment says nothing: in production, where nothing convenient is allowed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.platform import running
from chassis.settings import Settings


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THIDUA_ENV")


def test_unset_means_production() -> None:
    assert Settings().thidua_env == "production"


async def test_production_has_no_simulated_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_CLOCK", str(tmp_path / "clock"))
    with pytest.raises(SystemExit, match="Unset THIDUA_CLOCK in production"):
        await running("registry", Settings()).__aenter__()


@pytest.mark.parametrize(("environment", "is_json"), [({}, True), ({"THIDUA_ENV": "local"}, False)])
def test_logs_are_for_machines_unless_the_machine_is_said_to_be_a_persons(
    environment: dict[str, str], *, is_json: bool
) -> None:
    code = (
        "import structlog; from chassis.settings import Settings; from chassis.telemetry import setup\n"
        "setup('registry', 'api', Settings()); structlog.get_logger().info('up')"
    )
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "up" in said.stdout
    assert is_json == said.stdout.startswith("{")
    if is_json:
        assert json.loads(said.stdout)["event"] == "up"
