"""What people are told of results: filed on behalf, sent back, corrected, an attainment lost or regained.

Source: B7, B16.
"""

from collections.abc import Mapping
from typing import Any, Final

from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    ResultCorrected,
    ResultReturned,
    ResultsFiledOnBehalf,
)
from contracts.registry import Role
from services.notify.domain.rule import AtTheTop, Category, InUnit, Rule
from services.notify.domain.sentences import sentence
from services.notify.domain.texts import Names, day, figure

_OWN: Final = frozenset({Role.UNIT_HEAD, Role.OFFICER})
_DEPARTMENT: Final = frozenset({Role.EMULATION_DEPARTMENT})
_VERIFIES: Final = _DEPARTMENT | {Role.PROFESSIONAL_DEPARTMENT}
_RELIES: Final = sentence(
    "Thủ trưởng, cán bộ của đơn vị và Vụ Thi đua - Khen thưởng",
    "Head and officers of the unit, and the emulation department",
)


def _place(
    event: ResultReturned | ResultCorrected | AttainmentLost | AttainmentRegained, names: Names
) -> Mapping[str, str]:
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
        ResultsFiledOnBehalf,
        "tell_the_unit_of_results_filed_on_its_behalf",
        Category.DUTY,
        template="results_filed_on_behalf",
        title=sentence("Kết quả được nộp thay", "Results are filed on behalf of a unit"),
        whom=sentence(
            "Thủ trưởng, cấp phó và cán bộ thi đua - khen thưởng của đơn vị được nộp thay",
            "Head, deputies and officers of the unit for which they are filed",
        ),
        audience=lambda filed: (InUnit(_OWN | {Role.DEPUTY}, filed.unit_id),),
        words=lambda filed, names: {
            "unit": names.unit,
            "campaign": names.campaign,
            "signed_on": day(filed.signed_on),
        },
    ),
    Rule(
        AttainmentLost,
        "tell_those_who_rely_on_a_lost_attainment",
        Category.DUTY,
        template="attainment_lost",
        title=sentence("Chỉ tiêu không còn đạt", "A target is no longer attained"),
        whom=_RELIES,
        audience=lambda lost: (InUnit(_OWN, lost.unit_id), AtTheTop(_DEPARTMENT)),
        words=lambda lost, names: {**_place(lost, names), **figure("target", lost.target)},
    ),
    Rule(
        AttainmentRegained,
        "tell_those_who_rely_on_a_regained_attainment",
        Category.DUTY,
        template="attainment_regained",
        title=sentence("Chỉ tiêu đạt trở lại", "A target is attained again"),
        whom=_RELIES,
        audience=lambda regained: (InUnit(_OWN, regained.unit_id), AtTheTop(_DEPARTMENT)),
        words=lambda regained, names: {
            **_place(regained, names),
            **figure("target", regained.target),
            **figure("value", regained.value),
        },
    ),
    Rule(
        ResultCorrected,
        "tell_those_who_verify_or_rely_on_a_corrected_result",
        Category.DUTY,
        template="result_corrected",
        title=sentence("Kết quả đã xác nhận được đính chính", "A verified result is corrected"),
        whom=sentence(
            "Thủ trưởng, cán bộ của đơn vị; ban nghiệp vụ và Vụ Thi đua - Khen thưởng",
            "Head and officers of the unit; professional departments and the emulation department",
        ),
        audience=lambda corrected: (InUnit(_OWN, corrected.unit_id), AtTheTop(_VERIFIES)),
        words=lambda corrected, names: {
            **_place(corrected, names),
            **figure("previous", corrected.previous),
            **figure("value", corrected.value),
            "reason": corrected.reason,
        },
    ),
)
