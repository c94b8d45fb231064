"""Which notifications are to be delivered now, and who has them in hand.

A claim is a lease in the database's own time: while it lasts no other worker touches the notification; when its holder
dies, it runs out. A wait before the next attempt is a claim too. Claims decide nothing: without them the decider still
refuses a second attempt, they only spare the trouble.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import orjson
import structlog

from chassis.facts.envelope import UnknownEventType, decode
from contracts.notify import Channel
from services.notify.domain.rules import RULES, Told
from services.notify.domain.sentences import State
from services.notify.domain.texts import Names

log = structlog.get_logger()

SCHEMA_2: Final = """
alter table dispatch.claims add column if not exists away integer not null default 0;
create table if not exists dispatch.unreachable (
    channel text        primary key,
    since   timestamptz not null,
    reason  text        not null
);
"""
"""The second version; runs on a new database and on one that has the first."""

SCHEMA: Final = f"""
create schema if not exists dispatch;
create table if not exists dispatch.claims (
    notification_id uuid        primary key,
    holder          text        not null,
    held_until      timestamptz not null,
    waits           integer     not null default 0
) with (fillfactor = 50);
{SCHEMA_2}
"""

_CLAIM = """
    with due as (
        select n.notification_id from notifications n left join dispatch.claims c using (notification_id)
        where n.state in ('due', 'under_way') and coalesce(c.held_until, '-infinity') <= clock_timestamp()
        order by n.position limit $1 for update of n skip locked
    ), claimed as (
        insert into dispatch.claims as c (notification_id, holder, held_until)
        select notification_id, $3, clock_timestamp() + $2 * interval '1 second' from due
        on conflict (notification_id) do update set held_until = excluded.held_until, holder = $3
            where c.held_until <= clock_timestamp()
        returning notification_id, waits, away
    )
    select n.notification_id, n.request_id, n.requested_at, n.correlation_id, n.traceparent, n.rule, n.channel,
        n.attempt, n.state, claimed.waits, claimed.away, p.full_name, p.phone, p.email, s.type, s.data::text, u.name,
        exists (select from departed d where d.person_id = n.person_id) as died,
        c.theme, c.indicators::text, (s.unit_id is null) as no_unit, (s.campaign_id is null) as no_campaign
    from claimed join notifications n using (notification_id)
    left join people p using (person_id)
    left join sources s on s.event_id = n.source_event_id
    left join organisation_units u on u.unit_id = s.unit_id
    left join campaigns c on c.campaign_id = s.campaign_id
    order by n.position
"""
_POSTPONE = """
    update dispatch.claims
    set held_until = clock_timestamp() + $2 * interval '1 second', waits = waits + $3, away = away + $4, holder = ''
    where notification_id = $1
"""
_RELEASE = "update dispatch.claims set held_until = '-infinity', holder = '' where holder = $1"
_SWEEP = """
    delete from dispatch.claims c using notifications n
    where n.notification_id = c.notification_id and c.held_until < clock_timestamp() - interval '1 minute'
        and n.state not in ('due', 'under_way')
"""


_TRACEPARENT: Final = re.compile(r"[0-9a-f]{2}(-[0-9a-f]+)+")
"""What may stand in a header of a message; another service's event may have brought anything."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """The person who is told, as the people directory knows them at this moment."""

    name: str
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed notification with all that its text needs; `told` or `names` is None while not yet known here.

    `waits` counts waits of every kind, `away` those for a provider that could not be reached.
    """

    notification_id: UUID
    request_id: UUID
    requested_at: datetime
    correlation_id: UUID | None
    traceparent: str | None
    rule: str
    channel: Channel
    attempt: int
    state: State
    waits: int
    away: int
    addressee: Addressee | None
    told: Told | None
    names: Names | None
    died: bool = False

    @property
    def tries(self) -> int:
        """How often it was tried in vain on its present channel, also when nothing could be handed over."""
        return self.attempt + self.away


async def claim(pool: asyncpg.Pool, limit: int, seconds: float, holder: str) -> list[Due]:
    """Claim up to `limit` notifications for so many seconds, the oldest first."""
    return [_due(row) for row in await pool.fetch(_CLAIM, limit, seconds, holder)]


async def release(pool: asyncpg.Pool, holder: str) -> None:
    """Give back what a former process of this name had in hand when it died."""
    await pool.execute(_RELEASE, holder)


async def postpone(
    pool: asyncpg.Pool, notification_id: UUID, seconds: float, *, waited: bool = False, away: bool = False
) -> None:
    """Give a claim back, for anybody to take after so many seconds; `waited` and `away` count the wait."""
    await pool.execute(_POSTPONE, notification_id, seconds, int(waited or away), int(away))


async def sweep(pool: asyncpg.Pool) -> None:
    """Forget the claims on notifications that are closed."""
    await pool.execute(_SWEEP)


def _told(row: asyncpg.Record) -> Told | None:
    """The fact to tell; one that cannot be read holds up its own messages, not those of others."""
    try:
        told = None if row["type"] is None else decode(row["type"], row["data"])
        if told is not None and type(told) not in RULES:
            raise TypeError(row["type"])
    except (UnknownEventType, TypeError, ValueError) as error:
        log.warning("fact_unreadable", notification=str(row["notification_id"]), error=type(error).__name__)
        return None
    return told


def _due(row: asyncpg.Record) -> Due:
    known = (row["no_unit"] or row["name"] is not None) and (row["no_campaign"] or row["theme"] is not None)
    indicators = orjson.loads(row["indicators"] or "{}")
    return Due(
        notification_id=row["notification_id"],
        request_id=row["request_id"],
        requested_at=row["requested_at"],
        correlation_id=row["correlation_id"],
        traceparent=row["traceparent"] if _TRACEPARENT.fullmatch(row["traceparent"] or "") else None,
        rule=row["rule"],
        channel=Channel(row["channel"]),
        attempt=row["attempt"],
        state=State(row["state"]),
        waits=row["waits"],
        away=row["away"],
        addressee=None if row["full_name"] is None else Addressee(row["full_name"], row["phone"], row["email"]),
        told=_told(row),
        names=Names(row["name"] or "", row["theme"] or "", indicators) if known else None,
        died=row["died"],
    )
