"""What each may do at a broker with the platform's locks on, found by trying it as that one."""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError
from confluent_kafka import KafkaException, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from chassis.stream import rights
from chassis.stream.connection import Refused, let_in
from chassis.stream.identity import Identities
from chassis.stream.reader import whole
from chassis.stream.rights import Right, declared
from chassis.stream.security import PASSWORD, Login
from chassis.stream.topic_settings import create_topics
from chassis.stream.topics import ADMIN, AUDITOR, EVERYBODY, TOPICS, events_topic, public_topic
from contracts.people import PEOPLE
from tests.chassis.locked import (
    PARTNER,
    Locked,
    a_group,
    asked,
    commit,
    fence,
    join,
    locked,
    look,
    partner,
    subscribed,
    write,
)

__all__ = ["locked"]

pytestmark = pytest.mark.server

REGISTRY = events_topic("registry")
ID = "thidua.registry.people"
NAMES = (*EVERYBODY, AUDITOR, "partner", "anonymous")
DENIED = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, KafkaError, KafkaException, TimeoutError)


def login(here: Locked, name: str) -> Login:
    return partner(here) if name == "partner" else here.login(name)


def forged() -> dict[str, Any]:
    """A grant of all powers to a stranger, as it was taken for registry's own."""
    person = str(uuid4())
    event = {"person_id": person, "role": "director_general", "unit_id": str(uuid4()), "since": "2024-01-01"}
    headers = {
        "ce_specversion": "1.0", "ce_source": "/thidua/registry", "ce_type": "thidua.registry.RoleGranted.v1",
        "ce_id": str(uuid4()), "ce_sequence": "1", "ce_streamversion": "1",
    }  # fmt: skip
    return {
        "value": json.dumps(event).encode(), "key": f"person-{person}".encode(),
        "headers": [(name, value.encode()) for name, value in headers.items()],
    }  # fmt: skip


@pytest.mark.parametrize("name", [name for name in NAMES if name != "registry"])
async def test_a_forged_grant_is_refused_from_everybody_but_registry(locked: Locked, name: str) -> None:
    with pytest.raises((TopicAuthorizationFailedError, KafkaError)) as refused:
        await write(login(locked, name), REGISTRY, **forged())
    assert name == "anonymous" or isinstance(refused.value, TopicAuthorizationFailedError)


async def test_registry_may_write_there(locked: Locked) -> None:
    await write(locked.login("registry"), REGISTRY, **forged())


async def test_with_one_right_too_many_it_would_get_through_and_that_right_is_named(locked: Locked) -> None:
    hole = Right("campaigns", "topic", REGISTRY, "WRITE")
    admin = locked.login(ADMIN)
    asked(admin, lambda client: client.create_acls([rights._binding(hole)]))
    try:
        await eventually(lambda: write(locked.login("campaigns"), REGISTRY, **forged()))
        assert (await rights.allow(admin)).wider == [hole]
    finally:
        await rights.take_back(admin, [hole])
    assert not (await rights.allow(admin)).foreign


async def eventually(deed: Any, seconds: float = 10) -> None:
    """Rights take a moment to be known everywhere in the broker."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            await deed()
        except KafkaError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.1)
        else:
            return


def outcome(error: BaseException | None) -> bool:
    return error is None


@pytest.mark.parametrize("name", NAMES)
async def test_each_writes_and_reads_what_is_declared_and_nothing_else(locked: Locked, name: str) -> None:
    """The table of principals and topics, each cell tried."""
    own = declared() | rights.of_partner(PARTNER)
    principal = PARTNER if name == "partner" else name
    may_write = {r.name for r in own if (r.principal, r.kind, r.operation) == (principal, "topic", "WRITE")}
    may_read = {r.name for r in own if (r.principal, r.kind, r.operation) == (principal, "topic", "READ")}
    topics = [topic.name for topic in TOPICS][:: 20 if name == "anonymous" else 1]  # each refusal of him takes long
    if name == AUDITOR:
        may_read = set(topics)
    for topic in topics:
        wrote = await does(write(login(locked, name), topic, key=b"k"))
        seen = await does(look(login(locked, name), topic))
        assert (topic, wrote, seen) == (topic, topic in may_write, topic in may_read)


async def does(deed: Any) -> bool:
    try:
        await deed
    except DENIED:
        return False
    return True


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"registry", "notify", AUDITOR}])
async def test_people_s_details_are_read_by_nobody_else(locked: Locked, name: str) -> None:
    await write(locked.login("registry"), PEOPLE, b"details", key=b"somebody", partition=0)
    with pytest.raises((TopicAuthorizationFailedError, KafkaError)):
        await look(login(locked, name), PEOPLE)
    assert await look(locked.login("notify"), PEOPLE)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("whose", ["registry", "campaigns"])
async def test_nobody_joins_another_s_group_or_moves_it(locked: Locked, name: str, whose: str) -> None:
    topic = public_topic("registry") if name == "partner" else REGISTRY
    group = a_group(f"thidua.{whose}.")
    if name == whose:
        return
    with pytest.raises((GroupAuthorizationFailedError, KafkaError, TimeoutError)):
        await join(login(locked, name), group, topic)
    with pytest.raises((GroupAuthorizationFailedError, KafkaError, TimeoutError)):
        await commit(login(locked, name), group, topic)
    with pytest.raises((KafkaException, TimeoutError)):
        await asyncio.to_thread(asked, login(locked, name), lambda admin: admin.delete_consumer_groups([group]))


async def test_everybody_joins_groups_of_his_own(locked: Locked) -> None:
    await join(locked.login("campaigns"), a_group("thidua.campaigns."), REGISTRY)
    await join(partner(locked), a_group(f"partner.{PARTNER}."), public_topic("registry"))
    await commit(locked.login("registry"), a_group("thidua.registry."), events_topic("campaigns"))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "registry"])
async def test_nobody_uses_registry_s_transactional_id_or_fences_its_producer(locked: Locked, name: str) -> None:
    with pytest.raises((KafkaError, TimeoutError)):
        await fence(login(locked, name), ID)


async def test_registry_uses_it(locked: Locked) -> None:
    await fence(locked.login("registry"), ID)


HARMS: dict[str, Any] = {
    "delete records": lambda admin: admin.delete_records([TopicPartition(REGISTRY, 0, 1)]),
    "delete a topic": lambda admin: admin.delete_topics([REGISTRY], operation_timeout=5),
    "delete people": lambda admin: admin.delete_records([TopicPartition(PEOPLE, 0, 1)]),
    "make a topic": lambda admin: admin.create_topics([NewTopic("probe.x", 1, 1)]),
    "more partitions": lambda admin: admin.create_partitions([NewPartitions(REGISTRY, 24)]),
    "change a topic": lambda admin: admin.incremental_alter_configs([resource(ConfigResource.Type.TOPIC)]),
    "change the broker": lambda admin: admin.incremental_alter_configs([resource(ConfigResource.Type.BROKER)]),
    "give rights": lambda admin: admin.create_acls([rights._binding(Right("auditor", "topic", REGISTRY, "WRITE"))]),
    "take rights": lambda admin: admin.delete_acls([rights._filter(Right("registry", "topic", REGISTRY, "WRITE"))]),
    "another's password": lambda admin: admin.alter_user_scram_credentials(
        [UserScramCredentialUpsertion("registry", ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), b"mine")]
    ),
}


def resource(kind: Any) -> Any:
    topic = kind is ConfigResource.Type.TOPIC
    entry = ConfigEntry(
        "retention.ms" if topic else "log.retention.ms", "1", incremental_operation=AlterConfigOpType.SET
    )
    return ConfigResource(kind, REGISTRY if topic else "1", incremental_configs=[entry])


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", ["campaigns", "portal", AUDITOR, "partner", "anonymous"])
async def test_nobody_changes_what_is_not_his(locked: Locked, name: str, harm: str) -> None:
    with pytest.raises((KafkaException, TimeoutError)) as refused:
        await asyncio.to_thread(asked, login(locked, name), HARMS[harm])
    if name != "anonymous":
        said = refused.value.args[0].name()
        unseen = said == "_NOENT" and harm.startswith("delete")  # he sees not even that the topic is there
        assert "AUTHORIZATION" in said or unseen, refused.value


@pytest.mark.parametrize("harm", [harm for harm in HARMS if harm not in {"delete records", "delete a topic"}])
async def test_registry_itself_changes_nothing_but_what_its_relay_does(locked: Locked, harm: str) -> None:
    with pytest.raises(KafkaException) as refused:
        await asyncio.to_thread(asked, locked.login("registry"), HARMS[harm])
    assert "AUTHORIZATION" in refused.value.args[0].name(), refused.value


async def test_the_administrator_could_do_it(locked: Locked) -> None:
    """So the deeds above are such that a broker does them."""
    admin = locked.login(ADMIN)
    await asyncio.to_thread(asked, admin, HARMS["make a topic"])
    await asyncio.to_thread(asked, admin, lambda client: client.delete_topics(["probe.x"]))
    await asyncio.to_thread(asked, admin, HARMS["delete records"])
    await asyncio.to_thread(asked, admin, HARMS["give rights"])
    await rights.take_back(admin, [Right("auditor", "topic", REGISTRY, "WRITE")])


async def test_the_auditor_sees_what_there_is(locked: Locked) -> None:
    auditor = locked.login(AUDITOR)
    assert {r for r in await rights.listed(auditor) if r.principal != PARTNER} == declared()
    group = a_group("thidua.campaigns.")
    await join(locked.login("campaigns"), group, REGISTRY)
    listed = await asyncio.to_thread(asked, auditor, lambda admin: admin.list_consumer_groups())
    assert group in {each.group_id for each in listed.valid}
    described = await asyncio.to_thread(asked, auditor, lambda admin: admin.describe_topics(TopicCollection([PEOPLE])))
    assert described.name == PEOPLE


@pytest.mark.parametrize("name", ["campaigns", "partner"])
async def test_others_see_neither_topics_nor_groups_nor_rights_that_are_not_theirs(locked: Locked, name: str) -> None:
    assert await rights.listed(login(locked, name)) == set()
    with pytest.raises(KafkaError):
        await rights.allow(login(locked, name))
    group = a_group("thidua.registry.")
    await join(locked.login("registry"), group, events_topic("campaigns"))
    listed = await asyncio.to_thread(asked, login(locked, name), lambda admin: admin.list_consumer_groups())
    assert group not in {each.group_id for each in listed.valid}
    topics = await asyncio.to_thread(lambda: AdminClient(_plainly(login(locked, name))).list_topics(timeout=10))
    assert PEOPLE not in topics.topics


def _plainly(its: Login) -> dict[str, Any]:
    from chassis.stream.security import for_librdkafka  # noqa: PLC0415

    return for_librdkafka(its)


@pytest.mark.parametrize("listener", ["internal", "partner"])
async def test_a_wrong_password_is_said_at_once(locked: Locked, listener: str) -> None:
    right = locked.login("campaigns")
    address = right.bootstrap if listener == "internal" else locked.servers.kafka_partner
    wrong = Login(address, {**right.settings, PASSWORD: "wrong"})
    began = time.monotonic()
    with pytest.raises(SystemExit, match=r"(?s)từ chối đăng nhập.*refuses the login") as ended:
        await let_in(wrong)
    assert "wrong" not in str(ended.value)
    with pytest.raises(Refused):
        await create_topics(wrong)
    with pytest.raises(Refused):
        [_ async for _ in whole([REGISTRY], wrong, set())]
    assert time.monotonic() - began < 10
    await let_in(right)


async def test_a_partner_s_password_is_not_another_s(locked: Locked) -> None:
    its = partner(locked)
    await let_in(its)
    for name in ("registry", "broker", "nobody"):
        with pytest.raises(SystemExit, match="refuses the login"):
            await let_in(Login(its.bootstrap, {**its.settings, "sasl.username": name}))


async def test_the_broker_s_own_way_in_is_for_the_broker_alone(locked: Locked) -> None:
    """PLAIN is there for one name, with a password that is in the broker's settings alone; partners have it not."""
    its = locked.login("registry")
    for address in (its.bootstrap, locked.servers.kafka_partner):
        with pytest.raises(SystemExit, match="refuses the login"):
            await let_in(Login(address, {**its.settings, "sasl.mechanism": "PLAIN"}))


async def test_each_kind_of_client_comes_in_by_its_name(locked: Locked) -> None:
    await subscribed(locked.login("campaigns"), a_group("thidua.campaigns."), REGISTRY)
    async with Identities(locked.login("campaigns")) as identities:
        assert set(await identities.of([REGISTRY])) == {REGISTRY}
        with pytest.raises(KafkaError):
            await identities.of([PEOPLE])


def process(part: str, credentials: Path, bootstrap: str) -> subprocess.Popen[str]:
    environment = {
        "THIDUA_ENV": "test", "KAFKA_BOOTSTRAP": bootstrap, "KAFKA_CREDENTIALS": str(credentials),
        "DATABASE_URL": "postgresql://127.0.0.1:1/thidua_campaigns",
    }  # fmt: skip
    command = [sys.executable, "-m", "services.campaigns", part]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@pytest.mark.parametrize("part", ["worker", "relay"])
def test_a_process_with_a_wrong_password_ends_with_a_sentence(locked: Locked, tmp_path: Path, part: str) -> None:
    """With the right one it comes as far as its database, which is away here."""
    right, wrong = locked.servers.credentials["campaigns"], tmp_path / "wrong.properties"
    wrong.touch(mode=0o600)
    wrong.write_text(right.read_text().replace("sasl.password=", "sasl.password=x"))
    with process(part, wrong, locked.servers.kafka_bootstrap) as refused:
        said, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert "Kafka refuses the login" in said
    assert "Traceback" not in said
    with process(part, right, locked.servers.kafka_bootstrap) as let_in:
        said, _ = let_in.communicate(timeout=60)
    assert "refuses" not in said
    assert "hãy kiểm tra máy chủ và DATABASE_URL" in said
    assert "Traceback" not in said
