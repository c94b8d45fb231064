"""Read model of campaigns: what local steering committees have confirmed, and what was found about it. Source: A6."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import ConfirmationEntered, ConfirmationEvent, ConfirmationJudged, ConfirmationWithdrawn


class ConfirmationState(StrEnum):
    """How far a confirmation is; one that waits counts for nothing, and against nothing."""

    WAITING = "waiting"
    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"
    WITHDRAWN = "withdrawn"


class ConfirmationRow(
    Row, named="confirmations", key=("confirmation_id",), by=(("unit_id",), ("campaign_id",), ("state",))
):
    """A confirmation; `reason` is that of whoever judged it last, or of its withdrawal."""

    confirmation_id: UUID
    unit_id: UUID
    campaign_id: UUID
    criterion: str
    year: int | None
    committee: str
    what: str
    document_number: str
    document_date: date
    evidence: str
    state: ConfirmationState
    reason: str | None = None
    entered_on: date
    judged_on: date | None = None


def project_confirmations(recorded: Recorded[ConfirmationEvent]) -> Iterable[Change]:
    """The row of a confirmation after one of its events."""
    event, key = recorded.data, recorded.data.confirmation_id
    match event:
        case ConfirmationEntered():
            yield ConfirmationRow.put(
                key,
                **event.model_dump(
                    include={"unit_id", "campaign_id", "criterion", "year", "committee", "what", "evidence"}
                ),
                document_number=event.document.number,
                document_date=event.document.issued_on,
                state=ConfirmationState.WAITING,
                entered_on=recorded.occurred_on,
            )
        case ConfirmationJudged(finding=finding, reason=reason):
            state = ConfirmationState(finding.value)
            yield ConfirmationRow.put(key, state=state, reason=reason, judged_on=recorded.occurred_on)
        case ConfirmationWithdrawn(reason=reason):
            yield ConfirmationRow.put(key, state=ConfirmationState.WITHDRAWN, reason=reason)
        case _:
            assert_never(event)


CONFIRMATIONS: Final = Projection("confirmations", 1, [ConfirmationRow.table], project_confirmations)
LISTED: Final = ConfirmationRow.listing("unit_id", "campaign_id", "state", by="confirmation_id")
