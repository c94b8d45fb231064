"""Read model of campaigns: what they say now, what has become of them, who has joined."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import Field, computed_field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import (
    CampaignAmended,
    CampaignAnnounced,
    CampaignCancelled,
    CampaignConcluded,
    CampaignEvent,
    CampaignExtended,
    CampaignJoined,
    CampaignLaunched,
    CampaignSays,
    RelationKind,
    Terms,
)
from contracts.values import Document


class CampaignStatus(StrEnum):
    """How far a campaign has come."""

    ANNOUNCED = "announced"
    LAUNCHED = "launched"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class CampaignRow(Row, named="campaigns", key=("campaign_id",), by=(("code",), ("stage_after",), ("implements",))):
    """A campaign in a list; `stage_after` and `implements` are the campaigns to which it stands so."""

    campaign_id: UUID
    code: str
    theme: str
    kind: str
    level: str
    starts_on: date
    ends_on: date
    register_before: date | None = None
    announced_on: date | None = None
    launched_on: date | None = None
    concluded_on: date | None = None
    cancelled_on: date | None = None
    stage_after: UUID | None = None
    implements: UUID | None = None
    joined_units: int = 0
    launched: dict[str, Any] = Field(exclude=True)

    @computed_field  # type: ignore[prop-decorator]  # as pydantic's own documentation has it
    @property
    def status(self) -> CampaignStatus:
        """How far it has come."""
        if self.cancelled_on is not None:
            return CampaignStatus.CANCELLED
        if self.concluded_on is not None:
            return CampaignStatus.CONCLUDED
        return CampaignStatus.ANNOUNCED if self.launched_on is None else CampaignStatus.LAUNCHED

    def terms(self) -> Terms:
        """All that it says now: its last words, and the days to which they were moved since."""
        period = {"start": self.starts_on, "end": self.ends_on}
        return Terms.model_validate({**self.launched, "period": period, "register_before": self.register_before})


class LifeStep(StrEnum):
    """What can happen to a campaign."""

    ANNOUNCED = "announced"
    LAUNCHED = "launched"
    AMENDED = "amended"
    EXTENDED = "extended"
    CONCLUDED = "concluded"
    CANCELLED = "cancelled"


class LifeRow(Row, named="campaign_life", key=("campaign_id", "position")):
    """Something that happened to a campaign: `on` that day, by that document.

    `changed` are the fields that an amendment changed, `until` the last day of an extension.
    """

    campaign_id: UUID = Field(exclude=True)
    position: int
    step: LifeStep
    on: date
    document: dict[str, Any] = Field(default={})
    changed: list[str] = Field(default=[])
    until: date | None = None
    reason: str = ""


class JoinRow(Row, named="campaign_joins", key=("campaign_id", "unit_id")):
    """A unit that has launched a campaign within its scope, on a day, by its own document if it has one."""

    campaign_id: UUID = Field(exclude=True)
    unit_id: UUID
    happened_on: date
    document: dict[str, Any] = Field(default={})


def project_campaigns(recorded: Recorded[CampaignEvent]) -> Iterable[Change]:
    """The campaign's row after one of its events, and what has happened to it."""
    event, on = recorded.data, recorded.occurred_on
    match event:
        case CampaignAnnounced():
            yield from _said(event, announced_on=on)
            yield _life(recorded, LifeStep.ANNOUNCED, on, event.document)
        case CampaignLaunched(happened_on=day):
            yield from _said(event, launched_on=day or on)
            yield _life(recorded, LifeStep.LAUNCHED, day or on, event.document)
        case CampaignAmended(changed=changed):
            yield from _said(event)
            yield _life(recorded, LifeStep.AMENDED, on, event.amendment, changed=list(changed))
        case CampaignExtended(until=until, register_before=before):
            yield CampaignRow.put(event.campaign_id, ends_on=until, register_before=before)
            yield _life(recorded, LifeStep.EXTENDED, on, event.document, until=until)
        case CampaignJoined(unit_id=unit, happened_on=day, document=document):
            paper = document.model_dump(mode="json") if document else {}
            yield JoinRow.put(event.campaign_id, unit, happened_on=day, document=paper)
            yield CampaignRow.add(event.campaign_id, joined_units=1)
        case CampaignConcluded(happened_on=day):
            yield CampaignRow.put(event.campaign_id, concluded_on=day)
            yield _life(recorded, LifeStep.CONCLUDED, day, event.document)
        case CampaignCancelled(reason=reason):
            yield CampaignRow.put(event.campaign_id, cancelled_on=on)
            yield _life(recorded, LifeStep.CANCELLED, on, event.document, reason=reason)
        case _:
            assert_never(event)


def _said(event: CampaignSays, **days: date) -> Iterable[Change]:
    to = {relation.kind: relation.campaign_id for relation in event.relations}
    yield CampaignRow.put(
        event.campaign_id,
        code=event.code,
        theme=event.theme,
        kind=event.kind,
        level=event.level,
        starts_on=event.period.start,
        ends_on=event.period.end,
        register_before=event.register_before,
        stage_after=to.get(RelationKind.STAGE_AFTER),
        implements=to.get(RelationKind.IMPLEMENTS),
        launched=event.model_dump(mode="json", include=set(Terms.model_fields)),
        **days,
    )


def _life(recorded: Recorded[Any], step: LifeStep, on: date, document: Document, **more: object) -> Change:
    paper = document.model_dump(mode="json")
    return LifeRow.put(recorded.data.campaign_id, recorded.position, step=step, on=on, document=paper, **more)


CAMPAIGNS: Final = Projection("campaigns", 2, [CampaignRow.table, LifeRow.table, JoinRow.table], project_campaigns)
LAUNCHED: Final = CampaignRow.listing(by="code")
JOINED: Final = JoinRow.listing("campaign_id", by="unit_id")

_LIFE = f"select {LifeRow.columns()} from campaign_life where campaign_id = $1 order by position limit 200"  # noqa: S608
_AFTER = f"select {CampaignRow.columns()} from campaigns where stage_after = $1 order by code limit 20"  # noqa: S608
_BELOW = f"select {CampaignRow.columns()} from campaigns where implements = $1 order by code limit 100"  # noqa: S608


async def life(pool: asyncpg.Pool, campaign_id: UUID) -> Sequence[LifeRow]:
    """What has happened to a campaign, in its order."""
    return [LifeRow.of(row) for row in await pool.fetch(_LIFE, campaign_id)]


async def stages_after(pool: asyncpg.Pool, campaign_id: UUID) -> Sequence[CampaignRow]:
    """The campaigns that are the next stage of this one."""
    return [CampaignRow.of(row) for row in await pool.fetch(_AFTER, campaign_id)]


async def carried_out_by(pool: asyncpg.Pool, campaign_id: UUID) -> Sequence[CampaignRow]:
    """The campaigns that carry this one out on the level below."""
    return [CampaignRow.of(row) for row in await pool.fetch(_BELOW, campaign_id)]
