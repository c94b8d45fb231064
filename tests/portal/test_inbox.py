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
from contracts.campaigns import DocumentChecked, DocumentDrafted, ResultReported, ResultVerified, ScorecardOpened
from contracts.event import Event
from contracts.examples import example
from contracts.registry import (
    DutiesTakenOver,
    RegistrationConfirmed,
    RegistrationDayChanged,
    RegistrationOpened,
    RegistrationReopened,
    RegistrationSubmitted,
    RegistrationTermsChanged,
    Role,
    UnitEstablished,
)
from contracts.values import Direction, Target, UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.pages.inbox import queries
from services.portal.pages.inbox.queries import waiting
from services.portal.pages.inbox.rows import INBOX, ROLES
from services.portal.pages.inbox.waiting import DoneRow, TaskRow
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
async def test_a_signature_waits_for_the_head_of_that_very_unit_and_of_who_took_its_duties_over(
    servers: Embedded, tmp_path: Path
) -> None:
    root, province, heir = uuid4(), uuid4(), uuid4()
    places = [(root, None, UnitKind.NATIONAL), (province, root, UnitKind.PROVINCIAL), (heir, root, UnitKind.PROVINCIAL)]
    drafted, checked = (
        example(kind, document_id=THING, unit_id=province) for kind in (DocumentDrafted, DocumentChecked)
    )
    async with served(SERVICE, servers, tmp_path) as portal:
        await portal.feed(
            *(
                UnitEstablished(
                    unit_id=unit, code="U", name="Đơn vị", kind=kind, parent_id=above, established_on=date(1995, 6, 15)
                )
                for unit, above, kind in places
            ),
            drafted,
            checked,
        )
        pool = portal.platform.pool
        assert await waiting(pool, [(Role.UNIT_HEAD, province)]) == {"sign": 1}
        above = [(Role.DIRECTOR_GENERAL, root), (Role.UNIT_HEAD, root)]
        for nobody in (above, [(Role.OFFICER, province)], [(Role.UNIT_HEAD, heir)]):
            assert await waiting(pool, nobody) == {}
            assert await queries.tasks(pool, nobody, "", 10) == []
        await portal.feed(example(DutiesTakenOver, unit_id=province, to_id=heir))
        assert await waiting(pool, [(Role.UNIT_HEAD, heir)]) == {"sign": 1}
        own = example(DocumentChecked, document_id=uuid4(), unit_id=root)
        await portal.feed(own)
        assert await waiting(pool, above) == {"sign": 1}


def test_what_is_open_has_the_day_that_its_campaign_or_its_deadline_moved_to() -> None:
    opened = example(RegistrationOpened, registration_id=THING)
    day = date(2024, 12, 24)
    moved = example(RegistrationDayChanged, registration_id=THING, submit_before=day, reopened_until=None)
    extended = example(
        RegistrationTermsChanged, registration_id=THING, submit_before=date(2024, 12, 31), sent=False, outdated=()
    )
    until = [
        [row["until"] for row in project_all(INBOX, *events)[TaskRow.table.name].values()]
        for events in ((opened, moved), (opened, moved, extended))
    ]
    assert until == [[day], [date(2024, 12, 31)]]
    again = example(RegistrationDayChanged, registration_id=THING, reopened_until=date(2025, 1, 2))
    [row] = project_all(INBOX, opened, again)[TaskRow.table.name].values()
    assert row["until"] == date(2025, 1, 2)


def test_targets_that_no_longer_reach_an_amended_goal_wait_to_be_adjusted() -> None:
    story = registering(RegistrationOpened, RegistrationSubmitted, RegistrationConfirmed)
    outdated = example(RegistrationTermsChanged, registration_id=THING)
    assert tasks(*story, outdated) == {("adjust", "")}
    assert tasks(*story, outdated, example(RegistrationReopened, registration_id=THING)) == {("register", "")}
    reached = example(RegistrationTermsChanged, registration_id=THING, outdated=())
    assert tasks(*story, outdated, reached) == set()


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
