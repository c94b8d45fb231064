"""The refusals of registrations, with the sentences a person sees."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from chassis.facts.decider import Rejected
from chassis.facts.kinds import is_figure, shown, shown_en
from chassis.facts.refusal import Refusal
from contracts.values import Direction, Goal, Measure, Period

_BOUNDS: Final = {
    Direction.AT_LEAST: ("không thấp hơn", "at least"),
    Direction.ABOUT: ("không thấp hơn", "at least"),
    Direction.ABOVE: ("cao hơn", "above"),
    Direction.AT_MOST: ("không cao hơn", "at most"),
    Direction.BELOW: ("thấp hơn", "below"),
}

NOT_OPEN: Final = Refusal(
    "registration-not-open",
    "Đơn vị chưa được mở đăng ký cho phong trào này; hãy chờ phong trào được phát động.",
    "No registration is open for this unit and campaign; wait until the campaign is launched.",
)
ALREADY_SUBMITTED: Final = Refusal(
    "registration-already-submitted",
    "Đăng ký đã được gửi nên không sửa chỉ tiêu được; hãy chờ xác nhận, hoặc đề nghị trả lại bản đăng ký.",
    "The registration was submitted, so its targets stand; wait for it to be confirmed, or ask for it back.",
)
ALREADY_CONFIRMED: Final = Refusal(
    "registration-already-confirmed",
    "Đăng ký đã được xác nhận nên không sửa chỉ tiêu được; hãy thực hiện theo, hoặc đề nghị mở lại bản đăng ký.",
    "The registration is confirmed, so its targets stand; work towards them, or have it opened again.",
    "S002-17",
)
NOT_SUBMITTED: Final = Refusal(
    "registration-not-submitted",
    "Đơn vị chưa gửi đăng ký; hãy đề nghị thủ trưởng đơn vị gửi trước khi xác nhận.",
    "The unit has not submitted its registration; ask its head to submit it before you confirm.",
)
OWN_WORK_NOT_CONFIRMED: Final = Refusal(
    "same-person-may-not-confirm",
    "Người đã nhập chỉ tiêu hoặc gửi bản đăng ký không được tự xác nhận; hãy đề nghị người khác xác nhận, hoặc đề nghị"
    " thủ trưởng cấp trên cho phép ngoại lệ.",
    "Whoever wrote a target of a registration, or submitted it, may not confirm it; ask somebody else, or ask the head"
    " above to allow an exception.",
    "S002-17",
)
EMPTY: Final = Refusal(
    "registration-empty",
    "Đăng ký chưa có chỉ tiêu nào; hãy đăng ký các chỉ tiêu trước khi gửi.",
    "The registration holds no target; register the targets before you submit it.",
)
TARGETS_MISSING: Final = Refusal(
    "targets-missing",
    "Đăng ký còn thiếu chỉ tiêu: {goals}; hãy đăng ký đủ trước khi gửi.",
    "Targets are missing for {goals_en}; register them before you submit.",
    "S002-16",
)
LATE: Final = Refusal(
    "registration-late",
    "Phong trào chỉ nhận đăng ký trước ngày {day}; hãy liên hệ Vụ Thi đua - Khen thưởng để được hướng dẫn.",
    "The campaign takes registrations before {day} only; ask the emulation department what to do.",
    "S002-18",
)
INDICATOR_UNKNOWN: Final = Refusal(
    "indicator-unknown",
    "Phong trào không giao chỉ tiêu “{indicator}” cho đơn vị; hãy chọn một trong các chỉ tiêu: {known}.",
    "The campaign has no indicator {indicator} for this unit; choose one of: {known}.",
)
YEAR_OUTSIDE: Final = Refusal(
    "year-outside-campaign",
    "Năm {year} nằm ngoài thời gian của phong trào; hãy chọn năm từ {first} đến {last}.",
    "The campaign does not run in {year}; choose a year from {first} to {last}.",
    "S002-13",
)
BELOW_GOAL: Final = Refusal(
    "target-below-national-goal",
    "Chỉ tiêu “{goal}” năm {year} phải {bound} mục tiêu chung {value} %; hãy đăng ký lại.",
    "The target for {goal_en} in {year} must be {bound_en} the goal of {value_en} %; mend it.",
    "S002-13",
)
SHARE_OUT_OF_RANGE: Final = Refusal(
    "share-out-of-range",
    "Chỉ tiêu là tỷ lệ nên phải từ 0 đến 100 %; hãy nhập lại giá trị.",
    "The target is a share, so it lies within 0 and 100 %; enter it again.",
)
VALUE_OUT_OF_BOUNDS: Final = Refusal(
    "value-out-of-bounds",
    "Chỉ tiêu phải từ 0 đến dưới 1 tỷ, tối đa 6 chữ số thập phân; hãy nhập lại giá trị.",
    "A target lies within 0 and 1,000,000,000 with at most 6 decimal places; enter it again.",
)


def targets_missing(goals: Iterable[Goal]) -> Rejected:
    """Each goal that applies to the unit needs its target."""
    missing = list(goals)
    return TARGETS_MISSING(
        goals="; ".join(f"{goal.name} năm {goal.year}" for goal in missing),
        goals_en=", ".join(f"{goal.name} {goal.year}" for goal in missing),
    )


def indicator_unknown(indicator: str, known: Sequence[str]) -> Rejected:
    """The campaign asks nothing of this unit for this indicator."""
    return INDICATOR_UNKNOWN(indicator=indicator, known=", ".join(known))


def year_outside(year: int, period: Period) -> Rejected:
    """The campaign does not run in this year."""
    years = period.years()
    return YEAR_OUTSIDE(year=year, first=years[0], last=years[-1])


def below_goal(goal: Goal) -> Rejected:
    """A unit's target is not weaker than the common goal."""
    bound, bound_en = _BOUNDS[goal.direction]
    return BELOW_GOAL(
        source=goal.source or "",
        goal=goal.name, goal_en=goal.name, year=goal.year, bound=bound, bound_en=bound_en,
        value=shown(goal.value), value_en=shown_en(goal.value),
    )  # fmt: skip


def unless_possible(value: Decimal, measure: Measure) -> None:
    """Go on if the value can be a target in this measure; raises Rejected for the rule it breaks."""
    if value.is_finite() and measure is Measure.SHARE and not measure.allows(value):
        raise SHARE_OUT_OF_RANGE()
    if not is_figure(value) or not measure.allows(value):
        raise VALUE_OUT_OF_BOUNDS()
