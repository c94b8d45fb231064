"""Inspection: planned, held, what was found, and that each finding was put right. Source: A16, S001-22."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Final, assert_never
from uuid import UUID

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Day, Line, Paragraphs
from chassis.facts.offers import offered
from chassis.facts.refusal import Refusal
from contracts.campaigns import FindingClosed, FindingRecorded, InspectionEvent, InspectionHeld, InspectionPlanned

NOT_PLANNED: Final = Refusal(
    "inspection-not-planned",
    "Chưa có cuộc kiểm tra này; hãy lập kế hoạch kiểm tra trước.",
    "There is no such inspection; plan it first.",
    "A16",
)
NOT_HELD: Final = Refusal(
    "inspection-not-held",
    "Cuộc kiểm tra chưa tiến hành nên chưa có kết luận; hãy ghi nhận ngày kiểm tra trước.",
    "The inspection was not held yet, so nothing was found; note its day first.",
    "A16",
)
HELD_IN_FUTURE: Final = Refusal(
    "inspection-in-future",
    "Ngày kiểm tra {on} chưa tới; hãy ghi nhận sau khi đã kiểm tra.",
    "The day of the inspection, {on}, has not come yet; note it once it was held.",
    "A16",
)
ALREADY_HELD: Final = Refusal(
    "inspection-already-held",
    "Cuộc kiểm tra đã tiến hành ngày {on}; hãy lập kế hoạch mới nếu kiểm tra lại.",
    "The inspection was held on {on}; plan a new one to inspect again.",
    "A16",
)
NO_FINDING: Final = Refusal(
    "finding-unknown",
    "Không có kết luận số {finding}; hãy chọn một kết luận của cuộc kiểm tra này.",
    "There is no finding {finding}; choose one of this inspection.",
    "A16",
)
FINDING_CLOSED: Final = Refusal(
    "finding-already-closed",
    "Kết luận số {finding} đã được khắc phục; hãy giữ nội dung đã ghi.",
    "Finding {finding} was put right; keep what was noted.",
    "A16",
)


class PlanInspection(Command):
    """Plan to inspect a unit."""

    unit_id: UUID
    campaign_id: UUID | None = None
    subject: Annotated[str, Line(300)]
    planned_on: Day


@offered(vi="Ghi nhận đã kiểm tra", en="Note that it was held", trials=lambda _, __: [HoldInspection(held_on=date.min)])
class HoldInspection(Command):
    """Note that it was held."""

    held_on: Day


@offered(vi="Ghi kết luận", en="Record a finding", trials=lambda _, __: [RecordFinding(what="…")])
class RecordFinding(Command):
    """Record what is to be put right."""

    what: Annotated[str, Paragraphs(2000)]
    before: Day | None = None


@offered(
    vi="Ghi nhận đã khắc phục",
    en="Note that a finding is put right",
    trials=lambda it, _: [CloseFinding(finding=number, how="…") for number in it.findings],
    by=("finding",),
)
class CloseFinding(Command):
    """Find that what was found is put right."""

    finding: int
    how: Annotated[str, Paragraphs(2000)]


InspectionCommand = PlanInspection | HoldInspection | RecordFinding | CloseFinding


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was planned, when it was held, and how each finding was closed, None while it is open."""

    planned: InspectionPlanned | None = None
    held_on: date | None = None
    findings: Mapping[int, FindingClosed | None] = field(default_factory=dict)
    what: Mapping[int, tuple[str, date | None]] = field(default_factory=dict)


def decide(
    command: InspectionCommand, inspection: Inspection, key: UUID | None, context: Context
) -> Sequence[InspectionEvent]:
    """The rules of inspections; `key` is the id of a new one."""
    if isinstance(command, PlanInspection):
        if inspection.planned is not None or key is None:
            return []
        return [InspectionPlanned(inspection_id=key, **dict(command))]
    if inspection.planned is None:
        raise NOT_PLANNED()
    about: dict[str, Any] = inspection.planned.model_dump(include={"inspection_id", "unit_id", "campaign_id"})
    match command:
        case HoldInspection(held_on=on):
            return _hold(inspection, about, on, context.occurred_on)
        case RecordFinding():
            return _record(command, inspection, about)
        case CloseFinding():
            return _close(command, inspection, about)
        case _:
            assert_never(command)


def _hold(inspection: Inspection, about: dict[str, Any], on: date, today: date) -> Sequence[InspectionEvent]:
    if on > today:
        raise HELD_IN_FUTURE(on=f"{on:%d/%m/%Y}")
    if inspection.held_on == on:
        return []
    if inspection.held_on is not None:
        raise ALREADY_HELD(on=f"{inspection.held_on:%d/%m/%Y}")
    return [InspectionHeld(**about, held_on=on)]


def _record(command: RecordFinding, inspection: Inspection, about: dict[str, Any]) -> Sequence[InspectionEvent]:
    if inspection.held_on is None:
        raise NOT_HELD()
    if (command.what, command.before) in inspection.what.values():
        return []
    return [FindingRecorded(**about, finding=len(inspection.findings) + 1, what=command.what, before=command.before)]


def _close(command: CloseFinding, inspection: Inspection, about: dict[str, Any]) -> Sequence[InspectionEvent]:
    if command.finding not in inspection.findings:
        raise NO_FINDING(finding=command.finding)
    closed = inspection.findings[command.finding]
    if closed is None:
        return [FindingClosed(**about, finding=command.finding, how=command.how)]
    if closed.how == command.how:
        return []
    raise FINDING_CLOSED(finding=command.finding)


def evolve(inspection: Inspection, event: InspectionEvent) -> Inspection:
    """The inspection after an event of its stream."""
    match event:
        case InspectionPlanned():
            return Inspection(event)
        case InspectionHeld(held_on=on):
            return replace(inspection, held_on=on)
        case FindingRecorded(finding=number, what=what, before=before):
            found = {**inspection.what, number: (what, before)}
            return replace(inspection, findings={**inspection.findings, number: None}, what=found)
        case FindingClosed(finding=number):
            return replace(inspection, findings={**inspection.findings, number: event})
        case _:
            assert_never(event)


INSPECTION: Final[Decider[InspectionCommand, Inspection, InspectionEvent, UUID | None]] = Decider(
    "inspection", Inspection(), decide, evolve
)
