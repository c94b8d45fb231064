"""What a mail server answers, at each step, in whatever bytes: a yes is a yes once, a no is no letter lost."""

import asyncio

import pytest

from services.notify.delivery.sender import Doubtful, Outcome, Refused, Taken, Unreachable
from services.notify.email import mail_server
from services.notify.email.smtp import EmailSender, Mail
from tests.notify.conftest import Providers
from tests.notify.mail_server import MailServer

HUGE = b"x" * 100_000


async def send(sender: EmailSender, name: str = "lan") -> Outcome:
    async with sender.ready() as hand_over:
        return await hand_over(Mail(f"{name}@thidua.example", b"Subject: x\r\n\r\nx\r\n..\r\n.\r\n"))


@pytest.mark.parametrize(
    ("answer", "provider_id"),
    [
        (b"250 2.0.0 queued\r\n", "2.0.0 queued"),
        (b"250 2.0.0 \xc4\x90\xe3 nh\x86n \xff\xfe\r\n", "2.0.0 Đ? nh?n ??"),
        (b"250-ok\r\n250 \xe9\r\n", "ok ?"),
        (b"250 a\x00b\x1bc\r\n", "a?b?c"),
        (b"250\r\n", ""),
        (b"200 taken\r\n", "taken"),
        (b"299-a\r\n299 b\r\n", "a b"),
        (b"250 " + HUGE + b"\r\n", "x" * 200),
        (b"250-" + HUGE + b"\r\n250 end\r\n", "x" * 200),
        (b"250-line\r\n" * 20_000 + b"250 end\r\n", ("line " * 40)[:199]),
        (b"250 taken, and then", ""),
        (b"250-taken\r\n250-and then", "taken"),
        (b"250 " + HUGE, ""),
    ],
)
async def test_any_2xx_to_the_message_is_a_yes(answer: bytes, provider_id: str) -> None:
    server = MailServer(message=answer)
    async with server.with_sender() as sender:
        assert await send(sender) == Taken(provider_id)
        assert await send(sender, "nam") == Taken(provider_id)
    assert server.taken == ["lan@thidua.example", "nam@thidua.example"]


async def test_a_yes_that_never_ends_is_a_yes_and_the_next_letter_goes_by_another_connection() -> None:
    server = MailServer(message=b"250-one\r\n")
    async with server.with_sender(provider_timeout=1) as sender:
        assert await send(sender) == Taken("one")
        server.message = b"250 its own\r\n"
        assert await send(sender, "nam") == Taken("its own")
    assert server.greeted == 2


@pytest.mark.parametrize(
    "yes", [b"250 \xff\x00\r\n", b"251 will forward\r\n", b"252-a\r\n252 b\r\n", b"250 " + HUGE + b"\r\n"]
)
async def test_any_2xx_to_sender_and_recipient_is_a_yes(yes: bytes) -> None:
    server = MailServer(mail=yes, rcpt=yes)
    async with server.with_sender() as sender:
        assert await send(sender) == Taken("queued")
    assert len(server.taken) == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        (b"451 4.3.0 later\r\n", Refused("smtp-451", permanent=False)),
        (b"452-full\r\n452 \xff\r\n", Refused("smtp-452", permanent=False)),
        (b"550 no\r\n", Refused("smtp-550", permanent=True)),
        (b"421 closing\r\n", Refused("smtp-421", permanent=False, trouble="smtp-421")),
        (b"334 what\r\n", Refused("smtp-334", permanent=False)),
        (b"999 what\r\n", Refused("smtp-unreachable", permanent=False, trouble="no-smtp")),
        (b"<html>\r\n", Refused("smtp-unreachable", permanent=False, trouble="no-smtp")),
        (b"4", Refused("smtp-unreachable", permanent=False, trouble="disconnected")),
    ],
)
async def test_what_is_refused_before_the_message_was_not_taken(step: str, answer: bytes, refused: Refused) -> None:
    server = MailServer()
    setattr(server, step, answer)
    async with server.with_sender() as sender:
        outcome = await send(sender)
        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.permanent) == (refused.code, refused.permanent)
        assert outcome.trouble == (refused.trouble or (refused.code if step == "mail" else ""))
        setattr(server, step, getattr(MailServer(), step))
        assert await send(sender, "nam") == Taken("queued")
    assert server.taken == ["nam@thidua.example"]


async def test_a_yes_to_data_itself_is_no_yes_to_the_message() -> None:
    server = MailServer(data=b"250 ok\r\n")
    async with server.with_sender() as sender:
        assert await send(sender) == Refused("smtp-250", permanent=False)
    assert server.taken == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (b"452 4.3.1 full\r\n", Refused("smtp-452", permanent=False)),
        (b"421 closing\r\n", Refused("smtp-421", permanent=False, trouble="smtp-421")),
        (b"554 \xff\x00 no\r\n", Refused("smtp-554", permanent=True)),
        (b"550-", Refused("smtp-550", permanent=True)),
        (b"354 more?\r\n", Doubtful()),
        (b"\x00\x00\r\n", Doubtful()),
        (b"2", Doubtful()),
        (b"-", Doubtful()),
    ],
)
async def test_what_is_no_yes_to_the_message_is_a_no_or_leaves_it_open(answer: bytes, outcome: Outcome) -> None:
    async with MailServer(message=answer).with_sender() as sender:
        assert await send(sender) == outcome


async def test_a_server_that_falls_silent_after_the_message_leaves_it_open() -> None:
    async with MailServer(silent=frozenset({"message"})).with_sender(provider_timeout=0.3) as sender:
        outcome = await send(sender)
        assert isinstance(outcome, Doubtful)
        assert outcome.trouble == "smtp-timeout"


class Leaver(MailServer):
    """Ends its first connection, once that has brought a message, at the next one's sender."""

    async def _say(self, writer: asyncio.StreamWriter, step: str) -> bool:
        leaves = step == "mail" and self.taken and self.greeted == 1
        return not leaves and await super()._say(writer, step)


async def test_a_connection_that_proves_to_be_dead_is_opened_anew() -> None:
    server = Leaver()
    async with server.with_sender() as sender:
        assert [await send(sender), await send(sender, "nam")] == [Taken("queued"), Taken("queued")]
    assert (server.greeted, len(server.taken)) == (2, 2)


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        (b"421 too busy\r\n", "smtp-421"),
        (b"554 go away \xff\r\n", "smtp-554"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "no-smtp"),
        (b"220 " + HUGE + b"\r\n", "no-smtp"),
        (b"\x00\xff\r\n", "no-smtp"),
        (b"2", "SMTPServerDisconnected"),
    ],
)
async def test_a_greeting_that_is_none_means_that_the_server_is_away(greeting: bytes, reason: str) -> None:
    server = MailServer(greeting=greeting)
    async with server.with_sender() as sender:
        with pytest.raises(Unreachable, match=f"^{reason}$"):
            await send(sender)
    assert server.taken == []


async def test_while_the_server_hangs_one_message_at_a_time_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "AWAY_SECONDS", 0.0)
    server = MailServer(silent=frozenset({"greeting"}))
    async with server.with_sender(provider_timeout=1, smtp_connections=5) as sender:
        with pytest.raises(Unreachable):
            await send(sender)
        outcomes = await asyncio.gather(*(send(sender) for _ in range(20)), return_exceptions=True)
        assert all(isinstance(outcome, Unreachable) for outcome in outcomes)
        assert server.greeted == 2
        server.silent = frozenset()
        assert await send(sender) == Taken("queued")


@pytest.mark.parametrize(("greeting", "looks"), [(b"421 later\r\n", 2), (b"554 never\r\n", 1)])
async def test_a_server_that_shut_us_out_is_not_asked_by_every_message(
    monkeypatch: pytest.MonkeyPatch, greeting: bytes, looks: int
) -> None:
    monkeypatch.setattr(mail_server, "AWAY_SECONDS", 0.0)
    server = MailServer(greeting=greeting)
    async with server.with_sender() as sender:
        for _ in range(2):
            with pytest.raises(Unreachable):
                await send(sender)
    assert server.greeted == looks


async def test_a_connection_that_is_cut_is_told_from_one_that_falls_silent(providers: Providers) -> None:
    await providers.order(providers.mail, "/faults", drop_after_data_next=1)
    sender = EmailSender(providers.settings(smtp_connections=1))
    outcome = await send(sender)
    await sender.close()
    assert isinstance(outcome, Doubtful)
    assert outcome.trouble == "smtp-disconnected"
