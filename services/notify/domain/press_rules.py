"""What people are told about publicity, and about violations of the law on emulation. Source: S001-23."""

from typing import Any, Final

from contracts.campaigns import (
    Office,
    PublicityPublished,
    PublicityTakenDown,
    PublicityToComeDown,
    ViolationAnswered,
    ViolationHandedOver,
    ViolationReported,
)
from contracts.registry import Role
from services.notify.domain.guidance_rules import guided
from services.notify.domain.rule import HEAD_AND_OFFICERS, AtTheTop, InUnit, Oneself, Rule
from services.notify.domain.sentences import sentence
from services.notify.domain.texts import day

_PRESS: Final = AtTheTop(frozenset({Role.COMMUNICATIONS}))
_LOOKS_INTO: Final = {
    Office.DEPARTMENT: AtTheTop(frozenset({Role.EMULATION_DEPARTMENT})),
    Office.INSPECTION: AtTheTop(frozenset({Role.INSPECTOR})),
}
_UNSAID: Final = sentence(
    "mở mục Phản ánh vi phạm để xem nội dung; đơn vị được phản ánh không được báo",
    "open the page of violations for what was reported; the unit is not told",
)
"""What was reported goes out in no letter: whoever sees it is shown it."""

PRESS_RULES: Final[tuple[Rule[Any], ...]] = (
    guided(
        PublicityPublished,
        "tell_a_unit_of_a_publication",
        sentence("Tin, bài về đơn vị", "Something was published about a unit"),
        lambda it: sentence(
            f"“{it.title}”, {it.outlet}, {day(it.published_on)}", f"“{it.title}”, {it.outlet}, {day(it.published_on)}"
        ),
        # what makes an exemplar known the exemplar's own letter tells
        audience=lambda it: () if it.exemplar_id else (InUnit(HEAD_AND_OFFICERS, it.unit_id),),
    ),
    guided(
        PublicityToComeDown,
        "tell_who_takes_a_publication_down",
        sentence("Tin, bài phải gỡ", "A publication must come down"),
        lambda it: sentence(f"{it.reason}; hãy gỡ và ghi nhận ngày gỡ", f"{it.reason}; take it down and note the day"),
        audience=lambda it: (_PRESS, InUnit(HEAD_AND_OFFICERS, it.unit_id)),
        whom=sentence("Đơn vị truyền thông và đơn vị", "Communications and the unit"),
    ),
    guided(
        PublicityTakenDown,
        "tell_a_unit_that_a_publication_came_down",
        sentence("Tin, bài đã gỡ", "A publication came down"),
        lambda it: sentence(f"ngày {day(it.on)}", f"on {day(it.on)}"),
    ),
    guided(
        ViolationReported,
        "tell_the_department_of_a_violation",
        sentence("Phản ánh vi phạm pháp luật về thi đua", "A violation of the law on emulation is reported"),
        lambda _: _UNSAID,
        audience=lambda _: (_LOOKS_INTO[Office.DEPARTMENT],),
        whom=sentence("Vụ Thi đua - Khen thưởng", "The emulation department"),
    ),
    guided(
        ViolationHandedOver,
        "tell_who_looks_into_a_violation",
        sentence("Giao xem xét phản ánh vi phạm", "A violation is handed over"),
        lambda _: _UNSAID,
        audience=lambda it: (_LOOKS_INTO[it.to],),
        whom=sentence("Nơi được giao xem xét", "The office that looks into it"),
    ),
    guided(
        ViolationAnswered,
        "tell_who_reported_a_violation_what_was_answered",
        sentence("Trả lời phản ánh vi phạm", "A report of a violation is answered"),
        lambda _: _UNSAID,
        audience=lambda it: (Oneself(it.reported_by),) if it.reported_by else (),
        whom=sentence("Người phản ánh", "Whoever reported it"),
    ),
)
"""Rules for the facts about publicity and violations."""
