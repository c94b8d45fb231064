"""The doors for decisions."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.kinds import Day
from chassis.facts.problem import not_found
from chassis.organisation.duties import excused
from chassis.store.execute import Step
from chassis.web.api import ANYWHERE, EVERY_ROLE, Answer, Asked, InBody, asked_router, asks, tells
from contracts.registry import Duty, Role
from services.awards import learned
from services.awards.api import catalogue
from services.awards.domain.catalogue import NAME, award_unknown
from services.awards.domain.decision import DECISION, NUMBER, IssueDecision, LegalBasis, Nominee, decision_id
from services.awards.domain.nomination import NOMINATION, GrantAward, Known, Nomination
from services.awards.views import decisions, nominations

router = asked_router(tags=["awards"])


class DecisionBody(BaseModel):
    """A decision as signed; `nominations` are those of the awardees."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(pattern=NUMBER, examples=["123/QĐ-BHXH"])
    signed_on: Day
    authority_id: UUID
    award: str = Field(pattern=NAME, examples=["merit_certificate_dg"])
    nominations: tuple[UUID, ...] = Field(max_length=1000)
    legal_bases: tuple[LegalBasis, ...] = Field(default=(), max_length=50)


@router.post("/decisions", status_code=201)
@tells(may=frozenset({Role.DIRECTOR_GENERAL, Role.UNIT_HEAD}), where=InBody("authority_id"))
async def issue_decision(asked: Asked, body: DecisionBody) -> Answer:
    """Grant an award to nominees, all or none of them. The same decision again changes nothing."""
    rule = catalogue.rule(asked, body.award)
    if rule is None:
        raise award_unknown(body.award)
    await asked.require({rule.decided_by}, body.authority_id)
    nominees = [(key, (await asked.platform.executor.state(NOMINATION, key))[1]) for key in body.nominations]
    known = await _known(asked, body.authority_id, nominees)
    key = decision_id(body.authority_id, body.number, body.signed_on)
    return await asked.execute_together(
        Step(DECISION, key, IssueDecision(**body.model_dump()), known),
        *(
            Step(
                NOMINATION,
                each,
                GrantAward(nomination_id=each, decision_id=key, decision_number=body.number),
                Known(),
            )
            for each in body.nominations
        ),
    )


async def _known(asked: Asked, authority: UUID, nominees: Sequence[tuple[UUID, Nomination]]) -> tuple[Nominee, ...]:
    """What the rules want to know of the nominees beside their own facts."""
    proposals = [each.proposal for _, each in nominees if each.proposal is not None]
    within = await nominations.within(asked.pool, authority, [each.unit_id for each in proposals])
    verifiers = await learned.verifiers(asked.pool, proposals)
    allowed = await excused(asked.pool, asked.person, Duty.DECIDE_AWARD, asked.context().occurred_on)
    return tuple(
        Nominee(
            nomination_id=key,
            nomination=nominee,
            within=proposal is not None and proposal.unit_id in within,
            verifiers=verifiers.get(key, frozenset({None})),
            excused=proposal is not None and (key, proposal.unit_id) in allowed,
        )
        for key, nominee in nominees
        for proposal in [nominee.proposal]
    )


@router.get("/decisions/{decision_id}")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(decisions.DECIDED,))
async def read_decision(asked: Asked, decision_id: UUID, response: Response) -> decisions.DecisionRow:
    """A decision with the nominations that it honours."""
    row = await decisions.DecisionRow.one(asked.pool, decision_id)
    if row is None:
        raise not_found()
    response.headers["ETag"] = f'"{row.version}"'
    return row
