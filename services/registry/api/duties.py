"""Endpoints of registry for exceptions from the separation of duties."""

from typing import Final
from uuid import UUID

from chassis.organisation.duties import ALLOWED, DUTIES, ExceptionRow
from chassis.web.api import AT_ROOT, Answer, Asked, InBody, Page, Paged, asked_router, asks, tells
from contracts.registry import Role
from services.registry.domain.duty import DUTY_EXCEPTION, AllowException, Known, exception_id

router = asked_router(tags=["registry"])
_HEADS: Final = frozenset({Role.UNIT_HEAD, Role.DIRECTOR_GENERAL})
_READS: Final = frozenset({Role.AUDITOR, Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})


@router.post("/duty-exceptions", status_code=201)
@tells(may=_HEADS, where=InBody("authority_id"))
async def allow_exception(asked: Asked, body: AllowException) -> Answer:
    """Let a person do what is about their own work, as the head of a unit above: once nobody else can."""
    known = Known(above=await asked.platform.organisation.is_above(body.authority_id, body.unit_id))
    return await asked.execute(DUTY_EXCEPTION, exception_id(body), body, known)


@router.get("/duty-exceptions")
@asks(may=_READS, where=AT_ROOT, reads=(DUTIES,))
async def list_exceptions(
    asked: Asked,
    paging: Paged,
    *,
    person_id: UUID | None = None,
    thing_id: UUID | None = None,
    after: UUID | None = None,
) -> Page[ExceptionRow]:
    """Exceptions that were allowed: who may do what about which thing, why, and who allowed it."""
    rows = await ALLOWED.page(asked.pool, after, paging.limit + 1, person_id=person_id, thing_id=thing_id)
    return paging.page(rows, lambda row: row.exception_id)
