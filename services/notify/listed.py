"""Lists of notifications, and one of them: each row with the campaign and the unit of the event that it tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg

from contracts.notify import Channel
from services.notify.domain.sentences import State
from services.notify.views import NotificationRow

_TOLD: Final = f"""
    select {NotificationRow.columns("n")}, s.campaign_id, s.unit_id
    from notifications n left join sources s on s.event_id = n.source_event_id
"""  # noqa: S608 - our own column names
_MIDNIGHT: Final = "timestamp at time zone interval '7 hours'"  # in Viet Nam, where no clock is ever put forward


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is to hold; None does not narrow it. `since` and `until`: days of the request, both included."""

    person_id: UUID | None = None
    campaign_id: UUID | None = None
    rule: str | None = None
    channel: Channel | None = None
    state: State | None = None
    since: date | None = None
    until: date | None = None

    def conditions(self) -> Iterator[tuple[str, object]]:
        """A condition, with $ for its value, and that value, for each thing that narrows the list."""
        found = (
            ("n.person_id = $", self.person_id),
            ("n.source_event_id in (select event_id from sources where campaign_id = $)", self.campaign_id),
            ("n.rule = $", self.rule),
            ("n.channel = $", self.channel and self.channel.value),
            ("n.state = $", self.state and self.state.value),
            (f"n.requested_at >= ($::date)::{_MIDNIGHT}", self.since),
            (f"n.requested_at < ($::date + 1)::{_MIDNIGHT}", self.until),
        )
        return ((condition, value) for condition, value in found if value is not None)


async def notifications(
    pool: asyncpg.Pool, wanted: Wanted, after: int, limit: int, *, newest: bool
) -> list[NotificationRow]:
    """Up to `limit` notifications in the order in which they were requested, or the `newest` first; 0: from the start.

    Positions only grow: what is requested while somebody reads page by page comes before the first page of the newest,
    or after the last one of the oldest.
    """
    given = list(wanted.conditions())
    if after:
        given.append((f"n.position {'<' if newest else '>'} $", after))
    conditions = [condition.replace("$", f"${number}") for number, (condition, _) in enumerate(given, start=1)]
    where = f"where {' and '.join(conditions)}" if conditions else ""
    order = f"order by n.position{' desc' if newest else ''} limit ${len(given) + 1}"
    rows = await pool.fetch(f"{_TOLD} {where} {order}", *(value for _, value in given), limit)
    return [NotificationRow.of(row) for row in rows]


async def notification(pool: asyncpg.Pool, notification_id: UUID) -> NotificationRow | None:
    """One notification, None when there is none of this id."""
    row = await pool.fetchrow(f"{_TOLD} where n.notification_id = $1", notification_id)
    return None if row is None else NotificationRow.of(row)
