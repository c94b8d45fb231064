"""Read model of campaigns: violations that were reported, and what they were answered. Source: S001-23.

Who reported one stands nowhere here: whoever looks into it need not know.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import Office, ViolationAnswered, ViolationEvent, ViolationHandedOver, ViolationReported


class ViolationState(StrEnum):
    """How far a report has come."""

    REPORTED = "reported"
    HANDED_OVER = "handed_over"
    ANSWERED = "answered"


class ViolationRow(
    Row, named="violations", key=("violation_id",), by=(("unit_id", "state"), ("campaign_id", "state"), ("state",))
):
    """What was reported of a unit; who looks into it and what was answered are null until then."""

    violation_id: UUID
    unit_id: UUID
    campaign_id: UUID | None
    what: str
    link: str | None
    reported_on: date
    state: ViolationState
    office: Office | None
    violated: bool | None
    answer: str | None
    answered_on: date | None


def project_violations(recorded: Recorded[ViolationEvent]) -> Iterable[Change]:
    """The row of a report."""
    on = recorded.occurred_on
    match event := recorded.data:
        case ViolationReported(violation_id=key, what=what, link=link):
            about = event.model_dump(include={"unit_id", "campaign_id"})
            state = ViolationState.REPORTED
            yield ViolationRow.put(key, **about, what=what, link=link or None, reported_on=on, state=state)
        case ViolationHandedOver(violation_id=key, to=office):
            yield ViolationRow.put(key, office=office.value, state=ViolationState.HANDED_OVER)
        case ViolationAnswered(violation_id=key, violated=violated, answer=answer):
            state = ViolationState.ANSWERED
            yield ViolationRow.put(key, violated=violated, answer=answer, answered_on=on, state=state)
        case _:
            assert_never(event)


VIOLATIONS: Final = Projection("violations", 1, [ViolationRow.table], project_violations)
REPORTED: Final = ViolationRow.listing("unit_id", "campaign_id", "state", by="violation_id")
