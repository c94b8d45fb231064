"""What awards does by itself in answer to events: event in, commands out."""

from collections.abc import Sequence

from contracts.awards import DecisionIssued
from contracts.event import Event
from services.awards.domain.nomination import GrantAward


def grant_awards_when_a_decision_is_issued(event: Event) -> Sequence[GrantAward]:
    """One award for each nomination that the decision lists, so that it stands in the nomination's own stream."""
    match event:
        case DecisionIssued(decision_id=decision, number=number, nominations=nominations):
            return [
                GrantAward(nomination_id=nomination, decision_id=decision, decision_number=number)
                for nomination in nominations
            ]
        case _:
            return []
