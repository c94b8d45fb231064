"""Filing on behalf: what a unit itself cannot enter, the unit directly above enters by its signed paper. Source: B7."""

from datetime import date
from typing import Final
from uuid import UUID

from chassis.facts.decider import Context
from chassis.facts.refusal import Refusal

NOT_DIRECTLY_ABOVE: Final = Refusal(
    "not-directly-above",
    "Chỉ cán bộ thi đua, cấp phó hoặc thủ trưởng của đơn vị cấp trên trực tiếp được nộp thay; hãy đề nghị đơn vị đó.",
    "Only officers, deputies and the head of the unit directly above file on its behalf; ask them.",
    "B7",
)
SIGNED_LATER: Final = Refusal(
    "paper-signed-later",
    "Ngày ký trên bản giấy không thể sau hôm nay; hãy nhập lại ngày ký ghi trên bản giấy.",
    "The paper cannot have been signed after today; enter the day that stands on it.",
    "B7",
)


def filed_by(directly_above: UUID | None, signed_on: date, context: Context) -> tuple[UUID, UUID]:
    """The unit that files on behalf, and the person; raises Rejected for whoever may not, or for a paper of tomorrow.

    `directly_above` is the unit directly above, where the person works for it.
    """
    if directly_above is None or context.actor is None:
        raise NOT_DIRECTLY_ABOVE()
    if signed_on > context.occurred_on:
        raise SIGNED_LATER()
    return directly_above, context.actor
