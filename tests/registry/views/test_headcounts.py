"""Read model of headcounts: a correction stands beside what it corrects."""

from datetime import date

from chassis.testing import project_all
from contracts.examples import example
from contracts.registry import EstablishmentAssigned, HeadcountCorrected, HeadcountReported
from services.registry.views.headcounts import HEADCOUNTS


def test_each_statement_is_a_row_and_posts_hold_from_a_day_on() -> None:
    reported, corrected = example(HeadcountReported), example(HeadcountCorrected)
    posts = example(EstablishmentAssigned)
    tables = project_all(HEADCOUNTS, reported, corrected, posts)
    unit, day = reported.unit_id, date(2024, 12, 31)
    rows = tables["headcounts"]
    assert set(rows) == {(unit, day, 1), (unit, day, 2)}
    assert rows[unit, day, 1]["heads"] == {"public_employee": 240}
    assert rows[unit, day, 2]["reason"] == "Nhập thiếu"
    assert tables["establishments"][unit, posts.on]["posts"] == 250
