"""The refusals of scorecards, with the sentences a person sees; `name` is the indicator's Vietnamese name."""

from typing import Final

from chassis.facts.decider import Rejected
from chassis.facts.refusal import Refusal

NOT_OPEN: Final = Refusal(
    "scorecard-not-open",
    "Đơn vị chưa có bảng kết quả vì đăng ký thi đua chưa được xác nhận; hãy hoàn tất việc xác nhận đăng ký trước.",
    "There is no scorecard, for the unit's registration is not confirmed; have it confirmed first.",
)
ALREADY_OPEN: Final = Refusal(
    "scorecard-already-open",
    "Bảng kết quả của đơn vị đã mở với chỉ tiêu khác; hãy tiếp tục với bảng kết quả hiện có.",
    "The unit's scorecard was opened with other targets; go on with the one that is there.",
)
NOTHING_REPORTED: Final = Refusal(
    "nothing-reported",
    "Chưa có kết quả báo cáo của chỉ tiêu “{name}” năm {year}; hãy đề nghị đơn vị báo cáo trước.",
    "No result was reported for “{name}” in {year}; ask the unit to report it first.",
)
REPORTER_MAY_NOT_VERIFY: Final = Refusal(
    "reporter-may-not-verify",
    "Người đã báo cáo kết quả này không được tự thẩm định; hãy đề nghị người khác thẩm định, hoặc đề nghị thủ"
    " trưởng cấp trên cho phép ngoại lệ.",
    "Whoever has reported this result may not verify it; ask somebody else, or ask the head above to allow an"
    " exception.",
)
PAPER_UNKNOWN: Final = Refusal(
    "paper-unknown",
    "Bản giấy này chưa được nộp cho bảng kết quả; hãy nộp bản giấy đã ký của đơn vị trước, rồi báo cáo kết quả.",
    "This paper was not filed for the scorecard; file the unit's signed paper first, then report its results.",
    "B7",
)
ALREADY_VERIFIED: Final = Refusal(
    "result-already-verified",
    "Kết quả chỉ tiêu “{name}” năm {year} đã được thẩm định; nếu sai, hãy dùng bước “Đính chính kết quả”.",
    "The result for “{name}” in {year} is verified; if it is wrong, take the step “Correct a result”.",
    "B16",
)
NOT_VERIFIED: Final = Refusal(
    "result-not-verified",
    "Kết quả chỉ tiêu “{name}” năm {year} chưa được thẩm định; hãy báo cáo lại thay cho đính chính.",
    "The result for “{name}” in {year} is not verified; report it again instead of correcting it.",
    "B16",
)
CORRECTION_WAITS: Final = Refusal(
    "correction-waits",
    "Bản đính chính của chỉ tiêu “{name}” năm {year} đang chờ thẩm định; hãy chờ thẩm định hoặc đề nghị trả lại.",
    "The correction of “{name}” in {year} waits to be verified; wait for that, or ask for it to be returned.",
    "B16",
)
ESTIMATE_AFTER_RESULT: Final = Refusal(
    "estimate-after-result",
    "Chỉ tiêu “{name}” năm {year} đã có kết quả thật; hãy báo cáo kết quả thật thay cho ước thực hiện.",
    "There is a real result for “{name}” in {year}; report the real figure, not an estimate.",
    "B16",
)
ESTIMATE_ATTAINS_NOTHING: Final = Refusal(
    "estimate-attains-nothing",
    "Chỉ tiêu “{name}” năm {year} mới có số ước thực hiện; hãy chờ đơn vị báo cáo kết quả thật.",
    "There is only an estimate for “{name}” in {year}; wait until the unit reports the real result.",
    "B16",
)
PERIOD_OUTSIDE_YEAR: Final = Refusal(
    "period-outside-year",
    "Ngày chốt số liệu {day} không thuộc năm {year}; hãy chọn một ngày trong năm đó.",
    "The figures' last day, {day}, does not lie in {year}; choose a day of that year.",
    "B16",
)
LATER_PERIOD_REPORTED: Final = Refusal(
    "later-period-reported",
    "Chỉ tiêu “{name}” đã có kết quả đến ngày {day}; hãy báo cáo kỳ đó hoặc kỳ sau.",
    "There is a result for “{name}” up to {day}; report that period or a later one.",
    "B16",
)
FIGURE_MISSING: Final = Refusal(
    "figure-missing",
    "Chưa nêu kết quả của chỉ tiêu “{name}” năm {year}; hãy nhập tử số và mẫu số, hoặc tỷ lệ.",
    "No result was stated for “{name}” in {year}; enter numerator and denominator, or the per cent.",
    "S001-2",
)
TWO_FIGURES: Final = Refusal(
    "two-figures",
    "Chỉ tiêu “{name}” năm {year} được nêu cả tỷ lệ lẫn tử số; hãy chỉ nhập một trong hai.",
    "Both a per cent and a numerator were stated for “{name}” in {year}; enter one of them.",
    "S001-2",
)
NUMERATOR_WANTED: Final = Refusal(
    "numerator-wanted",
    "Chỉ tiêu “{name}” năm {year} đã có mẫu số chính thức {figure}; hãy nhập tử số thay cho tỷ lệ.",
    "There is an official denominator for “{name}” in {year}, {figure_en}; enter the numerator, not a per cent.",
    "B15",
)
DENOMINATOR_TYPED: Final = Refusal(
    "denominator-typed",
    "Mẫu số chỉ tiêu “{name}” năm {year} là số liệu chính thức {figure}, đơn vị không tự nhập; hãy bỏ trống ô mẫu số.",
    "The denominator of “{name}” in {year} is the official {figure_en} and not the unit's to state; leave it out.",
    "B15",
)
DENOMINATOR_MISSING: Final = Refusal(
    "denominator-missing",
    "Chỉ tiêu “{name}” năm {year} chưa có số liệu gốc chính thức; hãy nhập cả mẫu số.",
    "There is no official base figure for “{name}” in {year}; enter the denominator, too.",
    "B15",
)
DENOMINATOR_ZERO: Final = Refusal(
    "denominator-zero",
    "Mẫu số chỉ tiêu “{name}” năm {year} bằng 0 nên không có tỷ lệ; hãy kiểm tra và nhập lại.",
    "The denominator of “{name}” in {year} is 0, so there is no ratio; check it and enter it again.",
    "B15",
)
AMOUNT_OUT_OF_BOUNDS: Final = Refusal(
    "amount-out-of-bounds",
    "Tử số và mẫu số phải từ 0 đến dưới 1 triệu tỷ, tối đa 6 chữ số thập phân; hãy nhập lại.",
    "Numerator and denominator lie within 0 and 10^15 with at most 6 decimal places; enter them again.",
    "B15",
)
TOO_MANY_FILES: Final = Refusal(
    "too-many-files",
    "Chỉ tiêu “{name}” đã có {most} tệp minh chứng; hãy gộp các trang vào một tệp rồi gửi.",
    "There are {most} files for “{name}” already; put the pages into one file and send that.",
    "S001-2",
)
NO_SUCH_FILE: Final = Refusal(
    "evidence-unknown",
    "Chỉ tiêu “{name}” không có tệp minh chứng này; hãy chọn lại một tệp đã đính kèm.",
    "There is no such file for “{name}”; choose one that is attached.",
    "S001-2",
)
CAMPAIGN_CANCELLED: Final = Refusal(
    "campaign-cancelled",
    "Phong trào đã hủy nên không nhận báo cáo, đính chính kết quả; hãy liên hệ Vụ Thi đua - Khen thưởng.",
    "The campaign is cancelled, so results are neither reported nor corrected; ask the emulation department.",
)
REPORT_CLOSED: Final = Refusal(
    "report-closed",
    "Đã khóa nhận báo cáo kết quả (hạn trước ngày {day}); hãy đề nghị thủ trưởng đơn vị cấp trên hoặc Vụ Thi đua - Khen"
    " thưởng mở lại.",
    "Reports due before {day} are closed; ask the head of the unit above or the emulation department to reopen them.",
    "C9",
)


def indicator_unknown(name: str) -> Rejected:
    """The unit has registered no target for this indicator; registry has a rule under the same code."""
    return Rejected(
        "indicator-unknown",
        f"Đơn vị không đăng ký chỉ tiêu “{name}”; hãy chọn một chỉ tiêu đã đăng ký.",
        f"The unit has registered no target for “{name}”; choose one that it has registered.",
        "S001-2",
    )


def year_unknown(name: str, year: int, years: str) -> Rejected:
    """The unit has registered a target for this indicator, but not for this year; registry has a rule like it."""
    return Rejected(
        "year-unknown",
        f"Chỉ tiêu “{name}” không được đăng ký cho năm {year}; hãy chọn một trong các năm: {years}.",
        f"The unit has registered no target for “{name}” in {year}; choose one of: {years}.",
        "S001-2",
    )


def share_out_of_range() -> Rejected:
    """A share lies within 0 and 100 %."""
    return Rejected(
        "share-out-of-range",
        "Kết quả là tỷ lệ nên phải từ 0 đến 100 %; hãy nhập lại giá trị.",
        "The result is a share, so it lies within 0 and 100 %; enter it again.",
    )


def value_out_of_bounds() -> Rejected:
    """A figure has its bounds."""
    return Rejected(
        "value-out-of-bounds",
        "Kết quả phải từ 0 đến dưới 1 tỷ, tối đa 6 chữ số thập phân; hãy nhập lại giá trị.",
        "A result lies within 0 and 1,000,000,000 with at most 6 decimal places; enter it again.",
    )


HISTORY_WITHOUT_EVIDENCE: Final = Refusal(
    "result-history-without-evidence",
    vi="Kết quả của những năm trước phải có căn cứ; hãy nêu số và ngày văn bản, hoặc mã băm của tệp minh chứng.",
    en="Results of earlier years need their evidence; name a document by number and day, or a file's hash.",
    source="B12",
)
HISTORY_NOT_PAST: Final = Refusal(
    "result-history-not-past",
    vi="Ngày {day} chưa qua nên chưa phải kết quả của năm trước; hãy nhập ngày đã qua, hoặc báo cáo như thường lệ.",
    en="The day {day} is not past, so this is no result of earlier years; enter a day that is, or report as usual.",
    source="B12",
)
