"""Sessions on the server: a browser holds a random id, the database its hash and the sealed tokens.

Times are the database's own, never simulated: a session ends after 30 idle minutes, and after 12 hours in any case.
Source of the bounds: OWASP Session Management Cheat Sheet.
"""

import hmac
import json
import secrets
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import asyncpg
from cryptography.fernet import Fernet, InvalidToken

SCHEMA: Final = """
    create schema if not exists shell;
    create table if not exists shell.sessions (
        id bytea primary key,
        person uuid not null,
        tokens bytea not null,
        begun_at timestamptz not null default now(),
        seen_at timestamptz not null default now()
    );
    create index if not exists sessions_by_person on shell.sessions (person);
    -- Written by the version before alone: since then a browser keeps its sign-in itself, sealed.
    create table if not exists shell.sign_ins (
        id bytea primary key,
        sealed bytea not null,
        begun_at timestamptz not null default now()
    );
    create table if not exists shell.drafts (
        person uuid not null,
        form text not null,
        sealed bytea not null,
        changed_at timestamptz not null default now(),
        primary key (person, form)
    );
"""
"""Tables that follow from no event."""

_LIVE: Final = "seen_at > now() - interval '30 minutes' and begun_at > now() - interval '12 hours'"
_FIND: Final = f"""
    with seen as (
        update shell.sessions set seen_at = now() where id = $1 and {_LIVE} and seen_at < now() - interval '1 minute'
    )
    select person, tokens from shell.sessions where id = $1 and {_LIVE}
"""  # noqa: S608 - our own text
_BYTES: Final = 32

SIGN_IN_SECONDS: Final = 600
"""How long somebody may take to sign in."""

MOST_SESSIONS: Final = 20
"""Sessions of one person; a new one takes the place of the oldest."""

_OLDEST: Final = """
    delete from shell.sessions where person = $1
    and id not in (select id from shell.sessions where person = $1 order by begun_at desc limit $2)
"""
_MOST_DRAFTS: Final = 50
"""Drafts of one person; a new one takes the place of the oldest."""


def fingerprint(secret: str) -> bytes:
    """What the database knows of an id."""
    return sha256(secret.encode()).digest()


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in; `secret` is what its cookie holds."""

    secret: str
    person: UUID
    tokens: dict[str, Any]

    @property
    def csrf(self) -> str:
        """What each form of this session carries, and no other site can know."""
        return hmac.new(self.secret.encode(), b"csrf", sha256).hexdigest()


class Sessions:
    """Sessions, sign-ins under way and drafts, in the portal's database."""

    def __init__(self, pool: asyncpg.Pool, seal: Fernet) -> None:
        self._pool, self._seal = pool, seal

    def _close(self, content: dict[str, Any]) -> bytes:
        return self._seal.encrypt(json.dumps(content).encode())

    def _open(self, sealed: bytes, seconds: int | None = None) -> dict[str, Any] | None:
        try:
            content: dict[str, Any] = json.loads(self._seal.decrypt(sealed, seconds))
        except InvalidToken:  # the key was changed, or it is older than `seconds`
            return None
        return content

    async def begin(self, person: UUID, tokens: dict[str, Any]) -> Session:
        """A new session with a new id, in the place of the oldest of who has many; what is over is swept out."""
        secret = secrets.token_urlsafe(_BYTES)
        await self._pool.execute(
            "insert into shell.sessions (id, person, tokens) values ($1, $2, $3)",
            fingerprint(secret),
            person,
            self._close(tokens),
        )
        await self._pool.execute("delete from shell.sessions where begun_at < now() - interval '36 hours'")
        await self._pool.execute(_OLDEST, person, MOST_SESSIONS)
        await self._pool.execute("delete from shell.drafts where changed_at < now() - interval '24 hours'")
        return Session(secret, person, tokens)

    async def find(self, secret: str) -> Session | None:
        """The session of a cookie, None when there is none or it has ended; to be seen keeps it alive.

        When it was seen last is known to a minute: to write it down for every page would keep pages waiting for it.
        """
        row = await self._pool.fetchrow(_FIND, fingerprint(secret))
        tokens = self._open(row["tokens"]) if row else None
        return None if row is None or tokens is None else Session(secret, UUID(int=row["person"].int), tokens)

    async def living(self, marks: Collection[bytes]) -> dict[bytes, UUID]:
        """Whose sessions these fingerprints are of, if they have not ended; to be looked at keeps none alive."""
        rows = await self._pool.fetch(
            f"select id, person from shell.sessions where id = any($1::bytea[]) and {_LIVE}",  # noqa: S608
            list(marks),
        )
        return {row["id"]: row["person"] for row in rows}

    async def ended(self, secret: str) -> Session | None:
        """A session that has ended by itself within a day: whose it was."""
        person = await self._pool.fetchval("select person from shell.sessions where id = $1", fingerprint(secret))
        return None if person is None else Session(secret, UUID(int=person.int), {})

    async def renew(self, session: Session, refresh: Any) -> Session:
        """The session with tokens that are good for a while; `refresh` is asked by one of several requests at a time.

        Raises what `refresh` raises; the session keeps its old tokens then.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            sealed = await connection.fetchval(
                "select tokens from shell.sessions where id = $1 for update", fingerprint(session.secret)
            )
            known = self._open(sealed) if sealed else None
            if known is None:
                return session
            tokens = await refresh(known)
            if tokens != known:
                await connection.execute(
                    "update shell.sessions set tokens = $2 where id = $1",
                    fingerprint(session.secret),
                    self._close(tokens),
                )
        return Session(session.secret, session.person, tokens)

    async def expire(self, secret: str) -> None:
        """End one session as if by itself: what was being typed may still be kept for its person."""
        await self._pool.execute(
            "update shell.sessions set begun_at = now() - interval '12 hours' where id = $1", fingerprint(secret)
        )

    async def end(self, secret: str) -> None:
        """End one session."""
        await self._pool.execute("delete from shell.sessions where id = $1", fingerprint(secret))

    async def end_all(self, person: UUID) -> None:
        """End every session of a person."""
        await self._pool.execute("delete from shell.sessions where person = $1", person)

    def seal_sign_in(self, content: dict[str, Any]) -> str:
        """What a sign-in must answer to, for the browser to keep: whoever only begins one leaves nothing here."""
        return self._close(content).decode()

    def open_sign_in(self, sealed: str) -> dict[str, Any] | None:
        """What `seal_sign_in` sealed less than ten minutes ago; None for anything else."""
        return self._open(sealed.encode(), SIGN_IN_SECONDS)

    async def keep_draft(self, person: UUID, form: str, typed: Mapping[str, str], key: str = "") -> None:
        """Keep what was typed into a form for a day, the latest forms of a person only.

        What comes late, after the form with this `key` was sent, is left out.
        """
        async with self._draft_of(person, form) as (connection, known):
            if key and known is not None and known.get("sent") == key:
                return
            await self._put_draft(connection, person, form, {"typed": dict(typed)})
            await connection.execute(
                "delete from shell.drafts where person = $1 and form not in"
                " (select form from shell.drafts where person = $1 order by changed_at desc limit $2)",
                person,
                _MOST_DRAFTS,
            )

    async def draft(self, person: UUID, form: str) -> dict[str, str] | None:
        """What the person had typed into a form, within a day."""
        sealed = await self._pool.fetchval(
            "select sealed from shell.drafts where (person, form) = ($1, $2)"
            " and changed_at > now() - interval '24 hours'",
            person,
            form,
        )
        known = self._open(sealed) if sealed else None
        return known.get("typed") if known else None

    async def drop_draft(self, person: UUID, form: str, key: str = "") -> None:
        """Forget what was typed into a form: it was sent, under this key, or is not wanted."""
        async with self._draft_of(person, form) as (connection, _):
            await self._put_draft(connection, person, form, {"sent": key})

    async def forget(self, person: UUID, form: str) -> None:
        """Forget what an erased person had typed, and what anybody typed into the form about them."""
        await self._pool.execute("delete from shell.drafts where person = $1 or form = $2", person, form)

    @asynccontextmanager
    async def _draft_of(
        self, person: UUID, form: str
    ) -> AsyncIterator[tuple[asyncpg.pool.PoolConnectionProxy, dict[str, Any] | None]]:
        """A transaction in which nobody else changes this draft, and what is known of it."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{person}/{form}")
            sealed = await connection.fetchval(
                "select sealed from shell.drafts where (person, form) = ($1, $2)", person, form
            )
            yield connection, self._open(sealed) if sealed else None

    async def _put_draft(
        self, connection: asyncpg.pool.PoolConnectionProxy, person: UUID, form: str, content: dict[str, Any]
    ) -> None:
        await connection.execute(
            "insert into shell.drafts values ($1, $2, $3) on conflict (person, form) do update set"
            " sealed = excluded.sealed, changed_at = now()",
            person,
            form,
            self._close(content),
        )
