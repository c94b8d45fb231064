"""`thidua partner`: what an outside system gets, and that it is all that it gets."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError

from chassis.stream import rights
from chassis.stream.connection import let_in
from chassis.stream.security import PASSWORD, Login, read
from chassis.stream.topics import ADMIN, events_topic, public_topic
from deploy.local import credentials
from tests.chassis.locked import Locked, a_group, join, locked, look, write
from tests.cli.test_tools import thidua
from tests.conftest import DATA

__all__ = ["locked"]

pytestmark = pytest.mark.server

Tool = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tool(locked: Locked) -> Tool:
    folder = Path(f"{DATA}-locked").resolve() / credentials.FOLDER
    environment = {
        "KAFKA_BOOTSTRAP": locked.servers.kafka_bootstrap,
        "KAFKA_PARTNER": locked.servers.kafka_partner,
        "KAFKA_CREDENTIALS": str(folder),
    }
    return lambda *words, **more: thidua("partner", *words, **(environment | more))


async def test_a_partner_reads_what_is_public_in_its_own_groups_and_nothing_else(
    locked: Locked, tool: Tool, tmp_path: Path
) -> None:
    files = {name: tmp_path / f"{name}.properties" for name in ("statistics", "newspaper")}
    for name, file in files.items():
        done = tool("add", name, "--to", str(file))
        assert done.returncode == 0, done.stderr
        assert (file.stat().st_mode & 0o777, str(file) in done.stdout) == (0o600, True)
        assert read(file).settings[PASSWORD] not in done.stdout + done.stderr
        assert f"partner.{name}." in done.stdout
    its, other = read(files["statistics"]), read(files["newspaper"])
    assert its.bootstrap == locked.servers.kafka_partner
    await write(locked.login("registry"), public_topic("registry"), partition=0)
    assert await look(its, public_topic("registry"))
    await join(its, a_group("partner.statistics."), public_topic("registry"))
    with pytest.raises((GroupAuthorizationFailedError, KafkaError)):
        await join(its, a_group("partner.newspaper."), public_topic("registry"))
    for forbidden in (events_topic("registry"), "thidua.people"):
        with pytest.raises(KafkaError):
            await look(its, forbidden)
    with pytest.raises(KafkaError):
        await write(its, public_topic("registry"))
    for wrong in ({PASSWORD: "wrong"}, {PASSWORD: other.settings[PASSWORD]}):
        with pytest.raises(SystemExit, match="refuses the login"):
            await let_in(Login(its.bootstrap, {**its.settings, **wrong}))
    assert not (await rights.allow(locked.login(ADMIN))).foreign, "partners are known as such"

    assert tool("add", "statistics", "--to", str(files["statistics"])).returncode == 0
    with pytest.raises(SystemExit, match="refuses the login"):
        await let_in(its)
    anew = read(files["statistics"])
    await let_in(anew)

    for name in files:
        done = tool("remove", name)
        assert done.returncode == 0, done.stderr
    with pytest.raises(SystemExit, match="refuses the login"):
        await let_in(anew)
    left = {each.principal for each in await rights.listed(locked.login(ADMIN))}
    assert not left & set(files)


@pytest.mark.parametrize("name", ["registry", "admin", "auditor", "broker", "thidua", "Big", "a", "a.b", "*"])
def test_a_name_that_would_be_somebody_else_s_is_refused(tool: Tool, name: str) -> None:
    done = tool("add", name)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "cannot be a name" in done.stderr


def test_who_is_no_administrator_cannot_add_one(locked: Locked, tool: Tool, tmp_path: Path) -> None:
    own = locked.servers.credentials["campaigns"]
    done = tool("add", "statistics", "--to", str(tmp_path / "x"), KAFKA_CREDENTIALS=str(own))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert not (tmp_path / "x").exists()


def test_a_wrong_password_is_said_in_a_sentence(locked: Locked, tool: Tool, tmp_path: Path) -> None:
    file = tmp_path / "admin.properties"
    file.touch(mode=0o600)
    file.write_text(locked.servers.credentials[ADMIN].read_text().replace("sasl.password=", "sasl.password=x"))
    done = tool("add", "statistics", KAFKA_CREDENTIALS=str(file))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "Kafka refuses the login" in done.stderr


def test_brokers_that_are_away_are_said_in_a_sentence(tool: Tool, tmp_path: Path) -> None:
    away = tool("add", "statistics", "--to", str(tmp_path / "x"), KAFKA_BOOTSTRAP="127.0.0.1:1", KAFKA_CREDENTIALS="")
    assert (away.returncode, "Traceback" in away.stderr) == (1, False), away.stderr
