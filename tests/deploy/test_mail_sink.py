"""The mail sink over real sockets: what it keeps, what it shows, how it fails on demand."""

import asyncio
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import httpx
import pytest

from deploy.local.loopback import listen, serving
from deploy.local.mail_sink import create

ROOT = Path(__file__).parents[2]
SENDER = "thidua@example.vn"


@dataclass(frozen=True)
class Sink:
    """A running sink: its page, and its SMTP port."""

    web: httpx.AsyncClient
    port: int
    data: Path

    async def send(self, message: bytes, to: str = "an@example.vn") -> str:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=self.port, timeout=5) as client:
            return (await client.sendmail(SENDER, [to], message))[1]

    async def messages(self, **query: Any) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = (await self.web.get("/messages.json", params=query)).json()
        return listed


@pytest.fixture
async def sink(tmp_path: Path) -> AsyncIterator[Sink]:
    async with running(tmp_path) as it:
        yield it


@asynccontextmanager
async def running(data: Path) -> AsyncIterator[Sink]:
    async with AsyncExitStack() as stack:
        smtp = listen(0)
        url = await stack.enter_async_context(serving(create(data, smtp), listen(0)))
        web = await stack.enter_async_context(httpx.AsyncClient(base_url=url))
        yield Sink(web, smtp.getsockname()[1], data)


def letter(subject: str = "Quyết định khen thưởng", message_id: str = "<1@thidua.example.vn>", **headers: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = f"Thi đua <{SENDER}>"
    message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name] = value
    message.set_content("Kính gửi đồng chí,\n.một dòng bắt đầu bằng dấu chấm\n.\nTrân trọng.\n")
    message.add_alternative("<p>Kính gửi <b>đồng chí</b></p><script>alert(1)</script>", subtype="html")
    return message.as_bytes().replace(b"\n", b"\r\n")


async def test_a_message_is_kept_byte_for_byte_and_shown_decoded(sink: Sink) -> None:
    message = letter(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    answer = await sink.send(message)
    (kept,) = await sink.messages()
    assert kept["to"] == ["an@example.vn"]
    assert kept["from"] == SENDER
    assert kept["subject"] == "Quyết định khen thưởng"
    assert kept["message_id"] == "<1@thidua.example.vn>"
    assert kept["headers"]["From"] == f"Thi đua <{SENDER}>"
    assert kept["headers"]["traceparent"].startswith("00-0af7651916cd43dd")
    assert kept["text"] == "Kính gửi đồng chí,\r\n.một dòng bắt đầu bằng dấu chấm\r\n.\r\nTrân trọng.\r\n"
    (file,) = (sink.data / "mail").iterdir()
    assert re.fullmatch(r"0*1-[0-9a-f]+\.eml", file.name)
    assert file.stem in answer
    assert (await sink.web.get("/messages/1/source.eml")).content == message


@pytest.mark.parametrize("body", [b"", b"x\r\n", b".\r\n", b"..\r\n.\r\n", b"a.\r\n.b\r\n\r\n.\r\n", b"\xff\x00\r\n"])
async def test_any_body_survives_the_conversation(sink: Sink, body: bytes) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port) as client:
        await client.sendmail(SENDER, ["an@example.vn"], b"Subject: x\r\n\r\n" + body)
        await client.sendmail(SENDER, ["an@example.vn"], body or b"\r\n")
    assert (await sink.web.get("/messages/1/source.eml")).content == b"Subject: x\r\n\r\n" + body
    assert (await sink.web.get("/messages/2/source.eml")).content == (body or b"\r\n")
    assert (await sink.web.get("/messages/1")).status_code == 200


async def test_a_subject_folded_over_several_lines_is_read_whole(sink: Sink) -> None:
    subject = "Bảo hiểm xã hội tỉnh Mẫu đã đăng ký chỉ tiêu: Tỷ lệ lực lượng lao động tham gia bảo hiểm xã hội"
    message = letter(subject)
    assert message.count(b"=?utf-8?") > 2
    await sink.send(message)
    (kept,) = await sink.messages(subject="bảo hiểm xã hội")
    assert kept["subject"] == kept["headers"]["Subject"] == subject


async def test_messages_are_chosen_by_recipient_subject_and_number(sink: Sink) -> None:
    for number in range(4):
        await sink.send(letter(f"Đăng ký chỉ tiêu {number}", f"<{number}@x>"), to=f"can-bo{number % 2}@example.vn")
    assert [kept["seq"] for kept in await sink.messages(to="CAN-BO1@example.vn")] == [2, 4]
    assert [kept["seq"] for kept in await sink.messages(subject="CHỈ TIÊU 2")] == [3]
    assert [kept["seq"] for kept in await sink.messages(after=1, limit=2)] == [2, 3]
    assert await sink.messages(to="can-bo") == []


async def test_the_count_shows_a_message_sent_twice_until_everything_is_deleted(sink: Sink) -> None:
    for message_id in ("<a@x>", "<b@x>", "<a@x>", "<c@x>"):
        await sink.send(letter(message_id=message_id))
    assert (await sink.web.get("/count.json")).json() == {"messages": 4, "by_message_id_max": 2}
    assert (await sink.web.delete("/messages")).status_code == 204
    assert (await sink.web.get("/count.json")).json() == {"messages": 0, "by_message_id_max": 0}
    await sink.send(letter(message_id="<a@x>"))
    assert [kept["seq"] for kept in await sink.messages(after=4)] == [5]


async def test_a_refused_recipient_gets_the_ordered_code_and_others_do_not(sink: Sink) -> None:
    await sink.web.post("/faults", json={"reject_to": "Khong-co@example.vn", "code": 551})
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
        await sink.send(letter(), to="khong-co@example.vn")
    assert refused.value.recipients[0].code == 551
    await sink.send(letter())
    await sink.web.delete("/faults")
    await sink.send(letter(), to="khong-co@example.vn")
    assert len(await sink.messages()) == 2


async def test_the_next_messages_are_turned_away_for_now_and_not_kept(sink: Sink) -> None:
    await sink.web.post("/faults", json={"tempfail_next": 2})
    for _ in range(2):
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await sink.send(letter())
        assert refused.value.code == 451
    await sink.send(letter())
    assert len(await sink.messages()) == 1


async def test_a_cut_after_the_data_keeps_the_message_but_the_sender_never_hears_so(sink: Sink) -> None:
    await sink.web.post("/faults", json={"drop_after_data_next": 1})
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await sink.send(letter())
    assert len(await sink.messages()) == 1
    await sink.send(letter())
    assert (await sink.web.get("/count.json")).json()["by_message_id_max"] == 2


async def test_a_late_answer_comes_after_the_message_is_kept(sink: Sink) -> None:
    await sink.web.post("/faults", json={"delay_ms": 60_000})
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=sink.port, timeout=0.2)
    await client.connect()
    with pytest.raises(aiosmtplib.SMTPReadTimeoutError):
        await client.sendmail(SENDER, ["an@example.vn"], letter())
    client.close()
    assert len(await sink.messages()) == 1


@pytest.mark.parametrize("order", [{"delay": 5}, {"tempfail_next": -1}, {"reject_to": "a@b", "code": 250}])
async def test_a_fault_order_that_cannot_be_followed_is_refused(sink: Sink, order: dict[str, Any]) -> None:
    assert (await sink.web.post("/faults", json=order)).status_code == 422
    assert (await sink.web.get("/faults")).json()["delay_ms"] == 0


async def test_pages_escape_what_a_sender_wrote_and_frame_the_html_without_scripts(sink: Sink) -> None:
    await sink.send(letter("<script>alert('tiêu đề')</script>"))
    listed, shown = await sink.web.get("/"), await sink.web.get("/messages/1")
    for page in (listed, shown):
        assert "<script>" not in page.text
        assert "&lt;script&gt;alert(&#39;tiêu đề&#39;)" in page.text
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert '<iframe sandbox title="Bản HTML của thư" src="/messages/1/body.html">' in shown.text
    framed = await sink.web.get("/messages/1/body.html")
    assert framed.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


async def test_the_list_is_paged_from_the_newest(sink: Sink) -> None:
    assert "Chưa có thư nào" in (await sink.web.get("/")).text
    for number in range(5):
        await sink.send(letter(f"Thư số {number}", f"<{number}@x>"))
    first = (await sink.web.get("/", params={"limit": 2})).text
    assert re.findall(r"Thư số (\d)", first) == ["4", "3"]
    assert 'href="/?before=4&amp;limit=2"' in first
    last = (await sink.web.get("/", params={"before": 2, "limit": 2})).text
    assert re.findall(r"Thư số (\d)", last) == ["0"]
    assert "Thư cũ hơn" not in last


@pytest.mark.parametrize(
    "message",
    [
        b"no headers at all\r\n",
        b"Subject: =?utf-8?b?!!!?=\r\nContent-Type: text/plain; charset=nobody-knows\r\n\r\nxin ch\xc3\xa0o\r\n",
        b"Subject: ti\xc3\xaau \xff\r\n folded\r\nContent-Type: multipart/mixed\r\n\r\nno boundary\r\n",
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@\r\n",
    ],
)
async def test_a_broken_message_is_still_kept_and_shown(sink: Sink, message: bytes) -> None:
    await sink.send(message)
    assert len(await sink.messages()) == 1
    for path in ("/", "/messages/1", "/messages/1/body.html"):
        assert (await sink.web.get(path)).status_code == 200


@pytest.mark.parametrize("line", [b"x" * 1_000_000 + b"\r\n", b"x" * 998 + b".\r\n"])
async def test_a_message_beyond_32_mib_is_refused_and_not_kept(sink: Sink, line: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", sink.port)
    writer.write(b"EHLO x\r\nMAIL FROM:<a@example.vn>\r\nRCPT TO:<b@example.vn>\r\nDATA\r\n")
    while not (await reader.readline()).startswith(b"354"):
        pass
    with suppress(ConnectionError):  # it hangs up while we still write
        for _ in range(33 * 1024 * 1024 // len(line) + 1):
            writer.write(line)
            await writer.drain()
    with suppress(ConnectionError):
        assert (await reader.readline()).startswith(b"552 ")
    writer.close()
    await sink.send(letter())
    assert (await sink.web.get("/count.json")).json()["messages"] == 1


async def test_a_name_that_is_not_local_gets_no_answer(sink: Sink) -> None:
    assert (await sink.web.get("/messages.json", headers={"Host": "evil.example"})).status_code == 400


def test_as_a_process_it_keeps_what_it_accepted_through_a_kill(tmp_path: Path) -> None:
    smtp_port, page_port = free_port(), free_port()
    for run, end in enumerate((signal.SIGKILL, signal.SIGTERM), start=1):
        process = start(smtp_port, page_port, tmp_path)
        with process, httpx.Client(base_url=f"http://127.0.0.1:{page_port}") as web:
            assert process.stdout is not None
            assert process.stdout.readline() == f"Mail sink: http://127.0.0.1:{page_port}\n"
            assert web.get("/count.json").json()["messages"] == run - 1
            asyncio.run(send_to(smtp_port, letter(message_id="<same@x>")))
            assert web.get("/count.json").json() == {"messages": run, "by_message_id_max": run}
            process.send_signal(end)


def test_as_a_process_it_says_in_one_sentence_that_its_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        with start(port, free_port(), tmp_path) as process:
            _, said = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"Không mở được cổng {port}" in said
    assert "Traceback" not in said


def start(smtp_port: int, page_port: int, data: Path) -> subprocess.Popen[str]:
    ports = ["--smtp-port", str(smtp_port), "--page-port", str(page_port)]
    argv = [sys.executable, "-m", "deploy.local.mail_sink", *ports, "--data", str(data)]
    return subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def send_to(port: int, message: bytes) -> None:
    await aiosmtplib.send(message, sender=SENDER, recipients=["an@example.vn"], hostname="127.0.0.1", port=port)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port
