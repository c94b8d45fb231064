"""What a projection or a reaction reads is what its function's annotation names; all else passes by."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, get_args
from uuid import UUID, uuid4

import asyncpg
import pytest
from aiokafka import ConsumerRecord
from sqlalchemy import Column, MetaData, Table, Uuid

from chassis.facts.envelope import Recorded, UnknownEventType, UnknownFact
from chassis.facts.projection import Change, Projection, Put
from chassis.facts.reads import Reads
from chassis.organisation.organisation import ORGANISATION
from chassis.store.execute import Executor
from chassis.store.store import Store
from chassis.stream.gate import Gate
from chassis.stream.intake import apply
from chassis.testing import as_recorded
from chassis.views.projector import create_views
from contracts.event import Event
from contracts.examples import EXAMPLES, example
from contracts.registry import PersonEnrolled, UnitEstablished, UnitEvent
from services.registry.domain.unit import UNIT
from services.registry.views.units import UNITS
from tests.chassis.streams import an_append
from tests.conftest import Database

NEWER = b"thidua.registry.UnitEnlarged.v1"


def record(kind: bytes | None, topic: str = "thidua.registry.events", offset: int = 7) -> ConsumerRecord[bytes, bytes]:
    headers: Any = (("ce_id", b"x"),) if kind is None else (("ce_id", b"x"), ("ce_type", kind))
    return ConsumerRecord(
        topic, 0, offset, timestamp=0, timestamp_type=0, key=b"unit-1", value=b"{}", checksum=None,
        serialized_key_size=0, serialized_value_size=0, headers=headers,
    )  # fmt: skip


def test_what_is_read_stands_in_the_annotation() -> None:
    assert UNITS.reads.classes == set(get_args(UnitEvent))
    for event in EXAMPLES.values():
        assert UNITS.reads.concerns(event) == isinstance(event, UnitEvent)


def test_nobody_reads_everything() -> None:
    def project(recorded: Recorded[Event]) -> Iterable[Change]:
        raise NotImplementedError

    with pytest.raises(TypeError, match="must say which events it reads"):
        Projection("all", 1, [], project)


@pytest.mark.parametrize(
    ("kind", "passes"),
    [
        (b"thidua.registry.UnitEstablished.v1", False),
        (b"thidua.registry.PersonEnrolled.v1", True),
        (b"thidua.registry.UnitEstablished.v2", True),
        (NEWER, True),
        (b"\xff\xfe", False),
        (b"thidua.x\x00y", False),
        (b"", False),
        (None, False),
    ],
)
def test_a_record_passes_by_when_its_type_is_another_and_is_looked_at_when_it_has_none(
    kind: bytes | None, *, passes: bool
) -> None:
    assert UNITS.reads.passes_by(record(kind)) == passes
    assert not UNITS.reads.passes_by(record(kind, topic="thidua.people"))


def test_the_organisation_does_not_let_pass_what_nobody_here_knows() -> None:
    assert not ORGANISATION.reads.passes_by(record(NEWER))
    assert ORGANISATION.reads.passes_by(record(b"thidua.registry.TargetRegistered.v1"))
    assert ORGANISATION.reads.concerns(UnknownFact(type="x"))


def test_what_passes_by_moves_the_offset_and_no_position_that_it_only_claims() -> None:
    gate, reads = Gate(), Reads.of(UNITS.project)
    assert gate.pass_by(record(NEWER), reads)
    assert gate.pass_by(record(NEWER), reads)
    assert (gate.reached, gate.unknown) == ({("thidua.registry.events", 0): (7, 0)}, 1)
    enrolled = as_recorded(example(PersonEnrolled), position=9)
    assert gate.pass_by(enrolled, reads)
    assert gate.reached["store", 0] == (9, 9)


async def test_a_store_that_a_newer_version_wrote_into_is_read_as_far_as_it_is_known(database: Database) -> None:
    """The older version serves what it knows; a stream with the newer fact it does not touch."""
    table = Table("plain_units", MetaData(), Column("unit_id", Uuid, primary_key=True))

    def project(recorded: Recorded[UnitEstablished]) -> Iterable[Change]:
        yield Put(table, (recorded.data.unit_id,))

    plain = Projection("plain_units", 1, [table], project)
    store, old, merged = Store(database.pool), uuid4(), uuid4()
    await create_views(database.pool, [plain])
    await store.append(an_append(old, 0, "one"))
    await store.append(an_append(merged, 0, "two"))
    await _newer_fact(database, store, merged)
    await store.append(an_append(old, 1, "three"))
    events = await store.read(0, 10)
    assert [type(event.data) for event in events] == [UnitEstablished, UnitEstablished, UnknownFact, UnitEstablished]
    assert [type(event.data) async for page in store.replay() for event in page] == [type(e.data) for e in events]
    assert await apply(database.pool, plain, events) == 0
    found = await database.pool.fetch("select unit_id from plain_units_v1.plain_units")
    assert {row[0] for row in found} == {old, merged}
    assert (await Executor(store).state(UNIT, old))[0] == 2
    with pytest.raises(UnknownEventType, match="UnitEnlarged"):
        await Executor(store).state(UNIT, merged)
    await store.close()


class UnitEnlarged(Event, service="registry"):
    """A made-up fact that only the newer version has in its contracts."""


async def _newer_fact(database: Database, store: Store, unit: UUID) -> None:
    owner = await asyncpg.connect(database.url)
    await owner.execute("insert into store.types values ($1)", NEWER.decode())  # as the newer version's `prepare` does
    await owner.close()
    await store.append(replace(an_append(unit, 1), events=[UnitEnlarged()]))
