"""Administrators by the owner's hand: the first two, and whoever is needed when nobody can give roles any more.

No second person is asked, since there is none; everyone concerned is told (`AdministratorAppointedByOwner`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

from chassis.facts.clock import business_date
from chassis.facts.decider import Context
from chassis.service.platform import Platform
from chassis.store.execute import Step
from contracts.registry import AppointmentReason
from services.registry.administrators import ever
from services.registry.domain.appointment import APPOINTMENT, AppointAdministrator, Known
from services.registry.domain.person import PERSON, TakeOffice
from services.registry.domain.person import Known as KnownOfPerson
from services.registry.domain.roles import ADMINISTRATOR

_LOCK: Final = "select pg_advisory_xact_lock(hashtext('first-administrator'))"
_FORMERLY: Final = "first-administrator/emulation_department"
"""Name of the command by which earlier versions made the first administrator."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who is to be an administrator at the root, by whose hand and why; `document` is the number of a paper."""

    person: UUID
    root: UUID
    hand: UUID
    reason: AppointmentReason
    document: str | None = None


async def appoint_first_administrators(platform: Platform, persons: Sequence[UUID], root: UUID, hand: UUID) -> None:
    """Make people the first administrators: two, so that each finds a second person in the other.

    For the same people again it changes nothing, so that what was interrupted can be finished; what was revoked since
    stays revoked. Where an earlier version has made one of them the only administrator, the other joins. Raises
    Rejected `administrator-exists` when anybody else ever was one.
    """
    for person in persons:
        if not await _appointed(platform, person):
            joins = [other for other in persons if other != person and await _formerly(platform, other)]
            reason = AppointmentReason.NO_SECOND_PERSON if joins else AppointmentReason.FIRST
            wanted = Appointment(person, root, hand, reason)
            await _appoint(platform, wanted, uuid5(person, "first-administrator"), persons)


async def appoint_administrator(platform: Platform, wanted: Appointment) -> None:
    """Make a person an administrator from today on, though no administrator says so: the way out when none can.

    Raises Rejected where the reason is not so (`administrator-exists`, `second-administrator-exists`), or where
    somebody appoints oneself (`own-role`).
    """
    await _appoint(platform, wanted, uuid4(), [wanted.person])


async def _appoint(platform: Platform, wanted: Appointment, key: UUID, together: Collection[UUID]) -> None:
    today, person = business_date(platform.clock()), wanted.person
    command = AppointAdministrator(
        appointment_id=key, person_id=person, unit_id=wanted.root, since=today, hand=wanted.hand, reason=wanted.reason,
        document=wanted.document,
    )  # fmt: skip
    office = TakeOffice(person_id=person, unit_id=wanted.root, since=today)
    context = Context(occurred_on=today, actor=wanted.hand, command_id=uuid5(key, "appointed"))
    async with platform.pool.acquire() as connection, connection.transaction():
        await connection.execute(_LOCK)
        known = await _known(platform, wanted, together, today)
        appointed: Step[Any, Any, Any, Any] = Step(APPOINTMENT, key, command, known)
        await platform.executor.execute_together([appointed, Step(PERSON, person, office, KnownOfPerson())], context)


async def _known(platform: Platform, wanted: Appointment, together: Collection[UUID], today: date) -> Known:
    made = await ever(platform, wanted.root)
    states = [(await platform.executor.state(PERSON, each))[1] for each in made if each != wanted.person]
    there = sum(each.roles.holds([ADMINISTRATOR], wanted.root, today) for each in states)
    return Known(administrators=there, ever=not set(made).issubset(together))


async def _appointed(platform: Platform, person: UUID) -> bool:
    """Whether the person was made a first administrator, by this version or by an earlier one."""
    command = uuid5(uuid5(person, "first-administrator"), "appointed")
    return await platform.store.answer(command) is not None or await _formerly(platform, person)


async def _formerly(platform: Platform, person: UUID) -> bool:
    return await platform.store.answer(uuid5(person, _FORMERLY)) is not None
