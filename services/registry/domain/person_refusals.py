"""The refusals about where persons work, how they leave and come back, and which records are of one human."""

from typing import Final

from chassis.facts.refusal import Refusal

LEFT_ALREADY: Final = Refusal(
    "person-left-already",
    "Đã ghi nhận người này nghỉ từ ngày {day}; nếu ghi nhầm, hãy hủy lần ghi đó rồi ghi lại.",
    "This person is already recorded as having left on {day_en}; if that is wrong, cancel it and record it again.",
    "B3",
)
NOT_THERE: Final = Refusal(
    "person-not-there",
    "Người này không còn làm việc trong ngành từ ngày {day}; hãy ghi nhận trở lại trước, hoặc chọn thời hạn kết thúc"
    " trước ngày đó.",
    "This person works here no longer as of {day_en}; record the return first, or choose a period that ends before.",
    "B3",
)
NOT_LEFT: Final = Refusal(
    "person-not-left",
    "Người này chưa được ghi nhận nghỉ; hãy kiểm tra lại người đã chọn.",
    "This person is not recorded as having left; there is nothing to cancel or to return from.",
    "B3",
)
DIED: Final = Refusal(
    "person-died",
    "Người này đã được ghi nhận từ trần; nếu ghi nhầm, hãy hủy lần ghi đó.",
    "This person is recorded as having died; if that is wrong, cancel that record.",
    "B3",
)
TO_COME: Final = Refusal(
    "death-to-come",
    "Ngày từ trần không thể sau hôm nay; hãy sửa lại ngày.",
    "A death is not recorded for a day to come; correct the day.",
    "B3",
)
BEFORE_ASSIGNED: Final = Refusal(
    "leaves-before-assigned",
    "Ngày nghỉ trước ngày bắt đầu làm việc tại đơn vị hiện nay ({day}); hãy sửa lại ngày hoặc sửa phân công trước.",
    "The person would leave before the present assignment began ({day_en}); correct the day, or the assignment first.",
    "B3",
)
RETURNS_BEFORE: Final = Refusal(
    "returns-before-leaving",
    "Ngày trở lại phải sau ngày nghỉ ({day}); hãy sửa lại ngày, hoặc hủy lần ghi nghỉ nếu ghi nhầm.",
    "Who left on {day_en} returns on a later day; correct the day, or cancel the leaving if it was entered wrong.",
    "B3",
)
OWN_POST: Final = Refusal(
    "post-is-the-main-one",
    "Đơn vị này là nơi công tác chính; hãy chọn đơn vị kiêm nhiệm hoặc biệt phái khác.",
    "That unit is where the person mainly works; choose another one for a second post or secondment.",
    "B3",
)
POST_ENDS_BEFORE: Final = Refusal(
    "post-ends-before-it-starts",
    "Ngày kết thúc trước ngày bắt đầu; hãy sửa lại thời hạn.",
    "The post would end before it starts; correct its period.",
    "B3",
)
POST_TAKEN: Final = Refusal(
    "post-taken-already",
    "Người này đang giữ vị trí này tại đơn vị đó trong thời gian đã chọn; hãy kết thúc lần trước rồi ghi lại.",
    "The person holds this post in that unit for some of those days already; end that one, then record it again.",
    "B3",
)
NO_POST: Final = Refusal(
    "post-not-held",
    "Người này không giữ vị trí đó tại đơn vị vào ngày đã chọn; hãy kiểm tra lại.",
    "The person does not hold that post in that unit on that day; check it.",
    "B3",
)
NO_ASSIGNMENT: Final = Refusal(
    "no-such-assignment",
    "Không có lần phân công nào bắt đầu từ ngày {day}; hãy chọn đúng ngày bắt đầu của lần cần sửa.",
    "No assignment began on {day_en}; choose the first day of the one to be corrected.",
    "B3",
)
OVERLAPS: Final = Refusal(
    "assignment-out-of-order",
    "Ngày bắt đầu đã sửa phải nằm giữa lần phân công trước và lần sau; hãy sửa các lần đó trước.",
    "The corrected first day must lie between the assignment before and the one after; correct those first.",
    "B3",
)
SAME_RECORD: Final = Refusal(
    "joined-with-itself",
    "Đây là cùng một hồ sơ; hãy chọn hồ sơ thứ hai.",
    "That is the same record; choose the other one.",
    "B3",
)
JOINED: Final = Refusal(
    "record-joined",
    "Hồ sơ này đã được gộp vào hồ sơ khác; hãy làm việc với hồ sơ đó, hoặc tách ra trước.",
    "This record was joined into another one; work on that one, or part them first.",
    "B3",
)
INTO_UNFIT: Final = Refusal(
    "other-record-unfit",
    "Chỉ gộp vào một hồ sơ đã có và chưa bị gộp vào hồ sơ khác; hãy chọn lại.",
    "A record is joined into one that is known and was not joined into another itself; choose again.",
    "B3",
)
NOT_JOINED: Final = Refusal(
    "record-not-joined",
    "Hồ sơ này không gộp vào hồ sơ nào; hãy kiểm tra lại hồ sơ đã chọn.",
    "This record is joined into no other; there is nothing to part.",
    "B3",
)
NEVER_THERE: Final = Refusal(
    "never-worked-there",
    "Trong năm đó người này không làm việc tại đơn vị; hãy kiểm tra lại năm và đơn vị.",
    "The person did not work in that unit in that year; check year and unit.",
    "B4",
)
