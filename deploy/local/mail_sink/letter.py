"""Reads a mail message for people and tests; whatever a sender broke, something readable comes out."""

from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from functools import lru_cache
from typing import NamedTuple


class Letter(NamedTuple):
    """A message: decoded headers (repeated ones joined by line ends), its text part, its HTML part."""

    headers: dict[str, str]
    text: str
    html: str


def read_headers(content: bytes) -> dict[str, str]:
    """Return the decoded headers that stand before the first empty line, under the names as sent."""
    head = content.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    headers: dict[str, str] = {}
    for name, value in HeaderParser().parsestr(head, headersonly=True).items():
        text = decoded(value)
        headers[name] = f"{headers[name]}\n{text}" if name in headers else text
    return headers


def read(content: bytes) -> Letter:
    """Return what a mail program would show."""
    parts = [part for part in message_from_bytes(content).walk() if part.get_content_disposition() != "attachment"]
    return Letter(read_headers(content), _text_of(parts, "text/plain"), _text_of(parts, "text/html"))


@lru_cache(maxsize=8192)
def decoded(value: str) -> str:
    """Undo folding and the encoded words of RFC 2047; campaigns repeat subjects, hence the cache."""
    unfolded = " ".join(value.split())
    if "=?" not in unfolded:
        return unfolded
    try:
        return str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, ValueError):
        return unfolded


def _text_of(parts: list[Message], content_type: str) -> str:
    part = next((part for part in parts if part.get_content_type() == content_type), None)
    payload = part.get_payload(decode=True) if part else None
    if part is None or not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:  # a character set nobody knows
        return payload.decode("utf-8", "replace")
