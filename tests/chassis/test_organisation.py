"""The organisation as every service folds it, and what a newer version's facts leave in doubt."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from chassis.facts import reads
from chassis.facts.problem import Problem
from chassis.facts.settings import Settings
from chassis.organisation.organisation import ORGANISATION, Organisation
from chassis.service.platform import running
from chassis.service.upgrade import settle_once
from chassis.stream.dead_letters import listed
from chassis.stream.intake import apply
from chassis.views.projector import create_views
from contracts.registry import UnitNameCorrected
from tests.chassis.streams import Stream, an_append, relayed, relaying, stream
from tests.chassis.test_upgrade import TOPICS, records
from tests.conftest import Database

__all__ = ["stream"]


async def test_without_units_there_is_no_root(database: Database) -> None:
    await create_views(database.pool, [ORGANISATION])
    organisation = Organisation(database.pool)
    assert await organisation.top() is None
    with pytest.raises(Problem) as refused:
        await organisation.root()
    assert (refused.value.status, refused.value.code) == (503, "units-not-there-yet")


async def test_a_unit_bears_its_right_name(stream: Stream) -> None:
    unit = uuid4()
    await create_views(stream.database.pool, [ORGANISATION])
    append = an_append(unit, 0, "Bao hiem xa hoi")
    corrected = UnitNameCorrected(unit_id=unit, name="Bảo hiểm xã hội", previous="Bao hiem xa hoi")
    await stream.store.append(replace(append, events=[*append.events, corrected]))
    assert await apply(stream.database.pool, ORGANISATION, await stream.store.read(0, 10)) == 0
    organisation = Organisation(stream.database.pool)
    found = await organisation.unit(unit)
    assert found is not None
    assert (found.code, found.name, found.kind, found.established_on) == (
        "X", "Bảo hiểm xã hội", "district", date(2024, 1, 1),
    )  # fmt: skip
    assert (await organisation.root(), await organisation.unit(uuid4())) == (unit, None)


@pytest.mark.parametrize("own", [True, False], ids=["own", "learned"])
async def test_a_doubt_ends_when_a_version_that_knows_the_type_runs(
    stream: Stream, monkeypatch: pytest.MonkeyPatch, *, own: bool
) -> None:
    unit, database = uuid4(), stream.database
    settings = Settings(database_url=database.url, database_role=database.role, kafka_bootstrap=stream.bootstrap)
    await stream.store.append(an_append(unit, 0, "one"))
    async with relaying(stream):
        await relayed(stream)
    async with running("registry", settings, read_models=[ORGANISATION]) as platform:
        await create_views(platform.pool, [ORGANISATION])
        with monkeypatch.context() as older:
            older.setattr(reads, "_READ_AS", {})
            older.setattr("chassis.facts.envelope._READERS", {})
            batch = await stream.store.read(0, 10) if own else await records(stream)
            assert await apply(platform.pool, ORGANISATION, batch) == 0
        assert await platform.organisation.doubts() == {f"unit-{unit}"}
        assert (await listed(platform.pool), await platform.organisation.unit(unit)) == ([], None)
        await settle_once(platform, () if own else TOPICS)
        assert await platform.organisation.doubts() == frozenset()
        assert await platform.organisation.unit(unit) is not None


async def test_a_doubt_of_a_type_that_tells_nothing_of_the_organisation_is_dropped(stream: Stream) -> None:
    database = stream.database
    settings = Settings(database_url=database.url, database_role=database.role, kafka_bootstrap=stream.bootstrap)
    async with running("registry", settings, read_models=[ORGANISATION]) as platform:
        await create_views(platform.pool, [ORGANISATION])
        for name in ("thidua.registry.TargetRegistered.v1", "thidua.registry.StillUnknown.v1"):
            await platform.pool.execute("insert into organisation_doubts values ('person-1', $1)", name)
        await settle_once(platform, ())
        left = await platform.pool.fetch("select type from organisation_doubts")
        assert [row[0] for row in left] == ["thidua.registry.StillUnknown.v1"]
