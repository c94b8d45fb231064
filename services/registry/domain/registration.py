"""A unit's registration for a campaign: its targets, submitted by its head, confirmed by somebody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import assert_never
from uuid import UUID, uuid5

from pydantic import Field

from chassis.decider import Command, Context, Decider, Rejected
from contracts.event import Event
from contracts.registry import (
    RegistrationConfirmed,
    RegistrationOpened,
    RegistrationSubmitted,
    TargetRegistered,
    TargetRevised,
)
from contracts.values import Direction, Goal, Measure, Target


def registration_id(campaign: UUID, unit: UUID) -> UUID:
    """Id of the one registration of a unit for a campaign."""
    return uuid5(campaign, f"registration/{unit}")


class OpenRegistration(Command):
    """Ask a unit to register, on a campaign's terms."""

    terms: RegistrationOpened


class RegisterTarget(Command):
    """Pledge a value for an indicator and year; before submission another value replaces it."""

    indicator: str = Field(min_length=1, max_length=60)
    year: int
    value: Decimal = Field(max_digits=20, decimal_places=6)


class SubmitRegistration(Command):
    """Send the registration in."""


class ConfirmRegistration(Command):
    """Make the targets official."""


RegistrationCommand = OpenRegistration | RegisterTarget | SubmitRegistration | ConfirmRegistration


@dataclass(frozen=True, slots=True)
class Registration:
    """Terms, pledges so far, who submitted, whether it is confirmed."""

    terms: RegistrationOpened | None = None
    pledges: Mapping[tuple[str, int], Decimal] = field(default_factory=dict)
    submitted: bool = False
    submitted_by: UUID | None = None
    confirmed: bool = False


def decide(command: RegistrationCommand, registration: Registration, context: Context) -> Sequence[Event]:
    """Sources: S002-13 (never weaker than the goal), S002-16 to S002-18, S002-21."""
    terms = registration.terms
    if isinstance(command, OpenRegistration):
        return [command.terms] if terms is None else []
    if terms is None:
        raise Rejected(
            "registration-not-open",
            "Đơn vị chưa được mời đăng ký phong trào này; hãy kiểm tra lại phong trào.",
            "The unit has not been asked to register for this campaign; check the campaign.",
        )
    ids = {"registration_id": terms.registration_id, "campaign_id": terms.campaign_id, "unit_id": terms.unit_id}
    match command:
        case RegisterTarget():
            return _register(command, registration, terms)
        case SubmitRegistration():
            if registration.submitted:
                return []
            _complete(registration, terms)
            late = terms.submit_before is not None and context.occurred_on >= terms.submit_before
            if late and terms.refuse_late:
                raise Rejected(
                    "registration-late",
                    f"Đã hết hạn đăng ký (trước ngày {terms.submit_before:%d/%m/%Y}); hãy liên hệ Vụ Thi đua - Khen thưởng.",
                    f"Registration was due before {terms.submit_before}; ask the emulation department.",
                    "S002-18",
                )
            return [RegistrationSubmitted(**ids, late=late, submitted_by=context.actor)]
        case ConfirmRegistration():
            if registration.confirmed:
                return []
            if not registration.submitted:
                raise Rejected(
                    "registration-not-submitted",
                    "Đơn vị chưa gửi bản đăng ký; hãy đôn đốc đơn vị gửi trước khi xác nhận.",
                    "The registration was not submitted yet; urge the unit to submit it first.",
                )
            if context.actor is not None and context.actor == registration.submitted_by:
                raise Rejected(
                    "same-person-may-not-confirm",
                    "Người gửi bản đăng ký không được tự xác nhận; hãy nhờ người có thẩm quyền khác.",
                    "Who submitted a registration may not confirm it; ask somebody else with the role.",
                )
            return [RegistrationConfirmed(**ids, targets=_targets(registration, terms))]
        case _:
            assert_never(command)


def _register(command: RegisterTarget, registration: Registration, terms: RegistrationOpened) -> Sequence[Event]:
    before = registration.pledges.get((command.indicator, command.year))
    if before == command.value:
        return []
    if registration.submitted:
        raise Rejected(
            "registration-already-submitted",
            "Bản đăng ký đã gửi nên không sửa được chỉ tiêu; hãy đề nghị trả lại bản đăng ký.",
            "The registration was submitted, targets can no longer change; ask for it to be returned.",
        )
    goals = [goal for goal in terms.goals if goal.indicator == command.indicator]
    if not goals:
        known = ", ".join(sorted({goal.indicator for goal in terms.goals}))
        raise Rejected(
            "indicator-unknown",
            f"Phong trào không có chỉ tiêu {command.indicator}; hãy chọn một trong: {known}.",
            f"The campaign has no indicator {command.indicator}; choose one of: {known}.",
        )
    if command.year not in terms.period.years():
        raise Rejected(
            "year-outside-campaign",
            f"Năm {command.year} nằm ngoài giai đoạn của phong trào; hãy chọn năm từ {terms.period.start.year} đến"
            f" {terms.period.end.year}.",
            f"The year {command.year} lies outside the campaign; choose {terms.period.start.year} to"
            f" {terms.period.end.year}.",
            "S002-13",
        )
    _in_range(command.value, goals[0].measure)
    for goal in goals:
        if goal.year == command.year and not goal.allows(command.value):
            raise Rejected(
                "target-below-national-goal",
                f"Chỉ tiêu {command.value} không được thấp hơn mục tiêu chung ({_phrase(goal)}) của năm {goal.year};"
                " hãy đăng ký lại.",
                f"The target {command.value} is weaker than the common goal ({goal.direction} {goal.value}) for"
                f" {goal.year}; register another one.",
                goal.source or "S002-13",
            )
    fields = {
        "registration_id": terms.registration_id,
        "campaign_id": terms.campaign_id,
        "unit_id": terms.unit_id,
        **command.model_dump(),
    }
    return [TargetRegistered(**fields)] if before is None else [TargetRevised(**fields, previous=before)]


def _in_range(value: Decimal, measure: Measure) -> None:
    if value < 0 or (measure is Measure.SHARE and value > 100):  # noqa: PLR2004 - a share of a whole, in per cent
        raise Rejected(
            "share-out-of-range",
            "Tỷ lệ phải từ 0 đến 100 %; hãy kiểm tra lại số liệu.",
            "A share lies between 0 and 100 %; check the figure.",
        )


_WORDS = {
    Direction.AT_LEAST: "ít nhất",
    Direction.ABOUT: "khoảng",
    Direction.ABOVE: "trên",
    Direction.AT_MOST: "không quá",
    Direction.BELOW: "dưới",
}


def _phrase(goal: Goal) -> str:
    return f"{_WORDS[goal.direction]} {goal.value}"


def _asked(terms: RegistrationOpened) -> list[Goal]:
    return [goal for goal in terms.goals if terms.unit_kind in goal.applies_to]


def _complete(registration: Registration, terms: RegistrationOpened) -> None:
    missing = [g for g in _asked(terms) if (g.indicator, g.year) not in registration.pledges]
    if missing:
        names = ", ".join(f"{goal.indicator} {goal.year}" for goal in missing)
        raise Rejected(
            "targets-missing",
            f"Còn thiếu chỉ tiêu: {names}; hãy đăng ký đủ rồi gửi.",
            f"Targets are missing: {names}; register them, then submit.",
            "S002-16",
        )


def _targets(registration: Registration, terms: RegistrationOpened) -> tuple[Target, ...]:
    goals = {goal.indicator: goal for goal in terms.goals}
    return tuple(
        Target(
            indicator=indicator,
            year=year,
            value=value,
            direction=goals[indicator].direction,
            measure=goals[indicator].measure,
        )
        for (indicator, year), value in sorted(registration.pledges.items())
    )


def evolve(registration: Registration, event: Event) -> Registration:
    """State after one fact."""
    match event:
        case RegistrationOpened():
            return replace(registration, terms=event)
        case TargetRegistered() | TargetRevised():
            pledges = {**registration.pledges, (event.indicator, event.year): event.value}
            return replace(registration, pledges=pledges)
        case RegistrationSubmitted():
            return replace(registration, submitted=True, submitted_by=event.submitted_by)
        case RegistrationConfirmed():
            return replace(registration, confirmed=True)
        case _:
            return registration


REGISTRATION: Decider[RegistrationCommand, Registration] = Decider("registration", Registration(), decide, evolve)
