"""The annex over 63 provinces and 21 central units, five years: its sums are those that SQL makes of the CSV put in.

The SQL knows nothing of ours: PostgreSQL reads the CSV as text, takes its cells apart and adds them up. S003-16.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import UUID

import asyncpg
import pytest

from chassis.facts.clock import system_clock
from chassis.facts.typed import grouped
from contracts.campaigns import ReportAccepted
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.campaigns.app import SERVICE
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_state import report_id
from tests.campaigns.annexes import COLUMNS, TODAY, Opened, Sector, Unit, row
from tests.served import served

YEARS: Final = range(2016, 2021)
HEADS: Final = ["Mã đơn vị", "Năm", *(each.name for each in COLUMNS.values()), "Tính đến ngày"]
GOODS: Final = ("{} chăn", "{} kg gạo", "{} tấn gạo", "{} suất quà", "{} xe đạp", "{} Chăn")
FOR: Final = ("Tết vì người nghèo", "Quỹ vì người nghèo", "Xây nhà tình nghĩa")
_RAW: Final = """
    create temp table raw (unit text, year int, cards text, card_money text, goods text, houses_direct text,
        houses_joint text, houses_unknown text, cash text, joint_activities text, note text, until text)
"""
_CORRECTED: Final = """
    update raw set cards = '9.999', goods = '7 chăn', card_money = '', houses_direct = '', houses_joint = '', cash = ''
    where unit = $1 and year = 2018
"""
_SUMS: Final = """
    with counted as (select * from raw where unit <> all($1::text[])),
    number (year, col, label, measure, amount) as (
        select year, col, '', '', replace(cell, '.', '')::numeric
        from counted, lateral (values ('cards', cards), ('card_money', card_money), ('houses_direct', houses_direct),
            ('houses_joint', houses_joint)) c (col, cell)
        where cell <> ''
    ),
    part as (
        select year, btrim(each) as said from counted, regexp_split_to_table(goods, ';') each where btrim(each) <> ''
    ),
    goods as (
        select year, regexp_match(said, '^([0-9.,]+) (?:(kg|tấn|suất) )?(.+)$') as m from part
    ),
    paid as (
        select year, btrim(split_part(each, ':', 1)) as what, replace(btrim(split_part(each, ':', 2)), '.', '')::numeric
            as amount
        from counted, regexp_split_to_table(cash, ';') each where btrim(each) <> ''
    ),
    line as (
        select * from number
        union all select year, 'goods', lower(m[3]), coalesce(m[2], ''),
            replace(replace(m[1], '.', ''), ',', '.')::numeric from goods
        union all select year, 'cash', '', '', amount from paid
        union all select year, 'cash', lower(what), '', amount from paid
    )
    select year, col, label, measure, sum(amount) from line group by 1, 2, 3, 4
"""


def typed(chance: Random, year: int) -> list[str]:
    """What an officer types into a year's row; some leave cells empty."""

    def figure(most: int, *, times: int = 1) -> str:
        return "" if chance.random() < 0.15 else grouped(Decimal(chance.randrange(most) * times))

    goods = chance.sample(GOODS, chance.randrange(4))
    said = [each.format(grouped(Decimal(chance.randrange(1, 30_000)) / (10 if "tấn" in each else 1))) for each in goods]
    cash = [f"{each}: {grouped(Decimal(chance.randrange(1, 400) * 500_000))}" for each in chance.sample(FOR, 2)]
    until = "31/7/2020" if year == YEARS[-1] else ""
    return [
        figure(5_000), figure(900, times=100_000), "; ".join(said), figure(9), figure(9), "",
        "; ".join(cash[: chance.randrange(3)]), "", "", until,
    ]  # fmt: skip


def csv_of(lines: list[list[str]]) -> bytes:
    """Lines as a file, with the heads of the annex."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([HEADS, *lines])
    return out.getvalue().encode()


async def by_sql(database: str, file: bytes, without: list[str], corrected: str = "") -> dict[tuple[Any, ...], Decimal]:
    """The sums of a file, without these units, by nothing but PostgreSQL; lower case makes spellings of goods one."""
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(_RAW)
        await connection.copy_to_table(
            "raw", source=io.BytesIO(file), format="csv", delimiter=";", header=True, null="\\N"
        )
        if corrected:
            await connection.execute(_CORRECTED, corrected)
        rows = await connection.fetch(_SUMS, without)
        return {tuple(each)[:4]: Decimal(each[4]) for each in rows}
    finally:
        await connection.close()


def by_us(annex: dict[str, Any]) -> dict[tuple[Any, ...], Decimal]:
    """The sums of an annex, in the same form."""
    return {
        (each["year"], each["column"], each["label"].lower(), each["measure"]): Decimal(each["amount"])
        for each in annex["sums"]
    }


@pytest.fixture
async def sector(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Sector]:
    folder = tmp_path_factory.mktemp("issuer")
    clock = Path(folder) / "clock"
    then = datetime(TODAY.year, TODAY.month, TODAY.day, 3, tzinfo=UTC)
    clock.write_text(str(int((then - system_clock()).total_seconds())), encoding="utf-8")
    async with served(SERVICE, servers, folder, clock=clock) as service:
        yield await Sector.of(service)


async def put_in(review: Opened, unit: Unit, lines: list[list[str]]) -> None:
    """Have a unit's part of the file read, and fill in every row that was read."""
    service, path = review.sector.service, review.path(unit)
    await review.sector.read(path, unit.officer)  # who has a token now
    answer = await service.client.post(
        f"/api/v1{path}/annex-readings?table=support",
        content=csv_of(lines),
        headers={"Authorization": f"Bearer {service.tokens[unit.officer]}"},
    )
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [each for each in found["faults"] if each["typed"] != "Mã đơn vị"] == []
    assert len(found["rows"]) == len(YEARS)
    await review.fill(unit, *found["rows"])


@pytest.mark.requirement("S003-14", "S003-16", "B19")
async def test_the_annex_of_the_nation_is_what_sql_makes_of_the_file(sector: Sector, servers: Embedded) -> None:
    kinds = [UnitKind.PROVINCIAL] * 63 + [UnitKind.CENTRAL_DEPARTMENT] * 15 + [UnitKind.PUBLIC_SERVICE_UNIT] * 6
    units = [await sector.unit(kind) for kind in kinds]
    chance = Random(2638)  # noqa: S311 - made-up figures
    lines = {unit.id: [[str(unit.id), str(year), *typed(chance, year)] for year in YEARS] for unit in units}
    file = csv_of([line for each in lines.values() for line in each])
    review = await sector.open()
    for some in (units[at : at + 12] for at in range(0, len(units), 12)):
        await asyncio.gather(*(put_in(review, unit, lines[unit.id]) for unit in some))
    silent, returned, *others = units
    for unit in (returned, *others):
        await review.send(unit)
    await sector.tell(sector.first, f"{review.path(returned)}/return", {"reason": "Thiếu chữ ký"})
    for some in (others[at : at + 12] for at in range(0, len(others), 12)):
        await asyncio.gather(*(sector.tell(sector.first, f"{review.path(unit)}/acceptance") for unit in some))
    await review.consolidate()

    without = [str(silent.id), str(returned.id)]
    wanted = await by_sql(servers.database_url, file, without)
    annex = await review.annex("?version=1")
    assert by_us(annex) == wanted
    assert by_us(await review.annex()) == wanted
    assert (annex["reported"], annex["asked"]) == (82, 84)
    assert len({each[0] for each in wanted}) == 5
    assert len({each[1] for each in wanted}) == 6

    wrong = others[0]
    corrected = {**row(2018, cards="9.999", goods="7 chăn"), "reason": "Nhập nhầm"}
    await sector.tell(wrong.officer, f"{review.path(wrong)}/corrections", corrected)
    await sector.tell(sector.second, f"{review.path(wrong)}/acceptance")
    await told(review, wrong)
    right = await by_sql(servers.database_url, file, without, str(wrong.id))
    assert right != wanted
    assert by_us(await review.annex("?version=2")) == right
    assert by_us(await review.annex("?version=1")) == wanted
    newer, _ = await sector.read(f"/reviews/{review.id}/versions")
    assert newer["because"] == str(report_id(review.id, wrong.id))


async def told(review: Opened, unit: Unit) -> None:
    """Hand the last acceptance to the policies, as the topic does."""
    key: UUID = report_id(review.id, unit.id)
    _, state = await review.sector.service.platform.executor.state(REPORT, key)
    assert isinstance(state.accepted, ReportAccepted)
    await review.sector.service.feed(state.accepted, on=TODAY)
