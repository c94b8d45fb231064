"""The refusals of reports in a review. Source: S003 III, B18, B19."""

from typing import Final

from chassis.facts.refusal import Refusal

UNKNOWN: Final = Refusal(
    "report-not-asked",
    "Đơn vị không được yêu cầu báo cáo trong đợt này; hãy liên hệ đơn vị mở đợt.",
    "The unit was not asked to report in this review; ask the unit that holds it.",
    "S003-10",
)
ASKED_ABOVE: Final = Refusal(
    "report-asked-by-unit-above",
    "Đơn vị cấp trên trực tiếp vừa yêu cầu đơn vị này báo cáo; hãy để đơn vị báo cáo qua cấp trên, số liệu "
    "được cộng vào đó.",
    "The unit directly above has just asked this one; let it report there, where its figures are added.",
    "E21",
)
COUNTED_TWICE: Final = Refusal(
    "report-would-count-twice",
    "Đợt này yêu cầu trực tiếp cả đơn vị cấp dưới, nên số liệu gồm cả cấp dưới sẽ bị tính hai lần; hãy nhập số liệu "
    "của riêng đơn vị.",
    "This review asks units below yours itself, whose figures would count twice; enter those of your own unit alone.",
    "E21",
)
WHOLE_STANDS: Final = Refusal(
    "report-whole-stands-above",
    "Đơn vị cấp trên đã gửi số liệu gồm cả cấp dưới, nên số liệu của đơn vị này sẽ bị tính hai lần; hãy đề nghị đơn vị "
    "cấp trên đính chính nếu còn thiếu.",
    "The unit above has sent figures that hold those below, so this unit's would count twice; ask the unit above to "
    "correct them if need be.",
    "E21",
)
SENT: Final = Refusal(
    "report-sent",
    "Báo cáo đã gửi nên không sửa được; hãy rút lại, hoặc chờ đơn vị cấp trên trả lại.",
    "The report was sent and cannot be changed; recall it, or wait until it is returned.",
    "B19",
)
ACCEPTED: Final = Refusal(
    "report-accepted",
    "Báo cáo đã được chấp nhận; nếu số liệu sai, hãy đính chính từng số liệu.",
    "The report was accepted; if a figure is wrong, correct it.",
    "B19",
)
NOT_SENT: Final = Refusal(
    "report-not-sent",
    "Báo cáo chưa gửi; hãy chờ đơn vị gửi, hoặc đôn đốc đơn vị.",
    "The report was not sent; wait for it, or urge the unit.",
    "S003-10",
)
NOT_ACCEPTED: Final = Refusal(
    "report-not-accepted",
    "Báo cáo chưa được chấp nhận nên chưa có gì để đính chính; hãy sửa trực tiếp trong báo cáo.",
    "The report was not accepted, so there is nothing to correct yet; change it in the report itself.",
    "B19",
)
SECTION_UNKNOWN: Final = Refusal(
    "section-unknown",
    "Đề cương không có mục “{section}”; hãy chọn một mục trong đề cương.",
    "The outline has no section {section}; choose one of the outline.",
    "S003-12",
)
SECTION_OF_OTHERS: Final = Refusal(
    "section-of-other-units",
    "Mục “{section}” dành cho loại đơn vị khác; hãy viết vào các mục dành cho đơn vị mình.",
    "The section {section} is for units of another kind; write in those that are for yours.",
    "S003-13",
)
HEADING: Final = Refusal(
    "section-is-a-heading",
    "Mục “{section}” chỉ là tiêu đề; hãy viết vào các mục con.",
    "The section {section} is a heading; write in the sections below it.",
    "S003-12",
)
TOO_MANY_FILES: Final = Refusal(
    "report-files-too-many",
    "Một báo cáo kèm tối đa {most} tệp; hãy bỏ bớt hoặc gộp tệp.",
    "A report takes {most} files at most; detach some or join them.",
    "S003-2",
)
NO_SUCH_FILE: Final = Refusal(
    "report-file-unknown",
    "Báo cáo không kèm tệp này; hãy tải lại trang để xem các tệp hiện có.",
    "This file does not go along with the report; load the page again to see those that do.",
    "S003-2",
)
EMPTY: Final = Refusal(
    "report-empty",
    "Báo cáo chưa có nội dung; hãy viết ít nhất một mục hoặc nhập phụ lục.",
    "The report says nothing yet; write a section or fill in an annex.",
    "S003-12",
)
NO_CAPACITY: Final = Refusal(
    "report-not-signed-by-head",
    "Báo cáo do thủ trưởng đơn vị, hoặc người được ủy quyền, ký thay; hãy trình người có thẩm quyền ký.",
    "The head of the unit signs the report, or whoever may sign for the head; lay it before one of them.",
    "S003-15",
)
LATE_REFUSED: Final = Refusal(
    "report-late-refused",
    "Đợt này không nhận báo cáo từ ngày {before}; hãy đề nghị đơn vị mở đợt lùi hạn cho đơn vị.",
    "This review takes no reports from {before} on; ask the unit that holds it to move your day.",
    "B18",
)
NOT_RECEIVER: Final = Refusal(
    "report-for-others-to-judge",
    "Báo cáo này do đơn vị nhận báo cáo xử lý; hãy liên hệ cán bộ thi đua của đơn vị đó.",
    "This report is for the unit that receives it to judge; ask the officers there.",
    "B19",
)
OWN_WORK: Final = Refusal(
    "same-person-may-not-accept-report",
    "Người đã viết, nhập, gửi hoặc đính chính báo cáo không tự chấp nhận; hãy đề nghị người khác.",
    "Whoever has written, entered, sent or corrected the report does not accept it; ask somebody else.",
    "B19",
)
IN_FUTURE: Final = Refusal(
    "report-received-in-future",
    "Ngày {on} chưa tới; hãy nhập ngày ghi trong sổ văn bản đến.",
    "The day {on} has not come yet; enter the day in the incoming book.",
    "B12",
)
BEFORE_ASKED: Final = Refusal(
    "report-received-before-asked",
    "Ngày nhận {on} trước ngày mở đợt {asked}; hãy nhập lại ngày ghi trong sổ văn bản đến.",
    "It was received on {on}, before it was asked for on {asked}; enter the day in the incoming book again.",
    "B12",
)
RECALL_TOO_LATE: Final = Refusal(
    "report-recall-too-late",
    "Đợt này không nhận báo cáo quá hạn nên rút lại sẽ không gửi lại được; hãy đề nghị đơn vị nhận trả lại để sửa.",
    "This review takes no late reports, so it could not be sent again; ask the unit that receives it to return it.",
    "B19",
)
PLACE_UNKNOWN: Final = Refusal(
    "returned-place-unknown",
    "Chỗ cần sửa không có trong báo cáo ({place}); hãy chọn một mục, hoặc một cột của phụ lục.",
    "The place to be put right is not in the report ({place}); choose a section, or a column of an annex.",
    "B19",
)
NOT_EARLIER: Final = Refusal(
    "below-not-earlier",
    "Hạn cho đơn vị cấp dưới phải sớm hơn hạn của đơn vị (trước ngày {before}); hãy nhập ngày sớm hơn.",
    "The day for the units below must be earlier than the unit's own (before {before}); enter an earlier day.",
    "B18",
)
BELOW_PASSED: Final = Refusal(
    "below-day-passed",
    "Hạn cho đơn vị cấp dưới phải sau hôm nay {today}; hãy nhập ngày muộn hơn.",
    "The day for the units below must be after today ({today}); enter a later one.",
    "B18",
)
NONE_BELOW: Final = Refusal(
    "report-nobody-below",
    "Đơn vị không còn đơn vị cấp dưới thuộc các loại này để yêu cầu báo cáo; hãy chọn loại khác.",
    "No unit of these kinds is left below this one to be asked; choose other kinds.",
    "B18",
)
NOTHING_TO_URGE: Final = Refusal(
    "report-not-to-be-urged",
    "Báo cáo đã gửi nên không cần đôn đốc; hãy xem báo cáo.",
    "The report was sent, there is nothing to urge; look at it.",
    "S003-11",
)
URGED_NOT_TODAY: Final = Refusal(
    "urged-on-another-day",
    "Đôn đốc qua hệ thống được gửi ngay hôm nay {today}; hãy để ngày hôm nay, hoặc chọn hình thức khác.",
    "What urges through the platform goes out today, {today}; leave that day, or choose another way.",
    "S003-11",
)
