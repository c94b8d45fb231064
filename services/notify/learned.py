"""What notify has learned from others' events: what campaigns are called, and the facts it tells of."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import JSON, Column, MetaData, Table, Text, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from contracts.campaigns import CampaignLaunched
from services.notify.domain.rules import Told

_metadata = MetaData()

CAMPAIGNS: Final = Table(
    "campaigns",
    _metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("theme", Text),
    Column("indicators", JSON),
)
SOURCES: Final = Table(
    "sources",
    _metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("type", Text),
    Column("data", JSON),
    Column("unit_id", Uuid),
    Column("campaign_id", Uuid),
)
"""Events that people are told of, kept until the text is written: notify's own events name them by id alone."""


def project(recorded: Recorded[Told]) -> Iterable[Change]:
    """Names, and the event itself."""
    event = recorded.data
    if isinstance(event, CampaignLaunched):
        indicators = {goal.indicator: goal.name for goal in event.goals}
        yield Put(CAMPAIGNS, (event.campaign_id,), {"theme": event.theme, "indicators": indicators})
    places = {"unit_id": getattr(event, "unit_id", None), "campaign_id": getattr(event, "campaign_id", None)}
    yield Put(SOURCES, (recorded.id,), {"type": event.type_name(), "data": event.model_dump(mode="json"), **places})


LEARNED: Final = Projection("learned", 2, [CAMPAIGNS, SOURCES], project)
