"""notify as it runs: migrated database, real HTTP and tokens, events of others fed in, messages really sent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from chassis.facts.clock import business_date, system_clock
from chassis.facts.envelope import Recorded
from chassis.facts.settings import Settings
from chassis.organisation.organisation import ORGANISATION
from chassis.service.platform import Platform, running
from chassis.store import migrate
from chassis.store.wake import listening
from chassis.stream.intake import Effect, apply
from chassis.stream.received import Received
from chassis.testing import as_recorded
from chassis.views.projector import create_views, project_own
from chassis.web.api import build_api
from contracts.event import Event
from contracts.notify import Channel
from contracts.people import PersonChanged, PersonDetails
from contracts.registry import Role, RoleGranted
from deploy.local import issuer
from deploy.local.embedded import Embedded
from deploy.local.loopback import listen, serving, url_of
from services.notify.app import SERVICE, tasks
from services.notify.consumers import tell_people
from services.notify.delivery.render import zalo_template
from services.notify.departed import DEPARTED
from services.notify.domain.rules import RULES
from services.notify.learned import LEARNED
from services.notify.people import DIRECTORY
from services.notify.reach import Reach
from services.notify.views import OUTBOX
from tests.notify.conftest import Providers, until
from tests.notify.facts import CAMPAIGN, GRANTED, LAUNCHED, NOMINATED, PROVINCE, REGISTERED, ROOT, UNITS

AUDITOR, HEAD, OFFICER, DEPARTMENT, STRANGER = (UUID(int=number) for number in range(301, 306))
MAIL_ONLY = {HEAD, OFFICER, DEPARTMENT}


@dataclass
class Running:
    """The service, its persons' door, and the others' events that reach it."""

    platform: Platform
    api: httpx.AsyncClient
    issuer: httpx.AsyncClient
    fed: int = 0
    tokens: dict[UUID, str] = field(default_factory=dict)

    async def get(self, person: UUID, path: str, **query: Any) -> httpx.Response:
        if person not in self.tokens:
            answer = await self.issuer.post("/token", json={"sub": str(person)})
            self.tokens[person] = answer.raise_for_status().json()["access_token"]
        headers = {"Authorization": f"Bearer {self.tokens[person]}"}
        return await self.api.get(f"/api/v1{path}", params=query, headers=headers)

    def address(self, person: UUID) -> str:
        """An email address of this test's own."""
        return f"{person.int}@{self.platform.settings.database_url.rpartition('_')[2]}.example"

    async def feed(self, effect: Effect, *events: Recorded[Event]) -> None:
        """Hand events to one consumer, as Kafka would."""
        for event in events:
            self.fed += 1
            record = Received("test", 0, self.fed, f"test-{self.fed}", replace(event, position=self.fed))
            assert await apply(self.platform.pool, effect, [record]) == 0

    async def happens(self, event: Event) -> None:
        """An event that people are told of, at all the consumers it reaches."""
        recorded = as_recorded(event)
        await self.feed(LEARNED, recorded)
        await self.feed(tell_people(self.platform, _roles_known), recorded)


async def _roles_known() -> None:
    """Everything is fed in order here."""


def granted(person: UUID, role: Role, unit: UUID) -> RoleGranted:
    return RoleGranted(person_id=person, role=role, unit_id=unit, since=date(2024, 1, 1))


@pytest.fixture
async def notify(
    servers: Embedded, providers: Providers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    name = f"test_notify_{uuid4().hex[:8]}"
    server = servers.database_url.rsplit("/", 1)[0]
    for variable, value in providers.environment.items():
        monkeypatch.setenv(variable, value)
    sock = listen(0)
    async with serving(issuer.create(tmp_path, url_of(sock)), sock) as issuing:
        settings = Settings(database_url=f"{server}/{name}", database_role=name, thidua_issuer=issuing)
        await asyncio.to_thread(migrate.prepare, "notify", settings.database_url, name)
        async with (
            running("notify", settings, read_models=SERVICE.read_models) as platform,
            listening(settings.database_url, name) as wake,
            serving(build_api(SERVICE, settings), listen(0)) as url,
            httpx.AsyncClient(base_url=url) as api,
            httpx.AsyncClient(base_url=issuing) as tokens,
        ):
            await create_views(platform.pool, [OUTBOX, ORGANISATION, LEARNED, DIRECTORY, DEPARTED])
            working = [
                asyncio.create_task(project_own(platform.store, [OUTBOX], wake)),
                *(asyncio.create_task(task()) for task in tasks(platform)),
            ]
            it = Running(platform, api, tokens)
            roles = (
                granted(AUDITOR, Role.AUDITOR, ROOT),
                granted(DEPARTMENT, Role.EMULATION_DEPARTMENT, ROOT),
                granted(HEAD, Role.UNIT_HEAD, PROVINCE),
                granted(OFFICER, Role.OFFICER, PROVINCE),
                granted(STRANGER, Role.AUDITOR, PROVINCE),
            )
            await it.feed(ORGANISATION, *map(as_recorded, (*UNITS, *roles)))
            for person in MAIL_ONLY:
                details = PersonDetails(person_id=person, full_name="Lê Thị Mai", email=it.address(person))
                await it.feed(DIRECTORY, as_recorded(PersonChanged(person_id=person, details=details)))
            yield it
            for task in working:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
    admin = await asyncpg.connect(f"{server}/postgres")
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.execute(f'drop role "{name}"')
    await admin.close()


async def test_everybody_concerned_is_told_and_the_auditor_sees_how(notify: Running, providers: Providers) -> None:
    for event in (LAUNCHED, REGISTERED, NOMINATED, GRANTED):
        await notify.happens(event)

    async def all_told() -> Any:
        counts = (await notify.get(AUDITOR, "/statistics")).json()
        return counts if counts["requested"] and not counts["pending"] else None

    counts = await until(all_told)
    assert (counts["requested"], counts["completed"], counts["accepted"]) == (7, 7, {"zalo": 0, "email": 7})
    rows = (await notify.get(AUDITOR, "/notifications")).json()["items"]
    told = sorted((row["rule"], UUID(row["person_id"])) for row in rows)
    assert told == [
        ("congratulate_an_honoured_unit", HEAD),
        ("congratulate_an_honoured_unit", OFFICER),
        ("tell_the_unit_head_of_a_registered_target", HEAD),
        ("tell_those_who_act_on_a_nomination", HEAD),
        ("tell_those_who_act_on_a_nomination", DEPARTMENT),
        ("tell_units_of_a_launched_campaign", HEAD),
        ("tell_units_of_a_launched_campaign", OFFICER),
    ]
    timeline = (await notify.get(AUDITOR, f"/notifications/{rows[0]['notification_id']}")).json()
    assert [step["type"] for step in timeline["steps"]] == [
        "NotificationRequested",
        "FallbackTriggered",
        "DeliveryAttempted",
        "DeliveryAccepted",
        "NotificationCompleted",
    ]
    subjects = {mail["subject"] for mail in await providers.mails(notify.address(HEAD))}
    assert len(subjects) == 4
    assert "example" not in str(rows) + str(timeline)
    assert "Mai" not in str(rows) + str(timeline)


async def test_who_looks_sees_which_channel_is_away_since_when_and_why(notify: Running) -> None:
    began = system_clock()
    await Reach(notify.platform.pool, system_clock).saw(Channel.EMAIL, "ConnectionRefusedError")
    ((channel, outage),) = (await notify.get(AUDITOR, "/statistics")).json()["unreachable"].items()
    assert (channel, outage["reason"]) == ("email", "ConnectionRefusedError")
    assert "kiểm tra máy chủ" in outage["sentence"]["vi"]
    assert began <= datetime.fromisoformat(outage["since"]) <= system_clock()
    await notify.happens(LAUNCHED)

    async def well_again() -> bool:
        found: dict[str, Any] = (await notify.get(AUDITOR, "/statistics")).json()["unreachable"]
        return not found

    await until(well_again)


async def test_the_list_is_paged_and_filtered(notify: Running) -> None:
    await notify.happens(LAUNCHED)
    await notify.happens(GRANTED)
    head = await notify.platform.store.head()
    first = (await notify.get(DEPARTMENT, "/notifications", limit=3, at_least=head)).json()
    rest = (await notify.get(DEPARTMENT, "/notifications", limit=3, after=first["next"])).json()
    positions = [row["position"] for row in (*first["items"], *rest["items"])]
    assert len(positions) == 4
    assert positions == sorted(set(positions))
    assert rest["next"] is None
    of_head = (await notify.get(DEPARTMENT, "/notifications", person_id=str(HEAD))).json()["items"]
    assert {row["person_id"] for row in of_head} == {str(HEAD)}
    exhausted = await notify.get(DEPARTMENT, "/notifications", status="exhausted")
    assert exhausted.json() == {"items": [], "next": None}


async def ids(notify: Running, person: UUID = DEPARTMENT, path: str = "/notifications", **query: Any) -> list[str]:
    """The notifications of one page."""
    answer = await notify.get(person, path, **query)
    return [row["notification_id"] for row in answer.raise_for_status().json()["items"]]


async def test_the_newest_come_first_and_no_page_skips_or_repeats_what_others_are_told_meanwhile(
    notify: Running,
) -> None:
    await notify.happens(LAUNCHED)
    await notify.happens(GRANTED)
    head = await notify.platform.store.head()
    oldest = await ids(notify, at_least=head)
    first = (await notify.get(DEPARTMENT, "/notifications", order="newest", limit=2)).json()
    await notify.happens(NOMINATED)
    later = await notify.platform.store.head()
    second = (await notify.get(DEPARTMENT, "/notifications", order="newest", limit=2, after=first["next"])).json()
    read = [row["notification_id"] for row in first["items"] + second["items"]]
    assert read == oldest[::-1]
    assert second["next"] is None
    assert (await ids(notify, order="newest", at_least=later))[2:] == read
    assert await ids(notify, after=first["items"][0]["position"]) == (await ids(notify))[4:]


async def test_the_list_is_narrowed_by_campaign_rule_channel_and_day(notify: Running) -> None:
    other = LAUNCHED.model_copy(update={"campaign_id": UUID(int=909), "theme": "Phong trào khác"})
    for event in (LAUNCHED, REGISTERED, other):
        await notify.happens(event)
    head = await notify.platform.store.head()
    everyone = (await notify.get(DEPARTMENT, "/notifications", at_least=head)).json()["items"]
    assert [row["campaign_id"] for row in everyone] == [str(CAMPAIGN)] * 3 + [str(other.campaign_id)] * 2
    assert [row["unit_id"] for row in everyone] == [None, None, str(PROVINCE), None, None]
    assert everyone[2]["title"] == {"vi": "Đơn vị đăng ký chỉ tiêu", "en": "A unit registers a target"}
    each = [row["notification_id"] for row in everyone]
    assert await ids(notify, campaign_id=str(CAMPAIGN)) == each[:3]
    assert await ids(notify, rule="tell_the_unit_head_of_a_registered_target") == each[2:3]
    assert await ids(notify, campaign_id=str(CAMPAIGN), person_id=str(HEAD), order="newest") == [each[2], each[0]]
    assert await ids(notify, campaign_id=str(UUID(int=910))) == []
    today = business_date(system_clock())
    assert await ids(notify, since=today.isoformat(), until=today.isoformat()) == each
    assert await ids(notify, since=(today + timedelta(days=1)).isoformat()) == []
    assert await ids(notify, until=(today - timedelta(days=1)).isoformat()) == []
    assert await ids(notify, since="0001-01-01", until="9999-12-31") == each

    async def all_sent() -> bool:
        return len(await ids(notify, status="completed", channel="email")) == len(each)

    await until(all_sent)
    assert await ids(notify, channel="zalo") == []


async def test_a_day_begins_at_midnight_in_viet_nam(notify: Running) -> None:
    await notify.happens(GRANTED)
    head = await notify.platform.store.head()
    first, second = await ids(notify, at_least=head)
    for key, moment in ((first, "2024-11-19T16:59:59.999Z"), (second, "2024-11-19T17:00:00Z")):
        change = "update notifications set requested_at = $2 where notification_id = $1"
        await notify.platform.pool.execute(change, UUID(key), datetime.fromisoformat(moment))
    assert await ids(notify, until="2024-11-19") == [first]
    assert await ids(notify, since="2024-11-20") == [second]


async def test_everybody_sees_what_they_were_told_themselves_and_nothing_else(notify: Running) -> None:
    for event in (LAUNCHED, NOMINATED, GRANTED):
        await notify.happens(event)
    head = await notify.platform.store.head()
    for person in (HEAD, OFFICER, DEPARTMENT, AUDITOR, STRANGER):
        own = await ids(notify, person_id=str(person), order="newest", at_least=head)
        assert await ids(notify, person, "/notifications/mine", at_least=head) == own
        assert await ids(notify, person, "/notifications/mine", person_id=str(HEAD)) == own
    assert len(await ids(notify, HEAD, "/notifications/mine")) == 3
    assert await ids(notify, STRANGER, "/notifications/mine") == []
    first = (await notify.get(HEAD, "/notifications/mine", limit=2)).json()
    rest = await ids(notify, HEAD, "/notifications/mine", limit=2, after=first["next"])
    assert len(rest) == 1
    assert rest[0] not in str(first)
    answer = await notify.get(UUID(int=399), "/notifications/mine")
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:thidua:problem:role-missing")


async def test_a_timeline_says_each_step_in_a_sentence_and_how_it_stands(notify: Running) -> None:
    nowhere = PersonDetails(person_id=OFFICER, full_name="Lê Thị Mai")
    await notify.feed(DIRECTORY, as_recorded(PersonChanged(person_id=OFFICER, details=nowhere)))
    await notify.feed(LEARNED, as_recorded(LAUNCHED))
    await notify.happens(GRANTED)

    async def ended() -> list[str]:
        return await ids(notify, status="suppressed")

    [key] = await until(ended)
    shown = (await notify.get(AUDITOR, f"/notifications/{key}")).json()
    assert shown["notification"]["person_id"] == str(OFFICER)
    assert shown["notification"]["standing"]["vi"].startswith("Không gửi. Người nhận chưa có số di động")
    assert shown["notification"]["ended_at"] == shown["steps"][-1]["recorded_at"]
    assert [step["sentence"]["vi"].partition(".")[0].partition(";")[0] for step in shown["steps"]] == [
        "Có việc cần báo: thử qua Zalo, rồi thư điện tử",
        "Người nhận chưa có số di động dùng được cho Zalo",
        "Dừng: không gửi",
    ]


async def test_who_watches_over_messages_sees_each_template_with_a_sample(
    notify: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZALO_TEMPLATE_IDS", '{"award_granted": "777"}')
    for person in (DEPARTMENT, AUDITOR):
        listed = (await notify.get(person, "/templates")).json()
        assert [each["name"] for each in listed] == list(dict.fromkeys(rule.template for rule in RULES.values()))
        for each in listed:
            shown = (await notify.get(person, f"/templates/{each['name']}")).json()
            assert each.items() <= shown.items()
            assert shown["email"]["subject"]
            assert shown["email"]["text"].startswith("Kính gửi ")
            assert shown["zalo"]["template_id"] == ("777" if each["name"] == "award_granted" else _id(each["name"]))
    answer = await notify.get(AUDITOR, "/templates/letter.html")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:thidua:problem:not-found")


def _id(template: str) -> str:
    return zalo_template(template).template_id


@pytest.mark.parametrize(
    "path",
    [
        "/notifications",
        f"/notifications/{UUID(int=1)}",
        "/statistics",
        "/templates",
        "/templates/award_granted",
    ],
)
async def test_others_may_not_look(notify: Running, path: str) -> None:
    for person in (STRANGER, HEAD):
        answer = await notify.get(person, path)
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:thidua:problem:role-missing")
    assert (await notify.api.get(f"/api/v1{path}")).status_code == 401


async def test_what_is_not_there_or_malformed_is_said(notify: Running) -> None:
    answer = await notify.get(AUDITOR, f"/notifications/{uuid4()}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:thidua:problem:not-found")
    assert (await notify.get(AUDITOR, "/notifications", status="lost")).status_code == 422
    for wrong in ({"after": "%"}, {"order": "any"}, {"channel": "sms"}, {"since": "20/11/2024"}, {"rule": "\0"}):
        assert (await notify.get(AUDITOR, "/notifications", **wrong)).status_code == 422


async def test_an_event_that_comes_twice_tells_nobody_twice(notify: Running) -> None:
    recorded = as_recorded(GRANTED, 90)
    reaction = tell_people(notify.platform, _roles_known)
    await notify.feed(LEARNED, recorded)
    await reaction.react(recorded)
    head = await notify.platform.store.head()
    await reaction.react(recorded)
    rows = (await notify.get(AUDITOR, "/notifications", at_least=head)).json()["items"]
    assert len(rows) == 2
