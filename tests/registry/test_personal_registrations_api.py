"""What persons register, through registry's API on a real PostgreSQL: entered for a unit, judged, erased."""

from collections.abc import Awaitable
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.registry import Role
from contracts.values import UnitKind
from services.registry import personal_words
from services.registry.domain.personal_registration import personal_registration_id
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.registry.conftest import caught_up, fetch_as_owner, given, later, problem, today
from tests.registry.examples import ADMIN, CAMPAIGN, HEAD, LAUNCHED, NEIGHBOUR, OFFICER, PROVINCE
from tests.served import Served

PEOPLE = [UUID(int=number, version=4) for number in range(0xA1, 0xA5)]
DISTRICT = unit_id("P01-D001")
BEGUN = LAUNCHED.model_copy(update={"persons_register": True, "units": (UnitKind.PROVINCIAL,), "register_before": None})


def key_of(person: UUID) -> UUID:
    return personal_registration_id(CAMPAIGN, person)


def path_of(person: UUID) -> str:
    return f"/personal-registrations/{key_of(person)}"


async def told(registry: Served, person: UUID, path: str, body: object = None) -> dict[str, Any]:
    answer = await registry.ask(person, "POST", path, body)
    assert answer.status_code == 201, answer.text
    await caught_up(registry)
    return dict(answer.json())


async def shown(registry: Served, person: UUID, path: str) -> Any:
    answer = await registry.ask(person, "GET", path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def entry(*people: UUID, unit: UUID = PROVINCE, target: str = "100 % hồ sơ đúng hạn") -> dict[str, Any]:
    lines = [{"person_id": str(each), "target": target, "solution": "Rà soát mỗi tuần"} for each in people]
    return {"campaign_id": str(CAMPAIGN), "unit_id": str(unit), "lines": lines}


async def roster(registry: Served, person: UUID = OFFICER, unit: UUID = PROVINCE) -> Any:
    await caught_up(registry)
    return await shown(registry, person, f"/personal-rosters?campaign_id={CAMPAIGN}&unit_id={unit}")


async def works(registry: Served, person: UUID, unit: UUID, since: str | None = None) -> None:
    body = {"unit_id": str(unit), "category": "civil_servant", "works_directly": True}
    await told(registry, ADMIN, f"/people/{person}/assignments", {**body, "since": since or "2025-01-01"})


@pytest.fixture
async def office(registry: Served) -> Served:
    """A province in which four people and its head work, for a campaign in which persons register."""
    end = today(registry).replace(month=12, day=31)
    await registry.feed(BEGUN.model_copy(update={"period": BEGUN.period.model_copy(update={"end": end})}))
    for person in (*PEOPLE, HEAD):
        if person != HEAD:
            await told(registry, ADMIN, f"/people/{person}/enrol")
        await works(registry, person, PROVINCE)
    return registry


@pytest.mark.requirement("S001-14")
@pytest.mark.requirement("A4")
async def test_an_officer_enters_a_whole_unit_and_the_head_confirms_it(office: Served) -> None:
    await told(office, OFFICER, "/personal-registrations", entry(*PEOPLE[:3]))
    found = await roster(office)
    assert (found["asked"], found["people"], found["registered"], found["confirmed"]) == (True, 5, 3, 0)
    by_person = {each["person_id"]: each for each in found["lines"]}
    assert by_person[str(PEOPLE[0])]["target"] == "100 % hồ sơ đúng hạn"
    assert by_person[str(PEOPLE[3])]["registration_id"] is None
    seen = [
        {"registration_id": each["registration_id"], "revision": each["revision"]}
        for each in found["lines"]
        if each["status"] == "waiting"
    ]
    body = {"unit_id": str(PROVINCE), "confirmed": seen}
    problem(await office.ask(OFFICER, "POST", "/personal-confirmations", body), 403, "role-missing")
    await told(office, HEAD, "/personal-confirmations", body)
    assert (await roster(office))["confirmed"] == 3
    events = await fetch_as_owner(
        office, "select data from store.events where type like '%PersonalRegistration%' order by position"
    )
    assert "hồ sơ" not in str(events)


async def test_the_head_is_asked_once_for_all_that_was_entered_together(office: Served) -> None:
    await told(office, OFFICER, "/personal-registrations", entry(*PEOPLE[:3]))
    rows = await fetch_as_owner(
        office,
        "select (data ->> 'asked')::int from store.events where type like '%PersonalRegistrationMade%' order by 1",
    )
    assert rows == [(0,), (0,), (3,)]


async def test_words_stay_as_long_as_they_may_have_been_accepted(office: Served) -> None:
    """Two send the same, the first to come is refused at last; and a connection breaks at the last moment."""
    pool, key = office.platform.pool, uuid4()
    said = [(key, PEOPLE[0], text) for text in ("Mục tiêu", "Giải pháp")]

    async def attempt(
        words: list[personal_words.Said], *others: Awaitable[None], error: Exception | None = None
    ) -> None:
        async with personal_words.kept(pool, words):
            for other in others:
                await other
            if error:
                raise error

    accepted = attempt(said[:1])
    with pytest.raises(ValueError, match="refused"):
        await attempt(said[:1], accepted, error=ValueError("refused"))
    with pytest.raises(ConnectionResetError):
        await attempt(said[1:], error=ConnectionResetError())
    assert {*(await personal_words.words(pool, [key])).values()} == {"Mục tiêu", "Giải pháp"}


async def test_of_lines_of_which_one_cannot_be_taken_none_is(office: Served) -> None:
    await told(office, OFFICER, "/personal-registrations", entry(PEOPLE[0]))
    stranger = uuid4()
    refused = await office.ask(
        OFFICER, "POST", "/personal-registrations", entry(PEOPLE[0], PEOPLE[1], stranger, target="Khác")
    )
    said = problem(refused, 409, "personal-registrations-refused")
    assert [each["field"] for each in said["errors"]] == ["lines.0", "lines.2"]
    assert (await roster(office))["registered"] == 1
    words = await fetch_as_owner(office, "select words from personal_words order by words")
    assert ("Khác",) not in words  # nothing half-stored
    twice = await office.ask(OFFICER, "POST", "/personal-registrations", entry(PEOPLE[1], PEOPLE[1]))
    problem(twice, 409, "person-twice")


async def test_a_second_registration_of_a_person_is_refused(office: Served) -> None:
    await told(office, OFFICER, "/personal-registrations", entry(PEOPLE[0]))
    again = await office.ask(OFFICER, "POST", "/personal-registrations", entry(PEOPLE[0], target="Khác"))
    problem(again, 409, "personal-registration-already-made")


async def test_who_has_a_login_registers_oneself_and_changes_and_withdraws_it(office: Served) -> None:
    mine = {"campaign_id": str(CAMPAIGN), "target": "Thu đạt 101 %", "solution": "Đối chiếu hằng ngày"}
    problem(await office.ask(OFFICER, "POST", "/my-registrations", mine), 409, "person-not-in-unit")
    await told(office, HEAD, "/my-registrations", mine)
    await told(office, HEAD, "/my-registrations", {**mine, "target": "Thu đạt 102 %"})
    [one] = await shown(office, HEAD, "/my-registrations")
    assert (one["target"], one["status"], one["revision"]) == ("Thu đạt 102 %", "waiting", 2)
    own = await office.ask(HEAD, "POST", f"{path_of(HEAD)}/confirm")
    problem(own, 409, "same-person-may-not-confirm-personal")
    [above] = await fetch_as_owner(
        office, "select data ->> 'above' from store.events where type like '%PersonalRegistrationMade%'"
    )
    assert above == ("true",)
    await told(office, HEAD, "/my-withdrawals", {"campaign_id": str(CAMPAIGN)})
    assert [each["status"] for each in await shown(office, HEAD, "/my-registrations")] == ["withdrawn"]


async def test_it_is_returned_mended_and_shown_with_its_versions(office: Served) -> None:
    await told(office, OFFICER, "/personal-registrations", entry(PEOPLE[0]))
    await told(office, HEAD, f"{path_of(PEOPLE[0])}/return", {"reason": "Chưa đo được"})
    detail = await shown(office, OFFICER, path_of(PEOPLE[0]))
    assert (detail["status"], detail["returned"]) == ("returned", "Chưa đo được")
    assert {each["name"]: each["open"] for each in detail["actions"]} == {
        "rewrite_personal": True, "confirm_personal": False, "return_personal": False, "withdraw_personal": True,
    }  # fmt: skip
    await told(office, OFFICER, f"{path_of(PEOPLE[0])}/words", {"target": "98 %", "solution": "Rà soát mỗi tuần"})
    detail = await shown(office, HEAD, path_of(PEOPLE[0]))
    assert [each["target"] for each in detail["versions"]] == ["100 % hồ sơ đúng hạn", "98 %"]
    await told(office, HEAD, f"{path_of(PEOPLE[0])}/confirm")
    looks = await fetch_as_owner(office, "select reader_id from people_reads")
    assert (HEAD,) in looks


async def test_others_do_not_see_it(office: Served) -> None:
    await told(office, OFFICER, "/personal-registrations", entry(PEOPLE[0]))
    await caught_up(office)
    problem(await office.ask(NEIGHBOUR, "GET", path_of(PEOPLE[0])), 404, "not-found")
    refused = await office.ask(NEIGHBOUR, "GET", f"/personal-rosters?campaign_id={CAMPAIGN}&unit_id={PROVINCE}")
    problem(refused, 403, "role-missing")
    elsewhere = await office.ask(NEIGHBOUR, "POST", "/personal-registrations", entry(PEOPLE[0]))
    problem(elsewhere, 403, "role-missing")


async def test_who_moves_leaves_the_registration_with_the_unit(office: Served) -> None:
    await told(office, OFFICER, "/personal-registrations", entry(PEOPLE[0]))
    await works(office, PEOPLE[0], DISTRICT, today(office).isoformat())
    found = await roster(office)
    assert (found["people"], found["registered"]) == (4, 0)
    [line] = [each for each in found["lines"] if each["person_id"] == str(PEOPLE[0])]
    assert (line["here"], line["status"]) == (False, "waiting")
    assert found["below"] == [{"unit_id": str(DISTRICT), "people": 1, "registered": 0, "confirmed": 0}]
    again = await office.ask(HEAD, "POST", "/personal-registrations", entry(PEOPLE[0], unit=DISTRICT))
    problem(again, 409, "personal-registration-elsewhere")


async def test_a_person_of_a_unit_below_registers_by_the_terms_of_the_unit_that_takes_part(office: Served) -> None:
    person = uuid4()
    await told(office, ADMIN, f"/people/{person}/enrol")
    await works(office, person, DISTRICT)
    await told(office, OFFICER, "/personal-registrations", entry(person, unit=DISTRICT))
    assert (await roster(office, unit=DISTRICT))["registered"] == 1


async def test_after_the_closing_day_nobody_registers(office: Served) -> None:
    end = today(office).replace(month=12, day=31)
    await later(office, (end - today(office)).days + 1)
    late = await office.ask(OFFICER, "POST", "/personal-registrations", entry(PEOPLE[0]))
    problem(late, 409, "personal-registration-closed")


async def test_an_erasure_leaves_nothing_readable(office: Served) -> None:
    details = {"full_name": "Nguyễn Thị Thử"}
    answer = await office.ask(ADMIN, "PUT", f"/people/{PEOPLE[0]}/details", details)
    assert answer.status_code == 200, answer.text
    await told(office, OFFICER, "/personal-registrations", entry(*PEOPLE[:2]))
    await told(office, HEAD, f"{path_of(PEOPLE[0])}/return", {"reason": "Chưa đo được"})
    assert (await office.ask(ADMIN, "DELETE", f"/people/{PEOPLE[0]}/details")).status_code == 200
    left = await fetch_as_owner(office, "select distinct person_id from personal_words")
    assert left == [(PEOPLE[1],)]
    detail = await shown(office, OFFICER, path_of(PEOPLE[0]))
    assert (detail["returned"], detail["versions"]) == (None, [{"revision": 1, "target": None, "solution": None}])
    words = {"target": "Khác", "solution": "Khác"}
    problem(await office.ask(OFFICER, "POST", f"{path_of(PEOPLE[0])}/words", words), 409, "person-erased")
    assert await fetch_as_owner(office, "select distinct person_id from personal_words") == [(PEOPLE[1],)]


@pytest.mark.requirement("A4")
async def test_a_team_registers_without_figures_and_the_head_above_confirms_it(registry: Served) -> None:
    team = {
        "code": "P01-T1",
        "name": "Tổ thu",
        "kind": "team",
        "parent_id": str(PROVINCE),
        "established_on": "2025-01-01",
    }
    answer = await registry.ask(ADMIN, "POST", "/units", team)
    assert answer.status_code == 201, answer.text
    await caught_up(registry)
    end = today(registry).replace(month=12, day=31)
    period = LAUNCHED.period.model_copy(update={"end": end})
    await registry.feed(LAUNCHED.model_copy(update={"units": (UnitKind.TEAM,), "period": period}))
    key = registration_id(CAMPAIGN, unit_id("P01-T1"))
    pledged = {"number": 1, "requirement": "Không để hồ sơ quá hạn", "solution": "Phân công theo địa bàn"}
    path = f"/registrations/{key}"
    await told(registry, OFFICER, f"{path}/qualitative", pledged)
    leader = uuid4()
    await told(registry, ADMIN, f"/people/{leader}/enrol")
    await given(registry, leader, Role.UNIT_HEAD, unit_id("P01-T1"))
    await caught_up(registry)
    await told(registry, leader, f"{path}/submit")
    own = await registry.ask(leader, "POST", f"{path}/confirm-from-above")
    assert own.status_code == 409, own.text
    await told(registry, HEAD, f"{path}/confirm-from-above")
    assert (await shown(registry, HEAD, path))["status"] == "confirmed"
