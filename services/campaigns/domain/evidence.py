"""Files that prove a result: attached, and deleted as far as their bytes go."""

from collections.abc import Sequence
from typing import Final

from chassis.facts.decider import Context
from contracts.campaigns import EvidenceAttached, EvidenceBytesDeleted, ScorecardEvent
from services.campaigns.domain import scorecard_refusals as refuse
from services.campaigns.domain.scorecard_commands import AttachEvidence, DeleteEvidenceBytes, Known
from services.campaigns.domain.scorecard_places import facts_of, place_of
from services.campaigns.domain.scorecard_state import Scorecard

MOST_FILES: Final = 20
"""Files of one result at most."""


def attach(command: AttachEvidence, card: Scorecard, known: Known, context: Context) -> Sequence[ScorecardEvent]:
    """A file is there once; one whose bytes were deleted may be attached anew."""
    place, _, name = place_of(command, card, known)
    files = card.files.get(place, {})
    there = files.get(command.file.sha256)
    if there is not None and not there.deleted:
        return []
    if there is None and len(files) >= MOST_FILES:
        raise refuse.TOO_MANY_FILES(name=name, most=MOST_FILES)
    return [EvidenceAttached(**facts_of(card, place), file=command.file, attached_by=context.actor)]


def delete(command: DeleteEvidenceBytes, card: Scorecard, known: Known, context: Context) -> Sequence[ScorecardEvent]:
    """The fact that the bytes are to go; who deletes them does it afterwards."""
    place, _, name = place_of(command, card, known)
    there = card.files.get(place, {}).get(command.sha256)
    if there is None:
        raise refuse.NO_SUCH_FILE(name=name)
    if there.deleted:
        return []
    return [
        EvidenceBytesDeleted(
            **facts_of(card, place), sha256=command.sha256, reason=command.reason, deleted_by=context.actor
        )
    ]
