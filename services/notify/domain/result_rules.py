"""What people are told of results: one that is sent back, an attainment that is lost. Source: B16."""

from collections.abc import Mapping
from typing import Any, Final

from contracts.campaigns import AttainmentLost, ResultReturned
from contracts.registry import Role
from services.notify.domain.rule import AtTheTop, Category, InUnit, Rule
from services.notify.domain.sentences import sentence
from services.notify.domain.texts import Names, figure

_OWN: Final = frozenset({Role.UNIT_HEAD, Role.OFFICER})
_DEPARTMENT: Final = frozenset({Role.EMULATION_DEPARTMENT})


def _place(event: ResultReturned | AttainmentLost, names: Names) -> Mapping[str, str]:
    return {
        "unit": names.unit,
        "campaign": names.campaign,
        "indicator": names.indicators.get(event.indicator, event.indicator),
        "year": str(event.year),
    }


RESULT_RULES: Final[tuple[Rule[Any], ...]] = (
    Rule(
        ResultReturned,
        "tell_the_unit_of_a_returned_result",
        Category.DUTY,
        template="result_returned",
        title=sentence("Kết quả bị trả lại", "A result is returned"),
        whom=sentence("Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị", "Head and officers of the unit"),
        audience=lambda returned: (InUnit(_OWN, returned.unit_id),),
        words=_place,
    ),
    Rule(
        AttainmentLost,
        "tell_those_who_rely_on_a_lost_attainment",
        Category.DUTY,
        template="attainment_lost",
        title=sentence("Chỉ tiêu không còn đạt", "A target is no longer attained"),
        whom=sentence(
            "Thủ trưởng, cán bộ của đơn vị và Vụ Thi đua - Khen thưởng",
            "Head and officers of the unit, and the emulation department",
        ),
        audience=lambda lost: (InUnit(_OWN, lost.unit_id), AtTheTop(_DEPARTMENT)),
        words=lambda lost, names: {**_place(lost, names), **figure("target", lost.target)},
    ),
)
