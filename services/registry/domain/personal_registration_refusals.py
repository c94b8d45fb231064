"""The refusals of what persons register. Source: S001-14, A4."""

from typing import Final

from chassis.facts.refusal import Refusal

NOT_ASKED: Final = Refusal(
    "personal-registration-not-asked",
    "Phong trào này không mở đăng ký cho cá nhân của đơn vị; hãy chọn phong trào có cá nhân đăng ký.",
    "This campaign does not ask persons of the unit to register; choose one that does.",
    "S001-14",
)
CLOSED: Final = Refusal(
    "personal-registration-closed",
    "Phong trào chỉ nhận đăng ký của cá nhân trước ngày {day}; hãy liên hệ thủ trưởng đơn vị để được hướng dẫn.",
    "The campaign takes registrations of persons before {day_en} only; ask the head of the unit what to do.",
    "A4",
)
NOT_IN_UNIT: Final = Refusal(
    "person-not-in-unit",
    "Hôm nay người này không làm việc tại đơn vị; hãy chọn người của đơn vị, hoặc đề nghị cập nhật nơi làm việc trước.",
    "This person does not work in the unit today; choose somebody of the unit, or have the assignment put right first.",
    "A4",
)
ALREADY: Final = Refusal(
    "personal-registration-already-made",
    "Người này đã đăng ký phong trào này rồi; hãy sửa bản đăng ký đã có, mỗi người một bản.",
    "This person has registered for this campaign; change that registration, there is one for each person.",
    "A4",
)
ELSEWHERE: Final = Refusal(
    "personal-registration-elsewhere",
    "Người này đã đăng ký phong trào này tại đơn vị cũ; bản đăng ký ở lại đơn vị đó; hãy xem tại đơn vị cũ.",
    "This person has registered for this campaign in another unit, where the registration stays; look there.",
    "A4",
)
ERASED: Final = Refusal(
    "person-erased",
    "Thông tin của người này đã được xóa theo yêu cầu, nên không ghi thêm gì; hãy chọn người khác.",
    "This person's details were erased, so nothing more is written about them; choose somebody else.",
    "A4",
)
NONE: Final = Refusal(
    "personal-registration-not-made",
    "Chưa có bản đăng ký nào của người này; hãy đăng ký trước.",
    "There is no registration of this person; register first.",
    "A4",
)
CONFIRMED: Final = Refusal(
    "personal-registration-confirmed",
    "Bản đăng ký đã được thủ trưởng xác nhận nên không đổi được; hãy thực hiện theo bản đã xác nhận.",
    "The head has confirmed the registration, so it stands; work towards it.",
    "A4",
)
WITHDRAWN: Final = Refusal(
    "personal-registration-withdrawn",
    "Bản đăng ký đã được rút; nếu vẫn tham gia, hãy đăng ký lại.",
    "The registration was withdrawn; register again to take part.",
    "A4",
)
RETURNED: Final = Refusal(
    "personal-registration-returned",
    "Bản đăng ký đang được trả lại để sửa; hãy chờ sửa xong.",
    "The registration was given back to be mended; wait until it is.",
    "A4",
)
CHANGED: Final = Refusal(
    "personal-registration-changed",
    "Có bản đăng ký vừa được sửa trong lúc xem; hãy tải lại trang, xem bản mới rồi xác nhận.",
    "A registration was changed while you looked at it; load the page again and look at the new one.",
    "A4",
)
OWN_WORK: Final = Refusal(
    "same-person-may-not-confirm-personal",
    "Bản đăng ký của chính mình, hoặc do mình viết, thì người khác xác nhận; hãy đề nghị thủ trưởng cấp trên xác nhận,"
    " hoặc cho phép ngoại lệ.",
    "What is one's own, or written by oneself, somebody else confirms; ask the head above to do it, or to allow an"
    " exception.",
    "A4",
)
LINES_REFUSED: Final = Refusal(
    "personal-registrations-refused",
    "Có {count} dòng chưa nhận được, nên chưa ghi dòng nào; hãy sửa từng dòng được nêu rồi gửi lại.",
    "Lines that cannot be taken: {count}, so none was; mend each one that is named and send them again.",
    "A4",
)
TWICE: Final = Refusal(
    "person-twice",
    "Một người có hai dòng; hãy để lại một dòng cho mỗi người.",
    "A person has two lines; leave one line for each person.",
    "A4",
)
