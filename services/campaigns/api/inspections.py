"""The door for inspections: planned, held, what was found, and that it was put right. Source: A16, S001-22."""

from typing import Final

from chassis.facts.offers import offers
from chassis.web.api import EVERY_ROLE, Action, Resource, asked_router, command
from contracts.registry import Role
from services.campaigns.api.noted import adds, shows
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


shows(
    router, INSPECTIONS, inspections.PLANNED, inspections.INSPECTIONS, InspectionDetail,
    lists=(
        "list_inspections",
        "Inspections of a unit; without one, those of all units, for which a role at the top is needed.",
    ),
    one=("read_inspection", "An inspection with its findings and steps; its ETag goes into If-Match."),
    beside={"findings": inspections.findings},
)  # fmt: skip
adds(router, INSPECTIONS, PlanInspection, INSPECT, ("plan_inspection", "Plan to inspect a unit."))
command(router, INSPECTIONS, "held", HoldInspection, may=INSPECT, name="hold_inspection")
command(router, INSPECTIONS, "findings", RecordFinding, may=INSPECT, name="record_finding")
command(router, INSPECTIONS, "closed-findings", CloseFinding, may=INSPECT, name="close_finding")
