"""Results that the unit directly above files on the unit's signed paper. Source: B7."""

from collections.abc import Sequence

from chassis.facts.behalf import NOT_DIRECTLY_ABOVE, filed_by
from chassis.facts.decider import Context
from contracts.campaigns import ResultsFiledOnBehalf, ScorecardEvent
from services.campaigns.domain import scorecard_refusals as refuse
from services.campaigns.domain.scorecard_commands import FileResultsOnBehalf, Known, ReportResult
from services.campaigns.domain.scorecard_state import Scorecard


def file_on_behalf(
    command: FileResultsOnBehalf, card: Scorecard, known: Known, context: Context
) -> Sequence[ScorecardEvent]:
    """A paper is kept once; results are reported by it afterwards, one by one."""
    if (opened := card.opened) is None:
        raise refuse.NOT_OPEN()
    unit, person = filed_by(known.files_for, command.signed_on, context)
    if command.paper.sha256 in card.filings:
        return []
    whose = opened.model_dump(include={"scorecard_id", "campaign_id", "unit_id"})
    return [ResultsFiledOnBehalf(**whose, by_unit_id=unit, filed_by=person, **dict(command))]


def on_behalf(command: ReportResult, card: Scorecard, known: Known) -> None:
    """Go on where a result names no paper, or one that was filed; raises Rejected for any other."""
    if not command.paper:
        return
    if known.files_for is None:
        raise NOT_DIRECTLY_ABOVE()
    if command.paper not in card.filings:
        raise refuse.PAPER_UNKNOWN()
