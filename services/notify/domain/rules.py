"""Who is told of what, in which words: one table with a row for each event that people are told of."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, TypeVar, Union
from uuid import UUID, uuid5

from chassis.facts.envelope import Recorded
from contracts.awards import AwardGranted, NominationFlagged, NominationSubmitted
from contracts.event import Event
from contracts.registry import (
    AdministratorAppointedByOwner,
    Role,
    RoleCancelled,
    RoleProposed,
    RoleRevoked,
    TargetRegistered,
)
from services.notify.domain.campaign_rules import CAMPAIGN_RULES
from services.notify.domain.deadline_rules import DEADLINE_RULES
from services.notify.domain.guidance_rules import GUIDANCE_RULES, guided
from services.notify.domain.history_rules import HISTORY_RULES
from services.notify.domain.notification import RequestNotification
from services.notify.domain.paper_rules import PAPER_RULES
from services.notify.domain.person_rules import PERSON_RULES
from services.notify.domain.personal_rules import PERSONAL_RULES
from services.notify.domain.press_rules import PRESS_RULES
from services.notify.domain.registration_rules import REGISTRATION_RULES
from services.notify.domain.result_rules import RESULT_RULES
from services.notify.domain.review_rules import REVIEW_RULES
from services.notify.domain.rule import HEAD, HEAD_AND_OFFICERS, AtTheTop, Category, InUnit, Oneself, Rule
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import REASONS, award, day, figure, role
from services.notify.domain.unit_rules import UNIT_RULES

_E = TypeVar("_E", RoleRevoked, RoleCancelled)

_EMULATION_DEPARTMENT: Final = frozenset({Role.EMULATION_DEPARTMENT})
_OFFICES: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
_WATCHES: Final = _OFFICES | {Role.AUDITOR}


def _of_an_office(event: type[_E], name: str, on: Callable[[_E], date], title: Sentence, whom: Sentence) -> Rule[_E]:
    """What is told of an administrator or Director General whose role ends as of a day."""
    return Rule(
        event,
        name,
        Category.DUTY,
        template="office_revoked",
        title=title,
        whom=whom,
        audience=lambda ended: (AtTheTop(_WATCHES), Oneself(ended.person_id)) if ended.role in _OFFICES else (),
        words=lambda ended, names: {"unit": names.unit, **role(ended.role), "since": day(on(ended))},
    )


_ROWS: Final[tuple[Rule[Any], ...]] = (
    *CAMPAIGN_RULES,
    *DEADLINE_RULES,
    *REGISTRATION_RULES,
    *PERSONAL_RULES,
    *RESULT_RULES,
    *REVIEW_RULES,
    *GUIDANCE_RULES,
    *PRESS_RULES,
    *HISTORY_RULES,
    *PERSON_RULES,
    *PAPER_RULES,
    *UNIT_RULES,
    Rule(
        TargetRegistered,
        "tell_the_unit_head_of_a_registered_target",
        Category.DUTY,
        template="target_registered",
        title=sentence("Đơn vị đăng ký chỉ tiêu", "A unit registers a target"),
        whom=sentence(
            "Thủ trưởng của đơn vị đăng ký",
            "The head of the unit",
        ),
        audience=lambda target: (InUnit(HEAD, target.unit_id),),
        words=lambda target, names: {
            "unit": names.unit,
            "campaign": names.campaign,
            "indicator": names.indicators.get(target.indicator, target.indicator),
            "year": str(target.year),
            **figure("target", target.value),
        },
    ),
    Rule(
        NominationSubmitted,
        "tell_those_who_act_on_a_nomination",
        Category.DUTY,
        template="nomination_submitted",
        title=sentence("Hồ sơ đề nghị khen thưởng được nộp", "A nomination is submitted"),
        whom=sentence(
            "Vụ Thi đua - Khen thưởng và thủ trưởng của đơn vị đề nghị",
            "The emulation department and the head of the unit",
        ),
        audience=lambda submitted: (AtTheTop(_EMULATION_DEPARTMENT), InUnit(HEAD, submitted.unit_id)),
        words=lambda submitted, names: {"unit": names.unit, "campaign": names.campaign, **award(submitted.award)},
    ),
    guided(
        NominationFlagged,
        "tell_who_nominated_and_who_judges_of_a_corrected_report",
        sentence(
            "Báo cáo được đính chính sau khi nộp hồ sơ đề nghị",
            "A report was corrected after its nomination was sent in",
        ),
        lambda flagged: sentence(
            f"báo cáo của đơn vị đã đính chính thành bản {flagged.revision}, hồ sơ đề nghị giữ nguyên; hãy đối chiếu"
            " lại số liệu trong hồ sơ, sai thì báo Vụ Thi đua - Khen thưởng trước khi xét",
            f"a report of the unit was corrected as version {flagged.revision}, the nomination stays as it is; compare "
            "its figures again, and tell the emulation department of what is wrong before it is judged",
        ),
        audience=lambda flagged: (InUnit(HEAD_AND_OFFICERS, flagged.unit_id), AtTheTop(_EMULATION_DEPARTMENT)),
        whom=sentence(
            "Thủ trưởng, cán bộ của đơn vị đề nghị và Vụ Thi đua - Khen thưởng",
            "Head and officers of the unit, and the emulation department",
        ),
    ),
    Rule(
        AwardGranted,
        "congratulate_an_honoured_unit",
        Category.SERVICE,
        template="award_granted",
        title=sentence("Đơn vị được khen thưởng", "A unit is honoured"),
        whom=sentence(
            "Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị được khen",
            "Head and officers of the unit",
        ),
        audience=lambda granted: (InUnit(HEAD_AND_OFFICERS, granted.unit_id),),
        words=lambda granted, names: {
            "unit": names.unit,
            "campaign": names.campaign,
            "decision_number": granted.decision_number,
            **award(granted.award),
        },
    ),
    Rule(
        RoleProposed,
        "tell_those_who_may_confirm_a_proposed_role",
        Category.DUTY,
        template="role_proposed",
        title=sentence("Đề nghị cấp vai trò chờ người thứ hai", "A proposed role waits for a second person"),
        whom=sentence(
            "Những người quản trị vai trò, trừ người đề nghị và người được đề nghị",
            "Those who give roles, but neither who proposed it nor who is to hold it",
        ),
        audience=lambda proposed: (
            AtTheTop(_EMULATION_DEPARTMENT, frozenset({proposed.proposed_by, proposed.person_id})),
        ),
        words=lambda proposed, names: {
            "unit": names.unit,
            **role(proposed.role),
            "since": day(proposed.since),
            "confirm_by": day(proposed.lapses_after),
        },
        last_day=lambda proposed: proposed.lapses_after,
    ),
    Rule(
        AdministratorAppointedByOwner,
        "tell_everyone_of_an_administrator_by_the_owner_s_hand",
        Category.DUTY,
        template="administrator_appointed",
        title=sentence(
            "Người giữ cơ sở dữ liệu chỉ định người quản trị", "The owner of the database appoints an administrator"
        ),
        whom=sentence(
            "Vụ Thi đua - Khen thưởng, Tổng Giám đốc, kiểm toán và người được chỉ định",
            "The emulation department, the Director General, auditors, and who was appointed",
        ),
        audience=lambda appointed: (AtTheTop(_WATCHES), Oneself(appointed.person_id)),
        words=lambda appointed, names: {
            "unit": names.unit,
            "since": day(appointed.since),
            "reason": REASONS[appointed.reason][0],
            "reason_en": REASONS[appointed.reason][1],
        },
    ),
    _of_an_office(
        RoleCancelled,
        "tell_everyone_of_an_office_that_is_cancelled",
        lambda cancelled: cancelled.since,
        sentence("Hủy vai trò quản trị, Tổng Giám đốc vừa cấp", "An office that was just given is cancelled"),
        sentence(
            "Vụ Thi đua - Khen thưởng, Tổng Giám đốc, kiểm toán và người bị hủy vai trò",
            "The emulation department, the Director General, auditors, and who would have held it",
        ),
    ),
    _of_an_office(
        RoleRevoked,
        "tell_everyone_of_an_office_that_ends",
        lambda revoked: revoked.on,
        sentence("Thu hồi vai trò quản trị, Tổng Giám đốc", "An administrator or Director General is revoked"),
        sentence(
            "Vụ Thi đua - Khen thưởng, Tổng Giám đốc, kiểm toán và người bị thu hồi",
            "The emulation department, the Director General, auditors, and whose role it was",
        ),
    ),
)
RULES: Final[Mapping[type[Event], Rule[Any]]] = {rule.event: rule for rule in _ROWS}
BY_NAME: Final[Mapping[str, Rule[Any]]] = {rule.name: rule for rule in _ROWS}

if TYPE_CHECKING:
    Told = Event
else:
    Told = Union[tuple(RULES)]  # noqa: UP007 - of what the table holds
"""What people are told of."""


def tell_everyone_concerned(recorded: Recorded[Told], people: Iterable[UUID]) -> list[RequestNotification]:
    """One request for each person, under an id by which a repeated event is recognised."""
    rule = RULES[type(recorded.data)]
    return [
        RequestNotification(
            notification_id=uuid5(recorded.id, f"{rule.name}/{person}"),
            source_event_id=recorded.id,
            source_type=recorded.data.type_name(),
            rule=rule.name,
            person_id=person,
            channels=rule.channels,
        )
        for person in sorted(set(people))
    ]
