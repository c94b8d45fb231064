"""Deadlines over the running service: set by registrations and by hand, looked at each day, judged from above."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.campaigns import DeadlineEvent
from contracts.event import events_of
from contracts.examples import example
from contracts.registry import RegistrationOpened, RegistrationSubmitted, Role, RoleGranted, UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.campaigns.app import SERVICE
from services.campaigns.domain.deadline import deadline_id
from services.campaigns.reminding import Reminding
from tests.served import Served, served

ROOT, JUDGE, STRANGER, CAMPAIGN = uuid4(), uuid4(), uuid4(), uuid4()
BEFORE = date(2020, 8, 28)


@pytest.fixture(scope="module")
async def campaigns(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The service with a clock that tests put to a day."""
    folder = tmp_path_factory.mktemp("issuer")
    (folder / "clock").write_text("0")
    async with served(SERVICE, servers, folder, clock=folder / "clock") as service:
        await service.feed(
            UnitEstablished(
                unit_id=ROOT, code="VSS", name="VSS", kind=UnitKind.NATIONAL, established_on=date(1995, 2, 16)
            ),
            role(JUDGE, Role.EMULATION_DEPARTMENT, ROOT),
        )
        yield service


def role(person: UUID, held: Role, unit: UUID) -> RoleGranted:
    return RoleGranted(person_id=person, role=held, unit_id=unit, since=date(2012, 1, 1))


async def a_unit(campaigns: Served, *officers: UUID, parent: UUID = ROOT) -> UUID:
    unit = uuid4()
    kind = UnitKind.PROVINCIAL if parent == ROOT else UnitKind.DISTRICT
    code = f"U-{unit.hex[:8].upper()}"
    await campaigns.feed(
        UnitEstablished(
            unit_id=unit, code=code, name=code, kind=kind, parent_id=parent, established_on=date(1995, 2, 16)
        ),
        *(role(person, Role.UNIT_HEAD, unit) for person in officers),
    )
    return unit


async def it_is(campaigns: Served, day: date) -> None:
    """Put the service's clock to ten in the morning of a day."""
    clock = campaigns.platform.settings.thidua_clock
    assert clock is not None
    moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    clock.write_text(str((moment - datetime.now(UTC)).total_seconds()))
    await asyncio.sleep(0.06)  # a clock looks at its file every 50 ms
    while abs(campaigns.platform.clock() - moment) > timedelta(minutes=5):
        pass


async def told(campaigns: Served, key: UUID) -> list[str]:
    """Names of the facts in a deadline's stream."""
    events = await campaigns.platform.store.load(f"deadline-{key}", 0)
    assert {type(each) for each in events} <= set(events_of(DeadlineEvent))
    return [type(each).__name__ for each in events]


async def caught_up(campaigns: Served) -> None:
    head = await campaigns.platform.store.head()
    for projection in campaigns.service.projections:
        await campaigns.platform.at_least(projection, head)


async def look(campaigns: Served, day: date) -> None:
    await it_is(campaigns, day)
    await caught_up(campaigns)
    await Reminding(campaigns.platform).look()
    await caught_up(campaigns)


async def set_for(campaigns: Served, unit: UUID, thing: UUID) -> UUID:
    await it_is(campaigns, date(2020, 8, 10))
    body = {
        "unit_id": str(unit),
        "thing_kind": "review",
        "thing_id": str(thing),
        "title": "Báo cáo",
        "before": "2020-08-28",
    }
    answer = await campaigns.ask(JUDGE, "POST", "/deadlines", body)
    assert answer.status_code == 201, answer.text
    return UUID(answer.json()["id"])


async def tell(campaigns: Served, person: UUID, key: UUID, step: str, body: object = None) -> Any:
    return await campaigns.ask(person, "POST", f"/deadlines/{key}/{step}", body)


async def test_an_opened_registration_has_a_deadline_which_the_sent_one_meets(campaigns: Served) -> None:
    unit, registration = await a_unit(campaigns), uuid4()
    about: dict[str, Any] = {"registration_id": registration, "campaign_id": CAMPAIGN, "unit_id": unit}
    await campaigns.feed(example(RegistrationOpened, **about, submit_before=BEFORE), on=date(2020, 8, 1))
    key = deadline_id(registration, unit)
    assert await told(campaigns, key) == ["DeadlineSet"]
    await look(campaigns, date(2020, 8, 20))
    await look(campaigns, date(2020, 8, 20))
    await look(campaigns, date(2020, 8, 26))
    await look(campaigns, date(2020, 9, 2))
    await look(campaigns, date(2020, 9, 3))
    reminded = ["DeadlineSet", "DeadlineApproaching", "DeadlineApproaching", "DeadlinePassed"]
    assert await told(campaigns, key) == reminded
    await campaigns.feed(example(RegistrationSubmitted, **about, late=True), on=date(2020, 9, 2))
    assert await told(campaigns, key) == [*reminded, "DeadlineMet"]
    await caught_up(campaigns)
    listed = (await campaigns.ask(JUDGE, "GET", f"/deadlines?thing_id={registration}&late=true")).json()["items"]
    assert [(each["state"], each["late"], each["met_on"]) for each in listed] == [("met", 6, "2020-09-02")]


async def test_a_registration_without_a_day_has_no_deadline(campaigns: Served) -> None:
    unit, registration = await a_unit(campaigns), uuid4()
    about: dict[str, Any] = {"registration_id": registration, "campaign_id": CAMPAIGN, "unit_id": unit}
    await campaigns.feed(
        example(RegistrationOpened, **about, submit_before=None), example(RegistrationSubmitted, **about, late=False)
    )
    assert await told(campaigns, deadline_id(registration, unit)) == []


async def test_who_is_late_is_listed_by_days_and_the_excused_stays_listed(campaigns: Served) -> None:
    thing = uuid4()
    units = [await a_unit(campaigns) for _ in range(4)]
    keys = [await set_for(campaigns, unit, thing) for unit in units]
    for key, on in zip(keys, ("2020-08-27", "2020-08-28", "2020-08-31"), strict=False):
        await it_is(campaigns, date(2020, 9, 1))
        assert (await tell(campaigns, JUDGE, key, "receipt", {"on": on})).status_code == 201
    second = uuid4()
    await campaigns.feed(role(second, Role.EMULATION_DEPARTMENT, ROOT))
    own = await tell(campaigns, JUDGE, keys[2], "excuse", {"reason": "Bão"})
    assert own.json()["type"].endswith("own-lateness-not-excused")
    assert (await tell(campaigns, second, keys[2], "excuse", {"reason": "Bão"})).status_code == 201
    await look(campaigns, date(2020, 9, 1))
    listed = (await campaigns.ask(JUDGE, "GET", f"/deadlines?thing_id={thing}&late=true")).json()["items"]
    found = {(each["deadline_id"], each["late"], each["excuse"]) for each in listed}
    assert found == {(str(keys[1]), 1, None), (str(keys[2]), 4, "Bão"), (str(keys[3]), 5, None)}


async def test_the_head_above_moves_a_deadline_and_the_units_own_head_does_not(campaigns: Served) -> None:
    provincial, own = uuid4(), uuid4()
    province = await a_unit(campaigns, provincial)
    district = await a_unit(campaigns, own, parent=province)
    key = await set_for(campaigns, district, uuid4())
    body = {"before": "2020-09-16", "reason": "Lũ lụt"}
    refused = await tell(campaigns, own, key, "move", body)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "own-deadline-not-judged")
    assert (await tell(campaigns, provincial, key, "move", body)).status_code == 201
    await caught_up(campaigns)
    shown = (await campaigns.ask(own, "GET", f"/deadlines/{key}")).json()
    assert (shown["before"], shown["moved"], shown["state"]) == ("2020-09-16", "Lũ lụt", "open")
    assert not any(each["open"] for each in shown["actions"])


async def test_a_province_sets_an_earlier_day_for_all_its_districts_at_once(campaigns: Served) -> None:
    head, thing = uuid4(), uuid4()
    province = await a_unit(campaigns, head)
    districts = [await a_unit(campaigns, parent=province) for _ in range(2)]
    key = await set_for(campaigns, province, thing)
    assert (await tell(campaigns, head, key, "sub-deadlines", {"before": "2020-08-20"})).status_code == 201
    await caught_up(campaigns)
    for unit in districts:
        [found] = (await campaigns.ask(head, "GET", f"/deadlines?unit_id={unit}")).json()["items"]
        assert (found["before"], found["under"], found["deadline_id"]) == (
            "2020-08-20", str(key), str(deadline_id(thing, unit)),
        )  # fmt: skip
    late = await tell(campaigns, head, key, "sub-deadlines", {"before": "2020-08-28"})
    assert late.json()["type"].endswith("sub-deadline-not-earlier")


async def test_closed_nothing_is_accepted_until_it_is_reopened(campaigns: Served) -> None:
    key = await set_for(campaigns, await a_unit(campaigns), uuid4())
    await look(campaigns, date(2020, 9, 1))
    assert (await tell(campaigns, JUDGE, key, "close")).status_code == 201
    refused = await tell(campaigns, JUDGE, key, "receipt", {"on": "2020-09-01"})
    assert refused.json()["type"].endswith("deadline-closed")
    reopen = {"until": "2020-09-05", "reason": "Bổ sung"}
    assert (await tell(campaigns, JUDGE, key, "reopen", reopen)).status_code == 201
    await look(campaigns, date(2020, 9, 6))
    assert (await told(campaigns, key))[-2:] == ["DeadlineReopened", "DeadlineClosed"]


async def test_to_whom_holds_nothing_there_a_deadline_does_not_exist(campaigns: Served) -> None:
    key = await set_for(campaigns, await a_unit(campaigns), uuid4())
    await campaigns.feed(role(STRANGER, Role.OFFICER, await a_unit(campaigns)))
    assert (await campaigns.ask(STRANGER, "GET", f"/deadlines/{key}")).status_code == 404
    assert (await tell(campaigns, STRANGER, key, "close")).status_code == 404
