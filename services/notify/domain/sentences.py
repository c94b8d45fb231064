"""How a notification stands, in sentences that say what is so and what to do next; never an address or a name.

Honest about what is known: a provider's yes means that it took the message over. Neither a mail server nor Zalo tells
this system that the message has reached the person, so nothing here claims it.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from contracts.notify import Channel
from services.notify.domain.zalo_errors import CLASSES, ErrorClass


class Sentence(BaseModel):
    """The same words in Vietnamese and in English."""

    model_config = ConfigDict(frozen=True)

    vi: str
    en: str

    def __add__(self, other: "Sentence") -> "Sentence":
        """Both, one after the other."""
        return Sentence(vi=f"{self.vi} {other.vi}", en=f"{self.en} {other.en}")


class State(StrEnum):
    """How a notification stands: waiting for an attempt, in the midst of one, or closed in one of three ways."""

    DUE = "due"
    UNDER_WAY = "under_way"
    COMPLETED = "completed"
    EXHAUSTED = "exhausted"
    SUPPRESSED = "suppressed"


def sentence(vi: str, en: str) -> Sentence:
    """A sentence in both languages."""
    return Sentence(vi=vi, en=en)


CHANNELS: Final[Mapping[Channel, Sentence]] = {
    Channel.ZALO: sentence("Zalo", "Zalo"),
    Channel.EMAIL: sentence("thư điện tử", "email"),
}
"""What channels are called."""

TAKEN: Final[Mapping[Channel, Sentence]] = {
    Channel.ZALO: sentence(
        "Zalo đã nhận tin để chuyển tới máy của người nhận. Zalo không báo lại cho hệ thống là tin đã tới hay đã đọc;"
        " chưa thấy tin thì hãy mở mục tin từ tài khoản Zalo của ngành.",
        "Zalo has taken the message to pass it on. It does not tell this system whether the message arrived or was"
        " read; if it is not there, look among the messages of the sector's Zalo account.",
    ),
    Channel.EMAIL: sentence(
        "Máy chủ thư đã nhận thư để chuyển tới hộp thư của người nhận. Hệ thống không biết thư đã tới hay đã đọc;"
        " chưa thấy thư thì hãy tìm trong mục thư rác.",
        "The mail server has taken the letter to pass it on. This system does not know whether it arrived or was"
        " read; if it is not there, look among the junk mail.",
    ),
}
"""What a provider's yes means."""

_REASONS: Final[Mapping[str, Sentence]] = {
    "no-address": sentence(
        "Người nhận chưa có số di động hoặc địa chỉ thư dùng được; hãy đề nghị Vụ Thi đua - Khen thưởng bổ sung.",
        "The person has no mobile number or email address that works; ask the emulation department to enter one.",
    ),
    "person-unknown": sentence(
        "Hệ thống chưa có thông tin của người nhận; hãy đề nghị Vụ Thi đua - Khen thưởng nhập họ tên và địa chỉ.",
        "The person's details are not known; ask the emulation department to enter name and addresses.",
    ),
    "person-died": sentence(
        "Người nhận đã từ trần; không gửi tin nào nữa, việc còn lại do đơn vị giao người khác.",
        "The person has died: no message is sent any more; the unit gives what is left to somebody else.",
    ),
    "outcome-unknown": sentence(
        "Kết nối đứt trước khi có trả lời, nên không rõ tin đã được nhận hay chưa; việc gấp thì hãy hỏi người nhận.",
        "The connection broke before there was an answer, so nobody knows whether the message was taken; if it is"
        " urgent, ask the person.",
    ),
    "unreachable": sentence(
        "Không kết nối được với máy chủ cho tới hết thời hạn gửi; người nhận hãy xem Hộp việc, bộ phận vận hành kiểm"
        " tra máy chủ.",
        "The server could not be reached until the message's time was over; the person finds the task in the inbox,"
        " operations check the server.",
    ),
    "over": sentence(
        "Đã hết thời hạn gửi: việc được báo đã qua, hoặc đã thử lại 72 giờ; người nhận hãy xem Hộp việc.",
        "The message's time was over: what it tells is past, or it was tried for 72 hours; the person finds the task"
        " in the inbox.",
    ),
    "zalo-credentials": sentence(
        "Không đọc được tệp khóa của tài khoản Zalo; bộ phận vận hành hãy kiểm tra tệp khóa.",
        "The file with the Zalo account's keys cannot be read; operations check that file.",
    ),
    "zalo-token-refused": sentence(
        "Zalo không nhận khóa của tài khoản; người quản trị tài khoản cấp khóa mới, bộ phận vận hành thay tệp khóa.",
        "Zalo does not accept the account's keys; its administrator issues new ones, operations replace the file.",
    ),
    "zalo-no-tokens": sentence(
        "Zalo không cấp khóa mới cho tài khoản; người quản trị tài khoản cấp lại, bộ phận vận hành thay tệp khóa.",
        "Zalo gives the account no new keys; its administrator issues them, operations replace the file.",
    ),
    "zalo-unreachable": sentence(
        "Không kết nối được với Zalo; hệ thống tự thử lại rồi chuyển sang thư, bộ phận vận hành kiểm tra đường truyền.",
        "Zalo could not be reached; it is tried again by itself, then email takes over; operations check the network.",
    ),
    "zalo-429": sentence(
        "Zalo đang nhận quá nhiều tin và yêu cầu chờ; hệ thống tự thử lại rồi chuyển sang thư.",
        "Zalo is given too many messages and asks to wait; it is tried again by itself, then email takes over.",
    ),
    "zalo-503": sentence(
        "Zalo đang tạm ngừng phục vụ; hệ thống tự thử lại rồi chuyển sang thư.",
        "Zalo is out of service for now; it is tried again by itself, then email takes over.",
    ),
    "smtp-unreachable": sentence(
        "Không kết nối được với máy chủ thư; hệ thống tự thử lại, bộ phận vận hành kiểm tra máy chủ thư.",
        "The mail server could not be reached; it is tried again by itself, operations check the mail server.",
    ),
}

_BY_CLASS: Final[Mapping[ErrorClass, Sentence]] = {
    ErrorClass.AUTH: _REASONS["zalo-token-refused"],
    ErrorClass.TRANSIENT: sentence(
        "Zalo tạm thời chưa nhận tin; hệ thống tự thử lại rồi chuyển sang thư.",
        "Zalo does not take the message for now; it is tried again by itself, then email takes over.",
    ),
    ErrorClass.QUOTA: sentence(
        "Tài khoản Zalo đã hết hạn mức hoặc hết tiền; tin được chuyển sang thư, bộ phận vận hành bổ sung hạn mức.",
        "The Zalo account's quota or money is used up; email takes over, operations see to the quota.",
    ),
    ErrorClass.HOURS: sentence(
        "Zalo không nhận loại tin này ban đêm; tin được chuyển sang thư.",
        "Zalo does not take such messages at night; email takes over.",
    ),
    ErrorClass.RECIPIENT: sentence(
        "Số di động này không nhận được tin Zalo; tin được chuyển sang thư. Nếu số đã đổi, hãy đề nghị Vụ Thi đua -"
        " Khen thưởng sửa.",
        "This mobile number cannot get Zalo messages; email takes over. If the number has changed, ask the emulation"
        " department to correct it.",
    ),
    ErrorClass.CONTENT: sentence(
        "Zalo không nhận nội dung tin so với mẫu đã đăng ký; tin được chuyển sang thư, bộ phận vận hành đối chiếu mẫu.",
        "Zalo does not accept the words against the registered template; email takes over, operations compare them.",
    ),
    ErrorClass.TEMPLATE: sentence(
        "Mẫu tin chưa được Zalo duyệt hoặc đang bị dừng; tin được chuyển sang thư, bộ phận vận hành xem lại mẫu.",
        "The template is not approved at Zalo, or is stopped; email takes over, operations look at it there.",
    ),
    ErrorClass.ACCOUNT: sentence(
        "Tài khoản Zalo của ngành chưa gửi được tin; tin được chuyển sang thư, bộ phận vận hành kiểm tra tài khoản.",
        "The sector's Zalo account cannot send; email takes over, operations check the account.",
    ),
    ErrorClass.UNKNOWN: sentence(
        "Zalo trả lời một mã chưa có trong bảng mã; tin được chuyển sang thư, bộ phận vận hành tra mã này.",
        "Zalo answers with a code that is in no table; email takes over, operations look it up.",
    ),
}

_NO_SUCH_MAILBOX: Final = sentence(
    "Máy chủ thư từ chối địa chỉ này; hãy đề nghị Vụ Thi đua - Khen thưởng kiểm tra địa chỉ thư của người nhận.",
    "The mail server refuses this address; ask the emulation department to check the person's email address.",
)
_FULL: Final = sentence(
    "Hộp thư của người nhận đã đầy; người nhận hãy dọn hộp thư.",
    "The person's mailbox is full; the person must make room in it.",
)
_NOT_LET_IN: Final = sentence(
    "Máy chủ thư không cho hệ thống gửi; bộ phận vận hành kiểm tra tài khoản gửi thư.",
    "The mail server does not let this system send; operations check the sending account.",
)
_BY_REPLY: Final[Mapping[int, Sentence]] = {
    **dict.fromkeys((530, 534, 535, 538), _NOT_LET_IN),
    **dict.fromkeys((550, 551, 553), _NO_SUCH_MAILBOX),
    **dict.fromkeys((452, 552), _FULL),
}
"""Source: RFC 5321 §4.2.3, RFC 4954 §6."""
_MAIL_LATER: Final = sentence(
    "Máy chủ thư tạm thời chưa nhận thư; hệ thống tự thử lại, trong 72 giờ.",
    "The mail server does not take the letter for now; it is tried again by itself, for 72 hours.",
)
_MAIL_NEVER: Final = sentence(
    "Máy chủ thư từ chối thư này; bộ phận vận hành tra mã trả lời.",
    "The mail server refuses this letter; operations look up its answer.",
)
_SILENT: Final = sentence(
    "Máy chủ không trả lời; hệ thống tự thử lại, bộ phận vận hành kiểm tra máy chủ và đường truyền.",
    "The server does not answer; it is tried again by itself, operations check the server and the network.",
)
_ZALO: Final = re.compile(r"zalo(-?[0-9]{1,6})")
_SMTP: Final = re.compile(r"smtp-([245])([0-9]{2})")
_LATER: Final = "4"


def reason(code: str) -> Sentence:
    """Why a message was not taken, or a provider cannot be spoken to, and what to do; for any code there is."""
    if code in _REASONS:
        return _REASONS[code]
    if found := _ZALO.fullmatch(code):
        return _BY_CLASS[CLASSES.get(int(found[1]), ErrorClass.UNKNOWN)]
    if found := _SMTP.fullmatch(code):
        general = _MAIL_LATER if found[1] == _LATER else _MAIL_NEVER
        return _BY_REPLY.get(int(found[1] + found[2]), general)
    return _SILENT


def standing(state: State, channel: Channel, code: str | None) -> Sentence:
    """How a notification stands on its present channel; `code` is the last provider's or reason's."""
    name = CHANNELS[channel]
    match state:
        case State.COMPLETED:
            return TAKEN[channel]
        case State.UNDER_WAY:
            return sentence(f"Đang gửi qua {name.vi}.", f"It is being sent by {name.en}.")
        case State.DUE:
            first = sentence(f"Đang chờ gửi qua {name.vi}.", f"It waits to be sent by {name.en}.")
        case State.EXHAUSTED:
            first = sentence("Không gửi được qua kênh nào.", "It could be sent by no channel.")
        case State.SUPPRESSED:
            first = sentence("Không gửi.", "It was not sent.")
    return first + reason(code) if code else first
