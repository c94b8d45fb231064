"""Headcount through the API: sums of the units as they stood on the day, which statement was counted, who may."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.registry.domain.unit import unit_id
from tests.registry.conftest import caught_up, problem, today
from tests.registry.examples import ADMIN, HEAD, NEIGHBOUR, OFFICER, PROVINCE, ROOT
from tests.served import Served

DISTRICT, OTHER = unit_id("P01-D001"), unit_id("P02")
BASIS = {"number": "391/QĐ-BTC", "issuer": "Bộ Tài chính", "issued_on": "2025-02-26"}


def heads(**people: int) -> list[dict[str, Any]]:
    return [{"category": name, "people": count} for name, count in people.items()]


async def tell(registry: Served, person: UUID, path: str, unit: UUID, **more: Any) -> None:
    body = {"unit_id": str(unit), "on": str(today(registry)), **more}
    answer = await registry.ask(person, "POST", path, body)
    assert answer.status_code == 201, answer.text
    await caught_up(registry)


async def read(registry: Served, unit: UUID, person: UUID = ADMIN, **query: Any) -> dict[str, Any]:
    asked = "&".join(f"{name}={value}" for name, value in {"unit_id": unit, **query}.items())
    answer = await registry.ask(person, "GET", f"/headcounts?{asked}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.requirement("B2")
async def test_people_are_summed_over_the_units_as_they_stood_on_the_day(registry: Served) -> None:
    day = today(registry)
    before = day - timedelta(days=1)
    for person, unit, people in ((OFFICER, PROVINCE, 200), (OFFICER, DISTRICT, 20), (NEIGHBOUR, OTHER, 100)):
        figures = heads(public_employee=people, civil_servant=3)
        await tell(registry, person, "/headcounts", unit, on=str(before), heads=figures)
    await tell(registry, ADMIN, "/establishments", DISTRICT, posts=25, basis=BASIS)
    moved = {"on": str(day), "basis": BASIS, "parent_id": str(OTHER)}
    assert (await registry.ask(ADMIN, "POST", f"/units/{DISTRICT}/move-below", moved)).status_code == 201
    await caught_up(registry)
    then, now = [await read(registry, PROVINCE, on=on) for on in (before, day)]
    assert then["sum"]["heads"] == {"public_employee": 220, "civil_servant": 6}
    assert (then["sum"]["people"], now["sum"]["people"]) == (226, 203)
    assert [(each["code"], each["sum"]["people"]) for each in then["parts"]] == [("P01", 203), ("P01-D001", 23)]
    assert {each["unit_id"] for each in then["counted"]} == {str(PROVINCE), str(DISTRICT)}
    there = await read(registry, OTHER, NEIGHBOUR)
    assert (there["sum"]["people"], there["sum"]["posts"], there["sum"]["missing"]) == (126, 25, 0)
    assert (await read(registry, OTHER, on=before))["sum"]["posts"] is None
    whole = await read(registry, ROOT)
    assert (whole["sum"]["people"], whole["sum"]["units"], whole["sum"]["missing"]) == (329, 3, 1)


@pytest.mark.requirement("B2")
async def test_who_counted_a_figure_sees_that_it_was_corrected_and_both_stand_there(registry: Served) -> None:
    await tell(registry, OFFICER, "/headcounts", DISTRICT, heads=heads(public_employee=20))
    [counted] = (await read(registry, PROVINCE))["counted"]
    assert counted == {"unit_id": str(DISTRICT), "on": str(today(registry)), "revision": 1}
    figures = heads(public_employee=21)
    await tell(registry, HEAD, "/headcounts/corrections", DISTRICT, heads=figures, reason="Thiếu một người")
    told = await read(registry, DISTRICT)
    assert told["counted"] == [counted | {"revision": 2}]
    assert [(each["revision"], each["heads"], each["reason"]) for each in told["said"]] == [
        (2, {"public_employee": 21}, "Thiếu một người"),
        (1, {"public_employee": 20}, None),
    ]
    assert told["sum"]["people"] == 21


async def test_bad_figures_are_refused_with_a_sentence_and_nothing_is_stored(registry: Served) -> None:
    day = today(registry)
    good = {"unit_id": str(PROVINCE), "on": str(day), "heads": heads(public_employee=1)}
    wrong_ones: list[dict[str, Any]] = [
        {"heads": heads(public_employee=-1)},
        {"heads": heads(astronaut=1)},
        {"heads": []},
        {"heads": heads(public_employee=2_000_000)},
        {"on": "31/12/2024"},
    ]
    for wrong in wrong_ones:
        answer = await registry.ask(OFFICER, "POST", "/headcounts", {**good, **wrong})
        errors = problem(answer, 422, "invalid-input")["errors"]
        assert errors, wrong
        assert all(each["vi"] for each in errors)
    ahead = {**good, "on": str(day + timedelta(days=1))}
    problem(await registry.ask(OFFICER, "POST", "/headcounts", ahead), 409, "headcount-ahead")
    correction = {**good, "reason": "Nhầm"}
    problem(await registry.ask(OFFICER, "POST", "/headcounts/corrections", correction), 409, "headcount-not-reported")
    nowhere = {**good, "unit_id": str(unit_id("NOWHERE"))}
    problem(await registry.ask(ADMIN, "POST", "/headcounts", nowhere), 409, "headcount-of-unknown-unit")
    assert (await read(registry, PROVINCE))["said"] == []


async def test_a_unit_reports_of_itself_and_those_below_and_the_centre_gives_posts(registry: Served) -> None:
    body = {"unit_id": str(PROVINCE), "on": str(today(registry)), "heads": heads(public_employee=1)}
    assert (await registry.ask(NEIGHBOUR, "POST", "/headcounts", body)).status_code == 403
    assert (await registry.ask(NEIGHBOUR, "GET", f"/headcounts?unit_id={PROVINCE}")).status_code == 403
    posts = {"unit_id": str(PROVINCE), "on": str(today(registry)), "posts": 5, "basis": BASIS}
    assert (await registry.ask(HEAD, "POST", "/establishments", posts)).status_code == 403


async def test_the_people_of_a_bloc_are_those_of_its_members(registry: Served) -> None:
    bloc = {"code": "KCQ", "name": "Khối cơ quan", "kind": "agency_bloc", "parent_id": str(ROOT)}
    founded = bloc | {"established_on": "2024-11-10"}
    assert (await registry.ask(ADMIN, "POST", "/units", founded)).status_code == 201
    await caught_up(registry)
    joined = {"bloc_id": str(unit_id("KCQ")), "on": str(today(registry))}
    assert (await registry.ask(ADMIN, "POST", f"/units/{PROVINCE}/join-bloc", joined)).status_code == 201
    await tell(registry, OFFICER, "/headcounts", DISTRICT, heads=heads(public_employee=7))
    told = await read(registry, unit_id("KCQ"))
    assert (told["sum"]["people"], [each["code"] for each in told["parts"]]) == (7, ["KCQ", "P01"])
    assert (await read(registry, ROOT))["sum"]["people"] == 7
