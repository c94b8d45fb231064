"""The door for reviews as a campaign's pack has them: opened by their code, papers drafted. Source: S003 I, III."""

from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.problem import not_found
from chassis.web.api import AT_ROOT, Answer, Asked, InBody, asked_router, tells
from contracts.campaigns import PlannedReview
from contracts.registry import Role
from services.campaigns.api.document_known import bases, require_in_force
from services.campaigns.api.documents import WRITERS
from services.campaigns.api.reviews import opened
from services.campaigns.domain import campaign_refusals as refuse
from services.campaigns.domain.campaign import CAMPAIGN
from services.campaigns.domain.document import DOCUMENT
from services.campaigns.domain.document_commands import DraftDocument
from services.campaigns.domain.document_state import Known
from services.campaigns.domain.pack_reviews import PackReview
from services.campaigns.domain.planned_review import written
from services.campaigns.domain.review import OpenReview

router = asked_router(tags=["campaigns"])
OPEN: Final = frozenset({Role.EMULATION_DEPARTMENT})
_ASKED: Final = ConfigDict(frozen=True, extra="forbid")
Code = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class PlannedOpening(BaseModel):
    """Which of the campaign's reviews is opened; `document_id` is the letter that asks for it, where it is here."""

    model_config = _ASKED

    code: Code
    document_id: UUID | None = None


class PaperOf(StrEnum):
    """A paper of a review: the letter that asks for it, or the form of a unit's report."""

    GUIDANCE = "guidance"
    FORM = "form"


class PlannedPaper(BaseModel):
    """Which paper of which review is drafted, as a document of which unit."""

    model_config = _ASKED

    code: Code
    paper: PaperOf
    unit_id: UUID


@router.post("/campaigns/{id}/reviews", status_code=201)
@tells(may=OPEN, where=AT_ROOT)
async def open_planned_review(asked: Asked, id: UUID, opening: PlannedOpening) -> Answer:  # noqa: A002
    """Open a review as the campaign's pack has it: all units of its kinds are asked to report, all or none."""
    said = await _planned(asked, id, opening.code)
    await require_in_force(asked, opening.document_id)
    review = PackReview.model_validate(said.model_dump())
    new = OpenReview(unit_id=await asked.root(), campaign_id=id, review=review, document_id=opening.document_id)
    return await opened(asked, new)


@router.post("/campaigns/{id}/review-papers", status_code=201)
@tells(may=WRITERS, where=InBody())
async def draft_planned_paper(asked: Asked, id: UUID, planned: PlannedPaper) -> Answer:  # noqa: A002
    """Draft a paper of a review as the pack has it, with its recipients; it goes on as every document does."""
    said = await _planned(asked, id, planned.code)
    paper = said.guidance if planned.paper is PaperOf.GUIDANCE else said.form
    if paper is None:
        raise refuse.PAPER_NOT_PLANNED(code=planned.code)
    key, content = uuid5(asked.command_id, "document"), written(paper)
    command = DraftDocument(document_id=key, unit_id=planned.unit_id, content=content)
    return await asked.execute(DOCUMENT, key, command, Known(bases=await bases(asked, content)))


async def _planned(asked: Asked, campaign: UUID, code: str) -> PlannedReview:
    """The review of a code that the campaign's pack has; raises Problem 404, or Rejected where there is none."""
    terms = (await asked.platform.executor.known(CAMPAIGN, campaign)).terms
    if terms is None:
        raise not_found()
    found = next((each for each in terms.reviews if each.code == code), None)
    if found is None:
        raise refuse.REVIEW_NOT_PLANNED(code=code)
    return found
