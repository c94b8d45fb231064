"""The refusals of judging a registration, with the sentences a person sees."""

from typing import Final

from chassis.facts.refusal import Refusal

NOT_DRAFTED: Final = Refusal(
    "target-required",
    "Chỉ tiêu {target} là mục tiêu của phong trào nên không rút được; hãy sửa giá trị của chỉ tiêu.",
    "The campaign has a goal for {target}, so it stays; change its value instead.",
    "S002-16",
)
TARGET_NOT_THERE: Final = Refusal(
    "target-not-registered",
    "Đơn vị chưa đăng ký chỉ tiêu {target}; hãy chọn một chỉ tiêu đã đăng ký.",
    "The unit has registered no target for {target}; choose one that it has.",
    "S002-16",
)
LOWERED_SILENTLY: Final = Refusal(
    "target-lowered-silently",
    "Chỉ tiêu {target} thấp hơn mức đã được xác nhận ({official} %); hãy nêu lý do hạ chỉ tiêu.",
    "The target for {target} is weaker than the confirmed one ({official_en} %); say why it is lowered.",
    "S002-17",
)
MOVEMENT_UNKNOWN: Final = Refusal(
    "movement-not-linked",
    "Phong trào này không gắn với văn bản {number}; hãy chọn trong các văn bản: {known}.",
    "The campaign is not linked to {number}; choose among: {known}.",
    "S001-15",
)
QUALITATIVE_UNKNOWN: Final = Refusal(
    "qualitative-target-unknown",
    "Chưa có chỉ tiêu không định lượng số {number}; hãy đăng ký theo thứ tự, số tiếp theo là {next}.",
    "There is no qualitative target {number}; they are numbered in order, the next one is {next}.",
    "S002-16",
)
OPINION_NOT_ASKED: Final = Refusal(
    "opinion-not-asked",
    "Đơn vị chưa xin ý kiến cơ quan này; hãy ghi việc xin ý kiến trước.",
    "This body has not been asked; record that it was asked first.",
    "S002-17",
)
NO_APPRAISAL: Final = Refusal(
    "appraisal-not-asked-for",
    "Bản đăng ký này không qua thẩm định của ban nghiệp vụ; hãy gửi bản đăng ký.",
    "This registration is not appraised by departments; send it in.",
    "S002-17",
)
OBJECTIONS_STAND: Final = Refusal(
    "objections-stand",
    "Còn chỉ tiêu chưa được thống nhất: {targets}; hãy sửa giá trị rồi gửi thẩm định lại.",
    "These targets were objected to: {targets}; change them, then send the draft again.",
    "S002-17",
)
NOT_SENT_FOR_APPRAISAL: Final = Refusal(
    "draft-not-under-appraisal",
    "Dự thảo chưa được gửi thẩm định hoặc đã xác nhận; hãy chờ đơn vị gửi dự thảo.",
    "The draft was not sent for appraisal, or is confirmed already; wait until the unit sends it.",
    "S002-17",
)
NOT_YET_APPRAISED: Final = Refusal(
    "registration-not-appraised",
    "Chỉ tiêu phải được thống nhất với ban nghiệp vụ trước khi gửi; hãy gửi dự thảo thẩm định.",
    "The targets are agreed with the departments before they are sent in; send the draft for appraisal.",
    "S002-17",
)
TARGETS_NOT_AGREED: Final = Refusal(
    "targets-not-agreed",
    "Chưa được ban nghiệp vụ thống nhất: {targets}; hãy chờ thẩm định hoặc sửa chỉ tiêu rồi gửi thẩm định lại.",
    "The departments have not agreed with {targets}; wait for them, or change the targets and send the draft again.",
    "S002-17",
)
OWN_WORK_NOT_APPRAISED: Final = Refusal(
    "same-person-may-not-appraise",
    "Người đã nhập chỉ tiêu không được tự thẩm định, phê duyệt; hãy đề nghị người khác.",
    "Whoever wrote a target does not appraise or approve it; ask somebody else.",
    "S002-17",
)
NO_APPROVAL: Final = Refusal(
    "approval-not-asked-for",
    "Bản đăng ký này không cần lãnh đạo Ngành phê duyệt trước khi gửi; hãy gửi bản đăng ký.",
    "No leader of the sector needs to approve this registration first; send it in.",
    "S002-21",
)
NOT_APPROVED: Final = Refusal(
    "registration-not-approved",
    "Đơn vị ở Trung ương gửi đăng ký sau khi lãnh đạo Ngành phê duyệt; hãy trình phê duyệt trước.",
    "A central unit sends its registration after a leader of the sector has approved it; ask for that first.",
    "S002-21",
)
UNIT_ABOVE_JUDGES: Final = Refusal(
    "unit-above-confirms",
    "Đăng ký của đơn vị này do thủ trưởng đơn vị cấp trên trực tiếp xác nhận; hãy đề nghị thủ trưởng đơn vị đó.",
    "The head of the unit directly above confirms this registration; ask them.",
    "S002-17",
)
SECTOR_JUDGES: Final = Refusal(
    "sector-confirms",
    "Đăng ký của đơn vị này do Vụ Thi đua - Khen thưởng xác nhận; hãy chờ Vụ xác nhận.",
    "The emulation department confirms this registration; wait for it.",
    "S002-17",
)
NOT_ABOVE: Final = Refusal(
    "head-of-the-unit-above-needed",
    "Chỉ thủ trưởng đơn vị cấp trên trực tiếp được xác nhận hoặc trả lại; hãy đề nghị thủ trưởng đơn vị đó.",
    "Only the head of the unit directly above confirms or returns it; ask them.",
    "S002-17",
)
ALREADY_RETURNED: Final = Refusal(
    "registration-already-returned",
    "Bản đăng ký đã được trả lại; hãy chờ đơn vị sửa và gửi lại.",
    "The registration was returned; wait until the unit sends it again.",
    "S002-17",
)
REASON_MISSING: Final = Refusal(
    "return-without-reason",
    "Trả lại bản đăng ký phải nêu lý do; hãy ghi lý do cho từng chỉ tiêu sai hoặc ý kiến chung.",
    "A registration is returned with reasons; give one for each wrong figure, or one for the whole.",
    "S002-17",
)
ALREADY_REOPENED: Final = Refusal(
    "registration-already-reopened",
    "Bản đăng ký đã được mở lại; hãy sửa rồi gửi lại.",
    "The registration is open again already; change it, then send it in.",
    "S002-17",
)
NOT_CONFIRMED_YET: Final = Refusal(
    "registration-not-confirmed",
    "Bản đăng ký chưa được xác nhận nên không cần mở lại; hãy sửa trực tiếp hoặc đề nghị trả lại.",
    "The registration is not confirmed, so it needs no reopening; change it, or ask for it to be returned.",
    "S002-17",
)
CLOSED: Final = Refusal(
    "registration-closed",
    "Đã khóa nhận bản đăng ký của đơn vị; hãy đề nghị thủ trưởng đơn vị cấp trên hoặc Vụ Thi đua - Khen thưởng mở lại.",
    "The registration of the unit is closed; ask the head of the unit above or the emulation department to reopen it.",
    "C9",
)
TERMS_CHANGED: Final = Refusal(
    "targets-behind-amended-goals",
    "Mục tiêu của phong trào đã đổi sau khi gửi, bản đăng ký còn thiếu hoặc chưa đạt mục tiêu mới: {targets}; hãy trả"
    " lại để đơn vị đăng ký lại.",
    "The campaign's goals have changed since it was sent, and it lacks or falls short of: {targets}; return it, so that"
    " the unit registers again.",
    "S002-13",
)
HISTORY_WITHOUT_EVIDENCE: Final = Refusal(
    "history-without-evidence",
    "Đăng ký của những năm trước phải có căn cứ; hãy nêu số và ngày văn bản, hoặc mã băm của tệp minh chứng.",
    "What was registered in earlier years needs its evidence; name a document by number and day, or a file's hash.",
    "B12",
)
HISTORY_NOT_PAST: Final = Refusal(
    "history-not-past",
    "Ngày {day} không phải ngày đã qua; hãy nhập ngày đăng ký và ngày văn bản trước hôm nay.",
    "The day {day} is not past; enter days of the registration and of its document before today.",
    "B12",
)
