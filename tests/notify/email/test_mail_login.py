"""Encrypted connections and logins, on both event loops that the platform runs on: asyncio's own and uvloop's."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import uvloop
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.notify.delivery.sender import Outcome, Taken, Unreachable
from services.notify.email.smtp import EmailSender, Mail
from services.notify.settings import ProviderSettings

Run = Callable[[Coroutine[Any, Any, None]], None]


class Postbox:
    """Takes what comes; `taken` counts the messages, `logins` the attempts to log in."""

    def __init__(self) -> None:
        self.taken = self.logins = 0

    async def handle_DATA(self, _server: SMTP, _session: Session, _envelope: Envelope) -> str:  # noqa: N802
        self.taken += 1
        return f"250 number {self.taken}"

    def check(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any) -> AuthResult:
        self.logins += 1
        right = isinstance(given, LoginPassword) and given.password == b"right"
        return AuthResult(success=right, handled=right)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate for localhost, with its key in the same file, that clients here trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    path = tmp_path / "localhost.pem"
    path.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@asynccontextmanager
async def encrypted(postbox: Postbox, certificate: Path) -> AsyncIterator[int]:
    """A mail server that speaks over TLS alone; its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    loop = asyncio.get_running_loop()

    def conversation() -> SMTP:
        return SMTP(
            postbox,
            loop=loop,
            hostname="localhost",
            require_starttls=True,
            tls_context=context,
            authenticator=postbox.check,
        )

    server = await loop.create_server(conversation, "localhost", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await asyncio.sleep(0.1)  # aiosmtpd ends its conversations when it sees the connections gone


def sender_to(port: int, password: str) -> EmailSender:
    return EmailSender(
        ProviderSettings(
            smtp_host="localhost",
            smtp_port=port,
            smtp_connections=1,
            smtp_start_tls=True,
            smtp_user="thidua",
            smtp_password=password,
        )
    )


async def send(sender: EmailSender) -> Outcome:
    async with sender.ready() as hand_over:
        return await hand_over(Mail("lan@thidua.example", b"Subject: x\r\n\r\nx\r\n"))


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
async def test_letters_go_over_one_encrypted_connection_after_a_login(run: Run, certificate: Path) -> None:
    postbox = Postbox()

    async def letters() -> None:
        async with encrypted(postbox, certificate) as port:
            sender = sender_to(port, "right")
            assert [await send(sender) for _ in range(2)] == [Taken("number 1"), Taken("number 2")]
            await sender.close()

    await asyncio.to_thread(run, letters())
    assert postbox.logins == 1


async def test_a_wrong_password_is_not_tried_by_every_message(certificate: Path) -> None:
    postbox = Postbox()

    async def letters() -> None:
        async with encrypted(postbox, certificate) as port:
            sender = sender_to(port, "wrong")
            for _ in range(10):
                with pytest.raises(Unreachable, match=r"^smtp-535$"):
                    await send(sender)
            await sender.close()

    await asyncio.to_thread(asyncio.run, letters())
    assert postbox.logins <= 2  # the ways to log in that were offered
    assert postbox.taken == 0
