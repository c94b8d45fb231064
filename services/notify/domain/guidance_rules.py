"""What people are told about obstacles, guidance, inspections and exemplars: one letter of one form."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from contracts.campaigns import (
    ExemplarAcclaimed,
    ExemplarIdentified,
    ExemplarPublicised,
    ExemplarRefused,
    ExemplarReplicated,
    ExemplarWithdrawn,
    FindingClosed,
    FindingRecorded,
    GuidanceIssued,
    InspectionPlanned,
    ObstacleRaised,
    ObstacleResolved,
)
from contracts.event import Event
from contracts.registry import Role
from services.notify.domain.rule import HEAD_AND_OFFICERS, AtTheTop, Category, Group, InUnit, Rule
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import Names, day

_E = TypeVar("_E", bound=Event)

_DEPARTMENT: Final = AtTheTop(frozenset({Role.EMULATION_DEPARTMENT}))
_COMMUNICATIONS: Final = AtTheTop(frozenset({Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT}))
_ABOVE: Final = sentence("Vụ Thi đua - Khen thưởng", "The emulation department")
_OWN: Final = sentence("Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị", "Head and officers of the unit")
_PRESS: Final = sentence(
    "Đơn vị truyền thông, Vụ Thi đua - Khen thưởng và đơn vị", "Communications, the emulation department and the unit"
)


def _unit(event: Any) -> tuple[Group, ...]:
    return (InUnit(HEAD_AND_OFFICERS, event.unit_id),)


def _department(_: Any) -> tuple[Group, ...]:
    return (_DEPARTMENT,)


def _press(event: Any) -> tuple[Group, ...]:
    return (_COMMUNICATIONS, *_unit(event))


def _alone(event: ObstacleResolved) -> tuple[Group, ...]:
    """What was answered for all who ask the same, the guidance itself tells."""
    return () if event.guidance_id else _unit(event)


def guided(
    event: type[_E],
    name: str,
    title: Sentence,
    said: Callable[[_E], Sentence],
    *,
    audience: Callable[[_E], tuple[Group, ...]] = _unit,
    whom: Sentence = _OWN,
) -> Rule[_E]:
    """A rule whose letter says one sentence about a unit; told to the unit itself where nobody else is named."""

    def words(told: _E, names: Names) -> Mapping[str, str]:
        what = said(told)
        about = {"unit": names.unit, "campaign": names.campaign, "subject": title.vi, "subject_en": title.en}
        return about | {"standing": what.vi, "standing_en": what.en}

    return Rule(event, name, Category.DUTY, "guidance", title, whom, audience, words)


def _finding(found: FindingRecorded) -> Sentence:
    before = f" (trước ngày {day(found.before)})" if found.before else ""
    before_en = f" (before {day(found.before)})" if found.before else ""
    return sentence(
        f"kết luận số {found.finding}: {found.what}; hãy khắc phục{before}",
        f"finding {found.finding}: {found.what}; put it right{before_en}",
    )


GUIDANCE_RULES: Final[tuple[Rule[Any], ...]] = (
    guided(
        ObstacleRaised,
        "tell_the_department_of_an_obstacle",
        sentence("Đơn vị nêu vướng mắc", "A unit raises an obstacle"),
        lambda raised: sentence(raised.question, raised.question),
        audience=_department,
        whom=_ABOVE,
    ),
    guided(
        ObstacleResolved,
        "tell_a_unit_what_it_was_answered",
        sentence("Trả lời vướng mắc", "An obstacle is answered"),
        lambda resolved: sentence(resolved.answer, resolved.answer),
        audience=_alone,
    ),
    guided(
        GuidanceIssued,
        "tell_all_who_ask_the_same",
        sentence("Hướng dẫn chung", "Guidance for all who ask the same"),
        lambda issued: sentence(
            f"{issued.answer}{f' (văn bản {issued.document})' if issued.document else ''}",
            f"{issued.answer}{f' (document {issued.document})' if issued.document else ''}",
        ),
        audience=lambda issued: tuple(InUnit(HEAD_AND_OFFICERS, unit) for unit in issued.units),
        whom=sentence("Mọi đơn vị có cùng vướng mắc", "All units with the same question"),
    ),
    guided(
        InspectionPlanned,
        "tell_a_unit_of_an_inspection",
        sentence("Kế hoạch kiểm tra", "An inspection is planned"),
        lambda planned: sentence(
            f"{planned.subject}, ngày {day(planned.planned_on)}", f"{planned.subject}, on {day(planned.planned_on)}"
        ),
    ),
    guided(
        FindingRecorded,
        "tell_a_unit_what_was_found",
        sentence("Kết luận kiểm tra", "Something is to be put right"),
        _finding,
    ),
    guided(
        FindingClosed,
        "tell_a_unit_that_a_finding_is_closed",
        sentence("Đã khắc phục kết luận kiểm tra", "A finding is put right"),
        lambda closed: sentence(
            f"kết luận số {closed.finding} đã được khắc phục: {closed.how}",
            f"finding {closed.finding} is put right: {closed.how}",
        ),
    ),
    guided(
        ExemplarIdentified,
        "tell_the_department_of_an_exemplar",
        sentence("Phát hiện điển hình tiên tiến", "An exemplar is identified"),
        lambda found: sentence(found.title, found.title),
        audience=_department,
        whom=_ABOVE,
    ),
    guided(
        ExemplarAcclaimed,
        "tell_who_makes_an_acclaimed_exemplar_known",
        sentence("Tập thể suy tôn điển hình", "An exemplar is acclaimed"),
        lambda it: sentence(
            f"{it.votes_for}/{it.present} người có mặt đồng ý ngày {day(it.held_on)}; hãy tuyên truyền, nhân rộng",
            f"{it.votes_for} of {it.present} were for it on {day(it.held_on)}; make it known",
        ),
        audience=lambda _: (_COMMUNICATIONS,),
        whom=sentence("Đơn vị truyền thông và Vụ Thi đua - Khen thưởng", "Communications and the emulation department"),
    ),
    guided(
        ExemplarPublicised,
        "tell_a_unit_that_its_exemplar_is_made_known",
        sentence("Điển hình được tuyên truyền", "An exemplar is made known"),
        lambda it: sentence(f"{it.outlet}, {day(it.published_on)}", f"{it.outlet}, {day(it.published_on)}"),
    ),
    guided(
        ExemplarReplicated,
        "tell_a_unit_that_its_exemplar_is_replicated",
        sentence("Điển hình được nhân rộng", "An exemplar is replicated"),
        lambda it: sentence(f"từ ngày {day(it.since)}", f"since {day(it.since)}"),
    ),
    guided(
        ExemplarRefused,
        "tell_a_unit_that_its_exemplar_is_refused",
        sentence("Điển hình không được công nhận", "An exemplar is refused"),
        lambda it: sentence(it.reason, it.reason),
    ),
    guided(
        ExemplarWithdrawn,
        "tell_who_takes_down_what_made_an_exemplar_known",
        sentence("Rút điển hình, gỡ nội dung tuyên truyền", "An exemplar is withdrawn; take its publicity down"),
        lambda it: sentence(it.reason, it.reason),
        audience=_press,
        whom=_PRESS,
    ),
)
"""Rules for the facts about obstacles, guidance, inspections and exemplars."""
