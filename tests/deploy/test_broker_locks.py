"""The local broker's locks: who lies in which file, what others can see of it, and a folder of an earlier release."""

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from aiokafka.errors import KafkaError

from chassis.run.preparation import lock
from chassis.stream import rights
from chassis.stream.connection import let_in
from chassis.stream.rights import Right, Unlocked, declared
from chassis.stream.security import PASSWORD, Login, read
from chassis.stream.topic_settings import create_topics
from chassis.stream.topics import ADMIN, AUDITOR, events_topic, public_topic
from deploy.local import credentials, jars, kafka
from deploy.local.embedded import Embedded
from services import ALL
from tests.chassis.locked import look, write

REGISTRY = events_topic("registry")


@pytest.fixture(autouse=True)
def given_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAFKA_BOOTSTRAP", "KAFKA_CREDENTIALS", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was used by a release whose broker asked no names."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KAFKA_BOOTSTRAP", raising=False)
        with Embedded(folder, postgres=False) as earlier:
            asyncio.run(used(earlier.kafka_bootstrap))
    assert not (folder / credentials.FOLDER).exists()
    return folder


async def used(bootstrap: str) -> None:
    await create_topics(bootstrap, partitions=2)
    await write(Login(bootstrap), REGISTRY, b"of the earlier release", partition=0)


@pytest.fixture
def servers(data: Path) -> Iterator[Embedded]:
    """It, carried on."""
    with Embedded(data, postgres=False, locked=True) as found:
        yield found


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_folder_of_an_earlier_release_is_carried_on_and_locked(servers: Embedded) -> None:
    assert set(servers.credentials) >= {*ALL, ADMIN, AUDITOR}
    for name, file in servers.credentials.items():
        login = read(file)
        assert (login.bootstrap, login.settings["sasl.username"]) == (servers.kafka_bootstrap, name)
        await let_in(login)
    with pytest.raises(KafkaError):
        await asyncio.wait_for(look(Login(servers.kafka_bootstrap), REGISTRY), 20)
    await create_topics(admin := read(servers.credentials[ADMIN]))
    await rights.allow(admin)
    assert await look(read(servers.credentials["campaigns"]), REGISTRY) == 1


def test_files_are_for_our_own_account_and_keep_their_passwords(data: Path) -> None:
    before = {}
    with Embedded(data, postgres=False, locked=True) as servers:
        before = {name: read(file).settings[PASSWORD] for name, file in servers.credentials.items()}
        assert mode(data / credentials.FOLDER) == 0o700
        assert {mode(file) for file in servers.credentials.values()} == {0o600}
        assert mode(data / "kafka" / "server.properties") == 0o600
        assert len(set(before.values())) == len(before)
    (data / credentials.FOLDER / "portal.properties").unlink()
    with Embedded(data, postgres=False, locked=True) as servers:
        after = {name: read(file).settings[PASSWORD] for name, file in servers.credentials.items()}
        asyncio.run(let_in(read(servers.credentials["portal"])))
    assert {name for name in before if before[name] != after[name]} == {"portal"}


def test_no_password_stands_in_arguments_logs_or_the_environment(data: Path) -> None:
    with Embedded(data, postgres=False, locked=True) as servers:
        secrets = [read(file).settings[PASSWORD] for file in servers.credentials.values()]
        own = next(
            line.partition('user_broker="')[2].partition('"')[0]
            for line in (data / "kafka" / "server.properties").read_text().splitlines()
            if "user_broker" in line
        )
        assert len(own) > 20
        java = psutil.Process(servers.pids["kafka"])
        seen = " ".join([*java.cmdline(), *java.environ().values()])
    said = b"".join(file.read_bytes() for file in (data / "logs").iterdir()).decode()
    for secret in (*secrets, own):
        assert secret not in seen
        assert secret not in said


async def test_the_broker_s_own_password_is_another_at_each_start(data: Path) -> None:
    settings = data / "kafka" / "server.properties"
    found = set()
    for _ in range(2):
        with Embedded(data, postgres=False, locked=True):
            found.add(settings.read_text().partition('user_broker="')[2].partition('"')[0])
    assert len(found) == 2


async def test_without_the_locks_a_stranger_gets_in(data: Path) -> None:
    """So the tests of locks try what an open broker allows."""
    with Embedded(data, postgres=False) as servers:
        assert servers.credentials == {}
        assert await look(Login(servers.kafka_bootstrap), REGISTRY) >= 1
        await write(Login(servers.kafka_bootstrap), REGISTRY)


async def test_preparing_gives_what_is_declared_and_says_what_is_more(
    servers: Embedded, capsys: pytest.CaptureFixture[str]
) -> None:
    admin = read(servers.credentials[ADMIN])
    await create_topics(admin)
    await rights.take_back(admin, [Right("portal", "topic", REGISTRY, "READ")])
    await lock(admin, strict=True)
    assert await rights.listed(admin) == declared()
    hole = Right("stranger", "topic", REGISTRY, "WRITE")
    await rights.allow(admin, {hole})
    try:
        await lock(admin, strict=False)
        with pytest.raises(SystemExit, match=f"allows more than is declared \\({hole}\\)"):
            await lock(admin, strict=True)
    finally:
        await rights.take_back(admin, [hole])
    assert str(hole) in capsys.readouterr().out


async def test_brokers_that_ask_nobody_s_name_are_said_and_refused_in_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "settings"
    settings.mkdir()
    for name, text in {path.name: path.read_text() for path in jars.HERE.iterdir()}.items():
        (settings / name).write_text(text.replace("authorizer.class.name", "# authorizer.class.name"))
    monkeypatch.setattr(kafka, "HERE", settings)
    with Embedded(tmp_path / "data", postgres=False) as servers:
        nobody = Login(servers.kafka_bootstrap)
        with pytest.raises(Unlocked):
            await rights.allow(nobody)
        await lock(nobody, strict=False)
        assert "kafka_unlocked" in capsys.readouterr().out
        with pytest.raises(SystemExit, match="Kafka asks nobody's name"):
            await lock(nobody, strict=True)


def test_a_partner_s_file_is_let_in_again_at_the_next_start(data: Path) -> None:
    with Embedded(data, postgres=False, locked=True) as servers:
        credentials.login(data, "tax-office", servers.kafka_partner)
    with Embedded(data, postgres=False, locked=True) as servers:
        its = read(servers.credentials["tax-office"])
        assert its.bootstrap == servers.kafka_partner
        asyncio.run(let_in(its))
        asyncio.run(rights.allow(read(servers.credentials[ADMIN]), rights.of_partner("tax-office")))
        asyncio.run(look(its, public_topic("registry")))
    (data / credentials.FOLDER / "tax-office.properties").unlink()
