"""The door for results that the unit directly above files, on the unit's signed paper. Source: B7."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from chassis.facts.files import MAX_BYTES
from chassis.facts.kinds import Day
from chassis.facts.problem import not_found
from chassis.web.api import EVERY_ROLE, Answer, Asked, asked_router, asks, takes_up_to, tells
from chassis.web.files import DOWNLOAD, UPLOAD, FileName, received, sent
from contracts.values import StoredFile
from services.campaigns.api.scorecards import OWN, SCORECARDS, known_of
from services.campaigns.domain.scorecard import SCORECARD, FileResultsOnBehalf

router = asked_router(tags=["campaigns"])
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
SignedOn = Annotated[Day, Query(description="The day on which the unit signed the paper.")]


@router.post(SCORECARDS / "filings", status_code=201, openapi_extra=UPLOAD)
@takes_up_to(MAX_BYTES)
@tells(may=OWN, where=SCORECARDS, step=FileResultsOnBehalf)
async def file_results_on_behalf(asked: Asked, id: UUID, name: FileName, signed_on: SignedOn) -> Answer:  # noqa: A002 - the path's name
    """Keep the paper on which a unit directly below has signed its results; the body is the paper, scanned."""
    _, card = await asked.platform.executor.state(SCORECARD, id)
    known = await known_of(asked, card)

    def wanted(file: StoredFile) -> FileResultsOnBehalf:
        return FileResultsOnBehalf(paper=file, signed_on=signed_on)

    file = await received(
        asked, id, name, first=lambda file: SCORECARD.decide(wanted(file), card, known, asked.context())
    )
    return await asked.execute(SCORECARD, id, wanted(file), known)


@router.get(SCORECARDS / "papers/{sha256}", response_class=Response, responses=DOWNLOAD)
@asks(may=EVERY_ROLE, where=SCORECARDS, reads=())
async def read_results_paper(asked: Asked, id: UUID, sha256: Digest) -> Response:  # noqa: A002
    """The paper by which results were filed on behalf of their unit."""
    _, card = await asked.platform.executor.state(SCORECARD, id)
    filed = card.filings.get(sha256)
    if filed is None:
        raise not_found()
    return await sent(asked, id, filed.paper, "ban-giay")
