"""A log has a name: a record of another store takes nothing from ours, whatever position it claims, and is told of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import confluent_kafka
import pytest

from chassis.store.store import Store
from chassis.stream.cloudevents import EventSource
from chassis.stream.dead_letters import listed
from chassis.stream.gate import FOREIGN, OTHER, Gate
from chassis.stream.intake import apply, heard_of
from chassis.stream.logs import HANDOVER
from chassis.stream.outgoing import Outgoing
from chassis.stream.replay import replay
from chassis.stream.topics import events_topic
from chassis.views.projector import create_views
from tests.chassis.streams import (
    BROKEN,
    UNITS_SEEN,
    Stream,
    an_append,
    consuming,
    equal,
    established,
    relaying,
    stream,
    until,
)
from tests.chassis.test_intake import at, names, sent
from tests.conftest import Database

__all__ = ["stream"]

NAMING = {"ce_logid", "ce_logafter", "ce_hash"}
TOPIC = events_topic("registry")
ANOTHER = str(UUID(int=9)).encode()


@pytest.fixture
async def store(database: Database) -> Store:
    BROKEN.clear()
    await create_views(database.pool, [UNITS_SEEN])
    return Store(database.pool)


def foreign(**headers: bytes) -> dict[str, bytes]:
    return {"ce_id": str(uuid4()).encode(), **headers}


CLAIMS = {
    "the next position": {"ce_sequence": b"2"},
    "the largest position": {"ce_sequence": str(2**63 - 1).encode()},
    "a position of ours": {"ce_sequence": b"1"},
}
LOGS = {
    "another log": {"ce_logid": ANOTHER},
    "no log": {"ce_logid": b""},
    "nonsense": {"ce_logid": b"\x80".hex().encode()},
}


async def meets(store: Store, claim: dict[str, bytes], stream: UUID, ours: UUID) -> None:
    """One event of ours, a foreign record that claims what it likes, and our next event."""
    first, second = await sent(store, uuid4(), ours)
    intruder = at(1, first, key=f"unit-{stream}".encode(), **foreign(**claim))
    intruder.headers = tuple(pair for pair in intruder.headers if pair[1])  # an empty one is not there
    for record in (at(0, first), intruder, at(2, second)):
        await apply(store.pool, UNITS_SEEN, [record])


@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS)
@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
async def test_a_foreign_record_is_parked_and_hides_nothing_of_ours(
    store: Store, claim: dict[str, bytes], log: dict[str, bytes]
) -> None:
    ours = uuid4()
    await meets(store, claim | log, uuid4(), ours)
    assert (await names(store))[ours] == ("one", 1)
    assert len(await names(store)) == 2
    [parked] = await listed(store.pool)
    assert (parked.at_offset, parked.error) == (1, FOREIGN)
    assert await replay(store, UNITS_SEEN, "") == (0, 1), "who tries again is told the same"
    assert len(await names(store)) == 2


async def test_without_the_guard_our_own_event_is_lost(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gate, "_strange", lambda *_: "")
    ours = uuid4()
    await meets(store, CLAIMS["the largest position"] | LOGS["another log"], uuid4(), ours)
    assert ours not in await names(store)
    assert await listed(store.pool) == []


async def test_a_foreign_record_under_the_name_of_our_stream_holds_nothing_back(store: Store) -> None:
    ours = uuid4()
    await meets(store, CLAIMS["the next position"] | LOGS["another log"], ours, ours)
    assert (await names(store))[ours] == ("one", 1)
    assert len(await listed(store.pool)) == 1


async def test_what_another_store_sends_into_our_topic_is_told_and_our_next_event_arrives(stream: Stream) -> None:
    first, ours = uuid4(), uuid4()
    usual = {"ce_type": b"thidua.registry.UnitEstablished.v1", "ce_streamversion": b"1",
             "ce_time": b"2024-11-20T00:00:00Z"}  # fmt: skip
    value = established(uuid4(), "foreign").model_dump_json().encode()
    async with consuming(stream), relaying(stream):
        await stream.store.append(an_append(first, 0, "one"))
        await until(lambda: equal(stream, {first: ("one", 1, 1)}))
        producer = confluent_kafka.Producer({"bootstrap.servers": stream.bootstrap})
        for claim in CLAIMS.values():  # on the very partition on which our own next one comes
            producer.produce(TOPIC, value, key=f"unit-{ours}", headers=list((usual | foreign(**claim)).items()))
        assert producer.flush(20) == 0
        await until(lambda: told(stream, len(CLAIMS)))
        await stream.store.append(an_append(ours, 0, "one"))
        await until(lambda: equal(stream, {first: ("one", 1, 1), ours: ("one", 1, 1)}))


async def told(stream: Stream, count: int) -> bool:
    return [each.error for each in await listed(stream.database.pool)] == [FOREIGN] * count


async def test_a_store_from_before_names_its_log_where_it_stands(store: Store) -> None:
    """What it has sent so far carries no name, and is taken as it was; what comes after has one."""
    await store.pool.execute("delete from chassis.log")
    before, after = uuid4(), uuid4()
    await store.append(an_append(before, 0, "one"))
    source = EventSource("registry", store.pool)
    await source(0, 10)  # a relay leads
    await store.append(an_append(after, 0, "one"))
    old, new = await source(0, 10)
    assert ["ce_logid" in dict(record.headers) for record in (old, new)] == [False, True]
    for offset, record in enumerate((old, new, old)):  # the last as after a relay died between send and checkpoint
        await apply(store.pool, UNITS_SEEN, [at(offset, record)])
    assert await names(store) == {before: ("one", 1), after: ("one", 1)}
    assert await listed(store.pool) == []
    assert list(await heard_of(store.pool)) == [TOPIC]


async def test_a_relay_of_the_version_before_may_lead_again_for_a_day(store: Store) -> None:
    await store.pool.execute("delete from chassis.log")
    await sent(store, uuid4())
    ours, late = uuid4(), uuid4()
    _, named, unnamed, too_late = await sent_as(store, named=[uuid4()], unnamed=[ours, late])
    after_a_day = {"ce_time": f"{datetime.now(UTC) + HANDOVER + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}".encode()}
    for record in (at(0, named), at(1, unnamed), at(2, too_late, **after_a_day)):
        await apply(store.pool, UNITS_SEEN, [record])
    assert ours in await names(store)
    assert late not in await names(store)
    assert [parked.error for parked in await listed(store.pool)] == [FOREIGN]


async def sent_as(store: Store, named: list[UUID], unnamed: list[UUID]) -> list[Outgoing]:
    """What the store holds, and what a relay of today sends of the first and one of yesterday of the others."""
    records = await sent(store, *named, *unnamed)
    strip = [
        replace(each, headers=[h for h in each.headers if h[0] not in NAMING]) for each in records[-len(unnamed) :]
    ]
    return [*records[: -len(unnamed)], *strip]


async def test_every_record_says_how_the_chain_stands_after_it(store: Store) -> None:
    records = await sent(store, uuid4(), uuid4())
    hashes = [
        row["hash"].hex().encode() for row in await store.pool.fetch("select hash from store.events order by position")
    ]
    assert [dict(record.headers)["ce_hash"] for record in records] == hashes


CLAIMED_AGAIN = {"another hash": b"00", "no hash": b""}


@pytest.mark.parametrize("link", CLAIMED_AGAIN.values(), ids=CLAIMED_AGAIN)
async def test_another_event_under_our_logs_name_at_a_position_that_is_known_is_told(store: Store, link: bytes) -> None:
    """As from a store that was restored and went on; without a hash nobody can tell it from a repetition."""
    ours, other = await sent(store, uuid4(), uuid4())
    again = at(1, other, ce_sequence=b"1", ce_hash=link)
    again.headers = tuple(pair for pair in again.headers if pair[1])
    for record in (at(0, ours), again):
        await apply(store.pool, UNITS_SEEN, [record])
    assert [parked.error for parked in await listed(store.pool)] == ([OTHER] if link else [])
    await apply(store.pool, UNITS_SEEN, [at(2, other)])
    assert len(await names(store)) == 2


async def test_a_version_before_moves_a_position_without_its_hash_and_nothing_is_held_against_it(store: Store) -> None:
    first, second = await sent(store, uuid4(), uuid4())
    await apply(store.pool, UNITS_SEEN, [at(0, first)])
    await store.pool.execute("update chassis.positions set last_offset = 1, position = 2")
    await apply(store.pool, UNITS_SEEN, [at(2, second)])  # a repetition of what that version has applied
    assert await listed(store.pool) == []
