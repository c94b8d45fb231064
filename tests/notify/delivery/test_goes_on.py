"""Providers that are full, away or odd, before a real database: how long it goes on, what is seen of it, no double."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from prometheus_client import REGISTRY

from chassis.facts.clock import SimulatedClock, business_date, system_clock
from contracts.campaigns import CampaignLaunched
from contracts.notify import Channel, DeliveryAccepted
from contracts.values import Period
from services.notify.domain.notification import NOTIFICATION
from services.notify.domain.sentences import State
from services.notify.reach import Reach, outages
from services.notify.views import NotificationRow, statistics
from tests.notify.conftest import Office, free_port, until
from tests.notify.facts import LAUNCHED
from tests.notify.mail_server import MailServer
from tests.notify.zalo_server import ZaloServer, http, taken

QUICK = 0.0005
"""Seconds of Zalo's first pause, by which all others are shortened: an hour takes 0.9 s."""


def launched(last_day: date) -> CampaignLaunched:
    return LAUNCHED.model_copy(update={"period": Period(start=date(2024, 11, 10), end=last_day)})


async def failures(office: Office, notification: UUID) -> int:
    return (await office.story(notification)).count("DeliveryFailed")


async def code(office: Office, notification: UUID) -> str | None:
    """What the read model says of an exhausted one, once it knows."""

    async def known() -> str | None:
        row = await NotificationRow.one(office.database.pool, notification)
        return row.code if row and row.state is State.EXHAUSTED else None

    found: str | None = await until(known)
    return found


async def test_a_letter_goes_on_while_the_server_asks_to_come_again_and_ends_after_three_days(office: Office) -> None:
    first, second = await office.person(phone=False), await office.person(phone=False)
    clock, server = SimulatedClock(system_clock()), MailServer(rcpt=b"451 4.7.1 greylisted\r\n")
    async with server.running(), office.delivering(settings=server.address, clock=clock, retry_seconds=QUICK):
        (goes_on,) = await office.tell(first)

        async def often() -> bool:
            return await failures(office, goes_on) >= 5

        await until(often)
        clock.advance(timedelta(hours=71))
        server.rcpt = b"250 ok\r\n"
        await office.ended(goes_on, "NotificationCompleted")
        server.rcpt = b"451 4.7.1 greylisted\r\n"
        (ends,) = await office.tell(second)
        clock.advance(timedelta(hours=2))
        await office.ended(ends, "NotificationExhausted")
    assert server.taken == [first.email]


async def test_an_ever_full_server_is_no_outage_but_one_that_takes_no_sender_is(office: Office) -> None:
    pool = office.database.pool
    server = MailServer(rcpt=b"452 full\r\n")
    async with server.running(), office.delivering(settings=server.address, retry_seconds=QUICK):
        (notification,) = await office.tell(await office.person(phone=False))
        await until(lambda: failures(office, notification))
        assert await outages(pool) == {}
        server.mail = b"451 not now\r\n"
        assert (await until(lambda: outages(pool)))[Channel.EMAIL].reason == "smtp-451"
        server.mail = server.rcpt = b"250 ok\r\n"
        await office.ended(notification, "NotificationCompleted")


async def test_a_letter_ends_with_what_it_tells_and_is_not_even_tried_after_that(office: Office) -> None:
    clock, server = SimulatedClock(system_clock()), MailServer(mail=b"421 later\r\n")
    event = launched(business_date(clock()) + timedelta(days=1))
    async with server.running():
        (tried,) = await office.tell(await office.person(phone=False), event=event)
        async with office.delivering(settings=server.address, clock=clock, retry_seconds=QUICK):
            await until(lambda: failures(office, tried))
            clock.advance(timedelta(days=2))
            await office.ended(tried, "NotificationExhausted")
            server.mail = b"250 ok\r\n"
            (untried,) = await office.tell(await office.person(), event=event)
            story = await office.ended(untried, "NotificationExhausted")
    assert story == ["NotificationRequested", "FallbackTriggered", "NotificationExhausted"]
    assert await code(office, untried) == "over"
    assert server.taken == []


async def test_a_campaign_that_is_entered_after_its_end_is_told_of_and_goes_on_like_others(office: Office) -> None:
    server = MailServer(rcpt=b"451 later\r\n")
    async with server.running(), office.delivering(settings=server.address, retry_seconds=QUICK):
        (notification,) = await office.tell(await office.person(phone=False), event=launched(date(2024, 12, 31)))

        async def twice() -> bool:
            return await failures(office, notification) >= 2

        await until(twice)
        server.rcpt = b"250 ok\r\n"
        await office.ended(notification, "NotificationCompleted")


async def test_a_server_that_is_away_is_seen_and_is_well_again_once_it_works(office: Office) -> None:
    person, server = await office.person(phone=False), MailServer(port=free_port())
    began = system_clock()
    async with office.delivering(settings=server.address, retry_seconds=QUICK):
        (notification,) = await office.tell(person)

        async def seen() -> bool:
            return bool((await statistics(office.database.pool)).unreachable)

        await until(seen)
        outage = (await statistics(office.database.pool)).unreachable[Channel.EMAIL]
        assert outage.reason == "ConnectionRefusedError"
        assert began <= outage.since <= system_clock()
        assert _metric(outage.reason) == outage.since.timestamp()
        assert "DeliveryAttempted" not in await office.story(notification)
        async with server.running():
            await office.ended(notification, "NotificationCompleted")

            async def gone() -> bool:
                return not await seen()

            await until(gone)
    assert (_metric(outage.reason), _metric("")) == (None, 0.0)
    assert server.taken == [person.email]


def _metric(reason: str) -> float | None:
    return REGISTRY.get_sample_value("thidua_channel_unreachable_since", {"channel": "email", "reason": reason})


async def test_a_server_that_stays_away_for_three_days_leaves_the_letter_to_an_operator(office: Office) -> None:
    clock = SimulatedClock(system_clock())
    nowhere = {"smtp_port": free_port(), "smtp_connections": 1}
    async with office.delivering(settings=nowhere, clock=clock, retry_seconds=QUICK):
        (notification,) = await office.tell(await office.person(phone=False))
        pool = office.database.pool
        away = "select away from dispatch.claims where notification_id = $1 and away > 2"
        await until(lambda: pool.fetchval(away, notification))
        clock.advance(timedelta(hours=73))
        story = await office.ended(notification, "NotificationExhausted")
    assert story == ["NotificationRequested", "FallbackTriggered", "NotificationExhausted"]
    assert await code(office, notification) == "unreachable"


@pytest.mark.parametrize(
    "answer", [b"250 \xc4\x90\xe3 \xff\xfe\0\x1b\r\n", b"299-" + b"\xe9" * 100_000 + b"\r\n299 \r\n"]
)
async def test_a_yes_in_odd_bytes_is_recorded_and_no_second_letter_goes_out(office: Office, answer: bytes) -> None:
    person, server = await office.person(phone=False), MailServer(message=answer)
    async with server.running(), office.delivering(settings=server.address, lease=2.0):
        (notification,) = await office.tell(person)
        story = await office.ended(notification, "NotificationCompleted")
    assert story.count("DeliveryAttempted") == 1
    assert server.taken == [person.email]


@pytest.mark.parametrize(
    ("answer", "provider_id"),
    [
        (taken(data=None), ""),
        (taken(data={"msg_id": "a\0\ud800"}), "a??"),
        (http(b'{"error": "0", "data": {"msg_id": 1e400}}'), ""),
    ],
)
async def test_an_odd_yes_of_zalos_is_recorded_and_nothing_else_goes_out(
    office: Office, answer: bytes, provider_id: str
) -> None:
    person, server = await office.person(), ZaloServer([answer])
    async with server.running():
        url = {"zalo_url": f"http://127.0.0.1:{server.port}"}
        async with office.delivering(settings=url, lease=2.0):
            (notification,) = await office.tell(person)
            await office.ended(notification, "NotificationCompleted")
    events = await office.executor.store.load(NOTIFICATION.stream(notification))
    assert [event.provider_id for event in events if isinstance(event, DeliveryAccepted)] == [provider_id]
    assert len(server.sent) == 1
    assert await office.providers.mails(person.email or "") == []


async def test_zalo_is_asked_again_when_it_said_and_not_before(office: Office) -> None:
    server = ZaloServer([http(b"", "503 Service Unavailable", Retry_After="1"), taken()])
    async with server.running():
        url = {"zalo_url": f"http://127.0.0.1:{server.port}"}
        async with office.delivering(settings=url, retry_seconds=QUICK):
            (notification,) = await office.tell(await office.person())
            await office.ended(notification, "NotificationCompleted")
    times = "select recorded_at from store.events where stream = $1 order by version"
    _, _, refused, again, *_ = await office.database.pool.fetch(times, NOTIFICATION.stream(notification))
    assert again["recorded_at"] - refused["recorded_at"] >= timedelta(seconds=1)


async def test_a_forged_trace_stops_no_message(office: Office) -> None:
    person, server = await office.person(phone=False), MailServer()
    async with server.running(), office.delivering(settings=server.address):
        (notification,) = await office.tell(person, traceparent="00-đ\r\nBcc: x@x.example")
        await office.ended(notification, "NotificationCompleted")
    assert server.taken == [person.email]


async def test_a_fact_that_cannot_be_read_holds_up_no_other_message(office: Office) -> None:
    server = MailServer()
    (broken,) = await office.tell(await office.person(phone=False))
    await office.database.pool.execute("update sources set data = '{}'")
    (notification,) = await office.tell(await office.person(phone=False))
    async with server.running(), office.delivering(settings=server.address):
        await office.ended(notification, "NotificationCompleted")
    assert await office.story(broken) == ["NotificationRequested"]


async def test_an_outage_is_written_when_it_changes_and_its_beginning_stays(office: Office) -> None:
    pool, clock = office.database.pool, SimulatedClock(system_clock())
    reach, began = Reach(pool, clock), clock()
    written = "select xmin::text from dispatch.unreachable where channel = 'zalo'"
    await reach.load()
    await reach.saw(Channel.ZALO, "ConnectTimeout")
    first = await pool.fetchval(written)
    clock.advance(timedelta(minutes=5))
    await reach.saw(Channel.ZALO, "ConnectTimeout")
    again = Reach(pool, clock)  # after a restart
    await again.load()
    await again.saw(Channel.ZALO, "ConnectTimeout")
    assert await pool.fetchval(written) == first
    await again.saw(Channel.ZALO, "zalo-503")
    known = await outages(pool)
    assert (known[Channel.ZALO].since, known[Channel.ZALO].reason) == (began, "zalo-503")
    await again.saw(Channel.EMAIL, "")
    await again.saw(Channel.ZALO, "")
    assert await outages(pool) == {}
