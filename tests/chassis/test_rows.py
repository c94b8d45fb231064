"""A row is said once: table, columns, changes and filtered pages come from its fields."""

import asyncio
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID, uuid4

import pytest
from pydantic import Field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import MOST_TOLD, MUCH, Change, Fold, Projection, Tell, create_tables
from chassis.facts.rows import Row
from chassis.store.wake import hearing
from chassis.views.projector import create_views
from contracts.registry import UnitEstablished
from tests.conftest import Database


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class ThingRow(Row, named="seen", key=("thing_id",), by=(("colour", "since"),), joined=("parts",)):
    """One of everything."""

    thing_id: UUID
    position: int
    name: str | None
    colour: Colour
    since: date | None
    share: Decimal | None
    count: int
    notes: list[str]
    sure: bool = False
    origin: str | None = Field(exclude=True)
    parts: list[date] = Field(default=[])


class ThingDetail(ThingRow):
    """More beside a row."""

    steps: list[str]


THINGS = ThingRow.listing("colour", "name", by="thing_id")
COUNTED = ThingRow.listing(by="position")


def _project(_: Recorded[UnitEstablished]) -> Iterable[Change]:
    return ()


MODEL = Projection("units_seen", 1, [ThingRow.table], _project)


def test_the_table_has_the_fields_as_columns() -> None:
    table, index = create_tables(MODEL, "somewhere")
    columns = [line.strip().rstrip(",") for line in table.splitlines() if line.strip().rstrip(",").count(" ") >= 1]
    assert "thing_id UUID NOT NULL" in columns
    for column in (
        "position BIGINT",
        "name TEXT",
        "colour TEXT",
        "since DATE",
        "share NUMERIC",
        "count INTEGER",
        "notes JSON",
    ):
        assert column in columns, columns
    assert "origin TEXT" in columns
    assert "sure BOOLEAN" in columns
    assert "parts" not in table
    assert "(colour, since)" in index


@pytest.mark.parametrize("change", [ThingRow.put, ThingRow.add])
def test_a_column_that_there_is_not_is_no_change(change: object) -> None:
    with pytest.raises(TypeError, match="seen has no column colours"):
        change(uuid4(), colours=1)  # type: ignore[operator]
    with pytest.raises(TypeError, match="seen has no column parts"):
        change(uuid4(), parts=1)  # type: ignore[operator]


def test_what_no_column_holds_is_no_field() -> None:
    with pytest.raises(TypeError, match="no column holds"):

        class Strange(Row, named="strange", key=("it",)):
            it: complex


async def test_rows_are_listed_by_what_is_asked_for(database: Database) -> None:
    await create_views(database.pool, [MODEL])
    keys = sorted(uuid4() for _ in range(4))
    rest = {"position": 2**40, "count": 0, "notes": ["a"], "name": None, "since": None, "share": None}
    fold = Fold(MODEL.place)
    for number, key in enumerate(keys):
        fold.apply([ThingRow.put(key, **{**rest, "colour": Colour.RED if number % 2 else Colour.BLUE})])
    fold.apply([ThingRow.add(keys[0], count=2), ThingRow.put(keys[1], name="second"), ThingRow.drop(keys[3])])
    async with database.pool.acquire() as session:
        await fold.write(session)
    pool = database.pool
    assert [row.thing_id for row in await THINGS.page(pool, None, 9, colour=None, name=None)] == keys[:3]
    assert [row.thing_id for row in await THINGS.page(pool, keys[0], 1, colour=None, name=None)] == [keys[1]]
    assert [row.thing_id for row in await THINGS.page(pool, None, 9, colour=Colour.RED, name=None)] == [keys[1]]
    assert [row.thing_id for row in await THINGS.page(pool, None, 9, colour=None, name="second")] == [keys[1]]
    with pytest.raises(TypeError, match="not listed by count"):
        await THINGS.page(pool, None, 9, colour=None, name=None, count=1)
    assert [row.thing_id for row in await COUNTED.page(pool, 2**40 - 1, 9)] == keys[:3]
    assert await COUNTED.page(pool, 2**40, 9) == []
    first = await ThingRow.one(pool, keys[0])
    assert first is not None
    assert (first.count, first.position, first.colour) == (2, 2**40, Colour.BLUE)
    assert await ThingRow.one(pool, keys[3]) is None


async def test_a_row_is_read_with_what_is_joined_and_shown_without_what_is_kept_back(database: Database) -> None:
    await create_views(database.pool, [MODEL])
    key, fold = uuid4(), Fold(MODEL.place)
    rest = {"position": 1, "count": 0, "notes": ["a"], "name": None, "since": None, "share": None}
    fold.apply([ThingRow.put(key, **rest, colour=Colour.RED, origin="hidden")])
    async with database.pool.acquire() as session:
        await fold.write(session)
    query = f"select {ThingRow.columns('t')}, array['2024-11-20'::date] as parts from seen t"  # noqa: S608
    row = ThingRow.of(await database.pool.fetchrow(query))
    assert (row.parts, row.sure, row.origin) == ([date(2024, 11, 20)], False, "hidden")
    shown = {"thing_id": key, **rest, "colour": Colour.RED, "sure": False, "parts": [date(2024, 11, 20)]}
    assert row.model_dump() == shown
    detail = ThingDetail(**dict(row), steps=["submit"])
    assert detail.model_dump() == {**shown, "steps": ["submit"]}
    assert ThingDetail.table is ThingRow.table


async def test_what_is_to_be_told_is_said_once_when_the_batch_is_there_and_not_by_a_rebuild(database: Database) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    begun = asyncio.Event()
    live, built = Fold(MODEL.place, live=True), Fold(MODEL.place)
    live.apply([Tell("first"), Tell("second"), Tell("first")])
    built.apply([Tell("built")])
    async with hearing(database.url, database.role, [MODEL.place], heard.put_nowait, begun.set):
        await begun.wait()
        async with database.pool.acquire() as session, session.transaction():
            await built.write(session)
            await live.write(session)
            await database.pool.execute("select pg_notify($1, 'meanwhile')", MODEL.place)
        assert [await asyncio.wait_for(heard.get(), 5) for _ in range(3)] == ["meanwhile", "first", "second"]
        await asyncio.sleep(0.1)
    assert heard.empty()


async def test_where_too_much_happened_at_once_one_word_is_said(database: Database) -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()
    begun = asyncio.Event()
    fold = Fold(MODEL.place, live=True)
    fold.apply(Tell(number) for number in range(MOST_TOLD + 100))
    async with hearing(database.url, database.role, [MODEL.place], heard.put_nowait, begun.set):
        await begun.wait()
        async with database.pool.acquire() as session, session.transaction():
            await fold.write(session)
        assert await asyncio.wait_for(heard.get(), 5) == MUCH
        await asyncio.sleep(0.1)
    assert heard.empty()
