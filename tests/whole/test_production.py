"""Production stands on nothing that is for development: no process starts so, and no tool goes to work."""

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
import typer

from chassis.run import main as starting
from cli.main import app
from services import ALL

PARTS: Final = ("prepare", "api", "worker", "relay")
PACK: Final = "services/campaigns/packs/4225-2024.yaml"
TLS: Final = (
    "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\nsasl.username=registry\nsasl.password=not-shown\n"
)
UNSAFE: Final = {
    "an open broker": ({"KAFKA_CREDENTIALS": ""}, "connection to Kafka is not protected (PLAINTEXT)"),
    "a broker in clear text": (
        {"KAFKA_CREDENTIALS": "{clear}"},
        "connection to Kafka is not protected (SASL_PLAINTEXT)",
    ),
    "any broker at all": ({"KAFKA_CREDENTIALS": "{anyone}"}, "connection to Kafka is not protected (SASL_SSL)"),
    "a simulated clock": ({"THIDUA_CLOCK": "{clock}"}, "Unset THIDUA_CLOCK in production"),
    "the local issuer": ({"THIDUA_ISSUER": "http://127.0.0.1:1"}, "must be the https:// address"),
}
_BY: Final = ("--by", "An", "--reason", "why")
TOOLS: Final = {
    "restore": ("registry", "--dry-run"),
    "interventions": (),
    "ledger check": (),
    "projections list": (),
    "projections prune": ("registry", *_BY),
    "projections rebuild": ("portal", "progress", *_BY),
    "projections check": ("portal", "progress"),
    "parked list": (),
    "parked replay": ("portal", "progress", *_BY),
    "parked discard": ("portal", "1", *_BY),
    "parked restore": ("portal", "1", *_BY),
    "parked discarded": (),
    "partner add": ("tax-office",),
    "partner remove": ("tax-office",),
    "reactions missed": ("campaigns",),
    "reactions retracted": ("campaigns",),
    "reactions run": ("campaigns", "any", str(UUID(int=1)), *_BY),
    "reactions skip": ("campaigns", "any", str(UUID(int=1)), *_BY),
    "units import": (PACK,),
    "administrators list": (),
    "administrators first": (str(UUID(int=1)), str(UUID(int=2)), "--hand", "An"),
    "administrators appoint": (
        *(str(UUID(int=1)), "--hand", "An", "--reason", "nobody_left", "--document", "12/QĐ-BHXH"),
    ),
}
NO_SERVERS: Final = {
    *("run", "demo", "doors", "pack check"),
    *("ledger heads", "ledger audit", "ledger prove", "ledger rotate-key"),
}
"""They bring their own, look at a local one, need none, or look at the ledger's files before anything else."""


class WentOn(Exception):
    """The process would have started."""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What is safe."""
    for name, text in {
        "tls": TLS,
        "clear": TLS.replace("SASL_SSL", "SASL_PLAINTEXT"),
        "anyone": f"{TLS}ssl.endpoint.identification.algorithm=none\n",
    }.items():
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(text)
    return {
        "KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "KAFKA_CREDENTIALS": str(tmp_path / "tls"),
        "THIDUA_ISSUER": "https://sso.example",
        "DATABASE_URL": "postgresql://127.0.0.1:1/thidua",
    }


def with_(environment: dict[str, str], unsafe: str, folder: Path) -> dict[str, str]:
    places = {name: str(folder / name) for name in ("clear", "anyone", "clock")}
    return environment | {name: value.format(**places) for name, value in UNSAFE[unsafe][0].items()}


def start(service: str, part: str, environment: dict[str, str], patch: pytest.MonkeyPatch) -> None:
    def goes_on(*_: object) -> None:
        raise WentOn

    for name, value in environment.items():
        patch.setenv(name, value)
    patch.delenv("THIDUA_ENV", raising=False)
    patch.setattr("chassis.run.main.telemetry.setup", goes_on)
    patch.setattr(sys, "argv", [service, part])
    starting.main(import_module(f"services.{service}.app").SERVICE)


@pytest.mark.parametrize("unsafe", UNSAFE)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("service", ALL)
def test_no_process_starts_on(  # noqa: PLR0917 - fixtures
    service: str, part: str, unsafe: str, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit) as ended:
        start(service, part, with_(environment, unsafe, tmp_path), monkeypatch)
    assert UNSAFE[unsafe][1] in str(ended.value)
    assert "not-shown" not in str(ended.value)


@pytest.mark.parametrize("part", PARTS)
def test_on_what_is_safe_it_starts(part: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WentOn):
        start("registry", part, environment, monkeypatch)


@pytest.mark.parametrize("unsafe", UNSAFE)
def test_without_the_guard_it_would_start(
    unsafe: str, environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "fit_for_production", lambda _: None)
    with pytest.raises(WentOn):
        start("registry", "worker", with_(environment, unsafe, tmp_path), monkeypatch)


def commands(group: typer.Typer, before: str = "") -> Iterator[str]:
    for command in group.registered_commands:
        yield f"{before}{command.name}"
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from commands(inner.typer_instance, f"{before}{inner.name} ")


def test_every_tool_is_tried_here() -> None:
    assert set(commands(app)) == {*TOOLS, *NO_SERVERS}


def used(tool: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", *tool.split(), *TOOLS[tool]]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"COLUMNS": "400", **environment})


@pytest.mark.parametrize("tool", TOOLS)
def test_no_tool_works_over_an_open_connection(tool: str, environment: dict[str, str], tmp_path: Path) -> None:
    done = used(tool, with_(environment, "an open broker", tmp_path))
    assert done.returncode == 1, done.stdout
    assert "connection to Kafka is not protected (PLAINTEXT)" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("unsafe", UNSAFE)
def test_a_tool_refuses_whatever_a_process_refuses(unsafe: str, environment: dict[str, str], tmp_path: Path) -> None:
    done = used("parked list", with_(environment, unsafe, tmp_path))
    assert (done.returncode, UNSAFE[unsafe][1] in done.stderr, "Traceback" in done.stderr) == (1, True, False)


def test_with_what_is_safe_a_tool_goes_to_work(environment: dict[str, str]) -> None:
    done = used("parked list", environment)
    assert (done.returncode, "PostgreSQL cannot be reached" in done.stderr) == (1, True), done.stderr
