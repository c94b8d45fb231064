"""Queries: waiting for a position with one poll for all, and pages that end where they should."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from chassis.facts.problem import Problem
from chassis.views.checkpoint import Checkpoint
from chassis.web.api import Asked, Page, Paged, asked_router
from tests.chassis.web_support import ASKS, an_api, an_issuer, code


class Model:
    """A read model that comes as far as it is told, and counts how often it is asked."""

    def __init__(self) -> None:
        self.position = 0
        self.asked = 0
        self.error: Exception | None = None

    async def read(self) -> int:
        self.asked += 1
        if self.error:
            raise self.error
        return self.position


async def test_what_is_there_already_is_waited_for_no_time() -> None:
    model = Model()
    model.position = 5
    checkpoint = Checkpoint(model.read)
    await asyncio.wait_for(checkpoint.wait_for(5), 0.1)
    await checkpoint.wait_for(4)
    assert model.asked == 1


async def test_each_waits_for_its_own_position_and_all_share_one_poll() -> None:
    model = Model()
    checkpoint = Checkpoint(model.read)
    waiting = [asyncio.create_task(checkpoint.wait_for(position)) for position in (1, 2, 3) for _ in range(100)]
    await asyncio.sleep(0.05)
    model.position = 2
    await asyncio.gather(*waiting[:200])
    assert not any(task.done() for task in waiting[200:])
    model.position = 3
    await asyncio.gather(*waiting)
    assert model.asked < 100


async def test_a_model_that_does_not_come_is_given_up_and_asked_no_more() -> None:
    model = Model()
    checkpoint = Checkpoint(model.read)
    with pytest.raises(Problem) as told:
        await checkpoint.wait_for(1, 0.05)
    assert (told.value.status, told.value.code, told.value.headers) == (503, "not-there-yet", {"Retry-After": "1"})
    await asyncio.sleep(0.05)
    asked = model.asked
    await asyncio.sleep(0.05)
    assert model.asked == asked


async def test_a_database_that_fails_is_told_to_all_who_wait_and_the_next_may_try_again() -> None:
    model = Model()
    model.error = ConnectionResetError()
    checkpoint = Checkpoint(model.read)
    outcomes = await asyncio.gather(*(checkpoint.wait_for(1) for _ in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ConnectionResetError] * 3
    model.error, model.position = None, 1
    await checkpoint.wait_for(1)


class Row(BaseModel):
    """A row of the list under test."""

    id: UUID


FIRST = UUID(int=0)
ROWS = sorted((Row(id=uuid4()) for _ in range(7)), key=lambda row: row.id)
lists = asked_router()


@lists.get("/rows")
@ASKS
async def rows(asked: Asked, paging: Paged, after: UUID = FIRST) -> Page[Row]:
    """The rows after a key, as a database would give them."""
    found = [row for row in ROWS if row.id > after]
    return paging.page(found[: paging.limit + 1], lambda row: row.id)


@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8, 500])
async def test_pages_give_each_row_once_in_order(limit: int) -> None:
    async with an_issuer() as issuer, an_api(issuer, lists) as api:
        found: list[Any] = []
        wanted: dict[str, Any] = {"limit": limit}
        while True:
            page = (await api.get("/api/v1/rows", params=wanted)).json()
            found += page["items"]
            assert 0 < len(page["items"]) <= limit
            if page["next"] is None:
                break
            wanted["after"] = page["next"]
    assert [row["id"] for row in found] == [str(row.id) for row in ROWS]


@pytest.mark.parametrize("limit", ["0", "501", "-1", "x"])
async def test_a_limit_out_of_range_is_refused(limit: str) -> None:
    async with an_issuer() as issuer, an_api(issuer, lists) as api:
        answer = await api.get("/api/v1/rows", params={"limit": limit})
        assert (answer.status_code, code(answer)) == (422, "invalid-input")
        assert [error["field"] for error in answer.json()["errors"]] == ["limit"]
