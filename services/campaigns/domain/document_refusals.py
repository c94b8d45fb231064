"""The refusals of official documents, with the sentences a person sees."""

from typing import Final

from chassis.facts.refusal import Refusal

UNKNOWN: Final = Refusal(
    "document-unknown",
    "Chưa có văn bản này; hãy soạn thảo trước.",
    "There is no such document; draft it first.",
)
BASIS_NOT_ISSUED: Final = Refusal(
    "document-basis-not-issued",
    "Văn bản {id} được dẫn làm căn cứ chưa có hoặc chưa ban hành; hãy dẫn bằng số và ngày, hoặc chờ ban hành.",
    "The document {id} on which this one rests is not there or not issued; name it by number and day, or wait for it.",
    "M-3",
)
BASIS_UNSAID: Final = Refusal(
    "document-basis-unsaid",
    "Mỗi văn bản căn cứ cần có mã hoặc có số và ngày; hãy ghi một trong hai.",
    "Each document on which this one rests needs its id, or its number and day; state one of them.",
    "M-3",
)
ADDRESSEES_REPEATED: Final = Refusal(
    "document-as-addressed-alone",
    "“Như trên” chỉ dùng ở Nơi nhận, khi đã có Kính gửi; hãy ghi Kính gửi trước.",
    "“As addressed” stands among the copies only, once there are addressees; name the addressees first.",
    "B13",
)
ALREADY_SIGNED: Final = Refusal(
    "document-already-signed",
    "Văn bản đã được ký nên không sửa, không kiểm tra và không ký lần thứ hai được; hãy đính chính hoặc"
    " thay thế sau khi ban hành.",
    "The document is signed: it is not changed, checked or signed a second time; correct or replace it once issued.",
    "B13",
)
OWN_DRAFT_NOT_CHECKED: Final = Refusal(
    "drafter-may-not-check",
    "Người soạn thảo hoặc sửa văn bản không được tự kiểm tra; hãy nhờ người khác kiểm tra.",
    "Who drafted or changed a document may not check it; ask somebody else to check it.",
    "B13",
)
NOT_CHECKED: Final = Refusal(
    "document-not-checked",
    "Văn bản chưa được kiểm tra; hãy nhờ một người không soạn thảo kiểm tra trước khi ký.",
    "The document was not checked; have somebody who did not draft it check it before it is signed.",
    "B13",
)
OWN_DRAFT_NOT_SIGNED: Final = Refusal(
    "drafter-may-not-sign",
    "Người soạn thảo văn bản không được tự ký; hãy để người khác có thẩm quyền ký, hoặc đề nghị thủ trưởng cấp trên"
    " cho phép ngoại lệ.",
    "Who drafted a document may not sign it; let somebody else with the right sign, or ask the head above to allow an"
    " exception.",
    "B5",
)
NO_CAPACITY: Final = Refusal(
    "signing-without-capacity",
    "Người ký không có thẩm quyền ký với tư cách này cho đơn vị ban hành vào ngày ký; hãy để thủ trưởng hoặc người được"
    " giao, được ủy quyền ký.",
    "The signer has no right to sign in this capacity for the issuing unit on that day; let its head sign, or somebody"
    " to whom signing is delegated.",
    "B5",
)
EMPTY: Final = Refusal(
    "document-empty",
    "Văn bản chưa có nội dung để ký trên hệ thống; hãy nhập nội dung, hoặc nhập bản ký giấy kèm bản chụp.",
    "The document has no text that could be signed here; enter its text, or the signature on paper with its scan.",
    "M-1",
)
DAY_TO_COME: Final = Refusal(
    "day-to-come",
    "Ngày {day} chưa đến; hãy nhập ngày không sau hôm nay.",
    "The day {day} is to come; enter a day up to today.",
    "B12",
)
ENTRY_WAITS: Final = Refusal(
    "late-entry-waits",
    "Đã có một lần nhập chậm đang chờ người thứ hai xác nhận; hãy đề nghị người đó xác nhận.",
    "A late entry waits for a second person already; ask that person to confirm it.",
    "B12",
)
NOTHING_TO_CONFIRM: Final = Refusal(
    "late-entry-none",
    "Không có lần nhập chậm nào chờ xác nhận; hãy xem lại dòng thời gian.",
    "No late entry waits for a confirmation; look at the timeline.",
    "B12",
)
SECOND_PERSON: Final = Refusal(
    "late-entry-needs-second-person",
    "Việc đã diễn ra quá số ngày làm việc cho phép nhập, nên cần người thứ hai; hãy đề nghị một người chưa làm việc"
    " trên văn bản này.",
    "It happened more working days ago than an entry may take, so a second person is needed; ask somebody who has had"
    " no hand in it.",
    "B12",
)
NOT_SIGNED: Final = Refusal(
    "document-not-signed",
    "Văn bản chưa được ký nên chưa cấp số; hãy chờ người có thẩm quyền ký.",
    "The document is not signed, so it gets no number yet; wait for its signature.",
    "B13",
)
NUMBERED_BEFORE_SIGNED: Final = Refusal(
    "document-dated-before-signed",
    "Ngày văn bản {day} trước ngày ký {signed}; hãy nhập ngày không trước ngày ký.",
    "The document's day {day} is before it was signed on {signed}; enter a day from then on.",
    "B12",
)
ALREADY_NUMBERED: Final = Refusal(
    "document-already-numbered",
    "Văn bản đã có số {number} và số đã cấp không đổi được; hãy kiểm tra lại sổ văn bản.",
    "The document has the number {number}; a number that was given stays.",
    "M-1",
)
NUMBER_TAKEN: Final = Refusal(
    "number-taken",
    "Số {number} đã dùng trong sổ này năm {year}; hãy kiểm tra sổ và nhập số khác.",
    "The number {number} was used in this book in {year}; look into the book and enter another one.",
    "B13",
)
NOT_NUMBERED: Final = Refusal(
    "document-not-numbered",
    "Văn bản chưa có số và ngày; hãy đề nghị văn thư cấp số trước khi ban hành.",
    "The document has no number and day; ask the clerk for them before it is issued.",
    "M-1",
)
NO_RECIPIENT: Final = Refusal(
    "document-without-recipient",
    "Không có đơn vị nào vào ngày ban hành và không có nơi nhận bên ngoài; hãy kiểm tra Kính gửi và Nơi nhận.",
    "No unit stood on the day of issue, and nobody outside is named; look at the addressees and copies.",
    "M-2",
)
NOT_ISSUED: Final = Refusal(
    "document-not-issued",
    "Văn bản chưa ban hành; hãy ban hành trước.",
    "The document is not issued; issue it first.",
    "B13",
)
NOT_OUTSIDE: Final = Refusal(
    "recipient-not-outside",
    "“{name}” không phải nơi nhận bên ngoài của văn bản này; hãy chọn một nơi nhận trong danh sách.",
    "{name} is no recipient outside the platform of this document; choose one of its list.",
    "B13",
)
DISPATCHED_BEFORE_ISSUED: Final = Refusal(
    "dispatched-before-issued",
    "Ngày gửi {day} trước ngày ban hành {issued}; hãy nhập ngày từ ngày ban hành.",
    "The day {day} of the dispatch is before the issue on {issued}; enter a day from then on.",
    "B13",
)
WAS_RECALLED: Final = Refusal(
    "document-recalled",
    "Văn bản đã bị thu hồi nên không còn hiệu lực; hãy ban hành văn bản mới.",
    "The document was recalled and holds no more; issue a new one.",
    "B13",
)
WAS_REPLACED: Final = Refusal(
    "document-replaced",
    "Văn bản đã được thay thế; hãy đính chính hoặc thu hồi văn bản thay thế nó.",
    "The document was replaced; correct or recall the one that replaces it.",
    "B13",
)
NOTHING_CORRECTED: Final = Refusal(
    "correction-changes-nothing",
    "Nội dung đính chính giống nội dung sai; hãy ghi nội dung đúng.",
    "What is right is the same as what is wrong; state what should be read.",
    "B13",
)
NO_SUCCESSOR: Final = Refusal(
    "successor-not-issued",
    "Văn bản thay thế phải do chính đơn vị ban hành, đã ban hành, còn hiệu lực và dẫn văn bản này làm căn cứ; hãy ban"
    " hành văn bản đó trước.",
    "What replaces a document must be issued by the same unit, hold, and rest on this one; issue it first.",
    "M-3",
)
NOT_SENT: Final = Refusal(
    "document-not-sent-here",
    "Văn bản chưa được gửi đến đơn vị này; hãy chờ nơi ban hành gửi.",
    "The document was not sent to this unit; wait until its issuer sends it.",
    "B13",
)
RECEIVED_BEFORE_ISSUED: Final = Refusal(
    "received-before-issued",
    "Ngày đến {day} trước ngày ban hành {issued}; hãy nhập ngày trong sổ văn bản đến.",
    "The day {day} is before the document was issued on {issued}; enter the day of the incoming book.",
    "B13",
)
ALREADY_RECEIVED: Final = Refusal(
    "document-already-received",
    "Văn bản đã vào sổ đến số {number}; hãy xem lại sổ.",
    "The document stands in the incoming book as number {number}; look into the book.",
    "B13",
)
EVIDENCE_MISSING: Final = Refusal(
    "late-entry-without-evidence",
    "Nhập chậm cần bằng chứng; hãy kèm bản chụp trang sổ hoặc dấu đến.",
    "A late entry needs evidence; add the scan of the book's page or of the stamp.",
    "B12",
)
