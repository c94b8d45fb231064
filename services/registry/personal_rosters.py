"""Who of a unit has registered for a campaign and who has not: n of m. Source: A4."""

from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel

from chassis.service.platform import Platform
from contracts.registry import RegistrationOpened
from services.registry import personal_words
from services.registry.domain.personal_registration import closes
from services.registry.domain.registration import REGISTRATION, registration_id
from services.registry.views import personal_registrations as rows
from services.registry.views import posts

_MOST: Final = 2000


class RosterLine(BaseModel):
    """A person of a unit, and what the person has registered, if anything; not `here`: in the meantime elsewhere.

    Words are none where they were erased.
    """

    person_id: UUID
    here: bool
    registration_id: UUID | None = None
    status: rows.PersonalStatus | None = None
    revision: int | None = None
    target: str | None = None
    solution: str | None = None


class Counts(BaseModel):
    """How many of a unit's people have registered for a campaign, by when they may, and the units directly below.

    `asked`: whether the campaign asks persons of the unit to register; `closes` is the day from which it is too late.
    """

    campaign_id: UUID
    unit_id: UUID
    asked: bool
    closes: date | None
    people: int
    registered: int
    confirmed: int
    below: list[rows.UnitCount]


class Roster(Counts):
    """The people of a unit for a campaign, each with what was registered; whether the asker writes and confirms."""

    lines: list[RosterLine]
    writes: bool
    confirms: bool


async def terms_above(platform: Platform, campaign: UUID, unit: UUID) -> RegistrationOpened | None:
    """The terms of the unit's own registration, else of the nearest one above it that takes part."""
    seen, at = set[UUID](), unit
    while at not in seen:
        seen.add(at)
        _, state = await platform.executor.state(REGISTRATION, registration_id(campaign, at))
        if state.terms is not None:
            return state.terms
        found = await platform.organisation.unit(at)
        if found is None or found.parent_id is None:
            break
        at = found.parent_id
    return None


async def counted(platform: Platform, campaign: UUID, unit: UUID, today: date) -> Counts:
    """The unit's counts today."""
    terms = await terms_above(platform, campaign, unit)
    found = {each.unit_id: each for each in await rows.counts(platform.pool, unit, campaign, today)}
    own = found.pop(unit, rows.UnitCount(unit_id=unit, people=0, registered=0, confirmed=0))
    return Counts(
        campaign_id=campaign, asked=terms is not None and terms.persons_register,
        closes=closes(terms) if terms is not None else None, **own.model_dump(), below=list(found.values()),
    )  # fmt: skip


async def lines(pool: asyncpg.Pool, campaign: UUID, unit: UUID, today: date) -> list[RosterLine]:
    """The unit's people today, and who has registered here and works elsewhere by now."""
    found = await rows.LISTED.page(pool, None, _MOST, campaign_id=campaign, unit_id=unit, person_id=None, status=None)
    said = await personal_words.words(pool, [each.registration_id for each in found])
    here = {each.person_id for each in await posts.working(pool, today, [unit])}
    made = {each.person_id: each for each in found}
    return [
        RosterLine(person_id=person, here=person in here, **_made(made.get(person), said))
        for person in [*sorted(here), *sorted(made.keys() - here)]
    ]


def _made(row: rows.PersonalRow | None, said: personal_words.Kept) -> dict[str, Any]:
    if row is None:
        return {}
    words = {name: said.get((row.registration_id, getattr(row, name))) for name in ("target", "solution")}
    return {**row.model_dump(include={"registration_id", "status", "revision"}), **words}
