"""Which step of a local committee's confirmation waits after a fact, and which was taken. Source: A6."""

from typing import assert_never

from contracts.campaigns import (
    ConfirmationEntered,
    ConfirmationEvent,
    ConfirmationJudged,
    ConfirmationWithdrawn,
)
from services.portal.pages.inbox.papers import Move


def confirming(event: ConfirmationEvent) -> Move:
    """A confirmation waits for the department until it was judged, or withdrawn."""
    key = event.confirmation_id
    match event:
        case ConfirmationEntered():
            return Move("confirmations", key, waits="judge")
        case ConfirmationJudged():
            return Move("confirmations", key, "judge")
        case ConfirmationWithdrawn():
            return Move("confirmations", key, over="judge")
        case _:
            assert_never(event)
