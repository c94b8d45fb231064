"""Endpoints of registry for proposed roles, which take effect when a second person confirms them."""

from datetime import date
from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.decider import Context
from chassis.facts.offers import offers, opening
from chassis.facts.problem import not_found
from chassis.store.execute import Accepted, Step, WrongVersion
from chassis.web.actions import why_of
from chassis.web.api import AT_ROOT, Action, Answer, Asked, asked_router, asks, tells
from chassis.web.asked import AcceptedBody
from services.registry.api.roles import KEEPS, READS
from services.registry.domain.person import PERSON, GrantAgreedRole
from services.registry.domain.person import Known as KnownOfPerson
from services.registry.domain.proposal import (
    PROPOSAL,
    ConfirmProposal,
    DeclineProposal,
    Known,
    Proposal,
    ProposalCommand,
    ProposeRole,
    WithdrawProposal,
    begins,
    proposal_id,
)
from services.registry.views import proposals

router = asked_router(tags=["people"])
_STEPS: Final = {
    ConfirmProposal: ("confirm_proposal", "confirm"),
    DeclineProposal: ("decline_proposal", "decline"),
    WithdrawProposal: ("withdraw_proposal", "withdraw"),
}


class ProposedBody(AcceptedBody):
    """Nothing is granted yet: the proposal `id` waits for a second person, to the end of a day; what comes next."""

    lapses_after: date
    vi: str
    en: str


class Proposed(Answer):
    """The answer 202: a role was proposed, and takes effect when a second person has confirmed it."""

    def __init__(self, key: UUID, outcome: Accepted, sent: UUID, lapses_after: date) -> None:
        super().__init__(key, outcome, sent)
        body = ProposedBody(
            id=key, position=outcome.position, version=outcome.version, command_id=outcome.command_id,
            lapses_after=lapses_after,
            vi=f"Đề nghị đã được gửi; vai trò có hiệu lực khi người quản trị thứ hai xác nhận, chậm nhất ngày "
            f"{lapses_after:%d/%m/%Y}.",
            en=f"It is proposed; the role takes effect when a second administrator confirms it, by {lapses_after}.",
        )  # fmt: skip
        self.status_code, self.body = 202, body.model_dump_json().encode()
        self.headers["Content-Length"] = str(len(self.body))
        self.headers["Location"] = f"/api/v1/proposals/{key}"


class ProposalDetail(proposals.ProposalRow):
    """A proposal with the steps that the asker may take."""

    actions: list[Action]


async def propose(asked: Asked, wanted: ProposeRole, *, unit: bool) -> Answer:
    """Propose a role: 202, also for whoever asks once more; 201, as of any grant, where the person holds it already."""
    executor, key = asked.platform.executor, proposal_id(wanted)
    version, person = await executor.state(PERSON, wanted.person_id)
    if asked.expected is not None and not asked.expected.holds(version):
        raise WrongVersion(version)
    known, context = Known(unit=unit, roles=person.roles), asked.context()
    again = await executor.repeats(context)
    outcome = await executor.execute(PROPOSAL, key, wanted, context, known=known)
    _, now = await executor.state(PROPOSAL, key)
    if now.terms is not None and (now.waits or (again and now.terms.proposed_by == asked.person)):
        return Proposed(key, outcome, asked.key, now.terms.lapses_after)
    return Answer(wanted.person_id, Accepted(outcome.position, version, outcome.command_id), asked.key)


@router.get("/proposals")
@asks(may=READS, where=AT_ROOT, reads=(proposals.PROPOSALS,))
async def list_proposals(asked: Asked, status: proposals.Status | None = None) -> list[ProposalDetail]:
    """Proposed roles, the latest first, up to 500; `waiting` are those that somebody may still confirm."""
    context = asked.context()
    rows = await proposals.listed(asked.pool, status, context.occurred_on)
    return [ProposalDetail(**row.model_dump(), actions=await _actions(asked, row, context)) for row in rows]


@router.get("/proposals/{id}")
@asks(may=READS, where=AT_ROOT, reads=(proposals.PROPOSALS,))
async def read_proposal(id: UUID, asked: Asked, response: Response) -> ProposalDetail:  # noqa: A002 - the path's name
    """One proposal; its ETag is the version to send back as If-Match."""
    row = await proposals.ProposalRow.one(asked.pool, id)
    if row is None:
        raise not_found()
    version, _ = await asked.platform.executor.state(PROPOSAL, id)
    response.headers["ETag"] = f'"{version}"'
    return ProposalDetail(**row.model_dump(), actions=await _actions(asked, row, asked.context()))


@router.post("/proposals/{id}/confirm", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def confirm_proposal(id: UUID, asked: Asked) -> Answer:  # noqa: A002
    """Confirm, as a second person, what somebody else has proposed for a third: the role is granted."""
    terms = (await _proposal(asked, id)).terms
    if terms is None:
        raise not_found()
    grant = GrantAgreedRole(
        person_id=terms.person_id, role=terms.role, unit_id=terms.unit_id, until=terms.until,
        since=begins(terms, asked.context().occurred_on),
    )  # fmt: skip
    confirm = Step(PROPOSAL, id, ConfirmProposal(), await _known(asked, terms.proposed_by))
    return await asked.execute_together(confirm, Step(PERSON, terms.person_id, grant, KnownOfPerson(unit=True)))


@router.post("/proposals/{id}/decline", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def decline_proposal(id: UUID, asked: Asked) -> Answer:  # noqa: A002
    """Decline what somebody else has proposed."""
    await _proposal(asked, id)
    return await asked.execute(PROPOSAL, id, DeclineProposal(), Known())


@router.post("/proposals/{id}/withdraw", status_code=201)
@tells(may=KEEPS, where=AT_ROOT)
async def withdraw_proposal(id: UUID, asked: Asked) -> Answer:  # noqa: A002
    """Take back what one has proposed oneself."""
    await _proposal(asked, id)
    return await asked.execute(PROPOSAL, id, WithdrawProposal(), Known())


async def _proposal(asked: Asked, key: UUID) -> Proposal:
    _, state = await asked.platform.executor.state(PROPOSAL, key)
    if state.terms is None:
        raise not_found()
    return state


async def _known(asked: Asked, proposer: UUID) -> Known:
    """Whether who proposed it may still: as the facts have it, not a read model."""
    _, person = await asked.platform.executor.state(PERSON, proposer)
    may = person.roles.holds(KEEPS, await asked.root(), asked.context().occurred_on)
    return Known(unit=True, proposer_may=may)


async def _actions(asked: Asked, row: proposals.ProposalRow, context: Context) -> list[Action]:
    """The steps of a proposal that waits, for who keeps people; which of them are open, and why others are not."""
    if row.status != proposals.Status.WAITING or not await asked.platform.access.allows(
        asked.person, KEEPS, await asked.root(), context.occurred_on
    ):
        return []
    _, state = await asked.platform.executor.state(PROPOSAL, row.proposal_id)
    known, found = await _known(asked, row.proposed_by), []
    for offer in offers(ProposalCommand):
        name, step = _STEPS[offer.command]
        outcome = opening(PROPOSAL, offer, state, known, context)
        path = f"/api/v1/proposals/{row.proposal_id}/{step}"
        why = why_of(outcome.refused)
        found.append(Action(name=name, path=path, vi=offer.vi, en=offer.en, open=outcome.open, why=why))
    return found
