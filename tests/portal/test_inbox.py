"""What waits for whom: facts begin tasks and end them, whichever way topics are mixed."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.facts.projection import Tell
from chassis.testing import as_recorded, project_all
from contracts.awards import AwardGranted, NominationDrafted, NominationSubmitted
from contracts.campaigns import ResultReported, ResultVerified, ScorecardOpened
from contracts.event import Event
from contracts.examples import example
from contracts.registry import (
    RegistrationConfirmed,
    RegistrationOpened,
    RegistrationSubmitted,
    Role,
    UnitEstablished,
)
from contracts.values import Direction, Target, UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.pages.inbox import queries
from services.portal.pages.inbox.queries import waiting
from services.portal.pages.inbox.rows import INBOX, ROLES, DoneRow, TaskRow
from services.portal.shell.told import Told
from tests.served import served

THING = uuid4()
DECIDING = {"emulation_department", "director_general"}
TARGETS = tuple(
    Target(indicator=name, year=2024, value=Decimal(90), direction=Direction.AT_LEAST) for name in ("health", "labour")
)


def tasks(*events: Event) -> set[tuple[object, object]]:
    return {(step, indicator) for _, step, indicator, _ in project_all(INBOX, *events)[TaskRow.table.name]}


def done(*events: Event) -> set[object]:
    return {step for _, step, *_ in project_all(INBOX, *events)[DoneRow.table.name]}


def registering(*kinds: type[Event]) -> list[Event]:
    return [example(kind, registration_id=THING) for kind in kinds]


def test_a_registration_waits_for_its_unit_and_then_for_who_confirms() -> None:
    opened, submitted, confirmed = registering(RegistrationOpened, RegistrationSubmitted, RegistrationConfirmed)
    assert tasks(opened) == {("register", "")}
    assert tasks(opened, submitted) == {("confirm", "")}
    assert tasks(opened, submitted, confirmed) == set()
    assert done(opened, submitted, confirmed) == {"register", "confirm"}


def test_each_result_is_a_part_of_what_waits() -> None:
    opened = example(ScorecardOpened, scorecard_id=THING, targets=TARGETS)
    place = {"scorecard_id": THING, "indicator": "health", "year": 2024}
    reported, verified = example(ResultReported, **place), example(ResultVerified, **place)
    assert tasks(opened) == {("report", "health"), ("report", "labour")}
    assert tasks(opened, reported) == {("verify", "health"), ("report", "labour")}
    assert tasks(opened, reported, verified) == {("report", "labour")}
    assert tasks(opened, reported, verified, reported) == {("verify", "health"), ("report", "labour")}


def test_a_nomination_waits_for_its_papers_and_then_for_a_decision() -> None:
    drafted, submitted, granted = (
        example(kind, nomination_id=THING) for kind in (NominationDrafted, NominationSubmitted, AwardGranted)
    )
    assert tasks(drafted) == {("complete", "")}
    assert tasks(drafted, submitted) == {("decide", "")}
    assert tasks(drafted, submitted, granted) == set()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_what_one_service_says_does_not_wait_for_another(order: tuple[int, ...]) -> None:
    said: list[list[Event]] = [
        registering(RegistrationOpened, RegistrationSubmitted),
        [example(ScorecardOpened, scorecard_id=uuid4(), targets=TARGETS)],
        [example(NominationDrafted, nomination_id=uuid4())],
    ]
    found = tasks(*[event for number in order for event in said[number]])
    assert found == {("confirm", ""), ("report", "health"), ("report", "labour"), ("complete", "")}


def test_a_task_has_its_deadline() -> None:
    opened = example(RegistrationOpened, registration_id=THING, submit_before=date(2024, 12, 1))
    [row] = project_all(INBOX, opened)[TaskRow.table.name].values()
    assert (row["until"], row["strict"], ROLES["register"]) == (date(2024, 12, 1), True, ["officer", "unit_head"])


def test_a_changed_thing_is_told_to_its_unit_and_to_those_for_whom_it_waits() -> None:
    by = uuid4()
    told = []
    for event in registering(RegistrationOpened, RegistrationSubmitted, RegistrationConfirmed):
        changes = INBOX.changes(as_recorded(event, actor=by))
        told += [Told.of(str(each.said)) for each in changes if isinstance(each, Tell)]
    own = {"officer", "unit_head"}
    assert [set(each.roles) for each in told] == [own, own | DECIDING, own | DECIDING]
    assert {(each.page, each.thing, each.by) for each in told} == {("registrations", THING, by)}


@pytest.mark.server
async def test_whoever_holds_a_role_above_sees_what_waits_below_and_nobody_else_does(
    servers: Embedded, tmp_path: Path
) -> None:
    root, province, other = uuid4(), uuid4(), uuid4()
    places = [
        (root, None, UnitKind.NATIONAL),
        (province, root, UnitKind.PROVINCIAL),
        (other, root, UnitKind.PROVINCIAL),
    ]
    card = example(ScorecardOpened, scorecard_id=THING, unit_id=province, targets=TARGETS)
    place = {"scorecard_id": THING, "unit_id": province, "year": 2024}
    async with served(SERVICE, servers, tmp_path) as portal:
        await portal.feed(
            *(
                UnitEstablished(
                    unit_id=unit, code="U", name="Đơn vị", kind=kind, parent_id=above, established_on=date(1995, 6, 15)
                )
                for unit, above, kind in places
            ),
            card,
            *(example(ResultReported, indicator=name, **place) for name in ("health", "labour")),
            example(ResultVerified, indicator="health", **place),
        )
        pool, day = portal.platform.pool, date(2024, 1, 1)
        appraiser = [(Role.PROFESSIONAL_DEPARTMENT, root), (Role.EMULATION_DEPARTMENT, root)]
        assert await waiting(pool, appraiser) == {"verify": 1}
        assert [(each.thing, each.parts) for each in await queries.tasks(pool, appraiser, "", 10)] == [(THING, 1)]
        assert await queries.tasks(pool, appraiser, "confirm", 10) == []
        assert [(each.step, each.parts) for each in await queries.done(pool, appraiser, day, 10)] == [("verify", 1)]
        twice = [*appraiser, (Role.EMULATION_DEPARTMENT, province), (Role.PROFESSIONAL_DEPARTMENT, province)]
        assert await waiting(pool, twice) == {"verify": 1}
        assert [(each.thing, each.parts) for each in await queries.tasks(pool, twice, "", 10)] == [(THING, 1)]
        assert [(each.step, each.parts) for each in await queries.done(pool, twice, day, 10)] == [("verify", 1)]
        own = [(Role.OFFICER, province)]
        assert await waiting(pool, own) == {}
        assert [(each.step, each.parts) for each in await queries.done(pool, own, day, 10)] == [("report", 2)]
        for stranger in ([(Role.OFFICER, other)], [(Role.AUDITOR, root)], []):
            assert await waiting(pool, stranger) == {}
            assert await queries.done(pool, stranger, day, 10) == []
