"""What an earlier version accepted under a bare key is known when it comes again after the upgrade."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis.facts.decider import Context
from chassis.web.asked import Asked
from contracts.registry import StaffCategory
from services.registry import people
from services.registry.domain.person import PERSON, AssignPerson, Known
from tests.registry.conftest import problem, today
from tests.registry.examples import ADMIN, OFFICER, PROVINCE
from tests.served import Served

DETAILS: dict[str, Any] = {"full_name": "Nguyễn Thị Thử"}


async def assigned_formerly(registry: Served) -> tuple[str, dict[str, Any]]:
    """An assignment under a bare key, after which another came: the first one again would be refused."""
    key, day = uuid4(), today(registry)
    work = {"unit_id": str(PROVINCE), "category": "public_employee", "works_directly": True}
    for number, command_id in enumerate((key, uuid4())):
        command = AssignPerson(
            person_id=OFFICER, unit_id=PROVINCE, category=StaffCategory.PUBLIC_EMPLOYEE, works_directly=True,
            since=day + timedelta(days=number),
        )  # fmt: skip
        context = Context(day, ADMIN, command_id)
        await registry.platform.executor.execute(PERSON, OFFICER, command, context, known=Known(unit=True))
    return str(key), work | {"since": day.isoformat()}


async def test_a_command_sent_again_after_the_upgrade_gets_its_first_answer(registry: Served) -> None:
    key, body = await assigned_formerly(registry)
    head, path = await registry.platform.store.head(), f"/people/{OFFICER}/assignments"
    again = await registry.ask(ADMIN, "POST", path, body, **{"Idempotency-Key": key})
    assert (again.status_code, again.json()["version"]) == (201, 3)
    other = body | {"works_directly": False}
    refused = await registry.ask(ADMIN, "POST", path, other, **{"Idempotency-Key": key})
    problem(refused, 409, "assignment-before-present-one")
    assert await registry.platform.store.head() == head


async def test_without_looking_there_it_would_be_refused(registry: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    key, body = await assigned_formerly(registry)
    context = Asked.context

    def forgets(self: Asked) -> Context:
        known = context(self)
        return Context(known.occurred_on, known.actor, known.command_id)

    monkeypatch.setattr(Asked, "context", forgets)
    again = await registry.ask(ADMIN, "POST", f"/people/{OFFICER}/assignments", body, **{"Idempotency-Key": key})
    problem(again, 409, "assignment-before-present-one")


async def test_details_that_were_erased_meanwhile_do_not_come_back_with_a_former_key(registry: Served) -> None:
    key, store = uuid4(), registry.platform.store
    await people.change(store, OFFICER, people.Details(**DETAILS), Context(today(registry), ADMIN, key))
    await people.change(store, OFFICER, None, Context(today(registry), ADMIN))
    path = f"/people/{OFFICER}/details"
    again = await registry.ask(ADMIN, "PUT", path, DETAILS, **{"Idempotency-Key": str(key)})
    assert (again.status_code, again.json()["version"]) == (200, 1)
    problem(await registry.ask(ADMIN, "GET", path), 404, "not-found")
    elsewhere = await registry.ask(ADMIN, "PUT", f"/people/{ADMIN}/details", DETAILS, **{"Idempotency-Key": str(key)})
    assert elsewhere.status_code == 200  # another command, which the bare key does not stand in the way of
