"""Endpoints of registry for what persons register: of a whole unit at once, and one's own. Source: S001-14, A4."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from chassis.facts.decider import Command, Rejected
from chassis.facts.problem import Problem, not_found, rejected
from chassis.store.execute import Step
from chassis.web.api import ANYWHERE, EVERY_ROLE, Answer, Asked, InBody, asked_router, asks, takes_up_to, tells
from contracts.registry import PersonalRegistrationEvent
from services.registry import personal_words
from services.registry.api.personal_registrations import (
    HEADS,
    WRITES,
    PersonalListed,
    known_of,
    listed,
    look_up,
    main_unit,
)
from services.registry.domain import personal_registration as steps
from services.registry.domain import personal_registration_refusals as refuse
from services.registry.domain.personal_registration import PERSONAL_REGISTRATION, Known, Personal
from services.registry.views import personal_registrations as rows

router = asked_router(tags=["registry"])
_MOST: Final = 500
_LARGEST: Final = 1_048_576
Line = Step[steps.PersonalCommand, Personal, PersonalRegistrationEvent, Known | None]


class PersonLine(Command):
    """What one person of the unit registers."""

    person_id: UUID
    target: steps.Words
    solution: steps.Words


class UnitEntry(Command):
    """What persons of a unit register for a campaign, a line for each: all are taken, or none."""

    campaign_id: UUID
    unit_id: UUID
    lines: Annotated[list[PersonLine], Field(min_length=1, max_length=_MOST)]


class Seen(Command):
    """A registration as it was seen: in which revision."""

    registration_id: UUID
    revision: Annotated[int, Field(ge=1, le=1_000_000)]


class Confirmation(Command):
    """Registrations of a unit's people that its head confirms at once: all of them, or none."""

    unit_id: UUID
    confirmed: Annotated[list[Seen], Field(min_length=1, max_length=_MOST)]


class MyEntry(Command):
    """What one registers oneself, or says instead of what one has registered."""

    campaign_id: UUID
    target: steps.Words
    solution: steps.Words


class MyWithdrawal(Command):
    """The campaign for which one takes one's registration back."""

    campaign_id: UUID


@router.post("/personal-registrations")
@takes_up_to(_LARGEST)
@tells(may=WRITES, where=InBody())
async def register_persons(body: UnitEntry, asked: Asked) -> Answer:
    """Write down what persons of the unit register, most of whom have no login; their head is asked once."""
    people = [line.person_id for line in body.lines]
    if len({*people}) < len(people):
        raise refuse.TWICE()
    said, words = list[Line](), list[personal_words.Said]()
    whole = sha256(body.model_dump_json().encode()).hexdigest()
    known = await look_up(asked, body.campaign_id, body.unit_id, *people)
    for place, line in enumerate(body.lines):
        key = steps.personal_registration_id(body.campaign_id, line.person_id)
        wanted = steps.RegisterPersonally(
            campaign_id=body.campaign_id, unit_id=body.unit_id, **line.model_dump(),
            asked=0 if place else len(body.lines), whole="" if place else whole,
        )  # fmt: skip
        said.append(Step(PERSONAL_REGISTRATION, key, wanted, known[line.person_id]))
        words += [(key, line.person_id, text) for text in (line.target, line.solution)]
    async with personal_words.kept(asked.pool, words):
        return await _together(asked, said, "lines")


@router.post("/personal-confirmations")
@tells(may=HEADS, where=InBody())
async def confirm_persons(body: Confirmation, asked: Asked) -> Answer:
    """Confirm, as the head, several registrations of a unit's people as they were seen; each writer is told once."""
    if len({each.registration_id for each in body.confirmed}) < len(body.confirmed):
        raise refuse.TWICE()
    told, said = set[UUID | None](), list[Line]()
    whole = sha256(body.model_dump_json().encode()).hexdigest()
    for each in sorted(body.confirmed, key=lambda one: one.registration_id):
        _, it = await asked.platform.executor.state(PERSONAL_REGISTRATION, each.registration_id)
        if not it.versions or it.last.unit_id != body.unit_id:
            raise not_found()
        wanted = steps.ConfirmTogether(revision=each.revision, told=it.writer not in told, whole="" if said else whole)
        told.add(it.writer)
        said.append(Step(PERSONAL_REGISTRATION, each.registration_id, wanted, await known_of(asked, it)))
    return await _together(asked, said, "confirmed")


async def _together(asked: Asked, said: Sequence[Line], name: str) -> Answer:
    """All of them or none; raises Problem with the refusal of each line that cannot be taken."""
    wrong = list[tuple[int, Rejected]]()
    for place, step in enumerate(said):
        _, it = await asked.platform.executor.state(PERSONAL_REGISTRATION, step.key)
        try:
            PERSONAL_REGISTRATION.decide(step.command, it, step.known, asked.context())
        except Rejected as refused:
            wrong.append((place, refused))
    if wrong and len(said) == 1:
        raise rejected(wrong[0][1])
    if wrong:
        errors = [{"field": f"{name}.{place}", "vi": each.vi, "en": each.en} for place, each in wrong]
        told = refuse.LINES_REFUSED(count=len(wrong))
        raise Problem(409, told.code, told.vi, told.en, told.source, errors=errors)
    return await asked.execute_together(*said)


@router.post("/my-registrations")
@tells(may=EVERY_ROLE, where=ANYWHERE)
async def register_mine(body: MyEntry, asked: Asked) -> Answer:
    """Register oneself in the unit where one works, or say something else instead before it is confirmed."""
    key = steps.personal_registration_id(body.campaign_id, asked.person)
    _, it = await asked.platform.executor.state(PERSONAL_REGISTRATION, key)
    unit = it.last.unit_id if it.versions else await main_unit(asked, asked.person)
    if unit is None:
        raise rejected(refuse.NOT_IN_UNIT())
    said = body.model_dump(include={"target", "solution"})
    wanted: steps.PersonalCommand
    if it.versions and not it.withdrawn:
        wanted = steps.RewritePersonally(**said)
    else:
        wanted = steps.RegisterPersonally(campaign_id=body.campaign_id, unit_id=unit, person_id=asked.person, **said)
    known = (await look_up(asked, body.campaign_id, unit, asked.person))[asked.person]
    async with personal_words.kept(asked.pool, [(key, asked.person, text) for text in said.values()]):
        return await asked.execute(PERSONAL_REGISTRATION, key, wanted, known)


@router.post("/my-withdrawals")
@tells(may=EVERY_ROLE, where=ANYWHERE)
async def withdraw_mine(body: MyWithdrawal, asked: Asked) -> Answer:
    """Take one's own registration back before it is confirmed."""
    key = steps.personal_registration_id(body.campaign_id, asked.person)
    return await asked.execute(PERSONAL_REGISTRATION, key, steps.WithdrawPersonally(), None)


@router.get("/my-registrations")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(rows.PERSONAL,))
async def list_mine(asked: Asked) -> list[PersonalListed]:
    """What one has registered oneself, or others for one."""
    found = await rows.LISTED.page(
        asked.pool, None, _MOST, campaign_id=None, unit_id=None, person_id=asked.person, status=None
    )
    return await listed(asked, found)
