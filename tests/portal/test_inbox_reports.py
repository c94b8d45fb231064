"""What waits of reports: for the unit, for who accepts, and again for the unit; never for nobody."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from chassis.facts.projection import Tell
from chassis.testing import as_recorded, project_all
from contracts.campaigns import (
    DeadlineClosed,
    DeadlineMet,
    DeadlineMovedFor,
    DeadlineReopened,
    DeadlineSet,
    DeadlineTakenBack,
    RemedyChecked,
    RemedyPlanned,
    ReportAccepted,
    ReportCorrected,
    ReportOpened,
    ReportOutdated,
    ReportRecalled,
    ReportReturned,
    ReportSubmitted,
    ReviewClosed,
    ReviewConsolidated,
    ReviewOpened,
    ReviewOutdated,
    ReviewReopened,
    ThingKind,
)
from contracts.event import Event
from contracts.examples import UNIT, example
from contracts.registry import Role, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.pages.inbox import queries
from services.portal.pages.inbox.gone_up import stuck
from services.portal.pages.inbox.queries import waiting
from services.portal.pages.inbox.rows import INBOX, ROLES
from services.portal.shell.told import Told
from tests.served import served

REVIEW = uuid4()
REPORT = uuid5(REVIEW, f"report/{UNIT}")
DAY = date(2020, 8, 28)


def due(kind: type[Event], **values: Any) -> Event:
    return example(kind, thing_kind=ThingKind.REVIEW, thing_id=REVIEW, unit_id=UNIT, **values)


def of(kind: type[Event], **values: Any) -> Event:
    return example(kind, report_id=REPORT, review_id=REVIEW, unit_id=UNIT, **values)


def rows(*events: Event) -> dict[tuple[Any, Any], Any]:
    found: dict[Any, Any] = dict(project_all(INBOX, *events)["inbox_tasks"])
    return {key[:2]: row for key, row in found.items()}


ASKED = (due(DeadlineSet, before=DAY), of(ReportOpened, title="Tổng kết 2016 - 2020"))
SENT = (due(DeadlineMet), of(ReportSubmitted))


@pytest.mark.requirement("S003-10")
def test_a_report_is_to_be_sent_by_its_deadline_and_then_to_be_accepted() -> None:
    asked = rows(*ASKED)
    assert set(asked) == {(REPORT, "send_report")}
    assert (asked[REPORT, "send_report"]["until"], asked[REPORT, "send_report"]["strict"]) == (DAY, True)
    assert set(rows(*ASKED, *SENT)) == {(REPORT, "accept_report")}
    assert rows(*ASKED, *SENT, of(ReportAccepted)) == {}


@pytest.mark.parametrize("order", [1, -1])
def test_whichever_of_deadline_and_report_is_learned_first_it_waits_the_same(order: int) -> None:
    assert set(rows(*ASKED[::order], *SENT[::order])) == {(REPORT, "accept_report")}


def test_a_moved_day_is_the_reports_and_a_closed_one_waits_no_longer() -> None:
    later = date(2020, 9, 10)
    assert rows(*ASKED, due(DeadlineMovedFor, before=later))[REPORT, "send_report"]["until"] == later
    assert rows(*ASKED, due(DeadlineClosed)) == {}
    again = rows(*ASKED, due(DeadlineClosed), due(DeadlineReopened, until=later))
    assert again[REPORT, "send_report"]["until"] == later


def test_what_has_another_deadline_is_met_as_before() -> None:
    other = example(DeadlineSet, thing_kind=ThingKind.CONFERENCE)
    assert set(rows(other)) == {(other.deadline_id, "meet")}
    assert set(rows(other, example(DeadlineClosed, thing_kind=ThingKind.CONFERENCE))) == {(other.deadline_id, "meet")}


@pytest.mark.parametrize(("step", "judge"), [("accept_report", {}), ("accept_report_below", {"above": True})])
def test_a_returned_report_waits_for_its_unit_and_a_recalled_one_by_its_day_again(
    step: str, judge: dict[str, Any]
) -> None:
    sent = (*ASKED, due(DeadlineMet), of(ReportSubmitted, **judge))
    assert set(rows(*sent, of(ReportReturned, **judge))) == {(REPORT, "mend_report")}
    recalled = rows(*sent, of(ReportRecalled, **judge), due(DeadlineTakenBack, before=DAY))
    assert (set(recalled), recalled[REPORT, "send_report"]["until"]) == ({(REPORT, "send_report")}, DAY)
    assert set(rows(*sent, of(ReportReturned, **judge), of(ReportSubmitted, **judge))) == {(REPORT, step)}


def test_a_correction_waits_to_be_accepted_and_what_includes_it_to_be_added_up_again() -> None:
    accepted = (*ASKED, *SENT, of(ReportAccepted))
    assert set(rows(*accepted, of(ReportCorrected))) == {(REPORT, "accept_report")}
    assert rows(*accepted, of(ReportCorrected), of(ReportReturned, revision=2)) == {}  # the accepted one stays
    assert set(rows(*accepted, of(ReportOutdated))) == {(REPORT, "refresh_report")}
    assert set(rows(*accepted, of(ReportOutdated), of(ReportCorrected))) == {(REPORT, "accept_report")}


@pytest.mark.requirement("B19")
def test_a_version_that_lacks_a_report_waits_to_be_made_anew_whoever_makes_it() -> None:
    opened, outdated = (example(kind, review_id=REVIEW) for kind in (ReviewOpened, ReviewOutdated))
    first = example(ReviewConsolidated, review_id=REVIEW)
    assert rows(opened, first) == {}
    assert set(rows(opened, first, outdated)) == {(REVIEW, "consolidate")}
    assert set(rows(opened, first, outdated, example(ReviewClosed, review_id=REVIEW))) == {(REVIEW, "consolidate")}
    for because, kept in ((None, {(REVIEW, "consolidate")}), (REPORT, set[Any]())):
        second = example(ReviewConsolidated, review_id=REVIEW, version=2, because=because)
        found = project_all(INBOX, opened, outdated, second)
        assert found["inbox_tasks"] == {}
        assert {key[:2] for key in found["inbox_done"]} == kept


@pytest.mark.server
async def test_who_holds_a_review_finds_it_and_what_it_is_called_in_the_inbox(
    servers: Embedded, tmp_path: Path
) -> None:
    root, province = uuid4(), uuid4()
    reviews = {unit: uuid4() for unit in (root, province)}
    async with served(SERVICE, servers, tmp_path) as portal:
        await portal.feed(
            *(
                UnitEstablished(unit_id=unit, code=code, name=code, kind=kind, parent_id=above, established_on=DAY)
                for unit, code, kind, above in (
                    (root, "VSS", UnitKind.NATIONAL, None),
                    (province, "P01", UnitKind.PROVINCIAL, root),
                )
            ),
            *(
                example(kind, review_id=key, unit_id=unit, title="Tổng kết")
                for unit, key in reviews.items()
                for kind in (ReviewOpened, ReviewOutdated)
            ),
        )
        pool = portal.platform.pool
        for role, unit in ((Role.EMULATION_DEPARTMENT, root), (Role.UNIT_HEAD, province)):
            [task] = await queries.tasks(pool, [(role, unit)], "", 10)
            assert (task.thing, task.step, task.title) == (reviews[unit], "consolidate", "Tổng kết")
        assert await waiting(pool, [(Role.OFFICER, province)]) == {}


def test_a_remedy_waits_until_a_later_report_says_what_became_of_it() -> None:
    planned = of(RemedyPlanned, number=2, before=date(2021, 6, 30))
    assert rows(planned)[REPORT, "remedy"]["until"] == date(2021, 6, 30)
    checked = example(RemedyChecked, report_id=uuid4(), earlier_report_id=REPORT, number=2, unit_id=UNIT)
    assert rows(planned, checked) == {}
    assert set(rows(planned, checked.model_copy(update={"number": 1}))) == {(REPORT, "remedy")}


@pytest.mark.server
@pytest.mark.parametrize("order", [1, -1])
async def test_a_closed_review_waits_for_nobody_and_a_reopened_one_for_whom_it_lacks(
    servers: Embedded, tmp_path: Path, order: int
) -> None:
    """Whichever is learned first: deadlines, reports and reviews come in no order among each other."""
    closed, opened = (example(kind, review_id=REVIEW, units=(UNIT,)) for kind in (ReviewClosed, ReviewReopened))
    root, held = uuid4(), [(Role.OFFICER, UNIT)]
    established = [
        UnitEstablished(unit_id=key, code=code, name="Đơn vị", kind=kind, parent_id=above, established_on=DAY)
        for key, code, kind, above in (
            (root, "VSS", UnitKind.NATIONAL, None), (UNIT, "P01", UnitKind.PROVINCIAL, root),
        )
    ]  # fmt: skip
    async with served(SERVICE, servers, tmp_path) as portal:
        await portal.feed(*established)
        await portal.feed(*(*ASKED, closed)[::order])
        assert await waiting(portal.platform.pool, held) == {}
        assert await queries.tasks(portal.platform.pool, held, "", 10) == []
        assert await stuck(portal.platform.pool, [root], date(2030, 1, 1)) == []
        await portal.feed(opened)
        assert await waiting(portal.platform.pool, held) == {"send_report": 1}
        [task] = await queries.tasks(portal.platform.pool, held, "", 10)
        assert (task.thing, task.until) == (REPORT, DAY)
        assert [each.step for each in await stuck(portal.platform.pool, [root], date(2030, 1, 1))] == ["send_report"]


def test_who_keeps_a_review_and_whose_report_it_is_learn_that_it_has_changed() -> None:
    told = [
        Told.of(str(each.said))
        for event in (example(ReviewOpened, review_id=REVIEW), of(ReportSubmitted), of(ReportSubmitted, above=True))
        for each in INBOX.changes(as_recorded(event))
        if isinstance(each, Tell)
    ]
    own, department = {"officer", "unit_head"}, {"emulation_department"}
    assert [(each.page, each.thing) for each in told] == [("reviews", REVIEW), ("reports", REPORT), ("reports", REPORT)]
    assert [set(each.roles) for each in told] == [own | department, own | department, own]


@pytest.mark.server
async def test_a_districts_report_waits_for_its_province_alone_and_a_provinces_for_the_department(
    servers: Embedded, tmp_path: Path
) -> None:
    root, province, district = uuid4(), uuid4(), uuid4()
    places = [
        (root, None, UnitKind.NATIONAL),
        (province, root, UnitKind.PROVINCIAL),
        (district, province, UnitKind.DISTRICT),
    ]
    reports: dict[UUID, UUID] = {unit: uuid4() for unit in (province, district)}
    async with served(SERVICE, servers, tmp_path) as portal:
        await portal.feed(
            *(
                UnitEstablished(
                    unit_id=unit, code="U", name="Đơn vị", kind=kind, parent_id=above, established_on=date(1995, 6, 15)
                )
                for unit, above, kind in places
            ),
            *(example(ReportOpened, report_id=key, unit_id=unit, title="Tổng kết") for unit, key in reports.items()),
            *(
                example(ReportSubmitted, report_id=key, unit_id=unit, above=unit == district)
                for unit, key in reports.items()
            ),
        )
        pool = portal.platform.pool
        assert await waiting(pool, [(Role.EMULATION_DEPARTMENT, root)]) == {"accept_report": 1}
        assert await waiting(pool, [(Role.UNIT_HEAD, root)]) == {}
        for role in ROLES["accept_report_below"]:
            [task] = await queries.tasks(pool, [(role, province)], "", 10)
            assert (task.thing, task.step, task.title) == (reports[district], "accept_report_below", "Tổng kết")
        assert await waiting(pool, [(Role.OFFICER, district)]) == {}
