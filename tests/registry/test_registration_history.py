"""Registrations of a movement that began years ago: entered from papers, tried, confirmed by another person."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest

from chassis.testing import given
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_filing import EnterAsHistory, HistoryPaper
from tests.registry.examples import ADMIN, CAMPAIGN, HEALTH, KEY, LATE, OFFICER, PLAN, PROVINCE
from tests.registry.test_people_import_job import done, sent
from tests.registry.test_registration_files import GOOD, asked, csv
from tests.served import Served

__all__ = ["asked"]

ABOUT = {"campaign_id": str(CAMPAIGN), "unit_id": str(PROVINCE)}
PAPER = {"happened_on": "2017-11-30", "document_number": "120/BHXH-TĐ", "document_date": "2017-11-28"}


def where(**said: str) -> str:
    return f"/registration-files/trials?{urlencode(ABOUT | said)}"


async def told(asked: Served, data: bytes, **said: str) -> dict[str, Any]:
    """What the import of a file says, or its trial where that found faults."""
    trial, tried = await done(asked, where(**said), data, OFFICER)
    if tried.json()["wrong"]:
        return dict(tried.json())
    _, imported = await done(asked, f"/registration-files/trials/{trial}/import", by=OFFICER)
    return dict(imported.json())


async def shown(asked: Served) -> dict[str, Any]:
    return dict((await asked.ask(OFFICER, "GET", f"/registrations/{KEY}")).json())


@pytest.mark.requirement("A1", "B12", "S003-6")
async def test_what_was_registered_years_ago_is_entered_with_its_paper_and_confirmed_by_another(asked: Served) -> None:
    found = await told(asked, csv(*GOOD[:3]), **PAPER)
    assert (found["new"], found["wrong"]) == (3, 0)
    there = await shown(asked)
    assert there["status"] == "submitted"
    assert there["late"] is False  # judged by the day on which it happened
    said = {name: there["history"][name] for name in ("happened_on", "document", "evidence")}
    assert said == {
        "happened_on": "2017-11-30",
        "document": {"number": "120/BHXH-TĐ", "issued_on": "2017-11-28", "title": ""},
        "evidence": "",
    }
    assert (await told(asked, csv(*GOOD[:3]), **PAPER))["same"] == 3  # once more changes nothing
    refused = await asked.ask(OFFICER, "POST", f"/registrations/{KEY}/confirm")
    assert refused.status_code in {403, 409}
    assert (await asked.ask(ADMIN, "POST", f"/registrations/{KEY}/confirm")).status_code == 201
    there = await shown(asked)
    assert there["status"] == "confirmed"
    assert {each["indicator"] for each in there["versions"][0]["targets"]} == {HEALTH, LATE, PLAN}


@pytest.mark.requirement("A1")
async def test_history_rests_on_a_document_or_a_file_and_lies_in_the_past(asked: Served) -> None:
    bare = await sent(asked, where(happened_on="2017-11-30"), csv(*GOOD[:3]), OFFICER)
    assert (bare.status_code, bare.json()["type"]) == (409, "urn:thidua:problem:history-without-evidence")
    _, tried = await done(asked, where(**PAPER | {"happened_on": "2099-01-01"}), csv(*GOOD[:3]), OFFICER)
    assert [(each["line"], each["column"]) for each in tried.json()["faults"]] == [(6, "unit")]
    found = await told(asked, csv(*GOOD[:3]), happened_on="2017-11-30", evidence="c" * 64)
    assert found["wrong"] == 0
    assert (await shown(asked))["history"]["evidence"] == "c" * 64


async def test_every_bad_row_is_listed_and_nothing_is_entered(asked: Served) -> None:
    bad = ("1;P01;nothing;2025;96;;", f"2;P77;{HEALTH};2025;96;;", f"3;P01;{HEALTH};20x5;96;;")
    found = await told(asked, csv(*bad), **PAPER)
    assert [each["line"] for each in found["faults"]] == [4, 5, 6]
    assert (await shown(asked))["status"] == "open"
    incomplete = await told(asked, csv(GOOD[0]), **PAPER)
    assert incomplete["wrong"] == 1
    assert (await shown(asked))["targets"] == []


def test_only_what_was_asked_for_has_a_history() -> None:
    paper = HistoryPaper(number="1", issued_on=date(2017, 11, 1))
    history = EnterAsHistory(happened_on=date(2017, 11, 30), document=paper)
    given(REGISTRATION).when(history).rejected("registration-not-open")
