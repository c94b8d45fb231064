"""Violation of the law on emulation: reported by the press, handed to an office, answered by somebody else.

Source: S001-23
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, assert_never
from uuid import UUID

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Paragraphs
from chassis.facts.offers import offered
from chassis.facts.refusal import Refusal
from contracts.campaigns import Office, ViolationAnswered, ViolationEvent, ViolationHandedOver, ViolationReported
from services.campaigns.domain.exemplar import Link

NOT_REPORTED: Final = Refusal(
    "violation-not-reported",
    "Không có phản ánh này; hãy chọn một phản ánh trong danh sách.",
    "There is no such report; choose one of the list.",
    "S001-23",
)
NOT_HANDED_OVER: Final = Refusal(
    "violation-not-handed-over",
    "Phản ánh chưa được giao cho nơi xem xét; hãy giao cho Vụ Thi đua - Khen thưởng hoặc đoàn kiểm tra trước.",
    "Nobody looks into the report yet; hand it to the department or to the inspectors first.",
    "S001-23",
)
ANSWERED_ALREADY: Final = Refusal(
    "violation-answered-already",
    "Phản ánh đã được trả lời; nếu có tình tiết mới, hãy gửi phản ánh mới.",
    "The report was answered; report anew if there is something new.",
    "S001-23",
)
OWN_REPORT: Final = Refusal(
    "own-report-not-answered",
    "Người phản ánh không tự trả lời; hãy đề nghị người khác.",
    "Whoever reported it does not answer it; ask somebody else.",
    "S001-23",
)


class ReportViolation(Command):
    """Say what in a unit violates the law on emulation."""

    unit_id: UUID
    campaign_id: UUID | None = None
    what: Annotated[str, Paragraphs(4000)]
    link: Link = ""


@offered(vi="Giao xem xét", en="Hand it over", trials=lambda _, __: [HandOverViolation(to=office) for office in Office])
class HandOverViolation(Command):
    """Let an office look into it."""

    to: Office


@offered(
    vi="Trả lời phản ánh", en="Answer the report", trials=lambda _, __: [AnswerViolation(violated=False, answer="…")]
)
class AnswerViolation(Command):
    """Say whether it is a violation, and what was done."""

    violated: bool
    answer: Annotated[str, Paragraphs(4000)]


ViolationCommand = ReportViolation | HandOverViolation | AnswerViolation


@dataclass(frozen=True, slots=True)
class Violation:
    """What was reported, None before, and by whom; who looks into it; what was answered."""

    reported: ViolationReported | None = None
    reported_by: UUID | None = None
    office: Office | None = None
    answered: ViolationAnswered | None = None


def decide(
    command: ViolationCommand, violation: Violation, key: UUID | None, context: Context
) -> Sequence[ViolationEvent]:
    """The rules of violations: handed over, then answered once, by somebody else; `key` is a new one's id."""
    if isinstance(command, ReportViolation):
        if violation.reported is not None or key is None:
            return []
        return [ViolationReported(violation_id=key, **dict(command))]
    if violation.reported is None:
        raise NOT_REPORTED()
    about: dict[str, Any] = violation.reported.model_dump(include={"violation_id", "unit_id", "campaign_id"})
    if isinstance(command, HandOverViolation):
        if command.to == violation.office:
            return []
        event: ViolationHandedOver | ViolationAnswered = ViolationHandedOver(**about, to=command.to)
    else:
        event = _answered(command, about, violation, context.actor)
        if event == violation.answered:
            return []
    if violation.answered is not None:
        raise ANSWERED_ALREADY()
    return [event]


def _answered(
    command: AnswerViolation, about: dict[str, Any], violation: Violation, actor: UUID | None
) -> ViolationAnswered:
    by = violation.reported_by
    if by is not None and by == actor:
        raise OWN_REPORT()
    if violation.office is None:
        raise NOT_HANDED_OVER()
    return ViolationAnswered(**about, **dict(command), office=violation.office, reported_by=by)


def evolve(violation: Violation, event: ViolationEvent) -> Violation:
    """The violation after an event of its stream."""
    match event:
        case ViolationReported():
            return Violation(event)
        case ViolationHandedOver(to=office):
            return replace(violation, office=office)
        case ViolationAnswered():
            return replace(violation, answered=event)
        case _:
            assert_never(event)


def signed(violation: Violation, event: ViolationEvent, actor: UUID) -> Violation:
    """The violation once it is known who reported it."""
    return replace(violation, reported_by=actor) if isinstance(event, ViolationReported) else violation


VIOLATION: Final[Decider[ViolationCommand, Violation, ViolationEvent, UUID | None]] = Decider(
    "violation", Violation(), decide, evolve, signed
)
