"""`thidua reactions` as a person types it, on two services' stores and a topic that lost what one had not seen."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import confluent_kafka
import confluent_kafka.admin
import pytest

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.store import migrate
from chassis.store.database import database_name, pooled, with_database
from chassis.store.store import Append, Store
from chassis.store.wake import listening
from chassis.stream.cloudevents import EventSource
from chassis.stream.relay import Relay
from chassis.stream.topic_settings import create_topics
from chassis.stream.topics import events_topic
from contracts.examples import example
from contracts.registry import RegistrationConfirmed, RegistrationOpened
from deploy.local.embedded import Embedded
from services.campaigns.consumers import DEADLINES, POLICY
from tests.chassis.streams import until
from tests.cli.test_tools import dropped, thidua

TOPIC = events_topic("registry")


@dataclass(frozen=True)
class Two:
    """Registry, which emits, and campaigns, which reacts."""

    server: str
    bootstrap: str

    def url(self, service: str) -> str:
        return with_database(self.server, database_name(self.server, service))

    def thidua(self, *words: str) -> tuple[int, str, str]:
        done = thidua(*words, DATABASE_URL=self.server, KAFKA_BOOTSTRAP=self.bootstrap, THIDUA_ENV="test")
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def two(servers: Embedded) -> Iterator[Two]:
    server = f"{servers.database_url.rsplit('/', 1)[0]}/test_{uuid4().hex[:8]}"
    platform = Two(server, servers.kafka_bootstrap)
    for service in ("registry", "campaigns"):
        migrate.prepare(service, platform.url(service), database_name(server, service))
    yield platform
    for service in ("registry", "campaigns"):
        asyncio.run(dropped(server, database_name(server, service)))


async def published_and_deleted(two: Two, *units: UUID) -> None:
    """A registration of each unit is opened and confirmed; then the topic loses all that it holds."""
    admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": two.bootstrap})
    await create_topics(two.bootstrap, partitions=4)
    role = database_name(two.server, "registry")
    async with pooled(two.url("registry"), role) as pool, listening(two.url("registry"), role) as wake:
        store = Store(pool)
        relay = Relay("registry", pool, EventSource("registry", pool), two.bootstrap, wake)
        sending = asyncio.create_task(relay.run())
        for unit in units:
            context = Context(occurred_on=date(2024, 11, 20))
            metadata = Metadata.of(context).model_dump_json(exclude_none=True)
            events = [
                example(kind, registration_id=unit, unit_id=unit)
                for kind in (RegistrationOpened, RegistrationConfirmed)
            ]
            await store.append(Append(f"registration-{unit}", 0, events, context.command_id, b"", metadata))

        async def sent() -> bool:
            return relay.position == await store.head()

        await until(sent)
        sending.cancel()
        await asyncio.wait([sending])
        await relay.release()
        await store.close()
    places = list(admin.list_topics(TOPIC, timeout=10).topics[TOPIC].partitions)
    gone = [confluent_kafka.TopicPartition(TOPIC, n, confluent_kafka.OFFSET_END) for n in places]
    for future in admin.delete_records(gone).values():
        future.result(10)


async def scorecards(two: Two) -> int:
    connection = await asyncpg.connect(two.url("campaigns"))
    try:
        return int(await connection.fetchval("select count(*) from store.events"))
    finally:
        await connection.close()


def listed(said: str, consumer: str) -> list[str]:
    """Ids of the events that a consumer is listed to have missed; its name may be folded over several lines."""
    cells = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.splitlines() if line.startswith("│")]
    events: dict[str, str] = {}
    for event, part, *_ in cells:
        key = event or next(reversed(events))
        events[key] = events.get(key, "") + part
    return [event for event, name in events.items() if name == consumer]


def test_missed_events_are_listed_run_and_skipped_by_hand(two: Two) -> None:
    asyncio.run(published_and_deleted(two, uuid4(), uuid4()))
    code, said, _ = two.thidua("reactions", "missed", "campaigns")
    assert code == 0
    events, opened = listed(said, POLICY), listed(said, DEADLINES)
    assert (len(events), len(opened)) == (2, 2), "what it does not read it has not missed"
    assert set(events).isdisjoint(opened)
    why = ("--by", "An", "--reason", "records deleted by mistake")
    for event, decision, answered in ((events[0], "run", 1), (events[1], "skip", 1)):
        code, said, _ = two.thidua("reactions", decision, "campaigns", POLICY, event, *why)
        assert (code, "noted" in said) == (0, True), said
        assert asyncio.run(scorecards(two)) == answered
    code, said, _ = two.thidua("reactions", "run", "campaigns", POLICY, events[1], "--by", "B", "--reason", "again")
    assert (code, "decided before: skipped (An: records deleted by mistake)" in said) == (0, True), said
    assert asyncio.run(scorecards(two)) == 1
    code, said, _ = two.thidua("reactions", "missed", "campaigns")
    assert (code, listed(said, POLICY), listed(said, DEADLINES)) == (0, [], opened)
    for event in opened:
        assert two.thidua("reactions", "skip", "campaigns", DEADLINES, event, *why)[0] == 0
    code, said, _ = two.thidua("reactions", "missed", "campaigns")
    assert (code, "Nothing was missed" in said) == (0, True), said


def test_what_was_not_missed_is_said_in_a_sentence(two: Two) -> None:
    asyncio.run(published_and_deleted(two, uuid4()))
    for consumer in (POLICY, "no_such_reaction"):
        code, _, said = two.thidua(
            "reactions", "run", "campaigns", consumer, str(uuid4()), "--by", "A", "--reason", "b"
        )
        assert (code, "`thidua reactions missed campaigns`" in said) == (1, True), said
