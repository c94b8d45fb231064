"""What notify has learned from others' events: what campaigns are called, and the facts it tells of."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import CampaignSays
from services.notify.domain.rules import Told


class CampaignRow(Row, named="campaigns", key=("campaign_id",)):
    """What a campaign and its indicators are called."""

    campaign_id: UUID
    theme: str
    indicators: dict[str, str]


class SourceRow(Row, named="sources", key=("event_id",)):
    """An event that people are told of, kept until the text is written: notify's own events name it by id alone."""

    event_id: UUID
    type: str
    data: dict[str, Any]
    unit_id: UUID | None
    campaign_id: UUID | None


def project(recorded: Recorded[Told]) -> Iterable[Change]:
    """Names, and the event itself."""
    event = recorded.data
    if isinstance(event, CampaignSays):
        indicators = {goal.indicator: goal.name for goal in event.goals}
        yield CampaignRow.put(event.campaign_id, theme=event.theme, indicators=indicators)
    places = {"unit_id": getattr(event, "unit_id", None), "campaign_id": getattr(event, "campaign_id", None)}
    yield SourceRow.put(recorded.id, type=event.type_name(), data=event.model_dump(mode="json"), **places)


LEARNED: Final = Projection("learned", 6, [CampaignRow.table, SourceRow.table], project)
