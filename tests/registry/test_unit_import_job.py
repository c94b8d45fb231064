"""A file of units is tried before it is imported, and both are jobs: nothing is lost, nothing is done twice."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.store.store import Store
from chassis.web.headers import command_id
from services.registry.domain.unit import unit_id
from services.registry.domain.unit_import import parse_units
from tests.registry.conftest import problem, today
from tests.registry.examples import ADMIN, HEAD, OFFICER, SMALL_FILE
from tests.served import Served

NEW = "P01-D002,Bảo hiểm xã hội quận Hoàn Kiếm,district,P01,2024-11-10"


async def send(registry: Served, data: bytes, query: str = "", **headers: str) -> httpx.Response:
    await registry.ask(ADMIN, "GET", "/units")
    headers |= {"Authorization": f"Bearer {registry.tokens[ADMIN]}", "Content-Type": "text/csv"}
    return await registry.client.post(f"/api/v1/units/import/trials{query}", content=data, headers=headers)


async def over(registry: Served, started: httpx.Response, person: UUID = ADMIN) -> dict[str, Any]:
    """The job, once it has ended."""
    assert started.status_code == 202, started.text
    path = started.headers["Location"].removeprefix("/api/v1")
    async with asyncio.timeout(30):
        while True:
            job: dict[str, Any] = (await registry.ask(person, "GET", path)).raise_for_status().json()
            if job["ended_at"]:
                return job
            await asyncio.sleep(0.05)


async def outcome(registry: Served, started: httpx.Response) -> dict[str, Any]:
    job = await over(registry, started)
    assert job["state"] == "done", job
    told: dict[str, Any] = (await registry.ask(ADMIN, "GET", job["result"].removeprefix("/api/v1"))).json()
    return told


async def test_a_trial_says_what_would_be_and_changes_nothing(registry: Served) -> None:
    head = await registry.platform.store.head()
    told = await outcome(registry, await send(registry, SMALL_FILE + f"\n{NEW}\n".encode()))
    assert told == {"new": {"district": 1}, "known": 4, "faults": []}
    assert await registry.platform.store.head() == head


async def test_a_trial_names_every_fault_with_line_and_column(registry: Served) -> None:
    told = await outcome(registry, await send(registry, SMALL_FILE + b"\np9,,district,P99,2024-13-01\n"))
    line = SMALL_FILE.count(b"\n") + 2
    assert {(each["line"], each["column"]) for each in told["faults"]} == {
        (line, "code"), (line, "name"), (line, "established_on"),
    }  # fmt: skip
    assert all(each["vi"] != each["en"] for each in told["faults"])


async def test_a_trial_finds_what_does_not_agree_with_the_units_that_are_there(registry: Served) -> None:
    other = SMALL_FILE.replace("Bảo hiểm xã hội quận Ba Đình".encode(), "Bảo hiểm xã hội quận Khác".encode())
    assert other != SMALL_FILE
    told = await outcome(registry, await send(registry, other))
    [fault] = told["faults"]
    assert "P01-D001" in fault["vi"]
    assert other.decode().splitlines()[fault["line"] - 1].startswith("P01-D001,")
    started = await registry.ask(ADMIN, "POST", f"/units/import/trials/{await a_trial(registry, other)}/import")
    failed = await over(registry, started)
    assert failed["state"] == "failed"
    assert failed["problem"]["type"] == "urn:thidua:problem:unit-already-established"


async def test_units_are_added_below_those_that_are_there_already(registry: Served) -> None:
    head = "code,name,kind,parent,established_on\n"
    wrong = "P01-D003,Quận Tây Hồ,district,P99,2024-11-10\nP03,Tỉnh khác,provincial,P01,2024-11-10"
    told = await outcome(registry, await send(registry, f"{head}{NEW}\n{wrong}\n".encode()))
    assert [(each["line"], each["column"]) for each in told["faults"]] == [(3, "parent"), (4, "parent")]
    trial = await a_trial(registry, f"{head}{NEW}\n".encode())
    told = await outcome(registry, await registry.ask(ADMIN, "POST", f"/units/import/trials/{trial}/import"))
    assert told["established"] == 1
    found = (await registry.ask(ADMIN, "GET", f"/units/{unit_id('P01-D002')}?at_least={told['position']}")).json()
    assert found["parent_id"] == str(unit_id("P01"))


@pytest.mark.parametrize("form", ["xlsx", "csv"])
async def test_what_is_exported_is_imported_again_without_a_change(registry: Served, form: str) -> None:
    paper = {"number": "391/QĐ-BTC", "issuer": "Bộ Tài chính", "issued_on": "2025-02-26"}
    about = {"on": str(today(registry)), "basis": paper}
    for key, step, more in (
        ("P01", "rename", {"name": "Bảo hiểm xã hội Hà Nội mới", "code": "P01M"}),
        ("P01-D001", "move-below", {"parent_id": str(unit_id("P02"))}),
    ):
        changed = await registry.ask(ADMIN, "POST", f"/units/{unit_id(key)}/{step}", about | more)
        assert changed.status_code == 201, changed.text
    job = await over(registry, await registry.ask(HEAD, "POST", f"/units/exports?as={form}"), HEAD)
    answer = await registry.ask(HEAD, "GET", job["result"].removeprefix("/api/v1"))
    assert f".{form}" in answer.headers["content-disposition"]
    by_code = {row.code: row for row in parse_units(answer.content)}
    assert (by_code["P01M"].name, by_code["P01-D001"].parent) == ("Bảo hiểm xã hội Hà Nội mới", "P02")
    told = await outcome(registry, await send(registry, answer.content))
    assert told == {"new": {}, "known": 4, "faults": []}
    other = SMALL_FILE.replace("Bảo hiểm xã hội thành phố Hà Nội".encode(), b"X").replace(b"P01,", b"P01M,")
    [fault] = (await outcome(registry, await send(registry, other)))["faults"]
    assert "P01M" in fault["vi"]  # the code is another unit's by now, and a file does not rename


async def a_trial(registry: Served, data: bytes) -> str:
    job = await over(registry, await send(registry, data))
    return str(job["id"])


async def test_a_file_that_was_tried_is_imported_and_found_again_by_its_key(registry: Served) -> None:
    trial, key = await a_trial(registry, SMALL_FILE + f"\n{NEW}\n".encode()), str(uuid4())
    path, headers = f"/units/import/trials/{trial}/import", {"Idempotency-Key": key}
    first = await registry.ask(ADMIN, "POST", path, **headers)
    assert first.headers["idempotency-key"] == key
    assert first.json()["id"] == str(command_id(ADMIN, UUID(key)))
    told = await outcome(registry, first)
    head = await registry.platform.store.head()
    assert told == {"established": 1, "position": head}
    again = await registry.ask(ADMIN, "POST", path, **headers)
    assert (again.status_code, again.json()["state"]) == (202, "done")
    assert await registry.platform.store.head() == head
    unit = await registry.ask(ADMIN, "GET", f"/units/{unit_id('P01-D002')}?at_least={head}")
    assert unit.json()["name"] == "Bảo hiểm xã hội quận Hoàn Kiếm"
    other = await a_trial(registry, SMALL_FILE)
    reused = await registry.ask(ADMIN, "POST", f"/units/import/trials/{other}/import", **headers)
    problem(reused, 422, "idempotency-key-reused")


async def test_names_that_look_damaged_are_taken_once_they_are_meant(registry: Served) -> None:
    damaged = SMALL_FILE + "\nP01-D002,Bảo hiểm xã hội qu?n Hoàn Kiếm,district,P01,2024-11-10\n".encode()
    trial = await a_trial(registry, damaged)
    [fault] = (await registry.ask(ADMIN, "GET", f"/jobs/{trial}/result")).json()["faults"]
    assert fault["column"] == "name"
    refused = await over(registry, await registry.ask(ADMIN, "POST", f"/units/import/trials/{trial}/import"))
    assert refused["problem"]["type"] == "urn:thidua:problem:import-refused"
    assert refused["problem"]["errors"][0]["line"] == fault["line"]
    meant = await over(registry, await registry.ask(ADMIN, "POST", f"/units/import/trials/{trial}/names-are-meant"))
    told = await outcome(registry, await registry.ask(ADMIN, "POST", f"/units/import/trials/{meant['id']}/import"))
    assert told["established"] == 1


async def test_anothers_job_and_one_of_another_kind_are_not_there(registry: Served) -> None:
    trial = await a_trial(registry, SMALL_FILE)
    for path in (f"/jobs/{trial}", f"/jobs/{trial}/result"):
        unknown = problem(await registry.ask(HEAD, "GET", f"/jobs/{uuid4()}"), 404, "not-found")
        assert problem(await registry.ask(HEAD, "GET", path), 404, "not-found") == unknown
    await registry.platform.pool.execute("update chassis.jobs set person = $1", OFFICER)
    problem(await registry.ask(ADMIN, "POST", f"/units/import/trials/{trial}/import"), 404, "not-found")
    await registry.platform.pool.execute("update chassis.jobs set person = $1, kind = 'units.import'", ADMIN)
    problem(await registry.ask(ADMIN, "POST", f"/units/import/trials/{trial}/import"), 404, "not-found")


async def test_there_is_no_result_of_what_has_not_ended(registry: Served) -> None:
    trial = await a_trial(registry, SMALL_FILE)
    await registry.platform.pool.execute("update chassis.jobs set state = 'failed', result = null")
    problem(await registry.ask(ADMIN, "GET", f"/jobs/{trial}/result"), 409, "job-not-done")


async def test_nothing_is_no_file(registry: Served) -> None:
    body = problem(await send(registry, b""), 422, "import-refused")
    assert body["errors"][0]["line"] == 1


async def test_a_job_for_a_version_that_is_not_there_is_not_begun(registry: Served) -> None:
    problem(await send(registry, SMALL_FILE, **{"If-Match": '"7"'}), 412, "wrong-version")
    assert await registry.platform.pool.fetchval("select count(*) from chassis.jobs") == 0


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first import breaks off after it has committed, before anybody is told."""
    whole, tries = Store.append_all, list[int]()

    async def once_in_vain(store: Store, appends: Any, told: Callable[[int], object] = lambda _: None) -> Any:
        answers = await whole(store, appends, told)
        tries.append(len(appends))
        if len(tries) == 1:
            raise ConnectionResetError
        return answers

    monkeypatch.setattr(Store, "append_all", once_in_vain)
    return tries


async def test_an_import_that_breaks_off_after_its_commit_establishes_nothing_twice(
    registry: Served, interrupted: list[int]
) -> None:
    trial = await a_trial(registry, SMALL_FILE + f"\n{NEW}\n".encode())
    told = await outcome(registry, await registry.ask(ADMIN, "POST", f"/units/import/trials/{trial}/import"))
    assert interrupted == [2, 1]
    assert told["established"] == 1
    found = await registry.platform.pool.fetchval(
        "select count(*) from store.events where stream = $1", f"unit-{unit_id('P01-D002')}"
    )
    assert found == 1
