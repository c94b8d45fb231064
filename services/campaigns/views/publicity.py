"""Read model of campaigns: what was published, and what must come down or has. Source: S001-23."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import Medium, PublicityEvent, PublicityPublished, PublicityTakenDown, PublicityToComeDown


class PublicityState(StrEnum):
    """Whether a publication stands, must come down, or has."""

    PUBLISHED = "published"
    TO_COME_DOWN = "to_come_down"
    TAKEN_DOWN = "taken_down"


class PublicityRow(
    Row,
    named="publicity",
    key=("publicity_id",),
    by=(("unit_id", "state"), ("campaign_id", "state"), ("exemplar_id",), ("state",)),
):
    """A publication; where it has come down, nothing leads there any more."""

    publicity_id: UUID
    unit_id: UUID
    campaign_id: UUID | None
    exemplar_id: UUID | None
    medium: Medium
    title: str
    outlet: str
    published_on: date
    link: str | None
    state: PublicityState
    reason: str | None
    down_on: date | None


def project_publicity(recorded: Recorded[PublicityEvent]) -> Iterable[Change]:
    """The row of a publication."""
    match event := recorded.data:
        case PublicityPublished(publicity_id=key, link=link):
            about = event.model_dump(exclude={"publicity_id", "link", "medium"})
            medium, state = event.medium.value, PublicityState.PUBLISHED
            yield PublicityRow.put(key, **about, medium=medium, link=link or None, state=state)
        case PublicityToComeDown(publicity_id=key, reason=reason):
            yield PublicityRow.put(key, state=PublicityState.TO_COME_DOWN, reason=reason)
        case PublicityTakenDown(publicity_id=key, on=on):
            yield PublicityRow.put(key, state=PublicityState.TAKEN_DOWN, link=None, down_on=on)
        case _:
            assert_never(event)


PUBLICITY: Final = Projection("publicity", 1, [PublicityRow.table], project_publicity)
PUBLISHED: Final = PublicityRow.listing("unit_id", "campaign_id", "exemplar_id", "state", by="publicity_id")
