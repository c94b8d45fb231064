"""A proposal: a role that one person wants another to hold, and that a second person confirms before anything holds.

Its id is made of its terms, so what is confirmed is what was read; the same terms may be proposed again later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any, Final, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.offers import offered
from contracts.registry import (
    Backdating,
    ProposalEvent,
    Role,
    RoleGranted,
    RoleProposalConfirmed,
    RoleProposalDeclined,
    RoleProposalWithdrawn,
    RoleProposed,
)
from services.registry.domain.role_refusals import (
    BACKDATED,
    LAPSED,
    NO_SECOND_PERSON,
    NOT_OPEN,
    NOT_OWN_PROPOSAL,
    OVER_ALREADY,
    OWN_PROPOSAL,
    PROPOSED_ALREADY,
    PROPOSER_LOST,
)
from services.registry.domain.roles import Roles, grant, not_ones_own, not_too_late, second_person
from services.registry.domain.unit import unit_unknown
from services.registry.reference import ROLE_RULES

_PROPOSALS: Final = uuid5(NAMESPACE_URL, "urn:thidua:proposals")
NUMBER: Final = r"^[0-9]{1,6}(/[0-9]{4})?/[A-ZĐ][A-ZĐ0-9]{0,19}(-[A-ZĐ0-9]{1,20}){0,3}$"
"""Form of a paper's number, such as 12/QĐ-BHXH: a form in which nobody can be named. Source: M-1."""

Number = Annotated[str, Field(pattern=NUMBER, max_length=100)]


class ProposeRole(Command):
    """Propose that a person hold a role in a unit and the units below it; dated back only with reason and paper."""

    person_id: UUID
    role: Role
    unit_id: UUID
    since: date
    until: date | None = None
    reason: Backdating | None = None
    document: Number | None = None


@offered("Xác nhận vai trò", "Confirm the role")
class ConfirmProposal(Command):
    """Agree, as a second person: the role is granted."""


@offered("Từ chối", "Decline")
class DeclineProposal(Command):
    """Say no to what somebody else has proposed."""


@offered("Rút đề nghị", "Withdraw the proposal")
class WithdrawProposal(Command):
    """Take back what one has proposed oneself."""


ProposalCommand = ProposeRole | ConfirmProposal | DeclineProposal | WithdrawProposal


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was proposed last, and whether it waits, as far as no day has ended it."""

    terms: RoleProposed | None = None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Whether there is such a unit, what the person holds, and whether who proposed it still may."""

    unit: bool = False
    roles: Roles = field(default_factory=Roles)
    proposer_may: bool = False


def proposal_id(wanted: ProposeRole) -> UUID:
    """Id of a proposal with these terms."""
    return uuid5(_PROPOSALS, wanted.model_dump_json())


def begins(terms: RoleProposed, today: date) -> date:
    """From which day a role counts that is confirmed today: never from before, unless that is what was proposed."""
    return terms.since if terms.reason is not None else max(terms.since, today)


def decide(command: ProposalCommand, proposal: Proposal, known: Known, context: Context) -> Sequence[ProposalEvent]:
    """Two persons, none of them the one who is to hold the role."""
    terms = proposal.terms
    match command:
        case ProposeRole():
            return _propose(command, proposal, known, context)
        case _ if terms is None or not proposal.waits:
            raise NOT_OPEN()
        case WithdrawProposal():
            if context.actor != terms.proposed_by:
                raise NOT_OWN_PROPOSAL()
            return [RoleProposalWithdrawn(**_about(terms))]
        case DeclineProposal():
            return [RoleProposalDeclined(**_about(terms), declined_by=_another(terms, context))]
        case ConfirmProposal():
            return _confirm(terms, known, context)
        case _:
            assert_never(command)


def not_dated_back_in_silence(command: ProposeRole, today: date) -> None:
    """Raises `grant-backdated-without-reason` where a role is to count from a day before, and no paper says why."""
    if command.since < today and (command.reason is None or command.document is None):
        raise BACKDATED(today=f"{today:%d/%m/%Y}", today_en=f"{today}")


def _propose(command: ProposeRole, proposal: Proposal, known: Known, context: Context) -> Sequence[ProposalEvent]:
    today, by = context.occurred_on, context.actor
    rule = ROLE_RULES.on(today)
    if by is None:
        raise OWN_PROPOSAL()
    not_ones_own(command.person_id, context)
    if not known.unit:
        raise unit_unknown(command.unit_id)
    if not second_person(command.role, command.since, rule, today):
        raise NO_SECOND_PERSON()
    not_dated_back_in_silence(command, today)
    not_too_late(command.since, rule, today)
    named = {name: getattr(command, name) for name in ("person_id", "role", "unit_id", "since", "until")}
    if not grant(RoleGranted(**named), known.roles):
        return []
    if command.until is not None and command.until < today and command.reason is None:
        raise OVER_ALREADY()
    if (terms := proposal.terms) is not None and proposal.waits and today <= terms.lapses_after:
        if terms.proposed_by == by:
            return []
        raise PROPOSED_ALREADY()
    reason: dict[str, Any] = {"reason": command.reason, "document": command.document} if command.since < today else {}
    lapses = today + timedelta(days=rule.proposal_days - 1)
    return [RoleProposed(proposal_id=proposal_id(command), **named, proposed_by=by, lapses_after=lapses, **reason)]


def _another(terms: RoleProposed, context: Context) -> UUID:
    """Who asks, if that is not who proposed it."""
    if context.actor is None or context.actor == terms.proposed_by:
        raise OWN_PROPOSAL()
    return context.actor


def _confirm(terms: RoleProposed, known: Known, context: Context) -> Sequence[ProposalEvent]:
    today, by = context.occurred_on, _another(terms, context)
    not_ones_own(terms.person_id, context)
    if today > terms.lapses_after:
        raise LAPSED(day=f"{terms.lapses_after:%d/%m/%Y}", day_en=f"{terms.lapses_after}")
    if not known.proposer_may:
        raise PROPOSER_LOST()
    if terms.until is not None and terms.until < begins(terms, today):
        raise OVER_ALREADY()
    return [RoleProposalConfirmed(**_about(terms), proposed_by=terms.proposed_by, confirmed_by=by)]


def _about(terms: RoleProposed) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in ("proposal_id", "person_id", "role", "unit_id")}


def evolve(proposal: Proposal, event: ProposalEvent) -> Proposal:
    """State after one fact."""
    match event:
        case RoleProposed():
            return Proposal(event, waits=True)
        case RoleProposalConfirmed() | RoleProposalDeclined() | RoleProposalWithdrawn():
            return Proposal(proposal.terms)
        case _:
            assert_never(event)


PROPOSAL: Final[Decider[ProposalCommand, Proposal, ProposalEvent, Known]] = Decider(
    "proposal", Proposal(), decide, evolve
)
