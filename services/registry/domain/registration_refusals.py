"""The refusals of registrations: one function per rule, with the sentences a person sees."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from chassis.decider import Rejected
from chassis.kinds import is_figure, shown, shown_en
from contracts.values import Direction, Goal, Measure, Period

_BOUNDS: Final = {
    Direction.AT_LEAST: ("không thấp hơn", "at least"),
    Direction.ABOUT: ("không thấp hơn", "at least"),
    Direction.ABOVE: ("cao hơn", "above"),
    Direction.AT_MOST: ("không cao hơn", "at most"),
    Direction.BELOW: ("thấp hơn", "below"),
}


def not_open() -> Rejected:
    """The unit was not asked to register for this campaign."""
    return Rejected(
        "registration-not-open",
        "Đơn vị chưa được mở đăng ký cho phong trào này; hãy chờ phong trào được phát động.",
        "No registration is open for this unit and campaign; wait until the campaign is launched.",
    )


def already_submitted() -> Rejected:
    """Targets stand once the registration is sent in."""
    return Rejected(
        "registration-already-submitted",
        "Đăng ký đã được gửi nên không sửa chỉ tiêu được; hãy chờ Vụ Thi đua - Khen thưởng xác nhận.",
        "The registration was submitted, so its targets stand; wait for the emulation department to confirm it.",
    )


def already_confirmed() -> Rejected:
    """Targets are official once confirmed."""
    return Rejected(
        "registration-already-confirmed",
        "Đăng ký đã được xác nhận nên không sửa chỉ tiêu được; hãy thực hiện theo chỉ tiêu đã xác nhận.",
        "The registration is confirmed and can no longer be changed; work towards the confirmed targets.",
        "S002-17",
    )


def not_submitted() -> Rejected:
    """There is nothing to confirm yet."""
    return Rejected(
        "registration-not-submitted",
        "Đơn vị chưa gửi đăng ký; hãy đề nghị thủ trưởng đơn vị gửi trước khi xác nhận.",
        "The unit has not submitted its registration; ask its head to submit it before you confirm.",
    )


def submitter_may_not_confirm() -> Rejected:
    """Nobody confirms what they sent in themselves."""
    return Rejected(
        "same-person-may-not-confirm",
        "Người gửi đăng ký không được tự xác nhận; hãy đề nghị người khác xác nhận.",
        "Whoever submitted a registration may not confirm it; ask somebody else.",
        "S002-17",
    )


def empty() -> Rejected:
    """No target was registered."""
    return Rejected(
        "registration-empty",
        "Đăng ký chưa có chỉ tiêu nào; hãy đăng ký các chỉ tiêu trước khi gửi.",
        "The registration holds no target; register the targets before you submit it.",
    )


def targets_missing(goals: Iterable[Goal]) -> Rejected:
    """Each goal that applies to the unit needs its target."""
    missing = list(goals)
    vi = "; ".join(f"{goal.name} năm {goal.year}" for goal in missing)
    en = ", ".join(f"{goal.indicator} {goal.year}" for goal in missing)
    return Rejected(
        "targets-missing",
        f"Đăng ký còn thiếu chỉ tiêu: {vi}; hãy đăng ký đủ trước khi gửi.",
        f"Targets are missing for {en}; register them before you submit.",
        "S002-16",
    )


def too_late(day: str) -> Rejected:
    """The campaign refuses what comes on its day or later."""
    return Rejected(
        "registration-late",
        f"Phong trào chỉ nhận đăng ký trước ngày {day}; hãy liên hệ Vụ Thi đua - Khen thưởng để được hướng dẫn.",
        f"The campaign takes registrations before {day} only; ask the emulation department what to do.",
        "S002-18",
    )


def indicator_unknown(indicator: str, known: Sequence[str]) -> Rejected:
    """The campaign asks nothing of this unit for this indicator."""
    names = ", ".join(known)
    return Rejected(
        "indicator-unknown",
        f"Phong trào không giao chỉ tiêu “{indicator}” cho đơn vị; hãy chọn một trong các chỉ tiêu: {names}.",
        f"The campaign has no indicator {indicator} for this unit; choose one of: {names}.",
    )


def year_outside(year: int, period: Period) -> Rejected:
    """The campaign does not run in this year."""
    years = period.years()
    return Rejected(
        "year-outside-campaign",
        f"Năm {year} nằm ngoài thời gian của phong trào; hãy chọn năm từ {years[0]} đến {years[-1]}.",
        f"The campaign does not run in {year}; choose a year from {years[0]} to {years[-1]}.",
        "S002-13",
    )


def below_goal(goal: Goal) -> Rejected:
    """A unit's target is not weaker than the common goal."""
    vi, en = _BOUNDS[goal.direction]
    return Rejected(
        "target-below-national-goal",
        f"Chỉ tiêu “{goal.name}” năm {goal.year} phải {vi} mục tiêu chung {shown(goal.value)}%; hãy đăng ký lại.",
        f"The target for {goal.indicator} in {goal.year} must be {en} the goal of {shown_en(goal.value)} %; mend it.",
        goal.source or "S002-13",
    )


def unless_possible(value: Decimal, measure: Measure) -> None:
    """Go on if the value can be a target in this measure; raises Rejected for the rule it breaks."""
    if value.is_finite() and measure is Measure.SHARE and not measure.allows(value):
        raise Rejected(
            "share-out-of-range",
            "Chỉ tiêu là tỷ lệ nên phải từ 0 đến 100%; hãy nhập lại giá trị.",
            "The target is a share, so it lies within 0 and 100 %; enter it again.",
        )
    if not is_figure(value) or not measure.allows(value):
        raise Rejected(
            "value-out-of-bounds",
            "Chỉ tiêu phải từ 0 đến dưới 1 tỷ, tối đa 6 chữ số thập phân; hãy nhập lại giá trị.",
            "A target lies within 0 and 1,000,000,000 with at most 6 decimal places; enter it again.",
        )
