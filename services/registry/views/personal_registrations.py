"""Read model of registry: what persons have registered, by unit and campaign; words are not in it. Source: A4."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import (
    PersonalRegistrationConfirmed,
    PersonalRegistrationEvent,
    PersonalRegistrationMade,
    PersonalRegistrationReturned,
    PersonalRegistrationRevised,
    PersonalRegistrationWithdrawn,
)


class PersonalStatus(StrEnum):
    """How far a person's registration has come."""

    WAITING = "waiting"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class PersonalRow(
    Row,
    named="personal_registrations",
    key=("registration_id",),
    by=(("unit_id", "campaign_id"), ("person_id",), ("campaign_id",)),
):
    """A person's registration for a campaign, in the unit where the person worked then; the words by digest."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    person_id: UUID
    status: PersonalStatus
    revision: int
    registered_on: date
    target: str
    solution: str


def project_personal(recorded: Recorded[PersonalRegistrationEvent]) -> Iterable[Change]:
    """The row of a person's registration."""
    event = recorded.data
    key = event.registration_id
    match event:
        case PersonalRegistrationMade() | PersonalRegistrationRevised():
            yield PersonalRow.put(
                key,
                campaign_id=event.campaign_id,
                unit_id=event.unit_id,
                person_id=event.person_id,
                status=PersonalStatus.WAITING,
                revision=event.revision,
                registered_on=recorded.occurred_on,
                target=event.target,
                solution=event.solution,
            )
        case PersonalRegistrationReturned():
            yield PersonalRow.put(key, status=PersonalStatus.RETURNED)
        case PersonalRegistrationConfirmed():
            yield PersonalRow.put(key, status=PersonalStatus.CONFIRMED)
        case PersonalRegistrationWithdrawn():
            yield PersonalRow.put(key, status=PersonalStatus.WITHDRAWN)
        case _:
            assert_never(event)


PERSONAL: Final = Projection("personal_registrations", 1, [PersonalRow.table], project_personal)
LISTED: Final = PersonalRow.listing("campaign_id", "unit_id", "person_id", "status", by="registration_id")


class UnitCount(BaseModel):
    """How many of a unit's people have registered for a campaign, and how many of those the head has confirmed."""

    unit_id: UUID
    people: int
    registered: int
    confirmed: int


_COUNTS: Final = """
    with units as (
        select unit_id from organisation_units where (unit_id = $1 or parent_id = $1) and until is null
    ), here as (
        select a.unit_id, a.person_id from units u join assignments a using (unit_id)
        left join persons p on p.person_id = a.person_id
        where a.since <= $3 and (p.left_on is null or p.left_on > $3) and p.into_id is null
        and not exists (
            select from assignments later
            where later.person_id = a.person_id and later.since > a.since and later.since <= $3
        )
    )
    select here.unit_id, count(*) as people, count(r.person_id) as registered,
        count(*) filter (where r.status = 'confirmed') as confirmed
    from here left join personal_registrations r
        on (r.person_id, r.unit_id, r.campaign_id) = (here.person_id, here.unit_id, $2) and r.status <> 'withdrawn'
    group by here.unit_id
"""


async def counts(pool: asyncpg.Pool, unit: UUID, campaign: UUID, on: date) -> Sequence[UnitCount]:
    """The counts of a unit and of those directly below it, where somebody works there on that day."""
    return [UnitCount(**row) for row in await pool.fetch(_COUNTS, unit, campaign, on)]
