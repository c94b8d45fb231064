"""A registration follows its campaign and its deadline, through registry's API on a real PostgreSQL and real Kafka."""

import asyncio
import contextlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.store.store import Append
from chassis.store.wake import listening
from chassis.stream.cloudevents import EventSource
from chassis.stream.consumer import create_broker, start, subscribe
from chassis.stream.relay import Relay
from contracts.campaigns import (
    CampaignAmended,
    CampaignExtended,
    CampaignLaunched,
    DeadlineClosed,
    DeadlineMovedFor,
    DeadlineReopened,
    LatenessExcused,
    Terms,
    ThingKind,
)
from contracts.event import Event
from contracts.values import Direction, Document, UnitKind
from services.registry.app import SERVICE
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.chassis.streams import Stream, stream, until
from tests.registry.conftest import caught_up, problem, today
from tests.registry.examples import ADMIN, CAMPAIGN, GOALS, HEAD, HEALTH, KEY, LAUNCHED, OFFICER, PERIOD, PROVINCE, goal
from tests.registry.test_registration_order_api import PATH, PLEDGES, pledged, told
from tests.served import Served

__all__ = ["stream"]

DAY = timedelta(days=1)
PAPER = Document(number="99/BHXH-TĐKT", issued_on=date(2024, 11, 25))
HIGHER = (goal(HEALTH, 2025, "96", Direction.AT_LEAST), *GOALS[1:])
_DUE: dict[str, Any] = {
    "deadline_id": UUID(int=8), "unit_id": PROVINCE, "campaign_id": CAMPAIGN, "thing_kind": ThingKind.REGISTRATION,
    "thing_id": KEY,
}  # fmt: skip


def launched(before: date, **says: Any) -> CampaignLaunched:
    return LAUNCHED.model_copy(update={"register_before": before, **says})


def amended(before: date, **says: Any) -> CampaignAmended:
    said = {name: getattr(LAUNCHED, name) for name in Terms.model_fields} | {"register_before": before} | says
    return CampaignAmended(**said, amendment=PAPER, changed=tuple(says))


def extended(before: date) -> CampaignExtended:
    return CampaignExtended(
        campaign_id=CAMPAIGN, until=date(2026, 6, 30), previous=PERIOD.end, units=LAUNCHED.units,
        register_before=before, document=PAPER,
    )  # fmt: skip


async def read(registry: Served) -> dict[str, Any]:
    found: dict[str, Any] = (await registry.ask(OFFICER, "GET", PATH)).json()
    return found


async def submitting(registry: Served) -> dict[str, Any]:
    [action] = [each for each in (await read(registry))["actions"] if each["name"] == "submit_registration"]
    return dict(action)


async def test_what_was_late_is_in_time_once_the_campaign_is_extended(registry: Served) -> None:
    now = today(registry)
    await registry.feed(launched(now))
    await pledged(registry)
    before, extension = now + 5 * DAY, extended(now + 5 * DAY)
    await registry.feed(extension, extension)
    found = await read(registry)
    assert (found["terms"]["submit_before"], found["terms"]["period"]["end"]) == (f"{before}", "2026-06-30")
    assert [each["changed"] for each in found["terms_changes"]] == [["period", "register_before"]]
    await caught_up(registry)
    [row] = (await registry.ask(OFFICER, "GET", f"/registrations?unit_id={PROVINCE}")).json()["items"]
    assert row["submit_before"] == f"{before}"
    body = {"indicator": HEALTH, "year": 2026, "value": "97"}
    await told(registry, OFFICER, f"{PATH}/targets", body)
    await told(registry, HEAD, f"{PATH}/submit")
    assert (await read(registry))["late"] is False


async def test_closed_nothing_is_sent_and_reopened_it_is_late_as_before_and_excused(registry: Served) -> None:
    now = today(registry)
    await registry.feed(launched(now - DAY))
    await pledged(registry)
    await registry.feed(DeadlineClosed(**_DUE, before=now - DAY))
    problem(await registry.ask(HEAD, "POST", f"{PATH}/submit"), 409, "registration-closed")
    assert (await read(registry))["closed"] is True
    await registry.feed(DeadlineReopened(**_DUE, until=now + 2 * DAY, reason="Bổ sung"))
    found = await read(registry)
    assert (found["closed"], found["reopened_until"]) == (False, f"{now + 2 * DAY}")
    await told(registry, HEAD, f"{PATH}/submit")
    await registry.feed(LatenessExcused(**_DUE, reason="Mất điện"))
    found = await read(registry)
    assert (found["late"], found["days_late"], found["excuse"]) == (True, 2, "Mất điện")


async def test_a_day_moved_for_one_unit_lets_it_send_what_a_strict_campaign_refuses(registry: Served) -> None:
    now = today(registry)
    await registry.feed(launched(now - DAY, refuse_late=True))
    await pledged(registry)
    problem(await registry.ask(HEAD, "POST", f"{PATH}/submit"), 409, "registration-late")
    await registry.feed(
        DeadlineMovedFor(**_DUE, before=now + DAY, previous=now - DAY, moved_on=now, reason="Bão lũ"),
        DeadlineClosed(**_DUE | {"unit_id": unit_id("P02")}, before=now),
    )
    await told(registry, HEAD, f"{PATH}/submit")
    assert (await read(registry))["late"] is False


async def test_what_was_confirmed_says_that_terms_changed_since_and_what_it_lacks_until_it_is_adjusted(
    registry: Served,
) -> None:
    now = today(registry)
    await registry.feed(launched(now + 5 * DAY))
    await pledged(registry)
    await told(registry, HEAD, f"{PATH}/submit")
    await told(registry, ADMIN, f"{PATH}/confirm")
    await registry.feed(amended(now + 5 * DAY, goals=HIGHER))
    found = await read(registry)
    assert [each["since_confirmed"] for each in found["terms_changes"]] == [True]
    assert [(each["indicator"], each["year"]) for each in found["lacking"]] == [(HEALTH, 2025)]
    assert (found["status"], len(found["versions"])) == ("confirmed", 1)
    await told(registry, HEAD, f"{PATH}/reopen", {"change": "adjustment", "reason": "Mục tiêu mới"})
    refused = await registry.ask(HEAD, "POST", f"{PATH}/submit")
    problem(refused, 409, "target-below-national-goal")
    await told(registry, OFFICER, f"{PATH}/targets", {"indicator": HEALTH, "year": 2025, "value": "96"})
    await told(registry, HEAD, f"{PATH}/submit")
    await told(registry, ADMIN, f"{PATH}/confirm")
    found = await read(registry)
    assert ([each["since_confirmed"] for each in found["terms_changes"]], found["lacking"]) == ([False], [])


async def test_what_was_sent_before_the_goals_rose_is_returned_instead_of_confirmed(registry: Served) -> None:
    now = today(registry)
    await registry.feed(launched(now + 5 * DAY))
    await pledged(registry)
    await told(registry, HEAD, f"{PATH}/submit")
    await registry.feed(amended(now + 5 * DAY, goals=HIGHER))
    problem(await registry.ask(ADMIN, "POST", f"{PATH}/confirm"), 409, "targets-behind-amended-goals")
    await told(registry, ADMIN, f"{PATH}/return", {"note": "Đăng ký theo mục tiêu mới"})
    await told(registry, OFFICER, f"{PATH}/targets", {"indicator": HEALTH, "year": 2025, "value": "96"})
    await told(registry, HEAD, f"{PATH}/submit")
    await told(registry, ADMIN, f"{PATH}/confirm")


async def test_an_amendment_that_takes_in_more_units_asks_them_and_nobody_twice(registry: Served) -> None:
    now = today(registry)
    await registry.feed(launched(now + DAY, units=(UnitKind.PROVINCIAL,)))
    district = registration_id(CAMPAIGN, unit_id("P01-D001"))
    assert (await registry.ask(ADMIN, "GET", f"/registrations/{district}")).status_code == 404
    await registry.feed(amended(now + DAY, units=LAUNCHED.units))
    assert (await registry.ask(ADMIN, "GET", f"/registrations/{district}")).status_code == 200
    assert (await read(registry))["terms_changes"] == []


async def test_through_kafka_a_registration_goes_by_the_last_of_what_its_campaign_and_its_deadline_said(
    registry: Served, stream: Stream
) -> None:
    now, day = today(registry), today(registry) + 9 * DAY
    longer = PERIOD.model_copy(update={"end": date(2026, 6, 30)})
    campaign: list[Event] = [
        launched(now),
        extended(now + 3 * DAY),
        amended(now + 4 * DAY, goals=HIGHER, period=longer),
    ]
    due: list[Event] = [
        DeadlineMovedFor(**_DUE, before=day, previous=now + 4 * DAY, moved_on=now, reason="Bão lũ"),
        DeadlineClosed(**_DUE, before=day),
        DeadlineReopened(**_DUE, until=day + DAY, reason="Bổ sung"),
    ]
    store, pool = stream.store, stream.database.pool

    async def append(name: str, expected: int, *events: Event) -> None:
        context = Context(occurred_on=now)
        metadata = Metadata.of(context).model_dump_json(exclude_none=True)
        await store.append(Append(name, expected, list(events), context.command_id, b"", metadata))

    broker = create_broker(stream.bootstrap, graceful_timeout=5)
    for each in SERVICE.subscriptions(registry.platform):
        subscribe(broker, registry.platform.pool, "registry", "1", each, identities=stream.identities, anew=nothing)
    await start(broker)
    try:
        async with listening(stream.database.url, stream.database.role) as wake:
            relay = Relay("campaigns", pool, EventSource("campaigns", pool), stream.bootstrap, wake)
            sending = asyncio.create_task(relay.run())
            await append(f"campaign-{CAMPAIGN}", 0, *campaign)

            async def said(name: str, value: object) -> bool:
                answer = await registry.ask(OFFICER, "GET", PATH)
                return answer.status_code == 200 and answer.json()[name] == value

            await until(lambda: changes(registry, 2))
            await append(f"deadline-{UUID(int=8)}", 0, *due)
            await until(lambda: said("reopened_until", f"{day + DAY}"))
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending
            await relay.release()
    finally:
        await broker.stop()
    found = await read(registry)
    assert (found["terms"]["submit_before"], found["closed"]) == (f"{day}", False)
    assert {each["value"] for each in found["terms"]["goals"] if each["indicator"] == HEALTH} == {"96"}
    for indicator, year, value in (*PLEDGES[1:], (HEALTH, 2025, "96")):
        await told(registry, OFFICER, f"{PATH}/targets", {"indicator": indicator, "year": year, "value": value})
    await told(registry, HEAD, f"{PATH}/submit")
    assert (await read(registry))["late"] is False


async def changes(registry: Served, count: int) -> bool:
    answer = await registry.ask(OFFICER, "GET", PATH)
    return answer.status_code == 200 and len(answer.json()["terms_changes"]) == count


async def nothing(_: object) -> None:
    """No read model is built anew here."""
