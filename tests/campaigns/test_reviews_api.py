"""Reviews over the running service: opened for all units at once, reports written, sent, judged; who is late by day."""

from collections.abc import AsyncIterator, Awaitable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.campaigns import DeadlineApproaching, DeadlineEvent, ReportEvent
from contracts.event import events_of
from contracts.registry import Role, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.campaigns import report_words
from services.campaigns.app import SERVICE
from services.campaigns.domain.deadline import deadline_id
from services.campaigns.domain.report_state import report_id
from tests.campaigns.reviews import REVIEW_BODY
from tests.campaigns.test_deadlines_api import caught_up, it_is, look, role
from tests.served import Served, served

ROOT, DEPARTMENT, SECOND, CENTRE = uuid4(), uuid4(), uuid4(), uuid4()
ASKED = date(2020, 8, 19)
FIRST = date(1995, 2, 16)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(scope="module")
async def campaigns(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The service with a clock that tests put to a day."""
    folder = tmp_path_factory.mktemp("issuer")
    (folder / "clock").write_text("0")
    async with served(SERVICE, servers, folder, clock=folder / "clock") as service:
        await service.feed(
            UnitEstablished(unit_id=ROOT, code="VSS", name="VSS", kind=UnitKind.NATIONAL, established_on=FIRST),
            role(DEPARTMENT, Role.EMULATION_DEPARTMENT, ROOT),
            role(SECOND, Role.EMULATION_DEPARTMENT, ROOT),
        )
        yield service


async def a_unit(campaigns: Served, kind: UnitKind, parent: UUID, **people: UUID) -> UUID:
    """A unit of a kind with people in roles of it, by the roles' names."""
    unit = uuid4()
    code = f"U-{unit.hex[:8].upper()}"
    await campaigns.feed(
        UnitEstablished(unit_id=unit, code=code, name=code, kind=kind, parent_id=parent, established_on=FIRST),
        *(role(person, Role(name), unit) for name, person in people.items()),
    )
    return unit


async def told(campaigns: Served, person: UUID, path: str, body: object = None) -> dict[str, Any]:
    answer = await campaigns.ask(person, "POST", path, body)
    assert answer.status_code == 201, answer.text
    await caught_up(campaigns)
    return dict(answer.json())


async def shown(campaigns: Served, person: UUID, path: str) -> Any:
    answer = await campaigns.ask(person, "GET", path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def pages_of(campaigns: Served, person: UUID, path: str) -> list[dict[str, Any]]:
    """All of a list."""
    found, after = list[dict[str, Any]](), ""
    while True:
        page = await shown(campaigns, person, f"{path}&limit=2{after}")
        found += page["items"]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"


async def refused(campaigns: Served, person: UUID, path: str, body: object = None) -> tuple[int, str]:
    answer = await campaigns.ask(person, "POST", path, body)
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


async def upload(campaigns: Served, person: UUID, path: str) -> Any:
    await campaigns.ask(person, "GET", "/reviews")  # has the person's token made
    bearer = {"Authorization": f"Bearer {campaigns.tokens[person]}", "Content-Type": "application/octet-stream"}
    answer = await campaigns.client.post(f"/api/v1{path}", content=PDF, headers=bearer)
    await caught_up(campaigns)
    return answer


async def names(campaigns: Served, stream: str, family: object) -> list[str]:
    """Names of the facts in a stream."""
    events = await campaigns.platform.store.load(stream, 0)
    assert {type(each) for each in events} <= set(events_of(family))
    return [type(each).__name__ for each in events]


class Office:
    """A province with its people, its report in a review of its own, and districts below it."""

    def __init__(self) -> None:
        self.officer, self.head, self.other = uuid4(), uuid4(), uuid4()
        self.unit = self.review = self.report = UUID(int=0)

    async def set_up(self, campaigns: Served, **said: Any) -> "Office":
        """Establish it under a unit of its own kind, and open a review of which it is asked."""
        await it_is(campaigns, ASKED)
        people = {"officer": self.officer, "unit_head": self.head}
        self.unit = await a_unit(campaigns, UnitKind.PROVINCIAL, ROOT, **people)
        await campaigns.feed(role(self.other, Role.OFFICER, self.unit))
        code = f"r-{uuid4().hex[:12]}"
        new = {"unit_id": str(ROOT), "review": REVIEW_BODY | {"code": code} | said}
        self.review = UUID((await told(campaigns, DEPARTMENT, "/reviews", new))["id"])
        self.report = report_id(self.review, self.unit)
        return self

    @property
    def path(self) -> str:
        return f"/reports/{self.report}"

    async def filled(self, campaigns: Served, cards: int = 100) -> None:
        """Write a section and a row, as its officer."""
        await told(campaigns, self.officer, f"{self.path}/sections", {"section": "I.1", "text": "Được quan tâm"})
        cells = [{"column": "cards", "number": cards}]
        await told(
            campaigns, self.officer, f"{self.path}/annex-rows", {"table": "support", "year": 2019, "cells": cells}
        )

    async def sent(self, campaigns: Served) -> None:
        """Fill it in, and send it as its head."""
        await self.filled(campaigns)
        await told(campaigns, self.head, f"{self.path}/submission", {})


@pytest.fixture
async def office(campaigns: Served) -> Office:
    return await Office().set_up(campaigns)


@pytest.mark.requirement("S003-12", "S003-13", "S003-14")
async def test_a_report_is_written_by_sections_and_rows_and_shows_what_is_lacking(
    campaigns: Served, office: Office
) -> None:
    empty = await shown(campaigns, office.officer, office.path)
    assert [each["key"] for each in empty["outline"]] == ["I", "I.1", "III.2"]
    assert empty["lacking"] == ["I.1", "III.2", *(f"support/{year}" for year in range(2016, 2021))]
    await office.filled(campaigns)
    await told(campaigns, office.head, f"{office.path}/sections", {"section": "I.1", "text": "Được quan tâm nhiều"})
    detail = await shown(campaigns, office.head, office.path)
    texts = {each["key"]: (each["text"], each["version"]) for each in detail["outline"]}
    assert texts["I.1"] == ("Được quan tâm nhiều", 2)
    assert "I.1" not in detail["lacking"]
    assert "support/2019" not in detail["lacking"]
    versions = await shown(campaigns, office.head, f"{office.path}/texts/I.1")
    assert [each["text"] for each in versions] == ["Được quan tâm", "Được quan tâm nhiều"]
    [annex] = detail["annexes"]
    assert [(each["year"], each["cells"][0]["number"]) for each in annex["rows"]] == [(2019, "100")]
    assert detail["state"] == "open"
    stored = await campaigns.platform.pool.fetchval(
        "select string_agg(data::text, '') from store.events where stream = $1", f"report-{office.report}"
    )
    assert "quan tâm" not in stored


async def test_a_text_that_is_refused_is_not_kept(campaigns: Served, office: Office) -> None:
    wrong = {"section": "III.1", "text": "Không phải của tỉnh"}
    assert await refused(campaigns, office.officer, f"{office.path}/sections", wrong) == (409, "section-of-other-units")
    kept = await campaigns.platform.pool.fetch("select from report_words where report_id = $1", office.report)
    assert not kept


async def test_a_text_stays_as_long_as_it_may_have_been_accepted(campaigns: Served) -> None:
    """Two send the same, the first to come is refused at last; and a connection breaks at the last moment."""
    pool, report = campaigns.platform.pool, uuid4()

    async def attempt(words: list[str], *others: Awaitable[None], error: Exception | None = None) -> None:
        async with report_words.kept(pool, report, words):
            for other in others:
                await other
            if error:
                raise error

    accepted = attempt(["Thuận lợi"])
    with pytest.raises(ValueError, match="refused"):
        await attempt(["Thuận lợi"], accepted, error=ValueError("refused"))
    with pytest.raises(ConnectionResetError):
        await attempt(["Khó khăn"], error=ConnectionResetError())
    assert {*(await report_words.words(pool, [report])).values()} == {"Thuận lợi", "Khó khăn"}


@pytest.mark.requirement("A10", "S003-14")
async def test_everything_that_is_wrong_with_a_row_is_named_place_by_place(campaigns: Served, office: Office) -> None:
    cells = [{"column": "cards", "text": "hơn trăm"}, {"column": "houses_direct", "number": -2}]
    answer = await campaigns.ask(
        office.officer, "POST", f"{office.path}/annex-rows", {"table": "support", "year": 2015, "cells": cells}
    )
    assert answer.status_code == 409
    fields = [each["field"] for each in answer.json()["errors"]]
    assert fields == ["support.2015", "support.2015.cards", "support.2015.houses_direct"]


async def test_two_who_edit_one_report_do_not_overwrite_each_other(campaigns: Served, office: Office) -> None:
    seen = (await campaigns.ask(office.officer, "GET", office.path)).headers["etag"]
    body = {"section": "I.1", "text": "Một"}
    path = f"{office.path}/sections"
    assert (await campaigns.ask(office.officer, "POST", path, body, **{"If-Match": seen})).status_code == 201
    late = await campaigns.ask(office.other, "POST", path, {**body, "text": "Hai"}, **{"If-Match": seen})
    assert late.status_code == 412
    await caught_up(campaigns)
    shown_now = await shown(campaigns, office.officer, office.path)
    assert [each["text"] for each in shown_now["outline"] if each["key"] == "I.1"] == ["Một"]


@pytest.mark.requirement("S003-15", "S003-10")
async def test_the_head_sends_it_which_meets_the_deadline_and_another_person_accepts_it(
    campaigns: Served, office: Office
) -> None:
    await office.filled(campaigns)
    assert await refused(campaigns, office.officer, f"{office.path}/submission", {}) == (403, "role-missing")
    await told(campaigns, office.head, f"{office.path}/submission", {"capacity": "direct"})
    key = deadline_id(office.review, office.unit)
    assert await names(campaigns, f"deadline-{key}", DeadlineEvent) == ["DeadlineSet", "DeadlineMet"]
    assert (await refused(campaigns, office.head, f"{office.path}/acceptance"))[1] == "report-for-others-to-judge"
    own = await refused(campaigns, office.officer, f"{office.path}/acceptance")
    assert own == (409, "report-for-others-to-judge")
    await told(campaigns, DEPARTMENT, f"{office.path}/acceptance")
    listed = (await shown(campaigns, DEPARTMENT, f"/reviews/{office.review}/reports"))["items"]
    mine = next(each for each in listed if each["unit_id"] == str(office.unit))
    said = ("state", "revision", "received_on", "days_late", "late")
    assert [mine[name] for name in said] == ["accepted", 1, "2020-08-19", 0, 0]
    review = await shown(campaigns, office.officer, f"/reviews/{office.review}")
    assert (review["counts"]["sent"], review["counts"]["accepted"]) == (1, 1)
    assert review["counts"]["asked"] == review["asked"] == len(review["units"])
    found = await pages_of(campaigns, office.officer, f"/reviews?unit_id={office.unit}")
    [listed] = [each for each in found if each["review_id"] == str(office.review)]
    assert {name: listed[name] for name in review["counts"]} == review["counts"]


@pytest.mark.requirement("B18", "B19")
async def test_sent_back_it_keeps_its_day_and_recalled_it_loses_it(campaigns: Served, office: Office) -> None:
    await office.sent(campaigns)
    back = {"reason": "Thiếu", "places": [{"section": "III.2", "reason": "Chưa viết"}]}
    await told(campaigns, DEPARTMENT, f"{office.path}/return", back)
    await it_is(campaigns, date(2020, 9, 3))
    detail = await shown(campaigns, office.officer, office.path)
    assert (detail["state"], detail["returned"]["places"][0]["section"]) == ("returned", "III.2")
    await told(campaigns, office.head, f"{office.path}/submission", {})
    assert (await shown(campaigns, office.head, office.path))["days_late"] == 0
    await told(campaigns, office.officer, f"{office.path}/recall", {"reason": "Gửi nhầm"})
    await told(campaigns, office.head, f"{office.path}/submission", {})
    detail = await shown(campaigns, office.head, office.path)
    assert (detail["received_on"], detail["days_late"]) == ("2020-09-03", 7)
    key = deadline_id(office.review, office.unit)
    came = ["DeadlineSet", "DeadlineMet", "DeadlineTakenBack", "DeadlineMet"]
    assert await names(campaigns, f"deadline-{key}", DeadlineEvent) == came
    acts = [each["act"] for each in detail["history"]]
    assert acts == ["opened", "sent", "returned", "sent", "recalled", "sent"]


@pytest.mark.requirement("B18")
async def test_once_its_deadline_is_closed_it_is_refused_and_moved_or_reopened_it_is_taken(
    campaigns: Served, office: Office
) -> None:
    await office.filled(campaigns)
    key = deadline_id(office.review, office.unit)
    await look(campaigns, date(2020, 9, 1))
    await told(campaigns, DEPARTMENT, f"/deadlines/{key}/close")
    assert await refused(campaigns, office.head, f"{office.path}/submission", {}) == (409, "deadline-closed")
    step = {each["name"]: each for each in (await shown(campaigns, office.head, office.path))["actions"]}
    assert (step["submit_report"]["open"], step["submit_report"]["why"]["code"]) == (False, "deadline-closed")
    await told(campaigns, DEPARTMENT, f"/deadlines/{key}/reopen", {"until": "2020-09-05", "reason": "Bổ sung"})
    await it_is(campaigns, date(2020, 9, 5))
    assert await refused(campaigns, office.head, f"{office.path}/submission", {}) == (409, "deadline-closed")
    await it_is(campaigns, date(2020, 9, 4))
    await told(campaigns, office.head, f"{office.path}/submission", {})
    assert (await shown(campaigns, office.head, office.path))["days_late"] == 8


@pytest.mark.requirement("B18")
async def test_a_closed_review_takes_nothing_until_it_is_reopened(campaigns: Served, office: Office) -> None:
    await office.filled(campaigns)
    await told(campaigns, DEPARTMENT, f"/reviews/{office.review}/close")
    assert await refused(campaigns, office.head, f"{office.path}/submission", {}) == (409, "review-closed")
    assert (await refused(campaigns, office.head, f"/reviews/{office.review}/close"))[0] == 404
    await told(campaigns, DEPARTMENT, f"/reviews/{office.review}/reopen", {"reason": "Bão"})
    await told(campaigns, office.head, f"{office.path}/submission", {})


@pytest.mark.requirement("B12")
async def test_what_came_on_paper_is_entered_by_who_receives_it_with_its_scan(
    campaigns: Served, office: Office
) -> None:
    await office.filled(campaigns)
    await it_is(campaigns, date(2020, 9, 7))
    path = f"{office.path}/paper-submission?name=bc.pdf&received_on=2020-08-27"
    assert (await upload(campaigns, office.officer, path)).json()["type"].endswith("report-for-others-to-judge")
    answer = await upload(campaigns, DEPARTMENT, path)
    assert answer.status_code == 201, answer.text
    assert await refused(campaigns, DEPARTMENT, f"{office.path}/acceptance") == (
        409, "same-person-may-not-accept-report",
    )  # fmt: skip
    detail = await shown(campaigns, office.head, office.path)
    assert (detail["days_late"], detail["sent"]["late_entry"]) == (0, True)
    paper = detail["sent"]["paper"]["sha256"]
    assert (await campaigns.ask(office.head, "GET", f"{office.path}/files/{paper}")).content == PDF
    await told(campaigns, SECOND, f"{office.path}/acceptance")


async def test_files_go_along_under_a_title(campaigns: Served, office: Office) -> None:
    answer = await upload(campaigns, office.officer, f"{office.path}/files?name=anh.pdf&title=Trao%20nh%C3%A0")
    assert answer.status_code == 201, answer.text
    [file] = (await shown(campaigns, office.officer, office.path))["files"]
    digest = file["file"]["sha256"]
    assert (file["title"], (await campaigns.ask(office.head, "GET", f"{office.path}/files/{digest}")).content) == (
        "Trao nhà", PDF,
    )  # fmt: skip
    await told(campaigns, office.officer, f"{office.path}/files-detached", {"sha256": digest})
    assert (await shown(campaigns, office.officer, office.path))["files"] == []
    assert (await campaigns.ask(office.head, "GET", f"{office.path}/files/{digest}")).status_code == 404


@pytest.mark.requirement("S003-11")
async def test_a_unit_is_urged_and_that_is_recorded(campaigns: Served, office: Office) -> None:
    body = {"channel": "telephone", "on": "2020-08-19", "note": "Đã gọi văn phòng"}
    assert (await refused(campaigns, office.officer, f"{office.path}/urgings", body))[1] == "report-for-others-to-judge"
    await told(campaigns, DEPARTMENT, f"{office.path}/urgings", body)
    await told(campaigns, DEPARTMENT, f"{office.path}/urgings", {"channel": "platform", "on": "2020-08-19"})
    listed = (await shown(campaigns, office.officer, f"/reports?unit_id={office.unit}&open=true"))["items"]
    assert [(each["urged"], each["urged_on"], each["title"]) for each in listed] == [
        (2, "2020-08-19", REVIEW_BODY["title"])
    ]


@pytest.mark.requirement("B18", "E21")
async def test_a_province_asks_its_districts_whose_reports_it_accepts_and_adds_to_its_own(
    campaigns: Served, office: Office
) -> None:
    heads = [uuid4(), uuid4()]
    districts = [await a_unit(campaigns, UnitKind.DISTRICT, office.unit, unit_head=head) for head in heads]
    body = {"before": "2020-08-24", "unit_kinds": ["district"]}
    key = {"Idempotency-Key": str(uuid4())}
    asked = await campaigns.ask(office.officer, "POST", f"{office.path}/reports-below", body, **key)
    assert asked.status_code == 201, asked.text
    await caught_up(campaigns)
    assert (await refused(campaigns, office.head, f"{office.path}/reports-below", body))[1] == "report-nobody-below"
    for unit, head, cards in zip(districts, heads, (40, 60), strict=True):
        path = f"/reports/{report_id(office.review, unit)}"
        due = (await shown(campaigns, head, f"/deadlines?unit_id={unit}"))["items"]
        assert [(each["before"], each["under"]) for each in due] == [
            ("2020-08-24", str(deadline_id(office.review, office.unit)))
        ]
        cells = [{"column": "cards", "number": cards}]
        await told(campaigns, head, f"{path}/annex-rows", {"table": "support", "year": 2019, "cells": cells})
        await told(campaigns, head, f"{path}/submission", {})
        assert (await refused(campaigns, DEPARTMENT, f"{path}/acceptance"))[1] == "report-for-others-to-judge"
        await told(campaigns, office.officer, f"{path}/acceptance")
    await office.sent(campaigns)
    detail = await shown(campaigns, office.head, office.path)
    [whole] = detail["annexes"][0]["whole"]
    assert whole["cells"][0]["number"] == "200"
    assert detail["sent"]["whole"][0]["cells"][0]["number"] == "200"
    assert {each["unit_id"] for each in detail["includes"]} == {str(unit) for unit in districts}
    desk = (await shown(campaigns, office.officer, f"/reviews/{office.review}/reports?unit_id={office.unit}"))["items"]
    assert {(each["unit_id"], each["state"]) for each in desk} == {(str(unit), "accepted") for unit in districts}
    again = await campaigns.ask(office.officer, "POST", f"{office.path}/reports-below", body, **key)
    assert (again.status_code, again.json()) == (201, asked.json())  # whatever has become of the report since
    listed = (await shown(campaigns, DEPARTMENT, f"/reviews/{office.review}/reports"))["items"]
    assert str(districts[0]) not in {each["unit_id"] for each in listed}


@pytest.mark.requirement("B19")
async def test_a_correction_waits_for_another_person_and_the_earlier_figure_counts_meanwhile(
    campaigns: Served, office: Office
) -> None:
    await office.sent(campaigns)
    cells = [{"column": "cards", "number": 140}]
    body = {"table": "support", "year": 2019, "cells": cells, "reason": "Nhập nhầm"}
    assert (await refused(campaigns, office.officer, f"{office.path}/corrections", body))[1] == "report-not-accepted"
    await told(campaigns, DEPARTMENT, f"{office.path}/acceptance")
    await told(campaigns, office.officer, f"{office.path}/corrections", body)
    detail = await shown(campaigns, office.head, office.path)
    assert (detail["state"], detail["revision"], detail["accepted"]["revision"]) == ("correcting", 2, 1)
    assert detail["accepted"]["whole"][0]["cells"][0]["number"] == "100"
    await told(campaigns, SECOND, f"{office.path}/acceptance")
    detail = await shown(campaigns, office.head, office.path)
    assert (detail["state"], detail["accepted"]["whole"][0]["cells"][0]["number"]) == ("accepted", "140")


async def test_to_whom_holds_nothing_there_a_report_does_not_exist(campaigns: Served, office: Office) -> None:
    stranger = uuid4()
    await campaigns.feed(role(stranger, Role.UNIT_HEAD, await a_unit(campaigns, UnitKind.PROVINCIAL, ROOT)))
    assert (await campaigns.ask(stranger, "GET", office.path)).status_code == 404
    assert (await refused(campaigns, stranger, f"{office.path}/submission", {}))[0] == 404
    assert (await campaigns.ask(stranger, "GET", f"/reviews/{office.review}/reports")).status_code == 403


async def test_the_same_review_again_changes_nothing_and_other_content_is_refused(
    campaigns: Served, office: Office
) -> None:
    row = await shown(campaigns, office.head, f"/reviews/{office.review}")
    new = {"unit_id": str(ROOT), "review": REVIEW_BODY | {"code": row["code"]}}
    await a_unit(campaigns, UnitKind.PROVINCIAL, ROOT)
    await told(campaigns, DEPARTMENT, "/reviews", new)
    assert (await shown(campaigns, office.head, f"/reviews/{office.review}"))["asked"] == row["asked"]
    other = {**new, "review": {**new["review"], "title": "Khác"}}  # type: ignore[dict-item]
    assert await refused(campaigns, DEPARTMENT, "/reviews", other) == (409, "review-already-open")
    assert (await refused(campaigns, office.head, "/reviews", new))[0] == 403


def extending(review: Any) -> dict[str, Any]:
    """The step by which one more unit is asked, as a review offers it."""
    return next(dict(each) for each in review["actions"] if each["name"] == "extend_review")


@pytest.mark.requirement("S003-13", "B18")
async def test_a_unit_that_was_established_later_is_shown_and_asked_by_a_person(
    campaigns: Served, office: Office
) -> None:
    path = f"/reviews/{office.review}"
    before = await shown(campaigns, DEPARTMENT, path)
    assert extending(before)["why"]["code"] == "review-all-asked"
    head = uuid4()
    new = await a_unit(campaigns, UnitKind.PROVINCIAL, ROOT, unit_head=head)
    other = await a_unit(campaigns, UnitKind.DISTRICT, new)
    review = await shown(campaigns, DEPARTMENT, path)
    assert extending(review)["choices"] == [{"unit_id": str(new)}]
    assert extending(await shown(campaigns, office.head, path))["why"]["code"] == "role-missing"
    assert (await campaigns.ask(head, "GET", f"/reports/{report_id(office.review, new)}")).status_code == 404
    wanted = {"unit_id": str(new), "before": "2020-09-10"}
    assert (await refused(campaigns, office.head, f"{path}/extension", wanted))[0] == 404
    wrong = await refused(campaigns, DEPARTMENT, f"{path}/extension", wanted | {"unit_id": str(other)})
    assert wrong == (409, "review-unit-not-to-be-asked")
    await told(campaigns, DEPARTMENT, f"{path}/extension", wanted)
    review = await shown(campaigns, DEPARTMENT, path)
    assert (review["asked"], review["counts"]["asked"]) == (before["asked"] + 1, before["counts"]["asked"] + 1)
    assert str(new) in review["units"]
    assert extending(review)["why"]["code"] == "review-all-asked"
    assert (await shown(campaigns, DEPARTMENT, f"{path}/annex"))["asked"] == before["asked"] + 1
    report = await shown(campaigns, head, f"/reports/{report_id(office.review, new)}")
    assert (report["state"], report["before"], report["to_unit_id"]) == ("open", "2020-09-10", str(ROOT))
    [due] = (await shown(campaigns, head, f"/deadlines?unit_id={new}"))["items"]
    assert (due["before"], due["thing_id"]) == ("2020-09-10", str(office.review))
    again = await campaigns.ask(DEPARTMENT, "POST", f"{path}/extension", wanted)
    assert (again.status_code, again.json()["version"]) == (201, review["version"])


@pytest.mark.requirement("S001-22")
async def test_the_head_of_a_province_holds_a_review_of_its_own_districts(campaigns: Served, office: Office) -> None:
    district = await a_unit(campaigns, UnitKind.DISTRICT, office.unit)
    said = REVIEW_BODY | {"code": "quy-3", "kind": "quarter", "unit_kinds": ["district"]}
    said["outline"] = [{"key": "I", "title": "Kết quả"}]
    key = (await told(campaigns, office.head, "/reviews", {"unit_id": str(office.unit), "review": said}))["id"]
    desk = (await shown(campaigns, office.officer, f"/reviews/{key}/reports?unit_id={office.unit}"))["items"]
    assert [each["unit_id"] for each in desk] == [str(district)]
    found = (await shown(campaigns, office.officer, f"/reviews?unit_id={office.unit}&open=true"))["items"]
    assert {each["review_id"] for each in found} >= {key, str(office.review)}


@pytest.mark.requirement("E9", "S003-10", "B18")
async def test_e9_of_84_units_14_were_late_each_list_by_its_day(campaigns: Served) -> None:
    """70 of 84 in time, 6 on the 28th, 3 on the 31st of August 2020 of which one is excused, 5 not at all."""
    await it_is(campaigns, ASKED)
    top, holder, head = uuid4(), uuid4(), uuid4()
    await campaigns.feed(
        UnitEstablished(
            unit_id=top, code="E9", name="E9", kind=UnitKind.REGIONAL, parent_id=ROOT, established_on=FIRST
        ),
        role(holder, Role.EMULATION_DEPARTMENT, ROOT), role(head, Role.UNIT_HEAD, top),
    )  # fmt: skip
    kinds = [UnitKind.PROVINCIAL] * 63 + [UnitKind.CENTRAL_DEPARTMENT] * 16 + [UnitKind.PUBLIC_SERVICE_UNIT] * 5
    units = [await a_unit(campaigns, kind, top) for kind in kinds]
    signer = uuid4()
    await campaigns.feed(*(role(signer, Role.UNIT_HEAD, unit) for unit in units))
    new = {"unit_id": str(top), "review": REVIEW_BODY | {"code": "e9"}}
    review = UUID((await told(campaigns, holder, "/reviews", new))["id"])
    days = [date(2020, 8, 26)] * 40 + [date(2020, 8, 27)] * 30 + [date(2020, 8, 28)] * 6 + [date(2020, 8, 31)] * 3
    today = ASKED
    for unit, day in zip(units, days, strict=False):
        if day != today:
            await it_is(campaigns, today := day)
        path = f"/reports/{report_id(review, unit)}"
        for step, body in (("sections", {"section": "I.1", "text": "Đã làm"}), ("submission", {})):
            answer = await campaigns.ask(signer, "POST", f"{path}/{step}", body)
            assert answer.status_code == 201, answer.text
    flooded = units[77]
    await look(campaigns, date(2020, 9, 1))
    excuse = {"reason": "Lũ ở huyện"}
    await told(campaigns, holder, f"/deadlines/{deadline_id(review, flooded)}/excuse", excuse)

    async def listed(day: str) -> list[tuple[int, bool, bool]]:
        found = await shown(campaigns, head, f"/reviews/{review}/late?unit_id={top}&on={day}")
        return sorted((each["late"], each["excuse"] is not None, each["received_on"] is not None) for each in found)

    first, fourth, none = (1, False, True), (4, False, True), (5, False, False)
    assert await listed("2020-09-01") == sorted([first] * 6 + [fourth] * 2 + [(4, True, True)] + [none] * 5)
    assert [late for late, _, _ in await listed("2020-08-31")] == [1] * 6 + [4] * 8
    assert [late for late, _, _ in await listed("2020-08-28")] == [1] * 14
    assert await listed("2020-08-27") == []
    counts = (await shown(campaigns, head, f"/reviews/{review}"))["counts"]
    assert counts == {"asked": 84, "sent": 79, "accepted": 0, "late": 14}


@pytest.mark.requirement("E10", "S003-10")
async def test_e10_the_unit_is_reminded_on_the_20th_24th_and_26th_of_august(campaigns: Served, office: Office) -> None:
    stream = f"deadline-{deadline_id(office.review, office.unit)}"
    for day in range(19, 29):
        await look(campaigns, date(2020, 8, day))
    events = await campaigns.platform.store.load(stream, 0)
    reminded = [each.reminder_on for each in events if isinstance(each, DeadlineApproaching)]
    assert reminded == [date(2020, 8, 20), date(2020, 8, 24), date(2020, 8, 26)]
    assert (await names(campaigns, stream, DeadlineEvent))[-1] == "DeadlinePassed"
    assert await names(campaigns, f"report-{office.report}", ReportEvent) == ["ReportOpened"]
