"""Administrators of a local platform: two, by the owner's hand, so that one proposes what the other confirms."""

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from chassis.facts.clock import business_date
from chassis.facts.decider import Rejected
from cli.officers import Desk, Officer
from contracts.registry import AppointmentReason
from services.registry.bootstrap import Appointment, appoint_administrator, appoint_first_administrators
from services.registry.domain.person import PERSON
from services.registry.domain.roles import ADMINISTRATOR
from services.registry.domain.unit import unit_id

if TYPE_CHECKING:
    from chassis.service.platform import Platform

ROOT: Final = unit_id("VSS")
DEPARTMENT: Final = Officer("Vu-TDKT")
DEPUTY: Final = Officer("Pho-Vu-TDKT")
OWNER: Final = Officer("Nguoi-giu-may-chu")


async def appoint(registry: "Platform") -> None:
    """Let both be administrators today, whatever day the platform lives in and whatever an earlier run has left."""
    with suppress(Rejected):  # others are, of an earlier version's cast
        await appoint_first_administrators(registry, [DEPARTMENT.id, DEPUTY.id], ROOT, OWNER.id)
    for officer in (DEPARTMENT, DEPUTY):
        _, state = await registry.executor.state(PERSON, officer.id)
        if not state.roles.holds([ADMINISTRATOR], ROOT, business_date(registry.clock())):
            await _appoint(registry, officer.id)


async def _appoint(registry: "Platform", person: UUID) -> None:
    for reason in (AppointmentReason.NOBODY_LEFT, AppointmentReason.NO_SECOND_PERSON):
        try:
            return await appoint_administrator(registry, Appointment(person, ROOT, OWNER.id, reason))
        except Rejected:
            continue
    last_way_out = Appointment(person, ROOT, OWNER.id, AppointmentReason.NOBODY_REACHABLE)
    return await appoint_administrator(registry, last_way_out)


async def introduce(desk: Desk) -> None:
    """Say what the three are called."""
    for officer in (DEPARTMENT, DEPUTY, OWNER):
        await desk.tell(DEPARTMENT, "registry", f"/people/{officer.id}/enrol")
        await desk.tell(DEPARTMENT, "registry", f"/people/{officer.id}/details", officer.details(), method="PUT")


async def grant(desk: Desk, person: UUID, role: str, unit: UUID, since: str) -> None:
    """Give a role from a day on; one that takes two, the deputy confirms."""
    body: dict[str, Any] = {"role": role, "unit_id": str(unit), "since": since}
    told = await desk.tell(DEPARTMENT, "registry", f"/people/{person}/roles", body)
    if "lapses_after" in told:
        await desk.tell(DEPUTY, "registry", f"/proposals/{told['id']}/confirm")
