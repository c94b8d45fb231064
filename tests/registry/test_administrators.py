"""What an administrator gone bad may not do, each with the attack that succeeds where the guard is taken out."""

import asyncio
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.facts.decider import Rejected
from chassis.store.execute import Executor
from contracts.registry import AppointmentReason, Role
from services.registry.api import proposals
from services.registry.bootstrap import Appointment, appoint_administrator, appoint_first_administrators
from services.registry.domain import person as rules
from services.registry.domain import proposal as rules_of_proposals
from services.registry.domain import roles as rules_of_roles
from services.registry.domain.proposal import Known
from services.registry.domain.unit import unit_id
from tests.registry.conftest import caught_up, fetch_as_owner, given, later, problem, today
from tests.registry.examples import ADMIN, HEAD, NEIGHBOUR, OFFICER, OWNER, PROVINCE, ROOT, SECOND, STRANGER
from tests.served import Served

TWO: Final = (Role.DIRECTOR_GENERAL, Role.EMULATION_DEPARTMENT)
PAPER: Final[dict[str, Any]] = {"reason": "decision_came_late", "document": "12/QĐ-BHXH"}


async def grant(
    registry: Served, by: UUID, person: UUID, role: Role, unit: UUID = ROOT, **more: object
) -> httpx.Response:
    body = {"role": role, "unit_id": str(unit), "since": today(registry).isoformat(), **more}
    return await registry.ask(by, "POST", f"/people/{person}/roles", body)


async def revoke(
    registry: Served, by: UUID, person: UUID, role: Role = Role.EMULATION_DEPARTMENT, **more: object
) -> httpx.Response:
    body = {"role": role, "unit_id": str(ROOT), "on": today(registry).isoformat(), **more}
    return await registry.ask(by, "POST", f"/people/{person}/roles/revoke", body)


async def step(registry: Served, by: UUID, name: str, proposal: str) -> httpx.Response:
    return await registry.ask(by, "POST", f"/proposals/{proposal}/{name}")


async def held(registry: Served, person: UUID) -> set[tuple[str, date]]:
    await caught_up(registry)
    rows = await registry.platform.pool.fetch(
        "select role, since from organisation_roles where person_id = $1 and unit_id = $2", person, ROOT
    )
    return {(row["role"], row["since"]) for row in rows}


async def an_administrator(registry: Served) -> UUID:
    """A third one, of today."""
    person = uuid4()
    assert (await registry.ask(ADMIN, "POST", f"/people/{person}/enrol")).status_code == 201
    await given(registry, person, Role.EMULATION_DEPARTMENT, ROOT)
    await caught_up(registry)
    return person


@pytest.mark.parametrize("role", list(Role))
async def test_an_administrator_gives_and_takes_no_role_of_ones_own(registry: Served, role: Role) -> None:
    head = await registry.platform.store.head()
    cases: tuple[dict[str, Any], ...] = ({}, PAPER | {"since": "0001-01-01"}, {"unit_id": str(PROVINCE)})
    for more in cases:
        problem(await grant(registry, SECOND, SECOND, role, **more), 409, "own-role")
    await later(registry, 1)
    problem(await revoke(registry, SECOND, SECOND), 409, "own-role")
    assert await registry.platform.store.head() == head


async def test_without_the_rule_an_administrator_gives_oneself_what_one_likes(
    registry: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "not_ones_own", lambda *_: None)
    assert (await grant(registry, SECOND, SECOND, Role.AUDITOR)).status_code == 201
    assert ("auditor", today(registry)) in await held(registry, SECOND)


@pytest.mark.parametrize("role", TWO)
async def test_a_role_that_takes_two_is_nobody_s_before_the_second_has_confirmed(registry: Served, role: Role) -> None:
    answer = await grant(registry, ADMIN, HEAD, role)
    told = answer.json()
    assert answer.status_code == 202, told
    assert "người quản trị thứ hai xác nhận" in told["vi"]
    assert told["lapses_after"] == (today(registry) + timedelta(days=13)).isoformat()
    assert answer.headers["location"] == f"/api/v1/proposals/{told['id']}"
    assert await held(registry, HEAD) == set()
    problem(await registry.ask(HEAD, "PUT", f"/people/{OFFICER}/details", {"full_name": "X"}), 403, "role-missing")
    problem(await step(registry, ADMIN, "confirm", told["id"]), 409, "own-proposal")
    problem(await step(registry, HEAD, "confirm", told["id"]), 403, "role-missing")
    again = await grant(registry, ADMIN, HEAD, role)
    assert (again.status_code, again.json()["id"]) == (202, told["id"])
    problem(await grant(registry, SECOND, HEAD, role), 409, "proposed-already")
    assert (await step(registry, SECOND, "confirm", told["id"])).status_code == 201
    assert await held(registry, HEAD) == {(role, today(registry))}
    problem(await step(registry, SECOND, "confirm", told["id"]), 409, "proposal-not-open")
    assert (await grant(registry, ADMIN, HEAD, role)).status_code == 201  # is held: nothing is left to be done


async def test_where_no_rule_asks_for_two_one_is_enough(registry: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.registry.api import people  # noqa: PLC0415 - what is taken out is the question there

    for module in (people, rules):
        monkeypatch.setattr(module, "second_person", lambda *_: False)
    assert (await grant(registry, ADMIN, HEAD, Role.DIRECTOR_GENERAL)).status_code == 201
    assert await held(registry, HEAD) == {("director_general", today(registry))}


async def test_who_is_to_hold_it_does_not_confirm_it(registry: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    third = await an_administrator(registry)
    told = (await grant(registry, ADMIN, third, Role.DIRECTOR_GENERAL)).json()
    problem(await step(registry, third, "confirm", told["id"]), 409, "own-role")
    for module in (rules, rules_of_proposals):
        monkeypatch.setattr(module, "not_ones_own", lambda *_: None)
    assert (await step(registry, third, "confirm", told["id"])).status_code == 201


async def test_a_day_before_today_takes_a_reason_a_paper_and_a_second_person(registry: Served) -> None:
    early = (today(registry) - timedelta(days=1)).isoformat()
    problem(await grant(registry, ADMIN, HEAD, Role.OFFICER, since=early), 409, "grant-backdated-without-reason")
    named = await grant(registry, ADMIN, HEAD, Role.OFFICER, since=early, **PAPER | {"document": "Nguyễn Văn A"})
    problem(named, 422, "invalid-input")
    answer = await grant(registry, ADMIN, HEAD, Role.OFFICER, since=early, **PAPER)
    assert answer.status_code == 202
    assert await held(registry, HEAD) == set()
    assert (await step(registry, SECOND, "confirm", answer.json()["id"])).status_code == 201
    assert await held(registry, HEAD) == {("officer", today(registry) - timedelta(days=1))}


async def test_without_the_rule_a_day_before_today_takes_nothing_but_a_second_person(
    registry: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_of_proposals, "not_dated_back_in_silence", lambda *_: None)
    early = (today(registry) - timedelta(days=1)).isoformat()
    assert (await grant(registry, ADMIN, HEAD, Role.OFFICER, since=early)).status_code == 202


async def test_a_role_that_waited_counts_from_the_day_on_which_it_was_confirmed(registry: Served) -> None:
    told = (await grant(registry, ADMIN, HEAD, Role.DIRECTOR_GENERAL)).json()
    await later(registry, 3)
    assert (await step(registry, SECOND, "confirm", told["id"])).status_code == 201
    assert await held(registry, HEAD) == {("director_general", today(registry))}


async def test_a_proposal_is_declined_withdrawn_or_lapses(registry: Served) -> None:
    for name, by, other in (("decline", SECOND, ADMIN), ("withdraw", ADMIN, SECOND)):
        told = (await grant(registry, ADMIN, HEAD, Role.DIRECTOR_GENERAL)).json()
        wrong = {"decline": "own-proposal", "withdraw": "not-own-proposal"}[name]
        problem(await step(registry, other, name, told["id"]), 409, wrong)
        assert (await step(registry, by, name, told["id"])).status_code == 201
        problem(await step(registry, SECOND, "confirm", told["id"]), 409, "proposal-not-open")
    told = (await grant(registry, ADMIN, HEAD, Role.DIRECTOR_GENERAL)).json()
    await later(registry, 14)
    problem(await step(registry, SECOND, "confirm", told["id"]), 409, "proposal-lapsed")
    waiting = await registry.ask(ADMIN, "GET", f"/proposals?status=waiting&at_least={told['position']}")
    assert waiting.json() == []
    assert await held(registry, HEAD) == set()
    problem(await step(registry, SECOND, "confirm", str(uuid4())), 404, "not-found")


async def test_who_has_proposed_and_may_no_longer_has_proposed_in_vain(
    registry: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = (await grant(registry, ADMIN, HEAD, Role.DIRECTOR_GENERAL)).json()
    await later(registry, 1)
    assert (await revoke(registry, SECOND, ADMIN)).status_code == 201
    third = STRANGER
    await appoint_administrator(registry.platform, Appointment(third, ROOT, OWNER, AppointmentReason.NO_SECOND_PERSON))
    await caught_up(registry)
    problem(await step(registry, third, "confirm", told["id"]), 409, "proposer-lost-the-right")
    monkeypatch.setattr(proposals, "Known", lambda **more: Known(**more | {"proposer_may": True}))
    assert (await step(registry, third, "confirm", told["id"])).status_code == 201


async def test_proposals_are_listed_with_the_steps_that_one_may_take(registry: Served) -> None:
    told = (await grant(registry, ADMIN, HEAD, Role.DIRECTOR_GENERAL, until="2099-12-31")).json()
    path = f"/proposals?status=waiting&at_least={told['position']}"
    for person, wanted in ((ADMIN, {"withdraw_proposal"}), (SECOND, {"confirm_proposal", "decline_proposal"})):
        [row] = (await registry.ask(person, "GET", path)).json()
        assert {each["name"] for each in row["actions"] if each["open"]} == wanted
        assert all(each["why"]["code"] for each in row["actions"] if not each["open"])
        one = await registry.ask(person, "GET", f"/proposals/{told['id']}")
        assert one.json() == row
        assert one.headers["etag"] == '"1"'
    assert (row["proposed_by"], row["person_id"], row["until"]) == (str(ADMIN), str(HEAD), "2099-12-31")
    problem(await registry.ask(HEAD, "GET", path), 403, "role-missing")


async def test_the_last_administrator_is_not_revoked(registry: Served) -> None:
    await later(registry, 1)
    assert (await revoke(registry, SECOND, ADMIN)).status_code == 201
    await caught_up(registry)
    await asyncio.sleep(2.1)  # what a person holds is remembered for 2 s
    problem(await revoke(registry, ADMIN, SECOND), 403, "role-missing")
    problem(await revoke(registry, SECOND, SECOND), 409, "own-role")
    problem(
        await grant(registry, SECOND, ADMIN, Role.AUDITOR, since="0001-01-01"), 409, "grant-backdated-without-reason"
    )


async def mutual(registry: Served) -> list[int]:
    await later(registry, 1)
    answers = await asyncio.gather(revoke(registry, ADMIN, SECOND), revoke(registry, SECOND, ADMIN))
    for refused in (each for each in answers if each.status_code != 201):
        problem(refused, 409, "last-administrator")
    return sorted(each.status_code for each in answers)


async def test_two_administrators_do_not_remove_each_other(registry: Served) -> None:
    assert await mutual(registry) == [201, 409]
    await caught_up(registry)
    found = (await registry.ask(ADMIN, "GET", "/administrators")).json() or {}
    found = found if "administrators" in found else (await registry.ask(SECOND, "GET", "/administrators")).json()
    assert len(found["administrators"]) == 1
    assert found["nobody_from"] is None


async def test_two_that_watched_nobody_would_remove_each_other(
    registry: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both decide from what was so before: nothing notices that the other has changed meanwhile."""
    watching, both = Executor.execute_watching, asyncio.Barrier(2)

    async def blind(self: Executor, *given: Any, known: Any, watched: Any, **more: Any) -> Any:
        read = [(await self.state(rules.PERSON, each))[1] for each in watched]
        await both.wait()
        return await watching(self, *given, known=lambda _: known(read), watched=(), **more)

    monkeypatch.setattr(Executor, "execute_watching", blind)
    assert await mutual(registry) == [201, 201]


async def test_an_administrator_for_a_time_does_not_stand_in_for_good(registry: Served) -> None:
    third = uuid4()
    await registry.ask(ADMIN, "POST", f"/people/{third}/enrol")
    until = (today(registry) + timedelta(days=30)).isoformat()
    await given(registry, third, Role.EMULATION_DEPARTMENT, ROOT, until=until)
    await caught_up(registry)
    await later(registry, 1)
    assert (await revoke(registry, third, ADMIN)).status_code == 201
    await caught_up(registry)
    problem(await revoke(registry, third, SECOND), 409, "last-administrator")
    told = (await registry.ask(third, "GET", "/administrators")).json()
    assert {each["person_id"] for each in told["administrators"]} == {str(third), str(SECOND)}


async def test_nothing_is_revoked_as_of_a_day_before_today(registry: Served) -> None:
    await later(registry, 5)
    early = (today(registry) - timedelta(days=1)).isoformat()
    problem(await revoke(registry, ADMIN, SECOND, on=early), 409, "revocation-backdated")
    assert (await revoke(registry, ADMIN, SECOND)).status_code == 201


async def test_without_the_rule_a_revocation_reaches_into_the_past(
    registry: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    await later(registry, 5)
    monkeypatch.setattr(rules_of_roles, "not_revoked_back", lambda *_: None)
    early = (today(registry) - timedelta(days=1)).isoformat()
    assert (await revoke(registry, ADMIN, SECOND, on=early)).status_code == 201


async def test_whose_roles_do_not_go_together_is_told_to_who_looks_after_that(registry: Served) -> None:
    await given(registry, OFFICER, Role.PROFESSIONAL_DEPARTMENT, ROOT)
    await given(registry, HEAD, Role.AUDITOR, unit_id("P02"))  # head of another unit: neither reaches the other
    await given(registry, NEIGHBOUR, Role.COUNCIL_CHAIR, ROOT)
    auditor = await enrolled(registry)
    await given(registry, auditor, Role.AUDITOR, ROOT)
    await caught_up(registry)
    found = (await registry.ask(auditor, "GET", "/people/conflicts")).json()
    assert [(each["person_id"], each["roles"]) for each in found] == [
        (str(OFFICER), ["officer", "professional_department"])
    ]
    assert found[0]["units"] == [str(PROVINCE), str(ROOT)]
    assert found[0]["why"]
    await later(registry, 1)
    assert (await revoke(registry, ADMIN, OFFICER, Role.PROFESSIONAL_DEPARTMENT)).status_code == 201
    await caught_up(registry)
    assert (await registry.ask(ADMIN, "GET", "/people/conflicts")).json() == []
    before = (await registry.ask(ADMIN, "GET", "/people/conflicts?on=2023-12-31")).json()
    assert before == []  # no pair is looked for on that day
    problem(await registry.ask(HEAD, "GET", "/people/conflicts"), 403, "role-missing")


async def enrolled(registry: Served) -> UUID:
    person = uuid4()
    assert (await registry.ask(ADMIN, "POST", f"/people/{person}/enrol")).status_code == 201
    return person


async def test_the_first_administrators_are_two_and_made_once(registry: Served) -> None:
    platform, head = registry.platform, await registry.platform.store.head()
    with pytest.raises(Rejected, match="administrator-exists"):
        await appoint_first_administrators(platform, [STRANGER], ROOT, OWNER)
    await appoint_first_administrators(platform, [ADMIN, SECOND], ROOT, OWNER)
    assert await platform.store.head() == head
    await later(registry, 1)
    assert (await revoke(registry, SECOND, ADMIN)).status_code == 201
    await appoint_first_administrators(platform, [ADMIN, SECOND], ROOT, OWNER)
    assert await platform.store.head() == head + 1
    told = await fetch_as_owner(
        registry, "select data ->> 'hand', metadata ->> 'actor' from store.events where type like '%AppointedByOwner%'"
    )
    assert told == [(str(OWNER), str(OWNER))] * 2


async def test_the_owner_s_hand_appoints_where_nobody_can_and_leaves_a_trace(registry: Served) -> None:
    platform = registry.platform
    for reason in (AppointmentReason.FIRST, AppointmentReason.NOBODY_LEFT, AppointmentReason.NO_SECOND_PERSON):
        with pytest.raises(Rejected, match="administrator"):
            await appoint_administrator(platform, Appointment(STRANGER, ROOT, OWNER, reason))
    wanted = Appointment(STRANGER, ROOT, OWNER, AppointmentReason.NOBODY_REACHABLE, "7/QĐ-BHXH")
    await appoint_administrator(platform, wanted)
    assert await held(registry, STRANGER) == {("emulation_department", today(registry))}
    [told] = await fetch_as_owner(
        registry,
        "select data ->> 'reason', data ->> 'document' from store.events where type like '%AppointedByOwner%'"
        " order by position desc limit 1",
    )
    assert told == ("nobody_reachable", "7/QĐ-BHXH")
    with pytest.raises(Rejected, match="own-role"):
        await appoint_administrator(platform, Appointment(OWNER, ROOT, OWNER, AppointmentReason.NOBODY_REACHABLE))
