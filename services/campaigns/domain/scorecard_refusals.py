"""The refusals of scorecards: one function per rule, with the sentences a person sees."""

from collections.abc import Sequence
from decimal import Decimal

from chassis.facts.decider import Rejected
from chassis.facts.kinds import is_figure
from contracts.values import Measure


def not_open() -> Rejected:
    """There is no scorecard: the unit's registration was not confirmed."""
    return Rejected(
        "scorecard-not-open",
        "Đơn vị chưa có bảng kết quả vì đăng ký thi đua chưa được xác nhận; hãy hoàn tất việc xác nhận đăng ký trước.",
        "There is no scorecard, for the unit's registration is not confirmed; have it confirmed first.",
    )


def already_open() -> Rejected:
    """The scorecard was opened with other targets."""
    return Rejected(
        "scorecard-already-open",
        "Bảng kết quả của đơn vị đã mở với chỉ tiêu khác; hãy tiếp tục với bảng kết quả hiện có.",
        "The unit's scorecard was opened with other targets; go on with the one that is there.",
    )


def indicator_unknown(indicator: str) -> Rejected:
    """The unit has registered no target for this indicator."""
    return Rejected(
        "indicator-unknown",
        f"Đơn vị không đăng ký chỉ tiêu “{indicator}”; hãy chọn một chỉ tiêu đã đăng ký.",
        f"The unit has registered no target for {indicator}; choose one that it has registered.",
    )


def year_unknown(indicator: str, year: int, years: Sequence[int]) -> Rejected:
    """The unit has registered a target for this indicator, but not for this year."""
    known = ", ".join(map(str, years))
    return Rejected(
        "year-unknown",
        f"Chỉ tiêu “{indicator}” không được đăng ký cho năm {year}; hãy chọn một trong các năm: {known}.",
        f"The unit has registered no target for {indicator} in {year}; choose one of: {known}.",
    )


def nothing_reported(indicator: str, year: int) -> Rejected:
    """There is nothing to verify."""
    return Rejected(
        "nothing-reported",
        f"Chưa có kết quả báo cáo của chỉ tiêu “{indicator}” năm {year}; hãy đề nghị đơn vị báo cáo trước.",
        f"No result was reported for {indicator} in {year}; ask the unit to report it first.",
    )


def reporter_may_not_verify() -> Rejected:
    """Nobody verifies what they reported themselves, not even when somebody else has reported it anew since."""
    return Rejected(
        "reporter-may-not-verify",
        "Người đã báo cáo kết quả này không được tự thẩm định; hãy đề nghị người khác thẩm định, hoặc đề nghị thủ"
        " trưởng cấp trên cho phép ngoại lệ.",
        "Whoever has reported this result may not verify it; ask somebody else, or ask the head above to allow an"
        " exception.",
    )


def already_verified(indicator: str, year: int) -> Rejected:
    """A verified result is not replaced."""
    return Rejected(
        "result-already-verified",
        f"Kết quả chỉ tiêu “{indicator}” năm {year} đã được thẩm định nên không thay đổi được; hãy giữ kết quả đó.",
        f"The result for {indicator} in {year} is verified and can no longer be changed; keep it as it is.",
    )


def unless_possible(value: Decimal, measure: Measure) -> None:
    """Go on if the value can be a result in this measure; raises Rejected for the rule it breaks."""
    if value.is_finite() and measure is Measure.SHARE and not measure.allows(value):
        raise Rejected(
            "share-out-of-range",
            "Kết quả là tỷ lệ nên phải từ 0 đến 100 %; hãy nhập lại giá trị.",
            "The result is a share, so it lies within 0 and 100 %; enter it again.",
        )
    if not is_figure(value) or not measure.allows(value):
        raise Rejected(
            "value-out-of-bounds",
            "Kết quả phải từ 0 đến dưới 1 tỷ, tối đa 6 chữ số thập phân; hãy nhập lại giá trị.",
            "A result lies within 0 and 1,000,000,000 with at most 6 decimal places; enter it again.",
        )
