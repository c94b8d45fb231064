"""The refusals of reviews. Source: S003 I, III."""

from typing import Final

from chassis.facts.refusal import Refusal

UNKNOWN: Final = Refusal(
    "review-unknown",
    "Chưa có đợt sơ kết, tổng kết này; hãy mở đợt trước.",
    "There is no such review; open it first.",
    "S003-2",
)
ALREADY_OPEN: Final = Refusal(
    "review-already-open",
    "Đợt có mã {code} đã được mở với nội dung khác; hãy dùng mã khác cho đợt mới.",
    "The review {code} was opened with other content; use another code for a new one.",
    "S003-2",
)
NO_UNITS: Final = Refusal(
    "review-without-units",
    "Chưa có đơn vị nào thuộc các loại đã chọn ở dưới đơn vị mở đợt; hãy chọn loại đơn vị khác.",
    "No unit of these kinds stands below the unit that asks; choose other kinds.",
    "S003-13",
)
DAY_PASSED: Final = Refusal(
    "review-day-passed",
    "Hạn báo cáo (trước ngày {before}) phải sau hôm nay {today}; hãy nhập ngày muộn hơn.",
    "The reports must be due after today: before {before} is no later than {today}; enter a later day.",
    "S003-10",
)
ALL_ASKED: Final = Refusal(
    "review-all-asked",
    "Mọi đơn vị thuộc các loại của đợt đều đã được yêu cầu báo cáo; hãy xem danh sách các đơn vị.",
    "Every unit of these kinds was asked already; see the list of units.",
    "S003-13",
)
NOT_TO_BE_ASKED: Final = Refusal(
    "review-unit-not-to-be-asked",
    "Đơn vị này không thuộc loại của đợt, không còn dưới đơn vị mở đợt, hoặc đã báo cáo qua đơn vị cấp trên; hãy chọn "
    "đơn vị trong danh sách chưa được yêu cầu.",
    "This unit is of another kind, stands no longer below the one that asks, or reports through the unit above it; "
    "choose one of the list of units that were not asked.",
    "S003-13",
)
CLOSED: Final = Refusal(
    "review-closed",
    "Đợt báo cáo đã khép lại nên không nhận thêm; hãy đề nghị đơn vị mở đợt mở lại nếu cần.",
    "The review is closed and takes nothing more; ask the unit that holds it to reopen it if need be.",
    "B19",
)
NOT_CLOSED: Final = Refusal(
    "review-not-closed",
    "Đợt báo cáo đang mở, đơn vị vẫn gửi được; hãy chỉ mở lại khi đợt đã khép.",
    "The review is open and takes reports; reopen one that is closed.",
    "B19",
)
NOTHING_ACCEPTED: Final = Refusal(
    "review-nothing-accepted",
    "Chưa chấp nhận báo cáo nào của đơn vị nên chưa có gì để tổng hợp; hãy chấp nhận báo cáo trước.",
    "No report was accepted yet, so there is nothing to add up; accept reports first.",
    "S003-16",
)
