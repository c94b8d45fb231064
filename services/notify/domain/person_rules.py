"""Who is told when a signature is delegated or somebody leaves."""

from typing import Any, Final

from contracts.registry import PersonLeft, Role, SigningDelegated, SigningEnded
from services.notify.domain.rule import HEAD, AtTheTop, Category, DirectlyAbove, InUnit, Oneself, Rule
from services.notify.domain.sentences import sentence
from services.notify.domain.texts import LEAVINGS, capacity, day

_CLERK: Final = frozenset({Role.CLERK})
_EMULATION_DEPARTMENT: Final = frozenset({Role.EMULATION_DEPARTMENT})

PERSON_RULES: Final[tuple[Rule[Any], ...]] = (
    Rule(
        SigningDelegated,
        "tell_who_signs_for_another",
        Category.DUTY,
        template="signing_delegated",
        title=sentence("Giao ký văn bản", "A signature is delegated"),
        whom=sentence("Người được giao ký và văn thư của đơn vị", "Who is to sign, and the unit's clerks"),
        audience=lambda delegated: (Oneself(delegated.signer_id), InUnit(_CLERK, delegated.unit_id)),
        words=lambda delegated, names: {
            "unit": names.unit,
            **capacity(delegated.capacity),
            "since": day(delegated.since),
            "until": day(delegated.until),
            "basis": delegated.basis.number,
        },
        last_day=lambda delegated: delegated.until,
    ),
    Rule(
        SigningEnded,
        "tell_who_signs_for_another_no_longer",
        Category.DUTY,
        template="signing_ended",
        title=sentence("Chấm dứt việc giao ký", "A delegated signature ends"),
        whom=sentence("Người được giao ký và văn thư của đơn vị", "Who was to sign, and the unit's clerks"),
        audience=lambda ended: (Oneself(ended.signer_id), InUnit(_CLERK, ended.unit_id)),
        words=lambda ended, names: {"unit": names.unit, "since": day(ended.on)},
    ),
    Rule(
        PersonLeft,
        "tell_whose_unit_somebody_leaves",
        Category.DUTY,
        template="person_left",
        title=sentence("Có người nghỉ, chuyển đi hoặc từ trần", "Somebody leaves, moves away or has died"),
        whom=sentence(
            "Thủ trưởng của đơn vị và của đơn vị cấp trên, Vụ Thi đua - Khen thưởng",
            "The heads of the unit and of the one above it, and the emulation department",
        ),
        audience=lambda left: (
            AtTheTop(_EMULATION_DEPARTMENT),
            *((InUnit(HEAD, left.unit_id), DirectlyAbove(HEAD, left.unit_id)) if left.unit_id else ()),
        ),
        words=lambda left, names: {
            "unit": names.unit,
            "since": day(left.on),
            "reason": LEAVINGS[left.reason][0],
            "reason_en": LEAVINGS[left.reason][1],
        },
    ),
)
"""Rules of what happens to persons."""
