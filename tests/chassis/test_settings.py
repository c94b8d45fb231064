"""What a process is when its environment says nothing: in production, where nothing convenient is allowed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.facts.settings import Environment, Settings
from chassis.service.platform import running
from services.notify.settings import ProviderSettings


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THIDUA_ENV")


def test_unset_means_production() -> None:
    assert Settings().thidua_env == "production"


def test_an_empty_variable_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_ENV", "")
    monkeypatch.setenv("THIDUA_CLOCK", "")
    assert (Settings.read().thidua_env, Settings.read().thidua_clock) == ("production", None)


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [(Settings, "THIDUA_ENV", "prod"), (Settings, "PORT", "http"), (ProviderSettings, "ZALO_TEMPLATE_IDS", "otp=1")],
)
def test_nonsense_is_named_and_not_repeated(
    kind: type[Environment], name: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, said)
    with pytest.raises(SystemExit, match=f"(?is)không hợp lệ.*{name}.*not valid.*{name}") as refused:
        kind.read()
    assert f'"{said}"' not in str(refused.value)


@pytest.mark.parametrize("service", ["notify", "portal"])
def test_a_process_ends_with_that_sentence(service: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"services.{service}", "worker"],
        env={"THIDUA_ENV": "prod"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "THIDUA_ENV" in done.stderr
    assert "Traceback" not in done.stderr


async def test_production_has_no_simulated_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIDUA_CLOCK", str(tmp_path / "clock"))
    with pytest.raises(SystemExit, match="Unset THIDUA_CLOCK in production"):
        await running("registry", Settings()).__aenter__()


@pytest.mark.parametrize(("environment", "is_json"), [({}, True), ({"THIDUA_ENV": "local"}, False)])
def test_logs_are_for_machines_unless_the_machine_is_said_to_be_a_persons(
    environment: dict[str, str], *, is_json: bool
) -> None:
    code = (
        "import structlog; from chassis.facts.settings import Settings; from chassis.telemetry.telemetry import setup\n"
        "setup('registry', 'api', Settings()); structlog.get_logger().info('up')"
    )
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "up" in said.stdout
    assert is_json == said.stdout.startswith("{")
    if is_json:
        assert json.loads(said.stdout)["event"] == "up"
