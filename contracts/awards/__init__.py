"""Events of awards: who is proposed, what was decided, who was honoured."""

from contracts.awards.decision import DecisionEvent, DecisionIssued
from contracts.awards.nomination import (
    AwardGranted,
    DossierDocument,
    DossierDocumentAdded,
    NominationDrafted,
    NominationEvent,
    NominationFlagged,
    NominationSubmitted,
)
from contracts.event import Event, events_of

__all__ = [
    "EVENTS",
    "AwardGranted",
    "DecisionEvent",
    "DecisionIssued",
    "DossierDocument",
    "DossierDocumentAdded",
    "NominationDrafted",
    "NominationEvent",
    "NominationFlagged",
    "NominationSubmitted",
]

EVENTS: tuple[type[Event], ...] = events_of(NominationEvent, DecisionEvent)
