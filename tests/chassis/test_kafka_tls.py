"""Brokers that speak TLS: an authority of our own, names of hosts, certificates of clients."""

import asyncio
import contextlib
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import confluent_kafka
import pytest
from aiokafka.errors import KafkaError

from chassis.stream import rights
from chassis.stream.connection import Refused, let_in
from chassis.stream.identity import Identities
from chassis.stream.security import Login, for_librdkafka, read, written
from chassis.stream.topic_settings import create_topics
from chassis.stream.topics import ADMIN, AUDITOR, events_topic
from contracts.people import PEOPLE
from deploy.local import jars, kafka
from deploy.local.embedded import Embedded
from tests.certificates import Authority
from tests.chassis.locked import a_group, look, subscribed, write
from tests.conftest import DATA

pytestmark = pytest.mark.server

CAMPAIGNS = events_topic("campaigns")
LISTENERS = """
listeners=INTERNAL://127.0.0.1:{{internal}},PARTNER://127.0.0.1:{{partner}},CONTROLLER://127.0.0.1:{{controller}},\
TLS://127.0.0.1:{tls},MUTUAL://127.0.0.1:{mutual}
advertised.listeners=INTERNAL://127.0.0.1:{{internal}},PARTNER://127.0.0.1:{{partner}},\
TLS://127.0.0.1:{tls},MUTUAL://127.0.0.1:{mutual}
listener.security.protocol.map=INTERNAL:SASL_PLAINTEXT,PARTNER:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT,\
TLS:SASL_SSL,MUTUAL:SSL
ssl.keystore.type=PEM
ssl.keystore.location={store}
ssl.truststore.type=PEM
ssl.truststore.location={authority}
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/
listener.name.tls.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.tls.ssl.client.auth=none
listener.name.mutual.ssl.client.auth=required
"""


@dataclass(frozen=True)
class Tls:
    """A broker with two more listeners, and authorities: ours and a stranger's."""

    folder: Path
    servers: Embedded
    ours: Authority
    theirs: Authority
    tls: int
    mutual: int

    def by_password(
        self, name: str, host: str = "127.0.0.1", authority: Authority | None = None, more: str = ""
    ) -> Login:
        """A login with name and password over TLS, by way of a file."""
        settings = dict(read(self.servers.credentials[name]).settings) | {"security.protocol": "SASL_SSL"}
        settings["ssl.ca.location"] = str((authority or self.ours).file)
        return self.file(Login(f"{host}:{self.tls}", settings), more)

    def by_certificate(self, name: str, authority: Authority | None = None, more: str = "") -> Login:
        """A login with a certificate of this common name, signed by an authority."""
        certificate, key = (authority or self.ours).certificate(name)
        settings = {"security.protocol": "SSL", "ssl.ca.location": str(self.ours.file)}
        settings |= {"ssl.certificate.location": str(certificate), "ssl.key.location": str(key)}
        return self.file(Login(f"127.0.0.1:{self.mutual}", settings), more)

    def file(self, login: Login, more: str) -> Login:
        """The login as it is read from a file."""
        path = self.folder / "login.properties"
        path.touch(mode=0o600)
        path.write_text(written(login) + more)
        return read(path)


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tls]:
    folder = tmp_path_factory.mktemp("tls")
    ours, theirs = Authority(folder), Authority(folder, "stranger")
    certificate, key = ours.certificate("broker", "127.0.0.1")
    store, settings, ports = folder / "broker.pem", folder / "settings", (free(), free())
    store.write_text(key.read_text() + certificate.read_text())
    shutil.copytree(jars.HERE, settings)
    more = LISTENERS.format(tls=ports[0], mutual=ports[1], store=store, authority=ours.file)
    with (settings / "locked.properties").open("a") as file:
        file.write(more)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("KAFKA_BOOTSTRAP", "KAFKA_CREDENTIALS"):
            patch.delenv(name, raising=False)
        patch.setattr(kafka, "HERE", settings)
        with Embedded(Path(f"{DATA}-tls"), postgres=False, locked=True) as servers:
            found = Tls(folder, servers, ours, theirs, *ports)
            asyncio.run(prepared(found))
            yield found


async def prepared(found: Tls) -> None:
    """By administrators over TLS: with a password, and with a certificate."""
    await create_topics(found.by_password(ADMIN), partitions=2)
    await rights.allow(found.by_certificate(ADMIN))


@pytest.mark.parametrize("way", ["password", "certificate"])
async def test_every_client_comes_in_over_tls_and_may_what_its_name_may(tls: Tls, way: str) -> None:
    login = tls.by_password("campaigns") if way == "password" else tls.by_certificate("campaigns")
    await let_in(login)
    await write(login, CAMPAIGNS, partition=0)
    assert await look(login, CAMPAIGNS)
    for other in (PEOPLE, events_topic("registry")):
        with pytest.raises(KafkaError):
            await write(login, other)
    async with Identities(login) as identities:
        assert await identities.of([CAMPAIGNS])
    await subscribed(login, a_group("thidua.campaigns."), CAMPAIGNS)


async def test_the_auditor_s_certificate_reads_and_does_not_write(tls: Tls) -> None:
    login = tls.by_certificate(AUDITOR)
    await look(login, PEOPLE)
    with pytest.raises(KafkaError):
        await write(login, CAMPAIGNS)


async def said_at_once(login: Login) -> None:
    began = time.monotonic()
    with pytest.raises(SystemExit, match="Kafka refuses the login"):
        await let_in(login)
    with pytest.raises(Refused):
        await create_topics(login)
    assert time.monotonic() - began < 10


async def test_a_broker_of_another_authority_is_not_believed(tls: Tls) -> None:
    await said_at_once(tls.by_password("campaigns", authority=tls.theirs))
    with pytest.raises(confluent_kafka.KafkaException):
        _topics(tls.by_password("campaigns", authority=tls.theirs))


async def test_a_broker_of_another_name_is_not_believed_unless_that_is_asked_for(tls: Tls) -> None:
    elsewhere = tls.by_password("campaigns", host="localhost")
    await said_at_once(elsewhere)
    with pytest.raises(confluent_kafka.KafkaException):
        _topics(elsewhere)
    anyone = tls.by_password("campaigns", host="localhost", more="ssl.endpoint.identification.algorithm=none\n")
    await let_in(anyone)
    assert CAMPAIGNS in _topics(anyone)


async def test_a_certificate_of_another_authority_is_refused_and_so_is_none(tls: Tls) -> None:
    for login in (
        tls.by_certificate(ADMIN, authority=tls.theirs),
        Login(f"127.0.0.1:{tls.mutual}", {"security.protocol": "SSL", "ssl.ca.location": str(tls.ours.file)}),
    ):
        with pytest.raises(KafkaError):
            await asyncio.wait_for(create_topics(login), 15)
        with pytest.raises(confluent_kafka.KafkaException):
            _topics(login)


async def test_without_the_check_of_authorities_a_stranger_would_be_believed(
    tls: Tls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So it is our context that refuses, not something else that is wrong there."""
    import ssl  # noqa: PLC0415

    from chassis.stream import security  # noqa: PLC0415

    def trusting(_: object) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    monkeypatch.setattr(security, "_context", trusting)
    await let_in(tls.by_password("campaigns", host="localhost", authority=tls.theirs))


async def test_whoever_speaks_in_clear_text_there_is_not_answered(tls: Tls) -> None:
    with pytest.raises(KafkaError):
        await asyncio.wait_for(create_topics(f"127.0.0.1:{tls.tls}"), 40)


def _topics(login: Login) -> set[str]:
    with contextlib.closing(confluent_kafka.Consumer(for_librdkafka(login) | {"group.id": "thidua.campaigns.x"})) as c:
        return set(c.list_topics(timeout=5).topics)
