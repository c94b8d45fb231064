"""The national data set: the same from the same seed, decided by the rules, in whole stores."""

from collections import Counter, defaultdict
from datetime import date
from functools import cache
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest

from bench import nation_kept
from bench.ground import drop
from bench.nation import TODAY, Nation
from bench.nation_story import Entry, in_batches
from chassis.facts.decider import Decider
from chassis.facts.envelope import Metadata, decode, encode
from chassis.organisation.organisation import ORGANISATION
from chassis.store.ledger import verify_chain
from contracts.event import Event
from contracts.registry import RegistrationConfirmed, RegistrationSubmitted, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.awards.domain.decision import DECISION
from services.awards.domain.nomination import NOMINATION
from services.campaigns.domain.base_figure import BASE_FIGURES
from services.campaigns.domain.book import BOOK
from services.campaigns.domain.campaign import CAMPAIGN
from services.campaigns.domain.deadline import DEADLINE
from services.campaigns.domain.document import DOCUMENT
from services.campaigns.domain.exemplar import EXEMPLAR
from services.campaigns.domain.inspection import INSPECTION
from services.campaigns.domain.obstacle import GUIDANCE, OBSTACLE
from services.campaigns.domain.receipt import RECEIPT
from services.campaigns.domain.scorecard import SCORECARD
from services.notify.domain.notification import NOTIFICATION
from services.registry.domain.person import PERSON
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.unit import UNIT

SMALL: Final = Nation(provinces=2, people=250, years=2)
DECIDERS: Final[dict[str, Decider[Any, Any, Any, Any]]] = {
    each.name: each
    for each in (
        *(UNIT, PERSON, REGISTRATION, CAMPAIGN, SCORECARD, NOMINATION, DECISION, NOTIFICATION),
        *(BASE_FIGURES, BOOK, DEADLINE, DOCUMENT, EXEMPLAR, GUIDANCE, INSPECTION, OBSTACLE, RECEIPT),
    )
}


@cache
def told() -> list[Entry]:
    return list(SMALL.entries())


def content(entries: list[Entry]) -> list[tuple[object, ...]]:
    return [
        (each.service, each.on, each.append.stream, each.append.expected, each.append.metadata, *each.ids,
         *map(encode, each.append.events))
        for each in entries
    ]  # fmt: skip


def test_the_same_seed_and_size_give_the_same_events_under_the_same_ids() -> None:
    assert content(told()) == content(list(SMALL.entries()))
    assert list(SMALL.details()) == list(SMALL.details())
    other = list(Nation(provinces=2, people=250, years=2, seed=2).entries())
    assert {each for entry in other for each in entry.ids}.isdisjoint(each for entry in told() for each in entry.ids)


def test_every_event_decodes_and_every_decider_folds_its_streams() -> None:
    streams: dict[str, list[Event]] = defaultdict(list)
    for entry in told():
        events = [decode(event.type_name(), encode(event)) for event in entry.append.events]
        assert events == list(entry.append.events)
        assert {event.service() for event in events} == {entry.service}
        assert entry.append.expected == len(streams[entry.append.stream])
        streams[entry.append.stream] += events
    for stream, events in streams.items():
        decider = DECIDERS[stream.partition("-")[0]]
        assert decider.fold(events) != decider.initial, stream
    assert {stream.partition("-")[0] for stream in streams} == set(DECIDERS)


def test_nothing_happens_before_what_it_follows_from_nor_after_today() -> None:
    there: dict[UUID, date] = {}
    for entry in told():
        about = Metadata.model_validate_json(entry.append.metadata)
        assert about.occurred_on == entry.on <= TODAY
        if about.causation_id != about.command_id:
            assert there[about.causation_id or UUID(int=0)] <= entry.on
        there.update(dict.fromkeys(entry.ids, entry.on))
    assert len({day.year for day in there.values()}) == SMALL.years


def test_its_units_and_people_are_as_many_as_was_said() -> None:
    society = SMALL.society()
    assert len(society.of(UnitKind.PROVINCIAL)) == 2
    assert len(society.people) == len(list(SMALL.details())) == 250
    names = Counter(type(event) for entry in told() for event in entry.append.events)
    assert names[UnitEstablished] == len(society.places)
    assert 0 < names[RegistrationConfirmed] < names[RegistrationSubmitted]  # something is left to do
    whole = Nation().society()
    assert (len(whole.of(UnitKind.PROVINCIAL)), len(whole.of(UnitKind.DISTRICT))) == (63, 704)
    assert len(whole.people) == 25_000


def test_who_asks_for_fewer_people_than_hold_a_role_is_told() -> None:
    with pytest.raises(ValueError, match="hold a role"):
        Nation(provinces=2, people=10).society()


def test_a_batch_has_a_stream_once_and_keeps_the_order_of_each() -> None:
    batches = in_batches(told())
    assert sum(map(len, batches)) == len(told())
    seen: dict[str, int] = defaultdict(int)
    for batch in batches:
        assert len({entry.append.stream for entry in batch}) == len(batch)
        for entry in batch:
            assert entry.append.expected == seen[entry.append.stream]
            seen[entry.append.stream] += len(entry.append.events)


@pytest.mark.server
async def test_stores_hold_what_was_told_once_it_is_written(servers: Embedded) -> None:
    server = servers.database_url.rpartition("/")[0]
    expected = Counter[str]()
    for entry in told():
        expected[entry.service] += len(entry.append.events)
    kept = await nation_kept.keep(servers, SMALL)
    async with nation_kept.copied(servers, SMALL) as copies:
        for service, env in copies.items():
            async with asyncpg.create_pool(env["DATABASE_URL"], min_size=1, max_size=2) as pool:
                assert await verify_chain(pool) is None
                assert await pool.fetchval("select position from store.head") == expected[service]
                ids = {row[0] for row in await pool.fetch("select id from store.events")}
                assert ids == {each for entry in told() if entry.service == service for each in entry.ids}
                if service == "registry":
                    assert await pool.fetchval("select count(*) from people where details is not null") == 250
                    units = f"select count(*) from {ORGANISATION.place}.organisation_units"  # noqa: S608 - our own text
                    assert await pool.fetchval(units) > 0
    for name in kept.values():
        await drop(server, name)
