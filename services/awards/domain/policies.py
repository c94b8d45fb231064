"""What awards does when something happens elsewhere: a fact in, a command out."""

from contracts.campaigns import ReportAccepted
from services.awards.domain.nomination import FlagNomination


def flag_what_used_a_corrected_report(accepted: ReportAccepted) -> FlagNomination | None:
    """The flag for nominations of the unit in that campaign; None where nothing was corrected. Source: B19.

    The first revision is the report itself; each later one is a correction of figures that counted before.
    """
    if accepted.revision == 1 or accepted.campaign_id is None:
        return None
    return FlagNomination(report_id=accepted.report_id, review_id=accepted.review_id, revision=accepted.revision)
