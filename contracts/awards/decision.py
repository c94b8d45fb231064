"""Events of a decision: what an authority signed."""

from typing import ClassVar
from uuid import UUID

from contracts.awards.base import AwardsEvent
from contracts.event import Audience
from contracts.exact import Day
from contracts.values import Document


class DecisionIssued(AwardsEvent):
    """An authority has decided to grant an award to the nominees listed."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    decision_id: UUID
    number: str
    signed_on: Day
    authority_id: UUID
    award: str
    nominations: tuple[UUID, ...]
    legal_bases: tuple[Document, ...] = ()


DecisionEvent = DecisionIssued
"""What may stand in the stream of a decision: its `evolve` answers to each."""
