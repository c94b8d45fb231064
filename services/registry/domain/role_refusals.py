"""The refusals of grants, proposals and appointments, with the sentences a person sees."""

from typing import Final

from chassis.facts.refusal import Refusal

OWN_ROLE: Final = Refusal(
    "own-role",
    "Không ai tự cấp hoặc tự thu hồi vai trò của chính mình; hãy nhờ người quản trị khác.",
    "Nobody grants or revokes a role of one's own; ask another administrator.",
)
SECOND_PERSON: Final = Refusal(
    "second-person-needed",
    "Vai trò này chỉ có hiệu lực khi người thứ hai xác nhận; hãy gửi đề nghị cấp vai trò.",
    "This role takes effect when a second person has confirmed it; propose it.",
)
NO_SECOND_PERSON: Final = Refusal(
    "second-person-not-needed",
    "Vai trò này không cần người thứ hai xác nhận; hãy cấp trực tiếp.",
    "This role needs no second person; grant it.",
)
BACKDATED: Final = Refusal(
    "grant-backdated-without-reason",
    "Vai trò bắt đầu trước hôm nay ({today}); hãy nêu lý do và số văn bản làm căn cứ, hoặc chọn từ hôm nay.",
    "The role would start before today ({today}); give a reason and the number of the paper, or let it start today.",
)
REVOKED_BACK: Final = Refusal(
    "revocation-backdated",
    "Không thu hồi vai trò về trước hôm nay ({today}), vì việc đã làm khi đó là đúng thẩm quyền; hãy chọn từ hôm nay.",
    "A role is not revoked as of a day before today ({today}): what was done then was rightly done; choose today.",
)
TOO_LATE: Final = Refusal(
    "role-starts-too-late",
    "Vai trò bắt đầu quá xa (muộn nhất là {latest}); hãy chọn ngày sớm hơn hoặc cấp khi gần đến ngày.",
    "The role would start too far ahead (at the latest on {latest}); choose an earlier day, or grant it nearer to it.",
)
LAST_ADMINISTRATOR: Final = Refusal(
    "last-administrator",
    "Từ ngày {day} sẽ không còn ai quản trị vai trò; hãy cấp vai trò này cho người khác trước.",
    "From {day} on nobody could give roles any more; let somebody else be an administrator first.",
)
NOT_OPEN: Final = Refusal(
    "proposal-not-open",
    "Đề nghị này không còn chờ xác nhận; hãy xem lại danh sách đề nghị.",
    "This proposal waits no longer; look at the list of proposals.",
)
LAPSED: Final = Refusal(
    "proposal-lapsed",
    "Đề nghị này đã hết hạn sau ngày {day}; hãy gửi đề nghị mới nếu vẫn cần.",
    "This proposal lapsed after {day}; propose it anew if it is still wanted.",
)
OWN_PROPOSAL: Final = Refusal(
    "own-proposal",
    "Người đề nghị không tự xác nhận hoặc từ chối đề nghị của mình; hãy nhờ người quản trị khác, hoặc rút đề nghị.",
    "Who proposed it neither confirms nor declines it; ask another administrator, or withdraw it.",
)
NOT_OWN_PROPOSAL: Final = Refusal(
    "not-own-proposal",
    "Chỉ người đã đề nghị mới rút được đề nghị; hãy từ chối nếu không đồng ý.",
    "Only who proposed it withdraws it; decline it if you do not agree.",
)
PROPOSED_ALREADY: Final = Refusal(
    "proposed-already",
    "Người khác đã đề nghị đúng vai trò này; hãy xác nhận đề nghị đó.",
    "Somebody else has proposed this very role; confirm that proposal.",
)
PROPOSER_LOST: Final = Refusal(
    "proposer-lost-the-right",
    "Người đề nghị không còn quyền cấp vai trò; hãy tự gửi đề nghị mới để người khác xác nhận.",
    "Who proposed it may no longer give roles; propose it yourself, for somebody else to confirm.",
)
OVER_ALREADY: Final = Refusal(
    "role-over-already",
    "Thời hạn của vai trò được đề nghị đã qua; hãy gửi đề nghị mới với thời hạn khác.",
    "The proposed role would be over already; propose it with another period.",
)
ADMINISTRATOR_EXISTS: Final = Refusal(
    "administrator-exists",
    "Hệ thống đã có người quản trị; hãy đề nghị người đó cấp quyền.",
    "There is an administrator already; ask that person for a role.",
)
SECOND_EXISTS: Final = Refusal(
    "second-administrator-exists",
    "Hệ thống đã có từ hai người quản trị; hãy đề nghị họ cấp và xác nhận vai trò.",
    "There are two administrators already; ask them to propose and confirm the role.",
)
