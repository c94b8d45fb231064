"""Results of years before the platform kept them: entered from papers, verified by another person. Source: A1, B12."""

from datetime import date

from contracts.campaigns import PastEntry
from services.campaigns.domain import scorecard_refusals as refuse
from services.campaigns.domain.scorecard_commands import History


def past(history: History | None, until: date, today: date) -> PastEntry | None:
    """The papers as facts have them; raises Rejected where there are none, or where something is still to come."""
    if history is None:
        return None
    if history.document is None and not history.evidence:
        raise refuse.HISTORY_WITHOUT_EVIDENCE()
    days = [history.happened_on, until, *([history.document.issued_on] if history.document else [])]
    if history.happened_on >= today or max(days) > today:
        raise refuse.HISTORY_NOT_PAST(day=f"{max(days):%d/%m/%Y}")
    document = None if history.document is None else history.document.fact()
    return PastEntry(happened_on=history.happened_on, document=document, evidence=history.evidence)
