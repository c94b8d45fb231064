"""Endpoints of registry for what persons register, one or a whole unit at once. Source: S001-14, A4."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.organisation.duties import excused
from chassis.web.api import (
    Action,
    Answer,
    Asked,
    InQuery,
    Page,
    Paged,
    Resource,
    actions,
    asked_router,
    asks,
    command,
    tells,
)
from contracts.registry import Duty, Role
from services.registry import people, personal_words
from services.registry.domain import personal_registration as steps
from services.registry.domain.person import PERSON
from services.registry.domain.personal_registration import PERSONAL_REGISTRATION, Known, Personal
from services.registry.personal_rosters import Counts, Roster, counted, lines, terms_above
from services.registry.views import personal_registrations as rows
from services.registry.views import posts

router = asked_router(tags=["registry"])
WRITES: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
HEADS: Final = frozenset({Role.UNIT_HEAD})
SEES: Final = WRITES | {Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL, Role.AUDITOR}


async def known_of(asked: Asked, it: Personal) -> Known:
    """What the rules want to know of a registration and who asks about it."""
    if not it.versions:
        return Known()
    last, today = it.last, asked.context().occurred_on
    found = (await look_up(asked, last.campaign_id, last.unit_id, last.person_id))[last.person_id]
    allowed = set[tuple[UUID, UUID]]()
    if asked.person in {last.person_id, *it.hands}:
        allowed = await excused(asked.pool, asked.person, Duty.CONFIRM_TARGETS, today)
    own = frozenset({asked.person}) if (last.registration_id, last.unit_id) in allowed else frozenset[UUID]()
    return Known(found.terms, found.works_here, found.above, found.erased, own)


async def look_up(asked: Asked, campaign: UUID, unit: UUID, *people: UUID) -> dict[UUID, Known]:
    """What the rules want to know of each of these persons in a unit and a campaign; what is common is asked once."""
    access, headed = asked.platform.access, (Role.UNIT_HEAD, unit)
    terms = await terms_above(asked.platform, campaign, unit)
    erased = await personal_words.erased(asked.pool, people)
    heads = headed in await access.held(asked.person)
    return {
        each: Known(
            terms=terms,
            works_here=await main_unit(asked, each) == unit,
            above=heads or headed in await access.held(each),
            erased=each in erased,
        )
        for each in people
    }


async def main_unit(asked: Asked, person: UUID) -> UUID | None:
    """Where a person mainly works today."""
    _, state = await asked.platform.executor.state(PERSON, person)
    if not state.enrolled or state.work.into is not None:
        return None
    today = asked.context().occurred_on
    return next((stay.unit_id for stay in state.work.stays() if stay.covers(today)), None)


PERSONALS: Final = Resource(
    "/personal-registrations",
    PERSONAL_REGISTRATION,
    unit=lambda it: it.last.unit_id if it.versions else None,
    seen_by=SEES,
    offers=offers(steps.PersonalCommand),
    known=known_of,
)


class WordsOf(BaseModel):
    """What was written in one revision; none where it was erased."""

    revision: int
    target: str | None
    solution: str | None


class PersonalDetail(BaseModel):
    """A person's registration with all its versions, the last of which counts; `version` is for If-Match."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    person_id: UUID
    writer_id: UUID | None
    version: int
    status: rows.PersonalStatus
    versions: list[WordsOf]
    returned: str | None
    actions: list[Action]


class PersonalListed(BaseModel):
    """A person's registration in a list, with the words that count."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    person_id: UUID
    status: rows.PersonalStatus
    revision: int
    registered_on: date
    target: str | None
    solution: str | None


def status_of(it: Personal) -> rows.PersonalStatus:
    """How far it has come, as the read model says it, too."""
    known = rows.PersonalStatus
    if it.withdrawn:
        return known.WITHDRAWN
    if it.confirmed:
        return known.CONFIRMED
    return known.RETURNED if it.returned else known.WAITING


@router.get("/personal-counts")
@asks(may=SEES, where=InQuery(), reads=(rows.PERSONAL, posts.POSTS))
async def read_counts(asked: Asked, campaign_id: UUID, unit_id: UUID) -> Counts:
    """How many of a unit's people have registered for a campaign, and of the units directly below."""
    return await counted(asked.platform, campaign_id, unit_id, asked.context().occurred_on)


@router.get("/personal-rosters")
@asks(may=SEES, where=InQuery(), reads=(rows.PERSONAL, posts.POSTS))
async def read_roster(asked: Asked, campaign_id: UUID, unit_id: UUID) -> Roster:
    """Who of a unit has registered for a campaign and who has not; that somebody looked is kept for each."""
    today, access = asked.context().occurred_on, asked.platform.access
    found = await counted(asked.platform, campaign_id, unit_id, today)
    people_there = await lines(asked.pool, campaign_id, unit_id, today)
    await people.looked_at(asked.pool, [each.person_id for each in people_there if each.status], asked.person)
    return Roster(
        **dict(found), lines=people_there, writes=await access.allows(asked.person, WRITES, unit_id, today),
        confirms=await access.allows(asked.person, HEADS, unit_id, today),
    )  # fmt: skip


@router.get("/personal-registrations")
@asks(may=SEES, where=InQuery(), reads=(rows.PERSONAL,))
async def list_personal(
    asked: Asked,
    paging: Paged,
    *,
    campaign_id: UUID | None = None,
    unit_id: UUID | None = None,
    person_id: UUID | None = None,
    status: rows.PersonalStatus | None = None,
    after: UUID | None = None,
) -> Page[PersonalListed]:
    """What persons of a unit have registered, or of all units for who holds a role at the top."""
    found = await rows.LISTED.page(
        asked.pool, after, paging.limit + 1,
        campaign_id=campaign_id, unit_id=unit_id, person_id=person_id, status=status,
    )  # fmt: skip
    await people.looked_at(asked.pool, [each.person_id for each in found], asked.person)
    return paging.page(await listed(asked, found), lambda each: each.registration_id)


async def listed(asked: Asked, found: Sequence[rows.PersonalRow]) -> list[PersonalListed]:
    """Registrations with the words that count."""
    said = await personal_words.words(asked.pool, [each.registration_id for each in found])
    return [
        PersonalListed(
            **each.model_dump(exclude={"target", "solution"}),
            target=said.get((each.registration_id, each.target)),
            solution=said.get((each.registration_id, each.solution)),
        )
        for each in found
    ]


@router.get(PERSONALS.one)
@asks(may=SEES, where=PERSONALS, reads=())
async def read_personal(id: UUID, asked: Asked, response: Response) -> PersonalDetail:  # noqa: A002 - the path's name
    """One registration with its versions; that somebody looked is kept."""
    version, it = await asked.platform.executor.state(PERSONAL_REGISTRATION, id)
    if not it.versions:
        raise not_found()
    last = it.last
    await people.looked(asked.pool, last.person_id, asked.person)
    said = await personal_words.words(asked.pool, [id])
    response.headers["ETag"] = f'"{version}"'
    return PersonalDetail(
        registration_id=id, campaign_id=last.campaign_id, unit_id=last.unit_id, person_id=last.person_id,
        writer_id=it.writer, version=version, status=status_of(it),
        versions=[
            WordsOf(
                revision=each.revision, target=said.get((id, each.target)), solution=said.get((id, each.solution))
            )
            for each in it.versions
        ],
        returned=said.get((id, it.returned.reason)) if it.returned else None,
        actions=await actions(asked, PERSONALS, id, it),
    )  # fmt: skip


@router.post(PERSONALS / "words", status_code=201)
@tells(may=WRITES, where=PERSONALS, step=steps.RewritePersonally)
async def rewrite_personal(id: UUID, body: steps.RewritePersonally, asked: Asked) -> Answer:  # noqa: A002
    """Say another target, or another way to it, before the head has confirmed it."""
    return await _with_words(asked, id, body, (body.target, body.solution))


@router.post(PERSONALS / "return", status_code=201)
@tells(may=HEADS, where=PERSONALS, step=steps.ReturnPersonally)
async def return_personal(id: UUID, body: steps.ReturnPersonally, asked: Asked) -> Answer:  # noqa: A002
    """Give it back, as the head, for a reason."""
    return await _with_words(asked, id, body, (body.reason,))


async def _with_words(asked: Asked, key: UUID, wanted: steps.PersonalCommand, texts: Sequence[str]) -> Answer:
    _, it = await asked.platform.executor.state(PERSONAL_REGISTRATION, key)
    async with personal_words.kept(asked.pool, [(key, it.last.person_id, text) for text in texts]):
        return await asked.execute(PERSONAL_REGISTRATION, key, wanted, await known_of(asked, it))


command(router, PERSONALS, "confirm", steps.ConfirmPersonally, may=HEADS, name="confirm_personal")
command(router, PERSONALS, "withdraw", steps.WithdrawPersonally, may=WRITES, name="withdraw_personal")
