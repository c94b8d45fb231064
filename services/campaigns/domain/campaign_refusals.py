"""The refusals of campaigns: what a rule says when it says no."""

from typing import Final

from chassis.facts.refusal import Refusal

OTHER_CONTENT: Final = Refusal(
    "campaign-already-launched",
    vi="Phong trào {code} đã được công bố hoặc phát động với nội dung khác; hãy dùng chức năng sửa đổi nếu có văn bản"
    " sửa đổi, hoặc dùng mã khác cho phong trào mới.",
    en="The campaign {code} was announced or launched with other content; amend it if a document amends it, or use"
    " another code for a new campaign.",
)
NOT_ANNOUNCED: Final = Refusal(
    "campaign-not-announced",
    vi="Phong trào này chưa được công bố; hãy gửi gói phong trào để công bố hoặc phát động.",
    en="This campaign was not announced; send its pack to announce or to launch it.",
)
CAMPAIGN_UNKNOWN: Final = Refusal(
    "campaign-unknown",
    vi="Chưa có phong trào này; hãy chọn một phong trào trong danh sách, hoặc để trống.",
    en="There is no such campaign; choose one from the list, or leave it out.",
)
UNIT_UNKNOWN: Final = Refusal(
    "unit-not-known",
    vi="Chưa có đơn vị này; hãy chọn một đơn vị trong danh sách.",
    en="There is no such unit; choose one from the list.",
)
CLOSED: Final = Refusal(
    "campaign-closed",
    vi="Phong trào đã tổng kết hoặc đã hủy nên không nhận thêm thay đổi; hãy phát động giai đoạn tiếp theo bằng một mã"
    " mới.",
    en="The campaign is concluded or cancelled and takes no more changes; launch the next stage under a new code.",
    source="S001-16",
)
RELATED_UNKNOWN: Final = Refusal(
    "related-campaign-unknown",
    vi="Chưa có phong trào nào mang mã {code}; hãy công bố phong trào ấy trước, hoặc nêu nó ở mục linked_campaigns theo"
    " số văn bản.",
    en="There is no campaign of the code {code}; announce that one first, or name it under linked_campaigns by its"
    " document.",
    source="A19",
)
STAGES_IN_A_CIRCLE: Final = Refusal(
    "stages-in-a-circle",
    vi="Các giai đoạn nối tiếp nhau thành vòng tròn qua phong trào {code}; hãy sửa lại giai đoạn trước.",
    en="The stages follow each other in a circle through the campaign {code}; correct which stage comes before.",
    source="A19",
)
AMENDS_ANOTHER: Final = Refusal(
    "amendment-of-another-campaign",
    vi="Gói sửa đổi mang mã {code}, không phải mã của phong trào này; hãy mở đúng phong trào hoặc sửa lại mã.",
    en="The amended pack has the code {code}, not that of this campaign; open the right campaign or correct the code.",
)
FIXED: Final = Refusal(
    "amendment-of-what-is-fixed",
    vi="Không thể sửa đổi mục “{field}”; hãy gia hạn để kéo dài giai đoạn, hoặc phát động phong trào mới.",
    en="The field {field} cannot be amended; extend the campaign for a longer period, or launch a new one.",
)
GOAL_DROPPED: Final = Refusal(
    "amendment-drops-a-goal",
    vi="Mục tiêu “{name}” năm {year} đã có đơn vị đăng ký theo nên không thể bỏ; hãy giữ lại và sửa giá trị nếu cần.",
    en="The goal {name} of {year} has been registered against and cannot be dropped; keep it, with another value if"
    " need be.",
)
AUDIENCE_DROPPED: Final = Refusal(
    "amendment-drops-an-audience",
    vi="Không thể bỏ bớt đối tượng đã được mời đăng ký; hãy giữ nguyên các loại đơn vị cũ.",
    en="Those who were asked to register cannot be left out; keep the kinds of units that there were.",
)
EARLIER_DEADLINE: Final = Refusal(
    "registration-day-earlier",
    vi="Hạn đăng ký mới sớm hơn hạn đã báo cho các đơn vị (trước ngày {day}); hãy nêu hạn bằng hoặc muộn hơn.",
    en="The new day for registering lies before that which units were told ({day}); name that one or a later one.",
)
DAY_DROPPED: Final = Refusal(
    "registration-day-dropped",
    vi="Hạn đăng ký (trước ngày {day}) đã báo cho các đơn vị nên không thể bỏ; hãy giữ nguyên hoặc nêu hạn muộn hơn.",
    en="Units were told to register before {day}, which cannot be dropped; keep it or name a later day.",
)
NOT_LATER: Final = Refusal(
    "extension-not-later",
    vi="Ngày kết thúc mới phải sau ngày {day}; hãy nhập lại ngày gia hạn.",
    en="The new last day must lie after {day}; enter the day again.",
)
DAY_TO_COME: Final = Refusal(
    "happened-in-the-future",
    vi="Ngày {day} chưa đến nên chưa thể ghi nhận là đã diễn ra; hãy nhập ngày đã diễn ra.",
    en="The day {day} is still to come, so nothing can have happened on it; enter the day on which it happened.",
)
OUTSIDE: Final = Refusal(
    "unit-outside-campaign",
    vi="Đơn vị này không thuộc đối tượng của phong trào và không trực thuộc đơn vị nào thuộc đối tượng; hãy chọn đơn vị"
    " khác.",
    en="This unit is not asked to take part, nor is one above it; choose another unit.",
    source="S002-5",
)
JOINED_BEFORE: Final = Refusal(
    "unit-joined-before",
    vi="Đơn vị đã phát động hưởng ứng ngày {day}; hãy bỏ qua bước này.",
    en="The unit launched it within its scope on {day} already; there is nothing to record again.",
    source="S002-5",
)
REVIEW_NOT_PLANNED: Final = Refusal(
    "review-not-planned",
    vi="Phong trào không có đợt báo cáo mang mã {code}; hãy chọn một đợt của phong trào, hoặc mở đợt báo cáo với đề"
    " cương riêng.",
    en="The campaign has no review of the code {code}; choose one of its reviews, or open one with an outline of its"
    " own.",
    source="S003-10",
)
PAPER_NOT_PLANNED: Final = Refusal(
    "review-paper-not-planned",
    vi="Đợt báo cáo {code} không kèm văn bản này; hãy soạn văn bản ở mục Văn bản đi.",
    en="The review {code} comes without this paper; draft it among the outgoing documents.",
    source="M-1",
)
