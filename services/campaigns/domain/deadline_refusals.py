"""The refusals of deadlines."""

from typing import Final

from chassis.facts.refusal import Refusal

NOT_SET: Final = Refusal(
    "deadline-not-set",
    "Chưa đặt hạn cho việc này; hãy đặt hạn trước.",
    "There is no deadline for this; set one first.",
    "B18",
)
ALREADY_SET: Final = Refusal(
    "deadline-already-set",
    "Việc này của đơn vị đã có hạn trước ngày {before}; nếu cần đổi, hãy lùi hạn của đơn vị.",
    "This unit's deadline is before {before} already; to change it, move it for the unit.",
    "B18",
)
MET: Final = Refusal(
    "deadline-met",
    "Đơn vị đã nộp ngày {on} nên không đổi hạn được nữa; nếu nộp chậm có lý do, hãy ghi nhận lý do chậm.",
    "The unit was done on {on}, so the day cannot be changed; if it was late for a good reason, excuse it.",
    "B18",
)
CLOSED: Final = Refusal(
    "deadline-closed",
    "Đã khóa nhận từ sau ngày {before}; hãy liên hệ Vụ Thi đua - Khen thưởng để đề nghị mở lại.",
    "Nothing is accepted any more since the deadline before {before} was closed; ask the emulation department to"
    " reopen it.",
    "B18",
)
IN_FUTURE: Final = Refusal(
    "receipt-in-future",
    "Ngày nhận {on} chưa tới; hãy nhập ngày ghi trong sổ văn bản đến.",
    "The day of receipt, {on}, has not come yet; enter the day in the incoming book.",
    "B12",
)
NOT_LATER: Final = Refusal(
    "deadline-not-later",
    "Hạn mới phải sau hạn đang có (trước ngày {before}); hãy nhập ngày muộn hơn.",
    "The new day must be later than the present one (before {before}); enter a later day.",
    "B18",
)
NOT_AHEAD: Final = Refusal(
    "deadline-not-ahead",
    "Hạn phải sau ngày hôm nay ({today}); hãy nhập ngày muộn hơn.",
    "The day must be after today ({today}); enter a later day.",
    "B18",
)
NOT_EARLIER: Final = Refusal(
    "sub-deadline-not-earlier",
    "Hạn cho đơn vị cấp dưới phải sớm hơn hạn của chính đơn vị (trước ngày {before}); hãy nhập ngày sớm hơn.",
    "The day for the units below must be earlier than the unit's own (before {before}); enter an earlier day.",
    "B18",
)
NOBODY_BELOW: Final = Refusal(
    "nobody-below",
    "Đơn vị không có đơn vị cấp dưới để đặt hạn; hãy kiểm tra sơ đồ tổ chức.",
    "There is no unit below this one to set a day for; check the organisation.",
    "B18",
)
NOT_LATE: Final = Refusal(
    "not-late",
    "Đơn vị chưa chậm hạn nên không có gì để ghi nhận lý do; hãy lùi hạn nếu đơn vị cần thêm thời gian.",
    "The unit is not late, so there is nothing to excuse; move its deadline if it needs more time.",
    "B18",
)
OWN_LATENESS: Final = Refusal(
    "own-lateness-not-excused",
    "Người đã gửi bản nộp chậm không tự ghi nhận lý do chậm; hãy đề nghị người khác.",
    "Whoever has sent in what was late does not excuse it; ask somebody else.",
    "B18",
)
NOT_PASSED: Final = Refusal(
    "deadline-not-passed",
    "Chưa hết hạn (trước ngày {before}) nên chưa khóa được; hãy chờ hết hạn.",
    "The deadline (before {before}) has not passed, so it cannot be closed yet; wait until it has.",
    "B18",
)
NOT_CLOSED: Final = Refusal(
    "deadline-not-closed",
    "Hạn này chưa khóa, đơn vị vẫn nộp được; hãy lùi hạn nếu cần.",
    "This deadline is not closed, the unit can still be done; move it if need be.",
    "B18",
)
OWN_UNIT: Final = Refusal(
    "own-deadline-not-judged",
    "Đơn vị không tự lùi hạn, ghi nhận lý do chậm, khóa hoặc mở hạn của mình; hãy đề nghị đơn vị cấp trên.",
    "A unit does not move, excuse, close or reopen its own deadline; ask the unit above.",
    "B18",
)
NO_UNITS: Final = Refusal(
    "no-units-of-these-kinds",
    "Chưa có đơn vị nào thuộc các loại đã chọn; hãy chọn loại đơn vị khác.",
    "There is no unit of these kinds; choose others.",
    "B18",
)
