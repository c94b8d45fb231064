"""Which step of a publication or of a report waits after a fact, and which was taken. Source: S001-23."""

from typing import Final, assert_never

from contracts.campaigns import (
    Office,
    PublicityPublished,
    PublicityTakenDown,
    PublicityToComeDown,
    ViolationAnswered,
    ViolationHandedOver,
    ViolationReported,
)
from services.portal.pages.inbox.papers import Move

Violated = ViolationReported | ViolationHandedOver | ViolationAnswered
Press = PublicityPublished | PublicityToComeDown | PublicityTakenDown | Violated

_LOOKS_INTO: Final = {Office.DEPARTMENT: "look_into", Office.INSPECTION: "inspect"}
_OTHER: Final = {Office.DEPARTMENT: Office.INSPECTION, Office.INSPECTION: Office.DEPARTMENT}


def pressed(event: Press) -> Move:
    """What a fact of the press means for who has something to do."""
    match event:
        case PublicityPublished(publicity_id=key):
            return Move("publicity", key)
        case PublicityToComeDown(publicity_id=key):
            return Move("publicity", key, waits="take_down")
        case PublicityTakenDown(publicity_id=key):
            return Move("publicity", key, "take_down")
        case ViolationReported(violation_id=key):
            return Move("violations", key, waits="hand_over")
        case ViolationHandedOver(violation_id=key, to=office):
            return Move("violations", key, "hand_over", _LOOKS_INTO[office], _LOOKS_INTO[_OTHER[office]])
        case ViolationAnswered(violation_id=key, office=office):
            return Move("violations", key, _LOOKS_INTO[office])
        case _:
            assert_never(event)
