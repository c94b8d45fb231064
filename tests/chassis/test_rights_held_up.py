"""A person or unit in whose stream a record is parked has no rights, until somebody has brought the stream on."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from aiokafka import ConsumerRecord
from prometheus_client import REGISTRY

from chassis.facts.clock import SimulatedClock
from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.facts.problem import Problem
from chassis.organisation import organisation
from chassis.organisation.access import Access, require, require_anywhere
from chassis.organisation.organisation import BELOW, ORGANISATION, Organisation, reach
from chassis.run.watch import watch_consumers
from chassis.service.service import Service
from chassis.store.interventions import By, noted
from chassis.store.store import Append, Store
from chassis.stream.dead_letters import Guarded, discard, discards, listed, restore
from chassis.stream.intake import apply
from chassis.stream.replay import replay
from chassis.stream.topics import events_topic
from chassis.views.projector import create_views
from chassis.views.rebuild import Rebuild
from contracts.event import Event
from contracts.registry import Role, RoleGranted, RoleRevoked, UnitEstablished
from contracts.values import UnitKind
from tests.conftest import Database

Y, OTHER_PERSON, ROOT, PROVINCE, DISTRICT = (UUID(int=number, version=4) for number in range(1, 6))
OFFICER = frozenset({Role.OFFICER})
TODAY = date(2024, 6, 15)
AN, RIGHTS = By("An", "the record is none of registry's"), {ORGANISATION.place}


def record(offset: int, stream: str, value: bytes, kind: str, position: int | None = None) -> ConsumerRecord:
    """A record of registry's topic, or what somebody else put there."""
    headers = {"ce_type": kind.encode(), "ce_id": str(uuid4()).encode()}
    if position is not None:
        headers |= {"ce_sequence": b"%d" % position, "ce_streamversion": b"1", "ce_time": b"2024-06-01T00:00:00Z",
                    "ce_occurredon": b"2024-06-01", "ce_commandid": str(uuid4()).encode()}  # fmt: skip
    return ConsumerRecord(
        events_topic("registry"), 0, offset, timestamp=0, timestamp_type=0, key=stream.encode(), value=value,
        checksum=None, serialized_key_size=0, serialized_value_size=0, headers=tuple(headers.items()),
    )  # fmt: skip


def fact(offset: int, stream: str, event: Event) -> ConsumerRecord:
    return record(offset, stream, event.model_dump_json().encode(), event.type_name(), offset + 1)


def forged(offset: int, stream: str, kind: str = "x") -> ConsumerRecord:
    return record(offset, stream, b"{", kind)


def unit(key: UUID, parent: UUID | None) -> UnitEstablished:
    return UnitEstablished(
        unit_id=key, code=f"U{key.int % 10}", name="Đơn vị", kind=UnitKind.PROVINCIAL, parent_id=parent,
        established_on=date(1995, 2, 16),
    )  # fmt: skip


GRANTED = RoleGranted(person_id=Y, role=Role.OFFICER, unit_id=PROVINCE, since=date(2024, 1, 1))
REVOKED = RoleRevoked(person_id=Y, role=Role.OFFICER, unit_id=PROVINCE, on=date(2024, 6, 1))
PERSON = f"person-{Y}"


@pytest.fixture
async def views(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A nation with a province, a district, and Y, who is officer of the province."""
    monkeypatch.setattr("chassis.organisation.access._ROLE_SECONDS", 0)
    await create_views(database.pool, [ORGANISATION])
    units = ((ROOT, None), (PROVINCE, ROOT), (DISTRICT, PROVINCE))
    batch = [fact(offset, f"unit-{key}", unit(key, parent)) for offset, (key, parent) in enumerate(units)]
    assert await apply(database.pool, ORGANISATION, [*batch, fact(3, PERSON, GRANTED)]) == 0
    return database


def access(views: Database) -> Access:
    return Access(views.pool, SimulatedClock(datetime(2024, 6, 15, tzinfo=UTC)))


async def may(views: Database, where: UUID = PROVINCE) -> bool:
    return await access(views).allows(Y, OFFICER, where, TODAY)


async def held_up(views: Database) -> None:
    """Somebody has put a record that nobody can read into Y's stream; then registry ended Y's role."""
    assert await apply(views.pool, ORGANISATION, [forged(4, PERSON), fact(5, PERSON, REVOKED)]) == 2


async def test_a_person_whose_stream_is_held_up_holds_no_role(views: Database) -> None:
    assert await may(views)
    await held_up(views)
    asked = access(views)
    assert not await asked.allows(Y, OFFICER, PROVINCE, TODAY)
    assert not await asked.holds(Y, OFFICER, TODAY)
    assert await asked.held(Y) == []
    assert await asked.holders(OFFICER, PROVINCE) == set()
    for refused in (require(asked, Y, OFFICER, PROVINCE), require_anywhere(asked, Y, OFFICER)):
        with pytest.raises(Problem) as said:
            await refused
        assert (said.value.status, said.value.code) == (503, "rights-held-up")
    with pytest.raises(Problem) as hidden:
        await require(asked, Y, OFFICER, PROVINCE, hidden=True)
    assert hidden.value.status == 404
    with pytest.raises(Problem) as stranger:
        await require(asked, OTHER_PERSON, OFFICER, PROVINCE)
    assert stranger.value.code == "role-missing"


async def test_sabotage_where_only_newer_facts_count_the_revoked_role_goes_on(
    views: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await held_up(views)
    monkeypatch.setattr(organisation, "IN_DOUBT", "(select stream from organisation_doubts)")
    assert await may(views)


@pytest.mark.parametrize(
    ("closed", "open_ones"),
    [(ROOT, {PROVINCE, DISTRICT}), (PROVINCE, set()), (DISTRICT, {PROVINCE})],
    ids=["above the role", "the role's unit", "below it"],
)
async def test_no_role_reaches_a_unit_whose_stream_is_held_up(
    views: Database, closed: UUID, open_ones: set[UUID]
) -> None:
    await apply(views.pool, ORGANISATION, [forged(4, f"unit-{closed}")])
    assert {each for each in (PROVINCE, DISTRICT) if await may(views, each)} == open_ones
    reached = await views.pool.fetch(f"with recursive {reach('$1')} select unit_id from reach", [PROVINCE])  # noqa: S608
    below = await views.pool.fetch(f"{BELOW} select unit_id from below", PROVINCE)  # noqa: S608
    assert {row[0] for row in reached} == {row[0] for row in below} == open_ones
    assert await access(views).holds(Y, OFFICER, TODAY) == (closed != PROVINCE)


async def test_who_discards_the_bad_record_and_replays_has_the_revocation_applied(views: Database) -> None:
    await held_up(views)
    bad, revocation = await listed(views.pool)
    assert await discard(views.pool, bad.id, AN, rights=RIGHTS)
    assert not await may(views), "a revocation still waits"
    assert await replay(Store(views.pool), ORGANISATION, "") == (1, 0)
    assert revocation.event_type == RoleRevoked.type_name()
    asked = access(views)
    assert not await asked.doubted(Y)
    assert not await may(views)
    assert await asked.allows(Y, OFFICER, PROVINCE, date(2024, 5, 31))


@pytest.mark.parametrize("event", [REVOKED, GRANTED], ids=["revocation", "grant"])
async def test_a_record_of_rights_is_not_dropped_in_passing(views: Database, event: Event) -> None:
    await apply(views.pool, ORGANISATION, [forged(4, PERSON), fact(5, PERSON, event)])
    bad, waiting = await listed(views.pool)
    with pytest.raises(Guarded):
        await discard(views.pool, waiting.id, AN, rights=RIGHTS)
    assert [each.id for each in await listed(views.pool)] == [bad.id, waiting.id]
    assert await discard(views.pool, waiting.id, AN, rights=RIGHTS, guarded=True)


async def test_a_revocation_is_not_dropped_in_passing_by_any_other_consumer(views: Database) -> None:
    await apply(views.pool, ORGANISATION, [forged(4, PERSON), fact(5, PERSON, REVOKED)])
    await views.pool.execute("update chassis.parked set consumer = 'inbox_v4'")
    bad, waiting = await listed(views.pool)
    assert await discard(views.pool, bad.id, AN, rights=RIGHTS)
    with pytest.raises(Guarded):
        await discard(views.pool, waiting.id, AN, rights=RIGHTS)


@pytest.mark.parametrize("kind", ["thidua.registry.RoleRevoked.v1", "thidua.registry.NeverHeardOf.v7"])
async def test_what_claims_to_be_of_a_type_of_ours_is_guarded_though_it_cannot_be_read(
    views: Database, kind: str
) -> None:
    await apply(views.pool, ORGANISATION, [forged(4, PERSON), forged(5, PERSON, kind)])
    _, waiting = await listed(views.pool)
    with pytest.raises(Guarded):
        await discard(views.pool, waiting.id, AN, rights=RIGHTS)


async def test_an_erasure_is_not_dropped_in_passing(views: Database) -> None:
    await apply(views.pool, ORGANISATION, [forged(4, PERSON)])
    await views.pool.execute("update chassis.parked set consumer = 'people_v2', topic = 'thidua.people'")
    [waiting] = await listed(views.pool)
    with pytest.raises(Guarded):
        await discard(views.pool, waiting.id, AN, rights=RIGHTS)


async def test_sabotage_where_no_type_takes_away_a_revocation_is_dropped_and_the_right_stays(
    views: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await held_up(views)
    monkeypatch.setattr(RoleRevoked, "takes_away", False)
    for each in await listed(views.pool):
        assert await discard(views.pool, each.id, AN)
    assert await may(views)


async def test_what_was_dropped_is_listed_and_comes_back_as_it_was_to_its_place(views: Database) -> None:
    await apply(views.pool, ORGANISATION, [forged(4, PERSON), fact(5, PERSON, REVOKED)])
    before = await views.pool.fetch("select * from chassis.parked order by id")
    for row in before:
        assert await discard(views.pool, row["id"], By("Bình", "too many records"), guarded=True)
    assert await may(views), "both are gone: the role stands again, since somebody said so twice"
    dropped = await discards(views.pool)
    assert [(each.id, each.decided_by, each.reason) for each in dropped] == [
        (row["id"], "Bình", "too many records") for row in before
    ]
    for row in reversed(before):
        back = await restore(views.pool, row["id"], AN)
        assert back is not None
        assert back.id == row["id"]
    assert await views.pool.fetch("select * from chassis.parked order by id") == before
    assert await discards(views.pool) == []
    assert await restore(views.pool, before[0]["id"], AN) is None
    assert not await may(views)
    said = await noted(views.pool)
    assert [(each.what, each.decided_by) for each in said] == [
        *[("discard", "Bình")] * 2, *[("restore", "An")] * 2,
    ]  # fmt: skip
    assert all(PERSON in each.about for each in said)


@pytest.mark.parametrize(("who", "why"), [("", "why"), ("An", ""), (" \t", "why"), ("An", "\n")])
async def test_nobody_drops_anything_without_a_name_and_a_reason(views: Database, who: str, why: str) -> None:
    with pytest.raises(ValueError, match="must be said"):
        By(who, why)
    await held_up(views)
    with pytest.raises(Exception, match="interventions_"):
        await views.pool.execute(
            "insert into chassis.interventions (what, about, decided_by, reason) values ('discard', 'x', $1, $2)",
            who, why,
        )  # fmt: skip


async def test_a_rebuild_leaves_out_what_was_dropped_and_says_so_and_folds_what_came_back_in_its_order(
    database: Database,
) -> None:
    """On the own store, as registry folds it."""
    pool, store = database.pool, Store(database.pool)
    await create_views(pool, [ORGANISATION])
    metadata = Metadata.of(Context(occurred_on=TODAY)).model_dump_json(exclude_none=True)
    for version, event in enumerate([GRANTED, REVOKED]):
        await store.append(Append(PERSON, version, [event], uuid4(), b"", metadata))
    await pool.execute(
        "insert into chassis.parked (consumer, topic, partition, at_offset, stream, event_id, event_type, error)"
        " select $1, 'store', 0, position, stream, id::text, type, 'broken' from store.events where position = 2",
        ORGANISATION.place,
    )
    [revocation] = await listed(pool)
    rebuild = Rebuild(store, ORGANISATION, (), "")
    assert await discard(pool, revocation.id, AN, rights=RIGHTS, guarded=True)
    await rebuild.run()
    assert rebuild.left_out == 1
    assert await pool.fetchval("select count(*) from organisation_revocations") == 0
    assert await rebuild.differing() == []
    assert rebuild.left_out == 1
    await restore(pool, revocation.id, AN)
    await rebuild.run()
    assert rebuild.left_out == 0
    assert await pool.fetchval("select count(*) from organisation_revocations") == 1
    assert await listed(pool) == []


async def test_operators_see_how_many_are_held_up(views: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await held_up(views)
    await apply(views.pool, ORGANISATION, [forged(6, f"unit-{DISTRICT}"), forged(7, "registration-1")])
    assert await Organisation(views.pool).held_up() == {PERSON, f"unit-{DISTRICT}"}

    class Seen(Exception):
        pass

    async def once(look: object, _: str) -> None:
        await look()  # type: ignore[operator]
        raise Seen

    monkeypatch.setattr("chassis.run.watch.at_all_costs", once)
    with pytest.raises(Seen):
        await watch_consumers(Store(views.pool), Service("registry", apis=[], projections=[ORGANISATION]), {})
    assert REGISTRY.get_sample_value("thidua_rights_held_up") == 2
    assert REGISTRY.get_sample_value("thidua_rights_in_doubt") == 0
