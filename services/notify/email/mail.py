"""Turns a letter into the bytes that go out: the same letter gives the same bytes, so that a copy can be recognised.

The parts are put together by hand because the standard library's message classes take several milliseconds for each;
encoding of headers, names and bodies stays the library's. Sources: RFC 5322, RFC 2045 to 2047, RFC 3834.
"""

from base64 import encodebytes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from functools import lru_cache
from uuid import UUID

from chassis.facts.clock import VIETNAM
from services.notify.delivery.render import Letter, one_line

_TEXT = "Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, about which notification, requested when; `extra` headers have ASCII values."""

    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    domain: str
    notification_id: UUID
    requested_at: datetime
    extra: Mapping[str, str]


def message_id(notification_id: UUID, domain: str) -> str:
    """Message-ID of a notification's email: the same however often it is sent."""
    return f"<{notification_id.hex}.email@{domain}>"


def compose(letter: Letter, envelope: Envelope) -> bytes:
    """The whole message in 7-bit bytes with CRLF line ends: headers, then text and HTML as alternatives."""
    boundary = f"=_{envelope.notification_id.hex}"
    headers = {
        "Date": format_datetime(envelope.requested_at.astimezone(VIETNAM)),
        "From": _mailbox(envelope.sender_name, envelope.sender),
        "To": _mailbox(envelope.recipient_name, envelope.recipient),
        "Message-ID": message_id(envelope.notification_id, envelope.domain),
        "Subject": _encoded(letter.subject, "Subject"),
        "Auto-Submitted": "auto-generated",
        "X-Thidua-Notification": str(envelope.notification_id),
        **{name: one_line(value) for name, value in envelope.extra.items()},
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    parts = (f"--{boundary}\r\n{_part(kind, body)}" for kind, body in (("plain", letter.text), ("html", letter.html)))
    return f"{head}\r\n{''.join(parts)}--{boundary}--\r\n".encode("ascii")


def _part(kind: str, body: str) -> str:
    text = body.replace("\r\n", "\n").replace("\n", "\r\n")
    return _TEXT.format(kind=kind) + encodebytes(text.encode()).decode("ascii").replace("\n", "\r\n")


def _mailbox(name: str, address: str) -> str:
    return f"{_encoded(name, 'From')} <{address}>"


@lru_cache(maxsize=1000)  # the same few subjects and names come again and again
def _encoded(value: str, header: str) -> str:
    return Header(one_line(value), "utf-8", header_name=header).encode(linesep="\r\n")
