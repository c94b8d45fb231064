"""Endpoints of registry for registrations."""

from typing import Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.organisation.duties import excused
from chassis.web.api import (
    EVERY_ROLE,
    Action,
    Asked,
    InQuery,
    Page,
    Paged,
    Resource,
    actions,
    asked_router,
    asks,
    command,
)
from contracts.registry import Duty, RegistrationOpened, Role
from contracts.values import Target
from services.registry.api.roles import LEADS
from services.registry.domain.registration import (
    REGISTRATION,
    ConfirmRegistration,
    Excused,
    RegisterTarget,
    Registration,
    RegistrationCommand,
    SubmitRegistration,
    targets,
)
from services.registry.views import registrations

router = asked_router(tags=["registry"])
PLEDGES: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})
HEADS: Final = frozenset({Role.UNIT_HEAD})


async def _known(asked: Asked, registration: Registration) -> Excused:
    """Whether the person may confirm their own work; looked up only where it is their own."""
    terms = registration.terms
    if terms is None or registration.submitted is None or asked.person not in registration.hands:
        return frozenset()
    allowed = await excused(asked.pool, asked.person, Duty.CONFIRM_TARGETS, asked.context().occurred_on)
    return frozenset({asked.person}) if (terms.registration_id, terms.unit_id) in allowed else frozenset()


REGISTRATIONS: Final = Resource(
    "/registrations",
    REGISTRATION,
    unit=lambda it: it.terms.unit_id if it.terms else None,
    seen_by=EVERY_ROLE,
    offers=offers(RegistrationCommand),
    known=_known,
)


class RegistrationDetail(BaseModel):
    """A registration with its terms and targets; `version` is what If-Match asks for."""

    registration_id: UUID
    version: int
    status: registrations.Status
    late: bool | None
    terms: RegistrationOpened
    targets: list[Target]
    actions: list[Action]


@router.get("/registrations")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(registrations.REGISTRATIONS,))
async def list_registrations(
    asked: Asked,
    paging: Paged,
    *,
    campaign_id: UUID | None = None,
    unit_id: UUID | None = None,
    status: registrations.Status | None = None,
    after: UUID | None = None,
) -> Page[registrations.RegistrationRow]:
    """Registrations of one unit, or of all for those who hold a role at the top."""
    found = await registrations.REGISTERED.page(
        asked.pool, after, paging.limit + 1, campaign_id=campaign_id, unit_id=unit_id, status=status
    )
    return paging.page(found, lambda registration: registration.registration_id)


@router.get(REGISTRATIONS.one)
@asks(may=EVERY_ROLE, where=REGISTRATIONS, reads=())
async def read_registration(id: UUID, asked: Asked, response: Response) -> RegistrationDetail:  # noqa: A002
    """A registration as its facts have it now; its ETag is the version to send back as If-Match."""
    version, state = await asked.platform.executor.state(REGISTRATION, id)
    if state.terms is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    submitted = registrations.Status.SUBMITTED if state.submitted else registrations.Status.OPEN
    return RegistrationDetail(
        registration_id=id,
        version=version,
        status=registrations.Status.CONFIRMED if state.confirmed else submitted,
        late=None if state.submitted is None else state.submitted.late,
        terms=state.terms,
        targets=targets(state.terms, state.pledges),
        actions=await actions(asked, REGISTRATIONS, id, state),
    )


command(router, REGISTRATIONS, "targets", RegisterTarget, may=PLEDGES, name="register_target")
command(router, REGISTRATIONS, "submit", SubmitRegistration, may=HEADS, name="submit_registration")
command(router, REGISTRATIONS, "confirm", ConfirmRegistration, may=LEADS, name="confirm_registration")
