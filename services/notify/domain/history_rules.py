"""What people are told of confirmations by local committees: who judges is asked, the unit learns what was found.

Source: A6
"""

from typing import Any, Final

from contracts.campaigns import ConfirmationEntered, ConfirmationFinding, ConfirmationJudged
from contracts.registry import Role
from services.notify.domain.guidance_rules import guided
from services.notify.domain.rule import AtTheTop, Rule
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import day

_DEPARTMENT: Final = frozenset({Role.EMULATION_DEPARTMENT})


def _entered(event: ConfirmationEntered) -> Sentence:
    number, on = event.document.number, day(event.document.issued_on)
    return sentence(
        f"{event.committee} xác nhận theo văn bản {number} ngày {on}; hãy xem và đánh giá",
        f"{event.committee} confirmed it by document {number} of {on}; look at it and judge it",
    )


def _judged(event: ConfirmationJudged) -> Sentence:
    if event.finding is ConfirmationFinding.SUFFICIENT:
        return sentence(
            f"xác nhận đủ căn cứ, lý do: {event.reason}", f"the confirmation is sufficient, because: {event.reason}"
        )
    return sentence(
        f"xác nhận chưa đủ căn cứ; hãy đề nghị Ban Chỉ đạo xác nhận lại rồi nhập xác nhận mới, lý do: {event.reason}",
        f"the confirmation is not sufficient; ask the committee again and enter a new one, because: {event.reason}",
    )


HISTORY_RULES: Final[tuple[Rule[Any], ...]] = (
    guided(
        ConfirmationEntered,
        "ask_who_judges_a_confirmation",
        sentence("Xác nhận của Ban Chỉ đạo chờ đánh giá", "A confirmation of a committee waits to be judged"),
        _entered,
        audience=lambda entered: (
            AtTheTop(_DEPARTMENT, frozenset({entered.entered_by} if entered.entered_by else ())),
        ),
        whom=sentence(
            "Vụ Thi đua - Khen thưởng, trừ người đã nhập", "The emulation department, but for who entered it"
        ),
    ),
    guided(
        ConfirmationJudged,
        "tell_a_unit_what_a_confirmation_was_found_to_prove",
        sentence("Đánh giá xác nhận của Ban Chỉ đạo", "A confirmation of a committee is judged"),
        _judged,
    ),
)
"""Rules for the facts about confirmations."""
