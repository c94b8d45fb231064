"""Problems: every refusal and failure has one status, one code and the headers that go with it."""

import asyncpg
import pytest

from chassis.facts.decider import Rejected
from chassis.facts.envelope import UnknownEventType
from chassis.facts.problem import Problem
from chassis.store.execute import CommandIdReused, Contended, WrongVersion
from chassis.web.api import Asked, asked_router
from chassis.web.problems import problem_of
from tests.chassis.web_support import ASKS, an_api, an_issuer, code

refusals = asked_router()
RAISED: dict[str, Exception] = {
    "rejected": Rejected("target-below-national-goal", "Hãy đăng ký từ 45 trở lên.", "Register 45 or more.", "S002-13"),
    "version": WrongVersion(7),
    "reused": CommandIdReused("x"),
    "contended": Contended("x"),
    "away": ConnectionRefusedError(),
    "newer": UnknownEventType("thidua.registry.UnitEnlarged.v1"),
    "extra": Problem(403, "role-missing", "Bạn cần vai trò khác.", "You need another role.", roles=["officer"]),
}


@refusals.get("/refusals/{kind}")
@ASKS
async def refuse(kind: str, asked: Asked) -> None:
    """Raise what is asked for."""
    raise RAISED[kind]


@pytest.mark.parametrize(
    ("kind", "status", "told", "header"),
    [
        ("rejected", 409, "target-below-national-goal", ("etag", None)),
        ("version", 412, "wrong-version", ("etag", '"7"')),
        ("reused", 422, "idempotency-key-reused", ("retry-after", None)),
        ("contended", 503, "contended", ("retry-after", "1")),
        ("newer", 503, "newer-version-needed", ("retry-after", "1")),
        ("away", 503, "database-away", ("retry-after", "1")),
        ("extra", 403, "role-missing", ("retry-after", None)),
        ("unforeseen", 500, "unexpected", ("retry-after", None)),
    ],
)
async def test_a_failure_is_told_as_its_problem(kind: str, status: int, told: str, header: tuple[str, str]) -> None:
    async with an_issuer() as issuer, an_api(issuer, refusals) as api:
        answer = await api.get(f"/api/v1/refusals/{kind}")
    assert (answer.status_code, code(answer)) == (status, told)
    assert answer.headers.get(header[0]) == header[1]


async def test_a_rule_names_its_source_and_an_extra_member_stands_beside() -> None:
    async with an_issuer() as issuer, an_api(issuer, refusals) as api:
        rejected = (await api.get("/api/v1/refusals/rejected")).json()
        extra = (await api.get("/api/v1/refusals/extra")).json()
    assert (rejected["detail"], rejected["title"]) == ("Hãy đăng ký từ 45 trở lên.", "Register 45 or more.")
    assert rejected["source"] == "S002-13"
    assert "source" not in extra
    assert extra["roles"] == ["officer"]


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError("x"),
        asyncpg.CannotConnectNowError("x"),
        asyncpg.AdminShutdownError("x"),
        asyncpg.TooManyConnectionsError("x"),
        asyncpg.InterfaceError("pool is closing"),
        OSError("x"),
        TimeoutError(),
    ],
)
def test_a_database_that_is_away_is_no_fault_of_the_caller(error: Exception) -> None:
    assert (problem_of(error).status, problem_of(error).code) == (503, "database-away")


@pytest.mark.parametrize(
    "error",
    [KeyError("x"), asyncpg.UniqueViolationError("x"), asyncpg.exceptions._base.DataError("too large for bigint")],
)
def test_what_nobody_foresaw_is_not_called_a_passing_trouble(error: Exception) -> None:
    assert problem_of(error).status == 500
