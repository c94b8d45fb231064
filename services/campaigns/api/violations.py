"""The door for violations of the law on emulation: reported by the press, seen by those alone who look into them.

The unit in which something was found does not see that it was reported. Source: S001-23.
"""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.web.api import (
    Action,
    Answer,
    Asked,
    InBody,
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
from contracts.registry import Role
from services.campaigns.api.concerned import there
from services.campaigns.domain.violation import (
    VIOLATION,
    AnswerViolation,
    HandOverViolation,
    ReportViolation,
    ViolationCommand,
)
from services.campaigns.views import violations

router = asked_router(tags=["campaigns"])
REPORT: Final = frozenset({Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT})
HAND_OVER: Final = frozenset({Role.EMULATION_DEPARTMENT})
ANSWER: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.INSPECTOR})
SEES: Final = REPORT | ANSWER | {Role.DIRECTOR_GENERAL, Role.AUDITOR}

VIOLATIONS: Final = Resource(
    "/violations",
    VIOLATION,
    unit=lambda it: it.reported.unit_id if it.reported else None,
    seen_by=SEES,
    offers=offers(ViolationCommand),
)


class ViolationDetail(violations.ViolationRow):
    """A report with the steps that it may take."""

    actions: list[Action]


@router.get("/violations")
@asks(may=SEES, where=InQuery(), reads=(violations.VIOLATIONS,))
async def list_violations(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: UUID | None = None,
    campaign_id: UUID | None = None,
    state: violations.ViolationState | None = None,
    after: UUID | None = None,
) -> Page[violations.ViolationRow]:
    """Violations reported of a unit; without one, of all, for which a role at the top is needed."""
    found = await violations.REPORTED.page(
        asked.pool, after, paging.limit + 1, unit_id=unit_id, campaign_id=campaign_id, state=state
    )
    return paging.page(found, lambda row: row.violation_id)


@router.get(VIOLATIONS.one)
@asks(may=SEES, where=VIOLATIONS, reads=(violations.VIOLATIONS,))
async def read_violation(asked: Asked, response: Response, id: UUID) -> ViolationDetail:  # noqa: A002 - the path's name
    """A report with its steps; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(VIOLATION, id)
    if (row := await violations.ViolationRow.one(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    return ViolationDetail(**dict(row), actions=await actions(asked, VIOLATIONS, id, state))


@router.post("/violations")
@tells(may=REPORT, where=InBody())
async def report_violation(asked: Asked, new: ReportViolation) -> Answer:
    """Say what in a unit violates the law on emulation."""
    await there(asked, new.campaign_id, new.unit_id)
    return await asked.execute(VIOLATION, asked.command_id, new, asked.command_id)


command(router, VIOLATIONS, "handed-over", HandOverViolation, may=HAND_OVER, name="hand_over_violation")
command(router, VIOLATIONS, "answer", AnswerViolation, may=ANSWER, name="answer_violation")
