"""Proposed roles that wait for a second person; who looks after roles is told when any of this changes."""

from collections.abc import Iterable
from datetime import date
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Tell
from chassis.facts.rows import Row
from chassis.service.service import Learns
from chassis.stream.topics import events_topic
from contracts.registry import (
    AssignmentCorrected,
    LeavingCancelled,
    PersonAssigned,
    PersonEnrolled,
    PersonEvent,
    PersonLeft,
    PersonReturned,
    PersonsJoined,
    PersonsParted,
    PostEnded,
    PostTaken,
    ProposalEvent,
    RemarkGiven,
    Role,
    RoleCancelled,
    RoleGranted,
    RoleProposalConfirmed,
    RoleProposalDeclined,
    RoleProposalWithdrawn,
    RoleProposed,
    RoleRevoked,
)
from services.portal.shell.told import Told


class WaitingRow(Row, named="proposals_waiting", key=("proposal_id",), by=(("person_id",),)):
    """A proposed role that nobody has confirmed, declined or withdrawn; after a day it waits no longer."""

    proposal_id: UUID
    person_id: UUID
    role: str
    unit_id: UUID
    since: date
    proposed_by: UUID
    lapses_after: date


_WATCH: Final = (Role.AUDITOR, Role.EMULATION_DEPARTMENT)


def project(recorded: Recorded[PersonEvent | ProposalEvent]) -> Iterable[Change]:
    """What waits, and that something about a person's roles has changed."""
    event = recorded.data
    match event:
        case PersonEnrolled() | PersonAssigned() | AssignmentCorrected() | PostTaken() | PostEnded() | RemarkGiven():
            return
        case PersonLeft() | LeavingCancelled() | PersonReturned() | PersonsJoined() | PersonsParted():
            return
        case RoleProposed(proposal_id=key):
            terms = event.model_dump(include={"person_id", "role", "unit_id", "since", "proposed_by", "lapses_after"})
            yield WaitingRow.put(key, **terms)
        case RoleProposalConfirmed() | RoleProposalDeclined() | RoleProposalWithdrawn():
            yield WaitingRow.drop(event.proposal_id)
        case RoleGranted() | RoleRevoked() | RoleCancelled():
            pass
        case _:
            assert_never(event)
    yield Tell(Told("people", event.person_id, event.unit_id, _WATCH, recorded.actor))


PROPOSALS: Final = Projection("role_proposals", 1, [WaitingRow.table], project)
LEARNS: Final[tuple[Learns, ...]] = ((PROPOSALS, (events_topic("registry"),)),)
