"""The door for inspections: planned, held, what was found, and that it was put right. Source: A16, S001-22."""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.web.api import (
    EVERY_ROLE,
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
from services.campaigns.domain.inspection import (
    INSPECTION,
    CloseFinding,
    HoldInspection,
    InspectionCommand,
    PlanInspection,
    RecordFinding,
)
from services.campaigns.views import inspections

router = asked_router(tags=["campaigns"])
INSPECT: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.INSPECTOR})

INSPECTIONS: Final = Resource(
    "/inspections",
    INSPECTION,
    unit=lambda it: it.planned.unit_id if it.planned else None,
    seen_by=EVERY_ROLE,
    offers=offers(InspectionCommand),
)


class InspectionDetail(inspections.InspectionRow):
    """An inspection with what was found and the steps that it may take."""

    findings: list[inspections.FindingRow]
    actions: list[Action]


@router.get("/inspections")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(inspections.INSPECTIONS,))
async def list_inspections(
    asked: Asked,
    paging: Paged,
    unit_id: UUID | None = None,
    campaign_id: UUID | None = None,
    after: UUID | None = None,
) -> Page[inspections.InspectionRow]:
    """Inspections of a unit; without one, those of all units, for which a role at the top is needed."""
    found = await inspections.PLANNED.page(
        asked.pool, after, paging.limit + 1, unit_id=unit_id, campaign_id=campaign_id
    )
    return paging.page(found, lambda row: row.inspection_id)


@router.get(INSPECTIONS.one)
@asks(may=EVERY_ROLE, where=INSPECTIONS, reads=(inspections.INSPECTIONS,))
async def read_inspection(asked: Asked, response: Response, id: UUID) -> InspectionDetail:  # noqa: A002 - the path's name
    """An inspection with its findings and steps; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(INSPECTION, id)
    if (row := await inspections.InspectionRow.one(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    return InspectionDetail(
        **dict(row),
        findings=await inspections.findings(asked.pool, id),
        actions=await actions(asked, INSPECTIONS, id, state),
    )


@router.post("/inspections")
@tells(may=INSPECT, where=InBody())
async def plan_inspection(asked: Asked, new: PlanInspection) -> Answer:
    """Plan to inspect a unit."""
    await there(asked, new.campaign_id, new.unit_id)
    return await asked.execute(INSPECTION, asked.command_id, new, asked.command_id)


command(router, INSPECTIONS, "held", HoldInspection, may=INSPECT, name="hold_inspection")
command(router, INSPECTIONS, "findings", RecordFinding, may=INSPECT, name="record_finding")
command(router, INSPECTIONS, "closed-findings", CloseFinding, may=INSPECT, name="close_finding")
