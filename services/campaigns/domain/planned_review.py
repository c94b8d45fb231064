"""What a campaign's pack says of a review, as others ask for it: its papers as they are drafted. Source: M-1, M-2."""

from contracts.campaigns import ReviewPaper
from services.campaigns.domain.document_commands import Basis, Cited, Named, Written


def written(paper: ReviewPaper) -> Written:
    """A paper as it is drafted; number and day come from the clerk's book."""
    return Written(
        kind=paper.kind,
        symbol=paper.symbol,
        subject=paper.subject,
        place=(paper.signed_by.place if paper.signed_by else "") or "Hà Nội",
        addressees=tuple(Named.model_validate(each.model_dump()) for each in paper.addressees),
        copies=tuple(Named.model_validate(each.model_dump()) for each in paper.copy_recipients),
        archive=paper.archive,
        archive_copies=paper.archive_copies,
        body=paper.body,
        based_on=tuple(Basis(document=Cited.model_validate(each.model_dump())) for each in paper.based_on),
    )
