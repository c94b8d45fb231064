"""The HTTP door of registry for people, and the erasable directory behind it."""

import asyncio
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.facts.decider import Context
from chassis.web.headers import command_id
from contracts.people import PersonDetails
from contracts.registry import Role
from services.registry import people
from tests.registry.conftest import caught_up, fetch_as_owner, given, problem, today
from tests.registry.examples import ADMIN, CAMPAIGN, HEAD, NEIGHBOUR, OFFICER, PROVINCE, ROOT, STRANGER
from tests.served import Served

DETAILS = {"full_name": "Nguyễn Thị Thử", "birth_date": "1990-01-02", "phone": "0912345678", "email": "thu@example.vn"}
PATH = f"/people/{OFFICER}/details"


async def published(registry: Served, after: int = 0) -> list[tuple[int, str, Any]]:
    """Position, key and value of what the relay would send."""
    source = people.Directory(registry.platform.pool)
    return [
        (out.position, out.key.decode(), None if out.value is None else json.loads(out.value))
        for out in await source(after, 1000)
    ]


async def put(registry: Served, name: str, **headers: str) -> httpx.Response:
    return await registry.ask(ADMIN, "PUT", PATH, DETAILS | {"full_name": name}, **headers)


async def name(registry: Served) -> str | None:
    answer = await registry.ask(ADMIN, "GET", PATH)
    return answer.json()["full_name"] if answer.status_code == 200 else None


async def test_details_are_kept_read_and_each_read_is_logged(registry: Served) -> None:
    key = str(uuid4())
    answer = await registry.ask(ADMIN, "PUT", PATH, DETAILS, **{"Idempotency-Key": key})
    own = str(command_id(ADMIN, UUID(key)))
    assert answer.json() == {"person_id": str(OFFICER), "position": 1, "version": 1, "command_id": own}
    assert (answer.headers["etag"], answer.headers["idempotency-key"]) == ('"1"', key)
    read = await registry.ask(ADMIN, "GET", PATH)
    kept = {**DETAILS, "person_id": str(OFFICER), "phone": "84912345678", "staff_code": None}
    assert read.json() == kept
    assert read.headers["etag"] == '"1"'
    assert await fetch_as_owner(registry, "select person_id, reader_id from people_reads") == [(OFFICER, ADMIN)]


async def test_the_relay_gets_the_newest_details_and_a_tombstone_once_they_are_erased(registry: Served) -> None:
    await registry.ask(ADMIN, "PUT", PATH, DETAILS)
    await registry.ask(ADMIN, "PUT", f"/people/{HEAD}/details", DETAILS)
    await registry.ask(ADMIN, "PUT", PATH, DETAILS | {"full_name": "Trần Văn Mẫu"})
    (second, head, _), (third, officer, value) = await published(registry)
    assert ((second, head), (third, officer)) == ((2, str(HEAD)), (3, str(OFFICER)))
    assert value["full_name"] == "Trần Văn Mẫu"
    assert (await registry.ask(ADMIN, "DELETE", PATH)).json()["position"] == 4
    assert await published(registry, 3) == [(4, str(OFFICER), None)]
    problem(await registry.ask(ADMIN, "GET", PATH), 404, "not-found")
    for table in ("people", "store.events", "store.commands"):
        rows = await fetch_as_owner(registry, f"select row::text from {table} row")  # noqa: S608 - names from above
        assert not [row for (row,) in rows if "Trần Văn Mẫu" in row]


async def test_positions_are_drawn_one_after_the_other(registry: Served) -> None:
    persons = (HEAD, OFFICER, NEIGHBOUR, ADMIN)
    drawn = await asyncio.gather(
        *(
            people.change(
                registry.platform.store,
                person,
                people.Details(full_name=f"Người thử {number}"),
                Context(date(2024, 11, 10), ADMIN),
            )
            for person in persons
            for number in range(10)
        )
    )
    assert sorted(each.position for each in drawn) == list(range(1, 41))
    assert sorted(each.version for each in drawn) == sorted([*range(1, 11)] * 4)
    assert len(await published(registry)) == len(persons)


async def test_a_request_that_comes_again_changes_nothing_however_late(registry: Served) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = await put(registry, "Một", **key)
    problem(await put(registry, "Hai", **key), 422, "idempotency-key-reused")
    await put(registry, "Ba")
    again = await put(registry, "Một", **key)
    assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), '"1"')
    assert await name(registry) == "Ba"
    assert [value["full_name"] for _, _, value in await published(registry)] == ["Ba"]


async def test_a_late_request_brings_nothing_back_that_was_erased(registry: Served) -> None:
    key, erase = {"Idempotency-Key": str(uuid4())}, {"Idempotency-Key": str(uuid4())}
    await put(registry, "Một", **key)
    erased = await registry.ask(ADMIN, "DELETE", PATH, **erase)
    for _ in range(2):
        assert (await put(registry, "Một", **key)).status_code == 200
        assert await name(registry) is None
    assert await published(registry) == [(2, str(OFFICER), None)]
    await put(registry, "Hai")
    assert (await registry.ask(ADMIN, "DELETE", PATH, **erase)).json() == erased.json()
    assert (await put(registry, "Một", **key)).status_code == 200
    assert await name(registry) == "Hai"


async def test_what_was_erased_leaves_nothing_by_which_it_could_be_guessed(registry: Served) -> None:
    context = Context(date(2024, 11, 10), ADMIN)
    details = people.Details(full_name="Một", phone="0912345678")
    await people.change(registry.platform.store, OFFICER, details, context)
    await people.change(registry.platform.store, OFFICER, None, Context(date(2024, 11, 10), ADMIN))
    assert await fetch_as_owner(registry, "select details, salt from people") == [(None, None)]
    value = PersonDetails(person_id=OFFICER, **details.model_dump()).model_dump_json()
    guess = people._fingerprint(b"", OFFICER, value, context)
    kept = await fetch_as_owner(registry, "select fingerprint from store.commands")
    assert guess not in [fingerprint for (fingerprint,) in kept]


async def test_details_of_the_first_release_are_kept_again_and_the_command_comes_twice(registry: Served) -> None:
    await put(registry, "Một")
    await fetch_as_owner(registry, "update people set salt = null")
    key = {"Idempotency-Key": str(uuid4())}
    answers = [await put(registry, "Một", **key) for _ in range(2)]
    assert [(each.status_code, each.json()) for each in answers] == [(200, answers[0].json())] * 2
    problem(await put(registry, "Hai", **key), 422, "idempotency-key-reused")
    assert await fetch_as_owner(registry, "select salt is null from people") == [(False,)]


async def test_a_key_that_another_command_has_is_refused_both_ways(registry: Served) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    await registry.ask(ADMIN, "POST", f"/people/{STRANGER}/enrol", **key)
    problem(await put(registry, "Một", **key), 422, "idempotency-key-reused")
    key = {"Idempotency-Key": str(uuid4())}
    await put(registry, "Một", **key)
    problem(await registry.ask(ADMIN, "POST", f"/people/{HEAD}/enrol", **key), 422, "idempotency-key-reused")
    problem(await registry.ask(ADMIN, "DELETE", PATH, **key), 422, "idempotency-key-reused")
    problem(await registry.ask(ADMIN, "PUT", f"/people/{HEAD}/details", DETAILS, **key), 422, "idempotency-key-reused")
    assert await name(registry) == "Một"


async def test_who_has_seen_an_older_version_changes_nothing(registry: Served) -> None:
    nothing = {"If-None-Match": "*"}
    assert (await put(registry, "Một", **nothing)).status_code == 200
    problem(await put(registry, "Hai", **nothing), 412, "wrong-version")
    await put(registry, "Hai", **{"If-Match": '"7", "1"'})
    for wrong in ('"1"', 'W/"2"', '"1", "3"'):
        refused = await put(registry, "Ba", **{"If-Match": wrong})
        assert (problem(refused, 412, "wrong-version")["version"], refused.headers["etag"]) == (2, '"2"')
        problem(await registry.ask(ADMIN, "DELETE", PATH, **{"If-Match": wrong}), 412, "wrong-version")
    assert await name(registry) == "Hai"
    assert (await registry.ask(ADMIN, "DELETE", PATH, **{"If-Match": "*"})).status_code == 200
    problem(await put(registry, "Ba", **{"If-Match": "*"}), 412, "wrong-version")
    assert (await put(registry, "Ba", **nothing)).json()["version"] == 4


async def test_the_same_details_again_are_no_new_version(registry: Served) -> None:
    first, second = await put(registry, "Một"), await put(registry, "Một")
    assert first.json() | {"command_id": ""} == second.json() | {"command_id": ""}
    assert (await registry.ask(ADMIN, "DELETE", f"/people/{HEAD}/details")).json()["version"] == 0
    assert [position for position, _, _ in await published(registry)] == [1]


async def test_changes_name_who_made_them(registry: Served) -> None:
    await put(registry, "Một")
    await registry.ask(ADMIN, "DELETE", PATH)
    found = (await registry.ask(ADMIN, "GET", f"/people/{OFFICER}/changes")).json()
    assert [(each["version"], each["erased"], each["actor"]) for each in found] == [
        (2, True, str(ADMIN)),
        (1, False, str(ADMIN)),
    ]
    assert "Một" not in str(found)
    (tombstone,) = await people.Directory(registry.platform.pool)(0, 10)
    assert dict(tombstone.headers)["ce_actor"] == str(ADMIN).encode()


@pytest.mark.parametrize(
    "wrong",
    [{"phone": "0212345678"}, {"email": "a@b.vn\r\nBcc: c@d.vn"}, {"full_name": ""}, {"zalo": "x"}, {"phone": 84}],
)
async def test_details_that_cannot_be_used_are_refused_and_not_repeated(
    registry: Served, wrong: dict[str, object]
) -> None:
    answer = await registry.ask(ADMIN, "PUT", PATH, DETAILS | wrong)
    problem(answer, 422, "invalid-input")
    assert "thu@example.vn" not in answer.text
    assert await published(registry) == []


async def test_people_are_in_the_hands_of_those_who_administer_them(registry: Served) -> None:
    place = {"unit_id": str(PROVINCE)}
    grant = {**place, "role": "officer", "since": "2024-01-01"}
    end = {**place, "role": "officer", "on": "2024-02-01"}
    work = {**place, "category": "public_employee", "works_directly": True, "since": "2024-01-01"}
    for person in (HEAD, STRANGER):
        problem(await registry.ask(person, "PUT", PATH, DETAILS), 403, "role-missing")
        problem(await registry.ask(person, "GET", PATH), 403, "role-missing")
        problem(await registry.ask(person, "DELETE", PATH), 403, "role-missing")
        problem(await registry.ask(person, "POST", f"/people/{person}/roles", grant), 403, "role-missing")
        problem(await registry.ask(person, "POST", f"/people/{person}/enrol"), 403, "role-missing")
        problem(await registry.ask(person, "POST", f"/people/{OFFICER}/assignments", work), 403, "role-missing")
        problem(await registry.ask(person, "POST", f"/people/{OFFICER}/roles/revoke", end), 403, "role-missing")
    assert await fetch_as_owner(registry, "select person_id from people_reads") == []


async def test_nobody_unknown_gets_a_role_and_no_role_is_held_in_an_unknown_unit(registry: Served) -> None:
    day = today(registry)
    grant = {"role": "officer", "unit_id": str(PROVINCE), "since": day.isoformat()}
    problem(await registry.ask(ADMIN, "POST", f"/people/{STRANGER}/roles", grant), 404, "not-found")
    problem(await registry.ask(ADMIN, "PUT", f"/people/{STRANGER}/details", DETAILS), 404, "not-found")
    lost = grant | {"unit_id": str(CAMPAIGN)}
    problem(await registry.ask(ADMIN, "POST", f"/people/{OFFICER}/roles", lost), 409, "unit-unknown")
    backwards = grant | {"unit_id": str(ROOT), "until": (day - timedelta(days=1)).isoformat()}
    refused = await registry.ask(ADMIN, "POST", f"/people/{OFFICER}/roles", backwards)
    problem(refused, 409, "period-ends-before-it-starts")


async def test_a_person_works_where_assigned(registry: Served) -> None:
    body = {"unit_id": str(PROVINCE), "category": "public_employee", "works_directly": True, "since": "2024-01-01"}
    answers = [await registry.ask(ADMIN, "POST", f"/people/{OFFICER}/assignments", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["version"] == answers[1].json()["version"]


async def test_a_revoked_role_opens_no_door(registry: Served) -> None:
    late = {"since": "2024-01-01", "reason": "decision_came_late", "document": "12/QĐ-BHXH"}
    await given(registry, HEAD, Role.EMULATION_DEPARTMENT, ROOT, **late)
    await caught_up(registry)
    assert (await registry.ask(HEAD, "PUT", PATH, DETAILS)).status_code == 200
    end = {"role": "emulation_department", "unit_id": str(ROOT), "on": today(registry).isoformat()}
    assert (await registry.ask(ADMIN, "POST", f"/people/{HEAD}/roles/revoke", end)).status_code == 201
    await caught_up(registry)
    await asyncio.sleep(2.1)  # what a person holds is remembered for 2 s
    problem(await registry.ask(HEAD, "PUT", PATH, DETAILS), 403, "role-missing")
