"""Read model of registry: proposed roles, which of them wait for a second person, and what became of the others."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import (
    Backdating,
    ProposalEvent,
    Role,
    RoleProposalConfirmed,
    RoleProposalDeclined,
    RoleProposalWithdrawn,
    RoleProposed,
)


class Status(StrEnum):
    """How a proposal stands; one that waits lapses after a day without another fact."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ProposalRow(Row, named="proposals", key=("proposal_id",), by=(("status", "lapses_after"),)):
    """A role that somebody proposed for a person; `closed_by` is who confirmed or declined it."""

    proposal_id: UUID
    person_id: UUID
    role: Role
    unit_id: UUID
    since: date
    until: date | None
    proposed_by: UUID
    proposed_on: date
    lapses_after: date
    reason: Backdating | None
    document: str | None
    status: Status
    closed_by: UUID | None
    closed_on: date | None


def project_proposals(recorded: Recorded[ProposalEvent]) -> Iterable[Change]:
    """Rows of proposals; the same terms proposed again begin anew."""
    on = recorded.occurred_on
    match event := recorded.data:
        case RoleProposed(proposal_id=key):
            terms = event.model_dump(exclude={"proposal_id"})
            yield ProposalRow.put(key, **terms, proposed_on=on, status=Status.WAITING, closed_by=None, closed_on=None)
        case RoleProposalConfirmed(proposal_id=key, confirmed_by=by):
            yield ProposalRow.put(key, status=Status.CONFIRMED, closed_by=by, closed_on=on)
        case RoleProposalDeclined(proposal_id=key, declined_by=by):
            yield ProposalRow.put(key, status=Status.DECLINED, closed_by=by, closed_on=on)
        case RoleProposalWithdrawn(proposal_id=key):
            yield ProposalRow.put(key, status=Status.WITHDRAWN, closed_on=on)
        case _:
            assert_never(event)


PROPOSALS: Final = Projection("proposals", 1, [ProposalRow.table], project_proposals)
_LISTED: Final = f"""
    select {ProposalRow.columns()} from proposals
    where $1::text is null or (status = $1 and ($1 <> 'waiting' or lapses_after >= $2))
    order by proposed_on desc, proposal_id limit $3
"""  # noqa: S608 - our own text


async def listed(pool: asyncpg.Pool, status: Status | None, today: date, limit: int = 500) -> list[ProposalRow]:
    """Proposals, the latest first; those that are said to wait still do today."""
    return [ProposalRow.of(row) for row in await pool.fetch(_LISTED, status, today, limit)]
