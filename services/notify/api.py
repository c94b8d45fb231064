"""What people may see of notifications: each their own; all of them, and the templates, those who watch over them."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import asyncpg
import orjson
from fastapi import Query
from pydantic import BaseModel

from chassis.facts.envelope import decode_any
from chassis.facts.kinds import Day
from chassis.facts.problem import not_found
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, Asked, Page, Paged, Position, asked_router, asks
from contracts.event import Event
from contracts.notify import Channel, NotificationEvent
from contracts.registry import Role
from services.notify import listed, views
from services.notify.delivery.preview import Described, Preview, described, preview
from services.notify.domain.notification import NOTIFICATION
from services.notify.domain.rules import RULES
from services.notify.domain.sentences import Sentence, State
from services.notify.domain.story import told
from services.notify.listed import Wanted
from services.notify.settings import ProviderSettings
from services.notify.views import NotificationRow, Statistics

router = asked_router(tags=["notify"])

_READERS = frozenset({Role.AUDITOR, Role.OPERATOR, Role.EMULATION_DEPARTMENT})
_TIMELINE = "select version, type, recorded_at, data::text from store.events where stream = $1 order by version"
_SHOWN = frozenset(
    ["channel", "channels", "attempt", "code", "permanent", "provider_id", "tracking_id", "failed", "next", "reason"]
)
_TEMPLATES: Final = {rule.template: rule for rule in RULES.values()}


class Order(StrEnum):
    """In which order a list comes."""

    OLDEST = "oldest"
    NEWEST = "newest"


class Step(BaseModel):
    """One fact about a notification: its type's name, when it was recorded, what it means, and what else it says."""

    version: int
    type: str
    recorded_at: datetime
    sentence: Sentence
    details: dict[str, bool | int | str | list[str] | None]


class Timeline(BaseModel):
    """A notification as it stands, and how it came to that."""

    notification: NotificationRow
    steps: list[Step]


@router.get("/notifications")
@asks(may=_READERS, where=AT_ROOT, reads=(views.OUTBOX,))
async def list_notifications(  # noqa: PLR0917 - what the list is narrowed by
    asked: Asked,
    paging: Paged,
    person_id: UUID | None = None,
    campaign_id: UUID | None = None,
    rule: Annotated[str | None, Query(pattern="^[a-z_]{1,80}$", description="The rule of a template.")] = None,
    channel: Annotated[Channel | None, Query(description="The channel on which they stand.")] = None,
    status: Annotated[State | None, Query(description="How they stand.")] = None,
    since: Annotated[Day | None, Query(description="The first day, in Viet Nam, on which they were requested.")] = None,
    until: Annotated[Day | None, Query(description="The last such day.")] = None,
    order: Annotated[Order, Query(description="The order of their requests.")] = Order.OLDEST,
    after: Position = 0,
) -> Page[NotificationRow]:
    """Notifications in the order in which they were requested, by person, campaign, rule, channel, state and day."""
    wanted = Wanted(person_id, campaign_id, rule, channel, status, since, until)
    newest = order is Order.NEWEST
    rows = await listed.notifications(asked.pool, wanted, after, paging.limit + 1, newest=newest)
    return paging.page(rows, lambda row: row.position)


@router.get("/notifications/mine")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(views.OUTBOX,))
async def list_mine(asked: Asked, paging: Paged, after: Position = 0) -> Page[NotificationRow]:
    """What one was told oneself, the newest first."""
    wanted = Wanted(person_id=asked.person)
    rows = await listed.notifications(asked.pool, wanted, after, paging.limit + 1, newest=True)
    return paging.page(rows, lambda row: row.position)


@router.get("/notifications/{notification_id}")
@asks(may=_READERS, where=AT_ROOT, reads=(views.OUTBOX,))
async def show_notification(asked: Asked, notification_id: UUID) -> Timeline:
    """One notification with its timeline."""
    row = await listed.notification(asked.pool, notification_id)
    if row is None:
        raise not_found()
    happened = await asked.pool.fetch(_TIMELINE, NOTIFICATION.stream(notification_id))
    events = [decode_any(fact["type"], fact["data"]) for fact in happened]
    steps = [_step(*each) for each in zip(happened, events, [None, *events[:-1]], strict=True)]
    return Timeline(notification=row, steps=steps)


@router.get("/statistics")
@asks(may=_READERS, where=AT_ROOT, reads=(views.OUTBOX,))
async def show_statistics(asked: Asked) -> Statistics:
    """Counts: requested, completed, exhausted, suppressed, pending; accepted, failed and unknown by channel.

    Beside them, which channel's provider cannot be spoken to, since when, why, and what to do.
    """
    return await views.statistics(asked.pool)


@router.get("/templates")
@asks(may=_READERS, where=AT_ROOT, reads=())
async def list_templates(asked: Asked) -> list[Described]:  # noqa: ARG001 - who asks is looked at before
    """The templates of messages: of what each tells, whom, and by which channels."""
    return [described(rule) for rule in _TEMPLATES.values()]


@router.get("/templates/{name}")
@asks(may=_READERS, where=AT_ROOT, reads=())
async def show_template(asked: Asked, name: str) -> Preview:  # noqa: ARG001
    """One template filled with made-up words: the email, and what Zalo puts into its template."""
    if name not in _TEMPLATES:
        raise not_found()
    return preview(_TEMPLATES[name], ProviderSettings.read().zalo_template_ids)


def _step(fact: asyncpg.Record, event: Event, before: Event | None) -> Step:
    kind = fact["type"].split(".")[2]
    sentence = Sentence(vi=kind, en=kind)  # of a newer version
    if isinstance(event, NotificationEvent):
        sentence = told(event, before if isinstance(before, NotificationEvent) else None)
    details = {name: value for name, value in orjson.loads(fact["data"]).items() if name in _SHOWN}
    return Step(version=fact["version"], type=kind, recorded_at=fact["recorded_at"], sentence=sentence, details=details)
