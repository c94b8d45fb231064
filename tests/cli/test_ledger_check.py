"""The ledger check sees what it is there for: each fault is made on purpose and must be counted."""

from collections import Counter
from datetime import date
from uuid import UUID, uuid4

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.facts.settings import Settings
from chassis.organisation.organisation import ORGANISATION
from chassis.service.platform import running
from chassis.store.store import Append
from chassis.stream.copies import compare, topics_of
from chassis.stream.topics import events_topic
from cli import ledger_check
from cli.ledger_check import Ledger
from contracts.event import Event
from contracts.notify import Channel, DeliveryAccepted, DeliveryOutcomeUnknown
from services.registry.views.units import UNITS
from tests.chassis.streams import Stream, an_append, produce, read_all, relayed, relaying, stream

__all__ = ["stream"]

TOPIC = events_topic("registry")


def settings(stream: Stream) -> Settings:
    url, role = stream.database.url, stream.database.role
    return Settings(database_url=url, database_role=role, kafka_bootstrap=stream.bootstrap)


def notified(event: Event, key: UUID) -> Append:
    metadata = Metadata.of(Context(date(2024, 11, 20))).model_dump_json(exclude_none=True)
    return Append(f"notification-{key}", 0, [event], uuid4(), b"", metadata)


async def received(stream: Stream, *arrived: str) -> Ledger:
    """What the check finds when messages with these tracking ids have arrived."""
    ledger, empty = Ledger(), Counter[str]()
    async with running("notify", settings(stream)) as platform:
        found = ledger_check._by_notification(Counter(arrived))
        await ledger_check._received(platform, {"zalo": found, "email": empty}, ledger)
    return ledger


async def test_a_consumer_that_never_took_a_record_is_stuck(stream: Stream) -> None:
    await stream.store.append(an_append(uuid4(), 0, "one"))
    async with relaying(stream):
        await relayed(stream)
    waiting = await ledger_check._waiting({"registry": settings(stream)}, stream.bootstrap)
    assert any(f"{UNITS.place} at -1 of 1 in store/0" in each for each in waiting), waiting
    waiting = await ledger_check._waiting({"campaigns": settings(stream)}, stream.bootstrap)
    assert any(f"{ORGANISATION.place} at -1 of 0 in thidua.registry.events" in each for each in waiting), waiting


async def test_another_event_at_a_position_is_counted(stream: Stream) -> None:
    await stream.store.append(an_append(uuid4(), 0, "one"))
    async with relaying(stream):
        await relayed(stream)
    for other, wrong in ({}, 0), ({"ce_id": str(uuid4()).encode()}, 1):
        if other:
            produce(stream, *read_all(stream.bootstrap, events_topic("registry")), **other)
        ledger = Ledger()
        for found in await compare(stream.database.pool, "registry", topics_of("registry"), stream.bootstrap):
            ledger_check.count(found, ledger)
        assert (ledger.lost, ledger.altered, ledger.ok) == (0, wrong, not wrong)
        assert ledger.topics == {"thidua.registry.events": 1, "thidua.registry.public": 1}


async def test_one_message_lost_and_another_doubled_do_not_make_up_for_each_other(stream: Stream) -> None:
    one, two = uuid4(), uuid4()
    for key in (one, two):
        fact = DeliveryAccepted(notification_id=key, channel=Channel.ZALO, attempt=1, provider_id="p")
        await stream.store.append(notified(fact, key))
    assert (await received(stream, f"{one.hex}-zalo-1", f"{two.hex}-zalo-1")).ok
    ledger = await received(stream, f"{one.hex}-zalo-1", f"{one.hex}-zalo-2")
    assert (ledger.lost, ledger.doubled) == (1, 1)


async def test_what_arrived_is_no_fault_when_its_outcome_is_known_to_be_unknown(stream: Stream) -> None:
    key, stranger = uuid4(), uuid4()
    fact = DeliveryOutcomeUnknown(notification_id=key, channel=Channel.ZALO, attempt=1)
    await stream.store.append(notified(fact, key))
    assert (await received(stream)).ok
    assert (await received(stream, f"{key.hex}-zalo-1")).ok
    assert (await received(stream, f"{stranger.hex}-zalo-1")).doubled == 1
