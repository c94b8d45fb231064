"""Results of a movement that began in 2016, entered in 2020 from papers: tried, imported, verified by another."""

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from contracts.registry import RegistrationConfirmed
from contracts.values import Direction, Measure, Target
from services.campaigns.domain.scorecard import scorecard_id
from tests.campaigns.test_campaign_reviews_api import (
    CAMPAIGN,
    DEPARTMENT,
    DIRECTOR,
    NORTH,
    OFFICER,
    STRANGER,
    campaigns,
    pack,
    read,
    told,
)
from tests.registry.test_people_import_job import done, sent
from tests.served import Served

__all__ = ["campaigns"]

PLAN = "local_poverty_plan_completion"
HEAD_LINE = "STT;Mã đơn vị;Chỉ tiêu;Năm;Tử số;Mẫu số;Minh chứng"
GOOD = tuple(f"{n};U1;{PLAN};{year};{980 + 10 * n};1000;BC năm {year}" for n, year in enumerate(range(2016, 2020), 1))
PAPER = {"happened_on": "2020-01-15", "document_number": "45/BC-BHXH", "document_date": "2020-01-15"}
CARD = f"/scorecards/{scorecard_id(CAMPAIGN, NORTH)}"


def csv(*rows: str) -> bytes:
    return "\n".join(("BÁO CÁO KẾT QUẢ", "", HEAD_LINE, *rows)).encode("utf-8-sig")


def where(**said: str) -> str:
    return f"/result-files/trials?{urlencode({'campaign_id': str(CAMPAIGN), 'unit_id': str(NORTH)} | said)}"


@pytest.fixture
async def carded(campaigns: Served) -> Served:
    """The province's targets of all years are official."""
    await told(campaigns, DIRECTOR, "/announcements", pack())
    targets = tuple(
        Target(indicator=PLAN, year=year, value=Decimal(100), direction=Direction.AT_LEAST,
               measure=Measure.PERCENT_OF_PLAN)
        for year in range(2016, 2021)
    )  # fmt: skip
    await campaigns.feed(
        RegistrationConfirmed(registration_id=uuid4(), campaign_id=CAMPAIGN, unit_id=NORTH, targets=targets),
        on=date(2020, 8, 19),
    )
    return campaigns


async def tried(campaigns: Served, *rows: str, **said: str) -> tuple[str, dict[str, Any]]:
    trial, answer = await done(campaigns, where(**PAPER | said), csv(*rows), OFFICER)
    return trial, dict(answer.json())


@pytest.mark.requirement("A1", "B12")
async def test_results_of_earlier_years_come_with_their_paper_and_are_verified_by_another(carded: Served) -> None:
    trial, would = await tried(carded, *GOOD)
    assert (would["new"], would["units"], would["wrong"]) == (4, 1, 0)
    assert (await carded.ask(OFFICER, "GET", CARD)).json()["results"][0]["result"] is None  # a trial stores nothing
    assert (await carded.ask(STRANGER, "POST", f"/result-files/trials/{trial}/import")).status_code == 404
    _, imported = await done(carded, f"/result-files/trials/{trial}/import", by=OFFICER)
    found = await read(carded, OFFICER, CARD, imported.json())
    rows = {each["year"]: each for each in found["results"] if each["result"] is not None}
    assert {year: row["result"] for year, row in rows.items()} == {2016: "99", 2017: "100", 2018: "101", 2019: "102"}
    assert {(row["history_on"], row["history_document"]) for row in rows.values()} == {("2020-01-15", "45/BC-BHXH")}
    assert not any(row["verified"] for row in rows.values())
    assert (await tried(carded, *GOOD))[1]["same"] == 4
    place = {"indicator": PLAN, "year": 2017}
    at = await told(carded, DEPARTMENT, f"{CARD}/verifications", place)
    [row] = [each for each in (await read(carded, OFFICER, CARD, at))["results"] if each["year"] == 2017]
    assert (row["verified"], row["attained"]) == (True, True)


@pytest.mark.requirement("A1", "B12")
async def test_every_bad_row_is_listed_with_its_line_and_nothing_is_written(carded: Served) -> None:
    before = await carded.platform.store.head()
    bad = (
        GOOD[0].replace("U1", "U2"),  # another province's
        GOOD[0].replace(PLAN, "nothing"),
        GOOD[0].replace("2016", "20x6"),
        GOOD[0].replace(";990;", ";nhiều;"),
        f"5;U1;{PLAN};2020;900;1000;",  # the year is not over: no history
        GOOD[1].replace("1000", "0"),
        GOOD[2], GOOD[2],
    )  # fmt: skip
    trial, would = await tried(carded, *bad)
    said = [(each["line"], each["column"]) for each in would["faults"]]
    assert said == [
        (4, "unit"), (5, "indicator"), (6, "year"), (7, "numerator"), (8, "value"), (9, "value"), (11, "indicator"),
    ]  # fmt: skip
    _, imported = await done(carded, f"/result-files/trials/{trial}/import", by=OFFICER)
    assert imported.json()["wrong"] == 7
    assert await carded.platform.store.head() == before


async def test_history_needs_its_papers_and_a_past_day(carded: Served) -> None:
    bare = await sent(carded, where(happened_on="2020-01-15"), csv(GOOD[0]), OFFICER)
    assert (bare.status_code, bare.json()["type"]) == (409, "urn:thidua:problem:result-history-without-evidence")
    _, answer = await done(carded, where(**PAPER | {"happened_on": "2020-08-19"}), csv(GOOD[0]), OFFICER)
    assert answer.json()["wrong"] == 1
    assert (await carded.ask(STRANGER, "POST", where(**PAPER))).status_code == 403
