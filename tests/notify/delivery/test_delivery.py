"""Real messages to a real mail sink and Zalo simulator, from a real database: also when things break."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from unicodedata import is_normalized

from contracts.notify import DeliveryAttempted
from services.notify.domain.notification import NOTIFICATION
from services.notify.views import statistics
from tests.notify.conftest import Office, free_port, until

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TO_EMAIL = ["NotificationRequested", "FallbackTriggered", "DeliveryAttempted", "DeliveryAccepted"]


async def test_a_person_with_zalo_gets_one_zalo_message_and_no_mail(office: Office) -> None:
    person = await office.person()
    async with office.delivering():
        (notification,) = await office.tell(person)
        story = await office.ended(notification, "NotificationCompleted")
    assert story == ["NotificationRequested", "DeliveryAttempted", "DeliveryAccepted", "NotificationCompleted"]
    (card,) = await office.providers.cards(person.phone or "")
    assert card["template_data"]["recipient_name"] == person.full_name
    assert card["template_data"]["unit"] == "Bảo hiểm xã hội tỉnh Đắk Lắk"
    assert card["tracking_id"].startswith(notification.hex)
    assert all(is_normalized("NFC", value) for value in card["template_data"].values())
    assert await office.providers.mails(person.email or "") == []


async def test_a_person_without_a_phone_gets_a_signed_mail_with_the_trace_of_its_cause(office: Office) -> None:
    person = await office.person(phone=False)
    async with office.delivering():
        (notification,) = await office.tell(person, traceparent=TRACEPARENT)
        assert (await office.ended(notification, "NotificationCompleted"))[:4] == TO_EMAIL
    (mail,) = await office.providers.mails(person.email or "")
    assert mail["subject"] == "Bảo hiểm xã hội tỉnh Đắk Lắk được tặng Bằng khen của Tổng Giám đốc"
    assert "Kính gửi Nguyễn Thị Hoàng Anh," in mail["text"]
    assert "Congratulations" in mail["text"]
    headers = {name.lower(): value for name, value in mail["headers"].items()}
    assert headers["traceparent"] == TRACEPARENT
    assert headers["x-thidua-notification"] == str(notification)
    assert "d=thidua.example" in headers["dkim-signature"]


async def test_a_phone_without_zalo_falls_back_to_mail(office: Office) -> None:
    person = await office.person()
    await office.providers.order(office.providers.zalo, f"/_sim/phones/{person.phone}", error=-118)
    async with office.delivering():
        (notification,) = await office.tell(person)
        story = await office.ended(notification, "NotificationCompleted")
    assert story[1:4] == ["DeliveryAttempted", "DeliveryFailed", "FallbackTriggered"]
    assert await office.providers.cards(person.phone or "") == []
    assert len(await office.providers.mails(person.email or "")) == 1


async def test_a_person_without_addresses_or_gone_is_not_told(office: Office) -> None:
    nowhere, gone = await office.person(phone=False, email=False), await office.person(known=False)
    async with office.delivering():
        for notification in await office.tell(nowhere, gone):
            await office.ended(notification, "NotificationSuppressed")


async def test_a_person_whose_details_come_late_is_told_all_the_same(office: Office) -> None:
    person = await office.person(phone=False)
    pool = office.database.pool
    details = await pool.fetchrow("delete from people where person_id = $1 returning *", person.id)
    async with office.delivering(person_waits=6):
        (notification,) = await office.tell(person)
        claims = "select waits from dispatch.claims where notification_id = $1 and waits > 0"
        await until(lambda: pool.fetchval(claims, notification))
        await pool.execute("insert into people values ($1, $2, $3, $4)", *details)
        await office.ended(notification, "NotificationCompleted")


async def test_zalo_took_it_but_the_answer_was_cut_off_and_it_is_not_sent_there_again(office: Office) -> None:
    person = await office.person()
    await office.providers.order(office.providers.zalo, "/_sim/faults", next=1, kind="accepted_then_cut")
    async with office.delivering():
        (notification,) = await office.tell(person)
        story = await office.ended(notification, "NotificationCompleted")
    assert story[2:4] == ["DeliveryOutcomeUnknown", "FallbackTriggered"]
    assert len(await office.providers.cards(person.phone or "")) == 1
    assert len(await office.providers.mails(person.email or "")) == 1


async def test_a_proxys_error_page_leaves_the_outcome_unknown(office: Office) -> None:
    person = await office.person()
    await office.providers.order(office.providers.zalo, "/_sim/faults", next=1, kind="http_502")
    async with office.delivering():
        (notification,) = await office.tell(person)
        assert "DeliveryOutcomeUnknown" in await office.ended(notification, "NotificationCompleted")
    assert await office.providers.cards(person.phone or "") == []


async def test_killed_between_zalos_answer_and_its_record_the_worker_never_asks_zalo_again(office: Office) -> None:
    person = await office.person()
    await office.providers.order(office.providers.zalo, "/_sim/faults", next=1, kind="slow", ms=8_000)
    command = [sys.executable, str(Path(__file__).parents[1] / "worker_process.py"), office.database.url]
    environment = {**os.environ, **office.providers.environment, "PYTHONPATH": str(Path.cwd())}
    worker = subprocess.Popen([*command, office.database.role], env=environment)  # noqa: ASYNC220 - it starts at once
    try:
        (notification,) = await office.tell(person)
        await until(lambda: office.providers.cards(person.phone or ""))
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert await office.story(notification) == ["NotificationRequested", "DeliveryAttempted"]
    async with office.delivering():
        story = await office.ended(notification, "NotificationCompleted")
    assert story[2:] == [
        "DeliveryOutcomeUnknown",
        "FallbackTriggered",
        "DeliveryAttempted",
        "DeliveryAccepted",
        "NotificationCompleted",
    ]
    assert len(await office.providers.cards(person.phone or "")) == 1
    assert len(await office.providers.mails(person.email or "")) == 1


async def test_another_workers_open_attempt_is_left_alone_until_its_lease_ends(office: Office) -> None:
    person = await office.person()
    await office.providers.order(office.providers.zalo, "/_sim/faults", next=1, kind="slow", ms=1_500)
    async with office.delivering("1"):
        (notification,) = await office.tell(person)
        await until(lambda: office.providers.cards(person.phone or ""))
        async with office.delivering("2"):
            story = await office.ended(notification, "NotificationCompleted")
    assert "DeliveryOutcomeUnknown" not in story


async def test_a_mail_that_may_have_arrived_is_sent_once_more_as_the_same_bytes(office: Office) -> None:
    person = await office.person(phone=False)
    await office.providers.order(office.providers.mail, "/faults", drop_after_data_next=1)
    async with office.delivering(retry_seconds=0.01):
        (notification,) = await office.tell(person)
        story = await office.ended(notification, "NotificationCompleted")
    assert story.count("DeliveryOutcomeUnknown") == 1
    first, second = await office.providers.mails(person.email or "")
    assert first["message_id"] == second["message_id"]
    kept = sorted((office.providers.data / "mail").glob("*.eml"))
    copies = {file.read_bytes().partition(b"\r\n")[2] for file in kept if notification.hex in file.read_text()}
    assert len(copies) == 1


async def test_a_mail_server_that_asks_to_come_again_is_asked_again(office: Office) -> None:
    person = await office.person(phone=False)
    await office.providers.order(office.providers.mail, "/faults", tempfail_next=2)
    async with office.delivering(retry_seconds=0.01):
        (notification,) = await office.tell(person)
        story = await office.ended(notification, "NotificationCompleted")
    assert story.count("DeliveryFailed") == 2
    assert len(await office.providers.mails(person.email or "")) == 1


async def test_a_refused_mailbox_needs_an_operator(office: Office) -> None:
    person = await office.person(phone=False)
    await office.providers.order(office.providers.mail, "/faults", reject_to=person.email, code=550)
    async with office.delivering():
        (notification,) = await office.tell(person)
        await office.ended(notification, "NotificationExhausted")


async def test_an_ended_zalo_token_is_renewed_and_nothing_is_lost_or_doubled(office: Office) -> None:
    people = [await office.person() for _ in range(20)]
    await office.providers.order(office.providers.zalo, "/_sim/account", expire_access_token=True)
    async with office.delivering():
        for notification in await office.tell(*people):
            assert "DeliveryFailed" not in await office.ended(notification, "NotificationCompleted")
    for person in people:
        assert len(await office.providers.cards(person.phone or "")) == 1


async def test_while_the_mail_server_is_away_no_attempt_is_used_up(office: Office) -> None:
    person = await office.person(phone=False)
    async with office.delivering(retry_seconds=0.01, settings={"smtp_port": free_port()}):
        (notification,) = await office.tell(person)
        claims = "select waits from dispatch.claims where notification_id = $1 and waits > 1"
        await until(lambda: office.database.pool.fetchval(claims, notification))
    assert await office.story(notification) == ["NotificationRequested", "FallbackTriggered"]
    await office.database.pool.execute("update dispatch.claims set held_until = '-infinity'")
    async with office.delivering():
        await office.ended(notification, "NotificationCompleted")


async def test_two_workers_deliver_a_crowd_and_everybody_gets_one_message(office: Office) -> None:
    people = [await office.person(phone=number % 3 == 0) for number in range(120)]

    async def all_completed() -> bool:
        return (await statistics(office.database.pool)).completed == len(people)

    async with office.delivering("1"), office.delivering("2"):
        await office.tell(*people)
        await until(all_completed, 60)
    for person in people:
        mails = await office.providers.mails(person.email or "")
        cards = await office.providers.cards(person.phone) if person.phone else []
        assert (len(cards), len(mails)) == ((1, 0) if person.phone else (0, 1))
    assert (await statistics(office.database.pool)).pending == 0


async def test_every_attempt_was_a_fact_with_the_tracking_id_that_zalo_saw(office: Office) -> None:
    person = await office.person()
    async with office.delivering():
        (notification,) = await office.tell(person)
        await office.ended(notification, "NotificationCompleted")
    events = await office.executor.store.load(NOTIFICATION.stream(notification))
    (attempted,) = (event for event in events if isinstance(event, DeliveryAttempted))
    (card,) = await office.providers.cards(person.phone or "")
    assert attempted.tracking_id == card["tracking_id"]
