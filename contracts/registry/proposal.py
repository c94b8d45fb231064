"""Events of a proposal: a role that takes effect once a second person has confirmed it."""

from enum import StrEnum
from uuid import UUID

from contracts.exact import Day
from contracts.registry.base import RegistryEvent
from contracts.registry.person import Role


class Backdating(StrEnum):
    """Why a role is to count from a day that is past. What is to be said beside it stands in the document, not here."""

    DECISION_CAME_LATE = "decision_came_late"
    ENTRY_WAS_MISSED = "entry_was_missed"
    ENTRY_WAS_WRONG = "entry_was_wrong"


class RoleProposed(RegistryEvent):
    """Somebody wants a person to hold a role; nobody holds anything by it. It can be confirmed to the end of a day.

    `reason` and `document`, the number of the paper that says more, where the role is to count from a day before.
    """

    proposal_id: UUID
    person_id: UUID
    role: Role
    unit_id: UUID
    since: Day
    until: Day | None = None
    proposed_by: UUID
    lapses_after: Day
    reason: Backdating | None = None
    document: str | None = None


class RoleProposalConfirmed(RegistryEvent):
    """A second person has confirmed a proposal; the grant itself stands in the person's own stream."""

    proposal_id: UUID
    person_id: UUID
    role: Role
    unit_id: UUID
    proposed_by: UUID
    confirmed_by: UUID


class RoleProposalDeclined(RegistryEvent):
    """Another person has said no to a proposal."""

    proposal_id: UUID
    person_id: UUID
    role: Role
    unit_id: UUID
    declined_by: UUID


class RoleProposalWithdrawn(RegistryEvent):
    """Who proposed it has taken a proposal back."""

    proposal_id: UUID
    person_id: UUID
    role: Role
    unit_id: UUID


ProposalEvent = RoleProposed | RoleProposalConfirmed | RoleProposalDeclined | RoleProposalWithdrawn
"""What may stand in the stream of a proposal: its `evolve` answers to each."""
