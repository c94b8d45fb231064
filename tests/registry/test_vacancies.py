"""A unit without a head or an officer is seen by those above it, from the day on which a role has ended."""

from services.registry.domain.unit import unit_id
from tests.registry.conftest import caught_up, later, problem, today
from tests.registry.examples import ADMIN, HEAD, NEIGHBOUR, OFFICER, PROVINCE
from tests.served import Served

P02 = unit_id("P02")


async def lacking(registry: Served, by: object = ADMIN, query: str = "") -> dict[str, list[str]]:
    await caught_up(registry)
    answer = await registry.ask(by, "GET", f"/vacancies{query}")  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return {each["code"]: each["lacks"] for each in answer.json()["items"]}


async def test_a_unit_without_head_or_officer_is_seen_from_above(registry: Served) -> None:
    found = await lacking(registry)
    assert "P01" not in found  # has both
    assert found["P02"] == ["officer"]
    assert found["VSS"] == ["unit_head"]
    assert await lacking(registry, HEAD, f"?unit_id={PROVINCE}") == {
        code: lacks for code, lacks in found.items() if code.startswith("P01-")
    }
    problem(await registry.ask(HEAD, "GET", "/vacancies"), 403, "role-missing")
    problem(await registry.ask(OFFICER, "GET", f"/vacancies?unit_id={PROVINCE}"), 403, "role-missing")


async def test_an_office_is_vacant_on_the_day_on_which_somebody_leaves(registry: Served) -> None:
    body = {"reason": "retired", "on": today(registry).isoformat()}
    assert (await registry.ask(ADMIN, "POST", f"/people/{NEIGHBOUR}/leave", body)).status_code == 201
    assert (await lacking(registry))["P02"] == ["unit_head", "officer"]
    await later(registry, 1)
    assert (await lacking(registry))["P02"] == ["unit_head", "officer"]
    first = (await registry.ask(ADMIN, "GET", "/vacancies?limit=1")).json()
    following = (await registry.ask(ADMIN, "GET", f"/vacancies?after={first['next']}")).json()
    assert first["items"][0]["code"] < following["items"][0]["code"]
