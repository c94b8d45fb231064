"""A notification's facts as a person reads them, one sentence each."""

from typing import Final, assert_never

from contracts.notify import (
    Channel,
    DeliveryAccepted,
    DeliveryAttempted,
    DeliveryFailed,
    DeliveryOutcomeUnknown,
    FallbackTriggered,
    NotificationCompleted,
    NotificationEvent,
    NotificationExhausted,
    NotificationRequested,
    NotificationSuppressed,
)
from services.notify.domain.sentences import CHANNELS, TAKEN, Sentence, reason, sentence

_UNKNOWN: Final = {
    Channel.ZALO: sentence(
        "Không rõ Zalo đã nhận tin hay chưa. Hệ thống không gửi lại qua Zalo, để người nhận không nhận hai tin.",
        "Nobody knows whether Zalo took the message. It is not sent by Zalo again, so that the person gets no second.",
    ),
    Channel.EMAIL: sentence(
        "Không rõ máy chủ thư đã nhận thư hay chưa. Gửi lại thì là đúng bức thư ấy, hộp thư nhận ra bản trùng.",
        "Nobody knows whether the mail server took the letter. If it is sent again it is the same letter, in which"
        " mailboxes recognise a copy.",
    ),
}

_UNTRIED: Final = (NotificationRequested, FallbackTriggered)
_NO_ADDRESS: Final = {
    Channel.ZALO: sentence(
        "Người nhận chưa có số di động dùng được cho Zalo; muốn nhận qua Zalo, hãy đề nghị Vụ Thi đua - Khen thưởng"
        " nhập số.",
        "The person has no mobile number for Zalo; to be told by Zalo, ask the emulation department to enter one.",
    ),
    Channel.EMAIL: sentence(
        "Người nhận chưa có địa chỉ thư dùng được; hãy đề nghị Vụ Thi đua - Khen thưởng nhập địa chỉ.",
        "The person has no email address that works; ask the emulation department to enter one.",
    ),
}


def told(event: NotificationEvent, before: NotificationEvent | None = None) -> Sentence:
    """What this fact means after the one `before` it: a channel that was left untried had no address to try."""
    match event:
        case NotificationRequested(channels=channels):
            vi, en = ", rồi ".join(map(_vi, channels)), ", then ".join(map(_en, channels))
            said = sentence(f"Có việc cần báo: thử qua {vi}.", f"There is something to tell: {en} is tried.")
        case DeliveryAttempted(channel=channel, attempt=attempt):
            said = sentence(
                f"Bắt đầu gửi qua {_vi(channel)}, lần {attempt}.",
                f"It is handed over by {_en(channel)}, attempt {attempt}.",
            )
        case DeliveryAccepted(channel=channel):
            said = TAKEN[channel]
        case DeliveryFailed(channel=channel, code=code):
            failed = sentence(f"Gửi qua {_vi(channel)} chưa được.", f"Sending by {_en(channel)} did not work.")
            said = failed + reason(code)
        case DeliveryOutcomeUnknown(channel=channel):
            said = _UNKNOWN[channel]
        case FallbackTriggered(failed=left, next=following):
            on = sentence(f"Chuyển từ {_vi(left)} sang {_vi(following)}.", f"From {_en(left)} on to {_en(following)}.")
            said = _NO_ADDRESS[left] + on if isinstance(before, _UNTRIED) else on
        case NotificationCompleted(channel=channel):
            said = sentence(f"Xong: đã gửi qua {_vi(channel)}.", f"Done: sent by {_en(channel)}.")
        case NotificationExhausted(reason=code):
            said = sentence("Dừng: không gửi được qua kênh nào.", "Given up: no channel worked.")
            said = said + reason(code) if code else said
        case NotificationSuppressed(reason=code):
            said = sentence("Dừng: không gửi.", "Not sent.") + reason(code)
        case _:
            assert_never(event)
    return said


def _vi(channel: Channel) -> str:
    return CHANNELS[channel].vi


def _en(channel: Channel) -> str:
    return CHANNELS[channel].en
