"""A file of persons as a job: tried with every wrong row, imported once, written out again; details stay erasable."""

import asyncio
from typing import Any
from uuid import UUID

from httpx import Response

from tests.registry.conftest import caught_up, fetch_as_owner, problem
from tests.registry.examples import ADMIN, OFFICER
from tests.served import Served

HEAD = "Mã cán bộ;Họ và tên;Ngày sinh;Điện thoại;Thư điện tử;Mã đơn vị;Loại lao động;Trực tiếp;Từ ngày"
ROWS = [f"CB{n:03};Người Thử Số {n};02/01/1990;0912345{n:03};;P01;Viên chức;x;01/01/2024" for n in range(230)]


async def sent(registry: Served, path: str, body: bytes = b"", by: UUID = ADMIN) -> Response:
    """The answer to a file that is sent there."""
    await registry.ask(by, "GET", "/nowhere")
    headers = {"Authorization": f"Bearer {registry.tokens[by]}", "Content-Type": "application/octet-stream"}
    return await registry.client.post(f"/api/v1{path}", content=body, headers=headers)


async def done(registry: Served, path: str, body: bytes = b"", by: UUID = ADMIN) -> Any:
    """What came of a job that is asked for there."""
    answer = await sent(registry, path, body, by)
    assert answer.status_code == 202, answer.text
    key = answer.json()["id"]
    async with asyncio.timeout(60):
        while True:
            job = (await registry.ask(by, "GET", f"/jobs/{key}")).json()
            if job["ended_at"]:
                break
            await asyncio.sleep(0.05)
    assert job["state"] == "done", job
    result = await registry.ask(by, "GET", f"/jobs/{key}/result")
    assert result.status_code == 200, result.text
    return key, result


async def imported(registry: Served, *rows: str) -> dict[str, Any]:
    trial, _ = await done(registry, "/people/import/trials", "\n".join((HEAD, *rows)).encode())
    _, result = await done(registry, f"/people/import/trials/{trial}/import")
    await caught_up(registry)
    return dict(result.json())


async def test_a_file_is_imported_once_and_written_out_as_it_can_be_read_again(registry: Served) -> None:
    first = await imported(registry, *ROWS)
    assert (first["new"], first["changed"], first["same"], first["wrong"]) == (230, 0, 0, 0)
    again = await imported(registry, *ROWS)
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 230)
    moved = await imported(registry, ROWS[0].replace("01/01/2024", "01/06/2024").replace("P01", "P02"), *ROWS[1:])
    assert (moved["new"], moved["changed"], moved["same"]) == (0, 1, 229)
    _, file = await done(registry, "/people/exports?as=csv")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert lines[0] == HEAD
    assert len(lines) == 231
    assert "CB000;Người Thử Số 0;02/01/1990;0912345000;;P02;Viên chức;x;01/06/2024" in lines
    _, book = await done(registry, "/people/exports")
    assert book.content[:2] == b"PK"
    same = await imported(registry, *lines[1:])
    assert (same["new"], same["changed"], same["same"]) == (0, 0, 230)


async def test_with_one_wrong_row_nobody_is_imported_and_no_event_holds_a_name(registry: Served) -> None:
    before = await registry.platform.store.head()
    wrong = await imported(registry, *ROWS[:5], ROWS[5].replace("P01", "P77"))
    assert wrong["wrong"] == 1
    assert (wrong["faults"][0]["line"], wrong["faults"][0]["column"]) == (7, "unit")
    assert await registry.platform.store.head() == before
    await imported(registry, *ROWS[:3])
    rows = await fetch_as_owner(registry, "select row::text from store.events row")
    assert rows
    assert not [row for (row,) in rows if "Người Thử" in row or "0912345" in row]
    people = await fetch_as_owner(registry, "select person_id from people")
    assert len(people) == 3
    [key] = [row[0] for row in people[:1]]
    assert isinstance(key, UUID)
    assert (await registry.ask(ADMIN, "DELETE", f"/people/{key}/details")).status_code == 200


async def test_only_who_keeps_people_imports_and_exports(registry: Served) -> None:
    problem(await registry.ask(OFFICER, "POST", "/people/exports"), 403, "role-missing")
    problem(await registry.ask(OFFICER, "POST", "/people/import/trials"), 403, "role-missing")
    problem(await registry.ask(ADMIN, "POST", "/people/import/trials"), 422, "empty-file")
